/** What Django sends and accepts. */
import * as z from "zod";
import { money } from "./money.ts";
import { lines, plain, visible } from "./text.ts";

/** The only ids that reach a path. `encodeURIComponent("..")` is still `..`, so no escaping helps. */
export const ID = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
export const OPEN = ["pending", "processing", "shipped", "delivered"] as const;
export const ENDED = ["cancelled", "return_requested", "exchange_requested"] as const;
export const STATUSES = [...OPEN, ...ENDED];
export type Status = (typeof STATUSES)[number];

/** A path of the contract, its ids' names, and its query's with their types: `` path`/api/orders/${"order_id"}/?a&b:integer` ``. */
export function path(strings: TemplateStringsArray, ...names: string[]) {
  const fillWith = (parts: (string | undefined)[]) => String.raw({ raw: strings }, ...parts);
  const [template = "", query = ""] = fillWith(names.map((name) => `{${name}}`)).split("?");
  return {
    template,
    query: Object.fromEntries(
      query.split("&").flatMap((part) => {
        const [name, type = "string"] = part.split(":");
        return name ? [[name, type]] : [];
      }),
    ),
    /** The path with these ids, which only come in by the allow-list. @throws {TypeError} */
    fill(ids: Record<string, string>): string {
      const bad = names.find((name) => !ID.test(ids[name] ?? ""));
      if (bad) throw new TypeError(`${bad} is not on the allow-list`);
      return fillWith(names.map((name) => ids[name])).replace(/\?.*/, "");
    },
  };
}

const text = (max: number) => z.string().overwrite((written) => plain(written, max));
export const [word, line, prose] = [text(80), text(300), text(2000)];
const asText = (sent: unknown) => (/number|boolean/.test(typeof sent) ? String(sent) : sent);
export const id = z.preprocess(asText, text(64).min(1));
const ids = z.array(id);
export const bool = z.boolean();

const ifFits = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
/** An object with fields that must be there, and others: what does not fit one of those is left out. */
function noun<R extends z.ZodRawShape, O extends z.ZodRawShape>(required: R, optional: O) {
  const lenient = Object.entries(optional).map(([name, schema]) => [
    name,
    ifFits(schema as z.ZodType),
  ]);
  type Lenient = { [K in keyof O]: z.ZodCatch<z.ZodOptional<O[K]>> };
  return z.object({
    ...required,
    ...z.object(Object.fromEntries(lenient) as Lenient).partial().shape,
  });
}

const options = z.object({}).catchall(z.preprocess(asText, word));
const address = noun(
  { line1: line, city: word },
  { line2: line, state: word, postcode: word, country: word },
);
export type Address = Partial<z.output<typeof address>>;
const can = z.preprocess(
  (sent) => (typeof sent === "boolean" ? { allowed: sent } : sent),
  noun({ allowed: bool }, { reason: line }),
);
export const productRow = noun(
  { product_id: id, name: line },
  { category: word, price: money, available: bool, url: line, image: line },
);
export const product = noun(productRow.omit({ image: true }).shape, {
  description: prose,
  images: z.array(line),
  items: z.array(noun({ item_id: id }, { options, price: money, available: bool })),
});
export const status = { status: z.enum([...STATUSES, "unknown"]) };
const dates = { placed_at: word, updated_at: word, estimated_delivery: word };
export const orderStatus = noun(status, {
  order_id: id,
  raw_status: word,
  ...dates,
  tracking_ids: ids,
});
export const orderRow = noun(
  { order_id: id, ...status },
  {
    raw_status: word,
    customer_id: id,
    placed_at: word,
    total: money,
    item_count: z.int().min(0).max(10_000),
  },
);
const refundTo = { payment_method_id: id };
export const order = noun(orderRow.omit({ item_count: true }).shape, {
  ...dates,
  items_modified: bool,
  cancel_reason: word,
  address,
  lines: z.array(noun({ item_id: id, name: line }, { product_id: id, options, price: money })),
  payments: z.array(noun({ kind: word, amount: money }, { payment_method_id: id })),
  shipments: z.array(noun({ tracking_ids: ids }, { item_ids: ids })),
  timeline: z.array(noun({ at: word, status: word }, { note: line })),
  return: noun({ item_ids: ids }, refundTo),
  exchange: noun({ item_ids: ids, new_item_ids: ids }, { ...refundTo, price_difference: money }),
  can_cancel: can,
  can_change: can,
  can_change_address: can,
  can_return: can,
});
const person = { email: line, first_name: word, last_name: word };
export const customerRow = noun({ customer_id: id }, { ...person, postcode: word });
const lastFour = z.string().overwrite((digits) => plain(digits, 40).slice(-4));
const payable = { brand: word, last_four: lastFour, balance: money };
const paymentMethods = z.array(noun({ payment_method_id: id, kind: word }, payable));
export const customer = noun(
  { customer_id: id },
  { ...person, address, payment_methods: paymentMethods },
);
const categories = z.array(noun({ name: word }, { count: z.int().min(0).max(1_000_000) }));
const offers = { currency: word, categories, policies: z.object({}).catchall(prose) };
export const shopInfo = noun({ name: line }, { ...offers, support_hours: line });
export const supportRequest = noun({ request_id: id }, { order_id: id });

