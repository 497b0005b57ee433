/**
 * Adds the server to a host: shows what would change in the host's own file, asks, and writes it, with a backup beside.
 *
 * ```sh
 * bun run connect cursor --demo                              # the demo shop, in Cursor
 * bun run connect claude-code --url https://shop.example     # a shop of yours; its token stays in the environment
 * bun run connect vscode --http http://127.0.0.1:3000/mcp    # a server that runs already
 * bun run connect zed --demo --print                         # only shows it
 * bun run connect cursor --remove                            # undoes it
 * ```
 *
 * @module
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { commandFor, NAME, readSettings, VERSION } from "../../settings.ts";
import { ConfigError } from "../../shop/config-error.ts";
import { executable } from "../bundle/executable.ts";
import { EditError, formats } from "./edit.ts";
import { FileError, openFile, type OpenFile } from "./file.ts";
import {
  entryPath,
  filesOf,
  holdsPlainSecrets,
  type Host,
  hostNames,
  type HostName,
  hostOf,
  oneClickLink,
  type Place,
  placements,
  type Scope,
  type Secret,
  secretPaths,
  secretsOf,
  type ServerLaunch,
  snippet,
} from "./hosts.ts";
import { bridge, type Installation, launchServer, type Npx, type Served } from "./launch.ts";
import { changedLines, hideSecrets } from "./show.ts";

const USAGE = `${commandFor("connect")} HOST… --demo | --url URL | --http URL`;
const HELP = `${USAGE}

  HOST             ${hostNames.join(", ")}
  --demo           the demo shop: no Django, no token
  --url URL        your shop, as DJANGO_API_BASE; what follows -- are flags of the server: -- --currency EUR
  --http URL       a server that runs already, at http://127.0.0.1:3000/mcp for instance
  --bearer-env V   with --http: sends the token in variable V
  --no-token       with --url: a shop that asks for none
  --scope S        user, or project for the folder at hand [user]
  --dir FOLDER     the folder of the project [where you are]
  --name NAME      what the host calls it [shop]
  --print          shows it, and writes nothing
  --remove         takes it out again
  --yes            does not ask

The file is edited in place, with a backup beside it; other entries and comments stay as they are.`;

/** Where the program runs. */
export interface Surroundings extends Place {
  installation: Installation;
  npx: Npx;
  say(text: string): void;
  /** Asks a person; absent where there is none. */
  ask?(question: string): Promise<string>;
}
type Options = ReturnType<typeof readOptions>;

/** Why nothing was done: what is wrong, and what to do instead. */
class ConnectError extends Error {
  override name = "ConnectError";
}

function readOptions(argv: string[]) {
  const end = argv.indexOf("--");
  const args = end < 0 ? argv : argv.slice(0, end);
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    demo: flag,
    url: text,
    http: text,
    "bearer-env": text,
    "no-token": flag,
    scope: { ...text, default: "user" },
    dir: text,
    name: { ...text, default: "shop" },
    print: flag,
    remove: flag,
    yes: { ...flag, short: "y" },
    help: { ...flag, short: "h" },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { ...values, names: positionals, flags: end < 0 ? [] : argv.slice(end + 1) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\. [^]*|\n/g, "") : error;
    throw new ConnectError(`${reason}. Usage: ${USAGE}`);
  }
}

/** How many letters differ, at least, for a name that was mistyped. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, nth) => nth);
  for (const [nth, letter] of [...one].entries()) {
    const next = [nth + 1];
    for (const [at, wanted] of [...other].entries())
      next.push(
        Math.min(
          (next[at] ?? 0) + 1,
          (row[at + 1] ?? 0) + 1,
          (row[at] ?? 0) + (letter === wanted ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
function findHost(given: string): HostName {
  const wanted = given.toLowerCase().replaceAll(/[ _]/g, "-");
  const found = hostNames.find(
    (name) => name === wanted || hostOf(name).title.toLowerCase() === given.toLowerCase(),
  );
  if (found) return found;
  const byDistance = hostNames.toSorted(
    (one, other) => distance(wanted, one) - distance(wanted, other),
  );
  const [nearest] = byDistance.filter(
    (name) => distance(wanted, name) < 4 || name.includes(wanted) || wanted.includes(name),
  );
  const hint = nearest ? ` Did you mean ${nearest}?` : "";
  throw new ConnectError(`There is no host "${given}".${hint} There are: ${hostNames.join(", ")}.`);
}

/** An http address without a password in it. @throws {ConnectError} */
function checkAddress(flag: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return given;
  const shown = /@/.test(given) ? "" : `; got "${given}"`;
  throw new ConnectError(`${flag} must be an http(s) address without a password${shown}.`);
}

