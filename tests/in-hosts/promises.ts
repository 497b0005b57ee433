/** What this server promises, as a conversation in a host shows it. */
import * as z from "zod";
import type { Observation, Played } from "./conversation.ts";
import { everything, formsSeen, gotCode, namesGiven } from "./findings.ts";
import { TOKEN } from "./home.ts";
import type { Reference } from "./reference.ts";

const CANCEL = "POST /api/orders/1054/cancel/";
const isDone = (result = "") => /outcome":\s*"done/.test(result);
const isRefused = (result = "") => result.includes("Not cancelled");

/** Whether nothing was changed without a yes: with a code once, with a question that nobody answers not at all. */
function confirmedOnly(played: Played): boolean {
  const { results, writes } = played;
  if (gotCode(played)) return isDone(results[4]) && writes.join() === CANCEL;
  return isRefused(results[3]) && results.length === 4 && writes.length === 0;
}

interface Promised {
  says: string;
  holds(seen: Observation, reference: Reference): boolean;
}
const aloneIn = ({ stdio, http }: Observation) => [stdio.alone, http.alone];
const answeredIn = ({ stdio, http }: Observation) =>
  [stdio.answered, http.answered].filter((answered) => answered !== undefined);

/** The form that users are asked with: one box to tick, and without it there is no yes. */
const form = z.object({
  properties: z.strictObject({ confirm: z.object({ type: z.literal("boolean") }) }),
  required: z.tuple([z.literal("confirm")]),
});

/** Each promise, and whether it holds in a host. */
export const promises: Promised[] = [
  {
    says: "`connect` writes what the host reads",
    holds: ({ isListed, revisions }) => isListed !== false && revisions.length > 0,
  },
  {
    says: "the host's own command adds the server, too, after `connect --remove`",
    holds: ({ isAdded }) => isAdded !== false,
  },
  {
    says: "every tool is offered, under a name that holds ours",
    holds: (seen, reference) =>
      aloneIn(seen).every(
        (played) => ![...namesGiven(played, reference).values()].includes(undefined),
      ),
  },
  {
    says: "what is found reaches the model, as text or as structure",
    holds: (seen, reference) =>
      aloneIn(seen).every((played) => {
        const { text, structure } = formsSeen(played, reference);
        return (text || structure) && (played.results[1] ?? "").includes("CD284208793BE");
      }),
  },
  {
    says: "a failure reaches the model in the server's words",
    holds: (seen, { results }) =>
      aloneIn(seen).every((played) => played.results[2]?.includes(results.failure.text)),
  },
  {
    says: "nothing is changed that nobody confirmed, and what is confirmed is changed once",
    holds: (seen) => aloneIn(seen).every(confirmedOnly),
  },
  {
    says: "where the host cannot ask, the model is given the whole question with its code",
    holds: (seen, { question }) =>
      aloneIn(seen).every((played) => !gotCode(played) || played.results[3]?.includes(question)),
  },
  {
    says: "where it can, the whole question is put to the person; a no sends nothing, a yes sends one change",
    holds: (seen, { question }) =>
      answeredIn(seen).every(
        ({ questions, results, writes }) =>
          questions.length === 2 &&
          questions.every(
            (asked) => asked.message === question && form.safeParse(asked.form).success,
          ) &&
          isRefused(results[0]) &&
          isDone(results[1]) &&
          writes.join() === CANCEL,
      ),
  },
  {
    says: "the model never sees the token",
    holds: (seen) =>
      [...aloneIn(seen), ...answeredIn(seen)].every(
        ({ last }) => !everything(last).includes(TOKEN),
      ),
  },
];
