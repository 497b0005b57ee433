/**
 * The stories that are marked `allLanesOnDjango`, over stdio with both clients: they have to go as they go in memory.
 * `bun run test:lanes` plays all others there, too (`on-all-lanes.ts`).
 */
import { expect, test } from "bun:test";
import { compareLanes, storiesOnTheWire } from "./harness/compare-lanes.ts";
import { STDIO_LANES } from "./harness/lanes.ts";
import { allStories } from "./harness/stories.ts";
import type { Fault, Step, Story } from "./harness/story.ts";

const marked = await storiesOnTheWire("marked");
compareLanes(marked, STDIO_LANES);

/** What could go otherwise on the wire: kinds of faults, by the function that makes them, and of steps. */
function traits({ steps, elicitation }: Story): string[] {
  const host = elicitation === false ? ["a host that cannot ask"] : [];
  const parts = steps.flatMap((step) =>
    step.kind === "fault" ? step.faults.map(faultName) : stepName(step),
  );
  return [...host, ...parts];
}
function faultName(fault: Fault): string {
  if (fault.kind !== "status") return fault.kind;
  if (fault.type === "text/html") return "page";
  if (fault.status !== 200) return "status";
  return fault.body === "{oops" ? "garbage" : "sends";
}
const stepName = (step: Step): string =>
  step.kind === "call" && step.isAborted ? "abortCall" : step.kind;

test("every kind of fault and of step is in a story that is marked", async () => {
  const traitsOf = (all: typeof marked) => new Set(all.flatMap(([, story]) => traits(story)));
  const [known, met] = [traitsOf(await allStories()), traitsOf(marked)];
  expect([...known].filter((trait) => !met.has(trait))).toEqual([]);
});
