/** JSON, with the comments and trailing commas that hosts allow. jsonc-parser reads it; its own edits reformat lines. */
import {
  getNodeValue,
  type Node,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser/lib/esm/main.js"; // its other form requires by names that no bundler sees
import {
  EditError,
  indentAt,
  indentUnit,
  isItem,
  lineEnd,
  type Path,
  position,
  splice,
  type Step,
  type TextFormat,
  wrap,
} from "./path.ts";

/** @throws {EditError} where the text is not JSON */
function check([error]: ParseError[], text: string): void {
  if (!error) return;
  const what = printParseErrorCode(error.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
  throw new EditError(`it is not valid JSON: ${what} at ${position(text, error.offset)}`);
}
const options = { allowTrailingComma: true, allowEmptyContent: true };
/** The tree of a text, or undefined where it holds no value. @throws {EditError} */
function parseNodes(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, options);
  check(errors, text);
  return root;
}

/** The property or item of this step, and its value. Of a key that stands twice, hosts read the last. */
function childOf(node: Node, step: Step): { member: Node; value: Node } | undefined {
  if (isItem(step) !== (node.type === "array")) return undefined;
  const members = node.children ?? [];
  for (const member of members.toReversed()) {
    const value = isItem(step) ? member : member.children?.[1];
    if (!value) continue;
    const isWanted = isItem(step)
      ? Object.entries(step).every(([key, wanted]) => getNodeValue(value)?.[key] === wanted)
      : member.children?.[0]?.value === step;
    if (isWanted) return { member, value };
  }
  return undefined;
}
const endOf = ({ offset, length }: Node): number => offset + length;

/** Where this pattern, which is sticky and matches nothing at least, ends when it begins here. */
function endOfMatch(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return offset + (pattern.exec(text)?.[0].length ?? 0);
}
/** Where the comma after this place is, if the next thing is one. */
function commaAfter(text: string, offset: number): number | undefined {
  const end = endOfMatch(/(?:\s|\/\/.*|\/\*[^]*?\*\/)*/y, text, offset);
  return text[end] === "," ? end : undefined;
}
/** The end of the comments that follow on the line. */
const endOfComments = (text: string, offset: number): number =>
  endOfMatch(/(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^]*?\*\/))*/y, text, offset);

/** How a value is written: on lines of this indentation, or on one. */
type Layout = { indent: string } | "on one line" | "without spaces";
function print(value: unknown, text: string, layout: Layout): string {
  if (layout === "without spaces") return JSON.stringify(value);
  // A list of words stands on one line, as people write it. Within a string of JSON no line ends.
  const pretty = JSON.stringify(value, null, indentUnit(text)).replace(
    /\[\n\s+(".*"(?:,\n\s+".*")*)\n\s+\]/g,
    (_, words: string) => `[${words.replace(/\n\s+/g, " ")}]`,
  );
  return layout === "on one line"
    ? pretty.replace(/\n\s*/g, " ")
    : pretty.replaceAll("\n", lineEnd(text) + layout.indent);
}
/** A member for the container that ends the known part of the path. */
function printMember([step, ...rest]: Path, value: unknown, text: string, layout: Layout): string {
  const inner = print(wrap(rest, value), text, layout);
  if (step === undefined || isItem(step)) return inner;
  return `${JSON.stringify(step)}:${layout === "without spaces" ? "" : " "}${inner}`;
}

function insert(text: string, container: Node, path: Path, value: unknown): string {
  const [step] = path;
  const wanted = step !== undefined && isItem(step) ? "array" : "object";
  if (container.type !== wanted)
    throw new EditError(`where an ${wanted} belongs there is a value of another type`);
  const eol = lineEnd(text);
  const [open, close] = [container.offset + 1, endOf(container) - 1];
  const outer = indentAt(text, container.offset);
  const last = container.children?.at(-1);
  if (!last) {
    const inside = text.slice(open, close);
    if (/\S/.test(text.slice(0, open - 1)) && !text.trim().includes("\n"))
      return splice(text, [[close, close, printMember(path, value, text, "without spaces")]]);
    const indent = outer + indentUnit(text);
    const member = eol + indent + printMember(path, value, text, { indent }) + eol + outer;
    return splice(text, [[open + inside.trimEnd().length, close, member]]);
  }
  const comma = commaAfter(text, endOf(last));
  const place = endOfComments(text, comma === undefined ? endOf(last) : comma + 1);
  const isOnLines = text.slice(open, close).includes("\n");
  const line = text.slice(text.lastIndexOf("\n", last.offset) + 1, last.offset);
  const indent = line.trim() ? outer + indentUnit(text) : line;
  const hasSpaces = /": /.test(text.slice(open, close));
  const layout = isOnLines ? { indent } : hasSpaces ? "on one line" : "without spaces";
  const space = isOnLines ? eol + indent : hasSpaces ? " " : "";
  const member = space + printMember(path, value, text, layout);
  if (comma !== undefined) return splice(text, [[place, place, `${member},`]]);
  if (place === endOf(last)) return splice(text, [[place, place, `,${member}`]]);
  return splice(text, [
    [place, place, member],
    [endOf(last), endOf(last), ","],
  ]);
}

export const jsonText: TextFormat = {
  read(text) {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, options); // faster than by way of a tree
    check(errors, text);
    return value;
  },
  put(text, path, value) {
    const root = parseNodes(text);
    if (!root) {
      const before = text.trim() ? text.trimEnd() + lineEnd(text) : "";
      return `${before}${print(wrap(path, value), text, { indent: "" })}${lineEnd(text)}`;
    }
    let node = root;
    for (const [depth, step] of path.entries()) {
      const child = childOf(node, step);
      if (!child) return insert(text, node, path.slice(depth), value);
      node = child.value;
    }
    const old = text.slice(node.offset, endOf(node));
    const isShort = !old.includes("\n") && /\S/.test(old.slice(1, -1));
    const layout = isShort
      ? /": /.test(old)
        ? "on one line"
        : "without spaces"
      : { indent: indentAt(text, node.offset) };
    return splice(text, [[node.offset, endOf(node), print(value, text, layout)]]);
  },
  remove(text, path) {
    let node = parseNodes(text);
    let container = node;
    let member = node;
    for (const step of path) {
      const child: ReturnType<typeof childOf> = node && childOf(node, step);
      [container, node, member] = [node, child?.value, child?.member];
    }
    if (!container || !member) return text;
    const siblings = container.children ?? [];
    const previous = siblings[siblings.indexOf(member) - 1];
    const [open, close] = [container.offset + 1, endOf(container) - 1];
    const around = text.slice(open, member.offset) + text.slice(endOf(member), close);
    if (!/[^\s,]/.test(around)) return splice(text, [[open, close, ""]]);
    const start = text.slice(0, member.offset).trimEnd().length;
    const comma = commaAfter(text, endOf(member));
    if (comma !== undefined) return splice(text, [[start, comma + 1, ""]]);
    const before = previous && commaAfter(text, endOf(previous));
    if (before === undefined) return splice(text, [[start, endOf(member), ""]]);
    if (before + 1 === start) return splice(text, [[before, endOf(member), ""]]);
    return splice(text, [
      [start, endOf(member), ""],
      [before, before + 1, ""],
    ]);
  },
};
