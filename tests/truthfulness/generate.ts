/**
 * Random shops and random calls. `scenarios` is one arbitrary of both, so that fast-check can make a failing one
 * smaller. The shops are what a plain Django might send, and what one should not.
 *
 * @module
 */
import fc from "fast-check";
import { type Json, type JsonObject, num } from "./json.ts";
import type { ReadTool } from "./shapes.ts";
import { type Entity, idOf, type ListRules, type Shop } from "./shop.ts";

type Any<T> = fc.Arbitrary<T>;
const one = <const T>(...values: T[]): Any<T> => fc.constantFrom(...values);
/** Mostly the first, and each of the others now and then. */
const mostly = <T>(weight: number, usual: Any<T>, ...others: Any<T>[]): Any<T> =>
  fc.oneof({ weight, arbitrary: usual }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));
const MISSING = undefined;
const otherKind: Any<Json> = one<Json>(num(7), true, "", [], {}, "?", [num(1)], {
  of: "another kind",
});
/** A field that a shop may leave out, or fill with something else. */
const field = (usual: Any<Json>, weight = 12): Any<Json | undefined> =>
  mostly<Json | undefined>(weight, usual, one(MISSING), one(null), otherKind);
/** An object without its missing fields. */
const object = (fields: Record<string, Any<Json | undefined>>): Any<JsonObject> =>
  fc.record(fields).map((all) => {
    const present = Object.entries(all).filter(
      (entry): entry is [string, Json] => entry[1] !== MISSING,
    );
    return Object.fromEntries(present);
  });
const listOf = (element: Any<Json>, maxLength = 4): Any<Json> =>
  fc.array(mostly<Json>(14, element, one(null), otherKind), { maxLength, size: "max" });

// ── Values ──────────────────────────────────────────────────────────────────────────────────────

const WORDS = ["linen", "apron", "cup", "blue", "notebook", "tea", "jug", "wool"] as const;
const PERSIAN = "کتاب‌خانه";
const word: Any<string> = one(...WORDS);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
/** What merchants paste into a field. */
const oddText: Any<string> = fc
  .tuple(
    phrase,
    one<(text: string) => string>(
      (text) => `<b>${text}</b> of <i class="x">wool</i>`,
      (text) => `<p>${text}</p><p>washed</p>`,
      (text) => `&lt;b&gt;${text}&lt;/b&gt; &amp; more`,
      (text) => `&amp;lt;i&amp;gt;${text}&amp;lt;/i&amp;gt;`,
      (text) => `Black&notebook ${text}`,
      (text) => `${text}, size S<M<L, fits all`,
      (text) => `${text} <returns@shop.example>`,
      (text) => `A < B & C, 5 <3 ${text}`,
      (text) => `<\u200bimg src=x onerror=alert(1)>${text}`,
      (text) => `${text}\u00ad\u2063\ufe0f\u3164s`,
      (text) => `${PERSIAN} ${text}`,
      (text) => `👨‍👩‍👧 ${text}`,
      (text) => `  ${text}\n\t and   more  `,
      (text) => `${text} Caf&eacute; &#8364; &copy 5&nbsp;l`,
      (text) => `${text} `.repeat(60),
      (text) => `${text} <em>fine</em> `.repeat(140),
      (text) => `<script>alert("${text}")</script>${text}`,
    ),
  )
  .map(([text, spoil]) => spoil(text));
const text: Any<Json> = mostly<Json>(5, phrase, oddText);

