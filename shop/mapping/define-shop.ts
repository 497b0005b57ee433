/**
 * `defineShop` makes the dialect of a shop with another API from tables. `tables.ts` documents every entry,
 * dialects/tutorial.ts is an example, dialects/README.md a guide.
 *
 * @module
 */
import type * as z from "zod";
import { type Dialect, type EndpointName, endpoints, readPage, schemas } from "../contract.ts";
import { MappingError, ShopError } from "../errors.ts";
import { check, PLACEHOLDER, isTable, LINE } from "./check-tables.ts";
import { type Source, type Tables, type RecordName, RECORDS, type Compute } from "./tables.ts";

/** The record in each endpoint's answer. A row has fewer fields than a record, so fewer links are followed. */
const ANSWERS: Record<EndpointName, [RecordName, z.ZodObject]> = {
  searchProducts: ["product", schemas.productRow],
  product: ["product", schemas.product],
  orderStatus: ["order", schemas.orderStatus],
  order: ["order", schemas.order],
  orders: ["order", schemas.orderRow],
  customers: ["customer", schemas.customerRow],
  customer: ["customer", schemas.customer],
  shop: ["shop", schemas.shopInfo],
  cancelOrder: ["order", schemas.order],
  changeOrderAddress: ["order", schemas.order],
  changeOrderItems: ["order", schemas.order],
  changeOrderPayment: ["order", schemas.order],
  returnItems: ["order", schemas.order],
  exchangeItems: ["order", schemas.order],
  previewChange: ["order", schemas.order],
  changeCustomerAddress: ["customer", schemas.customer],
  contactSupport: ["supportRequest", schemas.supportRequest],
};
/** Whether a field is a list: what a link in it leads to may come in pages. */
const isList = (thing: RecordName, name: string) =>
  Object.entries(RECORDS[thing].shape).some(
    ([own, schema]) => own === name && Array.isArray(schema.safeParse([]).data),
  );

/** Whether rows by these fields cost further requests. */
const followsLinks = (source: unknown): boolean =>
  isTable(source) && (source["load"] === "rows" || Object.values(source).some(followsLinks));

const MAX_REPEAT = 1000; // of one line

type Load = (address: string) => Promise<unknown>;
/** The value at `price.incl_tax` or `images.0`, where there is one. */
function at(row: unknown, name: string): unknown {
  const own = (part: unknown, key: string): unknown =>
    Object.hasOwn(Object(part), key) ? Object(part)[key] : undefined;
  return own(row, name) ?? name.split(".").reduce(own, row);
}
/** What a function of the tables gives. @throws {MappingError} where it throws, or promises */
function computed<T>(place: string, work: () => T): T {
  let value: T;
  try {
    value = work();
  } catch (error) {
    throw new MappingError(`${place} threw ${error}`);
  }
  if (!(value instanceof Promise)) return value;
  value.catch(() => {}); // whatever becomes of it
  throw new MappingError(`${place} gives a promise, where a value belongs`);
}
const readSource = (
  source: string | Compute,
  place: string,
  row: unknown,
  answer = row,
): unknown =>
  typeof source === "string" ? at(row, source) : computed(place, () => source(row, answer));