const apiToken = (env: Place["env"]): Secret => ({
  variable: "DJANGO_API_TOKEN",
  title: "API token of the shop's Django",
  value: env["DJANGO_API_TOKEN"] || undefined,
});
const password = (env: Place["env"]): Secret => ({
  variable: "DJANGO_PASSWORD",
  title: "Password of the shop's Django",
  value: env["DJANGO_PASSWORD"] || undefined,
});

/** The server that was asked for. @throws {ConnectError, ConfigError} */
function readServer(options: Options, { env, installation }: Surroundings): ServerLaunch {
  const { demo, http, flags } = options;
  const url = options.url ?? (demo || http ? undefined : env["DJANGO_API_BASE"]);
  const chosen = [demo && "--demo", url && "--url", http && "--http"].filter(Boolean);
  if (chosen.length > 1)
    throw new ConnectError(`Choose one of ${chosen.join(" and ")}: each is another server.`);
  if (http) {
    const variable = options["bearer-env"];
    const value = variable ? env[variable] || undefined : undefined;
    const bearer = variable ? { variable, title: "Token for the shop", value } : undefined;
    return { kind: "http", url: checkAddress("--http", http), bearer };
  }
  if (demo) return launchServer(installation, { kind: "demo" });
  if (!url)
    throw new ConnectError(
      "Which shop? --demo is the demo shop, --url https://shop.example is yours, --http http://127.0.0.1:3000/mcp a server that runs already.",
    );
  const hasLogin = flags.some((flag) => flag.startsWith("--django-login"));
  const secrets = options["no-token"] ? [] : [hasLogin ? password(env) : apiToken(env)];
  readSettings(flags, { DJANGO_API_BASE: checkAddress("--url", url) }); // throws where a flag is wrong
  const served: Served = { kind: "shop", url, flags, secrets };
  return launchServer(installation, served);
}

/** Whether an entry of this name was written for this server, by its command or its address. */
function isOurs(entry: unknown, { installation }: Surroundings, url?: string): boolean {
  const text = JSON.stringify(entry) ?? "";
  const marks = [NAME, "folder" in installation ? installation.folder : NAME, url ?? NAME];
  if ("program" in installation) marks.push(installation.program);
  return (
    marks.some((mark) => text.includes(JSON.stringify(mark).slice(1, -1))) ||
    /"https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/mcp"/.test(text)
  );
}

/** What will be in a file, and what of it is shown. */
interface Change {
  /** The text to write, or undefined for no file. */
  text: string | undefined;
  shown: string;
  /** A backup that this makes superfluous, since it is the same again. */
  restored?: string;
}

function planConnect(host: Host, name: string, server: ServerLaunch, file: OpenFile): Change {
  const { get, put, print } = formats[host.format];
  const before = file.text ?? host.begin ?? "";
  let text = before;
  const shown: string[] = [];
  for (const { path, value } of placements(host, name, server)) {
    const old = get(text, path);
    text = put(text, path, value);
    const was = typeof old === "object" && old !== null ? print(path, hideSecrets(old)) : "";
    shown.push(changedLines(was, print(path, hideSecrets(value))));
  }
  return { text, shown: shown.filter(Boolean).join("\n") };
}

