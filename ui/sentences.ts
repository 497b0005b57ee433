/**
 * The server's sentences about a change, taken apart for a reader: nothing is added to them, and nothing is left out but
 * the instruction to the model at their beginning.
 *
 * @module
 */

/** What a question begins with for the model, since this view puts it to the user itself; it says first how things stand. */
const FOR_THE_MODEL =
  /^(Nothing is done yet|This call has changed nothing)\. Ask the user this, word for word; .*$/;

interface Question {
  asks: string;
  /** What comes before it: why it is asked anew, what an equal call has done. */
  before: string[];
  /** What will happen, a line for each. */
  lines: string[];
  /** Whether the shop may have done the same before; undefined where that is not said. */
  isAgain: boolean | undefined;
}
/** The sentences of a question. */
export function readQuestion(summary: string): Question {
  const whole = summary.split("\n").filter((line) => line.trim());
  const all = whole.filter((line) => !FOR_THE_MODEL.test(line));
  const [standing] = whole.flatMap((line) => FOR_THE_MODEL.exec(line)?.[1] ?? []);
  const isAgain = standing === undefined ? undefined : standing.startsWith("This call");
  const at = all.findIndex((line) => line.trimEnd().endsWith("?"));
  if (at < 0) return { asks: "", before: [], lines: all, isAgain };
  return { asks: all[at] ?? "", before: all.slice(0, at), lines: all.slice(at + 1), isAgain };
}
/** The sentences of a receipt. What is in quotes is never taken apart. */
export function readReceipt(summary: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { 0: end, index } of summary.matchAll(/"[^"\n]*"|[.?!] (?=\p{Lu})|\n/gu)) {
    if (end.startsWith('"')) continue;
    sentences.push(summary.slice(start, index + 1).trim());
    start = index + end.length;
  }
  return [...sentences, summary.slice(start).trim()].filter(Boolean);
}
/** What a model is told to do about a failure: "Check it with the user, or look it up with a list or search tool." */
const ADVICE = /^(Ask|Check|Do|Look|Read|Tell|Try)\b.*\b(the user|tools?)\b/;
/** The sentences of a failure, without the advice to the model; all of them, where nothing else is there. */
export function readFailure(text: string): string {
  const sentences = readReceipt(text);
  const told = sentences.filter((sentence) => !ADVICE.test(sentence));
  return told.length && told.length < sentences.length ? told.join(" ") : text;
}
