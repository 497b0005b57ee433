/**
 * Where stories are played that somebody else runs: `openUrl`, an MCP server at an address, of which only the answers are
 * seen; and `openDjango`, a project's own Django, before which the server is started here, so that its requests are seen.
 *
 * @module
 */
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { NAME, settingRows, VERSION } from "../../settings.ts";
import {
  type ClientOptions,
  connectLegacy,
  connectModern,
  environmentOf,
  type Host,
  type Program,
  startLegacy,
  startModern,
} from "../../tests/harness/clients.ts";
import { openFaultProxy } from "../../tests/harness/fault-proxy.ts";
import { openCast, playSteps, type Stage } from "../../tests/harness/steps.ts";
import type { Story } from "../../tests/harness/story.ts";
import { StoryFailure, type Turn } from "../../tests/harness/turn.ts";
import { checksOf, type Offer } from "./checks.ts";

/** A place that cannot be reached. The message says why, and what to do. */
export class PlaceError extends Error {
  override name = "PlaceError";
}
export interface Place {
  /** As messages name it. */
  title: string;
  lane: PlaceLane;
  /** Whether the requests to Django are seen, and so checked. */
  seesRequests: boolean;
  /** Connects as somebody, for a look around. @throws {PlaceError} */
  connect(token: string | undefined): Promise<Host>;
  /** What this caller is offered. @throws {PlaceError} */
  offerTo(token: string | undefined): Promise<Offer>;
  /** Plays a story as this caller. @throws {StoryFailure} */
  play(story: Story, token: string | undefined): Promise<Turn[]>;
  /** Why a story cannot be played here, whatever the shop holds; undefined if it can. */
  refuses(story: Story): string | undefined;
}

export const URL_LANES = ["http-modern", "http-legacy"] as const;
export const DJANGO_LANES = ["stdio-modern", "stdio-legacy"] as const;
export type PlaceLane = (typeof URL_LANES)[number] | (typeof DJANGO_LANES)[number];

/** What all places have in common, by how a client is connected there. */
interface Way {
  title: string;
  lane: PlaceLane;
  again: string;
  seesRequests: boolean;
  /** Opens what is before the shop, for one story; its proxy sees the requests, if one can. */
  open(
    story: Story | undefined,
    token: string | undefined,
  ): Promise<{
    connect: (options: ClientOptions) => Promise<Host>;
    proxy: Stage["proxy"];
    /** Faults of the story that no request has met. */
    unmet: () => string[];
    close: () => void;
  }>;
}
const messageOf = (error: unknown): string => String(Object(error).message ?? error);
/** Nothing of what the server sends to its shop is seen. */
const BLIND: Stage["proxy"] = {
  isBlind: true,
  url: "http://unseen.invalid",
  noted: [],
  schedule: () => {
    throw new StoryFailure("faults need a proxy between server and shop");
  },
  settled: async () => {},
};

