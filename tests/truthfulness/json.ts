/**
 * JSON whose numbers stay as they were written. `JSON.parse` rounds `9007199254740993` and forgets that `12.50` had
 * two decimals; the checker has to see both. It shares no code with the server.
 *
 * @module
 */

/** A number by its text: `12.50`, `9007199254740993`, `1e3`. */
export class NumberText {
  constructor(readonly text: string) {}
}
export type Json = null | boolean | string | NumberText | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" &&
  json !== null &&
  !Array.isArray(json) &&
  !(json instanceof NumberText);

/** A number as it is written in code, for hand-made shops: `num("9007199254740993")`. */
export const num = (written: string | number): NumberText => new NumberText(String(written));

const TOKEN =
  /[ \t\r\n]*(?:(?<string>"(?:[^"\\\p{Cc}]|\\.)*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>true|false|null)|(?<mark>[[\]{}:,]))[ \t\r\n]*/suy;
const WORDS: Record<string, Json> = { true: true, false: false, null: null };

/** Reads a JSON text. @throws {SyntaxError} */
export function readJson(text: string): Json {
  TOKEN.lastIndex = 0;
  let at = 0;
  let token = next();
  function next(): Partial<Record<string, string>> {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups && at < text.length)
      throw new SyntaxError(`no JSON at ${at}: ${text.slice(at, at + 20)}`);
    at = groups ? TOKEN.lastIndex : at;
    return groups ?? {};
  }
  const isMark = (mark: string) => token["mark"] === mark;
  function take(mark: string): void {
    if (!isMark(mark)) throw new SyntaxError(`no ${mark} before ${at}`);
    token = next();
  }
  /** What stands between two marks, separated by commas. */
  function series(first: string, last: string, item: () => void): void {
    take(first);
    if (!isMark(last)) for (item(); !isMark(last); item()) take(",");
    take(last);
  }
  function name(): string {
    const written = token["string"] ?? "";
    token = next();
    return JSON.parse(written) as string; // a token in quotation marks
  }
  function value(): Json {
    const { string, number, word } = token;
    if (string) return name();
    if (isMark("[")) {
      const list: Json[] = [];
      series("[", "]", () => list.push(value()));
      return list;
    }
    if (isMark("{")) {
      const object: JsonObject = Object.create(null); // so that `__proto__` is a name like others
      series("{", "}", () => {
        const field = name();
        take(":");
        object[field] = value();
      });
      return object;
    }
    if (number === undefined && word === undefined) throw new SyntaxError(`no value before ${at}`);
    token = next();
    return number === undefined ? (WORDS[word ?? ""] ?? null) : new NumberText(number);
  }
  const json = value();
  if (at < text.length || Object.values(token).some(Boolean))
    throw new SyntaxError("more than one value");
  return json;
}

/** Writes JSON, with each number as it was written. */
export function writeJson(json: Json): string {
  if (json instanceof NumberText) return json.text;
  if (Array.isArray(json)) return `[${json.map(writeJson).join(", ")}]`;
  if (!isObject(json)) return JSON.stringify(json);
  const fields = Object.entries(json).map(
    ([name, value]) => `${JSON.stringify(name)}: ${writeJson(value)}`,
  );
  return `{${fields.join(", ")}}`;
}
