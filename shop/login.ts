/**
 * The credential that requests to the shop carry: a token that was given, or those of a login, which are renewed
 * before they expire, once for all calls. Nothing here speaks HTTP: requests are sent by a function of the client's.
 *
 * ```ts
 * const credential = openCredential({ login, send, now });
 * const answer = await credential.use((authorization) => get(url, authorization), { isPublic: false });
 * ```
 *
 * A login is one POST with a user and a password; who answers it is told by its answer:
 *
 * ```
 * simplejwt            {access, refresh}, or a sliding {token}     renewed at …/refresh/
 * djoser               jwt/create/: the same; token/login/: {auth_token}
 * dj-rest-auth         {access, refresh: "" where it is a cookie}, once access_token; or {key}
 * DRF, knox            {token}; {token, expiry} for user and password by Basic
 * ```
 *
 * Of a JWT only the claims are read, to know when it expires; whether it is valid is the shop's to say. That is a
 * line of base64url and JSON, for which no library is needed.
 *
 * @module
 */
import { scryptSync } from "node:crypto";
import {
  type ErrorContext,
  errorFor,
  isAboutCredential,
  maskSecret,
  RETRYABLE,
  ShopError,
} from "./errors.ts";
import { SCHEMES } from "./codes.ts";
import { parseUrl, toPlainText } from "./text.ts";

export { SCHEMES };

/** Where and as whom this server logs in. */
export interface Login {
  /** Address of the endpoint, at the shop's own origin. */
  url: string;
  /** A name, or an e-mail address. */
  user: string;
  password: string;
}
/**
 * A secret that stands for a login: the same in all processes, whatever tokens it gives. Made slowly (scrypt, some
 * 10 ms at start), since a password can be guessed where a token cannot, and what is sealed with this is seen by others.
 */
export const passwordSecret = ({ url, user, password }: Login): string =>
  scryptSync(password, JSON.stringify([url, user]), 32, { N: 4096 }).toString("base64url");
/** An answer whatever its status; `json` is undefined where it is none. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}
export interface CredentialOptions {
  token?: string | undefined;
  /** Instead of a token. */
  login?: Login | undefined;
  /** The word before the token. @default by the token's kind, then by what the shop asks for */
  scheme?: string | undefined;
  /** Sends a JSON body by POST. @throws {ShopError} where there is no answer at all */
  send: (url: string, body: object, headers: Record<string, string>) => Promise<Reply>;
  /** In ms, by a clock that nobody sets back. */
  now: () => number;
}
export interface Use {
  /** Whether everybody may read this: then it is read without a credential that the shop refuses. */
  isPublic: boolean;
  /** Called with the reason where it was read so. */
  onAnonymous?: (reason: ShopError) => void;
}
type Send<T> = (authorization?: string) => Promise<T>;
export interface Credential {
  /**
   * Sends a request with the credential, and once more with a renewed one where that is refused.
   * @throws {ShopError} of the request, or of why there is no credential
   */
  use<T>(send: Send<T>, how: Use): Promise<T>;
  /** What no text may show. */
  secrets(): string[];
}

// ── Tokens ──────────────────────────────────────────────────────────────────────────────────────

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isWord = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]{1,8000}$/.test(value);
const secondsOf = (value: unknown): number => (typeof value === "number" ? value : NaN);

