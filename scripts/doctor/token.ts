/**
 * When a token expires, by its own claims, and where the shop gives out new ones. `shop-checks.ts` and
 * `suggest-dialect.ts` ask; only OPTIONS is sent.
 */
import { claimsOf, schemesIn } from "../../shop/login.ts";
import { isObject } from "./reply.ts";
import { request, type Visit } from "./visit.ts";

/** Until when a JSON Web Token is valid, in ms since 1970; undefined for any other token (RFC 7519, 4.1.4). */
function expiryOf(token = ""): number | undefined {
  const seconds = Number(claimsOf(token)?.exp ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
/** `the token expired 12 min ago, at …`, where it says so itself. */
export function describeExpired({ settings, runtime }: Visit): string | undefined {
  const expiry = expiryOf(settings.django_api_token);
  const late = expiry === undefined ? 0 : runtime.now() - expiry;
  if (!expiry || late <= 0) return undefined;
  const minutes = Math.round(late / 60_000);
  const ago = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return `the token expired ${ago} ago, at ${new Date(expiry).toISOString().slice(0, 19)}Z, as it says itself`;
}

/** Where shops log in: simplejwt, dj-rest-auth, djoser, DRF. */
const LOGINS = [
  "/api/token/",
  "/api/v1/token/",
  "/api/auth/login/",
  "/dj-rest-auth/login/",
  "/api/dj-rest-auth/login/",
  "/auth/jwt/create/",
  "/api/auth/jwt/create/",
  "/auth/token/login/",
  "/api/login/",
  "/api/auth/token/",
  "/api-token-auth/",
  "/api/api-token-auth/",
];
const LOGIN = /\/(token|login|jwt\/create|token\/login|api-token-auth|token\/obtain)\/?$/i;
/** The path at which the shop takes a user's name and password, by its document or by OPTIONS. */
async function findLogin(visit: Visit): Promise<string | undefined> {
  const documented = Object.entries(isObject(visit.document?.paths) ? visit.document.paths : {});
  const [own] =
    documented.find(([path, item]) => LOGIN.test(path) && isObject(item) && "post" in item) ?? [];
  if (own) return own;
  const takesPost = async (path: string) => {
    const address = visit.settings.django_api_base + path;
    const { status, headers } = await request(visit, address, {
      method: "OPTIONS",
      token: undefined,
    });
    return status !== 404 && /\bPOST\b/.test(headers.get("allow") ?? "");
  };
  if (await takesPost("/no-such-login/xq7zvkwj/")) return undefined; // it says so everywhere
  for (const path of LOGINS) if (await takesPost(path)) return path;
  return undefined;
}
/** How to come by a token that this shop takes, by the scheme with which it answered. */
export async function adviseToken(visit: Visit, challenge: string): Promise<string> {
  const [scheme = ""] = schemesIn(challenge);
  const login = await findLogin(visit);
  const byLogin =
    login && `get a new one at ${login}, or let the server log in: --django-login ${login}`;
  if (/^(basic|digest|negotiate|session)$/i.test(scheme))
    return `it asks for ${scheme}, which the server does not send: add TokenAuthentication to DEFAULT_AUTHENTICATION_CLASSES`;
  const isDrf = !scheme || /^token$/i.test(scheme);
  return (
    byLogin ??
    (isDrf
      ? "create one: manage.py drf_create_token USER"
      : "get a new one where the shop gives them out, as with simplejwt")
  );
}
