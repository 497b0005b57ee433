/** What became of the stories of a run: data for the report and the page. */
import type { Story } from "../../tests/harness/story.ts";
import type { Turn } from "../../tests/harness/turn.ts";

export interface Outcome {
  /** The story's file, without its ending: `orders/a-parcel-is-traced`. */
  name: string;
  story: Story;
  status: "passed" | "failed" | "skipped";
  /** Why it was skipped, or the report of the step that failed. */
  reason: string;
  /** What was played, the failing turn last. */
  turns: readonly Turn[];
  seconds: number;
}
/** A whole run. */
export interface Run {
  /** Where it was played: `https://staging.example/mcp`. */
  place: string;
  lane: string;
  /** Whether the requests to Django were seen. If not, nothing is said about them. */
  seesRequests: boolean;
  begunAt: Date;
  seconds: number;
  outcomes: readonly Outcome[];
}
export const countOf = ({ outcomes }: Pick<Run, "outcomes">, status: Outcome["status"]): number =>
  outcomes.filter((outcome) => outcome.status === status).length;
/** What was expected in the stories and not looked at, in words; none, if all was. */
export function unseenBy({
  seesRequests,
  outcomes,
}: Pick<Run, "seesRequests" | "outcomes">): string[] {
  const played = outcomes.filter(({ status }) => status !== "skipped");
  const looksInside = played.some(({ story }) =>
    story.steps.some(({ kind }) => kind === "expectWorld"),
  );
  return [
    ...(seesRequests || !played.length
      ? []
      : [
          "The requests from the server to Django cannot be seen from here: `sends` was not checked, and Idempotency-Keys were not.",
        ]),
    ...(looksInside
      ? ["The shop's data cannot be looked at from here: `expectWorld` was not checked."]
      : []),
  ];
}
