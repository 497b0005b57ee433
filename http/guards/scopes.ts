/**
 * What a token allows: `shop:read` whatever changes nothing, `shop:write` the rest. A call beyond that is answered
 * with the scopes it takes, so that a client can ask its user for them and come back.
 *
 * @see https://modelcontextprotocol.io/specification/draft/basic/authorization#scope-challenge-handling
 * @module
 */
export const READ = "shop:read";
export const WRITE = "shop:write";

/** Whether a message, or one of several, calls one of these tools, or answers a question: only they put any. */
export function asksForChange(json: unknown, tools: ReadonlySet<string>): boolean {
  const messages = Array.isArray(json) ? json : [json]; // hosts of 2025-03-26 send several at once
  return messages.some((message) => {
    const { method, params, result } = Object(message);
    return result !== undefined || (method === "tools/call" && tools.has(Object(params).name));
  });
}
