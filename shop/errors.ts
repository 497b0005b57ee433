/**
 * Errors, from cause to words.
 *
 * ```
 * ConfigError    the server cannot start with these settings; for the operator, on stderr
 * MappingError   a dialect is wrong; for its author
 * ShopError      a call has no answer; its message is a sentence of `errorMessages`, for the model
 * ```
 *
 * `errorFor` decides what a status of Django's means, a 404 for instance.
 *
 * @module
 */
import { errorNamed } from "./config-error.ts";
import { join, toPlainText } from "./text.ts";

export { ConfigError } from "./config-error.ts";
/** What is wrong in a dialect, and where: `fields.product.price threw TypeError: …`. */
export class MappingError extends errorNamed("MappingError") {}

export const MAX_LOADS = 60; // of further requests, for one answer

/**
 * What a message is made of: `wait` and `timeout` in seconds; 0 and "" for what is not known. `before` is what became
 * of an equal request, and begins whatever message.
 */
const NO_CONTEXT = {
  before: "",
  pause: "",
  what: "",
  path: "",
  id: "",
  detail: "",
  advice: "check DJANGO_API_TOKEN and DJANGO_API_AUTH",
  /** Of a refusal: its `WWW-Authenticate`, the code beside its words, and the time in ms by the shop's clock. */
  challenge: "",
  reason: "",
  at: 0,
  status: 0,
  wait: 0,
  timeout: 0,
  most: MAX_LOADS,
};
type WholeContext = typeof NO_CONTEXT;
export type ErrorContext = Partial<WholeContext>;
/** A sentence with the names of what it needs: `` sentence`within ${"timeout"} s` ``. Its template is for docs. */
function sentence(strings: TemplateStringsArray, ...names: (keyof WholeContext)[]) {
  const fillWith = (parts: unknown[]) => String.raw({ raw: strings }, ...parts);
  const message = (context: WholeContext) => fillWith(names.map((name) => context[name]));
  return Object.assign(message, { template: fillWith(names.map((name) => `<${name}>`)) });
}

/**
 * What the model reads: what happened, whether to try again, what to do instead. What names the operator is
 * written to the server's log as well.
 */
