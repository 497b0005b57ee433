/** What was thought of by hand: every operation's every status, every rule met and broken, every bound on both sides. @module */
import { seed } from "../../mocks/world.ts";
import { endpoints } from "../../shop/contract.ts";
import { cornerShop, emptyShop, orders } from "./rule-fixtures.ts";
import type { Probe, Sequence, Step } from "./probe.ts";

type Who = "mia" | "nell" | "staff" | "nobody";
type Headers = Record<string, string>;
const JSON_TYPE = { "Content-Type": "application/json" };
const token = (who: Who): Headers =>
  who === "nobody" ? {} : { Authorization: `Token demo-${who}` };
const get = (path: string, who: Who = "mia", headers: Headers = {}): Probe => {
  return { method: "GET", path, headers: { ...token(who), ...headers } };
};
let serial = 0;
/** A write under a key of its own, unless `headers` has one. */
const write = (
  method: string,
  path: string,
  body: unknown,
  who: Who = "mia",
  headers: Headers = {},
): Probe => {
  const all = { ...token(who), ...JSON_TYPE, "Idempotency-Key": `key-${++serial}`, ...headers };
  return {
    method,
    path,
    headers: all,
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
};
const keyed = (key: string): Headers => ({ "Idempotency-Key": key });
const without = (probe: Probe, header: string): Probe => {
  const { [header]: _, ...headers } = probe.headers;
  return { ...probe, headers };
};
const onOrder =
  (method: string, part: string) =>
  ({ order_id }: { order_id: string }, body: unknown, who: Who = "mia", headers: Headers = {}) =>
    write(method, `/api/orders/${order_id}/${part}/`, body, who, headers);
const cancel = onOrder("POST", "cancel");
const move = onOrder("PATCH", "address");
const swap = onOrder("POST", "items");
const pay = onOrder("PATCH", "payment");
const giveBack = onOrder("POST", "returns");
const exchange = onOrder("POST", "exchanges");
const support = (body: unknown, who: Who = "mia", headers: Headers = {}) =>
  write("POST", "/api/support/requests/", body, who, headers);
const moveHouse = (id: string, body: unknown, who: Who = "mia", headers: Headers = {}) =>
  write("PATCH", `/api/customers/${id}/address/`, body, who, headers);
const show = ({ order_id }: { order_id: string }) => get(`/api/orders/${order_id}/`, "staff");

const NOT_NEEDED = { reason: "no_longer_needed" };
const BY_MISTAKE = { reason: "ordered_by_mistake" };
const ADDRESS = {
  line1: "7 New Road",
  line2: "flat 2",
  city: "Malmö",
  state: "M",
  postcode: "211 20",
  country: "SE",
};
const BARE = { line1: "7 New Road", city: "Malmö", postcode: "211 20", country: "SE" };
/** `mug-s mug-m` is an item and what is to take its place. */
const swaps = (payment_method_id: string, ...pairs: string[]) => {
  const items = pairs.map((pair) => {
    const [item_id, new_item_id] = pair.split(" ");
    return { item_id, new_item_id };
  });
  return { items, payment_method_id };
};
const back = (payment_method_id: string, ...ids: string[]) => {
  return { items: ids.map((item_id) => ({ item_id })), payment_method_id };
};
const LETTER = { subject: "A chip", message: "The mug has one." };

/** A write of each kind that would be done. */
const legal: Probe[] = [
  cancel(orders.plain, NOT_NEEDED),
  move(orders.plain, { address: ADDRESS }),
  swap(orders.plain, swaps("mia-visa", "mug-s mug-m")),
  pay(orders.plain, { payment_method_id: "mia-paypal" }),
  giveBack(orders.delivered, back("mia-visa", "mug-s")),
  exchange(orders.delivered, swaps("mia-visa", "mug-s mug-m")),
  moveHouse("me", { address: ADDRESS }),
  support(LETTER),
];
const reads = [
  "/api/products/search/?q=mug",
  "/api/products/mug/",
  `/api/orders/${orders.shipped.order_id}/status/`,
  `/api/orders/${orders.shipped.order_id}/`,
  "/api/orders/",
  "/api/customers/?last_name=lindqvist",
  "/api/customers/mia/",
  "/api/shop/",
];
const everything = [...reads.map((path) => get(path)), ...legal];

const CREDENTIALS = [
  "",
  "Token",
  "Token nobody",
  "Bearer nobody",
  "Token a b",
  "Bearer",
  "bearer a b c",
  "Token \xe9",
  "Basic eA==",
  "demo-mia",
];
const SPELLINGS = ["bearer demo-mia", "TOKEN  demo-mia", "Token demo-staff"];
const KEYS = ["", "a b", "x".repeat(256), "\xe9", "a\tb"];
const GOOD_KEYS = ["x".repeat(255), "!", "~", "a,b"];
const TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "application/jsonx",
  "text/json;charset=utf-8",
  "x",
  "application/",
  "/json",
  "*",
  `application/json;x=${"y".repeat(300)}`,
];
const GOOD_TYPES = [
  "application/json; charset=utf-8",
  "Application/JSON",
  "application/*",
  "*/*",
  "application/json;q=1",
];
const TEXTS = [
  "",
  "null",
  "[]",
  '"x"',
  "1",
  "1.5",
  "true",
  "{",
  '{"a":NaN}',
  "[1,]",
  '{"reason":"no_longer_needed",}',
  "\ufeff{}",
  " ",
  "{}",
  "'x'",
  '{"a":"\t"}',
  '{"a":"\\x"}',
  "[Infinity]",
  "-",
  "01",
  "1e5",
];
const VALUES = [
  null,
  true,
  false,
  0,
  7,
  1.5,
  1e21,
  [],
  [1],
  {},
  { a: 1 },
  "",
  " ",
  "\u00a0",
  "\u0000",
  "a\u0000b",
  "x".repeat(64),
  "x".repeat(65),
  "é".repeat(201),
  "😀".repeat(200),
  ` ${"z".repeat(200)} `,
  "y".repeat(4000),
  "y".repeat(4001),
  "\u0085",
  "\u200b",
  "\ufeff",
  "<b>&",
];
/** As written: what JavaScript cannot tell apart, Python can. */
const NUMERALS = [
  "7.0",
  "-0",
  "-0.0",
  "1e3",
  "1E16",
  "1e-7",
  "0.0001",
  "0.00001",
  "1e999",
  "123456789012345678901234567890",
  "1234567890123456.7",
  "5e-324",
  "100000000000000000.0",
];

