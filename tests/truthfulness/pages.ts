/**
 * What a shop's page of a list says: its rows, and whether there are more. Read from what frameworks send, not from
 * what the server reads.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, NumberText, readJson } from "./json.ts";

/** A request of the server's, and what the shop sent. */
export interface Exchange {
  url: string;
  status: number;
  text: string;
}

/** The JSON of an answer, undefined where it is a failure or no JSON. */
export function jsonIn({ status, text }: Exchange): Json | undefined {
  if (status < 200 || status > 299) return undefined;
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** A page of a list. */
export interface Page {
  url: URL;
  rows: Json[];
  /** The currency said beside the rows. */
  currency: Json | undefined;
  /** Whether the shop says that there is a next page; undefined where it says neither. */
  hasNext: boolean | undefined;
  count: number | undefined;
}

const ROWS = ["results", "items", "data", "products", "orders", "customers"];
const PARTS = ["links", "meta", "pagination"];
const NEXTS = ["next", "next_page", "has_more"];
const COUNTS = ["count", "total"];

/** The page in an answer, undefined where it is none. */
export function pageIn(exchange: Exchange): Page | undefined {
  const json = jsonIn(exchange);
  const url = new URL(exchange.url);
  const none = { url, currency: undefined, hasNext: undefined, count: undefined };
  if (Array.isArray(json)) return { ...none, rows: json };
  if (!isObject(json)) return undefined;
  const inner = isObject(json["data"]) ? json["data"] : json;
  const rows = ROWS.map((name) => inner[name]).find(Array.isArray);
  if (!rows) return undefined;
  const parts = PARTS.map((name) => inner[name]).filter(isObject);
  const listed = Array.isArray(json["links"]) ? json["links"].filter(isObject) : [];
  const linked = listed
    .filter(({ rel }) => rel === "next")
    .map(({ href = null }) => ({ next: href }));
  const all: JsonObject = Object.assign({}, ...linked, ...parts, inner);
  const nexts = NEXTS.map((name) => all[name]).filter((next) => next !== undefined);
  const count = COUNTS.map((name) => all[name]).find((one) => one instanceof NumberText);
  return {
    ...none,
    rows,
    currency: all["currency"],
    hasNext: nexts.length ? nexts.some((next) => leadsOn(next, url)) : undefined,
    count: count instanceof NumberText ? Number(count.text) : undefined,
  };
}
/** Whether a `next` leads further than the request that brought it. */
function leadsOn(next: Json, url: URL): boolean {
  if (isObject(next)) return Object.keys(next).length > 0;
  if (typeof next !== "string") return next === true || next instanceof NumberText;
  const link = URL.parse(next, url.href);
  const isSame = ([name, value]: [string, string]) => url.searchParams.get(name) === value;
  return next.trim() !== "" && link !== null && ![...link.searchParams].every(isSame);
}

/** Whether a page means that there are more rows than those seen so far, and how it says so. */
export function moreIn(page: Page | undefined, seen: number): string | undefined {
  if (!page) return undefined;
  const { hasNext, count, rows, url } = page;
  if (hasNext) return "next";
  if (count !== undefined && count > seen) return "count";
  const isFull = rows.length > 0 && rows.length === Number(url.searchParams.get("limit"));
  return isFull && hasNext === undefined && count === undefined ? "a full page" : undefined;
}
