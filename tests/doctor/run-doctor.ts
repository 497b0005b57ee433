/**
 * Runs the doctor against the mock shop, whose answers a test changes. Every test in this folder starts from
 * `mockShop` and `runDoctor`.
 */
import { createServer, type Socket } from "node:net";
import { getResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";
import { openApiDocument } from "../../scripts/contract/document.ts";
import type { Level, ReportLine } from "../../scripts/doctor/check-result.ts";
import { run } from "../../scripts/doctor/doctor.ts";
import type { Report } from "../../scripts/doctor/examine.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";

/** An address where nothing listens: these shops answer in memory. */
export const BASE = "http://127.0.0.1:9";
export const STAFF = ["--django", BASE, "--token", "demo-staff", "--second-token", "demo-mia"];
export const NOW = Date.parse("2026-11-22T09:00:00Z");
/** A deadline that never passes. */
export const never = () => new AbortController().signal;

export const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { Date: new Date(NOW).toUTCString() } });
export const tokenOf = (init: RequestInit) => new Headers(init.headers).get("authorization") ?? "";

// ── The shop ────────────────────────────────────────────────────────────────────────────────────

export const SCHEMA = openApiDocument();
export type Json = ReturnType<typeof JSON.parse>;
/** Returns another body for an answer, or a whole other response. */
export type Change = (body: Json, url: URL, init: RequestInit) => unknown;

/**
 * The mock shop, as the doctor reaches it.
 *
 * @param options.change changes every answer
 * @param options.hasSchema whether the contract's document is at /api/schema/. @default true
 */
export function mockShop({
  change = (body) => body,
  hasSchema = true,
}: { change?: Change; hasSchema?: boolean } = {}) {
  const shop = createShop(seed);
  const handlers = createHandlers(shop);
  const requests: string[] = [];
  const fetch: Runtime["fetch"] = async (address, init) => {
    const url = new URL(address);
    requests.push(`${init.method} ${url.pathname}`);
    const isSchema = hasSchema && url.pathname === "/api/schema/";
    const request = new Request(address, init);
    const response = isSchema
      ? json(SCHEMA)
      : await getResponse(handlers, request, { baseUrl: BASE });
    if (!response) return json({ detail: "Not found." }, 404);
    const changed = await change(await response.json(), url, init);
    if (changed instanceof Response) return changed;
    const headers = {
      Date: new Date(NOW).toUTCString(),
      Allow: response.headers.get("allow") ?? "",
    };
    return Response.json(changed, { status: response.status, headers });
  };
  const runtime: Runtime = { fetch, now: () => NOW, timeout: never, wait: async () => {} };
  return { runtime, requests, shop };
}

export const SEARCH = /\/products\/search\/$/;
export const PRODUCT = /\/products\/(?!search)[^/]+\/$/;
export const ORDERS = /\/orders\/$/;
export const ORDER = /\/orders\/\w+\/$/;
export const STATUS = /\/status\/$/;
export const CUSTOMER = /\/customers\/[\w-]+\/$/;
export const SHOP = /\/shop\/$/;

/** Sets a field in every object of an answer that has it; undefined removes it. */
export const setField = (name: string, value: unknown, as = name): Change => {
  const walk = (body: Json): Json => {
    if (Array.isArray(body)) return body.map(walk);
    if (typeof body !== "object" || body === null) return body;
    const fields = Object.entries(body).flatMap(([key, old]) => {
      if (key !== name) return [[key, walk(old)]];
      const set = typeof value === "function" ? value(old) : value;
      return set === undefined ? [] : [[as, set]];
    });
    return Object.fromEntries(fields);
  };
  return walk;
};
export const renameField = (name: string, as: string) =>
  setField(name, (value: unknown) => value, as);
export const removeField = (name: string) => setField(name, undefined);
/** A change of the answers at one path. */
export const changeAt =
  (path: RegExp, change: Change): Change =>
  (body, url, init) =>
    path.test(url.pathname) ? change(body, url, init) : body;

/** A shop that answers on the socket itself. */
export async function serveSocket(answer: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", () => answer(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { base: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => server.close() };
}

// ── The doctor ──────────────────────────────────────────────────────────────────────────────────

/** `red … → …` */
export const formatLine = ({ level, says, fix }: ReportLine) =>
  `${level} ${says}${fix ? ` → ${fix}` : ""}`;

/** Runs the doctor with `--json`, and returns its report with its lines as text. */
export async function runDoctor(runtime: Partial<Runtime>, args: string[] = STAFF) {
  const { out = "{}", err, code } = await run([...args, "--json"], {}, runtime);
  const report: Report & Record<Level, number> = JSON.parse(out);
  const { lines = [] } = report;
  const notGreen = lines
    .filter(({ level }) => level !== "green")
    .map((line) => `${line.check}: ${formatLine(line)}`);
  const linesOf = (check: string) =>
    lines.filter((line) => line.check === check).map((line) => formatLine(line));
  return { ...report, lines, linesOf, notGreen, err, code };
}
/** All lines about the shop at an address. */
export async function diagnose(base: string, runtime: Partial<Runtime> = {}) {
  const args = ["--django", base, "--token", "t"];
  const { lines } = await runDoctor({ timeout: never, ...runtime }, args);
  return lines.map(formatLine);
}