const door: Step[] = [
  ...everything.flatMap((probe): Probe[] => {
    const { Authorization: _, ...others } = probe.headers;
    const asked = (method: string) => ({
      ...probe,
      method,
      ...(/^(GET|HEAD)$/.test(method) && { body: undefined }),
    });
    const absent = {
      ...probe,
      path: probe.path.replace(/(orders|customers|products)\/(\w+)\//, (all, kind, id) =>
        id === "search" ? all : `${kind}/absent/`,
      ),
    };
    const foreign = { ...probe, headers: { ...others, ...token("nell") } };
    return [
      ...CREDENTIALS.map((Authorization) => ({ ...probe, headers: { ...others, Authorization } })),
      { ...probe, headers: others },
      ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .filter((method) => method !== probe.method)
        .map(asked),
      { ...asked("DELETE"), headers: others },
      absent,
      foreign,
      { ...foreign, method: "PUT", body: "{}" },
    ];
  }),
  ...reads.map((path) => ({ ...get(path, "staff"), method: "DELETE" })),
  ...reads.flatMap((path) => [
    ...SPELLINGS.map((Authorization) => get(path, "nobody", { Authorization })),
    get(path, "nobody"),
    get(path, "staff"),
  ]),
];
const wire: Step[] = legal.flatMap((probe): Probe[] => {
  const sent = (headers: Headers, body = probe.body): Probe => ({
    ...probe,
    body,
    headers: { ...probe.headers, ...headers },
  });
  return [
    without(probe, "Idempotency-Key"),
    ...KEYS.map((key) => sent(keyed(key))),
    sent({ "Content-Type": "text/plain" }, ""),
    sent(keyed("a b"), "{"),
    sent({ "Content-Type": "text/plain", Authorization: "Token demo-nell" }),
    ...TYPES.map((type) => sent({ "Content-Type": type })),
    ...TEXTS.map((text) => sent({}, text)),
  ];
});
const spelt: Step[] = [
  ...GOOD_KEYS.map((key) => support(LETTER, "mia", keyed(key))),
  ...GOOD_TYPES.map((type) => support(LETTER, "mia", { "Content-Type": type })),
  without(support("", "mia"), "Content-Type"),
  without(support(LETTER, "mia"), "Content-Type"),
];

