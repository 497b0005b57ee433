/**
 * Says whether a Django shop fits, and what to do where it does not. It only reads: GET and OPTIONS.
 *
 * ```sh
 * bun run doctor --django https://shop.example --token …              # one line a check, green, amber or red
 * bun run doctor --second-token … --json                              # for CI: 1 on red, 2 on a bad option
 * bun run doctor --suggest --out dialects/mine.ts                        # a first mapping for a shop that speaks otherwise
 * bun run doctor --shop dialects/mine.ts                                 # … and whether it fits now
 * ```
 *
 * Address and token may come from DJANGO_API_BASE, DJANGO_API_TOKEN and DJANGO_API_AUTH as well.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { parseArgs, styleText } from "node:util";
import { getResponse } from "msw";
import * as z from "zod";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";
import {
  CONTRACT,
  type Dialect,
  type EndpointName,
  endpoints,
  ID,
  inTerms,
  loadDialect,
  MappingError,
  MAX_LOADS,
  money,
  NAME,
  plain,
  readSettings,
  type Settings,
  settingsSchema,
  StartError,
  STATUSES,
  tools,
} from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { compare, type Difference } from "../contract/compare.ts";
import { contract } from "../contract/document.ts";

const SECONDS = 10; // for one request
const ALL_SECONDS = 90; // for all of them
const MAX_BYTES = 1024 * 1024; // of an answer, as for the server
const MAX_SCHEMA_BYTES = 8 * MAX_BYTES;

export type Level = "green" | "amber" | "red";
/** One line of the report: what was looked at, what is so, and what to do about it. */
export interface Line {
  level: Level;
  check: string;
  says: string;
  fix?: string;
}
type Said = Omit<Line, "check">;
/** A line out of words: what is so, and behind an arrow what to do. */
const saying = (level: Level) => (words: string) => {
  const [says = "", fix] = words.replace(/\p{C}/gu, "").split(" → ");
  return { level, says, ...(fix && { fix }) };
};
const [green, amber, red] = [saying("green"), saying("amber"), saying("red")];

