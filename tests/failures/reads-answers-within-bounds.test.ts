/** What a shop may send: 1 MiB of UTF-8 JSON, gzip or not. Nothing of it takes more memory or time than that. */
import { describe, expect, test } from "bun:test";
import * as zlib from "node:zlib";
import { callOnce, http, LIST, send, STATUS, withoutJitter } from "./django-by-hand.ts";

withoutJitter();

const JSON_TYPE = { "Content-Type": "application/json" };
const packed = (encoding: string, bytes: Buffer) =>
  callOnce(send(http("200 OK", { ...JSON_TYPE, "Content-Encoding": encoding }, bytes)));
const badEncoding = (encoding: string) =>
  `The shop's answer to the order status cannot be unpacked (Content-Encoding: ${encoding}). Trying again will not help: the operator has to make the shop, or the proxy before it, send gzip or nothing.`;
const badCharset = (charset: string) =>
  `The shop's answer to the order status is not UTF-8, as JSON has to be (its charset: ${charset}). Trying again will not help: the operator has to make the shop send UTF-8.`;
const TOO_LARGE = "The shop's answer to the order status exceeds 1 MiB and was not read.";
const TOO_COMPLEX =
  "is nested too deeply, or has too many parts or too many different fields, and was not read.";

const shipped = Buffer.from('{"status": "shipped"}');
const bytes = 300_000_000;

describe("an encoding", () => {
  test("of gzip alone is asked for", async () => {
    let head = "";
    await callOnce((socket) => socket.end(), STATUS, {
      send: async (_, init) => {
        head = new Headers(init.headers).get("accept-encoding") ?? "";
        return Response.json({ status: "shipped" });
      },
    });
    expect(head).toBe("gzip");
  });

  test.each<[string, string, Buffer]>([
    ["gzip", "gzip", zlib.gzipSync(shipped)],
    ["gzip that the header does not name", "identity", zlib.gzipSync(shipped)],
    ["nothing, which the header calls gzip", "gzip", shipped],
    [
      "gzip in two members",
      "gzip",
      Buffer.concat([zlib.gzipSync(shipped.subarray(0, 9)), zlib.gzipSync(shipped.subarray(9))]),
    ],
  ])("%s is understood", async (_, encoding, body) => {
    expect((await packed(encoding, body)).result.structuredContent).toMatchObject({
      status: "shipped",
    });
  });

  test.each<[string, Buffer, string]>([
    ["zstd", zlib.zstdCompressSync(shipped), badEncoding("zstd")],
    ["br", zlib.brotliCompressSync(shipped), badEncoding("br")],
    ["deflate", zlib.deflateSync(shipped), badEncoding("deflate")],
    ["gzip", zlib.gzipSync(shipped).subarray(0, 20), badEncoding("gzip")],
    ["gzip, br", zlib.brotliCompressSync(zlib.gzipSync(shipped)), badEncoding("gzip, br")],
  ])("%s that nobody asked for, or that is damaged, is named", async (encoding, body, words) => {
    expect((await packed(encoding, body)).text).toBe(words);
  });

  const zeros = Buffer.alloc(bytes, 120);
  test.each<[string, Buffer, string]>([
    ["gzip", zlib.gzipSync(zeros), TOO_LARGE],
    ["zstd", zlib.zstdCompressSync(zeros), badEncoding("zstd")],
    ["br", zlib.brotliCompressSync(zeros), badEncoding("br")],
    ["deflate", zlib.deflateSync(zeros), badEncoding("deflate")],
  ])("%s of 300 MB is not unpacked whole", async (encoding, body, words) => {
    Bun.gc(true);
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 1);
    const { text } = await packed(encoding, body);
    clearInterval(watch);
    expect(text).toStartWith(words);
    expect(Math.max(most, process.memoryUsage.rss()) - before).toBeLessThan(150_000_000);
  });
});

