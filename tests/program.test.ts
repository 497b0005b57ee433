/** The program as a host or a user starts it: what it rejects, what it prints, and how it exits. */
import { describe, expect, test } from "bun:test";
import {
  allTools,
  groups,
  help,
  imageOriginsOf,
  openShop,
  readSettings,
  settingRows,
  settingsSchema,
  tools,
  VERSION,
} from "../server.ts";
import { ConfigError } from "../shop/errors.ts";

const program = new URL("../server.ts", import.meta.url).pathname;
const BASE = { DJANGO_API_BASE: "http://127.0.0.1:9", DJANGO_API_TOKEN: "t" };

function start(args: string[], env: Record<string, string>) {
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
  return Bun.spawn([process.execPath, program, ...args], { env, ...stdio });
}
/** Runs the program until this is on its stderr, then closes its stdin and waits for its end. */
async function run(args: string[], env: Record<string, string>, until = "\n") {
  const child = start(args, env);
  const out = child.stdout.text();
  let err = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
    err += chunk;
    if (err.includes(until)) void child.stdin.end();
  }
  return { code: await child.exited, out: await out, err };
}

describe("server.ts exits with 2 and one line that names the setting, given", () => {
  const base = "DJANGO_API_BASE (--django-api-base)";
  const rule = "must be an http(s) address without credentials or query";
  const address = "Address of your Django, as https://shop.example[/path]";
  test.each<[string, string[], Record<string, string>, string]>([
    ["no base address", [], {}, `${base} is not set. ${address}`],
    ["an empty base address", [], { DJANGO_API_BASE: "" }, `${base} is not set. ${address}`],
    [
      "a base address without a scheme",
      [],
      { DJANGO_API_BASE: "shop.example" },
      `${base} ${rule}; got "shop.example".`,
    ],
    [
      "a base address of another scheme",
      [],
      { DJANGO_API_BASE: "ftp://shop.example" },
      `${base} ${rule}; got "ftp://shop.example".`,
    ],
    [
      "a base address with a password",
      [],
      { DJANGO_API_BASE: "https://me:pw@shop.example" },
      `${base} ${rule}.`,
    ],
    [
      "a base address with a query",
      [],
      { DJANGO_API_BASE: "https://shop.example/?a=1" },
      `${base} ${rule}.`,
    ],
    [
      "a token with a space",
      [],
      { ...BASE, DJANGO_API_TOKEN: "a b" },
      "DJANGO_API_TOKEN must be one word of printable ASCII characters.",
    ],
    [
      "a token with a line break",
      [],
      { ...BASE, DJANGO_API_TOKEN: "a\nb" },
      "DJANGO_API_TOKEN must be one word of printable ASCII characters.",
    ],
    [
      "a token whose variable the host did not know",
      [],
      { ...BASE, DJANGO_API_TOKEN: "${SHOP_TOKEN}" },
      "DJANGO_API_TOKEN is a placeholder: the host has not put a value in its place. Set the variable that it names, or write the value itself.",
    ],
    [
      "an address whose variable it did not know how to read",
      [],
      { DJANGO_API_BASE: "${env:SHOP}" },
      "DJANGO_API_BASE is a placeholder, ${env:SHOP}: the host has not put a value in its place. Set the variable that it names, or write the value itself.",
    ],
    [
      "an address that the user did not fill in",
      [],
      { DJANGO_API_BASE: "${user_config.django_api_base}" },
      `${base} is not set. ${address}`,
    ],
    ["an unknown flag", ["--prot", "1"], BASE, "Unknown option '--prot': see --help"],
    [
      "a token on the command line",
      ["--django-api-token", "x"],
      BASE,
      "Unknown option '--django-api-token': see --help",
    ],
    [
      "a flag without its value",
      ["--port"],
      BASE,
      "Option '--port <value>' argument missing: see --help",
    ],
    ["an unexpected argument", ["http"], BASE, "Unexpected argument 'http': see --help"],
    [
      "a port above 65535",
      ["--port", "99999"],
      BASE,
      'SHOP_MCP_PORT (--port) must be a number from 0 to 65535; got "99999".',
    ],
    [
      "a port in words",
      ["--port", "http"],
      BASE,
      'SHOP_MCP_PORT (--port) must be a number from 0 to 65535; got "http".',
    ],
    [
      "a timeout of 0",
      ["--timeout", "0"],
      BASE,
      'SHOP_MCP_TIMEOUT (--timeout) must be a number from 0.05 to 120; got "0".',
    ],
    [
      "a currency that is no code",
      [],
      { ...BASE, SHOP_MCP_CURRENCY: "euro" },
      'SHOP_MCP_CURRENCY (--currency) must be a currency code such as EUR; got "euro".',
    ],
    [
      "an unknown token scheme",
      [],
      { ...BASE, DJANGO_API_AUTH: "Basic" },
      'DJANGO_API_AUTH (--django-api-auth) must be Token, Bearer or JWT; got "Basic".',
    ],
    [
      "a misspelt variable",
      [],
      { ...BASE, SHOP_MCP_READONLY: "1" },
      "SHOP_MCP_READONLY is not a setting: see --help",
    ],
    [
      "a misspelt base address",
      [],
      { DJANGO_API_BSAE: "http://127.0.0.1:9" },
      "DJANGO_API_BSAE is not a setting: see --help",
    ],
    [
      "a tool that does not exist",
      ["--tools", "catalog,buy"],
      BASE,
      'SHOP_MCP_TOOLS (--tools) names "buy"; there are ' +
        [...Object.keys(allTools), ...Object.keys(groups)].join(", ") +
        ".",
    ],
  ])("%s", (_, args, env, line) => {
    expect(() => openShop(readSettings(args, env))).toThrow(new ConfigError(line));
  });

  test("what a user left out counts as unset", () => {
    const given = { ...BASE, DJANGO_API_TOKEN: "${user_config.django_api_token}" };
    expect(readSettings([], given).django_api_token).toBeUndefined();
  });

  test("no settings at all, as a program", async () => {
    const err = `django-shop-mcp: ${base} is not set. ${address}\n`;
    expect(await run([], {})).toEqual({ code: 2, out: "", err });
  });

  test("a port in use", async () => {
    using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    expect(await run(["--http", "--port", String(taken.port)], BASE)).toEqual({
      code: 2,
      out: "",
      err: `django-shop-mcp: Port ${taken.port} is in use, or not for this user. Give another with SHOP_MCP_PORT or --port (0 takes a free one).\n`,
    });
  });
});

