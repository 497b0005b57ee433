/** The program with its log, metrics and OpenTelemetry switched on: where each goes, and what is said of a wrong setting. */
import { afterAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialize } from "../hosts/start-program.ts";
import { projectRoot, STATUS } from "./observed-shop.ts";

type Env = Record<string, string>;
/** A shop, and a collector of what OpenTelemetry sends. */
function serve(answer: (request: Request, body: string) => Response) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => answer(request, await request.text()),
  });
}
const django = serve(({ url }) =>
  Response.json(url.includes("/status/") ? { status: "shipped" } : { results: [] }),
);
afterAll(() => django.stop(true));
const ENV: Env = {
  PATH: process.env["PATH"] ?? "",
  DJANGO_API_BASE: django.url.origin,
  DJANGO_API_TOKEN: "canary-token-of-the-shop",
};

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const _meta = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
const lines = [
  initialize(),
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: { ...STATUS, _meta } },
].map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

function start(env: Env, args: string[] = []) {
  const command = [process.execPath, "server.ts", ...args];
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
  return Bun.spawn(command, { cwd: projectRoot, env: { ...ENV, ...env }, ...stdio });
}
/** Calls a tool over stdio, and ends it. */
async function callOnce(env: Env) {
  const child = start(env);
  child.stdin.write(lines.join(""));
  void child.stdin.end();
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const answers = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line)); // and nothing else is on stdout
  expect(answers.at(-1)).toMatchObject({
    id: 2,
    result: { structuredContent: { status: "shipped" } },
  });
  return { err, code: await child.exited };
}

test("with a log, each line on stderr is JSON", async () => {
  const { err } = await callOnce({ SHOP_MCP_LOG: "calls" });
  const [first, ...rest] = err
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({
    msg: expect.stringMatching(/^\d\d tools for http/),
    level: "info",
  });
  expect(rest).toEqual([expect.objectContaining({ tool: "get_order_status", outcome: "ok" })]);
});

test.if(process.platform === "linux")("a log that nobody reads makes no call wait", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unread-"));
  const pipe = join(folder, "stderr");
  Bun.spawnSync(["mkfifo", pipe]);
  const stderr = openSync(pipe, "r+"); // open at both ends, and full after 64 kB
  const command = [process.execPath, "server.ts", "--log", "data"];
  const stdio = { stdin: "pipe", stdout: "pipe", stderr } as const;
  const child = Bun.spawn(command, { cwd: projectRoot, env: ENV, ...stdio });
  child.stdin.write(lines.slice(0, 2).join(""));
  const call = { jsonrpc: "2.0", method: "tools/call", params: STATUS };
  for (let id = 1; id <= 400; id += 1) child.stdin.write(`${JSON.stringify({ ...call, id })}\n`);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let answered = 0;
  while (answered < 400)
    answered += ((await reader.read()).value ?? "").split('"structuredContent"').length - 1;
  child.kill("SIGKILL");
  await child.exited;
  closeSync(stderr);
  rmSync(folder, { recursive: true });
  expect(answered).toBe(400);
});

describe("OpenTelemetry, by its own variables,", () => {
  /** A collector, and what it was sent by path. */
  function collect(answer: (request: Request) => Response = () => Response.json({})) {
    const sent: { path: string; body: string }[] = [];
    const server = serve((request, body) => {
      sent.push({ path: new URL(request.url).pathname, body });
      return answer(request);
    });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url.origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=canary-of-the-collector",
    };
    return { sent, env, [Symbol.dispose]: () => void server.stop(true) };
  }

  test("is sent the spans and metrics of a call before the program ends", async () => {
    using collector = collect();
    await callOnce({ ...collector.env, OTEL_SERVICE_NAME: "our-shop" });
    const bodyOf = (path: string) => collector.sent.find((one) => one.path === path)?.body ?? "";
    const traces = bodyOf("/v1/traces");
    expect(traces).toContain('"tools/call get_order_status"');
    expect(traces).toContain(`"traceId":"${TRACE}"`);
    expect(traces).toContain('"our-shop"');
    expect(bodyOf("/v1/metrics")).toContain('"mcp.server.operation.duration"');
    expect(bodyOf("/v1/metrics")).toContain('"http.client.request.duration"');
    expect(JSON.stringify(collector.sent)).not.toContain("canary");
  });

  test("writes to the console without a word on stdout, and sends nothing anywhere", async () => {
    const { err } = await callOnce({ OTEL_TRACES_EXPORTER: "console", OTEL_LOG_LEVEL: "debug" });
    expect(err).toContain("name: 'tools/call get_order_status'");
    expect(err).not.toMatch(/ECONNREFUSED|OTLP|4318/);
  });

  test("has the ids of a trace in the log", async () => {
    using collector = collect();
    const { err } = await callOnce({ ...collector.env, SHOP_MCP_LOG: "calls" });
    expect(err).toContain(`"trace_id":"${TRACE}"`);
  });

  test("whose collector refuses and repeats its key, changes no call and says no secret", async () => {
    using collector = collect((request) => {
      const key = request.headers.get("x-api-key") ?? "";
      return new Response(`not with ${key}`, {
        status: 401,
        statusText: key,
        headers: { "X-Key": key },
      });
    });
    const { err, code } = await callOnce(collector.env);
    expect(code).toBe(0);
    expect(collector.sent.length).toBeGreaterThan(0);
    expect(err).not.toContain("canary");
  });
});

