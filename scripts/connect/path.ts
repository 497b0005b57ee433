/** What the editors of JSON, TOML and YAML share: where a value stands, and that it cannot be put there. */

/** An item of a list, by the field that names it: `{ name: "shop" }`. */
export type Item = Record<string, string>;
/** The key of an object, or an item of a list. */
export type Step = string | Item;
export type Path = readonly Step[];
export const isItem = (step: Step): step is Item => typeof step !== "string";

/** Why a text cannot be edited, as what follows "FILE was not changed: ". */
export class EditError extends Error {
  override name = "EditError";
}

/** How one format is read and edited. `put` and `remove` are checked by edit.ts, so they may assume the common forms. */
export interface TextFormat {
  /** The plain value of a text. @throws {EditError} where it is not of this format */
  read(text: string): unknown;
  put(text: string, path: Path, value: object): string;
  /** The value is there. */
  remove(text: string, path: Path): string;
}

/** A value below the steps that have no place yet: `["a", { name: "b" }]` gives `{ a: [value] }`. */
export const wrap = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, step) => (isItem(step) ? [inner] : { [step]: inner }), value);

export const lineEnd = (text: string): "\r\n" | "\n" => (text.includes("\r\n") ? "\r\n" : "\n");
/** The white space by which the text indents one level. */
export const indentUnit = (text: string): string => /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
/** The white space with which the line of this place begins. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}
/** The text with others in place of its parts. The parts do not overlap. */
export const splice = (text: string, edits: [from: number, to: number, content: string][]) =>
  edits
    .toSorted(([one], [other]) => other - one)
    .reduce(
      (edited, [from, to, content]) => edited.slice(0, from) + content + edited.slice(to),
      text,
    );
/** Where a place in the text is, for a person. */
export function position(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
