/**
 * What is small and becomes large, or has no end, from the shop and from hosts: it is cut, answered in words, and the
 * process takes 32 MB more at most. Measured by the kernel's own peak of its memory, on Linux.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import * as zlib from "node:zlib";
import { messagesOf } from "../hosts/http-sessions.ts";
import { POST, rpc, startHttp } from "../hosts/start-program.ts";

const MB = 1_000_000;
const MOST = 32 * MB;
const TIMES = 3; // fewer than what a circuit breaker opens after

// ── A shop that answers with bombs ──────────────────────────────────────────────────────────────

/** Writes an answer until its reader is gone. */
type Bomb = (socket: Socket) => void;
const head = (headers: string[]) =>
  ["HTTP/1.1 200 OK", "Content-Type: application/json", ...headers, "", ""].join("\r\n");
const whole =
  (body: Buffer | string, ...headers: string[]): Bomb =>
  (socket) => {
    const bytes = Buffer.from(body);
    socket.write(head([`Content-Length: ${bytes.length}`, ...headers]));
    socket.end(bytes);
  };
/** Writes pieces as fast as they are taken, for ever. */
const endless =
  (start: string, piece: string): Bomb =>
  (socket) => {
    const write = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.write(start);
    socket.on("drain", write);
    write();
  };
const KB64 = 0x10000;
const chunk = `${KB64.toString(16)}\r\n${"x".repeat(KB64)}\r\n`;
const nested = (levels: number) => `${'{"a":'.repeat(levels)}0${"}".repeat(levels)}`;
const zeros = Buffer.alloc(300 * MB, 0x20);
const packed = {
  gzip: zlib.gzipSync(zeros),
  zstd: zlib.zstdCompressSync(zeros),
  br: zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  deflate: zlib.deflateSync(zeros),
};
const fromShop: [what: string, bomb: Bomb][] = [
  ...Object.entries(packed).map(([encoding, body]): [string, Bomb] => [
    `300 MB in ${Math.ceil(body.length / 1000)} kB of ${encoding}`,
    whole(body, `Content-Encoding: ${encoding}`),
  ]),
  ["gzip that no header names", whole(packed.gzip)],
  ["zstd that is called gzip", whole(packed.zstd, "Content-Encoding: gzip")],
  ["a body without end", endless(head(["Transfer-Encoding: chunked"]), chunk)],
  ["a body without end or length", endless(head(["Connection: close"]), "x".repeat(KB64))],
  ["a body of a terabyte", endless(head(["Content-Length: 1099511627776"]), "x".repeat(KB64))],
  [
    "a chunk of a terabyte",
    endless(`${head(["Transfer-Encoding: chunked"])}FFFFFFFFFF\r\n`, "x".repeat(KB64)),
  ],
  ["headers without end", endless("HTTP/1.1 200 OK\r\n", `X-A: ${"x".repeat(4000)}\r\n`)],
  ["one header without end", endless("HTTP/1.1 200 OK\r\nX-A: ", "x".repeat(KB64))],
  ["100,000 levels", whole(nested(100_000))],
  ["100,000 lists", whole("[".repeat(100_000) + "]".repeat(100_000))],
  ["levels without end", whole("[".repeat(1024 * 1024))],
  ["60,000 names", whole(`{${Array.from({ length: 60_000 }, (_, n) => `"n${n}":0`).join()}}`)],
  ["300,000 rows", whole(`[${"{},".repeat(300_000)}{}]`)],
];
let bomb: Bomb = whole('{"order_id":"1","status":"shipped"}');
const shop = createServer((socket) => {
  socket.on("error", () => {}); // the server has gone away, as it should
  socket.once("data", () => bomb(socket));
});
await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
const { port } = shop.address() as AddressInfo; // it listens on one

// ── The server, and its memory ──────────────────────────────────────────────────────────────────