/** The claims of a JWT, unverified; undefined for another token. */
export function claimsOf(token: string): Json | undefined {
  const [, payload = "", signature] = token.split(".");
  if (signature === undefined || token.length > 8000) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
/** The scheme of a token of which nothing else is known. */
export const schemeFor = (token: string) => (claimsOf(token) ? "Bearer" : "Token");

/** The names of tokens in an answer; the first that is there counts. `key` is dj-rest-auth's, `auth_token` djoser's. */
const TOKEN_NAMES = ["access", "access_token", "accessToken", "auth_token", "key", "token", "jwt"];
const REFRESH_NAMES = ["refresh", "refresh_token", "refreshToken"];
const EXPIRY_NAMES = ["access_expiration", "access_token_expiration", "expiry", "expires_at"];
const first = (row: Json, names: string[]) => names.map((name) => row[name]).find(isWord);

interface Tokens {
  token: string;
  scheme: string;
  refresh: string;
  /** Seconds that it is valid from now on; Infinity where that is not known. */
  validFor: number;
}
/** How long a token is valid, by the shop's own clock: this machine's does not matter. */
function validity(row: Json, token: string, headers: Headers): number {
  const claims = claimsOf(token) ?? {};
  const told = Date.parse(headers.get("date") ?? "") / 1000;
  const now = Number.isNaN(told) ? secondsOf(claims["iat"]) : told;
  const expiry = first(row, EXPIRY_NAMES) ?? "";
  const hasZone = /T.*(Z|[+-]\d\d:?\d\d)$/.test(expiry); // a time without one says nothing
  const ends = [secondsOf(claims["exp"]), hasZone ? Date.parse(expiry) / 1000 : NaN];
  const left = [...ends.map((end) => end - now), secondsOf(row["expires_in"])];
  const seconds = left.find((some) => !Number.isNaN(some)) ?? Infinity;
  return seconds > 0 ? seconds : Infinity; // one that comes expired is used until it is refused
}
/** The tokens in an answer, or in an object within it, as in `{"data": {"access": …}}`; none in `user`. */
function tokensIn(json: unknown, headers: Headers, depth = 2): Tokens | undefined {
  if (!isObject(json)) return undefined;
  const name = TOKEN_NAMES.find((one) => isWord(json[one])) ?? "";
  const token = json[name];
  if (isWord(token)) {
    const type = `${json["token_type"]}`.toLowerCase();
    const told = SCHEMES.find((scheme) => scheme.toLowerCase() === type);
    const scheme = told ?? (name.startsWith("access") ? "Bearer" : schemeFor(token));
    const refresh = first(json, REFRESH_NAMES) ?? "";
    return { token, scheme, refresh, validFor: validity(json, token, headers) };
  }
  const inner = Object.entries(json).filter(([key]) => depth && key !== "user");
  for (const [, value] of inner.slice(0, 10)) {
    const found = tokensIn(value, headers, depth - 1);
    if (found) return found;
  }
  return undefined;
}

/** Where the tokens of a login are renewed, by the end of its path. The first that the shop has is used. */
const REFRESH_PATHS: [end: RegExp, path: string][] = [
  [/\/api-token-auth(\/?)$/, "/api-token-refresh$1"], // djangorestframework-jwt
  [/\/(?:log-?in|sign-?in)(\/?)$/, "/token/refresh$1"], // dj-rest-auth
  [/\/(?:log-?in|sign-?in|obtain|create|pair)(\/?)$/, "/refresh$1"], // djoser, django-ninja-jwt
  [/(\/?)$/, "/refresh$1"], // simplejwt
];
function refreshUrls(login: string): string[] {
  const { origin, pathname } = new URL(login);
  const known = REFRESH_PATHS.filter(([end]) => end.test(pathname));
  return known.map(([end, path]) => origin + pathname.replace(end, path));
}

// ── Challenges and advice ───────────────────────────────────────────────────────────────────────

/** The schemes that a `WWW-Authenticate` names, as they are written there. */
export const schemesIn = (challenge: string): string[] =>
  challenge
    .slice(0, 500)
    .replace(/"[^"]*"/g, '""')
    .split(",")
    .flatMap((part) => /^\s*([a-z][\w-]*)(?!\s*=|[\w-])/i.exec(part)?.[1] ?? []);
/** Schemes that take no token. */
const NO_TOKEN = /^(basic|digest|negotiate|ntlm|session|cookie)/i;
const tokenSchemeIn = (challenge: string) =>
  schemesIn(challenge).find((scheme) => !NO_TOKEN.test(scheme));
const isBasic = (scheme: string) => /^basic$/i.test(scheme);
const asksForBasic = ({ status, headers }: Reply) =>
  (status === 401 || status === 403) &&
  schemesIn(headers.get("www-authenticate") ?? "").some(isBasic);
const NOT_PROVIDED = /credentials were not provided|not_authenticated/i;

/** 2026-11-26 17:05 UTC. */
const formatTime = (ms: number) =>
  `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const TO_LOG_IN = "let this server log in by DJANGO_LOGIN, DJANGO_USER and DJANGO_PASSWORD";

/** What was sent, and how it was chosen. */
interface Sent {
  /** undefined: no credential. */
  token?: string | undefined;
  scheme: string;
  isLogin?: boolean;
}
/**
 * A refused credential in words that fit what the shop answered with: its own scheme, the token's claims, and what
 * is wrong with the account. Other errors are given back as they are.
 */
function explainRefusal(error: ShopError, { token, scheme, isLogin }: Sent): ShopError {
  if (error.code !== "http_401") return error;
  const { challenge, reason, detail, at } = error.context;
  const advise = (advice: string) => new ShopError("http_401", { ...error.context, advice });
  const named = schemesIn(challenge)[0] ?? "";
  const asks = named && named !== scheme ? `, for which the shop asks` : "";
  if (!token)
    return advise(
      isBasic(named)
        ? `${TO_LOG_IN}: the shop asks for ${named}, which this server does not send`
        : `set DJANGO_API_TOKEN, or ${TO_LOG_IN}`,
    );
  if (
    /^user_(inactive|not_found)$/.test(reason) ||
    /\buser (is )?(inactive|not found)/i.test(detail)
  )
    return advise("have its account activated in the shop, or use another account");
  const claims = claimsOf(token);
  const expiry = secondsOf(claims?.["exp"]) * 1000;
  if (!isLogin && expiry <= at && expiry > 0)
    return new ShopError("token_expired", { ...error.context, detail: formatTime(expiry) });
  if (!isLogin && claims?.["token_type"] === "refresh")
    return advise(`set an access token in place of the refresh token, or ${TO_LOG_IN}`);
  const isUnseen = NOT_PROVIDED.test(`${reason} ${detail}`);
  if (NO_TOKEN.test(named) && isUnseen)
    return advise(`have the shop's views accept a token: they ask for ${named}`);
  if (asks && isUnseen && !NO_TOKEN.test(named))
    return advise(`set DJANGO_API_AUTH to ${named}${asks} (it was sent ${scheme})`);
  if (isLogin)
    return advise("check that the shop's views accept the tokens of its login at DJANGO_LOGIN");
  if (claims) return advise(`set a new one in DJANGO_API_TOKEN, or ${TO_LOG_IN}`);
  return asks
    ? advise(`check DJANGO_API_TOKEN, and DJANGO_API_AUTH: the shop names ${named}`)
    : error;
}

