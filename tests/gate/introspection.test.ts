/** Opaque tokens: their issuer is asked, at most once a minute. */
import { expect, test } from "bun:test";
import { rpc } from "../hosts/start-program.ts";
import { CLIENT, serveIssuer } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, resultOf, serveGuarded } from "./guarded-server.ts";

const PROFILE = rpc(1, "tools/call", { name: "get_customer", arguments: {} });
const MINUTE = 60_000;

interface More {
  clientSecret?: string;
  jwks?: boolean;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}
async function serve(more: More = {}) {
  const issuer = await serveIssuer();
  const clock = { now: Date.now() };
  const introspection = {
    url: `${issuer.issuer}/introspect`,
    clientId: CLIENT.id,
    clientSecret: more.clientSecret ?? CLIENT.secret,
  };
  const jwksUrl = more.jwks ? `${issuer.issuer}/keys` : undefined;
  const { fetch = globalThis.fetch } = more;
  const oauth = { issuer: issuer.issuer, introspection, jwksUrl, now: () => clock.now, fetch };
  const server = serveGuarded({ oauth });
  /** What the issuer says of the token `opaque`. */
  const say = (claims: Record<string, unknown>) =>
    issuer.state.opaque.set("opaque", {
      active: true,
      scope: "shop:read",
      sub: "mia",
      aud: PUBLIC_URL,
      exp: Math.floor(clock.now / 1000) + 3600,
      ...claims,
    });
  say({});
  const asked = () => issuer.state.requests.filter((path) => path === "/introspect").length;
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, issuer, clock, say, asked, [Symbol.asyncDispose]: stop };
}

test("an active token is answered as its subject; its issuer is asked once a minute", async () => {
  await using server = await serve();
  for (let call = 0; call < 3; call++) {
    const { structuredContent } = await resultOf(await server.send(PROFILE, "opaque"));
    expect(structuredContent).toMatchObject({ customer_id: "mia-lindqvist" });
  }
  server.clock.now += MINUTE - 1;
  await server.send(PROFILE, "opaque");
  expect(server.asked()).toBe(1);
  server.clock.now += 1;
  await server.send(PROFILE, "opaque");
  expect(server.asked()).toBe(2);
});
test("calls at the same time ask its issuer once", async () => {
  await using server = await serve();
  await Promise.all(Array.from({ length: 20 }, () => server.send(PROFILE, "opaque")));
  expect(server.asked()).toBe(1);
});
test("whoever is known is looked up again, however many tokens of strangers are", async () => {
  const held = Promise.withResolvers<void>();
  let strangers = 0;
  await using server = await serve({
    async fetch(url, init) {
      if (`${init.body}`.includes("stranger")) await (strangers++, held.promise);
      return fetch(url, init);
    },
  });
  await server.send(PROFILE, "opaque");
  server.clock.now += MINUTE;
  const flood = Array.from({ length: 60 }, (_, n) => server.send(PROFILE, `stranger-${n}`));
  const refused = await Promise.race(flood);
  expect([refused.status, strangers]).toEqual([503, 50]);
  expect((await server.send(PROFILE, "opaque")).status).toBe(200);
  held.resolve();
  await Promise.all(flood);
});
test("a token that is revoked counts for a minute at most", async () => {
  await using server = await serve();
  expect((await server.send(PROFILE, "opaque")).status).toBe(200);
  server.say({ active: false });
  server.clock.now += MINUTE;
  expect((await server.send(PROFILE, "opaque")).status).toBe(401);
});
test("a token is never known beyond its expiry", async () => {
  await using server = await serve();
  server.say({ exp: Math.floor(server.clock.now / 1000) + 20 });
  expect((await server.send(PROFILE, "opaque")).status).toBe(200);
  server.clock.now += 26_000;
  const refused = await refusal(await server.send(PROFILE, "opaque"));
  expect(refused).toMatchObject({ status: 401, message: expect.stringMatching(/expired/) });
});
test("a name takes the place of a subject, where the issuer gives none", async () => {
  await using server = await serve();
  server.say({ sub: undefined, username: "bram" });
  const { structuredContent } = await resultOf(await server.send(PROFILE, "opaque"));
  expect(structuredContent).toMatchObject({ customer_id: "bram-de-wilde" });
});

const refused: [string, Record<string, unknown>, RegExp][] = [
  ["is inactive", { active: false }, /revoked/],
  ["is active in words only", { active: "true" }, /revoked/],
  ["has expired, whatever its issuer says", { exp: 1 }, /expired/],
  ["has an expiry that is no number", { exp: "soon" }, /expired/],
  ["is for another server", { aud: ["https://other.example"] }, /audience/],
  ["has no audience", { aud: undefined }, /audience/],
  ["is from another issuer", { iss: "https://issuer.example" }, /another issuer/],
  ["is not valid yet", { nbf: 1e11 }, /not valid yet/],
  ["is a refresh token", { token_type: "refresh_token" }, /no access token/],
  ["has a subject that is no text, and a name", { sub: 7, username: "bram" }, /names nobody/],
  ["names nobody", { sub: undefined, client_id: "robot" }, /names nobody/],
];
test.each(refused)("a token that %s is refused", async (_, claims, message) => {
  await using server = await serve();
  server.say(claims);
  const answer = await refusal(await server.send(PROFILE, "opaque"));
  expect(answer).toMatchObject({ status: 401, message: expect.stringMatching(message) });
  expect(server.upstream).toEqual([]);
});
test("a token that nobody knows is refused", async () => {
  await using server = await serve();
  expect((await server.send(PROFILE, "other")).status).toBe(401);
});
test("a JWT is looked up too, or verified by keys where they are set", async () => {
  await using looking = await serve();
  const foreign = await looking.issuer.sign({ aud: PUBLIC_URL });
  expect((await looking.send(PROFILE, foreign)).status).toBe(401); // its issuer does not know it
  await using verifying = await serve({ jwks: true });
  const own = await verifying.issuer.sign({ aud: PUBLIC_URL });
  expect((await verifying.send(PROFILE, own)).status).toBe(200);
  expect((await verifying.send(PROFILE, "opaque")).status).toBe(200);
  expect(verifying.asked()).toBe(1);
});
test("a client secret that the issuer refuses is no caller's fault", async () => {
  await using server = await serve({ clientSecret: "wrong" });
  const { status, challenge } = await refusal(await server.send(PROFILE, "opaque"));
  expect({ status, challenge }).toEqual({ status: 503, challenge: null });
  expect(server.log).toEqual([
    expect.stringMatching(
      /HTTP 401; check SHOP_MCP_OAUTH_CLIENT_ID and SHOP_MCP_OAUTH_CLIENT_SECRET$/,
    ),
  ]);
  expect(server.log.join()).not.toMatch(/wrong|opaque/);
});
test("nothing at the address where tokens are looked up is told to the operator", async () => {
  await using server = await serve();
  server.issuer.state.outage = 404;
  expect((await server.send(PROFILE, "opaque")).status).toBe(503);
  expect(server.log).toEqual([
    expect.stringMatching(/no usable answer at \S+introspect: HTTP 404$/),
  ]);
});