const server = await startHttp({
  DJANGO_API_BASE: `http://127.0.0.1:${port}`,
  DJANGO_API_TOKEN: "a-token-of-many-letters",
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  shop.close();
});
const memory = (row: "VmHWM" | "VmRSS") => {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  return Number(new RegExp(`${row}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
};
/** The kernel begins its peak anew. */
const forgetPeak = () => writeFileSync(`/proc/${server.child.pid}/clear_refs`, "5");

async function callTool(name: string, args: object): Promise<string> {
  const body = JSON.stringify(rpc(1, "tools/call", { name, arguments: args }));
  const response = await fetch(server.url, { ...POST, body });
  for await (const { result } of messagesOf(response)) return result?.content?.[0]?.text ?? "";
  return "";
}
const SHIPPED = whole('{"order_id":"1","status":"shipped"}');
/** As much as it ever needs of what is large, and allowed: a mebibyte of rows. */
async function warmUp(): Promise<void> {
  const row = { order_id: "1", status: "shipped", placed_at: "2026-11-01", total: "1.00" };
  bomb = whole(JSON.stringify(Array.from({ length: 12_000 }, () => row)));
  for (let call = 0; call < 20; call++) await callTool("list_orders", {});
  bomb = SHIPPED;
  for (let call = 0; call < 100; call++) await callTool("get_order_status", { order_id: "1" });
}
/** What a piece of work takes at its peak, beyond what the process has before. */
async function measure(work: () => Promise<unknown>, times = TIMES): Promise<number> {
  const before = memory("VmRSS");
  forgetPeak();
  for (let time = 0; time < times; time++) await work();
  return memory("VmHWM") - before;
}
beforeAll(warmUp);
beforeEach(() => void (bomb = SHIPPED));
const isLinux = process.platform === "linux";

describe.skipIf(!isLinux)("from the shop", () => {
  test.each(fromShop)("%s is cut, in words", async (_, sent) => {
    let text = "";
    const taken = await measure(async () => {
      bomb = sent;
      text = await callTool("get_order_status", { order_id: "1" });
    });
    expect(text).toMatch(/^(The shop's answer|The shop answered|The connection|What answered)/);
    expect(taken).toBeLessThan(MOST);
    bomb = SHIPPED;
    expect(await callTool("get_order_status", { order_id: "1" })).toContain("Order 1 is shipped");
  });
});

const streamOf = (piece: string) => {
  const bytes = new TextEncoder().encode(piece);
  return new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
};
const call = (args: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_order","arguments":${args}}}`;
test.skipIf(!isLinux)("a mebibyte of rows is read no further than needed", async () => {
  bomb = whole(`{"results":[${'{"order_id":"1","status":"shipped"},'.repeat(29_000)}{}]}`);
  let text = "";
  const taken = await measure(async () => (text = await callTool("list_orders", {})), 1); // it is no bomb
  expect(text).toContain("only its beginning was read");
  expect(taken).toBeLessThan(MOST);
});
const fromHosts: [what: string, status: number, body: () => string | ReadableStream][] = [
  ["a body without end", 413, () => streamOf("x".repeat(KB64))],
  ["a batch without end, in small pieces", 413, () => streamOf("[{},".repeat(16))],
  ["a body of 100 MB", 413, () => "x".repeat(100 * MB)],
  ["100,000 levels", 413, () => call(nested(100_000))],
  ["40,000 levels", 400, () => call(nested(40_000))],
  ["120,000 lists", 400, () => call("[".repeat(120_000) + "]".repeat(120_000))],
  ["levels without end", 400, () => "[".repeat(250_000)],
  ["100,000 elements", 400, () => call(`{"a":[${"0,".repeat(100_000)}0]}`)],
];
describe.skipIf(!isLinux)("from a host", () => {
  test.each(fromHosts)("%s is answered with %d", async (_, status, body) => {
    const seen = new Set<number>();
    const taken = await measure(async () => {
      const response = await fetch(server.url, { ...POST, body: body() }).catch(() => undefined);
      seen.add(response?.status ?? status); // or it hangs up while it is written to
      await response?.text();
    });
    expect([...seen]).toEqual([status]);
    expect(taken).toBeLessThan(MOST);
  });
  test.each(["gzip", "zstd", "br", "deflate"])(
    "a body packed as %s is not unpacked",
    async (as) => {
      const packs = {
        gzip: packed.gzip,
        zstd: packed.zstd,
        br: packed.br,
        deflate: packed.deflate,
      };
      const body = packs[as as keyof typeof packs]; // one of its keys
      const headers = { ...POST.headers, "Content-Encoding": as };
      const taken = await measure(async () => {
        const response = await fetch(server.url, { ...POST, headers, body }).catch(() => undefined);
        expect(response?.status ?? 400).toBeGreaterThanOrEqual(400);
      });
      expect(taken).toBeLessThan(MOST);
    },
  );
});
