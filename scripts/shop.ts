/**
 * Plays the mock shop on a loopback socket, for demos, hosts, curl and the Inspector.
 *
 * ```sh
 * bun run shop                              # Quince & Lantern at http://127.0.0.1:8000
 * bun run shop --world my.json --port 0     # a world of yours, on a free port
 * bun run shop --clock 2026-11-22T09:00:00Z # where it is always then, for changes that can be compared
 * curl http://127.0.0.1:8000/__world/       # the world as it is now
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { getResponse, HttpResponse } from "msw";
import { createHandlers } from "../mocks/handlers.ts";
import { createShop } from "../mocks/shop.ts";
import {
  InvalidWorldError,
  canonicalInstant,
  readWorld,
  seed,
  type World,
} from "../mocks/world.ts";

const USAGE = "bun run shop [--world FILE] [--port N] [--clock INSTANT]";

interface Served {
  world?: World;
  /** 0 is a free one. */
  port?: number;
  /** The shop's clock; the real one without it. */
  now?: () => Date;
}
/** Serves a world on 127.0.0.1. Throws what `Bun.serve` throws when the port is taken. */
export function serveShop({ world = seed, port = 0, now }: Served = {}) {
  const shop = createShop(world, { now });
  const handlers = createHandlers(shop);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const { origin, pathname } = new URL(request.url);
      if (pathname === "/__world/") return HttpResponse.json(shop.world());
      const response = await getResponse(handlers, request, { baseUrl: origin });
      return response ?? HttpResponse.json({ detail: "Not found." }, { status: 404 });
    },
  });
  return { url: server.url.origin, shop, stop: () => server.stop(true) };
}

/** Something that whoever starts the shop can mend. */
class StartError extends Error {}
const mend = (what: string): never => {
  throw new StartError(what);
};
const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readOptions(args: string[]) {
  const options = {
    world: { type: "string" },
    port: { type: "string", default: "8000" },
    clock: { type: "string" },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return mend(`${reason(error).replace(/\. [^]*|\n/g, "")}. Usage: ${USAGE}`);
  }
}
async function readFile(path: string): Promise<World> {
  const file = Bun.file(path);
  const text = await file
    .text()
    .catch(() => mend(`${path} cannot be read. Give --world a file that holds a world.`));
  try {
    return readWorld(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError)
      return mend(
        `${path} is not JSON (${error.message}). Give --world a file that holds a world.`,
      );
    if (!(error instanceof InvalidWorldError)) throw error;
    const [first, ...more] = error.message.split("\n");
    return mend(
      `${path} is no world. Mend ${first}${more.length ? ` (and ${more.length} more)` : ""}`,
    );
  }
}
function readClock(given: string): () => Date {
  const instant =
    canonicalInstant(given) ??
    mend(`--clock ${given} is no instant. Give one such as 2026-11-22T09:00:00Z`);
  return () => new Date(instant);
}
function serve(world: World, given: string, now?: () => Date) {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : NaN;
  if (!(port <= 65_535))
    mend(`--port ${given} is no port. Give one from 0 to 65535; 0: any free one`);
  try {
    return serveShop({ world, port, now });
  } catch (error) {
    return mend(
      `Port ${port} cannot be used: ${reason(error)} Give --port another; 0: any free one`,
    );
  }
}

/** The program. Whatever it says, it says on stderr. */
async function main(args: string[]): Promise<void> {
  try {
    const { world: path, port, clock } = readOptions(args);
    const now = clock === undefined ? undefined : readClock(clock);
    const world = path === undefined ? seed : await readFile(path);
    const { url } = serve(world, port, now);
    const [first, clerk] = [world.customers[0], world.customers.find(({ staff }) => staff)];
    const tokens = [
      first && `${first.token} (${first.first_name})`,
      clerk && `${clerk.token} (staff)`,
    ];
    console.error(`shop: ${world.shop?.name ?? "Shop"} at ${url}`);
    console.error(
      `shop: tokens: ${tokens.filter(Boolean).join(", ") || "none, nobody lives here"}`,
    );
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`shop: ${error.message}`);
    process.exitCode = 2;
  }
}
if (import.meta.main) await main(process.argv.slice(2));
