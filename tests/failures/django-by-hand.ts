/** A Django whose answers a test writes to the socket itself, and hosts that call it. */
import { afterAll, spyOn } from "bun:test";
import { createServer, type Socket } from "node:net";
import { type LaneOptions, lanes, textOf } from "../harness/lanes.ts";

/** A Django whose answers are written to the socket by the test, which is shown what has just arrived. */
export async function serveByHand(answer: (socket: Socket, nth: number, arrived: string) => void) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", (data) => {
      const [line = ""] = data.toString().split(" HTTP/");
      answer(socket, requests.push(line), data.toString());
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { base: `http://127.0.0.1:${address.port}`, requests, [Symbol.dispose]: stop };
}

export const http = (status: string, headers: Record<string, string>, body: string | Buffer) => {
  const length = { "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
  const head = Object.entries({ ...length, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status}`, ...head, "", ""].join("\r\n")),
    Buffer.from(body),
  ]);
};
export const json = (status: string, body: unknown, headers = {}) =>
  http(status, { "Content-Type": "application/json", ...headers }, JSON.stringify(body));
export const html = (status: string, headers = {}) =>
  http(status, { "Content-Type": "text/html", ...headers }, "<h1>secret traceback</h1>");
export const send = (bytes: Buffer) => (socket: Socket) => void socket.end(bytes);

export const TOKEN = "a-secret-token";
export const STATUS = { name: "get_order_status", arguments: { order_id: "1036" } };
export const LIST = { name: "list_orders", arguments: {} };
export const SEARCH = { name: "search_products", arguments: { query: "linen" } };

/** What a host reads of one call, and how many requests it took. */
export async function callOnce(
  answer: (socket: Socket, nth: number) => void,
  call: { name: string; arguments: Record<string, unknown> } = STATUS,
  hold?: LaneOptions,
) {
  using django = await serveByHand(answer);
  const host = await lanes["memory-legacy"](
    { django_api_base: django.base, django_api_token: TOKEN },
    hold,
  );
  const result = await host.callTool(call);
  await host.close();
  return { result, text: textOf(result), requests: django.requests.length };
}

/** Makes the servers of a test file retry without jitter, and keeps their log. */
export function withoutJitter() {
  const log = spyOn(console, "error").mockImplementation(() => {});
  const noJitter = spyOn(Math, "random").mockReturnValue(0);
  afterAll(() => {
    noJitter.mockRestore();
    log.mockRestore();
  });
  /** What was logged since it was last read. */
  return function logged(): string[] {
    const lines = log.mock.calls.map((parts) => parts.map(String).join(" "));
    log.mockClear();
    return lines;
  };
}

/** What is said of a status of 500 and more, after the last attempt. */
export const trouble = (status: number) =>
  `The shop failed to answer the order status (HTTP ${status}). Try again in a few minutes; if it goes on, tell the user that the shop has a problem.`;
