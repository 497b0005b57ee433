/** Tokens that no shop gives out are never sent. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import { BASE, formatLine, mockShop, runDoctor } from "./run-doctor.ts";

test.each([
  ["a line break", "secret\n", "contains a line break → remove it; it is often copied along"],
  ["a space", "se cret", "contains a space → copy it again"],
  [
    "its scheme",
    "Token secret",
    "begins with its scheme → give the key alone, and the scheme with --auth",
  ],
  [
    "a letter that no header carries",
    "sécret",
    "contains a character that is not allowed in a header → copy it again",
  ],
])("a token with %s is reported before anything is sent", async (_, token, fault) => {
  const { runtime, requests } = mockShop();
  const report = await runDoctor(runtime, ["--django", BASE, "--token", token]);
  expect(report.lines.map(formatLine)).toEqual([`red nothing was sent: the token ${fault}`]);
  expect(report.code).toBe(1);
  expect(requests).toEqual([]);
  const env = await run(["--json"], { DJANGO_API_BASE: BASE, DJANGO_API_TOKEN: token }, runtime);
  expect(env.out).toContain(fault.split(" → ")[0] ?? "");
});
