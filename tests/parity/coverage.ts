/** Which operation was seen with which status, on both sides with the same answer. @module */
import { isProbe, operationOf, type Played, type Sequence } from "./probe.ts";
import { statuses } from "./handwritten.ts";

/** Counts what was answered alike. */
export function coverage() {
  const seen = new Set<string>();
  const codes = new Set<string>();
  let calls = 0;
  return {
    add({ steps }: Sequence, { answers }: Played) {
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
    told() {
      const wanted = Object.entries(statuses).flatMap(([name, all]) =>
        all.map((status) => `${name} ${status}`),
      );
      const unproven = wanted.filter((one) => !seen.has(one));
      const unforeseen = [...seen].filter((one) => !wanted.includes(one));
      return {
        calls,
        wanted: wanted.length,
        seen: seen.size,
        codes: codes.size,
        unproven,
        unforeseen,
      };
    },
  };
}