const CENTS = fc.integer({ min: -500, max: 99_999 });
const plain = (cents: number) => {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const numbers = (...written: string[]): Json[] => written.map(num);
const DECIMALS: Json[] = numbers(
  "9007199254740993",
  "900719925474099.31",
  "1.25e1",
  "2E2",
  "12.345678",
  "0.005",
).concat(["12.5", " 7.00 ", "900719925474099.31", "123.4500", "-0.50", "00012.50"]);
const NO_DECIMALS: Json[] = numbers("1e30", "1234567890123456789.5", "0.1234567").concat([
  "12,50",
  "1 234,50 €",
  "on request",
  "1,234.50",
  "12.50 EUR",
  `1.${"0".repeat(40)}1`,
  "1e3",
]);
const amount: Any<Json> = fc.oneof(
  { weight: 6, arbitrary: CENTS.map(plain) },
  { weight: 3, arbitrary: CENTS.map((cents) => num(plain(cents))) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 900 }).map(num) },
  { weight: 2, arbitrary: fc.constantFrom(...DECIMALS) },
  { weight: 1, arbitrary: fc.constantFrom(...NO_DECIMALS) },
);
const currency: Any<Json> = mostly<Json>(
  6,
  one("EUR", "SEK", "USD", "eur"),
  one<Json>(null, "€", num(978)),
);
const money: Any<Json> = mostly<Json>(
  6,
  amount,
  fc.tuple(amount, currency).map(([a, c]) => ({ amount: a, currency: c })),
  amount.map((a) => ({ amount: a })),
  fc.tuple(amount, currency).map(([a, c]) => ({ amount: a, currency_code: c })),
  fc.tuple(amount, amount).map(([gross, net]) => ({ gross, net, currency: "SEK" })),
  fc
    .integer({ min: 100, max: 9000 })
    .map((n) => ({ amount: num(n), currency: "EUR", precision: num(2) })),
);
/** A price with all the places where its currency may stand. */
const priced = (name: string): Record<string, Any<Json | undefined>> => ({
  [name]: field(money, 14),
  [`${name}_currency`]: mostly<Json | undefined>(8, one(MISSING), currency),
  currency: mostly<Json | undefined>(3, one(MISSING), currency, one({ code: "SEK", symbol: "kr" })),
  currency_code: mostly<Json | undefined>(12, one(MISSING), currency),
});

const url: Any<Json> = one<Json>(
  "/cups/1/",
  "https://images.test/a.jpg",
  "https://images.test/a.jpg?id=1&currency=EUR&region=se&copy=2",
  "media/größe a.jpg",
  `https://images.test/${"long/".repeat(70)}a.jpg`,
  "",
  "javascript:alert(1)",
  "http://user:secret@images.test/a.jpg",
);
/** An id as its kind and its number: no two things of a shop have the same. */
const idKind = fc.oneof(
  {
    weight: 8,
    arbitrary: one<(n: number) => Json>(
      (n) => num(n + 1),
      (n) => `A-${n}`,
      (n) => `b.${n}_x:~${n}`,
    ),
  },
  {
    weight: 3,
    arbitrary: one<(n: number) => Json>((n) => num(`${9007199254740993n + 2n * BigInt(n)}`)),
  },
  {
    weight: 2,
    arbitrary: one<(n: number) => Json>(
      (n) => `größe-${n}`,
      (n) => `${n}${"x".repeat(90)}`,
      (n) => `${n}${"y".repeat(140)}`,
      (n) => `a&amp;b-${n}`,
      (n) => `<i>${n}</i>`,
      (n) => `n°${n}/2`,
      (n) => `z\u200b${n}`,
    ),
  },
);
const brokenId: Any<(n: number) => Json | undefined> = one<(n: number) => Json | undefined>(
  () => null,
  () => MISSING,
  () => "",
  () => ({}),
);
type MakeId = (n: number) => Json | undefined;
const makeId: Any<MakeId> = mostly<MakeId>(18, idKind, brokenId);
const smallId: Any<Json> = fc.nat(12).map((n) => (n % 3 ? `i${n}` : num(n)));
const trackingId: Any<Json> = one<Json>(
  "1Z999",
  num("900719925474099312345"),
  "RR 12&amp;3 SE",
  "t-7",
);

// ── Things ──────────────────────────────────────────────────────────────────────────────────────

/** A thing whose id depends on its place in its list. */
type Make = (n: number) => Json;
const identified = (names: Any<string>, body: Any<JsonObject>): Any<Make> =>
  fc.tuple(names, makeId, body, fc.nat(1)).map(([name, make, fields, isLast]) => (n) => {
    const id = make(n);
    if (id === MISSING) return fields;
    return isLast ? { ...fields, [name]: id } : { [name]: id, ...fields };
  });
