/** Plays every story in memory, with both clients and a fake clock, and compares its transcript. */
import { afterAll, describe, expect, test } from "bun:test";
import { MEMORY_LANES } from "./harness/lanes.ts";
import { openMock } from "./harness/backends.ts";
import { coverage } from "./harness/coverage.ts";
import { hasChanges, loseAnswers } from "./harness/lost-answers.ts";
import { differenceBetween, play, type Played } from "./harness/play.ts";
import { allStories, dialectStories } from "./harness/stories.ts";
import type { Story } from "./harness/story.ts";
import { transcript, transcriptIndex } from "./harness/transcript.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = await allStories();
/** Each story on memory-modern, played once. */
const plays = new Map<string, Promise<Played>>();
function tell(name: string, story: Story): Promise<Played> {
  const played = plays.get(name) ?? play(story, "memory-modern", backend);
  plays.set(name, played);
  return played;
}
const page = (name: string) => Bun.file(new URL(`./stories/${name}.md`, import.meta.url)).text();

describe.each(stories)("%s", (name, story) => {
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const first = await tell(name, story);
    const played = lane === "memory-modern" ? first : await play(story, lane, backend);
    expect(differenceBetween(first, played), "between the lanes").toBeUndefined();
    expect(transcript(played), "stale? bun run stories --write").toBe(await page(name));
  });
});

const changing = stories.filter(([, story]) => hasChanges(story));
describe.each(changing)("%s, its answers lost", (name, story) => {
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const told = await tell(name, story);
    const lost = await play(loseAnswers(told), lane, backend);
    expect(differenceBetween(told, lost)).toBeUndefined();
  });
});

test("every argument and every failure is met by a story, and the list of stories is up to date", async () => {
  const played: Played[] = [];
  for (const [name, story] of stories) played.push(await tell(name, story)); // one after the other: one holds the clock
  expect(coverage(played).unmet).toEqual([]);
  const all = [...stories, ...(await dialectStories())];
  expect(await page("README")).toBe(transcriptIndex(all, played));
});
