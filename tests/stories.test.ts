/** Plays every story in memory, with both clients and a fake clock, and compares its transcript. */
import { afterAll, describe, expect, test } from "bun:test";
import { MEMORY_LANES } from "./harness/lanes.ts";
import { openMock } from "./harness/backends.ts";
import { hasChanges, loseAnswers } from "./harness/lost-answers.ts";
import { differenceBetween, play, type Played } from "./harness/play.ts";
import { allStories, dialectStories } from "./harness/stories.ts";
import { transcript, transcriptIndex } from "./harness/transcript.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = await allStories();
const page = (name: string) => Bun.file(new URL(`./stories/${name}.md`, import.meta.url)).text();

describe.each(stories)("%s", (name, story) => {
  let first: Played | undefined;
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const played = await play(story, lane, backend);
    first ??= played;
    expect(differenceBetween(first, played), "between the lanes").toBeUndefined();
    expect(transcript(played), "stale? bun run stories --write").toBe(await page(name));
  });
});

const changing = stories.filter(([, story]) => hasChanges(story));
describe.each(changing)("%s, its answers lost", (_, story) => {
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const told = await play(story, lane, backend);
    const lost = await play(loseAnswers(told), lane, backend);
    expect(differenceBetween(told, lost)).toBeUndefined();
  });
});

test("the list of stories is up to date", async () => {
  const all = [...stories, ...(await dialectStories())];
  expect(await page("README")).toBe(transcriptIndex(all));
});
