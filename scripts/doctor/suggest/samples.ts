/** Records to look at, and the field that has their id. */
import { isObject, type JsonObject } from "../reply.ts";
import { type Explorer, flatten } from "./explorer.ts";
import { isBlank, type Sample, type Thing } from "./fields.ts";
import { code, type Finding } from "./findings.ts";
import type { Place } from "./places.ts";
import { type Located, scalarsOf } from "./records.ts";
import { followLinks } from "./sources.ts";

/** Names in a product that lead to other things. */
export const NOT_FOLLOWED = /^(price_list|reviews|recommended\w*|related\w*)$/;
export const MAX_BOUGHT = 4; // products that are read since an order has them
const MAX_SAMPLES = 5; // records whose links are followed
const MORE = 80; // records, as long as they come within
const MORE_MS = 15_000;
/** Further records from all over a list, to see those that are rare. */
export async function moreRecords(
  explorer: Explorer,
  { rows }: Place,
  { template, key, isInLink, envelope, part }: Located,
): Promise<Sample[]> {
  const step = Math.max(1, Math.floor(rows.length / MORE));
  const { now } = explorer.visit.runtime;
  const start = now();
  const found: Sample[] = [];
  for (const row of rows.filter((_, index) => index % step === step - 1).slice(0, MORE)) {
    if (now() - start > MORE_MS) break;
    const id = new Map(scalarsOf(row)).get(key);
    const path = isInLink
      ? explorer.pathOf(id)
      : template.replace(/{\w+}/, encodeURIComponent(String(id)));
    const json = path === undefined || id === undefined ? undefined : await explorer.json(path);
    const record = isObject(json) && envelope ? json[envelope] : json;
    if (isObject(record))
      found.push({ id: String(id), row, record: part ? flatten(record, part) : record });
  }
  return found;
}
/** A row and its record, with what the record's links lead to and what the row alone shows. */
async function followed(explorer: Explorer, pair: Sample, links: Set<string>, skip?: RegExp) {
  const { links: own, record } = await followLinks(explorer, pair.record, skip);
  for (const name of own.keys()) links.add(name);
  const only = new Set(Object.keys(pair.row).filter((name) => !(name in pair.record)));
  const shown = Object.fromEntries([...only].map((name) => [name, pair.row[name]]));
  return { ...pair, record: { ...shown, ...record }, only };
}
/** Adds records from all over the list to a thing, and one of a kind that was not among its samples. */
export async function lookFurther(
  explorer: Explorer,
  thing: Thing,
  pairs: Sample[],
  isOfKind: (record: JsonObject) => boolean,
): Promise<void> {
  thing.others = [...(thing.others ?? []), ...pairs.map(({ record }) => record)];
  const one = pairs.find(({ record }) => isOfKind(record));
  if (!one || thing.samples.some(({ record }) => isOfKind(record))) return;
  const links = new Set(thing.links);
  thing.samples.push(await followed(explorer, one, links, NOT_FOLLOWED));
  thing.links = links;
}
/** Rows and records of a thing, with what their links lead to. */
export async function thingOf(
  explorer: Explorer,
  place: Place | undefined,
  located: Located | undefined,
  skip?: RegExp,
): Promise<Thing | undefined> {
  if (!place?.rows.length) return undefined;
  const pairs: Sample[] =
    located?.pairs ?? place.rows.slice(0, 6).map((row) => ({ id: "", row, record: row }));
  const links = new Set<string>();
  const samples: Sample[] = [];
  const richness = ({ record }: Sample) =>
    Object.values(record).filter((value) => !isBlank(value)).length;
  const [first, ...more] = pairs;
  const richest = more.toSorted((a, b) => richness(b) - richness(a));
  for (const pair of [first, ...richest].slice(0, MAX_SAMPLES)) {
    if (pair) samples.push(await followed(explorer, pair, links, skip));
  }
  const others = pairs.map(({ record }) => record);
  return { samples, links, others };
}
export const idField = (name: string, located: Located | undefined): Finding[] =>
  !located || located.key === `${name}_id` || (located.key === "id" && !located.isInLink)
    ? []
    : [{ at: ["fields", name, `${name}_id`], is: code(located.key), proof: located.proof }];
