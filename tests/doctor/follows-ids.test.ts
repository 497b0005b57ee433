/** `--suggest` follows an id in an order to the record that the shop has elsewhere, and chooses among addresses. */
import { expect, test } from "bun:test";
import {
  listView,
  omit,
  ORDERS,
  otherShop,
  recordView,
  type Route,
  type Row,
  suggest,
} from "./other-shop.ts";

const ADDRESSES = [
  {
    id: 31,
    address_type: "B",
    default: false,
    street_address: "Oak St 2",
    apartment_address: "9",
    city: "Linz",
  },
  {
    id: 32,
    address_type: "S",
    default: true,
    street_address: "Elm St 1",
    apartment_address: "2B",
    city: "Graz",
  },
];
const PAYMENTS = [
  { id: 51, status: "P" },
  { id: 52, status: "C" },
  { id: 53, status: "C" },
];
const ORDERS_BY_ID = ORDERS.map((order, index) => ({
  ...omit(order, "deliver_to"),
  shipping_address: index ? 32 : null,
  payment: 51 + index,
  positions: order.positions.map((line) => omit(line, "product_title")),
}));
const lists = {
  products: "/api/products/",
  orders: "/api/orders/",
  addresses: "/api/user/addresses/",
  payments: "/api/payments/",
};
const ROUTES: Record<string, Route> = {
  "/api/": () => lists,
  "/api/orders/": listView(ORDERS_BY_ID),
  "/api/orders/*/": recordView(ORDERS_BY_ID, "ref"),
  "/api/user/addresses/": listView(ADDRESSES),
  "/api/user/addresses/*/": recordView(ADDRESSES, "id"),
  "/api/payments/": listView(PAYMENTS),
  "/api/payments/*/": recordView(PAYMENTS, "id"),
};

test("an order's address is the record that it has the id of", async () => {
  const { linesWith, out } = await suggest(otherShop({ routes: ROUTES }).runtime);
  expect(linesWith('from: "/api/user/addresses')).toEqual([
    'from: "/api/user/addresses/{shipping_address}/", // proven: line1 “E…”, line2 “2…”, city “G…”',
  ]);
  expect(out).toContain('line2: "apartment_address"');
  expect(
    linesWith("TODO payments: payment (51) is the record at /api/payments/{payment}/"),
  ).toHaveLength(1);
});
test("an id that leads to nothing, or to another record, is no reference", async () => {
  const other = (url: URL) => ({ ...ADDRESSES[0], id: url.pathname.length });
  for (const route of [null, other]) {
    const { runtime } = otherShop({ routes: { ...ROUTES, "/api/user/addresses/*/": route } });
    expect((await suggest(runtime)).out).not.toContain("{shipping_address}");
  }
});
test("a line with a product's id only has the product's name", async () => {
  const { linesWith } = await suggest(otherShop({ routes: ROUTES }).runtime);
  expect(linesWith("name: {")).toEqual([
    'name: { from: "/api/products/{product}/", load: true, each: "title" }, // proven: the product has it: “11” is the product “Blue Cup”',
  ]);
});

/** What is said of the address of a customer with these. */
async function addressOf(addresses: Row[]) {
  const me = { id: 7, email: "ann@shop.example", first_name: "Ann", addresses };
  const suggested = await suggest(otherShop({ routes: { "/api/me/": () => me } }).runtime);
  return { ...suggested, shown: suggested.linesWith("ddress").join("\n") };
}
test("of several addresses the one that is flagged is the customer's", async () => {
  const { dialect } = await addressOf(ADDRESSES);
  const asked = { endpoint: "customer", ids: { customer_id: "me" }, query: {} } as const;
  const read = await dialect?.answer(asked, { id: 7, addresses: ADDRESSES }, async () => ({}));
  expect(Object(read).address).toMatchObject({ line1: "Elm St 1", line2: "2B", city: "Graz" });
});
test("where no flag says which, or the flagged one is for bills, it is asked", async () => {
  const unflagged = ADDRESSES.map((one) => omit(one, "default"));
  expect((await addressOf(unflagged)).shown).toContain(
    "TODO address: addresses.0, address_type “B”; or addresses.1, address_type “S”",
  );
  const ofBills = ADDRESSES.map((one) => ({ ...one, default: one.address_type === "B" }));
  expect((await addressOf(ofBills)).shown).toContain("TODO address: addresses.0, ");
});
test("somebody's name in an order is told by its shape", async () => {
  const orders = ORDERS.map((order) => ({ ...order, owner: "Ann Lee" }));
  const { runtime } = otherShop({
    routes: { "/api/orders/": listView(orders), "/api/orders/*/": recordView(orders, "ref") },
  });
  const { out } = await suggest(runtime);
  expect(out).toContain("TODO customer_id: owner (a text of 7 characters)");
  expect(out).not.toContain("Ann Lee");
});
