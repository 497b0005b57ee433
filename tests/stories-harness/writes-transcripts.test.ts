/** The transcript of a story shows questions and answers, what happened meanwhile, and no codes. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { differenceBetween, play } from "../harness/play.ts";
import { accept, call, fault, save, status, story, use } from "../harness/story.ts";
import { transcript } from "../harness/transcript.ts";
import { changeOfMind } from "./change-of-mind.ts";
import { CANCEL_LINE, CANCEL_ROUTE, cancelPen, failureOf, READ_LINES } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test("the transcript of a change shows each question, its answer and what happened meanwhile", async () => {
  const played = await play(changeOfMind, "memory-modern", mock);
  const turns = played.turns.filter(({ step }, nth) => nth === 3 || step.kind === "outOfBand");
  const [{ questions: [first, second] = [], text = "" } = {}] = turns;
  const lines = (question = "") => `  > ${question.replaceAll("\n", "\\\n  > ")}`;
  expect(transcript({ ...played, turns })).toBe(`# A change of mind

\`cancel_order(order_id: "1054", reason: "no_longer_needed")\`

- sends \`${READ_LINES[0]}\`
- sends \`${READ_LINES[1]}\`
- sends \`${READ_LINES[2]}\`
- asks the user:

${lines(first?.text)}

- meanwhile, staff sends \`PATCH /api/orders/1054/payment/ {"payment_method_id":"mia-gift"}\`, and the user accepts
- sends \`${CANCEL_LINE}\`
- sends \`${READ_LINES[0]}\`
- sends \`${READ_LINES[1]}\`
- sends \`${READ_LINES[2]}\`
- asks the user:

${lines(second?.text)}

- the user accepts
- sends \`${CANCEL_LINE}\`
- sends \`${CANCEL_LINE}\`
- sends \`${CANCEL_LINE}\`

> ${text.split("\n")[0]}

*Outside this conversation, nell sends \`POST /api/support/requests/ {"subject":"Hello","message":"Hello?"}\`.*
`);
});

test("a story with elicitation: false may use codes, which are left out of transcripts and comparisons", async () => {
  const code = { ...cancelPen, confirmation: use("code") };
  const byCode = story("a yes on paper", { as: "mia", elicitation: false }, [
    call("cancel_order", cancelPen, {
      returns: { outcome: "confirmation_needed", confirmation: save("code") },
      sends: READ_LINES,
    }),
    fault(CANCEL_ROUTE, [status(429), status(503)]),
    call("cancel_order", code, { fails: /too many/, sends: [CANCEL_LINE] }),
    call("cancel_order", code, {
      returns: { outcome: "done" },
      sends: [CANCEL_LINE, CANCEL_LINE],
    }),
  ]);
  const [one, other] = [
    await play(byCode, "memory-legacy", mock),
    await play(byCode, "memory-modern", mock),
  ];
  expect(differenceBetween(one, other)).toBeUndefined();
  expect(transcript(one)).toContain('reason: "no_longer_needed", confirmation: …)');
  const asking = {
    ...byCode,
    steps: [call("cancel_order", cancelPen, { asks: [/cancel/i, accept()] })],
  };
  const { turns } = await play(asking, "memory-legacy", mock);
  expect(turns[0]?.structured).toMatchObject({ outcome: "done" });
  const open = { ...byCode, elicitation: undefined, steps: byCode.steps.slice(0, 1) };
  expect(await failureOf(play(open, "memory-modern", mock))).toMatch(/does not tell of: .*1054/);
});
