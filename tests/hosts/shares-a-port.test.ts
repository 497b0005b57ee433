/** Several processes on one port: only where each of them is told so. Linux deals out the connections. */
import { expect, test } from "bun:test";
import { POST, rpc, startHttp } from "./start-program.ts";

/** A shop that counts its requests. */
function openShop() {
  const shop = { asked: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      shop.asked++;
      return Response.json({ order_id: "1", status: "shipped" });
    },
  });
  return Object.assign(shop, {
    env: { DJANGO_API_BASE: server.url.origin, SHOP_MCP_TOOLS: "get_order_status" },
    [Symbol.dispose]: () => void server.stop(true),
  });
}
const call = rpc(1, "tools/call", { name: "get_order_status", arguments: { order_id: "1" } });
const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

test("a port that is taken is refused in words", async () => {
  await using first = await startHttp({});
  await using second = await startHttp({}, portOf(first));
  expect(second.printed).toContain(`Port ${portOf(first)} is in use`);
  expect(await second.child.exited).toBe(2);
});

test.if(process.platform === "linux")("two that share a port serve it together", async () => {
  const shared = { SHOP_MCP_SHARE_PORT: "true" };
  using one = openShop();
  using other = openShop();
  await using first = await startHttp({ ...one.env, ...shared });
  await using second = await startHttp({ ...other.env, ...shared }, portOf(first));
  expect(second.url).toBe(first.url);
  await using third = await startHttp({}, portOf(first)); // which is not told so
  expect(third.printed).toContain("is in use");
  for (let n = 0; n < 40; n++) {
    const headers = { ...POST.headers, Connection: "close" };
    const answer = await fetch(first.url, { ...POST, headers, body: JSON.stringify(call) });
    expect(await answer.text()).toContain("Order 1 is shipped");
  }
  expect(one.asked + other.asked).toBe(40);
  expect(Math.min(one.asked, other.asked)).toBeGreaterThan(0); // it would be by a chance of 2 in 2 ** 40
});
