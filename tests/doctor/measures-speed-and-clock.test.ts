/** How fast the shop answers, and how far its clock is from this one. */
import { expect, test } from "bun:test";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { mockShop, NOW, runDoctor } from "./run-doctor.ts";

test.each([
  [0.9, "green median of all requests: 900 ms; slowest: searchProducts with 900 ms"],
  [
    1.5,
    "amber median of all requests: 1.5 s; slowest: searchProducts with 1.5 s → make it faster: try select_related, or an index",
  ],
  [
    3.5,
    "red median of all requests: 3.5 s; slowest: searchProducts with 3.5 s → make it faster: the server gives up after 3 s",
  ],
])("a shop that takes %d s for an answer", async (seconds, line) => {
  let now = NOW;
  const { runtime } = mockShop();
  const fetch: Runtime["fetch"] = async (url, init) => {
    now += seconds * 1000;
    return runtime.fetch(url, init);
  };
  const report = await runDoctor({ ...runtime, fetch, now: () => now });
  const lines = report.linesOf("speed").map((one) => one.replace(/of \d+ req/, "of all req"));
  expect(lines).toEqual([line]);
});

test.each([
  [2, "green the same as this machine's"],
  [41, "green 40 s behind this machine's"],
  [-90, "amber 90 s ahead of this machine's → synchronize both with NTP"],
])("a clock that is %d s behind this machine's", async (seconds, line) => {
  const { runtime } = mockShop();
  const report = await runDoctor({ ...runtime, now: () => NOW + seconds * 1000 });
  expect(report.linesOf("clock")).toEqual([line]);
});
