/**
 * What the arguments of the list tools ask of a row. A shop that obeys them sends no other rows; here each is looked
 * at once more, and where it does not say, that is known.
 *
 * @module
 */
import type * as z from "zod";
import type { schemas, Status } from "./contract.ts";
import type { Filter, Order, Wanted } from "./list.ts";
import { join } from "./text.ts";

type ProductRow = z.output<typeof schemas.productRow>;
type OrderRow = z.output<typeof schemas.orderRow>;
type CustomerRow = z.output<typeof schemas.customerRow>;

const { compare } = new Intl.Collator("und", { sensitivity: "base" });
/** What shops write between words in one place and not in another: `413 04`, `garden-tools`. `C#` is not `C`. */
const closeUp = (text: string) => text.replace(/[\s\p{Pd}_.,'’/&]+/gu, "") || text;
/** Case, accents and what stands between words do not count. */
const isSame = (asked: string, said: string | undefined): boolean | undefined =>
  said ? compare(closeUp(asked), closeUp(said)) === 0 : undefined;
/** The filter of an argument; none where nothing is asked for. */
const filter = <Row, Asked>(
  argument: string,
  asked: Asked | undefined,
  lacks: string,
  fits: (row: Row, asked: Asked) => boolean | undefined,
): Filter<Row>[] =>
  asked === undefined ? [] : [{ argument, lacks, fits: (row) => fits(row, asked) }];

// ── Products ────────────────────────────────────────────────────────────────────────────────────

const fold = (text: string) =>
  /[^ -~]/.test(text)
    ? text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    : text.toLowerCase();
/** The words of a text, without the `s` of a plural. */
const wordsOf = (text: string): string[] =>
  (fold(text).match(/[\p{L}\p{N}]+/gu) ?? [fold(text)]).map((word) =>
    word.replace(/(?<=...)s$/, ""),
  );
function hasAll(shown: string, words: string[]): boolean {
  for (const word of words) if (!shown.includes(word)) return false;
  return true;
}
/** Whether all words are in what is shown of a product. */
const showsWords = ({ product_id, name, category = "" }: ProductRow, words: string[]): boolean =>
  hasAll(fold(name), words) || hasAll(fold(`${product_id} ${name} ${category}`), words);

const price: Order<ProductRow> = {
  name: "sorted by price",
  lacks: "no price",
  key: ({ price }) => price && Number(price.amount),
  unit: ({ price }) => price?.currency,
};
const PRODUCT_ORDERS: Record<string, Order<ProductRow>> = {
  price,
  "-price": { ...price, name: "sorted by price from the highest", isDescending: true },
  name: { name: "sorted by name", lacks: "no name", key: ({ name }) => name },
};

interface ProductSearch {
  query: string;
  category?: string | undefined;
  min_price?: number | undefined;
  max_price?: number | undefined;
  in_stock?: boolean | undefined;
  sort?: string | undefined;
}
/** @param shopSearches whether the shop looks for the words itself: it knows more of a product than a row shows */
export function wantedProducts(asked: ProductSearch, shopSearches = true): Wanted<ProductRow> {
  const { query, category, min_price, max_price, in_stock, sort = "" } = asked;
  const unseen = "not all of the words in name, category or id";
  return {
    noun: "product",
    filters: [
      ...filter("query", wordsOf(query), unseen, (row: ProductRow, words) => {
        return showsWords(row, words) || (shopSearches ? undefined : false);
      }).map((words) => ({ ...words, isOwn: !shopSearches })),
      ...filter("category", category, "no category", (row: ProductRow, name) => {
        return isSame(name, row.category);
      }),
      ...filter("min_price", min_price, "no price", ({ price }: ProductRow, least) => {
        return price && Number(price.amount) >= least;
      }),
      ...filter("max_price", max_price, "no price", ({ price }: ProductRow, most) => {
        return price && Number(price.amount) <= most;
      }),
      ...filter("in_stock", in_stock || undefined, "no word on stock", (row: ProductRow) => {
        return row.available;
      }),
    ],
    order: PRODUCT_ORDERS[sort],
    doubt(_, seen) {
      const isByPrice = (min_price ?? max_price) !== undefined;
      const units = isByPrice
        ? [...new Set(seen.flatMap(({ price }) => price?.currency ?? []))]
        : [];
      const isCompared = units.length > 1;
      return join(
        [
          !shopSearches &&
            "The shop does not search for words: its products were looked through here, by name, category and id.",
          isCompared &&
            `The shop's prices are in ${units.join(" and ")}: min_price and max_price were compared with their amounts alone.`,
        ],
        " ",
      );
    },
  };
}

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/;
/** Milliseconds; without a zone all are taken for the same one. */
function instant(written = ""): number | undefined {
  const [, day, time = "00:00", zone = "Z"] = ISO.exec(written) ?? [];
  return day ? Date.parse(`${day}T${time}${zone}`) || undefined : undefined;
}
const newestFirst: Order<OrderRow> = {
  name: "newest first",
  lacks: "no date that can be compared",
  isDescending: true,
  key: ({ placed_at }) => instant(placed_at),
};

interface OrderSearch {
  status?: Status | undefined;
  customer_id?: string | undefined;
}
export function wantedOrders({ status, customer_id }: OrderSearch): Wanted<OrderRow> {
  const whose = customer_id === "me" ? undefined : customer_id; // rows have the id that `me` stands for
  return {
    noun: "order",
    filters: [
      ...filter("status", status, "a status of the shop's own", (row: OrderRow, asked) => {
        if (row.status !== "unknown") return row.status === asked;
        return isSame(asked, row.raw_status) || undefined;
      }),
      ...filter("customer_id", whose, "no customer_id", (row: OrderRow, asked) => {
        return row.customer_id === undefined ? undefined : row.customer_id === asked;
      }),
    ],
    order: newestFirst,
    doubt(rows) {
      const customers = new Set(rows.flatMap((row) => row.customer_id ?? []));
      const areOfSeveral = customer_id === "me" && customers.size > 1;
      return areOfSeveral && "These orders are of several customers: the shop ignores customer_id.";
    },
  };
}
// ── Customers ───────────────────────────────────────────────────────────────────────────────────

const partsOf = (name: string) => name.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
/** A name is the same, or its parts are all there: `Wilde` fits `de Wilde`, and `Ann` does not fit `Anna`. */
function isNamed(asked: string, said: string | undefined): boolean | undefined {
  const [parts, others] = [partsOf(asked), partsOf(said ?? "")];
  const areThere = parts.every((part) => others.some((other) => isSame(part, other)));
  return isSame(asked, said) || (said && parts.length > 0 ? areThere : isSame(asked, said));
}

type CustomerSearch = Partial<Record<"email" | "first_name" | "last_name" | "postcode", string>>;
export function wantedCustomers(asked: CustomerSearch): Wanted<CustomerRow> {
  const { email, first_name, last_name, postcode } = asked;
  return {
    noun: "customer",
    filters: [
      ...filter("email", email?.toLowerCase(), "no email", (row: CustomerRow, address) => {
        return row.email ? row.email.toLowerCase() === address : undefined;
      }),
      ...filter("first_name", first_name, "no first_name", (row: CustomerRow, name) => {
        return isNamed(name, row.first_name);
      }),
      ...filter("last_name", last_name, "no last_name", (row: CustomerRow, name) => {
        return isNamed(name, row.last_name);
      }),
      ...filter("postcode", postcode, "no postcode", (row: CustomerRow, code) => {
        return isSame(code, row.postcode);
      }),
    ],
  };
}
