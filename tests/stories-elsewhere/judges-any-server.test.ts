/** A server that is not ours is held to what it says of itself: which tools only read, and what their results are. */
import { afterAll, expect, test } from "bun:test";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { NAME, VERSION } from "../../settings.ts";
import { openFolder, runStories } from "./play-elsewhere.ts";

/** A shop of one product, under some name: its text says nothing of its structure. */
function shopServer(name: string, version: string) {
  const server = new McpServer({ name, version });
  const outputSchema = z.object({ stock: z.number() });
  const reads = { readOnlyHint: true };
  const answer = (stock: number) => async () => ({
    content: [{ type: "text" as const, text: "Some." }],
    structuredContent: { stock },
  });
  server.registerTool("count", { outputSchema, annotations: reads }, answer(4));
  server.registerTool("touch", { outputSchema }, answer(4));
  return server;
}
const served = (name: string, version = "9") => {
  const handler = createMcpHandler(() => shopServer(name, version));
  return Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => handler.fetch(request) });
};
const [foreign, ours, other] = [served("another"), served(NAME, VERSION), served(NAME)];
afterAll(() => Promise.all([foreign, ours, other].map((server) => server.stop(true))));

const callOf = (tool: string) =>
  `title: ${tool}\nas: mia\nsteps:\n  - call: ${tool}\n    returns: { stock: 4 }\n`;
async function play(server: typeof foreign, tool: string) {
  using folder = await openFolder({ "a.yaml": callOf(tool) });
  return await runStories(["--url", new URL("/mcp", server.url).href, "--stories", folder.path]);
}

test("a tool that is not said to be read-only may change something", async () => {
  expect((await play(foreign, "count")).out).toStartWith("✓ count");
  expect((await play(foreign, "touch")).out).toStartWith(
    "– touch: skipped, it calls touch, which may change something",
  );
});
test("a misspelt tool or argument fails, and is not skipped or ignored", async () => {
  expect(await play(foreign, "cuont")).toMatchObject({
    code: 1,
    out: expect.stringContaining(
      "step 1: the server does not offer cuont to mia; it offers count, touch",
    ),
  });
  const misspelt = callOf("count").replace("returns:", "with: { colour: red }\n    returns:");
  using folder = await openFolder({ "a.yaml": misspelt, "b.yaml": callOf("count") });
  const at = new URL("/mcp", foreign.url).href;
  const { out, code } = await runStories(["--url", at, "--stories", folder.path]);
  expect(out).toContain("step 1: count takes no arguments, and not colour");
  expect(code).toBe(1);
});
test("only of our own server, of this version, the text has to say what the structure says", async () => {
  expect((await play(ours, "count")).out).toContain('the structure {"result":{"stock":4}');
  expect((await play(other, "count")).code).toBe(0);
});
test("a result that is not as the listed schema says fails, whatever the story expects", async () => {
  // The SDK's own server would not send it.
  const lies = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const response = await fetch(new URL("/mcp", foreign.url), request);
      const text = (await response.text()).replace(
        '"structuredContent":{"stock":4}',
        '"structuredContent":{"stock":"four"}',
      );
      const { status, headers } = response;
      return new Response(text, {
        status,
        headers: { "Content-Type": headers.get("Content-Type") ?? "" },
      });
    },
  });
  using folder = await openFolder({
    "a.yaml": callOf("count").replace("returns: { stock: 4 }", "text: Some."),
  });
  const { out, code } = await runStories([
    "--url",
    new URL("/mcp", lies.url).href,
    "--stories",
    folder.path,
  ]);
  expect(out).toContain("count: not as its output schema says: data/stock must be number");
  expect(code).toBe(1);
  await lies.stop(true);
});
