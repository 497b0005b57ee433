/** What `bun run demo` prints, on a terminal and into a pipe, and how it starts and ends. */
import { describe, expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";

const program = new URL("../scripts/demo.ts", import.meta.url).pathname;
const command = (args: string[]) => [process.execPath, program, ...args];
/** Without what forces or forbids colour in the environment of the tests. */
const env = { PATH: process.env.PATH ?? "", TERM: "xterm-256color" };

function start(args: string[]) {
  return Bun.spawn(command(args), { env, stdout: "pipe", stderr: "pipe" });
}
/** Runs the demo to its end. */
async function run(...args: string[]) {
  const child = start(args);
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}
/** What the demo prints on a terminal of so many columns. */
async function runOnTerminal(cols: number): Promise<string> {
  let printed = "";
  const data = (_: unknown, chunk: Uint8Array) => void (printed += Buffer.from(chunk).toString());
  const child = Bun.spawn(command(["--once"]), { env, terminal: { cols, rows: 60, data } });
  await child.exited;
  return printed;
}

const { code, out, err } = await run("--once");
describe("demo --once", () => {
  const [, search = "", status = "", declined = "", accepted = ""] = out.split("\n\n");

  test("ends well, with nothing on stderr", () => {
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
  test("calls search_products and get_order_status, with Django's request beside each", () => {
    expect(search).toContain("search_products(query:");
    expect(search).toMatch(/Django +GET \/api\/products\/search\/\?q=garden&\S+ → 200\n/);
    expect(status).toContain('get_order_status(order_id: "1036")');
    expect(status).toMatch(/Django +GET \/api\/orders\/1036\/status\/ → 200\n/);
  });
  test("sends nothing to the shop after a no", () => {
    expect(declined).toMatch(/Please confirm[^]+Cancel order 1054 of "Mia Lindqvist"/);
    const [before = "", after = ""] = declined.split("Your answer: No");
    expect(before.match(/\b(GET|POST|PATCH) /g)).toEqual(["GET ", "GET ", "POST "]);
    expect(before).toContain("POST /api/orders/1054/previews/ → 200"); // which changes nothing
    expect(after).toMatch(/Django +nothing is sent\n +result +Not cancelled: /);
    expect(after).not.toMatch(/\b(GET|POST|PATCH) /);
  });
  test("sends one POST with an Idempotency-Key after a yes, and prints the receipt", () => {
    const [before = "", after = ""] = accepted.split("Your answer: Yes");
    expect(before.match(/(POST|PATCH) \S+/g)).toEqual(["POST /api/orders/1054/previews/"]);
    expect(after.match(/POST .*/g)).toEqual([
      expect.stringMatching(/^POST \/api\/orders\/1054\/cancel\/ → 200 · Idempotency-Key: \S{8}…$/),
    ]);
    expect(after).toMatch(/result +Order 1054: cancelled\./);
  });
  test("prints plain text into a pipe, at most 100 columns wide", () => {
    expect(stripVTControlCharacters(out)).toBe(out);
    expect(Math.max(...out.split("\n").map((line) => Bun.stringWidth(line)))).toBeWithin(80, 101);
  });
});

test.each([80, 100])("demo fits a terminal of %i columns, in colour", async (columns) => {
  const printed = await runOnTerminal(columns);
  const lines = printed.split("\r\n");
  expect(printed).toContain("\u001b[36mget_order_status");
  expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeWithin(70, columns + 1);
});
test("demo prints the whole conversation on a terminal of 20 columns", async () => {
  expect(await runOnTerminal(20)).toContain("Done: the order is cancelled");
});

describe("demo exits with 2 and one line on stderr", () => {
  const usage = "Usage: bun run demo [--once | --stdio] [--port N]";
  test.each([
    ["an unknown flag", ["--prot", "1"], `Unknown option '--prot'. ${usage}`],
    ["a word too many", ["http"], `Unexpected argument 'http'. ${usage}`],
    ["a flag without its value", ["--port"], `Option '--port <value>' argument missing. ${usage}`],
    ["a port that is none", ["--port", "http"], '--port must be from 0 to 65535; got "http".'],
  ])("for %s", async (_, args, line) => {
    expect(await run(...args)).toEqual({ code: 2, out: "", err: `demo: ${line}\n` });
  });
  test("for a port in use", async () => {
    using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    expect(await run("--port", String(taken.port))).toEqual({
      code: 2,
      out: "",
      err: `demo: Port ${taken.port} is in use, or not open to you. Choose another with --port (0: any free port).\n`,
    });
  });
});

test("demo serves MCP after the conversation, and Ctrl-C ends it", async () => {
  const child = start(["--port", "0"]);
  let printed = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += chunk;
    if (printed.includes("--url https://shop.example")) break;
  }
  const url = /open at (http:\S+)/.exec(printed)?.[1] ?? "";
  const accept = "application/json, text/event-stream";
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  });
  expect(answer.status).toBe(200);
  child.kill("SIGINT");
  await child.exited;
  expect(child.signalCode).toBe("SIGINT");
});

test("demo --stdio writes only JSON-RPC to stdout, its install included", async () => {
  const cwd = new URL("..", import.meta.url).pathname;
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "ignore" } as const;
  const child = Bun.spawn([process.execPath, "run", "demo", "--stdio"], { cwd, ...stdio });
  const clientInfo = { name: "t", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const initialize = { jsonrpc: "2.0", id: 1, method: "initialize", params };
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  expect(JSON.parse(value?.split("\n")[0] ?? "")).toMatchObject({ jsonrpc: "2.0", id: 1 });
  void child.stdin.end();
  expect(await child.exited).toBe(0);
});
