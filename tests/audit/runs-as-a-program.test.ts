/** `bun run audit` as a program: what it prints, how it ends, and what it never does. */
import { afterAll, describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { main } from "../../scripts/audit/audit.ts";
import { serveShop } from "../../scripts/shop.ts";
import { serveFlawed } from "./flawed-server.ts";

const path = (file: string) => fileURLToPath(import.meta.resolve(`../../${file}`));
/** Runs it in this process. */
async function run(...args: string[]) {
  const [out, err]: string[][] = [[], []];
  const output = {
    log: (text: string) => out?.push(text),
    error: (text: string) => err?.push(text),
  };
  const code = await main(args, {}, output);
  const [said = "", complained = ""] = [out, err].map((lines = []) =>
    Bun.stripANSI(lines.map((line) => `${line}\n`).join("")),
  );
  return { code, out: said, err: complained };
}

const called: string[] = [];
const server = await serveFlawed({
  async serve(message, send) {
    if (message["method"] === "tools/call") called.push(message["params"]?.name);
    return send(message);
  },
});
afterAll(() => server[Symbol.asyncDispose]());
const only = ["--only", "names,hints,challenge"];

test("it prints each promise with what was seen, and ends with 0 where all are kept", async () => {
  const { code, out, err } = await run("--url", server.url, ...only);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(
    "kept        Every host takes the names of its tools\n            16 names\n",
  );
  expect(out).toContain(
    "not tested  Who has no token is told where to get one\n            it asks for no token\n",
  );
  expect(out).toMatch(
    /django-shop-mcp \d.*2026-07-28 and 2025-11-25; 16 tools, 8 of 8 that only read were called\n2 kept, 0 broken, 1 not tested; \d+ requests in [\d.]+ s\n$/,
  );
});
test("a broken promise comes with why it matters and what to do, and ends it with 1", async () => {
  await using flawed = await serveFlawed({
    async serve(message, send) {
      const answer = await send(message);
      for (const tool of answer["result"]?.tools ?? []) delete tool.title;
      return answer;
    },
  });
  const { code, out } = await run("--url", flawed.url, ...only);
  expect(code).toBe(1);
  expect(out).toContain(
    "BROKEN      Every tool has a title, and says whether it only reads\n            search_products has no title; get_product has no title; ",
  );
  expect(out).toContain("            why it matters: Hosts ask before");
  expect(out).toContain("            what to do: Set `title`");
});
test("as a program it ends with that code, and without a stack trace", async () => {
  const command = [process.execPath, path("scripts/audit/audit.ts"), "--url", "shop"];
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  expect(await child.stderr.text()).toStartWith(
    "audit: --url takes an http(s) address without credentials; got shop\n",
  );
  expect(await child.exited).toBe(2);
});
test("--json gives the same as data", async () => {
  const { code, out } = await run("--url", server.url, ...only, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    server: expect.stringContaining("16 tools"),
    findings: [
      { id: "names", verdict: "kept" },
      { id: "hints", verdict: "kept" },
      { id: "challenge", verdict: "not tested" },
    ],
  });
});
test("it calls nothing that may change something, unless that is permitted", async () => {
  called.length = 0;
  await run("--url", server.url);
  const changing = called.filter((name) => /^(cancel|change|return|exchange|contact)_/.test(name));
  expect(changing).toEqual([]);
  expect(called).toContain("search_products");
  const change = 'cancel_order {"order_id": "1054", "reason": "no_longer_needed"}';
  const { code, err } = await run("--url", server.url, "--call", change);
  expect({ code, err }).toEqual({
    code: 2,
    err: "audit: cancel_order does not say that it only reads: --write permits its call\n",
  });
  expect(called).not.toContain("cancel_order");
}, 60_000);

test("a server that ends is accused once, and of nothing that could not be seen then", async () => {
  let isDown = false;
  await using flawed = await serveFlawed({
    raw(text) {
      isDown ||= text === "[null]";
      return isDown ? new Response("down", { status: 503 }) : undefined;
    },
  });
  const { code, out } = await run(
    "--url",
    flawed.url,
    "--only",
    "unknown-tool,malformed,files,origin",
  );
  expect(code).toBe(1);
  expect(out).toContain("after [null] it answers nothing");
  expect(out.match(/not tested .*\n +it answers nothing since malformed/g)).toHaveLength(2);
  expect(out).toContain("1 kept, 1 broken, 2 not tested");
});
test("a server that limits how often it is asked is accused of nothing", async () => {
  let left = 30;
  await using flawed = await serveFlawed({
    raw: () => (left-- > 0 ? undefined : new Response("slow down", { status: 429 })),
  });
  const { code, out } = await run(
    "--url",
    flawed.url,
    "--only",
    "unknown-tool,malformed,files,origin",
  );
  expect(out).toContain("it limits how often it is asked (HTTP 429): audit it again later");
  expect(out).toMatch(/ 0 broken, [1-4] not tested/);
  expect(code).toBe(0);
});
test("it asks no address that a server names", async () => {
  const asked: string[] = [];
  using elsewhere = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => (asked.push(url), Response.json({})),
  });
  await using guarded = await serveFlawed({
    isGuarded: true,
    respond(response) {
      const challenge = `Bearer resource_metadata="${elsewhere.url.href}metadata"`;
      if (response.status === 401) response.headers.set("www-authenticate", challenge);
      return response;
    },
  });
  const { out, code } = await run(
    "--url",
    guarded.url,
    "--token",
    guarded.token ?? "",
    "--only",
    "challenge",
  );
  expect(out).toContain(`it names ${elsewhere.url.origin}, which is not asked`);
  expect({ code, asked }).toEqual({ code: 0, asked: [] });
});
test("what a server writes cannot act on the terminal", async () => {
  await using flawed = await serveFlawed({
    async serve(message, send) {
      const answer = await send(message);
      for (const tool of answer["result"]?.tools ?? []) tool.name += "\u001b[2J\u202e".repeat(2000);
      if (answer["result"]?.serverInfo) answer["result"].serverInfo.name = "evil\u001b]0;x\u0007";
      return answer;
    },
  });
  const written: string[] = [];
  const output = {
    log: (text: string) => written.push(text),
    error: (text: string) => written.push(text),
  };
  await main(["--url", flawed.url, "--only", "names,hints"], {}, output);
  const text = Bun.stripANSI(written.join("\n")); // without the colours that are the audit's own
  expect(text).toContain("<U+001B>[2J<U+202E>");
  expect(text).toContain("evil<U+001B>]0;x<U+0007>");
  expect([...text].filter((sign) => sign !== "\n" && /[\p{Cc}\p{Cf}]/u.test(sign))).toEqual([]);
  expect(text.length).toBeLessThan(8000);
});

