/**
 * Plays every story in memory, with both clients and a fake clock, and compares its transcript. Its requests, sent
 * over HTTP, get what the SDK answers, and those that call a tool that changes nothing get it without the SDK.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { allTools } from "../server.ts";
import { hearRequests } from "./fast-path/hear-requests.ts";
import { replay } from "./fast-path/replay.ts";
import { MEMORY_LANES } from "./harness/lanes.ts";
import { openMock, readWorldOf } from "./harness/backends.ts";
import { coverage } from "./harness/coverage.ts";
import { hasChanges, loseAnswers } from "./harness/lost-answers.ts";
import { differenceBetween, play } from "./harness/play.ts";
import type { Played } from "./harness/turn.ts";
import { allStories, dialectStories } from "./harness/stories.ts";
import type { Story } from "./harness/story.ts";
import { transcript } from "./harness/transcript.ts";
import { transcriptIndex } from "./harness/transcript-index.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = await allStories();
/** Each story on each memory lane, played once, and what its hosts have sent. */
const plays = new Map<string, ReturnType<typeof begin>>();
function begin(story: Story, lane: (typeof MEMORY_LANES)[number]) {
  const { sent, serve } = hearRequests();
  return { sent, played: play(story, lane, backend, serve) };
}
function tellOn(lane: (typeof MEMORY_LANES)[number], name: string, story: Story) {
  const known = plays.get(`${lane} ${name}`) ?? begin(story, lane);
  plays.set(`${lane} ${name}`, known);
  return known;
}
const tell = (name: string, story: Story): Promise<Played> =>
  tellOn("memory-modern", name, story).played;
/** Whether it calls a tool that changes nothing. */
function isReading(body: string): boolean {
  const { method, params } = JSON.parse(body);
  const reading = Object.entries(allTools).filter(([, { isWrite }]) => !isWrite);
  return method === "tools/call" && reading.some(([name]) => name === params.name);
}
const page = (name: string) => Bun.file(new URL(`./stories/${name}.md`, import.meta.url)).text();

describe.each(stories)("%s", (name, story) => {
  test.each(MEMORY_LANES)("%s", async (lane) => {
    const first = await tell(name, story);
    const played = await tellOn(lane, name, story).played;
    expect(differenceBetween(first, played), "between the lanes").toBeUndefined();
    expect(transcript(played), "stale? bun run stories --update").toBe(await page(name));
  });
  test.each(MEMORY_LANES)("%s, its requests over HTTP", async (lane) => {
    const { played, sent } = tellOn(lane, name, story);
    await played;
    const world = await readWorldOf(story.world);
    for (const { request, expected, answered, isShort } of await replay(story, world, sent)) {
      expect(answered, request.body).toEqual(expected);
      if (isReading(request.body)) expect(isShort, request.body).toBe(true);
    }
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
