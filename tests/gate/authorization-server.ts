/**
 * An authorization server in this process, on loopback: it has keys and metadata, signs whatever a test tells it to,
 * and introspects opaque tokens. It can be down.
 *
 * @module
 */
import * as jose from "jose";

const keyPair = (alg = "ES256") => jose.generateKeyPair(alg, { extractable: true });
export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: jose.CryptoKey;
  publicJwk: jose.JWK;
}
export async function makeKey(kid: string, alg = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await keyPair(alg);
  return { kid, alg, privateKey, publicJwk: { ...(await jose.exportJWK(publicKey)), kid, alg } };
}
export const CLIENT = { id: "shop-mcp", secret: "it's a secret: 100%" };

/** Serves one: `await using issuer = await serveIssuer()`. */
export async function serveIssuer() {
  const key = await makeKey("first");
  const state = {
    keys: [key],
    /** What else is among its keys. */
    strangeKeys: [] as unknown[],
    /** How it fails: with a status, or like this. @default it does not */
    outage: undefined as number | "redirect" | "garbage" | undefined,
    /** What its metadata says otherwise. */
    metadata: {},
    /** What it says of opaque tokens. */
    opaque: new Map<string, Record<string, unknown>>(),
    metadataPath: "/.well-known/oauth-authorization-server",
    /** Paths of the requests it has had. */
    requests: [] as string[],
  };
  async function introspect(request: Request) {
    const [id, secret] = atob(request.headers.get("authorization")?.slice(6) ?? "")
      .split(":")
      .map(decodeURIComponent);
    if (id !== CLIENT.id || secret !== CLIENT.secret) return new Response(null, { status: 401 });
    const token = (await request.formData()).get("token");
    return Response.json(state.opaque.get(`${token}`) ?? { active: false });
  }
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request, server) {
      const { pathname: asked } = new URL(request.url);
      state.requests.push(asked);
      const pathname = asked.replace("/moved", "");
      const issuer = server.url.origin;
      if (state.outage === "redirect" && pathname === asked)
        return Response.redirect(`${issuer}/moved${pathname}`);
      if (state.outage === "garbage") return new Response("<html>");
      if (typeof state.outage === "number") return new Response("down", { status: state.outage });
      if (pathname === state.metadataPath)
        return Response.json({ issuer, jwks_uri: `${issuer}/keys`, ...state.metadata });
      if (pathname === "/keys")
        return Response.json({
          keys: [...state.strangeKeys, ...state.keys.map(({ publicJwk }) => publicJwk)],
        });
      if (pathname === "/introspect") return introspect(request);
      return new Response(null, { status: 404 });
    },
  });
  const issuer = http.url.origin;
  /** Signs a token for `audience`; what is undefined is left out. */
  function sign(claims: Record<string, unknown>, by: SigningKey = key, header: object = {}) {
    const now = Math.floor(Date.now() / 1000);
    const usual = {
      iss: issuer,
      sub: "mia",
      scope: "shop:read shop:write",
      iat: now,
      exp: now + 3600,
    };
    const all = { ...usual, client_id: "test-client", ...claims };
    return new jose.SignJWT(JSON.parse(JSON.stringify(all)))
      .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: "at+jwt", ...header })
      .sign(by.privateKey);
  }
  return { issuer, state, sign, key, [Symbol.asyncDispose]: () => http.stop(true) };
}
