/** One answer of the shop, and what may be wrong with it. `visit.ts` gets it. */
import { plain } from "../../server.ts";
import { red, type Said } from "./check-result.ts";

export const SECONDS = 10; // for one request
export const ALL_SECONDS = 90; // for all of them

export interface Reply {
  url: URL;
  /** 0 when no answer came. */
  status: number;
  headers: Headers;
  ms: number;
  body: string;
  json: unknown;
  /** Why there is no whole answer: a code of the network's, or ours. */
  code: string;
}
export const isOk = ({ status, json }: Reply) =>
  status >= 200 && status < 300 && json !== undefined;
export const isRefused = ({ status }: Reply) => status === 401 || status === 403;
export const where = ({ headers, url }: Reply) =>
  URL.parse(headers.get("location") ?? "", url.href);
/** What the shop says, for a line of ours. */
export const quote = (written: string, max = 100) => plain(written, max).replaceAll("→", ">");

export const LOGIN = "let the API answer to tokens: DRF's TokenAuthentication, not login_required";
export const BASE = "set DJANGO_API_BASE to the address of the API";
/** What may be wrong with an answer, by the first form that fits its kind. */
const TROUBLES = {
  MAPPING: "{detail} → mend the module given with --shop",
  REFUSED:
    "nothing listens at {host} → start the shop, or correct host and port in DJANGO_API_BASE",
  "ENOTFOUND|EAI_AGAIN": "there is no host {host} → correct the name in DJANGO_API_BASE",
  UNREACH: "no way leads to {host} → look at the network, and at DJANGO_API_BASE",
  ALL_OVER: `not tried: the ${ALL_SECONDS} s for everything are over → find out why the shop is slow`,
  TIMEOUT: `no whole answer within ${SECONDS} s → look whether it hangs, or a firewall swallows what is sent`,
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
  login: `a login page (HTTP {status}{title}) → ${LOGIN}`,
  html: `an HTML page (HTTP {status}{title}) → ${BASE}`,
  "not json": `something that is not JSON → ${BASE}`,
};
function kindOf({ code, status, body, json }: Reply): string {
  const isHtml = /^\s*</.test(body);
  if (code) return code;
  if (status >= 300) return `http ${status}${isHtml ? " html" : ""}`;
  if (!body.trim()) return "empty";
  if (isHtml) return /type=["']?password|log ?in|sign ?in/i.test(body) ? "login" : "html";
  return json === undefined ? "not json" : "";
}
export function troubleOf(reply: Reply): Said | undefined {
  const { code, url, status, body, json } = reply;
  const kind = kindOf(reply);
  const [, words] = Object.entries(TROUBLES).find(([form]) => new RegExp(form).test(kind)) ?? [];
  const detail = isObject(json) && typeof json.detail === "string" ? `: ${quote(json.detail)}` : "";
  const title = quote(/<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? "", 60).replace(/.+/, ", “$&”");
  const to = where(reply)?.href ?? "nowhere";
  const said = code.startsWith("MAPPING ") ? quote(code.slice(8), 200) : detail;
  const facts: Fields = { code, status, title, to, detail: said, host: url.host };
  return kind && words ? red(words.replace(/{(\w+)}/g, (_, name) => `${facts[name]}`)) : undefined;
}

export type Fields = Record<string, unknown>;
export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export function parsed(body: string, parse: (body: string) => unknown = JSON.parse): unknown {
  try {
    return parse(body);
  } catch {
    return undefined;
  }
}
