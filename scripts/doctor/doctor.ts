/**
 * `bun run doctor`: checks whether a Django shop fits, and says what to do where it does not. It only reads, by GET
 * and OPTIONS; a login, where one is given, is its only POST.
 *
 * ```sh
 * bun run doctor --django https://shop.example --token …     # one line for each check: green, amber or red
 * bun run doctor --second-token … --json                     # for CI: exits with 1 on red, 2 on a bad option
 * bun run doctor --suggest --out dialects/mine.ts            # a first dialect, for a shop with another API
 * bun run doctor --shop dialects/mine.ts                     # whether the shop fits with it
 * ```
 *
 * The address and the token may also come from DJANGO_API_BASE, DJANGO_API_TOKEN and DJANGO_API_AUTH, or the token
 * from a login with DJANGO_LOGIN, DJANGO_USER and DJANGO_PASSWORD.
 *
 * This file reads the flags. `log-in.ts` gets a token where there is a login. `examine.ts` runs the checks
 * (`shop-checks.ts`, `operation-checks.ts`) on what `read-shop.ts` and `schema.ts` learn in a visit (`visit.ts`), then
 * the tools themselves (`try-tools.ts`), and `format-report.ts` prints the report. `suggest-dialect.ts` writes a dialect
 * from what suggest/ finds and proves; `score.ts` compares one with a shipped module.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ID } from "../../shop/contract.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";
import { ConfigError, MappingError, ShopError } from "../../shop/errors.ts";
import { readSettings } from "../../server.ts";
import { type ReportLine, red } from "./check-result.ts";
import { examine, type Report } from "./examine.ts";
import { countLevels, formatReport, shellWord } from "./format-report.ts";
import { quote } from "./reply.ts";
import { suggestDialect } from "./suggest-dialect.ts";
import { logIn } from "./log-in.ts";
import { DEFAULT_RUNTIME, type Runtime, type VisitOptions } from "./visit.ts";

const FLAGS = {
  django: ["URL", "address of the shop; default: DJANGO_API_BASE"],
  token: ["TOKEN", "API token of a customer or of staff; default: DJANGO_API_TOKEN"],
  auth: ["SCHEME", "Token, Bearer or JWT; default: by the token's kind"],
  "django-login": ["PATH", "log in here, with DJANGO_PASSWORD; default: DJANGO_LOGIN"],
  "django-user": ["NAME", "name or e-mail address for the login; default: DJANGO_USER"],
  "second-token": ["TOKEN", "token of another customer, who must not see the first one's orders"],
  order: ["ID", "id of an order to read, if the shop has no list of orders"],
  shop: ["FILE", "a dialect, such as dialects/mine.ts; default: SHOP_MCP_SHOP"],
  schema: ["URL", "the shop's OpenAPI document; default: /api/schema/, then /schema/"],
  json: ["", "print the report as JSON, for CI"],
  suggest: ["", "print a first dialect instead of a report"],
  out: ["FILE", "write the dialect of --suggest to this file"],
  help: ["", "print this help"],
};
type Flags = Partial<Record<keyof typeof FLAGS, string>>;
type Environment = Record<string, string | undefined>;

function helpText(): string {
  const rows = Object.entries(FLAGS).map(
    ([name, [value = "", about = ""]]) => `  --${`${name} ${value}`.padEnd(20)} ${about}`,
  );
  return [
    "bun run doctor: checks whether a Django shop fits, and says what to do where it does not.",
    "It only reads: it sends GET and OPTIONS, and the login if you give one.",
    "",
    ...rows,
    "",
    "Exits with 1 if a line is red, with 2 for a wrong flag.",
  ].join("\n");
}
/** @throws {ConfigError} for a flag that does not exist, or lacks its value */
function readFlags(args: string[]): Flags {
  const options = Object.entries(FLAGS).map(
    ([name, [value]]) =>
      [name, { type: value ? ("string" as const) : ("boolean" as const) }] as const,
  );
  try {
    const { values } = parseArgs({ args, options: Object.fromEntries(options) });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}`]));
  } catch (error) {
    const reason = String(error).replace(/^[^:]*: |\.? *\n[^]*|\. [^]*/g, "");
    throw new ConfigError(`${reason}: see --help`);
  }
}

/** What is wrong with a token that no shop gives out. The first match counts. */
const TOKEN_FAULTS: [RegExp, string][] = [
  [/^(token|bearer)\s/i, "begins with its scheme → give the key alone, and the scheme with --auth"],
  [/[\r\n]/, "contains a line break → remove it; it is often copied along"],
  [/\s/, "contains a space → copy it again"],
  [/[^\x21-\x7e]/, "contains a character that is not allowed in a header → copy it again"],
];
function tokenFaults(tokens: Record<string, string>): ReportLine[] {
  return Object.entries(tokens).flatMap(([check, token]) => {
    const [, fault] = TOKEN_FAULTS.find(([pattern]) => pattern.test(token)) ?? [];
    return fault ? [{ check, ...red(`nothing was sent: the token ${fault}`) }] : [];
  });
}

/** @throws {ConfigError | MappingError} for the first setting, flag or dialect that is wrong */
async function readOptions(flags: Flags, env: Environment): Promise<VisitOptions> {
  const settings = readSettings([], env);
  const { order: orderId, schema: schemaUrl, out, suggest, "second-token": secondToken } = flags;
  if (orderId && !ID.test(orderId))
    throw new ConfigError(`--order must be an id, such as 1021; got ${quote(orderId)}`);
  if (schemaUrl && !URL.canParse(schemaUrl, settings.django_api_base))
    throw new ConfigError(`--schema must be a URL or a path; got ${quote(schemaUrl)}`);
  if (out !== undefined && !suggest) throw new ConfigError("--out is for --suggest: give both");
  if (out && (await Bun.file(out).exists()))
    throw new ConfigError(`${out} already exists: give --out another name`);
  const dialect = settings.shop && !suggest ? await loadDialect(settings.shop) : undefined;
  return { settings, secondToken, orderId, schemaUrl, dialect };
}

/** Writes a dialect module to a file, from where it imports the engine. */
async function writeDialect(file: string, module: string): Promise<void> {
  const engine = fileURLToPath(new URL("../../shop/mapping/define-shop.ts", import.meta.url));
  const path = relative(dirname(resolve(file)), engine).replace(/^(?!\.)/, "./");
  await Bun.write(file, module.replace("../shop/mapping/define-shop.ts", path));
}

/** A message that was written for the server, of which there is none here. */
const inOwnWords = ({ message }: Error) =>
  message
    .replace("--django-api-base", "--django")
    .replace("--django-api-auth", "--auth")
    .replace("then restart this server", "then run the doctor again")
    .replaceAll("his server", "he doctor");

/** The flags that say which shop and as whom, for the next command. A token is not repeated. */
function repeated(flags: Flags): string {
  const names = ["django", "token", "auth", "django-login", "django-user"] as const;
  return names
    .flatMap((name) => {
      const value = flags[name];
      return value === undefined ? [] : [`--${name} ${name === "token" ? "…" : shellWord(value)} `];
    })
    .join("");
}

/** What the program prints to stdout and stderr, and its exit code. */
interface Output {
  out?: string;
  err?: string;
  code: number;
}
/** The program, without a process: tests call it as well. */
export async function run(
  args: string[],
  env: Environment,
  { isColoured = false, ...runtime }: Partial<Runtime> & { isColoured?: boolean } = {},
): Promise<Output> {
  try {
    const flags = readFlags(args);
    if (flags.help) return { out: helpText(), code: 0 };
    const token = flags.token ?? env.DJANGO_API_TOKEN ?? "";
    const faults = tokenFaults({ token, "second token": flags["second-token"] ?? "" });
    const options = await readOptions(flags, {
      ...env,
      DJANGO_API_BASE: flags.django ?? env.DJANGO_API_BASE,
      DJANGO_API_TOKEN: faults.length ? "" : token,
      DJANGO_API_AUTH: flags.auth ?? env.DJANGO_API_AUTH,
      DJANGO_LOGIN: flags["django-login"] ?? env.DJANGO_LOGIN,
      DJANGO_USER: flags["django-user"] ?? env.DJANGO_USER,
      SHOP_MCP_SHOP: flags.shop ?? env.SHOP_MCP_SHOP,
    });
    if (!faults.length)
      Object.assign(options, await logIn(options.settings, { ...DEFAULT_RUNTIME, ...runtime }));
    if (flags.suggest && !faults.length) {
      const { module, cut } = await suggestDialect(options, runtime);
      const { out: file } = flags;
      const again = cut && `doctor: the module is incomplete: ${cut}. Run it again later.`;
      const code = cut ? 1 : 0;
      if (!file) return { out: module.trimEnd(), ...(again && { err: again }), code };
      await writeDialect(file, module).catch((error: unknown) => {
        const why = error instanceof Error && "code" in error ? ` (${error.code})` : "";
        throw new ConfigError(`${file} cannot be written${why}: give --out another name`);
      });
      const next = again || `Next: bun run doctor ${repeated(flags)}--shop ${shellWord(file)}`;
      return { err: `doctor: wrote ${file}. ${next.replace("doctor: the", "The")}`, code };
    }
    const report: Report = faults.length
      ? {
          shop: options.settings.django_api_base,
          lines: faults,
          tools: { works: [], unproven: [], missing: [] },
          settings: {},
        }
      : await examine(options, runtime);
    const counts = countLevels(report.lines);
    const out = flags.json
      ? JSON.stringify({ ...counts, ...report }, null, 2)
      : formatReport(report, { isColoured });
    return { out, code: counts.red ? 1 : 0 };
  } catch (error) {
    if (error instanceof ShopError) return { err: `doctor: ${inOwnWords(error)}`, code: 1 }; // the login's
    if (!(error instanceof ConfigError || error instanceof MappingError)) throw error;
    return { err: `doctor: ${inOwnWords(error)}`, code: 2 };
  }
}

if (import.meta.main) {
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  const slow = setTimeout(() => console.error("doctor: asking the shop; it takes its time."), 3000);
  const { out, err, code } = await run(process.argv.slice(2), process.env, { isColoured });
  clearTimeout(slow);
  if (out) console.log(out);
  if (err) console.error(err);
  process.exitCode = code;
}
