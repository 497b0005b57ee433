/** Records to look at, and the field that has their id. */
import type { Explorer } from "./explorer.ts";
import { isBlank, type Sample, type Thing } from "./fields.ts";
import { code, type Finding } from "./findings.ts";
import type { Place } from "./places.ts";
import type { Located } from "./records.ts";
import { followLinks } from "./sources.ts";

/** Names in a product that lead to other things. */
export const NOT_FOLLOWED = /^(price_list|reviews|recommended\w*|related\w*)$/;
export const MAX_BOUGHT = 4; // products that are read since an order has them
const MAX_SAMPLES = 5; // records whose links are followed
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
  const [first, ...others] = pairs;
  const richest = others.toSorted((a, b) => richness(b) - richness(a));
  for (const pair of [first, ...richest].slice(0, MAX_SAMPLES)) {
    if (!pair) continue;
    const followed = await followLinks(explorer, pair.record, skip);
    for (const name of followed.links.keys()) links.add(name);
    samples.push({ ...pair, record: followed.record });
  }
  return { samples, links };
}
export const idField = (name: string, located: Located | undefined): Finding[] =>
  !located || located.key === `${name}_id` || (located.key === "id" && !located.isInLink)
    ? []
    : [{ at: ["fields", name, `${name}_id`], is: code(located.key), proof: located.proof }];
