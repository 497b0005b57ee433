/** The whole way: the seed world, the server's tools, and what the views read of their results. */
import { afterAll, expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { KINDS, WITHOUT_VIEW } from "../../ui/kinds.ts";
import { type Read, readResult } from "../../ui/results.ts";
import { readQuestion, readReceipt } from "../../ui/sentences.ts";

const now = () => new Date("2026-11-27T09:30:00Z");
const django = serveShop({ now });
afterAll(() => django.stop());
const settings = { django_api_base: django.url, django_api_token: "demo-mia", confirm: "code" };
const shop = openShop(settingsSchema.parse(settings), { now });
type Name = keyof typeof tools;

async function read(name: Name, args: object): Promise<Read | undefined> {
  const { json } = await tools[name].call(name, args, shop);
  return readResult(name, JSON.parse(json)); // as it comes over the wire
}
/** The account of a change, as its view reads it. */
async function ask(name: Name, args: object) {
  const answer = await read(name, args);
  if (answer?.kind !== "receipt") throw new Error("this is no receipt");
  return { ...answer.data, ...readQuestion(answer.data.summary) };
}
const MIA = { line1: "Storgatan 1", city: "Lund", postcode: "222 22", country: "Sweden" };

test("all of the seed world's orders and products have the shape that their views read", async () => {
  const listed = await read("list_orders", { limit: 50 });
  if (listed?.kind !== "orders" || !listed.data.orders.length)
    throw new Error("no orders are read");
  for (const { order_id } of listed.data.orders) {
    expect([order_id, (await read("get_order", { order_id }))?.kind]).toEqual([order_id, "order"]);
    expect((await read("get_order_status", { order_id }))?.kind).toBe("orderStatus");
  }
  const found = await read("search_products", { query: "a", limit: 50 });
  if (found?.kind !== "products" || !found.data.products.length)
    throw new Error("no products are read");
  for (const { product_id } of found.data.products)
    expect((await read("get_product", { product_id }))?.kind).toBe("product");
  expect((await read("get_shop_info", {}))?.kind).toBe("shop");
});

test("a cancellation is asked, confirmed and told, and each of its sentences has its place", async () => {
  const listed = await read("list_orders", { status: "pending" });
  const order_id = listed?.kind === "orders" ? listed.data.orders[0]?.order_id : undefined;
  const args = { order_id, reason: "no_longer_needed" };
  const question = await ask("cancel_order", args);
  expect(question.outcome).toBe("confirmation_needed");
  expect(question.asks).toBe(`Cancel order ${order_id} of "Mia Lindqvist" (no longer needed)?`);
  expect(question.isAgain).toBe(false);
  expect(question.before).toEqual([]);
  expect(question.lines.join("\n")).toMatch(/^Items: .*\nStatus: .*\nWill be refunded: .*$/);
  const { confirmation } = question;
  const done = await ask("cancel_order", { ...args, confirmation });
  expect(done.outcome).toBe("done");
  const [first, ...rest] = readReceipt(done.summary);
  expect(first).toBe(`Order ${order_id}: cancelled.`);
  expect(rest.length).toBeGreaterThan(0);
  expect([first, ...rest].join(" ")).toBe(done.summary);
  const again = await tools.cancel_order.call("cancel_order", args, shop).then(
    () => "asked",
    (error: Error) => error.message,
  );
  expect(again).toContain("Nothing was sent");
});
test.each([
  ["change_customer_address", MIA, /^Change the address of .*\?$/],
  [
    "contact_support",
    { subject: "Is it tight?", message: "It leaks.\nWhy?" },
    /^Write to the shop's support\?$/,
  ],
] as const)("%s is asked as a question with all of its parts", async (name, args, asks) => {
  const question = await ask(name, args);
  expect(question.asks).toMatch(asks);
  expect(question.lines).toHaveLength(2);
  expect(question.before).toEqual([]);
});
test("there is a view of each tool but those shown as text", () => {
  const without = Object.keys(tools).filter((name) => !Object.hasOwn(KINDS, name));
  expect(without.toSorted()).toEqual(WITHOUT_VIEW.toSorted());
});
