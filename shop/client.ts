/**
 * The only code that speaks HTTP to Django: deadline, retries, circuit breaker, bounded answers, and what an
 * answer means in the contract's terms.
 *
 * ```ts
 * const django = connectDjango({ baseUrl: "https://shop.example", timeout: 10, currency: "EUR", userAgent: "me/1" });
 * const order = await django(endpoints.order, { ids: { order_id: "1036" } });
 * ```
 *
 * @module
 */
import { ACCEPT_ENCODING, AS_SENT, letOthers, readText } from "./body.ts";
import {
  addHeaders,
  type Asked,
  CONTRACT,
  type Dialect,
  type Endpoint,
  type EndpointName,
  endpoints,
  type RowRange,
  saysFailure,
} from "./contract.ts";
import {
  type ErrorContext,
  errorFor,
  MappingError,
  maskSecret,
  MAX_LOADS,
  networkError,
  NOT_MADE,
  notJsonError,
  ShopError,
} from "./errors.ts";
import { parseJson } from "./json.ts";
import { type Login, openCredential, type Reply } from "./login.ts";
import { Notes } from "./notes.ts";
import type { ObserveRequest } from "./observer.ts";
import { readAnswer } from "./reader.ts";
import { LateError, Upstream, waitMs } from "./resilience.ts";
import { shareReads } from "./shared-reads.ts";
import { parseUrl, toPlainText } from "./text.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Query = Record<string, string | number | boolean | undefined>;

export interface ClientOptions {
  /** Origin and path before `/api`, without a slash at the end. */
  baseUrl: string;
  /** Where the shop's links lead: relative ones, and those to the host of `baseUrl`. @default baseUrl */
  shopUrl?: string | undefined;
  /** A token, or where this server gets one by user and password. @default none */
  token?: string | undefined;
  login?: Login | undefined;
  /** The word before the token. @default by its kind, then by what the shop asks for */
  scheme?: string | undefined;
  /** Seconds for all requests of one tool call. An attempt, and a wait between two, gets three tenths of it. */
  timeout: number;
  /** ISO 4217, of prices that come without one; XXX leaves it to the dialect. */
  currency: string;
  userAgent: string;
  /** @default globalThis.fetch */
  fetch?: Fetch | undefined;
  /** @default CONTRACT */
  dialect?: Dialect | undefined;
  /** Hears of each request, and of its end. @default nobody */
  observeRequest?: ObserveRequest | undefined;
  /** In ms, by a clock that nobody sets back. @default performance.now */
  now?: (() => number) | undefined;
  /** Instead of a token: what says for whom a request is made, made anew for each attempt. */
  assertion?: Assert | undefined;
  /** Who that is: what fails for them alone stops nobody else. @default there is one */
  person?: string | undefined;
  /** How the shop's endpoints have answered, where other clients of it share that. @default known to this one alone */
  known?: KnownEndpoints | undefined;
}
type Assert = (request: { method: string; url: string }) => Promise<string>;
export interface RequestOptions {
  ids?: Record<string, string>;
  query?: Query;
  /**
   * A change, the key under which the shop makes it once, however often it is sent, and the version of what it
   * changes, as it was shown to the user.
   */
  change?: { key: string; body: unknown; version?: string | undefined };
  /** The body of a request that changes nothing. */
  body?: unknown;
  signal?: AbortSignal;
  /** When the tool call began, in ms: all its requests share one deadline. */
  since?: number;
  /** Hears of each attempt to send it as it begins, counted from 1. */
  onAttempt?: ((attempt: number) => void) | undefined;
  /** Which rows of a list are needed; the others may be left unread. */
  rows?: RowRange;
  /** Where what has to be said of the answer goes: what was left out, or shortened. */
  notes?: Notes;
  /** That a refused credential is an error even where everybody may read. */
  isStrict?: boolean;
}
/** Requests one endpoint of the contract and gives back its parsed answer. @throws {ShopError} */
export type DjangoClient = <A>(endpoint: Endpoint<A>, options?: RequestOptions) => Promise<A>;

/** What a shop shows to everybody, and goes on to show where it refuses this server's credential. */
const PUBLIC = new Set<EndpointName>(["searchProducts", "product", "shop"]);
const AS_EVERYBODY =
  "The shop does not accept this server's credential now, so this is what everybody sees: prices, and what is there, may be others for this account.";

