/**
 * How tools, resources and prompts are offered to a host: `makeServer` registers them with the SDK. It asks the
 * user through the host, and turns errors into words.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { messageFor, within } from "./answer.ts";
import { ConfigError } from "./config-error.ts";
import { decodeIds, line, requiredText } from "./contract.ts";
import { ShopError } from "./errors.ts";
import { ATTACHED, attach, audience, mimeType, type Prompt, type PromptArgs } from "./prompt.ts";
import { Progress } from "./progress.ts";
import { titleCase } from "./text.ts";
import type { CallerContext, Tool, UserReply } from "./tool.ts";

/** A page that hosts draw the results of tools with. */
export interface View {
  uri: string;
  mimeType: string;
  meta: Record<string, unknown>;
  /** Whether it draws what this tool gives. */
  draws(tool: string): boolean;
  /** @throws {ConfigError} where there is none */
  read(): Promise<string>;
}
/** What a server offers, by name. */
export interface Offer {
  identity: mcp.Implementation;
  instructions: string;
  tools: [name: string, Tool][];
  /** @default none */
  view?: View | undefined;
  prompts: [name: string, Prompt][];
  /** What an argument may be, from how it begins, and from the arguments that are there already. */
  complete(
    argument: string,
    value: string,
    caller: CallerContext,
    others: PromptArgs,
  ): Promise<string[]>;
  /** Whether no account stands behind it, so that it says the same to everybody. */
  isSameForAll: boolean;
}

/** A caller with a token as the SDK hands them on. The token is not in it. */
export const authInfoFor = (caller: CallerContext): mcp.AuthInfo => {
  return { token: "", clientId: "", scopes: [], extra: { caller } };
};
export const callerIn = (authInfo: mcp.AuthInfo | undefined) =>
  authInfo?.extra?.["caller"] as CallerContext | undefined; // as it was put there

/** A list says the same to every caller of this server, until it is started with other settings. */
const list = { ttlMs: 300_000, cacheScope: "public" } as const;
const cacheHints: mcp.McpServerOptions["cacheHints"] = {
  "server/discover": list,
  "tools/list": list,
  "prompts/list": list,
  "resources/list": list,
  "resources/templates/list": list,
};
/** A server for one connection or request. Cheap: what can be made once was made before. */
export function makeServer(offer: Offer, caller: CallerContext): mcp.McpServer {
  const { identity, instructions, tools, prompts } = offer;
  const view = tools.some(([name]) => offer.view?.draws(name)) && offer.view;
  const fixed = { listChanged: false }; // the SDK says true where nothing is said
  const capabilities: mcp.ServerCapabilities = {
    ...(tools.length && { tools: fixed }),
    ...((view || tools.some(([, { uri }]) => uri)) && { resources: fixed }),
    ...(prompts.length && { prompts: fixed }),
    ...(view && { extensions: { "io.modelcontextprotocol/ui": {} } }),
  };
  const requestState = {
    verify(state: string) {
      if (!caller.confirmations.isOwn(state))
        throw new Error("not given by this server to this account");
    },
  };
  const options = { instructions, capabilities, requestState, cacheHints };
  const server = new mcp.McpServer(identity, options);
  const contextFor = (ctx: mcp.ServerContext): CallerContext => {
    const own = callerIn(ctx.http?.authInfo) ?? caller; // a session outlives the token that began it
    return { ...own, reply: replyOf(ctx, server, own.reply) };
  };
  const registry = { server, offer, caller, contextFor };
  for (const [name, tool] of tools) {
    registerTool(registry, name, tool);
    registerResource(registry, name, tool);
  }
  if (view) registerView(registry, view);
  for (const [name, prompt] of prompts) registerPrompt(registry, name, prompt);
  return server;
}

const QUESTION = "confirm";
/** The form of a question: a host that accepts it by itself leaves out what is required, and says no yes. */
const FORM = {
  type: "object" as const,
  properties: { confirm: { type: "boolean" as const, title: "Yes, do this" } },
  required: ["confirm"],
};
/** What the user has answered by a host's response; only `true` is a yes. */
function answerOf(responses: unknown): UserReply["answer"] {
  const response = mcp.inputResponse(responses as Record<string, unknown> | undefined, QUESTION); // which looks at it
  if (response.kind !== "elicit") return undefined;
  if (response.action !== "accept") return response.action === "decline" ? "declined" : "dismissed";
  const confirm = response.content?.["confirm"];
  return confirm === true ? "yes" : confirm === false ? "declined" : "unconfirmed";
}

