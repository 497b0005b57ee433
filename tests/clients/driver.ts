/**
 * Drives a client of another stack: its program takes a command in JSON on each line of stdin, and answers with one
 * line on stdout. `tests/clients/python/driver.py` and its kin are the other side.
 *
 * @module
 */
import * as z from "zod";

/** How a client reaches the server: it starts a program, or asks an address. */
export type Server =
  { command: string; args: string[]; env: Record<string, string> } | { url: string };
export interface Connection {
  server: Server;
  /** Whether the client says that it can put a question to its user. */
  canBeAsked: boolean;
}

/** What a client makes of a result. */
const outcome = z.object({
  text: z.string().nullable(),
  structure: z.unknown(),
  failed: z.boolean().nullable().describe("null: the client does not say"),
  questions: z.array(z.string()),
});
export type Outcome = z.output<typeof outcome>;
/** Each command, with what its answer has. */
const ANSWERS = {
  connect: z.object({}),
  list: z.object({ tools: z.array(z.string()) }),
  call: outcome,
  begin: z.object({}),
  cancel: z.object({ cancelled: z.boolean() }),
  close: z.object({}),
};
export interface Call {
  tool: string;
  arguments: object;
  /** What the user answers to whatever is asked. */
  answer?: { action: "accept"; content: { confirm: boolean } } | { action: "decline" };
}

const PATIENCE_S = 120; // with a client that does not answer
const alive = new Set<Bun.Subprocess>();
process.on("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

/** Rejects where something does not come in time. */
async function inTime<T>(coming: Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new Error(`${what}: not within ${PATIENCE_S} s`)),
    PATIENCE_S * 1000,
  );
  return Promise.race([coming, promise]).finally(() => clearTimeout(late));
}

/** Starts a client's program, which connects, calls and closes when it is asked to. */
export function startDriver(command: string[]) {
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  alive.add(child);
  const stderr = child.stderr.text();
  const lines = readLines(child.stdout);
  async function fail(problem: string): Promise<never> {
    child.kill("SIGKILL");
    alive.delete(child);
    throw new Error(`${problem}\n${(await stderr).slice(-3000)}`);
  }
  async function next(what: string): Promise<unknown> {
    try {
      const { value, done } = await inTime(lines.next(), what);
      if (done) throw new Error(`${what}: the program has ended`);
      return JSON.parse(value);
    } catch (error) {
      return fail(String(error));
    }
  }
  return {
    /** Has the client do something. @throws {Error} with what its program wrote, where it fails */
    async ask<Do extends keyof typeof ANSWERS>(
      what: Do,
      more?: Connection | Call,
    ): Promise<z.output<(typeof ANSWERS)[Do]>> {
      child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
      await child.stdin.flush();
      const answer = ANSWERS[what].parse(await next(what));
      return answer as z.output<(typeof ANSWERS)[Do]>; // it is of this command's schema
    },
    /** Ends its program. @throws {Error} where that does not end well */
    async end(): Promise<void> {
      await child.stdin.end();
      const code = await inTime(child.exited, "end").catch((error: unknown) => fail(String(error)));
      alive.delete(child);
      if (code !== 0) await fail(`the client's program ended with ${code}`);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
export type Driver = ReturnType<typeof startDriver>;

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
