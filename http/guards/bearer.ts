/**
 * Who calls, by their access token: OAuth 2.1 as MCP has it. A token is checked once in a minute, and not kept: it is
 * known again by its digest. Nothing passes it on.
 *
 * @see https://modelcontextprotocol.io/specification/draft/basic/authorization
 * @module
 */
import { createHash } from "node:crypto";
import { Latest } from "../../shop/latest.ts";
import { refuse } from "../refuse.ts";
import { ProviderDown } from "./identity-provider.ts";
import { asksForChange, READ, WRITE } from "./scopes.ts";
import { type OAuthOptions, openVerifier, TokenRefused, type Verified } from "./tokens.ts";

export type { Verified } from "./tokens.ts";

const KNOWN_MS = 60_000; // a token that is revoked counts no longer than this
const MOST_KNOWN = 10_000;
const MAX_TOKEN = 8192; // characters
/** `b64token` of RFC 6750. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/** @param resource the address of this server @param metadataUrl that of its metadata */
export function openBearer(options: OAuthOptions, resource: string, metadataUrl: string) {
  const { now = Date.now } = options;
  const verify = openVerifier(options, resource);
  /** By digest. */
  const known = new Latest<string, { verified: Verified; until: number }>(MOST_KNOWN);
  const underWay = new Map<string, Promise<Verified>>();

  /** An answer that says how to come by a token that will do. */
  function challenge(status: number, message: string, scope: string, error?: string): Response {
    const said = error && { error, error_description: message };
    const parts = Object.entries({ ...said, scope, resource_metadata: metadataUrl });
    const fields = parts.map(([name, value]) => `${name}="${value}"`).join(", ");
    return refuse(status, message, { "WWW-Authenticate": `Bearer ${fields}` });
  }
  function explain(error: unknown): Response {
    if (error instanceof TokenRefused)
      return challenge(401, `${error.message} Get a new one.`, READ, "invalid_token");
    if (!(error instanceof ProviderDown)) throw error;
    const words = `The authorization server gives no usable answer, so this token could not be checked. Try again in ${error.wait} s.`;
    return refuse(503, words, { "Retry-After": `${error.wait}` });
  }
  async function verifyOnce(token: string, digest: string, isNew: boolean) {
    const verifying = underWay.get(digest) ?? verify(token, isNew);
    underWay.set(digest, verifying);
    try {
      const verified = await verifying;
      known.add(digest, { verified, until: Math.min(verified.expiresAt, now() + KNOWN_MS) });
      return admit(verified);
    } catch (error) {
      return explain(error);
    } finally {
      underWay.delete(digest);
    }
  }
  const refuseWithout = (scope: string) => {
    const wanted = scope === WRITE ? `${READ} ${WRITE}` : scope;
    const words = `The token lacks the scope ${scope}, which this takes. Ask for one with it.`;
    return challenge(403, words, wanted, "insufficient_scope");
  };
  const admit = (verified: Verified) =>
    verified.scopes.has(READ) ? verified : refuseWithout(READ);
  return {
    /** The caller, or why there is none. A promise only of a token that has to be checked. */
    identify({
      authorization,
    }: Record<string, string>): Verified | Response | Promise<Verified | Response> {
      if (!authorization)
        return challenge(401, "This server answers callers with an access token only.", READ);
      const [, token = ""] = BEARER.exec(authorization) ?? [];
      if (!token || token.length > MAX_TOKEN)
        return challenge(
          401,
          "The header Authorization must be: Bearer TOKEN.",
          READ,
          "invalid_token",
        );
      const digest = createHash("sha256").update(token).digest("base64");
      const entry = known.get(digest);
      if (entry && now() < entry.until) return admit(entry.verified);
      return verifyOnce(token, digest, !entry);
    },
    /** Why a caller may not do what a message asks for, if so. @param writes names of tools that change something */
    refuseCall(
      { scopes }: Verified,
      json: unknown,
      writes: ReadonlySet<string>,
    ): Response | undefined {
      return !scopes.has(WRITE) && asksForChange(json, writes) ? refuseWithout(WRITE) : undefined;
    },
  };
}
