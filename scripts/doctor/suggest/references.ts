/**
 * Ids in a record of what the shop has elsewhere: `shipping_address: 1` is the record at `/api/addresses/1/`. A
 * reference is proven by the records that come, and written as `{ from: "/api/addresses/{shipping_address}/" }`.
 */
import { isObject, type JsonObject } from "../reply.ts";
import { type Explorer, isLink } from "./explorer.ts";
import { isBlank, type Sample } from "./fields.ts";
import type { Places } from "./places.ts";

export interface Reference {
  /** With the record's own name as the placeholder. */
  path: string;
  /** What is there, by the id. */
  records: Map<string, JsonObject>;
}
const WANTED = /^\w*(address|payment|transaction)\w*$/i;
const words = (name: string) =>
  name
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => word.replace(/(?<=ss)es$|(?<!s)s$/, ""));
/** The references of some records, by the name that has the id. */
export async function findReferences(
  explorer: Explorer,
  samples: Sample[],
  places: Places,
): Promise<Map<string, Reference>> {
  const found = new Map<string, Reference>();
  const lists = [...new Set([...places.lists.map(({ path }) => path), ...places.known])]
    .map((path) => path.replace(/[?].*|{.*/, ""))
    .filter((path) => path.endsWith("/"));
  for (const name of new Set(samples.flatMap(({ record }) => Object.keys(record)))) {
    const values = samples.map(({ record }) => record[name]).filter((value) => !isBlank(value));
    const ids = [...new Set(values.map(String))];
    const isId = values.every(
      (value) =>
        Number.isInteger(value) ||
        (typeof value === "string" && /^[\w-]{1,40}$/.test(value) && !isLink(value)),
    );
    const noun = words(name.replace(/_(id|pk)$/, "")).at(-1) ?? "";
    if (!WANTED.test(name) || !ids.length || !isId || noun.length < 4) continue;
    for (const list of new Set(lists)) {
      if (words(list.split("/").at(-2) ?? "").at(-1) !== noun) continue;
      const records = new Map<string, JsonObject>();
      for (const id of ids) {
        const json = await explorer.json(`${list}${encodeURIComponent(id)}/`);
        const isThat = isObject(json) && [json.id, json.pk, json.uuid].map(String).includes(id);
        if (!isThat) break;
        records.set(id, json);
      }
      if (records.size < ids.length) continue;
      found.set(name, { path: `${list}{${name}}/`, records });
      break;
    }
  }
  return found;
}
