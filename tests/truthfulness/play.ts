/**
 * Plays a scenario: a generated shop behind the server's own `fetch`, its calls one after the other, each cursor
 * followed to its end. What went over the wire and what was told is what `check.ts` reads.
 *
 * @module
 */
import type * as server from "../../server.ts";
import type { Facts, Step, Walk } from "./check.ts";
import type { Scenario } from "./generate.ts";
import type { Exchange } from "./pages.ts";
import { answer, ORIGIN, type Shop } from "./shop.ts";

/** The server's public interface, as far as it is played. */
export type Server = Pick<typeof server, "openShop" | "settingsSchema" | "tools">;

const NOW = new Date("2026-03-14T09:00:00Z");
const MAX_PAGES = 12;

export function factsOf({ tools }: Server, { currency }: Shop): Facts {
  const describe: Facts["describe"] = (tool) => tools[tool].description;
  return { baseUrl: ORIGIN, currency, now: NOW.toISOString(), describe };
}

/** Plays the calls of a scenario. */
export async function play(server: Server, { shop, calls }: Scenario): Promise<Walk[]> {
  let exchanges: Exchange[] = [];
  const settings = server.settingsSchema.parse({
    django_api_base: ORIGIN,
    django_api_token: "t",
    currency: shop.currency,
  });
  const fetch = async (url: string) => {
    const { status, text } = answer(shop, url);
    exchanges.push({ url, status, text });
    return new Response(text, { status, headers: { "Content-Type": "application/json" } });
  };
  const opened = server.openShop(settings, { fetch, now: () => NOW });
  const walks: Walk[] = [];
  for (const call of calls) {
    const { tool, args } = call(shop);
    const walk: Walk = { tool, args, steps: [] };
    let cursor: unknown;
    do {
      exchanges = [];
      const given = cursor === undefined ? args : { ...args, cursor };
      cursor = undefined;
      const outcome: Step["outcome"] = await server.tools[tool].call(tool, given, opened).then(
        ({ result, text }) => {
          cursor = result["next_cursor"];
          return { result: JSON.stringify(result), text };
        },
        (error: unknown) => ({ error: String(error) }),
      );
      walk.steps.push({ exchanges, outcome });
    } while (cursor !== undefined && walk.steps.length < MAX_PAGES);
    walks.push(walk);
  }
  return walks;
}
