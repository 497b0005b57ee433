/** What came for each field of the contract, in all answers of an endpoint together. `read-shop.ts` fills it, `operation-checks.ts` and `suggest-dialect.ts` read it. */
import * as z from "zod";
import { money, STATUSES } from "../../server.ts";
import { type Fields, isObject, quote } from "./reply.ts";

/** What came for one field of the contract, in all answers together. */
interface Seen {
  /** The first place where something was wrong, as a JSON path. */
  at: string;
  isRequired: boolean;
  present: number;
  nulls: number;
  absent: number;
  misfits: number;
  /** What came in the first place that did not fit, and what is expected. */
  came: string;
  expected: string;
  /** The shop's name for it: by a usual name that the server knows, or one that only looks like it. */
  usual: string;
  like: string;
  /** Statuses of the shop's own. */
  strange: Set<string>;
}
/** All that the answers of an endpoint told. */
export interface Told {
  /** By path without the numbers: `results[].price`. */
  fields: Map<string, Seen>;
  /** The rows of its pages, or the things themselves, in the contract's terms. */
  rows: Fields[];
  currencies: Set<string>;
}

/** Other names that shops give, beside what resembles by itself. */
const OTHER_NAMES: Record<string, string> = {
  results: "items data objects rows records list",
  product_id: "id pk sku upc slug code",
  item_id: "id sku upc code",
  order_id: "id number reference code",
  customer_id: "id user buyer",
  payment_method_id: "id method source",
  name: "title label",
  price: "cost amount value",
  total: "amount sum value",
  amount: "value sum total price",
  available: "stock in_stock buyable",
  category: "department group",
  description: "body summary text",
  image: "picture photo thumbnail",
  images: "pictures photos",
  options: "attributes properties details",
  items: "variants children",
  lines: "items positions",
  address: "ship_to delivery",
  line1: "street",
  line2: "extra",
  city: "town",
  state: "region province county",
  postcode: "zip zipcode plz",
  status: "state phase",
  placed_at: "created created_at ordered date",
  updated_at: "modified modified_at changed",
  estimated_delivery: "eta expected due",
  email: "mail",
  last_name: "surname",
  last_four: "last4 digits",
  kind: "type",
  at: "when time date created",
  note: "comment text",
  reason: "why detail message",
};
const wordsIn = (name: string) =>
  name
    .replace(/([a-z])([A-Z0-9])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
/** How much two names are alike, from 0. */
function likeness(name: string, other: string): number {
  if (OTHER_NAMES[name]?.split(" ").includes(other.toLowerCase())) return 4;
  const [ours, theirs] = [wordsIn(name), wordsIn(other)];
  if (ours.join("") === theirs.join("")) return 5;
  const shared = ours.filter((word) => word.length > 2 && theirs.includes(word)).length;
  const [a, b] = [ours.join(""), theirs.join("")];
  const isWithin = Math.min(a.length, b.length) > 3 && (a.includes(b) || b.includes(a));
  return shared ? 1 + shared : isWithin ? 1 : 0;
}

const inner = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodCatch || schema instanceof z.ZodOptional
    ? inner(schema.unwrap() as z.ZodType) // zod's core type of its own classes
    : schema;
export const short = (value: unknown) => {
  const json = JSON.stringify(value) ?? "nothing";
  return quote(json.length > 40 ? `${json.slice(0, 37)}…` : json);
};
/** What a schema wants, in words. */
function wanted(schema: z.ZodType): string {
  if (schema === money) return 'a decimal such as "12.50"';
  if (schema instanceof z.ZodPipe) return schema.out instanceof z.ZodObject ? "an object" : "an id";
  if (schema instanceof z.ZodArray) return "a list";
  if (schema instanceof z.ZodObject) return "an object";
  if (schema instanceof z.ZodEnum) return `one of ${STATUSES.join(", ")}`;
  if (schema instanceof z.ZodBoolean) return "true or false";
  return schema instanceof z.ZodNumber ? "a whole number" : "a text";
}
const isKindOf = (schema: z.ZodType, value: unknown): boolean => {
  const out = inner(schema);
  if (out === money) return /^-?\d+(\.\d+)?$/.test(String(isObject(value) ? value.amount : value));
  if (out instanceof z.ZodArray) return Array.isArray(value);
  if (out instanceof z.ZodObject) return isObject(value);
  return (
    out.safeParse(value).success || (out instanceof z.ZodEnum && /string|number/.test(typeof value))
  );
};

/**
 * Looks at what came as the server does, but leaves nothing out in silence.
 * @param sent in the contract's terms; `raw` is the same as the shop sent it
 */
export function look(
  told: Told,
  schema: z.ZodType,
  sent: unknown,
  raw: unknown,
  key = "",
  at = "",
): void {
  const seen = (name: string, place: string, isRequired = true) => {
    const none = { present: 0, nulls: 0, absent: 0, misfits: 0 };
    const words = { came: "", expected: "", usual: "", like: "" };
    const one = told.fields.get(name) ?? {
      at: place,
      isRequired,
      ...none,
      ...words,
      strange: new Set(),
    };
    told.fields.set(name, one);
    return one;
  };
  const misfit = (came = raw, expected = wanted(schema)) => {
    const one = seen(key, at);
    if (!one.misfits++) Object.assign(one, { at, came: short(came), expected });
  };
  if (schema instanceof z.ZodPipe) {
    const { in: before, out } = schema;
    if (!(out instanceof z.ZodObject)) return schema.safeParse(sent).success ? undefined : misfit();
    const terms = (before as z.ZodType).safeParse(sent); // zod's core type of its own classes
    return look(told, out as z.ZodType, terms.success ? terms.data : sent, raw, key, at); // as above
  }
  if (schema === money) {
    const { data } = money.safeParse(sent);
    return data ? void told.currencies.add(data.currency) : misfit();
  }
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(sent)) return misfit();
    if (Array.isArray(raw) && raw.length > sent.length)
      return misfit(raw, "links that a host can follow");
    const [part, all] = [schema.element as z.ZodType, Array.isArray(raw) ? raw : sent]; // as above
    seen(`${key}[]`, `${at}[0]`, told.fields.get(key)?.isRequired);
    for (const [n, one] of sent.entries()) look(told, part, one, all[n], `${key}[]`, `${at}[${n}]`);
    return;
  }
  if (!(schema instanceof z.ZodObject)) {
    const { error } = schema.safeParse(sent);
    if (error) misfit(raw, sent === undefined ? "a link that a host can follow" : undefined);
    return;
  }
  if (!isObject(sent)) return misfit();
  const isPage = "results" in schema.shape;
  if (!isPage && /^(results\[\])?$/.test(key)) told.rows.push(sent);
  const own = isObject(raw) ? raw : isPage ? { results: raw } : sent;
  const free = schema.def.catchall;
  if (free && !Object.keys(schema.shape).length) {
    const [name, bad] =
      Object.entries(sent).find(([, it]) => !(free as z.ZodType).safeParse(it).success) ?? []; // as above
    if (name !== undefined) misfit({ [name]: bad }, "texts by name");
    return;
  }
  const names = Object.keys(own).filter((name) => /^[\w-]{1,60}$/.test(name));
  const spare = new Set(names).difference(new Set(Object.keys(schema.shape)));
  for (const [name, field] of Object.entries<z.ZodType>(schema.shape)) {
    if (name === "next" && Array.isArray(raw)) continue; // a bare list has no further pages
    const isRequired = !(field instanceof z.ZodCatch || field instanceof z.ZodOptional);
    const isList = name === "results" && Array.isArray(raw);
    const [path, place] = [
      key ? `${key}.${name}` : name,
      isList ? "" : at ? `${at}.${name}` : name,
    ];
    const one = seen(path, place, isRequired);
    let [value, came] = [sent[name], own[name]];
    if (value !== undefined && !(name in own) && name !== "raw_status")
      one.usual ||= [...spare].find((other) => Bun.deepEquals(own[other], value)) ?? "";
    if (value === undefined && came == null && !(name in own)) {
      if (!one.absent++ && !one.misfits) one.at = place;
      const [like] = [...spare]
        .filter((other) => likeness(name, other) && isKindOf(field, own[other]))
        .toSorted((a, b) => likeness(name, b) - likeness(name, a));
      if (!like) continue;
      spare.delete(like);
      one.like = like;
      [value, came] = [sent[like], own[like]];
      if (name === "status" && !STATUSES.some((status) => status === value))
        one.strange.add(String(value));
      sent[name] = value; // so that its ids are known further on
      const part = inner(field);
      if (part !== money && (part instanceof z.ZodArray || part instanceof z.ZodObject))
        look(told, part, value, came, path, at ? `${at}.${like}` : like);
      continue;
    }
    one.present++;
    if ((value ?? came) == null && !isRequired) one.nulls++;
    else look(told, inner(field), value, came, path, place);
    if (name === "status" && value === "unknown" && came !== "unknown")
      one.strange.add(String(came));
  }
}
