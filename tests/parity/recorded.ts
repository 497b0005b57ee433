/** Every request that any story ever sent, played on the mock and written down at its door. @module */
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { readWorld, seed } from "../../mocks/world.ts";
import { getResponse, HttpResponse } from "msw";
import type { Backend } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import { allStories } from "../harness/stories.ts";
import { isProbe, type Probe, type Sequence, START } from "./probe.ts";

const PASSED = {
  authorization: "Authorization",
  "content-type": "Content-Type",
  "idempotency-key": "Idempotency-Key",
};

async function probeOf(
  request: Pick<Request, "url" | "method" | "text"> & { headers: Pick<Headers, "get"> },
): Promise<Probe> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.entries(PASSED).flatMap(([name, written]) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[written, value]];
  });
  const body = await request.text();
  const probe = { method: request.method, path: pathname + search };
  return { ...probe, headers: Object.fromEntries(headers), ...(body && { body }) };
}

/** A mock that notes what reaches it, and of what world it was. */
function noting(note: (probe: Probe) => void, opened: (world: unknown) => void): Backend {
  return {
    name: "mock",
    async open(name) {
      const file = Bun.file(new URL(`../worlds/${name}.json`, import.meta.url));
      const world = name ? readWorld(await file.json()) : seed;
      opened(world);
      const shop = createShop(world, { now: () => new Date(START) });
      const handlers = createHandlers(shop);
      const server = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        async fetch(request) {
          note(await probeOf(request.clone()));
          const response = await getResponse(handlers, request, {
            baseUrl: new URL(request.url).origin,
          });
          return response ?? HttpResponse.json({ detail: "Not found." }, { status: 404 });
        },
      });
      const close = () => server.stop(true);
      return {
        url: server.url.origin,
        world: async () => JSON.parse(JSON.stringify(shop.world())),
        close,
      };
    },
    stop: async () => undefined,
  };
}

/**
 * A sequence per story. What a story's fault kept from the shop is asked after all the rest, where it is a
 * read; a change kept from it was sent again under the same key, or was never to happen.
 */
export async function toldSequences(): Promise<Sequence[]> {
  const sequences: Sequence[] = [];
  for (const [name, story] of await allStories()) {
    const sequence: Sequence = { name: `story ${name}`, world: seed, steps: [] };
    const backend = noting(
      (probe) => sequence.steps.push(probe),
      (world) => (sequence.world = world),
    );
    const { turns } = await play(story, "memory-modern", backend);
    const arrived = new Set(
      sequence.steps.filter(isProbe).map(({ method, path }) => `${method} ${path}`),
    );
    const kept = new Set(
      turns.flatMap(({ requests }) => requests).filter((line) => !arrived.has(line)),
    );
    const headers: Probe["headers"] =
      story.as === "nobody" ? {} : { Authorization: `Token demo-${story.as}` };
    for (const line of kept) {
      const [method = "", path = ""] = line.split(" ");
      if (method === "GET") sequence.steps.push({ method, path, headers });
    }
    sequences.push(sequence);
  }
  return sequences;
}
