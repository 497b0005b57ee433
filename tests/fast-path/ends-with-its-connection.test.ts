/** Calls that are answered without the SDK end as others do: with their connection, and with the server. */
import { describe, expect, test } from "bun:test";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { POST, rpc } from "../hosts/start-program.ts";

const VERSION = "2026-07-28";
const _meta = {
  "io.modelcontextprotocol/protocolVersion": VERSION,
  "io.modelcontextprotocol/clientCapabilities": {},
};
const names = {
  "MCP-Protocol-Version": VERSION,
  "Mcp-Method": "tools/call",
  "Mcp-Name": "get_shop_info",
};
const call = (more: object) => {
  return JSON.stringify(rpc(1, "tools/call", { name: "get_shop_info", arguments: {}, ...more }));
};

/** A server whose shop answers when it is let go. */
function openSlow() {
  const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const answer = Promise.withResolvers<void>();
  const shop = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      request.signal.addEventListener("abort", () => gone.resolve());
      asked.resolve();
      await answer.promise;
      return Response.json({ name: "Quince" });
    },
  });
  const settings = { django_api_base: shop.url.origin, django_api_token: "t" };
  const { url, stop } = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const stopAll = async () => {
    answer.resolve();
    await stop();
    await shop.stop(true);
  };
  const { promise: isAsked } = asked;
  return {
    url,
    stop,
    isAsked,
    isGone: gone.promise,
    letGo: answer.resolve,
    [Symbol.asyncDispose]: stopAll,
  };
}

describe.each([
  ["2026-07-28", names, call({ _meta })],
  ["2025-11-25", { "MCP-Protocol-Version": "2025-11-25" }, call({})],
])("a call of %s", (_, headers, body) => {
  const init = { ...POST, headers: { ...POST.headers, ...headers }, body };
  test("that its host gives up is aborted at Django, too", async () => {
    await using server = openSlow();
    const abort = new AbortController();
    const answer = fetch(server.url, { ...init, signal: abort.signal });
    await server.isAsked;
    abort.abort();
    await expect(answer.then((response) => response.text())).rejects.toThrow();
    await server.isGone;
  });
  test("that is under way is answered when the server stops", async () => {
    await using server = openSlow();
    const answer = fetch(server.url, init);
    await server.isAsked;
    const stopped = server.stop();
    server.letGo();
    expect(await (await answer).text()).toContain("Quince");
    await stopped;
  });
});
