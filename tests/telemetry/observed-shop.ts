/** A shop that is played by a function, and servers for it that are logged, traced and counted in memory. */
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { openShop, settingsSchema, type Shop } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { openLog } from "../../telemetry/log.ts";
import { type Listener, observe } from "../../telemetry/observe.ts";
import { traceCalls } from "../../telemetry/traces.ts";
import { connectClient } from "../changes/client-hosts.ts";
import { type SettingsInput, textOf } from "../harness/lanes.ts";

/** What the shop answers, which may take its time. */
export type Play = (
  url: URL,
  headers: Headers,
  wait: (ms: number) => void,
) => Response | Promise<Response>;
interface Options {
  /** Others that listen. @default none */
  listeners?: Listener[];
  /** Whether arguments and results are logged. @default false */
  withData?: boolean;
  /** A clock in ms. @default performance.now */
  now?: () => number;
}
/** An observer whose log and traces are kept. */
export function observeInMemory({ listeners = [], withData = false, now }: Options = {}) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const log = openLog({ name: "shop", withData, destination: { write } });
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const tracer = new TracerProvider({ spanProcessors }).getTracer("tests");
  const propagator = new W3CTraceContextPropagator();
  const traces = traceCalls({ tracer, propagator, transport: "tcp" });
  return {
    observer: { ...observe([traces, ...listeners, log.listener], now), report: () => {} },
    lines,
    /** The spans that have ended, the innermost first. */
    spans: (): ReadableSpan[] => exporter.getFinishedSpans(),
  };
}

interface ShopOptions extends Omit<Options, "now"> {
  settings?: Partial<SettingsInput>;
  tables?: Tables;
}
/** Opens a server whose clock stands still but for what the shop takes. */
export function openObservedShop(play: Play, options: ShopOptions = {}) {
  const { settings = {}, tables, ...rest } = options;
  let ms = 0;
  const wait = (took: number) => void (ms += took);
  const { observer, ...kept } = observeInMemory({ ...rest, now: () => ms });
  const given = { django_api_base: "https://shop.test", django_api_token: "t", ...settings };
  const shop: Shop = openShop(settingsSchema.parse(given), {
    observer,
    dialect: tables && defineShop(tables),
    fetch: async (url, { headers }) => play(new URL(url), new Headers(headers), wait),
  });
  return { shop, ...kept };
}
/** Calls a tool as a host does; gives the text that a model reads. */
export async function callTool(
  shop: Shop,
  name: string,
  args: Record<string, unknown>,
  lane: "memory-legacy" | "memory-modern" = "memory-modern",
): Promise<string> {
  const host = await connectClient(lane, shop);
  const result = await host.callTool({ name, arguments: args });
  await host.close();
  return textOf(result);
}
/** Asks for the status of an order. */
export const askStatus = (shop: Shop) => callTool(shop, STATUS.name, STATUS.arguments);
export const STATUS = { name: "get_order_status", arguments: { order_id: "1036" } };
export const shipped = () => Response.json({ status: "shipped" });
export const projectRoot = new URL("../..", import.meta.url).pathname;
