/**
 * Orders and products that report themselves. The shop sends an event by a webhook; whoever has subscribed to the
 * resource hears of it, in every process, if the shop lets them read it still: it is read as that caller before a
 * subscription is admitted, and again before each notice.
 *
 * @module
 */
import { setTimeout as wait } from "node:timers/promises";
import * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { messageFor } from "./answer.ts";
import { decodeIds, idInput } from "./contract.ts";
import { type ErrorCode, RETRYABLE, ShopError } from "./errors.ts";
import { callerIn } from "./offer.ts";
import type { SharedState } from "./shared-state.ts";
import type { CallerContext, Tool } from "./tool.ts";

const CHANNEL = "changes";
const MOST_ADDRESSES = 50; // of one subscription
const MOST_READS = 4; // at a time
const RETRY_MS = 5000;

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
/** An address as one caller has given it. What they listen to several times is looked at once. */
interface Watched {
  uri: string;
  caller: CallerContext;
  topics: Set<string>;
  /** What they hear by. */
  tell: Set<(uri: string) => void>;
}
export interface UpdateOptions {
  tools: [name: string, Tool][];
  /** Signs the events. */
  secret: string;
  /** Whose account is used where callers do not sign in, and what processes share. */
  account: CallerContext & { state: SharedState };
  /** Waits before it looks again. @default setTimeout, which keeps no process up */
  pause?: ((ms: number) => Promise<unknown>) | undefined;
}
/** Takes the shop's events, and tells them to those who may read what they are about. */
export function openUpdates(options: UpdateOptions) {
  const { secret, account, pause = (ms) => wait(ms, undefined, { ref: false }) } = options;
  const { state, now } = account;
  const readables = options.tools.flatMap(([name, tool]): Readable[] => {
    const [, prefix, argument] = /^(.*)\{(\w+)\}$/.exec(tool.uri ?? "") ?? [];
    return prefix && argument ? [{ name, tool, prefix, argument }] : [];
  });
  /** By what they are about. */
  const watched = new Map<string, Set<Watched>>();
  /** What has changed and is to be looked at. */
  const due = new Set<Watched>();
  const underWay = new Set<Watched>();

  /** Reads an address as a caller. @returns the names of what it is about @throws {ShopError} */
  async function read(uri: string, caller: CallerContext, signal?: AbortSignal): Promise<string[]> {
    const found = readables.find(({ prefix }) => uri.startsWith(prefix));
    if (!found) throw new ShopError("unknown_id", { id: JSON.stringify(uri), what: "resource" });
    const { name, tool, prefix, argument } = found;
    const ids = decodeIds({ [argument]: uri.slice(prefix.length) });
    const { result } = await tool.call(name, ids, caller, { signal });
    const own = [Object(ids)[argument], result[argument]]; // a number perhaps, and the id
    return own.map((id) => topicOf(argument, String(id)));
  }
  async function look(one: Watched): Promise<void> {
    if (!one.tell.size) return; // nobody listens any more
    try {
      await read(one.uri, { ...one.caller, countCall: undefined }); // it is not their call
      for (const tell of one.tell) tell(one.uri);
    } catch (error) {
      messageFor(error, new AbortController().signal, one.caller); // which the operator reads
      if (isOneOf(PASSING, error)) void pause(RETRY_MS).then(() => lookAt([one]));
    }
  }
  function lookAt(ones: Iterable<Watched>): void {
    for (const one of ones) due.add(one);
    for (const one of due) {
      if (underWay.size >= MOST_READS) return;
      if (underWay.has(one)) continue; // what it began to read may be old
      due.delete(one);
      underWay.add(one);
      void look(one).finally(() => (underWay.delete(one), lookAt([])));
    }
  }
  state.subscribe(CHANNEL, (topic) => {
    if (topic !== undefined) return lookAt(watched.get(topic) ?? []);
    for (const ones of watched.values()) lookAt(ones); // some events may be lost
  });

  /** @returns what ends it */
  function watch(
    uri: string,
    topics: string[],
    caller: CallerContext,
    tell: (uri: string) => void,
  ): () => void {
    const known = topics.flatMap((topic) => [...(watched.get(topic) ?? [])]);
    const one = known.find((other) => other.uri === uri && other.caller === caller) ?? {
      uri,
      caller,
      topics: new Set(),
      tell: new Set(),
    };
    one.tell.add(tell);
    for (const topic of topics) {
      one.topics.add(topic);
      watched.set(topic, (watched.get(topic) ?? new Set()).add(one));
    }
    return () => {
      one.tell.delete(tell);
      if (one.tell.size) return;
      for (const topic of one.topics) {
        const ones = watched.get(topic);
        ones?.delete(one);
        if (!ones?.size) watched.delete(topic);
      }
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
    try {
      const epoch = await state.epoch();
      if (await state.claim(`event:${event.id}`, crypto.randomUUID(), epoch)) {
        await state.publish(CHANNEL, topic);
        return "told" as const;
      }
      if ((await state.epoch()) === epoch) return "told_before" as const;
    } catch (failure) {
      if (!(failure instanceof ShopError)) throw failure;
      account.report("the shop is asked to send an event again: Redis (REDIS_URL) gives no answer");
    }
    return "unknown" as const;
  }
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
      const admitted: [uri: string, topics: string[]][] = [];
      let refusal: unknown;
      for (const uri of asked)
        try {
          admitted.push([uri, await read(uri, caller, signal)]);
        } catch (error) {
          refusal = error;
          if (isOneOf(HIDDEN, error)) continue;
          throw new mcp.ProtocolError(InternalError, messageFor(error, signal, caller));
        }
      if (!admitted.length)
        throw new mcp.ProtocolError(InvalidParams, messageFor(refusal, signal, caller));
      return {
        uris: admitted.map(([uri]) => uri),
        watch(tell: (uri: string) => void) {
          const ends = admitted.map(([uri, topics]) => watch(uri, topics, caller, tell));
          return () => ends.forEach((end) => end());
        },
      };
    },
  };
  return { updates, hooks: { secret, take, now: () => now().getTime() } };
}
