/**
 * Requests for the tools of a small shop, plain ones and broken ones. A request is made plain first; then up to three
 * things are done to it.
 *
 * @module
 */
import fc from "fast-check";
import type { Sent } from "./both-ways.ts";

type Json = ReturnType<typeof JSON.parse>;
/** A request whose body is still JSON. */
interface Draft {
  method: string;
  headers: [name: string, value: string][];
  message: Json;
  /** What becomes of the body's text. */
  write: (text: string) => string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

// ── Plain requests ──────────────────────────────────────────────────────────────────────────────

const prefix = "io.modelcontextprotocol/";
export const MODERN = "2026-07-28";
const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];
const oneOf = fc.constantFrom;

/** Words and ids that the shop of the test answers in its own way: see `answerOf` there. */
const words = fc.oneof(
  oneOf("linen", "", " ", "broken", "page", "none", "forbidden", "odd", "Ünïcode 😀", "<b>x</b>"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const ids = fc.oneof(
  oneOf("1036", "#1036", "404", "403", "400", "../1", "broken", "page", "odd", "a b", ""),
  fc.integer(),
  fc.string({ maxLength: 8 }),
);
const names = fc.string().filter((name) => name !== "__proto__"); // which is not plain
const args: Record<string, fc.Arbitrary<Json>> = {
  search_products: fc.record(
    {
      query: words,
      limit: oneOf<Json>(1, 10, "3", 0, 51, null, "ten", 2.5),
      sort: oneOf("relevance", "price", "-price", "color", ""),
      in_stock: oneOf<Json>(true, false, "true", "no", null),
      min_price: oneOf<Json>(0, 10, "12.5", -1),
      category: words,
      cursor: oneOf("", "x"),
      toolCallId: fc.string(),
    },
    { requiredKeys: ["query"] },
  ),
  get_order_status: fc.record({ order_id: ids, extra: fc.jsonValue() }, { requiredKeys: [] }),
  cancel_order: fc.record({ order_id: ids, reason: oneOf("no_longer_needed", "x") }),
  get_shop_info: fc.oneof(fc.constant({}), fc.dictionary(names, fc.jsonValue())),
};
const requestIds = fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.string({ unit: "grapheme" }));
const clientInfo = oneOf<Json>(
  { name: "t", version: "1" },
  { name: "ä\u2028", version: "", title: "T", description: "d" },
  undefined,
);
const capabilities = oneOf<Json>(
  {},
  { elicitation: {} },
  { elicitation: { form: {}, url: {} }, roots: { listChanged: true }, sampling: {} },
);
const extras = oneOf<Json>(
  {},
  {},
  { progressToken: 7 },
  { progressToken: "p", "claudecode/toolUseId": "toolu_1" },
);
const json: [string, string][] = [
  ["Content-Type", "application/json"],
  ["Accept", "application/json, text/event-stream"],
  ["Host", "127.0.0.1:3000"],
  ["User-Agent", "t/1"],
];
const calls = oneOf(...Object.keys(args)).chain((name) =>
  (args[name] ?? fc.constant({})).map((given) => ({ name, arguments: given })),
);
const asked = fc.oneof(
  { weight: 4, arbitrary: calls.map((params) => ({ method: "tools/call", params })) },
  { weight: 1, arbitrary: fc.constant({ method: "tools/list", params: {} }) },
);
const modern = fc
  .tuple(requestIds, asked, clientInfo, capabilities, extras)
  .map(([id, { method, params }, info, can, extra]): Draft => {
    const _meta = {
      ...extra,
      [`${prefix}protocolVersion`]: MODERN,
      [`${prefix}clientInfo`]: info,
      [`${prefix}clientCapabilities`]: can,
    };
    const headers: [string, string][] = [
      ...json,
      ["MCP-Protocol-Version", MODERN],
      ["Mcp-Method", method],
    ];
    if ("name" in params) headers.push(["Mcp-Name", params.name]);
    const message = { jsonrpc: "2.0", id, method, params: { ...params, _meta } };
    return { method: "POST", headers, message, write: (text) => text };
  });
const legacy = fc
  .tuple(requestIds, asked, oneOf(...LEGACY, undefined), fc.option(extras))
  .map(([id, { method, params }, version, _meta]): Draft => {
    const headers: [string, string][] = [...json];
    if (version) headers.push(["MCP-Protocol-Version", version]);
    const message = { jsonrpc: "2.0", id, method, params: { ...params, ...(_meta && { _meta }) } };
    return { method: "POST", headers, message, write: (text) => text };
  });

// ── What is done to them ────────────────────────────────────────────────────────────────────────

type Change = (draft: Draft) => Draft;
const is = (name: string) => (header: [string, string]) =>
  header[0].toLowerCase() === name.toLowerCase();

const values: Record<string, string[]> = {
  "content-type": [
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/json;",
    "text/plain",
    "text/plain; a=application/json",
    "application/json, text/plain",
    "application/jsonx",
  ],
  accept: [
    "*/*",
    "application/json",
    "text/event-stream",
    "text/event-stream;q=0.1,application/json;q=0",
    "APPLICATION/JSON, TEXT/EVENT-STREAM",
    "application/json-patch, text/event-streams",
  ],
  "mcp-protocol-version": [MODERN, ...LEGACY, "2026-07-29", "2027-01-01", "2024-01-01", "x", "1"],
  "mcp-method": ["tools/call", "tools/list", "Tools/Call", "ping", "subscriptions/listen", ""],
  "mcp-name": [
    "search_products",
    "get_shop_info",
    "=?base64?Z2V0X3Nob3BfaW5mbw==?=",
    "=?base64?!?=",
    "",
  ],
  host: [
    "localhost",
    "localhost:3000",
    "127.0.0.1",
    "[::1]:80",
    "evil.example",
    "127.0.0.1:99999",
    "127.0.0.1:65535",
    "127.0.0.1:65536",
    "127.0.0.1:60000",
    "127.0.0.1:0",
    "127.0.0.1:00080",
    "LOCALHOST",
    "localhost:",
    "localhost.",
    "127.1",
    "evil.example@localhost",
    "localhost:3000/x",
    "",
  ],
  origin: ["http://localhost:5173", "https://evil.example", "null", "", "http://127.0.0.1"],
  "mcp-session-id": ["x", "00000000-0000-0000-0000-000000000000"],
  "mcp-param-query": ["x"],
  "x-forwarded-for": ["203.0.113.7"],
  "x-real-ip": ["203.0.113.7"],
  via: ["1.1 proxy"],
  "x-request-id": ["1"],
  "last-event-id": ["1"],
  authorization: ["Bearer x"],
};
const headerNames = oneOf(...Object.keys(values));
const headerPair = headerNames.chain((name) =>
  oneOf(...(values[name] ?? [])).map((value): [string, string] => [name, value]),
);
const headerChanges: fc.Arbitrary<Change> = fc.oneof(
  headerNames.map((name): Change => (draft) => {
    return { ...draft, headers: draft.headers.filter((header) => !is(name)(header)) };
  }),
  headerPair.map((pair): Change => (draft) => {
    return { ...draft, headers: [...draft.headers.filter((other) => !is(pair[0])(other)), pair] };
  }),
  headerPair.map((pair): Change => (draft) => ({ ...draft, headers: [...draft.headers, pair] })),
  headerNames.map((name): Change => (draft) => {
    return { ...draft, headers: [...draft.headers, ...draft.headers.filter(is(name))] };
  }),
  oneOf("GET", "DELETE", "PUT", "OPTIONS", "PATCH").map((method): Change => (draft) => {
    return { ...draft, method };
  }),
  fc.constant<Change>((draft) => ({ ...draft, signal: AbortSignal.abort() })),
);

const meta = ["params", "_meta"];
const paths: string[][] = [
  ["jsonrpc"],
  ["id"],
  ["method"],
  ["params"],
  ["params", "name"],
  ["params", "arguments"],
  ["params", "arguments", "query"],
  ["params", "arguments", "order_id"],
  meta,
  [...meta, "progressToken"],
  [...meta, "traceparent"],
  [...meta, `${prefix}protocolVersion`],
  [...meta, `${prefix}clientInfo`],
  [...meta, `${prefix}clientInfo`, "name"],
  [...meta, `${prefix}clientInfo`, "version"],
  [...meta, `${prefix}clientInfo`, "title"],
  [...meta, `${prefix}clientInfo`, "icons"],
  [...meta, `${prefix}clientInfo`, "websiteUrl"],
  [...meta, `${prefix}clientCapabilities`],
  [...meta, `${prefix}clientCapabilities`, "elicitation"],
  [...meta, `${prefix}clientCapabilities`, "elicitation", "form"],
  [...meta, `${prefix}clientCapabilities`, "elicitation", "form", "applyDefaults"],
  [...meta, `${prefix}clientCapabilities`, "elicitation", "url"],
  [...meta, `${prefix}clientCapabilities`, "roots"],
  [...meta, `${prefix}clientCapabilities`, "roots", "listChanged"],
  [...meta, `${prefix}clientCapabilities`, "sampling"],
  [...meta, `${prefix}clientCapabilities`, "sampling", "tools"],
  [...meta, `${prefix}clientCapabilities`, "tasks"],
  [...meta, `${prefix}clientCapabilities`, "extensions"],
  [...meta, `${prefix}clientCapabilities`, "experimental"],
  [...meta, `${prefix}logLevel`],
  [...meta, `${prefix}related-task`],
  [...meta, `${prefix}subscriptionId`],
  ["params", "cursor"],
  ["params", "task"],
  ["params", "inputResponses"],
  ["params", "requestState"],
  ["result"],
  ["error"],
  ...["x", "__proto__", "constructor", "toString", "hasOwnProperty"].flatMap((name) =>
    [[], ["params"], ["params", "arguments"], meta, [...meta, `${prefix}clientInfo`]].map(
      (path) => [...path, name],
    ),
  ),
];
/** A number as it is written: JSON.stringify knows no such. */
const written = (number: string) => `@${number}@`;
const deep = (levels: number): Json => (levels ? { a: deep(levels - 1) } : 1);
const tools = "cancel_order get_product no_such_tool __proto__ constructor info".split(" ");
const methods = "ping initialize tools/list tools/call server/discover".split(" ");
const texts = ["", "x", "0", "false", "2.0", "\ud800", "\u2028", "\ufeff", "a".repeat(1200)];
const numbers = "9007199254740991 9007199254740993 1e400 -0 1.0 1e3 -1e-7".split(" ").map(written);
const versions = [MODERN, ...LEGACY];
const odd = oneOf<Json>(
  ...tools,
  ...methods,
  ...texts,
  ...numbers,
  ...versions,
  ...[18, 19, 20, 25].map(deep),
  ...[1050, 1200].map((length) => Array(length).fill(0)),
  ...JSON.parse('[null, true, false, 0, -1, 1.5, [], {}, [1], [[]], {"a":1}, {"a":{}}]'),
  ...JSON.parse('[{"__proto__":1}, {"__proto__":{"a":1},"b":2}]'),
);
/** The object that a path leads into, made on the way where there is none. */
function parentOf(message: Json, path: string[]): Json {
  return path.slice(0, -1).reduce((at, name) => {
    if (!Object.hasOwn(at, name) || typeof at[name] !== "object" || at[name] === null)
      at[name] = {};
    return at[name];
  }, message);
}
const rewrite =
  (path: string[], value: Json): Change =>
  (draft) => {
    const message = structuredClone(draft.message);
    if (typeof message !== "object" || message === null) return draft;
    const name = path.at(-1) ?? "";
    const at = parentOf(message, path);
    const isLasting = { writable: true, enumerable: true, configurable: true };
    if (value === undefined) delete at[name];
    else Object.defineProperty(at, name, { value, ...isLasting }); // also where it is __proto__
    return { ...draft, message };
  };
const messageChanges: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(oneOf(...paths), odd).map(([path, value]) => rewrite(path, value)),
  oneOf(...paths).map((path) => rewrite(path, undefined)),
  oneOf<(message: Json) => Json>(
    (message) => [message],
    (message) => [message, message],
    (message) => [message, { jsonrpc: "2.0", id: "other", method: "ping" }],
    () => [],
    () => null,
    () => "x",
    () => 0,
    ({ id }) => ({ jsonrpc: "2.0", id, result: {} }),
    ({ id }) => ({ jsonrpc: "2.0", id, error: { code: 1, message: "m" } }),
    (message) => ({ ...message, id: undefined }),
    (message) => Object.fromEntries(Object.entries(message).toReversed()),
  ).map((of): Change => (draft) => {
    const isMessage = typeof draft.message === "object" && draft.message !== null;
    return isMessage ? { ...draft, message: of(structuredClone(draft.message)) } : draft;
  }),
);

