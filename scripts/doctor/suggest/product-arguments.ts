/** What becomes of the arguments of a product search: sent by a name that is obeyed, or taken out of the tool. */
import { isObject, type JsonObject } from "../reply.ts";
import {
  ask,
  countText,
  faultOf,
  findFilter,
  findOrdering,
  findSearch,
  gives,
  listWith,
  namesFor,
  ORDERINGS,
  tellingWords,
  tried,
  WORDS,
} from "./arguments.ts";
import type { Explorer } from "./explorer.ts";
import { findField, isText, isWord, type Thing, under } from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import { sizeArgument } from "./order-arguments.ts";
import type { Place, Places } from "./places.ts";
import { at } from "./sources.ts";

export async function productArguments(
  explorer: Explorer,
  places: Places,
  place: Place,
  {
    products,
    isLoaded,
    isStockShown,
  }: { products: Thing | undefined; isLoaded: boolean; isStockShown: boolean },
): Promise<Finding[]> {
  const query = (name: string) => ["query", name];
  const rows: Thing = {
    samples: place.rows.map((row) => ({ id: "", row, record: row })),
    links: new Set(),
  };
  const nameField = findField(rows, {
    names: "name title label product_name product_title display_name".split(" "),
    is: isText,
  });
  const words = nameField ? tellingWords(place.rows, (row) => at(row, nameField.source.path)) : [];
  const inNames = new Set(
    place.rows.flatMap((row) => wordsIn(nameField && at(row, nameField.source.path))),
  );
  const search = await findSearch(explorer, place, {
    places,
    words,
    described: describedWord(products, inNames),
    pair: pairOf(place.rows.map((row) => nameField && at(row, nameField.source.path))),
  });
  const isDisobeyed = words.length > 0;
  const wanted = {
    names: under(
      "category category_name category_detail categories.0 department collection",
      "name title",
    ),
    is: isWord,
  };
  const category = findField(rows, wanted);
  const ofRecord = category ? undefined : products && findField(products, wanted);
  const categoryOf = (row: JsonObject) =>
    category
      ? at(row, category.source.path)
      : ofRecord && recordValue(products, row, ofRecord.source.path);
  const names = [...new Set(place.rows.flatMap((row) => categoryOf(row) ?? []))].map(String);
  const categoryNames = namesFor(place, places, CATEGORIES);
  const byCategory = names.length
    ? await findFilter(explorer, place, {
        names: categoryNames,
        valueOf: categoryOf,
        values: names,
      })
    : undefined;
  const price = findField(rows, {
    names: [
      "price",
      "unit_price",
      "price_incl_tax",
      "price.incl_tax",
      "price.amount",
      "price.value",
      "gross_price",
      "price_gross",
      "current_price",
      "amount",
      "cost",
    ],
    is: (value) => Number.isFinite(Number(value ?? NaN)),
  });
  const priceOf = (row: JsonObject) => (price ? at(row, price.source.path) : undefined);
  const field = price?.source.path.join(".") ?? "price";
  const ordering = price && (await findOrdering(explorer, place, { places, field, priceOf }));
  /** What is not obeyed is left to the server where it sees all rows, and withdrawn elsewhere. */
  const withdraw = (name: string, isShown: boolean, why: string): Finding =>
    place.isWhole && (isShown || isLoaded)
      ? {
          at: query(name),
          is: "() => ({})",
          proof: `${why}; the list comes whole, and the server looks at its rows`,
        }
      : { at: query(name), is: "null", proof: why };
  const nameOrder =
    ordering && nameField && nameField.source.path.join() !== "name"
      ? nameField.source.path.join(".")
      : "name";
  const isPlainOrdering = ordering?.field === "price" && nameOrder === "name";
  return [
    search
      ? { at: query("q"), is: code(search.name), proof: search.proof }
      : isDisobeyed
        ? {
            at: query("q"),
            is: "null",
            proof: `${tried(namesFor(place, places, WORDS))}: none finds ${said(words[0])}, and nothing for a word that is nowhere`,
          }
        : { at: query("q"), todo: "there are too few products to see which parameter searches" },
    ...(await sizeArgument(explorer, places, place)),
    byCategory
      ? { at: query("category"), is: code(byCategory.name), proof: byCategory.proof }
      : withdraw(
          "category",
          Boolean(category),
          names.length
            ? `${tried(categoryNames)}: none narrows the list to ${said(names[0])}`
            : "not looked for: no product shows its category",
        ),
    ...(await priceFilters(explorer, places, place, {
      priceOf,
      withdraw,
      isShown: Boolean(price),
    })),
    ...(await stockFilter(explorer, places, place, { isStockShown, withdraw })),
    ordering
      ? {
          at: query("ordering"),
          is: isPlainOrdering
            ? code(ordering.name)
            : `(by) => ({ ${ordering.name}: by.replace("price", ${code(ordering.field)})${nameOrder === "name" ? "" : `.replace("name", ${code(nameOrder)})`} })`,
          proof: ordering.proof,
        }
      : withdraw(
          "ordering",
          true,
          new Set(place.rows.map(priceOf)).size > 1
            ? `${tried(namesFor(place, places, ORDERINGS))}: none sorts by price`
            : "not looked for: no two rows differ in price",
        ),
  ];
}
const CATEGORIES = [
  "category",
  "categories",
  "category__name",
  "category_name",
  "category__name__iexact",
  "category__name__icontains",
  "department",
  "collection",
  "cat",
];
const wordsIn = (text: unknown) =>
  String(text ?? "")
    .toLowerCase()
    .match(/[a-z]{5,}/g) ?? [];
