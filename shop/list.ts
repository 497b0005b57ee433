/**
 * Lists: `listPage` gives one page of what was asked for, whatever the shop makes of the request. Each filter is
 * checked again on the rows; a list that came whole is sorted, and any other is looked at; what was not obeyed, or
 * cannot be known, is noted. What the tools ask of a row: `filters.ts`.
 *
 * @module
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Query } from "./client.ts";
import type { Endpoint, Page } from "./contract.ts";
import { ShopError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { Notes, pluralize } from "./notes.ts";
import { join, parseUrl } from "./text.ts";
import { MAX_DATA_BYTES, type CallerContext, truncated } from "./tool.ts";

const MAX_LIMIT = 50;
const MAX_CURSOR = 2000;
/** Of all rows of a page, so that a cursor fits beside them. */
const MAX_ROWS_BYTES = MAX_DATA_BYTES - MAX_CURSOR - 100;
/** Of the shop's pages, for one of ours, where the shop does not filter. */
const MAX_PAGES = 5;

export const limit = z.int().min(1).max(MAX_LIMIT).default(10);
export const cursor = z
  .string()
  .max(MAX_CURSOR)
  .optional()
  .describe("next_cursor of the same call");
export const paged = { next_cursor: z.string().optional(), truncated };

/** What is asked of the rows of a list. */
export interface Wanted<Row> {
  /** What a row is: `order`. */
  noun: string;
  filters: Filter<Row>[];
  order?: Order<Row> | undefined;
  /** What else has to be noted of the rows, and of all that were read. */
  doubt?(rows: Row[], seen: Row[]): string | false;
}
/** A list to read: the request to the shop, and what is asked of the rows. */
export interface ListRequest<Row> extends Wanted<Row> {
  endpoint: Endpoint<Page<Row>>;
  query: Query;
  /** Without one the tool takes no cursor either. @default 10 */
  limit?: number;
  cursor?: string | undefined;
}
export interface Filter<Row> {
  argument: string;
  /** What a row has that does not say whether it fits: `no price`. */
  lacks: string;
  /** undefined: the row does not say. */
  fits(row: Row): boolean | undefined;
  /** The shop was not asked for it: rows that do not fit are nothing that has to be said. */
  isOwn?: boolean;
}
export interface Order<Row> {
  /** `newest first` */
  name: string;
  /** As in a filter. */
  lacks: string;
  isDescending?: boolean;
  key(row: Row): number | string | undefined;
  /** Rows of different units are in no order. */
  unit?(row: Row): string | undefined;
}

// ── Cursors ─────────────────────────────────────────────────────────────────────────────────────

const position = z.object({
  /** What to add to the query. */
  query: z.record(z.string(), z.string()),
  /** Rows of that page to skip. */
  skip: z.int(),
  /** Rows of the shop's on the pages before. */
  before: z.int(),
  /** A mark of each of those pages. */
  marks: z.array(z.string()),
  /** The list came whole and was sorted, so its rows have their places only when all of them are read. */
  isSorted: z.boolean().optional(),
  /** What the last row was sorted by. */
  last: z.union([z.number(), z.string()]).optional(),
});
type Position = z.output<typeof position>;
const START: Position = { query: {}, skip: 0, before: 0, marks: [] };
const MAX_MARKS = 50;

/** The key of the seal: the same after a restart. Without a secret it keeps out mistakes and nobody else. */
export const cursorKey = (baseUrl: string, secret: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, baseUrl, "cursors", 32));

