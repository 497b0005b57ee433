/**
 * The body of an answer, read within bounds: no answer takes more memory or time than these allow, however it
 * is packed, cut into pieces, or nested.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { type ErrorContext, networkError, ShopError } from "./errors.ts";

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 100;
/** Parsing costs by the different names that it meets: 150,000 of them, which fit 1 MiB, take a third of a second. */
const MAX_NAMES = 10_000;
/** Lists and objects: 300,000 empty ones, which fit 1 MiB, take fifty times as much memory. */
const MAX_THINGS = 100_000;

/**
 * How a request is sent, so that its answer can be counted while it is unpacked. Bun's `fetch` unpacks whatever
 * comes without a bound (9 kB of zstd took hundreds of MB): it is told not to, and gzip alone is asked for.
 * Node's knows no such option; it unpacks gzip, deflate and br piece by piece, as they are read.
 */
export const ACCEPT_ENCODING = { "Accept-Encoding": "gzip" };
export const AS_SENT = { redirect: "manual", decompress: false } as const;

/** Of an answer that is read at once, without a turn for others between two steps; in characters. */
export const LONG = 100_000;
/** Lets others have their turn between two steps of reading a long answer. */
export const letOthers = (length: number): Promise<void> | undefined =>
  length > LONG ? new Promise((next) => setImmediate(next)) : undefined;

const utf8 = new TextDecoder("utf-8", { fatal: true }); // which drops a byte order mark

/**
 * Whether an answer says how long it is, and is believed: no more than that is read from the connection. The length
 * of what is packed says nothing about what Node unpacks, and Bun lets `chunked` win over a length.
 */
function isBounded({ headers }: Response): boolean {
  const isWhole = !headers.has("content-encoding") && !headers.has("transfer-encoding");
  return isWhole && Number(headers.get("content-length") ?? Infinity) <= MAX_BYTES;
}
/** What arrives piece by piece, up to 1 MiB. @throws {ShopError} */
async function readPieces(response: Response, context: ErrorContext): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > MAX_BYTES) throw new ShopError("too_large", context);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What arrived, out of gzip where it is in it; a few ms at most, as zlib stops at 1 MiB. @throws {ShopError} */
function unpack(sent: Uint8Array, context: ErrorContext): Uint8Array {
  if (sent[0] !== 0x1f || sent[1] !== 0x8b) return sent; // whatever its headers say
  try {
    return gunzipSync(sent, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof RangeError; // ERR_BUFFER_TOO_LARGE
    throw new ShopError(isTooLarge ? "too_large" : "bad_encoding", { ...context, detail: "gzip" });
  }
}

/** The text of an answer: at most 1 MiB of UTF-8, which JSON can be read from at once. @throws {ShopError} */
export async function readText(response: Response, context: ErrorContext): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = isBounded(response)
      ? new Uint8Array(await response.arrayBuffer())
      : await readPieces(response, context);
  } catch (error) {
    throw error instanceof ShopError ? error : networkError(error, context);
  }
  bytes = unpack(bytes, context);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    const { headers } = response;
    const encoding = headers.get("content-encoding") ?? "";
    const isPacked = encoding && !/^(x-gzip|gzip|identity)$/i.test(encoding);
    const charset = /charset=([^;]+)/i.exec(headers.get("content-type") ?? "")?.[1] ?? "unknown";
    const name = isPacked ? encoding : charset;
    const detail = /^[\w, -]{1,20}$/.test(name) ? name : "none that is known"; // whatever it may be
    throw new ShopError(isPacked ? "bad_encoding" : "bad_charset", { ...context, detail });
  }
  if (isTooComplex(text)) throw new ShopError("too_complex", context);
  return text;
}

/** Whether a text has one of these more than so many times. */
function hasMoreThan(most: number, text: string, letter: string): boolean {
  let [at, times] = [text.indexOf(letter), 0];
  for (; at >= 0 && times <= most; times++) at = text.indexOf(letter, at + 1);
  return times > most;
}
const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [LIST, OBJECT, LIST_END, OBJECT_END] = [0x5b, 0x7b, 0x5d, 0x7d];
/** Whether JSON is nested deeper, or has more different names or more objects, than any shop's answer. */
function isTooComplex(text: string): boolean {
  const mayHaveNames = text.length > 4 * MAX_NAMES; // `"a":`
  const mayBeDeep = hasMoreThan(MAX_DEPTH / 2, text, "[") || hasMoreThan(MAX_DEPTH / 2, text, "{");
  if (!mayHaveNames && !mayBeDeep) return false;
  const names = new Set<string>();
  let [depth, things, start, end] = [0, 0, 0, 0]; // the last two: of the last string
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) {
      start = at++;
      while (at < text.length && text.charCodeAt(at) !== QUOTE)
        at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
      end = at;
    } else if (letter === COLON) {
      if (mayHaveNames) names.add(text.slice(start, end));
    } else if (letter === LIST || letter === OBJECT) {
      depth++;
      things++;
    } else if (letter === LIST_END || letter === OBJECT_END) depth--;
    if (depth > MAX_DEPTH || things > MAX_THINGS || names.size > MAX_NAMES) return true;
  }
  return false;
}
