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
import { findField, isText, isWord, type Thing, under } from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import { sizeArgument } from "./order-arguments.ts";
import type { Place, Places } from "./places.ts";
import { at } from "./sources.ts";

export async function productArguments(
  explorer: Explorer,
  places: Places,
  place: Place,
  { products, isLoaded }: { products: Thing | undefined; isLoaded: boolean },
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
  const search = await findSearch(explorer, place, { places, words });
  const isDisobeyed = words.length > 0;
  const category = findField(rows, {
    names: under("category category_name categories.0 department collection", "name title"),
    is: isWord,
  });
  const names = category
    ? [...new Set(place.rows.flatMap((row) => at(row, category.source.path) ?? []))].map(String)
    : [];
  const byCategory =
    category &&
    (await findFilter(explorer, place, {
      names: namesFor(place, places, [
        "category",
        "categories",
        "category__name",
        "category_name",
        "department",
        "collection",
        "cat",
      ]),
      valueOf: (row) => at(row, category.source.path),
      values: names,
    }));
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
            proof: `no usual parameter (?search=, ?q=, …) finds ${said(words[0])} and nothing for a word that is nowhere`,
          }
        : { at: query("q"), todo: "there are too few products to see which parameter searches" },
    ...(await sizeArgument(explorer, places, place)),
    byCategory
      ? { at: query("category"), is: code(byCategory.name), proof: byCategory.proof }
      : withdraw(
          "category",
          Boolean(category),
          names.length > 1
            ? `no usual parameter narrows the list to ${said(names[0])}`
            : "no filter by the name of a category was found",
        ),
    ...(await priceFilters(explorer, places, place, {
      priceOf,
      withdraw,
      isShown: Boolean(price),
    })),
    ...(await stockFilter(explorer, places, place, products, withdraw)),
    ordering
      ? {
          at: query("ordering"),
          is: isPlainOrdering
            ? code(ordering.name)
            : `(by) => ({ ${ordering.name}: by.replace("price", ${code(ordering.field)})${nameOrder === "name" ? "" : `.replace("name", ${code(nameOrder)})`} })`,
          proof: ordering.proof,
        }
      : withdraw("ordering", true, "no usual parameter sorts by price"),
  ];
}
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
    if (middle < highest && middle > lowest)
      for (const one of namesFor(place, places, [...usual])) {
        const some = await listWith(explorer, place, { [one]: String(middle) });
        const rows = some?.rows.map((row) => Number(priceOf(row) ?? NaN)) ?? [];
        if (!some || !rows.length || some.count >= place.count || !rows.every(isIn)) continue;
        obeyed = {
          at: ["query", name],
          is: code(one),
          proof: `${gives({ [one]: String(middle) }, some)} of ${countText(place.count)}, all of them so`,
        };
        break;
      }
    found.push(obeyed ?? withdraw(name, isShown, "no usual parameter for it is obeyed"));
  }
  return found;
}
async function stockFilter(
  explorer: Explorer,
  places: Places,
  place: Place,
  products: Thing | undefined,
  withdraw: Withdraw,
): Promise<Finding[]> {
  const rows: Thing = {
    samples: place.rows.map((row) => ({ id: "", row, record: row })),
    links: new Set(),
  };
  const flag = findField(rows, {
    names: "available in_stock is_available is_in_stock buyable".split(" "),
    is: (value) => typeof value === "boolean",
  });
  if (flag && products)
    for (const name of namesFor(place, places, ["in_stock", "available", "is_available"])) {
      const some = await listWith(explorer, place, { [name]: "true" });
      if (
        !some?.rows.length ||
        some.count >= place.count ||
        some.rows.some((row) => at(row, flag.source.path) !== true)
      )
        continue;
      return [
        {
          at: ["query", "in_stock"],
          is: code(name),
          proof: `${gives({ [name]: "true" }, some)} of ${countText(place.count)}, all of them available`,
        },
      ];
    }
  const stock = rows.samples.some(({ record }) =>
    Object.keys(record).some((name) => /stock|avail/i.test(name)),
  );
  return [withdraw("in_stock", Boolean(flag) || stock, "no usual parameter for it is obeyed")];
}
