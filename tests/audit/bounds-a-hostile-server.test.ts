/** A server may answer anything: the audit ends in time, within its memory, and without a stack trace. */
import { expect, test } from "bun:test";
import { main } from "../../scripts/audit/audit.ts";

type Reply = string | Response;
const PAGE = 1024 * 1024;
/** A body of spaces without end. */
const endless = () =>
  new Response(
    new ReadableStream<Uint8Array>({
      pull: (own) => own.enqueue(new Uint8Array(PAGE).fill(32)),
    }),
    { headers: { "Content-Type": "application/json" } },
  );
/** Audits a server that answers with such results as JSON, by method; the others with {}. */
async function auditOf(results: Record<string, (body: string) => Reply>, only: string) {
  const introduction = JSON.stringify({
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: "hostile", version: "1" },
  });
  const answers: typeof results = { initialize: () => introduction, ...results };
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = await request.text();
      const [, method = ""] = /"method":"([^"]*)"/.exec(body) ?? [];
      const [, id = "0"] = /"id":("[^"]*"|\d+)/.exec(body) ?? [];
      if (method === "server/discover") return new Response(null, { status: 400 });
      const answer = answers[method]?.(body) ?? "{}";
      if (typeof answer !== "string") return answer;
      return new Response(`{"jsonrpc":"2.0","id":${id},"result":${answer}}`, {
        headers: { "Content-Type": "application/json" },
      });
    },
  });
  const said: string[] = [];
  const output = {
    log: (text: string) => said.push(text),
    error: (text: string) => said.push(text),
  };
  const code = await main(["--url", `${server.url.href}mcp`, "--only", only], {}, output);
  return { code, text: Bun.stripANSI(said.join("\n")) };
}
const listOf = (tool: object) => () =>
  JSON.stringify({ tools: [{ name: "look", annotations: { readOnlyHint: true }, ...tool }] });

test("schemas that are none are read as far as they go", async () => {
  const odd = {
    type: "object",
    required: 5,
    properties: { a: null, b: true },
    items: "x",
    enum: {},
  };
  const schema = { type: "object", required: ["a"], properties: { a: odd }, examples: 7 };
  const { code, text } = await auditOf(
    { "tools/list": listOf({ inputSchema: schema }) },
    "schemas",
  );
  expect(text).toContain("look.a.a: no type");
  expect(code).toBe(1);
});
test("a list that is nested without end is said to be so", async () => {
  const schema = `${'{"type":"array","items":'.repeat(100_000)}{}${"}".repeat(100_000)}`;
  const list = `{"tools":[{"name":"look","inputSchema":${schema}}]}`;
  const { code, text } = await auditOf({ "tools/list": () => list }, "schemas");
  expect(text).toContain("audit: an answer is deeper than 200 levels");
  expect(code).toBe(2);
});
test("brackets within a text are no levels", async () => {
  const description = '"[{\\'.repeat(1000);
  const { text } = await auditOf({ "tools/list": listOf({ description }) }, "descriptions");
  expect(text).toContain("look: 4000 characters");
});
test("no argument is made up that is as long as a schema likes", async () => {
  const sent: number[] = [];
  const query = { type: "string", minLength: 20_000_000 };
  const inputSchema = { type: "object", required: ["query"], properties: { query } };
  const call = (body: string) => (sent.push(body.length), "{}");
  const { text } = await auditOf(
    { "tools/list": listOf({ inputSchema }), "tools/call": call },
    "text-and-structure",
  );
  expect(text).toContain("look (query)");
  expect(sent).toEqual([]);
});
test("pages of a list are read up to a bound", async () => {
  let pages = 0;
  const description = "x".repeat(PAGE);
  const page = () =>
    JSON.stringify({ tools: [{ name: "a", description }], nextCursor: `${pages++}` });
  const { code, text } = await auditOf({ "tools/list": page }, "names");
  expect(text).toContain("audit: tools/list is longer than 8388608 bytes");
  expect({ code, pages }).toEqual({ code: 2, pages: 8 });
});
test("a word without end is counted in time", async () => {
  const list = listOf({ description: "a".repeat(4 * PAGE) });
  const { text } = await auditOf({ "tools/list": list }, "list-size");
  expect(text).toMatch(/more than \d+ tokens for 1 tools; more than 25000/);
});
test("no probe reads an answer without end", async () => {
  const { code, text } = await auditOf({ "tools/list": endless }, "names");
  expect(text).toContain("an answer is longer than 8388608 bytes");
  expect(code).toBe(2);
  let lists = 0;
  const list = listOf({});
  const later = await auditOf({ "tools/list": () => (lists++ ? endless() : list()) }, "batches");
  expect(later.text).toMatch(/BROKEN.*\n.*an answer is longer than 8388608 bytes/);
});
test("a command that writes a line without end is ended", async () => {
  const said: string[] = [];
  const output = {
    log: (text: string) => said.push(text),
    error: (text: string) => said.push(text),
  };
  const program = 'setInterval(() => process.stdout.write(" ".repeat(2 ** 20)))';
  const command = [process.execPath, "--eval", program];
  const code = await main(["--only", "names", "--stdio", "--", ...command], {}, output);
  expect(said.join()).toContain("an answer is longer than 8388608 bytes");
  expect(code).toBe(2);
});
