/**
 * Orders and products that report themselves. The shop sends an event by a webhook; whoever has subscribed to the
 * resource hears of it, in every process, if the shop lets them read it still: it is read as that caller before a
 * subscription is admitted, and again before each notice. Of a shop that sends no events, what is listened to is read
 * in rounds (rounds.ts), and a change is what differs from what was read before.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { messageFor } from "./answer.ts";
import { decodeIds, idInput } from "./contract.ts";
import { type ErrorCode, RETRYABLE, ShopError } from "./errors.ts";
import { callerIn } from "./offer.ts";
import { waitMs } from "./resilience.ts";
import { type Looked, openRounds, type RoundOptions } from "./rounds.ts";
import type { SharedState } from "./shared-state.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

const CHANNEL = "changes";
const TOLD = "told"; // of an event; before that it is somebody's who is about to
const MOST_ADDRESSES = 50; // of one subscription
const MOST_READS = 4; // at a time
const RETRY_MS = 5000;
/** By which the operator knows what is read before a notice, which no host has called. */
const NOTICE: CallBounds = { message: { method: "notifications/resources/updated" } };
const GONE_ROUNDS = 10; // between looks at what may not be read any more

/** What a webhook says. Whatever else is in it is the shop's own affair. */
const common = { id: z.string().regex(/^[\x21-\x7e]{1,128}$/, "expected 1 to 128 of ASCII") };
const eventSchema = z.discriminatedUnion("type", [
  z.object({ ...common, type: z.literal("order.changed"), order_id: idInput }),
  z.object({ ...common, type: z.literal("product.changed"), product_id: idInput }),
]);
/** The name of what has changed, by which processes tell each other. */
const topicOf = (argument: string, id: string) => `${argument} ${id}`;

/** The caller may not read it, or it is not there: which of the two is not said. */
const HIDDEN: ErrorCode[] = [
  "unknown_id",
  "unknown_number",
  "unknown_or_not_offered",
  "not_offered",
  "not_offered_for",
  "two_orders",
  "http_403",
  "forbidden",
  "bad_arguments",
];
/** Later it may be found out. */
const PASSING: ErrorCode[] = [...RETRYABLE, "resting", "shop_busy", "busy"];
const isOneOf = (codes: ErrorCode[], error: unknown) =>
  error instanceof ShopError && codes.includes(error.code);

/** A resource that a tool reads, by the id in its address. */
interface Readable {
  name: string;
  tool: Tool;
  /** `shop://orders/` */
  prefix: string;
  /** `order_id` */
  argument: string;
}
/** What was read at an address. */
interface Version {
  /** The names of what it is about. */
  topics: string[];
  /** Differs where what was read differs. */
  hash: string;
  /** How many events had been heard when the reading began. */
  heard: number;
}
/** An address as one caller has given it. What they listen to several times is looked at once. */
interface Watched {
  uri: string;
  caller: CallerContext;
  topics: Set<string>;
  /** What each listener hears by, and the hash of what they know. */
  tell: Map<() => void, string>;
}
export interface UpdateOptions {
  tools: [name: string, Tool][];
  /** Whose account is used where callers do not sign in, and what processes share. */
  account: CallerContext & { state: SharedState };
  /** Signs the shop's events. @default this process takes none */
  secret?: string | undefined;
  /** How often what is listened to is read, in ms. @default 0: never, since there are events */
  pollMs?: number | undefined;
  /** Waits before it looks again. @default setTimeout, which keeps no process up */
  pause?: ((ms: number) => Promise<unknown>) | undefined;
  /** The clock of the rounds. @default the process's own */
  clock?: Pick<RoundOptions<object>, "now" | "after">;
}

/** A result without what differs each time it is read: when that was, notes of this server's, signed links. */
function hashOf(whole: Record<string, unknown>): string {
  const { as_of: _, notes: __, ...result } = whole;
  const withoutQuery = (_: string, value: unknown) =>
    typeof value === "string" ? value.replace(/^(https?:[^?]*)\?.*$/s, "$1") : value;
  return createHash("sha256").update(JSON.stringify(result, withoutQuery)).digest("base64");
}