/** What the user has replied so far, and how this client can ask them. */
function replyOf({ mcpReq }: mcp.ServerContext, server: mcp.McpServer, fallback: UserReply) {
  const envelope = mcpReq.envelope as mcp.RequestMeta | undefined; // checked by the SDK, as is what it holds
  const declared = envelope?.[mcp.CLIENT_CAPABILITIES_META_KEY] as  // sent by each modern request
    mcp.ClientCapabilities | undefined;
  const { elicitation } = declared ?? server.server.getClientCapabilities() ?? {};
  const canAsk = elicitation && (elicitation.form || !elicitation.url); // without a mode it is by form
  const reply: UserReply = {
    confirmVia: canAsk ? "elicitation" : fallback.confirmVia,
    answer: answerOf(mcpReq.inputResponses),
    token: mcpReq.requestState<string>(),
  };
  return reply;
}

const ANSWER_MS = 600_000; // as long as a confirmation is valid
/**
 * Puts a question to the user of a host of the handshake era, which is asked on its own connection. The SDK would do
 * the same; where a host fails to ask, its words are the SDK's.
 */
async function askOnConnection({ mcpReq }: mcp.ServerContext, form: object) {
  const params = { mode: "form", ...form };
  const options = { timeout: ANSWER_MS, signal: mcpReq.signal };
  const asking = mcpReq.send({ method: "elicitation/create", params }, options);
  return asking.then(
    (response) => answerOf({ [QUESTION]: response }) ?? "unconfirmed",
    () => "cannot_ask" as const,
  );
}

/** Each notification repeats the host's token, and waits in memory until the host reads it. */
const MOST_TOKEN = 200; // characters; the fast path leaves longer ones to this
/** Where the host has asked to hear of the request's progress. */
function progressOf({ mcpReq }: mcp.ServerContext): Progress | undefined {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined || String(progressToken).length > MOST_TOKEN) return undefined;
  return new Progress((progress, message) => {
    const params = { progressToken, progress, message };
    void mcpReq.notify({ method: "notifications/progress", params }).catch(() => {}); // the host is gone
  });
}
const waitingFor = (ctx: mcp.ServerContext) => {
  return { signal: ctx.mcpReq.signal, message: ctx.mcpReq, progress: progressOf(ctx) };
};

interface Registry {
  server: mcp.McpServer;
  offer: Offer;
  caller: CallerContext;
  contextFor: (ctx: mcp.ServerContext) => CallerContext;
}
function registerTool({ server, offer, contextFor }: Registry, name: string, tool: Tool) {
  const { description, isWrite, inputSchema, outputSchema } = tool;
  const hints = { readOnlyHint: !isWrite, destructiveHint: isWrite, idempotentHint: !isWrite };
  const annotations = { ...hints, openWorldHint: false };
  const _meta = offer.view?.draws(name) ? { ui: { resourceUri: offer.view.uri } } : undefined; // no model is shown it
  const shown = { title: titleCase(name), description, annotations, _meta };
  const config = { ...shown, inputSchema, outputSchema };
  server.registerTool(name, config, async (given, ctx) => {
    try {
      let context = contextFor(ctx);
      const waiting = waitingFor(ctx);
      for (;;) {
        // An answer takes its time, and what follows has its own.
        const calling = within(waiting, (bounds) => tool.call(name, given, context, bounds));
        const { result, text, summary } = await calling;
        const isQuestion = result["outcome"] === "confirmation_needed";
        if (!isQuestion || context.reply.confirmVia !== "elicitation")
          return { content: [{ type: "text", text }], structuredContent: result };
        const form = { message: summary, requestedSchema: FORM };
        const requestState = String(result["confirmation"]);
        if (ctx.mcpReq.envelope) {
          const inputRequests = { [QUESTION]: mcp.inputRequired.elicit(form) };
          return mcp.inputRequired({ inputRequests, requestState });
        }
        const answer = await askOnConnection(ctx, form);
        context = { ...context, reply: { ...context.reply, answer, token: requestState } };
      }
    } catch (error) {
      return {
        content: [{ type: "text", text: messageFor(error, ctx.mcpReq.signal, contextFor(ctx)) }],
        isError: true,
      };
    }
  });
}

