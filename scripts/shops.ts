/**
 * The shops of others, from PyPI, each a small Django project in tests/shops/NAME/. `bun run test:shops [NAME…]`
 * installs each, fills a fresh database through the package's own models, serves it, and runs its tests against that.
 *
 * ```sh
 * bun run test:shops                               # all of them
 * bun run test:shops oscar                         # one
 * bun scripts/shops.ts --serve oscar --port 8000   # by hand: prints its address and tokens, and serves it until Ctrl-C
 * ```
 *
 * A project has
 * - `requirements.txt`, every line pinned; with waitress, by which it is served
 * - `settings.py`, whose database is the SQLite file `os.environ["SHOP_DATABASE"]`, and `urls.py`
 * - `seed.py`, run once on the migrated database: it writes `{"mia": "TOKEN", …}` to stdout
 * - its tests, every `*.ts`, which reach it through tests/shops/real-shop.ts; other scripts in Python for them
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { install, runOrThrow, startServer } from "./django.ts";

const root = join(import.meta.dir, "..");
const shops = join(root, "tests", "shops");
const SHOWN = 4000; // characters at the end of what a shop wrote

const tokensSchema = z.record(z.string(), z.string());
const installShop = (name: string) =>
  install({
    title: name,
    file: join(shops, name, "requirements.txt"),
    venv: join(root, ".venvs", name),
  });

/** Serves a project whose database is there. @param port of loopback; 0: any free one */
export async function startProject(
  project: { cwd: string; env: Record<string, string> },
  port = 0,
): ReturnType<typeof startServer> {
  const { SHOP_PYTHON: python = "python3" } = project.env;
  const listen = `--listen=127.0.0.1:${port}`;
  const application = ["--call", "django.core.wsgi:get_wsgi_application"];
  const server = await startServer([python, "-m", "waitress", listen, ...application], project);
  process.once("exit", server.stop); // whatever ends this process
  return server;
}
/**
 * Serves a shop with new data.
 * @param options.port of loopback; 0: any free one. @default 0
 * @returns its address, the tokens by user, and the environment in which its scripts and tests run
 */
async function serveRealShop(name: string, options: { port?: number } = {}) {
  const python = await installShop(name);
  const folder = mkdtempSync(join(tmpdir(), `shop-${name}-`));
  const project = join(shops, name);
  const env: Record<string, string> = {
    SHOP_DATABASE: join(folder, "db.sqlite3"),
    SHOP_PYTHON: python,
    DJANGO_SETTINGS_MODULE: "settings",
    PYTHONPATH: project,
  };
  const inProject = { cwd: folder, env };
  await runOrThrow([python, "-m", "django", "migrate", "--verbosity", "0"], inProject);
  const seeded = await runOrThrow([python, join(project, "seed.py")], inProject);
  const tokens = tokensSchema.parse(JSON.parse(seeded));
  const server = await startProject(inProject, options.port);
  return {
    url: server.url,
    tokens,
    env: { ...env, SHOP_URL: server.url, SHOP_TOKENS: JSON.stringify(tokens) },
    output: server.output,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs the tests of a shop against it. @returns whether all passed */
async function testShop(name: string): Promise<boolean> {
  const files = Array.from(new Bun.Glob("*.ts").scanSync(join(shops, name)));
  if (!files.length) throw new Error("it has no tests");
  const paths = files.map((file) => `./${relative(root, join(shops, name, file))}`);
  const shop = await serveRealShop(name);
  try {
    const command = [process.execPath, "test", "--randomize", "--timeout", "20000", ...paths];
    const inherit = { stdout: "inherit", stderr: "inherit" } as const;
    const env = { ...process.env, ...shop.env };
    const tests = Bun.spawn(command, { cwd: root, env, ...inherit });
    process.once("exit", () => tests.kill());
    const isPassed = (await tests.exited) === 0;
    if (!isPassed) console.error(`\n${name} wrote:\n${shop.output().slice(-SHOWN)}`);
    return isPassed;
  } finally {
    await shop.stop();
  }
}
/** Reports a shop that could not be tested, in the form in which test runs are counted. */
function reportUntested(name: string, error: unknown): void {
  console.error(`\ntest:shops: ${name} could NOT be tested: ${error}\n 1 fail`);
}

async function serveByHand(name: string, port: number): Promise<void> {
  const { url, tokens, stop } = await serveRealShop(name, { port });
  console.log(`${name} is served at ${url}\n`);
  for (const [user, token] of Object.entries(tokens)) console.log(`  ${user.padEnd(12)} ${token}`);
  await new Promise<void>((end) => process.once("SIGINT", end).once("SIGTERM", end));
  await stop();
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { serve: { type: "string" }, port: { type: "string", default: "0" } },
  });
  const found = Array.from(new Bun.Glob("*/requirements.txt").scanSync(shops));
  const known = found.map((file) => file.split(/[\\/]/)[0] ?? "").toSorted();
  const wanted = values.serve === undefined ? positionals : [values.serve];
  const stray = wanted.find((name) => !known.includes(name));
  if (stray !== undefined) throw new Error(`there is no ${stray}: there are ${known.join(", ")}`);
  if (values.serve !== undefined)
    return serveByHand(values.serve, Number(values.port)).then(() => 0);

  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const names = wanted.length ? wanted : known;
  if (!names.length) throw new Error("there are no shops in tests/shops");
  const installing = names.map(
    async (name) => [name, await installShop(name).then(() => undefined, String)] as const,
  );
  let failed = 0;
  for (const [name, error] of await Promise.all(installing)) {
    console.log(`\n── ${name}`);
    try {
      if (error !== undefined) throw error;
      if (!(await testShop(name))) failed += 1;
    } catch (reason) {
      reportUntested(name, reason);
      failed += 1;
    }
  }
  return failed ? 1 : 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`test:shops: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
