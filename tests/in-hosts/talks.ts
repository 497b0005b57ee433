/**
 * How a program takes the place of the person in a host: it sends the prompt, hears the host's questions and answers
 * them. Each host has a protocol of its own for that, of JSON messages on lines; a talk is what is said in it.
 *
 * @module
 */
import * as z from "zod";

export type Answer = "accept" | "decline";
/** A question of the server, as the host passes it on to the person: the message, and the schema of the form. */
export interface Question {
  message: string;
  form: unknown;
}
/** What a talk does about a message of the host. */
export interface Heard {
  /** What to send back. */
  send?: object[];
  question?: Question;
  /** A question of the host's own: whether the tool may be called at all. */
  approval?: string;
  /** Whether the prompt has been dealt with. */
  isOver?: boolean;
}
export interface Talk {
  args: string[];
  /** Whether each message has a header with its length, instead of a line of its own. */
  isFramed?: true;
  /** What is sent first. `model` is the address of the model. */
  open(prompt: string, model: string): object[];
  hear(message: unknown, prompt: string, answer: Answer): Heard;
}

/** The answer to the form: its one field is `confirm`. */
const reply = (action: Answer) =>
  action === "accept" ? { action, content: { confirm: true } } : { action };

// ── Claude Code: stream-json with control requests, as its SDK speaks it ─────────────────────────

const claudeMessage = z.union([
  z.object({
    type: z.literal("control_request"),
    request_id: z.string(),
    request: z.object({
      subtype: z.literal("elicitation"),
      message: z.string(),
      requested_schema: z.unknown().optional(),
    }),
  }),
  z.object({ type: z.literal("result") }),
]);
export const claudeTalk: Talk = {
  args: "-p --verbose --allowedTools mcp__shop --input-format stream-json --output-format stream-json".split(
    " ",
  ),
  open: (prompt) => [
    {
      type: "control_request",
      request_id: "open",
      request: { subtype: "initialize", hooks: {} },
    },
    { type: "user", message: { role: "user", content: prompt }, parent_tool_use_id: null },
  ],
  hear(message, _, answer) {
    const { data } = claudeMessage.safeParse(message);
    if (data?.type === "result") return { isOver: true };
    if (!data) return {};
    const response = { subtype: "success", request_id: data.request_id, response: reply(answer) };
    const { message: asked, requested_schema: form } = data.request;
    return {
      question: { message: asked, form },
      send: [{ type: "control_response", response }],
    };
  },
};

// ── Codex: its app server, which speaks JSON-RPC without saying so ───────────────────────────────

const codexMessage = z.union([
  z.object({ id: z.literal("thread"), result: z.object({ thread: z.object({ id: z.string() }) }) }),
  z.object({
    method: z.literal("mcpServer/startupStatus/updated"),
    params: z.object({ threadId: z.string(), status: z.literal("ready") }),
  }),
  z.object({
    id: z.union([z.string(), z.number()]),
    method: z.literal("mcpServer/elicitation/request"),
    params: z.object({
      message: z.string(),
      requestedSchema: z.unknown().optional(),
      _meta: z.object({ codex_approval_kind: z.string() }).nullish().catch(null),
    }),
  }),
  z.object({ method: z.literal("turn/completed") }),
]);
export const codexTalk: Talk = {
  args: ["app-server"],
  open: () => [
    {
      id: "open",
      method: "initialize",
      params: { clientInfo: { name: "shopper", title: "Shopper", version: "1" } },
    },
    { method: "initialized" },
    {
      id: "thread",
      method: "thread/start",
      params: { approvalPolicy: "on-request", sandbox: "read-only" },
    },
  ],
  hear(message, prompt, answer) {
    const { data } = codexMessage.safeParse(message);
    if (!data) return {};
    if (!("method" in data)) return {};
    if (data.method === "mcpServer/startupStatus/updated") {
      const input = [{ type: "text", text: prompt }];
      const params = { threadId: data.params.threadId, input };
      return { send: [{ id: "turn", method: "turn/start", params }] };
    }
    if (data.method === "turn/completed") return { isOver: true };
    const { message: asked, requestedSchema: form, _meta } = data.params;
    if (_meta) return { approval: asked, send: [{ id: data.id, result: { action: "accept" } }] };
    return {
      question: { message: asked, form },
      send: [{ id: data.id, result: reply(answer) }],
    };
  },
};

// ── Copilot CLI: the JSON-RPC of its SDK ─────────────────────────────────────────────────────────

const copilotEvent = z.union([
  z.object({
    type: z.literal("elicitation.requested"),
    data: z.object({
      requestId: z.string(),
      message: z.string(),
      requestedSchema: z.unknown().optional(),
    }),
  }),
  z.object({
    type: z.literal("permission.requested"),
    data: z.object({ requestId: z.string(), permissionRequest: z.object({ kind: z.string() }) }),
  }),
  z.object({ type: z.literal("session.idle") }),
]);
const copilotMessage = z.union([
  z.object({ id: z.literal("create"), result: z.object({ sessionId: z.string() }) }),
  z.object({
    method: z.literal("session.event"),
    params: z.object({ sessionId: z.string(), event: copilotEvent }),
  }),
]);
let sent = 0;
const request = (method: string, params: object, id = `${method} ${++sent}`) => {
  return { jsonrpc: "2.0", id, method, params };
};
export const copilotTalk: Talk = {
  args: ["--headless", "--no-auto-update", "--no-auto-login", "--stdio"],
  isFramed: true,
  open: (_, model) => [
    request("connect", {}),
    request(
      "session.create",
      {
        model: "scripted",
        provider: { type: "openai", baseUrl: `${model}/v1`, apiKey: "none" },
        streaming: true,
        requestPermission: true,
        requestElicitation: true,
        enableConfigDiscovery: true, // of the file that `connect` writes
      },
      "create",
    ),
  ],
  hear(message, prompt, answer) {
    const { data } = copilotMessage.safeParse(message);
    if (!data) return {};
    if ("id" in data) {
      const { sessionId } = data.result;
      return { send: [request("session.send", { sessionId, prompt })] };
    }
    const { sessionId, event } = data.params;
    if (event.type === "session.idle") return { isOver: true };
    const { requestId } = event.data;
    if (event.type === "permission.requested") {
      const params = { sessionId, requestId, result: { kind: "approve-once" } };
      return {
        approval: event.data.permissionRequest.kind,
        send: [request("session.permissions.handlePendingPermissionRequest", params)],
      };
    }
    const params = { sessionId, requestId, result: reply(answer) };
    return {
      question: { message: event.data.message, form: event.data.requestedSchema },
      send: [request("session.ui.handlePendingElicitation", params)],
    };
  },
};
