/**
 * What processes share, in Redis or Valkey. Bun's client neither subscribes again nor goes on for ever, so that each
 * connection is made anew here, whenever it breaks, by a loop.
 *
 * While it cannot be reached, whoever must know waits for three seconds, then fails with `state_down`: a change could
 * be made twice, or against a no. What is to be remembered is written once it is back. Calls are counted by each
 * process for itself. Events are heard within the process; afterwards each listener hears that it may have missed some.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ShopError } from "./errors.ts";
import {
  openChannels,
  openLocalState,
  REMEMBERED_SECONDS,
  type SharedState,
} from "./shared-state.ts";

const PREFIX = "django-shop-mcp:";
const EPOCH = `${PREFIX}epoch`;
const EVENTS = `${PREFIX}events`;
const RETRY_MS = 250;
const ANSWER_MS = 1000; // for one command, or a connection
const PATIENCE_MS = 3000; // for a command with all of its attempts
const BEAT_MS = 1000; // between events that only say that the connection is alive
const MOST_UNSENT = 1000;

/** The epoch, which begins with whoever asks first. */
const READ_EPOCH = `
return redis.call('GET', KEYS[1]) or (redis.call('SET', KEYS[1], ARGV[1]) and ARGV[1])`;
/** 1, if the epoch is this one, and the claim this owner's. */
const CLAIM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local owner = redis.call('GET', KEYS[2])
if not owner then redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
return (not owner or owner == ARGV[2]) and 1 or 0`;
/** The bucket of shared-state.ts, by the clock of Redis. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local each = 1000 / ARGV[2]
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) + each
local wait = math.ceil(full - ARGV[1] * each - now)
if wait > 0 then return wait end
redis.call('SET', KEYS[1], full, 'PX', math.ceil(full - now))
return 0`;

/** @throws {Error} after this time */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const fail = () => late.reject(new Error(`no answer within ${Math.max(0, Math.round(ms))} ms`));
  const timer = setTimeout(fail, Math.max(ms, 0));
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/** A connection that is made anew whenever it breaks. */
interface Link<T> {
  /** What `greet` gave, once there is a connection. */
  ready(): Promise<T>;
  close(): void;
}
interface LinkOptions {
  url: string;
  /** In ms: after this long without a word of Redis's the connection is broken. @default never */
  idleTimeout?: number;
  onBreak?: (error: unknown) => void;
}
/** @param greet what comes first on each connection; `drop` has it made anew */
function keepConnected<T>(
  greet: (client: Bun.RedisClient, drop: (why: unknown) => void) => Promise<T>,
  { url, idleTimeout = 0, onBreak = () => {} }: LinkOptions,
): Link<T> {
  let current = Promise.withResolvers<T>();
  let isReady = false;
  let isClosed = false;
  let drop: (why?: unknown) => void = () => {};
  async function connect(): Promise<unknown> {
    const options = { autoReconnect: false, enableOfflineQueue: false, idleTimeout };
    const client = new Bun.RedisClient(url, { ...options, connectionTimeout: ANSWER_MS });
    const broken = Promise.withResolvers<unknown>();
    client.onclose = drop = broken.resolve;
    try {
      await within(ANSWER_MS, client.connect());
      current.resolve(await within(ANSWER_MS, greet(client, drop)));
      isReady = true;
      return await broken.promise;
    } catch (error) {
      return error;
    } finally {
      client.close();
    }
  }
  async function keep(): Promise<void> {
    while (!isClosed) {
      const why = await connect();
      if (isReady) current = Promise.withResolvers(); // others wait for the one that there is
      isReady = false;
      if (isClosed) return;
      onBreak(why);
      await pause(RETRY_MS, undefined, { ref: false });
    }
  }
  void keep();
  return { ready: () => current.promise, close: () => ((isClosed = true), drop()) };
}