export const errorMessages = {
  unreachable: sentence`The shop cannot be reached: ${"detail"}. Try again in a minute; if it goes on, the operator has to check DJANGO_API_BASE.`,
  bad_certificate: sentence`The shop cannot be reached safely: its TLS certificate ${"detail"}. Nothing was sent. Trying again will not help until the operator has set the certificate right.`,
  no_tls: sentence`The shop cannot be reached safely: what answers at its address makes no TLS connection. Nothing was sent. Trying again will not help: the operator has to check the https address and its port in DJANGO_API_BASE, and the shop's TLS settings.`,
  bad_http: sentence`What answered the ${"what"} does not speak HTTP as it should. Trying again will not help: the operator has to check what listens at DJANGO_API_BASE.`,
  too_slow: sentence`The shop did not answer the ${"what"} within ${"timeout"} s. Try again in a minute, or ask for less at once.`,
  broken_off: sentence`The connection broke off before the shop's answer to the ${"what"} was complete. Nothing was changed; try again.`,
  unclear: sentence`It is not known whether the shop made the ${"what"}: no clear answer came. Check first, with get_order or get_customer; if they do not show it, ask the user before you send it again.`,
  unclear_by_code: sentence`It is not known whether the shop made the ${"what"}: no clear answer came. Make the same call again with the same confirmation${"detail"}: the shop makes it once, however often it is sent.`,
  resting: sentence`The ${"what"} failed several times in a row, so requests for it are paused. Try again in ${"wait"} s.`,
  shop_busy: sentence`This server has as many requests for the ${"what"} under way as it sends at once, and this one was not sent. Try again in ${"wait"} s.`,
  busy: sentence`This server has as many calls under way as it takes at once, and did not begin this one. Try again in ${"wait"} s.`,
  too_many_calls: sentence`This server did not begin the call: it takes only so many in a minute for one user. Wait ${"pause"}, then try again, with fewer calls.`,
  http_429: sentence`The shop has received too many requests. Wait ${"pause"}, then try again.`,
  http_5xx: sentence`The shop failed to answer the ${"what"} (HTTP ${"status"}). Try again in ${"pause"}; if it goes on, tell the user that the shop has a problem.`,
  http_401: sentence`The shop rejected this server's token, or requires one${"detail"}. Trying again will not help: the operator has to ${"advice"}.`,
  token_expired: sentence`This server's token expired on ${"detail"}, and the shop rejects it. Trying again will not help: the operator has to set a new one in DJANGO_API_TOKEN, or let this server log in by DJANGO_LOGIN (--django-login), which renews it.`,
  login_refused: sentence`The shop refused this server's login${"detail"}. It is not tried again, so that the account is not locked: the operator has to check DJANGO_USER, DJANGO_PASSWORD and the account, then restart this server.`,
  login_failed: sentence`This server could not log in to the shop: ${"detail"}. Try again in ${"pause"}; if it goes on, the operator has to check DJANGO_LOGIN, and the shop's log.`,
  login_unusable: sentence`This server cannot log in to the shop: ${"detail"}. Trying again will not help: the operator has to ${"advice"}.`,
  csrf: sentence`The shop refused the ${"what"} by its CSRF check (HTTP 403): it takes it for a browser's session, and this server has none. Trying again will not help: the operator has to let the shop's view accept a token.`,
  http_403: sentence`This account is not allowed to use the shop's ${"what"} like this${"detail"}. Trying again will not help; the shop's staff may be able to do it.`,
  forbidden: sentence`The shop, or what stands before it, forbids the ${"what"} (HTTP 403). Trying again will not help: the operator has to check DJANGO_API_TOKEN, and whether a firewall or Django's CSRF check refuses this server.`,
  two_orders: sentence`Two orders are called ${"id"}: ${"detail"}. Ask the user which one is meant, then call again with ${"advice"} of that one.`,
  unknown_number: sentence`No order has the id ${"id"}; whether one has this number is not known, since the shop's list of orders could not be read to its end. Ask the user for more, such as when it was placed, and look for it with list_orders.`,
  unknown_id: sentence`Nothing was found under ${"id"} (${"what"}): the id does not exist, or it does not belong to this account. Check it with the user, or look it up with a list or search tool.`,
  not_offered: sentence`This shop has no ${"what"}: there is no ${"path"}. Do without it, or tell the user that this shop does not offer it here.`,
  not_offered_for: sentence`This shop offers no ${"what"} for ${"id"}${"detail"}. Trying again will not help: do without it, or use another id.`,
  unknown_or_not_offered: sentence`Nothing was found under ${"id"} (${"what"}): the id does not exist, or this shop has no ${"what"} at all (${"path"}). Check the id; another tool may know it.`,
  bad_cursor: sentence`This cursor is not valid here: it belongs to another request, or has expired. Make the same call without a cursor, then pass next_cursor on unchanged.`,
  http_409: sentence`The shop refused the ${"what"}${"detail"}. Nothing was changed. Trying again will not help while this is so: tell the user, and say what else is possible.`,
  http_412: sentence`The shop refused the ${"what"}: what it changes has changed meanwhile. Nothing was changed. Read it again, then ask the user anew.`,
  http_400: sentence`The shop refused the ${"what"} (HTTP ${"status"})${"detail"}. Change the arguments; the same call would be refused again.`,
  http_4xx: sentence`The shop refused the ${"what"} (HTTP ${"status"})${"detail"}. The same call would be refused again: tell the user, and do without it.`,
  http_3xx: sentence`The shop answered the ${"what"} with a redirect (HTTP ${"status"}), which is not followed. Trying again will not help: the operator has to set DJANGO_API_BASE to the final address.`,
  http_other: sentence`The shop answered the ${"what"} with HTTP status ${"status"}, which is none that a shop should send. Trying again will not help: the operator has to check what answers at DJANGO_API_BASE.`,
  empty_answer: sentence`The shop answered the ${"what"} with an empty answer (HTTP ${"status"}). Trying again will not help: the operator has to find out why the shop sends no JSON.`,
  login_page: sentence`The shop answered the ${"what"} with its login page (HTTP ${"status"}). Trying again will not help: the operator has to check DJANGO_API_BASE and DJANGO_API_TOKEN, and that the shop's views accept a token instead of a browser's session.`,
  web_page: sentence`The shop answered the ${"what"} with a web page instead of JSON (HTTP ${"status"}). Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS.`,
  bad_json: sentence`The shop answered the ${"what"} with JSON that is invalid or cut off (HTTP ${"status"})${"detail"}. Trying again will not help: the operator has to fix what the shop's view sends.`,
  not_json: sentence`The shop answered the ${"what"} with something other than JSON (HTTP ${"status"}). Trying again will not help: the operator has to check DJANGO_API_BASE, and what the shop's view sends.`,
  bad_encoding: sentence`The shop's answer to the ${"what"} cannot be unpacked (Content-Encoding: ${"detail"}). Trying again will not help: the operator has to make the shop, or the proxy before it, send gzip or nothing.`,
  bad_charset: sentence`The shop's answer to the ${"what"} is not UTF-8, as JSON has to be (its charset: ${"detail"}). Trying again will not help: the operator has to make the shop send UTF-8.`,
  wrong_shape: sentence`The shop answered the ${"what"} in an unexpected shape: ${"detail"} is missing or has another type. Trying again will not help: the operator has to compare the shop's serializer with the contract.`,
  too_large: sentence`The shop's answer to the ${"what"} exceeds 1 MiB and was not read. Ask for less: a smaller limit, or a narrower search.`,
  too_complex: sentence`The shop's answer to the ${"what"} is nested too deeply, or has too many parts or too many different fields, and was not read. Trying again will not help: the operator has to find out what the shop's view sends.`,
  declined: sentence`Not ${"what"}: the user declined, or this host runs without a user and declines by itself. Nothing was sent to the shop. Do not ask again unless they want it.`,
  dismissed: sentence`Not ${"what"}: the question was closed without an answer, by the user or by a host that runs without one. Nothing was sent to the shop. Ask them what they want.`,
  unconfirmed: sentence`Not ${"what"}: the question came back without its yes, as from a host that accepts by itself. Nothing was sent to the shop. Ask the user; they have to answer the question itself.`,
  cannot_ask: sentence`Not ${"what"}: this host could not put the question to the user, or their answer did not come back. Nothing was sent to the shop. Tell them; the same call asks once more.`,
  too_large_to_ask: sentence`Nothing was sent: this ${"what"} is too large to be shown to the user in full. Make it in smaller parts, or write to the shop's support.`,
  nobody_to_ask: sentence`Not ${"what"}: this host cannot put a question to the user, and nothing is changed without their answer. They can do it themselves at ${"path"}.`,
  not_recorded: sentence`Nothing was sent: this server could not write the ${"what"} to its audit log. Trying again will not help until the operator has made SHOP_MCP_AUDIT_LOG a file that can be written.`,
  not_possible: sentence`Nothing was sent: the shop does not allow this now. ${"detail"}`,
  misfit: sentence`Nothing was sent to the shop: ${"detail"}. Correct this and call again.`,
  state_down: sentence`Nothing was sent to the shop by this call: Redis, in which this server's processes remember the user's answers, cannot be reached, and without it a change could be made twice, or against a no. Make the same call again in a minute; if it goes on, the operator has to check REDIS_URL.`,
  accepted: sentence`The shop accepted the ${"what"} without saying what became of it. Read it again before you say that it is done.`,
  bad_mapping: sentence`The ${"what"} does not work here: this server's mapping of the shop is wrong (${"detail"}). Trying again will not help: the operator has to fix the module given with --shop.`,
  too_linked: sentence`The ${"what"} needs more than ${"most"} further requests to the shop, which is too many for one call. Ask for less: a smaller limit, or one thing only.`,
  bad_arguments: sentence`${"what"} was not called: ${"detail"}. Correct this and call it again.`,
  internal: sentence`This server failed unexpectedly. Check what is there before you try once more; if it fails again, the operator finds the cause in the server's log.`,
};
export type ErrorCode = keyof typeof errorMessages;
/** What is wrong is the credential: nothing was read or changed. */
const ABOUT_CREDENTIAL: ErrorCode[] = [
  "http_401",
  "token_expired",
  "login_refused",
  "login_failed",
  "login_unusable",
];
export const isAboutCredential = (error: unknown): error is ShopError =>
  error instanceof ShopError && ABOUT_CREDENTIAL.includes(error.code);
