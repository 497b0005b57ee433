/**
 * The two shops that are compared: a mock in memory (`mockOpener`), imported from any folder, and a real Django
 * (`openClockedDjango`). `scripts/truth.ts` opens both.
 *
 * @module
 */
import { getResponse, HttpResponse } from "msw";
import type { createHandlers } from "../../mocks/handlers.ts";
import type { createShop } from "../../mocks/shop.ts";
import type { World } from "../../mocks/world.ts";
import { startDjango } from "../harness/backends.ts";
import { toAnswer, type Opener, START } from "./probe.ts";

const NOT_FOUND = () => HttpResponse.json({ detail: "Not found." }, { status: 404 });

/** The exports of `shop.ts` and `handlers.ts` of a mock or of a mutant of it. */
export interface Mock {
  createShop: typeof createShop;
  createHandlers: typeof createHandlers;
}
/** Opens mock shops in this process. Their links have the origin of Django, so that they can be compared as they are. */
export const mockOpener =
  ({ createShop, createHandlers }: Mock, origin: string): Opener =>
  async (world) => {
    let now = START;
    const shop = createShop(world as World, { now: () => new Date(now) }); // readWorld returned it
    const handlers = createHandlers(shop);
    return {
      async send({ method, path, headers, body }) {
        const request = new Request(origin + path, { method, headers, body });
        const response = await getResponse(handlers, request, { baseUrl: origin });
        return toAnswer(response ?? NOT_FOUND(), method);
      },
      wait: async (seconds) => void (now += seconds * 1000),
      world: async () => JSON.parse(JSON.stringify(shop.world())),
    };
  };

/**
 * Starts the reference shop on a free port, with a clock that is set from outside. Only one of its shops is open at
 * a time: opening the next replaces the world of the one before.
 */
export async function openClockedDjango() {
  const clock = { SHOP_CLOCK: new Date(START).toISOString() };
  const { url, ask, stop } = await startDjango("../parity/clocked_shop.py", clock);

  let [loaded, now, isChanged]: [unknown, number, boolean] = [undefined, START, false];
  const setClock = (to: number) => {
    now = to;
    return ask("/__clock/", { method: "PUT", body: new Date(to).toISOString() });
  };
  const open: Opener = async (world) => {
    if (now !== START) await setClock(START);
    if (loaded !== world || isChanged)
      await ask("/__world/", { method: "PUT", body: JSON.stringify(world) });
    [loaded, isChanged] = [world, false];
    return {
      async send({ method, path, headers, body }) {
        // Waitress sends a body after HEAD, too, so the connection cannot be used again.
        const all = method === "HEAD" ? { ...headers, Connection: "close" } : headers;
        const response = await fetch(url + path, {
          method,
          headers: all,
          body,
          redirect: "manual",
        });
        isChanged ||= method !== "GET" && response.ok;
        return toAnswer(response, method);
      },
      wait: async (seconds) => void (await setClock(now + seconds * 1000)),
      world: async () => (await ask("/__world/")).json(),
    };
  };
  return { url, open, stop };
}