export interface RedisOptions {
  /** As `redis://:password@host:6379/0`. */
  url: string;
  /** A clock that nobody sets back. */
  now: () => Date;
  /** Tells the operator. */
  note: (line: string, level?: "error") => void;
}
/** The state that all processes with this Redis share. It is connected to in the background. */
export function openRedisState({ url, now, note }: RedisOptions): SharedState {
  const local = openLocalState(now);
  const { tell, tellAll, subscribe } = openChannels();
  /** What is to be written once there is a connection; undefined: deleted. */
  const unsent = new Map<string, string | undefined>();
  /** Since when there is no connection, by `performance.now`; 0 where there is one, or has been none yet. */
  let brokenAt = 0;

  type Write = [name: string, value: string | undefined];
  const write = (client: Bun.RedisClient, [name, value]: Write): Promise<unknown> =>
    value === undefined
      ? client.del(PREFIX + name)
      : client.set(PREFIX + name, value, "EX", REMEMBERED_SECONDS);
  /** Unless it logs each write before it answers, Redis loses the last ones: then each of its runs is another memory. */
  async function greet(client: Bun.RedisClient, drop: (why: unknown) => void) {
    const info = String(await client.send("INFO", []));
    const [, run = ""] = /^run_id:(\w{8})/m.exec(info) ?? [];
    const synced = client.send("CONFIG", ["GET", "appendfsync"]).catch(() => ""); // which few may ask for
    const keepsLog =
      /^aof_enabled:1/m.test(info) && JSON.stringify(await synced).includes("always");
    for (const entry of unsent) {
      await write(client, entry);
      unsent.delete(entry[0]);
    }
    if (brokenAt) note("Redis is back");
    brokenAt = 0;
    return { client, drop, run: keepsLog ? "" : run };
  }
  function onBreak(error: unknown) {
    if (!brokenAt)
      note(
        `Redis (REDIS_URL) cannot be reached, or refuses the password (${codeOf(error)}): no change is made until it is back`,
        "error",
      );
    brokenAt ||= performance.now();
  }
  const commands = keepConnected(greet, { url, onBreak });

  type Connection = Awaited<ReturnType<typeof greet>>;
  /** Asks once, within about this time. What fails leaves a connection behind that is not to be trusted. */
  async function ask<T>(question: (connection: Connection) => Promise<T>, ms: number): Promise<T> {
    const connection = await within(ms, commands.ready());
    try {
      return await within(Math.min(Math.max(ms, RETRY_MS), ANSWER_MS), question(connection));
    } catch (error) {
      connection.drop(error);
      throw error;
    }
  }
  /** Asks once, and waits for no connection that is known to be broken. */
  const askNow = <T>(question: (connection: Connection) => Promise<T>, ms = ANSWER_MS) =>
    ask(question, brokenAt ? 0 : ms);
  /** Asks what may be asked again. @throws {ShopError} once there has been no connection for a while */
  async function insist<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    const begun = performance.now();
    for (;;) {
      const left = (brokenAt || begun) + PATIENCE_MS - performance.now();
      try {
        return await ask(question, left);
      } catch (error) {
        if (left <= RETRY_MS) throw new ShopError("state_down", {}, error);
        await pause(RETRY_MS);
      }
    }
  }
  async function writeSoon(...entry: Write): Promise<void> {
    unsent.set(...entry);
    try {
      await askNow(({ client }) => write(client, entry));
      if (unsent.get(entry[0]) === entry[1]) unsent.delete(entry[0]);
    } catch {
      const [oldest = ""] = unsent.size > MOST_UNSENT ? unsent.keys() : [];
      unsent.delete(oldest);
    }
  }
  function run(client: Bun.RedisClient, script: string, keys: string[], ...args: unknown[]) {
    const all = [script, `${keys.length}`, ...keys, ...args.map(String)];
    return client.send("EVAL", all) as Promise<unknown>; // of any type
  }

  let events: Link<void> | undefined;
  let heartbeat: Timer | undefined;
  const publish = (channel: string, event: string) =>
    askNow(({ client }) => client.publish(EVENTS, `${channel}\n${event}`));
  /** Listens to all channels at once, from the first subscription on. */
  function listen() {
    let mayMiss = false;
    const onBreak = () => void (mayMiss = true);
    async function hear(client: Bun.RedisClient) {
      await client.subscribe(EVENTS, (message) => {
        const [channel = "", ...event] = message.split("\n");
        tell(channel, event.join("\n"));
      });
      if (mayMiss) tellAll();
      mayMiss = false;
    }
    events ??= keepConnected(hear, { url, idleTimeout: 3 * BEAT_MS, onBreak });
    heartbeat ??= setInterval(() => void publish("", "").catch(() => {}), BEAT_MS).unref();
  }

  return {
    epoch: () =>
      insist(async ({ client, run: runId }) => {
        const fresh = crypto.randomUUID().slice(0, 8);
        return `${runId}${await run(client, READ_EPOCH, [EPOCH], fresh)}`;
      }),
    async get(name) {
      const value = await insist(({ client }) => client.get(PREFIX + name));
      return unsent.get(name) ?? value ?? undefined;
    },
    set: writeSoon,
    delete: (name) => writeSoon(name, undefined),
    claim: (name, owner, epoch) =>
      insist(async ({ client, run: runId }) => {
        if (!epoch.startsWith(runId)) return false;
        const keys = [EPOCH, PREFIX + name];
        const args = [epoch.slice(runId.length), owner, REMEMBERED_SECONDS];
        return (await run(client, CLAIM, keys, ...args)) === 1;
      }),
    mayMiss: () => false,
    take(bucket, { burst, perSecond }) {
      const digest = createHash("sha256").update(bucket).digest("base64url"); // it names a person
      const keys = [`${PREFIX}calls:${digest}`];
      const taking = askNow(({ client }) => run(client, TAKE, keys, burst, perSecond), RETRY_MS);
      return taking.then(Number, () => local.take(bucket, { burst, perSecond }));
    },
    publish: (channel, event) =>
      publish(channel, event).then(
        () => true,
        () => (tell(channel, event), false),
      ),
    subscribe(channel, listener) {
      listen();
      return subscribe(channel, listener);
    },
    close() {
      clearInterval(heartbeat);
      commands.close();
      events?.close();
    },
  };
}
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "no answer";
