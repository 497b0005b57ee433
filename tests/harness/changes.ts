/**
 * How a host of a story hears of changes. In a scene with `changes: "told"` the shop sends its webhook after each
 * change that somebody else makes, where a lane has a way for it (HTTP, and in memory past HTTP); over stdio, and with
 * `changes: "looked for"`, the server looks itself.
 *
 * @module
 */
import { openUpdates } from "../../shop/updates.ts";
import { offerOf, type Shop } from "../../server.ts";
import { orderChanged, SECRET, sendEvent } from "../gate/signed-events.ts";
import type { SendEvent } from "./clients.ts";

export type Changes = "told" | "looked for";
export { SECRET };

/** Sends it over HTTP. */
export const sendTo =
  (url: string): SendEvent =>
  async (order_id) => {
    const { status } = await sendEvent(url, orderChanged(order_id));
    if (status !== 202) throw new Error(`the server answered the shop's event with ${status}`);
  };
/** What is heard of a shop in this process, and the way for its events. */
export function hearInProcess(shop: Shop, changes: Changes) {
  const [isTold, tools] = [changes === "told", offerOf(shop).tools];
  const heard = isTold ? { secret: SECRET } : { pollMs: shop.pollMs };
  const { updates, hooks } = openUpdates({ tools, account: shop, ...heard });
  const send: SendEvent = async (order_id) => hooks?.take(orderChanged(order_id));
  return { updates, send };
}