describe("metrics", () => {
  /** Waits for an address on stderr. */
  async function addressOf(child: ReturnType<typeof start>, said: RegExp): Promise<string> {
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let found = said.exec(text); ; found = said.exec(text)) {
      if (found) return found[1] ?? "";
      const { value, done } = await reader.read();
      if (done) throw new Error(`it ended: ${text}`);
      text += value;
    }
  }

  test("are at a port of their own, as Prometheus reads them", async () => {
    const child = start({ SHOP_MCP_METRICS_PORT: "0" });
    const url = await addressOf(child, /metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)\n/);
    child.stdin.write(lines.join(""));
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes('"id":2');) text += (await reader.read()).value ?? "";
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toStartWith("text/plain");
    const text = await response.text();
    expect(text).toMatch(
      /^mcp_server_operation_duration_seconds_count\{mcp_method_name="tools\/call",gen_ai_tool_name="get_order_status",gen_ai_operation_name="execute_tool",network_transport="pipe"\} 1$/m,
    );
    expect(text).toMatch(
      /^http_client_request_duration_seconds_bucket\{.*url_template="\/api\/orders\/\{order_id\}\/status\/".*le="10"\} 1$/m,
    );
    expect(text).toContain('service_name="django-shop-mcp"');
    expect(text).not.toMatch(/1036|canary|shipped/);
    expect((await fetch(new URL("/", url))).status).toBe(404);
    void child.stdin.end();
    expect(await child.exited).toBe(0); // it keeps no process alive
  });

  test("at a port that is taken are an error in words", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number }; // of a server that listens
    const child = start({ SHOP_MCP_METRICS_PORT: `${port}` });
    expect(await child.stderr.text()).toBe(
      `django-shop-mcp: Port ${port} is in use, or not for this user. Give another with SHOP_MCP_METRICS_PORT or --metrics-port (0 takes a free one).\n`,
    );
    expect(await child.exited).toBe(2);
    taken.close();
  });
  test("at an address that is not this machine's are one, too", async () => {
    const child = start({ SHOP_MCP_METRICS_PORT: "0", SHOP_MCP_HOST: "192.0.2.1" });
    expect(await child.stderr.text()).toBe(
      'django-shop-mcp: SHOP_MCP_HOST (--host) must be an address of this machine; got "192.0.2.1".\n',
    );
    expect(await child.exited).toBe(2);
  });
});

describe("the audit log", () => {
  const KEY = "k".repeat(32);
  test.each<[string, Env, RegExp]>([
    [
      "without a key",
      { SHOP_MCP_AUDIT_LOG: "a.log" },
      /AUDIT_LOG .* belong together: set both, or neither\.\n$/,
    ],
    ["without a file", { SHOP_MCP_AUDIT_KEY: KEY }, /belong together/],
    [
      "in a folder that is not there",
      { SHOP_MCP_AUDIT_KEY: KEY, SHOP_MCP_AUDIT_LOG: "/none/a.log" },
      /SHOP_MCP_AUDIT_LOG \(--audit-log\) cannot be written: \/none\/a\.log \(ENOENT\)\.\n$/,
    ],
  ])("%s is refused at start", async (_, env, words) => {
    const child = start(env);
    expect(await child.stderr.text()).toMatch(words);
    expect(await child.exited).toBe(2);
  });
});
