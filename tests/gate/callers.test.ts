/** Nothing of one caller reaches another; and a caller is the same person under every token of theirs. */
import { describe, expect, spyOn, test } from "bun:test";
import { openShop, settingsSchema } from "../../server.ts";
import { endpoints } from "../../shop/contract.ts";
import type { ShopError } from "../../shop/errors.ts";
import { messagesOf } from "../hosts/http-sessions.ts";
import { initialize, rpc } from "../hosts/start-program.ts";
import { serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, resultOf, serveGuarded } from "./guarded-server.ts";

const call = (name: string, args: object = {}, id = 1) =>
  rpc(id, "tools/call", { name, arguments: args });
const CANCEL = { order_id: "1054", reason: "no_longer_needed" }; // mia's

async function serve(settings: object = {}) {
  const issuer = await serveIssuer();
  const clock = { now: Date.now() };
  const server = serveGuarded({ oauth: { issuer: issuer.issuer, now: () => clock.now }, settings });
  const as = (sub: string, claims = {}) => issuer.sign({ aud: PUBLIC_URL, sub, ...claims });
  /** The structured result of a call, or the text that says why there is none. */
  async function result(token: string, name: string, args?: object) {
    const { structuredContent, content } = await resultOf(
      await server.send(call(name, args), token),
    );
    return structuredContent ?? content[0].text;
  }
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, issuer, clock, as, result, [Symbol.asyncDispose]: stop };
}

