/**
 * What the stories meet: each tool, by argument, by kind of end, counted from plays; and what none of them meets.
 *
 * @module
 */
import { allTools } from "../../server.ts";
import { errorMessages } from "../../shop/errors.ts";
import type { Played, Turn } from "./turn.ts";

/** The sentences of failures as patterns, by code. */
const FAILURES = Object.entries(errorMessages).map(([code, { template }]) => {
  const parts = template.split(/<\w+>/).map((part) => RegExp.escape(part));
  return [code, new RegExp(`(^|This time: )${parts.join(".*")}$`, "s")] as const;
});
/** How a call ended: with an answer, the outcome of a change, or the code of a failure. */
function endOf({ step, isError, isUnheard, text, structured }: Turn): string {
  if (step.kind === "call" && step.isAborted) return "aborted";
  if (isUnheard) return "cannot_ask";
  const failure = FAILURES.find(([, sentence]) => isError && sentence.test(text));
  if (isError) return failure?.[0] ?? "protocol error";
  const { outcome } = structured as { outcome?: string }; // a receipt has one
  return outcome ?? "answer";
}

/** Failures that take a network, a shop or a server made for them. `tests/failures`, `tests/changes`, `tests/dialects`, `tests/login` and `tests/telemetry` meet them. */
const elsewhere = (
  "unreachable bad_certificate no_tls bad_http resting shop_busy busy too_many_calls unknown_or_not_offered http_other empty_answer not_json " +
  "bad_encoding bad_charset too_complex http_412 too_large_to_ask bad_mapping too_linked internal " +
  "not_offered_for two_orders unknown_number token_expired login_refused login_failed login_unusable csrf " +
  "state_down not_recorded"
).split(" ");

const NONE = "no argument";
/** How often each tool ended how, by argument; and which arguments and failures no story meets. */
export function coverage(plays: Played[]) {
  const turns = plays.flatMap((played) => played.turns);
  const rows = Object.entries(allTools).flatMap(([tool, { input }]) => {
    const calls = turns.filter(({ step }) => step.kind === "call" && step.tool === tool);
    const argumentsOf = ({ given }: Turn) => {
      const names = Object.keys(given as object);
      return names.length ? names : [NONE];
    };
    return [...Object.keys(input.shape), NONE].flatMap((argument) => {
      const counts = new Map<string, number>();
      for (const turn of calls)
        if (argumentsOf(turn).includes(argument))
          counts.set(endOf(turn), (counts.get(endOf(turn)) ?? 0) + 1);
      const ends = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
      return argument === NONE && !ends.length ? [] : { tool, argument, ends };
    });
  });
  const met = new Set(rows.flatMap(({ ends }) => ends.map(([end]) => end)));
  const unmet = [
    ...rows.filter(({ ends }) => !ends.length).map(({ tool, argument }) => `${tool}: ${argument}`),
    ...Object.keys(errorMessages).filter((code) => !met.has(code) && !elsewhere.includes(code)),
    ...elsewhere.filter((code) => met.has(code)).map((code) => `${code}, which is met`),
  ];
  return { rows, unmet };
}

/** The table in Markdown. Arguments with the same ends share a row. */
export function coverageTable(plays: Played[]): string {
  const lines = new Map<string, string[]>(); // arguments by tool and ends
  for (const { tool, argument, ends } of coverage(plays).rows) {
    const key = JSON.stringify([
      `\`${tool}\``,
      ends.map(([end, count]) => `${end} ${count}`).join(", "),
    ]);
    lines.set(key, [...(lines.get(key) ?? []), argument === NONE ? NONE : `\`${argument}\``]);
  }
  const rows = Array.from(lines, ([key, names]) => {
    const [tool, ends] = JSON.parse(key);
    return `| ${tool} | ${names.join(", ")} | ${ends} |`;
  });
  return `
## Coverage

How often each tool was called with each argument, by how the call ended: with an answer, the outcome of a change, or a failure by its code in \`shop/errors.ts\`. An argument or a failure that no story meets fails the tests. These failures need a network, a shop or a server made for them, and have tests of their own: ${elsewhere.map((code) => `\`${code}\``).join(", ")}.

| tool | arguments | ends |
| --- | --- | --- |
${rows.join("\n")}
`;
}
