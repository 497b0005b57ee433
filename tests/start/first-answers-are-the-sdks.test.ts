/** The first answers over stdio are the bytes that the SDK would give, whatever the settings and whatever is asked. */
import { expect, test } from "bun:test";
import * as mcp from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import fc from "fast-check";
import { readJson, readMessage } from "../../json-rpc/read.ts";
import { hearFirstAnswers } from "../../scripts/first-answers.ts";
import {
  chooseTools,
  createServer,
  hearsChanges,
  openShop,
  settingsSchema,
  tools,
  updatesOf,
} from "../../server.ts";
import { openAnswers } from "../../stdio/first-answers.ts";
import { makeHeard } from "../../stdio/serve.ts";

const baked = await hearFirstAnswers();
const BASE = { django_api_base: "http://127.0.0.1:9" };
const ALL = { ...BASE, django_api_token: "t" };

/** Asks both in turn, up to the first line that is for the SDK alone. Gives what each said, and how many it were. */
async function compare(given: object, lines: string[]) {
  const settings = settingsSchema.parse({ ...BASE, ...given });
  const chosen = chooseTools(settings, baked.groups, (tool) => tool);
  const answer = openAnswers(baked.answers, [...chosen.values()], hearsChanges(settings));
  const shop = openShop(settings);
  const sent: string[] = [];
  let hear = () => {};
  const transport: mcp.Transport = {
    start: async () => {},
    close: async () => {},
    send: async (message) => (sent.push(mcp.serializeMessage(message)), hear()),
  };
  const heard = updatesOf(shop, { hearsOthers: settings.redis_url !== undefined });
  const { create } = makeHeard(() => createServer(shop), heard?.updates);
  const handle = serveStdio(create, { transport });
  const said: string[] = [];
  let count = 0;
  for (const line of lines) {
    const first = answer(line);
    if (!first) break;
    count++;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    transport.onmessage?.(readMessage(readJson(line)));
    if (first.said === "") continue;
    said.push(`${first.said}\n`);
    await heard;
  }
  await handle.close();
  return { said, sent, count };
}

const rpc = (method: string, id?: unknown, params?: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const clientInfo = { name: "t", version: "1" };
const initialize = (protocolVersion: unknown, capabilities: unknown = {}) =>
  rpc("initialize", 0, { protocolVersion, capabilities, clientInfo });
const initialized = rpc("notifications/initialized");
const envelope = (capabilities: unknown = {}) => ({
  _meta: {
    [mcp.PROTOCOL_VERSION_META_KEY]: "2026-07-28",
    [mcp.CLIENT_INFO_META_KEY]: clientInfo,
    [mcp.CLIENT_CAPABILITIES_META_KEY]: capabilities,
  },
});
const progress = (progressToken: unknown) => ({ _meta: { ...envelope()._meta, progressToken } });
const numbered = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "t", version: 1 },
};
const HANDSHAKES = mcp.SUPPORTED_PROTOCOL_VERSIONS.map((version) => [
  initialize(version),
  initialized,
  rpc("ping", 1),
  rpc("tools/list", "two", {}),
  rpc("tools/list", 3, { _meta: { progressToken: 7 } }),
]);
const MODERN = [
  rpc("server/discover", 0, envelope()),
  rpc("tools/list", 1, envelope({ elicitation: { form: {} }, roots: { listChanged: true } })),
  rpc("server/discover", 2, envelope()),
];
/** A host that tries the newer way, and then takes the older. */
const BOTH = [rpc("server/discover", -1, envelope()), ...(HANDSHAKES[0] ?? [])];

const SETTINGS = [
  {},
  ALL,
  { ...ALL, read_only: "true" },
  { ...ALL, poll: "0" },
  { ...ALL, poll: "0", redis_url: "redis://127.0.0.1:9" },
  { ...ALL, confirm: "elicit", timeout: "1", currency: "EUR" },
  { django_login: "/api/token/", django_user: "u", django_password: "p" },
  ...Object.keys({ ...baked.groups, ...tools }).map((name) => ({ ...ALL, tools: name })),
  { ...ALL, tools: "contact_support get_customer,get_shop_info" },
];
test.each(SETTINGS)("with the settings %p, in every version of the protocol", async (settings) => {
  for (const lines of [...HANDSHAKES, MODERN, BOTH]) {
    const { said, sent, count } = await compare(settings, lines);
    expect(said).toEqual(sent);
    expect(count).toBe(lines.length); // none of these is left to the SDK
  }
});

