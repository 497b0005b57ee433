/**
 * `POST /hooks/shop`: the shop tells that an order or a product has changed. It has the shop's signature in place of a
 * token, in the header
 *
 * ```
 * Shop-Signature: t=1764205200,v1=5f8d…
 * ```
 *
 * as Stripe has it: seconds since 1970, and HMAC-SHA256 in hex over `${t}.${body}`. (Standard Webhooks would sign an id
 * before the two. Here it is in the body, and so signed as well.) There may be several `v1`, while a secret is replaced.
 *
 * ```
 * 202  told on                        413  longer than 16 kB: not read
 * 200  told before: not told again    401  not signed so, or not within five minutes
 * 405  another method                 400  not an event
 * 503  not known whether it was told, or somebody is about to: send it again
 * ```
 *
 * @see https://docs.stripe.com/webhooks#verify-manually
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import * as mcp from "@modelcontextprotocol/server";
import { refuse } from "../refuse.ts";

const MAX_EVENT = 16 * 1024; // bytes
const TOLERANCE = 300; // seconds, before and after: an event is remembered for both
const SIGNATURE = /^t=(\d{1,12})((?:,v1=[\da-f]{64}){1,5})$/;

/** What becomes of an event. */
export type Taken = "told" | "told_before" | "unknown" | { wrong: string };
export interface HookOptions {
  /** At least 32 characters, known to the shop and to nobody else. */
  secret: string;
  /** Tells an event on, once. */
  take(event: unknown): Promise<Taken>;
  /** In ms since 1970. */
  now: () => number;
}

const UNSIGNED =
  "An event must have the header Shop-Signature: t=SECONDS,v1=HEX, with the HMAC-SHA256 of SECONDS.BODY under SHOP_MCP_WEBHOOK_SECRET.";
const UNTIMELY =
  "This event was signed more than five minutes ago, or ahead. Sign it anew; if it goes on, compare the clocks.";

/** Answers a webhook. Nothing is parsed before its signature is found right. */
export function openHooks({ secret, take, now }: HookOptions) {
  /** When a body was signed, in seconds; undefined where it was not. */
  function signedAt(header: string | null, body: string): number | undefined {
    const [, time = "", signatures = ""] = SIGNATURE.exec(header ?? "") ?? [];
    if (!time) return undefined;
    const own = createHmac("sha256", secret).update(`${time}.${body}`).digest();
    const given = signatures.split(",v1=").slice(1);
    const isOwn = given.some((hex) => timingSafeEqual(Buffer.from(hex, "hex"), own));
    return isOwn ? Number(time) : undefined;
  }
  return async (request: Request): Promise<Response> => {
    if (request.method !== "POST")
      return refuse(405, "Events are sent here by POST.", { Allow: "POST" });
    const body = await mcp.readRequestBody(request, MAX_EVENT);
    if (body.tooLarge) return refuse(413, "An event has at most 16 kB.", { Connection: "close" });
    const time = signedAt(request.headers.get("shop-signature"), body.text);
    if (time === undefined) return refuse(401, UNSIGNED);
    if (Math.abs(Math.floor(now() / 1000) - time) >= TOLERANCE) return refuse(401, UNTIMELY);
    const taken = await take(parse(body.text));
    if (typeof taken === "object") return refuse(400, `This is no event: ${taken.wrong}.`);
    if (taken === "unknown")
      return refuse(503, "Whether this event was told cannot be found out yet. Send it again.", {
        "Retry-After": "5",
      });
    return Response.json({ outcome: taken }, { status: taken === "told" ? 202 : 200 });
  };
}
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
