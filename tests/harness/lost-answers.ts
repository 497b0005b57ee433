/**
 * The other leg: `loseAnswers` makes of a story one whose host never hears what became of its changes, and sends
 * each again. It has to go as the story itself does: the same receipts, and the same world in the end.
 *
 * @module
 */
import { expectedQuestions, type Played, type Turn } from "./turn.ts";
import { lost, type Step, type Story } from "./story.ts";

/** Whether the user says yes to something in this step, by an answer or a code, and the host hears what came of it. */
function isConfirmed(step: Step): boolean {
  if (step.kind !== "call" || step.isAborted || step.isLost) return false;
  const [, answer] = expectedQuestions(step).at(-1) ?? [];
  const isByCode =
    typeof step.args === "object" && step.args !== null && "confirmation" in step.args;
  return answer === "accept" || isByCode;
}
/** Whether there are answers to lose. */
export const hasChanges = ({ steps }: Story): boolean => steps.some(isConfirmed);

/** Whether the shop has said what became of the change: made, or refused. Sent again, it says the same. */
const isSettled = ({ isError, structured, text }: Turn): boolean =>
  isError
    ? text.startsWith("The shop refused the ")
    : (structured as { outcome?: string }).outcome === "done"; // a receipt
/** The same story with the answer to each settled change lost. @throws {Error} if there is none */
export function loseAnswers({ story, turns }: Played): Story {
  const steps = turns.map((turn) => {
    const { step } = turn;
    return isConfirmed(step) && isSettled(turn) ? lost(step) : step;
  });
  if (Bun.deepEquals(steps, story.steps)) throw new Error(`"${story.title}" has no answer to lose`);
  return { ...story, steps };
}