test("with what today's hosts declare", async () => {
  const hosts = [
    { roots: { listChanged: true }, sampling: {}, elicitation: {} },
    { elicitation: { form: { applyDefaults: true }, url: {} }, sampling: { tools: {} } },
    { roots: {}, experimental: { x: { deep: [1, { a: null }] } } },
    { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html"] } } },
  ];
  for (const capabilities of hosts) {
    const lines = [initialize("2025-06-18", capabilities), initialized, rpc("tools/list", 1)];
    const modern = [rpc("tools/list", 1, envelope(capabilities))];
    for (const asked of [lines, modern]) {
      const { said, sent, count } = await compare(ALL, asked);
      expect(said).toEqual(sent);
      expect(count).toBe(asked.length);
    }
  }
});

test.each([
  ["no JSON", "{"],
  ["an empty line", ""],
  ["a batch", `[${rpc("ping", 1)}]`],
  ["no version", '{"id":1,"method":"ping"}'],
  ["an id that is null", '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ["an id that is a fraction", rpc("ping", 1.5)],
  ["an id that was used", rpc("ping", 0)],
  ["an id that is rounded", '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'],
  ["an answer", '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ["another method", rpc("prompts/list", 1)],
  ["a method of every object's", rpc("constructor", 1)],
  ["a cursor", rpc("tools/list", 1, { cursor: "x" })],
  ["params that are a list", rpc("ping", 1, [])],
  [
    "another initialize",
    rpc("initialize", 1, { protocolVersion: "2025-11-25", capabilities: {}, clientInfo }),
  ],
  ["the modern way after the handshake", rpc("server/discover", 1, envelope())],
  [
    "a field of every object's",
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{}}}',
  ],
  ["another notification", rpc("notifications/roots/list_changed")],
  ["many values", rpc("tools/list", 1, { _meta: { progressToken: "x".repeat(2000) } })],
])("what is not plain is for the SDK: %s", async (_, line) => {
  const { count } = await compare(ALL, [initialize("2025-11-25"), line]);
  expect(count).toBe(1);
});
test.each([
  ["an unknown version", initialize("2030-01-01")],
  ["no version", initialize(undefined)],
  ["a capability that is no object", initialize("2025-11-25", { elicitation: 1 })],
  [
    "defaults that are no flag",
    initialize("2025-11-25", { elicitation: { form: { applyDefaults: "x" } } }),
  ],
  ["a token of progress that is an object", rpc("tools/list", 1, progress({}))],
  ["a version of the client that is a number", rpc("initialize", 0, numbered)],
  ["an unknown capability", initialize("2025-11-25", { mine: {} })],
  [
    "deep JSON",
    initialize("2025-11-25", {
      experimental: JSON.parse(`${'{"a":'.repeat(20)}{}${"}".repeat(20)}`),
    }),
  ],
  ["a list before the handshake", rpc("tools/list", 1)],
  ["a ping before the handshake", rpc("ping", 1)],
  ["initialized before initialize", initialized],
  ["a ping in the modern way", rpc("ping", 1, envelope())],
  [
    "no capabilities in the envelope",
    rpc("tools/list", 1, { _meta: { [mcp.PROTOCOL_VERSION_META_KEY]: "2026-07-28" } }),
  ],
])("so is, at the start, %s", async (_, line) => {
  expect((await compare(ALL, [line])).count).toBe(0);
});

test("whatever is sent, and in whatever order, what is answered is the SDK's answer", async () => {
  const odd = fc.oneof(
    fc.constant({}),
    fc.constant(null),
    fc.constant(true),
    fc.string(),
    fc.integer(),
    fc.object(),
  );
  const names = ["roots", "sampling", "elicitation", "experimental", "extensions", "tasks", "x"];
  const parts = ["listChanged", "form", "url", "context", "tools", "applyDefaults", "x"];
  const part = fc.dictionary(fc.constantFrom(...parts), odd, { maxKeys: 2 });
  const capabilities = fc.dictionary(fc.constantFrom(...names), fc.oneof(part, odd), {
    maxKeys: 3,
  });
  const info = fc.oneof(
    fc.constant(clientInfo),
    fc.dictionary(fc.constantFrom("name", "version", "title", "description", "icons"), odd),
  );
  const version = fc.constantFrom<unknown>(
    ...mcp.SUPPORTED_PROTOCOL_VERSIONS,
    "2026-07-28",
    "x",
    1,
  );
  const meta = fc.record(
    {
      [mcp.PROTOCOL_VERSION_META_KEY]: version,
      [mcp.CLIENT_CAPABILITIES_META_KEY]: fc.oneof(fc.constant({}), capabilities),
      [mcp.CLIENT_INFO_META_KEY]: info,
      progressToken: odd,
    },
    { requiredKeys: [] },
  );
  const params = fc.oneof(
    fc.constant(undefined),
    capabilities.map((given) => envelope(given)),
    fc.record({ _meta: meta }),
    fc.record(
      { protocolVersion: version, capabilities, clientInfo: info, cursor: odd, _meta: meta },
      { requiredKeys: [] },
    ),
    fc.record({ protocolVersion: version, capabilities, clientInfo: info }),
  );
  const methods = [
    "initialize",
    "ping",
    "tools/list",
    "server/discover",
    "notifications/initialized",
    "tools/call",
  ];
  const id = fc.oneof(fc.integer(), fc.string(), fc.constant(undefined));
  const line = fc.oneof(
    fc
      .record({ method: fc.constantFrom(...methods), id, params })
      .map((m) => rpc(m.method, m.id, m.params)),
    fc.constantFrom(...HANDSHAKES.flat(), ...MODERN),
  );
  const start = fc.oneof(
    fc.constantFrom(initialize("2025-03-26"), ...MODERN),
    capabilities.map((given) => initialize("2025-11-25", given)),
    capabilities.map((given) => rpc("tools/list", 0, envelope(given))),
  );
  let answered = 0;
  const lines = fc.tuple(start, fc.array(line, { maxLength: 6 }));
  const check = fc.asyncProperty(lines, async ([first, more]) => {
    const { said, sent, count } = await compare(ALL, [first, ...more]);
    expect(said).toEqual(sent);
    answered += count;
  });
  await fc.assert(check, { numRuns: 1000 });
  expect(answered).toBeGreaterThan(300);
});
