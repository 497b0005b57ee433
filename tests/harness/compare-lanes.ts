/** `compareLanes`: tests that stories go over the wire as they go in memory; and which stories, `storiesOnTheWire`. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openMock } from "./backends.ts";
import type { AnyLane } from "./lanes.ts";
import { hasChanges, loseAnswers } from "./lost-answers.ts";
import { differenceBetween, needsClock, play } from "./play.ts";
import type { Played } from "./turn.ts";
import { allStories } from "./stories.ts";
import type { Story } from "./story.ts";

/**
 * The stories that can be played with a real clock, so on every lane.
 *
 * @param which those that `bun run test` plays there, or all of them, as `bun run test:lanes` does
 */
export async function storiesOnTheWire(which: "marked" | "all"): Promise<[string, Story][]> {
  const stories = (await allStories()).filter(([, story]) => !needsClock(story));
  return which === "all" ? stories : stories.filter(([, story]) => story.allLanesOnDjango);
}

/**
 * Declares a test for each story on each of these lanes, on the mock. The outcome has to be that of memory-modern.
 *
 * @param stories by their names; none may need a fake clock
 * @param options.losesAnswers one more test for each story that changes something, with its answers lost
 */
export function compareLanes(
  stories: [name: string, story: Story][],
  lanes: AnyLane[],
  { losesAnswers = false } = {},
): void {
  const backend = openMock();
  afterAll(backend.stop);
  const inMemory = new Map<string, Played | undefined>();
  // All of them first: in memory the clock is fake, and it is the same for everything in this process.
  beforeAll(async () => {
    for (const [name, story] of stories) {
      const played = play(story, "memory-modern", backend);
      inMemory.set(name, await played.catch(() => undefined)); // stories.test.ts reports why
    }
  });

  describe.each(stories)("%s", (name, story) => {
    // A story with a small real timeout is played alone, so that only the shop is slow.
    const kind = story.settings?.timeout ? test : test.concurrent;
    const expected = () => {
      const played = inMemory.get(name);
      if (!played) throw new Error("it fails in memory");
      return played;
    };
    kind.each(lanes)("%s", async (lane) => {
      expect(differenceBetween(expected(), await play(story, lane, backend))).toBeUndefined();
    });
    if (losesAnswers && hasChanges(story))
      kind.each(lanes)("%s, its answers lost", async (lane) => {
        const played = await play(loseAnswers(expected()), lane, backend);
        expect(differenceBetween(expected(), played)).toBeUndefined();
      });
  });
}
