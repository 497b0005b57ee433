/** The fields of a product, and those of its variants. */
import { isObject, type JsonObject } from "../reply.ts";
import { type Explorer, isLink } from "./explorer.ts";
import {
  allSources,
  amountText,
  entry,
  findField,
  type Found,
  hundredths,
  isAmount,
  isArticleNumber,
  isBlank,
  isImage,
  isText,
  isWhole,
  isWord,
  read,
  type Thing,
  under,
  unitOf,
} from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import { idIn } from "./records.ts";
import { at, followLinks, type Source, sourceCode } from "./sources.ts";

const NAME = "name title label product_name product_title display_name headline name.en".split(" ");
const CATEGORY =
  "category category_name categories.0 product_category department section collection product_class product_type type group";
const TEXTS =
  "description body_html body long_description details summary short_description text content about desc".split(
    " ",
  );
const IMAGES =
  "image image_url thumbnail thumbnail_url picture photo primary_image main_image cover cover_image img image_link images.0 pictures.0 photos.0 gallery.0 media.0";
const IN_IMAGE = "url src original image href file full large medium thumbnail path";
const FLAGS = under(
  "available in_stock is_available is_in_stock buyable is_available_to_buy available_to_buy purchasable orderable is_buyable can_buy availability stock",
  "is_available_to_buy available in_stock is_available",
);
const COUNTS = under(
  "stock num_in_stock stock_level stock_count stock_quantity quantity_in_stock units_in_stock inventory inventory_count qty_available available_quantity quantity qty on_hand num_available availability stockrecord",
  "num_available quantity count available stock num_in_stock",
);
const ATTRIBUTES = under(
  "options attributes properties option_values details characteristics specs",
  "values",
).filter((name) => !name.endsWith("values") || name.startsWith("option"));
/** Traits of a variant that shops keep as fields. */
const TRAITS =
  /^(size|colou?r|material|length|width|flavou?r|finish|style|pack|volume|weight|grade|edition|format|capacity|shade)(_name|_label)?$/i;

/** Whether it can be bought: a flag, or the number of pieces. */
function availability(thing: Thing, place: string[], row: string): Finding[] {
  const flag = findField(thing, { names: FLAGS, is: (value) => typeof value === "boolean" });
  const pieces = findField(thing, { names: COUNTS, is: isWhole });
  if (flag) {
    const both = thing.samples.filter(
      ({ record }) => pieces && !isBlank(at(record, pieces.source.path)),
    );
    const agree = both.every(
      ({ record }) =>
        at(record, flag.source.path) === Number(at(record, pieces?.source.path ?? [])) > 0,
    );
    if (both.length && !agree) return entry(place, { ...flag, proof: "" });
    const proof = both.length
      ? `it is true where ${pieces?.source.path.join(".")} is above 0, and only there`
      : flag.proof;
    return entry(place, { ...flag, ...(proof && { proof }) });
  }
  if (!pieces || pieces.source.link) return [];
  const { source, proof, seen } = pieces;
  const is = `(${row}) => ${read(row, source.path)} > 0`;
  return [
    {
      at: place,
      is,
      ...(proof
        ? { proof: `pieces: ${proof}` }
        : { todo: `a number of pieces, by its name alone; it holds ${seen}` }),
    },
  ];
}

/** Amounts that are not what a product costs now. */
const NOT_THE_PRICE =
  /tax$|vat$|old|was|before|compare|regular|original|list_?price|rrp|msrp|uvp|cost|wholesale|purchase|discount|saving|shipping|deposit|per_|min|max|from|weight|rating|percent|rate/i;
/** Other products, within one. */
const OF_OTHERS =
  /recommend|related|similar|also_|upsell|cross_?sell|suggest|accessor|alternative|^(reviews?|parent)\./i;
const GROSS = /incl|gross|brutto|with_?(tax|vat)|inc_?(tax|vat)/i;
const NET = /excl|net(_|$|\.)|netto|without_?(tax|vat)|ex_?(tax|vat)|untaxed/i;
const REDUCED = /sale|special|offer|promo|reduced|discounted|final|current/i;

