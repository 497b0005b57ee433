/**
 * A connection that breaks at any byte of the answer to a change never leads to two changes, nor to a receipt for
 * one that did not happen: byte by byte in memory, and in steps over real sockets.
 */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { getResponse } from "msw";
import { createHandlers } from "../mocks/handlers.ts";
import { createShop } from "../mocks/shop.ts";
import { readWorld } from "../mocks/world.ts";
import { openShop, settingsSchema, tools } from "../server.ts";
import type { LaneOptions } from "./harness/lanes.ts";
import worldJson from "./worlds/one-pending-order.json";

const noJitter = spyOn(Math, "random").mockReturnValue(0); // the next attempt follows at once
afterAll(() => noJitter.mockRestore());

const now = () => new Date("2026-11-22T09:00:00Z");
const ORIGIN = "http://django.test";
const WORLD = { ...readWorld(worldJson), products: [] }; // nobody buys anything here
const settings = settingsSchema.parse({
  django_api_base: ORIGIN,
  django_api_token: "demo-mia",
  confirmation_key: "a secret of thirty-two characters", // so that one confirmation serves every run
  timeout: 120, // seconds: no attempt is too late, however busy the machine
});

type MockShop = ReturnType<typeof createShop>;
/** One call for each of two tools, and how often a shop has carried it out. */
const examples = {
  cancel_order: {
    args: { order_id: "1054", reason: "no_longer_needed" },
    made(shop: MockShop) {
      const mia = shop.customerForToken("demo-mia");
      const { payments = [] } = (mia && shop.order(mia, "1054")) ?? {};
      return payments.filter(({ kind }) => kind === "refund").length;
    },
  },
  contact_support: {
    args: { subject: "A gift", message: "Could you wrap it?" },
    made: (shop: MockShop) => shop.world().support_requests?.length ?? 0,
  },
};
type ChangeName = keyof typeof examples;
const NAMES = Object.keys(examples) as ChangeName[]; // the table's own keys

// ── Answers as bytes ────────────────────────────────────────────────────────────────────────────

/** A response, and the bytes that HTTP/1.1 writes for it. */
interface RawResponse {
  response: Response;
  head: Buffer;
  body: Buffer;
}
const lengthOf = ({ head, body }: RawResponse) => head.length + body.length;

/** A shop of its own for every run. */
function openMock() {
  const shop = createShop(WORLD, { now });
  const handlers = createHandlers(shop);
  return {
    shop,
    async answer(request: Request): Promise<RawResponse> {
      const response = await getResponse(handlers, request, { baseUrl: ORIGIN });
      if (!response) throw new Error(`no handler for ${request.url}`);
      const body = Buffer.from(await response.arrayBuffer());
      const length = ["Content-Length", String(body.length)];
      const lines = [...response.headers, length].map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `HTTP/1.1 ${response.status} ${response.statusText}\r\n${lines.join("")}\r\n`;
      return { response, head: Buffer.from(head), body };
    },
  };
}

/** How a connection ends too early: with an error, or as if the answer were complete. */
type Ending = "breaks" | "ends";
/** The response of fetch when only so many bytes of it arrive. */
function cut({ response, head, body }: RawResponse, bytes: number, ending: Ending): Response {
  const error = Object.assign(new Error("the connection broke"), { code: "ECONNRESET" });
  if (bytes < head.length) throw error;
  const said = body.subarray(0, bytes - head.length);
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => (said.length ? controller.enqueue(said) : undefined),
    pull(controller) {
      if (ending === "ends" || said.length === body.length) controller.close();
      else controller.error(error);
    },
  });
  return new Response(stream, response);
}

// ── Runs ────────────────────────────────────────────────────────────────────────────────────────

/** Answers the reads before a change, which are not cut, with as little as the contract allows. */
const answerRead = async (url: string) =>
  url.includes("/orders/")
    ? Response.json({ order_id: "1054", status: "pending" })
    : Response.json({ detail: "Not found." }, { status: 404 });

type Send = NonNullable<LaneOptions["send"]>;
/** Calls a tool with a confirmation, and returns in one line its outcome, how often it acted and what was sent. */
async function run(name: ChangeName, shop: MockShop, change: Send): Promise<string> {
  const keys: (string | null)[] = [];
  const send: Send = (url, init) => {
    if (init.method === "GET") return answerRead(url);
    keys.push(new Headers(init.headers).get("Idempotency-Key"));
    return change(url, init);
  };
  const server = openShop(settings, { fetch: send, now });
  const { args, made } = examples[name];
  const confirmation = await confirmationOf(name);
  const outcome = await tools[name].call(name, { ...args, confirmation }, server).then(
    ({ result }) => String(result.outcome),
    (error: Error) => /^It is not known whether/.exec(error.message)?.[0] ?? error.message,
  );
  const isOneKey = new Set(keys).size === 1;
  return `${outcome}: ${made(shop)} made, ${keys.length} sent${isOneKey ? "" : " under several keys"}`;
}
const confirmations = new Map<ChangeName, Promise<string>>();
function confirmationOf(name: ChangeName): Promise<string> {
  const given =
    confirmations.get(name) ??
    tools[name]
      .call(name, examples[name].args, openShop(settings, { fetch: answerRead, now }))
      .then(({ result }) => String(result.confirmation));
  confirmations.set(name, given);
  return given;
}

