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

export type Changes = "told" | "looked for";
export { SECRET };

/** Sends the event of an order, as the shop does. */
export type SendEvent = (order_id: string) => Promise<unknown>;
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

/** What a host listens to in a story, and what it has heard that no step has waited for yet. */
export class Listening {
  readonly uris = new Set<string>();
  readonly heard: string[] = [];

  /** The first that was heard though nobody listens to it. */
  get stray(): string | undefined {
    return this.heard.find((uri) => !this.uris.has(uri));
  }
  /** Whether this was heard. */
  has = (uri: string): boolean => this.heard.includes(uri);
  /** Takes a notice, and its repetitions. */
  take(uri: string): void {
    const others = this.heard.filter((other) => other !== uri);
    this.heard.splice(0, this.heard.length, ...others);
  }
  /** Whether a request is one by which the server may look for changes, at whatever moment. */
  isLook(line: string): boolean {
    const [method, path = ""] = line.split(" ");
    const [, kind, id] = /^\/api\/(orders|products)\/([^/]+)\/$/.exec(path) ?? [];
    return method === "GET" && this.uris.has(`shop://${kind}/${id}`);
  }
}