/** An amount behind a link, with the currency beside it there. */
function withCurrency({ samples }: Thing, source: Source): string {
  const { path, link } = source;
  const beside = [...path.slice(0, -1), "currency"];
  const hasOne =
    link > 0 && path.length === 2 && samples.some(({ record }) => isText(at(record, beside)));
  if (!hasOne) return sourceCode(source);
  const [from = "", amount = ""] = path;
  return `{ from: ${code(from)}, load: true, each: { amount: ${code(amount)}, currency: "currency" } }`;
}
/**
 * The price: the only amount there is, or the one of two that has the tax in it.
 * @param paid amounts that were paid for one piece of a product, by its id: they decide
 */
export function price(
  thing: Thing,
  place: string[],
  paid: Map<string, number[]> = new Map(),
): Finding[] {
  const sources = allSources(thing).filter(({ path, value }) => {
    const name = path.join(".");
    return (
      /price|amount|gross|net|incl|excl/i.test(name) &&
      isAmount(value) &&
      !isObject(value) &&
      path.length <= 3 &&
      !/\b(items|variants|children|skus|categor|images)\b/.test(name) &&
      !OF_OTHERS.test(name)
    );
  });
  const own = sources.filter(
    ({ path }) =>
      !NOT_THE_PRICE.test(path.join(".")) || GROSS.test(path.join(".")) || NET.test(path.join(".")),
  );
  const row = place.includes("items") ? "item" : "row";
  const name = ({ path }: Source) => path.join(".");
  const amount = ({ path, value }: Source, index?: number) =>
    hundredths(index === undefined ? value : at(thing.samples[index]?.record, path)) ?? 0;
  const objects = allSources(thing).filter(
    ({ path, value }) =>
      path.length === 1 &&
      isObject(value) &&
      isAmount(value) &&
      /price/i.test(name({ path } as Source)),
  );
  const candidates = own.filter((one) => !objects.some((object) => one.path[0] === object.path[0]));
  candidates.push(...objects);
  const shown = (one: Source) => `${name(one)} (${amountText(amount(one))})`;
  const list = candidates.map(shown).join(", ");
  const inside = allSources(thing).filter(
    (one) => /price/i.test(name(one)) && isAmount(one.value) && !OF_OTHERS.test(name(one)),
  );
  if (!candidates.length)
    return inside.length
      ? [{ at: place, todo: `only ${inside.map(shown).join(", ")}: is that what one piece costs?` }]
      : [];

  const witnesses = thing.samples.flatMap(({ id }, index) =>
    (paid.get(id) ?? []).map((value) => ({ value, index })),
  );
  const asPaid = candidates.filter(
    (one) =>
      witnesses.length > 0 && witnesses.every(({ value, index }) => amount(one, index) === value),
  );
  const gross = candidates.filter((one) => GROSS.test(name(one)));
  const net = candidates.filter((one) => NET.test(name(one)));
  const reduced = candidates.filter((one) => REDUCED.test(name(one)));
  const found = (source: Source, proof: string): Finding[] => {
    const unit = unitOf(
      thing.samples.map(({ record }) => at(record, source.path)),
      name(source),
    );
    if (unit === "unknown") {
      const shown = `${name(source)} (${amountText(amount(source)).replace(/\.00$/, "")})`;
      const own = { at: place, is: "null", proof: "it is not known what it counts" };
      return [
        ...(name(source) === "price" ? [own] : []),
        { at: place, todo: `${shown}: is that in hundredths?` },
      ];
    }
    if (unit === "hundredths" && !source.link)
      return [
        {
          at: place,
          is: `(${row}) => ${read(row, source.path)} / 100`,
          proof: `${name(source)} says so itself: ${amountText(amount(source) / 100)}`,
        },
      ];
    return entry(place, { source, is: withCurrency(thing, source), proof, seen: "" });
  };
  const [first] = candidates;
  if (candidates.length === 1 && first && !net.length) {
    const isInList = thing.samples.some(
      ({ row, record, only }) =>
        row !== record && !isBlank(at(row, first.path)) && !only?.has(first.path[0] ?? ""),
    );
    const where = isInList ? " in the list and in the record" : "";
    return found(first, `${amountText(amount(first))} is the only price${where}`);
  }
  const [paidOne, ...moreThanOne] = asPaid.filter((one) => !net.includes(one) || !gross.length);
  if (paidOne && !moreThanOne.length)
    return found(
      paidOne,
      `${amountText(amount(paidOne, witnesses[0]?.index))} is what an order says was paid for it`,
    );
  const [withTax] = gross;
  const [without] = net;
  if (withTax && without && gross.length === 1 && candidates.length === 2) {
    const isMore = thing.samples.every(
      (_, index) => amount(withTax, index) >= amount(without, index),
    );
    if (isMore)
      return found(
        withTax,
        `${amountText(amount(withTax))} with the tax, ${amountText(amount(without))} without`,
      );
  }
  if (
    !reduced.length &&
    withTax &&
    gross.length === 1 &&
    candidates.every((one) => amount(one) <= amount(withTax))
  )
    return found(withTax, `${amountText(amount(withTax))} is the highest of ${list}`);
  return [
    ...(thing.samples.some(({ record }) => "price" in record) &&
    isAmount(thing.samples[0]?.record.price)
      ? [{ at: place, is: "null" }]
      : []),
    { at: place, todo: `which of ${list} is what one piece costs now, with tax?` },
  ];
}

