/**
 * The real Django of django/: `bun run test:django` makes a virtual environment for it, runs its own tests and
 * then ours against it. Tests take `serveDjango` from here.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const project = join(root, "django");
const venv = join(root, ".venv");
const python = join(venv, "bin", "python");

type Options = { env?: Record<string, string>; cwd?: string };
/** Runs a command to its end, and gives what it said and how it ended. */
export async function ended(command: string[], options: Options = {}) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.env };
  const child = Bun.spawn(command, { ...options, env, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { out, err, code };
}
/** The same, of one that has to end well. @throws when it fails, with what it said */
async function run(command: string[], options?: Options) {
  const { out, err, code } = await ended(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${err}`);
  return out;
}

/** Puts what a file of requirements pins into .venv, unless it is there. `mark` notes there what was installed. */
async function install(what: string, file: string, mark: string, prepare?: () => Promise<unknown>) {
  const requirements = join(project, file);
  const wanted = await Bun.file(requirements).text();
  const installed = Bun.file(join(venv, mark));
  if ((await installed.exists()) && (await installed.text()) === wanted) return;
  console.log(`Installing ${what} from PyPI into .venv, once.`);
  await prepare?.();
  await run([python, "-m", "pip", "install", "--quiet", "-r", requirements]);
  await installed.write(wanted);
}
/** Makes .venv with what django/requirements.txt pins, unless it is there. */
export const makeVenv = () =>
  install("Django", "requirements.txt", "installed.txt", async () => {
    await run(["python3", "-c", "import sys; assert sys.version_info >= (3, 11)"]).catch(() => {
      throw new Error(
        "Python 3.11 or later is needed for Django: no python3 on the PATH is that new.",
      );
    });
    await run(["python3", "-m", "venv", "--clear", venv]).catch((error) => {
      throw new Error(
        `python3 cannot make virtual environments (on Debian: apt install python3-venv).\n${error}`,
      );
    });
  });
/** Adds Schemathesis to it. One environment to make, one to throw away. */
export const addSchemathesis = () =>
  install("Schemathesis", "requirements-proof.txt", "installed-proof.txt");

/** Starts a waitress and waits for its address. Not runserver: its two writes an answer cost 40 ms each time. */
async function serve(command: string[], options: { cwd: string; env?: Record<string, string> }) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.env };
  const server = Bun.spawn(command, { ...options, env, stdout: "ignore", stderr: "pipe" });
  const url = await new Promise<string>((start, fail) => {
    let said = "";
    const listen = async () => {
      for await (const chunk of server.stderr.pipeThrough(new TextDecoderStream())) {
        said += chunk; // read to its end, so that Django can go on writing
        const at = /Serving on (http:\S+)/.exec(said)?.[1];
        if (at) start(at);
      }
      fail(new Error(`Django did not start:\n${said}`));
    };
    listen().catch(fail);
  });
  const stop = async () => {
    server.kill();
    await server.exited;
  };
  return { url, stop };
}

/**
 * Serves a world file from the reference shop, on a free port, with a database in a temporary folder.
 * @param options.clock an instant such as 2026-11-22T09:00:00Z at which the shop's time stands still
 */
export async function serveDjango(world: string, options: { clock?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const clock = options.clock && { SHOP_CLOCK: options.clock };
  const env = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3`, ...clock };
  const manage = (...args: string[]) => run([python, join(project, "manage.py"), ...args], { env });
  await manage("migrate", "--verbosity", "0");
  await manage("load_world", world);
  const waitress = [python, "-m", "waitress", "--listen=127.0.0.1:0", "project.wsgi:application"];
  const { url, stop } = await serve(waitress, { cwd: project, env });
  return {
    url,
    /** Replaces the shop's whole content by another world file. */
    load: (file: string) => manage("load_world", file),
    /** The world as it is now. */
    world: async (): Promise<unknown> => JSON.parse(await manage("dump_world")),
    async stop() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Serves tests/harness/two_endpoint_shop.py, a Django with nothing but the two given endpoints. */
export const servePlainShop = () =>
  serve([python, "two_endpoint_shop.py"], { cwd: join(root, "tests", "harness") });

async function main(): Promise<number> {
  await makeVenv();
  const inherit = { stdout: "inherit", stderr: "inherit" } as const;
  const own = [python, join(project, "manage.py"), "test", "shop"];
  const ours = [
    process.execPath,
    "test",
    "--randomize",
    "--timeout",
    "20000",
    "./tests/on-django.ts",
    "./tests/on-tutorial.ts",
  ];
  let worst = 0;
  for (const command of [own, ours]) {
    const child = Bun.spawn(command, { cwd: command === own ? project : root, ...inherit });
    worst = Math.max(worst, await child.exited);
  }
  return worst;
}

if (import.meta.main)
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`test:django: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
