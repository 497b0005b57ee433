/** Several processes on one port: only where each of them is told so. Linux deals out the connections. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { initialize, NO_SHOP, POST, rpc, startHttp } from "./start-program.ts";

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

test("the ids of its sessions begin with the name of a process, where it has one", async () => {
  for (const [name, id] of [
    ["mcp-1", /^mcp-1\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ["", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ] as const) {
    await using server = await startHttp({ SHOP_MCP_INSTANCE: name });
    const body = JSON.stringify(initialize({ elicitation: {} }));
    const { headers } = await fetch(server.url, { ...POST, body });
    expect(headers.get("mcp-session-id")).toMatch(id);
  }
});

test.each([
  ["REDIS_URL", "http://:hunter2@cache:6379", "REDIS_URL must be an address as redis://"],
  [
    "SHOP_MCP_INSTANCE",
    "mcp.0",
    "SHOP_MCP_INSTANCE (--instance) must be 1 to 63 of a-z, 0-9 and -",
  ],
])("%s is checked at start, and no password is shown", async (name, value, message) => {
  await using server = await startHttp({ [name]: value });
  expect(server.printed).toContain(message);
  expect(server.printed).not.toContain("hunter2");
  expect(await server.child.exited).toBe(2);
});

test("with a Redis that cannot be reached the process starts, says so, and ends when it is told to", async () => {
  const env = { ...NO_SHOP, REDIS_URL: "redis://:hunter2@127.0.0.1:9" };
  const command = [process.execPath, "server.ts", "--http", "--port", "0"];
  const child = Bun.spawn(command, { cwd: join(import.meta.dir, "../.."), env, stderr: "pipe" });
  let printed = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream()))
    if (/over http[^]*until it is back|until it is back[^]*over http/.test((printed += chunk)))
      break;
  expect(printed).toContain("Redis (REDIS_URL) cannot be reached, or refuses the password");
  expect(printed).not.toContain("hunter2");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});
