/** The audit sends, reads and waits no more than its page says, whatever the server does. */
import { expect, test } from "bun:test";
import { MOST_BYTES, MOST_REQUESTS, openHttpLink } from "../../scripts/audit/link.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

test("an answer without end is read up to a bound", async () => {
  let sent = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    sent += 1024 * 1024;
    controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
    if (sent > 4 * MOST_BYTES) controller.close(); // so that a bound that is gone fails, and does not hang
  };
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(new ReadableStream({ pull })),
  });
  const link = openHttpLink(`${server.url}mcp`);
  await expect(link.exchange(ping)).rejects.toThrow(`an answer is longer than ${MOST_BYTES} bytes`);
});
test("so many requests are sent, and no more", async () => {
  const link = openHttpLink("http://127.0.0.1:9/mcp");
  const gone = { signal: AbortSignal.abort() }; // counted, and not sent
  for (let nth = 0; nth < MOST_REQUESTS; nth++)
    await expect(link.fetch(link.name, gone)).rejects.toThrow(/abort/i);
  await expect(link.exchange(ping)).rejects.toThrow(`has sent its ${MOST_REQUESTS} requests`);
});
