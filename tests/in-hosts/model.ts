/**
 * A model that plays a script, on loopback: it speaks the APIs that hosts speak to theirs, calls our tools under
 * whatever name the host gives them, and keeps what the host showed it.
 *
 * ```ts
 * const info = { tool: "get_shop_info", args: {} };
 * const model = serveModel({ script: (results) => (results.length ? { say: "Done." } : info) });
 * // … a host talks to model.url …
 * model.shown; // what it was offered and told
 * ```
 *
 * @module
 */
import * as z from "zod";

/** A tool as the host offers it to the model. */
export interface OfferedTool {
  name: string;
  /** Where the host groups tools: what the group is called. */
  namespace?: string | undefined;
  description: string;
  schema: unknown;
}
/** What a host shows the model in one request. */
export interface Shown {
  tools: OfferedTool[];
  /** The results of the tools that the model called, in order; `isOurs` is false of the host's own tools. */
  results: { text: string; isOurs: boolean }[];
  /** Everything else that the request holds: the system's and the user's messages. */
  messages: string;
}
/** What the model does next. */
export type Turn = { tool: string; args: object } | { say: string };
/** What the model does after these results. */
export type Script = (results: string[]) => Turn;

/** A call under the name that the host gave the tool. */
type Reply =
  { id: string; name: string; namespace?: string | undefined; args: object } | { say: string };
interface Api {
  /** The paths that it is spoken at, without the part before `/v1`. */
  path: RegExp;
  read(body: unknown): Shown;
  reply(reply: Reply, nth: number): Response;
}

const text = z.string().catch("");
const textPart = z.object({ text: z.string() });
/** A part of a message as text: its own where it is one, else its JSON. */
const asText = (value: unknown) => {
  const { data } = z.union([z.string(), textPart.transform((part) => part.text)]).safeParse(value);
  return data ?? JSON.stringify(value);
};
/** A list of which only the members that fit are taken: hosts send kinds of parts that nobody needs here. */
const listOf = <Member extends z.ZodType>(member: Member) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((members) =>
      members.flatMap((given): z.output<Member>[] => {
        const { success, data } = member.safeParse(given);
        return success ? [data] : [];
      }),
    );

const CALL_ID = "shop_"; // what the ids of calls of our tools begin with: looking for one is not such a call
const toResult = (id: string, text: string) => ({ text, isOurs: id.startsWith(CALL_ID) });

/** A stream of server-sent events, each with its type where it has one. */
function eventStream(events: object[], end = ""): Response {
  const lines = events.map((event) => {
    const name = "type" in event ? `event: ${event.type}\n` : "";
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return new Response(lines.join("") + end, { headers: { "Content-Type": "text/event-stream" } });
}

// ── The APIs ────────────────────────────────────────────────────────────────────────────────────

/** The text of a message, whose content is a string, or a list of parts. */
const content = z.union([z.string(), listOf(textPart)]).catch("");
const contentText = (given: z.output<typeof content>) =>
  typeof given === "string" ? given : given.map((part) => part.text).join("\n");

const anthropicTool = z.object({
  name: z.string(),
  description: text,
  input_schema: z.unknown().optional(),
});
const anthropicBody = z.object({
  system: content,
  tools: listOf(anthropicTool),
  messages: listOf(z.object({ content: z.union([z.string(), z.array(z.unknown())]) })),
});
const anthropicResult = z.object({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content,
});
const anthropic: Api = {
  path: /\/v1\/messages$/,
  read(body) {
    const { system, tools, messages } = anthropicBody.parse(body);
    const parts = messages.flatMap((message) => message.content);
    return {
      tools: tools.map((tool) => ({ ...tool, schema: tool.input_schema })),
      results: listOf(anthropicResult)
        .parse(parts)
        .map((result) => toResult(result.tool_use_id, contentText(result.content))),
      messages: [contentText(system), ...parts.map((part) => asText(part))].join("\n"),
    };
  },
  reply(reply, nth) {
    const isCall = "name" in reply;
    const [block, delta] = isCall
      ? [
          { type: "tool_use", id: reply.id, name: reply.name, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(reply.args) },
        ]
      : [
          { type: "text", text: "" },
          { type: "text_delta", text: reply.say },
        ];
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: `msg_${nth}`, type: "message", role: "assistant", model: "scripted" };
    return eventStream([
      { type: "message_start", message: { ...message, content: [], stop_reason: null, usage } },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: isCall ? "tool_use" : "end_turn" }, usage },
      { type: "message_stop" },
    ]);
  },
};

