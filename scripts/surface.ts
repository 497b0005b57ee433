/**
 * Writes what hosts and users see from what runs: tests/surface.json, the snapshot of all that a host reads
 * before its first call, docs/tokens.md, docs/audit.md, the generated parts of README.md and docs/, and the manifests of packages.
 * tests/surface.test.ts fails when one is stale. Prints how many tokens a model reads, too.
 *
 * ```sh
 * bun run surface
 * ```
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import type * as z from "zod";
import { groups, isUsual, settingRows } from "../server.ts";
import type { Settings } from "../settings.ts";
import { auditPage } from "./audit/page.ts";
import { wounds } from "../tests/cve/wounds.ts";
import { LANES, lanes } from "../tests/harness/lanes.ts";
import { allStories, dialectStories } from "../tests/harness/stories.ts";
import { mutants as mockMutants } from "../tests/parity/mutants.ts";
import { mutants as serverMutants } from "../tests/truthfulness/mutants.ts";
import { hostNames, hostOf, snippet } from "./connect/hosts.ts";
import { launchServer } from "./connect/launch.ts";
import { connectPage, oneClickLinks } from "./connect/page.ts";
import { committedManifests } from "./package/manifests.ts";
import { goals } from "./proof-goals.ts";
import { format, type Sections, table, withSections } from "./sections.ts";
import { BOUNDS, measureTokens, tokensPage } from "./tokens.ts";
import { troubleshootingPage } from "./troubleshooting.ts";

const projectFile = (path: string) => Bun.file(new URL(`../${path}`, import.meta.url));
const NO_SHOP = {
  django_api_base: "http://127.0.0.1:9",
  django_api_token: "none",
  tools: Object.keys(groups).join(),
};

/** The surface as a host reads it over the wire, as JSON. */
async function snapshot(): Promise<string> {
  const host = await lanes["memory-modern"](NO_SHOP);
  const { tools } = await host.listTools();
  const { resources } = await host.listResources();
  const { resourceTemplates } = await host.listResourceTemplates();
  const { prompts } = await host.listPrompts();
  const instructions = host.getInstructions();
  await host.close();
  const surface = { instructions, tools, resources, resourceTemplates, prompts };
  return `${JSON.stringify(surface, null, 2)}\n`;
}

/** An argument as in a signature: `query`, `category?`, `limit = 10`. */
function formatArgument([name, schema]: [name: string, schema: z.ZodType]): string {
  const { data, success } = schema.safeParse(undefined);
  if (!success) return name;
  return data === undefined ? `${name}?` : `${name} = ${JSON.stringify(data)}`;
}

const code = (text: string) => text && `\`${text}\``;

/** Each tool with its arguments. */
function toolTable(): string {
  const rows = Object.entries(groups).flatMap(([group, tools]) =>
    Object.entries(tools).map(([name, { description, input }]) => {
      const args = Object.entries<z.ZodType>(input.shape).map(formatArgument);
      const which = isUsual(group) ? group : `${group}, where \`--tools\` names it`;
      return [which, code(`${name}(${args.join(", ")})`), description];
    }),
  );
  return table(["group", "tool", "what it does"], rows);
}
/** A row for each group of tools. */
function groupTable(): string {
  const rows = Object.entries(groups).map(([group, tools]) => [
    isUsual(group) ? group : `${group}, with ${code(`--tools ${group}`)}`,
    Object.keys(tools).map(code).join(", "),
  ]);
  return table(["group", "tools"], rows);
}

/** What most who set up the server need: the other settings are in docs/settings.md. */
const USUAL: (keyof Settings)[] = [
  "django_api_base",
  "django_api_token",
  "currency",
  "tools",
  "read_only",
  "shop",
  "confirm",
  "http",
  "port",
  "public_url",
  "oauth_issuer",
  "log",
];
function settingTable(rows: typeof settingRows): string {
  const cells = rows.map(({ flag, env, description, fallback }) => [
    code(flag),
    code(env),
    description.replace(/https:\S+/g, code), // else it is made a link
    code(fallback),
  ]);
  return table(["flag", "environment", "what it is", "default"], cells);
}

