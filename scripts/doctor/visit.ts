/**
 * A visit to a shop: what the doctor was given, what it has learnt so far, and `request`, through which all
 * traffic goes. `examine.ts` and `suggest-dialect.ts` create a visit; the checks read it and add to it.
 */
import {
  CONTRACT,
  type Dialect,
  type Endpoint,
  type EndpointName,
  endpoints,
} from "../../shop/contract.ts";
import { normalizeAnswer, parseJson } from "../../shop/json.ts";
import { schemeFor } from "../../shop/login.ts";
import { NAME, type Settings } from "../../server.ts";
import type { Difference } from "../contract/compare.ts";
import { createObservedAnswers, type ObservedAnswers } from "./observed-fields.ts";
import { type JsonObject, type Reply, REQUEST_SECONDS, VISIT_SECONDS } from "./reply.ts";

/** How much of an answer is read. The server reads as much. */
export const MAX_BYTES = 1024 * 1024;

/** The network and the clock, which tests replace. */
export interface Runtime {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** In ms since 1970. */
  now(): number;
  /** A signal that aborts after this many ms. */
  timeout(ms: number): AbortSignal;
  /** Resolves after this many ms. */
  wait(ms: number): Promise<unknown>;
}
export const DEFAULT_RUNTIME: Runtime = {
  fetch,
  now: Date.now,
  timeout: (ms) => AbortSignal.timeout(ms),
  wait: (ms) => Bun.sleep(ms),
};

/** Of a login: what the server is to be set to, without the password. */
export interface LoginSettings {
  DJANGO_LOGIN: string;
  DJANGO_USER: string;
}
export interface VisitOptions {
  settings: Settings;
  /** Of which the token is, where it came by a login. */
  login?: LoginSettings | undefined;
  /** Another customer's token, who must not see the first one's orders. */
  secondToken?: string | undefined;
  /** An order to read, where the shop has no list of orders. */
  orderId?: string | undefined;
  /** Where the shop's OpenAPI document is. @default /api/schema/, then /schema/ */
  schemaUrl?: string | undefined;
  dialect?: Dialect | undefined;
}

export const ENDPOINT_NAMES = Object.keys(endpoints) as EndpointName[]; // its own keys
/** The names of the endpoints that a tool needs. */
export const endpointsOf = ({ needs }: { needs: Endpoint[] }): EndpointName[] =>
  ENDPOINT_NAMES.filter((name) => needs.includes(endpoints[name]));
/** Endpoints that change something. A preview changes nothing, and takes no key. */
export const CHANGE_NAMES = ENDPOINT_NAMES.filter(
  (name) => endpoints[name].method !== "GET" && name !== "previewChange",
);

/** What is known of one endpoint. */
export interface EndpointRecord {
  replies: Reply[];
  answers: ObservedAnswers;
  state: "works" | "broken" | "absent" | "unproven";
  /** Whether the server would refuse one of its answers. */
  isRejected: boolean;
}
export interface Visit extends VisitOptions {
  runtime: Runtime;
  /** Aborts when the visit has taken too long. */
  deadline: AbortSignal;
  /** Changes when the shop turns out to accept the other scheme. */
  authScheme: NonNullable<Settings["django_api_auth"]>;
  /** The replies of the first check, in which nothing was known yet. */
  probes: Reply[];
  /** By endpoint. */
  records: Record<string, EndpointRecord>;
  /** The records of the mock shop, which is proven against the reference Django. */
  reference: Record<string, EndpointRecord>;
  /** The shop's OpenAPI document. */
  document?: JsonObject;
  /** Where that document differs from the contract's. */
  differences: Difference[];
  /** Set when no further check makes sense. */
  isOver: boolean;
  /** How often it was waited for a shop that said 429, for how long in all, in s, and how many requests were left at that. */
  throttled: { times: number; seconds: number; refused: number };
  /** JSON in the contract's terms, as the server's own client reads it. */
  normalize(json: unknown): unknown;
}

export const createRecord = (): EndpointRecord => ({
  replies: [],
  answers: createObservedAnswers(),
  state: "unproven",
  isRejected: false,
});
export function recordFor({ records }: Visit, name: EndpointName): EndpointRecord {
  const record = records[name];
  if (!record) throw new Error(`${name} is no endpoint`);
  return record;
}

export function createVisit(options: VisitOptions, runtime: Runtime): Visit {
  const { settings, dialect } = options;
  const currency = settings.currency === "XXX" ? (dialect?.currency ?? "XXX") : settings.currency;
  return {
    ...options,
    runtime,
    deadline: runtime.timeout(VISIT_SECONDS * 1000),
    authScheme: settings.django_api_auth ?? schemeFor(settings.django_api_token ?? ""),
    probes: [],
    records: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, createRecord()])),
    reference: {},
    differences: [],
    isOver: false,
    throttled: { times: 0, seconds: 0, refused: 0 },
    normalize: (json) => normalizeAnswer(json, settings.django_api_base, currency),
  };
}

// ── Requests ────────────────────────────────────────────────────────────────────────────────────

