/** After the first answers the server goes on: nothing is lost, doubled or out of order. */
import { describe, expect, test } from "bun:test";
import { tools } from "../../server.ts";
import { bundledServer } from "../harness/bundle.ts";

const bundle = await bundledServer();
const source = new URL("../../server.ts", import.meta.url).pathname;
const ENV = {
  DJANGO_API_BASE: "http://127.0.0.1:9",
  DJANGO_API_TOKEN: "t",
  PATH: process.env["PATH"] ?? "",
};
const rpc = (method: string, id?: unknown, params?: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const clientInfo = { name: "t", version: "1" };
const handshake = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};
const INITIALIZE = rpc("initialize", 0, handshake);
const INITIALIZED = rpc("notifications/initialized");

function start(command: string[], env: Record<string, string> = ENV) {
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
  return Bun.spawn(command, { env, ...stdio });
}
/** What a program says to these lines, and how it ends with them. It may end before it knows that nobody is there. */
async function say(command: string[], lines: string[], env?: Record<string, string>) {
  const child = start(command, env);
  child.stdin.write(lines.join("\n"));
  void child.stdin.end();
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const others = err.replace(/^.*(cannot be reached|looks at the shop and says).*\n/gm, "");
  return { code: await child.exited, out, err: others };
}

describe.each([
  ["bun", process.execPath],
  ["node", "node"],
])("under %s", (_, runtime) => {
  test.each([
    ["nothing", []],
    ["half a line", ['{"jsonrpc":']],
    ["a list", [INITIALIZE, INITIALIZED, rpc("tools/list", 1), ""]],
    ["a list without the end of its line", [INITIALIZE, INITIALIZED, rpc("tools/list", 1)]],
    [
      "more after the list",
      [INITIALIZE, INITIALIZED, rpc("tools/list", 1), rpc("ping", 2), rpc("prompts/list", 3), ""],
    ],
    ["an id again", [INITIALIZE, rpc("ping", 0), rpc("tools/list", 0), ""]],
    ["what is no JSON", [INITIALIZE, "{", rpc("tools/list", 1), ""]],
    ["a batch", [INITIALIZE, `[${rpc("ping", 1)},${rpc("tools/list", 2)}]`, ""]],
    ["a handshake after the newer way", [rpc("tools/list", "a", { _meta: META }), INITIALIZE, ""]],
    [
      "another handshake",
      [
        INITIALIZE,
        rpc("initialize", 1, { ...handshake, protocolVersion: "2024-11-05" }),
        rpc("ping", 2),
        "",
      ],
    ],
  ])("it says what the source says to %s", async (_, lines) => {
    const expected = await say([process.execPath, source], lines);
    expect(await say([runtime, bundle], lines)).toEqual(expected);
  });

  test("settings that are wrong are refused before anything is answered", async () => {
    const env = { ...ENV, DJANGO_USER: "u" };
    const { code, out, err } = await say([runtime, bundle], [INITIALIZE, ""], env);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("belong together");
  });
  describe.each(["SIGTERM", "SIGINT"] as const)("on %s it exits with 0", (signal) => {
    test.each([
      ["after the first answer", [INITIALIZE]],
      ["while the rest is loaded", [INITIALIZE, INITIALIZED, rpc("tools/list", 1)]],
    ])("%s", async (_, lines) => {
      const child = start([runtime, bundle]);
      child.stdin.write(`${lines.join("\n")}\n`);
      await child.stdout.getReader().read();
      child.kill(signal);
      expect(await child.exited).toBe(0);
    });
  });
  test("it says that the shop cannot be reached, though no host asks anything", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    await gone.stop(true);
    const child = start([runtime, bundle], { ...ENV, DJANGO_API_BASE: gone.url.origin });
    let err = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      err += chunk;
      if (err.includes("cannot be reached")) void child.stdin.end();
    }
    expect(err).toStartWith(
      `django-shop-mcp: ${Object.keys(tools).length} tools for ${gone.url.origin}, over stdio\n`,
    );
    expect(await child.exited).toBe(0);
  });
});
