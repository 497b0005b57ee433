/**
 * Loaded into the server before anything else where a client starts it, this records what passes over stdio and how
 * the process ends: `bun --preload tests/clients/watch.ts dist/server.js`, with the file in `WATCH_RECORD`. The record
 * has a line in JSON for each start and each end.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import { Wire } from "./wire.ts";

/** A line of the record; a process that was killed has no end. */
export interface Watched {
  pid: number;
  end?: {
    code: number;
    /** Whether a signal came: the client did not wait for the server to end by itself. */
    isSignalled: boolean;
    revision: string | undefined;
    cancellations: number;
  };
}

const record = process.env["WATCH_RECORD"];
if (record) {
  const { pid } = process;
  const note = (line: Watched) => appendFileSync(record, `${JSON.stringify(line)}\n`);
  note({ pid });

  const wire = new Wire();
  const open = Bun.stdin.stream.bind(Bun.stdin);
  Bun.stdin.stream = () => {
    const decoder = new TextDecoder();
    const hear = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        wire.hear(decoder.decode(chunk, { stream: true }));
        out.enqueue(chunk);
      },
    });
    return open().pipeThrough(hear) as ReturnType<typeof open>; // the same chunks
  };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array, ...rest: never[]) => {
    wire.hear(String(text));
    return write(text, ...rest);
  };

  let isSignalled = false;
  process.prependOnceListener("SIGTERM", () => (isSignalled = true));
  process.on("exit", (code) => {
    const { revision, cancellations } = wire;
    note({ pid, end: { code, isSignalled, revision, cancellations } });
  });
}
