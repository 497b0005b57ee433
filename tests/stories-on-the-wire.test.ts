/** Every story over stdio and HTTP, with both clients: it has to go as it goes in memory. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { WIRE_LANES } from "./lanes.ts";
import { needsClock, openMock, outcome, play } from "./play.ts";
import { allStories } from "./stories.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = (await allStories()).filter(([, story]) => !needsClock(story));
const inMemory = new Map<string, string>();
beforeAll(async () => {
  for (const [name, story] of stories) {
    const played = play(story, "memory-modern", backend);
    inMemory.set(name, await played.then(outcome, (error: Error) => error.message));
  }
});

describe.each(stories)("%s", (name, story) => {
  // A story with a small real timeout is played alone, so that only the shop is slow.
  const kind = story.settings?.timeout ? test : test.concurrent;
  kind.each(WIRE_LANES)("%s", async (lane) => {
    expect(outcome(await play(story, lane, backend))).toBe(inMemory.get(name) ?? "");
  });
});