/** The names that plain Django views give to what the contract calls otherwise. */
export const USUAL_NAMES = Object.entries({
  product_id: ["id", "pk", "sku", "slug"],
  name: ["title"],
  order_id: ["id", "pk", "number"],
});
/** A noun as Django sends it: by a usual name, with a status that may be the shop's own. */
const asSent = <S extends z.ZodObject>(noun: S) =>
  z.preprocess((body) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
    const row: Record<string, unknown> = { ...body };
    for (const [name, others] of USUAL_NAMES)
      if (name in noun.shape) row[name] ??= row[others.find((other) => other in row) ?? name];
    if (!row.status || !/string|number/.test(typeof row.status)) return row;
    const known = STATUSES.find((status) => status === String(row.status).toLowerCase());
    return {
      ...row,
      status: known ?? "unknown",
      raw_status: known ? undefined : String(row.status),
    };
  }, noun);
/** A page of DRF's (numbered, limit-offset or cursor), or the bare list of a plain view. */
const page = <S extends z.ZodObject>(row: S) =>
  z.preprocess(
    (body) => (Array.isArray(body) ? { results: body } : body),
    noun({ results: z.array(asSent(row)) }, { next: z.string() }),
  );

const bareId = z.string().overwrite((given) => given.trim().replace(/^#/, ""));
export const anId = bareId.refine((given) => ID.test(given), {
  error: "expected an id as the shop writes it: up to 64 letters, digits and . _ : -",
});

export const some = z.string().overwrite(visible).min(1).max(200);
export const payment_method_id = anId.describe("As get_customer gives it");
const swap = z.strictObject({ item_id: anId, new_item_id: anId });
const [swaps, maybe] = [z.array(swap).min(1).max(50), some.default("")];
export const place = {
  line1: some,
  line2: maybe,
  city: some,
  state: maybe,
  postcode: some,
  country: some,
};

const message = z.string().overwrite(lines).min(1).max(4000);
/** What changes bring with them. */
export const cancellation = z.object({
  reason: z.enum(["no_longer_needed", "ordered_by_mistake"]),
});
export const move = z.object({ address: z.object(place) });
export const exchange = z.object({ items: swaps, payment_method_id });
export const payment = z.object({ payment_method_id });
export const giveBack = z.object({
  items: z.array(swap.pick({ item_id: true })),
  payment_method_id,
});
export const letter = z.object({ subject: some, message, order_id: anId.optional() });

export type Path = ReturnType<typeof path>;
/** `what` it is to a person who reads an error, what it brings along, and what Django answers. */
export interface Endpoint<A = unknown, B = unknown> {
  method: "GET" | "POST" | "PATCH";
  what: string;
  path: Path;
  body: z.ZodType<B>;
  answer: z.ZodType<A>;
}
type Sent<O extends z.ZodObject> = z.output<O>;
const get = <O extends z.ZodObject>(what: string, path: Path, noun: O): Endpoint<Sent<O>> => {
  return { method: "GET", what, path, body: z.undefined(), answer: asSent(noun) };
};
const pages = <O extends z.ZodObject>(what: string, path: Path, row: O) => {
  return { ...get(what, path, row), answer: page(row) };
};
const by =
  (method: Endpoint["method"]) =>
  <O extends z.ZodObject, B>(
    what: string,
    path: Path,
    body: z.ZodType<B>,
    noun: O,
  ): Endpoint<Sent<O>, B> => {
    return { method, what, path, body, answer: asSent(noun) };
  };
const [post, patch] = [by("POST"), by("PATCH")];
/** Everything that is asked of Django. The mock shop takes its paths from here. */
export const endpoints = {
  searchProducts: pages(
    "product search",
    path`/api/products/search/?q&limit:integer&category&min_price:decimal&max_price:decimal&in_stock:boolean&ordering&cursor`,
    productRow,
  ),
  product: get("product record", path`/api/products/${"product_id"}/`, product),
  orderStatus: get("order status", path`/api/orders/${"order_id"}/status/`, orderStatus),
  order: get("order record", path`/api/orders/${"order_id"}/`, order),
  orders: pages("order list", path`/api/orders/?status&customer&limit:integer&cursor`, orderRow),
  customers: pages(
    "customer search",
    path`/api/customers/?email&first_name&last_name&postcode&limit:integer&cursor`,
    customerRow,
  ),
  customer: get("customer profile", path`/api/customers/${"customer_id"}/`, customer),
  shop: get("shop information", path`/api/shop/`, shopInfo),
  cancelOrder: post("cancellation", path`/api/orders/${"order_id"}/cancel/`, cancellation, order),
  changeOrderAddress: patch(
    "change of address",
    path`/api/orders/${"order_id"}/address/`,
    move,
    order,
  ),
  changeOrderItems: post(
    "change of items",
    path`/api/orders/${"order_id"}/items/`,
    exchange,
    order,
  ),
  changeOrderPayment: patch(
    "change of payment",
    path`/api/orders/${"order_id"}/payment/`,
    payment,
    order,
  ),
  returnItems: post("return", path`/api/orders/${"order_id"}/returns/`, giveBack, order),
  exchangeItems: post("exchange", path`/api/orders/${"order_id"}/exchanges/`, exchange, order),
  changeCustomerAddress: patch(
    "change of the customer's address",
    path`/api/customers/${"customer_id"}/address/`,
    move,
    customer,
  ),
  contactSupport: post("support request", path`/api/support/requests/`, letter, supportRequest),
};

export type EndpointName = keyof typeof endpoints;
/** The shapes of the contract by name. */
export const nouns = {
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

/** How a shop that speaks otherwise is understood. `defineShop` in shop/mapping/define-shop.ts makes one of tables. */
export interface Dialect {
  /** Of prices sent without one. */
  currency?: string | undefined;
  /** false: the shop honours no idempotency key, so that no change is ever sent twice. */
  idempotency?: boolean | undefined;
  /** Where an endpoint is here, as path and query; undefined: this shop has no such thing. */
  request(
    endpoint: EndpointName,
    ids: Record<string, string>,
    query: Record<string, string>,
  ): { method?: string | undefined; path: string } | undefined;
  /** The shop's body for the contract's. */
  body(endpoint: EndpointName, body: unknown): unknown;
  /** The contract's JSON for the shop's. `load` reads JSON at another address of the same origin; no more than `rows` are needed. */
  answer(
    endpoint: EndpointName,
    json: unknown,
    load: (address: string) => Promise<unknown>,
    rows?: number,
  ): Promise<unknown>;
}

/** A shop that speaks the contract. */
export const CONTRACT: Dialect = {
  request(endpoint, ids, query) {
    const search = new URLSearchParams(query);
    return { path: endpoints[endpoint].path.fill(ids) + (search.size ? `?${search}` : "") };
  },
  body: (_, body) => body,
  answer: async (_, json) => json,
};
