/**
 * Counts which operations were seen with which statuses, where mock and Django gave the same answer. `coverage` is
 * called by `scripts/truth.ts`.
 *
 * @module
 */
import { statuses } from "./handwritten.ts";
import { isProbe, operationOf, type Run, type Sequence } from "./probe.ts";

/**
 * Counts the answers of runs. Its summary compares them with `statuses` of `handwritten.ts`: `unproven` is what was
 * expected and not seen, `unexpected` what was seen and not expected.
 */
export function coverage() {
  const seen = new Set<string>();
  const codes = new Set<string>();
  let calls = 0;
  return {
    add({ steps }: Sequence, { answers }: Run) {
      for (const [n, step] of steps.entries()) {
        const answer = answers[n];
        if (!isProbe(step) || !answer) continue;
        calls++;
        const { name } = operationOf(step) ?? {};
        if (name) seen.add(`${name} ${answer.status}`);
        const { code } = Object(answer.body);
        if (name && typeof code === "string") codes.add(`${name} ${code}`);
      }
    },
    summary() {
      const expected = Object.entries(statuses).flatMap(([name, all]) =>
        all.map((status) => `${name} ${status}`),
      );
      const unproven = expected.filter((one) => !seen.has(one));
      const unexpected = [...seen].filter((one) => !expected.includes(one));
      return {
        calls,
        expected: expected.length,
        seen: seen.size,
        codes: codes.size,
        unproven,
        unexpected,
      };
    },
  };
}
