/**
 * SDK 2.x as its docs/serving/http.md says: a factory, `createMcpHandler`, and the guards of Host and Origin in front.
 * Under Bun the handler is served as it is, under Node through `toNodeHandler`; with STDIO it is served over stdio.
 */
import * as mcp from "@modelcontextprotocol/server";
import { port, result, tools } from "./shop.js";

function createServer() {
  const server = new mcp.McpServer({ name: "shop", version: "1.0.0" });
  for (const { name, description, input, output, call } of tools)
    server.registerTool(
      name,
      { description, inputSchema: input, outputSchema: output },
      async (args) => result(await call(args)),
    );
  return server;
}

if (process.env.STDIO) {
  const { StdioServerTransport } = await import("@modelcontextprotocol/server/stdio");
  await createServer().connect(new StdioServerTransport());
} else if (process.versions.bun) {
  const handler = mcp.createMcpHandler(createServer);
  const [hosts, origins] = [mcp.localhostAllowedHostnames(), mcp.localhostAllowedOrigins()];
  const fetch = (request) =>
    mcp.hostHeaderValidationResponse(request, hosts) ??
    mcp.originValidationResponse(request, origins) ??
    handler.fetch(request);
  Bun.serve({ hostname: "127.0.0.1", port, development: false, fetch });
} else {
  const http = await import("node:http");
  const node = await import("@modelcontextprotocol/node");
  const handler = node.toNodeHandler(mcp.createMcpHandler(createServer));
  const isHost = node.localhostHostValidation();
  const isOrigin = node.localhostOriginValidation();
  http
    .createServer((req, res) => {
      if (!isHost(req, res) || !isOrigin(req, res)) return;
      void handler(req, res);
    })
    .listen(port, "127.0.0.1");
}
