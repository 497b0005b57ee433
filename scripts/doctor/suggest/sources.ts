/**
 * Values of a record by the sources that a dialect names them with: `title`, `price.incl_tax`, `images.0`, and what
 * is behind a link: `{ from: "price", load: true, each: "incl_tax" }`.
 */
import { isObject, type JsonObject } from "../reply.ts";
import type { Explorer } from "./explorer.ts";
import { isLink, rowsIn } from "./explorer.ts";
import { code } from "./findings.ts";

export interface Source {
  /** Names on the way to the value. */
  path: string[];
  /** How many of them lead to a link that is followed; 0: none is. */
  link: number;
  value: unknown;
}
/** A source as TypeScript. */
export function sourceCode({ path, link }: Source): string {
  const own = code(path.join("."));
  if (!link) return own;
  const each = path.slice(link);
  return `{ from: ${code(path.slice(0, link).join("."))}, load: true${each.length ? `, each: ${code(each.join("."))}` : ""} }`;
}
/** The value of a source in another record. */
export function at(record: unknown, path: string[]): unknown {
  const own = (part: unknown, key: string): unknown =>
    Object.hasOwn(Object(part), key) ? Object(part)[key] : undefined;
  return path.reduce(own, record);
}

/** The values of a record, three levels deep; of a list the first entry. */
export function sourcesOf(record: unknown, path: string[] = [], link = 0, depth = 3): Source[] {
  if (Array.isArray(record)) {
    const [first] = record;
    return first === undefined ? [] : sourcesOf({ 0: first }, path, link, depth);
  }
  if (!isObject(record)) return [];
  return Object.entries(record).flatMap(([name, value]) => {
    if (!/^[\w@-]{1,60}$/.test(name)) return [];
    const own = { path: [...path, name], link, value };
    const isDeep = depth > 1 && typeof value === "object" && value !== null;
    return [own, ...(isDeep ? sourcesOf(value, own.path, link, depth - 1) : [])];
  });
}

const MAX_LINKS = 8;
/** Links that lead away from a record. */
const OTHERS = /^(url|self|href|@id|link|next|previous|prev|first|last)$/i;
/** A record with what its links lead to in their place, and which of its names were links. */
export async function followLinks(explorer: Explorer, record: JsonObject, skip: RegExp = /^$/) {
  const loaded: JsonObject = { ...record };
  const links = new Map<string, "one" | "list" | "links">();
  const keep = (name: string, value: unknown, kind: "one" | "list" | "links") => {
    loaded[name] = value;
    links.set(name, kind);
  };
  for (const [name, value] of Object.entries(record)) {
    if (OTHERS.test(name) || skip.test(name) || links.size >= MAX_LINKS) continue;
    if (isLink(value) && isApiLink(explorer, value)) {
      const json = await explorer.json(value);
      const list = rowsIn(json);
      if (list) keep(name, list.rows, "list");
      else if (isObject(json)) keep(name, json, "one");
    } else if (
      Array.isArray(value) &&
      value.length &&
      value.every((one) => isLink(one) && isApiLink(explorer, one))
    ) {
      const all = [];
      for (const one of value.slice(0, 5)) all.push(await explorer.json(String(one)));
      if (all.every(isObject)) keep(name, all, "links");
    }
  }
  // The country of an address is often a record of its own.
  for (const [name, value] of Object.entries(loaded)) {
    const country = isObject(value) ? value.country : undefined;
    const json = isLink(country) ? await explorer.json(country) : undefined;
    if (!isObject(json)) continue;
    loaded[name] = { ...Object(value), country: json };
    links.set(`${name}.country`, "one");
  }
  return { record: loaded, links };
}
/** A link within the shop that is no file and no page for people. */
const isApiLink = ({ pathOf }: Explorer, link: string) =>
  !/\.(jpe?g|png|gif|webp|svg|avif|pdf)(\?|$)/i.test(link) && pathOf(link) !== undefined;
