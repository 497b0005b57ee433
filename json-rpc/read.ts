/**
 * Reads JSON-RPC as a host sends it. What has too many values or levels is refused by its text, since nothing
 * that comes after (`JSON.parse`, the SDK's schemas) is bounded.
 *
 * @see https://www.jsonrpc.org/specification
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";

const MAX_VALUES = 1000; // in the arguments of a call
const MAX_LEVELS = 20;
/** The same for a message, which has its arguments in two more levels, beside what a host says of itself. */
const MOST = { values: MAX_VALUES + 100, levels: MAX_LEVELS + 2 };
const MAX_BATCH = 20; // messages

/** What is no message that can be served. The message is one sentence. */
export class Refusal extends Error {
  constructor(
    readonly code: mcp.ProtocolErrorCode,
    message: string,
    readonly id: mcp.RequestId | null = null,
  ) {
    super(message);
  }
  /** The answer to it. */
  toJSON() {
    const { code, message, id } = this;
    return { jsonrpc: "2.0", id, error: { code, message } };
  }
}
const refuse = (message: string, id?: mcp.RequestId | null) =>
  new Refusal(mcp.ProtocolErrorCode.InvalidRequest, message, id);

/** Where a text in JSON ends that begins here: at the next quote that no backslash hides. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let hidden = end;
    while (json.charAt(hidden - 1) === "\\") hidden--;
    if ((end - hidden) % 2 === 0) return end;
  }
  return json.length;
}
/** How many values stand in the lists and objects of JSON, and in how many levels. Linear. */
function measure(json: string) {
  let [values, levels, level, last] = [0, 0, 0, ""];
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') at = endOfText(json, at);
    else if (character <= " ") continue;
    const isOpening = character === "[" || character === "{";
    const isClosing = character === "]" || character === "}";
    if (isOpening) levels = Math.max(levels, ++level);
    if (isClosing) level--;
    if (isOpening || character === ",") values++;
    if (isClosing && (last === "[" || last === "{")) values--; // it is empty
    last = character;
  }
  return { values, levels };
}
/** Whether a text is too short to have too many values, and has too few brackets to be too deep. */
function isSmall(json: string): boolean {
  let brackets = 0;
  for (const bracket of "{[")
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1))
      if (++brackets > MOST.levels) return false;
  return json.length <= MOST.values;
}

/** The id of a request as it is given. An answer has one, too, but of this server's. */
function givenId(message: unknown): unknown {
  if (typeof message !== "object" || message === null) return undefined;
  return "method" in message && "id" in message ? message.id : undefined;
}
/** The id to answer under; null for one that is rounded already. */
function idOf(message: unknown): mcp.RequestId | null {
  const id = givenId(message);
  const isExact = typeof id === "number" && Math.abs(id) <= Number.MAX_SAFE_INTEGER;
  return typeof id === "string" || isExact ? id : null;
}
/** Takes out `arguments` that are null, as some hosts send for a tool without any. */
function dropNullArguments(message: unknown): void {
  const { params } = Object(message);
  if (params?.arguments === null) delete params.arguments;
}

const VERSIONS = mcp.SUPPORTED_PROTOCOL_VERSIONS.join(", ");
/** A handshake that says too little of itself is told what to say: the SDK would show its own schema's complaint. */
function checkHandshake(message: unknown): void {
  const { method, params } = Object(message);
  if (method !== "initialize") return;
  const { protocolVersion, capabilities, clientInfo, _meta } = Object(params);
  if (Object.hasOwn(Object(_meta), mcp.PROTOCOL_VERSION_META_KEY)) return; // the newer way has no such method
  const { name, version } = Object(clientInfo);
  const areTexts = [protocolVersion, name, version].every((part) => typeof part === "string");
  if (areTexts && typeof capabilities === "object" && capabilities !== null) return;
  throw new Refusal(
    mcp.ProtocolErrorCode.InvalidParams,
    `initialize needs protocolVersion, capabilities, and clientInfo with name and version. Spoken here: ${VERSIONS} with this handshake, 2026-07-28 without.`,
    idOf(message),
  );
}

/** The JSON of a message, or of a batch of messages. @throws {Refusal} */
export function readJson(sent: string): unknown {
  const text = sent.startsWith("\ufeff") ? sent.slice(1) : sent; // the byte order mark that Windows puts before UTF-8
  const { values, levels } = isSmall(text) ? { values: 0, levels: 0 } : measure(text);
  const isTooDeep = levels > MOST.levels;
  let json: unknown;
  try {
    if (!isTooDeep) json = JSON.parse(text); // deep JSON takes long to parse
  } catch {
    throw new Refusal(mcp.ProtocolErrorCode.ParseError, "A message must be JSON.");
  }
  if (isTooDeep || values > MOST.values) {
    const most = `${MAX_VALUES} values in ${MAX_LEVELS} levels`;
    throw refuse(`The arguments of a call have at most ${most}.`, idOf(json));
  }
  const messages: unknown[] = Array.isArray(json) ? json : [json];
  if (messages.length === 0 || messages.length > MAX_BATCH)
    throw refuse(`A batch has 1 to ${MAX_BATCH} messages.`);
  if (messages.some((message) => givenId(message) === null))
    // the SDK takes it for a notification
    throw refuse("The id of a request is a string or a number.");
  for (const message of messages) {
    checkHandshake(message);
    dropNullArguments(message);
  }
  return json;
}

/** A message. @throws {Refusal} */
export function readMessage(json: unknown): mcp.JSONRPCMessage {
  try {
    return mcp.parseJSONRPCMessage(json);
  } catch {
    throw refuse("This is no JSON-RPC message of MCP: see its params and its id.", idOf(json));
  }
}
