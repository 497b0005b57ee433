/**
 * A generated shop as data, and what it answers: `answer` plays the Django of somebody who never heard of the
 * contract. It obeys a filter, a limit or an order of rows only where its rules say so.
 *
 * @module
 */
import { byAge, judge, orderOf } from "./filters.ts";
import { isObject, type Json, type JsonObject, num, writeJson } from "./json.ts";
import { idText } from "./sameness.ts";

/** How a shop gives out a list. */
export interface ListRules {
  /** The page around the rows: none, `results` with `next`, `items` with `count`, `links`, a number as `next`. */
  page:
    | "bare"
    | "results"
    | "items"
    | "links"
    | "number"
    | "only results"
    | "data"
    | "flag"
    | "next_page"
    | "nested"
    | "link list"
    | "parameters";
  /** How many rows are on a page where the limit is ignored; 0: all. */
  size: number;
  obeysLimit: boolean;
  /** The parameter that leads to further pages, or that the shop ignores it although it gives links. */
  position: "cursor" | "page" | "offset" | "ignored";
  saysCount: boolean;
  isRelative: boolean;
  /** The names of the arguments that it obeys. */
  obeys: string[];
  sort: "obeyed" | "ignored" | "reversed";
  /** Without a wish: newest first, oldest first, or as it comes. */
  age: "newest" | "oldest" | "any";
  /** Said beside the rows, of all of them. */
  currency: string | undefined;
}
export interface Shop {
  /** The server's setting. */
  currency: string;
  products: Json[];
  orders: Json[];
  customers: Json[];
  info: Json;
  rules: Record<"products" | "orders" | "customers", ListRules>;
}
export const ORIGIN = "http://shop.test";

const ID_NAMES = {
  products: ["product_id", "id", "pk", "sku", "slug"],
  orders: ["order_id", "id", "pk", "number"],
  customers: ["customer_id"],
};
export type Entity = keyof typeof ID_NAMES;
/** The id of a thing in its shop, undefined where it has none. */
export function idOf(entity: Entity, thing: Json): string | undefined {
  if (!isObject(thing)) return undefined;
  return ID_NAMES[entity].map((name) => idText(thing[name])).find((id) => id !== undefined);
}

/** Fields that a list does not show. */
const DETAILS = new Set(
  "description images items lines payments shipments timeline address payment_methods return exchange can_cancel can_return tracking_ids".split(
    " ",
  ),
);
const asRow = (thing: Json): Json =>
  isObject(thing)
    ? Object.fromEntries(Object.entries(thing).filter(([name]) => !DETAILS.has(name)))
    : thing;

/** The server's argument that a query parameter stands for. */
const ARGUMENTS: Record<string, string> = { q: "query", customer: "customer_id" };

function listed(shop: Shop, entity: Entity, query: URLSearchParams): Json[] {
  const { obeys, sort, age } = shop.rules[entity];
  const wanted = [...query].map(([name, value]) => [ARGUMENTS[name] ?? name, value] as const);
  const filters = wanted.filter(([name]) => obeys.includes(name));
  const things = shop[entity].filter(
    (thing) =>
      !isObject(thing) ||
      filters.every(([name, value]) => {
        const judged = judge(name, name === "in_stock" ? value === "true" : value, thing);
        return judged === "yes" || (name !== "query" && judged !== "no");
      }),
  );
  const ordering = orderOf(query.get("ordering"));
  const compare = ordering && sort !== "ignored" ? ordering : age === "any" ? undefined : byAge;
  if (!compare) return things;
  const isTurned = ordering ? sort === "reversed" : age === "oldest";
  return things.toSorted((a, b) => {
    const order = isObject(a) && isObject(b) ? (compare(a, b) ?? 0) : 0;
    return isTurned ? -order : order;
  });
}

function page(shop: Shop, entity: Entity, url: URL): Json {
  const rules = shop.rules[entity];
  const all = listed(shop, entity, url.searchParams).map(asRow);
  const asked = Number(url.searchParams.get("limit") ?? 0);
  const size = (rules.obeysLimit && asked) || rules.size || all.length || 1;
  const given = (name: string) => Number(url.searchParams.get(name)?.replace(/^o/, "") ?? 0);
  const starts = {
    cursor: given("cursor"),
    offset: given("offset"),
    page: (Math.max(1, given("page")) - 1) * size,
    ignored: 0,
  };
  const start = rules.page === "bare" ? 0 : starts[rules.position];
  const rows = all.slice(start, start + size);
  const end = start + size;
  if (rules.page === "bare") return rows;
  const name = rules.position === "ignored" ? "page" : rules.position;
  const values = { cursor: `o${end}`, offset: String(end), page: String(end / size + 1) };
  const search = new URLSearchParams(url.search);
  search.set(name, values[name]);
  const link = `${rules.isRelative ? "" : ORIGIN + url.pathname}?${search}`;
  const next = end < all.length ? link : null;
  const extra: JsonObject = {
    ...(rules.saysCount && { count: num(all.length) }),
    ...(rules.currency !== undefined && { currency: rules.currency }),
  };
  switch (rules.page) {
    case "results":
      return { ...extra, next, previous: null, results: rows };
    case "items":
      return { ...extra, items: rows, count: num(all.length) };
    case "links":
      return { links: { next, previous: null }, ...extra, results: rows };
    case "number":
      return { ...extra, next: end < all.length ? num(end / size + 1) : null, results: rows };
    case "only results":
      return { ...extra, results: rows };
    case "data":
      return { ...extra, data: rows, meta: { total: num(all.length) } };
    case "flag":
      return { ...extra, [entity]: rows, has_more: end < all.length };
    case "nested":
      return { data: { [entity]: rows, pagination: { ...extra, next } }, status: "ok" };
    case "link list":
      return { ...extra, results: rows, links: next ? [{ rel: "next", href: next }] : [] };
    case "parameters":
      return { ...extra, results: rows, next: next && { [name]: values[name] } };
    case "next_page":
      return { results: rows, ...extra, next_page: end < all.length ? num(end / size + 1) : null };
  }
}

/** What the shop sends at an address: a status, and the text of its JSON. */
export function answer(shop: Shop, address: string): { status: number; text: string } {
  const url = new URL(address);
  const [, , noun = "", id = "", part = ""] = url.pathname.split("/").map(decodeURIComponent);
  const missing = { status: 404, text: '{"detail": "Not found."}' };
  const ok = (json: Json) => ({ status: 200, text: writeJson(json) });
  if (noun === "shop") return ok(shop.info);
  if (noun !== "products" && noun !== "orders" && noun !== "customers") return missing;
  if (id === "" || id === "search") return ok(page(shop, noun, url));
  const own = id === "me" ? shop.customers[0] : undefined;
  const thing = shop[noun].find((one) => idOf(noun, one) === id) ?? own;
  if (thing === undefined) return missing;
  const { status = null, tracking_ids = null, placed_at = null } = isObject(thing) ? thing : {};
  return ok(part === "status" ? { order_id: id, status, placed_at, tracking_ids } : thing);
}
