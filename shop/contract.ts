/**
 * What Django sends and accepts: ids, statuses, the schema of every answer and body, and `endpoints`, the table
 * of all that is ever requested. Pure data; the mock shop and the OpenAPI document are made from it too.
 *
 * @module
 */
import * as z from "zod";
import { isBlank, money } from "./money.ts";
import { currentNotes } from "./notes.ts";
import { multiLine, toPlainText, singleLine } from "./text.ts";

/**
 * The only ids that reach a path: letters and digits of any script. `encodeURIComponent("..")` is still `..`, so
 * escaping alone does not help.
 */
export const ID = /^(?!.*\.\.)[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._:~-]{0,127}$/u;
/**
 * The canonical statuses of an order. Whatever else a shop says becomes `unknown`, with its own word in `raw_status`;
 * that is also there where a dialect has mapped it.
 */
export const STATUSES = [
  "pending",
  "processing",
  "shipped",
  "delivered",
  "cancelled",
  "return_requested",
  "exchange_requested",
] as const;

// ── Paths ───────────────────────────────────────────────────────────────────────────────────────

/**
 * A path of the contract: its template, and the names and types of its query parameters.
 *
 * ```ts
 * path`/api/orders/${"order_id"}/?status&limit:integer`
 * ```
 */
export function path(strings: TemplateStringsArray, ...names: string[]) {
  const [whole = "", query = ""] = String.raw(strings, ...names.map((n) => `{${n}}`)).split("?");
  const [start = "", ...rest] = strings.map((part) => part.replace(/\?.*/, ""));
  const parts = names.map((name, at) => ({ name, after: rest[at] ?? "" }));
  return {
    template: whole,
    query: Object.fromEntries(
      query.split("&").flatMap((part) => {
        const [name, type = "string"] = part.split(":");
        return name ? [[name, type]] : [];
      }),
    ),
    /** The path with these ids. @throws {TypeError} for an id that is not on the allow-list */
    fill(ids: Record<string, string>): string {
      let filled = start;
      for (const { name, after } of parts) {
        const id = ids[name] ?? "";
        if (!ID.test(id)) throw new TypeError(`${name} is not on the allow-list`);
        filled += encodeURIComponent(id) + after;
      }
      return filled;
    },
  };
}

// ── What Django sends ───────────────────────────────────────────────────────────────────────────

const text = (max: number) => z.string().overwrite((written) => toPlainText(written, max));
const [text80, text300, text2000] = [text(80), text(300), text(2000)];
const asText = (sent: unknown) => (/number|boolean/.test(typeof sent) ? String(sent) : sent);
/** An id is whole or absent: never cut, never taken for HTML, and without what a reader would not see. */
export const id = z.preprocess(
  (sent) => (typeof sent === "number" ? String(sent) : sent),
  z
    .string()
    .overwrite((written) => written.trim())
    .min(1)
    .refine((written) => /^[^<>]{1,128}$/u.test(written) && singleLine(written) === written),
);
const link = z.string(); // `normalizeAnswer` has made it an absolute address, or left it out
const bool = z.boolean();
/** Pieces, where a shop may also write "2.000". */
const quantity = z.preprocess(
  (sent) => (typeof sent === "string" && /^\d{1,7}(\.\d{1,6})?$/.test(sent) ? Number(sent) : sent),
  z.number().min(0).max(1_000_000),
);

/** A part of an address: shops keep postcodes, and sometimes house numbers, as numbers. */
const addressPart = z.preprocess(asText, text300);

/** Values and objects whose absence is noted where they are there and cannot be read: the rest means another thing without them. */
const isMissed = (schema: z.ZodType) =>
  schema === money || schema === quantity || schema === addressPart || schema.type === "object";
const ifValid = <T extends z.ZodType>(schema: T, name: string) =>
  schema.optional().catch((context) => {
    const notes = currentNotes();
    const what = name.replaceAll("_", " ");
    if (!notes || isBlank(context.value)) return undefined;
    if (isMissed(schema)) notes.leaveOut(what);
    if (schema.type === "array" && !Array.isArray(context.value)) notes.leaveOut(`list of ${what}`);
    return undefined;
  });