describe("a charset", () => {
  const latin1 = Buffer.from('{"status": "försenad"}', "latin1");
  test.each<[string, string, Buffer, string]>([
    ["Latin-1", "application/json; charset=latin-1", latin1, badCharset("latin-1")],
    ["Latin-1 without a name", "application/json", latin1, badCharset("unknown")],
    ["Latin-1 that says utf-8", "application/json; charset=utf-8", latin1, badCharset("utf-8")],
    [
      "UTF-16",
      "application/json; charset=utf-16",
      Buffer.from('\ufeff{"status": "shipped"}', "utf16le"),
      badCharset("utf-16"),
    ],
    ["half a letter", "application/json", Buffer.from([0x22, 0xc3, 0x22]), badCharset("unknown")],
  ])("%s is named, and never guessed", async (_, type, body, words) => {
    expect((await callOnce(send(http("200 OK", { "Content-Type": type }, body)))).text).toBe(words);
  });
  test.each<[string, string, Buffer]>([
    ["a byte order mark", "application/json", Buffer.from('\ufeff{"status": "shipped"}')],
    ["a charset that is not used", "application/json; charset=latin-1", shipped],
    ["a type that is none of JSON's", "text/html", shipped],
  ])("%s does not matter", async (_, type, body) => {
    const { result } = await callOnce(send(http("200 OK", { "Content-Type": type }, body)));
    expect(result.structuredContent).toMatchObject({ status: "shipped" });
  });
});

describe("an answer of 1 MiB", () => {
  const MIB = 1024 * 1024;
  const fields = (name: (nth: number) => string) => {
    const each = Array.from({ length: 60_000 }, (_, nth) => `"${name(nth)}":0`);
    return `{${each.join()}}`;
  };
  const shapes: [what: string, body: string, words: string][] = [
    [
      "a hundred thousand lists, one in another",
      "[".repeat(100_000) + "]".repeat(100_000),
      TOO_COMPLEX,
    ],
    ["half a million lists", "[".repeat(MIB / 2) + "]".repeat(MIB / 2), TOO_COMPLEX],
    ["objects, one in another", '{"a":'.repeat(100_000) + "0" + "}".repeat(100_000), TOO_COMPLEX],
    ["lists that never end", "[".repeat(MIB), TOO_COMPLEX],
    ["60,000 names", fields((nth) => `n${nth * 7919}`), TOO_COMPLEX],
    ["60,000 numbers for names", fields((nth) => `${4_294_967_290 - nth * 7}`), TOO_COMPLEX],
    ["one long text", `"${"x".repeat(MIB - 2)}"`, "in an unexpected shape"],
    ["quotes in a text", `"${String.raw`\"`.repeat(MIB / 2 - 1)}"`, "in an unexpected shape"],
    ["brackets in a text", `{"status": "${"[".repeat(MIB / 2)}"}`, ""],
    ["one long number", "1".repeat(MIB), "in an unexpected shape"],
    ["a web page", `<title>${"a <title>".repeat(100_000)}`, "with a web page"],
    ["blanks", " ".repeat(MIB), "with an empty answer"],
    ["commas and blanks", `[,${" ".repeat(MIB - 10)}`, "JSON that is invalid"],
    [
      "reasons",
      JSON.stringify({ detail: Array(90_000).fill("Not now.") }),
      "refused the order status",
    ],
    ["null reasons", JSON.stringify(Array(200_000).fill(null)), "refused the order status"],
  ];
  test.each(shapes)("of %s is answered in words", async (what, body, words) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MIB);
    const status = what.endsWith("reasons") ? "400 Bad Request" : "200 OK";
    const bytes = http(status, JSON_TYPE, body);
    expect((await callOnce(send(bytes), STATUS)).text).toContain(words);
  });

  test("that is a list of many rows is not too complex", async () => {
    const row = { order_id: "1", status: "shipped", placed_at: "2026-11-01", total: "1.00" };
    const rows = Array.from({ length: 9000 }, (_, nth) => ({ ...row, order_id: `${nth}` }));
    const { result } = await callOnce(send(http("200 OK", JSON_TYPE, JSON.stringify(rows))), LIST);
    expect(result.isError).toBeFalsy();
  });
});
