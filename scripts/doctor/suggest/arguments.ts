/**
 * Which parameters of its lists a shop obeys: each is tried with a value that has to narrow the list and one that
 * has to empty it.
 */
import type { JsonObject } from "../reply.ts";
import { type Explorer, NOWHERE, type Rows } from "./explorer.ts";
import { said } from "./findings.ts";
import type { Place, Places } from "./places.ts";
import { scalarsOf } from "./records.ts";

/** The list with these parameters; undefined: it is refused. */
export async function listWith(
  explorer: Explorer,
  { path }: Place,
  query: Record<string, string>,
): Promise<Rows | undefined> {
  const url = new URL(path, "http://shop");
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return explorer.list(url.pathname + url.search);
}
export const ask = (query: Record<string, string>) =>
  `?${new URLSearchParams(query)}`.replaceAll(NOWHERE, `${NOWHERE.slice(0, 4)}…`);
const rowsOf = ({ count }: Rows) => (count === 1 ? "1 row" : `${countText(count)} rows`);
export const countText = (count: number) => (Number.isFinite(count) ? String(count) : "many");
export function gives(query: Record<string, string>, { rows, count }: Rows): string {
  const name = said(ask(query), 60).replace(/^“|”$/g, "");
  const more = count > rows.length ? ` and says there are ${countText(count)}` : "";
  return `${name} gives ${rows.length}${more}`;
}

/** The usual names of a parameter, those first that the shop's document has. */
export function namesFor(place: Place, { operations }: Places, usual: string[]): string[] {
  const own = place.path.replace(/\?.*/, "");
  const documented =
    operations.find(({ method, path }) => method === "GET" && path === own)?.query ?? [];
  const known = usual.filter((name) => documented.includes(name));
  return [...new Set([...known, ...usual])];
}

const WORDS = [
  "search",
  "q",
  "query",
  "term",
  "text",
  "keyword",
  "keywords",
  "s",
  "name",
  "title",
  "name__icontains",
  "title__icontains",
  "filter[search]",
  "filter[q]",
];
const SIZES = [
  "page_size",
  "limit",
  "per_page",
  "size",
  "pagesize",
  "pageSize",
  "count",
  "first",
  "rows",
  "num",
];

/** Text of a row that search may look at. */
const textOf = (row: JsonObject) =>
  scalarsOf(row, 3)
    .filter(([, value]) => typeof value === "string" && !/^https?:/.test(value))
    .map(([, value]) => String(value))
    .join(" ")
    .toLowerCase();
/** Words that are in the name of one row and not in all, the rarest first. */
export function tellingWords(rows: JsonObject[], nameOf: (row: JsonObject) => unknown): string[] {
  const words = rows.map((row) => [
    ...new Set(
      String(nameOf(row) ?? "")
        .toLowerCase()
        .match(/[a-z]{4,}/g),
    ),
  ]);
  const counts = Map.groupBy(words.flat(), (word) => word);
  return [...counts]
    .filter(([, all]) => all.length < rows.length)
    .toSorted(([, a], [, b]) => a.length - b.length)
    .map(([word]) => word);
}

export interface Obeyed {
  name: string;
  proof: string;
}
/** Whether a list has fewer rows than the whole; a count may be the whole list's at any time. */
const isNarrower = (some: Rows, { rows, count, isWhole }: Rows) =>
  some.count < count || !isWhole || some.rows.length < rows.length;
/** The parameter that searches by words. */
export async function findSearch(
  explorer: Explorer,
  place: Place,
  { places, words }: { places: Places; words: string[] },
): Promise<Obeyed | undefined> {
  const [word] = words;
  if (!word) return undefined;
  for (const name of namesFor(place, places, WORDS)) {
    const none = await listWith(explorer, place, { [name]: NOWHERE });
    if (!none || none.rows.length) continue;
    const some = await listWith(explorer, place, { [name]: word });
    const isFound = some && some.rows.some((row) => textOf(row).includes(word));
    if (!isFound || !isNarrower(some, place)) continue;
    const proof = `${gives({ [name]: word }, some)} of ${rowsOf(place)}, ${gives({ [name]: NOWHERE }, none)}`;
    return { name, proof };
  }
  return undefined;
}

