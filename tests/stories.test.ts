/** Every story on every lane, and no lane may tell another story than the others. */
import { afterAll, describe, expect, test } from "bun:test";
import { LANES } from "./lanes.ts";
import { needsClock, openMock, outcome, play } from "./play.ts";
import { allStories } from "./stories.ts";
import { transcript, transcriptIndex } from "./transcript.ts";

const backend = openMock();
afterAll(backend.stop);
const stories = await allStories();
const file = (name: string) => Bun.file(new URL(`./stories/${name}.md`, import.meta.url));

describe.each(stories)("%s", (name, story) => {
  const played = new Map<string, string>();
  const memory = LANES.filter((lane) => lane.startsWith("memory"));
  test.each(needsClock(story) ? memory : LANES)("%s", async (lane) => {
    const result = await play(story, lane, backend);
    played.set(lane, outcome(result));
    if (lane === "memory-modern")
      expect(await file(name).text(), "stale: bun run stories --write").toBe(transcript(result));
  });
  afterAll(() => {
    const [first, ...others] = [...played.values()];
    for (const other of others) expect(other).toBe(first ?? "");
  });
});

test("the list of stories is up to date", async () => {
  expect(await file("README").text()).toBe(transcriptIndex(stories));
});