/** Hears of changes, and tells of them to those who may read what they are about. */
export function openUpdates(options: UpdateOptions) {
  const { secret, account, pollMs = 0, clock } = options;
  const { pause = (ms) => wait(ms, undefined, { ref: false }) } = options;
  const { state, now } = account;
  const readables = options.tools.flatMap(([name, tool]): Readable[] => {
    const [, prefix, argument] = /^(.*)\{(\w+)\}$/.exec(tool.uri ?? "") ?? [];
    return prefix && argument ? [{ name, tool, prefix, argument }] : [];
  });
  /** By what they are about. */
  const watched = new Map<string, Set<Watched>>();
  /** What is to be looked at; of that, what is told of however it looks. */
  const due = new Set<Watched>();
  const changed = new Set<Watched>();
  const underWay = new Set<Watched>();
  const resting = new Set<Watched>(); // while the shop gives no answer
  let heard = 0; // events, of whatever they are

  /** Reads an address as a caller. @throws {ShopError} */
  async function read(uri: string, caller: CallerContext, bounds: CallBounds): Promise<Version> {
    const before = heard;
    const found = readables.find(({ prefix }) => uri.startsWith(prefix));
    if (!found) throw new TypeError(`${uri} is not among what is heard of`);
    const { name, tool, prefix, argument } = found;
    const ids = decodeIds({ [argument]: uri.slice(prefix.length) });
    const { result } = await tool.call(name, ids, caller, bounds);
    const own = [Object(ids)[argument], result[argument]]; // a number perhaps, and the id
    const topics = own.map((id) => topicOf(argument, String(id)));
    return { topics, hash: hashOf(result), heard: before };
  }
  /** Reads it again, and tells of it where it has changed or is not what a listener knows. @throws {ShopError} */
  async function look(one: Watched, isChanged: boolean): Promise<void> {
    underWay.add(one);
    try {
      const { hash } = await read(one.uri, { ...one.caller, countCall: undefined }, NOTICE); // it is not their call
      for (const [hear, known] of one.tell) {
        if (known === hash && !isChanged) continue;
        one.tell.set(hear, hash);
        hear();
      }
    } catch (error) {
      messageFor(error, new AbortController().signal, one.caller); // which the operator reads
      throw error;
    } finally {
      underWay.delete(one);
    }
  }
  /** Looks, and again later where the shop gives no answer. */
  async function insist(one: Watched, isChanged: boolean): Promise<void> {
    try {
      await look(one, isChanged);
    } catch (error) {
      if (!isOneOf(PASSING, error)) return;
      if (isChanged) changed.add(one);
      if (resting.has(one)) return; // however many events come meanwhile
      resting.add(one);
      void pause(RETRY_MS).then(() => (resting.delete(one), lookAt([one], false)));
    }
  }
  function lookAt(ones: Iterable<Watched>, isChanged: boolean): void {
    for (const one of ones) {
      due.add(one);
      if (isChanged) changed.add(one);
    }
    for (const one of due) {
      if (underWay.size >= MOST_READS) return;
      if (underWay.has(one)) continue; // what it began to read may be old
      due.delete(one);
      const isToTell = changed.delete(one);
      if (!one.tell.size) continue; // nobody listens any more
      void insist(one, isToTell).finally(() => lookAt([], false));
    }
  }
  state.subscribe(CHANNEL, (topic) => {
    heard++;
    if (topic !== undefined) return lookAt(watched.get(topic) ?? [], true);
    for (const ones of watched.values()) lookAt(ones, true); // some events may be lost
  });
  async function lookInRound(one: Watched): Promise<Looked> {
    if (underWay.has(one)) return { failed: false };
    try {
      await look(one, false);
      return { failed: false };
    } catch (error) {
      const restMs = isOneOf(HIDDEN, error) ? GONE_ROUNDS * pollMs : 0;
      return { failed: restMs === 0, restMs, askerRestMs: waitMs(error) };
    } finally {
      lookAt([], false); // an event may have come meanwhile
    }
  }
  const rounds = pollMs
    ? openRounds({ everyMs: pollMs, look: lookInRound, askerOf: ({ caller }) => caller, ...clock })
    : undefined;

  function begin(uri: string, version: Version, caller: CallerContext): Watched {
    const known = version.topics.flatMap((topic) => [...(watched.get(topic) ?? [])]);
    const other = known.find((one) => one.uri === uri && one.caller === caller);
    const one = other ?? { uri, caller, topics: new Set(), tell: new Map() };
    for (const topic of version.topics) {
      one.topics.add(topic);
      watched.set(topic, (watched.get(topic) ?? new Set()).add(one));
    }
    if (!other) rounds?.add(one);
    return one;
  }
  function end(one: Watched): void {
    rounds?.delete(one);
    for (const topic of one.topics) {
      const ones = watched.get(topic);
      ones?.delete(one);
      if (!ones?.size) watched.delete(topic);
    }
  }
  /** What a caller was admitted to, as they have read it. */
  function admitted(uri: string, version: Version, caller: CallerContext) {
    return {
      uri,
      watch(tell: () => void, authInfo?: mcp.AuthInfo) {
        const one = begin(uri, version, callerIn(authInfo) ?? caller);
        const hear = () => tell(); // the same may listen twice
        one.tell.set(hear, version.hash);
        if (version.heard !== heard) lookAt([one], false);
        return () => {
          const hash = one.tell.get(hear) ?? version.hash;
          version = { topics: [...one.topics], hash, heard: -1 }; // an event may be on its way
          one.tell.delete(hear);
          if (!one.tell.size) end(one);
        };
      },
    };
  }

  /** Takes an event once, and tells every process of it. */
  async function take(json: unknown) {
    const { data: event, error } = eventSchema.safeParse(json);
    if (!event) {
      const [{ path, message } = { path: [], message: "" }] = error.issues;
      return { wrong: [...path, message].join(": ") };
    }
    const topic =
      event.type === "order.changed"
        ? topicOf("order_id", event.order_id)
        : topicOf("product_id", event.product_id);
    const name = `event:${event.id}`;
    try {
      if (await state.claim(name, crypto.randomUUID(), await state.epoch())) {
        const isTold = await state.publish(CHANNEL, topic);
        await (isTold ? state.set(name, TOLD) : state.delete(name));
        if (!isTold) throw new ShopError("state_down");
        return "told" as const;
      } else if ((await state.get(name)) === TOLD) return "told_before" as const;
    } catch (failure) {
      if (!(failure instanceof ShopError)) throw failure;
      account.report("the shop is asked to send an event again: Redis (REDIS_URL) gives no answer");
    }
    return "unknown" as const;
  }
  const templates = readables.map(({ prefix, argument }) => `${prefix}{${argument}}`);
  const UNHEARD = `Changes are told of ${templates.join(" and ")}. Read anything else again when you need it.`;
  const updates = {
    /**
     * Those of these addresses that a caller may read, and how to hear of them.
     * @throws {mcp.ProtocolError} in words, where there is none, or the shop gives no answer
     */
    async admit(uris: string[], authInfo: mcp.AuthInfo | undefined, signal: AbortSignal) {
      const { InvalidParams, InternalError } = mcp.ProtocolErrorCode;
      const caller = callerIn(authInfo) ?? account;
      const asked = [...new Set(uris)];
      if (asked.length > MOST_ADDRESSES)
        throw new mcp.ProtocolError(
          InvalidParams,
          `A subscription has at most ${MOST_ADDRESSES} addresses. Open another for the rest.`,
        );
      const heard = asked.filter((uri) => readables.some(({ prefix }) => uri.startsWith(prefix)));
      if (!heard.length) throw new mcp.ProtocolError(InvalidParams, UNHEARD);
      const all: ReturnType<typeof admitted>[] = [];
      let refusal: unknown;
      for (const uri of heard)
        try {
          all.push(admitted(uri, await read(uri, caller, { signal }), caller));
        } catch (error) {
          refusal = error;
          if (isOneOf(HIDDEN, error)) continue;
          throw new mcp.ProtocolError(InternalError, messageFor(error, signal, caller));
        }
      if (!all.length)
        throw new mcp.ProtocolError(InvalidParams, messageFor(refusal, signal, caller));
      return all;
    },
  };
  const hooks = secret ? { secret, take, now: () => now().getTime() } : undefined;
  return { updates: readables.length ? updates : undefined, hooks };
}
