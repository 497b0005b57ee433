/**
 * The Django shop in django/. `bun run test:django` makes a virtual environment for it, runs its own tests, and
 * then the TypeScript tests against it. Those tests start it with `serveDjango`; everything else that needs
 * Python calls `makeVenv` first. Shops of others, in tests/shops/, are installed and started by scripts/shops.ts.
 *
 * @module
 */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = join(root, "django");
const venv = join(root, ".venv");
const python = join(venv, "bin", "python");

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

interface Requirements {
  /** What is installed, for the message. */
  title: string;
  /** A requirements file. */
  file: string;
  /** A virtual environment. @default .venv */
  venv?: string;
  /** A file in it that records what was installed. @default installed.txt */
  record?: string;
  /** false: it is there, and more is added to it. @default true */
  create?: boolean;
}
/**
 * Installs a requirements file into a virtual environment, unless that has been done.
 * @returns the path of its Python
 */
export async function install(requirements: Requirements): Promise<string> {
  const {
    title,
    file,
    venv: folder = venv,
    record = "installed.txt",
    create = true,
  } = requirements;
  const python = join(folder, "bin", "python");
  const wanted = await Bun.file(file).text();
  const installed = Bun.file(join(folder, record));
  if ((await installed.exists()) && (await installed.text()) === wanted) return python;
  console.log(`Installing ${title} from PyPI into ${relative(root, folder)}, once.`);
  if (create) await createVenv(folder);
  await runOrThrow([python, "-m", "pip", "install", "--quiet", "-r", file]);
  await installed.write(wanted);
  return python;
}
async function createVenv(folder: string) {
  const checkVersion = ["python3", "-c", "import sys; assert sys.version_info >= (3, 11)"];
  await runOrThrow(checkVersion).catch(() => {
    throw new Error(
      "Django needs Python 3.11 or later. The python3 on the PATH is older or missing.",
    );
  });
  const target = existsSync(folder) ? realpathSync(folder) : folder; // of a link, venv empties what it leads to, and fails
  await runOrThrow(["python3", "-m", "venv", "--clear", target]).catch((error) => {
    throw new Error(
      `python3 cannot make virtual environments (on Debian: apt install python3-venv).\n${error}`,
    );
  });
}
/** Makes .venv with what django/requirements.txt pins, unless it exists. */
export const makeVenv = () => install({ title: "Django", file: join(project, "requirements.txt") });
/** Makes an environment for the app with what a requirements file in django/ pins, unless it exists. */
const makeAppVenv = (title: string, name: string) =>
  install({
    title,
    file: join(project, `requirements-${name}.txt`),
    venv: join(root, ".venvs", name),
  });
/** The oldest Django that the app is for. */
const makeOldestVenv = () => makeAppVenv("Django 4.2", "oldest");
/** The newest Django that runs here, and what builds the wheel, but nothing of this repository. */
export const makeWheelVenv = () => makeAppVenv("Django and a builder of wheels", "wheel");
/** Adds django-oauth-toolkit to the .venv that `makeVenv` made, for project/oauth_settings.py. */
export const installOAuthToolkit = () =>
  install({
    title: "django-oauth-toolkit",
    file: join(project, "requirements-oauth.txt"),
    record: "installed-oauth.txt",
    create: false,
  });
/** Adds Schemathesis to the .venv that `makeVenv` made. */
export const installSchemathesis = () =>
  install({
    title: "Schemathesis",
    file: join(project, "requirements-parity.txt"),
    record: "installed-parity.txt",
    create: false,
  });

/**
 * Starts a waitress server and waits until it logs its address. Not `runserver`, which writes each answer in
 * two pieces, and so takes 40 ms more for it.
 * @returns its address, what it has written so far, and a function that stops it
 */
export async function startServer(
  command: string[],
  options: { cwd: string; env?: Record<string, string> },
) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.env };
  const server = Bun.spawn(command, { ...options, env, stdout: "ignore", stderr: "pipe" });
  let output = "";
  const url = await new Promise<string>((start, fail) => {
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
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    server.kill(signal);
    await server.exited;
  };
  return { url, output: () => output, stop };
}

/**
 * Serves the reference shop on a free port, with a database in a temporary folder.
 * @param world the path of the world file that it loads
 * @param options.clock a time such as 2026-11-22T09:00:00Z at which its clock is frozen
 * @param options.env variables of django/project/settings.py, or others
 * @param options.port where it listens, for whoever has to know before it does
 * @returns its address, and functions that replace or read its world and stop it
 */
export async function serveDjango(
  world: string,
  options: { clock?: string; env?: Record<string, string>; port?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const clock = options.clock && { SHOP_CLOCK: options.clock };
  const env = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3`, ...clock, ...options.env };
  const manage = (...args: string[]) =>
    runOrThrow([python, join(project, "manage.py"), ...args], { env });
  await manage("migrate", "--verbosity", "0");
  await manage("load_world", world);
  const start = (port: number | string) =>
    startServer(
      [python, "-m", "waitress", `--listen=127.0.0.1:${port}`, "project.wsgi:application"],
      { cwd: project, env },
    );
  let server = await start(options.port ?? 0);
  const { url } = server;
  return {
    url,
    /** Ends it as a power cut would. */
    kill: () => server.stop("SIGKILL"),
    /** Serves the same shop again, at the same address. */
    async start() {
      server = await start(new URL(url).port);
    },
    /** Starts a command of manage.py, which a test may feed and end. */
    spawn: (...args: string[]) =>
      Bun.spawn([python, join(project, "manage.py"), ...args], {
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", ...env },
        stdin: "pipe",
        stdout: "pipe",
        stderr: "pipe",
      }),
    /** Runs a command of manage.py, and returns what it writes. */
    manage,
    /** Runs its system checks with other variables. @throws {Error} where one is an error */
    check: (others: Record<string, string>) =>
      runOrThrow([python, join(project, "manage.py"), "check"], { env: { ...env, ...others } }),
    /** Replaces the world by that of another file. */
    load: (file: string) => manage("load_world", file),
    /** The world as parsed JSON. */
    world: async (): Promise<unknown> => JSON.parse(await manage("dump_world")),
    async stop() {
      await server.stop();
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
