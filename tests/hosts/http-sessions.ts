/** Hosts of the handshake era over a real port: the 1.x client, and one that writes its JSON-RPC by hand. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { serveHttp } from "../../http/serve.ts";
import type { SessionOptions } from "../../http/sessions.ts";
import { createServer, type Shop } from "../../server.ts";
import { initialize, type Message, POST, rpc } from "./start-program.ts";

/** Serves a shop on a free port: `await using http = serve(shop.openServer())`. */
export function serve(shop: Shop, options?: SessionOptions) {
  const http = serveHttp(() => createServer(shop), 0, options);
  return { ...http, [Symbol.asyncDispose]: http.stop };
}

type Answer = (question: string) => Promise<ElicitResult>;
export const yes: Answer = async () => ({ action: "accept", content: { confirm: true } });
export const no: Answer = async () => ({ action: "decline" });

/** Connects the 1.x client. Its user answers each question; without an answer it declares no elicitation. */
export async function connectHost(url: string, answer?: Answer) {
  const capabilities = answer ? { elicitation: {} } : {};
  const client = new Client({ name: "t", version: "1" }, { capabilities });
  if (answer) client.setRequestHandler(ElicitRequestSchema, ({ params }) => answer(params.message));
  const transport = new StreamableHTTPClientTransport(new URL(url));
  await client.connect(transport);
  return Object.assign(client, { end: () => transport.terminateSession(), session: transport });
}

const VERSION = { "MCP-Protocol-Version": "2025-11-25" };
/** Sends a message, in a session where there is one. */
export const send = (url: string, body: unknown, id?: string, headers = {}, method = "POST") =>
  fetch(url, {
    ...POST,
    method,
    headers: { ...POST.headers, ...VERSION, ...(id && { "Mcp-Session-Id": id }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
/** Begins a session; gives back its id. */
export async function begin(url: string, capabilities: object = { elicitation: {} }, headers = {}) {
  const response = await send(url, initialize(capabilities), undefined, headers);
  await response.text();
  return response.headers.get("mcp-session-id") ?? undefined;
}
export const PING = rpc(1, "ping");
/** The messages of a stream, as they come. */
export async function* messagesOf(response: Response): AsyncGenerator<Message> {
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = /^data: (.*)/m.exec(event)?.[1];
      if (data) yield JSON.parse(data);
    }
  }
}
/** Status and words of a refusal. */
export async function refusal(response: Response) {
  const { error } = (await response.json()) as Message;
  return { status: response.status, message: error?.message };
}