const responsesTool = z.object({
  name: z.string(),
  description: text,
  parameters: z.unknown().optional(),
});
const responsesGroup = z.object({
  type: z.literal("namespace"),
  name: z.string(),
  description: text,
  tools: listOf(responsesTool),
});
const responsesBody = z.object({
  instructions: text,
  tools: listOf(z.union([responsesGroup, responsesTool])),
  input: z.union([z.string().transform((said) => [said]), z.array(z.unknown())]),
});
const responsesResult = z.object({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: content,
});
const responses: Api = {
  path: /\/responses$/,
  read(body) {
    const { instructions, tools, input } = responsesBody.parse(body);
    const groups = tools.flatMap((entry) => ("tools" in entry ? [entry] : []));
    return {
      tools: tools.flatMap((entry) => {
        const [members, namespace] =
          "tools" in entry ? [entry.tools, entry.name] : [[entry], undefined];
        return members.map((tool) => ({ ...tool, namespace, schema: tool.parameters }));
      }),
      results: listOf(responsesResult)
        .parse(input)
        .map((result) => toResult(result.call_id, contentText(result.output))),
      messages: [
        instructions,
        ...groups.map((group) => group.description),
        ...input.map(asText),
      ].join("\n"),
    };
  },
  reply(reply, nth) {
    const response = { id: `resp_${nth}`, object: "response", model: "scripted" };
    const item =
      "name" in reply
        ? {
            type: "function_call",
            id: `fc_${nth}`,
            call_id: reply.id,
            name: reply.name,
            ...(reply.namespace !== undefined && { namespace: reply.namespace }),
            arguments: JSON.stringify(reply.args),
          }
        : {
            type: "message",
            id: `msg_${nth}`,
            role: "assistant",
            content: [{ type: "output_text", text: reply.say, annotations: [] }],
          };
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const output = [{ ...item, status: "completed" }];
    return eventStream([
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item },
      { type: "response.output_item.done", output_index: 0, item: output[0] },
      {
        type: "response.completed",
        response: { ...response, status: "completed", output, usage },
      },
    ]);
  },
};

const chatTool = z.object({
  function: z.object({ name: z.string(), description: text, parameters: z.unknown().optional() }),
});
const chatBody = z.object({
  tools: listOf(chatTool),
  messages: listOf(z.object({ role: z.string(), tool_call_id: text, content })),
});
const chat: Api = {
  path: /\/chat\/completions$/,
  read(body) {
    const { tools, messages } = chatBody.parse(body);
    const [results, others] = [
      messages.filter(({ role }) => role === "tool"),
      messages.filter(({ role }) => role !== "tool"),
    ];
    return {
      tools: tools.map((tool) => ({ ...tool.function, schema: tool.function.parameters })),
      results: results.map((result) => toResult(result.tool_call_id, contentText(result.content))),
      messages: others.map((message) => contentText(message.content)).join("\n"),
    };
  },
  reply(reply, nth) {
    const isCall = "name" in reply;
    const delta = isCall
      ? {
          tool_calls: [
            {
              index: 0,
              id: reply.id,
              type: "function",
              function: { name: reply.name, arguments: JSON.stringify(reply.args) },
            },
          ],
        }
      : { content: reply.say };
    const finish_reason = isCall ? "tool_calls" : "stop";
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const chunk = (choice: object, rest: object = {}) => {
      const head = { id: `chat_${nth}`, object: "chat.completion.chunk", created: 1 };
      return { ...head, model: "scripted", choices: [{ index: 0, ...choice }], ...rest };
    };
    const events = [
      chunk({ delta: { role: "assistant", ...delta }, finish_reason: null }),
      chunk({ delta: {}, finish_reason }, { usage }),
    ];
    return eventStream(events, "data: [DONE]\n\n");
  },
};