/** An object with required fields, and optional ones: an optional field with an invalid value is left out. */
function lenientObject<R extends z.ZodRawShape, O extends z.ZodRawShape>(required: R, optional: O) {
  const lenient = Object.entries(optional).map(([name, schema]) => [
    name,
    ifValid(schema as z.ZodType, name),
  ]);
  type Lenient = { [K in keyof O]: z.ZodCatch<z.ZodOptional<O[K]>> };
  return z.object({
    ...required,
    ...z.object(Object.fromEntries(lenient) as Lenient).partial().shape,
  });
}
/** What stands in a list for an entry that cannot be read, until it is left out. */
class Unreadable {
  constructor(readonly path: PropertyKey[]) {}
}
/** A list without the entries that cannot be read, which are noted as `noun`. It is invalid if no entry is left. */
const listOf = <S extends z.ZodType>(entry: S, noun: string) =>
  z
    .array(
      entry.catch((context) => {
        currentNotes()?.leaveOut(noun);
        const path = context?.error.issues[0]?.path; // JSON Schema is made without a context
        return (path && new Unreadable(path)) as never; // a later step takes it out
      }),
    )
    .check(({ value, issues }) => {
      const [first] = value;
      if (first instanceof Unreadable && value.every((one) => one instanceof Unreadable))
        issues.push({ code: "custom", path: [0, ...first.path], input: value });
    })
    .overwrite((entries) => entries.filter((one) => !(one instanceof Unreadable)));

