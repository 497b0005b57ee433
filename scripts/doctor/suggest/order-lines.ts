/**
 * The lines of an order, and the arithmetic that tells its amounts apart: what one piece cost, what a line cost,
 * what the order cost, with and without tax. Nothing of it is guessed.
 */
import { isObject, type JsonObject } from "../reply.ts";
import {
  allSources,
  amountText,
  entry,
  findField,
  type Found,
  hundredths,
  isArticleNumber,
  isBlank,
  isTellingId,
  isText,
  isWhole,
  unitOf,
  plain,
  read,
  type Thing,
  thingOfRows,
  under,
} from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import { options } from "./product-fields.ts";
import { isLink } from "./explorer.ts";
import { idIn } from "./records.ts";
import { at, type Source, sourceCode } from "./sources.ts";

/** The lines of the orders that were read. */
export interface Lines {
  /** The entries `from` and `load`. */
  findings: Finding[];
  /** The name under which an order has them. */
  inRecord?: string;
  /** By order, in the order of the samples. */
  of: JsonObject[][];
  /** Names of a line that are links. */
  links: ReadonlySet<string>;
}

const QUANTITIES =
  "quantity qty pieces count units amount number num quantity_ordered ordered_quantity n".split(
    " ",
  );
const LINE_NAMES = [
  ..."name title product_name product_title item_name label description".split(" "),
  ...under(
    "product item variant stockrecord product_data article",
    "name title label product_name",
  ).filter((name) => name.includes(".")),
];
const TOTALS =
  "total_incl_tax grand_total total order_total total_price total_amount amount_total sum_total total_gross gross_total total_sum price_total amount sum total_paid to_pay total_due price".split(
    " ",
  );
/** What else an amount of an order may be called that is paid for all of it; arithmetic decides. */
const LIKE_TOTAL = /total|payable|to_?pay|amount|grand|final|sum(_|$)/i;
const NOT_TOTAL =
  /sub_?total|before|without|excl|net(_|$|\.)|original|paid|outstanding|remaining|open|refund|balance|credit|goods|item|product|line|merchandise|unit|count|quantity|weight|points|currency|_id$|date/i;
const EXTRAS =
  /ship|deliver|postage|freight|carriage|handling|fee|surcharge|tax|vat|gift_?wrap|tip/i;
const DISCOUNTS = /discount|voucher|coupon|rebate|reduction/i;
const UNIT = /unit|each|piece|single|per_?item|one/i;
const GROSS = /incl|gross/i;
const NET = /excl|net(_|$)|before_?tax|without/i;

/** What one piece cost, where it is a whole number of cents. */
const divided = (amount: string, pieces: string) =>
  `(line) => (Math.round(${amount} * 100) % ${pieces} ? undefined : ${amount} / ${pieces})`;
/** What is multiplied and summed up. */
interface UnitPrice {
  /** How the module says it. */
  is: string;
  name: string;
  /** In hundredths; may be a fraction. */
  of(line: JsonObject): number | undefined;
  source?: Source;
}

