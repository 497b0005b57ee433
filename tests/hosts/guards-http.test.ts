/** HTTP on loopback: who is answered, how much is read, and how it ends. */
import { afterAll, describe, expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import { serveHttp as serve } from "../../http/serve.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { listen, POST, rpc, startHttp } from "./start-program.ts";

const settings = { django_api_base: "http://127.0.0.1:9", django_api_token: "t" };
const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
afterAll(http.stop);

const send = (headers: Record<string, string>, path = "", body: unknown = rpc(1, "ping")) =>
  fetch(http.url + path, {
    ...POST,
    headers: { ...POST.headers, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
/** Status and error of an answer. */
async function refusal(answer: Response) {
  const { error } = (await answer.json()) as { error: { message: string } }; // of JSON-RPC
  return { status: answer.status, message: error.message };
}

test.each([
  ["X-Forwarded-For", "203.0.113.7"],
  ["X-Forwarded-Host", "shop.example"],
  ["x-forwarded-proto", "https"],
  ["Forwarded", "for=203.0.113.7"],
  ["Via", "1.1 proxy"],
  ["CF-Connecting-IP", "203.0.113.7"],
  ["CF-Connecting-IPv6", "2001:db8::1"],
  ["X-Real-IP", "127.0.0.1"],
  ["True-Client-IP", "203.0.113.7"],
  ["X-Client-IP", "203.0.113.7"],
  ["X-Cluster-Client-IP", "203.0.113.7"],
  ["Fastly-Client-IP", "203.0.113.7"],
  ["X-Original-Host", "shop.example"],
  ["X-Envoy-External-Address", "203.0.113.7"],
  ["CDN-Loop", "cloudflare"],
  ["X-Vercel-Forwarded-For", "203.0.113.7"],
  ["Forwarded-For", "203.0.113.7"],
  ["X-Appengine-User-Ip", "203.0.113.7"],
  ["CF-Ray", "8f1"],
  ["Tailscale-User-Login", "mia@shop.example"],
  ["Ngrok-Trace-Id", "1"],
])("a request that a proxy has forwarded is refused in words (%s)", async (name, value) => {
  expect(await refusal(await send({ [name]: value, Host: "localhost" }))).toEqual({
    status: 403,
    message: `This server answers its own machine only, and this request came through a proxy: it has the header ${name.toLowerCase()}.`,
  });
});
test("headers that no proxy adds are no reason to refuse", async () => {
  const headers = { "X-Request-Id": "1", "User-Agent": "via", traceparent: "00-1-1-00" };
  expect((await send(headers)).status).toBe(200);
});

test("/mcp/ is served like /mcp", async () => {
  expect((await send({}, "/")).status).toBe(200);
});

describe("a browser", () => {
  const needed = [
    ..."content-type accept authorization mcp-protocol-version mcp-method mcp-name".split(" "),
    ..."mcp-session-id last-event-id".split(" "),
  ];
  const preflight = (origin: string) =>
    fetch(http.url, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": needed.join(),
      },
    });
  test.each(["http://localhost:5173", "http://127.0.0.1:8080", "https://localhost"])(
    "at %s may send and read everything that MCP needs",
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-allow-methods")).toContain("POST");
      const allowed = headers.get("access-control-allow-headers")?.split(", ");
      expect(allowed).toEqual(expect.arrayContaining(needed));
      expect(headers.get("vary")).toBe("Origin");
      for (const answer of [
        await send({ Origin: origin }),
        await send({ Origin: origin }, "", "{"),
      ]) {
        expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
        expect(answer.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
      }
    },
  );
  test.each(["https://evil.example", "null", "http://localhost.evil.example"])(
    "at %s is refused, and reads nothing",
    async (origin) => {
      for (const answer of [await preflight(origin), await send({ Origin: origin })]) {
        expect(answer.status).toBe(403);
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
    },
  );
});

describe("a body", () => {
  const padded = (size: number) => {
    const empty = JSON.stringify(rpc(1, "ping", { _meta: { pad: "" } }));
    return empty.replace('"pad":"', `$&${"x".repeat(size - empty.length)}`);
  };
  const KB = 1024;
  test("of 256 kB is read, one byte more is refused with 413 in words", async () => {
    expect((await send({}, "", padded(256 * KB))).status).toBe(200);
    const tooLarge = { status: 413, message: "The body of a request has at most 256 kB." };
    const answer = await send({}, "", padded(256 * KB + 1));
    expect(await refusal(answer)).toEqual(tooLarge);
    expect(answer.headers.get("connection")).toBe("close"); // or its rest would hold up the end
  });
  test("that comes in pieces, without its length, is counted", async () => {
    const piece = new TextEncoder().encode("x".repeat(64 * KB));
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(piece), // it never ends
    });
    const answer = await fetch(http.url, { ...POST, body });
    expect(answer.status).toBe(413);
  });

  const call = (args: string) =>
    `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"get_shop_info","arguments":${args}}}`;
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const listOf = (count: number) =>
    `{"a":[${Array(count - 1)
      .fill(1)
      .join()}]}`;
  test.each([
    ["20 levels", call(nested(20))],
    ["1,000 values", call(listOf(1000))],
  ])("with %s of arguments is answered", async (_, body) => {
    expect((await send({}, "", body)).status).toBe(200);
  });
  const modern = {
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "get_shop_info",
  };
  describe.each<[string, Record<string, string>]>([
    ["2025-11-25", {}],
    ["2026-07-28", modern],
  ])("of %s", (_, headers) => {
    test.each([
      ["21 levels", call(nested(21))],
      ["128,000 levels", call(`${"[".repeat(128_000)}${"]".repeat(128_000)}`)],
      ["levels without end", "[".repeat(250_000)],
      ["1,200 values", call(listOf(1200))],
      ["60,000 names", call(`{${Array.from({ length: 20_000 }, (_, n) => `"a${n}":0`).join()}}`)],
    ])("with %s is refused with 400 in words", async (_, body) => {
      expect(await refusal(await send(headers, "", body))).toEqual({
        status: 400,
        message: "The arguments of a call have at most 1000 values in 20 levels.",
      });
    });
  });
  test("with a request whose id is null is refused with 400 in words", async () => {
    const message = "The id of a request is a string or a number.";
    for (const body of [rpc(null, "ping"), [rpc(1, "ping"), rpc(null, "ping")]])
      expect(await refusal(await send({}, "", body))).toEqual({ status: 400, message });
  });
  test("with 21 messages is refused with 400 in words", async () => {
    const message = "A batch has 1 to 20 messages.";
    expect(await refusal(await send({}, "", Array(21).fill(rpc(1, "ping"))))).toEqual({
      status: 400,
      message,
    });
    expect((await send({}, "", Array(20).fill(rpc(1, "ping")))).status).toBe(200);
  });
});

const ENDED = '"resultType":"complete"';

test("SIGTERM ends the program at once, though a client listens", async () => {
  const shop = serveShop();
  await using server = await startHttp({ DJANGO_API_BASE: shop.url });
  const listening = await listen(server.url, ["shop://products/linen-apron"]);
  const started = performance.now();
  server.child.kill("SIGTERM");
  expect(await server.child.exited).toBe(0);
  expect(await listening.text()).toContain(ENDED);
  expect(performance.now() - started).toBeLessThan(2000);
  await shop.stop();
});

test("a subscription to a list that can change ends at once with its server", async () => {
  const capabilities = { tools: { listChanged: true } };
  const { url, stop } = serve(() => {
    const server = new McpServer({ name: "t", version: "1" }, { capabilities });
    server.registerTool("nothing", {}, () => ({ content: [] }));
    return server;
  }, 0);
  const listening = await listen(url);
  const started = performance.now();
  const stopped = stop();
  expect(await listening.text()).toContain(ENDED);
  await stopped;
  expect(performance.now() - started).toBeLessThan(2000);
});
