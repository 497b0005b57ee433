/** While the authorization server is down: 503 for what cannot be checked, and whoever is known goes on. */
import { expect, test } from "bun:test";
import { rpc } from "../hosts/start-program.ts";
import { makeKey, serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, serveGuarded } from "./guarded-server.ts";

const PROFILE = rpc(1, "tools/call", { name: "get_customer", arguments: {} });
const MINUTE = 60_000;

async function serve() {
  const issuer = await serveIssuer();
  const clock = { now: Date.now() };
  const line = { isDead: false, tried: 0 };
  const reach = (url: string, init: RequestInit) => {
    line.tried++;
    return line.isDead ? Promise.reject(new Error("ECONNREFUSED")) : fetch(url, init);
  };
  const oauth = { issuer: issuer.issuer, now: () => clock.now, fetch: reach };
  const server = serveGuarded({ oauth });
  const sign = (claims = {}, key = issuer.key) =>
    issuer.sign(
      { aud: PUBLIC_URL, exp: Math.floor(clock.now / 1000) + 7 * 24 * 3600, ...claims },
      key,
    );
  const keyReads = () => issuer.state.requests.filter((path) => path === "/keys").length;
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, issuer, clock, line, sign, keyReads, [Symbol.asyncDispose]: stop };
}
type Outage = Awaited<ReturnType<typeof serve>>["issuer"]["state"]["outage"];
const outages: Outage[] = [500, 503, 429, 403, 404, "redirect", "garbage"];

test.each(outages)(
  "a token that cannot be checked (%p) is no 401, and says when to try again",
  async (outage) => {
    await using server = await serve();
    server.issuer.state.outage = outage;
    const answer = await server.send(PROFILE, await server.sign());
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await refusal(answer)).toEqual({
      status: 503,
      message:
        "The authorization server gives no usable answer, so this token could not be checked. Try again in 5 s.",
      challenge: null,
    });
    expect(server.upstream).toEqual([]);
  },
);

test("it is told to the operator once, and again when it is over and begins anew", async () => {
  await using server = await serve();
  const { state } = server.issuer;
  state.outage = 500;
  for (let call = 0; call < 3; call++) await server.send(PROFILE, await server.sign());
  expect(server.log).toEqual([
    expect.stringContaining("the authorization server gives no usable answer"),
  ]);
  state.outage = undefined;
  expect((await server.send(PROFILE, await server.sign())).status).toBe(200);
  state.outage = 500;
  server.clock.now += 10 * MINUTE;
  await server.send(PROFILE, await server.sign());
  expect(server.log.length).toBe(2);
});

test.each(outages)("whatever is wrong (%p), it is told to the operator once", async (outage) => {
  await using server = await serve();
  server.issuer.state.outage = outage;
  for (let call = 0; call < 3; call++) await server.send(PROFILE, await server.sign());
  expect(server.log).toHaveLength(1);
});
test("an issuer that publishes no keys is told once, with the settings that help", async () => {
  await using server = await serve();
  server.issuer.state.outage = 404;
  await server.send(PROFILE, await server.sign());
  expect(server.log).toEqual([
    `django-shop-mcp: no metadata of "${server.issuer.issuer}" names its keys. Set SHOP_MCP_OAUTH_JWKS_URL, or SHOP_MCP_OAUTH_INTROSPECTION_URL for opaque tokens.`,
  ]);
});