/** A change that ends like this was refused for a reason, as its preview would be. */
export const REFUSED: ErrorCode[] = [
  ...ABOUT_CREDENTIAL,
  "csrf",
  "http_400",
  "http_403",
  "forbidden",
  "http_409",
  "http_4xx",
];
/** Another attempt may have an answer. */
export const RETRYABLE: ErrorCode[] = [
  "unreachable",
  "too_slow",
  "broken_off",
  "unclear",
  "http_429",
  "http_5xx",
];
/** A change whose attempt ends like this was not made by it; after any other end it may have been. */
export const NOT_MADE: ErrorCode[] = [
  ...ABOUT_CREDENTIAL,
  "csrf",
  "unreachable",
  "bad_certificate",
  "no_tls",
  "http_400",
  "http_403",
  "forbidden",
  "http_409",
  "http_412",
  "http_429",
  "http_4xx",
  "not_offered",
  "not_offered_for",
  "unknown_id",
  "unknown_or_not_offered",
];

/**
 * Why a call has no answer. The message is the server's own; of Django's words only its reasons are in it.
 * The cause, an error of a library's or of this server, is for the log.
 */
export class ShopError extends errorNamed("ShopError") {
  readonly context: WholeContext;
  constructor(
    readonly code: ErrorCode,
    context: ErrorContext = {},
    override readonly cause?: unknown,
  ) {
    const pause = context.wait ? `at least ${context.wait} s` : "a few minutes";
    const known = { ...NO_CONTEXT, pause, ...context };
    super(join([known.before, known.before && "This time:", errorMessages[code](known)], " "));
    this.context = known;
  }
  /** What the log has of it, for the operator: where it came from, and why. Nothing where nobody has to look. */
  get logged(): unknown[] {
    const { code, cause } = this;
    if (cause instanceof ShopError) return [`${code}, since`, ...logEntry(cause)];
    const isForOperator = errorMessages[code].template.includes("operator");
    return isForOperator || cause !== undefined ? logEntry(this) : [];
  }
}
function logEntry({ code, cause, context, message }: ShopError): unknown[] {
  const words = `${join([context.path, code], " ")}: ${message}`;
  return cause === undefined ? [words] : [words, codeOf(cause) || cause];
}

