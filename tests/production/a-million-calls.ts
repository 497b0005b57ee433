/**
 * Memory stays flat: 200,000 calls of several kinds, or a million with CALLS=1000000, leave the process as large as
 * the first tenth of them has made it, give or take a tenth.
 */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { callMany, callTool } from "../harness/timed-calls.ts";
import { startHttp } from "../hosts/start-program.ts";

const CALLS = Number(process.env["CALLS"] ?? 200_000);
const product = (nth: number) => ({
  product_id: `p-${nth}`,
  name: `Apron No. ${nth}`,
  price: "28.50",
});
const shop = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch({ url }) {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith("/status/")) return Response.json({ status: "shipped" });
    if (searchParams.has("fail") || pathname.includes("/customers/"))
      return Response.json({ detail: "Not found." }, { status: 404 });
    return Response.json({ results: [1, 2, 3].map(product), next: null, previous: null });
  },
});
const server = await startHttp({ DJANGO_API_BASE: shop.url.origin, SHOP_MCP_RATE_LIMIT: "100000" });
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await shop.stop(true);
});

/** Resident memory of the server, in MiB. */
const residentMib = () => {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};
/** The nth call: a status, a search, one that fails, or one whose client goes. */
async function call(nth: number): Promise<void> {
  const kind = nth % 20;
  if (kind === 0) {
    const signal = AbortSignal.timeout(1);
    return void (await callTool(
      server.url,
      "search_products",
      { query: `a${nth}` },
      { signal },
    ).catch(() => {}));
  }
  if (kind < 3) return void (await callTool(server.url, "get_customer", { customer_id: `${nth}` }));
  if (kind < 8)
    return void (await callTool(server.url, "search_products", { query: `apron ${nth}` }));
  await callTool(server.url, "get_order_status", { order_id: `${nth}` });
}

test(`${CALLS} calls`, async () => {
  const sizes: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    await callMany(CALLS / 10, 16, (nth) => call(tenth * (CALLS / 10) + nth));
    sizes.push(residentMib());
  }
  console.log(`MiB after each tenth: ${sizes.map(Math.round).join(" ")}`);
  const [first = NaN] = sizes;
  expect(sizes.at(-1)).toBeWithin(first * 0.9, first * 1.1);
}, 3_600_000);
