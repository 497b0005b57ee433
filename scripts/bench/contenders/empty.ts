/** The empty server: nothing that answers over stdio starts sooner under Bun. */
for await (const line of console) {
  const { id, method } = JSON.parse(line);
  const serverInfo = { name: "empty", version: "1.0.0" };
  const hello = { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo };
  const result = method === "initialize" ? hello : { tools: [] };
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
export {};
