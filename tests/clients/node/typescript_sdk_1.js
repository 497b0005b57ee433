/** The official TypeScript SDK, 1.x, on which most installed hosts are built. With a bridge's name: through that. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { bridges } from "./bridges.js";
import { drive, outcome } from "./driver.js";

async function connect({ url, ...program }, user) {
  const capabilities = user.canBeAsked ? { elicitation: {} } : {};
  const client = new Client({ name: "typescript-sdk", version: "1.32.2" }, { capabilities });
  if (user.canBeAsked)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => user.reply(params.message));
  const transport = url
    ? new StreamableHTTPClientTransport(new URL(url))
    : new StdioClientTransport(program);
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args, signal) =>
      outcome(await client.callTool({ name, arguments: args }, undefined, { signal })),
    async close() {
      await transport.terminateSession?.();
      await client.close();
    },
  };
}
const [name, ...options] = process.argv.slice(2);
await drive(connect, bridges[name]?.(...options));