/** What to do about an answer that refuses a credential, as `set DJANGO_API_AUTH to JWT, …`. */
export function adviceOn(
  refusal: Pick<Response, "status" | "headers">,
  body: unknown,
  sent: Sent,
): string {
  const { code, context } = explainRefusal(errorFor(refusal, body, {}), sent);
  if (code !== "token_expired") return context.advice;
  return `set a new token, or ${TO_LOG_IN}: this one expired on ${context.detail}`;
}

// ── Logging in ──────────────────────────────────────────────────────────────────────────────────

const LOCKED = /\block(ed|out)\b|cool_?off|too many (failed )?(log|attempt)/i; // django-axes
const CAPTCHA = /captcha|turnstile/i;
const SECOND_FACTOR =
  /\b(mfa|otp|totp|2fa)(\b|_)|_otp\b|ephemeral_token|(two|second|multi)[-_ ]?(step|factor)|verification[-_ ]code|one[-_ ]time/i;
/** A view that wants to know its caller before it looks at the body, as knox's does. */
const isUnread = ({ status, text }: Reply) =>
  (status === 401 || status === 403) && NOT_PROVIDED.test(text.slice(0, 2000));
const TO_NAME_IT = "set DJANGO_LOGIN to the address that gives tokens for a user and a password";
const TO_LET_IN =
  "let its view authenticate by BasicAuthentication, or set DJANGO_LOGIN to another address";
const TO_USE_TOKEN =
  "use an account that needs none, or give this server a token in DJANGO_API_TOKEN";