/** A body with every one of its fields left out, in turn, or something else in its place. */
function spoiled(body: object, sentAs: (body: string) => Probe): Probe[] {
  const whole = JSON.stringify(body);
  return Object.keys(body).flatMap((field) => {
    const { [field]: _, ...rest } = body as Record<string, unknown>; // an object literal of this file
    const others = JSON.stringify({ ...rest, [field]: "@" });
    const values = [...VALUES.map((value) => JSON.stringify(value)), ...NUMERALS];
    return [
      JSON.stringify(rest),
      ...values.map((value) => others.replace('"@"', () => value)),
      whole,
    ].map(sentAs);
  });
}
const item = swaps("mia-visa", "mug-s mug-m").items[0] ?? {};
const bodies: Step[] = [
  ...spoiled(NOT_NEEDED, (body) => cancel(orders.shipped, body)),
  ...spoiled(ADDRESS, (body) => moveHouse("me", `{"address": ${body}}`)),
  ...spoiled({ address: 0 }, (body) => move(orders.shipped, body)),
  ...spoiled({ payment_method_id: "mia-visa" }, (body) => pay(orders.shipped, body)),
  ...spoiled(swaps("mia-visa", "mug-s mug-m"), (body) => swap(orders.shipped, body)),
  ...spoiled(item, (body) =>
    swap(orders.plain, `{"items": [{}, ${body}, null, 1], "payment_method_id": "mia-visa"}`),
  ),
  ...spoiled({ item_id: "mug-s" }, (body) =>
    giveBack(orders.delivered, `{"items": [${body}], "payment_method_id": "x"}`),
  ),
  ...spoiled(back("mia-visa", "mug-s"), (body) => giveBack(orders.shipped, body)),
  ...spoiled({ ...LETTER, order_id: orders.plain.order_id }, (body) => support(body)),
  swap(orders.plain, swaps("mia-visa", ...Array(100).fill("mug-s mug-m"))),
  swap(orders.plain, swaps("mia-visa", ...Array(101).fill("mug-s mug-m"))),
  giveBack(orders.delivered, back("x", ...Array(101).fill("mug-s"))),
  support({ ...LETTER, subject: "s".repeat(200) }),
  support({ ...LETTER, subject: "s".repeat(201) }),
  cancel(orders.shipped, { reason: "bored" }),
  cancel(orders.shipped, '{"reason": "\\ud800"}'),
  moveHouse("me", '{"address": {"line1": "\\udfff"}}'),
  cancel(orders.shipped, { ...NOT_NEEDED, more: 1 }),
  cancel(orders.shipped, '{"reason": "x", "reason": "no_longer_needed"}'),
];

