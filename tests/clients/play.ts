/**
 * The conversation that every client has with the server, over each transport that it speaks: it connects, lists,
 * calls, fails, is asked and declines, is asked and accepts, gives up a call, confirms by code where it cannot be
 * asked, and leaves. What reached the mock shop meanwhile is checked after each step.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { bundledServer } from "../harness/bundle.ts";
import { isWrite, openFaultProxy } from "../harness/fault-proxy.ts";
import type { Client, Transport } from "./clients.ts";
import type { Driver, Outcome } from "./driver.ts";
import type { Watched } from "./watch.ts";
import { openHttpTap } from "./wire.ts";

/** What is found of a client over one transport, besides that it passed. */
export interface Findings {
  revision: string;
  /** What it hands on of a result. */
  results: "text" | "structure" | "text and structure";
  /** By what the server hears that a call was given up. */
  givesUp: string;
  /** How the client ends the connection. */
  leaves: string;
}
/** What became of the steps. After one that failed no other is taken. */
export interface Played {
  passed: string[];
  failure?: string;
  findings: Partial<Findings>;
}

const SEARCH = "GET /api/products/search/";
const CANCEL = "POST /api/orders/1054/cancel/";
const HELD_MS = 8000; // by which the server has let go of a request that nobody waits for, or was killed
const cancelOrder = {
  tool: "cancel_order",
  arguments: { order_id: "1054", reason: "no_longer_needed" },
};
/** Everything that a client was given of a result. */
const sayingOf = ({ text, structure }: Outcome) => `${text ?? ""} ${JSON.stringify(structure)}`;

/** The mock shop, and the server in front of it, until the client has gone. */
async function openStage(transport: Transport) {
  const shop = serveShop();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const proxy = await openFaultProxy(shop.url, () => hold());
  const settings = { django_api_base: proxy.url, django_api_token: "demo-mia", timeout: 60 };
  const over = transport === "stdio" ? await overStdio(settings) : await overHttp(settings);
  return {
    ...over,
    tools: Array.from(openShop(settingsSchema.parse(settings)).offered.keys()),
    held,
    proxy,
    /** What the shop was sent that may change it. */
    writes: () => proxy.noted.filter(isWrite).map(({ line }) => line),
    async close() {
      await over.stop();
      proxy.stop();
      await shop.stop();
    },
  };
}
type Stage = Awaited<ReturnType<typeof openStage>>;
type Settings = { django_api_base: string; django_api_token: string; timeout: number };

/** What is seen of a client that has left. @throws {Error} where it left a server running, or that ended badly */
type Seen = Pick<Findings, "revision" | "givesUp" | "leaves">;

