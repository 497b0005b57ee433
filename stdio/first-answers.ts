/**
 * The first answers over stdio, from texts that were made when the bundle was built, before the SDK, the tools and
 * the shop are loaded. Hosts start a server again and again only to list its tools, and wait for it.
 *
 * What a plain host asks first is answered here, with the bytes that the SDK would give: `initialize`, `ping`,
 * `server/discover`, `tools/list`. The first line that is not plain, whatever is odd about it, and all that follows
 * waits for the rest; so does everything once the tools are listed. The rest then hears all lines from the first on,
 * so that it knows the host, and leaves out what is said already: see `Transport` in serve.ts.
 *
 * @module
 */
import { openInput } from "./input.ts";

/** A result as JSON, cut open where it depends on the tools that are offered. */
type Cut = [before: string, after: string];
/** What the SDK answers, as scripts/first-answers.ts hears it. */
export interface Answers {
  /** Of the handshake, which answers with the same. */
  versions: string[];
  /** The revision without a handshake. */
  modern: string;
  /** Of all tools together, in order, as JSON; and where hosts hear of changes. */
  capabilities: [name: string, json: string, whereHeard: string][];
  /** Around the version, and around the capabilities. */
  initialize: [before: string, between: string, after: string];
  discover: Cut;
  list: { handshake: Cut; modern: Cut };
}
/** Of one tool: its entry in `tools/list` as JSON, and the capabilities of a server that has it; `subscribe` is one. */
export interface ToolAnswer {
  entry: string;
  capabilities: string[];
}

// ── What is plain ───────────────────────────────────────────────────────────────────────────────

type Check = (value: unknown) => boolean;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isString: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isToken: Check = (value) => isString(value) || Number.isSafeInteger(value);
const areObjects: Check = (value) => isObject(value) && Object.values(value).every(isObject);
/** An object of these parts and no others; the required ones are there. */
const made =
  (parts: Record<string, Check>, required: string[] = []): Check =>
  (value) =>
    isObject(value) &&
    Object.entries(value).every(([key, part]) => Object.hasOwn(parts, key) && parts[key]?.(part)) &&
    required.every((key) => Object.hasOwn(value, key));

const clientInfo = made(
  { name: isString, version: isString, title: isString, description: isString },
  ["name", "version"],
);
const capabilities = made({
  roots: made({ listChanged: isFlag }),
  sampling: made({ context: isObject, tools: isObject }),
  elicitation: made({ form: made({ applyDefaults: isFlag }), url: isObject }),
  experimental: areObjects,
  extensions: areObjects,
});
const progressToken = isToken;
const isNothing = made({ _meta: made({ progressToken }) });
const isHandshake = made({ protocolVersion: isString, capabilities, clientInfo }, [
  "protocolVersion",
  "capabilities",
  "clientInfo",
]);
const META = "io.modelcontextprotocol/";
/** The envelope of a request without a handshake, of this revision. */
const envelopeOf = (revision: string): Check => {
  const parts = {
    [`${META}protocolVersion`]: (value: unknown) => value === revision,
    [`${META}clientCapabilities`]: capabilities,
  };
  const more = { [`${META}clientInfo`]: clientInfo, progressToken };
  return made({ _meta: made({ ...parts, ...more }, Object.keys(parts)) }, ["_meta"]);
};
const isMessage = made(
  { jsonrpc: (value) => value === "2.0", id: isToken, method: isString, params: isObject },
  ["jsonrpc", "method"],
);
const MAX_LENGTH = 2000; // of a plain line: it cannot have more values than a message may have,
const MAX_OPENINGS = 20; // nor more levels