// ── The network ─────────────────────────────────────────────────────────────────────────────────

/** The code of an error of fetch's: Bun has it on the error itself, Node on its innermost cause. */
const codeOf = (error: unknown): string =>
  error instanceof Error
    ? codeOf(error.cause) || ("code" in error && typeof error.code === "string" ? error.code : "")
    : "";

/**
 * What failed before there was an answer, by the codes of Bun and Node; all but the last before anything was
 * sent. Each was seen with a server that fails so: tests/failures/network.test.ts.
 */
const NETWORK_FAILURES: [codes: RegExp, code: ErrorCode, detail?: string][] = [
  [/^ECONNREFUSED$/, "unreachable", "nothing answers at its address"],
  [/^(ENOTFOUND|ENODATA|EAI_\w+)$/, "unreachable", "no address is known for its host name"],
  [/^E(HOST|NET)(UNREACH|DOWN)$/, "unreachable", "no network leads to its address"],
  [/^UND_ERR_CONNECT_TIMEOUT$/, "unreachable", "nothing answers at its address"],
  [/^CERT_HAS_EXPIRED$/, "bad_certificate", "has expired"],
  [/^CERT_NOT_YET_VALID$/, "bad_certificate", "is not valid yet, or this machine's clock is wrong"],
  [/ALTNAME|HOSTNAME_MISMATCH/, "bad_certificate", "is for another host name"],
  [/^DEPTH_ZERO_SELF/, "bad_certificate", "is self-signed"],
  [
    /^SELF_SIGNED_CERT_IN_CHAIN|^UNABLE_TO_(VERIFY|GET_ISSUER)/,
    "bad_certificate",
    "comes without its intermediate certificate, or from an authority that this server does not know",
  ],
  [
    /^(CERT_|CRL_|UNABLE_TO_|INVALID_|PATH_LENGTH|ERR_TLS_|UNKNOWN_CERT)/,
    "bad_certificate",
    "cannot be verified",
  ],
  [
    /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$|_ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE)$/,
    "no_tls",
  ],
  [/^(HPE_|ERR_ASSERTION|UND_ERR_HEADERS_OVERFLOW|Malformed_|Invalid|UnrequestedUp)/, "bad_http"],
];
/** The failure that an error of `fetch` is, whose own words no model reads. */
export function networkError(error: unknown, context: ErrorContext): ShopError {
  const found = NETWORK_FAILURES.find(([codes]) => codes.test(codeOf(error)));
  const [, code, detail = ""] = found ?? [/./, "broken_off"];
  return new ShopError(code, { ...context, detail }, error);
}

