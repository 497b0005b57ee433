/** A visit of the doctor: what it was given, what it asks of the shop, what it knows. */
import {
  CONTRACT,
  type Dialect,
  type EndpointName,
  endpoints,
  inTerms,
  NAME,
  type Settings,
} from "../../server.ts";
import type { Difference } from "../contract/compare.ts";
import type { Told } from "./observed-fields.ts";
import { ALL_SECONDS, type Fields, parsed, type Reply, SECONDS } from "./reply.ts";

export const MAX_BYTES = 1024 * 1024; // of an answer, as for the server

/** What a test holds in its hand: the network and the clock, in ms. */
export interface Outside {
  send(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  deadline(ms: number): AbortSignal;
}

export const OUTSIDE: Outside = {
  send: fetch,
  now: Date.now,
  deadline: (ms) => AbortSignal.timeout(ms),
};

/** What whoever runs it gives. */
export interface Given {
  settings: Settings;
  second?: string | undefined;
  order?: string | undefined;
  schema?: string | undefined;
  dialect?: Dialect | undefined;
}

export const NAMES = Object.keys(endpoints) as EndpointName[]; // its own keys
export const WRITES = NAMES.filter((name) => endpoints[name].method !== "GET");

/** What is known of an endpoint. */
export interface Found {
  replies: Reply[];
  told: Told;
  state: "works" | "broken" | "absent" | "unproven";
  /** Whether the server would refuse an answer of it. */
  isRefused: boolean;
}
export interface Visit extends Given {
  outside: Outside;
  /** Ends all that is still being asked. */
  over: AbortSignal;
  scheme: Settings["django_api_auth"];
  /** The first few answers, before anything is known. */
  probes: Reply[];
  found: Record<string, Found>;
  /** The same of the mock shop, which is proven against the reference Django. */
  reference: Record<string, Found>;
  /** The shop's OpenAPI document, and where it differs from the contract's. */
  document?: Fields;
  differences: Difference[];
  isOver: boolean;
  /** JSON in the contract's terms, as the server's own client reads it. */
  inTerms(json: unknown): unknown;
}
export interface Asked {
  ids?: Record<string, string>;
  query?: Record<string, string>;
}
export interface How {
  method?: string;
  /** undefined: none. */
  token?: string | undefined;
  scheme?: string;
  accept?: string;
  max?: number;
}

export const nothingFound = (): Visit["found"] =>
  Object.fromEntries(
    NAMES.map((name) => {
      const told = { fields: new Map(), rows: [], currencies: new Set<string>() };
      return [name, { replies: [], told, state: "unproven", isRefused: false }];
    }),
  );
export const foundOf = ({ found }: Visit, name: EndpointName): Found =>
  found[name] ?? raise(`${name} is no endpoint`);
export function raise(message: string): never {
  throw new Error(message);
}

export function openVisit(given: Given, outside: Outside): Visit {
  const { settings, dialect } = given;
  const currency = settings.currency === "XXX" ? (dialect?.currency ?? "XXX") : settings.currency;
  return {
    ...given,
    outside,
    over: outside.deadline(ALL_SECONDS * 1000),
    scheme: settings.django_api_auth,
    probes: [],
    found: nothingFound(),
    reference: {},
    differences: [],
    isOver: false,
    inTerms: (sent) => inTerms(sent, settings.django_api_base, currency),
  };
}

/** One request, whatever becomes of it. The token goes to the shop's own origin only. */
export async function request(visit: Visit, address: string, how: How = {}): Promise<Reply> {
  const { outside, settings, over } = visit;
  const { method = "GET", accept = "application/json", max = MAX_BYTES } = how;
  const { scheme = visit.scheme, token } = { token: settings.django_api_token, ...how };
  const url = new URL(address, settings.django_api_base);
  const headers = new Headers({ Accept: accept, "User-Agent": `${NAME} doctor` });
  if (token && url.origin === new URL(settings.django_api_base).origin)
    headers.set("Authorization", `${scheme} ${token}`);
  const [begun, late] = [outside.now(), outside.deadline(SECONDS * 1000)];
  const signal = AbortSignal.any([late, over]);
  let reply: Reply = { url, status: 0, headers, ms: 0, body: "", json: undefined, code: "" };
  try {
    const response = await outside.send(url.href, { method, headers, redirect: "manual", signal });
    reply = { ...reply, status: response.status, headers: response.headers };
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      signal.throwIfAborted();
      size += chunk.byteLength;
      if (size > max) throw Object.assign(new Error(), { code: "TOO_LARGE" });
      chunks.push(chunk);
    }
    const read = Buffer.concat(chunks).toString("utf8");
    const body = token && !response.ok ? read.replaceAll(token, "…") : read;
    reply = { ...reply, body, json: parsed(body) };
  } catch (error) {
    const said = error instanceof Error && "code" in error ? String(error.code) : "BROKEN";
    const code = over.aborted ? "ALL_OVER" : late.aborted ? "TIMEOUT" : said;
    if (reply.status < 300) reply = { ...reply, code }; // else the status says enough
  }
  return { ...reply, ms: outside.now() - begun };
}

/** Where an endpoint is in this shop; undefined where its dialect has no such thing. */
export function placeOf({ dialect, settings }: Visit, name: EndpointName, asked: Asked = {}) {
  const { ids = { order_id: "1", product_id: "1", customer_id: "me" }, query = {} } = asked;
  const { method } = endpoints[name];
  const place = (dialect ?? CONTRACT).request(name, ids, query);
  return place && { method, ...place, address: settings.django_api_base + place.path };
}

export const bare = (path: string) => path.replace(/\/$/, "");
