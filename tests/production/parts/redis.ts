/** A real redis-server on loopback, which a test may kill, stop and start again. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = Bun.which("redis-server") ?? Bun.which("valkey-server");
/** Whether this machine has one. `bun run test:production` installs it where it may, and says so where it may not. */
export const HAS_REDIS = PROGRAM !== null;

/** A port that nothing listens on now. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((found) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      server.close(() => found(port));
    }),
  );
}

interface RedisOptions {
  /** Whether what it was told outlives it. */
  keepsLog?: boolean;
  /** Further arguments, as `--requirepass secret`. */
  more?: string[];
}
export async function startRedis({ keepsLog = true, more = [] }: RedisOptions = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const url = `redis://127.0.0.1:${port}`;
  const settings = {
    port,
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: keepsLog ? "yes" : "no",
    appendfsync: "always",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const spawn = () =>
    Bun.spawn([PROGRAM ?? "", ...args, ...more], { stdout: "pipe", stderr: "inherit" });
  let child: ReturnType<typeof spawn> | undefined;
  /** Starts it, and waits until it answers. */
  async function start(): Promise<void> {
    child = spawn();
    let printed = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream()))
      if ((printed += chunk).includes("Ready to accept connections")) return;
    throw new Error(`redis-server did not start:\n${printed}`);
  }
  async function kill(): Promise<void> {
    child?.kill("SIGKILL");
    await child?.exited;
  }
  await start();
  return {
    url,
    start,
    kill,
    /** Leaves its connections open, and answers nothing, until `wake`. */
    freeze: () => child?.kill("SIGSTOP"),
    wake: () => child?.kill("SIGCONT"),
    /** Asks it something, past whoever is tested. */
    async ask(command: string, ...args: string[]): Promise<unknown> {
      const client = new Bun.RedisClient(url, { autoReconnect: false });
      try {
        return (await client.send(command, args)) as unknown; // of any type
      } finally {
        client.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}
export type Redis = Awaited<ReturnType<typeof startRedis>>;
