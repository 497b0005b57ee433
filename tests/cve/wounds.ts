/**
 * Public vulnerabilities of MCP servers and SDKs since June 2026, by their kinds, each with a probe that tells whether
 * a server has it. `bun run cve --url URL` runs them against any address; replays.test.ts against this server; and
 * finds-open-wounds.test.ts against a server that has them all, so that a probe which sees nothing is noticed.
 *
 * What cannot be seen from outside is tried by the other tests here: an endless line of stdin, a redirect upstream,
 * a path that leaves the contract.
 *
 * @module
 */
import { hmac, orderChanged, sendEvent } from "../gate/signed-events.ts";
import {
  connect,
  initialize,
  isGuarded,
  isOnLoopback,
  isResult,
  listen,
  type OfferedTool,
  rpc,
  send,
  type SendOptions,
  Skipped,
  type Target,
  toolsOf,
} from "./target.ts";

export interface Wound {
  /** Reports of this kind: numbers of CVE and GHSA, or `owner/repository#issue` where there is no other. */
  numbers: string[];
  /** What happens where it is open. */
  title: string;
  /** It takes callers with tokens to see it. */
  needsTokens?: true;
  /** @returns what was seen, or undefined where it holds. @throws {Skipped} where it does not apply */
  probe(target: Target): Promise<string | undefined>;
}

const PING = rpc(1, "ping");
/** The first of these that a server lets pass. */
async function firstOpen<T>(tries: T[], isOpen: (tried: T) => Promise<boolean>) {
  for (const tried of tries) if (await isOpen(tried)) return tried;
  return undefined;
}
const shown = (value: unknown) => JSON.stringify(value).slice(0, 80);
async function guarded(target: Target): Promise<Target> {
  if (await isGuarded(target)) return target;
  throw new Skipped("it asks for no token");
}
/** How long a request beside others waits, in ms. */
async function waitFor(target: Target): Promise<number> {
  const since = performance.now();
  await send(target, PING);
  return performance.now() - since;
}

// ── Who is answered ─────────────────────────────────────────────────────────────────────────────