/** Why what answered is no login for a program, and what to do; undefined for a refusal in words. */
function obstacleIn(reply: Reply, url: string, mask: (text: string) => string) {
  const { status, headers, text, json } = reply;
  const { pathname } = new URL(url);
  const at = `its login at ${pathname}`;
  const said = JSON.stringify(json)?.slice(0, 4000) ?? "";
  const names = isObject(json) ? Object.keys(json).slice(0, 5).join(", ") : "";
  const has = names && `, fields: ${toPlainText(mask(names), 100)}`;
  const target = parseUrl(headers.get("location") ?? "", url);
  const to = target ? toPlainText(mask(target.origin + target.pathname), 200) : "nowhere";
  const obstacles: [boolean, detail: string, advice: string][] = [
    [status >= 300 && status < 400, `${at} redirects to ${to}`, TO_NAME_IT],
    [
      [404, 405, 410].includes(status),
      `it has no login at ${pathname} (HTTP ${status})`,
      TO_NAME_IT,
    ],
    [CAPTCHA.test(said), `${at} wants a captcha`, TO_USE_TOKEN],
    [SECOND_FACTOR.test(said), `${at} wants a second factor`, TO_USE_TOKEN],
    [isUnread(reply), `${at} is for callers who are logged in`, TO_LET_IN],
    [/^\s*</.test(text), `${at} answers with a web page (HTTP ${status})`, TO_NAME_IT],
    [json === undefined || status < 300, `${at} gives no token (HTTP ${status}${has})`, TO_NAME_IT],
  ];
  const [, detail = "", advice = ""] = obstacles.find(([isSo]) => isSo) ?? [];
  return detail ? { detail, advice } : undefined;
}

/** The names under which a shop may want the user. */
const USER_FIELD =
  /^(user|user_?(name|id)|e_?mail(_?address)?|login|login_?id|(phone|mobile)(_?number)?|identifier|handle|account)$/i;
/** The field of the user that a refused body lacked: of DRF's `{field: [..]}`, or django-ninja's `loc`. */
function wantedField({ status, json }: Reply, sent: string[]): string | undefined {
  if ((status !== 400 && status !== 422) || !isObject(json)) return undefined;
  const issues = Array.isArray(json["detail"]) ? json["detail"].slice(0, 10) : [];
  const located = issues.map((issue) => (Array.isArray(issue?.loc) ? issue.loc.at(-1) : ""));
  const said = JSON.stringify(json).slice(0, 2000).replaceAll("\\", "");
  const [, required = ""] = /"(\w+)" and "password"/.exec(said) ?? []; // dj-rest-auth's words
  const names = [...Object.keys(json), ...located.map(String), required];
  return names.find((name) => USER_FIELD.test(name) && !sent.includes(name));
}

const MARGIN = 30; // seconds before it expires, in which a token is renewed; a fifth of a shorter life
const SHORT_PAUSE = 10; // seconds; after a login that did not answer
const LONG_PAUSE = 900; // after one that is none, or not for a program
const LOCKED_PAUSE = 3600; // after one that is locked without saying until when: an attempt may prolong it
const USELESS_MS = 60_000; // in which none is renewed, after a renewed one was refused as well

type LoginCode = "login_refused" | "login_failed" | "login_unusable";
interface Session extends Tokens {
  renewAt: number;
  endsAt: number;
  /** Another scheme under which the shop refused it. */
  refusedAs?: string;
  /** Whether the shop refused it as it came: what its refresh token gives would be refused, too. */
  isRefused?: boolean;
}
const headerOf = ({ scheme, token }: Session) => `${scheme} ${token}`; // of `Authorization`