/** A run whose n-th answer is cut after so many bytes, or not at all. */
function runCut(name: ChangeName, ending: Ending, cutOf: (nth: number) => number | undefined) {
  const { shop, answer } = openMock();
  let nth = 0;
  return run(name, shop, async (url, init) => {
    const bytes = cutOf(++nth);
    const written = await answer(new Request(url, init));
    return cut(written, bytes ?? lengthOf(written), ending);
  });
}
/** The length of the shop's answer to a change, in bytes of its head and of its body. */
async function answerLengths(name: ChangeName) {
  const lengths: [number, number][] = [];
  const { shop, answer } = openMock();
  await run(name, shop, async (url, init) => {
    const written = await answer(new Request(url, init));
    lengths.push([written.head.length, written.body.length]);
    return cut(written, lengthOf(written), "ends");
  });
  return lengths[0] ?? [0, 0];
}
const bytesFrom = (first: number, end: number, step = 1) =>
  Array.from({ length: Math.ceil((end - first) / step) }, (_, nth) => first + nth * step);

const DONE_AT_ONCE = "done: 1 made, 1 sent";
const DONE_AGAIN = "done: 1 made, 2 sent";
const DONE_IN_THE_END = "done: 1 made, 3 sent";
const UNKNOWN = "It is not known whether: 1 made, 3 sent";
const ACCEPTED = "accepted: 1 made, 1 sent";
const UNKNOWN_AT_ONCE = "It is not known whether: 1 made, 1 sent";

describe.each(NAMES)("the answer to %s", (name) => {
  /** Runs once for each place to cut at, and returns the places with another end than expected. */
  async function unexpectedEnds(
    places: number[],
    expected: string,
    run: (bytes: number) => Promise<string>,
  ) {
    expect(places.length).toBeGreaterThan(5);
    const ends = await Promise.all(places.map(async (bytes) => ({ bytes, end: await run(bytes) })));
    return ends.filter(({ end }) => end !== expected);
  }

  test("is done when it arrives whole", async () => {
    expect(await runCut(name, "breaks", () => undefined)).toBe(DONE_AT_ONCE);
    const [head, body] = await answerLengths(name);
    expect(await runCut(name, "breaks", () => head + body)).toBe(DONE_AT_ONCE);
  });

  /** Each attempt is cut at a byte of its own, so that one run tries as many bytes as it has cuts. */
  const walk = (cuts: number, whole: number) => (bytes: number) =>
    runCut(name, "breaks", (nth) => (nth <= cuts ? Math.min(bytes + nth - 1, whole - 1) : whole));

  test("is done once when it is cut at any byte, twice", async () => {
    const [head, body] = await answerLengths(name);
    const whole = head + body;
    expect(await unexpectedEnds(bytesFrom(0, whole, 2), DONE_IN_THE_END, walk(2, whole))).toEqual(
      [],
    );
  });

  test("has an unknown outcome, and is done once, when it is cut at any byte in all attempts", async () => {
    const [head, body] = await answerLengths(name);
    const whole = head + body;
    expect(await unexpectedEnds(bytesFrom(0, whole, 3), UNKNOWN, walk(3, whole))).toEqual([]);
  });

  test("has an unknown outcome, and is done once, when it ends within its body as if it were whole", async () => {
    const [head, body] = await answerLengths(name);
    const end = (bytes: number) => runCut(name, "ends", () => bytes);
    expect(await end(head)).toBe(ACCEPTED); // an empty answer is one
    const within = bytesFrom(head + 1, head + body, 7);
    expect(await unexpectedEnds(within, UNKNOWN_AT_ONCE, end)).toEqual([]);
  });
});

// ── Over sockets ────────────────────────────────────────────────────────────────────────────────

/** A shop on a socket that sends so many bytes of its n-th answer, and then resets or closes the connection. */
async function serveCut(
  { answer }: ReturnType<typeof openMock>,
  close: (socket: Socket) => void,
  cutOf: (nth: number) => number | undefined,
) {
  let nth = 0;
  const server = createServer((socket) => {
    let arrived = "";
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", async (data) => {
      arrived += data.toString();
      const [head = "", body = ""] = arrived.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (!(body.length >= length)) return;
      const [first = "", ...lines] = head.split("\r\n");
      const [method = "", path = ""] = first.split(" ");
      const headers = lines.map((line): [string, string] => {
        const [name = "", ...value] = line.split(": ");
        return [name, value.join(": ")];
      });
      const written = await answer(new Request(ORIGIN + path, { method, headers, body }));
      const whole = Buffer.concat([written.head, written.body]);
      const bytes = cutOf(++nth);
      if (bytes === undefined) socket.end(whole);
      else if (bytes === 0) close(socket);
      else socket.write(whole.subarray(0, bytes), () => close(socket));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.dispose]: () => void server.close(),
  };
}
const closings = [
  ["reset", (socket: Socket) => void socket.resetAndDestroy()],
  ["closed", (socket: Socket) => void socket.end()],
] as const;
const STEP = 40;

describe.each(closings)("a connection that is %s", (_, close) => {
  async function runOnSocket(name: ChangeName, cutOf: (nth: number) => number | undefined) {
    const mock = openMock();
    using served = await serveCut(mock, close, cutOf);
    return await run(name, mock.shop, (url, init) => fetch(url.replace(ORIGIN, served.url), init));
  }

  test.each(NAMES)("at every 40th byte of the answer makes %s act once", async (name) => {
    const [head, body] = await answerLengths(name);
    const ends: string[] = [];
    for (const bytes of bytesFrom(0, head + body, STEP)) {
      const first = await runOnSocket(name, (nth) => (nth === 1 ? bytes : undefined));
      const all = await runOnSocket(name, () => bytes);
      ends.push(`${bytes}: ${first}; ${all}`);
    }
    const expected = bytesFrom(0, head + body, STEP).map(
      (bytes) => `${bytes}: ${DONE_AGAIN}; ${UNKNOWN}`,
    );
    expect(ends).toEqual(expected);
  });
});
