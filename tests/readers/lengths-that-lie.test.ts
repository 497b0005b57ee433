/** A body is read at once only where no more than 1 MiB can come, whatever the shop says of its length. */
import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { AS_SENT, readText } from "../../shop/body.ts";

const LARGE = "x".repeat(3 * 1024 * 1024);
/** What `readText` gives for an answer that is sent exactly so. */
async function read(sent: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // the reader hangs up
    socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${sent}`));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const response = await fetch(`http://127.0.0.1:${port}/`, AS_SENT);
    return await readText(response, { what: "answer", path: "GET /" });
  } finally {
    server.close();
  }
}
const code = (sent: string) => read(sent).catch((error: { code?: string }) => error.code);

test("more than was said is not read", async () => {
  expect(await read(`Content-Length: 5\r\n\r\n[1,2]${LARGE}`)).toBe("[1,2]");
});
test.each([
  [
    "a length, and pieces that are more",
    `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n${LARGE}\r\n0\r\n\r\n`,
  ],
  ["a length over 1 MiB", `Content-Length: ${LARGE.length}\r\n\r\n${LARGE}`],
  ["no length", `\r\n${LARGE}`],
])("%s: too large", async (_, sent) => {
  expect(await code(sent)).toBe("too_large");
});
test("less than was said is a connection that broke", async () => {
  expect(await code("Content-Length: 50\r\n\r\n[1,2]")).toBe(
    await code("Transfer-Encoding: chunked\r\n\r\n32\r\n[1,2]"),
  );
  expect(await code("Content-Length: 50\r\n\r\n[1,2]")).toBeString();
});
