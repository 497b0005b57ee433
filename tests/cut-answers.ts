/**
 * A connection that breaks at any byte of the answer to a host: the host sends the same again, and hears what it
 * would have heard. The shop makes the change once. Over HTTP at every byte, with a question answered (modern), with
 * a code, and in a session; over stdio in steps, with a new process after each cut.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import { getResponse } from "msw";
import { createHandlers } from "../mocks/handlers.ts";
import { createShop } from "../mocks/shop.ts";
import { readWorld } from "../mocks/world.ts";
import { openShop, serveHttp, settingsSchema } from "../server.ts";
import { serveShop } from "../scripts/shop.ts";
import { bundledServer } from "./harness/bundle.ts";
import { type CallParams, lanes, type LaneOptions } from "./harness/lanes.ts";
import worldJson from "./worlds/one-pending-order.json";

const now = () => new Date("2026-11-22T09:00:00Z");
const WORLD = { ...readWorld(worldJson), products: [] }; // nobody buys anything here
const CANCEL = { order_id: "1054", reason: "no_longer_needed" };
const NAME = "cancel_order";
const KEY = "a secret of thirty-two characters"; // so that one yes serves every run, each with a shop of its own
const settingsFor = (django_api_base: string) => ({
  django_api_base,
  django_api_token: "demo-mia",
  confirmation_key: KEY,
});
const ORIGIN = "http://django.test";

let shop = createShop(WORLD, { now });
let handlers = createHandlers(shop);
function renewShop() {
  shop = createShop(WORLD, { now });
  handlers = createHandlers(shop);
}
const send: NonNullable<LaneOptions["send"]> = async (url, init) => {
  const response = await getResponse(handlers, new Request(url, init), { baseUrl: ORIGIN });
  if (!response) throw new Error(`no handler for ${url}`);
  return response;
};

/** What a host sends after a yes: with the answer to a question, or with a code. */
async function confirmedCall(base: string, isByCode: boolean, fetcher?: LaneOptions["send"]) {
  let sent: CallParams;
  const host = await lanes["memory-modern"](settingsFor(base), {
    ...(fetcher && { send: fetcher }),
    onCall: (params) => (sent = params),
    ...(!isByCode && { answer: async () => "accept" as const }),
  });
  const { structuredContent } = await host.callTool({ name: NAME, arguments: CANCEL });
  await host.close();
  if (!isByCode) return sent;
  const { confirmation } = structuredContent as { confirmation: string }; // as the question says
  return { ...sent, arguments: { ...CANCEL, confirmation } };
}

