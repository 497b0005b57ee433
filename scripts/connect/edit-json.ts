/** JSON, with the comments and trailing commas that hosts allow. jsonc-parser reads it; its own edits reformat lines. */
import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
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

/** The tree of a text, or undefined where it holds no value. @throws {EditError} */
function parse(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (!error) return root;
  const what = printParseErrorCode(error.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
  throw new EditError(`it is not valid JSON: ${what} at ${position(text, error.offset)}`);
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

/** A value as it stands at this indentation, or on one line. */
function print(value: unknown, text: string, indent: string | undefined): string {
  if (indent === undefined) return JSON.stringify(value);
  const pretty = JSON.stringify(value, null, indentUnit(text));
  // A list of words on one line, as people write it. In JSON no line ends within a string.
  const lines = pretty
    .replace(
      /\[\n\s+(".*"(?:,\n\s+".*")*)\n\s+\]/g,
      (_, words: string) => `[${words.replace(/\n\s+/g, " ")}]`,
    )
    .split("\n");
  return lines.join(lineEnd(text) + indent);
}
/** A member for the container that ends the known part of the path. */
function printMember([step, ...rest]: Path, value: unknown, text: string, indent?: string): string {
  const inner = print(wrap(rest, value), text, indent);
  const colon = indent === undefined ? ":" : ": ";
  return step === undefined || isItem(step) ? inner : JSON.stringify(step) + colon + inner;
}

function insert(text: string, container: Node, path: Path, value: unknown): string {
  const [step] = path;
  const wanted = step !== undefined && isItem(step) ? "array" : "object";
  if (container.type !== wanted)
    throw new EditError(`where an ${wanted} belongs there is a value of another type`);
  const eol = lineEnd(text);
  const [open, close] = [container.offset + 1, endOf(container) - 1];
  const last = container.children?.at(-1);
  const isOnOneLine = /\S[^]*\S/.test(text) && !text.trim().includes("\n");
  if (!last) {
    const inside = text.slice(open, close);
    if (isOnOneLine && text.trim() !== "{}")
      return splice(text, [[close, close, printMember(path, value, text)]]);
    const outer = indentAt(text, container.offset);
    const indent = outer + indentUnit(text);
    const member = eol + indent + printMember(path, value, text, indent) + eol + outer;
    return splice(text, [[open + inside.trimEnd().length, close, member]]);
  }
  if (isOnOneLine)
    return splice(text, [[endOf(last), endOf(last), `,${printMember(path, value, text)}`]]);
  const startsLine = /^[ \t]*$/.test(
    text.slice(text.lastIndexOf("\n", last.offset) + 1, last.offset),
  );
  const outer = indentAt(text, container.offset);
  const indent = startsLine ? indentAt(text, last.offset) : outer + indentUnit(text);
  const comma = commaAfter(text, endOf(last));
  const member = eol + indent + printMember(path, value, text, indent);
  const place = endOfComments(text, comma === undefined ? endOf(last) : comma + 1);
  const isClosedOnLine = !text.slice(place, close).includes("\n");
  const ending = isClosedOnLine ? eol + outer : "";
  if (comma !== undefined) return splice(text, [[place, place, `${member},${ending}`]]);
  if (place === endOf(last)) return splice(text, [[place, place, `,${member}${ending}`]]);
  return splice(text, [
    [place, place, member + ending],
    [endOf(last), endOf(last), ","],
  ]);
}

export const jsonText: TextFormat = {
  read(text) {
    const root = parse(text);
    return root && getNodeValue(root);
  },
  put(text, path, value) {
    const root = parse(text);
    if (!root) {
      const before = text.trim() ? text.trimEnd() + lineEnd(text) : "";
      return `${before}${print(wrap(path, value), text, "")}${lineEnd(text)}`;
    }
    let node = root;
    for (const [depth, step] of path.entries()) {
      const child = childOf(node, step);
      if (!child) return insert(text, node, path.slice(depth), value);
      node = child.value;
    }
    const isOnOneLine = !text.trim().includes("\n");
    const content = print(value, text, isOnOneLine ? undefined : indentAt(text, node.offset));
    return splice(text, [[node.offset, endOf(node), content]]);
  },
  remove(text, path) {
    let node = parse(text);
    let container = node;
    let member = node;
    for (const step of path) {
      const child: ReturnType<typeof childOf> = node && childOf(node, step);
      container = node;
      node = child?.value;
      member = child?.member;
    }
    if (!container || !member) return text;
    const siblings = container.children ?? [];
    const previous = siblings[siblings.indexOf(member) - 1];
    const [open, close] = [container.offset + 1, endOf(container) - 1];
    if (
      siblings.length === 1 &&
      !/[^\s,]/.test(text.slice(open, member.offset) + text.slice(endOf(member), close))
    )
      return splice(text, [[open, close, ""]]);
    const comma = commaAfter(text, endOf(member));
    const line = text.lastIndexOf("\n", member.offset);
    const startsLine = line >= 0 && text.slice(line, member.offset).trim() === "";
    const start = startsLine ? line - (text[line - 1] === "\r" ? 1 : 0) : member.offset;
    const end = comma === undefined ? endOf(member) : comma + 1;
    const before = comma === undefined && previous ? commaAfter(text, endOf(previous)) : undefined;
    if (before === undefined) return splice(text, [[start, end, ""]]);
    return splice(
      text,
      before + 1 >= start
        ? [[before, end, ""]]
        : [
            [start, end, ""],
            [before, before + 1, ""],
          ],
    );
  },
};
