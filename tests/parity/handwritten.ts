/**
 * Sequences written by hand: every operation with every status, every rule met and broken, every limit from both
 * sides. `handwrittenSequences` is used by `scripts/truth.ts`, `statuses` by `coverage.ts`.
 *
 * @module
 */
import { seed } from "../../mocks/world.ts";
import { endpoints } from "../../shop/contract.ts";
import { isProbe, type Probe, type Sequence, type Step } from "./probe.ts";
import {
  ADDRESS,
  BY_MISTAKE,
  type Caller,
  cancel,
  changeAddress,
  changeCustomerAddress,
  changeItems,
  changePayment,
  contactSupport,
  exchangeItems,
  get,
  type Headers,
  itemsToReturn,
  itemSwaps,
  NOT_NEEDED,
  REQUIRED_FIELDS,
  returnItems,
  SUPPORT_REQUEST,
  token,
  viewOrder,
  withKey,
  without,
  JSON_TYPE,
  previewOf,
  validWrites,
} from "./requests.ts";
import { versions } from "./versions.ts";
import { emptyWorld, orders, ruleWorld } from "./rule-fixtures.ts";

const readPaths = [
  "/api/products/search/?q=mug",
  "/api/products/mug/",
  `/api/orders/${orders.shipped.order_id}/status/`,
  `/api/orders/${orders.shipped.order_id}/`,
  "/api/orders/",
  "/api/customers/?last_name=lindqvist",
  "/api/customers/mia/",
  "/api/shop/",
];
const aPreview: Probe = {
  ...get(`/api/orders/${orders.plain.order_id}/previews/`, "mia", JSON_TYPE),
  method: "POST",
  body: JSON.stringify({ change: "cancel", body: NOT_NEEDED }),
};
const allOperations = [...readPaths.map((path) => get(path)), ...validWrites, aPreview];

