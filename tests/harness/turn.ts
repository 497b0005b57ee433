/**
 * What came of the steps of a story, in the same terms on every lane; `steps.ts` makes it, `transcript.ts` renders it.
 *
 * @module
 */
import { ASK_ANEW, ASK_FIRST } from "../../shop/change.ts";
import type { AnyLane } from "./lanes.ts";
import type { ExpectedQuestion, Step, Story, UserAnswer } from "./story.ts";

/** A question that was put to the user. */
export interface Question {
  text: string;
  answer: UserAnswer;
  /** How many requests of the turn were sent before it. */
  after: number;
  /** What others changed at the shop before the user answered. */
  meanwhile: { who: string; line: string }[];
}
/** A step as it was carried out, in the same terms on every lane. */
export interface Turn {
  step: Step;
  /** The arguments, or the URI, with saved values filled in. */
  given: unknown;
  requests: string[];
  questions: Question[];
  /** Where the answer was lost: what came of the same call, sent again. */
  again?: { questions: string[]; requests: string[] };
  /** Progress notifications of the call: `1/3 Packing`. */
  progress: string[];
  /** What the model reads. */
  text: string;
  structured: unknown;
  isError: boolean;
  /** The host has ended the call by itself, and told its model so in its own words. */
  isUnheard?: boolean;
}
export interface Played {
  story: Story;
  lane: AnyLane;
  turns: Turn[];
  /** The shop's world at the end, or undefined if no change was sent to it. */
  world: unknown;
}

/** A story that did not go as written. The message is a report for whoever broke it. */
export class StoryFailure extends Error {
  override name = "StoryFailure";
  /** What was played until then, the failing turn last. */
  turns: readonly Turn[] = [];
}

/** The questions that a step expects, as a list; a single one may be given without one. */
export function expectedQuestions(step: Step): readonly ExpectedQuestion[] {
  const asks = ("expected" in step && step.expected.asks) || [];
  const isOne = (given: typeof asks): given is ExpectedQuestion => given[0] instanceof RegExp;
  return isOne(asks) ? [asks] : asks;
}

/** The question and the code of a result that waits for confirmation. */
export function openQuestion({ structuredContent: receipt }: { structuredContent?: unknown }) {
  const { outcome, summary: given, confirmation } = Object(receipt);
  if (outcome !== "confirmation_needed") return undefined;
  const summary = String(given);
  const question = summary.replace(`${ASK_FIRST}\n`, "").replace(`${ASK_ANEW}\n`, "");
  return { summary, question, confirmation };
}

/** Whether the result is a question with a code that the user did not say yes to. */
export const isUnconfirmed = ({ structured, questions }: Turn) =>
  questions.length > 0 && openQuestion({ structuredContent: structured }) !== undefined;

/** Lines as a list, for a report. */
export const formatList = (lines: readonly string[]) =>
  lines.map((line) => `  ${line}`).join("\n") || "  none";
/** A step in a few words, for a report. */
export function nameOf(step: Step): string {
  switch (step.kind) {
    case "say":
      return `say "${step.text}"`;
    case "call":
      return `${step.isAborted ? "abortCall" : "call"} ${step.tool}`;
    case "read":
      return `read ${String(step.uri)}`;
    case "prompt":
      return `prompt ${step.name}`;
    case "complete":
      return `complete ${step.argument} "${step.value}"`;
    case "fault":
      return `fault ${step.request}`;
    case "outOfBand":
      return `elsewhere ${step.who}: ${step.request}`;
    case "listen":
      return `listens ${String(step.uri)}`;
    case "hear":
      return `hears ${String(step.uri)}`;
    case "expectWorld":
      return "expectWorld";
  }
}
