/**
 * Checks the tables of a dialect at start, since a module may be written without a compiler: `check` names the
 * first thing that is wrong, in one line. Called by `defineShop`.
 *
 * @module
 */
import * as z from "zod";
import { type EndpointName, endpoints, STATUSES } from "../contract.ts";
import { MappingError } from "../errors.ts";
import { type Tables, type RecordName, RECORDS } from "./tables.ts";

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Promise);
/** `PATCH /path`, of which the method may be left out. */
export const LINE = /^(?:(GET|POST|PUT|PATCH|DELETE) )?(\/(?!\/)\S*)$/;
export const PLACEHOLDER = /{(\w+)}/g;

function demand(isSo: boolean, place: string, wanted: string): void {
  if (!isSo) throw new MappingError(`${place} is not ${wanted}`);
}
/** The entries of a table, whose names are all known. */
function entriesOf(table: unknown, place: string, known: string[], what: string) {
  if (table === undefined) return [];
  demand(isTable(table), place, "a table");
  const entries = Object.entries(Object(table)).filter(([, value]) => value !== undefined);
  const [stray] = entries.find(([name]) => !known.includes(name)) ?? [];
  if (stray === undefined) return entries;
  const all = known.join(", ");
  throw new MappingError(`${place}.${stray} is no ${what}: there are ${all}`);
}

const isSource = (value: unknown) =>
  typeof value === "function" || (typeof value === "string" && value !== "");
type Shape = z.core.JSONSchema.BaseSchema;
/** Holds a table of fields to the shape that the contract gives them. */
function checkFields(table: unknown, { properties, additionalProperties }: Shape, place: string) {
  const isFree = isTable(additionalProperties); // options: any names
  const names = isFree ? Object.keys(Object(table)) : Object.keys({ ...properties, currency: {} });
  for (const [name, source] of entriesOf(table, place, names, "field of the contract"))
    checkSource(source, properties?.[name], `${place}.${name}`);
}
function checkSource(source: unknown, field: unknown, place: string): void {
  if (source === null || isSource(source)) return;
  const { from, load = false, repeat = from, each = null } = Object(source);
  demand(isSource(from), place, "a name of the shop's, a function, null or { from, load, each }");
  entriesOf(source, place, ["from", "load", "repeat", "each"], "part");
  demand([true, false, "rows"].includes(load), `${place}.load`, 'true, false or "rows"');
  demand(isSource(repeat), `${place}.repeat`, "a name of the shop's, or a function");
  const shape: Shape = isTable(field) ? { ...field, ...Object(field["items"]) } : {}; // of one in a list
  const isFields = isTable(each) && !("from" in each);
  if (isFields) checkFields(each, shape, `${place}.each`);
  else checkSource(each, shape, `${place}.each`);
}
/** Holds a path to the method and the ids of its endpoint. */
function checkPath(name: EndpointName, given: unknown, place: string): void {
  if (given === null || typeof given === "function") return;
  const { path, method } = endpoints[name];
  const [line, by = method] = LINE.exec(String(given)) ?? [];
  if (!line) return demand(false, place, '"/path", "METHOD /path", a function or null');
  const isRead = method === "GET";
  demand(
    isRead === (by === "GET"),
    place,
    isRead ? "read by GET" : "changed by POST, PUT or PATCH",
  );
  const idsIn = (path: string) => Array.from(path.matchAll(PLACEHOLDER), ([id]) => id);
  const [own, named] = [idsIn(path.template), idsIn(line)];
  const stray = named.find((id) => !own.includes(id));
  const lost = own.find((id) => !named.includes(id));
  if (stray) throw new MappingError(`${place} has ${stray}: there is ${own.join(", ") || "none"}`);
  if (lost) throw new MappingError(`${place} has no ${lost}: it would lead to one for all`);
}

const ENTRIES =
  "currency idempotency paths only query statuses page next record fields bodies".split(" ");
/** Names the first thing that cannot be. @throws {MappingError} */
export function check(tables: Tables): void {
  entriesOf(tables ?? null, "defineShop", ENTRIES, "entry");
  const { currency = "EUR", statuses = {} } = tables;
  demand(/^[A-Z]{3}$/.test(String(currency)), "currency", "a code such as EUR");
  for (const place of ["idempotency", "only"] as const)
    demand(typeof (tables[place] ?? true) === "boolean", place, "true or false");
  for (const place of ["page", "next", "record"] as const)
    demand(isSource(tables[place] ?? place), place, "a name of the shop's, or a function");
  demand(isTable(statuses), "statuses", "a table");
  const canonical: readonly unknown[] = STATUSES;
  for (const [name, status] of Object.entries(statuses))
    demand(canonical.includes(status), `statuses.${name}`, `one of ${STATUSES.join(", ")}`);

  const names = Object.keys(endpoints) as EndpointName[]; // the table's own keys
  for (const [name, path] of entriesOf(tables.paths, "paths", names, "endpoint of the contract"))
    checkPath(name as EndpointName, path, `paths.${name}`); // one of `names`
  const parameters = new Set(names.flatMap((name) => Object.keys(endpoints[name].path.query)));
  for (const [name, source] of entriesOf(
    tables.query,
    "query",
    [...parameters],
    "parameter of the contract",
  ))
    demand(source === null || isSource(source), `query.${name}`, "a name, a function or null");
  const changes = names.filter((name) => endpoints[name].method !== "GET");
  for (const [name, work] of entriesOf(tables.bodies, "bodies", changes, "change of the contract"))
    demand(typeof work === "function", `bodies.${name}`, "a function");
  for (const [name, fields] of entriesOf(
    tables.fields,
    "fields",
    Object.keys(RECORDS),
    "thing of the contract",
  ))
    checkFields(fields, z.toJSONSchema(RECORDS[name as RecordName]), `fields.${name}`); // a key of RECORDS
}
