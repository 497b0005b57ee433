/**
 * SDK 1.x, stateless, as its examples say: under Bun with the web-standard transport, under Node with Express; a
 * server and a transport for each request, and one JSON body as the answer.
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { port, result, tools } from "./shop.js";

function createServer() {
  const server = new McpServer({ name: "shop", version: "1.0.0" });
  for (const { name, description, input, output, call } of tools)
    server.registerTool(
      name,
      { description, inputSchema: input, outputSchema: output },
      async (args) => result(await call(args)),
    );
  return server;
}
const options = { sessionIdGenerator: undefined, enableJsonResponse: true };

if (process.versions.bun) {
  const { WebStandardStreamableHTTPServerTransport } =
    await import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js");
  async function fetch(request) {
    const transport = new WebStandardStreamableHTTPServerTransport(options);
    await createServer().connect(transport);
    return transport.handleRequest(request);
  }
  Bun.serve({ hostname: "127.0.0.1", port, development: false, fetch });
} else {
  const { createMcpExpressApp } = await import("@modelcontextprotocol/sdk/server/express.js");
  const { StreamableHTTPServerTransport } =
    await import("@modelcontextprotocol/sdk/server/streamableHttp.js");
  const app = createMcpExpressApp();
  app.post("/mcp", async (req, res) => {
    const server = createServer();
    const transport = new StreamableHTTPServerTransport(options);
    res.on("close", () => {
      transport.close();
      server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  });
  app.listen(port, "127.0.0.1");
}
