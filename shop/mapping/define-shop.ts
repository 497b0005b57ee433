/**
 * `defineShop` makes the dialect of a shop with another API from tables. `tables.ts` documents every entry,
 * dialects/tutorial.ts is an example, dialects/README.md a guide.
 *
 * @module
 */
import type * as z from "zod";
import {
  type Asked,
  type Dialect,
  type EndpointName,
  endpoints,
  ID,
  readPage,
  schemas,
  toStatus,
  USUAL_NAMES,
} from "../contract.ts";
import { MappingError, ShopError } from "../errors.ts";
import { check, isTable, LINE, PLACEHOLDER } from "./check-tables.ts";
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

/** A status that a person can read, and no code such as `3` or `SH`. */
const isLabel = (status: unknown): boolean =>
  typeof status === "string" && /\p{L}{3}/u.test(status) && !toStatus(status);
const MAX_REPEAT = 1000; // of one line
const BATCH = 11; // rows, of which a page of ten needs one more, to know whether there are others

/** A value in words; undefined for what has none, such as an object, whose `toString` may be the shop's. */
const textOf = (value: unknown): string | undefined =>
  value === null || /^(string|number|boolean|bigint)$/.test(typeof value) ? `${value}` : undefined;

/** Parameters as they are sent: one for each value of a list. @throws {MappingError} for what is no table */
function parametersOf(place: string, work: () => unknown): [name: string, value: string][] {
  const sent = computed(place, work);
  if (!isTable(sent)) throw new MappingError(`${place} gives no table of parameters`);
  return Object.entries(sent).flatMap(([name, value]) =>
    [value]
      .flat()
      .flatMap((one): [string, string][] =>
        one === undefined || one === null ? [] : [[name, valueOf(`${place}.${name}`, one)]],
      ),
  );
}

/** @throws {MappingError} for what no shop could be asked for */
function valueOf(place: string, sent: unknown): string {
  const text = textOf(sent);
  if (text !== undefined && !Number.isNaN(sent)) return text;
  throw new MappingError(`${place} is no text, number or boolean`);
}

