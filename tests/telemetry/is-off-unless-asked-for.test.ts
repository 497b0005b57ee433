/** With nothing switched on, a start loads nothing of telemetry, and a call is the very same as without it. */
import { expect, test } from "bun:test";
import { openShop, readSettings, tools, wantsTelemetry } from "../../server.ts";

const ENV = { DJANGO_API_BASE: "http://127.0.0.1:9", DJANGO_API_TOKEN: "t" };
const wants = (more: Record<string, string>) => {
  const env = { ...ENV, ...more };
  return wantsTelemetry(readSettings([], env), env);
};
const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };

test.each<[string, Record<string, string>]>([
  ["nothing", {}],
  ["a name for traces alone", { OTEL_SERVICE_NAME: "shop", OTEL_LOG_LEVEL: "debug" }],
  ["an empty variable", { OTEL_TRACES_EXPORTER: "" }],
  ["a collector, and OpenTelemetry off", { ...COLLECTOR, OTEL_SDK_DISABLED: "true" }],
])("with %s it is off", (_, env) => {
  expect(wants(env)).toBe(false);
});
test.each<Record<string, string>>([
  COLLECTOR,
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9" },
  { OTEL_METRICS_EXPORTER: "console" },
  { OTEL_CONFIG_FILE: "otel.yaml" },
  { SHOP_MCP_LOG: "calls" },
  { SHOP_MCP_METRICS_PORT: "0" },
  { SHOP_MCP_AUDIT_LOG: "audit.log" },
  { SHOP_MCP_AUDIT_KEY: "k".repeat(32) },
])("with %j it is on", (env) => {
  expect(wants(env)).toBe(true);
});

test("a shop without an observer offers the tools themselves", () => {
  const { offered, audit } = openShop(readSettings([], ENV));
  for (const [name, tool] of Object.entries(tools)) expect(offered.get(name)).toBe(tool);
  expect(audit).toBeUndefined();
});

/** The modules that are loaded with one, by their paths or the names of their packages. */
async function loadedWith(start: string): Promise<Set<string>> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const found = new Set([start]);
  for (const file of found) {
    if (!/^\/.*\.tsx?$/.test(file)) continue; // a package, or data
    const text = (await Bun.file(file).text()).replace(/^#!.*/, "");
    for (const { path, kind } of transpiler.scanImports(text))
      if (kind === "import-statement")
        found.add(path.startsWith(".") ? Bun.resolveSync(path, `${file}/..`) : path);
  }
  return found;
}
test("no module that a start loads imports telemetry, or a library of it", async () => {
  const modules = [...(await loadedWith(Bun.resolveSync("../../server.ts", import.meta.dir)))];
  expect(modules.filter((path) => path.endsWith("/shop/client.ts"))).toHaveLength(1); // it looks deep
  expect(modules.filter((path) => /\/telemetry\/|^pino|^@opentelemetry/.test(path))).toEqual([]);
});
