/** A token counts only if its issuer signed it, for this server, and for now. */
import { describe, expect, test } from "bun:test";
import * as jose from "jose";
import { rpc } from "../hosts/start-program.ts";
import { makeKey, serveIssuer, type SigningKey } from "./authorization-server.ts";
import { PUBLIC_URL, refusal, resultOf, serveGuarded } from "./guarded-server.ts";

const PROFILE = rpc(1, "tools/call", { name: "get_customer", arguments: {} });
const METADATA = `resource_metadata="http://127.0.0.1:1/.well-known/oauth-protected-resource/mcp"`;
const seconds = Math.floor(Date.now() / 1000);

test("a valid token is answered as its subject, and does not reach the shop", async () => {
  await using issuer = await serveIssuer();
  await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
  const token = await issuer.sign({ aud: PUBLIC_URL });
  const { structuredContent } = await resultOf(await server.send(PROFILE, token));
  expect(structuredContent).toMatchObject({ customer_id: "mia-lindqvist" });
  const sent = server.upstream.map((headers) => JSON.stringify([...headers]));
  expect(sent.length).toBe(1);
  expect(sent.join()).toContain("Bearer demo-mia");
  expect(sent.join()).not.toContain(token.slice(0, 20));
});

describe("a token is refused with 401", () => {
  const wrong: [string, Record<string, unknown>, message: RegExp][] = [
    ["for another server", { aud: "https://other.example/mcp" }, /audience/],
    ["for a path below this server", { aud: `${PUBLIC_URL}/more` }, /audience/],
    ["for the root of this server", { aud: "http://127.0.0.1:1" }, /audience/],
    ["without an audience", { aud: undefined }, /audience/],
    ["from another issuer", { iss: "https://issuer.example" }, /another issuer/],
    ["that has expired", { exp: seconds - 60 }, /expired/],
    ["without an expiry", { exp: undefined }, /no valid exp/],
    ["that is not valid yet", { nbf: seconds + 60 }, /not valid yet/],
    ["that names nobody", { sub: undefined }, /no valid sub/],
    ["whose subject is empty", { sub: "", username: "bram" }, /names nobody/],
    ["whose subject is a number", { sub: 7 }, /names nobody/],
  ];
  test.each(wrong)("%s", async (_, claims, message) => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const token = await issuer.sign({ aud: PUBLIC_URL, ...claims });
    const refused = await refusal(await server.send(PROFILE, token));
    expect(refused).toMatchObject({ status: 401, message: expect.stringMatching(message) });
    expect(refused.challenge).toContain(`Bearer error="invalid_token"`);
    expect(refused.challenge).toContain(METADATA);
    expect(server.upstream).toEqual([]);
  });

  const forgeries: [string, (own: SigningKey, issuer: string) => Promise<string>, RegExp][] = [
    [
      "signed by another key under the same name",
      async (own, iss) => forge(await makeKey(own.kid), iss),
      /signature/,
    ],
    [
      "signed by a key that nobody publishes",
      async (_, iss) => forge(await makeKey("x"), iss),
      /publish/,
    ],
    [
      "with algorithm none",
      async (_, iss) =>
        new jose.UnsecuredJWT({ scope: "shop:read", sub: "mia" })
          .setIssuer(iss)
          .setAudience(PUBLIC_URL)
          .setExpirationTime("1h")
          .encode(),
      /not signed with a private key/,
    ],
    [
      "signed with the public key as a secret",
      async (own, iss) => {
        const secret = new TextEncoder().encode(JSON.stringify(own.publicJwk));
        return claimsOf(iss).setProtectedHeader({ alg: "HS256", kid: own.kid }).sign(secret);
      },
      /not signed with a private key/,
    ],
    [
      "that is an ID token by its type",
      (own, iss) => forge(own, iss, { typ: "id+jwt" }),
      /no access token/,
    ],
    [
      "that is a logout token by its type",
      (own, iss) => forge(own, iss, { typ: "logout+jwt" }),
      /no access token/,
    ],
    [
      "whose key comes with it",
      async (_, iss) => {
        const key = await makeKey("mine");
        return forge(key, iss, { jwk: key.publicJwk, kid: undefined });
      },
      /publish|signature/,
    ],
    ["that is no JWT", async () => "gibberish", /no JWT/],
    [
      "whose claims were altered",
      async (own, iss) => {
        const [header, , signature] = (await forge(own, iss)).split(".");
        const claims = { iss, sub: "bram", aud: PUBLIC_URL, exp: seconds + 60, scope: "shop:read" };
        return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(
          ".",
        );
      },
      /signature/,
    ],
  ];
  const claimsOf = (iss: string) =>
    new jose.SignJWT({ scope: "shop:read shop:write" })
      .setIssuer(iss)
      .setSubject("mia")
      .setAudience(PUBLIC_URL)
      .setExpirationTime("1h");
  const forge = (key: SigningKey, iss: string, header: object = {}) =>
    claimsOf(iss)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
      .sign(key.privateKey);
  test.each(forgeries)("%s", async (_, make, message) => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const token = await make(issuer.key, issuer.issuer);
    const refused = await refusal(await server.send(PROFILE, token));
    expect(refused).toMatchObject({ status: 401, message: expect.stringMatching(message) });
    expect(server.upstream).toEqual([]);
  });
});

