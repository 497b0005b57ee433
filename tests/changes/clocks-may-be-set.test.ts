/** A confirmation counts for ten minutes by a clock that nobody sets, and a call has its time after each answer. */
import { afterEach, expect, setSystemTime, test } from "bun:test";
import { MEMORY_LANES, textOf } from "../harness/lanes.ts";
import { openShop, settingsSchema } from "../../server.ts";
import { connectClient } from "./client-hosts.ts";
import { CANCEL, CHANGE_ADDRESS, OLD_ADDRESS } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { MIA, openScriptedShop } from "./scripted-shop.ts";

const HOUR_MS = 3_600_000;
afterEach(() => void setSystemTime());

test.each([
  ["back an hour", -HOUR_MS],
  ["forward an hour", HOUR_MS],
])("a clock set %s changes nothing", async (_, ms) => {
  using shop = await openScriptedShop();
  const settings = settingsSchema.parse({ django_api_base: shop.url, ...MIA });
  const host = hostFor(openShop(settings)); // with the clock of the program
  const one = await host.call("cancel_order", CANCEL);
  setSystemTime(new Date(Date.now() + ms));
  const two = await host.call("cancel_order", CANCEL);
  const until = (reply: typeof one) => Date.parse(reply.receipt?.expires_at ?? "");
  expect(until(two) - until(one)).toBeWithin(0, 5000);
  const first = await host.accept("cancel_order", CANCEL, one.confirmation);
  expect(first.isDone).toBe(true);
  setSystemTime(new Date(Date.now() + ms));
  expect(await host.accept("cancel_order", CANCEL, one.confirmation)).toEqual(first);
  expect(shop.order1054()?.payments.length).toBe(2);
});

test.each(MEMORY_LANES)("%s: a user may think for an hour before each answer", async (lane) => {
  using shop = await openScriptedShop();
  let asked = 0;
  const moved = { address: { ...OLD_ADDRESS, line1: "Kraanlei 33" } };
  const host = await connectClient(lane, shop.openServer(), async () => {
    setSystemTime(new Date(Date.now() + HOUR_MS)); // of the server; confirmations go by the shop's clock
    if (++asked === 1) shop.asStaff((mock, me) => mock.changeOrderAddress(me, "1054", moved));
    return "accept";
  });
  const result = await host.callTool({ name: "change_order_address", arguments: CHANGE_ADDRESS });
  await host.close();
  expect(asked).toBe(2);
  expect(textOf(result)).toStartWith("Order 1054: redirected to the new address.");
});
