/**
 * The cursor pagination of Django REST framework, with the same links: `rest_framework/pagination.py`, and the check
 * in `django/shop_mcp/pagination.py`, which rejects a cursor that the shop cannot have issued. `paginate` is called
 * by `handlers.ts`; `shop.ts` makes the listings.
 *
 * @module
 */
import { canonicalInstant } from "./world.ts";

/** Parses a column's value from Python's `str()` of it; undefined where it is malformed. */
type Column = (position: string) => string | number | undefined;
const numeric = (form: RegExp) => (position: string) =>
  form.test(position) ? Number(position) : undefined;
export const columns = {
  integer: numeric(/^-?\d{1,9}$/),
  decimal: numeric(/^-?\d{1,8}\.\d\d$/),
  instant(position) {
    const [, day, time] = /^(\S+) (\d\d:\d\d:\d\d(?:\.\d{6})?)\+00:00$/.exec(position) ?? [];
    return canonicalInstant(`${day}T${time}Z`)?.slice(0, -1); // without the Z, a fraction sorts last
  },
  text: (position) => (position.includes("\0") ? undefined : position),
} satisfies Record<string, Column>;

/** Rows, and the column that they are sorted by; rows with the same position are sorted by id. */
export interface Listing<Row> {
  rows: Row[];
  column: Column;
  position(row: Row): string;
  id(row: Row): string;
  isDescending?: boolean;
  /** The row as a page has it. */
  show(row: Row): object;
}

interface Cursor {
  offset: number;
  isReverse: boolean;
  position?: string;
}
const MAX_OFFSET = 1_000_000;

/** Python's `urlencode()`. */
const urlencode = (query: URLSearchParams) =>
  query.toString().replaceAll("*", "%2A").replaceAll("%7E", "~");

function encodeCursor({ offset, isReverse, position }: Cursor): string {
  const tokens = new URLSearchParams();
  if (offset !== 0) tokens.set("o", String(offset));
  if (isReverse) tokens.set("r", "1");
  if (position !== undefined) tokens.set("p", position);
  return btoa(urlencode(tokens));
}

/** The cursor of a query, undefined for an invalid one. */
function decodeCursor(query: URLSearchParams, column: Column): Cursor | undefined {
  const given = query.getAll("cursor").at(-1) ?? "";
  const tokens = new URLSearchParams(Buffer.from(given, "base64").toString("latin1"));
  const offset = Number(tokens.get("o") ?? 0);
  const position = tokens.get("p") ?? undefined;
  const cursor = { offset, isReverse: tokens.has("r"), position };
  const wasIssued = encodeCursor(cursor) === given && Number.isInteger(offset);
  const isPosition = position === undefined || column(position) !== undefined;
  return wasIssued && isPosition && offset >= 0 && offset <= MAX_OFFSET ? cursor : undefined;
}

/** Compares numbers, or texts by code point, which is the order of UTF-8. */
function compare(a: string | number = "", b: string | number = ""): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/**
 * The page of a listing that a URL asks for, with its `next` and `previous` links.
 * @returns undefined where the URL's cursor is invalid
 */
export function paginate<Row>(listing: Listing<Row>, limit: number, url: URL) {
  const { column, position: at, id, isDescending = false } = listing;
  const cursor = decodeCursor(url.searchParams, column);
  if (!cursor) return undefined;
  const { offset, isReverse, position } = cursor;

  const ordered = listing.rows.toSorted((a, b) => {
    const order = compare(column(at(a)), column(at(b)));
    return (isDescending ? -order : order) || compare(id(a), id(b));
  });
  if (isReverse) ordered.reverse();
  const isPast = (row: Row) => {
    if (position === undefined) return true;
    const order = compare(column(at(row)), column(position));
    return isReverse !== isDescending ? order < 0 : order > 0;
  };
  const found = ordered.filter(isPast).slice(offset, offset + limit + 1);
  const results = found.slice(0, limit);
  const [following] = found.slice(limit);
  if (isReverse) results.reverse();

  const ahead = following && { position: at(following) };
  const behind = position !== undefined || offset > 0 ? { position } : undefined;
  const [next, previous] = isReverse ? [behind, ahead] : [ahead, behind];

  /**
   * A cursor holds a position near the edge of the page that differs from the position beyond the edge, and how
   * many rows to skip from there.
   */
  const link = (isBack: boolean): string | null => {
    const [edge, otherEdge] = isBack ? [previous, next] : [next, previous];
    if (!edge) return null;
    const turnsBack = isReverse !== isBack;
    const outward = isBack ? results : results.toReversed();
    const [last] = outward;
    const mark = last && turnsBack && offset !== 0 ? at(last) : edge.position;
    const ties = outward.findIndex((row) => at(row) !== mark);
    const row = outward[ties];
    const target = row
      ? { offset: ties, position: at(row) }
      : !last
        ? { offset: 0, position: edge.position }
        : !otherEdge
          ? { offset: limit }
          : { offset: turnsBack ? 0 : offset + limit, position: otherEdge.position };
    const query = new URLSearchParams(url.search);
    query.set("cursor", encodeCursor({ ...target, isReverse: isBack }));
    query.sort();
    return `${url.origin}${url.pathname}?${urlencode(query)}`;
  };
  return { next: link(false), previous: link(true), results: results.map(listing.show) };
}