/** The parameter that says how many rows come. */
export async function findSize(
  explorer: Explorer,
  place: Place,
  places: Places,
): Promise<Obeyed | undefined> {
  const all = place.rows.length;
  if (all < 3) return undefined;
  for (const name of namesFor(place, places, SIZES)) {
    const [one, two] = [
      await listWith(explorer, place, { [name]: "1" }),
      await listWith(explorer, place, { [name]: "2" }),
    ];
    if (one?.rows.length === 1 && two?.rows.length === 2)
      return { name, proof: `?${name}=1 gives 1 row, ?${name}=2 gives 2` };
  }
  return undefined;
}

/**
 * The parameter that filters by the value of a field: only rows with it come, and for a value of nobody's none.
 *
 * @param values of the field, by what is asked; the first two that differ are tried
 */
export async function findFilter(
  explorer: Explorer,
  place: Place,
  {
    names,
    valueOf,
    values,
    nowhere = NOWHERE,
  }: {
    names: string[];
    valueOf: (row: JsonObject) => unknown;
    values: string[];
    nowhere?: string;
  },
): Promise<Obeyed | undefined> {
  for (const name of names) {
    const none = await listWith(explorer, place, { [name]: nowhere });
    const isRefused = none === undefined;
    // Some filters ignore a value that is no choice of theirs: two that they obey prove more.
    const isIgnored = Boolean(none?.rows.length);
    const seen: string[] = [];
    for (const value of values.slice(0, 2)) {
      const some = await listWith(explorer, place, { [name]: value });
      if (!some?.rows.length || some.rows.some((row) => String(valueOf(row)) !== value)) break;
      if (!isNarrower(some, place) && values.length > 1) break;
      seen.push(gives({ [name]: value }, some));
    }
    if (seen.length < Math.min(values.length, 2) || !seen.length) continue;
    // A refusal of any name would be one as well.
    if ((isRefused || isIgnored) && values.length < 2) continue;
    const nothing = isRefused ? "is refused" : isIgnored ? "is ignored" : "gives 0";
    const without = `${ask({ [name]: nowhere })} ${nothing}`;
    return { name, proof: `${seen.join(", ")} of ${rowsOf(place)}, ${without}` };
  }
  return undefined;
}

const numbersOf = (rows: JsonObject[], key: (row: JsonObject) => unknown) =>
  rows.map((row) => Number(key(row) ?? NaN)).filter((value) => !Number.isNaN(value));
/** The parameter that sorts, by the shop's own name of the price. */
export async function findOrdering(
  explorer: Explorer,
  place: Place,
  {
    places,
    field,
    priceOf,
  }: { places: Places; field: string; priceOf: (row: JsonObject) => unknown },
): Promise<{ name: string; field: string; proof: string } | undefined> {
  if (new Set(numbersOf(place.rows, priceOf)).size < 2) return undefined;
  for (const name of namesFor(place, places, [
    "ordering",
    "sort",
    "order_by",
    "sort_by",
    "o",
    "order",
  ]))
    for (const by of new Set([field, "price"])) {
      const up = numbersOf((await listWith(explorer, place, { [name]: by }))?.rows ?? [], priceOf);
      const down = numbersOf(
        (await listWith(explorer, place, { [name]: `-${by}` }))?.rows ?? [],
        priceOf,
      );
      const isSorted = (all: number[]) =>
        all.every((value, index) => !index || value >= (all[index - 1] ?? 0));
      const [low, high] = [up[0] ?? 0, down[0] ?? 0];
      if (up.length < 2 || !isSorted(up) || !isSorted(down.toReversed()) || low >= high) continue;
      return {
        name,
        field: by,
        proof: `?${name}=${by} begins with ${low}, ?${name}=-${by} with ${high}`,
      };
    }
  return undefined;
}
