/** A stream on which nothing happens for a minute stays open: a subscription, and a question that nobody answers yet. */
import { afterAll, expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import { serveHttp } from "../../http/serve.ts";
import { serveShop } from "../../scripts/shop.ts";
import { connectHost, yes } from "../hosts/http-sessions.ts";
import { listen, startHttp } from "../hosts/start-program.ts";

const QUIET_MS = 60_000;
const shop = serveShop();
const server = await startHttp({ DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" });
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await shop.stop();
});

/** A server whose list of tools can change, so that somebody may listen for that: the shop's never does. */
function createServer() {
  const capabilities = { tools: { listChanged: true } };
  const server = new McpServer({ name: "t", version: "1" }, { capabilities });
  server.registerTool("nothing", {}, () => ({ content: [] }));
  return server;
}
test.concurrent(
  "a subscription is open after a minute, and ends in words with its server",
  async () => {
    const { url, stop } = serveHttp(createServer, 0);
    const listening = await listen(url);
    let [said, isEnded] = ["", false];
    const reading = (async () => {
      for await (const text of listening.body?.pipeThrough(new TextDecoderStream()) ?? [])
        said += text;
      isEnded = true;
    })();
    await Bun.sleep(QUIET_MS);
    expect(isEnded).toBe(false);
    await stop();
    await reading;
    expect(said).toContain('"resultType":"complete"');
  },
  90_000,
);

test.concurrent(
  "a question is answered after a minute",
  async () => {
    const host = await connectHost(server.url, async (question) => {
      await Bun.sleep(QUIET_MS);
      return yes(question);
    });
    const cancel = { order_id: "1054", reason: "no_longer_needed" };
    const options = { timeout: 2 * QUIET_MS };
    const call = { name: "cancel_order", arguments: cancel };
    const { structuredContent } = await host.callTool(call, undefined, options);
    expect(structuredContent).toMatchObject({ outcome: "done", status: "cancelled" });
    await host.close();
  },
  90_000,
);

/** Elsewhere the next sign of life then went to a stream that was closed, and ended the server (mastra#20332). */
test.concurrent(
  "a client that leaves its stream harms nobody",
  async () => {
    const { url, stop } = serveHttp(createServer, 0);
    const { body } = await listen(url);
    const reader = body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    await Bun.sleep(12_000); // two signs of life; what throws meanwhile fails this test
    const { body: another } = await listen(url);
    expect((await another?.getReader().read())?.value?.length).toBeGreaterThan(0);
    await stop();
  },
  30_000,
);
