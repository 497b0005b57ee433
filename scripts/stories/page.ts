/** `toPage`: a run as one page of HTML, to be read by a person: no script, nothing loaded, failures first. */
import type { Step } from "../../tests/harness/story.ts";
import {
  ANSWERS,
  capitalize,
  describeFaults,
  formatArguments,
  LOSSES,
} from "../../tests/harness/transcript.ts";
import { openQuestion, type Turn } from "../../tests/harness/turn.ts";
import { escapeXml } from "./junit.ts";
import { countOf, type Outcome, type Run, unseenBy } from "./outcome.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1f2328, #e6e8eb); --quiet: light-dark(#59636e, #9aa4af);
  --paper: light-dark(#fff, #15181c); --card: light-dark(#f5f6f8, #1f242a); --line: light-dark(#d9dee3, #343b44);
  --user: light-dark(#dcebff, #17375e); --good: light-dark(#116329, #57c978); --bad: light-dark(#b3261e, #ff8a80);
  --badcard: light-dark(#fff0ee, #3a1c1a) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; color: var(--quiet) }
dd { margin: 0; color: var(--ink); overflow-wrap: anywhere }
code, pre { font: .86em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
pre { margin: .5rem 0; padding: .75rem 1rem; background: var(--badcard); border-radius: .5rem }
details { border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0 }
summary { padding: .6rem .9rem; cursor: pointer; display: flex; gap: .6rem; align-items: baseline }
summary:focus-visible, a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; border-radius: .6rem }
summary::after { content: "▸"; color: var(--quiet) } details[open] > summary::after { content: "▾" }
summary > :nth-child(2) { flex: 1 }
details[open] > summary { border-bottom: 1px solid var(--line) }
.body { padding: .5rem .9rem 1rem }
.passed { color: var(--good) } .failed { color: var(--bad) } .quiet { color: var(--quiet) }
.mark { font-weight: 700; width: 1.2em }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem }
ol > li { max-width: 88%; border-radius: .8rem; padding: .55rem .85rem; background: var(--card) }
.User { justify-self: end; background: var(--user); border-bottom-right-radius: .2rem }
.Assistant { border-bottom-left-radius: .2rem }
.tool { max-width: 100%; background: none; border: 1px solid var(--line) }
.broken { border: 2px solid var(--bad); background: var(--badcard) }
.who { display: block; font-size: .75rem; color: var(--quiet) }
.tool ul { list-style: none; margin: .35rem 0; padding: 0; color: var(--quiet) }
.ask { margin: .4rem 0; padding: .5rem .8rem; border-left: 3px solid var(--quiet); color: var(--ink); white-space: pre-wrap }
.result { margin-top: .35rem; white-space: pre-wrap; overflow-wrap: anywhere }
.data { font: .8em/1.5 ui-monospace, monospace; color: var(--quiet) }
.note { padding: .6rem .9rem; background: var(--card); border-radius: .6rem }
@media print { details > .body { display: block } }
`;

const code = (text: string) => `<code>${escapeXml(text)}</code>`;
const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
const plural = (n: number, noun: string) => `${n} ${n === 1 ? noun : noun.replace(/y$/, "ies")}`;

/** The requests and questions of a turn, in their order. */
function happened({ requests, questions }: Turn): string {
  const lines = requests.map((request) => `<li>${code(request)}</li>`);
  for (const { text, answer, after, meanwhile } of questions.toReversed()) {
    const others = meanwhile.map(
      ({ who, line }) => `meanwhile, ${escapeXml(who)} sends ${code(line)}, and `,
    );
    lines.splice(
      after,
      0,
      `<li>The user is asked:<div class="ask">${escapeXml(text)}</div>${others.join("")}${ANSWERS[answer]}.</li>`,
    );
  }
  return lines.length ? `<ul>${lines.join("")}</ul>` : "";
}
function result({ text, structured, isError }: Turn): string {
  const said = openQuestion({ structuredContent: structured })?.summary ?? text;
  const shown = said.length > 1500 ? `${said.slice(0, 1499)}…` : said;
  const mark = isError ? '<span class="failed">⚠</span> ' : "";
  const at = shown.search(/^(\{"|\["|Each row: )/m); // from there on it is data
  const [words, data] = at < 0 ? [shown, ""] : [shown.slice(0, at), shown.slice(at)];
  if (!shown) return "";
  return `<div class="result">${mark}${escapeXml(words.trim())}${data && `<div class="data">${escapeXml(data)}</div>`}</div>`;
}
/** What a step does, but for what comes of it. */
function headOf(step: Step, given: unknown, text: string): string {
  switch (step.kind) {
    case "say":
      return `<span class="who">${step.who}</span>${escapeXml(step.text)}`;
    case "call":
      return `<span class="who">The assistant calls</span>${code(`${step.tool}(${formatArguments(given)})`)}`;
    case "read":
      return `<span class="who">The host reads</span>${code(String(given))}`;
    case "prompt":
      return `<span class="who">The user picks the prompt</span>${code(`${step.name}(${formatArguments(given)})`)}`;
    case "complete":
      return `<span class="who">The user types</span>${code(step.value)} for ${escapeXml(step.argument)}`;
    case "fault":
      return `The shop’s ${code(step.request)} ${escapeXml(describeFaults(step.faults))}.`;
    case "outOfBand":
      return `Outside this conversation, ${escapeXml(step.who)} sends ${code(text)}.`;
    case "listen":
      return `The host listens to ${code(String(given))}.`;
    case "hear":
      return `The host hears that ${code(String(given))} has changed.`;
    case "expectWorld":
      return "The shop’s data is looked at.";
  }
}
function turnOf(turn: Turn, isBroken: boolean): string {
  const { step, given, text, structured } = turn;
  const kind = step.kind === "say" ? step.who : "tool";
  const lost = step.kind === "call" && step.isLost ? `<p>${LOSSES[step.isLost]}</p>` : "";
  const values = step.kind === "complete" && Array.isArray(structured) ? structured.join(", ") : "";
  const isAnswered = ["call", "read", "prompt", "listen"].includes(step.kind);
  const came = isAnswered ? result(turn) : `<div class="result">${escapeXml(values)}</div>`;
  const inside = kind === "tool" ? happened(turn) + lost + (isAnswered || values ? came : "") : "";
  return `<li class="${kind}${isBroken ? " broken" : ""}">${headOf(step, given, text)}${inside}</li>`;
}

const MARKS = { passed: "✓", failed: "✗", skipped: "–" };
function storyOf({ name, story, status, reason, turns, seconds: took }: Outcome): string {
  const isFailed = status === "failed";
  const items = turns.map((turn, n) => turnOf(turn, isFailed && n === turns.length - 1));
  return `<details id="${escapeXml(name)}"${isFailed ? " open" : ""}>
<summary><span class="mark ${status}" aria-label="${status}">${MARKS[status]}</span><span>${escapeXml(capitalize(story.title))}</span><span class="quiet">as ${escapeXml(story.as)} · ${seconds(took)}</span></summary>
<div class="body">${isFailed ? `<pre>${escapeXml(reason.replace(/^".*"  on .*\n/, ""))}</pre>` : ""}<ol>${items.join("\n")}</ol></div>
</details>`;
}
function section(
  title: string,
  outcomes: readonly Outcome[],
  body: (these: readonly Outcome[]) => string,
) {
  return outcomes.length ? `<section><h2>${title}</h2>\n${body(outcomes)}</section>` : "";
}
/** What was skipped, by reason. */
function skippedList(outcomes: readonly Outcome[]): string {
  const reasons = [...new Set(outcomes.map(({ reason }) => reason))];
  return reasons
    .map((reason) => {
      const stories = outcomes.filter((outcome) => outcome.reason === reason);
      const titles = stories.map(({ story }) => `<li>${escapeXml(capitalize(story.title))}</li>`);
      return `<details><summary><span class="mark quiet" aria-label="skipped">–</span><span>${escapeXml(capitalize(reason))}</span><span class="quiet">${plural(stories.length, "story")}</span></summary><div class="body"><ul>${titles.join("")}</ul></div></details>`;
    })
    .join("\n");
}

/** The run as a page. Its texts come from a shop and a server, so it allows no script and loads nothing. */
export function toPage(run: Run): string {
  const { place, lane, begunAt, seconds: took, outcomes } = run;
  const of = (status: Outcome["status"]) => outcomes.filter((one) => one.status === status);
  const played = outcomes.length - countOf(run, "skipped");
  const title =
    played === 0
      ? "No story was played"
      : `${countOf(run, "passed")} of ${plural(played, "story")} passed`;
  const stories = (these: readonly Outcome[]) => these.map(storyOf).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} · ${escapeXml(place)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1 class="${countOf(run, "failed") || !played ? "failed" : "passed"}">${title}</h1>
<dl>
<dt>Played at</dt><dd>${escapeXml(place)}</dd>
<dt>Lane</dt><dd>${lane}</dd>
<dt>Begun</dt><dd><time datetime="${begunAt.toISOString()}">${begunAt.toISOString().replace("T", " ").slice(0, 16)} UTC</time>, took ${seconds(took)}</dd>
<dt>Skipped</dt><dd>${countOf(run, "skipped")}</dd>
</dl>
${unseenBy(run)
  .map((what) => `<p class="note">${escapeXml(what)}</p>`)
  .join("\n")}
<main>
${section("Failed", of("failed"), stories)}
${section("Passed", of("passed"), stories)}
${section("Skipped", of("skipped"), skippedList)}
</main>
</body>
</html>
`;
}
