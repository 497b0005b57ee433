/**
 * Test files that `bun run test` leaves out, because they need real parts: how scripts choose and run them.
 *
 * @module
 */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A file that has tests, or brings those of another: the rest is what they build on. */
const IS_TEST = /from "bun:test"|^import ".*\.test\.ts";$/m;

/**
 * The files with tests in them, in the order of their names.
 *
 * @param patterns globs from the project's root
 * @param words parts of file names: one of them has to fit; none: every file
 * @throws {Error} when no file is left
 */
export async function chooseFiles(patterns: string[], words: string[]): Promise<string[]> {
  const found = patterns.flatMap((pattern) => Array.from(new Bun.Glob(pattern).scanSync(root)));
  const named = found
    .filter((file) => !words.length || words.some((word) => basename(file).includes(word)))
    .toSorted();
  const texts = await Promise.all(named.map((file) => Bun.file(root + file).text()));
  const chosen = named.filter((_, nth) => IS_TEST.test(texts[nth] ?? ""));
  if (!chosen.length)
    throw new Error(`no file of ${patterns.join(", ")} has ${words.join(" or ")} in its name`);
  return chosen;
}

export interface RunOptions {
  /** @default this process's */
  env?: Record<string, string | undefined>;
  /** How many tests of a file may run at once. @default 1 */
  concurrency?: number;
  /** For one test, in ms. @default 180,000 */
  timeout?: number;
  /** Keeps what the tests print until they have ended. @default false */
  isQuiet?: boolean;
}
/** Runs test files in one process. @returns its exit code */
export async function runTests(files: string[], options: RunOptions = {}): Promise<number> {
  const { env = process.env, concurrency = 1, timeout = 180_000, isQuiet = false } = options;
  const paths = files.map((file) => `./${file}`);
  const bounds = ["--max-concurrency", String(concurrency), "--timeout", String(timeout)];
  const command = [process.execPath, "test", "--randomize", ...bounds, ...paths];
  const output = isQuiet ? "pipe" : "inherit";
  const tests = Bun.spawn(command, { cwd: root, env, stdout: output, stderr: output });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => tests.kill());
  const said = [tests.stdout, tests.stderr].map((stream) => stream?.text());
  const code = await tests.exited;
  for (const text of await Promise.all(said)) if (text) console.error(text);
  return code;
}

/** Runs such a script. A failure before the first test counts as one failed test. */
export async function runScript(name: string, main: (words: string[]) => Promise<number>) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}\n 1 fail`);
    process.exitCode = 1;
  }
}
