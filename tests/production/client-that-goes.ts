/** A client that goes, or cancels, ends its request to the shop within 100 ms. A change that has begun is seen through. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { connect } from "node:net";
import { afterAll, describe, expect, test } from "bun:test";
import { begin, send } from "../hosts/http-sessions.ts";
import { POST, rpc, startHttp } from "../hosts/start-program.ts";

const MOST_MS = 100;
const TIMES = 20;
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";

/** How far a shop gets with its answer. */
let answered = "";
/** Resolves when the shop is asked; `closed`, then, to when that connection was closed. */
let asked = Promise.withResolvers<{ closed: Promise<number> }>();
const shop = createServer((socket) => {
  socket.on("error", () => {}); // a reset, which closes it
  const closed = new Promise<number>((resolve) =>
    socket.on("close", () => resolve(performance.now())),
  );
  socket.on("data", (data) => {
    if (data.includes("/products/search/")) return void socket.destroy(); // it looks for a shop
    socket.write(answered);
    asked.resolve({ closed });
  });
});
await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
const { port } = shop.address() as AddressInfo; // it listens on one
const server = await startHttp({ DJANGO_API_BASE: `http://127.0.0.1:${port}` });
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  shop.close();
});

const VERSION = "2026-07-28";
const _meta = {
  "io.modelcontextprotocol/protocolVersion": VERSION,
  "io.modelcontextprotocol/clientCapabilities": {},
};
const modern = (method: string, name: string) => {
  return { "MCP-Protocol-Version": VERSION, "Mcp-Method": method, "Mcp-Name": name };
};
const uri = "shop://products/1";
const status = { name: "get_order_status", arguments: { order_id: "1036" } };
const CALLS: [what: string, headers: Record<string, string>, message: object][] = [
  ["2025-11-25", { "MCP-Protocol-Version": "2025-11-25" }, rpc(1, "tools/call", status)],
  [VERSION, modern("tools/call", status.name), rpc(1, "tools/call", { ...status, _meta })],
  [
    `a resource of ${VERSION}`,
    modern("resources/read", uri),
    rpc(1, "resources/read", { uri, _meta }),
  ],
];
/** Writes a request to a connection of its own. */
function post(headers: Record<string, string>, message: object): Socket {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  const body = JSON.stringify(message);
  const all = { Host: host, ...POST.headers, ...headers, "Content-Length": String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  return socket;
}
/** How long it took, in ms, at most, until the shop's connection was closed after a client had gone. */
async function slowest(ask: () => () => unknown): Promise<number> {
  let most = 0;
  for (let nth = 0; nth < TIMES; nth++) {
    asked = Promise.withResolvers();
    const go = ask();
    const { closed } = await asked.promise;
    const gone = performance.now();
    await go();
    most = Math.max(most, (await closed) - gone);
  }
  return most;
}

describe.each(CALLS)("a call of %s", (_, headers, message) => {
  test.each([
    ["that hangs", ""],
    ["whose answer hangs in the middle", `${HEAD}{"status": "ship`],
  ])("%s is ended with its connection", async (__, bytes) => {
    answered = bytes;
    const ms = await slowest(() => {
      const socket = post(headers, message);
      return () => void socket.destroy();
    });
    expect(ms).toBeLessThan(MOST_MS);
  });
});

test("a call in a session is ended when it is cancelled", async () => {
  answered = "";
  const id = await begin(server.url);
  let nth = 0;
  const ms = await slowest(() => {
    const call = rpc(++nth, "tools/call", status);
    const answer = send(server.url, call, id).then((response) => response.text());
    answer.catch(() => {}); // it ends with the server
    const cancelled = { method: "notifications/cancelled", params: { requestId: nth } };
    return () => send(server.url, { jsonrpc: "2.0", ...cancelled }, id);
  });
  expect(ms).toBeLessThan(MOST_MS);
});
