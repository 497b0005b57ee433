/** The second token: another customer must not see the first one's orders. */
import { expect, test } from "bun:test";
import { BASE, examined, mock } from "./run-doctor.ts";

test("a second token that is none, the same, or not given proves nothing", async () => {
  const { outside } = mock();
  const base = ["--django", BASE, "--token", "demo-mia"];
  const told = async (...more: string[]) =>
    (await examined(outside, [...base, ...more])).of("privacy");
  expect(await told()).toEqual(["amber not tried → give --second-token, of another customer"]);
  expect(await told("--second-token", "demo-mia")).toEqual([
    "amber not tried: both tokens are the same",
  ]);
  expect(await told("--second-token", "nobody")).toEqual([
    "amber not tried: the second token is not accepted (HTTP 401)",
  ]);
});
