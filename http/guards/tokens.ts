/**
 * What an access token says, once that is proven: a JWT by the keys of its issuer, another by asking the issuer
 * (RFC 7662). Either way it is refused unless it was issued by this issuer, for this server, and is valid now.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @module
 */
import type * as Jose from "jose";
import type { Caller } from "../../shop/identity.ts";
import { openProvider, ProviderDown, type ProviderOptions } from "./identity-provider.ts";

export interface OAuthOptions extends ProviderOptions {
  /** The authorization server, exactly as its tokens name it. */
  issuer: string;
  /** Its keys. @default where its metadata says */
  jwksUrl?: string | undefined;
  /** Where tokens that are no JWT are looked up; without `jwksUrl` all are. @default every token is a JWT */
  introspection?: { url: string; clientId: string; clientSecret: string } | undefined;
  /** What tokens for this server name as their audience. @default the server's own address */
  audience?: string | undefined;
}
export interface Verified extends Caller {
  /** In ms since 1970. */
  expiresAt: number;
}
/** The token is not valid here, in words that may be told. */
export class TokenRefused extends Error {
  override name = "TokenRefused";
}

const LEEWAY_SECONDS = 5;
const KEYS_MS = 600_000; // keys are read anew after so long, so that one that is withdrawn does not count for ever
const NEW_KEYS_MS = 10_000; // and sooner for a token of a key that is not known, but not for each
const OLD_KEYS_MS = 24 * 3600_000; // how long they count while the issuer gives no others
const REPEAT_MS = 30_000; // and how often it is asked meanwhile
/** Signatures that need a private key. `none`, and secrets that this server would have to share, are not among them. */
const ALGORITHMS = "EdDSA Ed25519 ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512".split(" ");
/** An ID token is told by its audience; other JWTs by these types. */
const TYPES = [undefined, "jwt", "at+jwt", "application/at+jwt"];
const REASONS: Record<string, string> = {
  ERR_JWT_EXPIRED: "The token has expired.",
  ERR_JWKS_NO_MATCHING_KEY: "The token was signed with a key that its issuer does not publish.",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The signature of the token is wrong.",
  ERR_JOSE_ALG_NOT_ALLOWED: "The token is not signed with a private key.",
};
/** What is wrong with a token of a key that is newer than those that are known. Some issuers name it like the old one. */
const ABOUT_KEYS = ["ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"];
const WRONG: Record<string, string> = {
  aud: "The token is for another server: its audience is not this one.",
  iss: "The token is from another issuer.",
  nbf: "The token is not valid yet.",
};
const NO_KEYS =
  "Set SHOP_MCP_OAUTH_JWKS_URL, or SHOP_MCP_OAUTH_INTROSPECTION_URL for opaque tokens.";
const NO_JWT = "The token is no JWT that can be read.";

interface Keys {
  find: Jose.LocalJWKSet;
  readAt: number;
  /** When they are read anew. */
  dueAt: number;
}
const isKey = (value: unknown) => typeof value === "object" && value !== null;
const loadJose = () => import("jose"); // only where tokens are JWTs
type Claims = Record<string, unknown>;
type Introspection = NonNullable<OAuthOptions["introspection"]>;
const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= 1000;
const hasText = (claims: Claims, name: string) => isText(claims[name]);
/** The scopes of a token: `scope` as RFC 8693 has it, `scp` as some have. */
const scopesOf = ({ scope, scp }: Claims): string[] =>
  [scope ?? scp].flat().flatMap((one) => (typeof one === "string" ? one.split(" ") : []));

/** What the claims of a proven token come to. @throws {TokenRefused} */
function callerOf(claims: Claims, issuer: string, expiresAt: number): Verified {
  if (!isText(claims["sub"])) throw new TokenRefused("The token names nobody.");
  const client = ["client_id", "azp"].find((name) => hasText(claims, name));
  return {
    identity: { issuer, subject: claims["sub"] },
    scopes: new Set(scopesOf(claims)),
    clientId: client && String(claims[client]),
    expiresAt,
  };
}

/** Where an issuer publishes its metadata. @see https://www.rfc-editor.org/rfc/rfc8414#section-3 */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const oidc = "/.well-known/openid-configuration";
  const urls = [`/.well-known/oauth-authorization-server${path}`, oidc + path, path + oidc];
  return [...new Set(urls)].map((url) => origin + url);
}

