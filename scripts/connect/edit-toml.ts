/** TOML, as Codex keeps it: a server is a table, `[mcp_servers.shop]`. toml-eslint-parser knows where its parts are. */
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { stringify } from "smol-toml";
import { EditError, isItem, lineEnd, type Path, splice, type TextFormat } from "./path.ts";

/** @throws {EditError} */
function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { message, lineNumber, column } = error;
    throw new EditError(
      `it is not valid TOML: ${message} at line ${lineNumber}, column ${column + 1}`,
    );
  }
}
const keysOf = (path: Path): string[] =>
  path.map((step) => {
    if (isItem(step)) throw new EditError("it is TOML, where servers have no list");
    return step;
  });

/** The tables at or below these keys, in their order. */
function tablesAt(text: string, keys: string[]): AST.TOMLTable[] {
  const [{ body }] = parse(text).body;
  return body.filter(
    (node): node is AST.TOMLTable =>
      node.type === "TOMLTable" && keys.every((key, nth) => node.resolvedKey[nth] === key),
  );
}
/** A value as one table; objects in it stay on their lines. */
function print(keys: string[], value: object, eol: string): string {
  const header = `[${keys.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join(".")}]`;
  const lines = Object.entries(value).map(([key, inner]) => `${key} = ${inline(inner)}`);
  return [header, ...lines].join(eol);
}
function inline(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return stringify({ value })
      .trim()
      .replace(/^value = /, "");
  const members = Object.entries(value).map(([key, inner]) => stringify({ [key]: inner }).trim());
  return `{ ${members.join(", ")} }`;
}

export const tomlText: TextFormat = {
  read: (text) => getStaticTOMLValue(parse(text)),
  put(text, path, value) {
    const eol = lineEnd(text);
    const keys = keysOf(path);
    const block = print(keys, value, eol);
    const [first, ...others] = tablesAt(text, keys);
    if (first)
      return splice(text, [
        [...first.range, block],
        ...others.map(({ range: [from, to] }): [number, number, string] => [from, to, ""]),
      ]);
    if (!text.trim()) return block + eol;
    return text.endsWith("\n") ? text + eol + block + eol : text + eol + eol + block;
  },
  remove(text, path) {
    const eol = lineEnd(text);
    return splice(
      text,
      tablesAt(text, keysOf(path)).map(({ range: [from, to] }) => {
        const isLast = to === text.length;
        const blank = isLast ? eol + eol : eol;
        const start = text.slice(0, from).endsWith(blank) ? from - blank.length : from;
        return [start, text.startsWith(eol, to) ? to + eol.length : to, ""];
      }),
    );
  },
};