const cancels: Step[] = Object.values(orders).flatMap((one) => [
  cancel(one, NOT_NEEDED),
  show(one),
  cancel(one, BY_MISTAKE),
]);
const moves: Step[] = Object.values(orders).flatMap((one) => [
  move(one, { address: one.status === "pending" ? BARE : ADDRESS }),
  show(one),
]);
const pays: Step[] = Object.values(orders).flatMap((one) => [
  pay(one, { payment_method_id: "nothing" }),
  pay(one, { payment_method_id: one.payments[0]?.payment_method_id ?? "x" }, "staff"),
  pay(one, { payment_method_id: "mia-gift" }),
  pay(one, { payment_method_id: "mia-odd" }, "staff"),
  show(one),
]);
const { twice, thrice, plain, gone, delivered, deliveredToo } = orders;
const items: Step[] = [
  swap(plain, swaps("mia-visa", "bowl-1 bowl-2")),
  swap(plain, swaps("mia-visa", "mug-s mug-s")),
  swap(plain, swaps("mia-visa", "mug-s lamp-2")),
  swap(plain, swaps("mia-visa", "mug-s nothing")),
  swap(plain, swaps("mia-visa", "mug-s mug-xl")),
  swap(plain, swaps("mia-visa", "mug-s mug-m", "mug-s mug-l")),
  swap(plain, swaps("nothing", "mug-s mug-m")),
  swap(plain, swaps("nell-visa", "mug-s mug-m"), "staff"),
  swap(plain, swaps("mia-gift", "lamp-1 lamp-3")),
  swap(gone, swaps("mia-visa", "rope-1 rope-2")),
  swap(twice, swaps("mia-gift", "mug-s mug-m", "mug-s mug-l", "mug-s mug-m")),
  swap(plain, swaps("mia-visa", "mug-s mug-m", "lamp-1 lamp-2")),
  swap(plain, swaps("mia-visa", "mug-m mug-s")),
  cancel(plain, NOT_NEEDED),
  pay(plain, { payment_method_id: "mia-paypal" }),
  move(plain, { address: ADDRESS }),
  show(plain),
  swap(twice, swaps("mia-gift", "mug-s mug-m")),
  show(twice),
  swap(orders.gift, swaps("mia-gift", "mug-l mug-s")),
  swap(orders.exact, swaps("mia-visa", "mug-s mug-l")),
  swap(orders.free, swaps("mia-gift", "pen-1 pen-2")),
  swap(orders.untimed, swaps("mia-gift", "mug-s mug-l")),
  swap(orders.lost, swaps("mia-paypal", "mug-s mug-l")),
  swap(orders.several, swaps("mia-odd", "mug-s mug-m")),
  swap(orders.dear, swaps("mia-gift", "lamp-1 lamp-2")),
  swap(orders.nells, swaps("nell-blank", "mug-s mug-m"), "nell"),
  swap(orders.nells, swaps("nell-gift", "mug-s mug-m"), "nell"),
  ...[orders.modified, orders.processing, orders.shipped, orders.cancelled, orders.returned].map(
    (one) => swap(one, swaps("mia-visa", "mug-s mug-m")),
  ),
  ...Object.values(orders).map(show),
];
const secondTwin: Step[] = [
  swap(twice, swaps("mia-gift", "mug-s mug-l", "mug-s mug-m")), // 8.00 for 11.00, and 12.50 for 9.00
  show(twice),
];
const returns: Step[] = [
  giveBack(thrice, back("mia-visa", "mug-m", "mug-m", "mug-m", "mug-m")),
  giveBack(delivered, back("mia-visa", "mug-s", "mug-s", "mug-s")),
  giveBack(delivered, back("mia-visa", "lamp-1", "lamp-1")),
  giveBack(delivered, back("mia-visa", "lamp-2")),
  giveBack(delivered, back("mia-paypal", "lamp-1")),
  giveBack(delivered, back("nell-gift", "lamp-1")),
  giveBack(delivered, back("nothing", "nothing")),
  giveBack(delivered, back("mia-gift", "lamp-1", "mug-s", "mug-s")),
  giveBack(delivered, back("mia-gift", "lamp-1")),
  exchange(delivered, swaps("mia-visa", "mug-s mug-m")),
  giveBack(orders.deliveredMixed, back("mia-visa", "mug-s")),
  giveBack(orders.deliveredMixed, back("mia-paypal", "mug-s"), "staff"),
  giveBack(orders.deliveredLost, back("mia-lost", "mug-s")),
  giveBack(orders.deliveredUnpaid, back("mia-visa", "mug-s")),
  giveBack(orders.deliveredUnpaid, back("mia-gift", "mug-s")),
  giveBack(orders.nellsOwn, back("nell-blank", "mug-s"), "nell"),
  ...Object.values(orders).flatMap((one) => [giveBack(one, back("mia-visa", "mug-s")), show(one)]),
];
const exchanges: Step[] = [
  exchange(thrice, swaps("mia-visa", "mug-m mug-s", "mug-m mug-s", "mug-m mug-s", "mug-m mug-s")),
  exchange(delivered, swaps("mia-visa", "mug-s mug-s")),
  exchange(delivered, swaps("mia-visa", "mug-s mug-xl")),
  exchange(delivered, swaps("mia-visa", "mug-s bowl-1")),
  exchange(delivered, swaps("mia-visa", "pen-1 pen-2")),
  exchange(delivered, swaps("nothing", "mug-s mug-m")),
  exchange(delivered, swaps("mia-gift", "lamp-1 lamp-3")),
  exchange(delivered, swaps("mia-paypal", "mug-s mug-m", "mug-s mug-m", "lamp-1 lamp-2")),
  giveBack(delivered, back("mia-visa", "mug-s")),
  exchange(delivered, swaps("mia-paypal", "mug-s mug-m")),
  exchange(deliveredToo, swaps("mia-gift", "mug-s mug-l")),
  exchange(thrice, swaps("mia-gift", "mug-m mug-s")),
  exchange(orders.deliveredUnpaid, swaps("mia-visa", "mug-s mug-m")),
  exchange(orders.deliveredLost, swaps("mia-lost", "mug-s mug-m")),
  exchange(orders.nellsOwn, swaps("nell-blank", "mug-s mug-m"), "nell"),
  exchange(orders.nellsOwn, swaps("nell-gift", "mug-s mug-m"), "nell"),
  ...Object.values(orders).flatMap((one) => [
    exchange(one, swaps("mia-visa", "mug-s mug-m")),
    show(one),
  ]),
];
const exactlyCovered: Step[] = [
  // 20.00 on the card: what takes all of it is covered, a cent more is not.
  pay(orders.exact, { payment_method_id: "mia-gift" }),
  pay(orders.plain, { payment_method_id: "mia-gift" }),
  get("/api/customers/me/"),
  cancel(orders.exact, BY_MISTAKE), // paid on and refunded
  pay(orders.dear, { payment_method_id: "mia-gift" }),
  show(orders.exact),
  get("/api/customers/me/"),
];

