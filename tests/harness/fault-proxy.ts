/**
 * The tap between server and shop: it notes every request, plays the faults that a story schedules by its own
 * hand on the socket, and passes the rest on. The server only ever knows its address.
 *
 * @module
 */
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { Fault } from "./story.ts";

/** One request as it came by. */
export interface Noted {
  /** `GET /api/orders/?status=pending&limit=10` */
  line: string;
  body: string;
  /** Those that matter to the shop: who asks, and under which idempotency key. */
  headers: Record<string, string>;
  /** What came back: a status, or the fault that stood in for it. */
  outcome: string;
  /** Neither mock nor Django knows such a path. */
  isUnknown: boolean;
}

/** Whether a request may change the shop. */
export const isWrite = ({ line }: Pick<Noted, "line">): boolean => !/^(GET|HEAD) /.test(line);

/** Headers that go through the tap; the others belong to one connection. */
const PASSED = ["accept", "authorization", "content-type", "host", "idempotency-key"];
const bomb = gzipSync(`"${"x".repeat(50_000_000)}"`);

interface Message {
  line: string;
  headers: Map<string, string>;
  body: string;
}
/** A whole HTTP/1.1 request out of what has arrived, or undefined while some is missing. */
function parse(bytes: Buffer): Message | undefined {
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
const ofInterest = ({ headers }: Message) =>
  Object.fromEntries(
    [...headers].filter(([name]) => /^(authorization|idempotency-key)$/.test(name)),
  );
/** An answer as it stands on the wire; `length` may lie. */
function written(
  status: number,
  headers: Record<string, string>,
  body: Buffer,
  length = body.length,
) {
  const all = { ...headers, "Content-Length": String(length), Connection: "close" };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Story\r\n${head.join("")}\r\n`), body]);
}
/** `GET /api/orders/:id/status/` as a pattern of what stands in a request line before its query. */
const patternOf = (request: string) =>
  new RegExp(`^${request.replace(/[.]/g, "\\.").replace(/:\w+/g, "[^/]+")}(\\?|$)`);

/** What a program asks the shop at its start. It is no step of any story: passed on, neither noted nor disturbed. */
const AT_START = /^GET \S+\?(q|search)=a&limit=1$/; // in either dialect

/** Opens a tap before a shop. `waits` is told when a request waits for time to pass, by the tag it came with. */
export async function openTap(
  shop: string,
  waits: (tag: string | undefined, isWaiting: boolean) => void,
) {
  const noted: Noted[] = [];
  const scheduled: { pattern: RegExp; faults: Fault[] }[] = [];
  const sockets = new Set<Socket>();
  const atWork = new Set<Promise<unknown>>();

  async function forward({ line, headers, body }: Message) {
    const [method = "GET", path = ""] = line.split(" ");
    const passed = PASSED.flatMap((name) => {
      const value = headers.get(name);
      return value === undefined ? [] : [[name, value] as [string, string]];
    });
    const init = { method, headers: passed, redirect: "manual" } as const;
    const response = await fetch(shop + path, body ? { ...init, body } : init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const kept = ["content-type", "retry-after", "www-authenticate"];
    const told = kept.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: response.status, headers: Object.fromEntries(told), bytes };
  }

  async function answer(socket: Socket, message: Message) {
    const note: Noted = { ...message, headers: ofInterest(message), outcome: "", isUnknown: false };
    const isAside = AT_START.test(message.line);
    if (!isAside) noted.push(note);
    const tag = message.headers.get("x-story");
    const due = scheduled.find(
      ({ pattern, faults }) => !isAside && faults.length > 0 && pattern.test(message.line),
    );
    const fault = due?.faults.shift() ?? { kind: "pass" };
    note.outcome = fault.kind;
    if (fault.kind === "resetUnread") return socket.resetAndDestroy();
    if (fault.kind === "hang") return waits(tag, true);
    if (fault.kind === "gzipBomb") {
      const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
      return socket.end(written(200, headers, bomb));
    }
    if (fault.kind === "endless") {
      const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status": "';
      return socket.write(head + "x".repeat(3_000_000)); // and no end: nobody may wait for one
    }
    if (fault.kind === "status") {
      note.outcome = String(fault.status);
      const headers = { "Content-Type": fault.type, ...fault.headers };
      return socket.end(written(fault.status, headers, Buffer.from(fault.body)));
    }
    if (fault.kind === "slow") {
      waits(tag, true);
      await new Promise((over) => setTimeout(over, fault.seconds * 1000));
      waits(tag, false);
    }
    const { status, headers, bytes } = await forward(message);
    note.isUnknown =
      status === 404 && bytes.toString().replace(/\s/g, "") === '{"detail":"Notfound."}';
    if (fault.kind === "pass" || fault.kind === "slow") note.outcome = String(status);
    if (fault.kind === "reset") return socket.resetAndDestroy();
    const isHalf = fault.kind === "truncated";
    const sent = isHalf ? bytes.subarray(0, bytes.length / 2) : bytes;
    return socket.end(written(status, headers, sent, bytes.length));
  }

  const server = createServer((socket) => {
    let arrived = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // a client that gave up
    socket.on("data", (bytes) => {
      arrived = Buffer.concat([arrived, Buffer.from(bytes)]);
      const message = parse(arrived);
      if (!message) return;
      arrived = Buffer.alloc(0);
      const work = answer(socket, message)
        .catch(() => socket.resetAndDestroy())
        .finally(() => atWork.delete(work));
      atWork.add(work);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the tap has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    noted,
    /** Does these things to the next requests of a kind, one each. */
    schedule: (request: string, faults: readonly Fault[]) =>
      void scheduled.push({ pattern: patternOf(request), faults: [...faults] }),
    /** Faults that no request has met. */
    unmet: () =>
      scheduled.flatMap(({ pattern, faults }) =>
        faults.map(({ kind }) => `${kind} for ${pattern.source}`),
      ),
    /** Waits until the shop has done all that it was asked, whoever still listens. */
    async settled() {
      while (atWork.size) await Promise.all(atWork);
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
export type Tap = Awaited<ReturnType<typeof openTap>>;
