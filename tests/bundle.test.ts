/** `dist/server.js`, as `bun run build` makes it, carried alone to another folder: under Bun and under plain Node. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { buildServer } from "../scripts/build.ts";
import { tools, VERSION } from "../server.ts";
import { textOf } from "./harness/lanes.ts";

const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const bundle = join(folder, "server.js");
const copy = join(folder, "copy.js"); // a second one, whose classes are others
const definer = new URL("../shop/mapping/define-shop.ts", import.meta.url).href;
const RUNTIMES = { bun: process.execPath, node: "node" };
const runtimes = Object.entries(RUNTIMES);

/** A Django that knows the status of its orders, here and at the paths of another API. */
const django = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/orders/1036/status/") return Response.json({ status: "shipped" });
    if (pathname === "/login/" && request.method === "POST")
      return Response.json({ access: "e30.e30.x", refresh: "" });
    if (pathname === "/purchases/1036") return Response.json({ state: "shipped", more: "/gone" });
    if (pathname === "/purchases/7") return Response.json({});
    return Response.json({ detail: "Not found." }, { status: 404 });
  },
});
const ENV = {
  PATH: process.env["PATH"] ?? "",
  DJANGO_API_BASE: django.url.origin,
  DJANGO_API_TOKEN: "t",
};

beforeAll(async () => {
  await buildServer(bundle);
  copyFileSync(bundle, copy);
});
afterAll(async () => {
  await django.stop(true);
  rmSync(folder, { recursive: true });
});

type Transport = typeof StdioClientTransport;
/** Starts the program and connects to it, in one start unless by the SDK's own transport: see harness/lanes.ts. */
async function connect(
  command: string,
  {
    args = [],
    env = ENV,
    by: By = class extends StdioClientTransport {},
  }: {
    args?: string[];
    env?: Record<string, string>;
    by?: Transport;
  } = {},
) {
  const mode = { pin: "2026-07-28" };
  const client = new Client({ name: "t", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new By({ command, args: [bundle, ...args], env, stderr: "ignore" }));
  return client;
}
const STATUS = { name: "get_order_status", arguments: { order_id: "1036" } };
/** Runs the program to its end; closes its stdin at once. */
async function run(command: string, args: string[], env: Record<string, string> = ENV) {
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn([command, ...args], { env, ...stdio });
  void child.stdin.end();
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}

describe.each(runtimes)("under %s", (_, command) => {
  test("lists the tools and answers a call over stdio", async () => {
    const client = await connect(command, { by: StdioClientTransport }); // as hosts do
    const listed = await client.listTools();
    expect(listed.tools.map(({ name }) => name)).toEqual(Object.keys(tools));
    const { structuredContent } = await client.callTool(STATUS);
    expect(structuredContent).toMatchObject({ order_id: "1036", status: "shipped" });
    await client.close();
  });

  test("gives hosts the view that lies beside it, and says where none does", async () => {
    const view = join(folder, "view.html");
    const client = await connect(command);
    renameSync(view, `${view}.away`);
    const reading = () => client.readResource({ uri: "ui://shop/view.html" });
    await expect(reading()).rejects.toThrow(/^The view cannot be shown: view.html is not beside/);
    renameSync(`${view}.away`, view);
    expect((await reading()).contents).toMatchObject([
      { text: expect.stringMatching(/^<!doctype html>[^]*<\/html>\n$/i) },
    ]);
    await client.close();
  });

  test("logs in to a shop", async () => {
    const { DJANGO_API_TOKEN: _, ...shop } = ENV;
    const login = { DJANGO_LOGIN: "/login/", DJANGO_USER: "mia", DJANGO_PASSWORD: "correct horse" };
    const client = await connect(command, { env: { ...shop, ...login } });
    expect((await client.listTools()).tools).toHaveLength(Object.keys(tools).length);
    expect((await client.callTool(STATUS)).structuredContent).toMatchObject({ status: "shipped" });
    await client.close();
  });
  test("names the version, and refuses settings, as the source does", async () => {
    expect(await run(command, [bundle, "--version"])).toEqual({
      code: 0,
      out: `${VERSION}\n`,
      err: "",
    });
    const { code, out, err } = await run(command, [bundle, "--prot", "1"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe("django-shop-mcp: Unknown option '--prot': see --help\n");
  });

  test("knows a shop that cannot be reached from one that breaks off", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    await gone.stop(true);
    const client = await connect(command, {
      env: { ...ENV, DJANGO_API_BASE: gone.url.origin },
    });
    expect(textOf(await client.callTool(STATUS))).toStartWith("The shop cannot be reached:");
    await client.close();
  });
  test("leads to the doctor, which only a clone has", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const { origin } = gone.url;
    await gone.stop(true);
    const env = { ...ENV, DJANGO_API_BASE: origin };
    const stdio = { stdin: "pipe", stdout: "ignore", stderr: "pipe" } as const;
    const child = Bun.spawn([command, bundle], { env, ...stdio });
    let said = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream()))
      if ((said += chunk).includes("doctor")) break;
    child.kill();
    expect(said).toContain(`${origin}\`, in a clone of the repository, looks at the shop and says`);
  });
  test("says in its help what can be typed where it is not installed", async () => {
    const { out } = await run(command, [bundle, "--help"]);
    expect(out).toContain("\n  npx -y django-shop-mcp connect HOST  ");
  });

  test("ends with its host, even while the shop hangs", async () => {
    using hanging = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Promise<Response>(() => {}),
    });
    const env = { ...ENV, DJANGO_API_BASE: hanging.url.origin };
    expect(await run(command, [bundle, "--timeout", "120"], env)).toMatchObject({ code: 0 });
    await hanging.stop(true);
  });

  test("imported, it is a module that starts nothing", async () => {
    const names = "createServer defineShop openShop settingsSchema tools".split(" ");
    const code = `import * as it from ${JSON.stringify(pathToFileURL(bundle))}; console.log(${JSON.stringify(names)}.every((name) => name in it))`;
    const importer = join(folder, "importer.mjs");
    writeFileSync(importer, code);
    expect(await run(command, [importer], { PATH: ENV.PATH })).toEqual({
      code: 0,
      out: "true\n",
      err: "",
    });
  });
});