const options = z.object({}).catchall(z.preprocess(asText, text80));
const address = lenientObject(
  {},
  {
    line1: addressPart,
    line2: addressPart,
    city: addressPart,
    state: addressPart,
    postcode: addressPart,
    country: addressPart,
  },
);
/** Opaque, and another one after every change. A change sends the one that was shown to the user, as `If-Match`. */
const version = id.refine((written) => /^[!#-~]+$/.test(written)); // what a header can carry
/** What the shop allows now: `{allowed, reason?}`, or a bare boolean. */
const permission = z.preprocess(
  (sent) => (typeof sent === "boolean" ? { allowed: sent } : sent),
  lenientObject({ allowed: bool }, { reason: text300 }),
);
const productRow = lenientObject(
  { product_id: id, name: text300 },
  { category: text80, price: money, available: bool, url: link, image: link },
);
const productItem = lenientObject({ item_id: id }, { options, price: money, available: bool });
const product = lenientObject(productRow.omit({ image: true }).shape, {
  description: text2000,
  images: listOf(link, "image"),
  items: listOf(productItem, "variant"),
});
const status = { status: z.enum([...STATUSES, "unknown"]) };
const dates = { placed_at: text80, updated_at: text80, estimated_delivery: text80 };
const tracking_ids = listOf(id, "tracking id");
const item_ids = listOf(id, "item id");
const orderStatus = lenientObject(status, {
  order_id: id,
  order_number: id,
  raw_status: text80,
  ...dates,
  tracking_ids,
});
const orderRow = lenientObject(
  { order_id: id, ...status },
  {
    order_number: id,
    raw_status: text80,
    customer_id: id,
    placed_at: text80,
    total: money,
    item_count: z.int().min(0).max(10_000),
  },
);
const orderLine = lenientObject(
  { item_id: id, name: text300 },
  { product_id: id, options, price: money, quantity },
);
const payments = listOf(
  lenientObject({ kind: text80, amount: money }, { payment_method_id: id }),
  "payment",
);
const order = lenientObject(orderRow.omit({ item_count: true }).shape, {
  ...dates,
  items_modified: bool,
  cancel_reason: text80,
  address,
  lines: listOf(orderLine, "order line"),
  payments,
  shipments: listOf(lenientObject({ tracking_ids }, { item_ids }), "shipment"),
  timeline: listOf(
    lenientObject({ at: text80, status: text80 }, { note: text300 }),
    "timeline entry",
  ),
  return: lenientObject({}, { item_ids, payment_method_id: id, amount: money }),
  exchange: lenientObject(
    {},
    { item_ids, new_item_ids: item_ids, payment_method_id: id, price_difference: money },
  ),
  can_cancel: permission,
  can_change: permission,
  can_change_address: permission,
  can_return: permission,
  can_preview: bool,
  version,
  change: lenientObject({ kind: text80 }, { payments, amount: money }),
});
const names = { email: text300, first_name: text80, last_name: text80 };
const customerRow = lenientObject({ customer_id: id }, { ...names, postcode: addressPart });
/** The end of a text that is plain, and cut between characters: `<b>bold</b>` does not end in a tag. */
const lastFour = z
  .string()
  .overwrite((digits) => [...toPlainText(digits.slice(-300), 300)].slice(-4).join(""));
const paymentMethod = lenientObject(
  { payment_method_id: id, kind: text80 },
  { brand: text80, last_four: lastFour, balance: money },
);
const customer = lenientObject(
  { customer_id: id },
  { ...names, address, payment_methods: listOf(paymentMethod, "payment method"), version },
);
const category = lenientObject({ name: text80 }, { count: z.int().min(0).max(1_000_000) });
const shopInfo = lenientObject(
  { name: text300 },
  {
    currency: text80,
    categories: listOf(category, "category"),
    policies: z.object({}).catchall(text2000),
    support_hours: text300,
  },
);
const supportRequest = lenientObject({ request_id: id }, { order_id: id });

/** The schemas of what Django sends, by name. */
export const schemas = {
  productRow,
  product,
  orderStatus,
  orderRow,
  order,
  customerRow,
  customer,
  shopInfo,
  supportRequest,
};
export type Order = z.output<typeof order>;
export type OrderLine = z.output<typeof orderLine>;
export type Product = z.output<typeof product>;
export type Customer = z.output<typeof customer>;
export type Status = Order["status"];
export type Address = Partial<z.output<typeof address>>;

/** What plain Django views call the contract's fields. */
export const USUAL_NAMES = Object.entries({
  product_id: ["id", "pk", "sku", "slug"],
  name: ["title"],
  order_id: ["id", "pk", "number"],
  order_number: ["number"],
});
const CANONICAL = new Set<unknown>(STATUSES);
/** A status as the contract writes it, in whatever spelling: `Return Requested`, `returnRequested`, `canceled`. */
export const toStatus = (word: string) => {
  const spelling = word
    .trim()
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "_");
  return STATUSES.find((status) => status === spelling.replace(/^canceled$/, "cancelled"));
};
/** A schema that also reads a field under a usual name, and a status in the shop's own words. */
function fromDjango<S extends z.ZodObject>(schema: S) {
  const usual = USUAL_NAMES.filter(([name]) => name in schema.shape);
  return z.preprocess((body) => {
    if (!isObject(body)) return body;
    let row: Fields = body; // and a copy of it, once something is changed
    for (const [name, others] of usual) {
      if (!isBlank(row[name])) continue;
      const other = others.find((other) => !isBlank(row[other]));
      if (other) row = { ...row, [name]: row[other] };
    }
    if (asText(row.order_number) === asText(row.order_id) && row.order_number !== undefined)
      row = { ...row, order_number: undefined }; // it says no more
    const word = asText(row.status);
    if (typeof word !== "string" || isBlank(word) || CANONICAL.has(word)) return row;
    const status = toStatus(word);
    return { ...row, status: status ?? "unknown", raw_status: status ? row.raw_status : word };
  }, schema);
}
/**
 * Where shops put what a page is made of, and what they call it: DRF, django-ninja, JSON:API, HAL, plain views.
 * Names are compared without their case, `_`, `-` and a prefix as in `hydra:next`. A part is an object that holds
 * some of it.
 */
const PAGE = {
  parts: "links meta pagination paging page pageinfo cursor cursors view embedded data".split(" "),
  results:
    "results items data products orders customers objects objectlist rows records list member".split(
      " ",
    ),
  next: "next nexturl nextlink nextpageurl".split(" "),
  /** The names of a next page that is no link, and the parameter that it goes into. */
  tokens: {
    nextcursor: "cursor",
    nextpage: "page",
    nextoffset: "offset",
    nextpagetoken: "page_token",
  },
  count: "count total totalcount totalitems totalresults totalelements".split(" "),
  more: "more hasmore hasnext hasnextpage".split(" "),
  last: "last islast lastpage islastpage".split(" "),
  page: "page currentpage pagenumber".split(" "),
  pages: "pages totalpages numpages nbpages pagecount lastpage".split(" "),
};
type Fields = Record<string, unknown>;
const isObject = (json: unknown): json is Fields =>
  typeof json === "object" && json !== null && !Array.isArray(json);
const MAX_LINKS = 20;
/** One of a list of links, `{rel: "next", href}`, as a field. */
const linkField = (link: unknown): [string, unknown][] =>
  isObject(link) && typeof link["rel"] === "string" ? [[link["rel"], link["href"]]] : [];
/** The fields of a page and, two levels deep, of its parts; the outer ones first. */
function fieldsOfPage(page: Fields, depth = 2): [string, unknown][] {
  const fields = Object.entries(page).flatMap(([name, value]): [string, unknown][] =>
    value === undefined ? [] : [[name.replace(/^.*[.:]|[_-]/g, "").toLowerCase(), value]],
  );
  const parts = fields.filter(([name]) => depth && PAGE.parts.includes(name));
  const inner = parts.flatMap(([name, part]) => {
    if (isObject(part)) return fieldsOfPage(part, depth - 1);
    return name === "links" && Array.isArray(part)
      ? part.slice(0, MAX_LINKS).flatMap(linkField)
      : [];
  });
  return [...fields, ...inner];
}
/** The query that leads to the next page: that of a link, or made of a page's number or name. */
function linkTo(next: unknown, parameter = "page"): string | undefined {
  const token = typeof next === "number" && next > 0 ? `${next}` : next;
  if (typeof token !== "string" || !token) return undefined;
  const isLink = token.includes("?") || (parameter === "page" && !/^\d+$/.test(token));
  return isLink ? token : `?${new URLSearchParams({ [parameter]: token })}`;
}

/** What an object says of the next page: its link, as in JSON:API and HAL, or else its parameters. */
function nextOf(sent: Fields): unknown {
  const link = ["href", "url"].find((name) => name in sent);
  if (link) return sent[link];
  const parameters = Object.entries(sent).filter(([, value]) => !isBlank(asText(value)));
  const query = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, `${value}`]),
  );
  return query.size > 0 && `?${query}`;
}
/** A flag as shops write it: `true`, `"True"`, `1`. */
const FLAGS = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** Whether these fields of an answer of 200 say that it is an error's. */
const sayFailure = (sentAs: (name: string) => unknown[]): boolean =>
  ["success", "ok"].flatMap(sentAs).includes(false) ||
  sentAs("status").some((status) => typeof status === "string" && /^(error|fail)/i.test(status)) ||
  ["error", "errors"].flatMap(sentAs).some((error) => Object.keys(Object(error)).length > 0);
