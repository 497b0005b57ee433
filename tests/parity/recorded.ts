/**
 * The requests of all stories: each story is played on the mock, which records what reaches it. `recordedSequences`
 * is called by `scripts/truth.ts`.
 *
 * @module
 */
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { readWorld, seed } from "../../mocks/world.ts";
import { getResponse, HttpResponse } from "msw";
import type { Backend } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import { allStories } from "../harness/stories.ts";
import { isProbe, type Probe, type Sequence, START } from "./probe.ts";

const COPIED_HEADERS = {
  authorization: "Authorization",
  "content-type": "Content-Type",
  "idempotency-key": "Idempotency-Key",
  "if-match": "If-Match",
};

async function probeOf(
  request: Pick<Request, "url" | "method" | "text"> & { headers: Pick<Headers, "get"> },
): Promise<Probe> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.entries(COPIED_HEADERS).flatMap(([name, spelling]) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[spelling, value]];
  });
  const body = await request.text();
  const probe = { method: request.method, path: pathname + search };
  return { ...probe, headers: Object.fromEntries(headers), ...(body && { body }) };
}

/** A mock that records the requests that reach it, and the world that it was opened with. */
function recordingBackend(
  record: (probe: Probe) => void,
  onOpen: (world: unknown) => void,
): Backend {
  return {
    name: "mock",
    async open(name) {
      const file = Bun.file(new URL(`../worlds/${name}.json`, import.meta.url));
      const world = name ? readWorld(await file.json()) : seed;
      onOpen(world);
      const shop = createShop(world, { now: () => new Date(START) });
      const handlers = createHandlers(shop);
      const server = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        async fetch(request) {
          record(await probeOf(request.clone()));
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
 * One sequence per story. A read that a fault of the story kept from the shop is added at the end. A change that was
 * kept from it needs no addition: it was sent again under the same key, or was not to happen.
 */
export async function recordedSequences(): Promise<Sequence[]> {
  const sequences: Sequence[] = [];
  for (const [name, story] of await allStories()) {
    const sequence: Sequence = { name: `story ${name}`, world: seed, steps: [] };
    const backend = recordingBackend(
      (probe) => sequence.steps.push(probe),
      (world) => (sequence.world = world),
    );
    const { turns } = await play(story, "memory-modern", backend);
    const arrived = new Set(
      sequence.steps.filter(isProbe).map(({ method, path }) => `${method} ${path}`),
    );
    const missing = new Set(
      turns.flatMap(({ requests }) => requests).filter((line) => !arrived.has(line)),
    );
    const headers: Probe["headers"] =
      story.as === "nobody" ? {} : { Authorization: `Token demo-${story.as}` };
    for (const line of missing) {
      const [method = "", path = ""] = line.split(" ");
      if (method === "GET") sequence.steps.push({ method, path, headers });
    }
    sequences.push(sequence);
  }
  return sequences;
}
