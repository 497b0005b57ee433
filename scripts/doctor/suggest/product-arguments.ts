/** What becomes of the arguments of a product search: sent by a name that is obeyed, or taken out of the tool. */
import type { JsonObject } from "../reply.ts";
import {
  countText,
  findFilter,
  findOrdering,
  findSearch,
  gives,
  listWith,
  namesFor,
  tellingWords,
} from "./arguments.ts";
import type { Explorer } from "./explorer.ts";
import { findField, type Found, isText, isWord, type Thing, thingOfRows, under } from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import { sizeArgument } from "./order-arguments.ts";
import type { Place, Places } from "./places.ts";
import { at } from "./sources.ts";

const NAMES = "name title label product_name product_title display_name".split(" ");
const CATEGORIES = under("category category_name categories.0 department collection", "name title");
const PRICES =
  "price unit_price price_incl_tax price.incl_tax price.amount price.value gross_price price_gross current_price amount cost".split(
    " ",
  );
const FLAGS = "available in_stock is_available is_in_stock buyable".split(" ");

/** What is known of the list of products. */
interface Search {
  explorer: Explorer;
  places: Places;
  place: Place;
  rows: Thing;
  name: Found | undefined;
  price: Found | undefined;
  /** Whether the records of rows are loaded, so that the server sees what rows do not show. */
  isLoaded: boolean;
}
const query = (name: string) => ["query", name];
/** What is not obeyed is left to the server where it sees all rows, and withdrawn elsewhere. */
function withdraw(
  { place, isLoaded }: Search,
  name: string,
  { isShown, why }: { isShown: boolean; why: string },
): Finding {
  if (!place.isWhole || !(isShown || isLoaded)) return { at: query(name), is: "null", proof: why };
  const proof = `${why}; the list comes whole, so the server does it`;
  return { at: query(name), is: "() => ({})", proof };
}
const valueIn = (row: JsonObject, field: Found | undefined) =>
  field ? at(row, field.source.path) : undefined;
/** NaN where a row has no price. */
const priceIn = (row: JsonObject, { price }: Search) => Number(valueIn(row, price) ?? NaN);

export async function productArguments(
  explorer: Explorer,
  places: Places,
  place: Place,
  { products, isLoaded }: { products: Thing | undefined; isLoaded: boolean },
): Promise<Finding[]> {
  const rows = thingOfRows(place.rows);
  const name = findField(rows, { names: NAMES, is: isText });
  const isNumber = (value: unknown) => Number.isFinite(Number(value ?? NaN));
  const price = findField(rows, { names: PRICES, is: isNumber });
  const search: Search = { explorer, places, place, rows, name, price, isLoaded };
  return [
    await searchArgument(search),
    ...(await sizeArgument(explorer, places, place)),
    await categoryArgument(search),
    ...(await priceArguments(search)),
    await stockArgument(search, products),
    await sortArgument(search),
  ];
}
async function searchArgument({ explorer, places, place, name }: Search): Promise<Finding> {
  const words = name ? tellingWords(place.rows, (row) => valueIn(row, name)) : [];
  const found = await findSearch(explorer, place, { places, words });
  if (found) return { at: query("q"), is: code(found.name), proof: found.proof };
  if (!words.length)
    return { at: query("q"), todo: "there are too few products to see which parameter searches" };
  const proof = `no usual parameter (?search=, ?q=, …) finds ${said(words[0])} and nothing for a word that is nowhere`;
  return { at: query("q"), is: "null", proof };
}
async function categoryArgument(search: Search): Promise<Finding> {
  const { explorer, places, place, rows } = search;
  const category = findField(rows, { names: CATEGORIES, is: isWord });
  const values = category
    ? [...new Set(place.rows.flatMap((row) => valueIn(row, category) ?? []))].map(String)
    : [];
  const usual = "category categories category__name category_name department collection cat";
  const filter =
    category &&
    (await findFilter(explorer, place, {
      names: namesFor(place, places, usual.split(" ")),
      valueOf: (row) => valueIn(row, category),
      values,
    }));
  if (filter) return { at: query("category"), is: code(filter.name), proof: filter.proof };
  const why =
    values.length > 1
      ? `no usual parameter narrows the list to ${said(values[0])}`
      : "no filter by the name of a category was found";
  return withdraw(search, "category", { isShown: Boolean(category), why });
}
async function priceArguments(search: Search): Promise<Finding[]> {
  const { explorer, places, place, price: shown } = search;
  const prices = place.rows
    .map((row) => priceIn(row, search))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  const [lowest = 0, highest = 0] = [prices[0], prices.at(-1)];
  const middle = Math.ceil((lowest + highest) / 2);
  const found: Finding[] = [];
  for (const [name, usual, isIn] of [
    [
      "min_price",
      "min_price price_min price__gte price_gte price_from min",
      (price: number) => price >= middle,
    ],
    [
      "max_price",
      "max_price price_max price__lte price_lte price_to max",
      (price: number) => price <= middle,
    ],
  ] as const) {
    let obeyed: Finding | undefined;
    if (middle < highest && middle > lowest)
      for (const one of namesFor(place, places, usual.split(" "))) {
        const some = await listWith(explorer, place, { [one]: String(middle) });
        const rows = some?.rows.map((row) => priceIn(row, search)) ?? [];
        if (!some || !rows.length || some.count >= place.count || !rows.every(isIn)) continue;
        const proof = `${gives({ [one]: String(middle) }, some)} of ${countText(place.count)}, all of them in range`;
        obeyed = { at: query(name), is: code(one), proof };
        break;
      }
    const why = "no usual parameter filters by it";
    found.push(obeyed ?? withdraw(search, name, { isShown: Boolean(shown), why }));
  }
  return found;
}
async function stockArgument(search: Search, products: Thing | undefined): Promise<Finding> {
  const { explorer, places, place, rows } = search;
  const flag = findField(rows, { names: FLAGS, is: (value) => typeof value === "boolean" });
  if (flag && products)
    for (const name of namesFor(place, places, ["in_stock", "available", "is_available"])) {
      const some = await listWith(explorer, place, { [name]: "true" });
      if (!some?.rows.length || some.count >= place.count) continue;
      if (some.rows.some((row) => valueIn(row, flag) !== true)) continue;
      const proof = `${gives({ [name]: "true" }, some)} of ${countText(place.count)}, all of them available`;
      return { at: query("in_stock"), is: code(name), proof };
    }
  const isShown = place.rows.some((row) =>
    Object.keys(row).some((name) => /stock|avail/i.test(name)),
  );
  const why = "no usual parameter filters by it";
  return withdraw(search, "in_stock", { isShown: Boolean(flag) || isShown, why });
}
async function sortArgument(search: Search): Promise<Finding> {
  const { explorer, places, place, name, price } = search;
  const field = price?.source.path.join(".") ?? "price";
  const priceOf = (row: JsonObject) => valueIn(row, price);
  const ordering = price && (await findOrdering(explorer, place, { places, field, priceOf }));
  if (!ordering)
    return withdraw(search, "ordering", {
      isShown: true,
      why: "no usual parameter sorts by price",
    });
  const byName = name?.source.path.join(".") ?? "name";
  const replaceName = byName === "name" ? "" : `.replace("name", ${code(byName)})`;
  const is =
    ordering.field === "price" && !replaceName
      ? code(ordering.name)
      : `(by) => ({ ${ordering.name}: by.replace("price", ${code(ordering.field)})${replaceName} })`;
  return { at: query("ordering"), is, proof: ordering.proof };
}
