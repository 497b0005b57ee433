/**
 * Plays what Django does with simplejwt and the `token_urls()` of shop_mcp: a login, and tokens for the MCP server.
 *
 * @module
 */
import * as jose from "jose";

interface SignInOptions {
  /** The MCP server that tokens are for. */
  audience: string;
  isKnown(user: string, password: string): boolean;
}
const MINUTES = 60;
export async function serveSignIn({ audience, isKnown }: SignInOptions) {
  const { privateKey, publicKey } = await jose.generateKeyPair("EdDSA", { extractable: true });
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: "demo", alg: "EdDSA", use: "sig" };
  const sign = (claims: jose.JWTPayload, seconds: number) =>
    new jose.SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA", kid: "demo", typ: "at+jwt" })
      .setIssuer(http.url.origin)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(privateKey);
  /** Whose token this is. @throws where it is not one for this use */
  const subjectOf = async (token: string, use: string) =>
    (await jose.jwtVerify(token, publicKey, { issuer: http.url.origin, audience: use })).payload
      .sub;
  const pair = async (sub: string | undefined) => ({
    access: await sign({ sub, aud: "access" }, 5 * MINUTES),
    refresh: await sign({ sub, aud: "refresh" }, 24 * 60 * MINUTES),
  });
  const answers: Record<string, (request: Request) => Promise<object>> = {
    async "/api/token/"(request) {
      const { username, password } = Object(await request.json());
      if (!isKnown(username, password)) throw new TypeError("unknown");
      return pair(username);
    },
    "/api/token/refresh/": async (request) =>
      pair(await subjectOf(Object(await request.json()).refresh, "refresh")),
    async "/api/mcp/token/"(request) {
      const sub = await subjectOf(
        request.headers.get("Authorization")?.slice("Bearer ".length) ?? "",
        "access",
      );
      const claims = { sub, aud: audience, scope: "shop:read shop:write", client_id: "storefront" };
      return { access_token: await sign(claims, 5 * MINUTES), expires_in: 5 * MINUTES };
    },
    "/keys": async () => ({ keys: [jwk] }),
    "/.well-known/oauth-authorization-server": async () => ({
      issuer: http.url.origin,
      jwks_uri: `${http.url.origin}/keys`,
    }),
  };
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const answer = answers[new URL(request.url).pathname];
      if (!answer) return new Response(null, { status: 404 });
      return answer(request).then(
        (body) => Response.json(body),
        () => Response.json({ detail: "No." }, { status: 401 }),
      );
    },
  });
  return { url: http.url.origin, stop: () => http.stop(true) };
}
