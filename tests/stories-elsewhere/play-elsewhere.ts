/** A server that somebody else runs, before the mock shop, and `runStories`, the program as its user starts it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "../../mocks/world.ts";
import { main, type Surroundings } from "../../scripts/stories/elsewhere.ts";
import { callerOf, differenceFromOurs } from "../../scripts/stories/our-world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { bundledServer } from "../harness/bundle.ts";
import { allStories } from "../harness/stories.ts";

/** `await using server = serveElsewhere()`: acts for mia, without a token of the caller. */
export function serveElsewhere({ world, as = "mia" }: { world?: World; as?: string } = {}) {
  const shop = serveShop(world && { world });
  /** The requests that may change something, as the shop hears them. */
  const writes: string[] = [];
  const settings = { django_api_base: shop.url, django_api_token: `demo-${as}` };
  const heard = async (url: string, init: RequestInit) => {
    const { method = "GET" } = init;
    const { pathname } = new URL(url);
    if (method !== "GET" && !pathname.endsWith("/previews/")) writes.push(`${method} ${pathname}`);
    return fetch(url, init);
  };
  const opened = openShop(settingsSchema.parse(settings), { fetch: heard });
  const { url, stop } = serveHttp(opened, 0);
  return {
    url: String(url),
    shop,
    writes,
    async [Symbol.asyncDispose]() {
      await stop();
      await shop.stop();
    },
  };
}

/** Runs the program. @returns its exit code, and its lines as one text */
export async function runStories(args: string[], given: Partial<Surroundings> = {}) {
  const lines: string[] = [];
  const code = await main(args, {
    env: {},
    command: "bun run stories",
    ours: { stories: allStories, callerOf, difference: differenceFromOurs },
    program: async () => ({ command: process.execPath, args: [await bundledServer()] }),
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
    ...given,
  });
  return { code, out: lines.join("\n") };
}

/** `using folder = openFolder({ "a.yaml": "…" })`: files, as a user has them. */
export async function openFolder(files: Record<string, string> = {}) {
  const path = mkdtempSync(join(tmpdir(), "stories-"));
  for (const [file, text] of Object.entries(files)) await Bun.write(join(path, file), text);
  return {
    path,
    read: (file: string) => Bun.file(join(path, file)).text(),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

export const TRACE = `
title: a parcel is traced
as: mia
steps:
  - say: Where is my parcel?
  - call: list_orders
    with: { status: shipped }
    returns: { orders: [{ order_id: { $save: order } }] }
  - call: get_order_status
    with: { order_id: { $use: order } }
    returns: { status: shipped, tracking_ids: [{ $matching: "/^[A-Z]{2}\\\\d+/" }] }
    sends: ["GET /api/orders/1036/status/"]
`;
export const CANCEL = `
title: a new order is cancelled
as: mia
steps:
  - say: Please cancel order 1054.
  - call: cancel_order
    with: { order_id: "1054", reason: no_longer_needed }
    asks: { question: Cancel order 1054, answer: accept }
    returns: { outcome: done, status: cancelled }
`;