const http = serveHttp(
  openShop(settingsSchema.parse(settingsFor(ORIGIN)), { fetch: send, now }),
  0,
);
afterAll(http.stop);
const port = Number(new URL(http.url).port);
const HEADERS = {
  "Content-Type": "application/json",
  Accept: "application/json, text/event-stream",
};
const MODERN = {
  "Mcp-Protocol-Version": "2026-07-28",
  "Mcp-Method": "tools/call",
  "Mcp-Name": NAME,
};
const HANDSHAKE = { "Mcp-Protocol-Version": "2025-11-25" };
const rpc = (id: number, method: string, params: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

/** Sends a request, and gives back what has come when that is enough; then the connection breaks. */
function receive(
  headers: Record<string, string>,
  body: string,
  isEnough: (arrived: string) => boolean = () => false,
) {
  const all = { Host: `127.0.0.1:${port}`, Connection: "close", ...HEADERS, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /mcp HTTP/1.1\r\n${lines.join("")}Content-Length: ${Buffer.byteLength(body)}`;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let arrived = "";
  const look = () => void (isEnough(arrived) && socket.destroy());
  const socket = createConnection(port, "127.0.0.1", () =>
    socket.write(`${head}\r\n\r\n${body}`, look),
  );
  socket.setEncoding("latin1"); // a character for a byte
  socket.on("data", (data) => {
    arrived += String(data);
    look();
  });
  socket.on("error", reject);
  socket.on("close", () => resolve(arrived));
  return promise;
}
const bytesOf =
  (bytes: number) =>
  ({ length }: string) =>
    length >= bytes;
/** The receipt in an answer: JSON, or an event. */
const receiptIn = (answer: string) => /"structuredContent":({.*?})/.exec(answer)?.[1];
const RECEIPT =
  '{"outcome":"done","summary":"Order 1054: cancelled. Refunded: 56.90 EUR to \\"mia-visa\\".","order_id":"1054","status":"cancelled","amount":"-56.90","currency":"EUR"}';

describe.each([
  ["a question answered", false, MODERN],
  ["a code", true, HANDSHAKE],
] as const)("with %s", (_, isByCode, headers) => {
  let body = "";
  beforeAll(async () => {
    renewShop();
    const { _meta, ...handshake } = { ...(await confirmedCall(ORIGIN, isByCode, send)) };
    body = rpc(1, "tools/call", isByCode ? handshake : { ...handshake, _meta });
  });

  test("an answer over HTTP that is cut at any byte comes again, and the change is made once", async () => {
    renewShop();
    const whole = await receive(headers, body);
    expect(receiptIn(whole)).toBe(RECEIPT);
    const made = shop.world();
    const others: unknown[] = [];
    // Sent again, the answer is cut at the next byte: one run tries eight.
    for (let bytes = 0; bytes < whole.length; bytes += 8) {
      renewShop();
      for (const more of Array(8).keys()) await receive(headers, body, bytesOf(bytes + more));
      const receipt = receiptIn(await receive(headers, body));
      if (receipt !== RECEIPT || !Bun.deepEquals(shop.world(), made))
        others.push({ bytes, receipt });
    }
    expect(others).toEqual([]);
  });

  test("an answer over stdio that is cut comes again from the next process", async () => {
    const others: unknown[] = [];
    for (const bytes of [1, 200]) {
      const served = serveShop({ world: WORLD, now });
      const line = rpc(1, "tools/call", await confirmedCall(served.url, isByCode));
      await readFromProgram(served.url, line, bytes);
      const receipt = receiptIn(await readFromProgram(served.url, line));
      const { payments } = served.shop.world().orders.find(isThePen) ?? {};
      if (receipt !== RECEIPT || payments?.length !== 2) others.push({ bytes, receipt, payments });
      await served.stop();
    }
    expect(others).toEqual([]);
  });
});
const isThePen = ({ order_id }: { order_id: string }) => order_id === CANCEL.order_id;

/** Starts the program, sends it one line, and kills it when so many bytes of the answer have come. */
async function readFromProgram(base: string, line: string, bytes = Infinity): Promise<string> {
  const child = Bun.spawn([process.execPath, await bundledServer()], {
    env: {
      DJANGO_API_BASE: base,
      DJANGO_API_TOKEN: "demo-mia",
      CONFIRMATION_KEY: KEY,
    },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  child.stdin.write(`${line}\n`);
  await child.stdin.flush();
  let arrived = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    arrived += text;
    if (arrived.length >= bytes || arrived.includes("\n")) break;
  }
  child.kill("SIGKILL");
  await child.exited;
  return arrived;
}

test("in a session, an answer that is cut is told in the question that comes back", async () => {
  const clientInfo = { name: "t", version: "1" };
  const capabilities = { elicitation: {} };
  const hello = { protocolVersion: "2025-11-25", capabilities, clientInfo };
  const begun = await receive({}, rpc(0, "initialize", hello));
  const [, sessionId = ""] = /mcp-session-id: (\S+)/i.exec(begun) ?? [];
  const session = { ...HANDSHAKE, "Mcp-Session-Id": sessionId };
  let id = 1;
  /** Calls, and answers the question; the connection breaks when so many bytes have come after it. */
  async function ask(letter: object, confirm: boolean, bytes = Infinity) {
    let asked: { id: number; params: { message: string } } | undefined;
    let end = 0;
    const body = rpc(id++, "tools/call", { name: "contact_support", arguments: letter });
    const answer = await receive(session, body, (arrived) => {
      const [event = "", data = ""] = /data: (.*"elicitation\/create".*)\n\n/.exec(arrived) ?? [];
      if (event && !asked) {
        asked = JSON.parse(data);
        end = arrived.indexOf(event) + event.length;
        const result = { action: "accept", content: { confirm } };
        void receive(session, JSON.stringify({ jsonrpc: "2.0", id: asked?.id, result }));
      }
      return asked !== undefined && arrived.length - end >= bytes;
    });
    return { question: asked?.params.message, answer: answer.slice(end) };
  }
  renewShop();
  const letterOf = (bytes: number) => ({ subject: "A ribbon", message: `Number ${bytes}` });
  const { answer: whole } = await ask(letterOf(0), true);
  expect(receiptIn(whole)).toContain("request-1");
  const others: unknown[] = [];
  for (let bytes = 1; bytes < whole.length; bytes += 5) {
    await ask(letterOf(bytes), true, bytes);
    const { question, answer } = await ask(letterOf(bytes), false);
    const letters = shop
      .world()
      .support_requests?.filter(({ message }) => message === `Number ${bytes}`);
    const isTold = /^The same was asked for and sent .* Its number is request-\d+\.\n/.test(
      question ?? "",
    );
    if (!isTold || !answer.includes("This time: Not sent") || letters?.length !== 1)
      others.push({ bytes, question, answer, letters });
  }
  expect(others).toEqual([]);
});
