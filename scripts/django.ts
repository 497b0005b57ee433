/**
 * The Django shop in django/. `bun run test:django` makes a virtual environment for it, runs its own tests, and
 * then the TypeScript tests against it. Those tests start it with `serveDjango`; everything else that needs
 * Python calls `makeVenv` first.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const project = join(root, "django");
const python = join(root, ".venv", "bin", "python");

type CommandOptions = { env?: Record<string, string>; cwd?: string };
/** Runs a command until it exits, and returns its output and exit code. */
export async function ended(command: string[], options: CommandOptions = {}) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.env };
  const child = Bun.spawn(command, { ...options, env, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { out, err, code };
}
/**
 * Runs a command and returns what it wrote to stdout.
 * @throws {Error} with all of its output, if it exits with another code than 0
 */
export async function runOrThrow(command: string[], options?: CommandOptions) {
  const { out, err, code } = await ended(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")} exited with ${code}:\n${out}${err}`);
  return out;
}

/**
 * Makes a virtual environment in the root of the repository, unless it is there with what a requirements file in
 * django/ pins.
 *
 * @returns the path of its Python
 */
async function makeEnvironment(folder: string, title: string, file: string): Promise<string> {
  const environment = join(root, folder);
  const python = join(environment, "bin", "python");
  await install(python, {
    title,
    file,
    record: "installed.txt",
    prepare: () => createVenv(environment),
  });
  return python;
}
interface Requirements {
  /** What is installed, for the message. */
  title: string;
  /** A requirements file in django/. */
  file: string;
  /** A file in the environment that records what was installed. */
  record: string;
  /** What has to be done before. */
  prepare?: () => Promise<unknown>;
}
/** Installs a requirements file into the environment of a Python, unless that has been done. */
async function install(python: string, { title, file, record, prepare }: Requirements) {
  const requirements = join(project, file);
  const wanted = await Bun.file(requirements).text();
  const environment = dirname(dirname(python));
  const installed = Bun.file(join(environment, record));
  if ((await installed.exists()) && (await installed.text()) === wanted) return;
  console.log(`Installing ${title} from PyPI into ${basename(environment)}, once.`);
  await prepare?.();
  await runOrThrow([python, "-m", "pip", "install", "--quiet", "-r", requirements]);
  await installed.write(wanted);
}
async function createVenv(environment: string) {
  const checkVersion = ["python3", "-c", "import sys; assert sys.version_info >= (3, 11)"];
  await runOrThrow(checkVersion).catch(() => {
    throw new Error(
      "Django needs Python 3.11 or later. The python3 on the PATH is older or missing.",
    );
  });
  await runOrThrow(["python3", "-m", "venv", "--clear", environment]).catch((error) => {
    throw new Error(
      `python3 cannot make virtual environments (on Debian: apt install python3-venv).\n${error}`,
    );
  });
}
/** Makes .venv with what django/requirements.txt pins, unless it exists. */
export const makeVenv = () => makeEnvironment(".venv", "Django", "requirements.txt");
/** Makes .venv-django-4.2, with the oldest Django that the app is for. */
const makeOldestVenv = () =>
  makeEnvironment(".venv-django-4.2", "Django 4.2", "requirements-oldest.txt");
/** Makes .venv-wheel: the newest Django that runs here, and what builds the wheel, but nothing of this repository. */
export const makeWheelVenv = () =>
  makeEnvironment(".venv-wheel", "Django and a builder of wheels", "requirements-wheel.txt");
/** Adds Schemathesis to the .venv that `makeVenv` made. */
export const installSchemathesis = () =>
  install(python, {
    title: "Schemathesis",
    file: "requirements-parity.txt",
    record: "installed-parity.txt",
  });

/**
 * Starts a waitress server and waits until it logs its address. Not `runserver`, which writes each answer in
 * two pieces, and so takes 40 ms more for it.
 */
export async function startServer(
  command: string[],
  options: { cwd: string; env?: Record<string, string> },
) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.env };
  const server = Bun.spawn(command, { ...options, env, stdout: "ignore", stderr: "pipe" });
  const url = await new Promise<string>((start, fail) => {
    let output = "";
    const listen = async () => {
      for await (const chunk of server.stderr.pipeThrough(new TextDecoderStream())) {
        output += chunk; // reads on after the address, so that the pipe does not fill up and block Django
        const address = /Serving on (http:\S+)/.exec(output)?.[1];
        if (address) start(address);
      }
      fail(new Error(`Django did not start:\n${output}`));
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
 * Serves the reference shop on a free port, with a database in a temporary folder.
 * @param world the path of the world file that it loads
 * @param options.clock a time such as 2026-11-22T09:00:00Z at which its clock is frozen
 * @returns its address, and functions that replace or read its world and stop it
 */
export async function serveDjango(world: string, options: { clock?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const clock = options.clock && { SHOP_CLOCK: options.clock };
  const env = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3`, ...clock };
  const manage = (...args: string[]) =>
    runOrThrow([python, join(project, "manage.py"), ...args], { env });
  await manage("migrate", "--verbosity", "0");
  await manage("load_world", world);
  const waitress = [python, "-m", "waitress", "--listen=127.0.0.1:0", "project.wsgi:application"];
  const { url, stop } = await startServer(waitress, { cwd: project, env });
  return {
    url,
    /** Replaces the world by that of another file. */
    load: (file: string) => manage("load_world", file),
    /** The world as parsed JSON. */
    world: async (): Promise<unknown> => JSON.parse(await manage("dump_world")),
    async stop() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Serves tests/harness/two_endpoint_shop.py, a Django with only the two given endpoints. */
export const serveTwoEndpointShop = () =>
  startServer([python, "two_endpoint_shop.py"], { cwd: join(root, "tests", "harness") });

async function main(): Promise<number> {
  await makeVenv();
  const oldest = await makeOldestVenv();
  const inherit = { stdout: "inherit", stderr: "inherit" } as const;
  const appTests = "-m django test shop_mcp.tests --settings shop_mcp.tests.settings".split(" ");
  const djangoTests = [
    [python, "manage.py", "test", "shop"],
    [python, ...appTests],
    [oldest, ...appTests],
  ];
  const typescriptTests = [
    process.execPath,
    "test",
    "--randomize",
    "--timeout",
    "20000",
    "./tests/on-django.ts",
    "./tests/on-dialects.ts",
  ];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  let exitCode = 0;
  for (const command of [...djangoTests, typescriptTests]) {
    const cwd = command === typescriptTests ? root : project;
    exitCode = Math.max(exitCode, await Bun.spawn(command, { cwd, env, ...inherit }).exited);
  }
  return exitCode;
}

if (import.meta.main)
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`test:django: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
