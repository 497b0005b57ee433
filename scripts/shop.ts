/**
 * Serves the mock shop on a loopback socket, for demos, hosts, curl and the Inspector. `serveShop` does the same
 * for tests.
 *
 * ```sh
 * bun run shop                              # Quince & Lantern at http://127.0.0.1:8000
 * bun run shop --world my.json --port 0     # your own world, on a free port
 * bun run shop --clock 2026-11-22T09:00:00Z # with a fixed clock, so that outcomes can be compared
 * curl http://127.0.0.1:8000/__world/       # the current world
 * curl -X POST http://127.0.0.1:8000/__world/reset/              # back to the world it began with
 * curl -X POST http://127.0.0.1:8000/__world/orders/1054/ship/   # what the shop's staff do
 * curl -X POST http://127.0.0.1:8000/__world/products/linen-apron/stock/ -d '{"available": false}'
 * SHOP_MCP_WEBHOOK_SECRET=… bun run shop --webhook http://127.0.0.1:3000/hooks/shop   # what changes is reported there
 * curl http://127.0.0.1:8000/media/delta-kite.svg  # a product's picture, as mocks/pictures/ has it
 * ```
 *
 * @module
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { getResponse, HttpResponse } from "msw";
import { InvalidWorldError } from "../mocks/errors.ts";
import { createHandlers } from "../mocks/handlers.ts";
import { createShop, type ShopChange } from "../mocks/shop.ts";
import { createStaffHandlers } from "../mocks/staff.ts";
import { canonicalInstant, readWorld, seed, type World } from "../mocks/world.ts";
import { openWebhook, type Webhook } from "./webhook.ts";

/** For the pictures of products. An SVG can hold scripts; opened as a page of its own, this one runs none. */
const PICTURE_HEADERS = {
  "Content-Type": "image/svg+xml",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "cross-origin", // for views inside a host
  "Cache-Control": "public, max-age=3600",
};
/** Answers with a picture of mocks/pictures/, as project/media.py does in Django; undefined where there is none. */
async function picture({ method }: Request, pathname: string): Promise<Response | undefined> {
  const [, name] = /^\/media\/([\w-]+\.svg)$/.exec(pathname) ?? [];
  if (!name) return undefined;
  const isRead = method === "GET" || method === "HEAD";
  if (!isRead) return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
  const file = new URL(`../mocks/pictures/${name}`, import.meta.url);
  const drawn = await readFile(file).catch(() => undefined);
  return drawn && new Response(drawn, { headers: PICTURE_HEADERS });
}

const USAGE = "bun run shop [--world FILE] [--port N] [--clock INSTANT] [--webhook URL]";

interface ServeOptions {
  /** @default the seed world, Quince & Lantern */
  world?: World;
  /** @default 0, which picks a free port */
  port?: number;
  /** The shop's clock. @default the real one */
  now?: (() => Date) | undefined;
  /** Where orders and products that change are reported to. @default nowhere */
  webhook?: Webhook | undefined;
}
/** A world as a function from requests to responses. */
function openShop({ world = seed, now, webhook }: ServeOptions) {
  let report: ((change: ShopChange) => unknown) | undefined = webhook && openWebhook(webhook);
  function begin() {
    const shop = createShop(world, { now, onChange: (change) => void report?.(change) });
    return { shop, handlers: [...createHandlers(shop), ...createStaffHandlers(shop)] };
  }
  const first = begin();
  let { shop, handlers } = first;
  async function fetch(request: Request): Promise<Response> {
    const { origin, pathname } = new URL(request.url);
    if (pathname === "/__world/") return HttpResponse.json(shop.world());
    if (pathname === "/__world/reset/" && request.method === "POST") {
      ({ shop, handlers } = begin());
      return new Response(null, { status: 204 });
    }
    const response =
      (await picture(request, pathname)) ??
      (await getResponse(handlers, request, { baseUrl: origin }));
    return response ?? HttpResponse.json({ detail: "Not found." }, { status: 404 });
  }
  /** Reports to an MCP server whose address was not known before, since it has this shop's. */
  const reportTo = (other: Webhook) => void (report = openWebhook(other));
  return { fetch, served: { shop: first.shop, reportTo } };
}
/**
 * Serves a world on 127.0.0.1.
 * @throws what `Bun.serve` throws, for example where the port is taken
 */
