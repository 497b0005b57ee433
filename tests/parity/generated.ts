/** Sequences nobody thought of: several people, legal and illegal calls, drawn by fast-check from a seed. @module */
import fc from "fast-check";
import type { Order, World } from "../../mocks/world.ts";
import { customers, lines, makeWorld, products } from "./rule-fixtures.ts";
import { isProbe, type Probe, type Sequence, type Step } from "./probe.ts";

const ITEMS = products.flatMap((product) => product.items.map(({ item_id }) => item_id));
const METHODS = [
  ...customers.flatMap((one) => one.payment_methods.map((method) => method.payment_method_id)),
  "lost",
];
const STATUSES = [
  "pending",
  "pending",
  "pending",
  "delivered",
  "delivered",
  "processing",
  "shipped",
  "cancelled",
  "return_requested",
  "exchange_requested",
] as const;

// ── Worlds ───────────────────────────────────────────────────────────────────────────────────────

const amount = fc.oneof(
  fc.constantFrom("10.00", "0.00", "7.30", "20.00"),
  fc.integer({ min: 0, max: 4500 }).map((cents) => (cents / 100).toFixed(2)),
);
const bought = fc
  .record({ item: fc.constantFrom(...ITEMS), price: fc.option(amount) })
  .map(({ item, price }) => (price === null ? item : `${item} ${price}`));
const drawnPayment = fc.record({
  kind: fc.constantFrom("payment", "payment", "refund" as const),
  amount,
  payment_method_id: fc.constantFrom(...METHODS),
});
const drawnOrder = fc.record({
  owner: fc.constantFrom("mia", "nell"),
  status: fc.constantFrom(...STATUSES),
  bought: fc.array(bought, { minLength: 1, maxLength: 4 }),
  isTwice: fc.boolean(),
  payments: fc.oneof(fc.tuple(drawnPayment), fc.array(drawnPayment, { maxLength: 4 })),
  timeline: fc.constantFrom<Order["timeline"][]>(
    undefined,
    [],
    [{ at: "2026-11-01T10:00:00Z", status: "pending" as const, note: "Ordered." }],
  ),
  isModified: fc.nat(6).map((n) => n === 6),
  day: fc.integer({ min: 1, max: 9 }),
});
const drawnWorld = fc.record({
  currency: fc.constantFrom("EUR", "USD"),
  orders: fc.array(drawnOrder, { minLength: 1, maxLength: 9, size: "max" }),
  balances: fc.array(fc.option(amount, { nil: undefined }), { minLength: 3, maxLength: 3 }),
  sold: fc.array(fc.boolean(), { minLength: ITEMS.length, maxLength: ITEMS.length }),
});
type DrawnWorld = typeof drawnWorld extends fc.Arbitrary<infer W> ? W : never;

function worldOf({ currency, orders, balances, sold }: DrawnWorld): World {
  let [card, place] = [0, 0];
  const renewed = customers.map((customer) => {
    const payment_methods = customer.payment_methods.map((method) =>
      method.kind === "gift_card" ? { ...method, balance: balances[card++] } : method,
    );
    return { ...customer, payment_methods };
  });
  const onSale = products.map((product) => {
    const items = product.items.map((item) => ({
      ...item,
      available: item.available && sold[place++] !== false,
    }));
    return { ...product, items };
  });
  const placed = orders.map(
    ({ owner, status, bought, isTwice, payments, timeline, isModified, day }, n): Order => {
      const items = lines(...bought, ...(isTwice ? bought : []));
      const [order_id, placed_at] = [String(500 + n), `2026-11-0${day}T10:00:00Z`];
      const rest = {
        payments,
        shipments: [],
        timeline,
        address: { ...customers[0]?.address } as Order["address"],
      };
      return {
        order_id,
        customer_id: owner,
        status,
        placed_at,
        items,
        ...rest,
        ...(isModified && { items_modified: true }),
      };
    },
  );
  return makeWorld(placed, { currency, customers: renewed, products: onSale });
}

// ── Calls ────────────────────────────────────────────────────────────────────────────────────────

