/** fastmcp (TypeScript) as its README says, with HTTP streaming in its stateless mode, on Node. */
import { FastMCP } from "fastmcp";
import { port, tools } from "./shop.js";

const server = new FastMCP({ name: "shop", version: "1.0.0" });
for (const { name, description, input, call } of tools)
  server.addTool({
    name,
    description,
    parameters: input,
    execute: async (args) => JSON.stringify(await call(args)),
  });
await server.start({
  transportType: "httpStream",
  httpStream: { port, host: "127.0.0.1", stateless: true },
});