/** The cursors of one request: a position, and its seal under this request. */
function cursorsOf(key: Uint8Array, request: unknown) {
  const seal = (text: string) =>
    createHmac("sha256", key)
      .update(JSON.stringify([request, text]))
      .digest();
  return {
    /** undefined for a position that is too long to be taken back */
    encode(at: Position): string | undefined {
      const text = Buffer.from(JSON.stringify(at)).toString("base64url");
      const cursor = `${text}.${seal(text).toString("base64url")}`;
      return cursor.length <= MAX_CURSOR ? cursor : undefined;
    },
    /** @throws {ShopError} for a cursor that this server did not give for this request */
    decode(cursor: string): Position {
      const [text = ""] = cursor.split(".");
      const own = `${text}.${seal(text).toString("base64url")}`; // in no other spelling
      const [ours, theirs] = [Buffer.from(own), Buffer.from(cursor)];
      const isOurs = ours.length === theirs.length && timingSafeEqual(ours, theirs);
      const json = isOurs && parseJson(Buffer.from(text, "base64url").toString())?.value;
      const { data } = position.safeParse(json);
      if (!data) throw new ShopError("bad_cursor");
      return data;
    },
  };
}

// ── Order ───────────────────────────────────────────────────────────────────────────────────────

type Key = number | string;
const compare = (a: Key, b: Key) => (a < b ? -1 : +(a > b));
const { compare: compareNames } = new Intl.Collator("und");
const { compare: compareLetters } = new Intl.Collator("und", { ignorePunctuation: true });
/** What databases take for the order of texts; numbers have the first. */
const ORDERS = [
  compare,
  (a: Key, b: Key) => compare(`${a}`.toLowerCase(), `${b}`.toLowerCase()),
  (a: Key, b: Key) => compareNames(`${a}`, `${b}`),
  (a: Key, b: Key) => compareLetters(`${a}`, `${b}`),
];
const unitsOf = <Row>(rows: Row[], order?: Order<Row>): string[] =>
  order?.unit ? [...new Set(rows.flatMap((row) => order.unit?.(row) ?? []))] : [];
/** Whether rows are in order, after a first key where there is one. */
function isInOrder<Row>(rows: Row[], { key, isDescending }: Order<Row>, first?: Key): boolean {
  const keys = [first ?? [], ...rows.map((row) => key(row) ?? [])].flat();
  if (isDescending) keys.reverse();
  const orders = keys.some((one) => typeof one === "string") ? ORDERS : [compare];
  return orders.some((compare) =>
    keys.every((one, index) => index === 0 || compare(keys[index - 1] ?? one, one) <= 0),
  );
}
/** The rows in order, those without a key last. What is in some order already stays as it is. */
function sorted<Row>(rows: Row[], order: Order<Row>): Row[] {
  if (isInOrder(rows, order) || unitsOf(rows, order).length > 1) return rows;
  const keyed = rows.flatMap((row) => {
    const key = order.key(row);
    return key === undefined ? [] : [{ key, row }];
  });
  keyed.sort(({ key: a }, { key: b }) => {
    const rank = typeof a === "string" ? compareNames(a, `${b}`) : compare(a, b);
    return order.isDescending ? -rank : rank;
  });
  return [...keyed.map(({ row }) => row), ...rows.filter((row) => order.key(row) === undefined)];
}

// ── Pages ───────────────────────────────────────────────────────────────────────────────────────

type Own = Query & { limit: number };
/** What a link adds to the query: its parameters, never its host or path, and none of the request's own. */
function queryOf(link: string | undefined, own: Own): Record<string, string> | undefined {
  const sent = [...(parseUrl(link ?? "", "http://next")?.searchParams ?? [])];
  const added = sent.filter(([name]) => /^[\w.:$[\]-]+$/.test(name) && !(name in own));
  return added.length ? Object.fromEntries(added) : undefined;
}
const markOf = (rows: unknown[]) =>
  createHash("sha256").update(JSON.stringify(rows)).digest("base64url").slice(0, 8);