/** An answer of 200 with an error in it: nothing was found, or made, or accepted. */
export const saysFailure = (json: unknown): boolean =>
  isObject(json) && sayFailure((name) => (json[name] === undefined ? [] : [json[name]]));

interface PageOf<Results> {
  results: Results;
  currency?: unknown;
  next?: string | null | undefined;
  count?: number | undefined;
  has_more?: boolean | undefined;
  sent?: number | undefined;
  /** How many of the shop's rows were left unread before the first of `results`, by a dialect that follows links. */
  skipped?: number | undefined;
  /** How many of the shop's rows a dialect left out, because they are none of what was asked for. */
  sifted?: number | undefined;
}
/** A page of a list, as a request gives it. */
export type Page<Row> = PageOf<Row[]>;
/** DRF's own page, which most shops send: it says nothing in another place, so that nothing has to be looked for. */
function isPlainPage(
  page: Fields,
): page is { results: unknown[]; next: string | null; count: number } {
  const { results, next, count } = page;
  return (
    Array.isArray(results) &&
    (next === null || (typeof next === "string" && next.includes("?"))) &&
    Number.isInteger(count) &&
    Number(count) >= 0 &&
    Number(count) < 1e9 &&
    Object.keys(page).every((name) => PLAIN_PAGE.has(name))
  );
}
const PLAIN_PAGE = new Set(["count", "next", "previous", "results"]);
/**
 * What a page says, wherever it says it. A bare list is its rows.
 * @returns `results`, `sent` (their number), `next` (a link), `count` (of the whole list), `has_more`, `currency`: what it does not say is absent
 */
