/** SIGTERM over stdio: a change that is under way is seen through and answered. Over HTTP: sessions-carry-questions.test.ts. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { initialize, type Message, rpc } from "./start-program.ts";

test("a change that has reached the shop is answered before the program exits", async () => {
  const shop = serveShop();
  /** Passes everything on. While the cancellation is at the shop, the server is told to end. */
  const between = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "GET" ? undefined : await request.text();
      const answer = await fetch(shop.url + pathname + search, {
        method: request.method,
        headers: request.headers,
        body,
      });
      if (pathname.endsWith("/cancel/")) {
        server.kill("SIGTERM");
        for (let turn = 0; turn < 20; turn++) await fetch(`${shop.url}/api/shop/`); // the signal is faster
      }
      return new Response(await answer.text(), { headers: { "Content-Type": "application/json" } });
    },
  });
  const program = new URL("../../server.ts", import.meta.url).pathname;
  const server = Bun.spawn([process.execPath, program], {
    env: { DJANGO_API_BASE: between.url.origin, DJANGO_API_TOKEN: "demo-mia" },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  async function receive(): Promise<Message> {
    while (!printed.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the program exited without an answer");
      printed += value;
    }
    const [line = "", ...rest] = printed.split("\n");
    printed = rest.join("\n");
    return JSON.parse(line);
  }
  async function ask(message: object): Promise<Message> {
    server.stdin.write(`${JSON.stringify(message)}\n`);
    await server.stdin.flush();
    return receive();
  }
  const cancel = { order_id: "1054", reason: "no_longer_needed" };
  const call = (more = {}) =>
    rpc(1, "tools/call", { name: "cancel_order", arguments: { ...cancel, ...more } });

  await ask(initialize());
  const asked = (await ask(call())).result?.structuredContent;
  const { confirmation } = asked as { confirmation: string }; // as the output schema says
  const done = (await ask(call({ confirmation }))).result?.structuredContent;
  expect(done).toMatchObject({ outcome: "done", status: "cancelled" });
  expect(await server.exited).toBe(0);
  await between.stop(true);
  await shop.stop();
});
