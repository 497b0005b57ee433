/**
 * A world: a whole shop as one JSON document. `readWorld` parses it strictly, into one canonical form; `seed` is the
 * world that the mock starts with by default.
 *
 * `django/shop/world.py` reads and writes the same form, so that the outcomes of mock and Django can be compared.
 *
 * @module
 */
import * as z from "zod";
import { STATUSES } from "../shop/contract.ts";
import { InvalidWorldError } from "./errors.ts";
import { decimal, formatCents, price } from "./money.ts";
import seedJson from "./world.json";

/**
 * An instant in canonical form: UTC, with a fraction of six digits or none.
 * @returns undefined where it is not an instant from the years 1 to 9999, the ones that Python supports
 */
export function canonicalInstant(given: string): string | undefined {
  const form = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;
  if (!form.test(given)) return undefined;
  try {
    const instant = Temporal.Instant.from(given);
    const isWhole = instant.epochNanoseconds % 1_000_000_000n === 0n;
    const utc = instant.toString({ fractionalSecondDigits: isWhole ? 0 : 6 });
    return /^(?!0000)\d{4}-/.test(utc) ? utc : undefined;
  } catch {
    return undefined; // the right form, but not a date, such as month 13
  }
}

const text = z
  .string()
  .refine((given) => !given.includes("\0"), "Null characters are not allowed.")
  .refine((given) => given.isWellFormed(), "Surrogate characters are not allowed.");
const texts = z.array(text);
const namedTexts = z.record(text, text);
// Wider than the server's ids: a shop may have ids, such as `a..b`, that the server allows in no path.
const id = z.string().regex(/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._:~-]{0,127}$/u, "Not an id.");
const status = z.enum(STATUSES);
/** A flag that is written only when it is true. */
const flag = z.boolean().transform((isSet) => isSet || undefined);

/** Pieces of one line, written only where there are several. */
const quantity = z
  .int()
  .min(1)
  .max(1000)
  .transform((pieces) => (pieces > 1 ? pieces : undefined));

const asMoney = (given: unknown, ctx: z.RefinementCtx) => {
  if (typeof given === "number") return String(given);
  const isRead = typeof given !== "string" || /^-?\d+\.\d\d$/.test(given);
  if (!isRead) ctx.addIssue("A valid number is required.");
  return given;
};
const money = z.preprocess(asMoney, price.transform(formatCents));
const difference = z.preprocess(asMoney, decimal.transform(formatCents));
const instant = z.string().transform((given, ctx) => {
  const canonical = canonicalInstant(given);
  if (canonical) return canonical;
  ctx.addIssue("Not an instant such as 2026-11-02T09:15:00Z.");
  return z.NEVER;
});
const day = z
  .string()
  .refine((given) => canonicalInstant(`${given}T00:00:00Z`), "Not a date such as 2026-11-05.");

/** Without the keys that are null, when parsed, or undefined, when written. */
const omitAbsent = <T extends object>(given: T): T => {
  const kept = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept) as T; // a key left out is optional, or is reported as missing next
};
const isObject = (given: unknown) => typeof given === "object" && !Array.isArray(given);
const strictShape = <S extends z.ZodRawShape>(keys: S) =>
  z.preprocess(
    (given) => (given && isObject(given) ? omitAbsent(given) : given),
    z.strictObject(keys).overwrite(omitAbsent),
  );