test("a known token, and a new one under a known key, live on for a day", async () => {
  await using server = await serve();
  const known = await server.sign();
  expect((await server.send(PROFILE, known)).status).toBe(200);
  server.issuer.state.outage = 503;
  server.clock.now += 23 * 60 * MINUTE;
  expect((await server.send(PROFILE, known)).status).toBe(200);
  expect((await server.send(PROFILE, await server.sign({ sub: "bram" }))).status).toBe(200);
  server.clock.now += 2 * 60 * MINUTE;
  expect((await server.send(PROFILE, known)).status).toBe(503);
});
test("a known token still ends when it expires", async () => {
  await using server = await serve();
  const token = await server.sign({ exp: Math.floor(server.clock.now / 1000) + 30 });
  expect((await server.send(PROFILE, token)).status).toBe(200);
  server.issuer.state.outage = 503;
  server.clock.now += 36_000;
  expect((await server.send(PROFILE, token)).status).toBe(401);
});
test("nobody waits for it again and again: it is asked once in 30 s for keys that are old", async () => {
  await using server = await serve();
  const token = await server.sign();
  await server.send(PROFILE, token);
  server.issuer.state.outage = 503;
  server.clock.now += 11 * MINUTE;
  const before = server.keyReads();
  for (let call = 0; call < 5; call++)
    await server.send(PROFILE, await server.sign({ jti: `${call}` }));
  expect(server.keyReads() - before).toBe(1);
});
test("after no answer at all it is left alone for two seconds", async () => {
  await using server = await serve();
  const { line, clock } = server;
  line.isDead = true;
  const token = await server.sign();
  for (let call = 0; call < 3; call++) expect((await server.send(PROFILE, token)).status).toBe(503);
  expect(line.tried).toBe(1);
  line.isDead = false;
  clock.now += 2000;
  expect((await server.send(PROFILE, token)).status).toBe(200);
});

test("keys rotate: a new one counts at once, one that is withdrawn for ten minutes at most", async () => {
  await using server = await serve();
  const { state, key: old } = server.issuer;
  expect((await server.send(PROFILE, await server.sign())).status).toBe(200);
  const next = await makeKey("next");
  state.keys = [next];
  server.clock.now += 11_000;
  expect((await server.send(PROFILE, await server.sign({}, next))).status).toBe(200);
  const refused = await refusal(await server.send(PROFILE, await server.sign({ jti: "2" }, old)));
  expect(refused).toMatchObject({
    status: 401,
    message: expect.stringMatching(/does not publish/),
  });
});
test("a key that takes the place of another under its name counts at once", async () => {
  await using server = await serve();
  await server.send(PROFILE, await server.sign());
  const next = await makeKey(server.issuer.key.kid);
  server.issuer.state.keys = [next];
  server.clock.now += 11_000;
  expect((await server.send(PROFILE, await server.sign({}, next))).status).toBe(200);
});
test("keys of a kind that is not known do no harm to the others", async () => {
  await using server = await serve();
  const strange = [
    { kty: "AKP", kid: "first", alg: "ML-DSA-44", pub: "x" },
    { kty: "oct", kid: "first" },
    null,
    7,
  ];
  server.issuer.state.strangeKeys = strange;
  expect((await server.send(PROFILE, await server.sign())).status).toBe(200);
});
test("a key that cannot be used is told to the operator", async () => {
  await using server = await serve();
  const { state, key } = server.issuer;
  state.keys = [];
  state.strangeKeys = [{ ...key.publicJwk, x: "AA", y: "AA" }];
  expect((await server.send(PROFILE, await server.sign())).status).toBe(503);
  expect(server.log.join()).toMatch(/a key of http\S+ is of no use/);
});
test("tokens under made-up keys make it read keys once in ten seconds", async () => {
  await using server = await serve();
  await server.send(PROFILE, await server.sign());
  server.clock.now += 11_000;
  for (let call = 0; call < 5; call++)
    await server.send(PROFILE, await server.sign({}, await makeKey(`made-up-${call}`)));
  expect(server.keyReads()).toBe(2);
  server.issuer.state.outage = 500;
  server.clock.now += 11_000;
  for (let call = 0; call < 5; call++)
    await server.send(PROFILE, await server.sign({}, await makeKey(`more-${call}`)));
  expect(server.keyReads()).toBe(3);
});

test.each(["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])(
  "its keys are found by %s",
  async (path) => {
    await using server = await serve();
    server.issuer.state.metadataPath = path;
    expect((await server.send(PROFILE, await server.sign())).status).toBe(200);
  },
);
test("metadata of another issuer is not believed", async () => {
  await using server = await serve();
  server.issuer.state.metadata = { issuer: "https://other.example" };
  expect((await server.send(PROFILE, await server.sign())).status).toBe(503);
  expect(server.keyReads()).toBe(0);
  expect(server.log.join()).toContain(`is of "https://other.example"`);
});
