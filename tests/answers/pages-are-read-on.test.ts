/** Where a shop does not filter, its further pages are read until there are as many rows as are wanted, five at most. */
import { describe, expect, test } from "bun:test";
import { openShopByRequest } from "./shop-by-request.ts";

type Row = Record<string, unknown>;
const idsOf = (rows: unknown) => (rows as Row[]).map((row) => Number(row["order_id"])); // a list of rows
const placed_at = (n: number) => new Date(Date.UTC(2026, 10, 28) - n * 86_400_000).toISOString();
/** A list of which a page has ten, and every `nth` is shipped. */
const shopOf = (count: number, nth: number) =>
  openShopByRequest((query) => {
    const page = Number(query.get("page") ?? 1);
    const rows = Array.from({ length: count }, (_, n) => {
      return {
        order_id: n,
        status: (n + 1) % nth ? "pending" : "shipped",
        placed_at: placed_at(n),
      };
    });
    const next = page * 10 < count ? `?page=${page + 1}` : null;
    return { count, next, results: rows.slice(page * 10 - 10, page * 10) };
  });
const shipped = { status: "shipped" };

describe("list_orders", () => {
  test("reads on to the order that was asked for", async () => {
    const { asked, call } = shopOf(33, 33);
    const result = await call("list_orders", shipped);
    expect(idsOf(result.orders)).toEqual([32]);
    expect(asked).toHaveLength(4);
    expect(result).toMatchObject({
      summary: "1 order",
      notes: ["The shop also gave 32 orders that do not fit status; they are left out."],
    });
  });

  test("stops after five pages, with a cursor that leads on", async () => {
    const { asked, call } = shopOf(70, 60);
    const first = await call("list_orders", shipped);
    expect([first.summary, asked.length]).toEqual(["0 orders, and there may be more", 5]);
    const second = await call("list_orders", { ...shipped, cursor: first.next_cursor });
    expect(idsOf(second.orders)).toEqual([59]);
    expect([second.summary, asked.length]).toEqual(["1 order", 7]);
  });

  test("stops as soon as there are enough, and each order is given once", async () => {
    const { asked, call } = shopOf(40, 2);
    const first = await call("list_orders", { ...shipped, limit: 8 });
    expect([idsOf(first.orders), asked.length]).toEqual([[1, 3, 5, 7, 9, 11, 13, 15], 2]);
    expect(first.summary).toBe("8 orders, and there are more");
    const second = await call("list_orders", { ...shipped, limit: 8, cursor: first.next_cursor });
    expect(idsOf(second.orders)).toEqual([17, 19, 21, 23, 25, 27, 29, 31]);
  });

  test("reads one page of a shop that filters", async () => {
    const { asked, call } = shopOf(40, 1);
    expect(await call("list_orders", shipped)).toMatchObject({
      summary: "10 orders, and there are more",
    });
    expect(asked).toHaveLength(1);
  });

  test("blames the shop's link, and not the list, where a further page is not found", async () => {
    const rows = [
      { order_id: 1, status: "shipped", placed_at: placed_at(0) },
      { order_id: 2, status: "pending", placed_at: placed_at(1) },
    ];
    const { call } = openShopByRequest((query) =>
      query.has("page")
        ? new Response('{"detail": "Invalid page."}', { status: 404 })
        : { results: rows, next: "?page=2" },
    );
    expect((await call("list_orders", shipped)).notes?.[0]).toBe(
      "A further page of the shop's list could not be read. The shop's own link to it leads nowhere (HTTP 404).",
    );
  });

  test("gives what it has where a further page fails, and says so", async () => {
    const rows = [
      { order_id: 1, status: "shipped", placed_at: placed_at(0) },
      { order_id: 2, status: "pending", placed_at: placed_at(1) },
    ];
    const { call } = openShopByRequest((query) =>
      query.has("page")
        ? new Response('{"detail": "no"}', { status: 403 })
        : { results: rows, next: "?page=2" },
    );
    const result = await call("list_orders", shipped);
    expect(idsOf(result.orders)).toEqual([1]);
    expect(result.summary).toBe("1 order, and there may be more");
    expect(result.notes?.[0]).toStartWith("A further page of the shop's list could not be read. ");
    expect(result.next_cursor).toBeString();
  });
});

test("find_customer reads on to the one who was meant, and gives nobody else", async () => {
  const { asked, call } = openShopByRequest((query) => {
    const page = Number(query.get("page") ?? 1);
    const results = [{ customer_id: page, email: `${page}@post.example` }];
    return { results, next: page < 4 ? page + 1 : null };
  });
  const { customers, summary } = await call("find_customer", { email: "3@post.example" });
  expect(customers).toEqual([{ customer_id: "3", email: "3@post.example" }]);
  expect([summary, asked.length]).toEqual(["1 customer", 4]);
});

test("a dialect that follows links in its rows reads no more rows than are needed", async () => {
  const count = 30;
  const { asked, call } = openShopByRequest(
    (query) =>
      query.has("id")
        ? { amount: "5.00" }
        : Array.from({ length: count }, (_, n) => ({
            order_id: n,
            status: n % 2 ? "shipped" : "pending",
            placed_at: placed_at(n),
            cost: `/cost?id=${n}`,
          })),
    { fields: { order: { total: { from: "cost", load: "rows", each: "amount" } } } },
  );
  const result = await call("list_orders", { ...shipped, limit: 3 });
  expect(idsOf(result.orders)).toEqual([1, 3, 5]);
  expect(asked.filter((line) => line.startsWith("/cost")).length).toBeLessThan(20);
  const ids = idsOf(result.orders);
  let cursor = result.next_cursor;
  while (cursor) {
    const page = await call("list_orders", { ...shipped, limit: 3, cursor });
    ids.push(...idsOf(page.orders));
    cursor = page.next_cursor;
  }
  expect(ids).toEqual(Array.from({ length: 15 }, (_, n) => 2 * n + 1));
});
