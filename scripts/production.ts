/**
 * What has to hold in production, with the real parts: `bun run test:production [NAME…]` runs tests/production/*.ts,
 * the replays of public vulnerabilities, and the benchmark of a blocked loop. It installs what they start.
 *
 * ```sh
 * bun run test:production                      # all of them
 * bun run test:production bombs redirects      # the files with these words in their names
 * ```
 *
 * @module
 */
import { basename } from "node:path";
import { ended, makeVenv } from "./django.ts";

const root = new URL("..", import.meta.url).pathname;
const SERIAL = ["--randomize", "--max-concurrency", "1", "--timeout", "180000"];

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
  const packages = missing.map((part) => part.package);
  const may = process.getuid?.() === 0 && Bun.which("apt-get", { PATH });
  if (may) {
    console.log(`Installing ${packages.join(", ")} from Debian, once.`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    // Tests start their own: none of these is to run as a service.
    const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
    await ended(["apt-get", "update"], { env });
    const { code, err } = await ended(install, { env: { ...env, RUNLEVEL: "1" } });
    if (code === 0) return;
    console.error(err.slice(-1000));
  }
  const why = may ? "could NOT be installed" : "are missing, and this user may not install them";
  console.error(
    `\ntest:production: ${packages.join(", ")} ${why}: what needs them is SKIPPED, and not proven here.\n`,
  );
}

/** The files to run, in the order of their names. */
function chooseFiles(words: string[]): string[] {
  const patterns = ["tests/production/*.ts", "tests/cve/*.test.ts"];
  const found = patterns.flatMap((pattern) => Array.from(new Bun.Glob(pattern).scanSync(root)));
  const all = [...found, "tests/hosts/keeps-the-loop-free.ts"].toSorted();
  const isMeant = (file: string) =>
    !words.length || words.some((word) => basename(file).includes(word));
  return all.filter(isMeant).map((file) => `./${file}`);
}

async function main(words: string[]): Promise<number> {
  const files = chooseFiles(words);
  if (!files.length) throw new Error(`no file of tests/production has ${words.join(" or ")}`);
  await installPrograms();
  await makeVenv();
  const inherit = { stdout: "inherit", stderr: "inherit" } as const;
  const env = { ...process.env, PATH, PYTHONDONTWRITEBYTECODE: "1" };
  const command = [process.execPath, "test", ...SERIAL, ...files];
  const tests = Bun.spawn(command, { cwd: root, env, ...inherit });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => tests.kill());
  return tests.exited;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`test:production: ${error instanceof Error ? error.message : error}\n 1 fail`);
    process.exitCode = 1;
  }
