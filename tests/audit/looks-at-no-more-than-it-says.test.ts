/** What the audit sends and reads is bounded, whatever the server does; and whom it takes for guarded. */
import { expect, test } from "bun:test";
import { survey } from "../../scripts/audit/survey.ts";
import { serveFlawed } from "./flawed-server.ts";
import { MOST_BYTES, MOST_REQUESTS, openHttpLink } from "../../scripts/audit/link.ts";

const nothing = { calls: [] };
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
test("a list without end is read for twenty pages", async () => {
  let pages = 0;
  await using server = await serveFlawed({
    serve: async (message, send) => {
      const answer = await send(message);
      if (message["method"] === "tools/list") answer["result"].nextCursor = `page ${++pages}`;
      return answer;
    },
  });
  await survey(openHttpLink(server.url), nothing);
  expect(pages).toBe(20);
});
test.each([401, 403])(
  "a server that answers strangers with %d asks for a token",
  async (status) => {
    await using server = await serveFlawed({
      raw: (_, { request }) =>
        request.headers.has("authorization") ? undefined : new Response("", { status }),
    });
    const { isGuarded } = await survey(openHttpLink(server.url, "any"), nothing);
    expect(isGuarded).toBe(true);
  },
);