/** The token that a request carries; "" without one. */
const tokenIn = ({ headers }: RequestInit): string =>
  new Headers(headers).get("authorization")?.replace(/^\S+ /, "") ?? "";
const ASSERTION_ADVICE =
  "check SHOP_MCP_ASSERTION_KEY, SHOP_MCP_PUBLIC_URL and DJANGO_API_BASE against ASSERTION_KEYS, ASSERTION_ISSUER and ASSERTION_AUDIENCE in the shop's settings, and both clocks";
/** What is wrong where the shop refuses what this server says of its caller is for the operator, not the caller. */
function adviseOnAssertion(error: unknown): never {
  if (!(error instanceof ShopError) || error.code !== "http_401") throw error;
  throw new ShopError("http_401", { ...error.context, advice: ASSERTION_ADVICE });
}

/** What there is to know of an endpoint, and how it has answered. */
function trackEndpoint(name: string, { what, method, path }: Endpoint, upstream: Upstream) {
  return {
    name: name as EndpointName, // the table's own key
    line: upstream.lineTo(what),
    what,
    path: `${method} ${path.template}`,
    parameters: Object.keys(path.query),
    isPublic: PUBLIC.has(name as EndpointName), // likewise
  };
}
type Tracked = ReturnType<typeof trackEndpoint>;

export type KnownEndpoints = Map<Endpoint, Tracked>;
/** What is known of a shop's endpoints before the first request. */
export const trackEndpoints = (upstream: Upstream): KnownEndpoints =>
  new Map(
    Object.entries<Endpoint>(endpoints).map(([name, endpoint]) => {
      return [endpoint, trackEndpoint(name, endpoint, upstream)];
    }),
  );

/** A request as it is written, but for its credential. */
interface Outgoing {
  url: string;
  method: string;
  headers: Headers;
  body?: string;
}
/** For whom, and for what, a request is sent. */
interface Sending {
  context: ErrorContext;
  signal: AbortSignal;
  caller: Caller;
}
interface Caller {
  /** Whether it may be sent without the credential, and whether it was: then so is what follows. */
  isPublic: boolean;
  isAnonymous: boolean;
  /** Called before it is sent, each time. */
  onSend?: () => void;
}

