/** Which names and pages are answered, before anything else is looked at; and what is open to everybody. */
import { describe, expect, test } from "bun:test";
import { type GateOptions, openGate } from "../../http/gate.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { POST, rpc } from "../hosts/start-program.ts";
import { serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, serveGuarded } from "./guarded-server.ts";

const PING = rpc(1, "ping");
const gate: GateOptions = {
  publicUrl: "https://mcp.shop.example/ai/mcp",
  hosts: ["mcp.shop.example"],
  origins: ["https://shop.example", "http://localhost:5173"],
  isProxied: true,
};
async function serve() {
  const issuer = await serveIssuer();
  const server = serveGuarded({ oauth: { issuer: issuer.issuer }, gate });
  const token = await issuer.sign({ aud: gate.publicUrl });
  const get = (path: string, headers: Record<string, string> = { Host: "mcp.shop.example" }) =>
    fetch(new URL(path, server.url), { headers });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, issuer: issuer.issuer, token, get, [Symbol.asyncDispose]: stop };
}

test.each([
  "localhost",
  "127.0.0.1",
  "shop.example",
  "mcp.shop.example.evil.example",
  "evil-mcp.shop.example",
  "xmcp.shop.example",
  "mcp.shop.example.",
  "mcp.shop.example@evil.example",
  "evil.example@mcp.shop.example",
  "mcp.shop.example/evil",
  "[::1]",
  "2130706433",
])("the host %s is refused, with and without a token", async (Host) => {
  await using server = await serve();
  expect((await server.send(PING, server.token, { Host })).status).toBe(403);
  expect((await server.send(PING, undefined, { Host })).status).toBe(403);
  expect((await server.get("/.well-known/oauth-protected-resource", { Host })).status).toBe(403);
});
test.each(["mcp.shop.example", "mcp.shop.example:8443", "MCP.shop.example"])(
  "the host %s is answered, and what a proxy adds is no reason to refuse",
  async (Host) => {
    await using server = await serve();
    const forwarded = { Host, "X-Forwarded-For": "203.0.113.7", Via: "1.1 nginx" };
    expect((await server.send(PING, server.token, forwarded)).status).toBe(200);
  },
);
test.each([
  "null",
  "http://shop.example",
  "https://shop.example:8443",
  "https://shop.example.evil.example",
  "https://evil.example/https://shop.example",
  "https://mcp.shop.example",
  "http://localhost",
  "file://",
  "chrome-extension://shop.example",
  "https://shop.example, https://evil.example",
])("the origin %s is refused before the token is looked at", async (Origin) => {
  await using server = await serve();
  const headers = { Host: "mcp.shop.example", Origin };
  for (const token of [server.token, undefined]) {
    const answer = await server.send(PING, token, headers);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(await refusal(answer)).toEqual({
      status: 403,
      message: "This server answers no page of that origin: its operator has not named it.",
      challenge: null,
    });
  }
});

describe("a page that is answered", () => {
  const headers = { Host: "mcp.shop.example", Origin: "https://shop.example" };
  test("may send what MCP needs, and read its answers, refusals among them", async () => {
    await using server = await serve();
    const preflight = await fetch(server.url, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id",
    );
    for (const token of [server.token, undefined]) {
      const answer = await server.send(PING, token, headers);
      expect(answer.status).toBe(token ? 200 : 401);
      expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
      expect(answer.headers.get("vary")).toBe("Origin");
      expect(answer.headers.get("access-control-expose-headers")).toBe(
        "mcp-session-id, mcp-protocol-version, www-authenticate",
      );
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});

describe("a page that is answered, before it has a token", () => {
  test.each(["", "/ai/mcp"])("may read the metadata (%p) with the headers of MCP", async (path) => {
    await using server = await serve();
    const url = new URL(`/.well-known/oauth-protected-resource${path}`, server.url);
    const headers = { Host: "mcp.shop.example", Origin: "https://shop.example" };
    const preflight = await fetch(url, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("mcp-protocol-version");
    const answer = await fetch(url, {
      headers: { ...headers, "MCP-Protocol-Version": "2025-11-25" },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(await answer.json()).toMatchObject({ resource: gate.publicUrl });
    const post = await fetch(url, { method: "POST", headers, body: "{}" });
    expect({ status: post.status, allow: post.headers.get("allow") }).toEqual({
      status: 405,
      allow: "GET, HEAD",
    });
  });
});

describe("without a token", () => {
  test.each([
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/ai/mcp",
  ])("%s says what tokens this server takes, and whose", async (path) => {
    await using server = await serve();
    const answer = await server.get(path);
    expect(await answer.json()).toEqual({
      resource: "https://mcp.shop.example/ai/mcp",
      authorization_servers: [server.issuer],
      scopes_supported: ["shop:read", "shop:write"],
      bearer_methods_supported: ["header"],
      resource_name: "Django shop",
    });
  });
  test("a challenge names that document", async () => {
    await using server = await serve();
    const { challenge } = await refusal(
      await server.send(PING, undefined, { Host: "mcp.shop.example" }),
    );
    expect(challenge).toContain(
      `resource_metadata="https://mcp.shop.example/.well-known/oauth-protected-resource/ai/mcp"`,
    );
  });
  test("a server that changes nothing has no scope for it", async () => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({
      oauth: { issuer: issuer.issuer },
      settings: { read_only: "true" },
    });
    const answer = await fetch(new URL("/.well-known/oauth-protected-resource/mcp", server.url));
    expect(await answer.json()).toMatchObject({
      resource: PUBLIC_URL,
      scopes_supported: ["shop:read"],
    });
  });
  test("its own address is served as well as /mcp", async () => {
    await using server = await serve();
    const answer = await fetch(new URL("/ai/mcp", server.url), {
      ...POST,
      headers: {
        ...POST.headers,
        Host: "mcp.shop.example",
        Authorization: `Bearer ${server.token}`,
      },
      body: JSON.stringify(PING),
    });
    expect(answer.status).toBe(200);
  });
  test.each(["/healthz", "/readyz"])("%s is answered under any name", async (path) => {
    await using server = await serve();
    const answer = await server.get(path, { Host: "10.0.0.7", "X-Forwarded-For": "10.0.0.1" });
    expect({ status: answer.status, body: await answer.text() }).toEqual({
      status: 200,
      body: "ok\n",
    });
  });
  test("a body beyond 256 kB is refused before its token is looked at", async () => {
    await using server = await serve();
    const answer = await server.send({ ...PING, params: "x".repeat(300_000) }, undefined, {
      Host: "mcp.shop.example",
    });
    expect(answer.status).toBe(413);
  });
});

test("a process that ends is alive, and not ready any more", async () => {
  const { routes, close } = openGate({}, async () => new Response());
  expect(routes["/readyz"]().status).toBe(200);
  close();
  const answer = routes["/readyz"]();
  expect({ status: answer.status, body: await answer.text() }).toEqual({
    status: 503,
    body: "ending\n",
  });
  expect(routes["/healthz"].status).toBe(200);
});
test("without OAuth there is no metadata to be found", async () => {
  const settings = settingsSchema.parse({ django_api_base: "http://127.0.0.1:9" });
  const http = serveHttp(openShop(settings), 0);
  const paths = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
  ];
  for (const path of paths) expect((await fetch(new URL(path, http.url))).status).toBe(404);
  expect((await fetch(new URL("/healthz", http.url))).status).toBe(200);
  await http.stop();
});