const bytes = (text: string) => new TextEncoder().encode(text);
const textChanges: fc.Arbitrary<Change> = oneOf<Draft["write"]>(
  (text) => `\ufeff${text}`,
  (text) => `\ufeff\ufeff${text}`,
  (text) => ` \r\n\t${text}\n `,
  (text) => `${text}x`,
  (text) => `${text}${text}`,
  (text) => text.slice(0, -1),
  (text) => text.slice(0, text.length / 2),
  () => "",
  (text) => `\u0000${text}`,
  (text) => text.replace("{", '{"id":"first",'),
  (text) => text.replace("{", '{"method":"ping","method":"tools/list",'),
  (text) => text.replace(/\}$/, ',"id":"last"}'),
  (text) => text.replace(/\}$/, ',"params":{"name":"get_shop_info"}}'),
  (text) => text.replace('"method"', '"m\\u0065thod"'),
  (text) => text.replace("tools/", "tools\\/"),
  (text) => text.replaceAll("_", "\\u005f"),
  (text) => text.replace('"query":"', '"query":"\\ud800'),
  (text) => text.replaceAll("'", '"').replaceAll('"', "'"),
  (text) => text.replaceAll(",", " , ").replaceAll(":", " :\n"),
  (text) => text + " ".repeat(2000),
  (text) => new Uint8Array([...bytes(text.slice(0, -1)), 0xff, 0x7d]),
  (text) => new Uint8Array([...bytes(text.replace(/"[^"]*"\}*$/, '"')), 0xed, 0xa0, 0x80]),
).map((write): Change => (draft) => ({ ...draft, write }));

function send({ headers, message, write, ...draft }: Draft): Sent {
  const text = JSON.stringify(message).replace(/"@([^"@]*)@"/g, "$1");
  const body = write(text);
  const length = typeof body === "string" ? bytes(body).length : body.length;
  return { ...draft, headers: [...headers, ["Content-Length", String(length)]], body };
}
/** A request, and whether it is plain: nothing was done to it, and it changes nothing. */
export const requests = fc
  .tuple(
    fc.oneof(modern, legacy),
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<Change[]>([]) },
      {
        weight: 3,
        arbitrary: fc.array(
          fc.oneof(
            { weight: 3, arbitrary: headerChanges },
            { weight: 4, arbitrary: messageChanges },
            { weight: 1, arbitrary: textChanges },
          ),
          { minLength: 1, maxLength: 3 },
        ),
      },
    ),
  )
  .map(([plain, changes]) => {
    const sent = send(changes.reduce((draft, change) => change(draft), plain));
    const isPlain = changes.length === 0 && plain.message.params.name !== "cancel_order";
    return { sent, isPlain };
  });
