/**
 * The settings of the server: `readSettings` reads them, `help` lists them, `chooseTools` and `loginOf` say what they
 * mean. A start begins with this file alone (see stdio/first-answers.ts), so it imports little: zod's small half, and
 * nothing of the shop's but its tables.
 *
 * @module
 */
import * as z from "zod/mini";
import { version } from "./package.json";
import { ConfigError } from "./shop/config-error.ts";
import type { Login } from "./shop/login.ts";
import { CURRENCY_CODE, SCHEMES } from "./shop/codes.ts";

export const NAME = "django-shop-mcp";
export const VERSION = version;

/** An address, or undefined for what is none. Node 20 has no `URL.parse`. */
const parseUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;
const isBareUrl = (given: string): boolean => {
  const url = parseUrl(given);
  const isBare = url && !url.username && !url.password && !url.search && !url.hash;
  return /^https?:$/.test((isBare && url.protocol) || "");
};
const isRedisUrl = (given: string): boolean =>
  /^(redis|rediss|valkey|valkeys):$/.test(parseUrl(given)?.protocol ?? "");
/** Origin and path, without this at its end. */
const without = (end: RegExp) => (given: string) => {
  const { origin, pathname } = new URL(given);
  return origin + pathname.replace(end, "");
};
/** The rule that a rejected value breaks is the message of its schema: "must be …". */
const rule = (error: string) => ({ error, abort: true });
const bare = z
  .string()
  .check(z.refine(isBareUrl, rule("an http(s) address without credentials or query")));