function planRemove(host: Host, name: string, file: OpenFile): Change | undefined {
  const { get, put, remove, print } = formats[host.format];
  const current = file.text ?? "";
  const path = entryPath(host, name);
  const entry = get(current, path);
  if (typeof entry !== "object" || entry === null) return undefined;
  const withoutEntry = remove(current, path);
  const inputs = secretPaths(host, name, entry).flatMap(({ path, reference }) => {
    const value = get(current, path);
    const isUsed = withoutEntry.includes(reference);
    return typeof value === "object" && value !== null && !isUsed ? [{ path, value }] : [];
  });
  const shown = changedLines(print(path, hideSecrets(entry)), "");
  const putBack = (text: string) =>
    [...inputs, { path, value: entry }].reduce(
      (edited, one) => put(edited, one.path, one.value),
      text,
    );
  /** Whether this text is what the file was before: then it comes back byte for byte. */
  const wasBefore = (text: string): boolean => {
    try {
      return get(text, path) === undefined && putBack(text) === current;
    } catch (error) {
      if (error instanceof EditError) return false;
      throw error;
    }
  };
  const backup = file.backups.find(({ text }) => wasBefore(text));
  if (backup) return { text: backup.text, shown, restored: backup.file };
  if (wasBefore(host.begin ?? "")) return { text: undefined, shown };
  const text = inputs.reduce((edited, { path }) => remove(edited, path), withoutEntry);
  return { text, shown };
}

/** The server as the host takes it: as asked for, or through mcp-remote. */
function serverFor(host: Host, options: Options, around: Surroundings): ServerLaunch {
  const server = readServer(options, around);
  return server.kind === "http" && !host.http ? bridge(server, around.npx) : server;
}
/** What would change in the file, with an error that names it. @throws {FileError} */
function plan(host: Host, name: string, server: ServerLaunch | undefined, file: OpenFile) {
  const { get } = formats[host.format];
  try {
    const existing = get(file.text ?? "", entryPath(host, name));
    const change = server ? planConnect(host, name, server, file) : planRemove(host, name, file);
    return { existing, change };
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    const instead = server ? "--print shows what belongs there" : `take "${name}" out by hand`;
    throw new FileError(
      `${file.path} was not changed: ${error.message}. Or edit it yourself: ${instead}.`,
    );
  }
}

/** Connects one host, or takes the server out of it. @returns whether it is as it was asked for */
async function connectHost(host: Host, options: Options, around: Surroundings): Promise<boolean> {
  const { name, remove, yes } = options;
  const { say, ask } = around;
  const files = filesOf(host, options.scope as Scope, around); // connect has checked it
  const path = files.find((file) => existsSync(file)) ?? files[0];
  if (!path) throw new ConnectError(`${host.title} has no file for a project: leave out --scope.`);
  const server = remove ? undefined : serverFor(host, options, around);
  if (options.print && server) {
    const shown = withoutValues(server);
    say(`${host.title}: ${path}\n\n${snippet(host, name, shown)}`);
    const link = oneClickLink(host, name, shown);
    if (link) say(`Or open this link:\n${link}\n`);
    return true;
  }
  const file = openFile(path);
  const { existing, change } = plan(host, name, server, file);
  if (!change) say(`${host.title}: there is no "${name}" in ${path}. Nothing to take out.`);
  else if (change.text === file.text)
    say(`${host.title}: "${name}" is in ${path} already, as it should be.`);
  if (!change || change.text === file.text) return true;

  say(
    `${host.title}: ${file.title}\n\n${change.shown || "  Only a secret changes, which is not shown."}\n`,
  );
  if (options.print) return true;
  const plain = server && holdsPlainSecrets(host, server) ? secretsOf(server) : [];
  const missing = plain.find(({ value }) => !value);
  if (missing)
    throw new ConnectError(
      `${host.title} has no place for secrets: ${missing.variable} would stand in its file as it is. Set it for this command, or leave it out with --no-token.`,
    );
  if (plain.length)
    say(
      `${host.title} has no place for secrets: ${plain.map(({ variable }) => variable).join(" and ")} will stand there in plain text, in a file that only you can read.\n`,
    );
  const isForeign = existing !== undefined && !isOurs(existing, around, options.http);
  if (isForeign) {
    const advice = remove ? "" : " --name gives yours another name.";
    say(`"${name}" was not written by this program, or by another copy of it.${advice}\n`);
    if (yes)
      throw new ConnectError(
        `Nothing was written: --yes is not for what others wrote. Run this in a terminal to be asked.`,
      );
  }
  if (!yes) {
    if (!ask)
      throw new ConnectError(
        "Nothing was written: this is no terminal, so nobody can be asked. Add --yes.",
      );
    const verb = remove ? "Take it out" : isForeign ? "Replace it" : "Write it";
    if (!/^y(es)?$/i.test((await ask(`${verb}? [y/N] `)).trim())) {
      say("Nothing was written.");
      return false;
    }
  }
  const backup = file.write(change.text, {
    isPrivate: plain.length > 0,
    restored: change.restored,
  });
  const kept = backup ? ` What it was is in ${backup}.` : "";
  say(
    remove
      ? `Taken out.${kept}\n`
      : `Written.${kept} ${host.next}${environmentHint(host, server)}\n`,
  );
  return true;
}
/** What the host's environment has to hold. */
function environmentHint(host: Host, server: ServerLaunch | undefined): string {
  if (!server || host.inputs) return "";
  const variables = secretsOf(server).map(({ variable }) => variable);
  if (!variables.length || host.secret[server.kind] === "plain") return "";
  const where = host.isDesktop
    ? `${host.title}'s environment, which is not your shell's unless you start it there`
    : "the shell that you start it from";
  return `\nIt needs ${variables.join(" and ")} in ${where}.`;
}
/** The server without its secrets, for what is printed. */
const withoutValues = (server: ServerLaunch): ServerLaunch =>
  server.kind === "stdio"
    ? { ...server, secrets: server.secrets.map((secret) => ({ ...secret, value: undefined })) }
    : { ...server, bearer: server.bearer && { ...server.bearer, value: undefined } };

