/** Every story in memory, with both clients and a held clock; and its transcript. */
import { afterAll, describe, expect, test } from "bun:test";
import { MEMORY_LANES } from "./lanes.ts";
import { openMock, outcome, play } from "./play.ts";
import { allStories } from "./stories.ts";
import { transcript, transcriptIndex } from "./transcript.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = await allStories();
const page = (name: string) => Bun.file(new URL(`./stories/${name}.md`, import.meta.url)).text();

describe.each(stories)("%s", (name, story) => {
  const outcomes = new Map<string, string>();
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const played = await play(story, lane, backend);
    outcomes.set(lane, outcome(played));
    expect(new Set(outcomes.values()).size, "the lanes tell the same").toBe(1);
    expect(transcript(played), "stale? bun run stories --write").toBe(await page(name));
  });
});

test("the list of stories is up to date", async () => {
  expect(await page("README")).toBe(transcriptIndex(stories));
});
