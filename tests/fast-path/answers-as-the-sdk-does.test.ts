/** Requests that are answered without the SDK get what it would answer: status, headers and body. */
import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { openShop, settingsSchema } from "../../server.ts";
import { openBothWays } from "./both-ways.ts";
import { requests } from "./generate.ts";

const REQUESTS = 10_000;
const NOW = new Date("2026-11-22T09:00:00Z");

const product = (words: string, n: number) => ({
  product_id: `apron-${n}`,
  name: `${words} Apron <b>No. ${n}</b>`,
  price: { amount: `${n}.50`, currency: "EUR" },
  available: n % 2 === 0,
});
/** How a shop answers: well, or in one of the ways that no second attempt changes. */
function answerOf(url: string): Response {
  const { pathname, searchParams } = new URL(url);
  const [, id = ""] = /\/orders\/(.*?)\/(status\/)?$/.exec(pathname) ?? [];
  const asked = searchParams.get("q") ?? decodeURIComponent(id);
  if (asked === "broken") return new Response('{"results":', { status: 200 });
  if (asked === "page") return new Response("<!doctype html><h1>Hello</h1>", { status: 200 });
  if (asked === "forbidden" || asked === "403") return Response.json({}, { status: 403 });
  if (asked === "404") return Response.json({ detail: "Not found." }, { status: 404 });
  if (asked === "400") return Response.json({ order_id: ["No."] }, { status: 400 });
  if (asked === "odd") return Response.json({ results: 7 });
  if (pathname === "/api/shop/") return Response.json({ name: "Quince", currency: "EUR" });
  if (pathname.endsWith("/status/")) return Response.json({ order_id: id, status: "shipped" });
  if (id) return Response.json({ order_id: id, status: "pending", items: [] });
  const results = asked === "none" ? [] : [1, 2, 3].map((n) => product(asked, n));
  return Response.json({ count: results.length, next: null, results });
}
const settings = settingsSchema.parse({
  django_api_base: "http://django.test",
  django_api_token: "t",
  tools: "search_products,get_order_status,get_shop_info,cancel_order",
});
const open = () => openShop(settings, { fetch: async (url) => answerOf(url), now: () => NOW });

test("whatever is sent", async () => {
  using log = spyOn(console, "error").mockImplementation(() => {});
  const answer = openBothWays(open);
  /** How many requests were plain, which of them had no server made for them, and which others had a result so. */
  const count = { plain: 0, plainWithoutSdk: 0, othersWithoutSdk: 0, questions: 0 };
  const same = fc.asyncProperty(requests, async ({ sent, isPlain }) => {
    log.mockClear();
    const { expected, answered, isShort } = await answer(sent);
    expect(answered).toEqual(expected);
    const logged = log.mock.calls.map((line) => line.join(" "));
    expect(logged.slice(logged.length / 2)).toEqual(logged.slice(0, logged.length / 2));
    if (isPlain) count.plain++;
    if (answered.body.includes("confirmation")) count.questions++;
    if (isPlain && isShort) count.plainWithoutSdk++;
    else if (isShort && answered.body.includes('"result":')) count.othersWithoutSdk++;
  });
  await fc.assert(same, { numRuns: REQUESTS, seed: 13 });
  expect(count.plain).toBeGreaterThan(REQUESTS / 6);
  expect(count.plain - count.plainWithoutSdk).toBeLessThanOrEqual(2); // the first list of each era
  expect(count.othersWithoutSdk).toBeGreaterThan(REQUESTS / 20);
  expect(count.questions).toBeGreaterThan(REQUESTS / 100);
}, 60_000);