const DAY_S = 24 * 60 * 60;
const idempotency: Step[] = [
  cancel(plain, { ...NOT_NEEDED, note: "a" }, "mia", keyed("once")),
  cancel(plain, `{"note": "a", "reason": "no_longer_needed"}`, "mia", keyed("once")),
  cancel(plain, BY_MISTAKE, "mia", keyed("once")),
  cancel(orders.untimed, { ...NOT_NEEDED, note: "a" }, "mia", keyed("once")),
  move(plain, { ...NOT_NEEDED, note: "a" }, "mia", keyed("once")),
  cancel(orders.nells, NOT_NEEDED, "nell", keyed("once")),
  cancel({ order_id: "absent" }, NOT_NEEDED, "mia", keyed("once")),
  cancel({ order_id: "absent" }, NOT_NEEDED, "mia", keyed("unused")),
  cancel(plain, { ...NOT_NEEDED, note: "a" }, "staff", keyed("once")),
  {
    ...cancel(plain, { ...NOT_NEEDED, note: "a" }, "mia", keyed("once")),
    path: `/api/orders/${plain.order_id}/cancel/?x=1`,
  },
  cancel(plain, NOT_NEEDED, "mia", keyed("refused")),
  cancel(orders.timed, NOT_NEEDED, "mia", keyed("refused")),
  support(LETTER, "mia", keyed("letter")),
  support(LETTER, "mia", keyed("letter")),
  support({ ...LETTER, order_id: null }, "mia", keyed("letter")),
  support(LETTER, "nell", keyed("letter")),
  moveHouse("me", { address: ADDRESS }, "mia", keyed("house")),
  moveHouse("mia", { address: ADDRESS }, "mia", keyed("house")),
  moveHouse("me", { address: BARE }, "mia", keyed("house")),
  moveHouse("me", { address: BARE }, "mia", keyed("house two")),
  moveHouse("me", { address: BARE }, "mia", keyed("house-2")),
  moveHouse("me", { address: ADDRESS }, "mia", keyed("house")), // the first answer, though they moved since
  get("/api/customers/me/"),
  { seconds: DAY_S },
  support(LETTER, "mia", keyed("letter")), // to the second: still known
  support({ ...LETTER, subject: "Other" }, "mia", keyed("letter")),
  support(LETTER, "mia", keyed("new")),
  { seconds: 1 },
  support(LETTER, "mia", keyed("letter")),
  support({ ...LETTER, subject: "Other" }, "mia", keyed("house")),
  support(LETTER, "mia", keyed("new")),
  move(orders.several, { address: ADDRESS }),
  { seconds: 0.25 },
  move(orders.several, { address: BARE }),
  show(orders.several),
];
const numerals: Step[] = ["1", "1.0", "1e0", "10e-1", "1.00", "-0", "0"].map((n) =>
  support(`{"subject": "a", "message": "b", "x": ${n}}`, "mia", keyed(`n${Number(n)}`)),
);
const letters: Step[] = [
  support({ ...LETTER, order_id: plain.order_id }),
  support({ ...LETTER, order_id: orders.nells.order_id }),
  support({ ...LETTER, order_id: orders.nells.order_id }, "staff"),
  support({ ...LETTER, order_id: "absent" }),
  support({ ...LETTER, order_id: null }),
  support({ subject: " Hi\nthere ", message: "\t long \u0085" }),
];
const houses: Step[] = ["me", "mia", "nell", "clerk", "absent", "Mia"].flatMap((id) =>
  (["mia", "nell", "staff"] as const).flatMap((who) => [
    moveHouse(id, { address: { ...BARE, line1: `${who} at ${id}` } }, who),
    get(`/api/customers/${id}/`, who),
  ]),
);

