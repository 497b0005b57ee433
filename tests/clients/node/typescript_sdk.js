/** The official TypeScript SDK, 2.x. With a bridge's name: through that bridge. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { bridges } from "./bridges.js";
import { drive, outcome } from "./driver.js";

async function connect({ url, ...program }, user) {
  const capabilities = user.canBeAsked ? { elicitation: {} } : {};
  const versionNegotiation = { mode: "auto" };
  const about = { name: "typescript-sdk", version: "2.4.0" };
  const client = new Client(about, { capabilities, versionNegotiation });
  if (user.canBeAsked)
    client.setRequestHandler("elicitation/create", ({ params }) => user.reply(params.message));
  await client.connect(
    url ? new StreamableHTTPClientTransport(new URL(url)) : new StdioClientTransport(program),
  );
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args, signal) =>
      outcome(await client.callTool({ name, arguments: args }, { signal })),
    close: () => client.close(),
  };
}
const [name, ...options] = process.argv.slice(2);
await drive(connect, bridges[name]?.(...options));