// ── Answers ─────────────────────────────────────────────────────────────────────────────────────

/** A reason as DRF sends it: of which field, and in which words. */
interface Reason {
  field: string;
  words: string;
  isCode: boolean;
}
const MAX_REASONS = 5;
const MAX_FIELDS = 10; // looked at on each level of a body
/** DRF's reasons, one each: `{"detail"}`, `{field: [..]}`, `non_field_errors`, nested as the body was. */
function* reasonsIn(body: unknown, field = "", depth = 4): Generator<Reason> {
  if (typeof body === "string") yield { field, words: body, isCode: false };
  if (typeof body !== "object" || body === null || depth === 0) return;
  const some = Array.isArray(body) ? body.slice(0, MAX_FIELDS) : body;
  for (const [name, reason] of Object.entries(some).slice(0, MAX_FIELDS)) {
    const isNameless = Array.isArray(body) || /^(detail|non_field_errors|\d+)$/.test(name);
    if (name === "code" && "detail" in body)
      yield { field, words: String(reason), isCode: true }; // for programs
    else yield* reasonsIn(reason, isNameless ? field : name, depth - 1);
  }
}
/** The first reasons of a body. */
function firstReasons(body: unknown): Reason[] {
  const reasons: Reason[] = [];
  for (const reason of typeof body === "object" ? reasonsIn(body) : []) {
    if (reasons.push(reason) > MAX_REASONS) break;
  }
  return reasons;
}

/** That a 403 is about the token: DRF's and simplejwt's codes and words, also translated ones. */
const ABOUT_TOKEN = [
  /^(token_not_valid|not_authenticated|authentication_failed|bad_authorization_header|user_(inactive|not_found))$/,
  /authenti[cfks]|autenti|anmeldedaten|credential|authorization header/i,
  /^(?!.*(csrf|card|payment|voucher))\W*(\S+ ){0,2}\W?(token|jwt|signature)\b/i,
  /^user (is )?(inactive|not found)|\bapi[ _-]?key\b|^(your |the )?session (has |is )?expired/i,
];
/** That a key is in use by a request that has no end yet. */
const isAboutKey = ({ words }: Reason) => /idempotenc/i.test(words.slice(0, 200));
const isAboutToken = ({ words }: Reason) =>
  words.length < 200 && ABOUT_TOKEN.some((known) => known.test(words));

