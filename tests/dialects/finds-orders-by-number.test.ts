/** With a `lookup`, the number on the mail is as good as the id that paths take. */
import { describe, expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { openMappedShop } from "./mapped-answers.ts";

const order = (id: number, number: string) => ({ id, number, status: "shipped" });
const tables: Tables = {
  only: true,
  idempotency: false,
  paths: {
    orders: "/orders",
    order: "/orders/{order_id}",
    cancelOrder: "/orders/{order_id}/cancel",
  },
};
const byFilter = defineShop({ ...tables, lookup: { order_number: "number" } });
const byList = defineShop({ ...tables, lookup: { order_number: true } });

async function read(
  dialect: ReturnType<typeof defineShop>,
  called: string,
  documents: Record<string, unknown>,
  name = "get_order_status",
  more: object = {},
) {
  const shop = openMappedShop(dialect, documents);
  const answer = await shop.offered.get(name)?.call(name, { order_id: called, ...more }, shop);
  return { ...answer, asked: shop.asked };
}

describe("a look-up by a filter", () => {
  const documents = {
    "/orders?limit=50&number=ORD-7": [order(31, "ORD-7")],
    "/orders?limit=50&number=31": [],
    "/orders/31": order(31, "ORD-7"),
  };
  test("leads from the number to the order", async () => {
    const { result, asked } = await read(byFilter, "#ORD-7", documents);
    expect(result).toMatchObject({ order_id: "31", order_number: "ORD-7", status: "shipped" });
    expect(asked).toEqual(["GET /orders?limit=50&number=ORD-7", "GET /orders/31"]);
  });
  test("takes an id for an id", async () => {
    const { result } = await read(byFilter, "31", documents);
    expect(result).toMatchObject({ order_id: "31", order_number: "ORD-7" });
  });
  test("trusts no row that has another number", async () => {
    const rows = { ...documents, "/orders?limit=50&number=ORD-9": [order(31, "ORD-7")] };
    await expect(read(byFilter, "ORD-9", rows)).rejects.toThrow("ORD-9");
  });
  test("leads there in a change, in its question and to the path", async () => {
    const { summary } = await read(byFilter, "ORD-7", documents, "cancel_order", {
      reason: "no_longer_needed",
    });
    expect(summary).toContain("Cancel order 31 (number ORD-7)");
  });
  test("does not care for capitals", async () => {
    const rows = { ...documents, "/orders?limit=50&number=ord-7": [order(31, "ORD-7")] };
    expect((await read(byFilter, "ord-7", rows)).result).toMatchObject({ order_id: "31" });
  });
  test("refuses a word that is the number of one order and the id of another, naming both", async () => {
    const both = {
      "/orders?limit=50&number=31": [order(8, "31")],
      "/orders/31": order(31, "ORD-7"),
      "/orders/8": order(8, "31"),
    };
    await expect(read(byFilter, "31", both)).rejects.toThrow(
      "Two orders are called 31: the one with this number has the id 8, and the one with this id has the number ORD-7.",
    );
  });
  test("takes a word with # before it for the number, so that each of two orders can be named", async () => {
    const shifted = {
      "/orders?limit=50&number=8": [order(7, "8")],
      "/orders?limit=50&number=9": [order(8, "9")],
      "/orders/7": order(7, "8"),
      "/orders/8": order(8, "9"),
      "/orders/9": order(9, "10"),
    };
    await expect(read(byFilter, "8", shifted)).rejects.toThrow(
      "then call again with # and the number of that one",
    );
    expect((await read(byFilter, "#8", shifted)).result).toMatchObject({ order_id: "7" });
    expect((await read(byFilter, "#9", shifted)).result).toMatchObject({ order_id: "8" });
  });
  test("reads a number with a slash or a space, which no path is asked for", async () => {
    const slashed = {
      "/orders?limit=50&number=2026%2F0017": [order(17, "2026/0017")],
      "/orders?limit=50&number=INV+7": [order(7, "INV 7")],
      "/orders?limit=50&number=2026%2F1": [],
      "/orders/17": order(17, "2026/0017"),
      "/orders/7": order(7, "INV 7"),
    };
    const { result, asked } = await read(byFilter, "2026/0017", slashed);
    expect(result).toMatchObject({ order_id: "17", order_number: "2026/0017" });
    expect(asked).toEqual(["GET /orders?limit=50&number=2026%2F0017", "GET /orders/17"]);
    expect((await read(byFilter, " #INV 7", slashed)).result).toMatchObject({ order_id: "7" });
    await expect(read(byFilter, "2026/1", slashed)).rejects.toThrow(
      "Nothing was found under 2026/1",
    );
    await expect(read(byFilter, "2026/9", {})).rejects.toThrow(
      "No order has the id 2026/9; whether one has this number is not known",
    );
    const withoutLookup = read(defineShop(tables), "2026/0017", slashed);
    await expect(withoutLookup).rejects.toThrow("order_id: expected an id as the shop writes it");
  });
  test("that finds several orders with one number names them all, and takes none", async () => {
    const twins = {
      "/orders?limit=50&number=A-1": [order(1, "A-1"), order(2, "A-2"), order(3, "A-1")],
      "/orders/1": order(1, "A-1"),
    };
    await expect(read(byFilter, "A-1", twins)).rejects.toThrow(
      "Two orders are called A-1: those with the ids 1, 3 have this number. Ask the user which one is meant, then call again with the id of that one.",
    );
  });
  test("takes the number with the same capitals before another", async () => {
    const rows = [order(1, "aB3"), order(2, "Ab3")];
    const both = {
      "/orders?limit=50&number=Ab3": rows,
      "/orders?limit=50&number=ab3": rows,
      "/orders/2": order(2, "Ab3"),
    };
    expect((await read(byFilter, "Ab3", both)).result).toMatchObject({ order_id: "2" });
    await expect(read(byFilter, "ab3", both)).rejects.toThrow("those with the ids 1, 2");
  });
  test("is not made again for an answer, whose order a list may show no more", async () => {
    const cancelled = { ...order(31, "ORD-7"), status: "cancelled" };
    const open: Record<string, unknown> = { ...documents };
    const shop = openMappedShop(byFilter, open);
    const call = (more: object) =>
      shop.offered
        .get("cancel_order")
        ?.call("cancel_order", { order_id: "ORD-7", reason: "no_longer_needed", ...more }, shop);
    const question = await call({});
    Object.assign(open, {
      "POST /orders/31/cancel": cancelled,
      "/orders?limit=50&number=ORD-7": [],
      "/orders/31": cancelled,
    });
    const { confirmation } = question?.result ?? {};
    const first = await call({ confirmation });
    expect(first?.result).toMatchObject({ outcome: "done", order_id: "31" });
    expect((await call({ confirmation }))?.result).toEqual(first?.result ?? {});
    expect(shop.asked.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });
  test("that is refused leaves the id, and says that the number was not looked for", async () => {
    const only = { "/orders/31": order(31, "ORD-7") };
    expect((await read(byFilter, "31", only)).result).toMatchObject({ order_id: "31" });
    await expect(read(byFilter, "ORD-8", only)).rejects.toThrow(
      "No order has the id ORD-8; whether one has this number is not known",
    );
  });
});

test("a look-up whose function fails is named as the module's fault", async () => {
  const fails = defineShop({
    ...tables,
    lookup: {
      order_number: () => {
        throw new RangeError("no number");
      },
    },
  });
  await expect(read(fails, "ORD-7", {})).rejects.toThrow(
    "mapping of the shop is wrong (lookup.order_number threw RangeError: no number)",
  );
});

describe("a look-up through the list", () => {
  const page = (from: number, next: string | null) => {
    return { results: Array.from({ length: 3 }, (_, n) => order(from + n, `N-${from + n}`)), next };
  };
  const documents = {
    "/orders?limit=50": page(1, "?page=2"),
    "/orders?limit=50&page=2": page(4, null),
    "/orders/5": order(5, "N-5"),
  };
  test("reads its pages until the number is there", async () => {
    const { result, asked } = await read(byList, "N-5", documents);
    expect(result).toMatchObject({ order_id: "5", order_number: "N-5" });
    expect(asked).toEqual([
      "GET /orders?limit=50",
      "GET /orders?limit=50&page=2",
      "GET /orders/N-5",
      "GET /orders/5",
    ]);
  });
  test("that came to the end knows that there is none", async () => {
    await expect(read(byList, "N-9", documents)).rejects.toThrow("the id does not exist");
  });
  test("that did not come to the end does not say so", async () => {
    const endless = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [
        n ? `/orders?limit=50&page=${n + 1}` : "/orders?limit=50",
        page(n * 3, `?page=${n + 2}`),
      ]),
    );
    await expect(read(byList, "N-99", endless)).rejects.toThrow(
      "No order has the id N-99; whether one has this number is not known",
    );
  });
});