const geminiTool = z.object({
  name: z.string(),
  description: text,
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
});
const geminiMessage = z.object({ parts: z.array(z.unknown()).catch([]) });
const geminiBody = z.object({
  systemInstruction: geminiMessage.catch({ parts: [] }),
  tools: listOf(z.object({ functionDeclarations: listOf(geminiTool) })),
  contents: listOf(geminiMessage),
});
const geminiResult = z.object({
  functionResponse: z.object({ id: text, response: z.unknown().optional() }),
});
const gemini: Api = {
  path: /:(?:streamGenerateContent|generateContent)$/,
  read(body) {
    const { systemInstruction, tools, contents } = geminiBody.parse(body);
    const parts = contents.flatMap((message) => message.parts);
    const offered = tools.flatMap((tool) => tool.functionDeclarations);
    return {
      tools: offered.map((tool) => ({
        ...tool,
        schema: tool.parametersJsonSchema ?? tool.parameters,
      })),
      results: listOf(geminiResult)
        .parse(parts)
        .map(({ functionResponse: { id, response } }) => toResult(id, asText(response))),
      messages: [...systemInstruction.parts, ...parts].map(asText).join("\n"),
    };
  },
  reply(reply) {
    const part =
      "name" in reply
        ? { functionCall: { id: reply.id, name: reply.name, args: reply.args } }
        : { text: reply.say };
    const candidate = { content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 };
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
    return eventStream([{ candidates: [candidate], usageMetadata, modelVersion: "scripted" }]);
  },
};

const apis = [anthropic, responses, chat, gemini];

// ── The model ───────────────────────────────────────────────────────────────────────────────────

/** The call by which a model reaches a tool that is not offered to it directly. */
export type Reach = (name: string, args: object) => { tool: string; args: object };
interface ModelOptions {
  script: Script;
  /** Where the host has so many tools that its model looks for them: how it looks. */
  search?: Reach | undefined;
  /** Where a tool that was found is called through another: how. */
  reach?: Reach | undefined;
}

const SMALL_TALK = "Yes.";
/** The name that the host gives a tool of ours: it puts the server's before it. */
const named = (tool: string) => new RegExp(`(?<![\\w-])(?:[\\w-]+[_-])?${tool}(?![\\w-])`);
export const nameOf = (tool: string, { tools, messages }: Shown) =>
  tools.find(({ name }) => named(tool).test(name))?.name ?? named(tool).exec(messages)?.[0];

/** Serves the model at a free port. What asks it for a title or a summary gets a word. */
export function serveModel({ script, search, reach }: ModelOptions) {
  const shown: Shown[] = [];

  /** What the model replies to what it was shown. */
  function decide(given: Shown): Reply {
    const results = given.results.filter(({ isOurs }) => isOurs);
    const turn = script(results.map((result) => result.text));
    if ("say" in turn) return turn;
    const id = `${CALL_ID}${shown.length}`;
    const offered = (name: string) => given.tools.find((tool) => tool.name === name);
    const name = nameOf(turn.tool, given);
    const tool = name && offered(name);
    if (tool) return { ...tool, id, args: turn.args };
    const isFound = given.results.at(-1)?.isOurs === false;
    const way = name && (isFound ? reach : search)?.(name, turn.args);
    const through = way && offered(way.tool);
    if (!through) return { say: SMALL_TALK };
    return { ...through, id: isFound ? id : `search_${shown.length}`, args: way.args };
  }

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const api = apis.find(({ path }) => path.test(pathname));
      if (!api || request.method !== "POST") {
        const error = { message: `The scripted model has no ${pathname}.` };
        return Response.json({ error }, { status: 404 });
      }
      const given = api.read(await request.json());
      shown.push(given);
      return api.reply(decide(given), shown.length);
    },
  });
  return {
    url: server.url.origin,
    /** What it was shown, request by request. */
    shown,
    stop: () => server.stop(true),
  };
}