/**
 * The price of a product whose record has none: that of its variants, where all of them have the same one; a list may
 * say one of theirs.
 * @returns undefined where the product has a price of its own
 */
function priceOfVariants(thing: Thing, place: string[]): Finding[] | undefined {
  const list = variantsIn(thing);
  const isPrice = (name: string) =>
    /^[a-z]\w*$/i.test(name) && /price/i.test(name) && !NOT_THE_PRICE.test(name);
  const isOwn = thing.samples.some(({ record, only }) =>
    Object.keys(record).some(
      (name) => /price|amount/i.test(name) && !OF_OTHERS.test(name) && !only?.has(name),
    ),
  );
  if (isOwn || !list || thing.links.has(list)) return undefined;
  const of = thing.samples.map(({ record }) =>
    Array.isArray(record[list]) ? record[list].filter(isObject) : [],
  );
  const names = new Set(of.flat().flatMap((one) => Object.keys(one).filter(isPrice)));
  const [name, ...others] = names;
  if (!name || others.length || !of.flat().every((one) => isAmount(one[name]))) return undefined;
  if (
    unitOf(
      of.flat().map((one) => one[name]),
      name,
    ) !== "whole"
  )
    return undefined;
  const amounts = of.map((those) => those.map((one) => hundredths(one[name])));
  const inList = Object.keys(thing.samples[0]?.row ?? {}).filter(isPrice);
  const [ofRow, ...more] = inList;
  const isTheirs = thing.samples.every(
    ({ row }, index) =>
      !ofRow || !amounts[index]?.length || amounts[index].includes(hundredths(row[ofRow])),
  );
  if (more.length || !isTheirs) return undefined;
  const index = amounts.findIndex((those) => those.length > 0 && new Set(those).size === 1);
  const [shown] = amounts[index] ?? [];
  const key = `row.${list}`;
  const same = `${key}?.every((one: { ${name}: string }) => one.${name} === ${key}[0].${name})`;
  const theirs = `(${same} ? ${key}[0]?.${name} : undefined)`;
  return [
    {
      at: place,
      is: `(row) => ${ofRow ? `row.${ofRow} ?? ${theirs}` : theirs}`,
      proof:
        shown === undefined
          ? `a record has a price in ${list} only${ofRow ? `; ${ofRow} of a row is one of them` : ""}`
          : `${amountText(shown)} is the price of each of the ${list} of one${ofRow ? `, and ${ofRow} in the list is always one of theirs` : ""}`,
    },
  ];
}

