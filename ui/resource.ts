/**
 * The page that hosts draw results with, inside the chat (MCP Apps): `openView` describes it, and gives its text when a
 * host reads it. Nothing of it is loaded before. The source is built then, by a process of its own, since a bundler
 * keeps 60 MB; `bun run build` has done so before, and puts it beside the program.
 *
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 * @module
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError } from "../shop/config-error.ts";
import { hasView } from "./kinds.ts";

/** The program that this was built into, where it was: scripts/build.ts puts its path in this name's place. */
declare const BUILT_INTO: string | undefined;
const builtInto = typeof BUILT_INTO === "string" ? BUILT_INTO : undefined;

/** The page beside the program. @throws {ConfigError} */
const readBuilt = async (program: string): Promise<string> =>
  readFile(join(dirname(program), "view.html"), "utf8").catch(() => {
    throw new ConfigError(
      "The view cannot be shown: view.html is not beside the program. Copy it there from dist/. All tools work without it.",
    );
  });
/** The page, built from its source. @throws {ConfigError} */
async function build(): Promise<string> {
  const command = [process.execPath, join(import.meta.dirname, "build.ts")];
  const stdio = { stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn(command, { ...stdio, cwd: import.meta.dirname, env: {} });
  const textOf = (stream: ReadableStream) => new Response(stream).text();
  const [page, said] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if ((await child.exited) === 0 && page) return page;
  const [, reason = "it gave no page"] = /error: (.*)/.exec(said) ?? [];
  throw new ConfigError(
    `The view cannot be built: ${reason}. Run \`bun install\` in the server's folder. All tools work without it.`,
  );
}

/** Does the work once, for all who ask for it, now and later. A failure is not kept. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    }));
}
/** The page with what these of its meta elements are to say. */
function fill(html: string, contents: Record<string, string[]>): string {
  return Object.entries(contents).reduce((filled, [name, words]) => {
    const [before, after, ...more] = filled.split(`<meta name="${name}" content="`);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`the view has not one meta element named ${name}`);
    return `${before}<meta name="${name}" content="${words.join(" ")}${after}`;
  }, html);
}

/** What the view is for one server. */
export interface ViewOptions {
  /** Where pictures may come from. Nothing else is loaded, and nothing is sent anywhere but to the host. */
  imageOrigins: string[];
  /** The names of the tools that its buttons may call. */
  tools: string[];
  /** Gives the page. @default the one beside the program, or what its source is built to */
  load?: () => Promise<string>;
}
/** The view as a resource of one server. */
export function openView({ imageOrigins, tools, ...options }: ViewOptions) {
  const { load = () => (builtInto ? readBuilt(builtInto) : build()) } = options;
  const page = once(load);
  const csp = { connectDomains: [], resourceDomains: imageOrigins };
  return {
    uri: "ui://shop/view.html",
    mimeType: "text/html;profile=mcp-app",
    /** What a host has to allow; it reads this where it lists resources, or where it reads one. */
    meta: { ui: { csp, prefersBorder: true } },
    draws: hasView,
    /** The page. @throws {ConfigError} where there is none */
    read: async () => fill(await page(), { "image-origins": imageOrigins, tools }),
  };
}
