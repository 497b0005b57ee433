/**
 * What the surface costs a model, in tokens of o200k_base: each tool, each choice of tools, and what else a host may
 * show it. `tokensPage` is docs/tokens.md; `BOUNDS` holds the sums, and tests/surface.test.ts fails beyond them.
 *
 * @module
 */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"; // exact, without dependencies, the fastest in JavaScript
import { groups } from "../server.ts";
import { type Host, lanes, type SettingsInput, textOf } from "../tests/harness/lanes.ts";
import { table } from "./sections.ts";
import { serveShop } from "./shop.ts";

/** The most that each may cost. A new tool is worth a line here; a longer sentence seldom is. */
export const BOUNDS = {
  "all tools": 5500,
  "all tools with `--read-only`": 3000,
  "without a token: `--tools catalog`": 1000,
  "`--tools catalog,get_order_status`": 1250,
  "`--tools chatgpt`": 440,
  instructions: 130,
  "the list of prompts": 300,
  "the lists of resources": 290,
  "a search with ten hits, as text": 400,
  "a search with ten hits, as structure": 800,
};
export type Measured = keyof typeof BOUNDS;

const inTokens = (value: unknown) =>
  countTokens(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
/** The tools as a model reads them: `_meta` is for hosts. */
const listOf = async (host: Host) =>
  (await host.listTools()).tools.map(({ _meta, ...tool }) => tool);
type Listed = Awaited<ReturnType<typeof listOf>>[number];

/** Runs work on a server of the mock shop with these settings. */
async function withHost<T>(more: Partial<SettingsInput>, work: (host: Host) => Promise<T>) {
  const shop = serveShop();
  const host = await lanes["memory-modern"]({
    django_api_base: shop.url,
    django_api_token: "demo-mia",
    ...more,
  });
  return work(host).finally(async () => void (await Promise.all([host.close(), shop.stop()])));
}
const costOf = (more: Partial<SettingsInput>) =>
  withHost(more, async (host) => inTokens({ tools: await listOf(host) }));

/** What each costs now, in tokens. */
export async function measureTokens(): Promise<Record<Measured, number>> {
  return withHost({}, async (host) => {
    const { prompts } = await host.listPrompts();
    const { resources } = await host.listResources();
    const { resourceTemplates } = await host.listResourceTemplates();
    const shown = resources.map(({ _meta, ...resource }) => resource);
    const search = await host.callTool({ name: "search_products", arguments: { query: "a" } });
    return {
      "all tools": await costOf({}),
      "all tools with `--read-only`": await costOf({ read_only: "true" }),
      "without a token: `--tools catalog`": await costOf({ django_api_token: undefined }),
      "`--tools catalog,get_order_status`": await costOf({ tools: "catalog,get_order_status" }),
      "`--tools chatgpt`": await costOf({ tools: "chatgpt" }),
      instructions: inTokens(host.getInstructions()),
      "the list of prompts": inTokens({ prompts }),
      "the lists of resources": inTokens({ resources: shown, resourceTemplates }),
      "a search with ten hits, as text": inTokens(textOf(search)),
      "a search with ten hits, as structure": inTokens(search.structuredContent),
    };
  });
}

const NUMBERS = "---:";
/** A tool, with its parts. They add up to less than the whole, which has its title and hints, too. */
const toolRow = ({ description, inputSchema, outputSchema, ...tool }: Listed) => [
  `\`${tool.name}\``,
  ...[description, inputSchema, outputSchema].map(inTokens),
  inTokens({ description, inputSchema, outputSchema, ...tool }),
];

/** docs/tokens.md, as Markdown. */
export async function tokensPage(): Promise<string> {
  const tools = await withHost({ tools: Object.keys(groups).join() }, listOf);
  const measured = Object.entries(await measureTokens());
  const sums = measured.map(([name, tokens]) => {
    const isResult = name.startsWith("a search"); // whose cursor is another each time
    const shown = isResult ? `about ${Math.round(tokens / 50) * 50}` : tokens;
    return [name, shown, BOUNDS[name as Measured]]; // its own keys
  });
  const inGroup = (names: string[]) => tools.filter(({ name }) => names.includes(name));
  const groupTables = Object.entries(groups).map(([group, members]) => {
    const own = inGroup(Object.keys(members));
    const all = [`**${group}**`, "", "", "", inTokens(own)];
    const head = ["tool", "description", "arguments", "result", "whole"];
    return table(head, [...own.map(toolRow), all], NUMBERS);
  });
  return `# What the surface costs in tokens

<!-- Written by \`bun run surface\`. -->

A model reads the list of tools before its first word, and in most hosts again with every message. This is what it costs, counted with o200k_base as the JSON that a host receives, without \`_meta\`, which no model is shown. Other models count differently, in the same proportions. No sum may pass its bound: a test fails.

${table(["what is read", "tokens", "at most"], sums, NUMBERS)}

Offer less to pay less: \`--tools catalog,get_order_status\` names groups or single tools, and \`--read-only\` drops every change.

## Tool by tool

${groupTables.join("\n\n")}
`;
}