/** Text or options as the contract has them: by name. */
export function options(thing: Thing, place: string[], row: string): Finding[] {
  const isTable = (value: unknown) =>
    isObject(value) && Object.values(value).every((one) => typeof one !== "object" || one === null);
  const table = findField(thing, { names: ATTRIBUTES, is: isTable });
  if (table) return entry(place, table);
  const isPairs = (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isObject(one) && isText(nameOfPair(one)) && "value" in one);
  const pairs = findField(thing, { names: ATTRIBUTES, is: isPairs });
  if (pairs && !pairs.source.link) {
    const [first] = Array.isArray(pairs.source.value) ? pairs.source.value : [];
    const key =
      ["name", "attribute", "key", "code", "label"].find((name) => isText(Object(first)[name])) ??
      "name";
    const is = `(${row}) => Object.fromEntries((${read(row, pairs.source.path)} ?? []).map((one) => [one.${key}, one.value]))`;
    return [
      { at: place, is, proof: `${said(Object(first)[key])}: ${said(Object(first).value)} is one` },
    ];
  }
  const traits = allSources(thing).filter(
    ({ path, value }) =>
      (path.length === 1 ||
        (path.length === 2 && /^(variant|item|options)$/.test(path[0] ?? ""))) &&
      TRAITS.test(path.at(-1) ?? "") &&
      (isText(value) || typeof value === "number"),
  );
  if (!traits.length) return [];
  const is = `(${row}) => ({ ${traits.map(({ path }) => `${path.at(-1)}: ${read(row, path)}`).join(", ")} })`;
  return [
    {
      at: place,
      is,
      proof: traits.map(({ path, value }) => `${path.at(-1)} is ${said(value)}`).join(", "),
    },
  ];
}
const nameOfPair = (one: JsonObject) =>
  one.name ?? one.attribute ?? one.key ?? one.code ?? one.label;

/** What a variant is called by in an order: the name whose values are in both, or the only one that tells them apart. */
function variantId(
  thing: Thing,
  place: string[],
  {
    inLines,
    idIn: productIdIn,
  }: { inLines: Set<string>; idIn: (record: JsonObject) => string | undefined },
): Finding[] {
  const tells = (path: string[]) => {
    const values = thing.samples.map(({ record }) => at(record, path));
    return (
      values.every(
        (value) => /^(string|number)$/.test(typeof value) && value !== "" && !isLink(value),
      ) && new Set(values).size === values.length
    );
  };
  const ids = allSources(thing).filter(
    ({ path }) =>
      path.length === 1 &&
      /^(id|pk|uuid|sku|upc|code|item_id|variant_id|ean|number|slug|ref)$/i.test(path[0] ?? "") &&
      tells(path),
  );
  const articles = ids.toSorted(
    (a, b) => Number(isArticleNumber(b.path)) - Number(isArticleNumber(a.path)),
  );
  const bought = articles.find(({ path }) =>
    thing.samples.some(({ record }) => inLines.has(String(at(record, path)))),
  );
  const found = (source: Source, proof: string) =>
    entry(place, { source, is: sourceCode(source), proof, seen: "" });
  const value = (source: Source) =>
    said(thing.samples[0] && at(thing.samples[0].record, source.path));
  if (bought) {
    const shown = thing.samples.map(({ record }) => at(record, bought.path));
    const one = shown.find((id) => inLines.has(String(id)));
    return found(bought, `${said(one)} is in the lines of an order`);
  }
  // A variant that is a product itself has the id of one.
  const asProduct = ids.find(({ path }) =>
    thing.samples.every(({ record }) => productIdIn(record) === String(at(record, path))),
  );
  if (asProduct) return found(asProduct, `its link leads to the product ${value(asProduct)}`);
  const [only, ...more] = ids;
  if (only && !more.length) return found(only, `${value(only)} is the only id of a variant`);
  return ids.length
    ? [
        {
          at: place,
          todo: `${ids.map((one) => `${one.path.join(".")} (${value(one)})`).join(" or ")}: which do orders have?`,
        },
      ]
    : [];
}