describe("server.ts warns on stderr and keeps running, given", () => {
  const about = `django-shop-mcp: ${Object.keys(tools).length} tools for http://127.0.0.1:9, over stdio\n`;
  test("an unreachable Django", async () => {
    const { code, out, err } = await run([], BASE, "reached");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toBe(
      `${about}django-shop-mcp: The shop cannot be reached: nothing answers at its address. Try again in a minute; if it goes on, the operator has to check DJANGO_API_BASE.\ndjango-shop-mcp: \`bun run doctor --django http://127.0.0.1:9\` looks at the shop and says what is wrong.\n`,
    );
  });
  test("another shape", async () => {
    using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({}) });
    const base = django.url.origin;
    const { err } = await run([], { ...BASE, DJANGO_API_BASE: base }, "doctor");
    expect(err).toContain(`\`bun run doctor --django ${base} --suggest\` names each difference`);
  });
  test("a wrong token", async () => {
    const refuse = () => Response.json({ detail: "Invalid token." }, { status: 401 });
    using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: refuse });
    const { code, err } = await run(
      [],
      { ...BASE, DJANGO_API_BASE: String(django.url) },
      "rejected",
    );
    expect(code).toBe(0);
    expect(err).toContain("rejected this server's token");
    expect(err.split("\n").length).toBe(3);
  });
  test("no token", async () => {
    const { code, err } = await run([], { DJANGO_API_BASE: "http://127.0.0.1:9" }, "reached");
    expect(code).toBe(0);
    expect(err).toContain(`${Object.keys(groups.catalog).length} tools for`);
    expect(err).toContain(
      "django-shop-mcp: DJANGO_API_TOKEN is not set, which most shops require\n",
    );
  });
});

test("server.ts --help lists every setting, --version prints the version; neither needs a setting", async () => {
  const { out, code } = await run(["--help"], {});
  expect({ out, code }).toEqual({ out: `${help()}\n`, code: 0 });
  for (const { env, flag } of settingRows) expect(out).toMatch(new RegExp(`${flag} .*${env} `));
  expect(await run(["--version"], {})).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
});

test("readSettings prefers flags to the environment and that to defaults, and drops /api at the end", () => {
  const env = {
    DJANGO_API_BASE: "https://shop.example/de/api/",
    SHOP_MCP_PORT: "1",
    SHOP_MCP_TOOLS: "",
  };
  const settings = readSettings(["--port", "2", "--read-only"], env);
  expect(settings).toEqual({
    django_api_base: "https://shop.example/de",
    read_only: true,
    confirm: "code",
    timeout: 10,
    currency: "XXX",
    http: false,
    port: 2,
    max_calls: 100,
    max_waiting: 50,
    poll: 30,
    share_port: false,
    host: "127.0.0.1",
    share_account: false,
    log: "off",
  });
});