/** What a test holds in its hand: the network and the clock, in ms. */
export interface Outside {
  send(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  deadline(ms: number): AbortSignal;
}
const OUTSIDE: Outside = { send: fetch, now: Date.now, deadline: (ms) => AbortSignal.timeout(ms) };

/** What whoever runs it gives. */
export interface Given {
  settings: Settings;
  second?: string | undefined;
  order?: string | undefined;
  schema?: string | undefined;
  dialect?: Dialect | undefined;
}

// ── One request, and what may be wrong with its answer ──────────────────────────────────────────

interface Reply {
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
const isOk = ({ status, json }: Reply) => status >= 200 && status < 300 && json !== undefined;
const isRefused = ({ status }: Reply) => status === 401 || status === 403;
const where = ({ headers, url }: Reply) => URL.parse(headers.get("location") ?? "", url.href);
/** What the shop says, for a line of ours. */
const quote = (written: string, max = 100) => plain(written, max).replaceAll("→", ">");

const LOGIN = "let the API answer to tokens: DRF's TokenAuthentication, not login_required";
const BASE = "set DJANGO_API_BASE to the address of the API";
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
function troubleOf(reply: Reply): Said | undefined {
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

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
function parsed(body: string, parse: (body: string) => unknown = JSON.parse): unknown {
  try {
    return parse(body);
  } catch {
    return undefined;
  }
}

// ── The contract, field by field ────────────────────────────────────────────────────────────────

/** What came for one field of the contract, in all answers together. */
interface Seen {
  /** The first place where something was wrong, as a JSON path. */
  at: string;
  isRequired: boolean;
  present: number;
  nulls: number;
  absent: number;
  misfits: number;
  /** What came in the first place that did not fit, and what is expected. */
  came: string;
  expected: string;
  /** The shop's name for it: by a usual name that the server knows, or one that only looks like it. */
  usual: string;
  like: string;
  /** Statuses of the shop's own. */
  strange: Set<string>;
}
/** All that the answers of an endpoint told. */
interface Told {
  /** By path without the numbers: `results[].price`. */
  fields: Map<string, Seen>;
  /** The rows of its pages, or the things themselves, in the contract's terms. */
  rows: Fields[];
  currencies: Set<string>;
}

/** Other names that shops give, beside what resembles by itself. */
const OTHER_NAMES: Record<string, string> = {
  results: "items data objects rows records list",
  product_id: "id pk sku upc slug code",
  item_id: "id sku upc code",
  order_id: "id number reference code",
  customer_id: "id user buyer",
  payment_method_id: "id method source",
  name: "title label",
  price: "cost amount value",
  total: "amount sum value",
  amount: "value sum total price",
  available: "stock in_stock buyable",
  category: "department group",
  description: "body summary text",
  image: "picture photo thumbnail",
  images: "pictures photos",
  options: "attributes properties details",
  items: "variants children",
  lines: "items positions",
  address: "ship_to delivery",
  line1: "street",
  line2: "extra",
  city: "town",
  state: "region province county",
  postcode: "zip zipcode plz",
  status: "state phase",
  placed_at: "created created_at ordered date",
  updated_at: "modified modified_at changed",
  estimated_delivery: "eta expected due",
  email: "mail",
  last_name: "surname",
  last_four: "last4 digits",
  kind: "type",
  at: "when time date created",
  note: "comment text",
  reason: "why detail message",
};
const wordsIn = (name: string) =>
  name
    .replace(/([a-z])([A-Z0-9])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
/** How much two names are alike, from 0. */
function likeness(name: string, other: string): number {
  if (OTHER_NAMES[name]?.split(" ").includes(other.toLowerCase())) return 4;
  const [ours, theirs] = [wordsIn(name), wordsIn(other)];
  if (ours.join("") === theirs.join("")) return 5;
  const shared = ours.filter((word) => word.length > 2 && theirs.includes(word)).length;
  const [a, b] = [ours.join(""), theirs.join("")];
  const isWithin = Math.min(a.length, b.length) > 3 && (a.includes(b) || b.includes(a));
  return shared ? 1 + shared : isWithin ? 1 : 0;
}

const inner = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodCatch || schema instanceof z.ZodOptional
    ? inner(schema.unwrap() as z.ZodType) // zod's core type of its own classes
    : schema;
const short = (value: unknown) => {
  const json = JSON.stringify(value) ?? "nothing";
  return quote(json.length > 40 ? `${json.slice(0, 37)}…` : json);
};
/** What a schema wants, in words. */
function wanted(schema: z.ZodType): string {
  if (schema === money) return 'a decimal such as "12.50"';
  if (schema instanceof z.ZodPipe) return schema.out instanceof z.ZodObject ? "an object" : "an id";
  if (schema instanceof z.ZodArray) return "a list";
  if (schema instanceof z.ZodObject) return "an object";
  if (schema instanceof z.ZodEnum) return `one of ${STATUSES.join(", ")}`;
  if (schema instanceof z.ZodBoolean) return "true or false";
  return schema instanceof z.ZodNumber ? "a whole number" : "a text";
}
const isKindOf = (schema: z.ZodType, value: unknown): boolean => {
  const out = inner(schema);
  if (out === money) return /^-?\d+(\.\d+)?$/.test(String(isObject(value) ? value.amount : value));
  if (out instanceof z.ZodArray) return Array.isArray(value);
  if (out instanceof z.ZodObject) return isObject(value);
  return (
    out.safeParse(value).success || (out instanceof z.ZodEnum && /string|number/.test(typeof value))
  );
};

/**
 * Looks at what came as the server does, but leaves nothing out in silence.
 * @param sent in the contract's terms; `raw` is the same as the shop sent it
 */
function look(told: Told, schema: z.ZodType, sent: unknown, raw: unknown, key = "", at = ""): void {
  const seen = (name: string, place: string, isRequired = true) => {
    const none = { present: 0, nulls: 0, absent: 0, misfits: 0 };
    const words = { came: "", expected: "", usual: "", like: "" };
    const one = told.fields.get(name) ?? {
      at: place,
      isRequired,
      ...none,
      ...words,
      strange: new Set(),
    };
    told.fields.set(name, one);
    return one;
  };
  const misfit = (came = raw, expected = wanted(schema)) => {
    const one = seen(key, at);
    if (!one.misfits++) Object.assign(one, { at, came: short(came), expected });
  };
  if (schema instanceof z.ZodPipe) {
    const { in: before, out } = schema;
    if (!(out instanceof z.ZodObject)) return schema.safeParse(sent).success ? undefined : misfit();
    const terms = (before as z.ZodType).safeParse(sent); // zod's core type of its own classes
    return look(told, out as z.ZodType, terms.success ? terms.data : sent, raw, key, at); // as above
  }
  if (schema === money) {
    const { data } = money.safeParse(sent);
    return data ? void told.currencies.add(data.currency) : misfit();
  }
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(sent)) return misfit();
    if (Array.isArray(raw) && raw.length > sent.length)
      return misfit(raw, "links that a host can follow");
    const [part, all] = [schema.element as z.ZodType, Array.isArray(raw) ? raw : sent]; // as above
    seen(`${key}[]`, `${at}[0]`, told.fields.get(key)?.isRequired);
    for (const [n, one] of sent.entries()) look(told, part, one, all[n], `${key}[]`, `${at}[${n}]`);
    return;
  }
  if (!(schema instanceof z.ZodObject)) {
    const { error } = schema.safeParse(sent);
    if (error) misfit(raw, sent === undefined ? "a link that a host can follow" : undefined);
    return;
  }
  if (!isObject(sent)) return misfit();
  const isPage = "results" in schema.shape;
  if (!isPage && /^(results\[\])?$/.test(key)) told.rows.push(sent);
  const own = isObject(raw) ? raw : isPage ? { results: raw } : sent;
  const free = schema.def.catchall;
  if (free && !Object.keys(schema.shape).length) {
    const [name, bad] =
      Object.entries(sent).find(([, it]) => !(free as z.ZodType).safeParse(it).success) ?? []; // as above
    if (name !== undefined) misfit({ [name]: bad }, "texts by name");
    return;
  }
  const names = Object.keys(own).filter((name) => /^[\w-]{1,60}$/.test(name));
  const spare = new Set(names).difference(new Set(Object.keys(schema.shape)));
  for (const [name, field] of Object.entries<z.ZodType>(schema.shape)) {
    if (name === "next" && Array.isArray(raw)) continue; // a bare list has no further pages
    const isRequired = !(field instanceof z.ZodCatch || field instanceof z.ZodOptional);
    const isList = name === "results" && Array.isArray(raw);
    const [path, place] = [
      key ? `${key}.${name}` : name,
      isList ? "" : at ? `${at}.${name}` : name,
    ];
    const one = seen(path, place, isRequired);
    let [value, came] = [sent[name], own[name]];
    if (value !== undefined && !(name in own) && name !== "raw_status")
      one.usual ||= [...spare].find((other) => Bun.deepEquals(own[other], value)) ?? "";
    if (value === undefined && came == null && !(name in own)) {
      if (!one.absent++ && !one.misfits) one.at = place;
      const [like] = [...spare]
        .filter((other) => likeness(name, other) && isKindOf(field, own[other]))
        .toSorted((a, b) => likeness(name, b) - likeness(name, a));
      if (!like) continue;
      spare.delete(like);
      one.like = like;
      [value, came] = [sent[like], own[like]];
      if (name === "status" && !STATUSES.some((status) => status === value))
        one.strange.add(String(value));
      sent[name] = value; // so that its ids are known further on
      const part = inner(field);
      if (part !== money && (part instanceof z.ZodArray || part instanceof z.ZodObject))
        look(told, part, value, came, path, at ? `${at}.${like}` : like);
      continue;
    }
    one.present++;
    if ((value ?? came) == null && !isRequired) one.nulls++;
    else look(told, inner(field), value, came, path, place);
    if (name === "status" && value === "unknown" && came !== "unknown")
      one.strange.add(String(came));
  }
}

const NOUNS: [RegExp, string][] = [
  [/product/i, "product"],
  [/customer/i, "customer"],
  [/support/i, "supportRequest"],
  [/^shop$/, "shop"],
  [/./, "order"],
];
const nounOf = (name: string) => NOUNS.find(([form]) => form.test(name))?.[1] ?? "";
const quoted = (name: string) =>
  /^([A-Za-z_]\w*|\d{1,9})$/.test(name) ? name : JSON.stringify(name);

/** The entries of a dialect's table of fields for these paths, each with the shop's name for it. */
function tableOf(likes: [path: string[], like: string][]): string[] {
  const groups = Map.groupBy(likes, ([[first = ""]]) => first.replace("[]", ""));
  return [...groups].map(([name, group]) => {
    const from = group.find(([path]) => path.length === 1)?.[1] ?? name;
    const deeper = group.filter(([path]) => path.length > 1);
    if (!deeper.length) return `${name}: ${JSON.stringify(from)}`;
    const rest = deeper.map(([path, like]): [string[], string] => [path.slice(1), like]);
    return `${name}: { from: ${JSON.stringify(from)}, each: { ${tableOf(rest).join(", ")} } }`;
  });
}
const pathIn = (key: string) => key.replace(/^results\[\]\.?/, "").split(".");
function mapping(name: EndpointName, key: string, like: string): string {
  if (key === "results") return `page: ${JSON.stringify(like)}`;
  return `fields: { ${nounOf(name)}: { ${tableOf([[pathIn(key), like]]).join(", ")} } }`;
}

/** What is wrong with the answers of an endpoint, where the reference shop sends what it should. */
function misfits(name: EndpointName, { fields }: Told, reference?: Told): Said[] {
  const [lines, missing]: [Said[], string[]] = [[], []];
  for (const [key, one] of fields) {
    const { at, isRequired, present, absent, nulls, like, came, expected } = one;
    const known = reference?.fields.get(key);
    const isPart = isRequired || key.endsWith("[]");
    const around = key.endsWith("[]") ? pathIn(key.slice(0, -2)) : pathIn(key).slice(0, -1);
    const whole = around.join(".").replaceAll("[]", "");
    const lost = isPart && whole && whole !== "results" ? `${whole} is left out` : "";
    const outcome = isRequired || lost ? `: ${lost || "all is refused"}` : "";
    const bad = isRequired ? red : amber;
    if (absent && like)
      lines.push(bad(`${at} is missing${outcome}; is it ${like}? → ${mapping(name, key, like)}`));
    else if (absent && isRequired) lines.push(red(`${at} is missing${outcome} → send or map it`));
    else if (absent && !present && known?.present) missing.push(at);
    if (one.misfits) {
      const instead = `${at || "the answer"} is ${came}, not ${expected}`;
      lines.push(bad(`${instead}${outcome || ": it is left out"} → send that, or map it`));
    }
    const isNever = present > 0 && nulls === present && !absent && key !== "next";
    if (isNever && known?.present && !known.nulls)
      lines.push(amber(`${at} is null in every answer → send it where the shop knows it`));
    const own = [...one.strange].slice(0, 8).map((status) => `${quoted(status)}: "…"`);
    if (own.length)
      lines.push(amber(`${at} is a word of the shop's own → statuses: { ${own.join(", ")} }`));
  }
  const are = missing.length > 1 ? "are" : "is";
  if (missing.length) lines.push(amber(`${missing.join(", ")} ${are} missing → send or map`));
  return lines;
}

// ── A visit: what is asked, and what came ───────────────────────────────────────────────────────

const NAMES = Object.keys(endpoints) as EndpointName[]; // its own keys
const WRITES = NAMES.filter((name) => endpoints[name].method !== "GET");

/** What is known of an endpoint. */
interface Found {
  replies: Reply[];
  told: Told;
  state: "works" | "broken" | "absent" | "unproven";
  /** Whether the server would refuse an answer of it. */
  isRefused: boolean;
}
interface Visit extends Given {
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
interface Asked {
  ids?: Record<string, string>;
  query?: Record<string, string>;
}
interface How {
  method?: string;
  /** undefined: none. */
  token?: string | undefined;
  scheme?: string;
  accept?: string;
  max?: number;
}

const nothingFound = (): Visit["found"] =>
  Object.fromEntries(
    NAMES.map((name) => {
      const told = { fields: new Map(), rows: [], currencies: new Set<string>() };
      return [name, { replies: [], told, state: "unproven", isRefused: false }];
    }),
  );
const foundOf = ({ found }: Visit, name: EndpointName): Found =>
  found[name] ?? raise(`${name} is no endpoint`);
function raise(message: string): never {
  throw new Error(message);
}

function openVisit(given: Given, outside: Outside): Visit {
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
async function request(visit: Visit, address: string, how: How = {}): Promise<Reply> {
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
function placeOf({ dialect, settings }: Visit, name: EndpointName, asked: Asked = {}) {
  const { ids = { order_id: "1", product_id: "1", customer_id: "me" }, query = {} } = asked;
  const { method } = endpoints[name];
  const place = (dialect ?? CONTRACT).request(name, ids, query);
  return place && { method, ...place, address: settings.django_api_base + place.path };
}
/** Asks for one thing and looks at what came, into what is known of its endpoint. */
async function ask(
  visit: Visit,
  name: EndpointName,
  asked: Asked,
  found = foundOf(visit, name),
  how: How = {},
): Promise<Reply | undefined> {
  const place = placeOf(visit, name, asked);
  if (!place) return undefined;
  const reply = await request(visit, place.address, how);
  found.replies.push(reply);
  if (!isOk(reply)) return reply;
  let loads = 0;
  const load = async (address: string) => {
    if (++loads > MAX_LOADS)
      raise(`it has more than ${MAX_LOADS} links, and the server follows no more`);
    const url = new URL(address, place.address);
    if (url.origin !== reply.url.origin) raise("a link leads elsewhere");
    const part = await request(visit, url.href, how);
    const trouble = troubleOf(part);
    return trouble ? raise(`${part.url.pathname}: ${trouble.says}`) : part.json;
  };
  try {
    const { dialect } = visit;
    const raw = await (dialect ?? CONTRACT).answer(name, reply.json, load, 11); // as for a limit of 10
    const terms = visit.inTerms(raw);
    found.isRefused ||= !endpoints[name].answer.safeParse(terms).success;
    look(found.told, endpoints[name].answer, terms, raw);
  } catch (error) {
    reply.code = `MAPPING ${error instanceof Error ? error.message : error}`;
  }
  return reply;
}

const idsIn = (visit: Visit, from: EndpointName, id: string) =>
  [...new Set(foundOf(visit, from).told.rows.map((row) => String(row[id] ?? "")))]
    .filter((one) => ID.test(one))
    .map((one) => ({ ids: { [id]: one } }));
/** The orders to look at: one of each status first, for what only some of them have. */
function ordersOf(visit: Visit): string[] {
  const { rows } = foundOf(visit, "orders").told;
  const each = [...new Map(rows.map((row) => [row.status, row])).values()];
  const some = [...each, ...rows].map((row) => String(row.order_id));
  return [...new Set([visit.order ?? "", ...some])].filter((id) => ID.test(id));
}
/** Everything that is read, with ids found on the way; product search is asked until it has rows. */
const READS: Partial<Record<EndpointName, (visit: Visit) => Asked[]>> = {
  searchProducts: () => ["a", "e", ""].map((q) => ({ query: { q, limit: "50" } })),
  product: (visit) => idsIn(visit, "searchProducts", "product_id").slice(0, 3),
  shop: () => [{}],
  orders: () => [{ query: { limit: "50" } }],
  order: (visit) =>
    ordersOf(visit)
      .slice(0, 8)
      .map((order_id) => ({ ids: { order_id } })),
  orderStatus: (visit) =>
    ordersOf(visit)
      .slice(0, 3)
      .map((order_id) => ({ ids: { order_id } })),
  customer: (visit) => [
    { ids: { customer_id: "me" } },
    ...idsIn(visit, "orders", "customer_id").slice(0, 2),
  ],
  customers(visit) {
    const { email } = foundOf(visit, "customer").told.rows.find((row) => row.email) ?? {};
    return [{ query: { email: String(email ?? "nobody@example.com"), limit: "10" } }];
  },
};
async function readAll(visit: Visit): Promise<void> {
  for (const [key, plan] of Object.entries(READS)) {
    const name = key as EndpointName; // its own key
    for (const asked of plan(visit)) {
      const reply = await ask(visit, name, asked);
      const isNotMe = asked.ids?.customer_id === "me" && reply?.status === 404;
      const isFilled = name === "searchProducts" && foundOf(visit, name).told.rows.length;
      if (!reply || (!isOk(reply) && !isNotMe) || isFilled) break;
    }
  }
}
let reference: Promise<Visit["found"]> | undefined; // read once, since it is always the same
const readReference = () => (reference ??= askReference());
async function askReference(): Promise<Visit["found"]> {
  const django_api_base = "http://reference.invalid";
  const handlers = createHandlers(createShop(seed));
  const send = async (url: string, init: RequestInit) =>
    (await getResponse(handlers, new Request(url, init), { baseUrl: django_api_base })) ??
    Response.error();
  const django_api_token = seed.customers.find(({ staff }) => staff)?.token;
  const settings = settingsSchema.parse({ django_api_base, django_api_token });
  const visit = openVisit({ settings }, { ...OUTSIDE, send });
  await readAll(visit);
  return visit.found;
}

// ── The checks ──────────────────────────────────────────────────────────────────────────────────

const bare = (path: string) => path.replace(/\/$/, "");
const isLoopback = (host: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
function rowsIn(json: unknown): unknown[] {
  const all: unknown[] = isObject(json) ? Object.values(json) : [json];
  return all.find((one) => Array.isArray(one)) ?? [];
}

/** Follows a redirect, without a token, to what has to be set. */
async function chase(visit: Visit, first: Reply): Promise<Said> {
  const base = visit.settings.django_api_base;
  const seen = [first.url.href];
  let last = first;
  for (let to = where(last); to && /^https?:$/.test(to.protocol); to = where(last)) {
    if (seen.includes(to.href) || seen.length > 5) {
      const rounds = [...seen, to.href].join(" to ");
      return red(
        `a redirect loop: ${rounds} → mend the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)`,
      );
    }
    seen.push(to.href);
    last = await request(visit, to.href, { token: undefined });
    if (last.status < 300 || last.status > 399) break;
  }
  const { origin, pathname, href } = last.url;
  const says = `a redirect (HTTP ${first.status}) to ${href}`;
  const asked = first.url.pathname.slice(bare(new URL(base).pathname).length);
  const found = pathname.endsWith(asked) ? origin + pathname.slice(0, -asked.length) : base;
  if (/log-?in|sign-?in/i.test(pathname)) return red(`${says}, a login page → ${LOGIN}`);
  if (found !== base) return red(`${says} → set DJANGO_API_BASE=${found}`);
  if (bare(pathname) !== bare(first.url.pathname)) return red(`${says} → ${BASE}`);
  const slash = pathname.endsWith("/") ? "with" : "without";
  return red(`${says} → give paths ${slash} a slash at the end, in a dialect: paths: { … }`);
}

const PROBE = { query: { q: "a", limit: "1" } };
async function reachable(visit: Visit): Promise<Said[]> {
  const { probes } = visit;
  const end = (line: Said) => {
    visit.isOver = true;
    return [line];
  };
  for (const name of ["searchProducts", "shop", "orders"] as const) {
    const place = placeOf(visit, name, name === "shop" ? {} : PROBE);
    const reply = place && (await request(visit, place.address));
    if (reply) probes.push(reply);
    const trouble = reply?.code && reply.code !== "TOO_LARGE" && troubleOf(reply);
    if (trouble) return end(trouble);
  }
  const [first] = probes;
  if (!first) return end(red("the dialect has neither search, shop nor orders → map one of them"));
  const trouble = troubleOf(first);
  const isEach = (is: (reply: Reply) => boolean) => probes.every(is);
  if (isEach(({ status }) => status >= 300 && status < 400)) return end(await chase(visit, first));
  if (isEach(({ status }) => status === 404)) {
    const paths = probes.map(({ url }) => url.pathname).join(", ");
    return end(
      red(`none of ${paths} is there (HTTP 404) → correct DJANGO_API_BASE, or --suggest a dialect`),
    );
  }
  if (trouble && !isRefused(first) && isEach((reply) => troubleOf(reply)?.says === trouble.says))
    return end({ ...trouble, says: `every address answers with ${trouble.says}` });
  if (probes.length > 1 && isEach((reply) => isOk(reply) && reply.body === first.body))
    return end(red(`another service: every address answers ${short(first.json)} → ${BASE}`));
  return [green(`${first.url.origin} answers`)];
}

function tls({ settings }: Visit): Said[] {
  const { protocol, hostname, host } = new URL(settings.django_api_base);
  if (protocol === "https:") return [green("the certificate holds")];
  if (isLoopback(hostname)) return [green("none, which loopback does not need")];
  return [amber(`none: token and orders travel readable → set DJANGO_API_BASE=https://${host}`)];
}

async function authentication(visit: Visit): Promise<Said[]> {
  const { settings, scheme } = visit;
  if (!settings.django_api_token)
    return [amber("no token is given: the catalog only → give --token, or DJANGO_API_TOKEN")];
  const me = { ids: { customer_id: "me" } };
  for (const name of ["orders", "customer", "searchProducts"] as const) {
    const at = placeOf(visit, name, name === "customer" ? me : PROBE);
    if (!at) continue;
    const asked = (how: How) => request(visit, at.address, how);
    const [reply, nobody] = [await asked({}), await asked({ token: undefined })];
    if (isOk(reply) && isRefused(nobody))
      return [green(`${scheme} is accepted; without a token HTTP ${nobody.status}`)];
    if (isOk(reply) && name === "orders" && rowsIn(nobody.json).length)
      return [red(`${at.path} shows orders to anybody → permission_classes = [IsAuthenticated]`)];
    if (!isRefused(reply)) continue;
    const detail = troubleOf(reply)?.says.replace(/^[^(]*/, "") ?? "";
    const other = scheme === "Token" ? "Bearer" : "Token";
    if (isOk(await asked({ scheme: other }))) {
      visit.scheme = other;
      return [red(`not as ${scheme}, but as ${other} → set DJANGO_API_AUTH=${other}`)];
    }
    if (reply.status === 401)
      return [red(`neither as Token nor as Bearer ${detail} → manage.py drf_create_token USER`)];
    const wrong = await asked({ token: "no-such-token" });
    const why =
      wrong.status === 401
        ? `the token holds, but its account may not ${detail} → give it the permission, or another token`
        : `as for a wrong token ${detail} → give one that holds; TokenAuthentication first makes it a 401`;
    return [red(why)];
  }
  return [amber("nothing asks for a token, so that none can be proven")];
}

async function redirects(visit: Visit): Promise<Said[]> {
  const url = visit.probes.find(isOk)?.url;
  const lines: Said[] = [];
  if (url?.pathname.endsWith("/")) {
    const reply = await request(visit, url.origin + bare(url.pathname) + url.search);
    const isLed = where(reply)?.pathname === url.pathname;
    const so = isLed ? "redirected to it" : isOk(reply) ? "answered as well" : "not there";
    lines.push(green(`a path without the slash at its end is ${so}; the server always sends it`));
  }
  if (url?.protocol === "https:" && !url.port && !isLoopback(url.hostname)) {
    const reply = await request(visit, url.href.replace("https", "http"), { token: undefined });
    const so = where(reply)?.protocol === "https:" ? "leads to https" : "is not answered";
    const isOpen = amber("http is answered as well → redirect it: SECURE_SSL_REDIRECT = True");
    lines.push(isOk(reply) ? isOpen : green(`http ${so}`));
  }
  return lines.length ? lines : [green("none seen")];
}

const STYLES: Record<string, string> = {
  cursor: "pages by cursor",
  offset: "pages by limit and offset",
  page: "pages by number",
};
async function pages(visit: Visit): Promise<Said[]> {
  const at = placeOf(visit, "searchProducts", PROBE);
  const reply = at && (await request(visit, at.address));
  if (!reply || !isOk(reply)) return [amber("not tried: product search gives no list")];
  const { json } = reply;
  const next = isObject(json) ? String(json.next) : "";
  const [, parameter = ""] = /[?&](cursor|offset|page)=/.exec(next) ?? [];
  const style = Array.isArray(json) ? "a bare list" : (STYLES[parameter] ?? "pages");
  const [one, all] = [rowsIn(json).length, foundOf(visit, "searchProducts").told.rows.length];
  if (one > 1) return [amber(`${style}; search ignores limit: ${one} rows for 1 → honour it`)];
  if (all < 2) return [amber(`${style}; too few products to tell whether search honours limit`)];
  return [green(`${style}; search honours limit`)];
}

function currency({ found }: Visit): Said[] {
  const all = new Set(Object.values(found).flatMap(({ told }) => [...told.currencies]));
  if (all.has("XXX"))
    return [amber("prices come without one → set SHOP_MCP_CURRENCY=EUR, or whichever it is")];
  return [all.size ? green([...all].join(", ")) : amber("no price was seen")];
}

const isMissing = ({ kind, part }: Difference) => kind === "missing" && part === "";
function idempotency(visit: Visit): Said[] {
  const { dialect, document } = visit;
  if (dialect?.idempotency === false)
    return [green("none, and the dialect says so: no change is sent twice")];
  if (dialect?.idempotency) return [green("honoured, as the dialect says")];
  const writes = WRITES.filter((name) => !differs(visit, name, isMissing));
  if (!document || !writes.length)
    return [amber("unknown, without a schema → give --schema, or idempotency in a dialect")];
  const lacking = writes.filter((name) =>
    differs(visit, name, ({ pointer }) => pointer === "Idempotency-Key"),
  );
  if (!lacking.length)
    return [green(`its schema has Idempotency-Key in all ${writes.length} writes`)];
  const what = `its schema has no Idempotency-Key in ${lacking.join(", ")}`;
  return [amber(`${what} → honour it, or say idempotency: false in a dialect`)];
}

/** Whether a search looks at its words: nothing is called what is asked for here. */
async function search(visit: Visit): Promise<Said[]> {
  const found = nothingFound().searchProducts ?? raise("no search");
  const reply = await ask(visit, "searchProducts", { query: { q: "zzqxv", limit: "5" } }, found);
  if (!reply || !isOk(reply)) return [];
  const says = "finds products for a word that none of them has";
  return found.told.rows.length
    ? [amber(`${says} → filter by the words, or name its parameter: query: { q: "search" }`)]
    : [green("finds nothing for a word that no product has")];
}
async function privacy(visit: Visit): Promise<Said[]> {
  const { second: token, settings } = visit;
  if (!token) return [amber("not tried → give --second-token, of another customer")];
  if (token === settings.django_api_token) return [amber("not tried: both tokens are the same")];
  const theirs = nothingFound().orders ?? raise("no orders");
  const reply = await ask(visit, "orders", { query: { limit: "50" } }, theirs, { token });
  if (reply && isRefused(reply))
    return [amber(`not tried: the second token is not accepted (HTTP ${reply.status})`)];
  const own = new Set(theirs.told.rows.map((row) => String(row.order_id)));
  const [other, known] = [ordersOf(visit).find((one) => !own.has(one)), ordersOf(visit)[0]];
  const order_id = other ?? known;
  if (!order_id)
    return [amber("not tried: no order was found → give the first customer's by --order")];
  for (const name of ["order", "orderStatus"] as const) {
    const at = placeOf(visit, name, { ids: { order_id } });
    const reply = at && (await request(visit, at.address, { token }));
    if (reply && isOk(reply)) {
      const says = `the second token reads order ${order_id} of the first (${name})`;
      return [red(`${says} → filter the queryset by request.user; expected of staff only`)];
    }
  }
  return [green(`the second token does not see order ${order_id} of the first`)];
}

function clock({ probes, outside }: Visit): Said[] {
  const dates = probes.map(({ headers }) => Date.parse(headers.get("date") ?? ""));
  const seconds = Math.round(((dates.at(-1) ?? NaN) - outside.now()) / 1000);
  if (Number.isNaN(seconds)) return [amber("no Date header, so that it cannot be compared")];
  if (Math.abs(seconds) < 3) return [green("the same as this machine's")];
  const says = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's`;
  return [Math.abs(seconds) > 60 ? amber(`${says} → set both by NTP`) : green(says)];
}

function speed({ found }: Visit): Said[] {
  const median = (replies: Reply[]) =>
    replies.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(replies.length / 2)] ?? 0;
  const spoken = (ms: number) =>
    ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
  const all = Object.values(found).flatMap(({ replies }) => replies);
  const each = Object.entries(found).map(([name, { replies }]) => ({ name, ms: median(replies) }));
  const { name, ms } = each.toSorted((a, b) => b.ms - a.ms)[0] ?? { name: "", ms: 0 };
  const says = `median ${spoken(median(all))} of ${all.length}; slowest is ${name} with ${spoken(ms)}`;
  if (ms > 3000) return [red(`${says} → make it faster: the server gives up after 3 s`)];
  return [ms > 1000 ? amber(`${says} → make it faster: select_related, an index`) : green(says)];
}

/** What drf-spectacular, or another, says of the shop. */
async function readSchema(visit: Visit): Promise<void> {
  const accept = "application/vnd.oai.openapi+json, application/json;q=0.9, */*;q=0.1";
  const base = visit.settings.django_api_base;
  for (const at of visit.schema ? [visit.schema] : [`${base}/api/schema/`, `${base}/schema/`]) {
    const reply = await request(visit, at, { accept, max: MAX_SCHEMA_BYTES });
    const document = reply.json ?? parsed(reply.body, Bun.YAML.parse);
    if (reply.status !== 200 || !isObject(document) || !isObject(document.paths)) continue;
    const under = bare(new URL(base).pathname);
    const paths = Object.entries(document.paths).map(([path, it]) => [path.replace(under, ""), it]);
    return readDocument(visit, Object.fromEntries(paths), document);
  }
}
let ours: ReturnType<typeof contract> | undefined; // always the same
function readDocument(visit: Visit, paths: Fields, rest: Fields = {}): void {
  visit.document = { ...rest, paths };
  visit.differences = compare((ours ??= contract()), visit.document);
}

// ── Each operation ──────────────────────────────────────────────────────────────────────────────

const lineOf = (name: EndpointName) => `${endpoints[name].method} ${endpoints[name].path.template}`;
const differs = (visit: Visit, name: EndpointName, is: (one: Difference) => boolean) =>
  visit.differences.some((one) => one.operation === lineOf(name) && is(one));
const toolsOf = (name: EndpointName) => {
  const all = Object.entries(tools).filter(([, { needs }]) => needs.includes(endpoints[name]));
  return all.map(([tool]) => tool).join(", ");
};

const THING = "(products?|items?|articles?|goods|catalogue?)";
const ORDER = "(orders?|purchases?|sales?)";
const PERSON = "(customers?|users?|clients?|members?|accounts?|profiles?)";
/** What an operation is likely to be called elsewhere: the end of its path, with {} for an id. */
const LIKELY: Record<EndpointName, string> = {
  searchProducts: `^(?!.*${ORDER}).*/${THING}(/search|/list)?$`,
  product: `^(?!.*${ORDER}).*/${THING}/{}$`,
  orderStatus: `/${ORDER}/{}/(status|state|track\\w*)$`,
  order: `/${ORDER}/{}$`,
  orders: `/${ORDER}(/list|/mine)?$`,
  customers: `/${PERSON}$`,
  customer: `/(${PERSON}/{}|me|profile)$`,
  shop: "/(shop|store|site|about)(/info|/settings|/about)?$",
  cancelOrder: `/${ORDER}/{}/.*cancel`,
  changeOrderAddress: `/${ORDER}/{}/.*address`,
  changeOrderItems: `/${ORDER}/{}/.*(items|lines)`,
  changeOrderPayment: `/${ORDER}/{}/.*pay`,
  returnItems: `/${ORDER}/{}/.*(return|refund)`,
  exchangeItems: `/${ORDER}/{}/.*(exchange|swap)`,
  changeCustomerAddress: `/${PERSON}/.*address`,
  contactSupport: "support|contact|ticket|enquir|inquir",
};
/** Where the shop's schema seems to have an operation, as a dialect writes it. */
function likely({ differences }: Visit, name: EndpointName): string | undefined {
  const { method, path } = endpoints[name];
  const [id = "", ...more] = path.template.match(/{\w+}/g) ?? [];
  const elsewhere = differences.flatMap(({ kind, part, operation }) => {
    const [by = "", at = ""] = operation.split(" ");
    const ids = at.match(/{\w+}/g) ?? [];
    const isRead = by === "GET";
    const isOther = isRead !== (method === "GET") || by === "DELETE" || kind !== "extra" || part;
    const form = new RegExp(LIKELY[name], "i");
    if (isOther || ids.length !== (id ? 1 + more.length : 0)) return [];
    if (!form.test(bare(at.replace(/{\w+}/g, "{}")))) return [];
    return [`${by === method ? "" : `${by} `}${at.replace(/{\w+}/, id)}`];
  });
  return elsewhere.toSorted((a, b) => a.length - b.length)[0];
}

/** What to do about an operation that is not there. */
function absent(visit: Visit, name: EndpointName, says: string): Said[] {
  foundOf(visit, name).state = "absent";
  const place = likely(visit, name);
  if (place) return [amber(`${says} → its schema has ${place}: paths: { ${name}: "${place}" }`)];
  return [amber(`${says}; without it no ${toolsOf(name)} → build it, or paths: { ${name}: null }`)];
}
function readLines(visit: Visit, name: EndpointName): Said[] {
  const found = foundOf(visit, name);
  const { replies, told } = found;
  if (!replies.length) {
    const id = /product|order/.exec(endpoints[name].path.template)?.[0] ?? "id";
    const fix = id === "order" ? " → give one by --order" : "";
    return [amber(`not tried: no ${id} was found to ask for${fix}`)];
  }
  const bad = replies.find((reply) => !isOk(reply) || reply.code);
  const trouble = bad && troubleOf(bad);
  const isTold = told.fields.size > 0;
  if (trouble && !isTold && bad.status === 404)
    return absent(visit, name, `${bad.url.pathname} is not there (HTTP 404)`);
  if (trouble && !isTold && isRefused(bad)) return [{ ...trouble, level: "amber" }];
  const lines = misfits(name, told, visit.reference[name]?.told);
  if (trouble && isTold && !bad.code) {
    const says = `${bad.url.pathname}: ${trouble.says}`;
    lines.push({ ...trouble, says, level: "amber" });
  } else if (trouble) lines.push(trouble);
  const isRed = lines.some(({ level }) => level === "red");
  found.state = found.isRefused || !isTold ? "broken" : isRed ? "unproven" : "works";
  if (lines.length) return lines;
  const fields = [...told.fields].filter(([, { present }]) => present);
  const named = fields.flatMap(([key, { usual }]) =>
    usual ? [`${pathIn(key).at(-1)} from ${usual}`] : [],
  );
  const { length } = told.rows;
  if (!length) return [amber("there, but its list was empty: no row could be looked at")];
  const what = `${length} ${length === 1 ? "answer fits" : "answers fit"}, ${fields.length} fields`;
  return [green(`${what}${named.length ? ` (${[...new Set(named)].join(", ")})` : ""}`)];
}
async function writeLines(visit: Visit, name: EndpointName): Promise<Said[]> {
  const found = foundOf(visit, name);
  if (!visit.settings.django_api_token) return [amber("not tried without a token")];
  if (visit.document && !visit.dialect) {
    if (differs(visit, name, isMissing))
      return absent(visit, name, `${lineOf(name)} is not in its schema`);
    found.state = "works";
    return [green("in its schema; never sent from here")];
  }
  const [known] = ordersOf(visit);
  const place = placeOf(visit, name, { ids: { order_id: known ?? "1", customer_id: "me" } });
  if (!place) return [];
  const reply = await request(visit, place.address, { method: "OPTIONS" });
  const allowed = reply.headers.get("allow") ?? "";
  const says = `${place.method} ${place.path.replace(/\?.*/, "")}`;
  if (reply.status === 404 && !known && endpoints[name].path.template.includes("{order_id}"))
    return [amber("not tried: no order was found to ask for → give one by --order")];
  if (reply.status === 404) return absent(visit, name, `${says} is not there (HTTP 404)`);
  if (reply.code || !allowed || ![200, 204, 405].includes(reply.status))
    return [amber("not tried: OPTIONS does not tell → give --schema")];
  if (!allowed.split(/,\s*/).includes(place.method))
    return absent(visit, name, `${says} is not allowed, only ${quote(allowed)}`);
  found.state = "works";
  return [green("there, as OPTIONS says; never sent from here")];
}
/** What only the schema tells: of writes, and of what no answer showed. */
function schemaLines(visit: Visit, name: EndpointName, reported: Set<string>): Said[] {
  const noun = nounOf(name);
  const alike = visit.reference[name]?.told.fields.size ? name : noun;
  return visit.differences.flatMap(({ operation, part, pointer, kind, isBreaking, says }) => {
    const isElsewhere = operation !== lineOf(name) || !part || part === "path";
    if (isElsewhere || pointer === "Idempotency-Key") return [];
    const words = says.replace("in django", "in its schema");
    const key = pointer.replace(/^\$\.?/, "");
    if (/^[a-z]/.test(part)) {
      const what = `${part} ${key}: ${words}`;
      const isIgnored = part === "query" && kind === "missing";
      if (isIgnored) return [amber(`${what} → take it; until then it may be ignored`)];
      return isBreaking ? [red(`${what} → take what is sent, or map it in a dialect`)] : [];
    }
    const isKnown = visit.reference[alike]?.told.fields.get(key)?.present;
    const isSeen = foundOf(visit, name).told.fields.has(key) || reported.has(`${noun} ${key}`);
    if (!part.startsWith("2") || isSeen || !(isBreaking || (kind === "missing" && isKnown)))
      return [];
    reported.add(`${noun} ${key}`);
    return [saying(isBreaking ? "red" : "amber")(`${key || "answer"}: ${words} → send or map it`)];
  });
}
async function operations(visit: Visit): Promise<Line[]> {
  const lines: Line[] = [];
  const reported = new Set<string>();
  for (const name of NAMES) {
    const found = foundOf(visit, name);
    if (!placeOf(visit, name)) {
      found.state = "absent";
      lines.push({ check: name, ...green(`mapped to nothing: no ${toolsOf(name)}`) });
      continue;
    }
    const own = name in READS ? readLines(visit, name) : await writeLines(visit, name);
    for (const [key, { present }] of found.told.fields)
      if (!present) reported.add(`${nounOf(name)} ${key}`);
    const isTold = !visit.dialect && found.state !== "absent";
    const more = isTold ? schemaLines(visit, name, reported) : [];
    const isRed = more.some(({ level }) => level === "red");
    if (isRed && found.state === "works") found.state = "unproven";
    const said = more.length ? own.filter(({ level }) => level !== "green") : own;
    lines.push(...[...said, ...more].map((line) => ({ check: name, ...line })));
  }
  return lines;
}

// ── The report ──────────────────────────────────────────────────────────────────────────────────

/** Every check there is, in the order of the report. */
const CHECKS: Record<string, (visit: Visit) => Line[] | Said[] | Promise<Line[] | Said[]>> = {
  reachable,
  TLS: tls,
  authentication,
  redirects,
  pages,
  search,
  currency,
  idempotency,
  privacy,
  clock,
  speed,
  operations, // each under its own name
};

export interface Report {
  shop: string;
  lines: Line[];
  /** Tools by whether the shop has what they need. */
  tools: Record<"works" | "unproven" | "missing", string[]>;
  /** What to set, but for the token. */
  settings: Record<string, string>;
}
/** Looks at a shop. Nothing is sent to it but GET and OPTIONS. */
export async function examine(given: Given, outside: Partial<Outside> = {}): Promise<Report> {
  const visit = openVisit(given, { ...OUTSIDE, ...outside });
  const lines: Line[] = [];
  for (const [check, run] of Object.entries(CHECKS)) {
    if (visit.isOver) break;
    if (run === redirects) {
      await readSchema(visit);
      visit.reference = await readReference();
      await readAll(visit);
    }
    lines.push(...(await run(visit)).map((said) => ({ check, ...said })));
  }
  return { shop: given.settings.django_api_base, lines, ...prescribed(visit) };
}
function prescribed(visit: Visit): Pick<Report, "tools" | "settings"> {
  const { settings, scheme, isOver } = visit;
  const report: Report["tools"] = { works: [], unproven: [], missing: [] };
  for (const [tool, { needs }] of isOver ? [] : Object.entries(tools)) {
    const needed = NAMES.filter((name) => needs.includes(endpoints[name]));
    const states = needed.map((name) => foundOf(visit, name).state);
    const isMissing = states.some((state) => state === "absent" || state === "broken");
    const isWorking = states.every((state) => state === "works");
    report[isMissing ? "missing" : isWorking ? "works" : "unproven"].push(tool);
  }
  const offered = [...report.works, ...report.unproven];
  const isHidden = (name: EndpointName) => Boolean(visit.dialect) && !placeOf(visit, name);
  const isShown = (name: EndpointName) =>
    foundOf(visit, name).state === "absent" && !isHidden(name);
  const isCut = NAMES.some((name) => isShown(name) || foundOf(visit, name).state === "broken");
  return {
    tools: report,
    settings: {
      DJANGO_API_BASE: settings.django_api_base,
      ...(scheme !== "Token" && { DJANGO_API_AUTH: scheme }),
      ...(settings.currency !== "XXX" && { SHOP_MCP_CURRENCY: settings.currency }),
      ...(settings.shop && { SHOP_MCP_SHOP: resolve(settings.shop) }),
      ...(isCut && offered.length > 0 && { SHOP_MCP_TOOLS: offered.join() }),
    },
  };
}

// ── A first dialect ─────────────────────────────────────────────────────────────────────────────

/** Words that shops have for statuses. */
const STATUS_WORDS: [RegExp, (typeof STATUSES)[number]][] = [
  [/cancel|void/i, "cancelled"],
  [/return/i, "return_requested"],
  [/exchang/i, "exchange_requested"],
  [/deliver|complete|done|closed|arrived/i, "delivered"],
  [/ship|sent|dispatch|transit|way/i, "shipped"],
  [/pack|process|progress|paid|confirm/i, "processing"],
  [/new|open|creat|placed|receiv|pending|wait/i, "pending"],
];
const QUERY_WORDS = {
  q: ["search", "query", "term", "text", "keyword"],
  limit: ["page_size", "per_page", "size"],
  cursor: ["page", "offset"],
};
type Texts = Record<string, string>;
/** The shop's names for what the server sends to its lists. */
function queryTable({ document }: Visit, paths: Texts): Texts {
  const all = isObject(document?.paths) ? document.paths : {};
  const taken = (["searchProducts", "orders"] as const).flatMap((name) => {
    const item = all[paths[name] ?? endpoints[name].path.template];
    const given = isObject(item) && isObject(item.get) ? item.get.parameters : [];
    return Array.isArray(given) ? given.map((one) => (isObject(one) ? one.name : "")) : [];
  });
  const renamed = Object.entries(QUERY_WORDS).flatMap(([name, others]) => {
    const other = others.find((one) => taken.includes(one));
    return taken.includes(name) || !other ? [] : [[name, other]];
  });
  return Object.fromEntries(renamed);
}
const block = (name: string, lines: string[]) =>
  lines.length ? [`${name}: {`, ...lines, "},"] : [];
const entries = (table: Texts) =>
  Object.entries(table).map(([name, value]) => `${name}: ${JSON.stringify(value)},`);

/** What DRF's root view lists, as far as a schema would tell it: each list, and a record under it. */
async function readRoot(visit: Visit): Promise<void> {
  const base = visit.settings.django_api_base;
  for (const at of [`${base}/`, `${base}/api/`]) {
    const { json } = await request(visit, at);
    const links = Object.values(isObject(json) ? json : {}).flatMap((link) => {
      const url = typeof link === "string" ? URL.parse(link, at) : undefined;
      return url ? [url.pathname.slice(bare(new URL(base).pathname).length)] : [];
    });
    const paths = links.flatMap((path): [string, Fields][] => {
      const slash = path.endsWith("/") ? "/" : "";
      const changes = WRITES.map((name): [string, Fields] => {
        const { path: place, method } = endpoints[name];
        const end = bare(place.template).replace(/.*}/, ""); // OPTIONS will tell whether it is so
        return [`${bare(path)}/{id}${end}${slash}`, { [method.toLowerCase()]: {} }];
      });
      return [[path, { get: {} }], [`${bare(path)}/{id}${slash}`, { get: {} }], ...changes];
    });
    if (paths.length) return readDocument(visit, Object.fromEntries(paths));
  }
}

/** The tables `page` and `fields` from what came under other names, with a TODO for what did not. */
function fieldLines({ found, reference }: Visit): string[] {
  const none = () => ({
    likes: new Map<string, string>(),
    todo: new Set<string>(),
    there: new Set<string>(),
    missing: new Set<string>(),
  });
  const nouns = new Map<string, ReturnType<typeof none>>();
  let page = "";
  for (const [name, { told }] of Object.entries(found)) {
    const noun = nouns.get(nounOf(name)) ?? none();
    nouns.set(nounOf(name), noun);
    for (const [key, { like, present, absent, misfits, isRequired, ...seen }] of told.fields) {
      const path = pathIn(key).join(".");
      const isWanted = isRequired || reference[name]?.told.fields.get(key)?.present;
      if (like && key === "results") page = like;
      else if (like) noun.likes.set(path, like);
      else if (present) noun.there.add(path);
      else if (absent && isWanted && key !== "next") noun.missing.add(path);
      const part = path.replace("[]", "");
      if (misfits && /^"(https?:|\/)/.test(seen.came))
        noun.todo.add(`${part}: { from: "${part}", load: true, each: { … } }, since links came`);
      else if (misfits) noun.todo.add(`${path}: ${seen.came} came, ${seen.expected} is expected`);
    }
  }
  const fields = [...nouns].flatMap(([noun, { likes, todo, there, missing }]) => {
    const table = tableOf([...likes].map(([path, like]) => [path.split("."), like]));
    const gone = missing.difference(there).difference(new Set(likes.keys()));
    if (gone.size) todo.add(`nothing came like ${[...gone].join(", ")}`);
    const notes = [...todo].map((note) => `// TODO ${note}`);
    return block(noun, [...table.map((entry) => `${entry},`), ...notes]);
  });
  return [...(page ? entries({ page }) : []), ...block("fields", fields)];
}
/** The table `statuses`, by the words of the schema, which has them for numbers too. */
function statusLines({ found, document = {} }: Visit): string[] {
  const written = JSON.stringify(document).matchAll(/\* `([^`]+)` - ([^\\*"]+)/g);
  const labels = new Map(Array.from(written, ([, value, label = ""]) => [value, label.trim()]));
  const all = Object.values(found).flatMap(({ told }) =>
    [...told.fields.values()].flatMap(({ strange }) => [...strange]),
  );
  const lines = [...new Set(all)].toSorted().map((status) => {
    const label = labels.get(status) ?? status;
    const [, guess] = STATUS_WORDS.find(([form]) => form.test(label)) ?? [];
    if (guess) return `${quoted(status)}: "${guess}", // TODO “${quote(label, 40)}”: is it?`;
    return `// TODO ${quoted(status)}: "…",`;
  });
  return [`// of the contract: ${STATUSES.join(", ")}`, ...block("statuses", lines)].slice(
    lines.length ? 0 : 1,
  );
}

/**
 * A first version of a module for `dialects/`, from what a shop answers and from its schema.
 * @throws {StartError} when the shop cannot be reached
 */
export async function suggest(given: Given, outside: Partial<Outside> = {}): Promise<string> {
  const visit = openVisit(given, { ...OUTSIDE, ...outside });
  const [line] = await reachable(visit);
  if (line?.level === "red" && !visit.probes.some(({ status }) => status === 404 || status === 200))
    throw new StartError(`${line.says}. ${line.fix}`);
  await readSchema(visit);
  const hasSchema = Boolean(visit.document);
  const [honours] = idempotency(visit);
  if (!hasSchema) await readRoot(visit);
  const lacks = NAMES.filter((name) => differs(visit, name, isMissing));
  const moved = lacks.map((name) => [name, likely(visit, name)]).filter(([, place]) => place);
  const paths: Texts = Object.fromEntries(moved);
  const query = queryTable(visit, paths);
  if (lacks.includes("orderStatus") && paths.order) paths.orderStatus ??= paths.order;
  visit.dialect = { ...defineShop({ paths, query }), answer: async (_, json) => json };
  await authentication(visit);
  visit.reference = await readReference();
  await readAll(visit);
  await operations(visit);

  const pathLines = NAMES.flatMap((name) => {
    const isLacking = hasSchema && lacks.includes(name) && !paths[name];
    const isGone = isLacking || foundOf(visit, name).state === "absent";
    return isGone
      ? [`${name}: null, // TODO nothing like it was found`]
      : entries(pick(paths, name));
  });
  const isPriced = currency(visit)[0]?.level === "green";
  const keys = honours?.level === "green" ? "true," : `false, // TODO ${honours?.says}`;
  const base = given.settings.django_api_base;
  const module = [
    `/** The shop at ${base}, as the doctor guesses it: look at every line, and at each TODO. */`,
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...(isPriced ? [] : ['// TODO currency: "EUR", or whichever its prices are in']),
    `idempotency: ${keys}`,
    ...block("paths", pathLines),
    ...(hasSchema ? [] : ['// TODO query: { q: "search" }, or whatever its search takes']),
    ...block("query", entries(query)),
    ...statusLines(visit),
    ...fieldLines(visit),
    "});",
    "",
  ];
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const stdin = Buffer.from(module.join("\n"));
  return Bun.spawnSync(fmt, { stdin, stderr: "ignore" }).stdout.toString();
}
const pick = (table: Texts, name: string): Texts =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key === name));

// ── The program ─────────────────────────────────────────────────────────────────────────────────

const COLOURS = { green: "green", amber: "yellow", red: "red" } as const;
const counted = (lines: Line[]) => {
  const of = (level: Level) => lines.filter((line) => line.level === level).length;
  return { green: of("green"), amber: of("amber"), red: of("red") };
};
/** The report as a person reads it: aligned, and in colour where that is wanted. */
export function written(
  { shop, lines, tools: tool, settings }: Report,
  isColoured = false,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const width = Math.max(...lines.map(({ check }) => check.length));
  const rows = lines.map(({ level, check, says, fix }, nth) => {
    const name = lines[nth - 1]?.check === check ? "" : check;
    const todo = fix ? paint("dim", ` → ${fix}`) : "";
    return `${paint(COLOURS[level], level.padEnd(5))}  ${name.padEnd(width)}  ${says}${todo}`;
  });
  const list = (title: string, names: string[]) => {
    const all = names.length === Object.keys(tools).length ? `all ${names.length} tools` : "";
    const wrapped = (all || names.join(", ")).match(/.{1,82}(,|$)/g) ?? [];
    return wrapped.map((part, nth) => `${(nth ? "" : title).padEnd(15)}${part.trim()}`);
  };
  const { DJANGO_API_BASE = "", ...rest } = settings;
  const env = { DJANGO_API_BASE, DJANGO_API_TOKEN: "…", ...rest };
  const server = new URL("../../server.ts", import.meta.url).pathname;
  const hosts = { mcpServers: { shop: { command: "bun", args: [server], env } } };
  const todo = [
    "",
    ...list("works", tool.works),
    ...list("in doubt", tool.unproven),
    ...list("does not work", tool.missing),
    "",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    "",
    JSON.stringify(hosts, null, 2).replace(/\[\s+(".*")\s+\]/, "[$1]"),
  ];
  const { green, amber, red } = counted(lines);
  const sum = `${green} green, ${amber} amber, ${red} red`;
  const isSeen = Object.values(tool).some((names) => names.length);
  return [
    paint("bold", shop),
    "",
    ...rows,
    ...(isSeen ? todo : []),
    "",
    paint(red ? "red" : amber ? "yellow" : "green", sum),
  ].join("\n");
}

const FLAGS = {
  django: ["URL", "address of the shop; else DJANGO_API_BASE"],
  token: ["TOKEN", "a customer's, or one of staff; else DJANGO_API_TOKEN"],
  auth: ["SCHEME", "Token or Bearer; else DJANGO_API_AUTH"],
  "second-token": ["TOKEN", "another customer's, who must not see the first one's orders"],
  order: ["ID", "an order to look at, where there is no list of them"],
  shop: ["FILE", "a dialect, such as dialects/mine.ts; else SHOP_MCP_SHOP"],
  schema: ["URL", "the shop's OpenAPI document; else /api/schema/ or /schema/"],
  json: ["", "the report as JSON, for CI"],
  suggest: ["", "no report, but a first dialect on stdout"],
  out: ["FILE", "where --suggest writes it instead"],
  help: ["", "this"],
};
const usage = () => {
  const rows = Object.entries(FLAGS).map(([name, [value = "", about = ""]]) => {
    return `  --${`${name} ${value}`.padEnd(20)} ${about}`;
  });
  const what =
    "bun run doctor: whether a Django shop fits, and what to do where not. It only reads.";
  return [what, "", ...rows, "", "It ends with 1 where something is red, with 2 for a bad flag."];
};
function readFlags(args: string[]): Partial<Record<keyof typeof FLAGS, string>> {
  const options = Object.entries(FLAGS).map(([name, [value]]) => {
    return [name, { type: value ? ("string" as const) : ("boolean" as const) }] as const;
  });
  try {
    const { values } = parseArgs({ args, options: Object.fromEntries(options) });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}`]));
  } catch (error) {
    throw new StartError(
      `${String(error).replace(/^[^:]*: |\.? *\n[^]*|\. [^]*/g, "")}: see --help`,
    );
  }
}

/** What a token may have in it that no shop gives out, in the order of looking. */
const TOKEN_FAULTS: [RegExp, string][] = [
  [/^(token|bearer)\s/i, "begins with its scheme → give the key alone, and the scheme by --auth"],
  [/[\r\n]/, "has a line break in it → take it off: it is often copied along"],
  [/\s/, "has a space in it → copy it again"],
  [/[^\x21-\x7e]/, "has a character in it that no header carries → copy it again"],
];
/** What is wrong with the tokens, said before anything is sent. */
function tokenLines(given: Texts): Line[] {
  return Object.entries(given).flatMap(([check, token]) => {
    const [, fault] = TOKEN_FAULTS.find(([form]) => form.test(token)) ?? [];
    return fault ? [{ check, ...red(`nothing was sent: it ${fault}`) }] : [];
  });
}

interface Printed {
  out?: string;
  err?: string;
  code: number;
}
/** The program: what it prints, and its exit code. */
export async function run(
  args: string[],
  env: Record<string, string | undefined>,
  { isColoured = false, ...outside }: Partial<Outside> & { isColoured?: boolean } = {},
): Promise<Printed> {
  try {
    const flags = readFlags(args);
    if (flags.help) return { out: usage().join("\n"), code: 0 };
    const token = flags.token ?? env.DJANGO_API_TOKEN ?? "";
    const { "second-token": second, order, schema, out: file } = flags;
    const bad = tokenLines({ token, "second token": second ?? "" });
    const settings = readSettings([], {
      ...env,
      DJANGO_API_BASE: flags.django ?? env.DJANGO_API_BASE,
      DJANGO_API_TOKEN: bad.length ? "" : token,
      DJANGO_API_AUTH: flags.auth ?? env.DJANGO_API_AUTH,
      SHOP_MCP_SHOP: flags.shop ?? env.SHOP_MCP_SHOP,
    });
    const base = settings.django_api_base;
    if (order && !ID.test(order)) throw new StartError(`--order ${quote(order)} is no id`);
    if (schema && !URL.canParse(schema, base)) throw new StartError("--schema is no address");
    if (file && (await Bun.file(file).exists()))
      throw new StartError(`${file} is there already: give --out another name`);
    const dialect = settings.shop && !flags.suggest ? await loadDialect(settings.shop) : undefined;
    const given = { settings, second, order, schema, dialect };
    if (flags.suggest && !bad.length) {
      const module = await suggest(given, outside);
      if (!file) return { out: module.trimEnd(), code: 0 };
      const engine = relative(
        dirname(resolve(file)),
        `${import.meta.dir}/../../shop/mapping/define-shop.ts`,
      );
      await Bun.write(
        file,
        module.replace("../shop/mapping/define-shop.ts", engine.replace(/^(?!\.)/, "./")),
      );
      return { err: `doctor: wrote ${file}. Next: bun run doctor --shop ${file}`, code: 0 };
    }
    const nothing = { tools: { works: [], unproven: [], missing: [] }, settings: {} };
    const report = bad.length
      ? { shop: base, lines: bad, ...nothing }
      : await examine(given, outside);
    const counts = counted(report.lines);
    const json = () => JSON.stringify({ ...counts, ...report }, null, 2);
    return { out: flags.json ? json() : written(report, isColoured), code: counts.red ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof StartError || error instanceof MappingError)) throw error;
    return { err: `doctor: ${error.message}`, code: 2 };
  }
}

if (import.meta.main) {
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  const { out, err, code } = await run(process.argv.slice(2), process.env, { isColoured });
  if (out) console.log(out);
  if (err) console.error(err);
  process.exitCode = code;
}