/** The candidates for what one piece cost. @returns and what they were proven by, where it was by quantities */
function unitPrices(
  lines: JsonObject[],
  thing: Thing,
  quantity: Found | undefined,
): { units: UnitPrice[]; proof: string } {
  const sources = allSources(thing).filter(({ path, value }) => {
    const name = path.join(".");
    if (quantity && name === quantity.source.path.join(".")) return false;
    return (
      /price|amount|total|cost|sum|gross|net|value|each|unit/i.test(name) &&
      !/^(product|variant|item|stockrecord|article)\./.test(name) && // what it costs today
      !/currency|rate|percent|discount/i.test(name) &&
      (!/tax/i.test(name) || GROSS.test(name) || NET.test(name)) &&
      hundredths(value) !== undefined &&
      !isWhole(`${value}x`) &&
      path.length <= 2
    );
  });
  const inside = sources.filter(
    ({ path }) => !sources.some((one) => one.path.length < path.length && one.path[0] === path[0]),
  );
  const q = (line: JsonObject) => (quantity ? Number(at(line, quantity.source.path)) : 1);
  const amount = (line: JsonObject, { path }: Source) => hundredths(at(line, path));
  const several = lines.filter((line) => q(line) > 1);
  const isProduct = (a: Source, b: Source) =>
    several.length > 0 &&
    lines.every(
      (line) => Math.abs((amount(line, a) ?? NaN) * q(line) - (amount(line, b) ?? NaN)) <= 1,
    );
  const pairs = inside.flatMap((a) =>
    inside.filter((b) => a !== b && isProduct(a, b)).map((b) => [a, b] as const),
  );
  const asUnit = (source: Source): UnitPrice => ({
    is: sourceCode(source),
    name: source.path.join("."),
    of: (line) => amount(line, source),
    source,
  });
  const known = new Set(pairs.flat());
  const [shown] = several;
  const [pair] = pairs;
  const proof =
    pair && shown
      ? `${q(shown)} × ${amountText(amount(shown, pair[0]) ?? 0)} is ${pair[1].path.join(".")} ${amountText(amount(shown, pair[1]) ?? 0)}`
      : "";
  const rest = inside.filter((one) => !known.has(one));
  // A unit price and a line's price are the same where all lines are of one piece.
  const ofLines: UnitPrice[] =
    quantity && several.length
      ? inside
          .filter((one) => !pairs.some(([a]) => a === one))
          .map((source) => ({
            is: divided(read("line", source.path), read("line", quantity.source.path)),
            name: `${source.path.join(".")} / ${quantity.source.path.join(".")}`,
            of: (line) => (amount(line, source) ?? NaN) / q(line),
          }))
      : [];
  const first = [...new Set(pairs.map(([a]) => a))].map(asUnit);
  const byName = rest.toSorted(
    (a, b) => Number(UNIT.test(b.path.join("."))) - Number(UNIT.test(a.path.join("."))),
  );
  return { units: [...first, ...byName.map(asUnit), ...ofLines], proof };
}

const MAX_TERMS = 6; // amounts that are tried in every combination
/** Each choice of some of them, none and all among them. */
const subsets = (all: Source[]): Source[][] =>
  all
    .slice(0, MAX_TERMS)
    .reduce<Source[][]>((some, one) => [...some, ...some.map((those) => [...those, one])], [[]]);

export interface Amounts {
  findings: Finding[];
  /** What one piece of a line cost with tax, in hundredths; absent: not known. */
  unitOf?: (line: JsonObject) => number | undefined;
  /** The totals of the orders that were read. */
  totals: (number | undefined)[];
}
/**
 * The total of an order and the price of one piece, by what adds up in every order: lines, delivery, tax, discounts.
 */