test("it says under an old Node that it needs a newer one", async () => {
  const asOld = "data:text/javascript,delete process.getBuiltinModule"; // which Node 18 does not have
  const { code, out, err } = await run("node", ["--import", asOld, bundle]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(
    /^django-shop-mcp: this is Node [\d.]+; 20\.19 or newer is needed, or Bun\..*\n$/,
  );
});

test("it is executable", async () => {
  expect(await run(bundle, ["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
});

describe("over HTTP", () => {
  test("it answers under Bun", async () => {
    const stdio = { stdout: "ignore", stderr: "pipe" } as const;
    const command = [RUNTIMES.bun, bundle, "--http", "--port", "0"];
    const child = Bun.spawn(command, { env: ENV, ...stdio });
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!said.includes("\n")) said += (await reader.read()).value ?? "";
    const url = new URL(/over (http\S+)/.exec(said)?.[1] ?? "");
    const client = new Client({ name: "t", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(url));
    expect((await client.callTool(STATUS)).structuredContent).toMatchObject({ status: "shipped" });
    await client.close();
    child.kill();
    expect(await child.exited).toBe(0);
  });

  test("it says under Node that it needs Bun", async () => {
    expect(await run(RUNTIMES.node, [bundle, "--http", "--port", "0"])).toEqual({
      code: 2,
      out: "",
      err: "django-shop-mcp: SHOP_MCP_HTTP (--http) needs Bun: start the server with it, or leave the setting out for stdio.\n",
    });
  });
});

describe("a dialect", () => {
  let count = 0;
  /** Writes a dialect with these tables, which takes `defineShop` from here; gives its file. */
  function write(ending: "js" | "mjs" | "ts", from: string, tables: string): string {
    const file = join(folder, `dialect-${++count}.${ending}`);
    const start = `import { defineShop } from ${JSON.stringify(from)};\n`;
    writeFileSync(file, `${start}export default defineShop(${tables});\n`);
    return file;
  }
  const TABLES = `{
    paths: { orderStatus: "/purchases/{order_id}" },
    fields: { order: { status: (row) => row.state ?? row.no.such, placed_at: { from: "more", load: true } } },
  }`;

  test.each([
    ["node", "js", pathToFileURL(bundle).href],
    ["node", "mjs", pathToFileURL(copy).href],
    ["bun", "js", pathToFileURL(bundle).href],
    ["bun", "js", pathToFileURL(copy).href],
    ["bun", "ts", definer],
  ] as const)("under %s as .%s, with defineShop of %s", async (runtime, ending, from) => {
    const args = ["--shop", write(ending, from, TABLES)];
    const client = await connect(RUNTIMES[runtime], { args });
    // The server's refusal is known to `defineShop`, which reads a link to nothing as nothing,
    expect(textOf(await client.callTool(STATUS))).toStartWith("Order 1036 is shipped.");
    // and an error of `defineShop` to the server, whoever's class it is of.
    const broken = await client.callTool({ ...STATUS, arguments: { order_id: "7" } });
    expect(textOf(broken)).toMatch(
      /^The order status does not work here: .*fields\.order\.status threw TypeError/,
    );
    await client.close();
  });

  test.each(runtimes)("with a wrong table is refused under %s, in one line", async (_, command) => {
    const file = write("js", "./server.js", "{ feilds: {} }");
    const { code, out, err } = await run(command, [bundle, "--shop", file]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toStartWith(
      `django-shop-mcp: SHOP_MCP_SHOP (--shop) ${file}: defineShop.feilds is no entry:`,
    );
    expect(err.split("\n")).toHaveLength(2);
  });

  test("in TypeScript is refused under Node, in words", async () => {
    const file = write("ts", definer, TABLES);
    expect(await run(RUNTIMES.node, [bundle, "--shop", file])).toEqual({
      code: 2,
      out: "",
      err: `django-shop-mcp: SHOP_MCP_SHOP (--shop) ${file}: a TypeScript module needs Bun; start the server with it, or give a .js module\n`,
    });
  });
});
