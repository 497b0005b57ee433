/**
 * What the SDK's server answers first, taken down for stdio/first-answers.ts when the bundle is built. Nothing is
 * written by hand: the server is asked, with all tools, and with each alone.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createServer, groups, openShop, settingsSchema } from "../server.ts";
import type { Answers, ToolAnswer } from "../stdio/first-answers.ts";
import { makeHeard } from "../stdio/serve.ts";
import { openUpdates } from "../shop/updates.ts";

const MODERN = "2026-07-28";
const META = {
  [mcp.PROTOCOL_VERSION_META_KEY]: MODERN,
  [mcp.CLIENT_CAPABILITIES_META_KEY]: {},
};
const HANDSHAKE = { capabilities: {}, clientInfo: { name: "", version: "" } };

/**
 * A server with these tools, over a transport that is a function: what is sent in, and the JSON of its result.
 * @param isHeard whether it tells hosts of changes
 */
function connect(tools: string, { isHeard = false } = {}) {
  const settings = { django_api_base: "http://127.0.0.1", django_api_token: "t", tools };
  const shop = openShop(settingsSchema.parse(settings));
  const waiting: ((json: string) => void)[] = [];
  const transport: mcp.Transport = {
    start: async () => {},
    close: async () => {},
    send: async (message) => waiting.shift()?.(mcp.serializeMessage(message)),
  };
  const heard = isHeard ? openUpdates({ tools: [...shop.offered], account: shop }) : undefined;
  serveStdio(makeHeard(() => createServer(shop), heard?.updates).create, { transport });
  return async (method: string, params: object): Promise<string> => {
    const answer = new Promise<string>((resolve) => waiting.push(resolve));
    transport.onmessage?.({ jsonrpc: "2.0", id: 0, method, params: { ...params } });
    const result = /^{"result":(.*),"jsonrpc":"2.0","id":0}\n$/.exec(await answer)?.[1];
    if (!result) throw new Error(`${method} gave ${await answer}`);
    return result;
  };
}
/** Cuts a text around a part that it has once. */
function cut(text: string, part: string): [before: string, after: string] {
  const [before = "", after, ...more] = text.split(part);
  if (after === undefined || more.length > 0) throw new Error(`${part} is not once in ${text}`);
  return [before, after];
}

/** The answers, and those of each tool in its group. */
export async function hearFirstAnswers() {
  const versions = mcp.SUPPORTED_PROTOCOL_VERSIONS;
  const [version = ""] = versions;
  const all = Object.keys(groups).join();
  const initialize = await connect(all)("initialize", { protocolVersion: version, ...HANDSHAKE });
  const { capabilities } = JSON.parse(initialize) as mcp.InitializeResult;
  const discoveredOf = async (tools: string) =>
    JSON.parse(
      await connect(tools, { isHeard: true })("server/discover", { _meta: META }),
    ) as mcp.DiscoverResult;
  const { capabilities: whereHeard } = await discoveredOf(all);
  const [before, rest] = cut(initialize, `"${version}"`);
  const [between, after] = cut(rest, JSON.stringify(capabilities));
  const handshake = connect(all);
  await handshake("initialize", { protocolVersion: version, ...HANDSHAKE });
  const list = await handshake("tools/list", {});
  const { tools } = JSON.parse(list) as mcp.ListToolsResult;
  const listed = JSON.stringify(tools);
  const ask = connect(all);
  const discovered = await ask("server/discover", { _meta: META });
  const answers: Answers = {
    versions,
    modern: MODERN,
    capabilities: Object.entries(capabilities).map(([name, value]) => [
      name,
      JSON.stringify(value),
      JSON.stringify(whereHeard[name as keyof mcp.ServerCapabilities]), // as the other has it
    ]),
    initialize: [before, between, after],
    discover: cut(discovered, JSON.stringify(capabilities)),
    list: {
      handshake: cut(list, listed),
      modern: cut(await ask("tools/list", { _meta: META }), listed),
    },
  };
  const tables: Record<string, Record<string, ToolAnswer & { isWrite: boolean }>> = {};
  for (const [group, table] of Object.entries(groups)) {
    const rows = Object.entries(table).map(async ([name, { isWrite }]) => {
      const { capabilities } = await discoveredOf(name);
      const entry = JSON.stringify(tools.find((tool) => tool.name === name));
      const names = Object.keys(capabilities);
      if (capabilities.resources?.subscribe) names.push("subscribe");
      return [name, { isWrite, entry, capabilities: names }] as const;
    });
    tables[group] = Object.fromEntries(await Promise.all(rows));
  }
  return { answers, groups: tables };
}
/** What the bundle is made with. */
export type FirstAnswers = Awaited<ReturnType<typeof hearFirstAnswers>>;