export function findAmounts(order: Thing, lines: Lines, quantity: Found | undefined): Amounts {
  const place = (name: string) => ["fields", "order", ...name.split(" ")];
  const all = lines.of.flat().filter(isObject);
  const own = thingOfRows(all, lines.links);
  const { units, proof: byQuantity } = unitPrices(all, own, quantity);
  const sources = allSources(order).filter(
    ({ path, value }) =>
      path.length <= 2 &&
      !lines.links.has(path[0] ?? "") &&
      hundredths(value) !== undefined &&
      !Array.isArray(value),
  );
  const usualRank = ({ path }: Source) =>
    TOTALS.findIndex((name) => [plain(path.join(".")), plain(path[0] ?? "")].includes(plain(name)));
  const isTotal = (source: Source) => {
    const name = source.path.join(".");
    const isLike =
      LIKE_TOTAL.test(name) && ![NOT_TOTAL, EXTRAS, DISCOUNTS].some((no) => no.test(name));
    return usualRank(source) >= 0 || isLike;
  };
  const rank = (source: Source) =>
    (usualRank(source) + 1 || TOTALS.length + 1) + (source.path.length - 1) / 2;
  const isLeaf = ({ value }: Source) =>
    !isObject(value) ||
    !Object.values(value).some((one) => hundredths(one) !== undefined && isObject(one));
  const totals = sources
    .filter((one) => isTotal(one) && isLeaf(one))
    .toSorted((a, b) => rank(a) - rank(b));
  const extras = sources.filter(
    ({ path }) =>
      EXTRAS.test(path.join(".")) &&
      !isTotal({ path } as Source) &&
      !NET.test(path.join(".")) &&
      !DISCOUNTS.test(path.join(".")),
  );
  const discounts = sources.filter(
    ({ path }) => DISCOUNTS.test(path.join(".")) && !NET.test(path.join(".")),
  );
  const q = (line: JsonObject) => (quantity ? Number(at(line, quantity.source.path)) : 1);
  const amountOf = (record: JsonObject, source: Source) => hundredths(at(record, source.path)) ?? 0;
  /** What is nothing in every order explains nothing. */
  const counts = (one: Source) => order.samples.some(({ record }) => amountOf(record, one) !== 0);
  const withDiscounts = subsets(discounts.filter(counts)).flatMap((minus) =>
    subsets(extras.filter(counts)).map((plus): [Source[], Source[]] => [plus, minus]),
  );
  const orders = order.samples.flatMap(({ record }, index) => {
    const those = lines.of[index] ?? [];
    return those.length && totals.some((one) => !isBlank(at(record, one.path)))
      ? [{ record, lines: those }]
      : [];
  });
  interface Sum {
    total: Source;
    unit: UnitPrice;
    plus: Source[];
    minus: Source[];
  }
  const fits = ({ total, unit, plus, minus }: Sum) =>
    orders.every(({ record, lines: those }) => {
      const sum = those.reduce((all, line) => all + (unit.of(line) ?? NaN) * q(line), 0);
      const more =
        plus.reduce((all, one) => all + amountOf(record, one), 0) -
        minus.reduce((all, one) => all + Math.abs(amountOf(record, one)), 0);
      return Math.abs(sum + more - amountOf(record, total)) <= 1;
    });
  const isTax = ({ path }: Source) =>
    /tax|vat/i.test(path.join(".")) && !GROSS.test(path.join("."));
  const found: Sum[] = [];
  if (orders.length)
    for (const total of totals)
      for (const unit of units)
        for (const [plus, minus] of withDiscounts)
          if (fits({ total, unit, plus, minus })) found.push({ total, unit, plus, minus });
  // The total that has most in it; a price with the tax in it, for which none has to be added.
  const isGross = ({ unit, plus }: Sum) =>
    Number(!plus.some((one) => isTax(one) && amountOf(orders[0]?.record ?? {}, one) !== 0)) +
    Number(GROSS.test(unit.name)) -
    Number(NET.test(unit.name));
  const size = ({ total }: Sum) =>
    orders.reduce((all, { record }) => all + amountOf(record, total), 0);
  const steps = ({ plus, minus }: Sum) => plus.length + minus.length;
  const [fitting] = found.toSorted(
    (a, b) =>
      size(b) - size(a) ||
      isGross(b) - isGross(a) ||
      steps(a) - steps(b) ||
      totals.indexOf(a.total) - totals.indexOf(b.total) ||
      units.indexOf(a.unit) - units.indexOf(b.unit),
  );
  // What nothing adds up to, and is more: perhaps it is that which was paid.
  const more =
    fitting &&
    totals.find(
      (one) =>
        !found.some(({ total }) => total === one) &&
        orders.some(({ record }) => amountOf(record, one) > amountOf(record, fitting.total) + 1),
    );
  const best = more ? undefined : fitting;
  /** A line's own `price` is another thing, unless it was proven. */
  const notItsPrice = (proof: string): Finding[] =>
    all.some((line) => !isBlank(line.price))
      ? [{ at: place("lines each price"), is: "null", proof }]
      : [];
  const usual = totals.filter((one) => usualRank(one) >= 0);
  const named = usual.length && !more ? usual : totals;
  const [only, ...others] = named;
  const show = (one: Source) =>
    `${one.path.join(".")} (${amountText(amountOf(order.samples[0]?.record ?? {}, one))})`;
  if (!best) {
    const shown = named.map(show);
    const other = sources.filter(
      ({ path, value }) =>
        !isObject(value) &&
        /value|price|amount|cost|sum|fee|net|gross|charge/i.test(path.join(".")),
    );
    const isOwn = named.some(({ path }) => path.join(".") === "total");
    const why = fitting
      ? `The lines add up to ${fitting.total.path.join(".")} only`
      : orders.length > 0 && units.length > 0
        ? "The lines do not add up to it"
        : "There are no lines to add up";
    const question = {
      at: place("total"),
      todo: `${shown.join(" or ")}: is that what the customer paid? ${why}`,
    };
    const amounts = other.length ? other.slice(0, 8).map(show).join(", ") : "none";
    const nothingLikeIt = {
      at: place("total"),
      todo: `no amount is called a total; its amounts: ${amounts}`,
    };
    return {
      // One amount that the shop itself calls total is no guess.
      totals:
        only && !others.length
          ? order.samples.map((one) => hundredths(at(one.record, only.path)))
          : [],
      findings: [
        ...(isOwn && others.length
          ? [{ at: place("total"), is: "null", proof: shown.join(", ") }]
          : []),
        ...(totals.length ? [question] : [nothingLikeIt]),
        ...notItsPrice("it is not known with which tax"),
        ...(units.length
          ? [
              {
                at: place("lines each price"),
                todo: `${units
                  .slice(0, 4)
                  .map(({ name }) => name)
                  .join(" or ")}: which is what one piece cost, with tax?`,
              },
            ]
          : []),
      ],
    };
  }
  const used = (record: JsonObject) =>
    [...best.plus, ...best.minus].filter((one) => amountOf(record, one)).length;
  const [{ record, lines: those } = { record: {}, lines: [] }] = orders.toSorted(
    (a, b) => used(b.record) - used(a.record) || b.lines.length - a.lines.length,
  );
  const amount = (value: number) => amountText(Math.round(value));
  const terms =
    those
      .slice(0, 4)
      .map((line) => `${q(line)} × ${amount(best.unit.of(line) ?? 0)}`)
      .join(" + ") + (those.length > 4 ? " + …" : "");
  const added = [
    ...best.plus.map((one) => [" + ", one] as const),
    ...best.minus.map((one) => [" − ", one] as const),
  ];
  const extra = added
    .filter(([, one]) => amountOf(record, one))
    .map(([sign, one]) => `${sign}${one.path.join(".")} ${amount(Math.abs(amountOf(record, one)))}`)
    .join("");
  const proof = `${amount(amountOf(record, best.total))} is ${terms}${extra}`;
  const unit = unitOf(
    [
      ...orders.map((one) => at(one.record, best.total.path)),
      ...all.flatMap((line) => (best.unit.source ? [at(line, best.unit.source.path)] : [])),
    ],
    best.total.path.join("."),
  );
  if (unit !== "whole") {
    const shown = `${best.total.path.join(".")} (${String(at(record, best.total.path))})`;
    return {
      totals: [],
      findings: [
        ...(best.total.path.join(".") === "total"
          ? [{ at: place("total"), is: "null", proof: "it is not known what it counts" }]
          : []),
        {
          at: place("total"),
          todo: `${shown}: is that in hundredths? If so, (row) => ${read("row", best.total.path)} / 100`,
        },
        ...notItsPrice("it is not known what it counts"),
        {
          at: place("lines each price"),
          todo: `${best.unit.name} adds up to it: is that in hundredths?`,
        },
      ],
    };
  }
  const isNet =
    best.plus.some(isTax) &&
    orders.some(({ record: one }) =>
      best.plus.some((plus) => isTax(plus) && amountOf(one, plus) !== 0),
    );
  const prices: Finding[] = isNet
    ? [
        ...notItsPrice("it is not what one piece cost with tax"),
        {
          at: place("lines each price"),
          todo: `${best.unit.name} is without tax (${proof}): where is what one piece cost with it?`,
        },
      ]
    : best.unit.is === '"price"'
      ? []
      : [{ at: place("lines each price"), is: best.unit.is, proof: byQuantity || proof }];
  const total = entry(place("total"), {
    source: best.total,
    is: sourceCode(best.total),
    proof,
    seen: "",
  });
  const totalsOf = order.samples.map((one) => hundredths(at(one.record, best.total.path)));
  return {
    findings: [...total, ...prices],
    totals: totalsOf,
    ...(!isNet && { unitOf: best.unit.of }),
  };
}

