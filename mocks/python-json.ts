/**
 * JSON as Python reads it, which distinguishes `1` from `1.0`, and the texts that Python makes of it in error
 * messages. `parseJson` and `canonicalJson` are called by `handlers.ts`, the others by `request-bodies.ts`.
 *
 * @module
 */

/** A number, as the text that Python's `str()` makes of it. */
export class PythonNumber {
  private constructor(
    readonly text: string,
    readonly type: "int" | "float",
  ) {}

  static of(source: string): PythonNumber {
    const isFloat = /[.e]/i.test(source);
    return isFloat
      ? new PythonNumber(reprFloat(Number(source)), "float")
      : new PythonNumber(String(BigInt(source)), "int");
  }
}
export type Json = null | boolean | string | PythonNumber | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** Python's `repr()` of a float: JavaScript's digits, with other bounds for the exponent, and `5.0` for `5`. */
function reprFloat(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const [digits, power = ""] = value.toExponential().split("e");
  const sign = Object.is(value, -0) ? "-" : "";
  if (value && (+power < -4 || +power >= 16))
    return `${digits}e${power.replace(/\d+/, (exponent) => exponent.padStart(2, "0"))}`;
  return sign + (Number.isInteger(value) ? `${value}.0` : `${value}`);
}

/** @throws {SyntaxError} */
export function parseJson(text: string): Json {
  type WithSource = (key: string, value: unknown, context?: { source: string }) => unknown;
  const read: WithSource = (_, value, context) =>
    typeof value === "number" && context ? PythonNumber.of(context.source) : value;
  return JSON.parse(text, read) as Json; // the reviver made every number a PythonNumber
}

export const isJsonObject = (json: Json): json is JsonObject =>
  typeof json === "object" &&
  json !== null &&
  !Array.isArray(json) &&
  !(json instanceof PythonNumber);

/** The same text for all spellings of a value: without white space, the keys of objects sorted by code points. */
export function canonicalJson(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join()}]`;
  if (json instanceof PythonNumber) return json.text;
  if (!isJsonObject(json)) return JSON.stringify(json);
  const sorted = Object.entries(json).toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const fields = sorted.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`);
  return `{${fields.join()}}`;
}

/** The name of its type in Python. */
export function pythonTypeName(json: Json): string {
  if (json === null) return "NoneType";
  if (json instanceof PythonNumber) return json.type;
  if (Array.isArray(json)) return "list";
  if (typeof json === "object") return "dict";
  return typeof json === "string" ? "str" : "bool";
}

/** Python's `str()`. */
export const pythonStr = (json: Json): string =>
  typeof json === "string" ? json : pythonRepr(json);

const CONSTANTS = new Map<Json, string>([
  [null, "None"],
  [true, "True"],
  [false, "False"],
]);
function pythonRepr(json: Json): string {
  if (typeof json === "string") return reprString(json);
  if (json instanceof PythonNumber) return json.text;
  if (Array.isArray(json)) return `[${json.map(pythonRepr).join(", ")}]`;
  if (!isJsonObject(json)) return CONSTANTS.get(json) ?? "";
  const fields = Object.entries(json).map(
    ([name, value]) => `${reprString(name)}: ${pythonRepr(value)}`,
  );
  return `{${fields.join(", ")}}`;
}

const ESCAPES: Record<string, string> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };
const UNPRINTABLE = /[\\\p{C}[\p{Z}--\x20]]/gv;
function reprString(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(UNPRINTABLE, (sign) => ESCAPES[sign] ?? escapeCodePoint(sign));
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}
function escapeCodePoint(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