export function readPage(json: unknown): Partial<PageOf<unknown>> {
  if (Array.isArray(json)) return { results: json, sent: json.length };
  if (!isObject(json)) return {};
  if (isPlainPage(json)) {
    const { results, next, count } = json;
    return { results, sent: results.length, next, count, has_more: Boolean(next) };
  }
  const fields = fieldsOfPage(json);
  const sentAs = (wanted: string) =>
    fields.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const results = PAGE.results.flatMap(sentAs).find(Array.isArray);
  if (!results || (!results.length && sayFailure(sentAs))) return {};
  const integers = (names: string[]) =>
    names.flatMap(sentAs).flatMap((sent) => {
      const isInteger = /number|string/.test(typeof sent) && /^\d{1,9}$/.test(String(sent));
      return isInteger ? Number(sent) : [];
    });
  const parameters = Object.entries({
    ...Object.fromEntries(PAGE.next.map((name) => [name, undefined])),
    ...PAGE.tokens,
  });
  const nexts = parameters.flatMap(([name, parameter]) =>
    sentAs(name).map((sent) => {
      const next = isObject(sent) ? nextOf(sent) : sent;
      return { next, link: linkTo(next, parameter) };
    }),
  );
  const flags = PAGE.more
    .flatMap(sentAs)
    .flatMap((sent) => FLAGS.get(String(asText(sent)).toLowerCase()) ?? []);
  const ends = PAGE.last.flatMap(sentAs).filter((sent) => typeof sent === "boolean");
  const said = [
    ...flags,
    ...ends.map((isLast) => !isLast),
    ...nexts.map(({ next }) => Boolean(next)),
  ];
  const [[number = 1], [pages = 1]] = [integers(PAGE.page), integers(PAGE.pages)];
  const next = nexts.find(({ link }) => link)?.link ?? null;
  const currency = ["currency", "currencycode"].flatMap(sentAs).find((sent) => !isBlank(sent));
  const count = Math.max(...integers(PAGE.count)); // `count` may be the page's own
  const has_more = said.includes(true) || Math.max(number, 1) < pages; // some count pages from 0
  return {
    results,
    sent: results.length,
    ...(currency !== undefined && { currency }),
    ...(nexts.length && { next }),
    ...(count >= 0 && { count }),
    ...((has_more || said.length > 0) && { has_more }),
  };
}
/**
 * A page, with what the headers of its answer say of the rest where it does not say so itself: RFC 8288's `Link`, and
 * the counts of `X-Total-Count` and `Content-Range`. Whatever else is given comes back as it is.
 */
