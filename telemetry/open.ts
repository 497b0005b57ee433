/**
 * Opens what these settings ask for: the log, the audit log, traces and metrics. Each loads its library only then.
 *
 * @module
 */
import { format } from "node:util";
import { NAME, type Settings, VERSION, wantsOpenTelemetry } from "../settings.ts";
import { ConfigError, explainListening } from "../shop/config-error.ts";
import type { Observer } from "../shop/tool.ts";
import type { Audit } from "../shop/observer.ts";
import { type Listener, observe } from "./observe.ts";

export type Note = (line: string, level?: "info" | "warn" | "error") => void;
export interface Telemetry extends Observer {
  /** What a person should read of the program. @param level @default "info" */
  note: Note;
  /** Sends on what waits, and ends. */
  close: () => Promise<void>;
}
/**
 * @param env where OpenTelemetry's own variables are
 * @throws {ConfigError}
 */
export async function openTelemetry(
  settings: Settings,
  env: Record<string, string | undefined>,
): Promise<Telemetry> {
  const { metrics_port: port, log: wanted } = settings;
  const transport = settings.http ? "tcp" : "pipe";
  const listeners: Listener[] = [];
  const ends: (() => unknown)[] = [];
  let note: Note = (line) => console.error(`${NAME}: ${line}`);
  let report: Observer["report"];
  let abandon = (): void => undefined;
  /** Its variables may be meant for other programs: they are no reason not to start. */
  const skip = ({ message }: Error) => note(message, "warn");

  const traced =
    wantsOpenTelemetry(env) && (await load("OpenTelemetry", () => startTraces(env)).catch(skip));
  if (traced) {
    const [{ traceCalls }, { countCalls }] = await Promise.all([
      import("./traces.ts"),
      import("./metrics.ts"),
    ]);
    listeners.push(traceCalls({ ...traced, transport })); // first: the log has the ids of traces
    listeners.push(countCalls(traced.meter, transport));
    ends.push(traced.close);
  }
  if (wanted !== "off") {
    const log = await load("SHOP_MCP_LOG (--log)", async () => {
      const { openLog } = await import("./log.ts");
      return openLog({ name: NAME, withData: wanted === "data" });
    });
    listeners.push(log.listener);
    ends.push(log.close);
    abandon = log.abandon;
    note = log.note;
    report = () => {}; // a call's own line has it
    console.warn = (...words) => note(format(...words), "warn"); // of others
    console.error = (...words) => note(format(...words).replace(`${NAME}: `, ""), "error");
  }
  if (port !== undefined) {
    const served = await load("SHOP_MCP_METRICS_PORT (--metrics-port)", () =>
      servePort(settings.host, port),
    );
    const { countCalls } = await import("./metrics.ts");
    listeners.push(countCalls(served.meter, transport, "prometheus"));
    ends.push(served.close);
    note(`metrics at ${served.url}`);
  }
  const audit = await openAuditOf(settings, (...words) =>
    note(words.map(String).join(" "), "error"),
  );
  /** What nobody has taken after five seconds is lost: a pipe that is not read would keep the process for ever. */
  async function close() {
    const late = setTimeout(() => (abandon(), process.exit()), 5000).unref();
    await Promise.all(ends.map((end) => end()));
    clearTimeout(late);
  }
  return { ...observe(listeners), audit, report, note, close };
}

async function startTraces(env: Record<string, string | undefined>) {
  const { startOpenTelemetry } = await import("./open-telemetry.ts");
  return startOpenTelemetry(NAME, VERSION, env);
}
async function servePort(host: string, port: number) {
  const { servePrometheus } = await import("./prometheus.ts");
  const options = { name: NAME, version: VERSION, host, port };
  return servePrometheus(options).catch((error: unknown) => {
    throw explainListening(error, options, "SHOP_MCP_METRICS_PORT or --metrics-port");
  });
}
async function openAuditOf(
  { audit_log: file, audit_key: secret }: Settings,
  report: (...words: unknown[]) => void,
): Promise<Audit | undefined> {
  const name = "SHOP_MCP_AUDIT_LOG (--audit-log)";
  if (!file && !secret) return undefined;
  if (!file || !secret)
    throw new ConfigError(`${name} and SHOP_MCP_AUDIT_KEY belong together: set both, or neither.`);
  const { openAudit } = await import("./audit.ts");
  try {
    return openAudit({ file, secret, report });
  } catch (error) {
    throw new ConfigError(`${name} cannot be written: ${file} (${codeOf(error)}).`);
  }
}
const codeOf = (error: unknown) => String(Object(error).code ?? error);
/** Does this with a library, which the bundle in one file does not hold. @throws {ConfigError} */
async function load<T>(what: string, open: () => Promise<T>): Promise<T> {
  return open().catch((error: unknown) => {
    if (!codeOf(error).endsWith("MODULE_NOT_FOUND")) throw error;
    throw new ConfigError(
      `${what} needs a library that this file does not hold: start the server from its repository, or from dist/shop-mcp.`,
    );
  });
}
