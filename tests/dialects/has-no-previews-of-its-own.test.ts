/** Previews through a dialect: there are none, unless it says where. */
import { expect, test } from "bun:test";
import tutorial from "../../dialects/tutorial.ts";
import { endpoints } from "../../shop/contract.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop } from "./mapped-answers.ts";

const { previewChange } = endpoints;
const preview = { ids: { order_id: "7" }, body: { change: "cancel" as const, body: {} } };

test.each([
  ["no tables", defineShop({})],
  ["other paths", defineShop({ paths: { cancelOrder: "/o/{order_id}/stop" } })],
  ["only some paths", defineShop({ only: true, paths: { order: "/o/{order_id}" } })],
  ["the tutorial", tutorial],
])("a dialect of %s has no previews", async (_, dialect) => {
  expect(
    dialect.request({ endpoint: "previewChange", ids: preview.ids, query: {} }),
  ).toBeUndefined();
  const shop = openMappedShop(dialect, {});
  await expect(shop.request(previewChange, preview)).rejects.toThrow("This shop has no preview");
  expect(shop.asked).toEqual([]);
});

test("a preview is asked where a dialect says, with its body and its fields", async () => {
  const dialect = defineShop({
    paths: { previewChange: "/o/{order_id}/simulate" },
    bodies: { previewChange: ({ change }) => ({ action: change }) },
    fields: { order: { version: "rev" } },
    statuses: { 5: "cancelled" },
  });
  const shop = openMappedShop(dialect, { "POST /o/7/simulate": { id: 7, status: 5, rev: 12 } });
  expect(await shop.request(previewChange, preview)).toMatchObject({
    order_id: "7",
    status: "cancelled",
    version: "12",
  });
  expect(shop.asked).toEqual(['POST /o/7/simulate {"action":"cancel"}']);
});
