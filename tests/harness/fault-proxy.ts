/**
 * The proxy between server and shop, `openTap`: it records every request, plays the faults that a story schedules
 * on the raw socket, and forwards everything else. The server knows only the proxy's address, so that faults and
 * records are the same on every lane and backend.
 *
 * @module
 */
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { endpoints } from "../../shop/contract.ts";
import type { Fault } from "./story.ts";

/** A request that the server sent. */
export interface RecordedRequest {
  /** `GET /api/orders/?status=pending&limit=10` */
  line: string;
  body: string;
  /** `authorization`, `idempotency-key` and `if-match`, where they were sent. */
  headers: Record<string, string>;
  /** What came back: a status, or the kind of fault that was played instead. */
  outcome: string;
  /** The shop has no such path. */
  isUnknown: boolean;
  /** When its connection has ended, by whichever side. */
  closed: Promise<void>;
}

/** Request headers that are forwarded; the others belong to one connection. */
const FORWARDED = [
  "accept",
  "authorization",
  "content-type",
  "host",
  "idempotency-key",
  "if-match",
];
let bomb: Buffer | undefined; // made once it is needed: it takes 0.2 s
/** A JSON text of 50 MB, as the few kilobytes that gzip makes of it. */
const gzipBomb = () => (bomb ??= gzipSync(`"${"x".repeat(50_000_000)}"`));

interface Message {
  line: string;
  headers: Map<string, string>;
  body: string;
}
/** The HTTP/1.1 request in what has arrived, or undefined while it is incomplete. */
function parseRequest(bytes: Buffer): Message | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString().split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.toLowerCase(), value.join(":").trim()] as const;
    }),
  );
  const body = bytes.subarray(end + 4);
  if (body.length < Number(headers.get("content-length") ?? 0)) return undefined;
  return { line: first.replace(/ HTTP\/1\.\d$/, ""), headers, body: body.toString() };
}
const recordedHeaders = ({ headers }: Message) =>
  Object.fromEntries(
    [...headers].filter(([name]) => /^(authorization|idempotency-key|if-match)$/.test(name)),
  );
