/**
 * Edits a configuration file as text: puts a value at a path, or takes it out, and leaves every other byte as it is,
 * comments, commas and line ends included. What comes out is read again: it must hold what was there and the edit, and
 * nothing else.
 *
 * ```ts
 * formats.json.put('{ "servers": {} } // mine', ["servers", "shop"], { url }); // '{ "servers": {…} } // mine'
 * formats.json.remove(text, ["servers", "shop"]);
 * formats.toml.get(text, ["mcp_servers", "shop"]); // a value, or undefined
 * ```
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { jsonText } from "./edit-json.ts";
import { tomlText } from "./edit-toml.ts";
import { yamlText } from "./edit-yaml.ts";
import { EditError, isItem, type Item, type Path, type Step, type TextFormat } from "./path.ts";

export { EditError, type Path };
export type Format = "json" | "toml" | "yaml";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const matches = (item: Item) => (value: unknown) =>
  isRecord(value) && Object.entries(item).every(([key, wanted]) => value[key] === wanted);

function childOf(value: unknown, step: Step): unknown {
  if (isItem(step)) return Array.isArray(value) ? value.find(matches(step)) : undefined;
  return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
const valueAt = (root: unknown, path: Path): unknown => path.reduce(childOf, root);

/** The plain value with another at this path, or with none there. @throws {EditError} where something else is in the way */
function withValue(root: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const child = withValue(childOf(root, step), rest, value);
  if (isItem(step)) {
    if (root !== undefined && root !== null && !Array.isArray(root)) throw inTheWay("a list");
    const items: unknown[] = root ?? [];
    const index = items.findIndex(matches(step));
    if (child === undefined) return items.filter((_, nth) => nth !== index);
    return index < 0 ? [...items, child] : items.with(index, child);
  }
  if (root !== undefined && root !== null && !isRecord(root)) throw inTheWay("an object");
  const { [step]: _, ...others } = root ?? {};
  return child === undefined ? others : { ...others, [step]: child };
}
const inTheWay = (wanted: string) =>
  new EditError(`where ${wanted} belongs there is something else`);

/** An editor of one format that gives out nothing but what was asked for. */
function checked(format: TextFormat, mostMegabytes: number) {
  /** @throws {EditError} */
  const read = (text: string): unknown => {
    if (text.length > mostMegabytes * 2 ** 20)
      throw new EditError(`it is larger than ${mostMegabytes} MB`);
    try {
      return format.read(text.replace(/^\uFEFF/, ""));
    } catch (error) {
      if (error instanceof RangeError) throw new EditError("it is nested too deeply");
      throw error;
    }
  };
  const change = (text: string, path: Path, value: unknown, edit: (body: string) => string) => {
    const before = read(text);
    if (isDeepStrictEqual(valueAt(before, path), value)) return text;
    const expected = withValue(before, path, value);
    const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
    const edited = bom + edit(text.slice(bom.length));
    const result = read(edited);
    // In TOML a table goes with the last that is in it.
    const isRight =
      isSame(result, expected) ||
      (value === undefined && isSame(result, withValue(before, path.slice(0, -1), undefined)));
    if (!isRight) throw new EditError("its form is one that cannot be edited safely");
    return edited;
  };
  return {
    /** The value at the path, or undefined. @throws {EditError} where the text is not of this format */
    get: (text: string, path: Path): unknown => valueAt(read(text), path),
    /** The text with the value at the path. @throws {EditError} */
    put: (text: string, path: Path, value: object): string =>
      change(text, path, value, (body) => format.put(body, path, value)),
    /** The text without the value at the path; what holds it stays. @throws {EditError} */
    remove: (text: string, path: Path): string =>
      change(text, path, undefined, (body) => format.remove(body, path)),
    /** The value alone, as such a file would write it. */
    print: (path: Path, value: object): string => format.put("", path, value),
  };
}
/** Whether two texts hold the same; nothing and no entries are alike. */
const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one ?? {}, other ?? {});

export const formats: Record<Format, ReturnType<typeof checked>> = {
  json: checked(jsonText, 64), // Claude Code keeps its whole history in one
  toml: checked(tomlText, 2), // whose parsers take 200 bytes of memory for one of text
  yaml: checked(yamlText, 2),
};