/** What a page says of the rest of its list: whether there is more, and where. */
function restOf(page: Page<unknown>, at: Position, own: Own) {
  const { results, next, count, has_more, sent = results.length, skipped, sifted = 0 } = page;
  const before = at.before + sent + sifted;
  const isFull = sent + sifted === own.limit;
  const isCounted = count !== undefined && count > before;
  const hasMore = has_more || isCounted;
  // Rows, a count and no word on pages is django-ninja, which takes `offset`. Another shop gives the same rows
  // again, and that is noticed.
  const offset = isFull && isCounted && has_more === undefined ? `?offset=${before}` : undefined;
  const query = hasMore ? queryOf(next ?? offset, own) : undefined;
  const isOfMany = query !== undefined || at.marks.length > 0;
  const mark = isOfMany ? markOf(results) : ""; // of the only page there is, none is needed
  const marks = [...at.marks, mark].slice(-MAX_MARKS);
  const elsewhere = query && isDeepStrictEqual(query, at.query) ? undefined : query;
  const end = (skipped ?? 0) + results.length;
  const isCut = skipped !== undefined && end < sent; // read no further than was needed
  const following: Position | undefined = isCut
    ? { ...at, skip: end }
    : elsewhere && { query: elsewhere, skip: 0, before, marks };
  return {
    hasMore,
    count,
    following,
    /** As many rows as were asked for, and not a word on others. */
    mayHaveMore: isFull && has_more === undefined && count === undefined,
    /** Some of the shop's rows were none of what was asked for, and so may those be that follow. */
    isSifted: sifted > 0,
    isRepeated: results.length > 0 && at.marks.includes(mark),
  };
}

