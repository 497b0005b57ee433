/**
 * What the official conformance suite asks by `input_required` results: tools, round by round, and a prompt. The
 * state of each is sealed as the shop's questions are. `fixture.ts` adds them to its server.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { defineChange } from "../../shop/change.ts";
import type { Confirmations } from "../../shop/confirmation.ts";
import { endpoints } from "../../shop/contract.ts";

const elicit = (message: string, name: string, isYesOrNo = false) => {
  const field = isYesOrNo ? { type: "boolean" as const } : { type: "string" as const };
  const properties = { [name]: field };
  const requestedSchema = { type: "object" as const, properties, required: [name] };
  return mcp.inputRequired.elicit({ message, requestedSchema });
};
const sample = (text: string) =>
  mcp.inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text } }],
    maxTokens: 100,
  });
const user_name = elicit("What is your name?", "name");
const roots = mcp.inputRequired.listRoots();
type Requests = Record<string, ReturnType<typeof elicit | typeof sample> | typeof roots>;

/** What each tool asks for, round by round. */
const rounds: Record<string, Requests[]> = {
  elicitation: [{ user_name }],
  sampling: [{ capital_question: sample("What is the capital of France?") }],
  list_roots: [{ client_roots: roots }],
  request_state: [{ confirm: elicit("Please confirm", "ok", true) }],
  multiple_inputs: [{ user_name, greeting: sample("Generate a greeting"), client_roots: roots }],
  multi_round: [
    { step1: elicit("Step 1: What is your name?", "name") },
    { step2: elicit("Step 2: What is your favorite color?", "color") },
  ],
  capabilities: [{ user_name, greeting: sample("Generate a greeting") }],
};
const CAPABILITY_OF: Record<string, keyof mcp.ClientCapabilities> = {
  "elicitation/create": "elicitation",
  "sampling/createMessage": "sampling",
  "roots/list": "roots",
};

/** A tool that asks as the shop's changes do; an altered state of its question is refused. */
export const tamperedState = defineChange({
  description: "Asks the user.",
  input: {},
  endpoint: endpoints.contactSupport,
  done: "sent",
  plan: async () => ({ asks: ["Go on?"] }),
});

export function addInputRequired(server: mcp.McpServer, confirmations: Confirmations): void {
  for (const [name, asked] of Object.entries(rounds))
    server.registerTool(
      `test_input_required_result_${name}`,
      { description: "Asks the host." },
      async ({ mcpReq }) => {
        const { question } = await confirmations.verify(mcpReq.requestState<string>() ?? "", name);
        const round = Number(question?.shown[0] ?? 0);
        const answers = mcpReq.inputResponses ?? {};
        const isAnswered = Object.keys(asked[round] ?? {}).every((key) => key in answers);
        const next = isAnswered ? round + 1 : round;
        const requests = asked[next];
        if (!requests)
          return { content: [{ type: "text", text: `state-ok: ${JSON.stringify(answers)}` }] };
        const envelope = mcpReq.envelope as mcp.RequestMeta | undefined; // checked by the SDK
        const declared = envelope?.[mcp.CLIENT_CAPABILITIES_META_KEY] as
          mcp.ClientCapabilities | undefined;
        const canAnswer = ([, { method }]: [string, { method: string }]) =>
          name !== "capabilities" || (CAPABILITY_OF[method] ?? "") in Object(declared);
        const inputRequests = Object.fromEntries(Object.entries(requests).filter(canAnswer));
        const { token } = await confirmations.issue(name, "", [`${next}`]);
        return mcp.inputRequired({ inputRequests, requestState: token });
      },
    );
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "Asks the user." },
    ({ mcpReq }) => {
      const { user_context: answer } = mcpReq.inputResponses ?? {};
      const user_context = elicit("What context should the prompt use?", "context");
      if (!answer) return mcp.inputRequired({ inputRequests: { user_context } });
      const content = { type: "text" as const, text: JSON.stringify(answer) };
      return { messages: [{ role: "user" as const, content }] };
    },
  );
}
