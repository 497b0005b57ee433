/**
 * Which parameters of its lists a shop obeys: each is tried with a value that has to narrow the list and one that
 * has to empty it.
 */
import type { JsonObject } from "../reply.ts";
import { type Explorer, NOWHERE, type Rows } from "./explorer.ts";
import { said } from "./findings.ts";
import type { Place, Places } from "./places.ts";
import { scalarsOf } from "./records.ts";

function addressWith({ path }: Place, query: Record<string, string>): string {
  const url = new URL(path, "http://shop");
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}
/** The list with these parameters; undefined: it is refused. */
export const listWith = (
  explorer: Explorer,
  place: Place,
  query: Record<string, string>,
): Promise<Rows | undefined> => explorer.list(addressWith(place, query));
/** The status with which the list fails at these parameters, where it is a fault of the shop's. */
export async function faultOf(explorer: Explorer, place: Place, query: Record<string, string>) {
  const { status = 0 } = (await explorer.get(addressWith(place, query))) ?? {};
  return status >= 500 ? status : undefined;
}
/** Which parameters were sent: `tried ?limit=, ?size=, … (9 names)`. */
export function tried(names: string[]): string {
  const first = names.slice(0, 4).map((name) => `?${name}=`);
  return `tried ${first.join(", ")}${names.length > 4 ? `, … (${names.length} names)` : ""}`;
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

export const WORDS = [
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
export const SIZES = [
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
  {
    places,
    words,
    described,
    pair,
  }: {
    places: Places;
    words: string[];
    /** A word that is in a description, and in no name. */
    described?: string | undefined;
    /** Two words of one name, in their order. */
    pair?: [string, string] | undefined;
  },
): Promise<Obeyed | undefined> {
  const [word] = words;
  if (!word) return undefined;
  const obeyed: (Obeyed & { found: number })[] = [];
  for (const name of namesFor(place, places, WORDS)) {
    const none = await listWith(explorer, place, { [name]: NOWHERE });
    if (!none || none.rows.length) continue;
    const some = await listWith(explorer, place, { [name]: word });
    const isFound = some && some.rows.some((row) => textOf(row).includes(word));
    if (!isFound || !isNarrower(some, place)) continue;
    const more = described ? await listWith(explorer, place, { [name]: described }) : undefined;
    const proof = `${gives({ [name]: word }, some)} of ${rowsOf(place)}, ${gives({ [name]: NOWHERE }, none)}`;
    const also = more?.count
      ? `, and ${gives({ [name]: described ?? "" }, more)}, by a description`
      : "";
    obeyed.push({ name, proof: proof + also, found: some.count + (more?.count ?? 0) });
    if (also) break; // it looks at all that there is
  }
  const [best] = obeyed.toSorted((a, b) => b.found - a.found);
  if (!best || !pair) return best;
  const [inOrder, reversed] = [
    await listWith(explorer, place, { [best.name]: pair.join(" ") }),
    await listWith(explorer, place, { [best.name]: pair.toReversed().join(" ") }),
  ];
  const isPhrase = inOrder?.rows.length && reversed && !reversed.rows.length;
  const phrase = `; words are taken as one phrase: ${said(pair.toReversed().join(" "))} finds nothing, ${said(pair.join(" "))} does`;
  return isPhrase ? { ...best, proof: best.proof + phrase } : best;
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
 * The parameter that filters by the value of a field: only rows with it come, and for a value of nobody's none. Of
 * rows of which nothing is known (undefined) some have to be known.
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
      const known = some?.rows.map(valueOf).filter((own) => own !== undefined) ?? [];
      if (!some || !known.length || known.some((own) => String(own) !== value)) break;
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

export const ORDERINGS = ["ordering", "sort", "order_by", "sort_by", "o", "order"];
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
  for (const name of namesFor(place, places, ORDERINGS))
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