export interface ProductIds {
  /** By id, the name of a product. */
  names: Map<string, string>;
  template: string;
  /** What a product calls its name. */
  nameKey?: string | undefined;
  pathOf(link: unknown): string | undefined;
}
/** The product of each line, by the id that its path takes. */
export function productsOf(lines: Lines, products: ProductIds): (string | undefined)[] {
  const all = lines.of.flat().filter(isObject);
  const product = productId(thingOfRows(all, lines.links), products);
  return all.map((line) => product && idOf(at(line, product.source.path), products));
}
const idOf = (value: unknown, { template, pathOf }: ProductIds): string => {
  const path = typeof value === "string" ? pathOf(value) : undefined;
  return (path && idIn(template, path)) ?? String(value);
};
/** The fields of a line but its price. */
export function lineFields(
  lines: Lines,
  quantity: Found | undefined,
  { products, variantIds }: { products: ProductIds; variantIds: Set<string> },
) {
  const all = lines.of.flat().filter(isObject);
  const own = thingOfRows(all, lines.links);
  const place = (name: string) => ["fields", "order", "lines", "each", name];
  const name = findField(own, { names: LINE_NAMES, is: isText });
  const product = productId(own, products);
  const item = itemId(own, variantIds, { product, name: name?.source.path ?? [] });
  const shownName = (source: Found) => said(at(all[0], source.source.path));
  const findings: Finding[] = [
    ...item,
    ...(product
      ? entry(place("product_id"), product)
      : "product_id" in (all[0] ?? {})
        ? [{ at: place("product_id"), is: "null", proof: "no product was found by it" }]
        : []),
    ...(name
      ? entry(place("name"), {
          ...name,
          proof: isNamed(name, product, all, products)
            ? `${shownName(name)} is the product's name, too`
            : "",
        })
      : joinedName(place("name"), product, products)),
    ...(quantity ? quantityEntry(place("quantity"), quantity, all) : []),
    ...options(own, place("options"), "line"),
  ];
  const productOf = (line: JsonObject) =>
    product ? idOf(at(line, product.source.path), products) : undefined;
  return { findings, productOf };
}
/** The name of a line that has only its product's id is that of the product, as it is called today. */
function joinedName(
  at: string[],
  product: Found | undefined,
  { names, template, nameKey }: ProductIds,
): Finding[] {
  const [key = "", ...more] = product?.source.path ?? [];
  const isJoined = product && !product.source.link && !more.length && nameKey && names.size > 0;
  if (!isJoined)
    return [{ at, todo: "a line without a name is left out: where is what was bought?" }];
  const isIt = !/^(https?:)?\//.test(String(product.source.value));
  const from = isIt ? template.replace(/{\w+}/, `{${key}}`) : key;
  const is = `{ from: ${code(from)}, load: true, each: ${code(nameKey)} }`;
  return [{ at, is, proof: `the product has it: ${product.seen}` }];
}
function isNamed(
  name: Found,
  product: Found | undefined,
  all: JsonObject[],
  { names, template, pathOf }: ProductIds,
): boolean {
  if (!product) return false;
  return all.some((line) => {
    const value = at(line, product.source.path);
    const path = pathOf(value);
    const id = (path && idIn(template, path)) ?? String(value);
    const said = names.get(id);
    return said !== undefined && String(at(line, name.source.path)).startsWith(said);
  });
}
const quantityEntry = (place: string[], quantity: Found, all: JsonObject[]): Finding[] =>
  quantity.is === '"quantity"'
    ? []
    : [
        {
          at: place,
          is: quantity.is,
          proof: `pieces: ${[...new Set(all.map((line) => at(line, quantity.source.path)))].slice(0, 4).map(String).join(", ")}`,
        },
      ];