/** The message of a plain line. */
function parse(line: string): Record<string, unknown> | undefined {
  if (line.length > MAX_LENGTH || line.split(/[[{]/).length > MAX_OPENINGS) return undefined;
  try {
    const message: unknown = JSON.parse(line);
    return isObject(message) && isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

// ── Answers ─────────────────────────────────────────────────────────────────────────────────────

/** Of a line that is answered: what is said, "" for nothing; and whether the host has now what it came for. */
export interface FirstAnswer {
  said: string;
  isLast: boolean;
}
/**
 * Answers the lines of one host, one after another; undefined for the first that is for the rest.
 * @param hearsChanges whether the host may hear of changes
 */
export function openAnswers(answers: Answers, tools: ToolAnswer[], hearsChanges: boolean) {
  const has = (name: string) => tools.some((tool) => tool.capabilities.includes(name));
  const isHeard = hearsChanges && has("subscribe");
  const capable = answers.capabilities
    .filter(([name]) => has(name))
    .map(([name, json, whereHeard]) => `"${name}":${isHeard ? whereHeard : json}`);
  const capabilities = `{${capable.join()}}`;
  const isModern = envelopeOf(answers.modern);
  const ids = new Set<unknown>();
  let era: "none" | "probed" | "handshake" | "modern" = "none";

  /** By method: the result as JSON, or undefined. */
  const results: Record<string, (params: Record<string, unknown>) => string | undefined> = {
    initialize(params) {
      const version = String(params["protocolVersion"]);
      const isFirst = era === "none" || era === "probed";
      if (!isFirst || !isHandshake(params) || !answers.versions.includes(version)) return undefined;
      era = "handshake";
      const [before, between, after] = answers.initialize;
      return `${before}"${version}"${between}${capabilities}${after}`;
    },
    ping: (params) => (era === "handshake" && isNothing(params) ? "{}" : undefined),
    "server/discover"(params) {
      if (era === "handshake" || !isModern(params)) return undefined;
      if (era === "none") era = "probed";
      return answers.discover.join(capabilities);
    },
    "tools/list"(params) {
      if (!(era === "handshake" ? isNothing : isModern)(params)) return undefined;
      if (era !== "handshake") era = "modern";
      return answers.list[era].join(`[${tools.map(({ entry }) => entry).join()}]`);
    },
  };
  return (line: string): FirstAnswer | undefined => {
    const { id, method = "", params = {} } = parse(line) ?? {};
    if (id === undefined) {
      const isInitialized = method === "notifications/initialized" && era === "handshake";
      return isInitialized && isNothing(params) ? { said: "", isLast: false } : undefined;
    }
    if (ids.has(id) || !Object.hasOwn(results, String(method))) return undefined;
    const result = results[String(method)]?.(params as Record<string, unknown>); // as `isMessage` has it
    if (result === undefined) return undefined;
    ids.add(id);
    const said = `{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
    return { said, isLast: method === "tools/list" };
  };
}

// ── The opening ─────────────────────────────────────────────────────────────────────────────────

/** What the rest takes over: lines that are answered, and stdin from there on. */
export interface Opening {
  answered: string[];
  input: AsyncIterable<Uint8Array>;
  stop: () => void;
  /** Until then SIGINT and SIGTERM end the process: the rest hears them from then on. @default they are not heard */
  release?: () => void;
}
const NEWLINE = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // which is then seen
const IDLE_MS = 250; // without a line: the rest is loaded, which says whether the shop can be reached

/** Opens stdin, and says nothing: the rest has it all. */
export function openAll(): Opening {
  const { read, stop } = openInput();
  return { answered: [], input: pieces(read), stop };
}
/** One piece of both. */
function join(start: Uint8Array, end: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(start.length + end.length);
  whole.set(start);
  whole.set(end, start.length);
  return whole;
}
async function* pieces(
  read: () => Promise<Uint8Array | undefined>,
  ...first: (Uint8Array | Promise<Uint8Array | undefined>)[]
): AsyncGenerator<Uint8Array> {
  for (const piece of first) {
    const read = await piece;
    if (read === undefined) return;
    yield read;
  }
  for (let piece = await read(); piece; piece = await read()) yield piece;
}

/** Answers what it can, and returns when the rest is needed. */
export async function answerFirst(
  answer: (line: string) => FirstAnswer | undefined,
): Promise<Opening> {
  const { read, stop } = openInput();
  const answered: string[] = [];
  let unread = new Uint8Array();
  /** Answers the lines that are there, up to the first that is for the rest. Returns whether there is one. */
  function answerLines(): boolean {
    let isLast = false;
    for (let end = unread.indexOf(NEWLINE); end >= 0; end = unread.indexOf(NEWLINE)) {
      const line = decoder.decode(unread.subarray(0, end));
      const first = answer(line);
      if (!first) return true;
      if (first.said) console.log(first.said); // at once, under Bun and under Node
      answered.push(line);
      isLast ||= first.isLast;
      unread = unread.subarray(end + 1);
    }
    return isLast;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const idle = new Promise<"idle">((resolve) => (timer = setTimeout(resolve, IDLE_MS, "idle")));
  const end = () => process.exit(0); // nothing is under way
  process.once("SIGINT", end).once("SIGTERM", end);
  const release = () => void process.off("SIGINT", end).off("SIGTERM", end);
  try {
    for (;;) {
      const reading = read();
      const piece = await Promise.race([reading.catch(() => undefined), idle]); // the rest hears why
      if (!piece || piece === "idle")
        return { answered, input: pieces(read, unread, reading), stop, release };
      unread = join(unread, piece);
      if (answerLines()) return { answered, input: pieces(read, unread), stop, release };
    }
  } finally {
    clearTimeout(timer);
  }
}
