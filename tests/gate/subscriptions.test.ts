/** A subscription is open as long as the token that it came with is valid. */
import { expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import { serveHttp } from "../../http/serve.ts";
import { POST, rpc } from "../hosts/start-program.ts";
import { serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL } from "./guarded-server.ts";

const version = "2026-07-28";
const _meta = {
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientCapabilities": {},
};
const LISTEN = rpc(1, "subscriptions/listen", { notifications: { toolsListChanged: true }, _meta });

/** A server whose list of tools can change, so that there is something to listen to. */
function createChanging() {
  const server = new McpServer(
    { name: "t", version: "1" },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.registerTool("nothing", {}, () => ({ content: [] }));
  return server;
}
async function serve() {
  const issuer = await serveIssuer();
  const clock = { now: Date.now() };
  const servingFor = () => ({
    key: "mia",
    calls: new Map(),
    authInfo: { token: "", clientId: "", scopes: [] },
  });
  const oauth = { issuer: issuer.issuer, now: () => clock.now, servingFor };
  const http = serveHttp(createChanging, 0, { publicUrl: PUBLIC_URL, oauth });
  /** Listens when there are so many ms left of a token; gives back the stream, after its first message. */
  async function listen(left: number) {
    const exp = Math.floor(clock.now / 1000) + 3600;
    const token = await issuer.sign({ aud: PUBLIC_URL, exp });
    clock.now = exp * 1000 - left;
    const names = { "MCP-Protocol-Version": version, "Mcp-Method": "subscriptions/listen" };
    const headers = { ...POST.headers, ...names, Authorization: `Bearer ${token}` };
    const url = new URL("/mcp", http.listening);
    const answer = await fetch(url, { ...POST, headers, body: JSON.stringify(LISTEN) });
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("acknowledged");
    const ended = reader?.read().then(
      ({ done }) => (done ? "ended" : "more"),
      () => "ended",
    );
    return { ended, stop: () => reader?.cancel() };
  }
  const stop = async () => {
    await http.stop();
    await issuer[Symbol.asyncDispose]();
  };
  return { listen, [Symbol.asyncDispose]: stop };
}

test("a subscription ends with the token that it came with, and not before", async () => {
  await using server = await serve();
  const long = await server.listen(3600_000);
  const short = await server.listen(30);
  expect(await Promise.race([short.ended, long.ended?.then(() => "the long one")])).toBe("ended");
  await long.stop();
});