test("a command is audited over stdio", async () => {
  const shop = serveShop();
  const program = [process.execPath, path("server.ts"), "--django-api-base", shop.url];
  const ids = "names,text-and-structure,two-readings,argument-bombs,host";
  const { code, out } = await run("--only", ids, "--stdio", "--", ...program);
  await shop.stop();
  expect(out).toContain(
    "not tested  It answers to its own name only\n            it is spoken to over stdio\n",
  );
  expect(out).toMatch(/3 tools, 3 of 3 that only read were called\n4 kept, 0 broken, 1 not tested/);
  expect(code).toBe(0);
}, 60_000);

describe("it cannot look, says why, and ends with 2, given", () => {
  const closed = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = closed;
  void closed.stop(true);
  const page = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ url }) {
      if (url.endsWith("/moved")) return Response.redirect("https://new.example/mcp");
      const statuses = new Map([
        ["mcp", 200],
        ["closed", 403],
        ["broken", 503],
      ]);
      const status = statuses.get(url.replace(/.*\//, "")) ?? 404;
      return new Response("<!doctype html><h1>Hi</h1>", { status });
    },
  });
  const guarded = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("no", { status: 401 }),
  });
  const rude = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket) => void socket.terminate() },
  });
  const busy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("", { status: 429 }),
  });
  afterAll(() => rude.stop(true));
  afterAll(() => Promise.all([busy.stop(true), page.stop(true), guarded.stop(true)]));
  test.each<[string, string[], string | RegExp]>([
    ["nothing", [], /^audit: give either --url or --stdio -- COMMAND\nSee bun run audit --help\n$/],
    [
      "no address",
      ["--url", "shop"],
      /--url takes an http\(s\) address without credentials; got shop/,
    ],
    ["another scheme", ["--url", "file:///etc/passwd"], /--url takes an http\(s\) address/],
    [
      "an address with a password",
      ["--url", "http://mia:secret@127.0.0.1/mcp"],
      /without credentials/,
    ],
    ["a flag that is none", ["--url", server.url, "--frobnicate"], /frobnicate/],
    ["no command", ["--stdio"], /--stdio takes a command after --/],
    [
      "a promise that is none",
      ["--url", server.url, "--only", "nothing"],
      /--only names nothing; there are names, hints,/,
    ],
    [
      "a call that is no JSON",
      ["--url", server.url, "--call", "get_order {order}"],
      /a call is written as/,
    ],
    [
      "a tool that it has not",
      ["--url", server.url, "--call", "no_tool {}"],
      /^audit: it has no tool no_tool\n$/,
    ],
    [
      "a look that may change something",
      ["--url", server.url, "--look", "cancel_order {}"],
      /--look takes a tool that only reads/,
    ],
    [
      "a port where nobody listens",
      ["--url", `http://127.0.0.1:${port}/mcp`],
      /cannot be spoken to as an MCP server\. server\/discover \S+ nothing listens there; initialize \S+ nothing listens there/,
    ],
    [
      "a server that hangs up",
      ["--url", `http://127.0.0.1:${rude.port}/mcp`],
      /server\/discover \S+ the connection was closed before an answer came; initialize /,
    ],
    [
      "a web page",
      ["--url", `${page.url}mcp`],
      /answers with a web page \(HTTP 200\): look for the address/,
    ],
    [
      "a redirect",
      ["--url", `${page.url}moved`],
      /It redirects to https:\/\/new\.example\/mcp: give the final address\./,
    ],
    ["a door", ["--url", `${page.url}closed`], /It refuses access \(HTTP 403\): check what/],
    ["a failure", ["--url", `${page.url}broken`], /It fails \(HTTP 503\): its log says why\./],
    [
      "another path",
      ["--url", page.url.href],
      /No MCP endpoint is at this address \(HTTP 404\): try it with \/mcp at its end\./,
    ],
    [
      "no token",
      ["--url", guarded.url.href],
      /It asks for a token \(HTTP 401\): set AUDIT_TOKEN\./,
    ],
    [
      "a token that is refused",
      ["--url", guarded.url.href, "--token", "x"],
      /Its token is refused \(HTTP 401\): it may have expired, or be meant for another server\./,
    ],
    [
      "too many requests before",
      ["--url", `${busy.url}mcp`],
      /^audit: it limits how often it is asked/,
    ],
    ["a command that ends", ["--stdio", "--", "false"], /the command has ended with 1/],
    [
      "a command that is none",
      ["--stdio", "--", "no-such-command-here"],
      /no-such-command-here cannot be started/,
    ],
  ])("%s", async (_, args, words) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(words);
  });
  test("--help, which is no failure", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, err: "" });
  });
});
