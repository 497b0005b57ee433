/** SIGTERM over HTTP: readiness is off at once, calls under way are answered, and connections end with their answer. */
import { connect } from "node:net";
import { afterAll, describe, expect, test } from "bun:test";
import { POST, rpc, startHttp } from "./start-program.ts";

/** A shop whose answers to a status wait until they are let go. */
let [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
const shop = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch({ url }) {
    if (!url.includes("/status/")) return Response.json({ results: [] });
    asked.resolve();
    await held.promise;
    return Response.json({ status: "shipped" });
  },
});
afterAll(() => shop.stop(true));
const start = () => {
  [asked, held] = [Promise.withResolvers(), Promise.withResolvers()];
  return startHttp({ DJANGO_API_BASE: shop.url.origin });
};
const call = (id = 1) =>
  JSON.stringify(
    rpc(id, "tools/call", { name: "get_order_status", arguments: { order_id: "1036" } }),
  );
const statusOf = (url: string, path: string) =>
  fetch(new URL(path, url)).then((response) => response.status);
/** Resolves once the server says that it is no longer ready. */
const untilEnding = async (url: string) => {
  while ((await statusOf(url, "/readyz")) === 200);
};

describe("a server that is told to end", () => {
  test("is alive, is not ready, and answers the call under way", async () => {
    await using server = await start();
    expect(await statusOf(server.url, "/readyz")).toBe(200);
    const answer = fetch(server.url, { ...POST, body: call() });
    await asked.promise;
    server.child.kill("SIGTERM");
    await untilEnding(server.url);
    expect(await statusOf(server.url, "/healthz")).toBe(200);
    expect(await statusOf(server.url, "/readyz")).toBe(503);
    held.resolve();
    expect(await (await answer).text()).toContain("shipped");
    expect(await server.child.exited).toBe(0);
  });
  test("answers whoever is connected once more, and ends the connection", async () => {
    await using server = await start();
    held.resolve();
    const { hostname, port, host } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let said = "";
    socket.on("data", (data) => (said += data.toString()));
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    const headers = { Host: host, ...POST.headers, "Content-Length": call().length };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const post = () => socket.write(`POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${call()}`);
    post();
    await asked.promise;
    while (!said.includes("shipped")) await new Promise((next) => setImmediate(next));
    server.child.kill("SIGTERM");
    await untilEnding(server.url);
    post();
    await closed;
    expect(said.split("shipped").length).toBeGreaterThan(2);
    expect(said).toMatch(/HTTP\/1\.1 200.*HTTP\/1\.1 200.*connection: close/is);
    expect(await server.child.exited).toBe(0);
  });
  test.each([
    ["SIGTERM", "SIGTERM"],
    ["SIGTERM", "SIGINT"],
    ["SIGINT", "SIGTERM"],
  ] as const)("by %s ends at once by a second signal, %s", async (first, second) => {
    await using server = await start();
    const answer = fetch(server.url, { ...POST, body: call() }).catch((error: Error) => error);
    await asked.promise;
    server.child.kill(first);
    await untilEnding(server.url);
    server.child.kill(second);
    await server.child.exited;
    expect(server.child.signalCode).toBe(second);
    expect(await answer).toBeInstanceOf(Error);
    held.resolve();
  });
});
