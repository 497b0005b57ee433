/**
 * The conversation that every client has with the server, over each transport that it speaks: it connects, lists,
 * calls, fails, is asked and declines, is asked and accepts, gives up a call, confirms by code where it cannot be
 * asked, and goes. What reached the mock shop meanwhile is checked after each step.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveShop } from "../../scripts/shop.ts";
import { groups, openShop, serveHttp, settingsSchema } from "../../server.ts";
import { bundledServer } from "../harness/bundle.ts";
import { isWrite, openFaultProxy } from "../harness/fault-proxy.ts";
import type { Client, Transport } from "./clients.ts";
import type { Driver, Outcome } from "./driver.ts";
import type { Watched } from "./watch.ts";
import { openHttpTap, type Wire } from "./wire.ts";

/** What is found of a client over one transport, besides that it passed. */
export interface Findings {
  revision: string;
  /** What it hands on of a result. */
  results: "text" | "structure" | "text and structure";
  /** By what the server hears that a call was given up. */
  givesUp: string;
  /** How the client takes its leave. */
  goes: string;
}
/** What became of the steps. After one that failed no other is taken. */
export interface Played {
  passed: string[];
  failure?: string;
  findings: Partial<Findings>;
}

const SEARCH = "GET /api/products/search/";
const CANCEL = "POST /api/orders/1054/cancel/";
const HELD_MS = 5000; // by which the server has let go of a request that nobody waits for
const TOOLS = Object.values(groups).flatMap((group) => Object.keys(group));
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

async function overHttp(settings: Settings) {
  const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const tap = await openHttpTap(http.url);
  return {
    server: { url: tap.url },
    carrier: "request",
    wire: (): Pick<Wire, "revision" | "cancellations"> => tap.wire,
    /** How the client has gone. */
    gone: () => (tap.wire.hasEndedSession ? "ends its session" : "says nothing"),
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
  function read(): Required<Watched>[] {
    const lines = readFileSync(record, "utf8").trim().split("\n");
    const watched: Watched[] = lines.map((line) => JSON.parse(line));
    const pids = new Set(watched.map(({ pid }) => pid));
    return Array.from(pids, (pid) => {
      const end = watched.find((one) => one.pid === pid && one.end)?.end ?? KILLED;
      assert.throws(
        () => process.kill(pid, 0),
        /ESRCH/,
        "a server that the client started runs on",
      );
      return { pid, end };
    });
  }
  return {
    server: { command: process.execPath, args, env },
    carrier: "process",
    wire: () => read().findLast(({ end }) => end !== KILLED)?.end ?? KILLED,
    /** How the client has ended the server. @throws {Error} where one has not ended, or not well */
    gone() {
      const ends = read().map(({ end }) => end);
      for (const { code } of ends) assert.ok([0, KILLED.code].includes(code), `exit code ${code}`);
      const isKilled = ends.includes(KILLED);
      const isSignalled = ends.some((end) => end.isSignalled);
      return isKilled ? "SIGKILL" : isSignalled ? "SIGTERM" : "closes stdin";
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
      await playPart({ driver, client, stage, findings: played.findings, step }).finally(
        stage.close,
      );
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
  stage: Stage;
  findings: Partial<Findings>;
  step: Step;
}

/** As a client whose user can be asked, where it has any. */
async function playAsked({ driver, client, stage, findings, step }: Play) {
  const { server, proxy, writes } = stage;
  await step("connects", () => driver.ask("connect", { server, canBeAsked: true }));
  await step("lists", async () => {
    const { tools } = await driver.ask("list");
    assert.deepEqual(tools.toSorted(), TOOLS.toSorted());
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
    const isSilent = client.givesUpSilently !== undefined;
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
  await step("goes", async () => {
    await driver.ask("close");
    const goes = stage.gone();
    if (goes !== "SIGKILL") findings.goes = goes; // which would be for the call that was given up
  });
  const { revision, cancellations } = stage.wire();
  findings.revision = revision;
  const how = cancellations ? "a notification" : `ending the ${stage.carrier}`;
  findings.givesUp = client.givesUpSilently ? "nothing" : how;
}

/** As a client whose user cannot be asked. */
async function playByCode({ driver, stage, findings, step }: Play) {
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
  await step("goes again", async () => {
    await driver.ask("close");
    findings.goes ??= stage.gone();
  });
}
