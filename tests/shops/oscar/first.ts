import { expect, test } from "bun:test";
import { realShop } from "../real-shop.ts";

test("the shop is served, and knows its customers", async () => {
  const { url, tokens } = realShop("dialects/oscar.ts");
  const orders = (user: string) =>
    fetch(`${url}/api/orders/`, { headers: { authorization: `Token ${tokens[user]}` } });
  expect(await (await orders("mia")).json()).toHaveLength(13);
  expect(await (await orders("new")).json()).toEqual([]);
});