/** How the proof works, with the figures that it has to reach. */
async function proof(): Promise<string> {
  const stories = [...(await allStories()), ...(await dialectStories())];
  const mistakes = serverMutants.length + mockMutants.length;
  const n = (count: number) => count.toLocaleString("en");
  return `
- **Stories.** ${stories.length} scripted conversations are played by real MCP clients on ${LANES.length} lanes (in memory, over stdio and over HTTP, each in both generations of the protocol) and on two backends, a mock shop and a real Django. They have to go alike everywhere. Each change is played again with its answer lost. [Read them](tests/stories/README.md).
- **A mock that is held to Django.** \`bun run test:truth\` sends at least ${n(goals.calls)} requests to both, and makes ${n(goals.previews)} previewed changes on each. Every answer, and the shop's data afterwards, has to be equal, field by field.
- **Nothing false.** The server is asked at least ${n(goals.calls)} times about ${goals.shops} generated shops with the habits of real ones. Each word of its answers is held against the JSON that the shop sent.
- **The proof is tested, too.** Mock and server are broken in ${mistakes} ways, one at a time. The run fails if less than ${goals.killedShare * 100} % of them are noticed.
- **Attacks.** ${wounds.length} kinds of public vulnerabilities of MCP servers are tried on this one, and [on any other](SECURITY.md#public-vulnerabilities) by \`bun run cve --url URL\`.`.trim();
}

/** What the tools cost a model at most. */
function costs(): string {
  const n = (tokens: number) => tokens.toLocaleString("en");
  const search =
    BOUNDS["a search with ten hits, as text"] + BOUNDS["a search with ten hits, as structure"];
  return `A model reads at most ${n(BOUNDS["all tools"])} tokens for all of them, and ${n(search)} for a search with ten hits; [docs/tokens.md](docs/tokens.md) has it tool by tool, and a test fails beyond that.`;
}

/** The hosts that `bun run connect` knows, and the links that add the demo shop to some of them. */
const knownHosts = () =>
  `\`bun run connect HOST\` knows ${hostNames.map(code).join(", ")}.

Once the package is on npm, one click adds the demo shop to ${oneClickLinks()}.`;

/** What `bun run connect claude-desktop --demo` writes. */
function configuration(): string {
  const clone = { kind: "clone", folder: "/path/to/django-shop-mcp", bun: "bun" } as const;
  const demo = launchServer(clone, { kind: "demo" });
  return `\`\`\`json\n${snippet(hostOf("claude-desktop"), "shop", demo)}\n\`\`\``;
}

/** What the demo prints, without its introduction and its first exchange, and without the key, which is random. */
async function demoExcerpt(): Promise<string> {
  const command = [process.execPath, Bun.fileURLToPath(import.meta.resolve("./demo.ts")), "--once"];
  const demo = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const output = stripVTControlCharacters(await demo.stdout.text());
  if ((await demo.exited) !== 0) throw new Error("the demo failed: see bun run demo --once");
  const [, , ...exchanges] = output.trim().split("\n\n");
  const excerpt = exchanges.join("\n\n").replace(/(Idempotency-Key: )\S+/, "$1…");
  return `\`\`\`\n${excerpt}\n\`\`\``;
}

/** The generated files, by path, each with the text that it must hold. */
export async function surfaceFiles(): Promise<Record<string, string>> {
  const usual = settingRows.filter(({ key }) => USUAL.some((one) => one === key));
  const pages: Record<string, Sections> = {
    "README.md": {
      configuration: configuration(),
      hosts: knownHosts(),
      tools: `${groupTable()}\n\n${costs()}`,
      settings: settingTable(usual),
      proof: await proof(),
    },
    "docs/tools.md": { tools: toolTable(), demo: await demoExcerpt() },
    "docs/settings.md": { settings: settingTable(settingRows) },
  };
  const manifests = Object.entries(committedManifests());
  const whole = {
    "tests/surface.json": await snapshot(),
    "TROUBLESHOOTING.md": troubleshootingPage(),
    "docs/connect.md": connectPage(),
    "docs/tokens.md": await tokensPage(),
    "docs/audit.md": auditPage(),
    ...Object.fromEntries(manifests.map(([path, json]) => [path, JSON.stringify(json)])),
  };
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries(whole)) files[path] = format(path, text);
  for (const [page, sections] of Object.entries(pages))
    files[page] = await withSections(page, sections);
  return files;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await surfaceFiles())) {
    const file = projectFile(path);
    const isStale = !(await file.exists()) || (await file.text()) !== text;
    if (isStale) await file.write(text);
    console.log(`${path}: ${isStale ? "rewritten" : "up to date"}`);
  }
  console.log("\ntokens that a model reads, and the most that it may:");
  for (const [name, tokens] of Object.entries(await measureTokens()))
    console.log(`${`${tokens}`.padStart(6)} of ${BOUNDS[name as keyof typeof BOUNDS]}  ${name}`); // its own keys
}
