/** The official Inspector's command line against the program, as a user or CI runs it. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openShop, serveHttp, settingsSchema, tools } from "../server.ts";

const path = (file: string) => new URL(`../${file}`, import.meta.url).pathname;

const runs = ["stdio", "http"].flatMap((transport) =>
  ["legacy", "modern"].map((era) => [transport, era] as const),
);
test.each(runs)("mcp-inspector lists and calls tools over %s (%s era)", async (transport, era) => {
  const shipped = () => Response.json({ status: "shipped" });
  using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: shipped });
  const env = { DJANGO_API_BASE: String(django.url), DJANGO_API_TOKEN: "t" };
  const settings = { django_api_base: env.DJANGO_API_BASE, django_api_token: "t" };
  const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const child = [process.execPath, path("server.ts")];
  const set = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const target = transport === "http" ? ["--server-url", http.url] : [...set, ...child];
  const home = mkdtempSync(join(tmpdir(), "inspector-"));

  /** Its JSON output and exit code: 5 for a tool's error, 6 for a schema that is not portable. */
  async function inspect(...args: string[]) {
    const inspector = path("node_modules/@modelcontextprotocol/inspector");
    const cli = [process.execPath, `${inspector}/clients/launcher/build/index.js`, "--cli"];
    const options = ["--protocol-era", era, "--format", "json", "-q", ...args];
    const stdio = {
      stdout: "pipe",
      stderr: "pipe",
      env: { HOME: home, PATH: process.env.PATH ?? "" },
    } as const;
    const run = Bun.spawn([...cli, ...options, ...target], stdio);
    const [out, err] = await Promise.all([run.stdout.text(), run.stderr.text()]);
    return { code: await run.exited, err, ...JSON.parse(out || "{}") };
  }
  const call = ["--method", "tools/call", "--tool-name", "get_order_status", "--tool-arg"];

  const listed = await inspect("--method", "tools/list", "--strict");
  expect(listed.err).toBe("");
  expect(listed.code).toBe(0);
  expect(listed.result.tools.length).toBe(Object.keys(tools).length);
  const called = await inspect(...call, "order_id=1036"); // sent as a number
  expect(called.code).toBe(0);
  expect(called.result.structuredContent).toMatchObject({ order_id: "1036", status: "shipped" });
  expect((await inspect(...call, "order_id=../1")).code).toBe(5);

  await http.stop();
  rmSync(home, { recursive: true });
});
