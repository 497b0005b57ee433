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
import { fileURLToPath } from "node:url";
import { NAME, VERSION } from "../../settings.ts";
import { ConfigError } from "../../shop/config-error.ts";
import { FileError, openFile } from "./file.ts";
import { executable } from "../bundle/executable.ts";
import { printable } from "../printable.ts";
import { askAt, isYes } from "../terminal.ts";
import {
  filesOf,
  holdsPlainSecrets,
  type Host,
  hostNames,
  hostOf,
  oneClickLink,
  type Place,
  type Scope,
  type Secret,
  secretsOf,
  type ServerLaunch,
  snippet,
} from "./hosts.ts";
import type { Installation, Npx } from "./launch.ts";
import { plan } from "./plan.ts";
import { findHost, HELP, type Options, readOptions, serverFor, UsageError } from "./request.ts";

/** Where the program runs. */
export interface Surroundings extends Place {
  installation: Installation;
  npx: Npx;
  say(text: string): void;
  /** Asks a person; absent where there is none. */
  ask?(question: string): Promise<string>;
}
/** Why nothing was done, though it could be. */
class Refusal extends Error {
  override name = "Refusal";
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

/**
 * The secrets that the file would hold in plain text.
 * @throws {UsageError} where they must not stand there, or are not known
 */
function plainSecretsOf(host: Host, server: ServerLaunch, scope: Scope): Secret[] {
  const secrets = holdsPlainSecrets(host, server) ? secretsOf(server) : [];
  if (secrets.length && scope === "project")
    throw new UsageError(
      `${host.title} has no place for secrets, and a project's file is often shared. Leave out --scope project, or the token: --no-token.`,
    );
  const missing = secrets.find(({ value }) => !value);
  if (missing)
    throw new UsageError(
      `${host.title} has no place for secrets: ${missing.variable} would stand in its file as it is. Set it for this command, or leave it out with --no-token.`,
    );
  return secrets;
}
/** Whether a person agrees to the change, or has by --yes. @throws {Refusal} where nobody can */
async function isAgreed(verb: string, isForeign: boolean, { yes }: Options, around: Surroundings) {
  if (yes && isForeign)
    throw new Refusal(
      "Nothing was written: --yes is not for what others wrote. Run this in a terminal to be asked.",
    );
  if (yes) return true;
  if (!around.ask)
    throw new Refusal(
      "Nothing was written: this is no terminal, so nobody can be asked. Add --yes.",
    );
  return isYes(await around.ask(`${verb}? [y/N] `));
}

/** Connects one host, or takes the server out of it. @returns whether it is as it was asked for */
async function connectHost(host: Host, options: Options, around: Surroundings): Promise<boolean> {
  const { name, remove } = options;
  const { say } = around;
  const scope = options.scope as Scope; // connect has checked it
  const files = filesOf(host, scope, around);
  const path = files.find((file) => existsSync(file)) ?? files.at(-1);
  if (!path) throw new UsageError(`${host.title} has no file for a project: leave out --scope.`);
  const server = remove ? undefined : serverFor(host, options, around);
  if (options.print && server) {
    const shown = withoutValues(server);
    say(`${host.title}: ${path}\n\n${snippet(host, name, shown)}`);
    const link = oneClickLink(host, name, shown);
    if (link) say(`Or open this link:\n${link.app}\n`);
    return true;
  }
  const plain = server ? plainSecretsOf(host, server, scope) : [];
  const file = openFile(path);
  const { existing, change } = plan(host, name, server, file);
  if (!change) say(`${host.title}: there is no "${name}" in ${path}. Nothing to take out.`);
  else if (change.text === file.text)
    say(`${host.title}: "${name}" is in ${path} already, as it should be.`);
  if (!change || change.text === file.text) return true;

  const shown = change.shown || "  Only a secret changes, which is not shown.";
  say(`${host.title}: ${file.title}\n\n${shown}\n`);
  if (options.print) return true;
  if (plain.length) {
    const names = plain.map(({ variable }) => variable).join(" and ");
    const instead = host.bundle ? ` Or: ${host.bundle.replaceAll("`", "")}.` : "";
    say(
      `${host.title} has no place for secrets: ${names} will stand there in plain text, in a file that only you can read.${instead}\n`,
    );
  }
  const isForeign = existing !== undefined && !isOurs(existing, around, options.http);
  if (isForeign)
    say(
      `"${name}" was not written by this program, or by another copy of it.${remove ? "" : " --name gives yours another name."}\n`,
    );
  const verb = remove ? "Take it out" : isForeign ? "Replace it" : "Write it";
  if (!(await isAgreed(verb, isForeign, options, around))) {
    say("Nothing was written.");
    return false;
  }
  const { restored } = change;
  const isShared = scope === "project";
  const backup = file.write(change.text, { isPrivate: plain.length > 0, isShared, restored });
  const kept = backup ? ` What it was is in ${backup}.` : "";
  const next = server && `Written.${kept} ${host.next}${environmentHint(host, server)}\n`;
  say(next ?? `Taken out.${kept}\n`);
  return true;
}
/** What the host's environment has to hold. */
function environmentHint(host: Host, server: ServerLaunch): string {
  if (host.inputs) return "";
  const variables = secretsOf(server).map(({ variable }) => variable);
  if (!variables.length || host.secret[server.kind] === "plain") return "";
  const where = host.isDesktop
    ? `${host.title}'s environment, which is not your shell's unless you start it there`
    : "the environment of the shell that you start it from";
  const store = host.secretStore ? `, or in ${host.secretStore.replaceAll("`", "")}` : "";
  return `\nIt needs ${variables.join(" and ")} in ${where}${store}.`;
}
/** The server without its secrets, for what is printed. */
const withoutValues = (server: ServerLaunch): ServerLaunch =>
  server.kind === "stdio"
    ? { ...server, secrets: server.secrets.map((secret) => ({ ...secret, value: undefined })) }
    : { ...server, bearer: server.bearer && { ...server.bearer, value: undefined } };

/** The exit code of what went wrong: 1 where something was refused, 2 for what cannot be. */
function report(error: unknown, say: Surroundings["say"]): 1 | 2 {
  const isUsage = error instanceof UsageError || error instanceof ConfigError;
  if (!isUsage && !(error instanceof FileError || error instanceof Refusal)) throw error;
  say(`connect: ${error.message}`);
  return isUsage ? 2 : 1;
}
/** The program. @returns its exit code: 0 where all is as asked for, otherwise see `report` */
export async function connect(argv: string[], around: Surroundings): Promise<number> {
  const { say } = around;
  try {
    const options = readOptions(argv);
    if (options.help || argv.length === 0) say(HELP);
    if (options.help || argv.length === 0) return options.help ? 0 : 2;
    const { names, scope, name, dir = around.dir } = options;
    const known = names.map(findHost);
    if (!known.length) throw new UsageError(`Name a host: ${hostNames.join(", ")}.`);
    if (scope !== "user" && scope !== "project")
      throw new UsageError(`--scope must be user or project; got "${scope}".`);
    if (!/^[a-z][\w-]{0,31}$/i.test(name))
      throw new UsageError(`--name must be letters, digits, - and _, 32 at most; got "${name}".`);
    let code = 0;
    for (const host of known)
      try {
        const isDone = await connectHost(hostOf(host), options, { ...around, dir });
        if (!isDone) code = Math.max(code, 1);
      } catch (error) {
        code = Math.max(code, report(error, say));
      }
    return code;
  } catch (error) {
    return report(error, say);
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
    path: findProgram("npx", env["PATH"]),
    prefix: isWindows ? home : "/",
    isWindows,
  };
  const folder = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
  const isClone = existsSync(join(folder, "server.ts"));
  const isLasting = !execPath.includes(`${sep}_npx${sep}`); // where npx keeps a Bun for a while
  const ownBun = join(folder, "node_modules", "bun", "bin", "bun.exe"); // its name on every system
  const bun = !isLasting && existsSync(ownBun) ? ownBun : execPath;
  const { stdin, stdout } = process;
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
    say: (text) => console.log(printable(text)),
    ...(stdin.isTTY && stdout.isTTY && { ask: askAt(stdout) }),
  };
}
/** The program, from the process. */
export async function run(argv: string[]): Promise<void> {
  process.exitCode = await connect(argv, surroundings());
}
if (import.meta.main) await run(process.argv.slice(2));