/** How a client leaves over HTTP, by what becomes of its session. */
const LEAVING = {
  none: "nothing: it has no session",
  open: "nothing: its session stays open",
  ended: "ending its session",
};
async function overHttp(settings: Settings) {
  const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const tap = await openHttpTap(http.url);
  return {
    server: { url: tap.url },
    async seen(): Promise<Seen> {
      const { revision = "none", cancellations, session } = tap.wire;
      const isModern = revision === "2026-07-28"; // notifications end nothing there
      const giving = cancellations > 0 ? "a notification" : "ending its session";
      const givesUp = isModern ? "ending the request" : giving;
      return { revision, givesUp, leaves: LEAVING[session] };
    },
    async stop() {
      tap.stop();
      await http.stop();
    },
  };
}
async function overStdio(settings: Settings) {
  const folder = mkdtempSync(join(tmpdir(), "client-"));
  const record = join(folder, "record");
  const watch = new URL("watch.ts", import.meta.url).pathname;
  const args = ["--preload", watch, await bundledServer()];
  const env = {
    PATH: process.env["PATH"] ?? "",
    WATCH_RECORD: record,
    DJANGO_API_BASE: settings.django_api_base,
    DJANGO_API_TOKEN: settings.django_api_token,
    SHOP_MCP_TIMEOUT: `${settings.timeout}`,
  };
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** How each server ended. @throws {Error} where one runs on */
  async function readEnds() {
    const read = (): Watched[] =>
      readFileSync(record, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const pids = new Set(read().map(({ pid }) => pid));
    const late = AbortSignal.timeout(HELD_MS);
    while ([...pids].some(isAlive) && !late.aborted) await Bun.sleep(10); // others' children end unheard
    assert.deepEqual([...pids].filter(isAlive), [], "servers that the client started run on");
    const watched = read();
    return Array.from(pids, (pid) => watched.findLast((one) => one.pid === pid)?.end ?? KILLED);
  }
  return {
    server: { command: process.execPath, args, env },
    async seen(): Promise<Seen> {
      const ends = await readEnds();
      for (const { code } of ends) assert.ok([0, KILLED.code].includes(code), `exit code ${code}`);
      const last = ends.at(-1) ?? KILLED; // others were for calls that were given up, or for a question
      const { revision = "none", cancellations } = last;
      const givesUp = cancellations > 0 ? "a notification" : "ending the process";
      const leaves = last.isSignalled ? "SIGTERM" : "closing stdin";
      return { revision, givesUp, leaves: last === KILLED ? "SIGKILL" : leaves };
    },
    stop: async () => rmSync(folder, { recursive: true }),
  };
}
/** The end of a server that could not record it. */
const KILLED = { code: 137, isSignalled: true, revision: undefined, cancellations: 0 };

/** Plays the conversation with a client whose program runs. */
export async function play(driver: Driver, client: Client, transport: Transport): Promise<Played> {
  const played: Played = { passed: [], findings: {} };
  const step: Step = async (name, work) => {
    try {
      await work();
      played.passed.push(name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${name}: ${why}`, { cause: error });
    }
  };
  try {
    for (const playPart of [playAsked, playByCode]) {
      const stage = await openStage(transport);
      const { findings } = played;
      await playPart({ driver, client, transport, stage, findings, step }).finally(stage.close);
    }
  } catch (error) {
    played.failure = error instanceof Error ? error.message : String(error);
  }
  return played;
}
/** Takes a step. @throws {Error} with its name, where it fails */
type Step = (name: string, work: () => Promise<unknown>) => Promise<void>;
interface Play {
  driver: Driver;
  client: Client;
  transport: Transport;
  stage: Stage;
  findings: Partial<Findings>;
  step: Step;
}

/** As a client whose user can be asked, where it has any. */
async function playAsked({ driver, client, transport, stage, findings, step }: Play) {
  const { server, tools: offered, proxy, writes } = stage;
  await step("connects", () => driver.ask("connect", { server, canBeAsked: true }));
  await step("lists", async () => {
    const { tools } = await driver.ask("list");
    assert.deepEqual(tools.toSorted(), offered.toSorted());
  });
  await step("calls", async () => {
    const given = { tool: "search_products", arguments: { query: "linen", limit: 2 } };
    const found = await driver.ask("call", given);
    assert.match(sayingOf(found), /linen-apron.*58\.00/s);
    const hasText = found.text?.includes("linen-apron");
    const hasStructure = JSON.stringify(found.structure ?? "").includes("linen-apron");
    const both = hasText ? "text and structure" : "structure";
    findings.results = hasStructure ? both : "text";
    assert.equal(proxy.noted.at(-1)?.line, `${SEARCH}?q=linen&limit=2`);
  });
  await step("fails", async () => {
    const status = { tool: "get_order_status", arguments: { order_id: "9999" } };
    const failed = await driver.ask("call", status);
    assert.notEqual(failed.failed, false);
    assert.match(sayingOf(failed), /Nothing was found under 9999/);
    assert.equal(proxy.noted.at(-1)?.line, "GET /api/orders/9999/status/");
  });
  if (!client.cannotBeAsked) {
    await step("declines", async () => {
      const answer = { action: "decline" } as const;
      const declined = await driver.ask("call", { ...cancelOrder, answer });
      assert.match(declined.questions.join(), /^Cancel order 1054 .*56\.90 EUR/s);
      assert.match(sayingOf(declined), /declined/);
      assert.deepEqual(writes(), []);
    });
    await step("accepts", async () => {
      const answer = { action: "accept", content: { confirm: true } } as const;
      const accepted = await driver.ask("call", { ...cancelOrder, answer });
      assert.match(accepted.questions.join(), /^Cancel order 1054 .*56\.90 EUR/s);
      assert.match(sayingOf(accepted), /Order 1054: cancelled\./);
      assert.deepEqual(writes(), [CANCEL]);
    });
  }
  await step("gives up", async () => {
    const isSilent = client.givesUpSilently?.[transport] !== undefined;
    proxy.schedule(SEARCH, [isSilent ? { kind: "slow", seconds: 0.5 } : { kind: "hang" }]);
    await driver.ask("begin", { tool: "search_products", arguments: { query: "lamp" } });
    await stage.held;
    const { cancelled } = await driver.ask("cancel");
    assert.equal(cancelled, true, "the client's own call was not ended");
    const late = Bun.sleep(HELD_MS).then(() => "late");
    const end = await Promise.race([proxy.noted.at(-1)?.closed, late]);
    if (!isSilent)
      assert.notEqual(end, "late", "the server goes on with a call that the client gave up");
    const after = { tool: "get_order_status", arguments: { order_id: "1036" } };
    assert.match(sayingOf(await driver.ask("call", after)), /CD284208793BE/);
  });
  await step("leaves", async () => {
    await driver.ask("close");
    Object.assign(findings, await stage.seen());
  });
  if (client.givesUpSilently?.[transport]) findings.givesUp = "nothing";
}

/** As a client whose user cannot be asked. */
async function playByCode({ driver, stage, step }: Play) {
  const { server, writes } = stage;
  await step("connects again", () => driver.ask("connect", { server, canBeAsked: false }));
  await step("confirms by code", async () => {
    const asked = await driver.ask("call", cancelOrder);
    assert.deepEqual(asked.questions, []);
    assert.match(sayingOf(asked), /Nothing is done yet.*Cancel order 1054/s);
    const [, confirmation] = /confirmation\\?":\\?"([^"\\]+)/.exec(sayingOf(asked)) ?? [];
    assert.ok(confirmation, "the client hands on no code");
    assert.deepEqual(writes(), []);
    const args = { ...cancelOrder.arguments, confirmation };
    const done = await driver.ask("call", { ...cancelOrder, arguments: args });
    assert.match(sayingOf(done), /Order 1054: cancelled\./);
    assert.deepEqual(writes(), [CANCEL]);
  });
  await step("leaves again", async () => {
    await driver.ask("close");
    await stage.seen();
  });
}
