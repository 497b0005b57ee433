/**
 * Says whether a Django shop fits, and what to do where it does not. It only reads: GET and OPTIONS.
 *
 * ```sh
 * bun run doctor --django https://shop.example --token …              # one line a check, green, amber or red
 * bun run doctor --second-token … --json                              # for CI: 1 on red, 2 on a bad option
 * bun run doctor --suggest --out dialects/mine.ts                        # a first mapping for a shop that speaks otherwise
 * bun run doctor --shop dialects/mine.ts                                 # … and whether it fits now
 * ```
 *
 * Address and token may come from DJANGO_API_BASE, DJANGO_API_TOKEN and DJANGO_API_AUTH as well.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ID, loadDialect, MappingError, readSettings, StartError } from "../../server.ts";
import { type Line, red } from "./check-result.ts";
import { examine } from "./examine.ts";
import { counted, written } from "./format-report.ts";
import { quote } from "./reply.ts";
import { suggest, type Texts } from "./suggest-dialect.ts";
import type { Outside } from "./visit.ts";

const FLAGS = {
  django: ["URL", "address of the shop; else DJANGO_API_BASE"],
  token: ["TOKEN", "a customer's, or one of staff; else DJANGO_API_TOKEN"],
  auth: ["SCHEME", "Token or Bearer; else DJANGO_API_AUTH"],
  "second-token": ["TOKEN", "another customer's, who must not see the first one's orders"],
  order: ["ID", "an order to look at, where there is no list of them"],
  shop: ["FILE", "a dialect, such as dialects/mine.ts; else SHOP_MCP_SHOP"],
  schema: ["URL", "the shop's OpenAPI document; else /api/schema/ or /schema/"],
  json: ["", "the report as JSON, for CI"],
  suggest: ["", "no report, but a first dialect on stdout"],
  out: ["FILE", "where --suggest writes it instead"],
  help: ["", "this"],
};
const usage = () => {
  const rows = Object.entries(FLAGS).map(([name, [value = "", about = ""]]) => {
    return `  --${`${name} ${value}`.padEnd(20)} ${about}`;
  });
  const what =
    "bun run doctor: whether a Django shop fits, and what to do where not. It only reads.";
  return [what, "", ...rows, "", "It ends with 1 where something is red, with 2 for a bad flag."];
};
function readFlags(args: string[]): Partial<Record<keyof typeof FLAGS, string>> {
  const options = Object.entries(FLAGS).map(([name, [value]]) => {
    return [name, { type: value ? ("string" as const) : ("boolean" as const) }] as const;
  });
  try {
    const { values } = parseArgs({ args, options: Object.fromEntries(options) });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}`]));
  } catch (error) {
    throw new StartError(
      `${String(error).replace(/^[^:]*: |\.? *\n[^]*|\. [^]*/g, "")}: see --help`,
    );
  }
}

/** What a token may have in it that no shop gives out, in the order of looking. */
const TOKEN_FAULTS: [RegExp, string][] = [
  [/^(token|bearer)\s/i, "begins with its scheme → give the key alone, and the scheme by --auth"],
  [/[\r\n]/, "has a line break in it → take it off: it is often copied along"],
  [/\s/, "has a space in it → copy it again"],
  [/[^\x21-\x7e]/, "has a character in it that no header carries → copy it again"],
];
/** What is wrong with the tokens, said before anything is sent. */
function tokenLines(given: Texts): Line[] {
  return Object.entries(given).flatMap(([check, token]) => {
    const [, fault] = TOKEN_FAULTS.find(([form]) => form.test(token)) ?? [];
    return fault ? [{ check, ...red(`nothing was sent: it ${fault}`) }] : [];
  });
}

interface Printed {
  out?: string;
  err?: string;
  code: number;
}
/** The program: what it prints, and its exit code. */
export async function run(
  args: string[],
  env: Record<string, string | undefined>,
  { isColoured = false, ...outside }: Partial<Outside> & { isColoured?: boolean } = {},
): Promise<Printed> {
  try {
    const flags = readFlags(args);
    if (flags.help) return { out: usage().join("\n"), code: 0 };
    const token = flags.token ?? env.DJANGO_API_TOKEN ?? "";
    const { "second-token": second, order, schema, out: file } = flags;
    const bad = tokenLines({ token, "second token": second ?? "" });
    const settings = readSettings([], {
      ...env,
      DJANGO_API_BASE: flags.django ?? env.DJANGO_API_BASE,
      DJANGO_API_TOKEN: bad.length ? "" : token,
      DJANGO_API_AUTH: flags.auth ?? env.DJANGO_API_AUTH,
      SHOP_MCP_SHOP: flags.shop ?? env.SHOP_MCP_SHOP,
    });
    const base = settings.django_api_base;
    if (order && !ID.test(order)) throw new StartError(`--order ${quote(order)} is no id`);
    if (schema && !URL.canParse(schema, base)) throw new StartError("--schema is no address");
    if (file && (await Bun.file(file).exists()))
      throw new StartError(`${file} is there already: give --out another name`);
    const dialect = settings.shop && !flags.suggest ? await loadDialect(settings.shop) : undefined;
    const given = { settings, second, order, schema, dialect };
    if (flags.suggest && !bad.length) {
      const module = await suggest(given, outside);
      if (!file) return { out: module.trimEnd(), code: 0 };
      const engine = relative(
        dirname(resolve(file)),
        `${import.meta.dir}/../../shop/mapping/define-shop.ts`,
      );
      await Bun.write(
        file,
        module.replace("../shop/mapping/define-shop.ts", engine.replace(/^(?!\.)/, "./")),
      );
      return { err: `doctor: wrote ${file}. Next: bun run doctor --shop ${file}`, code: 0 };
    }
    const nothing = { tools: { works: [], unproven: [], missing: [] }, settings: {} };
    const report = bad.length
      ? { shop: base, lines: bad, ...nothing }
      : await examine(given, outside);
    const counts = counted(report.lines);
    const json = () => JSON.stringify({ ...counts, ...report }, null, 2);
    return { out: flags.json ? json() : written(report, isColoured), code: counts.red ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof StartError || error instanceof MappingError)) throw error;
    return { err: `doctor: ${error.message}`, code: 2 };
  }
}

if (import.meta.main) {
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  const { out, err, code } = await run(process.argv.slice(2), process.env, { isColoured });
  if (out) console.log(out);
  if (err) console.error(err);
  process.exitCode = code;
}
