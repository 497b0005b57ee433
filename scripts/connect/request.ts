/** What `bun run connect` was asked for: its options, the hosts and the server. */
import { parseArgs } from "node:util";
import { commandFor, readSettings } from "../../settings.ts";
import {
  type Host,
  type HostName,
  hostNames,
  hostOf,
  type Place,
  type Secret,
  type ServerLaunch,
} from "./hosts.ts";
import { bridge, type Installation, installationFor, launchServer, type Npx } from "./launch.ts";

const USAGE = `${commandFor("connect")} HOST… --demo | --url URL | --http URL`;
export const HELP = `${USAGE}

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

/** What is wrong with the command, and what to type instead. */
export class UsageError extends Error {
  override name = "UsageError";
}
export type Options = ReturnType<typeof readOptions>;

/** The options of a command line. @throws {UsageError} */
export function readOptions(argv: string[]) {
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
    throw new UsageError(`${reason}. Usage: ${USAGE}`);
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
/** The host of this name or title. @throws {UsageError} which suggests the nearest */
export function findHost(given: string): HostName {
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
  throw new UsageError(`There is no host "${given}".${hint} There are: ${hostNames.join(", ")}.`);
}

/** What no address has as it is; a host would replace `${…}` and `$…` by what its environment holds. */
const STRAY = /[\s\p{C}"<>\\^`{|}$]/u;
/** An http address without a password in it. @throws {UsageError} */
function checkAddress(flag: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const shown = /@/.test(given) ? "" : `; got ${JSON.stringify(given)}`;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new UsageError(`${flag} must be an http(s) address without a password${shown}.`);
  const [stray] = STRAY.exec(given) ?? [];
  if (stray === undefined) return given;
  throw new UsageError(
    `${flag} has ${JSON.stringify(stray)}, which an address holds only percent-encoded${shown}.`,
  );
}
/** The name of a variable that holds a token. @throws {UsageError} which never says it: it may be the token */
function checkVariable(given: string): string {
  if (/^[a-z][a-z0-9_]*$/i.test(given)) return given;
  throw new UsageError(
    "--bearer-env takes the name of a variable, such as SHOP_TOKEN, and not the token.",
  );
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

/** Where a server is, and what it may need. */
interface Around {
  env: Place["env"];
  installation: Installation;
  npx: Npx;
}
/** The server that was asked for. @throws {UsageError, ConfigError} */
function readServer(options: Options, env: Place["env"], installation: Installation): ServerLaunch {
  const { demo, http, flags } = options;
  const url = options.url ?? (demo || http ? undefined : env["DJANGO_API_BASE"]);
  const chosen = [demo && "--demo", url && "--url", http && "--http"].filter(Boolean);
  if (chosen.length > 1)
    throw new UsageError(`Choose one of ${chosen.join(" and ")}: each is another server.`);
  if (options["bearer-env"] !== undefined && !http)
    throw new UsageError(
      "--bearer-env goes with --http: it is sent to a server that runs already.",
    );
  if (http) {
    const given = options["bearer-env"];
    const variable = given === undefined ? undefined : checkVariable(given);
    const value = (variable !== undefined && env[variable]) || undefined;
    const bearer = variable ? { variable, title: "Token for the shop", value } : undefined;
    return { kind: "http", url: checkAddress("--http", http), bearer };
  }
  if (demo) return launchServer(installation, { kind: "demo" });
  if (!url)
    throw new UsageError(
      "Which shop? --demo is the demo shop, --url https://shop.example is yours, --http http://127.0.0.1:3000/mcp a server that runs already.",
    );
  const hasLogin = flags.some((flag) => flag.startsWith("--django-login"));
  const secrets = options["no-token"] ? [] : [hasLogin ? password(env) : apiToken(env)];
  readSettings(flags, { DJANGO_API_BASE: checkAddress("--url", url) }); // throws where a flag is wrong
  return launchServer(installation, { kind: "shop", url, flags, secrets });
}

/** The server as the host takes it: as asked for, or through mcp-remote. @throws {UsageError, ConfigError} */
export function serverFor(host: Host, options: Options, around: Around): ServerLaunch {
  const installation = installationFor(around.installation, host.isDesktop ?? false);
  const asked = readServer(options, around.env, installation);
  const server = asked.kind === "http" && !host.http ? bridge(asked, around.npx) : asked;
  const words = server.kind === "stdio" && server.command === "cmd" ? server.args : [];
  const read = words.find((word) => /[&|<>^%!"]/.test(word));
  if (read === undefined) return server;
  throw new UsageError(
    `Windows starts npx by cmd, which would read part of ${JSON.stringify(read)} as a command of its own: leave out & | < > ^ % ! and ".`,
  );
}
