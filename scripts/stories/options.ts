/** What the program of `elsewhere.ts` is asked for: its flags, and the words for those that do not fit. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { isLoopback } from "../../settings.ts";
import { toJUnit } from "./junit.ts";
import type { Run } from "./outcome.ts";
import { toPage } from "./page.ts";
import { DJANGO_LANES, URL_LANES } from "./places.ts";

export const HELP = `Plays stories at a server that somebody else runs.

  stories --url URL       an MCP server, as https://staging.example/mcp
  stories --django URL    or a Django, before which the server is started here

  NAME …                  only these, by file or title
  --stories PATH          your own: a folder of .yaml, .json or .ts files, or one of these
  --token TOKEN           whom the stories are played as; better in the environment:
                          SHOP_MCP_TOKEN with --url, DJANGO_API_TOKEN with --django
  --as NAME               whose token that is, where stories have several users
  --tokens FILE           {"mia": "…", "staff": "…"}, a token for each user
  --lane LANE             ${[...URL_LANES, ...DJANGO_LANES].join(", ")}
  --write                 also those that change something; says what, and asks first
  --yes                   with --write: do not ask
  --reset COMMAND         brings the shop's data back, before each story that follows a change
  --report FILE.xml       JUnit, and beside it FILE.html with the transcripts

Exit code: 0 if all that were played passed; 1 if one failed, or none was played; 2 for wrong use.`;

/** Wrong use. The message says what to give instead. */
export class UsageError extends Error {
  override name = "UsageError";
}
export const fail = (message: string): never => {
  throw new UsageError(message);
};

const OPTIONS = {
  url: { type: "string" },
  django: { type: "string" },
  stories: { type: "string" },
  token: { type: "string" },
  as: { type: "string" },
  tokens: { type: "string" },
  lane: { type: "string" },
  write: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  reset: { type: "string" },
  report: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;
/** The options of a command line. @throws {UsageError} */
export function readOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [said = ""] = String(Object(error).message ?? error).split(/\. |\n/);
    return fail(`${said}. See --help.`);
  }
}
export type Options = ReturnType<typeof readOptions>["values"];

/** An address that may be printed, and to which a token may be sent, if there is one. @throws {UsageError} */
export function readUrl(flag: string, given: string, hasToken: boolean): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return fail(
      `${flag} must be an http(s) address${given.includes("@") ? "" : `; got ${JSON.stringify(given)}`}.`,
    );
  if (url.username || url.password || url.search || url.hash)
    return fail(
      `${flag} must have no credentials, query or fragment: they would stand in the report. A token goes into the environment.`,
    );
  if (hasToken && url.protocol === "http:" && !isLoopback(url.hostname))
    return fail(`${flag} must be https: over http a token can be read on its way to ${url.host}.`);
  return url;
}
/** The one of these names that was given. @throws {UsageError} which lists them */
export const oneOf = <const Names extends readonly string[]>(
  names: Names,
  given: string,
): Names[number] =>
  names.find((name) => name === given) ??
  fail(`--lane must be ${names.join(" or ")} here; got ${JSON.stringify(given)}.`);

const PRINTABLE = /^[\x21-\x7e]+$/;
/** The tokens in a file, by user. @throws {UsageError} which says nothing of what the file holds */
export function readTokens(file: string): Map<string, string> {
  const shape = z.record(z.string(), z.string().regex(PRINTABLE));
  try {
    const { data } = shape.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (data) return new Map(Object.entries(data));
  } catch (error) {
    const why =
      error instanceof SyntaxError ? "is not JSON" : `cannot be read (${Object(error).code})`;
    return fail(`--tokens ${file} ${why}.`); // and nothing of what it holds
  }
  return fail(
    `--tokens ${file} must be {"mia": "…"}: for each user a token of printable ASCII characters.`,
  );
}
/** The one token, by its flag or its variable; undefined where there is none. @throws {UsageError} */
export function readToken({ token, url }: Options, env: NodeJS.ProcessEnv): string | undefined {
  const variable = url === undefined ? "DJANGO_API_TOKEN" : "SHOP_MCP_TOKEN";
  const given = token ?? env[variable];
  if (given === undefined || given === "") return undefined;
  if (PRINTABLE.test(given)) return given;
  return fail(
    `${token === undefined ? variable : "--token"} must be one word of printable ASCII characters.`,
  );
}

/** The report's files, tried before anything is played. */
export function openReport(
  file: string | undefined,
): ((run: Run, mask: (text: string) => string) => void) | undefined {
  if (file === undefined) return undefined;
  if (!file.endsWith(".xml"))
    return fail("--report must end in .xml; the page is written beside it, as .html.");
  const page = file.replace(/\.xml$/, ".html");
  try {
    mkdirSync(dirname(file), { recursive: true });
    for (const one of [file, page]) writeFileSync(one, "");
  } catch (error) {
    return fail(`--report ${file} cannot be written (${Object(error).code}).`);
  }
  return (run, mask) => {
    writeFileSync(file, mask(toJUnit(run)));
    writeFileSync(page, mask(toPage(run)));
  };
}