/** The id of the product to which a link in a variant leads. */
function productIn(explorer: Explorer, record: JsonObject, template: string): string | undefined {
  const links = Object.values(record).filter((value) => typeof value === "string" && isLink(value));
  return links
    .map((link) => idIn(template, explorer.pathOf(link)?.replace(/\?.*/, "") ?? ""))
    .find((id) => id !== undefined);
}
const VARIANTS =
  "items variants children skus variations product_variants options stock_items".split(" ");
/** The path of a product's record, and what orders say of products: their ids in lines, and what was paid for each. */
interface Bought {
  template: string;
  inLines: Set<string>;
  paid: Map<string, number[]>;
}
const MAX_LINKED = 20; // variants whose links are followed
/** The variants: a list of objects with ids of their own. */
async function variants(
  explorer: Explorer,
  thing: Thing,
  { template, inLines, paid }: Bought,
): Promise<Finding[]> {
  const isList = (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isObject(one) && Object.keys(one).length > 1);
  const list = findField(thing, {
    names: VARIANTS,
    is: (value) => isList(value) || (Array.isArray(value) && !value.length),
  });
  if (!list || list.source.path.length > 1) return [];
  const [name = ""] = list.source.path;
  const lists = thing.samples.map(({ record }) =>
    Array.isArray(record[name]) ? record[name].filter(isObject) : [],
  );
  const entries = lists.flat();
  const most = Math.max(...lists.map(({ length }) => length));
  if (!entries.length) return [];
  const links = new Set<string>();
  const samples: Thing["samples"] = [];
  for (const [index, record] of entries.slice(0, 30).entries()) {
    const followed = index < 3 ? await followLinks(explorer, record) : { record, links };
    for (const link of followed.links.keys()) links.add(link);
    if (index < 3 || !links.size)
      samples.push({ id: "", row: followed.record, record: followed.record });
  }
  const own: Thing = { samples, links };
  const place = ["fields", "product", "items"];
  const each = [...place, "each"];
  const ids = variantId(own, [...each, "item_id"], {
    inLines,
    idIn: (record) => productIn(explorer, record, template),
  });
  const isNatural = "item_id" in (entries[0] ?? {});
  if (!isNatural && !ids.some(({ is }) => is)) return ids.map((one) => ({ ...one, at: place }));
  /** Each link is a request, and an answer has room for so many. */
  const few = (finding: Finding): Finding => ({
    ...finding,
    ...(finding.is && {
      is: finding.is.replace(
        /from: "(\w+)", load/,
        `from: (item, product) => ((product.${name}?.length ?? 0) > ${MAX_LINKED} ? null : item.$1), load`,
      ),
    }),
  });
  const inside = [
    ...ids,
    ...price(own, [...each, "price"], paid).map(few),
    ...availability(own, [...each, "available"], "item").map(few),
    ...options(own, [...each, "options"], "item"),
  ];
  if (name === "items" && !inside.length && !thing.links.has(name)) return [];
  return [
    {
      at: [...place, "from"],
      is: code(name),
      proof: `a product has ${most > 1 ? `up to ${most}` : "1"} of them`,
    },
    ...(thing.links.has(name) ? [{ at: [...place, "load"], is: "true" }] : []),
    ...inside,
  ];
}

/** The name of the list of variants that a product has. */
export const variantsIn = (thing: Thing) =>
  VARIANTS.find((name) => thing.samples.some(({ record }) => isVariants(record[name])));
const isVariants = (list: unknown) =>
  Array.isArray(list) && list.length > 0 && list.every(isObject);
export const hasVariants = (record: JsonObject) =>
  VARIANTS.some((name) => isVariants(record[name]));
/** Whether products have a place for variants, though those that were looked at may have none. */
export const mayHaveVariants = ({ samples }: Thing) =>
  samples.some(({ record }) => VARIANTS.some((name) => Array.isArray(record[name])));
