/** Serves Streamable HTTP. It is given a server to serve, and knows no tool. */
import * as mcp from "@modelcontextprotocol/server";

/** Serves `/mcp` on loopback in both protocol eras, to local hosts and origins. @throws where the port cannot be had */
export function serveHttp(createServer: () => mcp.McpServer, port: number) {
  const handler = mcp.createMcpHandler(createServer, { keepAliveMs: 5000 });
  const [hosts, origins] = [mcp.localhostAllowedHostnames(), mcp.localhostAllowedOrigins()];
  const answer = (request: Request) =>
    mcp.hostHeaderValidationResponse(request, hosts) ??
    mcp.originValidationResponse(request, origins) ??
    handler.fetch(request);
  const elsewhere = () => new Response("The MCP endpoint is /mcp.\n", { status: 404 });
  const at = { hostname: "127.0.0.1", port, development: false };
  const http = Bun.serve({ ...at, routes: { "/mcp": answer }, fetch: elsewhere });
  /** Lets calls in flight end, but not for longer than 5 s. */
  const stop = async () => {
    const late = new Promise<void>((end) => void setTimeout(end, 5000).unref());
    await Promise.race([http.stop(), late]);
    await Promise.all([handler.close(), http.stop(true)]);
  };
  return { url: `${http.url}mcp`, stop };
}
