/**
 * Says to Django for whom a request is made. The caller's own token never gets there: this server signs who they are,
 * for one request and a minute, as `AssertionAuthentication` in django/shop_mcp/assertions.py reads it.
 *
 * ```ts
 * const signer = await openSigner({ key, issuer: "https://mcp.shop.example", audience: "https://shop.example" });
 * const assertion = signer.assertionFor(caller);
 * const jwt = await assertion({ method: "GET", url: "https://shop.example/api/orders/?limit=10" });
 * ```
 *
 * @module
 */
import type * as Jose from "jose";
import { ConfigError } from "./config-error.ts";
import type { Caller } from "./identity.ts";

const LIFETIME = 60; // seconds
const ALGORITHM = "EdDSA";
/** Another kind of JWT is never taken for this one. @see https://www.rfc-editor.org/rfc/rfc8725#section-3.11 */
const TYPE = "shop-assertion+jwt";

interface Request {
  method: string;
  url: string;
}
export interface SignerOptions {
  /** A private Ed25519 key as a JWK, or a JWKS of several: the first one signs, and all are published. */
  key: string;
  /** This server, by the origin that others know it under. */
  issuer: string;
  /** The shop: the address that its requests go to, before `/api`. */
  audience: string;
  /** In ms since 1970. @default Date.now */
  now?: (() => number) | undefined;
}
export interface Signer {
  /** Gives a JWT for each attempt at a request. */
  assertionFor: (caller: Caller) => (request: Request) => Promise<string>;
  /** What Django verifies it with. */
  publicKeys: Jose.JSONWebKeySet;
}

const wrong = (why: string) =>
  new ConfigError(
    `SHOP_MCP_ASSERTION_KEY must be a private Ed25519 key as a JWK, or a JWKS of such keys: ${why}. \`bun run assertion-key\` prints one.`,
  );
/** The keys of a setting. None of its characters is in the error. @throws {ConfigError} */
function parseKeys(text: string): Jose.JWK[] {
  let json: { keys?: Jose.JWK[] } & Jose.JWK;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong("it is no JSON");
  }
  const keys = [Object(json).keys ?? json].flat().map(Object);
  if (!keys.every((key) => key.kty === "OKP" && key.crv === "Ed25519" && key.d && key.x))
    throw wrong("it has a key of another kind, or without its private part");
  if (!keys.length) throw wrong("it has none");
  return keys;
}

/** @throws {ConfigError} for a key that cannot sign */
export async function openSigner(options: SignerOptions): Promise<Signer> {
  const { issuer, audience, now = Date.now } = options;
  const jose = await import("jose");
  const keys = await Promise.all(
    parseKeys(options.key).map(async ({ kty = "", crv, x, d, kid }) => {
      const fields = { kty, crv, x };
      const known = kid ?? (await jose.calculateJwkThumbprint(fields));
      const secret = await jose.importJWK({ ...fields, d }, ALGORITHM).catch(() => {
        throw wrong("one of its keys cannot be read");
      });
      return { secret, row: { ...fields, kid: known, alg: ALGORITHM, use: "sig" } };
    }),
  );
  const [{ secret, row }] = keys as [(typeof keys)[number]]; // one at least, as parseKeys says
  const header = { alg: ALGORITHM, typ: TYPE, kid: row.kid };
  return {
    publicKeys: { keys: keys.map((key) => key.row) },
    assertionFor({ identity: { issuer: iss, subject: sub }, scopes, clientId }) {
      const who = {
        sub,
        sub_id: { format: "iss_sub", iss, sub },
        act: { sub: clientId ?? issuer },
      };
      const always = { iss: issuer, aud: audience, ...who, scope: [...scopes].join(" ") };
      return ({ method, url }) => {
        const iat = Math.floor(now() / 1000);
        const times = { iat, exp: iat + LIFETIME, jti: crypto.randomUUID() };
        const claims = { ...always, method, path: new URL(url).pathname, ...times };
        return new jose.SignJWT(claims).setProtectedHeader(header).sign(secret);
      };
    },
  };
}