type Refusal = Pick<Response, "status" | "headers">;
const timeOf = (headers: Headers) => Date.parse(headers.get("date") ?? "") || Date.now();
/** `Retry-After` in seconds, from a number or a date; at most a day. 429 without one: a minute. */
function secondsToWait({ status, headers }: Refusal): number {
  const after = headers.get("retry-after") ?? "";
  const now = timeOf(headers); // a date is the shop's clock's
  const date = /[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(after)
    ? Math.ceil((Date.parse(after) - now) / 1000)
    : NaN;
  const seconds = /^\d+(?![-\d])/.test(after) ? Math.ceil(Number.parseFloat(after)) : date;
  if (Number.isNaN(seconds)) return status === 429 ? 60 : 0;
  return Math.min(Math.max(seconds, 0), 86_400);
}

/** Statuses that mean the same as another, or that the shop does not offer this. */
const SAME_AS: Record<number, ErrorCode> = {
  405: "not_offered",
  408: "http_5xx",
  422: "http_400",
  423: "http_409",
  425: "http_5xx",
  501: "not_offered",
};
const LOGIN = /log[-_]?in|sign[-_]?in|\bsso\b|[?&]next=/i;

/** Masks a secret in a text: only a long one, since a short one may be a word, and only whole. */
export function maskSecret(text: string, secret = ""): string {
  if (secret.length < 8) return text;
  const forms = [secret, encodeURIComponent(secret)].map((form) =>
    form.replace(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`),
  );
  return text.replace(
    new RegExp(`(?<![\\p{L}\\p{N}_])(${forms.join("|")})(?![\\p{L}\\p{N}_])`, "gu"),
    "…",
  );
}

/**
 * The error that a refusal of Django's is: by its status, and by whether Django gave a reason.
 * A 404 with a reason means that the id is unknown; one without, that the endpoint may not exist at all.
 * @param secrets what the model must not read in a reason
 */
export function errorFor(
  response: Refusal,
  body: unknown,
  context: ErrorContext,
  secrets: string[] = [],
): ShopError {
  const { status, headers } = response;
  const reasons = firstReasons(body);
  const told = reasons.filter(({ isCode }) => !isCode).slice(0, MAX_REASONS);
  const location = headers.get("location") ?? "";
  const mask = (text: string) => secrets.reduce(maskSecret, text);
  const refused = (): ErrorCode => {
    const unknown = told.length ? "unknown_id" : "unknown_or_not_offered";
    if (status === 404 || status === 410)
      return context.id ? unknown : told.length ? "http_400" : "not_offered";
    if (status === 403 && !told.length) return "forbidden";
    if (status === 403 && told.every(({ words }) => /^csrf\b/i.test(words))) return "csrf";
    if (status === 403 && reasons.some(isAboutToken)) return "http_401";
    if (status === 409 && !told.length) return "http_4xx"; // who knows what it means
    if (status === 409 && reasons.some(isAboutKey)) return "http_5xx"; // the first attempt is under way
    if (Math.floor(status / 100) === 3)
      return LOGIN.test(location) ? "login_page" : location ? "http_3xx" : "http_other";
    const codes = [`http_${status}`, `http_${Math.floor(status / 100)}xx`];
    const found = codes.find((code) => code in errorMessages) ?? "http_other";
    return SAME_AS[status] ?? (found as ErrorCode); // a key
  };
  const code = refused();
  const words = (code === "http_401" ? told.slice(0, 1) : told).map(({ field, words }) =>
    join(
      [field && toPlainText(mask(field), 40), toPlainText(mask(words), 200).replace(/\.$/, "")],
      ": ",
    ),
  );
  const detail = words.length ? `: ${words.join("; ")}` : "";
  const wait = secondsToWait(response);
  const challenge = headers.get("www-authenticate") ?? "";
  const reason = reasons.find(({ isCode }) => isCode)?.words.slice(0, 100) ?? "";
  const refusal = { challenge, reason, at: timeOf(headers) };
  return new ShopError(code, { ...context, status, wait, detail, ...refusal });
}

/** Why a text that should be JSON is none. */
export function notJsonError(
  text: string,
  { headers }: Response,
  context: ErrorContext,
): ShopError {
  const start = text.trimStart();
  const isLogin = /type=["']?password|<title>[^<]*\b(log|sign)[ -]?(in|on)\b/i.test(start);
  const isJson = /^[[{"]/.test(start) || /json/i.test(headers.get("content-type") ?? "");
  const [, constant] = /[:[,]\s*(-?Infinity|-?NaN)\b/.exec(start) ?? [];
  const detail = constant ? `: ${constant} is no JSON` : "";
  if (!start) return new ShopError("empty_answer", context);
  if (/^<(?!\?xml)/.test(start)) return new ShopError(isLogin ? "login_page" : "web_page", context);
  return new ShopError(isJson ? "bad_json" : "not_json", { ...context, detail });
}
