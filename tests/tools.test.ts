/** What every tool, resource, completion and prompt returns, on every lane, from the mock shop. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serveShop } from "../scripts/shop.ts";
import type * as z from "zod";
import type { tools } from "../server.ts";
import { checkResult } from "./harness/check-result.ts";
import { type Host, LANES, lanes, textOf } from "./harness/lanes.ts";

const shop = serveShop();
const EUR = (amount: string) => ({ amount, currency: "EUR" });
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
afterAll(shop.stop);

describe.each(LANES)("%s", (lane) => {
  let mia: Host;
  let staff: Host;
  beforeAll(async () => {
    const as = (django_api_token: string) =>
      lanes[lane]({ django_api_base: shop.url, django_api_token });
    [mia, staff] = await Promise.all([as("demo-mia"), as("demo-staff")]);
  });
  afterAll(async () => {
    await Promise.all([mia.close(), staff.close()]);
  });

  /** The structured result of a tool, with the first line of its text, which says the same. */
  async function resultOf<Name extends keyof typeof tools>(
    host: Host,
    name: Name,
    args: z.input<(typeof tools)[Name]["input"]>,
  ) {
    const result = await host.callTool({ name, arguments: args });
    expect(result.isError ?? false, textOf(result)).toBe(false);
    checkResult(name, result);
    const [summary = ""] = textOf(result).split("\n");
    type Output = z.output<(typeof tools)[Name]["output"]> & { notes?: string[] };
    return { summary, ...(result.structuredContent as Output) }; // checked against it
  }

  test("search_products returns products, filtered and sorted", async () => {
    const found = await resultOf(mia, "search_products", { query: "linen" });
    expect(found).toEqual({
      summary: "2 products",
      products: [
        {
          product_id: "linen-apron",
          name: "Linen Apron",
          category: "Textiles",
          price: EUR("58.00"),
          available: true,
          image: `${shop.url}/media/linen-apron.svg`,
        },
        expect.objectContaining({ product_id: "tea-towel-pair", price: EUR("16.50") }),
      ],
      notes: [
        "1 of these 2 products shows not all of the words in name, category or id, so whether query is met is not checked.",
      ],
    });
    expect((await resultOf(mia, "search_products", { query: "no such thing" })).products).toEqual(
      [],
    );
    const cheap = {
      query: "e",
      category: "garden",
      max_price: 20,
      in_stock: true,
      sort: "-price",
    } as const;
    const { products } = await resultOf(mia, "search_products", cheap);
    expect(products.map(({ product_id }) => product_id)).toEqual([
      "seed-tin",
      "impruneta-pot",
      "jute-twine",
    ]);
  });

  test("a list read to its last page has each row once, and a cursor is refused by other calls", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const args = { query: "e", sort: "name", limit: 7, cursor } as const;
      const { products, next_cursor } = await resultOf(mia, "search_products", args);
      seen.push(...products.map(({ product_id }) => product_id));
      cursor = next_cursor;
    } while (cursor);
    expect(seen.length).toBe(40);
    expect(new Set(seen).size).toBe(40);
    const { next_cursor } = await resultOf(mia, "list_orders", { limit: 1 });
    for (const args of [
      { status: "pending", cursor: next_cursor },
      { cursor: `AAAA${next_cursor?.slice(4)}` },
      { cursor: "bm8" },
    ]) {
      const result = await mia.callTool({ name: "list_orders", arguments: args });
      expect(textOf(result)).toStartWith(
        "This cursor is not valid here: it belongs to another request",
      );
    }
  });

  test("get_product returns every variant, and a description in plain text", async () => {
    const kettle = await resultOf(mia, "get_product", { product_id: "enamel-kettle" });
    expect(kettle.summary).toBe("Enamel Kettle No. 3: 5 variants");
    expect(kettle.description).toStartWith(
      "Two coats of enamel on steel, 2.2 litres, with a beech handle that stays cool.",
    );
    expect(kettle.items?.[0]).toEqual({
      item_id: "kettle-cream-classic",
      options: { color: "cream", base: "classic" },
      price: EUR("44.00"),
      available: true,
    });
    const box = await resultOf(mia, "get_product", { product_id: "secret-drawer-box" });
    expect(box.description).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/);
  });

  test("get_shop_info returns categories and policies", async () => {
    expect(await resultOf(mia, "get_shop_info", {})).toMatchObject({
      summary: "Quince & Lantern",
      name: "Quince & Lantern",
      currency: "EUR",
      categories: expect.arrayContaining([{ name: "Garden", count: 7 }]),
      policies: { returns: expect.stringContaining("30 days") },
    });
  });

  test("get_order_status returns the status, its dates and the next step", async () => {
    expect(await resultOf(mia, "get_order_status", { order_id: "#1036" })).toEqual({
      summary: "Order 1036 is shipped. It is on its way.",
      order_id: "1036",
      status: "shipped",
      placed_at: "2026-11-09T17:32:46Z",
      updated_at: "2026-11-12T14:50:50Z",
      estimated_delivery: "2026-11-23",
      tracking_ids: ["CD284208793BE"],
      next_step: "It is on its way.",
      as_of: instant,
    });
  });

  test("get_order returns lines, payments and what the shop allows", async () => {
    expect(await resultOf(mia, "get_order", { order_id: "1054" })).toMatchObject({
      status: "pending",
      total: EUR("56.90"),
      address: { line1: "Linnégatan 14", postcode: "413 04", country: "Sweden" },
      lines: [
        { item_id: "sparrow-black-fine", options: { nib: "fine" }, price: EUR("42.00") },
        { price: EUR("14.90") },
      ],
      payments: [{ kind: "payment", amount: EUR("56.90"), payment_method_id: "mia-visa" }],
      can_cancel: { allowed: true, reason: "A pending order can be cancelled." },
      can_return: { allowed: false },
      next_step: "The shop has not begun to pack it.",
    });
    const exchange = await resultOf(staff, "get_order", { order_id: "1026" });
    expect(exchange.exchange?.price_difference).toEqual(EUR("8.00"));
  });

  test("get_order and get_order_status refuse another customer's order like one that does not exist", async () => {
    const errorOf = async (name: string, order_id: string) => {
      const result = await mia.callTool({ name, arguments: { order_id } });
      expect(result.isError).toBe(true);
      return textOf(result).replace(order_id, "ID");
    };
    for (const name of ["get_order", "get_order_status"]) {
      const what = name === "get_order" ? "order record" : "order status";
      expect(await errorOf(name, "1055")).toContain(
        `Nothing was found under ID (${what}): the id does not exist, or it does not belong to this account.`,
      );
      expect(await errorOf(name, "1055")).toBe(await errorOf(name, "9999"));
    }
    expect(await resultOf(staff, "get_order_status", { order_id: "1055" })).toMatchObject({
      status: "pending",
    });
  });

  test("list_orders returns the caller's orders, and those of any customer to staff", async () => {
    const { summary, orders } = await resultOf(mia, "list_orders", { status: "pending" });
    expect(summary).toBe("2 orders");
    expect(orders).toEqual([
      {
        order_id: "1054",
        status: "pending",
        customer_id: "mia-lindqvist",
        placed_at: "2026-11-18T19:30:00Z",
        total: EUR("56.90"),
        item_count: 2,
      },
      expect.objectContaining({ order_id: "1049" }),
    ]);
    const bram = await resultOf(staff, "list_orders", { customer_id: "bram-de-wilde", limit: 50 });
    expect(bram.orders.length).toBe(9);
    const stranger = await mia.callTool({
      name: "list_orders",
      arguments: { customer_id: "bram-de-wilde" },
    });
    expect(textOf(stranger)).toStartWith(
      "This account is not allowed to use the shop's order list like this",
    );
  });

  test("find_customer returns customers to staff only", async () => {
    const { customers } = await resultOf(staff, "find_customer", {
      last_name: "lindqvist",
      postcode: "413 04",
    });
    expect(customers).toEqual([
      {
        customer_id: "mia-lindqvist",
        email: "mia.lindqvist@post.example",
        first_name: "Mia",
        last_name: "Lindqvist",
        postcode: "413 04",
      },
    ]);
    const mine = await mia.callTool({
      name: "find_customer",
      arguments: { last_name: "Lindqvist" },
    });
    expect(textOf(mine)).toStartWith(
      "This account is not allowed to use the shop's customer search like this",
    );
  });

  test("get_customer returns the caller, and any customer to staff", async () => {
    expect(await resultOf(mia, "get_customer", {})).toMatchObject({
      summary: "Customer mia-lindqvist: Mia Lindqvist",
      address: { city: "Göteborg" },
      payment_methods: [
        { payment_method_id: "mia-visa", kind: "credit_card", brand: "Visa", last_four: "4417" },
        { payment_method_id: "mia-paypal", kind: "paypal" },
        { payment_method_id: "mia-gift", kind: "gift_card", balance: EUR("60.00") },
      ],
    });
    expect(
      (await resultOf(staff, "get_customer", { customer_id: "mia-lindqvist" })).customer_id,
    ).toBe("mia-lindqvist");
  });

  test("a resource has what its tool returns", async () => {
    const pairs = [
      ["shop://info", "get_shop_info", {}],
      ["shop://products/linen-apron", "get_product", { product_id: "linen-apron" }],
      ["shop://orders/1036", "get_order", { order_id: "1036" }],
    ] as const;
    for (const [uri, name, args] of pairs) {
      const { contents } = await mia.readResource({ uri });
      const [content] = contents;
      expect(content).toMatchObject({ uri, mimeType: "application/json" });
      const read = JSON.parse(content && "text" in content ? content.text : "");
      const both = { summary: "", as_of: "" }; // a resource has no summary, and was read a moment earlier
      expect({ ...read, ...both }).toEqual({ ...(await resultOf(mia, name, args)), ...both });
    }
    await expect(mia.readResource({ uri: "shop://orders/1055" })).rejects.toThrow(
      /Nothing was found under 1055/,
    );
    await expect(mia.readResource({ uri: "shop://orders/..%2f1" })).rejects.toThrow(
      /expected an id/,
    );
    await expect(mia.readResource({ uri: "shop://elsewhere" })).rejects.toThrow(/not found/i);
  });

  test("a completion finds products by search, and orders among the caller's own", async () => {
    const complete = async (host: Host, uri: string, name: string, value: string) =>
      (await host.complete({ ref: { type: "ref/resource", uri }, argument: { name, value } }))
        .completion.values;
    const [products, orders] = ["shop://products/{product_id}", "shop://orders/{order_id}"];
    expect(await complete(mia, products, "product_id", "linen-ap")).toEqual(["linen-apron"]);
    expect(await complete(mia, products, "product_id", "")).toEqual([]);
    expect(await complete(mia, orders, "order_id", "#103")).toEqual(["1036"]);
    expect(await complete(mia, orders, "order_id", "1055")).toEqual([]);
    expect(await complete(staff, orders, "order_id", "1")).toEqual([]);
    const ref = { type: "ref/prompt", name: "track_order" } as const;
    const { completion } = await mia.complete({
      ref,
      argument: { name: "order_id", value: "105" },
    });
    expect(completion.values).toEqual(["1054"]);
  });

  test("a prompt returns one message with its arguments in it", async () => {
    const says = async (name: string, args: Record<string, string>) => {
      const [message] = (await mia.getPrompt({ name, arguments: args })).messages;
      expect(message?.role).toBe("user");
      return message?.content.type === "text" ? message.content.text : "";
    };
    expect(await says("track_order", { order_id: "1036" })).toStartWith(
      "Where is my order 1036? Look it up,",
    );
    expect(await says("compare_products", { product_id: "a", other_product_id: "b" })).toStartWith(
      "Compare the products a and b:",
    );
    expect(await says("find_gift", { for_whom: "a cook" })).toStartWith(
      "Help me find a gift for a cook. Search",
    );
    expect(await says("find_gift", { for_whom: "x", max_price: "30 EUR" })).toContain(
      "gift for x, for 30 EUR at most. ",
    );
    expect(await says("start_return", { order_id: "1004", reason: "torn" })).toContain(
      "order 1004: torn. Read",
    );
    await expect(mia.getPrompt({ name: "track_order", arguments: {} })).rejects.toThrow(/order_id/);
    expect((await mia.listPrompts()).prompts.length).toBe(4);
  });
});
