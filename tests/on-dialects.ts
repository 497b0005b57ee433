/**
 * Plays the stories of a shop with another API, `stories/dialects/`, on a real Django: the reference shop's database
 * under another urlconf, mapped by `dialects/tutorial.ts`. No mock plays that shop, because the point is that a
 * dialect made of tables is enough. Runs as part of `bun run test:django`, which makes its virtual environment.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { openDjango } from "./harness/backends.ts";
import { LANES, lanes, MEMORY_LANES } from "./harness/lanes.ts";
import { differenceBetween, needsClock, play } from "./harness/play.ts";
import type { Played } from "./harness/turn.ts";
import { dialectStories } from "./harness/stories.ts";

const backend = await openDjango("project.tutorial_urls");
afterAll(backend.stop);
const shop = new URL("../dialects/tutorial.ts", import.meta.url).pathname;

describe.each(await dialectStories())("%s", (_, story) => {
  let first: Played | undefined;
  test.each(needsClock(story) ? MEMORY_LANES : LANES)("%s", async (lane) => {
    const played = await play(story, lane, backend);
    first ??= played;
    expect(differenceBetween(first, played), "between the lanes").toBeUndefined();
  });
});

test("offers what the shop has, and nothing else", async () => {
  const { url, close } = await backend.open();
  const given = { django_api_base: url, django_api_token: "demo-mia", shop };
  const host = await lanes["stdio-modern"](given);
  const { tools } = await host.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    "search_products",
    "get_product",
    "get_order_status",
    "get_order",
    "list_orders",
    "cancel_order",
    "change_order_address",
  ]);
  await host.close();
  await close(false);
});