/**
 * What a product with variants says of itself, where they say otherwise: then theirs is told alone.
 * @param at where the product, and each variant, says it
 */
async function leaveToVariants(
  explorer: Explorer,
  thing: Thing,
  findings: Finding[],
  name: "price" | "available",
): Promise<Finding[]> {
  const list = variantsIn(thing);
  const own = findings.find(
    ({ at: place, is }) => place.join(".") === `fields.product.${name}` && is !== undefined,
  );
  const [, link, each = ""] =
    /^\{ from: "(\w+)", load: true, each: (.*) \}$/.exec(own?.is ?? "") ?? [];
  const [, part = ""] = /"([\w.]+)"/.exec(each) ?? [];
  const path =
    link && part ? [link, ...part.split(".")] : [/^"(\w+)"$/.exec(own?.is ?? "")?.[1] ?? name];
  if (!list) return findings;
  const parents = [...thing.samples.map(({ record }) => record), ...(thing.others ?? [])];
  for (const parent of parents.filter((one) => Array.isArray(one[list]) && one[list].length)) {
    const { record } = await followLinks(explorer, parent);
    const value = at(record, path);
    const variants: unknown[] = Array.isArray(record[list]) ? record[list] : [];
    if (value === undefined) continue;
    const theirs: unknown[] = [];
    for (const variant of variants.filter(isObject).slice(0, 5))
      theirs.push(at((await followLinks(explorer, variant)).record, path));
    const known = theirs.filter((one) => one !== undefined).map(plainValue);
    if (!known.length || known.includes(plainValue(value))) continue;
    const [head = ""] = path;
    const source = `(row) => (row.${list}?.length ? null : row.${head})`;
    const is = link && each ? `{ from: ${source}, load: true, each: ${each} }` : source;
    const proof = `${said(value)} is what a product says, and none of its ${list}: theirs are told`;
    return [
      ...findings.filter((one) => one !== own),
      { at: ["fields", "product", name], is, proof },
    ];
  }
  return findings;
}
const plainValue = (value: unknown) => hundredths(value) ?? String(value);
/**
 * A product can be bought where one of its variants can, which say it of themselves: a number of pieces beside them
 * may be that of one of them.
 * @param own what the product says itself
 */
