/** A token that only reads changes nothing, and says which scope it takes. */
import { describe, expect, test } from "bun:test";
import { tools } from "../../server.ts";
import { rpc } from "../hosts/start-program.ts";
import { serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, resultOf, serveGuarded } from "./guarded-server.ts";

const call = (name: string, args = {}, id = 1) => rpc(id, "tools/call", { name, arguments: args });
const METADATA = `resource_metadata="http://127.0.0.1:1/.well-known/oauth-protected-resource/mcp"`;
const writes = Object.entries(tools)
  .filter(([, { isWrite }]) => isWrite)
  .map(([name]) => name);

async function serve() {
  const issuer = await serveIssuer();
  const server = serveGuarded({ oauth: { issuer: issuer.issuer } });
  const as = (scope: string | undefined) => issuer.sign({ aud: PUBLIC_URL, scope });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, as, [Symbol.asyncDispose]: stop };
}

test.each([undefined, "", "openid profile", "shop:reads", "shop:write", "SHOP:READ"])(
  "the scopes %p allow nothing",
  async (scope) => {
    await using server = await serve();
    const token = await server.as(scope);
    const challenge = expect.stringContaining(`error="insufficient_scope"`);
    for (const body of [call("search_products", { query: "pen" }), rpc(1, "tools/list")])
      expect(await refusal(await server.send(body, token))).toMatchObject({
        status: 403,
        challenge,
      });
    expect(server.upstream).toEqual([]);
  },
);

test.each(writes)("shop:read does not allow %s", async (name) => {
  await using server = await serve();
  const token = await server.as("shop:read");
  const batch = [call("get_shop_info"), call(name, {}, 2)];
  for (const body of [call(name), batch])
    expect(await refusal(await server.send(body, token))).toEqual({
      status: 403,
      message: "The token lacks the scope shop:write, which this takes. Ask for one with it.",
      challenge: `Bearer error="insufficient_scope", error_description="The token lacks the scope shop:write, which this takes. Ask for one with it.", scope="shop:read shop:write", ${METADATA}`,
    });
  expect(server.upstream).toEqual([]);
});

describe("no spelling of a change gets past shop:read:", () => {
  const args = { order_id: "1054", reason: "no_longer_needed" };
  const change = call("cancel_order", args);
  const spellings: [string, unknown][] = [
    ["its name in a list", { ...change, params: { name: ["cancel_order"], arguments: args } }],
    ["its name with a space", call("cancel_order ", args)],
    ["its name in capitals", call("CANCEL_ORDER", args)],
    ["the method in capitals", { ...change, method: "TOOLS/CALL" }],
    ["its params in a list", { ...change, params: [change.params] }],
    ["a list in a list", [[change]]],
    [
      "its parts in __proto__",
      JSON.parse(`{"jsonrpc":"2.0","id":1,"__proto__":${JSON.stringify(change)}}`),
    ],
    [
      "its name in __proto__",
      { ...change, params: JSON.parse(`{"__proto__":{"name":"cancel_order"}}`) },
    ],
    ["a notification", { ...change, id: undefined }],
  ];
  test.each(spellings)("%s", async (_, body) => {
    await using server = await serve();
    await (await server.send(body, await server.as("shop:read"))).text();
    expect(server.upstream).toEqual([]);
  });
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/vnd.api+json",
    "application/json-patch+json",
    "multipart/form-data; boundary=x",
    "application/json, text/plain",
    "application/JSON; charset=utf-16",
  ])("as %s", async (type) => {
    await using server = await serve();
    const headers = { "Content-Type": type };
    await (await server.send(change, await server.as("shop:read"), headers)).text();
    expect(server.upstream).toEqual([]);
  });
});

test("shop:read allows what changes nothing, and lists what it takes more for", async () => {
  await using server = await serve();
  const token = await server.as("shop:read offline_access");
  const listed = await resultOf(await server.send(rpc(1, "tools/list"), token));
  const names = listed.tools.map(({ name }: { name: string }) => name);
  expect(names).toEqual(Object.keys(tools));
  expect((await server.send(call("list_orders"), token)).status).toBe(200);
});

test("both scopes allow a change", async () => {
  await using server = await serve();
  const args = { order_id: "1054", reason: "no_longer_needed" };
  const answer = await server.send(
    call("cancel_order", args),
    await server.as("shop:write shop:read"),
  );
  const { structuredContent } = await resultOf(answer);
  expect(structuredContent).toMatchObject({ outcome: "confirmation_needed" });
});