test.each([
  [{}, ["https://django.example:8443"]],
  [{ shop_url: "https://shop.example/en" }, ["https://shop.example"]],
  [
    { image_origins: "https://a.example,http://127.0.0.1:8000 https://img_1.example" },
    ["https://a.example", "http://127.0.0.1:8000", "https://img_1.example"],
  ],
])("with %j, views load pictures from %j", (given, origins) => {
  const read = () =>
    imageOriginsOf(
      settingsSchema.parse({ django_api_base: "https://django.example:8443", ...given }),
    );
  expect(read()).toEqual(origins);
});
test.each([
  "https://a.example;script-src",
  'https://a"onload=x',
  "https://a.example/path",
  "https://*.a.example",
  "https://a'b.example",
  "a.example",
  "*",
  "'unsafe-inline'",
  "http://[::1]:80", // written so, it is no origin: 80 is left out
  "data:",
])("a place for pictures is an origin and nothing more, which %p is not", (image_origins) => {
  const { error } = settingsSchema.safeParse({
    django_api_base: "https://a.example",
    image_origins,
  });
  expect(error?.issues[0]?.message).toBe("origins, as https://shop.example");
});

describe("server.ts over stdio", () => {
  const line = (message: object) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
  const initialize = line({
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    },
  });

  test("writes only JSON-RPC to stdout, whatever it reads, and exits with 0 when stdin ends", async () => {
    const child = start([], BASE);
    child.stdin.write(initialize + line({ method: "notifications/initialized" }));
    child.stdin.write(`not json\n\n{"half":\n${line({ id: 2, method: "no/such" })}`);
    child.stdin.write(
      line({ id: 3, method: "tools/call", params: { name: "buy", arguments: {} } }),
    );
    child.stdin.write(
      line({
        id: 4,
        method: "tools/call",
        params: { name: "get_order", arguments: { order_id: "../" } },
      }),
    );
    child.stdin.write(line({ id: 5, method: "ping" }));
    const lines: string[] = [];
    let rest = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      if (lines.some((text) => JSON.parse(text).id === 5)) void child.stdin.end();
    }
    expect(rest).toBe("");
    const ids = lines
      .map((text) => JSON.parse(text))
      .filter((message) => message.jsonrpc === "2.0");
    expect(ids.length).toBe(lines.length);
    expect(
      ids
        .map(({ id }) => id)
        .filter(Number)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5]);
    expect(await child.exited).toBe(0);
  });

  test.each([
    ["hangs", () => new Promise<Response>(() => {})],
    ["asks for 20 s", () => new Response("", { status: 503, headers: { "Retry-After": "20" } })],
  ])(
    "exits after its host, once a call under way is answered, though the shop %s",
    async (_, fetch) => {
      let requestCount = 0;
      using django = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        fetch: () => (requestCount++, fetch()),
      });
      const child = start(["--timeout", "0.5"], { ...BASE, DJANGO_API_BASE: String(django.url) });
      child.stdin.write(initialize + line({ method: "notifications/initialized" }));
      const call = { name: "get_shop_info", arguments: {} };
      child.stdin.write(line({ id: 2, method: "tools/call", params: call }));
      await child.stdout.getReader().read();
      while (requestCount < 2) await new Promise((turn) => setImmediate(turn));
      const closedAt = performance.now();
      void child.stdin.end();
      expect(await child.exited).toBe(0);
      expect(performance.now() - closedAt).toBeLessThan(2500);
      await django.stop(true);
    },
  );
});

describe("server.ts over HTTP", () => {
  /** Starts the program over HTTP on a free port, and waits for its address. */
  async function startHttp() {
    const child = start(["--http", "--port", "0"], BASE);
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let printed = "";
    while (!printed.includes("\n")) printed += (await reader.read()).value ?? "";
    const url = /over (http\S+)/.exec(printed)?.[1] ?? "";
    return {
      url,
      child,
      [Symbol.asyncDispose]: async () => void (child.kill(), await child.exited),
    };
  }
  const ping = { method: "POST", body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' };
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
  };

  test("rejects other hosts, other origins and other paths", async () => {
    await using server = await startHttp();
    const status = async (more: object, path = "") =>
      (await fetch(server.url + path, { ...ping, headers: { ...headers, ...more } })).status;
    expect(await status({})).toBe(200);
    expect(await status({ Origin: "http://localhost:8080" })).toBe(200);
    expect(await status({ Host: "evil.example" })).toBe(403);
    expect(await status({ Origin: "https://evil.example" })).toBe(403);
    expect(await status({}, "/elsewhere")).toBe(404);
  });

  test("exits with 0 on SIGTERM", async () => {
    await using server = await startHttp();
    server.child.kill("SIGTERM");
    expect(await server.child.exited).toBe(0);
  });
});