/** A client for one shop. Make one for a process: it remembers which endpoints are failing. */
export function connectDjango(options: ClientOptions): DjangoClient {
  const { baseUrl, token, login, scheme, timeout, dialect = CONTRACT } = options;
  const fetcher = options.fetch ?? fetch;
  const { origin, host } = new URL(baseUrl);
  const { shopUrl = baseUrl } = options;
  const hidden = new URL(shopUrl).origin === origin ? undefined : host;
  const currency = options.currency === "XXX" ? (dialect.currency ?? "XXX") : options.currency;
  const mine = { Accept: "application/json", "User-Agent": options.userAgent };
  const headers = new Headers({ ...mine, ...ACCEPT_ENCODING });
  const now = options.now ?? (() => performance.now());
  const { known = trackEndpoints(new Upstream({ timeout, now })), assertion, person } = options;
  function trackedOf(endpoint: Endpoint): Tracked {
    const tracked = known.get(endpoint);
    if (!tracked) throw new TypeError(`"${endpoint.what}" is no endpoint of the contract`);
    return tracked;
  }
  const share = shareReads<{ data: unknown; notes: Notes }>();

  /** One request, and its answer, whatever its status. @throws {ShopError} */
  async function exchangeOnce(url: string, init: RequestInit, context: ErrorContext) {
    init.signal?.throwIfAborted();
    let response: Response;
    try {
      response = await fetcher(url, init);
    } catch (error) {
      throw networkError(error, context);
    }
    const { ok, status } = response;
    const mustBeJson = ok || status === 400; // another status says enough
    let text = "";
    try {
      text = await readText(response, { ...context, status });
    } catch (error) {
      if (mustBeJson) throw error;
    }
    await letOthers(text.length);
    return { response, text, json: parseJson(text), mustBeJson };
  }
  const { observeRequest } = options;
  const exchange: typeof exchangeOnce = !observeRequest
    ? exchangeOnce
    : (url, init, context) => {
        const [headers, { path = "" }] = [new Headers(init.headers), context];
        const request = { method: init.method ?? "GET", url, path, headers };
        return observeRequest(request, () => exchangeOnce(url, { ...init, headers }, context));
      };
  /** One request, and the JSON and headers of its answer. @throws {ShopError} */
  async function fetchJson(url: string, init: RequestInit, context: ErrorContext) {
    const { response, text, json, mustBeJson } = await exchange(url, init, context);
    const { ok, status, headers } = response;
    if (!json && mustBeJson) throw notJsonError(text, response, { ...context, status });
    if (!ok)
      throw errorFor(response, json?.value, context, [...credential.secrets(), tokenIn(init)]);
    await letOthers(text.length);
    return { json: json?.value, headers, length: text.length };
  }
  /** One request of the login, which is no call's own: its deadline is one for itself. @throws {ShopError} */
  async function post(url: string, body: object, more: Record<string, string>): Promise<Reply> {
    const all = new Headers([...headers, ["Content-Type", "application/json"]]);
    for (const [name, value] of Object.entries(more)) all.set(name, value);
    const signal = AbortSignal.timeout(timeout * 1000);
    const init = { ...AS_SENT, method: "POST", headers: all, body: JSON.stringify(body), signal };
    const context = { what: "login", path: `POST ${parseUrl(url)?.pathname}`, timeout };
    const { response, text, json } = await exchange(url, init, context).catch((error: unknown) => {
      throw signal.aborted ? new ShopError("too_slow", context, error) : error;
    });
    return { status: response.status, headers: response.headers, text, json: json?.value };
  }
  const credential = openCredential({ token, login, scheme, send: post, now });
  const mask = (text: string) => credential.secrets().reduce(maskSecret, text);
  /** The error, whose words are the shop's, or its dialect's, without what the shop may have repeated in them. */
  function withoutSecrets(error: unknown): unknown {
    if (!(error instanceof ShopError)) return error;
    const { code, context, cause } = error;
    const detail = mask(context.detail);
    return detail === context.detail ? error : new ShopError(code, { ...context, detail }, cause);
  }
  /** The headers of most requests: of all reads under one credential. */
  let usual = { authorization: "", headers };
  /** The headers of a request, under a credential. */
  function authorize(given: Headers, authorization = ""): Headers {
    if (given === headers && authorization === usual.authorization) return usual.headers;
    const all = new Headers(given);
    if (authorization) all.set("Authorization", authorization);
    if (given === headers) usual = { authorization, headers: all };
    return all;
  }
  /** A request with the credential. What everybody may read is read without it where the shop refuses it. */
  function fetchAs({ url, ...request }: Outgoing, { context, signal, caller }: Sending) {
    const send = (authorization?: string) => {
      signal.throwIfAborted(); // while it waited for a login
      caller.onSend?.();
      const headers = authorize(request.headers, authorization);
      return fetchJson(url, { ...AS_SENT, ...request, headers, signal }, context);
    };
    const onAnonymous = () => {
      caller.isAnonymous = true;
    };
    const { method } = request;
    if (assertion)
      return assertion({ method, url })
        .then((jwt) => send(`Bearer ${jwt}`))
        .catch(adviseOnAssertion);
    const { isPublic } = caller;
    return caller.isAnonymous ? send() : credential.use(send, { isPublic, onAnonymous });
  }
  /** What a dialect may read besides: a few addresses of the same origin. */
  function makeLoader(sending: Sending) {
    let loads = 0;
    return async (address: string) => {
      const url = parseUrl(address, `${baseUrl}/`);
      if (url?.origin !== origin) throw new MappingError("a link leads elsewhere");
      if (++loads > MAX_LOADS) throw new ShopError("too_linked", sending.context);
      return (await fetchAs({ url: url.href, method: "GET", headers }, sending)).json;
    };
  }

  return async <A>(endpoint: Endpoint<A>, options: RequestOptions = {}): Promise<A> => {
    const { ids = {}, query = {}, change, body, since = Date.now(), rows } = options;
    const tracked = trackedOf(endpoint);
    const { name, line, what, path, parameters } = tracked;
    const isPublic = tracked.isPublic && !options.isStrict;
    endpoint.path.fill(ids); // lets no other ids pass
    const context = { what, path, id: Object.values(ids)[0] ?? "", timeout };
    const asShopError = (error: unknown) =>
      error instanceof MappingError
        ? new ShopError("bad_mapping", {
            ...context,
            detail: toPlainText(mask(error.message), 200),
          })
        : withoutSecrets(error);

    const asked: Asked = { endpoint: name, ids, query: {} };
    for (const name of parameters)
      if (query[name] !== undefined) asked.query[name] = String(query[name]);
    for (const name in query)
      // those of the shop's own links last
      if (!(name in asked.query) && query[name] !== undefined)
        asked.query[name] = String(query[name]);

    /** The request, in the shop's dialect. @throws {ShopError} */
    function prepare(): Outgoing {
      const address = dialect.request(asked);
      if (!address && dialect.has(name)) {
        const detail = ids["customer_id"] ? ", unless it is the caller, whose id is me" : "";
        throw new ShopError("not_offered_for", { ...context, detail });
      }
      if (!address) throw new ShopError("not_offered", context);
      const { path, method = endpoint.method } = address;
      if (dialect !== CONTRACT) context.path = `${method} ${path.replace(/\?.*/, "")}`;
      const sent = change?.body ?? body;
      if (sent === undefined) return { url: baseUrl + path, method, headers };
      const all = new Headers([...headers, ["Content-Type", "application/json"]]);
      if (change) all.set("Idempotency-Key", change.key);
      if (change?.version) all.set("If-Match", `"${change.version}"`);
      const json = JSON.stringify(dialect.body(asked, sent));
      return { url: baseUrl + path, method, headers: all, body: json };
    }
    let attempts = 0;
    let mayBeMade = false; // the change, by an attempt that has reached the shop and was not refused
    /** Sends the request once, and reads its answer in the contract's terms. @throws {ShopError} */
    async function attempt(outgoing: Outgoing, signal: AbortSignal) {
      const before = mayBeMade;
      options.onAttempt?.(++attempts);
      const caller: Caller = { isPublic, isAnonymous: false, onSend: () => (mayBeMade = true) };
      const sending = { context, signal, caller };
      let [isAnswered, isTaken] = [false, false]; // the change, by what the shop says
      try {
        const { json, headers, length } = await fetchAs(outgoing, sending);
        isAnswered = true;
        isTaken = change !== undefined && !saysFailure(json);
        const read = await dialect.answer(asked, json, makeLoader(sending), rows);
        const answer = addHeaders(read, headers);
        const notes = new Notes(); // of this attempt: another one begins anew
        if (caller.isAnonymous) notes.add(AS_EVERYBODY);
        const reading = { baseUrl: shopUrl, hidden, currency, length, notes };
        const parsed = await readAnswer(endpoint, answer, reading);
        if (parsed.success) return { data: parsed.data, notes };
        const where = parsed.error.issues[0]?.path.join(".") || "the whole answer";
        throw new ShopError("wrong_shape", { ...context, detail: toPlainText(where, 80) });
      } catch (thrown) {
        const error = asShopError(thrown);
        if (isTaken) throw new ShopError("accepted", context, error); // and cannot be read
        if (isAnswered || !(error instanceof ShopError)) throw error;
        if (NOT_MADE.includes(error.code)) mayBeMade = before;
        const isEmpty = error.code === "empty_answer" && error.context.status !== 400; // a success
        throw change && isEmpty ? new ShopError("accepted", error.context) : error;
      }
    }
    /** What a call ends with that has failed. */
    function outcomeOf(error: unknown) {
      const isTooSlow = error instanceof LateError && !options.signal?.aborted;
      const reason = isTooSlow ? new ShopError("too_slow", context) : error;
      const isAnswer = reason instanceof ShopError && reason.code === "accepted";
      if (!change || !mayBeMade || isAnswer) return reason;
      return new ShopError("unclear", { ...context, wait: waitMs(reason) / 1000 }, reason);
    }

    try {
      const outgoing = prepare();
      options.signal?.throwIfAborted();
      const endsAt = Math.max(since + timeout * 1000, change ? Date.now() + line.longestMs : 0);
      const isOnce = change !== undefined && dialect.idempotency === false;
      const signal = change ? undefined : options.signal; // a change that has begun is seen through
      const once = (signal: AbortSignal) => attempt(outgoing, signal);
      const read = () => line.send(once, { endsAt, signal, isOnce, caller: person });
      const key = `${outgoing.url} ${rows?.from}-${rows?.to}`;
      const { data, notes } = isPublic ? await share(key, options.signal, read) : await read();
      options.notes?.merge(notes);
      return data as A; // of this endpoint, as its address says
    } catch (error) {
      throw outcomeOf(asShopError(error));
    }
  };
}
