/** The log names the path that the shop was asked at, not the contract's. */
import { expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import type { ShopError } from "../../shop/errors.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop } from "./mapped-answers.ts";

test("an answer that cannot be read is logged with the shop's own path, without its query", async () => {
  const paths = { order: "/sales/{order_id}/?full=1" };
  const shop = openMappedShop(defineShop({ paths }), { "/sales/7/?full=1": { id: [] } });
  const failure = await shop
    .request(endpoints.order, { ids: { order_id: "7" } })
    .catch((error: ShopError) => error);
  expect(String(Object(failure).logged)).toStartWith("GET /sales/7/ wrong_shape: ");
});
