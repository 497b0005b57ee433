/**
 * One reply of the shop, and the problem with it, if any. `request` of visit.ts makes replies; the checks call
 * `problemOf`, which is where every broken connection, status and body is put into words.
 */
import { plain } from "../../server.ts";
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
export const quote = (text: string, max = 100) => plain(text, max).replaceAll("→", ">");

// ── Problems ────────────────────────────────────────────────────────────────────────────────────

export const FIX_LOGIN =
  "let the API answer to tokens: DRF's TokenAuthentication, not login_required";
export const FIX_BASE = "set DJANGO_API_BASE to the address of the API";
/** Problems by a pattern for `problemKind`, whose first match counts. Names in braces are filled in. */
const PROBLEMS = {
  MAPPING: "{detail} → mend the module given with --shop",
  REFUSED:
    "nothing listens at {host} → start the shop, or correct host and port in DJANGO_API_BASE",
  "ENOTFOUND|EAI_AGAIN": "there is no host {host} → correct the name in DJANGO_API_BASE",
  UNREACH: "no way leads to {host} → look at the network, and at DJANGO_API_BASE",
  VISIT_OVER: `not tried: the ${VISIT_SECONDS} s for everything are over → find out why the shop is slow`,
  TIMEOUT: `no whole answer within ${REQUEST_SECONDS} s → look whether it hangs, or a firewall swallows what is sent`,
  EXPIRED: "the TLS certificate is out of date → renew it",
  ALTNAME: "the TLS certificate is not for {host} → set DJANGO_API_BASE to a name it is for",
  SELF_SIGNED:
    "the TLS certificate is signed by itself → get one of a known authority, or name yours in NODE_EXTRA_CA_CERTS",
  "CERT|VERIFY|ISSUER|TLS":
    "the TLS certificate does not hold ({code}) → send the whole chain, or name its authority in NODE_EXTRA_CA_CERTS",
  EPROTO: "it does not speak TLS there → set DJANGO_API_BASE to http://…, or to the port that does",
  TOO_LARGE: "an answer larger than 1 MiB, which is not read → paginate, and honour limit",
  "^[A-Z]": "the connection broke off before an answer was whole → look into the shop's log",
  "http 3":
    "a redirect (HTTP {status}) to {to}, which is not followed → set paths, or DJANGO_API_BASE, to it",
  "http 401": "it wants another token (HTTP 401{detail}) → see authentication",
  "http 403": "not for this account (HTTP 403{detail}) → give a token of staff to look at it",
  "http 404": "not there (HTTP 404) → build it",
  "http 405": "there, but for another method (HTTP 405) → name it in a dialect: paths",
  "http 429": "too many requests (HTTP 429) → wait, and raise the throttle of this account",
  "http 400 html": "a request refused as a page (HTTP 400) → add the host to ALLOWED_HOSTS",
  "http 4": "a request refused (HTTP {status}{detail}) → let it take what the contract sends",
  "http 5": "a problem of its own (HTTP {status}) → look into the shop's log",
  empty: "an empty body → look whether a proxy swallows it, and at DJANGO_API_BASE",
  login: `a login page (HTTP {status}{title}) → ${FIX_LOGIN}`,
  html: `an HTML page (HTTP {status}{title}) → ${FIX_BASE}`,
  "not json": `something that is not JSON → ${FIX_BASE}`,
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