const LOOK_ALIKES = (own: string) => [
  "evil.example",
  `${own}.evil.example`,
  `evil.example:80`,
  "127.0.0.1.evil.example",
  "localhost.evil.example:3000",
  "localhost@evil.example",
  "evil-localhost",
  "169.254.169.254",
];
const rebinding: Wound = {
  numbers: ["CVE-2026-63118", "CVE-2026-11624", "CVE-2026-81315", "CVE-2026-42559"],
  title: "a web page rebinds its name to this server, which answers any Host",
  async probe(target) {
    const own = new URL(target.url).hostname;
    const open = await firstOpen(LOOK_ALIKES(own), async (host) => {
      const replies = [
        await send(target, initialize(), { headers: { Host: host } }),
        await send(target, initialize(), {
          headers: { Host: host, "X-Forwarded-Host": own, "X-Forwarded-Proto": "https" },
        }),
      ];
      return replies.some(({ isServed }) => isServed);
    });
    return open && `Host: ${open} is answered`;
  },
};
const ORIGINS = [
  "https://evil.example",
  "null",
  "http://localhost.evil.example",
  "http://evil.example:80",
  "file://",
];
const foreignOrigin: Wound = {
  numbers: ["CVE-2026-63118", "CVE-2026-59950", "CVE-2026-33252"],
  title: "a page of another origin calls tools, and may read the answer",
  async probe(target) {
    const open = await firstOpen(ORIGINS, async (origin) => {
      const headers = { Origin: origin };
      const simple = { ...headers, "Content-Type": "text/plain" }; // sent without a preflight
      const replies = [
        await send(target, initialize(), { headers }),
        await send(target, initialize(), { headers: simple }),
        await send(target, undefined, { headers, method: "OPTIONS" }),
      ];
      const readers = ["*", origin];
      return replies.some(
        (reply) =>
          reply.isServed ||
          readers.includes(reply.headers.get("access-control-allow-origin") ?? ""),
      );
    });
    if (open) return `Origin: ${open} is answered`;
    const plain = await send(target, initialize(), { headers: { "Content-Type": "text/plain" } });
    return plain.isServed
      ? "a body of text/plain is taken, which no preflight protects"
      : undefined;
  },
};
const webSocket: Wound = {
  numbers: ["CVE-2026-59950"],
  title: "a WebSocket beside the endpoint checks neither Host nor Origin",
  async probe({ url }) {
    const { pathname } = new URL(url);
    const open = await firstOpen([pathname, "/ws", "/mcp/ws", "/"], (path) => {
      const address = new URL(path, url.replace(/^http/, "ws"));
      const socket = new WebSocket(address, { headers: { Origin: "https://evil.example" } });
      return new Promise((resolve) => {
        socket.onopen = () => (socket.close(), resolve(true));
        socket.onerror = () => resolve(false);
      });
    });
    return open && `${open} is upgraded for https://evil.example`;
  },
};
const FORWARDING = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "Via"];
const OTHER_PATHS = ["/sse", "/messages", "/message", "/rpc", "/api/mcp", "/mcp/sse", "/", "//mcp"];
const operatorsCredential: Wound = {
  numbers: ["CVE-2026-50287", "CVE-2026-54309", "CVE-2026-77254", "GHSA-5j8j-256g-vvp5"],
  title: "over HTTP anybody calls tools with the operator's credential",
  async probe(target) {
    const isOpenTo = async (options: SendOptions) =>
      (await send(target, initialize(), { ...options, token: null })).isServed;
    if (await isGuarded(target)) {
      const door = await firstOpen(OTHER_PATHS, (path) => {
        const url = new URL(target.url);
        url.pathname = path;
        return isOpenTo({ url });
      });
      return door && `${door} is a second door, which asks for no token`;
    }
    if (!isOnLoopback(target)) return "it serves beyond loopback without a token";
    const name = await firstOpen(FORWARDING, (name) =>
      isOpenTo({ headers: { [name]: "203.0.113.7" } }),
    );
    return name && `${name} says that a proxy has let the world in, and it is answered`;
  },
};