export function addHeaders(page: unknown, headers: Headers): unknown {
  if (!isObject(page) || !Array.isArray(page["results"])) return page;
  const links = headers
    .get("link")
    ?.slice(0, 4000)
    .split(/,\s*(?=<)/);
  const next = links
    ?.map((link) => /^\s*<([^>]*)>.*;\s*rel="?next\b/i.exec(link)?.[1])
    .find(Boolean);
  const range = headers.get("content-range")?.split("/").at(-1);
  const total = headers.get("x-total-count") ?? range;
  if (links === undefined && total === undefined) return page;
  const count = /^\d{1,9}$/.exec(total ?? "")?.[0];
  const said = Object.entries(page).filter(([, value]) => value !== undefined);
  return {
    ...(links && { next: next ?? null, has_more: Boolean(next) }),
    ...(count && { count: Number(count) }),
    ...Object.fromEntries(said),
  };
}
/** A page as `readPage` gives it; \`sent\` is how many rows there were, whatever became of them. */
const pageOf = <S extends z.ZodObject>(row: S, noun: string) =>
  z.preprocess(
    (body) => {
      const page: Partial<PageOf<unknown>> =
        isObject(body) && "sent" in body ? body : readPage(body);
      if (!Array.isArray(page.results))
        return isObject(body) && Array.isArray(body["results"]) ? page : body;
      const { results, sent = 0, skipped = 0 } = page;
      const read = typeof skipped === "number" ? skipped + results.length : 0; // a dialect may say anything
      return typeof sent === "number" && read < sent ? { ...page, has_more: true } : page;
    },
    lenientObject(
      { results: listOf(fromDjango(row), noun) },
      {
        next: z.string(),
        count: z.int().min(0),
        has_more: bool,
        sent: z.int(),
        skipped: z.int(),
        sifted: z.int(),
      },
    ),
  );

// ── What Django accepts ─────────────────────────────────────────────────────────────────────────

export const NOT_AN_ID =
  "expected an id as the shop writes it: up to 128 letters, digits and . _ : ~ -";
/** An id as an argument: without surrounding spaces and one leading `#`, and on the allow-list. */
export const idInput = z
  .string()
  .overwrite((given) => given.trim().replace(/^#/, ""))
  .refine((given) => ID.test(given), { error: NOT_AN_ID });
/** What an order is called by: its id, or its number, which may have a slash or a space in it, and a `#` before it. */
export const orderInput = z
  .string()
  .overwrite((given) => given.trim())
  .refine((given) => ID.test(given) || id.safeParse(given.replace(/^#/, "")).success, {
    error: NOT_AN_ID,
  });
/** Ids out of an address of a resource, where a host has percent-encoded them. */
export const decodeIds = (ids: object): object =>
  Object.fromEntries(
    Object.entries(ids).map(([name, id]) => {
      try {
        return [name, decodeURIComponent(id)];
      } catch {
        return [name, id]; // and no id
      }
    }),
  );
/** Text that an assistant writes. It is measured as written: nothing longer is looked at. */
const written = (max: number) => z.string().max(max, { abort: true });
export const line = written(200).overwrite(singleLine);
export const requiredText = line.min(1);
export const addressInput = {
  line1: requiredText,
  line2: line.default(""),
  city: requiredText,
  state: line.default(""),
  postcode: requiredText,
  country: requiredText,
};
export const payment_method_id = idInput.describe("As get_customer gives it");
const itemSwap = z.strictObject({ item_id: idInput, new_item_id: idInput });

/** The bodies of changes. */
export const cancelBody = z.object({
  reason: z.enum(["no_longer_needed", "ordered_by_mistake"]),
});
const addressBody = z.object({ address: z.object(addressInput) });
export const itemsBody = z.object({
  items: z.array(itemSwap).min(1).max(50),
  payment_method_id,
});
export const paymentBody = z.object({ payment_method_id });
const returnBody = z.object({
  items: z.array(itemSwap.pick({ item_id: true })),
  payment_method_id,
});
/** The changes of an order that a shop can preview, by the last part of their path. */
export const CHANGES = ["cancel", "address", "items", "payment", "returns", "exchanges"] as const;
export type OrderChange = (typeof CHANGES)[number];
const previewBody = z.object({
  change: z.enum(CHANGES),
  body: z.record(z.string(), z.unknown()).describe("As the change itself takes it"),
});
export const supportBody = z.object({
  subject: requiredText,
  message: written(4000).overwrite(multiLine).min(1),
  order_id: idInput.optional(),
});

// ── Endpoints ───────────────────────────────────────────────────────────────────────────────────

type Path = ReturnType<typeof path>;
export interface Endpoint<Answer = unknown, Body = unknown> {
  method: "GET" | "POST" | "PATCH";
  /** Its name in error messages. */
  what: string;
  path: Path;
  body: z.ZodType<Body>;
  answer: z.ZodType<Answer>;
}
const get = <S extends z.ZodObject>(
  what: string,
  path: Path,
  schema: S,
): Endpoint<z.output<S>, undefined> => {
  return { method: "GET", what, path, body: z.undefined(), answer: fromDjango(schema) };
};
const getPage = <S extends z.ZodObject>(what: string, path: Path, row: S, noun: string) => {
  return { ...get(what, path, row), answer: pageOf(row, noun) };
};
const endpointFor =
  (method: Endpoint["method"]) =>
  <S extends z.ZodObject, B>(
    what: string,
    path: Path,
    body: z.ZodType<B>,
    schema: S,
  ): Endpoint<z.output<S>, B> => {
    return { method, what, path, body, answer: fromDjango(schema) };
  };
const [post, patch] = [endpointFor("POST"), endpointFor("PATCH")];

/** Everything that is requested of Django. Nothing else is ever sent, and the mock shop answers just these. */
export const endpoints = {
  searchProducts: getPage(
    "product search",
    path`/api/products/search/?q&limit:integer&category&min_price:decimal&max_price:decimal&in_stock:boolean&ordering&cursor`,
    productRow,
    "product",
  ),
  product: get("product record", path`/api/products/${"product_id"}/`, product),
  orderStatus: get("order status", path`/api/orders/${"order_id"}/status/`, orderStatus),
  order: get("order record", path`/api/orders/${"order_id"}/`, order),
  orders: getPage(
    "order list",
    path`/api/orders/?status&customer&limit:integer&cursor`,
    orderRow,
    "order",
  ),
  customers: getPage(
    "customer search",
    path`/api/customers/?email&first_name&last_name&postcode&limit:integer&cursor`,
    customerRow,
    "customer",
  ),
  customer: get("customer profile", path`/api/customers/${"customer_id"}/`, customer),
  shop: get("shop information", path`/api/shop/`, shopInfo),
  cancelOrder: post("cancellation", path`/api/orders/${"order_id"}/cancel/`, cancelBody, order),
  changeOrderAddress: patch(
    "change of address",
    path`/api/orders/${"order_id"}/address/`,
    addressBody,
    order,
  ),
  changeOrderItems: post(
    "change of items",
    path`/api/orders/${"order_id"}/items/`,
    itemsBody,
    order,
  ),
  changeOrderPayment: patch(
    "change of payment",
    path`/api/orders/${"order_id"}/payment/`,
    paymentBody,
    order,
  ),
  returnItems: post("return", path`/api/orders/${"order_id"}/returns/`, returnBody, order),
  exchangeItems: post("exchange", path`/api/orders/${"order_id"}/exchanges/`, itemsBody, order),
  previewChange: post(
    "preview of a change",
    path`/api/orders/${"order_id"}/previews/`,
    previewBody,
    order,
  ),
  changeCustomerAddress: patch(
    "change of the customer's address",
    path`/api/customers/${"customer_id"}/address/`,
    addressBody,
    customer,
  ),
  contactSupport: post(
    "support request",
    path`/api/support/requests/`,
    supportBody,
    supportRequest,
  ),
};
export type EndpointName = keyof typeof endpoints;

// ── Dialects ────────────────────────────────────────────────────────────────────────────────────

/** What is asked of a shop, in the contract's terms. */
export interface Asked {
  endpoint: EndpointName;
  /** In the path: `{ order_id: "1036" }`. */
  ids: Record<string, string>;
  query: Record<string, string>;
}
/** Rows of a list: from the first to the one before the last, counted from 0. */
export interface RowRange {
  from: number;
  to: number;
}
/** How a shop with another API is reached and understood. `defineShop` in shop/mapping/ makes one from tables. */
export interface Dialect {
  /** ISO 4217, of prices that are sent without a currency. */
  currency?: string | undefined;
  /** false: the shop honours no `Idempotency-Key`, so a change is never sent twice. */
  idempotency?: boolean | undefined;
  /** Query parameters that the shop does not know: the tools do not take what becomes of them. */
  withdrawn?: string[];
  /** The query by which the list of orders has the one with this number. Without it orders are named by their ids alone. */
  lookup?: ((order_number: string) => Record<string, string>) | undefined;
  /** Whether the shop has an endpoint at all. */
  has(endpoint: EndpointName): boolean;
  /** The path and query of what is asked; undefined: the shop has no such thing for these ids. */
  request(asked: Asked): { method?: string | undefined; path: string } | undefined;
  /** The shop's body, made from the contract's. */
  body(asked: Asked, body: unknown): unknown;
  /**
   * The contract's JSON, made from the shop's.
   * @param load reads JSON at another address of the same origin; a relative one is below the shop's base address
   * @param rows which rows of a list are needed
   */
  answer(
    asked: Asked,
    json: unknown,
    load: (address: string) => Promise<unknown>,
    rows?: RowRange,
  ): Promise<unknown>;
}
/** A name or a value of a query, as forms write it. */
const encode = (text: string): string =>
  /^[\w.*-]*$/.test(text) ? text : new URLSearchParams([["", text]]).toString().slice(1);
/** The dialect of a shop that speaks the contract itself. */
export const CONTRACT: Dialect = {
  has: () => true,
  request({ endpoint, ids, query }) {
    const parts = Object.keys(query).map((name) => `${encode(name)}=${encode(query[name] ?? "")}`);
    const search = parts.length ? `?${parts.join("&")}` : "";
    return { path: endpoints[endpoint].path.fill(ids) + search };
  },
  body: (_, body) => body,
  answer: async ({ endpoint }, json) => {
    const page = "limit" in endpoints[endpoint].path.query && readPage(json);
    return page && page.results ? page : json; // before anything takes a page's `total` for money
  },
};
