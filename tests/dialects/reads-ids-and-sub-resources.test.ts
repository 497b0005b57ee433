/** Ids that are hyperlinks, and what a shop keeps at a path of its own below a record. */
import { describe, expect, test } from "bun:test";
import type { Tables } from "../../shop/mapping/tables.ts";
import { mapAnswer } from "./mapped-answers.ts";

describe("an id that is a hyperlink", () => {
  const paths = { product: "/v2/items/{product_id}/", order: "/orders/{order_id}/full?as=json" };
  test.each<[string, string, string | null]>([
    ["is read by the record's path", "https://shop.example/base/v2/items/a%3A1/", "a:1"],
    ["may have no slash at its end", "https://shop.example/v2/items/17", "17"],
    ["may have the suffix of a format", "https://shop.example/v2/items/17.json", "17"],
    ["may have a query", "/v2/items/17/?format=json", "17"],
    ["to something else stays what it is", "https://shop.example/v2/brands/17/", null],
    ["to something below stays what it is", "https://shop.example/v2/items/17/images/", null],
  ])("%s", async (_, url, id) => {
    const tables: Tables = { paths, fields: { product: { product_id: "url" } } };
    const { json } = await mapAnswer(tables, "product", { url });
    expect(json).toMatchObject({ product_id: id ?? url });
  });
  test("is read in lines, and by the path of an order", async () => {
    const tables: Tables = {
      paths,
      fields: {
        order: {
          order_id: "self",
          lines: { from: "lines", each: { product_id: "item", item_id: "row" } },
        },
      },
    };
    const sent = { self: "/orders/7/full", lines: [{ item: "/v2/items/9/", row: 1 }] };
    expect((await mapAnswer(tables, "order", sent)).json).toMatchObject({
      order_id: "7",
      lines: [{ product_id: "9", item_id: 1 }],
    });
  });
});

describe("a sub-resource", () => {
  const payments = {
    from: "/orders/{order_id}/payments/",
    load: true,
    each: { kind: () => "payment", amount: "sum" },
  } as const;
  const fields = { order: { order_id: "number", payments } };
  test("is read at its path below the shop's address, with the record's own id", async () => {
    const { json, followed } = await mapAnswer(
      { fields },
      "order",
      { number: "R/7".replace("/", "-"), status: "shipped" },
      { "orders/R-7/payments/": { results: [{ sum: "5.00" }], next: null } },
    );
    expect(json).toMatchObject({ payments: [{ kind: "payment", amount: "5.00" }] });
    expect(followed).toEqual(["orders/R-7/payments/"]);
  });
  test("takes the id that was asked for where the record has none", async () => {
    const asked = { ids: { order_id: "9" } };
    const { followed } = await mapAnswer({ fields }, "order", { status: "new" }, {}, asked);
    expect(followed).toEqual(["orders/9/payments/"]);
  });
  test("of an id that is on no allow-list is not requested", async () => {
    const { json, followed } = await mapAnswer({ fields }, "order", { number: "../../users/1" });
    expect(followed).toEqual([]);
    expect(Object(json).payments).toBeUndefined();
  });
  test("is not read for the rows of a list", async () => {
    const { followed } = await mapAnswer({ fields }, "orders", [{ number: "7", status: "new" }]);
    expect(followed).toEqual([]);
  });
});