const address = strictShape({
  line1: text,
  line2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
});
const item = strictShape({
  item_id: id,
  options: namedTexts,
  price: money,
  available: z.boolean(),
});
const product = strictShape({
  product_id: id,
  name: text,
  description: text,
  category: text,
  images: texts,
  items: z.array(item).min(1, "This list may not be empty."),
});
const paymentMethod = strictShape({
  payment_method_id: id,
  kind: z.enum(["credit_card", "paypal", "gift_card"]),
  brand: text.optional(),
  last_four: text.optional(),
  balance: money.optional(),
});
const customer = strictShape({
  customer_id: id,
  email: text,
  first_name: text,
  last_name: text,
  address,
  staff: flag.optional(),
  token: z.string().regex(/^[!-~]{1,40}$/, "Not a token: 1 to 40 visible ASCII characters."),
  payment_methods: z.array(paymentMethod),
});
const line = strictShape({
  item_id: id,
  product_id: id,
  name: text,
  options: namedTexts,
  price: money,
  quantity: quantity.optional(),
});
const order = strictShape({
  order_id: id,
  order_number: text.optional(),
  customer_id: id,
  status,
  placed_at: instant,
  updated_at: instant.optional(),
  estimated_delivery: day.optional(),
  timeline: z.array(strictShape({ at: instant, status, note: text.optional() })).optional(),
  address,
  items: z.array(line),
  payments: z.array(
    strictShape({ kind: z.enum(["payment", "refund"]), amount: money, payment_method_id: id }),
  ),
  shipments: z.array(strictShape({ tracking_ids: texts, item_ids: texts })),
  items_modified: flag.optional(),
  cancel_reason: text.optional(),
  return: strictShape({ item_ids: texts, payment_method_id: id }).optional(),
  exchange: strictShape({
    item_ids: texts,
    new_item_ids: texts,
    payment_method_id: id,
    price_difference: difference,
  }).optional(),
});
const supportRequest = strictShape({
  request_id: id,
  customer_id: id,
  subject: text,
  message: text,
  order_id: id.optional(),
});
const world = strictShape({
  currency: z.string().regex(/^[A-Z]{3}$/, "Not a currency such as EUR."),
  products: z.array(product),
  customers: z.array(customer),
  orders: z.array(order),
  support_requests: z
    .array(supportRequest)
    .transform((requests) => (requests.length ? requests : undefined))
    .optional(),
  shop: strictShape({ name: text, policies: namedTexts, support_hours: text }).optional(),
});

export type World = z.infer<typeof world>;
export type Product = z.infer<typeof product>;
export type Customer = z.infer<typeof customer>;
export type Order = z.infer<typeof order>;
export type Item = Product["items"][number];
export type PaymentMethod = Customer["payment_methods"][number];
export type Line = Order["items"][number];
export type Payment = Order["payments"][number];

type IssueSink = Pick<z.RefinementCtx, "addIssue">;
type Place = (string | number)[];

/** Reports duplicate ids, and references to what does not exist. */
function checkIds(world: World, ctx: IssueSink) {
  const { products, customers, orders, support_requests: requests = [] } = world;
  const at = <K extends string>(
    list: string,
    rows: { [key in K]?: string }[],
    key: K,
    within: Place = [],
  ) => rows.map((row, n) => ({ path: [...within, list, n, key], id: row[key] }));
  type Ids = ReturnType<typeof at>;
  const checkUnique = (ids: Ids) => {
    const seen = new Set<string | undefined>();
    for (const { path, id } of ids) {
      if (seen.has(id)) ctx.addIssue({ code: "custom", path, message: `"${id}" is there twice.` });
      seen.add(id);
    }
    return seen;
  };
  const checkKnown = (all: Set<string | undefined>, ids: Ids) => {
    for (const { path, id } of ids)
      if (id !== undefined && !all.has(id))
        ctx.addIssue({ code: "custom", path, message: `there is no "${id}".` });
  };
  checkUnique(at("products", products, "product_id"));
  checkUnique(products.flatMap(({ items }, p) => at("items", items, "item_id", ["products", p])));
  const customerIds = checkUnique(at("customers", customers, "customer_id"));
  checkUnique(at("customers", customers, "token"));
  for (const [c, { payment_methods: methods }] of customers.entries())
    checkUnique(at("payment_methods", methods, "payment_method_id", ["customers", c]));
  const orderIds = checkUnique(at("orders", orders, "order_id"));
  checkKnown(customerIds, at("orders", orders, "customer_id"));
  checkUnique(at("support_requests", requests, "request_id"));
  checkKnown(customerIds, at("support_requests", requests, "customer_id"));
  checkKnown(orderIds, at("support_requests", requests, "order_id"));
}
const consistentWorld = world.superRefine(checkIds);

/** `orders[3].status: …`, one line per problem; each unknown key is a problem. */
const describeIssue = (issue: z.core.$ZodIssue): string[] => {
  const isUnknownKey = issue.code === "unrecognized_keys";
  const paths = isUnknownKey ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => {
    const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
    const place = steps.join("").replace(/^\./, "") || "world";
    return `${place}: ${isUnknownKey ? "No such key in a world." : issue.message}`;
  });
};

/**
 * A world in canonical form.
 * @param json the parsed JSON of a world
 * @throws {InvalidWorldError} with one line per problem, such as `orders[3].status: Invalid option …`
 */
export function readWorld(json: unknown): World {
  const { data, error } = consistentWorld.safeParse(json, {
    error: ({ input }) => (input === undefined ? "This field is required." : undefined),
  });
  if (data) return data;
  throw new InvalidWorldError(error.issues.flatMap(describeIssue).join("\n"));
}

/** Quince & Lantern, the default world. */
export const seed = readWorld(seedJson);
