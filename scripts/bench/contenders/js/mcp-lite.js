/** mcp-lite as its README says for Hono and Bun, stateless, with Host validated. */
import { Hono } from "hono";
import { McpServer, StreamableHttpTransport } from "mcp-lite";
import * as z from "zod";
import { port, result, tools } from "./shop.js";

const server = new McpServer({
  name: "shop",
  version: "1.0.0",
  schemaAdapter: (schema) => z.toJSONSchema(schema),
});
for (const { name, description, input, output, call } of tools)
  server.tool(name, {
    description,
    inputSchema: input,
    outputSchema: output,
    handler: async (args) => result(await call(args)),
  });

const handler = new StreamableHttpTransport({ allowedHosts: [`127.0.0.1:${port}`] }).bind(server);
const app = new Hono();
app.all("/mcp", (c) => handler(c.req.raw));
Bun.serve({ hostname: "127.0.0.1", port, development: false, fetch: app.fetch });
