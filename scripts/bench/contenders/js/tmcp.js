/** tmcp with its zod adapter and HTTP transport, as their READMEs say. */
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod";
import { HttpTransport } from "@tmcp/transport-http";
import { McpServer } from "tmcp";
import { tool } from "tmcp/utils";
import { port, tools } from "./shop.js";

const server = new McpServer(
  { name: "shop", version: "1.0.0", description: "A shop" },
  { adapter: new ZodJsonSchemaAdapter(), capabilities: { tools: { listChanged: true } } },
);
for (const { name, description, input, output, call } of tools)
  server.tool({ name, description, schema: input, outputSchema: output }, async (args) =>
    tool.structured(await call(args)),
  );

const transport = new HttpTransport(server, { path: "/mcp" });
Bun.serve({
  hostname: "127.0.0.1",
  port,
  development: false,
  fetch: async (request) =>
    (await transport.respond(request)) ?? new Response(null, { status: 404 }),
});