const things = (thing: Any<Make>): Any<Json[]> => {
  const broken: Any<Make> = one<Make>(
    () => null,
    (n) => `row ${n}`,
    (n) => [num(n)],
    (n) => ({ of: num(n) }),
  );
  const element = mostly<Make>(24, thing, broken);
  return mostly(
    5,
    fc.array(element, { maxLength: 9, size: "max" }),
    fc.array(element, { minLength: 8, maxLength: 30, size: "max" }),
  ).map((all) => all.map((make, n) => make(n)));
};

const CATEGORIES = ["Kitchen", "Paper & Ink", "Textiles"] as const;
const category: Any<Json> = mostly<Json>(
  8,
  one(...CATEGORIES),
  one<Json>("kitchen", "Paper &amp; Ink", { name: "Kitchen" }),
);
const options: Any<Json> = one<Json>(
  { size: "M", color: "blue" },
  { "<i>si\u202eze</i>": "<b>M</b>", pages: num("120.50"), washed: true },
  { amount: num(500), image: "red", toString: "t" },
  { size: "M", color: null },
  { size: "M", color: ["blue", "red"] },
  {},
);
const variant = object({
  item_id: field(smallId, 16),
  options: field(options),
  ...priced("price"),
  available: field(fc.boolean()),
});
const product = identified(
  one("product_id", "id", "id", "pk", "sku", "slug"),
  fc
    .tuple(
      one("name", "name", "title"),
      field(text, 30),
      object({
        category: field(category),
        ...priced("price"),
        available: field(fc.boolean()),
        url: field(url),
        image: field(url),
        slug: mostly<Json | undefined>(8, one(MISSING), word),
        description: field(text),
        images: field(listOf(url)),
        items: field(listOf(variant)),
        version: mostly<Json | undefined>(8, one(MISSING), one<Json>("v1", num(3))),
      }),
    )
    .map(([name, value, rest]): JsonObject =>
      value === MISSING ? rest : { [name]: value, ...rest },
    ),
);

const STATUSES = [
  "pending",
  "processing",
  "shipped",
  "delivered",
  "cancelled",
  "return_requested",
] as const;
const status: Any<Json> = mostly<Json>(
  8,
  one(...STATUSES),
  one<Json>("SHIPPED", "canceled", "Cancelled", "return requested", "Pending", " delivered "),
  one<Json>("dispatched", "Awaiting <i>collection</i>", num(0), num(30), "exchange-requested"),
);
const CUSTOMERS = ["c-1", "c-2", "3"] as const;
const moment: Any<Json> = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 23 }))
  .map(
    ([day, hour]) =>
      `2026-03-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00Z`,
  );
const permission: Any<Json> = one<Json>(
  true,
  false,
  { allowed: true },
  { allowed: false, reason: "Already <b>packed</b>." },
  { allowed: "no" },
);
const place = object({
  line1: field(text),
  line2: field(one<Json>("", "Flat 2")),
  city: field(one<Json>("Malmö", "Faro")),
  state: field(one<Json>("", "Skåne")),
  postcode: field(one<Json>("211 20", "2012")),
  country: field(one<Json>("SE", "PT")),
});
const line = object({
  item_id: field(smallId, 16),
  name: field(text, 20),
  product_id: field(smallId),
  options: field(options),
  ...priced("price"),
  quantity: mostly<Json | undefined>(
    2,
    one(MISSING),
    one<Json>(num(1), num(2), num(12), "3", null),
  ),
});
const order = identified(
  one("order_id", "id", "id", "pk", "number"),
  object({
    status: field(status, 20),
    order_number: mostly<Json | undefined>(
      3,
      one(MISSING),
      one<Json>("N-1001", num("9007199254740995")),
    ),
    customer_id: field(one<Json>("c-1", "c-2", num(3)), 8),
    placed_at: field(moment, 14),
    updated_at: field(moment),
    estimated_delivery: field(one<Json>("2026-04-01", "next week")),
    ...priced("total"),
    item_count: field(one<Json>(num(0), num(3), num(12), "3", num(-1), num("2.5"))),
    items_modified: field(fc.boolean()),
    cancel_reason: field(text, 3),
    address: field(place),
    lines: field(listOf(line)),
    payments: field(
      listOf(
        object({
          kind: field(one<Json>("payment", "refund"), 20),
          ...priced("amount"),
          payment_method_id: field(smallId),
        }),
      ),
    ),
    shipments: field(
      listOf(
        object({ tracking_ids: field(listOf(trackingId, 2)), item_ids: field(listOf(smallId, 2)) }),
        2,
      ),
    ),
    tracking_ids: field(listOf(trackingId, 2)),
    timeline: field(
      listOf(
        object({
          at: field(moment, 20),
          status: field(one<Json>("pending", "Packed up"), 20),
          note: field(text),
        }),
      ),
    ),
    return: mostly<Json | undefined>(
      4,
      one(MISSING),
      object({
        item_ids: field(listOf(smallId)),
        payment_method_id: field(smallId),
        ...priced("amount"),
      }),
    ),
    exchange: mostly<Json | undefined>(
      4,
      one(MISSING),
      object({
        item_ids: field(listOf(smallId)),
        new_item_ids: field(listOf(smallId)),
        ...priced("price_difference"),
      }),
    ),
    can_cancel: field(permission),
    can_return: field(permission),
  }),
);

