/**
 * Asks generated shops and checks every word of the answers. `proveTruthful` is called by `scripts/truth.ts`;
 * `mutate.ts` runs the same scenarios on mutants of the server.
 *
 * @module
 */
import fc from "fast-check";
import { checkWalk, type Violation, type Walk } from "./check.ts";
import { type Scenario, scenarios } from "./generate.ts";
import { factsOf, play, type Server } from "./play.ts";

/** What two violations have in common that are one defect. */
export const kindOf = ({ walk, kind, path }: Violation): string =>
  [`${walk.tool}:`, kind, path && `(${path})`].filter(Boolean).join(" ");

/** Plays a scenario and checks it. */
export async function checkScenario(server: Server, scenario: Scenario) {
  const walks = await play(server, scenario);
  const facts = factsOf(server, scenario.shop);
  return { walks, violations: walks.flatMap((walk) => checkWalk(walk, facts)) };
}

/** A kind of violation: how often it was found, and the smallest example. */
export interface Kind {
  name: string;
  times: number;
  example: Violation;
}
export interface Proof {
  shops: number;
  calls: number;
  /** How many shops nothing false was told about. */
  honest: number;
  kinds: Kind[];
}

const SHRINKING_MS = 3000; // for one kind
const MAX_SHRUNK = 12;

/** Asks the shops of a seed. What is found is made smaller, kind by kind. */
export async function proveTruthful(server: Server, seed: number, shops: number): Promise<Proof> {
  const kinds = new Map<string, Kind & { at: number }>();
  let [calls, honest, at] = [0, 0, 0];
  const collect = fc.asyncProperty(scenarios, async (scenario) => {
    const { walks, violations } = await checkScenario(server, scenario);
    calls += walks.reduce((sum, { steps }) => sum + steps.length, 0);
    for (const example of violations) {
      const name = kindOf(example);
      const known = kinds.get(name);
      kinds.set(
        name,
        known ? { ...known, times: known.times + 1 } : { name, times: 1, example, at },
      );
    }
    if (!violations.length) honest++;
    at++;
  });
  await fc.assert(collect, { seed, numRuns: shops });
  const all = [...kinds.values()].toSorted((a, b) => b.times - a.times);
  for (const kind of all.slice(0, MAX_SHRUNK)) kind.example = await shrink(server, seed, kind);
  return { shops, calls, honest, kinds: all };
}
/** The smallest scenario near the first one that has a kind of violation. */
async function shrink(
  server: Server,
  seed: number,
  { name, at, example }: Kind & { at: number },
): Promise<Violation> {
  let smallest = example;
  const search = fc.asyncProperty(scenarios, async (scenario) => {
    const { violations } = await checkScenario(server, scenario);
    const found = violations.find((one) => kindOf(one) === name);
    if (found) smallest = found;
    return !found;
  });
  await fc.check(search, { seed, path: String(at), interruptAfterTimeLimit: SHRINKING_MS });
  return smallest;
}

const shorten = (text: string, max = 600) => (text.length > max ? `${text.slice(0, max)}…` : text);
const describeCall = ({ tool, args }: Walk) => `${tool}(${JSON.stringify(args)})`;
/** A kind of violation: the call, what was told, and what the shop said. */
export function formatKind({ name, times, example }: Kind): string {
  const { walk, step, told, sent } = example;
  const { exchanges, outcome } = walk.steps[step] ?? { exchanges: [], outcome: { error: "" } };
  const lines = [
    `${name}: ${times === 1 ? "once" : `${times} times`}`,
    `  call: ${describeCall(walk)}${step ? `, page ${step + 1}` : ""}`,
    told !== undefined && `  told: ${shorten(told)}`,
    sent !== undefined && `  said: ${shorten(sent)}`,
    ...exchanges.map(({ url, status, text }) => `  shop: ${url} ${status} ${shorten(text)}`),
    `  answer: ${shorten("error" in outcome ? outcome.error : outcome.text)}`,
  ];
  return lines.filter((line) => line !== false).join("\n");
}