const WRITES = [
  "items",
  "items",
  "exchanges",
  "exchanges",
  "payment",
  "cancel",
  "address",
  "returns",
  "house",
  "support",
] as const;
const READS = [
  "/api/orders/",
  "/api/products/search/",
  "/api/customers/",
  "/api/customers/me/",
  "/api/shop/",
  "/api/products/mug/",
];
const QUERIES = [
  "",
  "?limit=1",
  "?limit=2",
  "?q=a&limit=2",
  "?q=mug&ordering=price",
  "?last_name=lindqvist",
  "?status=pending",
  "?customer=me",
  "?customer=nell",
  "?in_stock=1&max_price=20",
  "?limit=x",
  "?ordering=-price&limit=1",
];
/** In the place of a value, or of a whole body. */
const SPOILS = [
  "null",
  "true",
  "7",
  "1.50",
  '""',
  '" "',
  '"absent"',
  "[]",
  "{}",
  '[{"item_id": 1}]',
  '"a\\u0000b"',
  `"${"x".repeat(65)}"`,
  `"${"é".repeat(201)}"`,
  "1e400",
];
const TYPES = ["text/plain", "application/json; charset=utf-8", "*/*", "x"];
const KEYS = ["k1", "k2", "", "a b", "~"];
const TOKENS = ["", "Token", "Token nobody", "Bearer demo-mia", "Basic x"];

const one = { weight: 1 };
const few = <T>(arbitrary: fc.Arbitrary<T>, often: number) =>
  fc.oneof({ ...one, weight: often, arbitrary: fc.constant(undefined) }, { ...one, arbitrary });
const drawnCall = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...WRITES) },
    { weight: 2, arbitrary: fc.constantFrom("read", "order" as const) },
  ),
  /** Of the orders that suit the call, or, now and then, of all. */
  order: fc.nat(8),
  isAnyOrder: fc.nat(4).map((n) => n === 4),
  who: fc.constantFrom("owner", "owner", "owner", "mia", "nell", "staff"),
  entries: fc.array(
    fc.record({ line: fc.nat(7), item: fc.nat(3), isAny: fc.nat(7).map((n) => n === 7) }),
    { minLength: 1, maxLength: 3 },
  ),
  method: fc.nat(7),
  isAnyMethod: fc.nat(5).map((n) => n === 5),
  text: fc.constantFrom("no_longer_needed", "ordered_by_mistake", " spaced\n", "ü😀"),
  path: fc.constantFrom(...READS),
  query: fc.constantFrom(...QUERIES),
  follow: fc.constantFrom(undefined, "next", "next", "previous" as const),
  key: few(fc.constantFrom(...KEYS), 6),
  /** An earlier step of the sequence again: the whole, or with what else is drawn here. */
  again: few(fc.nat(30), 5),
  changed: fc.constantFrom(
    "nothing",
    "nothing",
    "who",
    "key",
    "query",
    "order of fields",
    "a field",
  ),
  spoil: few(fc.record({ field: fc.nat(3), value: fc.constantFrom(...SPOILS) }), 9),
  type: few(fc.constantFrom(...TYPES), 30),
  token: few(fc.constantFrom(...TOKENS), 40),
  verb: few(fc.constantFrom("GET", "PUT", "DELETE", "PATCH", "POST"), 40),
});
type Drawn = typeof drawnCall extends fc.Arbitrary<infer C> ? C : never;
const drawnWait = fc.constantFrom(1, 3600, 86_399, 86_400, 86_401).map((seconds) => ({ seconds }));
const drawnStep = fc.oneof(
  { weight: 20, arbitrary: drawnCall },
  { weight: 1, arbitrary: drawnWait },
);

const at = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(list.length, 1)];
const SUITING: Partial<Record<Drawn["kind"], string>> = {
  items: "pending",
  payment: "pending",
  cancel: "pending",
  address: "pending",
  returns: "delivered",
  exchanges: "delivered",
};

