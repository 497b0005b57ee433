/**
 * What a client sends, in both eras of the protocol.
 *
 * @module
 */
/** `legacy` and `old` are of the handshake era. */
export type Era = "modern" | "legacy" | "old";
export const OPERATIONS = ["search_products", "get_order_status", "tools/list"] as const;
export type Operation = (typeof OPERATIONS)[number] | "list_orders";

/** Stands in a body where each request has its own number, and is as long as that. */
export const MARK = "NNNNNNNN";
const ARGUMENTS: Record<Operation, (number: string) => object | undefined> = {
  search_products: (number) => ({ query: `linen${number}`, limit: 10 }),
  get_order_status: (number) => ({ order_id: number }),
  list_orders: () => ({ limit: 10 }),
  "tools/list": () => undefined,
};
/** The revision of each era that is spoken. `old` is for a server that knows no later one. */
const REVISION = { modern: "2026-07-28", legacy: "2025-11-25", old: "2025-06-18" };
export const META = {
  "io.modelcontextprotocol/protocolVersion": REVISION.modern,
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** The body of a request. @param number what its arguments are made from */
export function bodyOf(era: Era, operation: Operation, number = MARK, id: unknown = MARK): string {
  const given = ARGUMENTS[operation](number);
  const method = given ? "tools/call" : operation;
  const meta = era === "modern" && { _meta: META };
  const params = { ...(given && { name: operation, arguments: given }), ...meta };
  const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
  return body.replace(`"id":"${MARK}"`, `"id":${MARK}`);
}

/** The headers of a request. */
export function headersOf(era: Era, operation: string, session?: string): Record<string, string> {
  const isCall = !operation.includes("/");
  return {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    "MCP-Protocol-Version": REVISION[era],
    ...(era === "modern" && { "Mcp-Method": isCall ? "tools/call" : operation }),
    ...(era === "modern" && isCall && { "Mcp-Name": operation }),
    ...(session && { "Mcp-Session-Id": session }),
  };
}
