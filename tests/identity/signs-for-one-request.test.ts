/** What this server signs, to say for whom a request is made. How Django reads it: tests/production/assertions.ts. */
import { expect, test } from "bun:test";
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
} from "jose";
import { openSigner } from "../../shop/assertion.ts";
import { ConfigError } from "../../shop/errors.ts";

const NOW = 1_780_000_000_250;
const newKey = async (kid?: string) => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { ...(await exportJWK(privateKey)), ...(kid && { kid }) };
};
const [first, second] = [await newKey("one"), await newKey("two")];
const open = (key: unknown) =>
  openSigner({
    key: typeof key === "string" ? key : JSON.stringify(key),
    issuer: "https://mcp.shop.example",
    audience: "https://shop.example",
    now: () => NOW,
  });
const mia = {
  identity: { issuer: "https://login.example", subject: "mia" },
  scopes: new Set(["shop:read", "shop:write"]),
  clientId: "claude",
};
const request = { method: "GET", url: "https://shop.example/api/orders/%231/?limit=10#x" };

test("names the caller, the client and the one request that it is for", async () => {
  const jwt = await (await open(first)).assertionFor(mia)(request);
  const { jti, ...claims } = decodeJwt(jwt);
  expect(claims).toEqual({
    iss: "https://mcp.shop.example",
    aud: "https://shop.example",
    sub: "mia",
    sub_id: { format: "iss_sub", iss: "https://login.example", sub: "mia" },
    scope: "shop:read shop:write",
    act: { sub: "claude" },
    method: "GET",
    path: "/api/orders/%231/",
    iat: 1_780_000_000,
    exp: 1_780_000_060,
  });
  expect(jti).toMatch(/^[\da-f-]{36}$/);
  expect(decodeProtectedHeader(jwt)).toEqual({
    alg: "EdDSA",
    typ: "shop-assertion+jwt",
    kid: "one",
  });
});

test("is another one each time", async () => {
  const assertion = (await open(first)).assertionFor(mia);
  const signed = await Promise.all([assertion(request), assertion(request)]);
  expect(decodeJwt(signed[0]).jti).not.toBe(decodeJwt(signed[1]).jti);
});

test("signs with the first key of several, and publishes all, without their private parts", async () => {
  const { assertionFor, publicKeys } = await open({ keys: [second, first] });
  expect(publicKeys.keys.map(({ kid }) => kid)).toEqual(["two", "one"]);
  expect(JSON.stringify(publicKeys)).not.toContain(first.d ?? "");
  const [row] = publicKeys.keys;
  expect(row).toEqual({
    kty: "OKP",
    crv: "Ed25519",
    x: second.x,
    kid: "two",
    alg: "EdDSA",
    use: "sig",
  });
  await jwtVerify(await assertionFor(mia)(request), await importJWK(row ?? {}), {
    currentDate: new Date(NOW),
  });
});

test("names a key without kid by its thumbprint, the same each time", async () => {
  const [{ kid: _, ...bare }] = [first];
  const kids = await Promise.all(
    [bare, bare].map(async (key) => (await open(key)).publicKeys.keys[0]?.kid),
  );
  expect(kids[0]).toMatch(/^[\w-]{43}$/);
  expect(kids[1]).toBe(kids[0]);
});

test.each([
  ["text", "-----BEGIN PRIVATE KEY-----"],
  ["a public key", { ...first, d: undefined }],
  ["a key of another kind", { ...first, kty: "EC", crv: "P-256" }],
  ["one of several", { keys: [first, { ...second, d: undefined }] }],
  ["nothing", { keys: [] }],
  ["null", null],
  ["a private part of another length", { ...first, d: "AAAA" }],
])("refuses %s as its key, without repeating it", async (_, key) => {
  const error = await open(key).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toStartWith(
    "ConfigError: SHOP_MCP_ASSERTION_KEY must be a private Ed25519 key",
  );
  expect(String(error)).not.toContain(first.x ?? "");
});
