/**
 * The field of a record that means one of the contract's: by the names that shops have for it, the type that it
 * must have, and values that agree where it is shown twice.
 */
import { toMoney } from "../../../shop/money.ts";
import { isObject, type JsonObject } from "../reply.ts";
import { isLink } from "./explorer.ts";
import { code, type Finding, said } from "./findings.ts";
import { at, type Source, sourceCode, sourcesOf } from "./sources.ts";

/** A record and its row, with what the record's links lead to in their place. */
export interface Sample {
  id: string;
  row: JsonObject;
  record: JsonObject;
  /** Names that only the row has; `record` has their values, too. */
  only?: ReadonlySet<string>;
}
export interface Thing {
  samples: Sample[];
  /** Names of the record that are links. */
  links: ReadonlySet<string>;
  /** Further records, whose links are not followed. */
  others?: JsonObject[];
}
/** Rows as a thing of their own, such as the lines of an order. */
export const thingOfRows = (rows: JsonObject[], links: ReadonlySet<string> = new Set()): Thing => ({
  samples: rows.map((row) => ({ id: "", row, record: row })),
  links,
});
export interface Found {
  source: Source;
  /** TypeScript. */
  is: string;
  /** Values that agree; absent: the name and the type are all that speaks for it. */
  proof?: string;
  seen: string;
}
export interface Wanted {
  /** The usual names, the likeliest first. */
  names: string[];
  is(value: unknown): boolean;
}

// ── Types ───────────────────────────────────────────────────────────────────────────────────────

export const isBlank = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
export const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && !isLink(value);
export const isWord = (value: unknown) =>
  isText(value) && value.length <= 80 && !/^-?[\d.]+$/.test(value);
export const isDate = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value);
export const isWhole = (value: unknown) =>
  (typeof value === "number" || typeof value === "string") &&
  /^\d{1,6}(\.0+)?$/.test(String(value));
/** An amount in hundredths; undefined for what is none. */
export function hundredths(value: unknown): number | undefined {
  if (typeof value === "boolean" || isBlank(value)) return undefined;
  const amount = toMoney(value, "XXX");
  const read = isObject(amount) ? Number(amount.amount) : NaN;
  return Number.isNaN(read) ? undefined : Math.round(read * 100);
}
const HUNDREDTHS = /cents|minor|pence|penni|kopeck/i;
/**
 * What an amount counts: hundredths where its name says so; it is not known where all are large whole numbers, which
 * may be hundredths.
 */
export function unitOf(values: unknown[], name: string): "whole" | "hundredths" | "unknown" {
  const there = values.filter((value) => !isBlank(value));
  const areWhole = there.length > 0 && there.every((value) => Number.isInteger(value));
  if (areWhole && HUNDREDTHS.test(name.replaceAll(/percent/gi, ""))) return "hundredths";
  return areWhole && there.every((value) => Number(value) >= 1000) ? "unknown" : "whole";
}
export const isAmount = (value: unknown) => hundredths(value) !== undefined;
export const isImage = (value: unknown) =>
  isLink(value) &&
  (/\.(jpe?g|png|gif|webp|svg|avif)(\?|$)/i.test(value) ||
    /media|image|img|cdn|photo/i.test(value));
/** Ids of what is sold, rather than of a row of a database. */
export const isArticleNumber = (path: string[]) => /sku|upc|code|ean/i.test(path.at(-1) ?? "");
/** Whether a value found elsewhere is no accident: small numbers count all kinds of things. */
export const isTellingId = (name: string, value: unknown) =>
  /(^|\.|_)(variant|item)(_id|\.id|\.pk)?$/i.test(name)
    ? !isBlank(value)
    : /id|sku|upc|code|ean|pk|ref|slug/i.test(name) &&
      (String(value).length > 4 || /[a-z]/i.test(String(value)));
export const amountText = (value: number) => (value / 100).toFixed(2);

// ── Names ───────────────────────────────────────────────────────────────────────────────────────

