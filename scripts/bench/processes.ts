/**
 * Processes: they are started on a free port, asked until they answer as they should, read from /proc while they work,
 * and ended.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import type { Contender } from "./contenders.ts";
import { bodyOf, type Era, headersOf, type Operation, OPERATIONS } from "./protocol.ts";

/** A server that answers. */
export interface Running {
  pid: number;
  url: string;
  era: Era;
  /** Of a server that wants one. */
  session?: string;
  /** What its requests have besides. */
  headers?: Record<string, string>;
  /** Of other processes that serve the same port. */
  alsoPids?: number[];
  stop(): Promise<void>;
}

/** Clock ticks per second in /proc/PID/stat: 100 on every Linux that Bun runs on. */
const TICKS = 100;
/** A process, its children and theirs. */
function treeOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
  } catch {
    return []; // it has ended
  }
}
/** What processes and their children have used: CPU time in seconds, of all threads, and resident memory in MiB. */
export function usage(...roots: number[]): { cpu: number; rss: number } {
  let [ticks, kib] = [0, 0];
  for (const pid of roots.flatMap(treeOf)) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    ticks += Number(fields[11]) + Number(fields[12]); // utime and stime, fields 14 and 15 of proc(5)
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    kib += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return { cpu: ticks / TICKS, rss: kib / 1024 };
}

const alive = new Set<Bun.Subprocess>();
process.on("exit", () => alive.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

type SpawnOptions = { env?: Record<string, string | undefined>; cwd?: string };
/** Starts a process that ends with this one. */
export function spawn(command: string[], options: SpawnOptions = {}) {
  const env = { ...process.env, ...options.env };
  const child = Bun.spawn(command, { ...options, env, stdout: "pipe", stderr: "pipe" });
  alive.add(child);
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream)
      output = (output + decoder.decode(chunk, { stream: true })).slice(-4000);
  };
  void read(child.stdout);
  void read(child.stderr);
  const stop = async () => {
    alive.delete(child);
    child.kill();
    const isLate = await Promise.race([child.exited, Bun.sleep(3000).then(() => "late")]);
    if (isLate === "late") child.kill("SIGKILL");
    await child.exited;
  };
  return { child, output: () => output, stop };
}

/** The JSON of an answer, which may be the data of one event. */
async function readAnswer(response: Response): Promise<string> {
  const text = await response.text();
  return /^data: ?(\{.*)$/m.exec(text)?.[1] ?? text;
}
/** Sends one request. @returns its answer, as text @throws {Error} unless it is a result */
export async function ask(server: Running, operation: Operation, number = "12345678") {
  const { era, session, url } = server;
  const headers = { ...headersOf(era, operation, session), ...server.headers };
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: bodyOf(era, operation, number, 1),
  });
  const answer = await readAnswer(response);
  if (!response.ok || !answer.includes('"result"') || /"isError": ?true/.test(answer))
    throw new Error(`${operation}: ${response.status} ${answer.slice(0, 300)}`);
  return answer;
}
/** What the answer to each operation has to say, or the contender is not doing the work. */
const PROOF: Record<string, string[]> = {
  search_products: ["linen12345678 Linen Apron No. 10", "linen-apron-10", "28.50"],
  get_order_status: ["12345678", "shipped", "CD284208793BE"],
  "tools/list": ["search_products", "get_order_status", "inputSchema"],
};
async function proveWork(server: Running): Promise<void> {
  for (const operation of OPERATIONS) {
    const answer = await ask(server, operation);
    const missing = PROOF[operation]?.filter((words) => !answer.includes(words)) ?? [];
    if (missing.length)
      throw new Error(`${operation}: no ${missing.join(", ")} in ${answer.slice(0, 300)}`);
  }
}

/** Shakes hands. @returns the id of the session */
async function openSession(url: string): Promise<string> {
  const headers = headersOf("legacy", "initialize");
  const clientInfo = { name: "bench", version: "1.0.0" };
  const params = { protocolVersion: headers["MCP-Protocol-Version"], capabilities: {}, clientInfo };
  const post = (message: object, session?: string) =>
    fetch(url, {
      method: "POST",
      headers: { ...headers, ...(session && { "Mcp-Session-Id": session }) },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
  const answer = await post({ id: 0, method: "initialize", params });
  await answer.text();
  const session = answer.headers.get("mcp-session-id");
  if (!session) throw new Error("no Mcp-Session-Id");
  await post({ method: "notifications/initialized" }, session);
  return session;
}

interface StartOptions {
  env?: Record<string, string>;
  /** @default a free one */
  port?: number;
  headers?: Record<string, string>;
  /** The shop has other products and orders than the one of the benchmark. */
  isOtherShop?: boolean;
}
/** Starts a contender in front of a shop, and proves that it does the work. @throws {Error} where it does not */
export async function start(contender: Contender, shop: string, options: StartOptions = {}) {
  const { env, port = freePort(), isOtherShop } = options;
  const { name, era, cwd } = contender;
  const settings = { DJANGO_API_BASE: shop, PORT: `${port}`, ...contender.env, ...env };
  const command = contender.command(port);
  const [program = ""] = command;
  if (!Bun.which(program)) throw new Error(`${name}: there is no ${basename(program)}`);
  const { child, output, stop } = spawn(command, { env: settings, cwd });
  const url = `http://127.0.0.1:${port}/mcp`;
  const running: Running = { pid: child.pid, url, era, headers: options.headers ?? {}, stop };
  try {
    await waitFor(port, child);
    if (contender.session) running.session = await openSession(running.url);
    if (!isOtherShop) await proveWork(running);
    return running;
  } catch (error) {
    await stop();
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}\n${output()}`);
  }
}

const START = 20_000; // milliseconds
/** Waits until somebody listens on a port. @throws {Error} where the process ends, or takes too long */
export async function waitFor(port: number, child?: Bun.Subprocess): Promise<void> {
  const end = Date.now() + START;
  const socket = { data() {}, connectError() {} };
  for (;;)
    try {
      const connection = await Bun.connect({ hostname: "127.0.0.1", port, socket });
      connection.end();
      return;
    } catch {
      if ((child && child.exitCode !== null) || Date.now() > end)
        throw new Error("it does not listen");
      await Bun.sleep(20);
    }
}

/** Starts the shop of the benchmark. */
export async function startShop(env = {}) {
  const port = freePort();
  const file = fileURLToPath(new URL("fake-django.ts", import.meta.url));
  const { child, stop } = spawn([process.execPath, file, `${port}`], { env });
  await waitFor(port, child);
  const url = `http://127.0.0.1:${port}`;
  /** How many requests have reached it. */
  const requests = async () => Number(await (await fetch(`${url}/requests`)).text());
  return { url, pid: child.pid, requests, stop };
}
