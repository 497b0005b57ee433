/** A host that says whatever it likes. */
import { createMcpHandler } from "@modelcontextprotocol/server";
import * as z from "zod";
import { createServer, groups, type Shop } from "../../server.ts";

export const receipt = groups.changes.cancel_order.output;
const question = z.object({ params: z.object({ message: z.string() }) });
const answered = z.object({
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({
      isError: z.boolean().default(false),
      content: z.array(z.object({ text: z.string() })).default([]),
      structuredContent: receipt.strict().optional(),
      inputRequests: z.object({ confirm: question }).optional(),
      requestState: z.string().optional(),
    })
    .optional(),
});

/** How a host can put a question to a person: by elicitation, or in the conversation, with a code. */
const MEANS = { elicitation: { elicitation: {} }, code: {} };
type Means = keyof typeof MEANS;
export const BOTH = ["elicitation", "code"] as const;
export const ACCEPTED = { confirm: { action: "accept", content: {} } };

/** A host of the 2026-07-28 protocol, down to its JSON-RPC. */
export function hostOf(shop: Shop, by: Means = "code", capabilities: object = MEANS[by]) {
  const handler = createMcpHandler(() => createServer(shop));
  /** One call, with whatever else its params are to say. */
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
    const { error, result } = answered.parse(await (await handler.fetch(request)).json());
    const told = result?.structuredContent;
    const text = result?.content[0]?.text ?? result?.inputRequests?.confirm.params.message;
    return {
      words: error?.message ?? text ?? "",
      told,
      isDone: told?.outcome === "done",
      /** Whether the person is asked, again or for the first time. */
      isAsking: told?.outcome === "confirmation_needed" || !!result?.inputRequests,
      isError: result?.isError ?? true,
      /** What an acceptance has to bring along: a code, or the state of the question. */
      consent: told?.confirmation ?? result?.requestState ?? "",
    };
  }
  const accept = (name: string, args: object, consent: string) =>
    by === "code"
      ? call(name, { ...args, confirmation: consent })
      : call(name, args, { requestState: consent, inputResponses: ACCEPTED });
  /** Asks, and accepts at once. */
  const change = async (name: string, args: object) =>
    accept(name, args, (await call(name, args)).consent);
  return { call, accept, change };
}

export type Said = Awaited<ReturnType<ReturnType<typeof hostOf>["call"]>>;