/** Verifies tokens for one server. @param resource its address */
export function openVerifier(options: OAuthOptions, resource: string) {
  const { issuer, introspection, now = Date.now, log = console.error } = options;
  const provider = openProvider(options);
  if (options.jwksUrl || !introspection) void loadJose(); // before the first token comes
  const bare = (options.audience ?? resource).replace(/\/$/, "");
  const audience = [bare, `${bare}/`]; // the SDKs differ in it
  let { jwksUrl } = options;
  let keys: Keys | undefined;
  let reading: Promise<Keys> | undefined;
  let triedAt = -Infinity;
  let told = ""; // to the operator, of its keys

  async function findJwksUrl(): Promise<string> {
    let others = "";
    for (const url of metadataUrls(issuer)) {
      const { issuer: named, jwks_uri } = await provider(url);
      if (named === issuer && isText(jwks_uri)) return jwks_uri;
      if (isText(named) && named !== issuer) others = `; ${url} is of ${JSON.stringify(named)}`;
    }
    return giveUp(`no metadata of "${issuer}" names its keys${others}. ${NO_KEYS}`);
  }
  function giveUp(why: string): never {
    if (why !== told) log(`django-shop-mcp: ${why}`);
    told = why;
    throw new ProviderDown();
  }
  async function readKeys(): Promise<Keys> {
    triedAt = now();
    const jose = await loadJose();
    const { keys: found } = await provider((jwksUrl ??= await findJwksUrl()));
    if (!Array.isArray(found)) return giveUp(`there are no keys at ${jwksUrl}`);
    const find = jose.createLocalJWKSet({ keys: found.filter(isKey) });
    told = "";
    return (keys = { find, readAt: now(), dueAt: now() + KEYS_MS });
  }
  const renewKeys = () => (reading ??= readKeys().finally(() => (reading = undefined)));
  /** The keys of the issuer. While it is down, those that are known go on. @throws {ProviderDown} */
  async function currentKeys(): Promise<Keys> {
    const known = keys;
    if (known && now() < known.dueAt) return known;
    return renewKeys().catch((error: unknown) => {
      if (!known || now() - known.readAt > OLD_KEYS_MS) throw error;
      known.dueAt = now() + REPEAT_MS;
      return known;
    });
  }
  /** @throws what jose throws, and {ProviderDown} */
  async function verifySignature(token: string) {
    const jose = await loadJose();
    const rules = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ["exp", "sub"],
    };
    const { JWKSMultipleMatchingKeys, JWSSignatureVerificationFailed } = jose.errors;
    const verifyBy = ({ find }: Keys) =>
      jose.jwtVerify(token, find, rules).catch(async (error: unknown) => {
        if (!(error instanceof JWKSMultipleMatchingKeys)) throw error;
        for await (const key of error)
          try {
            return await jose.jwtVerify(token, key, rules);
          } catch (reason) {
            if (!(reason instanceof JWSSignatureVerificationFailed)) throw reason;
          }
        throw new JWSSignatureVerificationFailed();
      });
    return verifyBy(await currentKeys()).catch(async (error: unknown) => {
      const isOfNewKey = error instanceof jose.errors.JOSEError && ABOUT_KEYS.includes(error.code);
      if (!isOfNewKey || now() - triedAt < NEW_KEYS_MS) throw error;
      return verifyBy(await renewKeys());
    });
  }
  async function verifyJwt(token: string): Promise<Verified> {
    const { JOSEError, JWTClaimValidationFailed } = (await loadJose()).errors;
    const { payload, protectedHeader } = await verifySignature(token).catch((error: unknown) => {
      if (error instanceof JWTClaimValidationFailed)
        throw new TokenRefused(WRONG[error.claim] ?? `The token has no valid ${error.claim}.`);
      if (error instanceof JOSEError) throw new TokenRefused(REASONS[error.code] ?? NO_JWT);
      if (!(error instanceof ProviderDown))
        log(`django-shop-mcp: a key of ${issuer} is of no use: ${error}`);
      throw new ProviderDown();
    });
    if (!TYPES.includes(protectedHeader.typ?.toLowerCase()))
      throw new TokenRefused("The token is no access token.");
    return callerOf(payload, issuer, Number(payload.exp) * 1000);
  }

  /** Looks up a token at its issuer. @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
  async function introspect(token: string, at: Introspection, isNew: boolean) {
    const pair = [at.clientId, at.clientSecret].map(encodeURIComponent).join(":");
    const asking = {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }),
    };
    const claims = await provider(at.url, asking, isNew);
    const { active, iss = issuer, aud, exp, nbf, token_type: type = "Bearer" } = claims;
    const seconds = now() / 1000;
    const isOver = exp !== undefined && !(Number(exp) > seconds - LEEWAY_SECONDS);
    if (active !== true || isOver)
      throw new TokenRefused("The token has expired, was revoked or is unknown to its issuer.");
    if (iss !== issuer) throw new TokenRefused(`${WRONG["iss"]}`);
    if (![aud].flat().some((one) => audience.includes(`${one}`)))
      throw new TokenRefused(`${WRONG["aud"]}`);
    if (nbf !== undefined && !(Number(nbf) <= seconds + LEEWAY_SECONDS))
      throw new TokenRefused(`${WRONG["nbf"]}`);
    if (!/^bearer$/i.test(`${type}`)) throw new TokenRefused("The token is no access token.");
    const { sub = claims["username"] } = claims; // which django-oauth-toolkit gives in place of it
    return callerOf({ ...claims, sub }, issuer, exp === undefined ? Infinity : Number(exp) * 1000);
  }

  /** @param isNew whether it was never found valid @throws {TokenRefused} @throws {ProviderDown} */
  return (token: string, isNew: boolean): Promise<Verified> => {
    const isJwt = token.split(".").length === 3;
    return introspection && !(isJwt && options.jwksUrl)
      ? introspect(token, introspection, isNew)
      : verifyJwt(token);
  };
}