export interface RequestOptions {
  /** @default "GET" */
  method?: string;
  /** undefined: none. @default the token of the settings */
  token?: string | undefined;
  /** @default the visit's */
  authScheme?: string;
  /** @default "application/json" */
  accept?: string;
  /** @default MAX_BYTES */
  maxBytes?: number;
}

const UNIT_SECONDS = { second: 1, minute: 60, hour: 3600 };
/**
 * How long a 429 says to wait, in s: by Retry-After, a number or a date (RFC 9110, 10.2.3), or else by DRF's words,
 * "Expected available in 25 seconds." NaN where it says nothing.
 */
export function retryAfter(headers: Headers, now: number, body = ""): number {
  const said = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(said.trim())) return Number(said);
  if (said) return Math.max(0, Math.ceil((Date.parse(said) - now) / 1000));
  const [, count, unit] = /\bin (\d+) (second|minute|hour)s?\b/.exec(body.slice(0, 2000)) ?? [];
  return Number(count ?? NaN) * (UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] ?? NaN); // of the pattern
}
/** How long a visit waits for a shop that throttles it, and how often: in all, in s. */
const MAX_THROTTLED_SECONDS = 60;
const MAX_THROTTLED_TIMES = 60;
/** Waits as long as a 429 says, within bounds. @returns whether it is worth another attempt */
export async function waitFor429(visit: Visit, headers: Headers, body: string): Promise<boolean> {
  const { throttled, runtime, deadline } = visit;
  const seconds = retryAfter(headers, runtime.now(), body);
  const isWorthIt = throttled.seconds + seconds <= MAX_THROTTLED_SECONDS; // not where it is NaN
  if (!isWorthIt || throttled.times >= MAX_THROTTLED_TIMES || deadline.aborted) {
    throttled.refused++;
    return false;
  }
  throttled.times++;
  throttled.seconds += seconds;
  await runtime.wait(seconds * 1000);
  return true;
}
/** Sends one request, again where the shop says how long to wait for it (429), and returns a reply whatever happens. */
export async function request(
  visit: Visit,
  address: string,
  options: RequestOptions = {},
): Promise<Reply> {
  for (;;) {
    const reply = await send(visit, address, options);
    if (reply.status !== 429 || !(await waitFor429(visit, reply.headers, reply.body))) return reply;
  }
}
/**
 * Redirects are not followed. The token is only sent to the shop's own origin, and is removed from answers that are
 * no success, whose text may be reported.
 */
async function send(visit: Visit, address: string, options: RequestOptions): Promise<Reply> {
  const { runtime, settings } = visit;
  const { method = "GET", accept = "application/json", maxBytes = MAX_BYTES } = options;
  const { authScheme = visit.authScheme } = options;
  const token = "token" in options ? options.token : settings.django_api_token;
  const url = new URL(address, settings.django_api_base);
  const headers = new Headers({ Accept: accept, "User-Agent": `${NAME} doctor` });
  if (token && url.origin === new URL(settings.django_api_base).origin)
    headers.set("Authorization", `${authScheme} ${token}`);
  const [start, timeout] = [runtime.now(), runtime.timeout(REQUEST_SECONDS * 1000)];
  const signal = AbortSignal.any([timeout, visit.deadline]);
  let reply: Reply = {
    url,
    status: 0,
    headers,
    at: start,
    ms: 0,
    body: "",
    json: undefined,
    code: "",
  };
  try {
    const init: RequestInit = { method, headers, redirect: "manual", signal };
    const response = await runtime.fetch(url.href, init);
    reply = { ...reply, status: response.status, headers: response.headers };
    const text = await readText(response, { maxBytes, signal });
    const isSecret = token && token.length > 7 && !response.ok; // a short one is a word of any text
    const body = isSecret ? text.replaceAll(token, "…") : text;
    reply = { ...reply, body, json: parseJson(body)?.value };
  } catch (error) {
    const own = error instanceof Error && "code" in error ? String(error.code) : "BROKEN";
    const code = visit.deadline.aborted ? "VISIT_OVER" : timeout.aborted ? "TIMEOUT" : own;
    if (reply.status < 300) reply = { ...reply, code }; // any other status says enough
  }
  return { ...reply, ms: runtime.now() - start };
}
export async function readText(
  response: Response,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    signal.throwIfAborted();
    size += chunk.byteLength;
    if (size > maxBytes) throw Object.assign(new Error(), { code: "TOO_LARGE" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What an endpoint is requested with. */
export interface EndpointArguments {
  ids?: Record<string, string>;
  query?: Record<string, string>;
}
/** Where an endpoint is in this shop; undefined if its dialect says that it has none. */
export function locate(visit: Visit, name: EndpointName, args: EndpointArguments = {}) {
  const { dialect, settings } = visit;
  const { ids = { order_id: "1", product_id: "1", customer_id: "me" }, query = {} } = args;
  const { method } = endpoints[name];
  const location = (dialect ?? CONTRACT).request({ endpoint: name, ids, query });
  return location && { method, ...location, address: settings.django_api_base + location.path };
}

export const withoutTrailingSlash = (path: string) => path.replace(/\/$/, "");
