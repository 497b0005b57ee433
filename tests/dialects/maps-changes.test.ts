/** Changes through a dialect: the request is mapped, and the answer decides whether the change is done. */
import { expect, test } from "bun:test";
import tutorial from "../../dialects/tutorial.ts";
import { endpoints } from "../../shop/contract.ts";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop, SHOP } from "./mapped-answers.ts";

test("cancelOrder sends a mapped request, and a failing mapping of its answer leaves it accepted, no more", async () => {
  const paths = { cancelOrder: "PUT /o/{order_id}/stop" };
  const bodies = { cancelOrder: ({ reason }: { reason: string }) => ({ why: reason }) };
  const answer = { "PUT /o/7/stop": { id: 7, status: 5 } };
  const change = { key: "k", body: { reason: "no_longer_needed" as const } };
  const { cancelOrder } = endpoints;
  const mapped = openMappedShop(
    defineShop({ paths, bodies, statuses: { 5: "cancelled" } }),
    answer,
  );
  expect(await mapped.request(cancelOrder, { ids: { order_id: "7" }, change })).toMatchObject({
    order_id: "7",
    status: "cancelled",
  });
  expect(mapped.asked).toEqual(['PUT /o/7/stop {"why":"no_longer_needed"}']);
  const fields = { order: { placed_at: (row: { at: { date: string } }) => row.at.date } };
  const failing = openMappedShop(defineShop({ paths, bodies, fields, idempotency: false }), answer);
  await expect(failing.request(cancelOrder, { ids: { order_id: "7" }, change })).rejects.toThrow(
    "The shop accepted the cancellation without saying what became of it.",
  );
});

test("cancel_order reads the order again when the shop answers 204, and is done", async () => {
  let status = 1;
  const send = async (url: string, { method }: RequestInit) => {
    if (url.endsWith("/lines")) return Response.json([]);
    if (method === "POST") status = 5;
    if (method === "POST") return new Response(null, { status: 204 });
    return Response.json({
      id: "7",
      status,
      created: "2026-11-20",
      lines: `${SHOP}/orders/7/lines`,
    });
  };
  const settings = settingsSchema.parse({ django_api_base: SHOP, django_api_token: "t" });
  const shop = openShop(settings, { fetch: send, dialect: tutorial });
  const args = { order_id: "7", reason: "no_longer_needed" };
  const { result: asked } = await tools.cancel_order.call("cancel_order", args, shop);
  const { confirmation } = asked;
  const { result: told } = await tools.cancel_order.call(
    "cancel_order",
    { ...args, confirmation },
    shop,
  );
  expect(told).toMatchObject({ outcome: "done", status: "cancelled" });
});