// ── Tokens ──────────────────────────────────────────────────────────────────────────────────────

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const forgedTokens = (url: string): string[] => {
  const claims = {
    iss: new URL(url).origin,
    aud: url,
    sub: "admin",
    scope: "shop:read shop:write",
  };
  const body = part({ ...claims, exp: 4_000_000_000 });
  return [
    "anything",
    "undefined",
    "null",
    `${part({ alg: "none", typ: "at+jwt" })}.${body}.`,
    `${part({ alg: "None" })}.${body}.AAAA`,
    `${part({ alg: "HS256" })}.${body}.${Buffer.alloc(32).toString("base64url")}`,
    `${part({ alg: "RS256", kid: "../../../dev/null" })}.${body}.AAAA`,
    `${part({ alg: "EdDSA", jku: "http://127.0.0.1:9/jwks", jwk: { kty: "OKP" } })}.${body}.AAAA`,
    "a.".repeat(2000),
  ];
};
const forgedToken: Wound = {
  numbers: ["CVE-2026-11717", "CVE-2026-11718", "upstash/context7#2987"],
  title: "a token that nobody signed, or that looks like one, opens the server",
  needsTokens: true,
  async probe(given) {
    const target = await guarded(given);
    const open = await firstOpen(forgedTokens(target.url), async (token) => {
      const { status, isServed } = await send(target, initialize(), { token });
      return isServed || status >= 500;
    });
    if (open) return `Bearer ${open.slice(0, 40)} is not refused`;
    const url = new URL(target.url);
    url.searchParams.set("access_token", target.token ?? "anything");
    const { isServed } = await send(target, initialize(), { url, token: null });
    return isServed ? "a token in the address is taken, which ends in logs" : undefined;
  },
};
const challenge: Wound = {
  numbers: ["CVE-2026-63127", "GHSA-qx49-fqc8-xw99", "GHSA-6qxp-vccf-f47h", "CVE-2026-54030"],
  title: "clients cannot tell which resource a token is for, and send it to another",
  needsTokens: true,
  async probe(given) {
    const target = await guarded(given);
    const { headers } = await send(target, initialize(), { token: null });
    const address = /resource_metadata="([^"]+)"/.exec(headers.get("www-authenticate") ?? "")?.[1];
    if (!address) return "its 401 names no metadata of the resource";
    const reply = await send(target, undefined, { url: address, token: null, method: "GET" });
    const { resource, authorization_servers: servers } = JSON.parse(reply.text || "{}");
    if (resource !== target.url) return `its metadata is of ${shown(resource)}`;
    return Array.isArray(servers) && servers.length ? undefined : "its metadata names no issuer";
  },
};
const VERSIONS = ["", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];
const isWriting = ({ annotations }: OfferedTool) => annotations?.readOnlyHint === false;
const readerWrites: Wound = {
  numbers: ["CVE-2026-49291", "CVE-2026-11719"],
  title: "who may only read changes something, by a method or a version that checks less",
  needsTokens: true,
  async probe(target) {
    const { token, readToken } = target;
    if (!token || !readToken) throw new Skipped("it needs --token and --read-token");
    const changing = (await toolsOf(await connect(target))).find(isWriting)?.name;
    if (!changing) throw new Skipped("no tool says that it changes anything");
    const message = rpc(1, "tools/call", { name: changing, arguments: {} });
    const bodies = [message, [PING, message], [message, message]];
    const open = await firstOpen(VERSIONS, async (version) => {
      const headers: Record<string, string> = version ? { "MCP-Protocol-Version": version } : {};
      for (const body of bodies) {
        const { status, text } = await send(target, body, { token: readToken, headers });
        const isRefused = status === 403 || status === 400 || /insufficient_scope/.test(text);
        if (!isRefused) return true;
      }
      return false;
    });
    if (open === undefined) return undefined;
    return `${changing} is reached under ${open ? `version ${open}` : "no version"}`;
  },
};
const hiddenTool: Wound = {
  numbers: ["CVE-2026-77243", "CVE-2026-46519"],
  title: "a tool that is switched off is missing from the list, and can be called",
  async probe(target) {
    if (!target.hiddenTool) throw new Skipped("it needs --hidden-tool");
    const host = await connect(target);
    const names = (await toolsOf(host)).map(({ name }) => name);
    if (names.includes(target.hiddenTool)) return `${target.hiddenTool} is on the list`;
    const { messages } = await host.call(target.hiddenTool, {});
    const said = JSON.stringify(messages);
    const isUnknown = /unknown tool|not found|disabled/i.test(said) || messages[0]?.error;
    return isUnknown ? undefined : `${target.hiddenTool} is called: ${said.slice(0, 80)}`;
  },
};

// ── Sessions, and what one caller has of another ────────────────────────────────────────────────

