/** Transcripts. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { disagreement, play } from "../harness/play.ts";
import { accept, call, fault, save, status, story, use } from "../harness/story.ts";
import { transcript } from "../harness/transcript.ts";
import { changeOfMind } from "./change-of-mind.ts";
import { cancelling, cancels, failure, looks, pen } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

test("the page of a change shows who was asked, what they said, and what happened meanwhile", async () => {
  const played = await play(changeOfMind, "memory-modern", mock);
  const turns = played.turns.filter(({ step }, nth) => nth === 3 || step.kind === "elsewhere");
  const [{ questions: [first, second] = [], text = "" } = {}] = turns;
  expect(transcript({ ...played, turns })).toBe(`# A change of mind

\`cancel_order(order_id: "1054", reason: "no_longer_needed")\`

- asks the shop \`${looks[0]}\`
- asks the shop \`${looks[1]}\`
- asks the person: *${first?.text}* → meanwhile, staff tells the shop \`PATCH /api/orders/1054/payment/ {"payment_method_id":"mia-gift"}\` → yes
- asks the shop \`${looks[0]}\`
- asks the shop \`${looks[1]}\`
- asks the person: *${second?.text}* → yes
- asks the shop \`${looks[0]}\`
- asks the shop \`${looks[1]}\`
- tells the shop \`${cancels}\`
- tells the shop \`${cancels}\`
- tells the shop \`${cancels}\`

> ${text.split("\n")[0]}

*Elsewhere, nell tells the shop \`POST /api/support/requests/ {"subject":"Hello","message":"Hello?"}\`.*
`);
});

test("a host that cannot ask may tell of its codes, which no page shows and no lane is told by", async () => {
  const code = { ...pen, confirmation: use("code") };
  const told = story("a yes on paper", { as: "mia", elicitation: false }, [
    call("cancel_order", pen, {
      returns: { outcome: "confirmation_needed", confirmation: save("code") },
      sends: looks,
    }),
    fault(cancelling, [status(429), status(503)]),
    call("cancel_order", code, { fails: /too many/, sends: [...looks, cancels] }),
    call("cancel_order", code, {
      returns: { outcome: "done" },
      sends: [...looks, cancels, cancels],
    }),
  ]);
  const [one, other] = [
    await play(told, "memory-legacy", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  expect(transcript(one)).toContain('reason: "no_longer_needed", confirmation: …)');
  const asking = { ...told, steps: [call("cancel_order", pen, { asks: [/cancel/i, accept()] })] };
  const { turns } = await play(asking, "memory-legacy", mock);
  expect(turns[0]?.structured).toMatchObject({ outcome: "done" });
  const open = { ...told, elicitation: undefined, steps: told.steps.slice(0, 1) };
  expect(await failure(play(open, "memory-modern", mock))).toMatch(/does not tell of: .*1054/);
});
