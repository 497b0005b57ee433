/**
 * The floor: what no MCP server for this shop can be faster than by much. JSON-RPC is parsed by hand, nothing is
 * checked, Django is asked with `fetch`, and its answer is the result. It answers every era in the same way.
 */
/** More tools, for the measure of how a server grows: TOOLS=50 adds 48. */
const more = Number(process.env["TOOLS"] ?? 2) - 2;
const base = process.env["DJANGO_API_BASE"] ?? "";
const object = { type: "object" };
const own = [
  {
    name: "search_products",
    description: "Find products by words, with their prices.",
    inputSchema: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer", default: 10 } },
      required: ["query"],
    },
    outputSchema: object,
  },
  {
    name: "get_order_status",
    description: "The status of one order.",
    inputSchema: {
      type: "object",
      properties: { order_id: { type: "string" } },
      required: ["order_id"],
    },
    outputSchema: object,
  },
];

const tools = [
  ...own,
  ...Array.from({ length: more }, (_, n) => ({ ...own[1], name: `get_order_status_${n + 3}` })),
];

export const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 0),
  development: false,
  async fetch(request) {
    const { id, method, params } = (await request.json()) as any; // nothing is checked here
    if (method === "tools/list") return Response.json({ jsonrpc: "2.0", id, result: { tools } });
    const { query, limit = 10, order_id } = params.arguments;
    const path =
      params.name === "search_products"
        ? `/api/products/search/?q=${encodeURIComponent(query)}&limit=${limit}`
        : `/api/orders/${encodeURIComponent(order_id)}/status/`;
    const answer = await fetch(base + path);
    const structuredContent = await answer.json();
    const content = [{ type: "text", text: JSON.stringify(structuredContent) }];
    return Response.json({ jsonrpc: "2.0", id, result: { content, structuredContent } });
  },
});
console.log(`${server.url}mcp`);
