/** A module is committed: what the doctor saw of people is cut to a first letter in it, and no token stands there. */
import { expect, test } from "bun:test";
import {
  listView,
  ORDERS,
  otherShop,
  PRODUCTS,
  recordView,
  type Route,
  suggest,
} from "./other-shop.ts";

const people = [1, 2, 3].map((n) => {
  const [first_name, surname, postcode] = [`Petra${n}`, `Olsen${n}`, `80${n}1`];
  return { id: 40 + n, email: `petra${n}@shop.example`, first_name, surname, postcode };
});
/** A list that is filtered by any of its names. */
const filtered: Route = ({ searchParams }) =>
  people.filter((row) =>
    [...searchParams].every(
      ([name, value]) => !(name in row) || String(Object(row)[name]) === value,
    ),
  );
const orders = ORDERS.map((row, n) => {
  return { customer_email: `berta${n}@mail.example`, customer_name: `Berta ${n}`, ...row };
});
const routes = {
  "/api/users/": filtered,
  "/api/users/*/": recordView(people, "id"),
  "/api/orders/": listView(orders),
  "/api/orders/*/": recordView(orders, "ref"),
  "/api/schema/": () => {
    return {
      openapi: "3.1.0",
      paths: { "/api/users/": { get: {} }, "/api/users/{id}/": { get: {} } },
    };
  },
};

test("a module says what was seen, and of whom it was not", async () => {
  const { out } = await suggest(otherShop({ routes }).runtime);
  expect(out).toContain("/api/users/41/ is the row with email “p…”");
  expect(out).toContain("line1 “E…”, city “G…”");
  expect(out).toContain("?email=p…@… gives 1, ?email=nobody%40nowhere.invalid gives 0");
  expect(out).toContain('"Blue Cup"');
  expect(out).not.toMatch(/petra|olsen|berta|elm st|graz|8010|8011|ann@|shop\.example/i);
});
test("a token that the shop shows is not in it", async () => {
  const token = "t0ken-of-ann-0123456789";
  const rows = PRODUCTS.map((row) => ({ ...row, title: row.pk === 11 ? token : row.title }));
  const shown = { "/api/products/": listView(rows), "/api/products/*/": recordView(rows, "pk") };
  const { out } = await suggest(otherShop({ routes: shown }).runtime, ["--token", token]);
  expect(out).toContain("the row with title “…”");
  expect(out).not.toContain(token);
});
