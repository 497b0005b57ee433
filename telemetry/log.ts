/**
 * The log: a line of JSON on stderr for each call, with who called what, how it ended, and what it took. Arguments and
 * results are in it only where they are asked for, since they are the customers'.
 *
 * @module
 */
import { pino } from "pino";
import type { Call, Listener } from "./observe.ts";

export interface LogOptions {
  name: string;
  /** Whether arguments and results are logged, too. */
  withData: boolean;
  /** Where the lines go. @default stderr */
  destination?: pino.DestinationStream;
}
const MOST_WAITING = 4 * 1024 * 1024; // characters that nobody has read yet; what is beyond is lost
/** What confirms a change; whoever reads the log must not be able to. */
const redact = { paths: ["arguments.confirmation", "result.confirmation"], censor: "[redacted]" };

/** Stderr, which never makes a call wait. */
function openStderr() {
  const stderr = pino.destination({ fd: 2, sync: false, maxLength: MOST_WAITING });
  stderr.on("error", () => {}); // nobody reads it any more
  return stderr;
}

const textOf = (part: unknown) =>
  part instanceof Error ? (part.stack ?? part.message) : `${part}`;
/** A call as a line. The cause of a failure is there where the operator has to look. */
function lineOf(call: Call, withData: boolean) {
  const { tool, message, caller, outcome, failure, ms, upstream, trace } = call;
  const { calls, ms: upstreamMs } = upstream;
  return {
    tool,
    method: message.method,
    caller: caller ?? "this server",
    outcome,
    code: failure?.code,
    cause: failure?.logged.length ? failure.logged.map(textOf).join(" ") : undefined,
    ms: round(ms),
    upstream: { calls, ms: round(upstreamMs) },
    trace_id: trace?.id,
    span_id: trace?.span,
    ...(withData && { arguments: call.arguments, result: call.result }),
  };
}
const round = (ms: number) => Math.round(ms * 100) / 100;

export function openLog({ name, withData, destination }: LogOptions) {
  const stderr = destination ? undefined : openStderr();
  const level = (label: string) => ({ level: label });
  const options = { name, redact, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level } };
  const log = pino(options, destination ?? stderr);
  let isOpen = true;
  const listener: Listener = {
    callEnded(call) {
      if (!isOpen) return;
      const line = lineOf(call, withData);
      if (call.outcome === "error") log.error(line, "call");
      else log.info(line, "call");
    },
  };
  return {
    listener,
    /** What a person should read, as a line of its own. */
    note(line: string, level: "info" | "warn" | "error" = "info") {
      if (isOpen) log[level](line);
    },
    /** Ends once all lines are written: never, where nobody reads them. */
    close() {
      isOpen = false;
      return new Promise<void>((written) => {
        if (!stderr) return written();
        stderr.once("close", written);
        stderr.end();
      });
    },
    /** Drops the lines that wait; pino would write them at exit, which would wait for a reader. */
    abandon: () => stderr?.destroy(),
  };
}