const beginSession = async (target: Target, token?: string | null) => {
  const options = token === undefined ? {} : { token };
  const reply = await send(target, initialize({ elicitation: {} }), options);
  return reply.headers.get("mcp-session-id") ?? undefined;
};
async function sessionOf(target: Target, token?: string | null): Promise<string> {
  const id = await beginSession(target, token);
  if (id) return id;
  throw new Skipped("it gives no sessions");
}
const inSession = (id: string) => {
  return { "Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25" };
};
const guessedSession: Wound = {
  numbers: ["CVE-2026-12112"],
  title: "the id of a session can be guessed, or any name begins one",
  async probe(target) {
    const ids = [await sessionOf(target), await sessionOf(target), await sessionOf(target)];
    const [first = ""] = ids;
    let shared = 0; // a prefix of the server's, or the time
    while (shared < first.length && ids.every((id) => id[shared] === first[shared])) shared++;
    const own = first.slice(shared);
    if (own.replace(/\W/g, "").length < 16)
      return `of ${first} only ${own || "nothing"} is its own`;
    const made = await send(target, PING, { headers: inSession("0".repeat(36)) });
    return made.isServed ? "an id that it never gave is taken" : undefined;
  },
};
const foreignSession: Wound = {
  numbers: ["CVE-2026-52869", "CVE-2026-67431", "CVE-2026-33946"],
  title: "whoever has the id of a session uses it, whosever it is",
  needsTokens: true,
  async probe(target) {
    const { otherToken } = target;
    if (!target.token || !otherToken) throw new Skipped("it needs --token and --other-token");
    const headers = inSession(await sessionOf(target));
    const strangers = [{ token: otherToken }, { token: null }];
    for (const method of ["POST", "GET", "DELETE"])
      for (const stranger of strangers) {
        const body = method === "POST" ? PING : undefined;
        const { status } = await send(target, body, { ...stranger, headers, method });
        if (status < 400) return `${method} by ${stranger.token ? "another" : "nobody"}: ${status}`;
      }
    const own = await send(target, PING, { headers });
    return own.isServed ? undefined : "a stranger ended it";
  },
};
const MANY_SESSIONS = 1200;
const endlessSessions: Wound = {
  numbers: ["CVE-2026-67430", "CVE-2026-63128"],
  title: "sessions that nobody ends fill the memory",
  async probe(target) {
    const first = await sessionOf(target);
    for (let begun = 0; begun < MANY_SESSIONS; begun += 40) {
      const those = Array.from({ length: 40 }, () => beginSession(target));
      if ((await Promise.all(those)).includes(undefined)) return undefined; // it refuses more
    }
    const { isServed } = await send(target, PING, { headers: inSession(first) });
    return isServed ? `it holds more than ${MANY_SESSIONS}` : undefined;
  },
};
const foreignTasks: Wound = {
  numbers: ["CVE-2026-52870"],
  title: "tasks of other callers are listed, read and cancelled",
  async probe(target) {
    const host = await connect(target);
    const { messages } = await host.ask(rpc(1, "tasks/list"));
    const tasks = messages[0]?.result?.["tasks"];
    return Array.isArray(tasks) && tasks.length ? `it lists ${tasks.length} tasks` : undefined;
  },
};
/** Tools that read one thing by its id. */
const readersOf = (tools: OfferedTool[]) =>
  tools.flatMap(({ name, annotations, inputSchema: { required = [] } }) => {
    const [id = "", ...others] = required;
    const isReader = annotations?.readOnlyHint !== false && /(^|_)id$/i.test(id) && !others.length;
    return isReader ? [{ name, id }] : [];
  });
const sharedInstance: Wound = {
  numbers: ["CVE-2026-48529", "CVE-2026-25536"],
  title: "calls with one id at one moment get each other's answers",
  async probe(target) {
    const host = await connect(target);
    const [reader] = readersOf(await toolsOf(host));
    if (!reader) throw new Skipped("no tool reads one thing by its id");
    const tokens = [target.token, target.otherToken ?? target.token];
    const nonces = Array.from({ length: 100 }, (_, nth) => `zz-${nth}-${nth * 7919}`);
    const replies = nonces.map(async (nonce, nth) => {
      const { text } = await host.call(
        reader.name,
        { [reader.id]: nonce },
        { token: tokens[nth % 2] },
      );
      return nonces.find((other) => other !== nonce && text.includes(`${other} `));
    });
    const mixed = (await Promise.all(replies)).find(Boolean);
    return mixed && `an answer speaks of ${mixed}, which was asked by another call`;
  },
};
const neighbours: Wound = {
  numbers: ["dotnet/eShop#996", "macrozheng/mall#994", "CVE-2025-12919"],
  title: "orders of others are read by counting on from one's own",
  async probe(target) {
    const host = await connect(target);
    const names = (await toolsOf(host)).map(({ name }) => name);
    if (!names.includes("list_orders")) throw new Skipped("it has no list_orders");
    const { messages } = await host.call("list_orders", { limit: 50 });
    const { orders = [], next_cursor: more } = Object(messages[0]?.result?.["structuredContent"]);
    const own = new Set<string>(orders.map((order: { order_id: string }) => order.order_id));
    const ids = [...own].filter((id) => /^\d{1,9}$/.test(id)).map(Number);
    if (!ids.length || more) throw new Skipped("it does not list all orders, by number");
    const near = ids.flatMap((id) => [-3, -2, -1, 1, 2, 3].map((step) => String(id + step)));
    const foreign = [...new Set(near)].filter((id) => !own.has(id)).slice(0, 60);
    const said = new Set<string>();
    for (const order_id of foreign) {
      const reply = await host.call("get_order_status", { order_id });
      if (isResult(reply)) return `order ${order_id} is read, and not on the list`;
      const words = reply.messages[0]?.result?.content?.[0]?.text ?? reply.text;
      said.add(words.replaceAll(order_id, "ID"));
    }
    return said.size > 1 ? "an order of another is refused in other words than none" : undefined;
  },
};