export const findQuantity = (lines: Lines): Found | undefined => {
  const all = lines.of.flat().filter(isObject);
  const isCount = (value: unknown) =>
    isWhole(value) &&
    Number(value) > 0 &&
    Number(value) < 10_000 &&
    !(typeof value === "string" && value.endsWith(".00"));
  return findField(thingOfRows(all), { names: QUANTITIES, is: isCount });
};

const snake = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_");
const IDS =
  /^(item_id|sku|variant|variant_id|variant_sku|upc|partner_sku|code|item|ref|product_ref|product_code|line_id|id|pk|uuid|number)$|^(variant|item|product)\.(id|sku|pk|code|upc|uuid)$/i;
/** Which id of a line stands for what was bought: that of a variant, or the article's number, or else the line's own. */
function itemId(
  own: Thing,
  variantIds: Set<string>,
  { product, name }: { product: Found | undefined; name: string[] },
): Finding[] {
  const place = ["fields", "order", "lines", "each", "item_id"];
  const taken = product?.source.path.join(".");
  const first = own.samples[0]?.record ?? {};
  const valuesOf = (path: string[]) => own.samples.map(({ record }) => String(at(record, path)));
  const ids = allSources(own).filter(
    ({ path, value }) =>
      IDS.test(snake(path.join("."))) &&
      /^(string|number)$/.test(typeof value) &&
      !isLink(value) &&
      own.samples.every(({ record }) => !isBlank(at(record, path))),
  );
  if (ids.some(({ path }) => path.join(".") === "item_id")) return [];
  const free = ids
    .filter(({ path }) => path.join(".") !== taken)
    .toSorted((a, b) => Number(isArticleNumber(b.path)) - Number(isArticleNumber(a.path)));
  const found = (source: Source, proof: string): Finding[] => [
    { at: place, is: sourceCode(source), proof: `${said(at(first, source.path))} ${proof}` },
  ];
  // By whatever name: `product_sku` has what a variant calls `sku`.
  const others = allSources(own).filter(
    (one) =>
      !free.includes(one) &&
      !one.link &&
      /^(string|number)$/.test(typeof one.value) &&
      !isLink(one.value) &&
      isTellingId(one.path.join("."), one.value) &&
      one.path.join(".") !== taken &&
      own.samples.every(({ record }) => !isBlank(at(record, one.path))),
  );
  const ofVariant = [...free, ...others].find(
    ({ path }) =>
      !/^(id|pk|number)$/.test(path.join(".")) &&
      valuesOf(path).filter((id) => variantIds.has(id)).length * 2 > own.samples.length,
  );
  if (ofVariant) return found(ofVariant, "is a variant's, too");
  /** The same number means the same name, and the other way round. */
  const pairs = (path: string[]) =>
    own.samples.map(({ record }) => [String(at(record, path)), String(at(record, name))] as const);
  const isOfName = (path: string[]) => {
    const all = pairs(path);
    const [numbers, names] = [new Set(all.map(([id]) => id)), new Set(all.map(([, one]) => one))];
    return (
      name.length > 0 &&
      numbers.size > 1 &&
      numbers.size === names.size &&
      new Set(all.map(String)).size === numbers.size
    );
  };
  // Without variants, what was bought is the product.
  if (product && free.every(({ link }) => link))
    return found(product.source, "is the product, and a line has no other id");
  const article = free.find(({ path }) => isArticleNumber(path) && isOfName(path));
  if (article?.link)
    return [
      {
        at: place,
        is: sourceCode(article),
        todo: `${said(at(first, article.path))} always stands with the same name; is it what was bought?`,
      },
    ];
  if (article) return found(article, `always stands with the name ${said(at(first, name))}`);
  const [only, ...more] = free;
  if (only && !more.length && !only.link) return found(only, "is the only id of a line");
  const line = ids.find(
    ({ path }) =>
      /^(id|pk|uuid|line_id)$/i.test(snake(path.join("."))) &&
      path.join(".") !== taken &&
      new Set(valuesOf(path)).size === own.samples.length,
  );
  const list = ids
    .map((one) => `${one.path.join(".")} (${said(at(first, one.path))})`)
    .join(" or ");
  if (line && own.samples.length > 1 && ids.length === 1)
    return found(line, `is the line's own: each of ${own.samples.length} has another`);
  if (line && own.samples.length > 1)
    return [{ at: place, is: sourceCode(line), todo: `the line's own, or is it ${list}?` }];
  return [
    {
      at: place,
      todo: `${list ? `${list}: which says what was bought?` : "nothing like an id was found."} A line without one is left out`,
    },
  ];
}
/** The id of the product of a line: it is that of one that was found, by its name where both say it. */
function productId(own: Thing, products: ProductIds): Found | undefined {
  const { names, pathOf } = products;
  const candidates = under(
    "product_id product item_id sku upc item article",
    "id pk url slug sku uuid upc",
  );
  for (const name of candidates) {
    const source = allSources(own).find(({ path }) => plain(path.join(".")) === plain(name));
    if (
      !source ||
      !own.samples.every(({ record }) => /^(string|number)$/.test(typeof at(record, source.path)))
    )
      continue;
    const ids = own.samples.map(({ record }) => idOf(at(record, source.path), products));
    const known = ids.filter((id) => names.has(id));
    if (!known.length) continue;
    const text = own.samples.map(({ record }) => JSON.stringify(record));
    const index = ids.findIndex(
      (id, at) => names.has(id) && text[at]?.includes(JSON.stringify(names.get(id)).slice(1, -1)),
    );
    const [id] = index < 0 ? known : [ids[index]];
    const witness = `${said(id)} is the product ${said(names.get(id ?? ""))}`;
    if (index < 0 && !pathOf(at(own.samples[0]?.record, source.path)) && !/product/i.test(name))
      continue;
    return { source, is: sourceCode(source), seen: witness, proof: witness };
  }
  return undefined;
}