test("two callers in parallel, with the same request ids, read their own rows alone", async () => {
  await using server = await serve();
  const mine = { mia: "mia-lindqvist", bram: "bram-de-wilde" };
  const people = await Promise.all(
    Object.entries(mine).map(async ([sub, id]) => ({ id, token: await server.as(sub) })),
  );
  const calls = Array.from({ length: 200 }, (_, n) => people[n % 2]).flatMap(
    (person) => person ?? [],
  );
  const seen = await Promise.all(
    calls.map(async ({ id, token }) => {
      const { customer_id } = await server.result(token, "get_customer");
      return customer_id === id;
    }),
  );
  expect(seen).toEqual(Array.from({ length: 200 }, () => true));
});
test("an order of another caller is not found", async () => {
  await using server = await serve();
  expect(
    await server.result(await server.as("mia"), "get_order", { order_id: "1054" }),
  ).toMatchObject({
    order_id: "1054",
  });
  expect(await server.result(await server.as("bram"), "get_order", { order_id: "1054" })).toMatch(
    /^Nothing was found under 1054/,
  );
});
test("a cursor is its caller's, under every token of theirs", async () => {
  await using server = await serve();
  const { next_cursor: cursor } = await server.result(await server.as("bram"), "list_orders", {
    limit: 2,
  });
  expect(cursor).toBeString();
  const again = { limit: 2, cursor };
  expect(await server.result(await server.as("mia"), "list_orders", again)).toMatch(/cursor/);
  const refreshed = await server.as("bram", {
    jti: "refreshed",
    client_id: "another",
    scope: "shop:read",
  });
  expect(await server.result(refreshed, "list_orders", again)).toMatchObject({
    orders: expect.any(Array),
  });
});
test("public pages are read for each caller apart, and once for calls of one at the same time", async () => {
  await using server = await serve();
  const [mia, bram] = [await server.as("mia"), await server.as("bram")];
  for (const token of [mia, bram]) await server.send(rpc(1, "ping"), token); // both are known
  const search = { query: "lamp" };
  await Promise.all([mia, bram].map((token) => server.result(token, "search_products", search)));
  const sent = server.upstream.map((headers) => headers.get("authorization"));
  expect(sent.toSorted()).toEqual(["Bearer demo-bram", "Bearer demo-mia"]);
});
test("ids are completed among the caller's own orders", async () => {
  await using server = await serve();
  const ref = { type: "ref/resource", uri: "shop://orders/{order_id}" };
  const ask = rpc(1, "completion/complete", { ref, argument: { name: "order_id", value: "105" } });
  const ids = async (sub: string) =>
    (await resultOf(await server.send(ask, await server.as(sub)))).completion.values;
  expect((await ids("mia")).toSorted()).toEqual(["1054"]);
  expect((await ids("bram")).toSorted()).toEqual(["1052", "1058"]);
});
test("completions count as calls of their caller's, one by one in a batch", async () => {
  await using server = await serve({ rate_limit: 3 });
  const argument = { name: "order_id", value: "105" };
  const refs = [
    { type: "ref/resource", uri: "shop://orders/{order_id}" },
    { type: "ref/prompt", name: "track_order" },
  ];
  const batch = [1, 2, 3, 4].map((id) =>
    rpc(id, "completion/complete", { ref: refs[id % 2], argument }),
  );
  const token = await server.as("mia");
  await (await server.send(batch, token, { "MCP-Protocol-Version": "2025-03-26" })).text();
  expect(server.upstream).toHaveLength(3);
  expect(await server.result(token, "get_customer")).toMatch(/takes only so many in a minute/);
  expect(await server.result(await server.as("bram"), "get_customer")).toMatchObject({
    customer_id: "bram-de-wilde",
  });
});
test("one caller gets a quarter of all calls at once, by whichever clients", () => {
  const given = { django_api_base: "http://127.0.0.1:9", http: "true", max_calls: 4 };
  const shop = openShop(settingsSchema.parse({ ...given, max_waiting: 0 }));
  const enter = (subject: string, clientId: string) => {
    const identity = { issuer: "https://a.example", subject };
    return shop.actingFor({ identity, scopes: new Set(), clientId }).turns?.enter("get_order");
  };
  enter("mia", "one");
  expect(() => enter("mia", "two")).toThrow(/^This server has as many calls under way/);
  expect(() => enter("bram", "one")).not.toThrow();
});
test("a record of one caller that the shop fails to send stops nobody else", async () => {
  using _ = spyOn(Math, "random").mockReturnValue(0); // the next attempt follows at once
  const failing = async (url: string) =>
    url.includes("/1054/") ? new Response("oops", { status: 500 }) : Response.json({});
  const given = { django_api_base: "http://127.0.0.1:9", timeout: 1 };
  const shop = openShop(settingsSchema.parse(given), { fetch: failing });
  const of = (subject: string) => {
    const identity = { issuer: "https://a.example", subject };
    return shop.actingFor({ identity, scopes: new Set() }).request;
  };
  const read = (subject: string, order_id: string) =>
    of(subject)(endpoints.order, { ids: { order_id } }).catch((error: ShopError) => error.code);
  for (let nth = 0; nth < 5; nth++) await read("mia", "1054");
  expect(await read("mia", "1054")).toBe("resting");
  expect(await read("bram", "1052")).not.toBe("resting");
});

describe("a confirmation", () => {
  const ask = async (server: Awaited<ReturnType<typeof serve>>) => {
    const asked = await server.result(await server.as("mia"), "cancel_order", CANCEL);
    expect(asked).toMatchObject({ outcome: "confirmation_needed" });
    return { ...CANCEL, confirmation: asked.confirmation };
  };
  test("counts under another token of the same person, by another client", async () => {
    await using server = await serve();
    const confirmed = await ask(server);
    const refreshed = await server.as("mia", {
      jti: "2",
      client_id: "another",
      scope: "shop:write shop:read",
    });
    expect(await server.result(refreshed, "cancel_order", confirmed)).toMatchObject({
      outcome: "done",
    });
  });
  test("does not count for anybody else, staff among them", async () => {
    await using server = await serve();
    const confirmed = await ask(server);
    expect(await server.result(await server.as("staff"), "cancel_order", confirmed)).toMatchObject({
      outcome: "confirmation_needed",
      summary: expect.stringContaining("did not give that confirmation to this account"),
    });
    expect(await server.result(await server.as("bram"), "cancel_order", confirmed)).toMatch(
      /^Nothing was found under 1054/,
    );
    expect(
      server.shop.shop.world().orders.find(({ order_id }) => order_id === "1054")?.status,
    ).toBe("pending");
  });
  test("does not count for the same subject of another issuer", async () => {
    const settings = { django_api_base: "http://127.0.0.1:9", confirmation_key: "k".repeat(32) };
    const shop = openShop(settingsSchema.parse(settings));
    const of = (issuer: string, subject: string) =>
      shop.actingFor({ identity: { issuer, subject }, scopes: new Set() }).confirmations;
    const { token } = await of("https://a.example", "mia").issue(["cancel_order"], "?", []);
    expect(of("https://a.example", "mia").isOwn(token)).toBe(true);
    expect(of("https://b.example", "mia").isOwn(token)).toBe(false);
    expect(of("https://a.example", "mia2").isOwn(token)).toBe(false);
    expect(of('https://a.example","mia', "").isOwn(token)).toBe(false);
    expect(shop.confirmations.isOwn(token)).toBe(false);
  });
});

