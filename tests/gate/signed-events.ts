/** Events as a shop signs them, each once more than the last. */
import { createHmac } from "node:crypto";

export const SECRET = "a webhook secret of forty characters, no less";
let nth = 0;
/** An event with an id of its own. */
export const orderChanged = (order_id: unknown, more: object = {}) => {
  return { id: `evt_${nth++}`, type: "order.changed", order_id, ...more };
};
export const hmac = (secret: string, seconds: number | string, body: string) =>
  createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");

/** Sends an event to the server at this address. */
export interface Sending {
  /** Seconds since 1970. @default now */
  at?: number;
  secret?: string;
  /** In the place of the right one. */
  signature?: string;
  headers?: Record<string, string>;
  method?: string;
}
export function sendEvent(url: string, event: unknown, sending: Sending = {}): Promise<Response> {
  const { at = Math.floor(Date.now() / 1000), secret = SECRET, method = "POST" } = sending;
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const { signature = `t=${at},v1=${hmac(secret, at, body)}`, headers } = sending;
  const all = { "Content-Type": "application/json", "Shop-Signature": signature, ...headers };
  const sent = method === "GET" ? { method } : { method, body };
  return fetch(new URL("/hooks/shop", url), { ...sent, headers: all });
}
