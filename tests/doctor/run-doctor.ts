/** Runs the doctor against the mock shop, with its answers changed. The tests beside this file share it. */
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

export const BASE = "http://127.0.0.1:9"; // where nothing is: these shops are asked in memory
export const STAFF = ["--django", BASE, "--token", "demo-staff", "--second-token", "demo-mia"];
/** No deadline comes, unless a test sends it. */
export const never = () => new AbortController().signal;
export const NOW = Date.parse("2026-11-22T09:00:00Z");
export const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { Date: new Date(NOW).toUTCString() } });

export const SCHEMA = openApiDocument();
export type Json = ReturnType<typeof JSON.parse>;
export type Change = (body: Json, url: URL, init: RequestInit) => unknown;
/** The mock shop with its schema, each answer of it changed. */
export function mock(change: Change = (body) => body, hasSchema = true) {
  const shop = createShop(seed);
  const handlers = createHandlers(shop);
  const sent: string[] = [];
  const outside: Partial<Runtime> = {
    now: () => NOW,
    timeout: never,
    async fetch(address, init) {
      const url = new URL(address);
      sent.push(`${init.method} ${url.pathname}`);
      const isSchema = hasSchema && url.pathname === "/api/schema/";
      const request = new Request(address, init);
      const response = isSchema
        ? json(SCHEMA)
        : await getResponse(handlers, request, { baseUrl: BASE });
      if (!response) return json({ detail: "Not found." }, 404);
      const changed = await change(await response.json(), url, init);
      if (changed instanceof Response) return changed;
      const headers = { Date: new Date(NOW).toUTCString(), Allow: response.headers.get("allow") };
      return Response.json(changed, {
        status: response.status,
        headers: { ...headers, Allow: headers.Allow ?? "" },
      });
    },
  };
  return { outside, sent, shop };
}
/** The report, as JSON has it. */
export async function examined(outside: Partial<Runtime>, args: string[] = STAFF) {
  const { out = "{}", err, code } = await run([...args, "--json"], {}, outside);
  const report: Report & Record<Level, number> = JSON.parse(out);
  const { lines = [] } = report;
  const bad = lines.filter(({ level }) => level !== "green");
  const told = bad.map((line) => `${line.check}: ${spoken(line)}`);
  const of = (check: string) => lines.filter((line) => line.check === check).map(spoken);
  return { ...report, lines, of, bad: told, err, code };
}
export const spoken = ({ level, says, fix }: ReportLine) =>
  `${level} ${says}${fix ? ` → ${fix}` : ""}`;

export const SEARCH = /\/products\/search\/$/;
export const PRODUCT = /\/products\/(?!search)[^/]+\/$/;
export const ORDERS = /\/orders\/$/;
export const ORDER = /\/orders\/\w+\/$/;
export const STATUS = /\/status\/$/;
export const CUSTOMER = /\/customers\/[\w-]+\/$/;
export const SHOP = /\/shop\/$/;
/** Sets a field in every object of an answer that has it; undefined takes it away. */
export const put = (name: string, value: unknown, as = name): Change => {
  const walk = (body: Json): Json => {
    if (Array.isArray(body)) return body.map(walk);
    if (typeof body !== "object" || body === null) return body;
    const fields = Object.entries(body).flatMap(([key, it]) => {
      if (key !== name) return [[key, walk(it)]];
      const put = typeof value === "function" ? value(it) : value;
      return put === undefined ? [] : [[as, put]];
    });
    return Object.fromEntries(fields);
  };
  return walk;
};
export const rename = (name: string, as: string) => put(name, (it: unknown) => it, as);
export const drop = (name: string) => put(name, undefined);

export const tokenOf = (init: RequestInit) => new Headers(init.headers).get("authorization") ?? "";

/** A shop by hand, on the socket itself. */
export async function serveByHand(answer: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", () => answer(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { base: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => server.close() };
}
export const reached = async (base: string, outside: Partial<Runtime> = {}) =>
  (await examined({ timeout: never, ...outside }, ["--django", base, "--token", "t"])).lines.map(
    spoken,
  );