const SEARCHES = [
  "",
  "q=",
  "q=mug",
  "q=MUG+plain",
  "q=lamp&ordering=relevance",
  "q=a",
  "q=e&ordering=price",
  "q=e&ordering=-price",
  "q=e&ordering=name",
  "q=%C3%89",
  "q=%F0%9F%98%80",
  "q=%C3%BC",
  "q=+a%C2%A0b+",
  "q=S",
  "q=red",
  "q=nothing",
  "category=table",
  "category=Light",
  "category=%C3%A9t%C3%A9",
  "min_price=10",
  "min_price=10.01",
  "max_price=10",
  "max_price=9.99",
  "min_price=10&max_price=10",
  "min_price=-1",
  "min_price=x",
  "max_price=1.234",
  "max_price=123456789",
  "min_price=1e1",
  "min_price=NaN",
  "min_price=",
  "in_stock=true",
  "in_stock=0",
  "in_stock=maybe",
  "in_stock=",
  "ordering=x",
  "ordering=",
  "limit=1",
  "limit=50",
  "limit=51",
  "limit=0",
  "limit=-1",
  "limit=ten",
  "limit=2.0",
  "limit=1_0",
  "limit=",
  "limit=1&limit=2",
  `q=${"x".repeat(200)}`,
  `q=${"x".repeat(201)}`,
  "q=a%00b",
  "q=%FF",
  "cursor=x",
  "cursor=",
  "cursor=cD0x",
  "cursor=bz0x",
  "cursor=bz0xMDAx",
  "cursor=bz0xMDAw",
  "format=json",
  "q=mug&q=lamp",
];
const CUSTOMER_SEARCHES = [
  "",
  "email=MIA@post.example",
  "email=mia",
  "first_name=mia&last_name=lindqvist",
  "last_name=lindqvist",
  "last_name=lindqvist&limit=1",
  "last_name=%C3%89",
  "last_name=%C3%A9",
  "postcode=9010",
  "postcode=9010&first_name=Nell",
  "email=+",
  `email=${"x".repeat(255)}`,
  "limit=0&email=x",
  "limit=2",
  "last_name=lindqvist&cursor=x",
  "last_name=lindqvist&cursor=cD1taWE%3D",
  "email=a%00b",
];
const ORDER_SEARCHES = [
  "",
  "status=pending",
  "status=delivered&limit=3",
  "status=lost",
  "status=",
  "customer=me",
  "customer=mia",
  "customer=nell",
  "customer=absent",
  "customer=clerk",
  "limit=50",
  "limit=51",
  "cursor=x",
  "status=pending&customer=me&limit=1",
  "cursor=cD0yMDI2LTExLTAzKzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D",
  "cursor=cD0yMDI2LTEzLTAzKzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D",
];
/** A list to its last page, and back to its first. */
const walk = (path: string, who: Who, pages: number): Probe[] => [
  get(path, who),
  ...Array.from({ length: pages }, (): Probe => ({ ...get(path, who), follow: "next" })),
  ...Array.from({ length: pages }, (): Probe => ({ ...get(path, who), follow: "previous" })),
];
const lists: Step[] = [
  ...SEARCHES.map((query) => get(`/api/products/search/?${query}`, "nobody")),
  ...CUSTOMER_SEARCHES.flatMap((query) =>
    (["staff", "mia"] as const).map((who) => get(`/api/customers/?${query}`, who)),
  ),
  ...ORDER_SEARCHES.flatMap((query) =>
    (["mia", "nell", "staff"] as const).map((who) => get(`/api/orders/?${query}`, who)),
  ),
  ...walk("/api/products/search/?q=&limit=2", "nobody", 3),
  ...walk("/api/products/search/?ordering=price&limit=1", "nobody", 5),
  ...walk("/api/products/search/?ordering=-price&limit=2", "nobody", 3),
  ...walk("/api/products/search/?ordering=name&limit=2&q=e~*", "nobody", 1),
  ...walk("/api/customers/?last_name=lindqvist&limit=1", "staff", 2),
  ...walk("/api/orders/?limit=7", "staff", 5),
  ...walk("/api/orders/?limit=1&status=pending", "nell", 2),
];
const PATHS = [
  "/",
  "/api/",
  "/api/orders",
  "/api/shop",
  "/api/orders/101",
  "/api/orders/a%2Fb/",
  "/api/orders/%00/",
  "/api/orders/.../",
  "/api/orders/101%20/",
  "/api/orders//",
  "/api/nothing/",
  "/api/products/search",
  "/api/customers/me/address",
  "/api/orders/%C3%A9/",
  "/API/orders/",
  "/api/orders/101/",
  "/api//orders/",
];
const singles: Step[] = [
  ...Object.values(orders).flatMap(({ order_id }) =>
    (["mia", "nell", "staff"] as const).flatMap((who) => [
      get(`/api/orders/${order_id}/`, who),
      get(`/api/orders/${order_id}/status/`, who),
    ]),
  ),
  ...["mug", "lamp", "rope", "pen", "bowl", "absent", "MUG"].map((id) =>
    get(`/api/products/${id}/`),
  ),
  ...["me", "mia", "nell", "clerk", "absent"].flatMap((id) =>
    (["mia", "nell", "staff"] as const).map((who) => get(`/api/customers/${id}/`, who)),
  ),
  get("/api/shop/"),
  ...PATHS.flatMap((path) => [get(path), { ...get(path), method: "DELETE" }]),
];
const nothingThere: Step[] = [
  ...reads.map((path) => get(path)),
  support(LETTER),
  get("/api/products/search/?ordering=price&cursor=cD0xLjAw"),
];

