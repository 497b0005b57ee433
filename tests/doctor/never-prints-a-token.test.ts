/** A token that the shop repeats stays out of the report. */
import { expect, test } from "bun:test";
import { examined, json, mock, SHOP, tokenOf } from "./run-doctor.ts";

test("a token that the shop repeats is not told", async () => {
  const { outside } = mock((body, url, init) =>
    SHOP.test(url.pathname) ? json({ detail: `Not with ${tokenOf(init)}!` }, 403) : body,
  );
  expect((await examined(outside)).of("shop")).toEqual([
    "amber not for this account (HTTP 403: Not with Token …!) → give a token of staff to look at it",
  ]);
});
