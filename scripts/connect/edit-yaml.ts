/** YAML, as Goose and Continue keep it. yaml says where its parts are; writing a document anew would reformat it. */
import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, stringify } from "yaml";
import type { Node, YAMLMap, YAMLSeq } from "yaml";
import {
  EditError,
  indentAt,
  isItem,
  lineEnd,
  type Path,
  splice,
  type Step,
  type TextFormat,
  wrap,
} from "./path.ts";

/** @throws {EditError} */
function parse(text: string): Document {
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (!error) return document;
  const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? [];
  const what = error.message.replace(/ at line [^]*/, "");
  throw new EditError(`it is not valid YAML: ${what} at line ${line}, column ${col}`);
}

type Range = [start: number, end: number];
interface Child {
  /** From the key, or the item, to the end of the value. */
  range: Range;
  value: Node | null;
}
/** The range of a node of a parsed text, which always has one, without the comments that follow its last value. */
function rangeOf(node: unknown): Range {
  const [start = 0, end = 0] = (node as Node).range ?? []; // a parsed document's keys, values and items are nodes
  const last = isMap(node) || isSeq(node) ? childrenOf(node).at(-1) : undefined;
  const isBlock = (isMap(node) || isSeq(node)) && !node.flow;
  return [start, isBlock && last ? last.range[1] : end];
}
const childrenOf = (node: YAMLMap | YAMLSeq): (Child & { key?: unknown })[] =>
  isMap(node)
    ? node.items.map(({ key, value }: Pair<unknown, unknown>) => {
        const range: Range = [rangeOf(key)[0], rangeOf(value ?? key)[1]];
        return { range, value: value as Node | null, key: isScalar(key) ? key.value : key }; // see rangeOf
      })
    : node.items.map((item) => ({ range: rangeOf(item), value: item as Node | null })); // see rangeOf
function childOf(node: Node | null, step: Step): Child | undefined {
  if (isItem(step) ? !isSeq(node) : !isMap(node)) return undefined;
  const children = isMap(node) || isSeq(node) ? childrenOf(node) : [];
  return children.find(({ key, value }) =>
    isItem(step)
      ? isMap(value) && Object.entries(step).every(([field, wanted]) => value.get(field) === wanted)
      : key === step,
  );
}

/** A member of a map, an item of a list, or, without a path, a value, at this indentation. */
function print(path: Path, value: object, indent: string, eol: string): string {
  const text = stringify(wrap(path, value), { lineWidth: 0 }).trimEnd();
  return text.replaceAll("\n", eol + indent);
}
/** Where the line ends on which a value ends. A block scalar ends on the line after. */
function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset - (text[offset - 2] === "\r" ? 2 : 1);
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

const columnOf = (text: string, offset: number): number =>
  offset - text.lastIndexOf("\n", offset - 1) - 1;

/** The nodes along a path as far as they are there, from the root, each with where it begins. */
function follow(text: string, path: Path): Child[] {
  const { contents } = parse(text);
  const nodes: Child[] = [{ range: contents ? rangeOf(contents) : [0, 0], value: contents }];
  for (const step of path) {
    const child = childOf(nodes.at(-1)?.value ?? null, step);
    if (!child) break;
    nodes.push(child);
  }
  return nodes;
}

/** Adds a member to what the path leads to as far as it is there: a map, a list, or nothing yet. */
function insert(text: string, { range, value: node }: Child, path: Path, value: object): string {
  const eol = lineEnd(text);
  const [step, ...rest] = path;
  const children = isMap(node) || isSeq(node) ? childrenOf(node) : [];
  const last = children.at(-1);
  if (node && !(isMap(node) || isSeq(node)) && !(isScalar(node) && node.value === null))
    throw new EditError("where its servers belong there is a value of another type");
  if (!last) {
    const indent = `${indentAt(text, range[0])}  `;
    const content = eol + indent + print(path, value, indent, eol);
    if (!isMap(node) && !isSeq(node)) {
      const place = endOfLine(text, range[1]);
      return splice(text, [[place, place, content]]);
    }
    const [start, end] = rangeOf(node); // {} or []
    return splice(text, [[text[start - 1] === " " ? start - 1 : start, end, content]]);
  }
  if ((isMap(node) || isSeq(node)) && node.flow) {
    const inner = wrap(rest, value);
    const isKey = step !== undefined && !isItem(step);
    const content = isKey ? JSON.stringify({ [step]: inner }).slice(1, -1) : JSON.stringify(inner);
    return splice(text, [[last.range[1], last.range[1], `, ${content}`]]);
  }
  const start = isSeq(node) ? text.lastIndexOf("-", last.range[0] - 1) : last.range[0];
  const indent = " ".repeat(columnOf(text, start));
  const place = endOfLine(text, last.range[1]);
  return splice(text, [[place, place, eol + indent + print(path, value, indent, eol)]]);
}

export const yamlText: TextFormat = {
  read(text) {
    const document = parse(text);
    try {
      return document.toJS() ?? undefined;
    } catch (error) {
      if (error instanceof RangeError) throw error; // nested too deeply, as in every format
      throw new EditError("its aliases lead nowhere, or to more than there is room for");
    }
  },
  put(text, path, value) {
    const eol = lineEnd(text);
    const nodes = follow(text, path);
    const [found] = nodes.slice(-1);
    const isWhole = nodes.length === 1 && !(isMap(found?.value) && found.value.flow);
    if (!found || isWhole) {
      const begin = !text.trim() ? "" : text.endsWith("\n") ? text : text + eol;
      return begin + print(path, value, "", eol) + (text && !text.endsWith("\n") ? "" : eol);
    }
    if (nodes.length <= path.length)
      return insert(text, found, path.slice(nodes.length - 1), value);
    const [start, end] = found.range;
    const [step] = path.slice(-1);
    const indent = " ".repeat(columnOf(text, start));
    const content =
      step === undefined || isItem(step)
        ? print([], value, indent, eol)
        : print([step], value, indent, eol);
    return splice(text, [[start, start + text.slice(start, end).trimEnd().length, content]]);
  },
  remove(text, path) {
    const [container, found] = follow(text, path).slice(-2);
    const parent = container?.value;
    if (!found || !(isMap(parent) || isSeq(parent))) return text;
    if (parent.flow) {
      const ranges = childrenOf(parent).map(({ range }) => range);
      const nth = ranges.findIndex(([start]) => start === found.range[0]);
      const start = ranges[nth - 1]?.[1] ?? found.range[0];
      return splice(text, [[start, (nth > 0 ? undefined : ranges[1]?.[0]) ?? found.range[1], ""]]);
    }
    const line = Math.max(text.lastIndexOf("\n", found.range[0]), 0);
    const start = text[line - 1] === "\r" ? line - 1 : line;
    const empty = parent.items.length > 1 ? "" : isSeq(parent) ? " []" : " {}";
    return splice(text, [[start, endOfLine(text, found.range[1]), empty]]);
  },
};
