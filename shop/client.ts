/** The only code that speaks HTTP to Django. */
import * as cockatiel from "cockatiel";
import { CONTRACT, type Endpoint, type EndpointName, endpoints } from "./contract.ts";
import {
  MappingError,
  MAX_LOADS,
  NO_FACTS,
  PASSING,
  refusal,
  ShopError,
  UNCLEAR,
  type Facts,
} from "./errors.ts";
import { currencyCode, priced } from "./money.ts";
import { plain } from "./text.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const REST_SECONDS = 10;

const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|ERR_TLS.*|.*CERT.*)$/;

/** Reads a body while it streams and gives up at 1 MiB, counted after decompression. */
async function readBody(response: Response, facts: Facts): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new ShopError("too_large", facts);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const MONEY_FIELDS = new Set(["price", "total", "amount", "balance", "price_difference"]);
const LINK_FIELDS = new Set(["url", "image", "images"]);
const FREE_FIELDS = new Set(["options", "policies"]); // their keys are the merchant's own words

/** A link made whole, or undefined for what a host should not follow. */
function linked(sent: unknown, base: string): string | undefined {
  const url = typeof sent === "string" ? URL.parse(sent, base) : undefined;
  return url && /^https?:$/.test(url.protocol) && !url.username ? url.href : undefined;
}
/** Django's JSON in the contract's terms: whole links, decimals as money of the currency around. */
export function inTerms(sent: unknown, base: string, around: string): unknown {
  if (Array.isArray(sent)) return sent.map((one) => inTerms(one, base, around));
  if (typeof sent !== "object" || sent === null) return sent;
  const named = "currency" in sent ? String(sent.currency).toUpperCase() : "";
  const currency = currencyCode.safeParse(named).data ?? around;
  const fields = Object.entries(sent).flatMap(([name, value]) => {
    if (MONEY_FIELDS.has(name)) return [[name, priced(value, currency)]];
    if (FREE_FIELDS.has(name) && typeof value === "object" && value !== null)
      return [
        [name, Object.fromEntries(Object.entries(value).map(([key, it]) => [plain(key, 80), it]))],
      ];
    if (!LINK_FIELDS.has(name)) return [[name, inTerms(value, base, currency)]];
    const isList = Array.isArray(value);
    return [[name, isList ? value.flatMap((to) => linked(to, base) ?? []) : linked(value, base)]];
  });
  return Object.fromEntries(fields);
}

export type Query = Record<string, string | number | boolean | undefined>;
/** What is asked with: a change brings the key under which it takes effect once, however often it is sent. */
interface Asked {
  ids?: Record<string, string>;
  query?: Query;
  change?: { key: string; body: unknown };
  signal?: AbortSignal;
  /** When the tool call began, in ms: all it asks shares one deadline. */
  since?: number;
  /** How many rows of a list are needed: the rest may be left unread. */
  rows?: number;
}
/** Asks Django one thing of the contract and gives back its parsed answer. @throws {ShopError} */
export type Ask = <A>(endpoint: Endpoint<A>, request?: Asked) => Promise<A>;