/** Opens a credential. Nothing is sent before the first request that needs it. */
export function openCredential(options: CredentialOptions): Credential {
  const { token, login, scheme: configured, send, now } = options;
  const refreshAt = login ? refreshUrls(login.url) : [];
  const what = login && { what: "login", path: `POST ${new URL(login.url).pathname}` };
  let fields = ["username", ...(login?.user.includes("@") ? ["email"] : [])];
  let basic: Record<string, string> = {};
  let provenScheme = configured;
  let uselessUntil = 0;
  let renewing: Promise<void> | undefined;
  let failure: { error: ShopError; until: number } | undefined;
  let session: Session | undefined;
  if (token) session = open({ token, scheme: schemeFor(token), refresh: "", validFor: Infinity });

  function open(tokens: Tokens): Session {
    const gainedAt = now();
    const endsAt = gainedAt + tokens.validFor * 1000;
    const renewAt = gainedAt + (tokens.validFor - Math.min(MARGIN, tokens.validFor / 5)) * 1000;
    const scheme = provenScheme ?? tokens.scheme;
    return { ...tokens, scheme, renewAt, endsAt };
  }
  const secrets = () => {
    const given = [token, login?.password, session?.token, session?.refresh];
    return [...given, basic["Authorization"]?.slice(6)].filter((one) => one !== undefined);
  };
  /** Why an answer brings no tokens. */
  function failed(reply: Reply, url: string): ShopError {
    const { status, text, json } = reply;
    const refusal = errorFor(reply, json, {}, secrets()).context;
    const told = reply.headers.has("retry-after") ? refusal.wait : 0;
    const isLocked = status >= 400 && status < 500 && LOCKED.test(text.slice(0, 2000));
    const fail = (code: LoginCode, wait: number, more: ErrorContext) =>
      new ShopError(code, { ...what, status, wait, ...more });
    if (isLocked)
      return fail("login_failed", told || LOCKED_PAUSE, {
        detail: `the account is locked (HTTP ${status})`,
      });
    if (status === 429)
      return fail("login_failed", refusal.wait, {
        detail: "it has had too many logins (HTTP 429)",
      });
    if (status >= 500 || told)
      return fail("login_failed", told || SHORT_PAUSE, {
        detail: `its login failed (HTTP ${status})`,
      });
    const isRead = isObject(json) && ![404, 405, 410].includes(status); // by a view that may count attempts
    const obstacle = obstacleIn(reply, url, (text) => secrets().reduce(maskSecret, text));
    return obstacle
      ? fail("login_unusable", isRead ? Infinity : LONG_PAUSE, obstacle)
      : fail("login_refused", Infinity, { detail: refusal.detail });
  }
  /** What an error of the login's own request comes to. */
  function asFailure(error: unknown): unknown {
    if (!(error instanceof ShopError) || error.code.startsWith("login_")) return error;
    const [said = ""] = error.message.split(". "); // its first sentence
    const context = { ...what, detail: said.charAt(0).toLowerCase() + said.slice(1) };
    return RETRYABLE.includes(error.code)
      ? new ShopError("login_failed", { ...context, wait: SHORT_PAUSE }, error.cause)
      : new ShopError(
          "login_unusable",
          { ...context, advice: TO_NAME_IT, wait: LONG_PAUSE },
          error.cause,
        );
  }

  /** Renewed tokens; undefined where the shop has no such endpoint, or refuses or fails. @throws {ShopError} */
  async function refresh(old: Session): Promise<Tokens | undefined> {
    const isSliding = ["refresh_exp", "orig_iat"].some((claim) => claimsOf(old.token)?.[claim]);
    const body = old.refresh ? { refresh: old.refresh } : isSliding && { token: old.token };
    for (let [url] = refreshAt; body && url && !old.isRefused; [url] = refreshAt) {
      const reply = await send(url, body, {});
      const tokens = reply.status < 300 ? tokensIn(reply.json, reply.headers) : undefined;
      if (tokens) return { ...tokens, refresh: tokens.refresh || old.refresh }; // rotated, or the same
      if (reply.status === 429) throw failed(reply, url);
      if (![404, 405, 410].includes(reply.status)) return undefined;
      refreshAt.shift();
    }
    return undefined;
  }
  /** The tokens for user and password. @throws {ShopError} */
  async function logIn({ url, user, password }: Login): Promise<Tokens> {
    const attempt = () =>
      send(url, { ...Object.fromEntries(fields.map((name) => [name, user])), password }, basic);
    let reply = await attempt();
    const wanted = wantedField(reply, fields);
    if (wanted) {
      fields = [wanted];
      reply = await attempt();
    }
    if (!basic["Authorization"] && (asksForBasic(reply) || isUnread(reply))) {
      basic = { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
      reply = await attempt();
    }
    const tokens = reply.status < 300 ? tokensIn(reply.json, reply.headers) : undefined;
    if (!tokens) throw failed(reply, url);
    return tokens;
  }
  /** Renews the session, or tells again why that failed a moment ago. @throws {ShopError} */
  async function renewNow(given: Login): Promise<void> {
    if (failure && now() < failure.until) {
      const { code, context } = failure.error;
      const wait = Math.ceil((failure.until - now()) / 1000);
      throw new ShopError(code, { ...context, pause: `at least ${wait} s`, wait });
    }
    try {
      session = open((session && (await refresh(session))) ?? (await logIn(given)));
      failure = undefined;
    } catch (thrown) {
      const error = asFailure(thrown);
      if (error instanceof ShopError) failure = { error, until: now() + error.context.wait * 1000 };
      throw error;
    }
  }
  /** Whoever needs a new session while one is being opened waits for that. @throws {ShopError} */
  const renew = (given: Login) =>
    (renewing ??= renewNow(given).finally(() => (renewing = undefined)));

  /** Renews a session that is due, unless it can still be used. @throws {ShopError} */
  async function keepFresh(given: Login): Promise<void> {
    if (session && now() < session.renewAt) return;
    await renew(given).catch((error) => {
      if (!session || now() >= session.endsAt) throw error; // until then the old one does
    });
  }
  /** Another value for a request whose own was refused. @throws {ShopError} */
  async function replace(refused: string, challenge: string): Promise<string | undefined> {
    if (!session) return undefined;
    if (headerOf(session) !== refused) return headerOf(session); // it was renewed meanwhile
    const named = tokenSchemeIn(challenge);
    const isNew = named && ![session.scheme, session.refusedAs].includes(named);
    if (!provenScheme && isNew) return headerOf({ ...session, scheme: named });
    if (!login || now() < uselessUntil) return undefined;
    await renew(login);
    if (headerOf(session) !== refused) return headerOf(session);
    uselessUntil = now() + USELESS_MS; // the shop gives the same one again
    return undefined;
  }
  function accept(authorization: string | undefined): void {
    if (provenScheme && session && headerOf(session) === authorization) return; // as all before it
    const [scheme = "", sent] = authorization?.split(" ") ?? [];
    if (!session || session.token !== sent) return;
    session = { ...session, scheme };
    provenScheme = scheme;
  }
  const explain = (authorization: string | undefined, isRepeat: boolean) => (error: unknown) => {
    const [scheme = "", sent] = authorization?.split(" ") ?? [];
    if (!isAboutCredential(error)) throw error;
    if (isRepeat && session && sent === session.token) {
      if (scheme === session.scheme) session.isRefused = true;
      else session.refusedAs = scheme;
      uselessUntil = now() + USELESS_MS;
    }
    throw explainRefusal(error, { token: sent, scheme, isLogin: login !== undefined });
  };
  /** Sends a request that failed under a credential once more, with another where that was refused. @throws {ShopError} */
  async function sendAgain<T>(send: Send<T>, authorization: string | undefined, error: unknown) {
    const isRefused = error instanceof ShopError && error.code === "http_401";
    const other =
      isRefused && authorization && (await replace(authorization, error.context.challenge));
    if (!other) return explain(authorization, false)(error);
    const answer = await send(other).catch(explain(other, true));
    accept(other);
    return answer;
  }
  return {
    secrets,
    async use(send, { isPublic, onAnonymous }) {
      let authorization: string | undefined;
      try {
        if (login) await keepFresh(login);
        authorization = session && headerOf(session);
        const answer = await send(authorization);
        if (!isPublic) accept(authorization); // which says nothing of what everybody may read
        return answer;
      } catch (error) {
        const again = sendAgain(send, authorization, error);
        if (!isPublic || !(token || login)) return again;
        return again.catch(async (reason) => {
          if (!isAboutCredential(reason)) throw reason;
          const answer = await send().catch((error: unknown) => {
            const isPassing = error instanceof ShopError && RETRYABLE.includes(error.code);
            throw isPassing ? error : reason; // "not found" may be so for others only
          });
          onAnonymous?.(reason);
          return answer;
        });
      }
    },
  };
}