/** A word that is in the description of one product, and in no name. */
function describedWord(products: Thing | undefined, inNames: Set<string>): string | undefined {
  const field = products && findField(products, { names: ["description", "desc"], is: isText });
  return products?.samples
    .flatMap(({ record }) => wordsIn(field && at(record, field.source.path)))
    .find((word) => !inNames.has(word));
}
/** The first two words of a name, where they are two. */
function pairOf(names: unknown[]): [string, string] | undefined {
  const [, one, two] =
    names.map((name) => /^([A-Za-z]{4,}) ([A-Za-z]{3,})\b/.exec(String(name))).find(Boolean) ?? [];
  return one && two ? [one, two] : undefined;
}
/** A value of the record of which a row is, where that record was read. */
const recordValue = (products: Thing | undefined, row: JsonObject, path: string[]) =>
  at(products?.samples.find((sample) => Bun.deepEquals(sample.row, row))?.record, path);
type Withdraw = (name: string, isShown: boolean, why: string) => Finding;
async function priceFilters(
  explorer: Explorer,
  places: Places,
  place: Place,
  {
    priceOf,
    withdraw,
    isShown,
  }: { priceOf: (row: JsonObject) => unknown; withdraw: Withdraw; isShown: boolean },
): Promise<Finding[]> {
  const prices = place.rows
    .map((row) => Number(priceOf(row) ?? NaN))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  const [lowest = 0, highest = 0] = [prices[0], prices.at(-1)];
  const middle = Math.ceil((lowest + highest) / 2);
  const found: Finding[] = [];
  for (const [name, usual, isIn] of [
    [
      "min_price",
      ["min_price", "price_min", "price__gte", "price_gte", "price_from", "min"],
      (price: number) => price >= middle,
    ],
    [
      "max_price",
      ["max_price", "price_max", "price__lte", "price_lte", "price_to", "max"],
      (price: number) => price <= middle,
    ],
  ] as const) {
    let obeyed: Finding | undefined;
    const faults: string[] = [];
    const isLooked = middle < highest && middle > lowest;
    const all = namesFor(place, places, [...usual]);
    if (isLooked)
      for (const one of all) {
        const asked = { [one]: String(middle) };
        const some = await listWith(explorer, place, asked);
        const status = some ? undefined : await faultOf(explorer, place, asked);
        if (status) {
          faults.push(`${ask(asked)} is answered with HTTP ${status}`);
          obeyed = await byBoth(explorer, place, { name, one, middle, isIn, priceOf });
          if (obeyed) break;
        }
        const rows = some?.rows.map((row) => Number(priceOf(row) ?? NaN)) ?? [];
        if (!some || !rows.length || some.count >= place.count || !rows.every(isIn)) continue;
        obeyed = {
          at: ["query", name],
          is: code(one),
          proof: `${gives({ [one]: String(middle) }, some)} of ${countText(place.count)}, all of them so`,
        };
        break;
      }
    const why = isLooked
      ? [`${tried(all)}: none is obeyed`, ...faults].join("; ")
      : "not looked for: no two rows differ enough in price";
    found.push(obeyed ?? withdraw(name, isShown, why));
  }
  return found;
}
const OPPOSITES: Record<string, string> = {
  min: "max",
  max: "min",
  gte: "lte",
  lte: "gte",
  from: "to",
  to: "from",
};
const MOST = 999_999_999_999; // more than any price
/** A limit of the price that fails without the other one, and is obeyed with it. */
async function byBoth(
  explorer: Explorer,
  place: Place,
  {
    name,
    one,
    middle,
    isIn,
    priceOf,
  }: {
    name: "min_price" | "max_price";
    one: string;
    middle: number;
    isIn: (price: number) => boolean;
    priceOf: (row: JsonObject) => unknown;
  },
): Promise<Finding | undefined> {
  const other = one.replace(/min|max|gte|lte|from|to$/, (part) => OPPOSITES[part] ?? part);
  if (other === one) return undefined;
  const isMin = name === "min_price";
  const asked = { [one]: String(middle), [other]: isMin ? String(MOST) : "0" };
  const some = await listWith(explorer, place, asked);
  const rows = some?.rows.map((row) => Number(priceOf(row) ?? NaN)) ?? [];
  if (!some || !rows.length || some.count >= place.count || !rows.every(isIn)) return undefined;
  const theOther = isMin ? `query["max_price"] ?? ${MOST}` : `query["min_price"] ?? 0`;
  return {
    at: ["query", name],
    is: `(value, { query }) => ({ ${one}: value, ${other}: ${theOther} })`,
    proof: `${gives(asked, some)} of ${countText(place.count)}, all of them so; ?${one}= alone is a fault of the shop's`,
  };
}
async function stockFilter(
  explorer: Explorer,
  places: Places,
  place: Place,
  { isStockShown, withdraw }: { isStockShown: boolean; withdraw: Withdraw },
): Promise<Finding[]> {
  const all = place.rows.map(isAvailable);
  const isShown = isStockShown || all.some((own) => own !== undefined);
  const names = namesFor(place, places, ["in_stock", "available", "is_available"]);
  if (!all.includes(true))
    return [withdraw("in_stock", isShown, "not looked for: no row says that it is available")];
  for (const name of names) {
    const asked = { [name]: "true" };
    const some = await listWith(explorer, place, asked);
    if (!some?.rows.length || some.count >= place.count) continue;
    if (!some.rows.every((row) => isAvailable(row) === true)) continue;
    const proof = `${gives(asked, some)} of ${countText(place.count)}, all of them available`;
    return [{ at: ["query", "in_stock"], is: code(name), proof }];
  }
  return [withdraw("in_stock", isShown, `${tried(names)}: none leaves only what is available`)];
}
const STOCK =
  /^(stock|quantity|qty|inventory|in_stock|num_in_stock|stock_quantity|available_quantity)$/i;
const FLAG = /^(is_)?(available|in_stock|buyable)$/i;
/** Whether a product can be bought, as its row says: by a flag, by its variants, or by its pieces. */
function isAvailable(row: JsonObject): boolean | undefined {
  const entries = Object.entries(row);
  const [, flag] =
    entries.find(([name, value]) => FLAG.test(name) && typeof value === "boolean") ?? [];
  if (typeof flag === "boolean") return flag;
  const variants = entries
    .flatMap(([, value]) => (Array.isArray(value) ? value.filter(isObject) : []))
    .map(isAvailable)
    .filter((own) => own !== undefined);
  if (variants.length) return variants.includes(true);
  const [, pieces] =
    entries.find(([name, value]) => STOCK.test(name) && Number.isFinite(value)) ?? [];
  return typeof pieces === "number" ? pieces > 0 : undefined;
}