/** Names without their case and `_`, so that `firstName` is `first_name`. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, "");
/** Each of these names, alone and with each of those after it: `category`, `category.name`. */
export const under = (parents: string, leaves: string): string[] =>
  parents
    .split(" ")
    .flatMap((parent) => [parent, ...leaves.split(" ").map((leaf) => `${parent}.${leaf}`)]);

/** A source with its link, if its first name is one. */
const linked = (source: Source, links: ReadonlySet<string>): Source =>
  links.has(source.path[0] ?? "") ? { ...source, link: 1 } : source;
export const allSources = ({ samples, links }: Thing): Source[] => {
  const byPath = new Map<string, Source>();
  for (const { record } of samples)
    for (const source of sourcesOf(record)) {
      const key = source.path.join(".");
      if (isBlank(byPath.get(key)?.value)) byPath.set(key, linked(source, links));
    }
  return [...byPath.values()];
};

/** How a row and a record read one thing that they call by two names. */
const either = (row: string[], record: string[]) =>
  `(row) => ${read("row", row)} ?? ${read("row", record)}`;
export const read = (name: string, path: string[]) =>
  path
    .reduce(
      (text, part) =>
        /^[a-z_$][\w$]*$/i.test(part) ? `${text}?.${part}` : `${text}?.[${code(part)}]`,
      name,
    )
    .replace("?.", ".")
    .replace(".[", "[");

/** The first of the usual names under which all records have what it has to be. */
export function findField(thing: Thing, { names, is }: Wanted): Found | undefined {
  const { samples } = thing;
  const sources = allSources(thing);
  for (const name of names) {
    const source = sources.find(({ path }) => plain(path.join(".")) === plain(name));
    if (!source) continue;
    const { path } = source;
    const values = samples.map(({ record }) => at(record, path));
    if (!values.some((value) => !isBlank(value) && is(value))) continue;
    if (values.some((value) => !isBlank(value) && !is(value))) continue;
    return describe(thing, source);
  }
  return undefined;
}
function describe({ samples }: Thing, source: Source): Found {
  const { path, link } = source;
  const shown = samples.find(({ record }) => !isBlank(at(record, path)));
  const value = at(shown?.record, path);
  const seen = said(value);
  const found = { source, is: sourceCode(source), seen };
  if (!shown || link) return found;
  const isSame = (sample: Sample) =>
    JSON.stringify(at(sample.row, path)) === JSON.stringify(at(sample.record, path));
  const areThere = samples.filter(
    ({ row, record, only }) =>
      !isBlank(at(row, path)) && row !== record && !only?.has(path[0] ?? ""),
  );
  if (areThere.length && areThere.every(isSame))
    return { ...found, proof: `${seen} in the list and in the record` };
  // The list may call it by another name: the one name with the same value in every row.
  const others = sourcesOf(shown.row).filter(
    (other) =>
      typeof other.value !== "object" &&
      !other.path.some((part) => /id|pk|url/i.test(part)) &&
      samples
        .filter(({ record }) => !isBlank(at(record, path)))
        .every(({ row, record }) => at(row, other.path) === at(record, path)),
  );
  const [other, ...more] = others;
  if (
    shown.row !== shown.record &&
    !areThere.length &&
    other &&
    !more.length &&
    typeof value === "string" &&
    samples.length > 1
  )
    return {
      ...found,
      is: either(other.path, path),
      proof: `${seen} is ${other.path.join(".")} in the list and ${path.join(".")} in the record`,
    };
  return found;
}

/** The entry for a field that was found; none where the server finds it by itself. */
export function entry(at: string[], found: Found | undefined, usual: string[] = []): Finding[] {
  const name = at.at(-1) ?? "";
  if (!found) return [];
  const { source, is, proof, seen } = found;
  const isItself =
    is === code(source.path.join(".")) && [name, ...usual].includes(source.path.join("."));
  if (isItself) return [];
  return [
    { at, is, ...(proof ? { proof } : { todo: `chosen by its name alone; it holds ${seen}` }) },
  ];
}
