/**
 * Renders a played story as Markdown: what the user and the assistant said, which requests reached the shop, and
 * what each call returned.
 *
 * @module
 */
import { openQuestion, type Played, type Turn } from "./turn.ts";
import type { Fault } from "./story.ts";

const quote = (text: string) => text.split("\n").map((line) => `> ${line}`);
const code = (text: string) => `\`${text.replaceAll("`", "'")}\``;
export const capitalize = (text: string) => text.replace(/^./, (first) => first.toUpperCase());
const isSealed = (name: string, value: unknown) => value && /^(confirmation|cursor)$/.test(name);
export const formatArguments = (given: unknown) =>
  Object.entries(given as Record<string, unknown>) // the arguments of a call
    .map(([name, value]) => `${name}: ${isSealed(name, value) ? "…" : JSON.stringify(value)}`)
    .join(", ");

const FAULTS = {
  passThrough: "answers as usual",
  hang: "never answers",
  reset: "closes the connection before its answer",
  resetUnread: "closes the connection before it has read the request",
  truncated: "closes the connection in the middle of its answer",
  endless: "answers without an end",
  gzipBomb: "answers with a small gzip body that unpacks to 50 MB",
} as const;

/** `answers 429 with Retry-After: 120` */
function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "status": {
      const isPage = fault.type === "text/html";
      if (fault.status === 200) return `answers with ${isPage ? "an HTML page" : "another body"}`;
      const wait = fault.headers["Retry-After"];
      return `answers ${fault.status}${isPage ? " with an HTML page" : ""}${wait ? ` with Retry-After: ${wait}` : ""}`;
    }
    case "slow":
      return `takes ${fault.seconds} s to answer`;
    default:
      return FAULTS[fault.kind];
  }
}

/** `answers 503 (2 times), then answers as usual` */
export function describeFaults(faults: readonly Fault[]): string {
  const runs: { words: string; times: number }[] = [];
  for (const words of faults.map(describeFault)) {
    const last = runs.at(-1);
    if (last?.words === words) last.times++;
    else runs.push({ words, times: 1 });
  }
  const parts = runs.map(({ words, times }) => (times > 1 ? `${words} (${times} times)` : words));
  return parts.join(", then ");
}

export const ANSWERS = {
  accept: "the user accepts",
  decline: "the user declines",
  dismiss: "the user closes the question",
  acceptByItself: "the host accepts by itself, with an empty form",
  failToAsk: "the host fails to ask",
} as const;
/** A text as it is, each of its lines a line. */
const asWritten = (text: string) => quote(text.replaceAll("\n", "\\\n"));

/** The requests and questions of a turn in their order, and what the host was told meanwhile, as a list. */
function listRequests({ requests, questions, progress }: Turn): string[] {
  const lines = requests.map((request) => `- sends ${code(request)}`);
  for (const { text, answer, after, meanwhile } of questions.toReversed()) {
    const others = meanwhile.map(({ who, line }) => `meanwhile, ${who} sends ${code(line)}, and `);
    const asked = asWritten(text).map((line) => `  ${line}`);
    lines.splice(
      after,
      0,
      "- asks the user:",
      "",
      ...asked,
      "",
      `- ${others.join("")}${ANSWERS[answer]}`,
    );
  }
  return [...lines, ...progress.map((told) => `- tells the host: ${told}`)];
}

export const LOSSES = {
  once: "The answer never reaches the host, which sends the same again:",
  "with the server":
    "The server is restarted before its answer reaches the host, which sends the same again:",
} as const;

/** `, with order_id: "1036"`, of arguments that are filled in already. */
export const describeOthers = (others: Record<string, string>) =>
  Object.keys(others).length ? `, with ${code(formatArguments(others))}` : "";
/** The lines of one turn. */
function describeTurn(turn: Turn): string[] {
  const { step, given, text, structured, isError } = turn;
  const [first = ""] = text.split("\n");
  const short = first.length > 400 ? `${first.slice(0, 399)}…` : first;
  const open = openQuestion({ structuredContent: structured });
  const result = open ? asWritten(open.summary) : quote(isError ? `⚠ ${short}` : short);
  const isUnheard = turn.questions.at(-1)?.answer === "failToAsk"; // by the server, or by its tool alone
  switch (step.kind) {
    case "say":
      return [`**${step.who}** ${step.text}`];
    case "fault":
      return [`*The shop's ${code(step.request)} ${describeFaults(step.faults)}.*`];
    case "call":
      return [
        code(`${step.tool}(${formatArguments(given)})`),
        "",
        ...listRequests(turn),
        "",
        ...(step.isLost ? [`*${LOSSES[step.isLost]}*`, ""] : []),
        ...(step.isAborted ? ["*The host aborted the call.*"] : isUnheard ? [] : result),
      ];
    case "read":
      return [`The host reads ${code(String(given))}`, "", ...listRequests(turn), "", ...result];
    case "prompt":
      return [
        `The user picks the prompt ${code(`${step.name}(${formatArguments(given)})`)}`,
        "",
        ...listRequests(turn),
        "",
        ...quote(text),
        ...Object.keys(Object(structured)).map((uri) => `> with ${code(uri)}`),
      ];
    case "complete":
      return [
        `The user types ${code(step.value)} for ${step.argument}${describeOthers(step.others)}`,
        "",
        ...listRequests(turn),
        "",
        ...quote((structured as string[]).join(", ") || "no completions"), // as play.ts leaves it
      ];
    case "outOfBand":
      return [`*Outside this conversation, ${step.who} sends ${code(text)}.*`];
    case "listen":
      return [
        `*The host listens to ${code(String(given))}.*`,
        "",
        ...listRequests(turn),
        "",
        ...(isError ? result : []),
      ];
    case "hear":
      return [`*The host hears that ${code(String(given))} has changed.*`];
    case "expectWorld":
      return ["*The shop's data is as expected.*"];
  }
}

/** The whole conversation as a Markdown page. */
export function transcript({ story, turns }: Pick<Played, "story" | "turns">): string {
  const lines = turns.flatMap((turn) => [...describeTurn(turn), ""]);
  const text = [`# ${capitalize(story.title)}`, "", ...lines].join("\n");
  return text.replace(/\n{3,}/g, "\n\n").replace(/\s*$/, "\n");
}
