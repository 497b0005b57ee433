/** Tokens stay out of the report. */
import { expect, test } from "bun:test";
import { changeAt, json, mockShop, runDoctor, SHOP, tokenOf } from "./run-doctor.ts";

test("a token that the shop repeats is not printed", async () => {
  const { runtime } = mockShop({
    change: changeAt(SHOP, (_body, _url, init) =>
      json({ detail: `Not with ${tokenOf(init)}!` }, 403),
    ),
  });
  expect((await runDoctor(runtime)).linesOf("shop")).toEqual([
    "amber not allowed for this account (HTTP 403: Not with Token …!) → give a staff token to check it",
  ]);
});
