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

/** A field whose value is an id: no two of a record's have one source. */
export const isIdField = (name: string) => name.endsWith("_id");
/** Money, counts and dates, which no id is. */
const MEASURES =
  "price total amount balance price_difference quantity count item_count placed_at updated_at estimated_delivery at".split(
    " ",
  );
const NO_ID_NAME = /(^|[._])(date|time|at|created|updated|modified|name|title)(_on)?$/i;
const ID_NAME = /(^|[._])(id|pk|uuid|guid)$/i;

const isSource = (value: unknown) =>
  typeof value === "function" || (typeof value === "string" && value !== "");
type Shape = z.core.JSONSchema.BaseSchema;
/** Holds a table of fields to the shape that the contract gives them. */
function checkFields(table: unknown, { properties, additionalProperties }: Shape, place: string) {
  const isFree = isTable(additionalProperties); // options: any names
  const names = isFree ? Object.keys(Object(table)) : Object.keys({ ...properties, currency: {} });
  for (const [name, source] of entriesOf(table, place, names, "field of the contract"))
    checkSource(source, properties?.[name], `${place}.${name}`);
  checkIds(Object(table), place);
}
/** No id is two things at once, nor an amount. */
function checkIds(table: Record<string, unknown>, place: string) {
  const [, record] = /^fields\.(\w+)$/.exec(place) ?? [];
  const usual = record && { [`${record}_id`]: "id" }; // where the table does not say
  const sources = Object.entries({ ...usual, ...table }).map(([name, source]) => {
    const { from = source } = Object(source);
    return [name, from] as const;
  });
  const named = sources.filter(([, from]) => typeof from === "string");
  const idOf = new Map<unknown, string>();
  for (const [name, from] of named)
    if ((isIdField(name) || name === "order_number") && NO_ID_NAME.test(String(from)))
      throw new MappingError(`${place}.${name} is "${from}", which is no id`);
  for (const [name, from] of named.filter(([name]) => isIdField(name))) {
    const other = idOf.get(from);
    const isItem = [name, other].toSorted().join() === "item_id,product_id"; // without variants they are one
    if (other && !isItem)
      throw new MappingError(
        `${place}.${name} is "${from}", which is the ${other}: no two ids are the same (null where the shop has none)`,
      );
    idOf.set(from, name);
  }
  for (const [name, from] of named.filter(([name]) => MEASURES.includes(name)))
    if (idOf.has(from) || ID_NAME.test(String(from)))
      throw new MappingError(`${place}.${name} is "${from}", which is an id`);
}
function checkSource(source: unknown, field: unknown, place: string): void {
  if (source === null || isSource(source)) return;
  const { from, load = false, repeat = from, each = null } = Object(source);
  demand(isSource(from), place, "a name of the shop's, a function, null or { from, load, each }");
  entriesOf(source, place, ["from", "load", "repeat", "each"], "part");
  demand([true, false, "rows"].includes(load), `${place}.load`, 'true, false or "rows"');
  demand(load || !String(from).startsWith("/"), `${place}.from`, "a name: a path needs load: true");
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
  "currency idempotency paths only query lookup statuses page next record fields bodies".split(" ");
/** Where several of the shop's statuses are one, the shop has to be asked for all of them. */
function checkStatuses({ statuses = {}, query = {}, paths = {}, only }: Tables) {
  if (paths.orders === null || (only && !paths.orders)) return;
  if (query["status"] === null || typeof query["status"] === "function") return;
  for (const status of new Set(Object.values(statuses))) {
    const all = Object.keys(statuses).filter((name) => statuses[name] === status);
    const own = all.join(", ");
    const wanted = "a function, such as (_, { own }) => ({ status__in: own.join() }), or null";
    if (all.length > 1)
      throw new MappingError(`query.status has to be ${wanted}: ${own} are all ${status}`);
  }
}
/** Names the first thing that cannot be. @throws {MappingError} */
export function check(tables: Tables): void {
  entriesOf(tables ?? null, "defineShop", ENTRIES, "entry");
  const { currency = "EUR", statuses = {}, lookup } = tables;
  demand(/^[A-Z]{3}$/.test(String(currency)), "currency", "a code such as EUR");
  for (const place of ["idempotency", "only"] as const)
    demand(typeof (tables[place] ?? true) === "boolean", place, "true or false");
  for (const place of ["page", "next", "record"] as const)
    demand(isSource(tables[place] ?? place), place, "a name of the shop's, or a function");
  demand(isTable(statuses), "statuses", "a table");
  const canonical: readonly unknown[] = STATUSES;
  for (const [name, status] of Object.entries(statuses))
    demand(canonical.includes(status), `statuses.${name}`, `one of ${STATUSES.join(", ")}`);

  checkStatuses(tables);

  for (const [name, by] of entriesOf(lookup, "lookup", ["order_number"], "look-up")) {
    const place = `lookup.${name}`;
    demand(by === true || isSource(by), place, "a parameter's name, a function, or true");
    const isListed = tables.paths?.orders ?? (tables.paths?.orders === undefined && !tables.only);
    demand(Boolean(isListed), place, "possible without a list of orders (paths.orders)");
    demand(tables.fields?.order?.order_number !== null, place, "possible without an order_number");
  }

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