// ── What comes in ───────────────────────────────────────────────────────────────────────────────

const MIB = 1024 * 1024;
const endlessBody: Wound = {
  numbers: ["CVE-2026-67432", "CVE-2026-63658", "GHSA-4x8c-5vv7-973f"],
  title: "a body without end is read until memory is full",
  async probe(target) {
    const piece = new TextEncoder().encode("x".repeat(256 * 1024));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent >= 64 * MIB) return controller.close();
        sent += piece.length;
        controller.enqueue(piece);
      },
    });
    const reply = await send(target, body).catch(() => undefined); // or the connection is closed
    if (reply && reply.status < 400) return `it is answered with ${reply.status}`;
    return sent > 32 * MIB ? `${sent / MIB} MiB are taken` : undefined;
  },
};
const SLOW_MS = 1000;
const bombs = (): [what: string, body: string][] => {
  const call = (args: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":${args}}}`;
  const names = Array.from({ length: 100_000 }, (_, nth) => `"n${nth}":0`);
  return [
    ["a million elements", call(`{"a":[${"0,".repeat(1_000_000)}0]}`)],
    ["100,000 names", call(`{${names.join()}}`)],
    ["100,000 levels", call(`${'{"a":'.repeat(100_000)}0${"}".repeat(100_000)}`)],
    ["lists in lists", call(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)],
    ["levels without end", "[".repeat(500_000)],
    ["a number of 200,000 digits", call(`{"a":1.${"0".repeat(200_000)}1}`)],
  ];
};
const argumentBombs: Wound = {
  numbers: ["GHSA-46jr-4wx8-v453", "koala73/worldmonitor#7406"],
  title: "arguments of many elements or levels hold the server, or end it",
  async probe(target) {
    for (const [what, body] of bombs()) {
      const bomb = send(target, body).catch(() => undefined);
      const waited = await waitFor(target).catch(() => Infinity);
      await bomb;
      if (waited > SLOW_MS) return `${what} keep another caller waiting`;
      if ((await waitFor(target).catch(() => Infinity)) > SLOW_MS) return `${what} end it`;
      const { status = 400 } = (await bomb) ?? {};
      if (status < 400 && !what.startsWith("a number")) return `${what} are taken`;
    }
    return undefined;
  },
};
const batches: Wound = {
  numbers: ["brave/brave-search-mcp-server#277", "JSONbored/metagraphed#270"],
  title: "one request is a thousand calls, past every limit on requests",
  async probe(target) {
    const batch = Array.from({ length: 1000 }, (_, nth) => rpc(nth + 1, "tools/list"));
    const headers = { "MCP-Protocol-Version": "2025-03-26" };
    const { messages } = await send(target, batch, { headers });
    const answered = messages.filter(({ result }) => result).length;
    return answered > 100 ? `${answered} of them are answered` : undefined;
  },
};
const MALFORMED = [
  "null",
  "[]",
  "[null]",
  "1",
  '"x"',
  "{}",
  "[[]]",
  '{"jsonrpc":"2.0","id":1}',
  '{"jsonrpc":"2.0","id":1,"method":"initialize"}',
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":null}',
  '{"jsonrpc":"2.0","id":{},"method":"ping"}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"__proto__","arguments":{}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"constructor","arguments":null}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"__proto__":{"isAdmin":true}}}}',
  '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"::"}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
  "\ud800",
  "{",
];
const malformed: Wound = {
  numbers: ["CVE-2026-47427"],
  title: "a malformed message ends the process, or is answered with its insides",
  async probe(target) {
    for (const body of MALFORMED) {
      const reply = await send(target, body).catch(() => undefined);
      if (!reply || reply.status >= 500) return `${body} is answered with ${reply?.status}`;
      const insides = /\bat .+:\d+:\d+|Traceback|node_modules|\/(home|usr|app|work)\//;
      const leak = insides.exec(reply.text)?.[0];
      if (leak) return `${body} is answered with ${leak}`;
      const isAlive = await send(target, PING).then(
        ({ status }) => status < 500,
        () => false,
      );
      if (!isAlive) return `${body} ends it`;
    }
    return undefined;
  },
};
const twoReadings: Wound = {
  numbers: ["GHSA-q382-vc8q-7jhj", "CVE-2026-27896"],
  title: "a name is read in two ways, so that a check sees another method than the server",
  async probe(target) {
    const names = ["Method", "METHOD", "method\\u0000", "\\u017fmethod", "m\\u0000ethod"];
    const open = await firstOpen(names, async (name) => {
      const body = `{"jsonrpc":"2.0","id":1,"method":"ping","${name}":"tools/list","params":{}}`;
      const { messages } = await send(target, body);
      return messages.some(({ result }) => result?.["tools"] !== undefined);
    });
    return open && `"${open}" is taken for "method"`;
  },
};
const MODERN = "2026-07-28";
const twoStories: Wound = {
  numbers: ["IBM/mcp-context-forge#5687", "agentgateway/agentgateway#3439"],
  title: "headers name another call than the body, past a gateway that reads only headers",
  async probe(target) {
    const host = await connect(target);
    const [tool, other] = (await toolsOf(host)).map(({ name }) => name);
    if (!tool || !other) throw new Skipped("it has less than two tools");
    const meta = {
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const body = rpc(1, "tools/call", { name: tool, arguments: {}, _meta: meta });
    const own = { "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool };
    if (!(await send(target, body, { headers: own })).isServed)
      throw new Skipped(`it does not speak ${MODERN}`);
    const others = [{ "Mcp-Method": "tools/list" }, { "Mcp-Name": other }, { "Mcp-Name": "" }];
    const open = await firstOpen(others, async (headers) => {
      const reply = await send(target, body, { headers: { ...own, ...headers } });
      return reply.isServed;
    });
    return open && `${tool} is called under ${shown(open)}`;
  },
};
const TRAVERSALS = [
  "../admin",
  "..",
  "../../users/1",
  "1/../../admin",
  "..%2f..%2fadmin",
  "%2e%2e/admin",
  "1?admin=1",
  "1#",
  "1/",
  "\\..\\admin",
  "//evil.example",
  "http://169.254.169.254/latest/meta-data/",
  "1;DROP TABLE orders",
  "1\r\nX-Admin: 1",
];
const URIS = ["file:///etc/passwd", "file://localhost/etc/passwd", "http://169.254.169.254/"];
const traversal: Wound = {
  numbers: ["CVE-2026-11720", "samanhappy/mcphub#1083", "aveproject/ave#33"],
  title: "an argument becomes another path, file or host",
  async probe(target) {
    const host = await connect(target);
    const readers = readersOf(await toolsOf(host));
    for (const { name, id } of readers) {
      const open = await firstOpen(TRAVERSALS, async (value) =>
        isResult(await host.call(name, { [id]: value })),
      );
      if (open) return `${name} takes ${shown(open)}`;
    }
    const listed = await host.ask(rpc(1, "resources/templates/list"));
    const templates = Object(listed.messages[0]?.result)["resourceTemplates"] ?? [];
    const uris = templates.flatMap(({ uriTemplate }: { uriTemplate: string }) =>
      TRAVERSALS.map((value) => uriTemplate.replace(/\{[^}]*\}/, value)),
    );
    const open = await firstOpen<string>([...URIS, ...uris], async (uri) =>
      isResult(await host.ask(rpc(1, "resources/read", { uri }))),
    );
    return open && `${shown(open)} is read`;
  },
};
const foreignUpdates: Wound = {
  numbers: ["modelcontextprotocol/python-sdk#3035", "joshrotenberg/tower-mcp#1400"],
  title: "a caller listens to what changes in an order of another's",
  needsTokens: true,
  async probe(target) {
    const { token, otherToken } = target;
    if (!token || !otherToken) throw new Skipped("it takes two tokens");
    const [own, others] = await Promise.all(
      [otherToken, token].map(async (each) => {
        const host = await connect(target, { token: each });
        const { messages } = await host.call("list_orders", { limit: 50 });
        return Array.from(
          JSON.stringify(messages).matchAll(/"order_id":"([^"]+)"/g),
          ([, id]) => `shop://orders/${id}`,
        );
      }),
    );
    const [foreign] = (others ?? []).filter((uri) => !own?.includes(uri));
    if (!foreign) throw new Skipped("no order is another's alone");
    const first = await listen(target, [foreign], otherToken);
    return first.includes(foreign) && /acknowledged/.test(first)
      ? `${foreign} is listened to by somebody who has no such order`
      : undefined;
  },
};
const HOOKS = ["/hooks/shop", "/hooks/orders", "/hooks/django", "/webhook", "/webhooks/orders"];
const unsignedEvent: Wound = {
  numbers: ["repowise-dev/repowise#1398", "krkn-chaos/krkn#1277"],
  title: "a webhook is taken that nobody signed",
  async probe(target) {
    const event = orderChanged("1");
    const seconds = Math.floor(Date.now() / 1000);
    const empty = hmac("", seconds, JSON.stringify(event)); // of a secret that nobody has set
    const signatures = ["", `t=${seconds},v1=`, `t=${seconds},v1=${empty}`];
    const open = await firstOpen(HOOKS, async (path) => {
      const url = new URL(path, target.url);
      const tries = signatures.map((signature) => {
        const headers = { "Shop-Signature": signature, "X-Signature": `sha256=${empty}` };
        return send(target, event, { url, headers, token: null });
      });
      return (await Promise.all(tries)).some(({ status }) => status < 400);
    });
    return open && `${open} takes what nobody signed`;
  },
};
const replayedEvent: Wound = {
  numbers: ["own-pay/OwnPay#296", "NousResearch/hermes-agent#58461", "librefang/librefang#3878"],
  title: "a captured webhook is taken again, or later",
  async probe({ url, webhookSecret: secret }) {
    if (!secret) throw new Skipped("its webhook secret is not given");
    const event = orderChanged("1", { id: crypto.randomUUID() });
    const now = Math.floor(Date.now() / 1000);
    const late = await firstOpen([now - 301, now + 302, 0], async (at) => {
      return (await sendEvent(url, event, { secret, at })).ok;
    });
    if (late !== undefined) return `an event is taken that was signed at ${late}`;
    const first = await sendEvent(url, event, { secret });
    if (!first.ok) throw new Skipped(`a signed event is answered with ${first.status}`);
    const again = await sendEvent(url, event, { secret });
    return again.status === first.status ? "the same event is taken twice" : undefined;
  },
};

export const wounds: Wound[] = [
  rebinding,
  foreignOrigin,
  webSocket,
  operatorsCredential,
  forgedToken,
  challenge,
  readerWrites,
  hiddenTool,
  guessedSession,
  foreignSession,
  endlessSessions,
  foreignTasks,
  sharedInstance,
  neighbours,
  endlessBody,
  argumentBombs,
  batches,
  malformed,
  twoReadings,
  twoStories,
  traversal,
  foreignUpdates,
  unsignedEvent,
  replayedEvent,
];

export type Verdict = { is: "closed" | "open" | "skipped"; why: string };
/** Whether a server has this wound. A probe that fails otherwise tells nothing, so it counts as open. */
export async function probe({ probe }: Wound, target: Target): Promise<Verdict> {
  try {
    const seen = await probe(target);
    return seen === undefined ? { is: "closed", why: "" } : { is: "open", why: seen };
  } catch (error) {
    if (error instanceof Skipped) return { is: "skipped", why: error.message };
    return { is: "open", why: `the probe failed: ${error}` };
  }
}