/** The statuses that each operation has to be seen with. */
const READ = [200, 401, 405];
const WRITE = [200, 400, 401, 404, 405, 409, 415];
export const statuses: Record<keyof typeof endpoints, readonly number[]> = {
  searchProducts: [...READ, 400, 404],
  product: [...READ, 404],
  orderStatus: [...READ, 404],
  order: [...READ, 404],
  orders: [...READ, 400, 403, 404],
  customers: [...READ, 400, 403, 404],
  customer: [...READ, 404],
  shop: READ,
  cancelOrder: WRITE,
  changeOrderAddress: WRITE,
  changeOrderItems: WRITE,
  changeOrderPayment: WRITE,
  returnItems: WRITE,
  exchangeItems: WRITE,
  changeCustomerAddress: WRITE,
  contactSupport: [201, 400, 401, 405, 409, 415],
};

const inCornerShop: Record<string, Step[]> = {
  singles,
  door,
  wire,
  spelt,
  bodies,
  cancels,
  moves,
  pays,
  items,
  secondTwin,
  returns,
  exchanges,
  exactlyCovered,
  idempotency,
  numerals,
  letters,
  houses,
  lists,
};
export const writtenSequences: Sequence[] = [
  ...Object.entries(inCornerShop).map(([name, steps]) => ({
    name: `written ${name}`,
    world: cornerShop,
    steps,
  })),
  { name: "written empty shop", world: emptyShop, steps: nothingThere },
  {
    name: "written seed lists",
    world: seed,
    steps: [
      ...walk("/api/products/search/?q=a&limit=9", "nobody", 6),
      ...walk("/api/orders/?limit=11", "staff", 7),
      get("/api/shop/"),
    ],
  },
];