const FIRST = ["Mia", "José", "Ann", "Anna"] as const;
const customer = identified(
  one("customer_id"),
  object({
    email: field(
      one<Json>(
        "mia@shop.example",
        "Jose@shop.example",
        "ann@shop.example",
        "<b>x</b>@shop.example",
      ),
    ),
    first_name: field(one<Json>(...FIRST, "<i>Mia</i>")),
    last_name: field(one<Json>("Berg", "Núñez", "de la Cruz")),
    postcode: field(one<Json>("211 20", "21120", "2012", num(2012))),
    address: field(place),
    payment_methods: field(
      listOf(
        object({
          payment_method_id: field(smallId, 20),
          kind: field(one<Json>("credit_card", "gift_card"), 20),
          brand: field(one<Json>("Visa", "<b>Visa</b>")),
          last_four: field(one<Json>("4242", "4111111111111111", "0042", num(4242))),
          ...priced("balance"),
        }),
      ),
    ),
  }),
);
const info = object({
  name: field(text, 30),
  currency: field(currency),
  categories: field(
    listOf(object({ name: field(category, 20), count: field(one<Json>(num(0), num(7), "3")) })),
  ),
  policies: field(
    one<Json>(
      {
        shipping: "Two to four days.",
        "<b>returns</b>": "Within 30 days &amp; free, to Returns Desk <returns@shop.example>.",
      },
      { returns: `${"You may return it. ".repeat(150)}But not on Sundays.` },
      { returns: null, shipping: "Free" },
      Object.fromEntries(
        Array.from({ length: 20 }, (_, n) => [`policy ${n}`, `${n} is fine. `.repeat(150)]),
      ),
    ),
  ),
  support_hours: field(one<Json>("9-17", "Mon&ndash;Fri")),
});

const FILTERS: Record<Entity, string[]> = {
  products: ["query", "category", "min_price", "max_price", "in_stock"],
  orders: ["status", "customer_id"],
  customers: ["email", "first_name", "last_name", "postcode"],
};
const USUAL_PAGES = ["bare", "results"] as const;
const PAGES = [
  "items",
  "links",
  "number",
  "only results",
  "data",
  "flag",
  "next_page",
  "nested",
  "link list",
  "parameters",
] as const;
const rulesFor = (entity: Entity): Any<ListRules> =>
  fc.record({
    page: one(...PAGES, ...USUAL_PAGES, ...USUAL_PAGES),
    size: one(0, 0, 3, 5),
    obeysLimit: fc.boolean(),
    position: one("cursor", "page", "offset", "ignored"),
    saysCount: fc.boolean(),
    isRelative: fc.boolean(),
    obeys: fc
      .boolean()
      .chain((all) => (all ? fc.constant(FILTERS[entity]) : fc.subarray(FILTERS[entity]))),
    sort: one("obeyed", "obeyed", "ignored", "reversed"),
    age: one("newest", "newest", "oldest", "any"),
    currency: mostly<string | undefined>(5, one(MISSING), one("SEK", "usd")),
  });