const MAX_TYPED = 200; // characters of a value that is completed
/** It is counted as a call, and takes its turn. Where it fails, it is as if nothing fitted. */
const completion =
  ({ offer, caller }: Registry, argument: string) =>
  async (value: string, { arguments: others = {} }: { arguments?: PromptArgs } = {}) => {
    const { countCall, turns } = caller;
    try {
      await countCall?.();
      await turns?.enter(argument);
      const completing = offer.complete(argument, value.slice(0, MAX_TYPED), caller, others);
      return await completing.finally(() => turns?.leave(argument));
    } catch {
      return [];
    }
  };

/** The resource that says the same as a tool, where there is one. */
function registerResource(registry: Registry, name: string, tool: Tool) {
  const { server, contextFor, offer } = registry;
  const { uri, description, freshMs = 0 } = tool;
  if (!uri) return;
  const read = async ({ href }: URL, ids: object, ctx: mcp.ServerContext) => {
    try {
      const { result } = await within(waitingFor(ctx), (bounds) =>
        tool.call(name, decodeIds(ids), contextFor(ctx), bounds),
      );
      return { contents: [{ uri: href, mimeType, text: JSON.stringify(result) }] };
    } catch (error) {
      const { InvalidParams, InternalError } = mcp.ProtocolErrorCode;
      const isTheirs = error instanceof ShopError && /^(bad_|unknown)/.test(error.code);
      throw new mcp.ProtocolError(
        isTheirs ? InvalidParams : InternalError,
        messageFor(error, ctx.mcpReq.signal, contextFor(ctx)),
      );
    }
  };
  const noun = name.replace("get_", "");
  const cacheScope: mcp.CacheScope = freshMs > 0 && offer.isSameForAll ? "public" : "private";
  const cacheHint = { ttlMs: freshMs, cacheScope };
  const annotations = { audience };
  const config = { title: titleCase(noun), description, mimeType, annotations, cacheHint };
  const [id = ""] = /(?<={)\w+/.exec(uri) ?? [];
  const template = { list: undefined, complete: { [id]: completion(registry, id) } };
  if (!id) server.registerResource(noun, uri, config, (url, ctx) => read(url, {}, ctx));
  else server.registerResource(noun, new mcp.ResourceTemplate(uri, template), config, read);
}

const VIEW_CACHE = { ttlMs: 3_600_000, cacheScope: "public" } as const; // the same for every caller
/** The page for results, which hosts without views never read. It counts as a call. */
function registerView({ server, contextFor }: Registry, view: View) {
  const { uri, mimeType, meta: _meta } = view;
  const description = "Draws the results of tools, in hosts that show views (MCP Apps).";
  const annotations = { audience: ["user" as const], priority: 0 }; // nothing for a model to read
  const shown = { title: "View", description, mimeType, annotations, _meta };
  const config = { ...shown, cacheHint: VIEW_CACHE };
  server.registerResource("view", uri, config, async (_, ctx) => {
    const caller = contextFor(ctx);
    try {
      await caller.countCall?.();
      return { contents: [{ uri, mimeType, text: await view.read(), _meta }] };
    } catch (error) {
      const isKnown = error instanceof ConfigError;
      const message = isKnown ? error.message : messageFor(error, ctx.mcpReq.signal, caller);
      if (isKnown) caller.report(message);
      throw new mcp.ProtocolError(mcp.ProtocolErrorCode.InternalError, message);
    }
  });
}

function registerPrompt(registry: Registry, name: string, prompt: Prompt) {
  const { server, offer, contextFor } = registry;
  const fields: Record<string, z.ZodType<string | undefined>> = {};
  for (const [argument, description = ""] of Object.entries(prompt.args)) {
    const isOptional = argument.endsWith("?");
    const field = (isOptional ? line : requiredText).describe(description);
    const completed = mcp.completable(
      field,
      completion(registry, prompt.completes?.[argument] ?? argument),
    );
    fields[argument.replace("?", "")] = isOptional ? completed.optional() : completed;
  }
  const { title, description } = prompt;
  const config = { title, description, argsSchema: z.object(fields) };
  server.registerPrompt(name, config, async (args, ctx) => {
    const { signal } = ctx.mcpReq;
    const { messages, failures } = await within(waitingFor(ctx), (bounds) =>
      attach(prompt, args, offer.tools, { caller: contextFor(ctx), bounds, signal }),
    );
    const attached = messages.length ? [ATTACHED] : [];
    const text = [prompt.text(args), ...attached, ...failures].join("\n\n");
    return { messages: [{ role: "user", content: { type: "text", text } }, ...messages] };
  });
}
