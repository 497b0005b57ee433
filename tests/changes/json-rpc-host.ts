/**
 * A host of the 2026-07-28 protocol that writes its JSON-RPC by hand, so that a test can send what no client
 * library would: forged confirmations, answers of another shape, requests with another state.
 */
import { createMcpHandler } from "@modelcontextprotocol/server";
import * as z from "zod";
import { createServer, groups, type Shop } from "../../server.ts";

/** What every changing tool returns as its structured result. */
export const receiptSchema = groups.changes.cancel_order.output;
const questionSchema = z.object({ params: z.object({ message: z.string() }) });
const responseSchema = z.object({
  error: z.object({ code: z.int(), message: z.string() }).optional(),
  result: z
    .object({
      isError: z.boolean().default(false),
      content: z.array(z.object({ text: z.string() })).default([]),
      structuredContent: receiptSchema
        .extend({ notes: z.array(z.string()).optional() })
        .strict()
        .optional(),
      inputRequests: z.object({ confirm: questionSchema }).optional(),
      requestState: z.string().optional(),
    })
    .optional(),
});

/** The two ways in which a user confirms: the host shows a question, or the model passes on a code. */
const CAPABILITIES = { elicitation: { elicitation: {} }, code: {} };
type ConfirmVia = keyof typeof CAPABILITIES;
export const CONFIRM_VIA = ["elicitation", "code"] as const;
/** The input responses of a host whose user has accepted. */
export const ACCEPTED = { confirm: { action: "accept", content: { confirm: true } } };

/**
 * Connects a host to a server.
 *
 * @param via how this host lets its user confirm
 * @param capabilities what it declares in each request; by default what `via` needs
 */
export function hostFor(
  server: Shop,
  via: ConfirmVia = "code",
  capabilities: object = CAPABILITIES[via],
) {
  const handler = createMcpHandler(() => createServer(server));
  /** Calls a tool; `more` is added to the params of the request. */
  async function call(name: string, args: object, more: object = {}) {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "tests", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    };
    const headers = {
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
      "Mcp-Protocol-Version": "2026-07-28",
    };
    const params = { name, arguments: args, ...more, _meta };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const request = new Request("http://localhost/mcp", { method: "POST", headers, body });
    const { error, result } = responseSchema.parse(await (await handler.fetch(request)).json());
    const receipt = result?.structuredContent;
    const question = result?.inputRequests?.confirm.params.message;
    return {
      /** What the user or the model reads: an error, a summary or a question. */
      text: error?.message ?? result?.content[0]?.text ?? question ?? "",
      receipt,
      isDone: receipt?.outcome === "done",
      /** The code of a protocol error. */
      code: error?.code,
      /** Whether the user is asked, for the first time or again. */
      isAsking: receipt?.outcome === "confirmation_needed" || !!result?.inputRequests,
      isError: result?.isError ?? true,
      /** What an acceptance has to carry: a code, or the state of the question. */
      confirmation: receipt?.confirmation ?? result?.requestState ?? "",
    };
  }
  /** Calls again as after the user's yes, with this confirmation. */
  const accept = (name: string, args: object, confirmation: string) =>
    via === "code"
      ? call(name, { ...args, confirmation })
      : call(name, args, { requestState: confirmation, inputResponses: ACCEPTED });
  const callAndAccept = async (name: string, args: object) =>
    accept(name, args, (await call(name, args)).confirmation);
  return { call, accept, callAndAccept };
}

export type Reply = Awaited<ReturnType<ReturnType<typeof hostFor>["call"]>>;
