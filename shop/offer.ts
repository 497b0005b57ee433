/**
 * How tools, resources and prompts are offered to a host: `makeServer` registers them with the SDK. It asks the
 * user through the host, and turns errors into words.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { decodeIds, line, requiredText } from "./contract.ts";
import { ShopError } from "./errors.ts";
import { titleCase } from "./text.ts";
import type { CallerContext, Tool, UserReply } from "./tool.ts";

export type PromptArgs = Partial<Record<string, string>>;
export interface Prompt {
  title: string;
  description: string;
  /** What each argument is; `?` marks an optional one. */
  args: PromptArgs;
  /** The request, in the user's words. */
  text(args: PromptArgs): string;
}
/** What a server offers, by name. */
export interface Offer {
  identity: mcp.Implementation;
  instructions: string;
  tools: [name: string, Tool][];
  prompts: [name: string, Prompt][];
  /** What an argument may be, from how it begins. */
  complete(argument: string, value: string): Promise<string[]>;
}

/** A server for one connection or request. Cheap: what can be made once was made before. */
export function makeServer(offer: Offer, caller: CallerContext): mcp.McpServer {
  const { identity, instructions, tools, prompts } = offer;
  const fixed = { listChanged: false }; // the SDK says true where nothing is said
  const capabilities: mcp.ServerCapabilities = {
    ...(tools.length && { tools: fixed }),
    ...(tools.some(([, { uri }]) => uri) && { resources: fixed }),
    ...(prompts.length && { prompts: fixed }),
  };
  const server = new mcp.McpServer(identity, { instructions, capabilities });
  const contextOf = (ctx: mcp.ServerContext): CallerContext => {
    const [{ signal }, since] = [ctx.mcpReq, Date.now()];
    const request: CallerContext["request"] = (endpoint, options) =>
      caller.request(endpoint, { ...options, signal, since });
    return { ...caller, request, reply: replyOf(ctx, server, caller.reply) };
  };
  const registry = { server, offer, contextOf };
  for (const [name, tool] of tools) {
    registerTool(registry, name, tool);
    registerResource(registry, name, tool);
  }
  for (const [name, prompt] of prompts) registerPrompt(registry, name, prompt);
  return server;
}

/** What is said of a failure; the log has its cause. What is not a ShopError is a fault of this server's. */
function messageFor(error: unknown, { mcpReq }: mcp.ServerContext): string {
  const failure = error instanceof ShopError ? error : new ShopError("internal", {}, error);
  if (failure.logged.length && !mcpReq.signal.aborted)
    console.error("django-shop-mcp:", ...failure.logged); // unless the call was given up
  return failure.message;
}

const QUESTION = "confirm";
const QUESTION_SCHEMA = { type: "object" as const, properties: {} };

/** What the user has replied so far, and how this client can ask them. */
function replyOf({ mcpReq }: mcp.ServerContext, server: mcp.McpServer, fallback: UserReply) {
  const envelope = mcpReq.envelope as mcp.RequestMeta | undefined; // checked by the SDK, as is what it holds
  const declared = envelope?.[mcp.CLIENT_CAPABILITIES_META_KEY] as  // sent by each modern request
    mcp.ClientCapabilities | undefined;
  const { elicitation } = declared ?? server.server.getClientCapabilities() ?? {};
  const canAsk = elicitation && (elicitation.form || !elicitation.url); // without a mode it is by form
  const response = mcp.inputResponse(mcpReq.inputResponses, QUESTION);
  const reply: UserReply = {
    confirmVia: canAsk ? "elicitation" : fallback.confirmVia,
    action: response.kind === "elicit" ? response.action : undefined,
    token: mcpReq.requestState<string>(),
  };
  return reply;
}

interface Registry {
  server: mcp.McpServer;
  offer: Offer;
  contextOf: (ctx: mcp.ServerContext) => CallerContext;
}
function registerTool({ server, contextOf }: Registry, name: string, tool: Tool) {
  const { description, isWrite, inputSchema, outputSchema } = tool;
  const hints = { readOnlyHint: !isWrite, destructiveHint: isWrite, idempotentHint: !isWrite };
  const annotations = { ...hints, openWorldHint: false };
  const config = { title: titleCase(name), description, annotations, inputSchema, outputSchema };
  server.registerTool(name, config, async (given, ctx) => {
    try {
      const context = contextOf(ctx);
      const { result, text, summary } = await tool.call(name, given, context);
      const isQuestion = result["outcome"] === "confirmation_needed";
      if (isQuestion && context.reply.confirmVia === "elicitation") {
        const form = { message: summary, requestedSchema: QUESTION_SCHEMA };
        return mcp.inputRequired({
          inputRequests: { [QUESTION]: mcp.inputRequired.elicit(form) },
          requestState: String(result["confirmation"]),
        });
      }
      return { content: [{ type: "text", text }], structuredContent: result };
    } catch (error) {
      return { content: [{ type: "text", text: messageFor(error, ctx) }], isError: true };
    }
  });
}

const MAX_TYPED = 200; // characters of a value that is completed
const completion =
  ({ complete }: Offer, argument: string) =>
  async (value: string): Promise<string[]> =>
    complete(argument, value.slice(0, MAX_TYPED)).catch(() => []); // as if nothing fitted

/** The resource that says the same as a tool, where there is one. */
function registerResource({ server, offer, contextOf }: Registry, name: string, tool: Tool) {
  const { uri, description } = tool;
  if (!uri) return;
  const mimeType = "application/json";
  const read = async ({ href }: URL, ids: object, ctx: mcp.ServerContext) => {
    try {
      const { result } = await tool.call(name, decodeIds(ids), contextOf(ctx));
      return { contents: [{ uri: href, mimeType, text: JSON.stringify(result) }] };
    } catch (error) {
      const { InvalidParams, InternalError } = mcp.ProtocolErrorCode;
      const isTheirs = error instanceof ShopError && /^(bad_|unknown)/.test(error.code);
      throw new mcp.ProtocolError(isTheirs ? InvalidParams : InternalError, messageFor(error, ctx));
    }
  };
  const noun = name.replace("get_", "");
  const config = { title: titleCase(noun), description, mimeType };
  const [id = ""] = /(?<={)\w+/.exec(uri) ?? [];
  const template = { list: undefined, complete: { [id]: completion(offer, id) } };
  if (!id) server.registerResource(noun, uri, config, (url, ctx) => read(url, {}, ctx));
  else server.registerResource(noun, new mcp.ResourceTemplate(uri, template), config, read);
}

function registerPrompt({ server, offer }: Registry, name: string, prompt: Prompt) {
  const fields: Record<string, z.ZodType<string | undefined>> = {};
  for (const [argument, description = ""] of Object.entries(prompt.args)) {
    const isOptional = argument.endsWith("?");
    const field = (isOptional ? line : requiredText).describe(description);
    const completed = mcp.completable(field, completion(offer, argument.replace("other_", "")));
    fields[argument.replace("?", "")] = isOptional ? completed.optional() : completed;
  }
  const { title, description } = prompt;
  const config = { title, description, argsSchema: z.object(fields) };
  server.registerPrompt(name, config, (given) => {
    return { messages: [{ role: "user", content: { type: "text", text: prompt.text(given) } }] };
  });
}
