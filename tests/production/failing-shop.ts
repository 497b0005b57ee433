/**
 * A shop that hangs, drips, resets connections or answers 503: every call is answered within its deadline, the shop
 * gets a tenth more requests than calls at most, and none a second after it has begun to fail.
 */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, describe, expect, test } from "bun:test";
import { callMany, callStatus } from "../harness/timed-calls.ts";
import { startHttp } from "../hosts/start-program.ts";

const TIMEOUT = 2; // seconds for a call, of which an attempt gets 0.6
const http = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const SHIPPED = http("200 OK", '{"status": "shipped"}');

/** How a shop answers a request. */
type Answer = (socket: Socket, nth: number) => void;
/** One byte every 50 ms, as long as somebody listens. */
const drip: Answer = (socket) => {
  const letters = http("200 OK", JSON.stringify({ status: "x".repeat(10_000) }));
  let sent = 0;
  const timer = setInterval(() => socket.write(letters.charAt(sent++)), 50);
  socket.on("close", () => clearInterval(timer));
};
const FAILURES: [what: string, answer: Answer][] = [
  ["a black hole", () => {}],
  ["a slow drip", drip],
  ["a reset", (socket) => void socket.resetAndDestroy()],
  ["a storm of 503", (socket) => void socket.write(http("503 Service Unavailable", "{}"))],
];

let answer: Answer = () => {};
const hits: number[] = []; // when each request for a status came
const shop = createServer((socket) => {
  socket.on("error", () => {}); // the server gives up, as it should
  socket.on("data", (data) => {
    if (data.includes("/status/")) answer(socket, hits.push(performance.now()));
    else socket.write(http("200 OK", '{"results": []}')); // the server looks for its shop
  });
});
await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
const { port } = shop.address() as AddressInfo; // it listens on one
afterAll(() => void shop.close());

const start = () =>
  startHttp({ DJANGO_API_BASE: `http://127.0.0.1:${port}`, SHOP_MCP_TIMEOUT: String(TIMEOUT) });

describe.each(FAILURES)("%s", (_, failing) => {
  test("is asked no more within a second, and each call is answered in time", async () => {
    answer = (socket) => void socket.write(SHIPPED);
    await using server = await start();
    await callMany(50, 16, (nth) => callStatus(server.url, nth));
    answer = failing;
    hits.length = 0;
    const begun = performance.now();
    const calls = await callMany(600, 32, (nth) => callStatus(server.url, nth));
    expect(calls.filter(({ isError }) => !isError)).toEqual([]);
    expect(Math.max(...calls.map(({ ms }) => ms))).toBeLessThan(TIMEOUT * 1000);
    const resting = calls.filter(({ text }) => text.includes("requests for it are paused"));
    expect(resting.length).toBeGreaterThan(500);
    expect(hits.length).toBeLessThanOrEqual(1.1 * calls.length);
    expect((hits.at(-1) ?? 0) - begun).toBeLessThan(1000);
    expect(hits.length).toBeLessThan(50); // those who asked before the first had failed
  });
});

test("a shop that fails now and then gets a tenth more requests than calls at most", async () => {
  answer = (socket, nth) =>
    void socket.write(nth % 3 ? SHIPPED : http("503 Service Unavailable", "{}"));
  await using server = await start();
  hits.length = 0;
  const calls = await callMany(2000, 16, (nth) => callStatus(server.url, nth));
  expect(calls.length).toBe(2000);
  expect(hits.length).toBeLessThanOrEqual(1.1 * calls.length);
  expect(hits.length).toBeGreaterThan(1.05 * calls.length); // and uses what it may
});

test("a shop that recovers is asked again after ten seconds, by one call first", async () => {
  answer = (socket) => void socket.write(http("503 Service Unavailable", "{}"));
  await using server = await start();
  await callMany(20, 20, (nth) => callStatus(server.url, nth));
  hits.length = 0;
  answer = (socket) => void setTimeout(() => socket.write(SHIPPED), 300);
  const begun = performance.now();
  let calls = await callMany(1, 1, () => callStatus(server.url, 1));
  while (calls.every(({ isError }) => isError) && performance.now() - begun < 15_000) {
    await Bun.sleep(100);
    calls = await callMany(10, 10, (nth) => callStatus(server.url, nth));
  }
  const seconds = (performance.now() - begun) / 1000;
  expect(seconds).toBeWithin(9, 12);
  expect(calls.filter(({ isError }) => !isError).length).toBe(1);
  expect(hits.length).toBe(1);
  const after = await callMany(10, 10, (nth) => callStatus(server.url, nth));
  expect(after.filter(({ isError }) => isError)).toEqual([]);
}, 30_000);