const baseUrl = bare.check(z.overwrite(without(/(\/api)?\/*$/)));
const shopUrl = bare.check(z.overwrite(without(/\/+$/)));
const printable = z
  .string()
  .check(z.regex(/^[\x21-\x7e]+$/, "one word of printable ASCII characters"));
const number = (min: number, max: number, rule = `a number from ${min} to ${max}`) =>
  z.coerce.number(rule).check(z.minimum(min, rule), z.maximum(max, rule));
const toggle = z._default(z.stringbool("true or false"), false);
const oneOf = <const Names extends [string, string, ...string[]]>(names: Names) =>
  z._default(z.enum(names, names.join(" or ")), names[0] as Names[0]); // the first of them
const text = z.optional(z.string());
const scheme = z.optional(z.enum(SCHEMES, "Token, Bearer or JWT"));
const secret = z.string().check(z.minLength(32, "a secret of at least 32 characters"));
const key = z.optional(secret);
const name = z.string().check(z.regex(/^[a-z0-9-]{1,63}$/, "1 to 63 of a-z, 0-9 and -"));
const redisUrl = z
  .string()
  .check(z.refine(isRedisUrl, "an address as redis://:password@host:6379"));
const currency = z.string().check(z.regex(CURRENCY_CODE, "a currency code such as EUR"));
const count = (min: number, max: number) => {
  const rule = `a whole number from ${min} to ${max}`;
  return number(min, max, rule).check(z.refine(Number.isInteger, rule));
};
const port = number(0, 65_535).check(z.refine(Number.isInteger, "a whole number"));
/** Whether this is a name of this machine, as in a URL or without brackets. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
/** Whether nobody on the way can read what is sent there. */
const isPrivate = (url: string) => url.startsWith("https:") || isLoopback(new URL(url).hostname);
const toEndpoint = (url: string) => {
  const { origin, pathname } = new URL(url);
  return origin + (pathname === "/" ? "/mcp" : pathname.replace(/\/$/, ""));
};
const endpoint = z.optional(bare.check(z.overwrite(toEndpoint)));
const sealedUrl = bare.check(z.refine(isPrivate, rule("an https address")));
const toList = (text = "") => text.split(/[\s,]+/).filter(Boolean);
/** No more than names, dots and digits: an origin may stand in a policy, where a space or `;` would begin another rule. */
const isOrigin = (text: string) =>
  /^https?:\/\/[\w.:[\]-]+$/.test(text) && parseUrl(text)?.origin === text;
const areOrigins = (text: string) => toList(text).every(isOrigin);
const IP = /^(localhost|(\d+\.){3}\d+|\[?[\da-f:]*:[\da-f:.]*\]?(%\w+)?)$/i; // other names may be those of other machines
const address = z.string().check(z.regex(IP, "an IP address, or localhost"));
const isHostName = (text: string) => parseUrl(`http://${text}`)?.hostname === text.toLowerCase();
const areHostNames = (text: string) => toList(text).every(isHostName);
const hostNames = z
  .string()
  .check(z.refine(areHostNames, rule("names without scheme, port or path, as mcp.internal")));
const origins = z.string().check(z.refine(areOrigins, rule("origins, as https://shop.example")));
const setting = <T extends z.ZodMiniType>(description: string, schema: T): T => {
  const own = z.clone(schema);
  z.globalRegistry.add(own, { description });
  return own;
};

/** Every setting: flags, variables, defaults, help, README and error messages are made from this. */
export const settingsSchema = z.object({
  django_api_base: setting("Address of your Django, as https://shop.example[/path]", baseUrl),
  django_api_token: setting("API token; without it only the catalog", z.optional(printable)),
  django_api_auth: setting("Scheme of the token: Token, Bearer or JWT; else by its kind", scheme),
  django_login: setting("Where user and password give a token, as /api/token/", text),
  django_user: setting("Name or e-mail address for the login", text),
  django_password: setting("Password for the login", text),
  tools: setting("Groups or tools to offer, as catalog,get_order_status", text),
  read_only: setting("Offer no tool that changes anything", toggle),
  shop: setting("Module for a shop with another API, as dialects/tutorial.ts", text),
  shop_url: setting(
    "Public address of the shop, where links lead, if it is another",
    z.optional(shopUrl),
  ),
  image_origins: setting(
    "Where views may load pictures from, if not the shop's own address",
    z.optional(origins),
  ),
  confirm: setting("Where a host cannot ask: code, or elicit to refuse", oneOf(["code", "elicit"])),
  confirmation_key: setting("Secret of at least 32 characters, the same in all processes", key),
  timeout: setting("Seconds for one tool call, 0.05 to 120", z._default(number(0.05, 120), 10)),
  currency: setting("Of prices sent without one; XXX: unknown", z._default(currency, "XXX")),
  http: setting("Serve Streamable HTTP instead of stdio, on loopback unless told", toggle),
  port: setting("Port for --http; 0: any free one", z._default(port, 3000)),
  redis_url: setting(
    "Redis or Valkey of all processes, if there are several",
    z.optional(redisUrl),
  ),
  instance: setting("Name of this process, with which its session ids begin", z.optional(name)),
  rate_limit: setting(
    "Calls a minute of one caller; 0: no limit; with OAuth 300",
    z.optional(count(0, 100_000)),
  ),
  max_calls: setting(
    "Calls at once over HTTP; a tool gets 3/4, a caller 1/4",
    z._default(count(1, 10_000), 100),
  ),
  max_waiting: setting("Calls that wait for others to end", z._default(count(0, 10_000), 50)),
  share_port: setting("Let other processes serve the same port (Linux)", toggle),
  host: setting("Address to listen at, as 0.0.0.0", z._default(address, "127.0.0.1")),
  public_url: setting("Address that clients use, as https://mcp.shop.example/mcp", endpoint),
  allowed_hosts: setting("Other names for this server in the header Host", z.optional(hostNames)),
  allowed_origins: setting(
    "Web pages that may call it, as https://shop.example",
    z.optional(origins),
  ),
  share_account: setting("Beyond loopback, let everybody use this server's account", toggle),
  oauth_issuer: setting("Authorization server whose tokens callers bring", z.optional(sealedUrl)),
  oauth_audience: setting("Audience of tokens for this server, if not its address", text),
  oauth_jwks_url: setting("Keys of the issuer, if not where its metadata says", z.optional(bare)),
  oauth_introspection_url: setting(
    "Where opaque tokens are looked up (RFC 7662)",
    z.optional(bare),
  ),
  oauth_client_id: setting("This server's name at the introspection endpoint", text),
  oauth_client_secret: setting("Its secret there", z.optional(printable)),
  assertion_key: setting("Says to Django whom it acts for; bun run assertion-key prints one", text),
  webhook_secret: setting("Signs the shop's events to /hooks/shop; at least 32 characters", key),
  poll: setting(
    "Seconds between looks for changes, where no webhook tells of them; 0: off",
    z._default(number(0, 3600), 30),
  ),
  log: setting(
    "Log calls as JSON: off, calls, or data with arguments",
    oneOf(["off", "calls", "data"]),
  ),
  audit_log: setting("File for a signed record of each change", text),
  audit_key: setting("Secret of at least 32 characters that signs the audit log", key),
  metrics_port: setting("Port for Prometheus; 0: any free one", z.optional(port)),
});
export type Settings = z.output<typeof settingsSchema>;

/** The settings as rows of help and README. Secrets have no flag, since a process list shows flags. */
export const settingRows = Object.entries(settingsSchema.shape).map(([key, schema]) => {
  const isSecret = /_(token|key|password|secret)$|^redis_url$/.test(key); // an address may hold a password
  const hasOwnPrefix = /^(django|confirmation|redis)_/.test(key);
  const env = `${hasOwnPrefix ? "" : "SHOP_MCP_"}${key.toUpperCase()}`;
  const flag = isSecret ? "" : `--${key.replaceAll("_", "-")}`;
  const value = schema instanceof z.ZodMiniDefault ? schema.def.defaultValue : undefined;
  const type: "boolean" | "string" = value === false ? "boolean" : "string";
  const { description = "" } = z.globalRegistry.get(schema) ?? {};
  return { key, env, flag, type, fallback: `${value || ""}`, description, isSecret };
});

/** What hosts leave of a setting that their user was free to give, and did not. */
const NOT_ASKED = /^\$\{user_config\.\w+\}$/;
/** What they leave of a variable that is not set, or that they do not know how to write: `${TOKEN}`, `${env:TOKEN}`. */
const PLACEHOLDER = /^\$\{[\w.:-]+\}$/;

/**
 * Reads the settings: flags before environment before defaults. An empty variable counts as unset.
 * @throws {ConfigError} naming the first setting that is wrong, and its rule
 */
export function readSettings(argv: string[], env: Record<string, string | undefined>): Settings {
  let flags: Record<string, string | boolean | undefined> = {};
  try {
    const options = Object.fromEntries(
      settingRows.map(({ flag, type }) => [flag.slice(2), { type }]),
    );
    if (argv.length)
      flags = process.getBuiltinModule("node:util").parseArgs({ args: argv, options }).values;
  } catch (error) {
    const reason = String(error).replace(/^[^:]*: |\.? *\n[^]*|\. [^]*/g, "");
    throw new ConfigError(`${reason}: see --help`);
  }
  const known = settingRows.map((row) => row.env);
  const isUnknown = (name: string) => /^(DJANGO_API|SHOP_MCP)_/.test(name) && !known.includes(name);
  const unknown = Object.keys(env).find(isUnknown);
  if (unknown) throw new ConfigError(`${unknown} is not a setting: see --help`);
  const valueOf = ({ flag, env: name, isSecret }: (typeof settingRows)[number]) => {
    const value = `${flags[flag.slice(2)] ?? env[name] ?? ""}`;
    if (value === "" || NOT_ASKED.test(value)) return undefined;
    if (PLACEHOLDER.test(value))
      throw new ConfigError(
        `${name} is a placeholder${isSecret ? "" : `, ${value}`}: the host has not put a value in its place. Set the variable that it names, or write the value itself.`,
      );
    return value;
  };
  const given = Object.fromEntries(settingRows.map((row) => [row.key, valueOf(row)]));
  const { data, error } = settingsSchema.safeParse(given, { jitless: true }); // parsed once, so never compiled
  if (data) return data;
  const [{ path, message } = { path: [], message: "" }] = error.issues;
  const wrong = settingRows.find(({ key }) => key === path[0]);
  const value = given[wrong?.key ?? ""];
  const name = [wrong?.env, wrong?.flag && `(${wrong.flag})`].filter(Boolean).join(" ");
  if (value === undefined) throw new ConfigError(`${name} is not set. ${wrong?.description}`);
  const isShown = !wrong?.isSecret && !/[@?]/.test(value); // an address may hold a password
  throw new ConfigError(
    `${name} must be ${message}${isShown ? `; got ${JSON.stringify(value)}` : ""}.`,
  );
}

/** Is there where this was built into a program: see scripts/build.ts. */
declare const BUILT_INTO: string | undefined;
const builtInto = typeof BUILT_INTO === "string" ? BUILT_INTO : undefined;
const PACKAGE = builtInto === process.execPath ? process.execPath : `npx -y ${NAME}`;
/** The server itself, as somebody types it: `bun run server`, from npm `npx -y django-shop-mcp`, or the executable. */
export const SERVER_COMMAND = builtInto === undefined ? "bun run server" : PACKAGE;
/** How somebody starts a program of this repository: `bun run demo`, or `npx -y django-shop-mcp demo`. */
export const commandFor = (program: string): string =>
  `${builtInto === undefined ? "bun run" : PACKAGE} ${program}`;
/** How somebody starts a program that no package has. */
export const commandInClone = (program: string): string =>
  `\`bun run ${program}\`${builtInto === undefined ? "" : ", in a clone of the repository,"}`;

/** What `--help` prints. */
export const help = (): string =>
  [
    `${NAME} ${VERSION}: a Django shop for AI assistants, over MCP`,
    "",
    ...[
      [SERVER_COMMAND, "over stdio, as hosts start it"],
      [`${SERVER_COMMAND} --http --port 3000`, "at http://127.0.0.1:3000/mcp; needs Bun"],
      [commandFor("demo"), "a demo shop, without a Django"],
      [commandFor("connect HOST"), "adds it to Claude, Cursor, VS Code and others"],
      [commandFor("stories --url URL"), "plays scripted conversations at a server"],
    ].map(([command = "", what]) => `  ${command.padEnd(36)} ${what}`),
    "",
    ...settingRows.map(({ flag, env, description, fallback }) => {
      return `  ${flag.padEnd(18)} ${env.padEnd(18)} ${description}${fallback && ` [${fallback}]`}`;
    }),
  ].join("\n");

/** The login of these settings, at the shop's own origin alone: a password leads nowhere else. @throws {ConfigError} */
export function loginOf(settings: Settings): Login | undefined {
  const { django_api_base: base, django_login: given, django_user: user } = settings;
  const { django_api_token: token, django_password: password } = settings;
  if (!given && !user && !password) return undefined;
  const name = "DJANGO_LOGIN (--django-login)";
  if (!given || !user || !password)
    throw new ConfigError(
      `${name}, DJANGO_USER (--django-user) and DJANGO_PASSWORD belong together: set all three, or none.`,
    );
  if (token) throw new ConfigError(`${name} and DJANGO_API_TOKEN are both set: keep one of them.`);
  const url = parseUrl(given.startsWith("/") ? base + given : given);
  if (!url || url.origin !== new URL(base).origin || url.username || url.password || url.hash)
    throw new ConfigError(
      `${name} must be a path such as /api/token/, or an address at ${new URL(base).origin}.`,
    );
  return { url: url.href, user, password };
}

/** Where views may load pictures from. */
export const imageOriginsOf = (settings: Settings): string[] => {
  const { image_origins: given, shop_url, django_api_base: base } = settings;
  return given ? toList(given) : [new URL(shop_url ?? base).origin];
};
/** What is allowed, and hardly meant. */
export function warningsOf(settings: Settings): string[] {
  const { django_api_base: base, django_api_token, django_login, oauth_issuer } = settings;
  if (oauth_issuer && (django_login || django_api_token))
    return [
      `${django_login ? "DJANGO_LOGIN (--django-login)" : "DJANGO_API_TOKEN"} is not used for calls: with OAuth each caller has their own account`,
    ];
  const isSafe = /^https:|\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(base);
  if (!django_login && !django_api_token && !oauth_issuer)
    return ["DJANGO_API_TOKEN is not set, which most shops require"];
  if (!django_login || isSafe) return [];
  return ["the password is sent unencrypted: set DJANGO_API_BASE to an address with https"];
}

/**
 * Who may reach the HTTP server, and how they say who they are.
 * @throws {ConfigError} where strangers would act with this server's own account, or a setting lacks another
 */
export function accessOf(settings: Settings) {
  const { host, public_url: publicUrl, oauth_issuer: issuer, share_account: isShared } = settings;
  const { oauth_introspection_url: url, oauth_client_id: id, oauth_client_secret: pass } = settings;
  const { oauth_jwks_url: jwksUrl, oauth_audience: audience } = settings;
  const names = toList(settings.allowed_hosts);
  if (publicUrl) names.push(new URL(publicUrl).hostname);
  /** The name by which other machines reach this one. */
  const far = [host, ...names].find((name) => settings.http && !isLoopback(name));
  const { assertion_key: key, django_api_base: shop } = settings;
  const oauth = [audience, jwksUrl, url, id, pass, key];
  const rules: [isBroken: unknown, why: string][] = [
    [
      issuer && !settings.http,
      "SHOP_MCP_OAUTH_ISSUER (--oauth-issuer) needs SHOP_MCP_HTTP (--http): over stdio there is one caller.",
    ],
    [
      settings.webhook_secret && !settings.http,
      "SHOP_MCP_WEBHOOK_SECRET needs SHOP_MCP_HTTP (--http): over stdio no event comes in.",
    ],
    [
      far && !issuer && !isShared,
      `Whoever reaches this server as ${far} would act with its own account. Set SHOP_MCP_OAUTH_ISSUER (--oauth-issuer), so that each caller has their own, or SHOP_MCP_SHARE_ACCOUNT (--share-account), if everybody may.`,
    ],
    [
      far && !publicUrl,
      "SHOP_MCP_PUBLIC_URL (--public-url) must be set beyond loopback: no other address is answered, and tokens are for it.",
    ],
    [
      far && !settings.confirmation_key,
      "CONFIRMATION_KEY must be set beyond loopback, to one secret for all processes.",
    ],
    [
      issuer && publicUrl && !isPrivate(publicUrl),
      "SHOP_MCP_PUBLIC_URL (--public-url) must be an https address, since tokens are sent there.",
    ],
    [
      !issuer && oauth.some(Boolean),
      "SHOP_MCP_OAUTH_ISSUER (--oauth-issuer) must be set with the other settings for OAuth.",
    ],
    [
      !url !== !id || !url !== !pass,
      "SHOP_MCP_OAUTH_INTROSPECTION_URL (--oauth-introspection-url), SHOP_MCP_OAUTH_CLIENT_ID (--oauth-client-id) and SHOP_MCP_OAUTH_CLIENT_SECRET belong together: set all three, or none.",
    ],
    [
      issuer && !key,
      "SHOP_MCP_ASSERTION_KEY must be set with SHOP_MCP_OAUTH_ISSUER (--oauth-issuer): by it Django learns whom a request is made for, since a caller's token is not passed on. `bun run assertion-key` prints one.",
    ],
    [
      issuer && !publicUrl && !settings.port,
      "SHOP_MCP_PUBLIC_URL (--public-url) must be set with SHOP_MCP_PORT (--port) 0: Django has to know this server's address.",
    ],
  ];
  const broken = rules.find(([isBroken]) => isBroken);
  if (broken) throw new ConfigError(broken[1]);
  const introspection = url && id && pass ? { url, clientId: id, clientSecret: pass } : undefined;
  const local = isLoopback(host) ? ["localhost", "127.0.0.1", "[::1]"] : [];
  const pages = toList(settings.allowed_origins);
  const { origin } = new URL(publicUrl ?? `http://127.0.0.1:${settings.port}`);
  return {
    host,
    publicUrl,
    hosts: [...local, ...names],
    origins: far || pages.length ? pages : undefined,
    isProxied: Boolean(issuer || isShared),
    oauth: issuer ? { issuer, jwksUrl, audience, introspection } : undefined,
    webhookSecret: settings.webhook_secret,
    signer: key ? { key, issuer: origin, audience: shop } : undefined,
  };
}
/** Whether hosts over stdio hear of changes: by looking, or by the events that other processes take. */
export const hearsChanges = ({ poll, redis_url }: Settings): boolean =>
  poll > 0 || redis_url !== undefined;
/** Whether OpenTelemetry's own variables say where traces or metrics go. */
export const wantsOpenTelemetry = (env: Record<string, string | undefined>): boolean =>
  !/^true$/i.test(env["OTEL_SDK_DISABLED"] ?? "") &&
  Object.entries(env).some(([name, value]) => value && OTEL.test(name));
const OTEL =
  /^OTEL_(CONFIG_FILE|(TRACES|METRICS)_EXPORTER|EXPORTER_OTLP_((TRACES|METRICS)_)?ENDPOINT)$/;
/** Whether anything is logged, recorded, traced or counted. */
export const wantsTelemetry = (
  { log, audit_log, audit_key, metrics_port }: Settings,
  env: Record<string, string | undefined>,
): boolean =>
  log !== "off" ||
  Boolean(audit_log ?? audit_key) ||
  metrics_port !== undefined ||
  wantsOpenTelemetry(env);

/** Groups that are offered only where they are named. */
const ON_REQUEST = ["chatgpt"];
/** Whether a group is offered where the settings name none. */
export const isUsual = (group: string): boolean => !ON_REQUEST.includes(group);
/** A tool as far as its choice goes. */
interface Choosable {
  isWrite: boolean;
}
/**
 * The tools to offer, by name: without `tools` those of the first groups, and without a token the catalog only.
 * @param fit gives what is offered of a tool, or undefined where the shop cannot serve it
 * @throws {ConfigError}
 */
export function chooseTools<T extends Choosable, Offered>(
  settings: Settings,
  groups: Record<string, Record<string, T>>,
  fit: (tool: T) => Offered | undefined,
): Map<string, Offered> {
  const tools = Object.values(groups).flatMap((table) => Object.entries(table));
  const members = new Map<string, string[]>(tools.map(([name]) => [name, [name]]));
  for (const [group, table] of Object.entries(groups)) members.set(group, Object.keys(table));
  const { django_api_token, django_login, oauth_issuer } = settings;
  const hasAccount = django_api_token || django_login || oauth_issuer;
  const usual = Object.keys(groups).filter(isUsual).join();
  const standard = hasAccount ? usual : "catalog";
  const chosen = (settings.tools ?? standard).split(/[\s,]+/).filter(Boolean);
  const names = new Set(chosen.flatMap((name) => members.get(name) ?? []));
  const offered = new Map<string, Offered>();
  for (const [name, tool] of tools) {
    const fitting = names.has(name) && !(settings.read_only && tool.isWrite) && fit(tool);
    if (fitting) offered.set(name, fitting);
  }
  const stray = chosen.find((name) => !members.has(name)) ?? (offered.size ? undefined : "");
  if (stray === undefined) return offered;
  const named = stray ? `"${stray}"` : "nothing that this shop and these settings offer";
  const all = [...members.keys()].join(", ");
  throw new ConfigError(`SHOP_MCP_TOOLS (--tools) names ${named}; there are ${all}.`);
}