/** What a function of the tables gets. */
interface Scope {
  row: unknown;
  answer: unknown;
  asked: Asked;
}
/** Where a value is read: in a row, by a table of fields, at a place that errors name. */
interface At {
  row: unknown;
  fields: Record<string, Source>;
  place: string;
}
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
    const said = error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
    throw new MappingError(`${place} threw ${said ?? typeof error}`);
  }
  if (!(value instanceof Promise)) return value;
  value.catch(() => {}); // whatever becomes of it
  throw new MappingError(`${place} gives a promise, where a value belongs`);
}
/** The address of a next page: one that is only a query is added to that of the list. */
function withQuery(link: string, next: string): string {
  if (!next.startsWith("?")) return next;
  const [path, query] = link.split("?");
  const search = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(next)) search.set(name, value);
  return `${path}?${search}`;
}
/** The endpoint whose path takes an id. */
const RECORD_OF: Record<string, EndpointName> = {
  product_id: "product",
  item_id: "product",
  order_id: "order",
  customer_id: "customer",
};
/** The id in a hyperlink to a record, by the record's path: 17 of `https://shop.example/orders/17/`. */
function idIn(link: unknown, path: unknown): unknown {
  if (typeof link !== "string" || !link.includes("/") || typeof path !== "string") return link;
  const [, , template = ""] = LINE.exec(path) ?? [];
  const [before = "", , after = ""] = template.replace(/\/?(\?.*)?$/, "").split(PLACEHOLDER);
  const [escapedBefore, escapedAfter] = [before, after].map((part) =>
    part.replace(/[^\w/]/g, "\\$&"),
  );
  const pattern = new RegExp(`${escapedBefore}([^/]+?)${escapedAfter}(?:\\.json)?/?$`); // DRF's suffix of a format
  const [, id] = pattern.exec(link.replace(/[?#].*/, "")) ?? [];
  try {
    return id === undefined ? link : decodeURIComponent(id);
  } catch {
    return link; // one row's, which spoils no other
  }
}
/** Reads rows, as many as the links may be followed of: those that follow are for another request. */
async function readInBatches<Row>(rows: Row[], read: (row: Row) => Promise<unknown>) {
  const results: unknown[] = [];
  while (results.length < rows.length) {
    const batch = rows.slice(results.length, results.length + BATCH).map(read);
    const found = await Promise.all(batch).catch((error: unknown) => {
      if (results.length && error instanceof ShopError && error.code === "too_linked") return [];
      throw error;
    });
    if (!found.length) break;
    results.push(...found);
  }
  return results;
}
/** A dialect made of tables. @throws {MappingError} naming the first thing in them that cannot be */
export function defineShop(tables: Tables): Dialect {
  check(tables);
  const { currency, idempotency, paths = {}, query: parameters = {}, bodies = {} } = tables;
  const statuses = Object.entries(tables.statuses ?? {});
  const canonical = new Map<unknown, string>(statuses);

  /** The path of an endpoint as the tables have it; null: the shop has none. */
  function pathOf(endpoint: EndpointName) {
    const isGivenOnly = tables.only || endpoint === "previewChange"; // a shop of its own has none
    const atOrder = endpoint === "orderStatus" && paths.order;
    const usual = isGivenOnly ? null : endpoints[endpoint].path.template;
    const { [endpoint]: given = atOrder || usual } = paths;
    return given;
  }

  const readSource = (source: string | Compute, place: string, scope: Scope): unknown =>
    typeof source === "string"
      ? at(scope.row, source)
      : computed(place, () => source(scope.row, scope.answer, scope.asked));
  const ofAnswer = (answer: unknown, asked: Asked): Scope => ({ row: answer, answer, asked });
  const rowsOf = (json: unknown, asked: Asked): unknown[] | undefined =>
    tables.page
      ? [readSource(tables.page, "page", ofAnswer(json, asked)), json, at(json, "results")].find(
          Array.isArray,
        )
      : [readPage(json).results].find(Array.isArray);
  const nextOf = (json: unknown, asked: Asked) =>
    readSource(tables.next ?? "next", "next", ofAnswer(json, asked));
  const recordOf = (json: unknown, asked: Asked) =>
    tables.record ? readSource(tables.record, "record", ofAnswer(json, asked)) : json;

  /** Reads one answer by the tables of fields. Every link in it is followed once. */
  function reader(answer: unknown, load: Load, isRow: boolean, asked: Asked) {
    const read = new Map<string, Promise<unknown>>();
    const follow = (link: string) => {
      const found = read.get(link) ?? load(link).then((json) => recordOf(json, asked));
      read.set(link, found);
      return found;
    };
    /** All of a linked list: it must not seem shorter than it is. */
    async function followList(link: string): Promise<unknown> {
      const all: unknown[] = [];
      for (let to: unknown = link; typeof to === "string" && to;) {
        const json = await load(to);
        const page = readPage(json);
        all.push(...(rowsOf(json, asked) ?? [recordOf(json, asked)]));
        const next = tables.next ? nextOf(json, asked) : (page.next ?? at(json, "next"));
        if (!next && (page.count ?? 0) > all.length)
          throw new MappingError(`a linked list has ${page.count} rows and no link to all of them`);
        to = typeof next === "string" ? withQuery(link, next) : undefined;
      }
      return all;
    }
    const unlessGone = (error: unknown) => {
      if (error instanceof ShopError && error.context.status === 404) return undefined; // not there
      throw error;
    };
    async function loaded(link: unknown, isOfMany: boolean): Promise<unknown> {
      if (Array.isArray(link))
        return Promise.all(link.map((one) => (typeof one === "string" ? follow(one) : one)));
      if (typeof link !== "string" || !link) return link;
      return isOfMany ? followList(link) : follow(link).catch(unlessGone);
    }
    type Fields = Record<string, Source>;
    /** One for each piece: what says that it is two stands there twice. */
    function repeated(rows: unknown[], repeat: string | Compute, place: string): unknown[] {
      return rows.flatMap((row) => {
        const count = Number(textOf(readSource(repeat, place, { row, answer, asked })) ?? NaN);
        const isCount = Number.isInteger(count) && count >= 0;
        return Array.from({ length: isCount ? Math.min(count, MAX_REPEAT) : 1 }, () => row);
      });
    }
    /** What a path leads to, its ids filled in from the record that it belongs to. */
    async function loadPath(path: string, isOfMany: boolean, { row, fields, place }: At) {
      const names = Array.from(path.matchAll(PLACEHOLDER), ([, name = ""]) => name);
      const ids = await Promise.all(names.map((name) => idOf(name, { row, fields, place })));
      if (!ids.every((id) => ID.test(id))) return undefined;
      const filled = path.replace(PLACEHOLDER, () => encodeURIComponent(ids.shift() ?? ""));
      return loaded(filled.slice(1), isOfMany).catch(unlessGone); // below the shop's own address
    }
    /** An id of a record: its own, or else that of the request. */
    async function idOf(name: string, { row, fields, place }: At): Promise<string> {
      const [, others = []] = USUAL_NAMES.find(([own]) => own === name) ?? [];
      const usual = [name, ...others].find((other) => /string|number/.test(typeof at(row, other)));
      const source = fields[name] ?? usual;
      const own =
        source === undefined
          ? undefined
          : await value(source, { row, fields, place: `${place}.${name}` });
      return textOf(idIn(own, pathOf(RECORD_OF[name] ?? "order"))) ?? asked.ids[name] ?? "";
    }
    async function value(source: Source, where: At, isOfMany = false): Promise<unknown> {
      const { row, place } = where;
      const scope = { row, answer, asked };
      if (source === null) return undefined;
      if (typeof source !== "object") return readSource(source, place, scope);
      const { from, load = false, repeat, each } = source;
      if (isRow && load === true) return undefined;
      const isPath = typeof from === "string" && from.startsWith("/");
      const found = isPath ? undefined : readSource(from, `${place}.from`, scope);
      const there = isPath
        ? await loadPath(from, isOfMany, where)
        : load
          ? await loaded(found, isOfMany)
          : found;
      const part = (one: unknown): unknown => {
        if (each === undefined || one === undefined || one === null) return one;
        const inner = `${place}.each`;
        return isTable(each) && !("from" in each)
          ? readFields(each as Fields, one, inner) // held to that by `check`
          : value(each as Source, { row: one, fields: {}, place: inner }); // likewise
      };
      if (!Array.isArray(there)) return part(there);
      if (!repeat) return Promise.all(there.map(part));
      const pieces = await Promise.all(repeated(there, repeat, `${place}.repeat`).map(part));
      return pieces.map((piece) => (isTable(piece) ? { ...piece, quantity: undefined } : piece));
    }
    async function readFields(fields: Fields, row: unknown, place: string, thing?: RecordName) {
      const entries = Object.entries(fields).map(async ([name, source]) => {
        const isOfMany = thing !== undefined && isList(thing, name);
        const found = await value(source, { row, fields, place: `${place}.${name}` }, isOfMany);
        const record = RECORD_OF[name];
        return [name, record ? idIn(found, pathOf(record)) : found];
      });
      return { ...(isTable(row) && row), ...Object.fromEntries(await Promise.all(entries)) };
    }
    return async (
      [thing, { shape }]: [RecordName, z.ZodObject],
      row: unknown,
    ): Promise<unknown> => {
      if (!isTable(row)) return row;
      const table: Fields = { ...tables.fields?.[thing] };
      const isWhole = "shipments" in shape; // an order, and no row or status
      const isRead = (name: string) =>
        name in shape || name === "currency" || (isWhole && name === "tracking_ids");
      const fields = Object.entries(table).filter(([name]) => isRead(name));
      const all = await readFields(Object.fromEntries(fields), row, `fields.${thing}`, thing);
      if (thing !== "order") return all;
      const canonicalOf = ({ status }: { status?: unknown }) =>
        canonical.get(textOf(status)) ?? status;
      const named = (step: unknown) => ({ ...Object(step), status: canonicalOf(Object(step)) });
      const { timeline, status, shipments, tracking_ids } = all;
      const isTracked = isWhole && Array.isArray(tracking_ids) && tracking_ids.length > 0;
      return {
        ...named(all),
        ...(isTracked && shipments === undefined && { shipments: [{ tracking_ids }] }),
        ...(isLabel(status) && { raw_status: status }),
        ...(Array.isArray(timeline) && { timeline: timeline.map(named) }),
      };
    };
  }

  /** What is sent for a parameter of the contract. */
  function sent(name: string, value: string, asked: Asked): [name: string, value: string][] {
    const by = parameters[name];
    if (by === null) return [];
    const all = name === "status" ? statuses.filter(([, status]) => status === value) : [];
    const own = all.length ? all.map(([status]) => status) : [value];
    const place = `query.${name}`;
    if (typeof by !== "function") return [[by ?? name, own[0] ?? value]];
    return parametersOf(place, () => by(value, { ...asked, own }));
  }
  const { order_number: byNumber } = tables.lookup ?? {};
  function lookup(order_number: string) {
    if (byNumber === true || byNumber === undefined) return {};
    if (typeof byNumber === "string") return { [byNumber]: order_number };
    return Object.fromEntries(parametersOf("lookup.order_number", () => byNumber(order_number)));
  }

  return {
    currency,
    idempotency,
    withdrawn: Object.keys(parameters).filter((name) => parameters[name] === null),
    lookup: byNumber === undefined ? undefined : lookup,
    has: (endpoint) => pathOf(endpoint) !== null,
    request(asked) {
      const { endpoint, ids, query } = asked;
      const { path: contract, method: usual } = endpoints[endpoint];
      const given = pathOf(endpoint);
      const place = `paths.${endpoint}`;
      const whole = typeof given === "function" ? computed(place, () => given(ids, query)) : given;
      if (whole === null || whole === undefined) return undefined;
      const [, method = usual, line] = LINE.exec(textOf(whole) ?? "") ?? [];
      if (!line) throw new MappingError(`${place} gives no path`);
      const filled = line.replace(PLACEHOLDER, (_, name) => encodeURIComponent(ids[name] ?? ""));
      const [path, constant] = filled.split("?");
      const search = new URLSearchParams(constant);
      for (const [name, value] of Object.entries(query)) {
        const isTheirs = !Object.hasOwn(contract.query, name); // of the shop's own `next` link
        const added = isTheirs ? [[name, value] as const] : sent(name, value, asked);
        const fresh = added.filter(([own]) => !(isTheirs && search.has(own)));
        for (const [own] of fresh) search.delete(own);
        for (const [own, its] of fresh) search.append(own, its);
      }
      return { method, path: `${path}${search.size ? `?${search}` : ""}` };
    },
    body(asked, body) {
      const work = bodies[asked.endpoint] as ((body: unknown, asked: Asked) => unknown) | undefined; // of this endpoint's body
      return work ? computed(`bodies.${asked.endpoint}`, () => work(body, asked)) : body;
    },
    async answer(asked, json, load, range) {
      const { endpoint } = asked;
      const isPage = "limit" in endpoints[endpoint].path.query;
      const [kind, read] = [ANSWERS[endpoint], reader(json, load, isPage, asked)];
      if (!isPage) return read(kind, recordOf(json, asked));
      const all = rowsOf(json, asked);
      if (!all) throw new MappingError(`page: there are no rows at ${tables.page ?? "results"}`);
      const { from, to } = range ?? { from: 0, to: all.length };
      const isDear = range !== undefined && followsLinks(tables.fields?.[kind[0]]);
      const rows = isDear ? all.slice(from, to) : all;
      const results = await readInBatches(rows, (row) => read(kind, row));
      const { results: own, next: link, count, has_more, currency } = readPage(json);
      const isSifting = typeof tables.page === "function" && Array.isArray(own);
      const sifted = isSifting ? Math.max(own.length - all.length, 0) : 0;
      const isWhole = Array.isArray(json) && parameters["limit"] === null; // nobody has cut it
      const next = tables.next ? (nextOf(json, asked) ?? null) : link;
      const said = {
        currency,
        results,
        next,
        count,
        has_more: next === undefined ? (has_more ?? (isWhole ? false : undefined)) : undefined,
      };
      if (!isDear && !sifted) return said;
      const skipped = isDear ? Math.min(from, all.length) : undefined;
      return { ...readPage(said), sent: all.length, skipped, sifted };
    },
  };
}
