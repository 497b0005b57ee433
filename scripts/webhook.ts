/**
 * Sends the mock shop's events to an MCP server, signed as Django's shop_mcp signs them. What the server does not take
 * is sent again a few times, under the same id. Nothing of it outlives this process: that is Django's outbox.
 *
 * @module
 */
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { ShopChange } from "../mocks/shop.ts";

/** Where events are sent to. */
export interface Webhook {
  /** Of the MCP server: `http://127.0.0.1:3000/hooks/shop` */
  url: string;
  /** Its SHOP_MCP_WEBHOOK_SECRET. */
  secret: string;
}
interface SendOptions {
  /** Waits before the next attempt. @default setTimeout, which keeps no process up */
  pause?: (ms: number) => Promise<unknown>;
  /** Says what could not be sent. @default on stderr */
  report?: (sentence: string) => void;
}
const MOST_ATTEMPTS = 8;
const TIMEOUT_MS = 5000;

/** The header of a body that is sent now. */
function signature(secret: string, body: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const v1 = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${v1}`;
}
/** @returns a status, and the seconds to wait if the server names some; status 0 without an answer */
async function post({ url, secret }: Webhook, body: string) {
  const headers = {
    "Content-Type": "application/json",
    "Shop-Signature": signature(secret, body),
  };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const sent = { method: "POST", headers, body, signal, redirect: "manual" } as const;
    const { status, headers: said } = await fetch(url, sent);
    return { status, seconds: Number(said.get("retry-after")) || 0 };
  } catch {
    return { status: 0, seconds: 0 };
  }
}

/** @returns a function that sends an event for a change. It never throws, and ends when the event is sent or given up. */
export function openWebhook(webhook: Webhook, options: SendOptions = {}) {
  const {
    pause = (ms) => wait(ms, undefined, { ref: false }),
    report = (sentence) => console.error(`shop: ${sentence}`),
  } = options;
  return async (change: ShopChange): Promise<void> => {
    const body = JSON.stringify({ id: randomUUID(), ...change });
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const { status, seconds } = await post(webhook, body);
      if (status >= 200 && status < 300) return;
      if (attempt === 1)
        report(`${webhook.url} answered ${status || "nothing"} to ${JSON.stringify(change)}.`);
      if (status === 400 || status === 413) return;
      if (attempt < MOST_ATTEMPTS) await pause(Math.max(2 ** (attempt - 1), seconds) * 1000);
    }
    report(`${JSON.stringify(change)} is given up after ${MOST_ATTEMPTS} attempts.`);
  };
}