/**
 * The program. @returns its exit code: 0 where all is as asked for, 1 where something was refused, 2 for what cannot be
 */
export async function connect(argv: string[], around: Surroundings): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options.help || argv.length === 0) {
      around.say(HELP);
      return options.help ? 0 : 2;
    }
    const { names, scope, name, dir } = options;
    const known = names.map(findHost);
    if (!known.length) throw new ConnectError(`Name a host: ${hostNames.join(", ")}.`);
    if (scope !== "user" && scope !== "project")
      throw new ConnectError(`--scope must be user or project; got "${scope}".`);
    if (!/^[a-z][\w-]{0,31}$/i.test(name))
      throw new ConnectError(`--name must be letters, digits, - and _, 32 at most; got "${name}".`);
    let isDone = true;
    for (const host of known)
      isDone =
        (await connectHost(hostOf(host), options, { ...around, dir: dir ?? around.dir })) && isDone;
    return isDone ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof ConnectError || error instanceof ConfigError;
    if (!isUsage && !(error instanceof FileError)) throw error;
    around.say(`connect: ${error.message}`);
    return isUsage ? 2 : 1;
  }
}

/** Where a program is on the PATH. */
const findProgram = (name: string, path = ""): string | undefined =>
  path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** Where this program runs, from the process. */
export function surroundings(): Surroundings {
  const { env, platform, execPath } = process;
  const isWindows = platform === "win32";
  const home = (isWindows ? env["USERPROFILE"] : env["HOME"]) || homedir();
  const npx: Npx = {
    command: findProgram("npx", env["PATH"]) ?? "npx",
    prefix: isWindows ? home : "/",
    isWindows,
  };
  const folder = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
  const isClone = existsSync(join(folder, "server.ts"));
  const isLasting = !execPath.includes(`${sep}_npx${sep}`); // where npx keeps a Bun for a while
  const ownBun = join(folder, "node_modules", "bun", "bin", "bun.exe"); // its name on every system
  const bun = !isLasting && existsSync(ownBun) ? ownBun : execPath;
  const person = createPerson();
  return {
    platform,
    home,
    env,
    dir: process.cwd(),
    npx,
    installation: executable
      ? { kind: "executable", program: executable }
      : isClone
        ? { kind: "clone", folder, bun }
        : { kind: "package", spec: `${NAME}@${VERSION}`, npx },
    say: (text) => console.log(text),
    ...person,
  };
}
function createPerson(): Pick<Surroundings, "ask"> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return {};
  return {
    async ask(question) {
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await terminal.question(question);
      } finally {
        terminal.close();
      }
    },
  };
}

/** The program, from the process. */
export async function run(argv: string[]): Promise<void> {
  process.exitCode = await connect(argv, surroundings());
}
if (import.meta.main) await run(process.argv.slice(2));
