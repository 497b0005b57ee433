/** Over stdio everything that was read is answered, whatever it is, and nothing but JSON-RPC is on stdout. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveShop } from "../../scripts/shop.ts";
import { initialize, type Message, rpc, runOnLines } from "./start-program.ts";

const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
const callStatus = (id: number) =>
  rpc(id, "tools/call", { name: "get_order_status", arguments: { order_id: `${id}` } });
const answerTo = (messages: Message[], id: unknown) => messages.filter((one) => one.id === id);

describe("the end of stdin", () => {
  test("answers the three calls that were read before it, then exits with 0", async () => {
    const asked: string[] = [];
    const all = Promise.withResolvers<void>();
    using shop = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch({ url }) {
        if (!url.includes("/status/")) return Response.json([]);
        if (asked.push(new URL(url).pathname) === 3) all.resolve();
        await all.promise; // stdin has ended long before
        return Response.json({ status: "shipped" });
      },
    });
    const lines = [initialize(), initialized, callStatus(1), callStatus(2), callStatus(3)];
    const env = { DJANGO_API_BASE: String(shop.url) };
    const { code, messages } = await runOnLines(lines, env); // the last line has no end
    expect(asked.sort()).toEqual([1, 2, 3].map((id) => `/api/orders/${id}/status/`));
    for (const id of [1, 2, 3])
      expect(answerTo(messages, id)[0]?.result?.structuredContent).toMatchObject({
        order_id: `${id}`,
        status: "shipped",
      });
    expect(code).toBe(0);
  });

  test("waits for a shop that hangs no longer than for any call", async () => {
    using shop = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Promise<Response>(() => {}),
    });
    const env = { DJANGO_API_BASE: String(shop.url) };
    const args = ["--timeout", "0.2"];
    const { code, messages } = await runOnLines(
      [initialize(), initialized, callStatus(1)],
      env,
      args,
    );
    expect(answerTo(messages, 1)[0]?.result?.content?.[0]?.text).toStartWith(
      "The shop did not answer the order status within 0.2 s.",
    );
    expect(code).toBe(0);
    await shop.stop(true);
  });

  test("does not wait for a call that its host has cancelled", async () => {
    using shop = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Promise<Response>(() => {}),
    });
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 1 },
    };
    const env = { DJANGO_API_BASE: String(shop.url) };
    const lines = [initialize(), initialized, callStatus(1), cancelled];
    const started = performance.now();
    expect((await runOnLines(lines, env, ["--timeout", "120"])).code).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    await shop.stop(true);
  });

  test("asks nothing that nobody can answer any more, and nothing is changed", async () => {
    const shop = serveShop();
    const call = {
      name: "cancel_order",
      arguments: { order_id: "1054", reason: "no_longer_needed" },
    };
    const env = { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" };
    const lines = [initialize({ elicitation: {} }), initialized, rpc(1, "tools/call", call)];
    const { code, messages } = await runOnLines(lines, env);
    expect(answerTo(messages, 1)).toMatchObject([{ result: { isError: true } }]);
    expect(code).toBe(0);
    const order = await fetch(`${shop.url}/api/orders/1054/`, {
      headers: { Authorization: "Token demo-mia" },
    });
    expect(await order.json()).toMatchObject({ status: "pending" });
    await shop.stop();
  });

  test("ends a subscription", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const listen = rpc(1, "subscriptions/listen", {
      notifications: { toolsListChanged: true },
      _meta,
    });
    const { code, messages } = await runOnLines([rpc(0, "server/discover", { _meta }), listen], {});
    expect(answerTo(messages, 1)[0]?.result).toMatchObject({ resultType: "complete" });
    expect(code).toBe(0);
  });
});

describe("what is no message is answered with an error:", () => {
  test.each<[string, string, unknown, number]>([
    [
      "params that are null",
      '{"jsonrpc":"2.0","id":7,"method":"tools/list","params":null}',
      7,
      -32600,
    ],
    [
      "params that are a list",
      '{"jsonrpc":"2.0","id":"a","method":"ping","params":[]}',
      "a",
      -32600,
    ],
    [
      "params that are text",
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":"x"}',
      7,
      -32600,
    ],
    ["no version", '{"id":7,"method":"ping"}', 7, -32600],
    ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 1.5, -32600],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600],
    ["an id that is null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600],
    ["an answer without a result", '{"jsonrpc":"2.0","id":7}', null, -32600],
    ["an empty batch", "[]", null, -32600],
    ["a batch of 21", JSON.stringify(Array(21).fill(rpc(7, "ping"))), null, -32600],
    ["text that is not JSON", "hello", null, -32700],
    ["a header, as in LSP", "Content-Length: 40", null, -32700],
    ["a handshake without params", '{"jsonrpc":"2.0","id":7,"method":"initialize"}', 7, -32602],
    ["half of a message", '{"jsonrpc":"2.0","id":7,', null, -32700],
    ["no object", "42", null, -32600],
  ])("%s", async (_, line, id, code) => {
    const { messages } = await runOnLines(
      [initialize(), initialized, line, rpc("end", "ping")],
      {},
    );
    const answers = messages.filter((one) => one.id !== "init" && one.id !== "end");
    expect(answers).toMatchObject([{ id, error: { code } }]);
    expect(answerTo(messages, "end")).toHaveLength(1);
  });
});

test("a byte order mark, ends of lines as on Windows and null arguments change nothing", async () => {
  const call = { name: "get_shop_info", arguments: null };
  const lines = [initialize(), rpc(1, "ping"), rpc(2, "tools/call", call)];
  const sent = lines.map((line) => `${JSON.stringify(line)}\r`);
  const { messages } = await runOnLines([`\ufeff${sent[0]}`, ...sent.slice(1)], {});
  for (const id of ["init", 1]) expect(answerTo(messages, id)).toMatchObject([{ result: {} }]);
  const [{ result } = {}] = answerTo(messages, 2);
  expect(result?.content?.[0]?.text).toStartWith("The shop cannot be reached");
});

test("an id that is rounded is not answered under another", async () => {
  const line = '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}';
  const { messages } = await runOnLines([initialize(), line], {});
  expect(answerTo(messages, null)).toMatchObject([{ error: { code: -32600 } }]);
});

test("a batch is answered, a message at a time", async () => {
  const batch = JSON.stringify([rpc(1, "ping"), initialized, rpc(2, "ping"), 3]);
  const { messages } = await runOnLines([initialize(), batch], {});
  for (const id of [1, 2]) expect(answerTo(messages, id)).toMatchObject([{ result: {} }]);
  expect(answerTo(messages, null)).toMatchObject([{ error: { code: -32600 } }]);
});

test("a line over 10 MB is said to be too long, in one line, with exit code 1; what came before is answered", async () => {
  const { code, messages, err } = await runOnLines(
    [initialize(), "x".repeat(10 * 1024 * 1024 + 1)],
    {},
  );
  expect(answerTo(messages, "init")).toHaveLength(1);
  expect(err).toContain(
    "django-shop-mcp: A line on stdin exceeds 10 MB, so nothing more is read.\n",
  );
  expect(code).toBe(1);
});

test("whatever a --shop module prints goes to stderr", async () => {
  const folder = mkdtempSync(join(tmpdir(), "noisy-"));
  const tables = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
  const file = join(folder, "noisy.ts");
  await Bun.write(
    file,
    `import { defineShop } from ${JSON.stringify(tables)};
     console.log("noise"); console.info("noise"); console.table([1]); process.stdout.write("noise\\n");
     console.write("noise\\n");
     export default defineShop({ endpoints: {} });`,
  );
  const { messages, err } = await runOnLines([initialize()], { SHOP_MCP_SHOP: file });
  rmSync(folder, { recursive: true });
  expect(err.match(/noise/g)).toHaveLength(4);
  expect(messages.every(({ id }) => id === "init")).toBe(true);
});