export function serveShop({ port = 0, ...options }: ServeOptions = {}) {
  const { fetch, served } = openShop(options);
  const server = Bun.serve({ hostname: "127.0.0.1", port, fetch });
  return { ...served, url: server.url.origin, stop: () => server.stop(true) };
}
/** The same under Node, on a free port. */
export async function serveShopUnderNode(options: Omit<ServeOptions, "port"> = {}) {
  const { createAdaptorServer } = await import("@hono/node-server");
  const { fetch, served } = openShop(options);
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address?.port;
  async function stop(): Promise<void> {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await once(server.close(), "close");
  }
  return { ...served, url: `http://127.0.0.1:${port}`, stop };
}

/** An option that does not fit. The message says what is wrong and what to give instead. */
class ConfigError extends Error {
  override name = "ConfigError";
}
const fail = (message: string): never => {
  throw new ConfigError(message);
};
const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readOptions(args: string[]) {
  const options = {
    world: { type: "string" },
    port: { type: "string", default: "8000" },
    clock: { type: "string" },
    webhook: { type: "string" },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return fail(`${reason(error).replace(/\. [^]*|\n/g, "")}. Usage: ${USAGE}`);
  }
}
async function readWorldFile(path: string): Promise<World> {
  const file = Bun.file(path);
  const text = await file
    .text()
    .catch(() => fail(`${path} cannot be read. Give --world the JSON file of a world.`));
  try {
    return readWorld(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError)
      return fail(`${path} is not JSON (${error.message}). Give --world the JSON file of a world.`);
    if (!(error instanceof InvalidWorldError)) throw error;
    const [first, ...more] = error.message.split("\n");
    return fail(
      `${path} is not a valid world. Fix ${first}${more.length ? ` (and ${more.length} more)` : ""}`,
    );
  }
}
function readClock(given: string): () => Date {
  const instant =
    canonicalInstant(given) ??
    fail(`--clock ${given} is not an instant. Give one such as 2026-11-22T09:00:00Z`);
  return () => new Date(instant);
}
/** Where to report to: the address by flag, the secret by the environment, where no list of processes shows it. */
function readWebhook(url: string): Webhook {
  const secret = process.env["SHOP_MCP_WEBHOOK_SECRET"] ?? "";
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    fail(`--webhook ${url} is not an address. Give one such as http://127.0.0.1:3000/hooks/shop`);
  if (secret.length < 32)
    fail("--webhook needs SHOP_MCP_WEBHOOK_SECRET, of 32 characters or more, as the server has it");
  return { url, secret };
}
function serve(given: string, options: Omit<ServeOptions, "port">) {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : NaN;
  if (!(port <= 65_535))
    fail(`--port ${given} is not a port. Give a number from 0 to 65535; 0 picks a free port`);
  try {
    return serveShop({ ...options, port });
  } catch (error) {
    return fail(
      `Port ${port} cannot be used: ${reason(error)} Give another --port; 0 picks a free port`,
    );
  }
}

/** The program. All its output is on stderr. */
async function main(args: string[]): Promise<void> {
  try {
    const { world: path, port, clock, webhook: target } = readOptions(args);
    const now = clock === undefined ? undefined : readClock(clock);
    const world = path === undefined ? seed : await readWorldFile(path);
    const webhook = target === undefined ? undefined : readWebhook(target);
    const { url } = serve(port, { world, now, webhook });
    const [first, clerk] = [world.customers[0], world.customers.find(({ staff }) => staff)];
    const tokens = [
      first && `${first.token} (${first.first_name})`,
      clerk && `${clerk.token} (staff)`,
    ];
    console.error(`shop: ${world.shop?.name ?? "Shop"} at ${url}`);
    console.error(
      `shop: tokens: ${tokens.filter(Boolean).join(", ") || "none, this world has no customers"}`,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`shop: ${error.message}`);
    process.exitCode = 2;
  }
}
if (import.meta.main) await main(process.argv.slice(2));
