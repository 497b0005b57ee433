/** A shop that says 429 is waited for, by its header or its words; what it still refuses is not said to be tried. */
import { expect, test } from "bun:test";
import { listView, otherShop, PRODUCTS, type Route, suggest } from "./other-shop.ts";
import { BASE, json, runDoctor } from "./run-doctor.ts";

const busyFor = (detail: string) =>
  json({ success: false, errors: { detail: `Request was throttled. ${detail}` } }, 429);
const products = listView(PRODUCTS, { search: "search" });

test.each([
  ["Expected available in 25 seconds.", 25_000],
  ["Expected available in 1 second.", 1000],
])("%s", async (words, ms) => {
  let asked = 0;
  const busy: Route = (url, init) => (asked++ ? products(url, init) : busyFor(words));
  const { runtime, waits } = otherShop({ routes: { "/api/products/": busy } });
  const { linesWith, code } = await suggest(runtime);
  expect(waits).toEqual([ms]);
  expect(linesWith('q: "search"')).toHaveLength(1);
  expect(code).toBe(0);
});

test.each(["Expected available in 86400 seconds.", "Come back tomorrow."])(
  "a quota that is spent leaves a module that says so, and is a failure: %s",
  async (words) => {
    const { runtime, waits } = otherShop({ fallback: () => busyFor(words) });
    const all = { "/api/products/": () => busyFor(words), "/api/orders/": () => busyFor(words) };
    const spent = otherShop({ routes: all, fallback: () => busyFor(words) });
    for (const shop of [runtime, spent.runtime]) {
      const { out, err, code, notesWith, linesWith } = await suggest(shop);
      expect(notesWith("INCOMPLETE: the shop said 429")).toHaveLength(1);
      expect(out).not.toContain("tried ?");
      expect(out).not.toContain("was found;");
      expect(err).toContain("the module is incomplete: the shop said 429 (too many requests)");
      expect(code).toBe(1);
      if (shop === spent.runtime)
        expect(linesWith("TODO searchProducts: not looked for to the end")).toHaveLength(1);
    }
    expect(waits).toEqual([]);
  },
);

test("the report is red where requests were refused for good", async () => {
  const later = () => busyFor("Expected available in 3600 seconds.");
  const { runtime } = otherShop({ routes: { "/api/orders/": later } });
  const report = await runDoctor(runtime, ["--django", BASE, "--token", "t"]);
  const [line] = report.linesOf("throttling");
  expect(line).toMatch(
    /^red it said 429 to \d+ requests for good: what they asked was not looked at/,
  );
  expect(report.code).toBe(1);
});