describe("a session", () => {
  const VERSION = { "MCP-Protocol-Version": "2025-11-25" };
  async function begin(server: Awaited<ReturnType<typeof serve>>, token: string) {
    const answer = await server.send(initialize({ elicitation: {} }), token);
    await answer.text();
    return { ...VERSION, "Mcp-Session-Id": answer.headers.get("mcp-session-id") ?? "" };
  }
  test("is its caller's alone; another hears that there is none", async () => {
    await using server = await serve();
    const session = await begin(server, await server.as("mia"));
    const bram = await server.as("bram");
    expect(await refusal(await server.send(rpc(1, "ping"), bram, session))).toMatchObject({
      status: 404,
      message: expect.stringMatching(/^This server has no such session/),
    });
    const ending = await fetch(server.url, {
      method: "DELETE",
      headers: { ...session, Authorization: `Bearer ${bram}` },
    });
    expect(ending.status).toBe(404);
    expect((await server.send(rpc(1, "ping"), undefined, session)).status).toBe(401);
    expect((await server.send(rpc(1, "ping"), await server.as("mia"), session)).status).toBe(200);
  });
  test("takes no other caller's place, however many one begins", async () => {
    await using server = await serve();
    const [mia, bram] = [await server.as("mia"), await server.as("bram")];
    const kept = await begin(server, bram);
    const first = await begin(server, mia);
    for (let more = 0; more < 20; more++) await begin(server, mia);
    expect((await server.send(rpc(1, "ping"), mia, first)).status).toBe(404);
    expect((await server.send(rpc(1, "ping"), bram, kept)).status).toBe(200);
  });
  test("takes the answer to a question by a token that allows changes, and by no other", async () => {
    await using server = await serve();
    const [mia, reader] = [await server.as("mia"), await server.as("mia", { scope: "shop:read" })];
    const session = await begin(server, mia);
    const messages = messagesOf(await server.send(call("cancel_order", CANCEL), mia, session));
    const { value: question } = await messages.next();
    expect(question?.method).toBe("elicitation/create");
    const result = { action: "accept", content: { confirm: true } };
    const answer = { jsonrpc: "2.0", id: question?.id, result };
    for (const body of [answer, [answer], { ...answer, method: "ping" }])
      expect(await refusal(await server.send(body, reader, session))).toMatchObject({
        status: 403,
        challenge: expect.stringContaining('scope="shop:read shop:write"'),
      });
    expect((await server.send(answer, mia, session)).status).toBe(202);
    expect((await messages.next()).value?.result?.structuredContent).toMatchObject({
      outcome: "done",
    });
  });
  test("goes on with the token of the moment, which may allow more than the one that began it", async () => {
    await using server = await serve();
    const session = await begin(server, await server.as("mia", { scope: "shop:read" }));
    const get = call("get_customer");
    expect(
      (
        await server.send(
          call("cancel_order", CANCEL),
          await server.as("mia", { scope: "shop:read" }),
          session,
        )
      ).status,
    ).toBe(403);
    const more = await server.as("mia", { scope: "shop:read shop:write" });
    const { structuredContent } = await resultOf(await server.send(get, more, session));
    expect(structuredContent).toMatchObject({ customer_id: "mia-lindqvist" });
    expect(server.scopes.at(-1)).toEqual(["shop:read", "shop:write"]);
  });
});
