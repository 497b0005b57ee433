/** `bun run inspect`, and that the checks of `bun run inspect:ci` fail where a server is broken. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { chooseRuntime, type ServerEntry } from "../scripts/inspect.ts";
import { bears, calls, lists, openInspect } from "../scripts/inspect-ci.ts";

/** A server of which the Inspector has something to say: a type of two, a tool that fails, one without structure. */
function makeBrokenServer() {
  const server = new McpServer({ name: "broken", version: "1" });
  const either = z.union([z.string(), z.number()]).optional();
  const answer = (text: string) => ({ content: [{ type: "text" as const, text }] });
  server.registerTool("fails", { inputSchema: z.object({ either }) }, () => ({
    ...answer("It is broken."),
    isError: true,
  }));
  server.registerTool("bare", {}, () => answer("Only text."));
  return server;
}
let inspector: ReturnType<typeof openInspect>;
let broken: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  const handler = createMcpHandler(makeBrokenServer);
  broken = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => handler.fetch(request),
  });
  const entry: ServerEntry = { type: "streamable-http", url: new URL("/mcp", broken.url).href };
  inspector = openInspect(entry, "modern");
});
afterAll(async () => {
  inspector.close();
  await broken.stop(true);
});

const failures = [
  ["a schema that is not portable", lists(["bare", "fails"]), /^fails, properties.either: /],
  ["an error of a tool", calls("fails", {}), "It is broken."],
  ["an answer without structure", calls("bare", {}), "Only text."],
  ["a tool that is not there", calls("absent", {}), /'absent' not found/],
  ["a load in which every call fails", bears("fails", {}), /^200 .* 0 answered, 200 with an error/],
] as const;
test.concurrent.each(failures)("inspect:ci finds %s", async (_, check, said) => {
  await expect(check(inspector.inspect)).rejects.toThrow(said);
});
test("inspect:ci finds a tool that is not listed", async () => {
  const inspect = async () => ({ result: { tools: [{ name: "bare" }] }, schemaFindings: [] });
  await expect(lists(["bare", "fails"])(inspect)).rejects.toThrow("listed: bare");
});
test("inspect:ci finds a load that was cut short", async () => {
  const result = { requests: 12, ok: 12, toolErrors: 0, errors: 0, throughput: 1, latencyMs: {} };
  const inspect = async () => ({ result: { ...result, errorMessages: [] }, schemaFindings: [] });
  await expect(bears("bare", {})(inspect)).rejects.toThrow("12 of 200 calls were made");
});

const ways = [
  ["over stdio", []],
  ["in the handshake era", ["--http", "--legacy"]],
] as const;
test.each(ways)("inspect opens its page, %s, and ends with Ctrl-C", async (said, args) => {
  const script = new URL("../scripts/inspect.ts", import.meta.url).pathname;
  const env = { ...process.env, MCP_AUTO_OPEN_ENABLED: "false" };
  const command = [process.execPath, script, "--port", "0", ...args];
  const child = Bun.spawn(command, { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let printed = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += chunk;
    if (printed.includes("Auth token")) break;
  }
  const [address = "nowhere"] = /http:\/\/127\.0\.0\.1:\d+\S+/.exec(printed) ?? [];
  const { origin } = new URL(address);
  expect(await (await fetch(address)).text()).toContain("<title>MCP Inspector");
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect(await child.stderr.text()).toContain(said);
  await expect(fetch(origin)).rejects.toThrow();
});
test("inspect runs under Node where that is new enough, else under Bun", () => {
  for (const version of ["22.19.0", "24.11.1", "26.0.0"])
    expect(chooseRuntime("/usr/bin/node", version)).toBe("/usr/bin/node");
  for (const version of ["20.20.2", "22.18.0", ""])
    expect(chooseRuntime("/usr/bin/node", version)).toBe(process.execPath);
  expect(chooseRuntime(null, "")).toBe(process.execPath);
});
