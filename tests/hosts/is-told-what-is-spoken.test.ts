/** A host, or a person, that comes with something else than MCP as it is spoken here is told so in words. */
import { afterAll, describe, expect, test } from "bun:test";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { POST, rpc } from "./start-program.ts";

const settings = settingsSchema.parse({ django_api_base: "http://127.0.0.1:9" });
const { url, stop } = serveHttp(openShop(settings), 0);
const { origin } = new URL(url);
afterAll(() => stop());

describe("a handshake that says too little of itself", () => {
  const whole = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "x", version: "1" },
  };
  test.each([
    ["no params", undefined],
    ["no version", { ...whole, protocolVersion: undefined }],
    ["a version that is a number", { ...whole, protocolVersion: 1 }],
    ["no capabilities", { ...whole, capabilities: undefined }],
    ["no client", { ...whole, clientInfo: undefined }],
    ["a client without a version", { ...whole, clientInfo: { name: "x" } }],
  ])("%s", async (_, params) => {
    const body = JSON.stringify(rpc(1, "initialize", params));
    const response = await fetch(url, { ...POST, body });
    expect(response.status).toBe(400);
    const { id, error } = JSON.parse(await response.text());
    expect(id).toBe(1);
    expect(error.code).toBe(-32602);
    expect(error.message).toMatch(
      /^initialize needs protocolVersion, .* 2025-11-25, .* with this handshake, 2026-07-28 without\.$/,
    );
  });
});
test("a version nobody knows is offered one that is spoken, as the protocol has it", async () => {
  const params = {
    protocolVersion: "2024-10-01",
    capabilities: {},
    clientInfo: { name: "x", version: "1" },
  };
  const response = await fetch(url, {
    ...POST,
    body: JSON.stringify(rpc(1, "initialize", params)),
  });
  expect(await response.text()).toContain('"protocolVersion":"2025-11-25"');
});
test("the newer way has no handshake: its initialize is a method that nobody knows", async () => {
  const version = "2026-07-28";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const own = { "MCP-Protocol-Version": version, "Mcp-Method": "initialize" };
  const headers = { ...POST.headers, ...own };
  const body = JSON.stringify(rpc(1, "initialize", { _meta }));
  const response = await fetch(url, { ...POST, headers, body });
  expect(await response.json()).toMatchObject({ error: { code: -32601 } });
});
test("a version of a later era is refused with those that are spoken", async () => {
  const version = "2031-01-01";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const headers = { ...POST.headers, "MCP-Protocol-Version": version };
  const body = JSON.stringify(rpc(1, "tools/list", { _meta }));
  const response = await fetch(url, { ...POST, headers, body });
  expect(await response.json()).toMatchObject({
    error: { code: -32022, data: { supported: ["2026-07-28"], requested: version } },
  });
});

describe("HTTP with SSE, of 2024-11-05", () => {
  test.each([
    ["GET", "/sse", "text/event-stream"],
    ["POST", "/messages?sessionId=1", "*/*"],
    ["POST", "/message", "*/*"],
  ])("%s %s", async (method, path, accept) => {
    const response = await fetch(origin + path, { method, headers: { accept } });
    expect(response.status).toBe(404);
    const { error } = JSON.parse(await response.text());
    expect(error.message).toContain(`not spoken here. Streamable HTTP is, at ${url}`);
  });
});
describe("a browser", () => {
  const headers = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  test.each([
    ["/mcp", 405],
    ["/", 404],
    ["/favicon.ico", 404],
  ])("at %s", async (path, status) => {
    const response = await fetch(origin + path, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("allow")).toBe(status === 405 ? "POST" : null);
    expect(await response.text()).toBe(
      `This is an MCP server for a shop. It has no pages: assistants talk to it, at ${url}\n`,
    );
  });
});