function placeOf(way: Way): Omit<Place, "refuses"> {
  const { title, lane, seesRequests } = way;
  const offers = new Map<string | undefined, Promise<Offer>>();
  async function connect(token: string | undefined): Promise<Host> {
    const opened = await way.open(undefined, token);
    const host = await opened.connect({});
    const close = async () => {
      await host.close();
      opened.close();
    };
    return Object.assign(Object.create(host) as Host, { close }); // the same host, which also closes what is before it
  }
  async function look(token: string | undefined): Promise<Offer> {
    const host = await connect(token);
    try {
      const { tools } = await host.listTools();
      const { name, version } = host.getServerVersion() ?? {};
      return { tools, isOurs: name === NAME && version === VERSION };
    } catch (error) {
      throw new PlaceError(`${title} does not list its tools: ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      await host.close();
    }
  }
  async function offerTo(token: string | undefined): Promise<Offer> {
    const known = offers.get(token) ?? look(token);
    offers.set(token, known);
    return known;
  }
  async function play(given: Story, token: string | undefined): Promise<Turn[]> {
    // The shop's data cannot be seen here; `unseenBy` says so.
    const steps = given.steps.filter(({ kind }) => kind !== "expectWorld");
    const story = { ...given, steps };
    const check = checksOf(await offerTo(token));
    const { connect, proxy, unmet, close } = await way.open(story, token);
    const onClock = <T>(work: Promise<T>) => work; // the clock is the real one
    const never = async () => {
      throw new StoryFailure("nobody but the caller is known here");
    };
    try {
      const cast = await openCast(story, { connect, onClock });
      try {
        const place = { name: `${lane}, ${title}`, again: `${way.again} "${story.title}"` };
        const known = { story, lane, ...cast, check, onClock, proxy, place };
        const saved = new Map<string, unknown>();
        const unknown = { saved, world: never, change: never };
        const turns = await playSteps({ ...known, ...unknown });
        if (unmet().length)
          throw new StoryFailure(`faults that nothing met: ${unmet().join(", ")}`);
        return turns;
      } finally {
        await cast.host.close();
      }
    } finally {
      close();
    }
  }
  return { title, lane, seesRequests, connect, offerTo, play };
}

/** Why a story needs a server, a shop or a clock of its own: what only the harness has. */
function needsHarness({ steps, world, shop, changes, settings }: Story): string | undefined {
  if (shop) return `it is about the dialect ${shop}`;
  if (world) return `it needs the world tests/worlds/${world}.json`;
  if (changes) return "it needs a shop that reports changes of others";
  if (steps.some(({ kind }) => kind === "outOfBand"))
    return "somebody changes something at the shop meanwhile, past the server";
  const asks = steps.flatMap((step) => ("expected" in step && step.expected.asks) || []);
  if (asks.flat().some((part) => Array.isArray(part)))
    return "somebody changes something at the shop meanwhile, past the server";
  return settings?.shop === undefined ? undefined : "it is about a dialect";
}

// ── A server at an address ──────────────────────────────────────────────────────────────────────

/** What the last request met, to explain why nothing came of it. */
interface Met {
  status?: number;
  location?: string | null;
  type?: string | null;
  error?: unknown;
}
const codeOf = (error: unknown): string => {
  const { code, cause, message } = Object(error);
  return cause?.code ?? code ?? message ?? String(error);
};
/** Why no MCP server was met at an address, and what to do. */
function explain(url: URL, lane: PlaceLane, token: string | undefined, met: Met): string {
  const { status = 0, location, type, error } = met;
  const at = url.origin + url.pathname;
  if (error !== undefined && /CERT|SELF_SIGNED|ISSUER/i.test(codeOf(error)))
    return `The certificate of ${url.host} is not trusted (${codeOf(error)}). If it is your own, name its authority in NODE_EXTRA_CA_CERTS.`;
  if (error !== undefined)
    return `Nothing answers at ${at} (${codeOf(error)}). Check the address, and that the server runs.`;
  if (status >= 300 && status < 400)
    return `${at} answers with a redirect to ${location ?? "nowhere"}, which is not followed. Give the final address.`;
  if (status === 401 && !token)
    return `${at} wants a token (HTTP 401). Set SHOP_MCP_TOKEN, or give --tokens FILE.`;
  if (status === 401)
    return `${at} refuses the token (HTTP 401). It may have expired, or be meant for another server.`;
  if (status === 403)
    return `${at} refuses access (HTTP 403). Check what the token was granted, and SHOP_MCP_ALLOWED_HOSTS of the server.`;
  if (status === 404 || status === 405)
    return `There is no MCP server at ${at} (HTTP ${status}). The address of a django-shop-mcp ends in /mcp.`;
  if (status >= 500) return `${at} fails (HTTP ${status}). The server's log says why.`;
  if (type?.startsWith("text/html")) return `${at} answers with a web page: it is no MCP server.`;
  return lane === "http-modern"
    ? `${at} does not speak the protocol of 2026-07-28. Try --lane http-legacy.`
    : `${at} does not speak the protocol of 2025-11-25, or is no MCP server (HTTP ${status}).`;
}

/** Needs of a story that only a server started for it can meet. */
function needsOwnServer({ settings, steps, keepsProcess }: Story): string | undefined {
  const names = Object.keys(settings ?? {});
  if (names.length) return `it needs a server with ${names.join(", ")} set for it`;
  if (keepsProcess === false) return "it starts a server for each call";
  if (steps.some(({ kind }) => kind === "fault"))
    return "it needs a shop that fails on demand, and so a proxy before it";
  const calls = steps.filter((step) => step.kind === "call");
  if (calls.some(({ isAborted, isLost }) => isAborted || isLost === "with the server"))
    return "it stops a call or the server at a moment that cannot be seen from outside";
  return undefined;
}

/** An MCP server at an address, by a caller's bearer token. */
export function openUrl(
  url: URL,
  { lane, again }: { lane: (typeof URL_LANES)[number]; again: string },
): Place {
  const open: Way["open"] = async (_, token) => {
    const met: Met = {};
    const hear = async (input: string | URL, init?: RequestInit): Promise<Response> => {
      try {
        const response = await fetch(input, { ...init, redirect: "manual" });
        const { status, headers } = response;
        const location = headers.get("Location");
        const type = headers.get("Content-Type");
        Object.assign(met, { status, location, type, error: undefined });
        return response;
      } catch (error) {
        met.error = error;
        throw error;
      }
    };
    const requestInit =
      token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
    const transport = { fetch: hear, requestInit };
    const connect = async (options: ClientOptions) => {
      try {
        return lane === "http-modern"
          ? await connectModern(new StreamableHTTPClientTransport(url, transport), options)
          : await connectLegacy(new LegacyHttpTransport(url, transport), options);
      } catch (error) {
        throw new PlaceError(explain(url, lane, token, met), { cause: error });
      }
    };
    return { connect, proxy: BLIND, unmet: () => [], close: () => {} };
  };
  const title = url.origin + url.pathname;
  const refuses = (story: Story) => needsHarness(story) ?? needsOwnServer(story);
  return { ...placeOf({ title, lane, again, seesRequests: false, open }), refuses };
}

// ── A project's own Django ──────────────────────────────────────────────────────────────────────

/** The server's settings in these variables, but for the shop's address and token. */
const settingsIn = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    settingRows.flatMap(({ key, env: name }) => {
      const value = env[name];
      const isOurs = /^(django_api_(base|token)|http|port)$/.test(key);
      return value === undefined || isOurs ? [] : [[name, value]];
    }),
  );

interface DjangoOptions {
  lane: (typeof DJANGO_LANES)[number];
  /** The command that plays the same again. */
  again: string;
  /** How the server is started. */
  program: Pick<Program, "command" | "args">;
  /** The environment, of which the server is given its settings. */
  env: NodeJS.ProcessEnv;
}
/** A Django at an address, by a user's API token; each story has a server of its own, started as hosts start it. */
export function openDjango(url: URL, { lane, again, program, env }: DjangoOptions): Place {
  const shop = (url.origin + url.pathname).replace(/\/+$/, "");
  const open: Way["open"] = async (story, token) => {
    const proxy = await openFaultProxy(shop, () => {});
    let stderr = "";
    const settings = {
      ...story?.settings,
      django_api_base: proxy.url,
      ...(token !== undefined && { django_api_token: token }),
    };
    const started = { ...program, env: { ...settingsIn(env), ...environmentOf(settings) } };
    const connect = async (options: ClientOptions) => {
      const onStderr = (text: string) => {
        stderr += text;
        options.onStderr?.(text);
      };
      const start = lane === "stdio-modern" ? startModern : startLegacy;
      try {
        return await start(started, { ...options, onStderr });
      } catch (error) {
        const said = stderr.trim() || messageOf(error);
        throw new PlaceError(`The server did not start: ${said}`, { cause: error });
      }
    };
    return { connect, proxy, unmet: proxy.unmet, close: proxy.stop };
  };
  const title = `Django at ${shop}`;
  return { ...placeOf({ title, lane, again, seesRequests: true, open }), refuses: needsHarness };
}