const shops: Any<Shop> = fc.record({
  currency: one("XXX", "EUR", "EUR"),
  products: things(product),
  orders: things(order),
  customers: things(customer),
  info,
  rules: fc.record({
    products: rulesFor("products"),
    orders: rulesFor("orders"),
    customers: rulesFor("customers"),
  }),
});

// ── Calls ───────────────────────────────────────────────────────────────────────────────────────

/** A call of a read tool on whatever shop there is. */
export type Call = (shop: Shop) => { tool: ReadTool; args: Record<string, unknown> };
/** The id of one of the things, or one that does not exist; sometimes as a host might spell it. */
function pickId(shop: Shop, entity: Entity, n: number, spelling: number): unknown {
  const ids = shop[entity].map((thing) => idOf(entity, thing)).filter((id) => id !== undefined);
  const id = ids.length && n < 90 ? (ids[n % ids.length] ?? "") : "nope-404";
  const isNumber = /^[1-9]\d*$/.test(id);
  if (spelling === 0 && isNumber) return Number(id); // inexact beyond 2^53
  return spelling === 1 && entity === "orders" ? `#${id}` : id;
}
const ofId = (tool: ReadTool, entity: Entity, name: string): Any<Call> =>
  fc.tuple(fc.nat(99), fc.nat(7)).map(([n, spelling]): Call => (shop) => {
    return { tool, args: { [name]: pickId(shop, entity, n, spelling) } };
  });
const present = (args: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== MISSING));
const sometimes = <T>(usual: Any<T>, weight = 2): Any<T | undefined> =>
  mostly<T | undefined>(weight, one(MISSING), usual);
const limit = mostly<number | undefined>(2, one(MISSING), fc.integer({ min: 1, max: 12 }), one(50));
const search = fc
  .record({
    query: mostly<string>(6, word, phrase, one(PERSIAN, "zebra", "👨‍👩‍👧")),
    limit,
    category: sometimes(one<string>(...CATEGORIES), 3),
    min_price: sometimes(one(0, 5, 12.5, 100), 4),
    max_price: sometimes(one(12.5, 100, 500), 4),
    in_stock: sometimes(fc.boolean(), 4),
    sort: sometimes(one("relevance", "price", "-price", "name"), 2),
  })
  .map((args): Call => () => ({ tool: "search_products", args: present(args) }));
const listing = fc
  .record({
    status: sometimes(one(...STATUSES)),
    customer_id: sometimes(one("me", ...CUSTOMERS), 3),
    limit,
  })
  .map((args): Call => () => ({ tool: "list_orders", args: present(args) }));
const people = fc
  .tuple(
    fc.record({
      email: sometimes(one("mia@shop.example", "jose@shop.example", "nobody@shop.example")),
      first_name: sometimes(one("Mia", "jose", "Ann")),
      last_name: sometimes(one("Berg", "núñez"), 4),
      postcode: sometimes(one("21120", "2012"), 4),
    }),
    one("Berg"),
  )
  .map(([args, name]): Call => () => {
    const given = present(args);
    return { tool: "find_customer", args: Object.keys(given).length ? given : { last_name: name } };
  });
const call: Any<Call> = fc.oneof(
  { weight: 4, arbitrary: search },
  { weight: 4, arbitrary: listing },
  { weight: 2, arbitrary: people },
  { weight: 2, arbitrary: ofId("get_product", "products", "product_id") },
  { weight: 2, arbitrary: ofId("get_order", "orders", "order_id") },
  { weight: 2, arbitrary: ofId("get_order_status", "orders", "order_id") },
  { weight: 1, arbitrary: ofId("get_customer", "customers", "customer_id") },
  {
    weight: 1,
    arbitrary: one<Call>(
      () => ({ tool: "get_shop_info", args: {} }),
      () => ({ tool: "get_customer", args: {} }),
    ),
  },
);

/** A shop, and what it is asked. */
export interface Scenario {
  shop: Shop;
  calls: Call[];
}
export const scenarios: Any<Scenario> = fc.record({
  shop: shops,
  calls: fc.array(call, { minLength: 8, maxLength: 14, size: "max" }),
});
