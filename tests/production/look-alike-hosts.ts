/**
 * Rebound names, `Origin: null` and hosts that look like this machine: 403 to each, whatever else the request brings,
 * and nothing reaches the shop. Over raw sockets, since clients tidy up what they send.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { serveShop } from "../../scripts/shop.ts";
import { serveGuarded } from "../gate/guarded-server.ts";
import { startHttp } from "../hosts/start-program.ts";

const shop = serveShop();
const settings = { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" };
const server = await startHttp(settings);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await shop.stop();
});
const port = Number(new URL(server.url).port);

const CALL = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "list_orders", arguments: {} },
});
/** Sends lines of a request as they are; gives back the first line of the answer and what follows. */
function sendLines(
  head: string[],
  { body = CALL, to = port } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, "127.0.0.1");
    let text = "";
    const end = () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    socket.on("data", (piece) => (text += piece.toString()));
    socket.on("close", end);
    socket.on("error", reject);
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    socket.write(`${[...head, length, "Connection: close", "", ""].join("\r\n")}${body}`);
  });
}
const JSON_LINES = [
  "Content-Type: application/json",
  "Accept: application/json, text/event-stream",
  "MCP-Protocol-Version: 2025-11-25",
];
const post = (...lines: string[]) => sendLines(["POST /mcp HTTP/1.1", ...lines, ...JSON_LINES]);
const own = `Host: 127.0.0.1:${port}`;

test("its own name is answered, so that a refusal means something", async () => {
  for (const host of [own, `Host: localhost:${port}`, "Host: localhost", "Host: [::1]:80"]) {
    const { status, text } = await post(host);
    expect({ host, status }).toEqual({ host, status: 200 });
    expect(text).toContain("order_id");
  }
});

const HOSTS = [
  "evil.example",
  "evil.example:80",
  `evil.example:${port}`,
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "127.0.0.1.nip.io",
  `127.0.0.1:${port}.evil.example`,
  "evil-localhost",
  "localhost-evil",
  "localhostevil.example",
  "notlocalhost",
  "localhost@evil.example",
  "evil.example@localhost",
  "localhost:80@evil.example",
  "localhost#@evil.example",
  "localhost/evil",
  "localhost\\evil.example",
  "localhost,evil.example",
  "localhost evil.example",
  "localhost;evil",
  "localhost%00.evil.example",
  "localhost%2eevil.example",
  "lоcalhost", // with a Cyrillic о
  "ⓛocalhost",
  "l\u00adocalhost.evil.example",
  "0.0.0.0",
  "127.0.0.2",
  "127.1.evil",
  "127.0.0.1.",
  "10.0.0.1",
  "169.254.169.254",
  "192.168.0.1",
  "[::]",
  "[::ffff:7f00:1]",
  "[::1].evil.example",
  "[fe80::1%25lo]",
  "[::1",
  "::1",
  "*",
  "null",
  "shop.test",
  "x".repeat(3000),
];
describe("a Host", () => {
  test.each(HOSTS)("of %s is refused with 403", async (host) => {
    const { status, text } = await post(`Host: ${host}`);
    expect(status).toBe(403);
    expect(text).not.toContain("order_id");
  });
  test.each<[string, string[]]>([
    ["is missing", []],
    ["is empty", ["Host:"]],
    ["comes twice, the other first", ["Host: evil.example", own]],
    ["comes twice, the other last", [own, "Host: evil.example"]],
    ["is folded", ["Host: localhost", " .evil.example"]],
    ["has a blank before its colon", ["Host : localhost"]],
  ])("that %s serves nobody", async (_, lines) => {
    const { status, text } = await post(...lines);
    expect([0, 400, 403]).toContain(status); // 0: the connection is closed
    expect(text).not.toContain("order_id");
  });
  test("that was answered once makes no other one known", async () => {
    await post(own);
    for (const host of HOSTS.slice(0, 6)) expect((await post(`Host: ${host}`)).status).toBe(403);
  });
});

const ORIGINS = [
  "null",
  "https://evil.example",
  "http://localhost.evil.example",
  "http://127.0.0.1.evil.example",
  "http://evil.example:3000",
  "http://localhost@evil.example",
  "http://evil.example#localhost",
  "http://evil.example?localhost",
  "http://evil.example/localhost",
  "//localhost",
  "localhost",
  "file://",
  "chrome-extension://abcdefgh",
  "data:text/html,x",
  "http://lоcalhost", // with a Cyrillic о
  "http://[::1].evil.example",
  "http://0.0.0.0",
  "http://10.0.0.1",
  "http://localhost,https://evil.example",
  "http://localhost https://evil.example",
  "undefined",
  "*",
];
describe("an Origin", () => {
  test.each(ORIGINS)("of %s is refused with 403, and may read nothing", async (origin) => {
    const lines = [own, `Origin: ${origin}`];
    const preflight = ["OPTIONS /mcp HTTP/1.1", ...lines, "Access-Control-Request-Method: POST"];
    for (const reply of [await post(...lines), await sendLines(preflight, { body: "" })]) {
      expect(reply.status).toBe(403);
      expect(reply.text.toLowerCase()).not.toContain("access-control-allow-origin");
      expect(reply.text).not.toContain("order_id");
    }
  });
  test("that comes twice is refused", async () => {
    const { status } = await post(own, "Origin: http://localhost", "Origin: https://evil.example");
    expect([400, 403]).toContain(status);
  });
});

test("all of them are refused before a token is asked for", async () => {
  await using guarded = serveGuarded({ oauth: { issuer: "https://issuer.example" } });
  const to = Number(new URL(guarded.url).port);
  const send = (...lines: string[]) =>
    sendLines(["POST /mcp HTTP/1.1", ...lines, ...JSON_LINES], { to });
  expect((await send("Host: localhost")).status).toBe(401);
  for (const host of HOSTS) expect((await send(`Host: ${host}`)).status).toBe(403);
  for (const origin of ORIGINS)
    expect((await send("Host: localhost", `Origin: ${origin}`)).status).toBe(403);
  const forged = "Authorization: Bearer x.y.z";
  expect((await send("Host: evil.example", forged)).status).toBe(403);
});