/** A dialect made of tables. @throws {MappingError} naming the first thing in them that cannot be */
export function defineShop(tables: Tables): Dialect {
  check(tables);
  const { currency, idempotency, paths = {}, query: parameters = {}, bodies = {} } = tables;
  const statuses = Object.entries(tables.statuses ?? {});
  const canonical = new Map<unknown, string>(statuses);

  const rowsOf = (json: unknown): unknown[] | undefined =>
    tables.page
      ? [readSource(tables.page, "page", json), json, at(json, "results")].find(Array.isArray)
      : [readPage(json).results].find(Array.isArray);
  const nextOf = (json: unknown) => readSource(tables.next ?? "next", "next", json);
  const recordOf = (json: unknown) =>
    tables.record ? readSource(tables.record, "record", json) : json;

  /** Reads one answer by the tables of fields. Every link in it is followed once. */
  function reader(answer: unknown, load: Load, isRow: boolean) {
    const read = new Map<string, Promise<unknown>>();
    const follow = (link: string) => {
      const found = read.get(link) ?? load(link).then(recordOf);
      read.set(link, found);
      return found;
    };
    async function followList(link: string): Promise<unknown> {
      const all: unknown[] = [];
      for (let to: unknown = link; typeof to === "string" && to;) {
        const json = await load(to.replace(/^\?/, `${link.replace(/\?.*/, "")}?`));
        all.push(...(rowsOf(json) ?? [recordOf(json)]));
        to = nextOf(json);
      }
      return all;
    }
    async function loaded(link: unknown, isOfMany: boolean): Promise<unknown> {
      if (Array.isArray(link))
        return Promise.all(link.map((one) => (typeof one === "string" ? follow(one) : one)));
      if (typeof link !== "string" || !link) return link;
      if (isOfMany) return followList(link);
      return follow(link).catch((error: unknown) => {
        if (error instanceof ShopError && error.context.status === 404) return undefined; // not there
        throw error;
      });
    }
    type Fields = Record<string, Source>;
    /** One for each piece: what says that it is two stands there twice. */
    function repeated(rows: unknown[], repeat: string | Compute, place: string): unknown[] {
      return rows.flatMap((row) => {
        const count = Number(readSource(repeat, place, row, answer));
        const isCount = Number.isInteger(count) && count >= 0;
        return Array.from({ length: isCount ? Math.min(count, MAX_REPEAT) : 1 }, () => row);
      });
    }
    async function value(source: Source, row: unknown, place: string, isOfMany = false) {
      if (source === null) return undefined;
      if (typeof source !== "object") return readSource(source, place, row, answer);
      const { from, load = false, repeat, each } = source;
      if (isRow && load === true) return undefined;
      const found = readSource(from, `${place}.from`, row, answer);
      const there = load ? await loaded(found, isOfMany) : found;
      const part = (one: unknown): unknown => {
        if (each === undefined || one === undefined || one === null) return one;
        return isTable(each) && !("from" in each)
          ? readFields(each as Fields, one, `${place}.each`) // held to that by `check`
          : value(each as Source, one, `${place}.each`); // likewise
      };
      if (!Array.isArray(there)) return part(there);
      if (!repeat) return Promise.all(there.map(part));
      const pieces = await Promise.all(repeated(there, repeat, `${place}.repeat`).map(part));
      return pieces.map((piece) => (isTable(piece) ? { ...piece, quantity: undefined } : piece));
    }
    async function readFields(fields: Fields, row: unknown, place: string, thing?: RecordName) {
      const entries = Object.entries(fields).map(async ([name, source]) => {
        const isOfMany = thing !== undefined && isList(thing, name);
        return [name, await value(source, row, `${place}.${name}`, isOfMany)];
      });
      return { ...(isTable(row) && row), ...Object.fromEntries(await Promise.all(entries)) };
    }
    return async (
      [thing, { shape }]: [RecordName, z.ZodObject],
      row: unknown,
    ): Promise<unknown> => {
      if (!isTable(row)) return row;
      const table: Fields = { ...tables.fields?.[thing] };
      const fields = Object.entries(table).filter(([name]) => name in shape || name === "currency");
      const all = await readFields(Object.fromEntries(fields), row, `fields.${thing}`, thing);
      if (thing !== "order") return all;
      const named = (step: unknown) => {
        const { status } = Object(step);
        return { ...Object(step), status: canonical.get(String(status)) ?? status };
      };
      const { timeline } = all;
      return { ...named(all), ...(Array.isArray(timeline) && { timeline: timeline.map(named) }) };
    };
  }

  /** What is sent for a parameter of the contract. */
  function sent(name: string, value: string): Record<string, string | undefined> {
    const by = parameters[name];
    if (by === null) return {};
    if (typeof by === "function") return computed(`query.${name}`, () => by(value));
    const all = name === "status" ? statuses.filter(([, status]) => status === value) : [];
    if (all.length < 2) return { [by ?? name]: all[0]?.[0] ?? value };
    const own = all.map(([status]) => status).join(", ");
    throw new MappingError(`query.status has to be a function: ${own} are all ${value}`);
  }

  return {
    currency,
    idempotency,
    request(endpoint, ids, query) {
      const { path: contract, method: usual } = endpoints[endpoint];
      const isGivenOnly = tables.only || endpoint === "previewChange"; // a shop of its own has none
      const { [endpoint]: given = isGivenOnly ? null : contract.template } = paths;
      if (given === null) return undefined;
      const place = `paths.${endpoint}`;
      const whole = typeof given === "string" ? given : computed(place, () => given(ids));
      const [, method = usual, line] = LINE.exec(whole) ?? [];
      if (!line) throw new MappingError(`${place} gives no path`);
      const filled = line.replace(PLACEHOLDER, (_, name) => encodeURIComponent(ids[name] ?? ""));
      const [path, constant] = filled.split("?");
      const search = new URLSearchParams(constant);
      for (const [name, value] of Object.entries(query)) {
        const isTheirs = !Object.hasOwn(contract.query, name); // of the shop's own `next` link
        for (const [own, its] of Object.entries(isTheirs ? { [name]: value } : sent(name, value)))
          if (its !== undefined && !(isTheirs && search.has(own))) search.set(own, its);
      }
      return { method, path: `${path}${search.size ? `?${search}` : ""}` };
    },
    body(endpoint, body) {
      const work = bodies[endpoint] as ((body: unknown) => unknown) | undefined; // of this endpoint's body
      return work ? computed(`bodies.${endpoint}`, () => work(body)) : body;
    },
    async answer(endpoint, json, load, needed) {
      const isPage = "limit" in endpoints[endpoint].path.query;
      const [kind, read] = [ANSWERS[endpoint], reader(json, load, isPage)];
      if (!isPage) return read(kind, recordOf(json));
      const all = rowsOf(json);
      if (!all) throw new MappingError(`page: there are no rows at ${tables.page ?? "results"}`);
      const rows = all.slice(0, followsLinks(tables.fields?.[kind[0]]) ? needed : undefined);
      const results = await Promise.all(rows.map((row) => read(kind, row)));
      const { next: link, count, has_more, currency } = readPage(json);
      if (rows.length < all.length)
        return { currency, results, count: Math.max(count ?? 0, all.length) };
      const next = tables.next ? (nextOf(json) ?? null) : link;
      return {
        currency,
        results,
        next,
        count,
        has_more: next === undefined ? has_more : undefined,
      };
    },
  };
}
