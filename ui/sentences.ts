/**
 * The server's sentences about a change, taken apart for a reader: nothing is added to them, and nothing is left out but
 * the instruction to the model at their beginning.
 *
 * @module
 */

/** What a question begins with for the model: this view puts it to the user itself. */
const FOR_THE_MODEL =
  /^(Nothing is done yet|This call has changed nothing)\. Ask the user this, word for word; .*$/;

/** The sentences of a question: what is asked, what comes before it, and what will happen, a line for each. */
export function readQuestion(summary: string): { asks: string; before: string[]; lines: string[] } {
  const all = summary.split("\n").filter((line) => line.trim() && !FOR_THE_MODEL.test(line));
  const at = all.findIndex((line) => line.trimEnd().endsWith("?"));
  if (at < 0) return { asks: "", before: [], lines: all };
  return { asks: all[at] ?? "", before: all.slice(0, at), lines: all.slice(at + 1) };
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