/** A tool's context, or that of a caller who wants no notes. */
type Context = Pick<CallerContext, "request" | "cursorKey"> & { notes?: Notes };
interface Found<Row> {
  rows: Row[];
  /** All rows that were read, those that did not fit among them. */
  seen: Row[];
  /** For each row that did not fit, the argument. */
  misfits: string[];
  /** For each filter, how many of `rows` do not say whether they fit. */
  unsaid: number[];
  /** How many rows were given more than once: a filter that joins tables gives one for each of its variants. */
  repeats: number;
  /** Of all rows that were read. */
  units: Set<string>;
  /** The dialect left out rows of the shop's, because they are none of what was asked for. */
  isSifted?: boolean;
  next?: Position | undefined;
  /** A row that fits was seen at `next`. */
  isProven?: boolean;
  /** Of the last page that was read. */
  rest?: ReturnType<typeof restOf>;
}
const bytesOf = (rows: unknown[]) => Buffer.byteLength(JSON.stringify(rows));
/** A row of a schema, whose first field is its id. */
type Fields = Record<string, unknown>;
/** What the JSON of a row takes at most: three bytes for a letter, and few for what is no text. Rows are flat. */
function bytesAtMost(row: Fields): number {
  let bytes = 2;
  for (const name in row) {
    const value = row[name];
    bytes += name.length + 8 + (typeof value === "string" ? 3 * value.length : 64);
  }
  return bytes;
}
function idOf(row: Fields): unknown {
  for (const name in row) return row[name];
  return undefined;
}
/** Whether a row is among those told, or else becomes one of them. */
function isTold<Row extends Fields>(row: Row, told: Map<unknown, Row[]>): boolean {
  const id = idOf(row);
  const namesakes = told.get(id);
  if (namesakes?.some((other) => JSON.stringify(other) === JSON.stringify(row))) return true;
  told.set(id, namesakes ? [...namesakes, row] : [row]);
  return false;
}
/** The first filter that a row does not fit, and the places of those of which it does not say. */
function judge<Row>(row: Row, filters: Filter<Row>[]) {
  let silent = NONE;
  for (let at = 0; at < filters.length; at++) {
    const fits = filters[at]?.fits(row);
    if (fits === false) return { misfit: filters[at], silent };
    if (fits === undefined) silent = [...silent, at];
  }
  return { misfit: undefined, silent };
}
const NONE: number[] = [];
/** Reads from a position until there are as many rows as are wanted. @throws {ShopError} */
async function readFrom<Row extends Fields>(
  start: Position,
  own: Own,
  list: ListRequest<Row>,
  { request, notes }: Context,
): Promise<Found<Row>> {
  const { endpoint, filters, order } = list;
  const unsaid = filters.map(() => 0);
  const none = { rows: [], seen: [], misfits: [], repeats: 0, units: new Set<string>() };
  const found: Found<Row> = { ...none, unsaid };
  const { rows, seen, misfits, units } = found;
  const told = new Map<unknown, Row[]>();
  let room = MAX_ROWS_BYTES;
  for (let [at, pages] = [start, 1]; ; pages++) {
    const { query, skip } = at;
    const range = { from: at.isSorted ? 0 : skip, to: skip + own.limit + 1 };
    const options = { query: { ...own, ...query, ...own }, rows: range };
    const page = await request(endpoint, options).catch((error: unknown) => {
      if (pages === 1 || !(error instanceof ShopError)) throw error;
      const isGone = error.context.status === 404;
      const why = isGone ? "The shop's own link to it leads nowhere (HTTP 404)." : error.message;
      notes?.add(`A further page of the shop's list could not be read. ${why}`);
    });
    if (!page) return { ...found, next: at };
    const rest = restOf(page, at, own);
    if (rest.isRepeated) return { ...found, rest };
    found.isSifted ||= rest.isSifted;
    for (const unit of unitsOf(page.results, order)) units.add(unit);
    const { results, skipped = 0 } = page;
    const isWhole = !skipped && !Object.keys(query).length && !rest.hasMore && !rest.mayHaveMore;
    const isSorted = isWhole && order ? true : undefined;
    const all = isSorted && order ? sorted(results, order) : results;
    const unread = skip > skipped ? all.slice(skip - skipped) : all;
    let index = Math.max(skip, skipped) - 1;
    seen.push(...unread);
    for (const row of unread) {
      index += 1;
      const { misfit, silent } = judge(row, filters);
      if (misfit) {
        misfits.push(misfit.argument);
        continue;
      }
      if (isTold(row, told)) {
        found.repeats += 1;
        continue;
      }
      room -= bytesAtMost(row);
      const isLong = room < 0 && bytesOf(rows) + bytesOf([row]) > MAX_ROWS_BYTES;
      const isFull = rows.length === own.limit || (rows.length > 0 && isLong);
      if (isFull) {
        const next = { ...at, skip: index, isSorted };
        return { ...found, rest, next, isProven: true };
      }
      rows.push(row);
      for (const of of silent) unsaid[of] = (unsaid[of] ?? 0) + 1;
    }
    const isFiltered = !misfits.length && !found.isSifted; // by the shop
    const isEnough = isFiltered || rows.length === own.limit || pages === MAX_PAGES;
    if (isEnough || !rest.following) return { ...found, rest, next: rest.following };
    at = rest.following;
  }
}