const INVALID_CREDENTIALS = [
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
const VALID_CREDENTIALS = ["bearer demo-mia", "TOKEN  demo-mia", "Token demo-staff"];
const INVALID_KEYS = ["", "a b", "x".repeat(256), "\xe9", "a\tb"];
const VALID_KEYS = ["x".repeat(255), "!", "~", "a,b"];
const WRONG_CONTENT_TYPES = [
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
const JSON_CONTENT_TYPES = [
  "application/json; charset=utf-8",
  "Application/JSON",
  "application/*",
  "*/*",
  "application/json;q=1",
];
const BODY_TEXTS = [
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
const FIELD_VALUES = [
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
  "x".repeat(128),
  "x".repeat(129),
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
/** Numbers as JSON texts: some that are equal in JavaScript are not in Python. */
const NUMBER_TEXTS = [
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

const access: Step[] = [
  ...allOperations.flatMap((probe): Probe[] => {
    const { Authorization: _, ...others } = probe.headers;
    const withMethod = (method: string) => ({
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
      ...INVALID_CREDENTIALS.map((Authorization) => ({
        ...probe,
        headers: { ...others, Authorization },
      })),
      { ...probe, headers: others },
      ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .filter((method) => method !== probe.method)
        .map(withMethod),
      { ...withMethod("DELETE"), headers: others },
      absent,
      foreign,
      { ...foreign, method: "PUT", body: "{}" },
    ];
  }),
  ...readPaths.map((path) => ({ ...get(path, "staff"), method: "DELETE" })),
  ...readPaths.flatMap((path) => [
    ...VALID_CREDENTIALS.map((Authorization) => get(path, "nobody", { Authorization })),
    get(path, "nobody"),
    get(path, "staff"),
  ]),
];
const headersAndJson: Step[] = [...validWrites, aPreview].flatMap((probe): Probe[] => {
  const sent = (headers: Headers, body = probe.body): Probe => ({
    ...probe,
    body,
    headers: { ...probe.headers, ...headers },
  });
  return [
    without(probe, "Idempotency-Key"),
    ...INVALID_KEYS.map((key) => sent(withKey(key))),
    sent({ "Content-Type": "text/plain" }, ""),
    sent(withKey("a b"), "{"),
    sent({ "Content-Type": "text/plain", Authorization: "Token demo-nell" }),
    ...WRONG_CONTENT_TYPES.map((type) => sent({ "Content-Type": type })),
    ...BODY_TEXTS.map((text) => sent({}, text)),
  ];
});
const acceptedHeaders: Step[] = [
  ...VALID_KEYS.map((key) => contactSupport(SUPPORT_REQUEST, "mia", withKey(key))),
  ...JSON_CONTENT_TYPES.map((type) =>
    contactSupport(SUPPORT_REQUEST, "mia", { "Content-Type": type }),
  ),
  without(contactSupport("", "mia"), "Content-Type"),
  without(contactSupport(SUPPORT_REQUEST, "mia"), "Content-Type"),
];

/** A body with each of its fields in turn left out, and replaced by each of the values. */
function replaceFields(body: object, sentAs: (body: string) => Probe): Probe[] {
  const whole = JSON.stringify(body);
  return Object.keys(body).flatMap((field) => {
    const { [field]: _, ...rest } = body as Record<string, unknown>; // the callers pass object literals
    const others = JSON.stringify({ ...rest, [field]: "@" });
    const values = [...FIELD_VALUES.map((value) => JSON.stringify(value)), ...NUMBER_TEXTS];
    return [
      JSON.stringify(rest),
      ...values.map((value) => others.replace('"@"', () => value)),
      whole,
    ].map(sentAs);
  });
}
const item = itemSwaps("mia-visa", "mug-s mug-m").items[0] ?? {};
const bodies: Step[] = [
  ...replaceFields(NOT_NEEDED, (body) => cancel(orders.shipped, body)),
  ...replaceFields(ADDRESS, (body) => changeCustomerAddress("me", `{"address": ${body}}`)),
  ...replaceFields({ address: 0 }, (body) => changeAddress(orders.shipped, body)),
  ...replaceFields({ payment_method_id: "mia-visa" }, (body) =>
    changePayment(orders.shipped, body),
  ),
  ...replaceFields(itemSwaps("mia-visa", "mug-s mug-m"), (body) =>
    changeItems(orders.shipped, body),
  ),
  ...replaceFields(item, (body) =>
    changeItems(orders.plain, `{"items": [{}, ${body}, null, 1], "payment_method_id": "mia-visa"}`),
  ),
  ...replaceFields({ item_id: "mug-s" }, (body) =>
    returnItems(orders.delivered, `{"items": [${body}], "payment_method_id": "x"}`),
  ),
  ...replaceFields(itemsToReturn("mia-visa", "mug-s"), (body) => returnItems(orders.shipped, body)),
  ...replaceFields({ ...SUPPORT_REQUEST, order_id: orders.plain.order_id }, (body) =>
    contactSupport(body),
  ),
  ...replaceFields({ change: "cancel", body: NOT_NEEDED }, (body) => ({ ...aPreview, body })),
  ...replaceFields(NOT_NEEDED, (body) => ({
    ...aPreview,
    body: `{"change": "cancel", "body": ${body}}`,
  })),
  changeItems(orders.plain, itemSwaps("mia-visa", ...Array(100).fill("mug-s mug-m"))),
  changeItems(orders.plain, itemSwaps("mia-visa", ...Array(101).fill("mug-s mug-m"))),
  returnItems(orders.delivered, itemsToReturn("x", ...Array(101).fill("mug-s"))),
  contactSupport({ ...SUPPORT_REQUEST, subject: "s".repeat(200) }),
  contactSupport({ ...SUPPORT_REQUEST, subject: "s".repeat(201) }),
  cancel(orders.shipped, { reason: "bored" }),
  cancel(orders.shipped, '{"reason": "\\ud800"}'),
  changeCustomerAddress("me", '{"address": {"line1": "\\udfff"}}'),
  cancel(orders.shipped, { ...NOT_NEEDED, more: 1 }),
  cancel(orders.shipped, '{"reason": "x", "reason": "no_longer_needed"}'),
];

const cancellations: Step[] = Object.values(orders).flatMap((one) => [
  cancel(one, NOT_NEEDED),
  viewOrder(one),
  cancel(one, BY_MISTAKE),
]);
const addressChanges: Step[] = Object.values(orders).flatMap((one) => [
  changeAddress(one, { address: one.status === "pending" ? REQUIRED_FIELDS : ADDRESS }),
  viewOrder(one),
]);
const paymentChanges: Step[] = Object.values(orders).flatMap((one) => [
  changePayment(one, { payment_method_id: "nothing" }),
  changePayment(one, { payment_method_id: one.payments[0]?.payment_method_id ?? "x" }, "staff"),
  changePayment(one, { payment_method_id: "mia-gift" }),
  changePayment(one, { payment_method_id: "mia-odd" }, "staff"),
  viewOrder(one),
]);
const { twice, thrice, plain, gone, delivered, deliveredToo, pieces, deliveredPieces } = orders;
const itemChanges: Step[] = [
  changeItems(plain, itemSwaps("mia-visa", "bowl-1 bowl-2")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s mug-s")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s lamp-2")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s nothing")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s mug-xl")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s mug-m", "mug-s mug-l")),
  changeItems(plain, itemSwaps("nothing", "mug-s mug-m")),
  changeItems(plain, itemSwaps("nell-visa", "mug-s mug-m"), "staff"),
  changeItems(plain, itemSwaps("mia-gift", "lamp-1 lamp-3")),
  changeItems(gone, itemSwaps("mia-visa", "rope-1 rope-2")),
  changeItems(twice, itemSwaps("mia-gift", "mug-s mug-m", "mug-s mug-l", "mug-s mug-m")),
  changeItems(plain, itemSwaps("mia-visa", "mug-s mug-m", "lamp-1 lamp-2")),
  changeItems(plain, itemSwaps("mia-visa", "mug-m mug-s")),
  cancel(plain, NOT_NEEDED),
  changePayment(plain, { payment_method_id: "mia-paypal" }),
  changeAddress(plain, { address: ADDRESS }),
  viewOrder(plain),
  changeItems(twice, itemSwaps("mia-gift", "mug-s mug-m")),
  viewOrder(twice),
  changeItems(orders.gift, itemSwaps("mia-gift", "mug-l mug-s")),
  changeItems(orders.exact, itemSwaps("mia-visa", "mug-s mug-l")),
  changeItems(orders.free, itemSwaps("mia-gift", "pen-1 pen-2")),
  changeItems(orders.untimed, itemSwaps("mia-gift", "mug-s mug-l")),
  changeItems(orders.lost, itemSwaps("mia-paypal", "mug-s mug-l")),
  changeItems(orders.several, itemSwaps("mia-odd", "mug-s mug-m")),
  changeItems(orders.dear, itemSwaps("mia-gift", "lamp-1 lamp-2")),
  changeItems(orders.nells, itemSwaps("nell-blank", "mug-s mug-m"), "nell"),
  changeItems(orders.nells, itemSwaps("nell-gift", "mug-s mug-m"), "nell"),
  ...[orders.modified, orders.processing, orders.shipped, orders.cancelled, orders.returned].map(
    (one) => changeItems(one, itemSwaps("mia-visa", "mug-s mug-m")),
  ),
  ...Object.values(orders).map(viewOrder),
];
const secondLineOfAnItem: Step[] = [
  changeItems(twice, itemSwaps("mia-gift", "mug-s mug-l", "mug-s mug-m")), // 8.00 for 11.00, and 12.50 for 9.00
  viewOrder(twice),
];
const piecesOfALine: Step[] = [
  changeItems(pieces, itemSwaps("mia-visa", ...Array<string>(6).fill("mug-s mug-m"))),
  changeItems(pieces, itemSwaps("mia-visa", "mug-s mug-m", "mug-l mug-m", "mug-s mug-l")),
  viewOrder(pieces),
  get("/api/orders/?limit=50", "staff"),
  returnItems(deliveredPieces, itemsToReturn("mia-visa", ...Array<string>(4).fill("mug-m"))),
  returnItems(deliveredPieces, itemsToReturn("mia-visa", "mug-m", "mug-m", "mug-m")),
  get(`/api/orders/${deliveredPieces.order_id}/status/`),
];
const allPiecesOfALine: Step[] = [
  changeItems(pieces, itemSwaps("mia-visa", ...Array<string>(5).fill("mug-s mug-m"))),
  exchangeItems(deliveredPieces, itemSwaps("mia-visa", "mug-m mug-s", "mug-m mug-l")),
  viewOrder(pieces),
];
const returns: Step[] = [
  returnItems(thrice, itemsToReturn("mia-visa", "mug-m", "mug-m", "mug-m", "mug-m")),
  returnItems(delivered, itemsToReturn("mia-visa", "mug-s", "mug-s", "mug-s")),
  returnItems(delivered, itemsToReturn("mia-visa", "lamp-1", "lamp-1")),
  returnItems(delivered, itemsToReturn("mia-visa", "lamp-2")),
  returnItems(delivered, itemsToReturn("mia-paypal", "lamp-1")),
  returnItems(delivered, itemsToReturn("nell-gift", "lamp-1")),
  returnItems(delivered, itemsToReturn("nothing", "nothing")),
  returnItems(delivered, itemsToReturn("mia-gift", "lamp-1", "mug-s", "mug-s")),
  returnItems(delivered, itemsToReturn("mia-gift", "lamp-1")),
  exchangeItems(delivered, itemSwaps("mia-visa", "mug-s mug-m")),
  returnItems(orders.deliveredMixed, itemsToReturn("mia-visa", "mug-s")),
  returnItems(orders.deliveredMixed, itemsToReturn("mia-paypal", "mug-s"), "staff"),
  returnItems(orders.deliveredLost, itemsToReturn("mia-lost", "mug-s")),
  returnItems(orders.deliveredUnpaid, itemsToReturn("mia-visa", "mug-s")),
  returnItems(orders.deliveredUnpaid, itemsToReturn("mia-gift", "mug-s")),
  returnItems(orders.nellsOwn, itemsToReturn("nell-blank", "mug-s"), "nell"),
  ...Object.values(orders).flatMap((one) => [
    returnItems(one, itemsToReturn("mia-visa", "mug-s")),
    viewOrder(one),
  ]),
];
const exchanges: Step[] = [
  exchangeItems(
    thrice,
    itemSwaps("mia-visa", "mug-m mug-s", "mug-m mug-s", "mug-m mug-s", "mug-m mug-s"),
  ),
  exchangeItems(delivered, itemSwaps("mia-visa", "mug-s mug-s")),
  exchangeItems(delivered, itemSwaps("mia-visa", "mug-s mug-xl")),
  exchangeItems(delivered, itemSwaps("mia-visa", "mug-s bowl-1")),
  exchangeItems(delivered, itemSwaps("mia-visa", "pen-1 pen-2")),
  exchangeItems(delivered, itemSwaps("nothing", "mug-s mug-m")),
  exchangeItems(delivered, itemSwaps("mia-gift", "lamp-1 lamp-3")),
  exchangeItems(delivered, itemSwaps("mia-paypal", "mug-s mug-m", "mug-s mug-m", "lamp-1 lamp-2")),
  returnItems(delivered, itemsToReturn("mia-visa", "mug-s")),
  exchangeItems(delivered, itemSwaps("mia-paypal", "mug-s mug-m")),
  exchangeItems(deliveredToo, itemSwaps("mia-gift", "mug-s mug-l")),
  exchangeItems(thrice, itemSwaps("mia-gift", "mug-m mug-s")),
  exchangeItems(orders.deliveredUnpaid, itemSwaps("mia-visa", "mug-s mug-m")),
  exchangeItems(orders.deliveredLost, itemSwaps("mia-lost", "mug-s mug-m")),
  exchangeItems(orders.nellsOwn, itemSwaps("nell-blank", "mug-s mug-m"), "nell"),
  exchangeItems(orders.nellsOwn, itemSwaps("nell-gift", "mug-s mug-m"), "nell"),
  ...Object.values(orders).flatMap((one) => [
    exchangeItems(one, itemSwaps("mia-visa", "mug-s mug-m")),
    viewOrder(one),
  ]),
];
const exactBalance: Step[] = [
  // The gift card has 20.00: it covers exactly that, and not a cent more.
  changePayment(orders.exact, { payment_method_id: "mia-gift" }),
  changePayment(orders.plain, { payment_method_id: "mia-gift" }),
  get("/api/customers/me/"),
  cancel(orders.exact, BY_MISTAKE), // refunded to the gift card
  changePayment(orders.dear, { payment_method_id: "mia-gift" }),
  viewOrder(orders.exact),
  get("/api/customers/me/"),
];

const DAY_S = 24 * 60 * 60;
const idempotency: Step[] = [
  cancel(plain, { ...NOT_NEEDED, note: "a" }, "mia", withKey("once")),
  cancel(plain, `{"note": "a", "reason": "no_longer_needed"}`, "mia", withKey("once")),
  cancel(plain, BY_MISTAKE, "mia", withKey("once")),
  cancel(orders.untimed, { ...NOT_NEEDED, note: "a" }, "mia", withKey("once")),
  changeAddress(plain, { ...NOT_NEEDED, note: "a" }, "mia", withKey("once")),
  cancel(orders.nells, NOT_NEEDED, "nell", withKey("once")),
  cancel({ order_id: "absent" }, NOT_NEEDED, "mia", withKey("once")),
  cancel({ order_id: "absent" }, NOT_NEEDED, "mia", withKey("unused")),
  cancel(plain, { ...NOT_NEEDED, note: "a" }, "staff", withKey("once")),
  {
    ...cancel(plain, { ...NOT_NEEDED, note: "a" }, "mia", withKey("once")),
    path: `/api/orders/${plain.order_id}/cancel/?x=1`,
  },
  cancel(plain, NOT_NEEDED, "mia", withKey("refused")),
  cancel(orders.timed, NOT_NEEDED, "mia", withKey("refused")),
  contactSupport(SUPPORT_REQUEST, "mia", withKey("letter")),
  contactSupport(SUPPORT_REQUEST, "mia", withKey("letter")),
  contactSupport({ ...SUPPORT_REQUEST, order_id: null }, "mia", withKey("letter")),
  contactSupport(SUPPORT_REQUEST, "nell", withKey("letter")),
  changeCustomerAddress("me", { address: ADDRESS }, "mia", withKey("house")),
  changeCustomerAddress("mia", { address: ADDRESS }, "mia", withKey("house")),
  changeCustomerAddress("me", { address: REQUIRED_FIELDS }, "mia", withKey("house")),
  changeCustomerAddress("me", { address: REQUIRED_FIELDS }, "mia", withKey("house two")),
  changeCustomerAddress("me", { address: REQUIRED_FIELDS }, "mia", withKey("house-2")),
  changeCustomerAddress("me", { address: ADDRESS }, "mia", withKey("house")), // the first answer, although the address has changed since
  get("/api/customers/me/"),
  { seconds: DAY_S },
  contactSupport(SUPPORT_REQUEST, "mia", withKey("letter")), // after exactly 24 hours the key is still known
  contactSupport({ ...SUPPORT_REQUEST, subject: "Other" }, "mia", withKey("letter")),
  contactSupport(SUPPORT_REQUEST, "mia", withKey("new")),
  { seconds: 1 },
  contactSupport(SUPPORT_REQUEST, "mia", withKey("letter")),
  contactSupport({ ...SUPPORT_REQUEST, subject: "Other" }, "mia", withKey("house")),
  contactSupport(SUPPORT_REQUEST, "mia", withKey("new")),
  changeAddress(orders.several, { address: ADDRESS }),
  { seconds: 0.25 },
  changeAddress(orders.several, { address: REQUIRED_FIELDS }),
  viewOrder(orders.several),
];
const numberSpellings: Step[] = ["1", "1.0", "1e0", "10e-1", "1.00", "-0", "0"].map((n) =>
  contactSupport(`{"subject": "a", "message": "b", "x": ${n}}`, "mia", withKey(`n${Number(n)}`)),
);
const supportRequests: Step[] = [
  contactSupport({ ...SUPPORT_REQUEST, order_id: plain.order_id }),
  contactSupport({ ...SUPPORT_REQUEST, order_id: orders.nells.order_id }),
  contactSupport({ ...SUPPORT_REQUEST, order_id: orders.nells.order_id }, "staff"),
  contactSupport({ ...SUPPORT_REQUEST, order_id: "absent" }),
  contactSupport({ ...SUPPORT_REQUEST, order_id: null }),
  contactSupport({ subject: " Hi\nthere ", message: "\t long \u0085" }),
];
const customerAddresses: Step[] = ["me", "mia", "nell", "clerk", "absent", "Mia"].flatMap((id) =>
  (["mia", "nell", "staff"] as const).flatMap((who) => [
    changeCustomerAddress(id, { address: { ...REQUIRED_FIELDS, line1: `${who} at ${id}` } }, who),
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
  "cursor=bz0xMDAwMDAx",
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
/** Follows a list to its last page, and back to its first. */
const walk = (path: string, who: Caller, pages: number): Probe[] => [
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
const details: Step[] = [
  ...Object.values(orders).flatMap(({ order_id }) =>
    (["mia", "nell", "staff"] as const).flatMap((who) => [
      get(`/api/orders/${encodeURIComponent(order_id)}/`, who),
      get(`/api/orders/${encodeURIComponent(order_id)}/status/`, who),
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
const inEmptyWorld: Step[] = [
  ...readPaths.map((path) => get(path)),
  contactSupport(SUPPORT_REQUEST),
  get("/api/products/search/?ordering=price&cursor=cD0xLjAw"),
];

const READ = [200, 401, 405];
const PREVIEW = [200, 400, 401, 404, 405, 409, 415];
const WRITE = [...PREVIEW, 412];
/** The statuses that each operation has to be seen with. */
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
  previewChange: PREVIEW,
  changeCustomerAddress: WRITE,
  contactSupport: [201, 400, 401, 405, 409, 415],
};

const inRuleWorld: Record<string, Step[]> = {
  details,
  access,
  headersAndJson,
  acceptedHeaders,
  bodies,
  cancellations,
  addressChanges,
  paymentChanges,
  itemChanges,
  secondLineOfAnItem,
  piecesOfALine,
  allPiecesOfALine,
  returns,
  exchanges,
  exactBalance,
  idempotency,
  numberSpellings,
  supportRequests,
  customerAddresses,
  lists,
};
/** Each change of these after its preview. */
const previewed = Object.entries({
  cancellations,
  addressChanges,
  paymentChanges,
  itemChanges,
  secondLineOfAnItem,
  piecesOfALine,
  allPiecesOfALine,
  returns,
  exchanges,
  exactBalance,
}).map(([name, steps]): [string, Step[]] => {
  const withPreview = (step: Step) => [(isProbe(step) && previewOf(step)) || [], step].flat();
  return [`${name} after their previews`, steps.flatMap(withPreview)];
});
export const handwrittenSequences: Sequence[] = [
  ...[...Object.entries({ ...inRuleWorld, ...versions }), ...previewed].map(([name, steps]) => ({
    name: `handwritten ${name}`,
    world: ruleWorld,
    steps,
  })),
  { name: "handwritten empty world", world: emptyWorld, steps: inEmptyWorld },
  {
    name: "handwritten lists of the seed world",
    world: seed,
    steps: [
      ...walk("/api/products/search/?q=a&limit=9", "nobody", 6),
      ...walk("/api/orders/?limit=11", "staff", 7),
      get("/api/shop/"),
    ],
  },
];