/** What the client needs of the settings. */
export interface ClientSettings {
  django_api_base: string;
  django_api_token?: string | undefined;
  django_api_auth: string;
  timeout: number;
  currency: string;
  userAgent: string;
}
export type Send = (url: string, init: RequestInit) => Promise<Response>;
/** The only code that speaks HTTP to Django. One for a process: it remembers what is failing. */
export function connectDjango(settings: ClientSettings, send: Send, dialect = CONTRACT): Ask {
  const { timeout, django_api_base: base, django_api_token: token } = settings;
  const { origin } = new URL(base);
  const currency = settings.currency === "XXX" ? (dialect.currency ?? "XXX") : settings.currency;
  const headers = new Headers({ Accept: "application/json", "User-Agent": settings.userAgent });
  if (token) headers.set("Authorization", `${settings.django_api_auth} ${token}`);

  const longestMs = timeout * 300; // for one attempt, and for one wait: three tenths of the deadline
  const waitMs = (error: unknown) => (error instanceof ShopError ? error.facts.wait * 1000 : 0);
  const isPassing = (error: unknown) => error instanceof ShopError && PASSING.includes(error.kind);
  const isTripping = (error: unknown) => isPassing(error) && waitMs(error) === 0;
  const isWorthRetrying = (error: unknown) =>
    error instanceof cockatiel.TaskCancelledError ||
    (isPassing(error) && waitMs(error) < longestMs);
  const backoff = new cockatiel.DelegateBackoff<cockatiel.IRetryBackoffContext<unknown>>(
    ({ attempt, result }) =>
      ("error" in result && waitMs(result.error)) || Math.random() * 100 * 2 ** attempt, // full jitter
  );
  const attemptTime = cockatiel.timeout(longestMs, cockatiel.TimeoutStrategy.Aggressive);
  const attempts = cockatiel.wrap(
    cockatiel
      .retry(cockatiel.handleWhen(isWorthRetrying), { maxAttempts: 2, backoff })
      .dangerouslyUnref(), // a wait must not keep alive a server whose host is gone
    attemptTime,
  );
  const known = new Map<
    Endpoint,
    { name: EndpointName; breaker: cockatiel.CircuitBreakerPolicy }
  >();
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const breaker = cockatiel.circuitBreaker(cockatiel.handleWhen(isTripping), {
      halfOpenAfter: REST_SECONDS * 1000,
      breaker: new cockatiel.ConsecutiveBreaker(5),
    });
    known.set(endpoint, { name: name as EndpointName, breaker }); // the table's own key
  }

  /** One request and the JSON of its answer. */
  async function once(url: string, init: RequestInit, facts: Facts): Promise<unknown> {
    init.signal?.throwIfAborted();
    const response = await send(url, { ...init, redirect: "manual" }).catch((error: unknown) => {
      const isUnsent = error instanceof Error && "code" in error && NOT_SENT.test(`${error.code}`);
      throw new ShopError(isUnsent ? "unreachable" : "broken_off", facts);
    });
    const { ok, status } = response;
    const body = await readBody(response, facts).catch((error: unknown) => {
      if (!ok) return ""; // the status says enough
      throw error instanceof ShopError ? error : new ShopError("broken_off", facts);
    });
    const json = parseJson(ok || !token ? body : body.replaceAll(token, "…"));
    if (json === undefined && (ok || status === 400))
      throw new ShopError("not_json", { ...facts, status });
    if (!ok) throw refusal(response, json, facts);
    return json;
  }
  /** What a dialect may read besides: a few addresses of the same origin. */
  function loader(signal: AbortSignal, facts: Facts) {
    let loads = 0;
    return async (address: string) => {
      const url = URL.parse(address, `${base}/`);
      if (url?.origin !== origin) throw new MappingError("a link leads elsewhere");
      if (++loads > MAX_LOADS) throw new ShopError("too_linked", facts);
      return once(url.href, { headers, signal }, facts);
    };
  }

  return async (endpoint, { ids = {}, query = {}, change, signal, since, rows } = {}) => {
    const { name, breaker } = known.get(endpoint) ?? { name: "shop", breaker: cockatiel.noop };
    const search: Record<string, string> = {};
    for (const name of new Set([...Object.keys(endpoint.path.query), ...Object.keys(query)]))
      if (query[name] !== undefined) search[name] = String(query[name]);
    endpoint.path.fill(ids); // lets no other ids pass
    const { what } = endpoint;
    const id = Object.values(ids)[0] ?? "";
    const template = `${endpoint.method} ${endpoint.path.template}`;
    const facts = { ...NO_FACTS, what, path: template, id, timeout };
    const mapped = (error: unknown) => {
      if (!(error instanceof MappingError)) return error;
      return new ShopError("bad_mapping", { ...facts, detail: plain(error.message, 200) });
    };
    const extra = change && { "Content-Type": "application/json", "Idempotency-Key": change.key };
    const told = extra ? new Headers([...headers, ...Object.entries(extra)]) : headers;
    let [url, init]: [string, RequestInit] = ["", { headers: told }];
    try {
      const place = dialect.request(name, ids, search);
      if (!place) throw new ShopError("not_offered", facts);
      url = base + place.path;
      init = { method: place.method ?? endpoint.method, ...init };
      if (change) init.body = JSON.stringify(dialect.body(name, change.body));
    } catch (error) {
      throw mapped(error);
    }
    let isUnclear = false; // whether an attempt may have made the change
    const attempt = async ({ signal }: { signal: AbortSignal }) => {
      try {
        const json = await once(url, { ...init, signal }, facts);
        const told = await dialect.answer(name, json, loader(signal, facts), rows);
        const answer = endpoint.answer.safeParse(inTerms(told, base, currency));
        if (answer.success) return answer.data;
        const detail = plain(answer.error.issues[0]?.path.join(".") || "the whole answer", 80);
        throw new ShopError("wrong_shape", { ...facts, detail });
      } catch (error) {
        isUnclear ||= !(error instanceof ShopError) || UNCLEAR.includes(error.kind);
        throw mapped(error);
      }
    };
    const isOnce = change && dialect.idempotency === false;
    const policy = isOnce ? attemptTime : attempts;
    const spentMs = since ? Date.now() - since : 0;
    const leftMs = Math.max(timeout * 1000 - spentMs, change ? longestMs : 1);
    const deadline = cockatiel.timeout(leftMs, cockatiel.TimeoutStrategy.Aggressive);
    const call = async () => {
      signal?.throwIfAborted();
      const given = change ? undefined : signal; // a change that has begun is seen through
      try {
        return await deadline.execute(({ signal }) => policy.execute(attempt, signal), given);
      } catch (error) {
        const isLate = error instanceof cockatiel.TaskCancelledError && !signal?.aborted;
        const reason = isLate ? new ShopError("too_slow", facts) : error;
        const { status = 0, detail = "" } = reason instanceof ShopError ? reason.facts : {};
        const isRefused = [400, 404, 409].includes(status) && detail; // by Django itself, with reasons
        const isOpen = change && (isLate || isUnclear) && !isRefused;
        throw isOpen ? new ShopError("unclear", facts) : reason;
      }
    };
    try {
      return await breaker.execute(call);
    } catch (error) {
      if (!(error instanceof cockatiel.BrokenCircuitError)) throw error;
      throw new ShopError("resting", { ...facts, wait: REST_SECONDS });
    }
  };
}
