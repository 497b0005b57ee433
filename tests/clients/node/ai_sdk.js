/** Vercel's AI SDK: what its models are given of a tool. */
import { createMCPClient, ElicitationRequestSchema } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { drive } from "./driver.js";

async function connect({ url, ...program }, user) {
  const client = await createMCPClient({
    transport: url ? { type: "http", url } : new StdioTransport(program),
    ...(user.canBeAsked && { capabilities: { elicitation: {} } }),
  });
  if (user.canBeAsked)
    client.onElicitationRequest(ElicitationRequestSchema, ({ params }) =>
      user.reply(params.message),
    );
  const tools = await client.tools();
  return {
    tools: async () => Object.keys(tools),
    async call(name, args, abortSignal) {
      const call = { toolCallId: "1", messages: [], abortSignal };
      const output = await tools[name].execute(args, call);
      const given = await tools[name].toModelOutput({ toolCallId: "1", input: args, output });
      if (given.type === "json") return { text: null, structure: given.value, failed: false };
      const text = given.value.map(({ text }) => text).join("\n");
      return { text, structure: null, failed: output.isError ?? null };
    },
    close: () => client.close(),
  };
}
await drive(connect);