/** What of the request was not obeyed, or cannot be known. */
function noteDoubts<Row>(
  { rows, seen, misfits, unsaid, repeats, units, isSifted }: Found<Row>,
  wanted: Wanted<Row>,
  { last }: Position,
  notes: Notes,
) {
  const { noun, filters, order } = wanted;
  const doubt = (count: number, lacks: string, claim: string) => {
    if (!count) return;
    const these = count === 1 ? `This ${noun} shows` : `These ${noun}s show`;
    const some = `${count} of these ${rows.length} ${noun}s ${count === 1 ? "shows" : "show"}`;
    const which = count === rows.length ? these : some;
    notes.add(`${which} ${lacks}, so whether ${claim} is not checked.`);
  };
  if (isSifted)
    notes.add(
      `The shop does not filter its list: its ${noun}s were looked through here, by what the list shows of each.`,
    );
  const isOwn = (stray: string) =>
    filters.some(({ argument, isOwn }) => isOwn && argument === stray);
  const strays = misfits.filter((argument) => !isOwn(argument));
  if (strays.length) {
    const [others, asked] = [pluralize(strays.length, noun), join([...new Set(strays)], " or ")];
    const [not, are] = strays.length === 1 ? ["does not", "it is"] : ["do not", "they are"];
    notes.add(`The shop also gave ${others} that ${not} fit ${asked}; ${are} left out.`);
  }
  if (repeats) {
    const [again, is] = [pluralize(repeats, noun), repeats === 1 ? "it is" : "they are"];
    notes.add(`The shop gave ${again} once more; ${is} told once.`);
  }
  filters.forEach(({ argument, lacks }, at) => doubt(unsaid[at] ?? 0, lacks, `${argument} is met`));
  const other = wanted.doubt?.(rows, seen);
  if (other) notes.add(other);
  if (!order) return;
  const { name, lacks, key } = order;
  if (units.size > 1)
    notes.add(
      `These ${noun}s are priced in ${join([...units], " and ")}, so they are not ${name}.`,
    );
  else if (!isInOrder(seen, order, last))
    notes.add(`The shop's list is not ${name}: these ${noun}s are in the shop's own order.`);
  if (rows.length > 1 || last !== undefined)
    doubt(rows.filter((row) => key(row) === undefined).length, lacks, `they are ${name}`);
}

/**
 * One page of what was asked for, and the cursor of the next one. `notes.more` then says whether there is more.
 *
 * A whole list is filtered and sorted before it is cut. Where the shop does not filter, its further pages are read
 * on, five at most. A cursor is this server's own and sealed: it adds what the shop's link to the next page adds.
 * @throws {ShopError}
 */
export async function listPage<Row extends Fields>(context: Context, list: ListRequest<Row>) {
  const { notes = new Notes(), cursorKey } = context;
  const { endpoint, query, limit = 10, cursor, noun, order } = list;
  const own = { ...query, limit };
  const cursors = cursorsOf(cursorKey, [endpoint.what, own]);
  const start = cursor ? cursors.decode(cursor) : START;
  const found = await readFrom(start, own, list, context).catch((error: unknown) => {
    const isGone = cursor && error instanceof ShopError && error.context.status === 404;
    throw isGone ? new ShopError("bad_cursor") : error;
  });
  noteDoubts(found, list, start, notes);
  const { rows, misfits, next, isProven, rest } = found;
  const key = order && rows.flatMap((row) => order.key(row) ?? []).at(-1);
  const last = typeof key === "string" ? key.slice(0, 40) : (key ?? start.last);
  const next_cursor = next && list.limit ? cursors.encode({ ...next, last }) : undefined;

  const isMore = Boolean(isProven || next || rest?.hasMore || rest?.isRepeated);
  const isFiltered = !misfits.length && !found.isSifted && !rest?.isRepeated;
  const isSure = isProven || (isMore && isFiltered);
  notes.more = isSure ? "are" : isMore || rest?.mayHaveMore ? "may be" : undefined;
  if (notes.more && !next_cursor) {
    const wider = list.limit && limit < MAX_LIMIT ? "with a larger limit, or " : "";
    const count = rest?.count === undefined ? "" : ` (${rest.count} in all, as the shop counts)`;
    const why = rest?.isRepeated
      ? `The shop gave the same ${noun}s again as its next page, so its list cannot be read further`
      : isMore
        ? `There ${notes.more} more ${noun}s than these${count}${list.limit ? ", and no link to them that can be followed" : ""}`
        : `The shop gave as many ${noun}s as were asked for, and does not say whether there are more`;
    notes.add(`${why}: ask ${wider}for something narrower.`);
  }
  const isCut = isMore && (!next_cursor || (isProven && rows.length < limit));
  return { rows, next_cursor, truncated: isCut ? true : undefined };
}

/** `10 products` */
export const countRows = (rows: unknown[], noun: string): string => pluralize(rows.length, noun);
