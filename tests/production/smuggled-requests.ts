/**
 * A request within the body of another, and lengths that two readers read differently: behind a proxy, the second one
 * would pass as somebody else's. Each of them is refused, or its body is read as a body.
 */
import { afterAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { rpc, startHttp } from "../hosts/start-program.ts";

const server = await startHttp({});
afterAll(server[Symbol.asyncDispose]);
const port = Number(new URL(server.url).port);

/** Sends bytes, and reads until the server closes. */
const exchange = (text: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (piece) => (answer += piece.toString()));
    socket.on("error", () => resolve(answer)); // it is closed on us
    socket.on("close", () => resolve(answer));
    socket.write(text);
  });
const head = (...lines: string[]) =>
  [
    "POST /mcp HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    ...lines,
    "",
    "",
  ].join("\r\n");
const length = (text: string) => `Content-Length: ${text.length}`;
const ping = JSON.stringify(rpc("smuggled", "ping"));
const inner = head(length(ping)) + ping;
const chunked = "Transfer-Encoding: chunked";
/** Ends the connection, once what comes before is answered. */
const last = "GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

test("a request that follows another is answered, so that its absence means something", async () => {
  expect(await exchange(head(length("{}")) + "{}" + inner + last)).toContain('"id":"smuggled"');
});
test.each<[what: string, text: string]>([
  [
    "a length and chunks",
    head(`Content-Length: ${inner.length + 5}`, chunked) + `0\r\n\r\n${inner}`,
  ],
  ["chunks and a length", head(chunked, "Content-Length: 4") + `5\r\nxxxxx\r\n0\r\n\r\n${inner}`],
  ["two lengths", head("Content-Length: 0", length(inner)) + inner],
  ["two lengths on a line", head(`Content-Length: 0, ${inner.length}`) + inner],
  ["a length with a sign", head(`Content-Length: +0`) + inner],
  ["a negative length", head("Content-Length: -1") + inner],
  ["a length in another base", head("Content-Length: 0x0") + inner],
  ["chunks of another coding", head("Transfer-Encoding: xchunked", "Content-Length: 0") + inner],
  ["chunks and then nothing", head("Transfer-Encoding: chunked, identity") + `0\r\n\r\n${inner}`],
  ["a blank before a colon", head("Transfer-Encoding : chunked", "Content-Length: 0") + inner],
  ["a tab before a value", head("Transfer-Encoding:\tchunked", "Content-Length: 0") + inner],
  ["a chunk with a bare line feed", head(chunked) + `0\n\n${inner}`],
  ["lines with bare line feeds", (head("Content-Length: 0") + inner).replaceAll("\r\n", "\n")],
  ["the body of a refusal", head(length(inner)).replace("localhost", "evil.example") + inner],
  ["the body of a GET", head(length(inner)).replace("POST", "GET") + inner],
  ["the body of what is not found", head(length(inner)).replace("/mcp", "/x") + inner],
  ["the body of no JSON", head(length(inner)) + inner],
])("%s smuggles no request", async (_, text) => {
  const answer = await exchange(text + last);
  expect(answer).toStartWith("HTTP/1.1 ");
  expect(answer).not.toContain('"id":"smuggled"');
});
