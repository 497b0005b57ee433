/** Every story over stdio and HTTP, with both clients: it has to go as it goes in memory. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { WIRE_LANES } from "./harness/lanes.ts";
import { openMock } from "./harness/backends.ts";
import { disagreement, needsClock, play, type Played } from "./harness/play.ts";
import { allStories } from "./harness/stories.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = (await allStories()).filter(([, story]) => !needsClock(story));
const inMemory = new Map<string, Played | undefined>();
beforeAll(async () => {
  for (const [name, story] of stories) {
    const played = play(story, "memory-modern", backend);
    inMemory.set(name, await played.catch(() => undefined)); // stories.test.ts tells why
  }
});

describe.each(stories)("%s", (name, story) => {
  // A story with a small real timeout is played alone, so that only the shop is slow.
  const kind = story.settings?.timeout ? test : test.concurrent;
  kind.each(WIRE_LANES)("%s", async (lane) => {
    const played = await play(story, lane, backend);
    const told = inMemory.get(name);
    expect(told ? disagreement(told, played) : "it fails in memory").toBeUndefined();
  });
});
