/**
 * What has to hold in production, with the real parts: `bun run test:production [NAME…]` runs tests/production/*.ts and
 * the replays of public vulnerabilities. It installs what they start.
 *
 * ```sh
 * bun run test:production                      # all of them
 * bun run test:production bombs redirects      # the files with these words in their names
 * ```
 *
 * @module
 */
import { installPackages } from "./debian.ts";
import { makeVenv } from "./django.ts";
import { chooseFiles, runScript, runTests } from "./test-files.ts";

const PATTERNS = ["tests/production/*.ts", "tests/cve/*.test.ts"];
/** These only wait, for minutes: they do so beside the others. */
const WAITING = ["tests/production/quiet-stream.ts"];

/** Servers that tests start by themselves, each with the Debian package that it comes in. */
const PROGRAMS = [
  { program: "redis-server", package: "redis-server" },
  { program: "nginx", package: "nginx" },
  { program: "pg_ctlcluster", package: "postgresql" },
];
const PATH = `${process.env["PATH"]}:/usr/sbin:/sbin`; // where Debian keeps nginx

/** Installs the programs that are missing, where this user may. What stays missing is said aloud. */
async function installPrograms(): Promise<void> {
  const missing = PROGRAMS.filter(({ program }) => !Bun.which(program, { PATH }));
  if (!missing.length) return;
  await installPackages(missing.map((part) => part.package)).catch(({ message }: Error) =>
    console.error(
      `\ntest:production: ${message} What needs them is SKIPPED, and not proven here.\n`,
    ),
  );
}

async function main(words: string[]): Promise<number> {
  const files = await chooseFiles(PATTERNS, words);
  await installPrograms();
  await makeVenv();
  const env = { ...process.env, PATH, PYTHONDONTWRITEBYTECODE: "1" };
  const waiting = files.filter((file) => WAITING.includes(file));
  const others = files.filter((file) => !WAITING.includes(file));
  const runs = [
    waiting.length ? runTests(waiting, { env, concurrency: 3, isQuiet: others.length > 0 }) : 0,
    others.length ? runTests(others, { env }) : 0,
  ];
  return Math.max(...(await Promise.all(runs)));
}

if (import.meta.main) await runScript("test:production", main);