function availableVariants(thing: Thing, own: Finding[]): Finding[] {
  const [, pieces] = /^\(row\) => (row[^=]* > 0)$/.exec(own[0]?.is ?? "") ?? [];
  const hasOwn = allSources(thing).some(
    ({ path: [name = ""], value }) =>
      /stock|avail|buyable|inventory/i.test(name) && !Array.isArray(value),
  );
  const list = allSources(thing).find(
    ({ path, value }) =>
      path.length === 1 &&
      VARIANTS.includes(path[0] ?? "") &&
      Array.isArray(value) &&
      isObject(value[0]),
  );
  const [name = ""] = list?.path ?? [];
  if ((hasOwn && !pieces) || !list || thing.links.has(name)) return own;
  const first = Array.isArray(list.value) && isObject(list.value[0]) ? list.value[0] : {};
  const count = COUNTS.find((one) => isWhole(first[one]));
  const flag = FLAGS.find((one) => typeof first[one] === "boolean");
  const test = flag ? `item.${flag}` : count && `item.${count} > 0`;
  if (!test) return own;
  const type = flag ? `${flag}: boolean` : `${count}: number`;
  const some = `some((item: { ${type} }) => ${test})`;
  const is = pieces
    ? `(row) => (row.${name}?.length ? row.${name}.${some} : ${pieces})`
    : `(row) => row.${name}?.${some}`;
  return [{ at: ["fields", "product", "available"], is, proof: "where one of its variants is" }];
}
/** All fields of a product but its id. */
export async function productFields(
  explorer: Explorer,
  thing: Thing,
  { template, inLines, paid }: Bought,
): Promise<Finding[]> {
  const place = (name: string) => ["fields", "product", name];
  const [sample] = thing.samples;
  const isOwnApi = (value: unknown) => {
    const path = explorer.pathOf(value);
    return path !== undefined && path.startsWith(template.replace(/{.*/, ""));
  };
  const category = findField(thing, {
    names: under(CATEGORY, "name title label full_name"),
    is: isWord,
  });
  const kinds =
    category &&
    new Set(thing.samples.map(({ record }) => String(at(record, category.source.path))));
  const isKind =
    kinds &&
    kinds.size === 1 &&
    thing.samples.length > 2 &&
    /type|group|class|kind/i.test(category.source.path.join("."));
  const isPage = (value: unknown) =>
    typeof value === "string" &&
    /^https?:\/\/|^\//.test(value) &&
    !isOwnApi(value) &&
    !isImage(value);
  const url = findField(thing, {
    names:
      "url absolute_url get_absolute_url permalink web_url page_url frontend_url public_url canonical_url storefront_url product_url html_url".split(
        " ",
      ),
    is: isPage,
  });
  const image = findField(thing, { names: under(IMAGES, IN_IMAGE), is: isImage });
  const available = availableVariants(thing, availability(thing, place("available"), "row"));
  return [
    ...entry(place("name"), findField(thing, { names: NAME, is: isText }), ["title"]),
    ...(priceOfVariants(thing, place("price")) ??
      (await leaveToVariants(explorer, thing, price(thing, place("price"), paid), "price"))),
    ...currency(thing, place("currency")),
    ...(await leaveToVariants(explorer, thing, available, "available")),
    ...(category && !isKind
      ? entry(place("category"), category)
      : refused(place("category"), sample?.record)),
    ...(url
      ? entry(place("url"), url)
      : isOwnApi(sample?.record.url ?? sample?.row.url)
        ? [
            {
              at: place("url"),
              is: "null",
              proof: `${said(sample?.record.url ?? sample?.row.url, 60)} is the API's own address, no page for people`,
            },
          ]
        : []),
    ...(isImage(sample?.row.image) ? [] : entry(place("image"), image)),
    ...entry(place("description"), findField(thing, { names: TEXTS, is: isText })),
    ...images(thing),
    ...(await variants(explorer, thing, { template, inLines, paid })),
  ];
}
const refused = (place: string[], record: JsonObject | undefined): Finding[] =>
  typeof record?.category === "number" || isObject(record?.category)
    ? [{ at: place, is: "null", proof: `it is ${said(record?.category)}, no name` }]
    : [];

/** Where the currency stands, if under a name that the server does not know. */
function currency(thing: Thing, place: string[]): Finding[] {
  const isCode = (value: unknown) => typeof value === "string" && /^[A-Za-z]{3}$/.test(value);
  const known =
    "currency currency_code currencyCode price_currency total_currency price.currency".split(" ");
  const found = findField(thing, {
    names: [
      ...known,
      ...under(
        "curr currency_iso iso_currency prices money price total",
        "currency currency_code code",
      ),
    ],
    is: isCode,
  });
  return found && !known.includes(found.source.path.join(".")) ? entry(place, found) : [];
}

function images(thing: Thing): Finding[] {
  const isList = (value: unknown) => Array.isArray(value) && value.length > 0;
  const list: Found | undefined = findField(thing, {
    names: "images pictures photos gallery media image_set".split(" "),
    is: (value) => Array.isArray(value),
  });
  if (!list || !isList(list.source.value) || list.source.path.length > 1) return [];
  const [name = ""] = list.source.path;
  const [first]: unknown[] = Array.isArray(list.source.value) ? list.source.value : [];
  if (isImage(first)) return entry(["fields", "product", "images"], list);
  const each = IN_IMAGE.split(" ").find((key) => isImage(Object(first)[key]));
  if (!each) return [];
  const place = ["fields", "product", "images"];
  const load = thing.links.has(name) ? ", load: true" : "";
  return [
    {
      at: place,
      is: `{ from: ${code(name)}${load}, each: ${code(each)} }`,
      proof: `${said(Object(first)[each], 60)} is an image`,
    },
  ];
}
