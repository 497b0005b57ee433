/**
 * Where a shop has its lists and records: in its OpenAPI document, behind its root, or at a usual address. What is
 * found is read before it is believed.
 */
import { isObject, type JsonObject, quote } from "../reply.ts";
import { type Explorer, isLink, redirectedPath, type Rows } from "./explorer.ts";

/** A list of the shop's that was read. */
export interface Place extends Rows {
  path: string;
}
/** An operation of the shop's document. */
export interface Operation {
  method: string;
  path: string;
  /** The names of its query parameters. */
  query: string[];
  /** The names that its body may have. */
  body: string[];
}
export interface Places {
  lists: Place[];
  operations: Operation[];
  /** Every path that was found in a root or in the document, read or not. */
  known: string[];
}

// ── The document ────────────────────────────────────────────────────────────────────────────────

/** What a `$ref` of a document leads to. */
export function resolve(document: JsonObject | undefined, schema: unknown, depth = 5): JsonObject {
  if (!isObject(schema)) return {};
  const { $ref, allOf } = schema;
  if (typeof $ref === "string" && depth) {
    const names = $ref.replace(/^#\//, "").split("/");
    const target = names.reduce<unknown>(
      (at, name) =>
        isObject(at) ? at[name.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined,
      document,
    );
    return resolve(document, target, depth - 1);
  }
  return Array.isArray(allOf) && allOf.length === 1
    ? resolve(document, allOf[0], depth - 1)
    : schema;
}
const names = (list: unknown, where: string): string[] =>
  (Array.isArray(list) ? list : []).flatMap((parameter) =>
    isObject(parameter) && parameter.in === where && typeof parameter.name === "string"
      ? [parameter.name]
      : [],
  );
/** The operations of the document that the visit has read. */
function operationsOf(document: JsonObject | undefined): Operation[] {
  const paths = isObject(document?.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([method, operation]) => {
      if (!/^(get|post|put|patch)$/.test(method) || !isObject(operation)) return [];
      const { content } = resolve(document, operation.requestBody);
      const json = isObject(content) ? content["application/json"] : undefined;
      const own = Array.isArray(operation.parameters)
        ? operation.parameters.find((one) => isObject(one) && one.in === "body")
        : undefined;
      const schema = resolve(document, isObject(json) ? json.schema : isObject(own) && own.schema);
      const parameters = [operation.parameters, isObject(item) && item.parameters];
      const resolved = parameters.flat().map((one) => resolve(document, one));
      return {
        method: method.toUpperCase(),
        path,
        query: names(resolved, "query"),
        body: Object.keys(isObject(schema.properties) ? schema.properties : {}),
      };
    }),
  );
}

// ── Roots ───────────────────────────────────────────────────────────────────────────────────────

const ROOTS = ["/api/", "/", "/api/v1/", "/api/v2/", "/v1/", "/api", "/rest/"];
const MAX_READ = 60; // addresses behind roots

/** The links of a root, which has nothing else. */
function linksOf(json: unknown, depth = 3): string[] {
  if (isLink(json)) return [json];
  if (!isObject(json) || !depth) return [];
  return Object.values(json).flatMap((value) => linksOf(value, depth - 1));
}
const isRoot = (json: unknown): json is JsonObject =>
  isObject(json) &&
  Object.values(json).length > 0 &&
  !("id" in json) &&
  Object.values(json).every(
    (value) => isLink(value) || (isObject(value) && linksOf(value).length > 0),
  );

/** Every address that roots lead to, with those of the roots behind them. */
async function readRoots(explorer: Explorer): Promise<string[]> {
  const found = new Set<string>();
  const queue = [...ROOTS];
  const isStart = new Set(ROOTS);
  for (let read = 0, path = queue.shift(); path && read < MAX_READ; path = queue.shift(), read++) {
    const json = await explorer.json(path);
    if (!isRoot(json)) continue;
    found.delete(path);
    for (const link of linksOf(json)) {
      // Behind a proxy a root may give another host or scheme: its paths are tried at the shop's own address.
      const elsewhere = URL.parse(link, "http://shop");
      const own =
        explorer.pathOf(link, path) ?? (elsewhere && elsewhere.pathname + elsewhere.search);
      if (!own || found.has(own) || isStart.has(own)) continue;
      found.add(own);
      if (!/[{}<>]|%7B/i.test(own)) queue.push(own);
    }
  }
  return [...found];
}

// ── Usual addresses ─────────────────────────────────────────────────────────────────────────────

const PREFIXES = ["/api", "", "/api/v1", "/v1"];
const USUAL = {
  product: ["products", "items", "catalog", "catalogue", "articles"],
  order: ["orders", "purchases", "sales"],
};
/** Reads the usual addresses of a thing until one is a list. */
async function guess(explorer: Explorer, nouns: string[], near: string[]): Promise<Place[]> {
  for (const prefix of new Set([...near, ...PREFIXES]))
    for (const noun of nouns) {
      const path = `${prefix}/${noun}/`;
      const redirected = redirectedPath(explorer, await explorer.get(path));
      for (const address of [redirected ?? path, `${prefix}/${noun}`]) {
        const rows = await explorer.list(address);
        if (rows) return [{ path: address, ...rows }];
      }
    }
  return [];
}

// ── All of it ───────────────────────────────────────────────────────────────────────────────────

/** The parts of a path that lead to a list, `/api/v1` of `/api/v1/products/`. */
export const prefixOf = (path: string) => path.replace(/\/[^/]*\/?$/, "");

/** The operations of a document that leaves out what all of its paths begin with. */
async function atTheirPrefix(explorer: Explorer, operations: Operation[]): Promise<Operation[]> {
  const lists = operations.filter(({ method, path }) => method === "GET" && !path.includes("{"));
  const [first] = lists;
  if (!first) return operations;
  for (const { path } of lists.slice(0, 5))
    if ((await explorer.get(path))?.status !== 404) return operations;
  for (const prefix of ["/api", "/api/v1", "/v1", "/api/v2", "/rest"])
    for (const { path } of lists.slice(0, 3)) {
      const reply = await explorer.get(prefix + path);
      const isThere = reply && [200, 401, 403].includes(reply.status);
      if (!isThere || (reply.status === 200 && !(await explorer.json(prefix + path)))) continue;
      explorer.notes.add(`the paths in its OpenAPI document lack ${prefix}, below which they are`);
      return operations.map((operation) => ({ ...operation, path: prefix + operation.path }));
    }
  return operations;
}
export async function findPlaces(explorer: Explorer): Promise<Places> {
  const operations = await atTheirPrefix(explorer, operationsOf(explorer.visit.document));
  const documented = operations.filter(({ method }) => method === "GET").map(({ path }) => path);
  const behindRoots = await readRoots(explorer);
  const known = [...new Set([...documented, ...behindRoots])];
  const lists: Place[] = [];
  let lies = 0;
  for (const path of known.filter((path) => !path.includes("{")).slice(0, 2 * MAX_READ)) {
    const rows = await explorer.list(path);
    if (rows) lists.push({ path, ...rows });
    else if (documented.includes(path) && (await explorer.get(path))?.status === 404) lies++;
  }
  if (lies)
    explorer.notes.add(
      `its OpenAPI document has ${lies === 1 ? "a path that answers" : `${lies} paths that answer`} 404: only what answered is used`,
    );
  // Staff may have everybody's orders in a list beside their own.
  for (const { path, rows } of lists.filter(
    (place) => SIGNS.order?.path.test(place.path) && !place.rows.length,
  )) {
    const all = `${path.replace(/\/?$/, "/all")}${path.endsWith("/") ? "/" : ""}`;
    const found = rows.length ? undefined : await explorer.list(all);
    if (found?.rows.length) lists.push({ path: all, ...found });
  }
  const near = [...new Set(lists.map(({ path }) => prefixOf(path)))];
  for (const [kind, nouns] of Object.entries(USUAL))
    if (!lists.some((place) => likeness(place, kind) >= ENOUGH))
      lists.push(...(await guess(explorer, nouns, near)));
  return { lists, operations, known };
}

// ── What a list is of ───────────────────────────────────────────────────────────────────────────

/** What speaks for a list being of a thing, and how much: its path, and the names in its rows. */
const SIGNS: Record<string, { path: RegExp; names: [RegExp, number][] }> = {
  product: {
    path: /\b(products?|items?|articles?|goods|catalog(ue)?|books?|wares?)(\/search|\/list)?\/?$/i,
    names: [
      [/^(name|title|label|\w*_name|\w*_title)$/i, 2],
      [/price|cost|amount/i, 2],
      [/stock|availab|sku|upc|image|thumbnail|description|slug/i, 1],
      [/status|email|order_?number|placed|shipping|total|ordered/i, -3],
      [/^(order|orders|customer|user)$/i, -4],
    ],
  },
  order: {
    path: /\b(orders?|purchases?|sales|bookings?|order[-_]?history)(\/list|\/mine|\/me|\/all)?\/?$/i,
    names: [
      [/^(status|state|order_status|phase|stage|fulfil\w*)(_?\w*)?$/i, 2],
      [/total|amount|sum\b|price/i, 2],
      [/date|created|placed|ordered|number|ref/i, 1],
      [/lines|positions|items/i, 1],
      [/^(name|title|description|image|stock|slug|in_stock)$/i, -3],
    ],
  },
  customer: {
    path: /\b(customers?|users?|clients?|members?|accounts?|people|persons|shoppers|buyers|profiles?)\/?$/i,
    names: [
      [/e-?mail/i, 3],
      [/(first|last|given|family|full)_?name|surname|phone|username/i, 1],
      [/total|price|status$/i, -3],
    ],
  },
};
const ENOUGH = 4;
/** How much a list is like one of a thing. */
function likeness({ path, rows }: Place, kind: string): number {
  const signs = SIGNS[kind];
  if (!signs) return 0;
  const shown = [...new Set(rows.slice(0, 20).flatMap((row) => Object.keys(row)))];
  const isOf = (one: RegExp) => shown.some((name) => one.test(name));
  const points = signs.names.map(([pattern, worth]) => (isOf(pattern) ? worth : 0));
  const own = path.replace(/\?.*/, "");
  const ofStaff = /\b(admin|manage|management|staff|internal|backoffice)\b/i.test(own) ? -1 : 0;
  const byPath = signs.path.test(own) ? 4 : 0;
  return rows.length
    ? byPath + points.reduce((sum, worth) => sum + worth, 0) + ofStaff
    : byPath && 3;
}
/** The list that is most like one of a thing. */
export function bestList({ lists }: Places, kind: string): Place | undefined {
  const length = ({ path }: Place) => path.length;
  const [best] = lists
    .filter((place) => likeness(place, kind) >= ENOUGH)
    .toSorted((a, b) => likeness(b, kind) - likeness(a, kind) || length(a) - length(b));
  return best;
}
/** What else there was, for a reader who has to choose. */
export const describeLists = ({ lists }: Places) =>
  lists.map(({ path, rows }) => `${quote(path, 60)} (${rows.length} rows)`).join(", ");
