/**
 * The load, which wrk makes, or autocannon where it is missing. Each request has a number of its own in its id and in
 * its arguments, so that a server can share nothing between calls, unless `same` asks for that.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ended } from "../django.ts";
import { installNpm } from "./install.ts";
import { type Running, usage } from "./processes.ts";
import { bodyOf, headersOf, MARK, type Operation } from "./protocol.ts";

/** What one round of load showed. */
export interface Sample {
  calls: number;
  /** Calls per second. */
  throughput: number;
  /** CPU time of the server for one call, all of its threads and processes, in microseconds. */
  cpu: number;
  /** Latency in microseconds. */
  p50: number;
  p99: number;
  /** Resident memory of the server after it, in MiB. */
  rss: number;
  /** Answers that were no good. */
  errors: number;
}

export interface Load {
  operation: Operation;
  /** Connections, each with one request at a time. */
  concurrency: number;
  seconds: number;
  /** Ask the same thing in every request. */
  same?: boolean;
}
/** Which program makes the load. */
export const loader = Bun.which("wrk") && !process.env["BENCH_AUTOCANNON"] ? "wrk" : "autocannon";

/** Loads a server for some seconds. */
export async function load(server: Running, options: Load): Promise<Sample> {
  const { operation, concurrency, seconds, same } = options;
  const { era, session, url } = server;
  const body = bodyOf(era, operation, same ? "12345678" : MARK);
  const headers = { ...headersOf(era, operation, session), ...server.headers };
  const pids = [server.pid, ...(server.alsoPids ?? [])];
  const before = usage(...pids).cpu;
  const sent = await send({ url, headers, body, concurrency, seconds });
  const after = usage(...pids);
  return {
    calls: sent.requests,
    throughput: (sent.requests / sent.microseconds) * 1e6,
    cpu: ((after.cpu - before) / sent.requests) * 1e6,
    p50: sent.p50,
    p99: sent.p99,
    rss: after.rss,
    errors: sent.errors + Number(sent.requests === 0),
  };
}

interface Sent {
  requests: number;
  microseconds: number;
  p50: number;
  p99: number;
  errors: number;
}
interface Plan {
  url: string;
  headers: Record<string, string>;
  /** Without one it is a GET. */
  body?: string;
  concurrency: number;
  seconds: number;
}
/** Sends one request again and again over some connections. */
export async function send(plan: Plan): Promise<Sent> {
  const { out, err } = await ended(loader === "wrk" ? wrk(plan) : await autocannon(plan));
  const line = out.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`${loader} failed:\n${out}${err}`);
  return JSON.parse(line) as Sent; // made by load.lua and load.js in this form
}
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
function wrk({ url, headers, body, concurrency, seconds }: Plan): string[] {
  const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const size = ["-t1", `-c${concurrency}`, `-d${seconds}s`, "--timeout", "10s"];
  const script = ["-s", file("load.lua"), url, "--", ...(body === undefined ? [] : [body])];
  return ["wrk", ...size, ...fields, ...script];
}
async function autocannon({ concurrency, ...plan }: Plan): Promise<string[]> {
  await installNpm(file("autocannon"));
  const options = JSON.stringify({ ...plan, connections: concurrency });
  return [process.execPath, file("autocannon/load.js"), options];
}
