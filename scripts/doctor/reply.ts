/**
 * One reply of the shop, and the problem with it, if any. `request` of visit.ts makes replies; the checks call
 * `problemOf`, which is where every broken connection, status and body is put into words.
 */
import { toPlainText } from "../../shop/text.ts";
import { type CheckResult, red } from "./check-result.ts";

/** How long one request may take. */
export const REQUEST_SECONDS = 10;
/** How long all requests of a visit may take together. */
export const VISIT_SECONDS = 90;

export interface Reply {
  url: URL;
  /** 0 if there was none. */
  status: number;
  headers: Headers;
  /** When it was asked for, in ms since 1970. */
  at: number;
  ms: number;
  body: string;
  /** undefined if the body is no JSON. */
  json: unknown;
  /** Why there is no complete answer: an error code of the network, or one of ours; else empty. */
  code: string;
}
export const isOk = ({ status, json }: Reply) =>
  status >= 200 && status < 300 && json !== undefined;
export const isDenied = ({ status }: Reply) => status === 401 || status === 403;
export const redirectTarget = ({ headers, url }: Reply) =>
  URL.parse(headers.get("location") ?? "", url.href);

export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** What `parse` returns, or undefined where it throws. */
export function tryParse(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
/** Text of the shop, to be part of a line of the report. The arrow separates a finding from its fix there. */
export const quote = (text: string, max = 100) => toPlainText(text, max).replaceAll("→", ">");

// ── Problems ────────────────────────────────────────────────────────────────────────────────────

export const FIX_LOGIN =
  "let the API accept tokens: TokenAuthentication of DRF instead of login_required";
export const FIX_BASE = "set DJANGO_API_BASE to the address of the API";
/** Problems by a pattern for `problemKind`, whose first match counts. Names in braces are filled in. */
const PROBLEMS = {
  MAPPING: "{detail} → correct the module given with --shop",
  REFUSED:
    "nothing listens at {host} → start the shop, or correct host and port in DJANGO_API_BASE",
  "ENOTFOUND|EAI_AGAIN": "the host {host} was not found → correct the name in DJANGO_API_BASE",
  UNREACH: "{host} is unreachable → check the network and DJANGO_API_BASE",
  VISIT_OVER: `not checked: the limit of ${VISIT_SECONDS} s for all requests is reached → find out why the shop is slow`,
  TIMEOUT: `no complete answer within ${REQUEST_SECONDS} s → check whether the shop hangs, or a firewall drops the request`,
  EXPIRED: "the TLS certificate has expired → renew it",
  ALTNAME:
    "the TLS certificate is not valid for {host} → set DJANGO_API_BASE to a name for which it is",
  SELF_SIGNED:
    "the TLS certificate is self-signed → get one from a known authority, or name yours in NODE_EXTRA_CA_CERTS",
  "CERT|VERIFY|ISSUER|TLS":
    "the TLS certificate cannot be verified ({code}) → send the whole chain, or name its authority in NODE_EXTRA_CA_CERTS",
  EPROTO: "the port does not speak TLS → set DJANGO_API_BASE to http://…, or to the port that does",
  TOO_LARGE: "a body larger than 1 MiB, which is not read → paginate, and honour limit",
  "^[A-Z]": "the connection was closed before the answer was complete → see the shop's log",
  "http 3":
    "a redirect (HTTP {status}) to {to}, which the server does not follow → set DJANGO_API_BASE, or paths in a dialect, to it",
  "http 401": "a valid token is needed (HTTP 401{detail}) → see the line authentication",
  "http 403": "not allowed for this account (HTTP 403{detail}) → give a staff token to check it",
  "http 404": "not found (HTTP 404) → add it",
  "http 405": "not allowed with this method (HTTP 405) → name the method in a dialect: paths",
  "http 429": "too many requests (HTTP 429) → wait, and raise this account's throttle rate",
  "http 400 html": "an HTML error page (HTTP 400) → add the host to ALLOWED_HOSTS",
  "http 4": "a refusal (HTTP {status}{detail}) → accept what the contract sends",
  "http 5": "a server error (HTTP {status}) → see the shop's log",
  empty: "an empty body → check DJANGO_API_BASE, and whether a proxy drops the body",
  login: `a login page (HTTP {status}{title}) → ${FIX_LOGIN}`,
  html: `an HTML page (HTTP {status}{title}) → ${FIX_BASE}`,
  "not json": `something other than JSON → ${FIX_BASE}`,
};
function problemKind({ code, status, body, json }: Reply): string {
  const isHtml = /^\s*</.test(body);
  if (code) return code;
  if (status >= 300) return `http ${status}${isHtml ? " html" : ""}`;
  if (!body.trim()) return "empty";
  if (isHtml) return /type=["']?password|log ?in|sign ?in/i.test(body) ? "login" : "html";
  return json === undefined ? "not json" : "";
}
/** What is wrong with a reply, as a red result; undefined for JSON that came with a success. */
export function problemOf(reply: Reply): CheckResult | undefined {
  const { code, url, status, body, json } = reply;
  const kind = problemKind(reply);
  const [, text] =
    Object.entries(PROBLEMS).find(([pattern]) => new RegExp(pattern).test(kind)) ?? [];
  if (!kind || !text) return undefined;
  const reason = isObject(json) && typeof json.detail === "string" ? `: ${quote(json.detail)}` : "";
  const facts: JsonObject = {
    code,
    status,
    host: url.host,
    to: redirectTarget(reply)?.href ?? "nowhere",
    title: quote(/<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? "", 60).replace(/.+/, ", “$&”"),
    detail: code.startsWith("MAPPING ") ? quote(code.slice(8), 200) : reason,
  };
  return red(text.replace(/{(\w+)}/g, (_, name) => `${facts[name]}`));
}