/** What is drawn as a request of this world: what it names is mostly there. */
function requestOf(
  call: Drawn,
  { orders, customers: people, products: shelf }: World,
  serial: number,
): Probe {
  const { kind, entries, text } = call;
  const suiting = orders.filter(
    ({ status }) => call.isAnyOrder || (SUITING[kind] ?? status) === status,
  );
  const order = at(suiting.length ? suiting : orders, call.order);
  const owner = people.find(({ customer_id }) => customer_id === order?.customer_id);
  const own = owner?.payment_methods.map(({ payment_method_id }) => payment_method_id) ?? [];
  const payment_method_id = at(call.isAnyMethod ? METHODS : own, call.method) ?? "none";
  const items = entries.map(({ line, item, isAny }) => {
    const bought = at(order?.items ?? [], line);
    const siblings = shelf.find(({ product_id }) => product_id === bought?.product_id)?.items ?? [];
    const others = siblings.filter(
      ({ item_id, available }) => item_id !== bought?.item_id && available,
    );
    const new_item_id =
      isAny || !others.length ? at(ITEMS, line + item) : at(others, item)?.item_id;
    return { item_id: isAny && item === 0 ? "absent" : (bought?.item_id ?? "absent"), new_item_id };
  });
  const address = {
    line1: text,
    ...(call.method % 2 && { line2: "", state: " x " }),
    city: "Gent",
    postcode: "9000",
    country: "BE",
  };
  const token =
    people.find(({ customer_id }) => customer_id === call.who)?.token ??
    (call.who === "staff" ? "demo-staff" : owner?.token);
  const asking = { Authorization: call.token ?? `Token ${token}` };
  const path =
    kind === "support"
      ? "/api/support/requests/"
      : kind === "house"
        ? `/api/customers/${at(["me", "mia", "nell"], call.method)}/address/`
        : `/api/orders/${order?.order_id}/${kind}/`;
  if (kind === "read")
    return {
      method: "GET",
      path: call.path + call.query,
      headers: asking,
      ...(call.follow && { follow: call.follow }),
    };
  if (kind === "order")
    return {
      method: "GET",
      path: `/api/orders/${order?.order_id}/${call.method % 2 ? "status/" : ""}`,
      headers: asking,
    };
  const body: Record<(typeof WRITES)[number], object> = {
    items: { items, payment_method_id },
    exchanges: { items, payment_method_id },
    returns: { items: items.map(({ item_id }) => ({ item_id })), payment_method_id },
    payment: { payment_method_id },
    cancel: { reason: text.length > 8 ? text : "no_longer_needed" },
    address: { address },
    house: { address },
    support: {
      subject: text,
      message: "Please",
      ...(call.method % 2 && { order_id: order?.order_id ?? null }),
    },
  };
  const method = call.verb ?? (["address", "payment", "house"].includes(kind) ? "PATCH" : "POST");
  const headers = {
    ...asking,
    "Content-Type": call.type ?? "application/json",
    "Idempotency-Key": call.key ?? `n${serial}`,
  };
  return {
    method,
    path,
    headers,
    ...(method !== "GET" && { body: spoiled(JSON.stringify(body[kind]), call) }),
  };
}
function spoiled(body: string, { spoil }: Drawn): string {
  if (!spoil) return body;
  const fields = Object.entries(JSON.parse(body)).map(([name, value]) => [
    JSON.stringify(name),
    JSON.stringify(value),
  ]);
  const field = fields[spoil.field];
  if (field) field[1] = spoil.value;
  return field ? `{${fields.map((pair) => pair.join(": ")).join(", ")}}` : spoil.value;
}
const reversed = (body: string): string => {
  try {
    const sent: unknown = JSON.parse(body);
    const isObject = typeof sent === "object" && sent !== null && !Array.isArray(sent);
    return isObject ? JSON.stringify(Object.fromEntries(Object.entries(sent).toReversed())) : body;
  } catch {
    return body;
  }
};
function repeated(before: Probe, call: Drawn, fresh: Probe): Probe {
  const { headers, body, path } = before;
  const header = { who: "Authorization", key: "Idempotency-Key" }[call.changed as string]; // undefined for the others
  if (header)
    return {
      ...before,
      headers: { ...headers, [header]: fresh.headers[header] ?? headers[header] ?? "x" },
    };
  if (call.changed === "query")
    return { ...before, path: `${path}${path.includes("?") ? "&" : "?"}x=1` };
  if (body === undefined) return before;
  if (call.changed === "order of fields") return { ...before, body: reversed(body) };
  if (call.changed === "a field") return { ...before, body: body.replace(/"(\w+)"}?$/, '"$1x"}') };
  return before;
}

/** Up to so many steps in a world of their own; shrinks to fewer steps, and to a smaller world. */
export const drawnSequence = (maxLength: number): fc.Arbitrary<Sequence> =>
  fc
    .record({
      world: drawnWorld,
      calls: fc.array(drawnStep, { minLength: 1, maxLength, size: "max" }),
    })
    .map(({ world: drawn, calls }) => {
      const world = worldOf(drawn);
      const steps: Step[] = [];
      for (const [n, call] of calls.entries()) {
        if ("seconds" in call) {
          steps.push(call);
          continue;
        }
        const fresh = requestOf(call, world, n);
        const before =
          call.again === undefined ? undefined : at(steps.filter(isProbe).toReversed(), call.again);
        steps.push(before ? repeated(before, call, fresh) : fresh);
      }
      return { name: "drawn", world, steps };
    });