describe("without a usable header", () => {
  test("the challenge says where to get a token, and names no error", async () => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const { status, challenge } = await refusal(await server.send(PROFILE));
    expect({ status, challenge }).toEqual({
      status: 401,
      challenge: `Bearer scope="shop:read", ${METADATA}`,
    });
  });
  test.each([
    "Basic bWlhOm1pYQ==",
    "Bearer",
    "Bearer a b",
    "Bearer a, Bearer b",
    `Bearer ${"a".repeat(9000)}`,
  ])("%.30s is refused, and asks nobody", async (authorization) => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const answer = await server.send(PROFILE, undefined, { Authorization: authorization });
    expect((await refusal(answer)).status).toBe(401);
    expect(issuer.state.requests).toEqual([]);
  });
  test("a token in the address or the body counts for nothing", async () => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const token = await issuer.sign({ aud: PUBLIC_URL });
    const answer = await fetch(`${server.url}?access_token=${token}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...PROFILE, access_token: token }),
    });
    expect(answer.status).toBe(401);
  });
});

describe("a token is accepted", () => {
  const fine: [string, Record<string, unknown>, header?: object][] = [
    ["for several servers, this one among them", { aud: ["https://other.example", PUBLIC_URL] }],
    ["for this address with a slash at its end", { aud: `${PUBLIC_URL}/` }],
    ["with its scopes as a list", { scope: undefined, scp: ["shop:read"], aud: PUBLIC_URL }],
    ["of the type JWT", { aud: PUBLIC_URL }, { typ: "JWT" }],
    ["without a type", { aud: PUBLIC_URL }, { typ: undefined }],
    ["that expired within the leeway", { aud: PUBLIC_URL, exp: seconds - 2 }],
  ];
  test.each(fine)("%s", async (_, claims, header = {}) => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({
      oauth: { issuer: issuer.issuer, now: () => seconds * 1000 },
    });
    const token = await issuer.sign(claims, issuer.key, header);
    expect((await server.send(PROFILE, token)).status).toBe(200);
  });
  test("without the name of its key, where its issuer has several", async () => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    issuer.state.keys = [await makeKey("other"), issuer.key, await makeKey("third")];
    const nameless = { kid: undefined };
    const token = await issuer.sign({ aud: PUBLIC_URL }, issuer.key, nameless);
    expect((await server.send(PROFILE, token)).status).toBe(200);
    const forged = await issuer.sign({ aud: PUBLIC_URL }, await makeKey("unknown"), nameless);
    expect((await refusal(await server.send(PROFILE, forged))).message).toMatch(/signature/);
  });
  test.each(["EdDSA", "RS256", "PS256", "ES384"])("signed with %s", async (alg) => {
    await using issuer = await serveIssuer();
    await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
    const key = await makeKey(alg, alg);
    issuer.state.keys.push(key);
    const token = await issuer.sign({ aud: PUBLIC_URL }, key);
    expect((await server.send(PROFILE, token)).status).toBe(200);
  });
});