/** A response as bytes. `length` is the Content-Length, which a truncated body does not reach. */
function serializeResponse(
  status: number,
  headers: Record<string, string>,
  body: Buffer,
  length = body.length,
) {
  const all = { ...headers, "Content-Length": String(length), Connection: "close" };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Story\r\n${head.join("")}\r\n`), body]);
}
/** `GET /api/orders/:id/status/` as a pattern for a request line, with any query. */
const patternOf = (request: string) =>
  new RegExp(`^${request.replace(/[.]/g, "\\.").replace(/:\w+/g, "[^/]+")}(\\?|$)`);

const routes = Object.values(endpoints).map((endpoint) => {
  const { method, path } = endpoint;
  const pattern = patternOf(`${method} ${path.template.replace(/{(\w+)}/g, ":$1")}`);
  const isRead = endpoint === endpoints.previewChange || method === "GET";
  return { pattern, isRead };
});
/** Whether a request may change the shop: what is neither a read nor a preview of the contract, nor a GET elsewhere. */
export function isWrite({ line }: Pick<RecordedRequest, "line">): boolean {
  const known = routes.find(({ pattern }) => pattern.test(line));
  return known ? !known.isRead : !/^(GET|HEAD) /.test(line);
}

/** The search that the program makes when it starts. No step causes it, so it is neither recorded nor disturbed. */
const START_CHECK = /^GET \S+\?(q|search)=a&limit=1$/; // `search` at the shop of the tutorial

/**
 * Opens a proxy in front of a shop.
 *
 * @param shop the shop's address
 * @param waits called with the tag of a request when it begins or ends to wait for time to pass; see `clock.ts`
 */
export async function openFaultProxy(
  shop: string,
  waits: (tag: string | undefined, isWaiting: boolean) => void,
) {
  const noted: RecordedRequest[] = [];
  const scheduled: { pattern: RegExp; faults: Fault[] }[] = [];
  const sockets = new Set<Socket>();
  const running = new Set<Promise<unknown>>();
  const isLocal = /^(localhost|127\.0\.0\.1)$/.test(new URL(shop).hostname); // others know only their own names

  async function forward({ line, headers, body }: Message) {
    const [method = "GET", path = ""] = line.split(" ");
    const forwarded = FORWARDED.flatMap((name) => {
      const value = headers.get(name);
      return value === undefined || (name === "host" && !isLocal)
        ? []
        : [[name, value] as [string, string]];
    });
    const init = { method, headers: forwarded, redirect: "manual" } as const;
    const response = await fetch(shop + path, body ? { ...init, body } : init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const names = ["content-type", "etag", "retry-after", "www-authenticate"];
    const answered = names.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: response.status, headers: Object.fromEntries(answered), bytes };
  }

  async function answer(socket: Socket, message: Message) {
    const { line, body } = message;
    const sent = { line, body, headers: recordedHeaders(message) };
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const record: RecordedRequest = { ...sent, outcome: "", isUnknown: false, closed };
    const isStartCheck = START_CHECK.test(message.line);
    if (!isStartCheck) noted.push(record);
    const tag = message.headers.get("x-story");
    const due = scheduled.find(
      ({ pattern, faults }) => !isStartCheck && faults.length > 0 && pattern.test(message.line),
    );
    const fault = due?.faults.shift() ?? { kind: "passThrough" };
    record.outcome = fault.kind;
    if (fault.kind === "resetUnread") return socket.resetAndDestroy();
    if (fault.kind === "hang") return waits(tag, true);
    if (fault.kind === "gzipBomb") {
      const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
      return socket.end(serializeResponse(200, headers, gzipBomb()));
    }
    if (fault.kind === "endless") {
      const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status": "';
      return socket.write(head + "x".repeat(3_000_000)); // and no end: nobody may wait for one
    }
    if (fault.kind === "status") {
      record.outcome = String(fault.status);
      const headers = { "Content-Type": fault.type, ...fault.headers };
      return socket.end(serializeResponse(fault.status, headers, Buffer.from(fault.body)));
    }
    if (fault.kind === "slow") {
      waits(tag, true);
      await new Promise((over) => setTimeout(over, fault.seconds * 1000));
      waits(tag, false);
    }
    const { status, headers, bytes } = await forward(message);
    record.isUnknown =
      status === 404 && bytes.toString().replace(/\s/g, "") === '{"detail":"Notfound."}';
    if (fault.kind === "passThrough" || fault.kind === "slow") record.outcome = String(status);
    if (fault.kind === "reset") return socket.resetAndDestroy();
    const isHalf = fault.kind === "truncated";
    const part = isHalf ? bytes.subarray(0, bytes.length / 2) : bytes;
    return socket.end(serializeResponse(status, headers, part, bytes.length));
  }

  const server = createServer((socket) => {
    let arrived = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // a client that gave up
    socket.on("data", (bytes) => {
      arrived = Buffer.concat([arrived, Buffer.from(bytes)]);
      const message = parseRequest(arrived);
      if (!message) return;
      arrived = Buffer.alloc(0);
      const work = answer(socket, message)
        .catch(() => socket.resetAndDestroy())
        .finally(() => running.delete(work));
      running.add(work);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the fault proxy has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    noted,
    /** Plays these faults on the next requests that match, one each: `GET /api/orders/:id/status/`. */
    schedule: (request: string, faults: readonly Fault[]) =>
      void scheduled.push({ pattern: patternOf(request), faults: [...faults] }),
    /** Scheduled faults that no request has met. */
    unmet: () =>
      scheduled.flatMap(({ pattern, faults }) =>
        faults.map(({ kind }) => `${kind} for ${pattern.source}`),
      ),
    /** Waits until the shop has answered every request, even those whose client is gone. */
    async settled() {
      while (running.size) await Promise.all(running);
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
export type FaultProxy = Awaited<ReturnType<typeof openFaultProxy>>;
