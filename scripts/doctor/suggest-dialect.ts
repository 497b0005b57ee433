/**
 * A dialect module for a shop whose API is not the contract's, for `bun run doctor --suggest`: it looks where the
 * shop has what, proves each entry by what the shop answers, tries the tools with the module, and then writes it.
 * What is not proven is a TODO in it. `doctor.ts` calls `suggestDialect`.
 */
import { ConfigError } from "../../shop/errors.ts";
import { NAME, VERSION } from "../../server.ts";
import { isDenied, isObject, isOk, type JsonObject, quote } from "./reply.ts";
import { readSchema } from "./schema.ts";
import { checkIdempotency, checkReachability } from "./shop-checks.ts";
import {
  findFilter,
  findOrdering,
  findSearch,
  findSize,
  gives,
  listWith,
  namesFor,
  tellingWords,
} from "./suggest/arguments.ts";
import { findChanges } from "./suggest/changes.ts";
import {
  customerIdIn,
  customerIdOfOrder,
  findCustomers,
  findProfile,
} from "./suggest/customers.ts";
import { explore, type Explorer, isLink, NOWHERE } from "./suggest/explorer.ts";
import {
  entry,
  findField,
  isBlank,
  isText,
  isWord,
  type Sample,
  type Thing,
  under,
} from "./suggest/fields.ts";
import { code, type Finding, said, writeModule } from "./suggest/findings.ts";
import { loadFindings } from "./suggest/load-findings.ts";
import { findLines, orderFields, orderNumber, payments, STATUS } from "./suggest/order-fields.ts";
import {
  findAmounts,
  findQuantity,
  lineFields,
  type ProductIds,
  productsOf,
} from "./suggest/order-lines.ts";
import { bestList, describeLists, findPlaces, type Place, type Places } from "./suggest/places.ts";
import { productFields } from "./suggest/product-fields.ts";
import { idIn, type Located, locateRecord, scalarsOf } from "./suggest/records.ts";
import { at, followLinks, type Source, sourcesOf } from "./suggest/sources.ts";
import { findStatuses, type Statuses, statusFindings } from "./suggest/statuses.ts";
import { tryTools } from "./try-tools.ts";
import {
  createVisit,
  DEFAULT_RUNTIME,
  request,
  type Runtime,
  type Visit,
  type VisitOptions,
} from "./visit.ts";

/**
 * Visits a shop and returns the text of a module for `dialects/`, which starts.
 *
 * @throws {ConfigError} if the shop cannot be reached
 */
export async function suggestDialect(
  options: VisitOptions,
  runtime: Partial<Runtime> = {},
): Promise<string> {
  const visit = createVisit(options, { ...DEFAULT_RUNTIME, ...runtime });
  const [reachability] = await checkReachability(visit);
  const isThere = visit.probes.some(({ status }) => [200, 401, 403, 404, 429].includes(status));
  if (reachability?.level === "red" && !isThere)
    throw new ConfigError(`${reachability.says}. ${reachability.fix}`);
  await readSchema(visit);
  const explorer = explore(visit);
  const places = await findPlaces(explorer);
  const findings = await findAll(explorer, places);
  const { dialect, findings: kept } = await loadFindings(findings);
  const verdicts = dialect ? await tryTools(visit, dialect) : [];
  return writeModule(headOf(explorer, places, verdicts), kept);
}

function headOf(
  { visit, notes }: Explorer,
  places: Places,
  verdicts: Awaited<ReturnType<typeof tryTools>>,
): string[] {
  const { django_api_base: base } = visit.settings;
  const { times, seconds } = visit.throttled;
  if (times) notes.add(`it throttles: ${times} times 429, and ${seconds} s of waiting for it`);
  if (visit.deadline.aborted)
    notes.add("the time for all requests was over: what was not tried by then is missing here");
  return [
    `${base}, as \`doctor --suggest\` of ${NAME} ${VERSION} found it. Nothing but GET and OPTIONS was sent.`,
    "“proven” has what the shop answered; see to each TODO.",
    "",
    ...[...notes].map((note) => `Note: ${quote(note, 300)}.`),
    ...(notes.size ? [""] : []),
    ...(verdicts.length
      ? ["What the tools gave with this module:", ""]
      : [
          `No list of products or orders was found; there were: ${describeLists(places) || "none"}.`,
        ]),
    ...verdicts.map(({ tool, says }) => `- ${tool}: ${quote(says, 300)}`),
  ];
}

// ── All findings ────────────────────────────────────────────────────────────────────────────────

const NOUNS = {
  product: /\/(products?|items?|articles?|catalog(ue)?|books?|goods)\/$/i,
  order: /\/(orders?|purchases?|sales|order-history)\/$/i,
};
async function findAll(explorer: Explorer, places: Places): Promise<Finding[]> {
  const { visit } = explorer;
  const productList = bestList(places, "product");
  const orderList = bestList(places, "order");
  const inProducts = { places, idName: "product_id", nouns: NOUNS.product };
  const inOrders = { places, idName: "order_id", nouns: NOUNS.order };
  const product = productList && (await locateRecord(explorer, productList, inProducts));
  const order = orderList && (await locateRecord(explorer, orderList, inOrders));
  const products = await thingOf(explorer, productList, product, NOT_FOLLOWED);
  const profile = await findProfile(explorer, places);
  const customers = await findCustomers(explorer, places, profile);
  const orders = await findOrders(explorer, {
    places,
    order,
    orderList,
    products,
    product,
    productList,
  });
  const customerIds = new Set([
    ...(customers.located?.pairs.map(({ id }) => id) ?? []),
    ...(customers.list?.rows.map((row) =>
      String(new Map(scalarsOf(row)).get(customers.located?.key ?? "") ?? ""),
    ) ?? []),
    ...(profile
      ? ["id", "pk", "customer_id", "uuid"].flatMap((name) => {
          const id = new Map(scalarsOf(profile.record)).get(name);
          return id === undefined ? [] : [String(id)];
        })
      : []),
  ]);
  const ofProducts =
    productList && products
      ? await productFields(explorer, products, {
          template: product?.template ?? "/",
          inLines: orders.inLines,
          paid: orders.paid,
        })
      : [];
  const inRows = productList ? loadInRows(ofProducts, explorer, productList, product) : [];
  const [idempotency] = checkIdempotency(visit);
  const people: Thing = {
    samples: [
      ...(customers.located?.pairs ?? []),
      ...(profile ? [{ id: "me", row: profile.record, record: profile.record }] : []),
    ],
    links: new Set(),
  };
  const { customerFields } = await import("./suggest/order-fields.ts");
  return [
    {
      at: ["idempotency"],
      is: String(idempotency?.level === "green"),
      ...(idempotency?.level === "green" ? { proof: idempotency.says } : {}),
    },
    { at: ["only"], is: "true" },
    ...pathFindings("searchProducts", productList),
    ...recordPath("product", product),
    ...pathFindings("orders", orderList),
    ...recordPath("order", order),
    ...customers.findings,
    ...envelopes([product, order, customers.located]),
    ...pages([productList, orderList, customers.list]),
    ...(productList
      ? await productArguments(explorer, places, productList, {
          products,
          isLoaded: inRows.some(isLoadedInRows),
        })
      : []),
    ...(productList ? idField("product", product) : []),
    ...inRows,
    ...orders.findings,
    ...(orderList && !productList ? await sizeArgument(explorer, places, orderList) : []),
    ...(orderList
      ? customerIdOfOrder(orderList.rows, customerIds, {
          explorer,
          located: customers.located,
          own: order?.key ?? "",
        })
      : []),
    ...(order && orders.statuses && orderList
      ? await orderArguments(explorer, places, orderList, {
          statuses: orders.statuses,
          status: orders.status,
          customerIds,
        })
      : []),
    ...(order?.pairs[0]
      ? await findChanges(visit, {
          template: order.template,
          orderId: order.pairs[0].id,
          orderNames: new Set(order.pairs.flatMap(({ record }) => Object.keys(record))),
          places,
        })
      : []),
    ...(people.samples.length
      ? [...customerIdIn(profile, customers.located), ...customerFields(people)]
      : []),
    ...currencyFinding(orders.things, products),
  ];
}
const pathFindings = (name: string, place: Place | undefined): Finding[] =>
  place
    ? [
        {
          at: ["paths", name],
          is: code(place.path.replace(/\?.*/, "")),
          proof: `${place.rows.length} rows`,
        },
      ]
    : [{ at: ["paths", name], todo: "no such list was found" }];
const recordPath = (name: string, located: Located | undefined): Finding[] =>
  located
    ? [
        {
          at: ["paths", name],
          is: code(located.template),
          proof: located.proof,
          ...(located.doubt && { todo: located.doubt }),
        },
      ]
    : [
        {
          at: ["paths", name],
          todo: "no address was found at which a row of the list has its record",
        },
      ];
const idField = (name: string, located: Located | undefined): Finding[] =>
  !located || located.key === `${name}_id` || (located.key === "id" && !located.isInLink)
    ? []
    : [{ at: ["fields", name, `${name}_id`], is: code(located.key), proof: located.proof }];
const isLoadedInRows = ({ is = "" }: Finding) => is.includes('load: "rows"');
/** What rows do not show and lead to is loaded for each of them, where they have no price: a search needs one. */
function loadInRows(
  findings: Finding[],
  explorer: Explorer,
  { rows, path }: Place,
  located: Located | undefined,
): Finding[] {
  const [first] = rows;
  const isPriced = rows.some((row) =>
    Object.keys(row).some((name) => /price|amount/i.test(name) && !isLink(row[name])),
  );
  if (!first || !located || isPriced) return findings;
  const isRecord = (value: unknown) =>
    isLink(value) &&
    idIn(located.template, explorer.pathOf(value, path)?.replace(/\?.*/, "") ?? "");
  const link = Object.keys(first).find((name) => rows.every((row) => isRecord(row[name])));
  if (!link) return findings;
  return findings.map((finding) => {
    const { at: place, is = "" } = finding;
    const isWanted =
      place.length === 3 && /^(price|available|category|image)$/.test(place[2] ?? "");
    const [, head] = /^(?:\{ from: )?"(\w+)/.exec(is) ?? [];
    if (!isWanted || !head || rows.some((row) => head in row)) return finding;
    const each = is.replaceAll("load: true", 'load: "rows"');
    return {
      ...finding,
      is: `{ from: (row) => (row.${head} === undefined ? row.${link} : row), load: "rows", each: ${each} }`,
    };
  });
}
/** Where answers have their record, if not the same for all: each answer has its own name. */
function envelopes(all: (Located | undefined)[]): Finding[] {
  const own = all.filter((one) => one !== undefined);
  const names = [...new Set(own.flatMap(({ envelope }) => envelope ?? []))];
  if (!names.length) return [];
  const [first = ""] = names;
  const isSame = names.length === 1 && own.every(({ envelope }) => envelope === first);
  const is = isSame
    ? code(first)
    : `(answer) => ${names.map((name) => `answer[${code(name)}]`).join(" ?? ")} ?? answer`;
  return [{ at: ["record"], is, proof: `a record is in ${names.join(", ")}` }];
}
function pages(all: (Place | undefined)[]): Finding[] {
  const names = [...new Set(all.flatMap((place) => place?.page ?? []))];
  const [first, ...more] = names;
  if (!first) return [];
  const hasOthers = all.some((place) => place && !place.page);
  if (!more.length && (!hasOthers || first.startsWith('"')))
    return [{ at: ["page"], is: first, proof: "the rows are there" }];
  const parts = names.filter((name) => name.startsWith('"')).map((name) => `answer[${name}]`);
  return [
    {
      at: ["page"],
      is: `(answer) => ${parts.join(" ?? ") || "undefined"}`,
      proof: "the rows are there",
    },
  ];
}
/** Names in a product that lead to other things. */
const NOT_FOLLOWED = /^(price_list|reviews|recommended\w*|related\w*)$/;
const MAX_BOUGHT = 4; // products that are read since an order has them
const MAX_SAMPLES = 5; // records whose links are followed
/** Rows and records of a thing, with what their links lead to. */
async function thingOf(
  explorer: Explorer,
  place: Place | undefined,
  located: Located | undefined,
  skip?: RegExp,
): Promise<Thing | undefined> {
  if (!place?.rows.length) return undefined;
  const pairs: Sample[] =
    located?.pairs ?? place.rows.slice(0, 6).map((row) => ({ id: "", row, record: row }));
  const links = new Set<string>();
  const samples: Sample[] = [];
  const richness = ({ record }: Sample) =>
    Object.values(record).filter((value) => !isBlank(value)).length;
  const [first, ...others] = pairs;
  const richest = others.toSorted((a, b) => richness(b) - richness(a));
  for (const pair of [first, ...richest].slice(0, MAX_SAMPLES)) {
    if (!pair) continue;
    const followed = await followLinks(explorer, pair.record, skip);
    for (const name of followed.links.keys()) links.add(name);
    samples.push({ ...pair, record: followed.record });
  }
  return { samples, links };
}
function currencyFinding(orders: Thing | undefined, products: Thing | undefined): Finding[] {
  const codes = [products, orders]
    .flatMap((thing) => thing?.samples ?? [])
    .flatMap(({ record }) => sourcesOf(record))
    .flatMap(({ path, value }: Source) =>
      /currency|^curr$/i.test(path.join(".")) &&
      typeof value === "string" &&
      /^[A-Za-z]{3}$/.test(value)
        ? [value.toUpperCase()]
        : [],
    );
  const [first, ...others] = [...new Set(codes)];
  if (!first)
    return [
      { at: ["currency"], todo: 'its prices name none: write currency: "EUR", or what it is' },
    ];
  return others.length
    ? []
    : [
        {
          at: ["currency"],
          is: code(first),
          proof: `${codes.length === 1 ? "an answer says" : `${codes.length} answers say`} so`,
        },
      ];
}

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────

async function productArguments(
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
          proof: `${gives({ [one]: String(middle) }, some)} of ${place.count}, all of them so`,
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
          proof: `${gives({ [name]: "true" }, some)} of ${place.count}, all of them available`,
        },
      ];
    }
  const stock = rows.samples.some(({ record }) =>
    Object.keys(record).some((name) => /stock|avail/i.test(name)),
  );
  return [withdraw("in_stock", Boolean(flag) || stock, "no usual parameter for it is obeyed")];
}

/** How many rows come, of the list that there is. */
async function sizeArgument(explorer: Explorer, places: Places, place: Place): Promise<Finding[]> {
  const at = ["query", "limit"];
  const size = await findSize(explorer, place, places);
  if (size) return [{ at, is: code(size.name), proof: size.proof }];
  const few = `${place.path} has too few rows to see which parameter limits them`;
  if (place.rows.length < 3) return [{ at, todo: few }];
  return [{ at, is: "null", proof: `no usual parameter gives 1 row of ${place.rows.length}` }];
}
async function orderArguments(
  explorer: Explorer,
  places: Places,
  place: Place,
  {
    statuses,
    status,
    customerIds,
  }: { statuses: Statuses; status: string[] | undefined; customerIds: Set<string> },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const inRows = status && place.rows.some((row) => at(row, status) !== undefined);
  if (status && inRows) {
    const values = [...new Set(place.rows.map((row) => String(at(row, status))))];
    const nowhere = values.every((value) => /^\d+$/.test(value)) ? "9999" : NOWHERE;
    const filter = await findFilter(explorer, place, {
      names: namesFor(place, places, [
        "status",
        "state",
        "order_status",
        "status__iexact",
        "phase",
      ]),
      valueOf: (row) => at(row, status),
      values,
      nowhere,
    });
    const perMeaning = Map.groupBy([...statuses.meanings], ([, meaning]) => meaning);
    const isManyToOne = [...perMeaning.values()].some((all) => all.length > 1);
    const why = filter
      ? `${filter.proof}; several of its statuses are one here`
      : "no usual parameter narrows the list to one status";
    if (filter && !isManyToOne)
      findings.push({ at: ["query", "status"], is: code(filter.name), proof: filter.proof });
    else if (place.isWhole)
      findings.push({
        at: ["query", "status"],
        is: "() => ({})",
        proof: `${why}; the list comes whole, and the server looks at its rows`,
      });
    else {
      const [one = "", two = ""] = values;
      const both =
        filter && two
          ? await listWith(explorer, place, { [`${filter.name}__in`]: `${one},${two}` })
          : undefined;
      const isObeyed =
        both?.rows.length &&
        both.rows.every((row) => [one, two].includes(String(at(row, status)))) &&
        both.count < place.count;
      findings.push(
        isObeyed && filter
          ? {
              at: ["query", "status"],
              is: `(_, { own }) => ({ ${filter.name}__in: own.join() })`,
              proof: gives({ [`${filter.name}__in`]: `${one},${two}` }, both),
            }
          : { at: ["query", "status"], is: "null", proof: why },
      );
    }
  } else findings.push({ at: ["query", "status"], is: "null", proof: "the rows show no status" });
  const rows = place.rows.map((row) => new Map(scalarsOf(row)));
  const isCustomer = (name: string) =>
    name.startsWith("customer") || rows.some((row) => customerIds.has(String(row.get(name))));
  const key = ["customer_id", "customer", "user_id", "user", "owner", "buyer"].find(
    (name) => rows.every((row) => row.has(name)) && isCustomer(name),
  );
  const ids = key ? [...new Set(rows.map((row) => String(row.get(key))))] : [];
  const nowhere = ids.every((id) => /^\d+$/.test(id)) ? "987654321" : NOWHERE;
  const byCustomer =
    key && ids.length > 1
      ? await findFilter(explorer, place, {
          names: namesFor(place, places, ["customer", "customer_id", "user", "user_id", "owner"]),
          valueOf: (row) => new Map(scalarsOf(row)).get(key),
          values: ids,
          nowhere,
        })
      : undefined;
  const isOwn =
    byCustomer && (await listWith(explorer, place, { [byCustomer.name]: "me" }))?.rows.length;
  if (byCustomer)
    findings.push({
      at: ["query", "customer"],
      is: isOwn
        ? code(byCustomer.name)
        : `(id) => (id === "me" ? {} : { ${code(byCustomer.name)}: id })`,
      proof: byCustomer.proof,
    });
  else
    findings.push(
      place.isWhole && key
        ? {
            at: ["query", "customer"],
            is: "() => ({})",
            proof: "the list comes whole, and its rows say whose they are",
          }
        : { at: ["query", "customer"], is: "null", proof: "no filter by customer was found" },
    );
  return findings;
}

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

interface Orders {
  findings: Finding[];
  /** What was paid for one piece, by the product's id. */
  paid: Map<string, number[]>;
  /** Every value in the lines. */
  inLines: Set<string>;
  status: string[] | undefined;
  statuses: Statuses | undefined;
  things: Thing | undefined;
}
interface Found {
  places: Places;
  order: Located | undefined;
  orderList: Place | undefined;
  products: Thing | undefined;
  product: Located | undefined;
  productList: Place | undefined;
}
async function findOrders(
  explorer: Explorer,
  { places, order, orderList, products, product, productList }: Found,
): Promise<Orders> {
  const { visit } = explorer;
  const none: Orders = {
    findings: [],
    paid: new Map(),
    inLines: new Set(),
    status: undefined,
    statuses: undefined,
    things: undefined,
  };
  const thing = await thingOf(explorer, orderList, order, /^(user|customer|owner)$/);
  if (!thing || !orderList) return none;
  const lines = order && (await findLines(explorer, thing, { template: order.template, places }));
  const quantity = lines && findQuantity(lines);
  const amounts = lines && findAmounts(thing, lines, quantity);
  const names = new Map(
    (productList?.rows ?? []).flatMap((row): [string, string][] => {
      const pair = product?.pairs.find((one) => one.row === row);
      const id = pair?.id ?? String(new Map(scalarsOf(row)).get(product?.key ?? "") ?? "");
      const name = ["name", "title", "product_name", "label"].map((key) => row[key]).find(isText);
      return product && id ? [[id, name ?? ""]] : [];
    }),
  );
  const inProducts: ProductIds = {
    names,
    template: product?.template ?? "/",
    pathOf: (link) => (isLink(link) ? explorer.pathOf(link) : undefined),
  };
  // What was bought says most of products: its variants are in lines, and what they cost was paid.
  const bought =
    lines && product ? [...new Set(productsOf(lines, inProducts))].slice(0, MAX_BOUGHT) : [];
  for (const id of bought) {
    if (id === undefined || !product || products?.samples.some((one) => one.id === id)) continue;
    const json = await explorer.json(product.template.replace(/{\w+}/, encodeURIComponent(id)));
    const record = isObject(json) && product.envelope ? json[product.envelope] : json;
    if (!isObject(record)) continue;
    const followed = await followLinks(explorer, record, NOT_FOLLOWED);
    products?.samples.push({ id, row: record, record: followed.record });
  }
  const variantIds = new Set(
    (products?.samples ?? [])
      .flatMap(({ record }) => Object.values(record))
      .filter(Array.isArray)
      .flat()
      .flatMap((one) => scalarsOf(Object(one), 1))
      .filter(([key]) => /id|sku|upc|code|pk/i.test(key))
      .map(([, value]) => String(value)),
  );
  const own = lines && lineFields(lines, quantity, { products: inProducts, variantIds });
  const paid = new Map<string, number[]>();
  for (const line of lines?.of.flat() ?? []) {
    const [id, one] = [own?.productOf(line), amounts?.unitOf?.(line)];
    if (id && one !== undefined) paid.set(id, [...(paid.get(id) ?? []), Math.round(one)]);
  }
  const status = findField(thing, {
    names: STATUS,
    is: (value) =>
      (typeof value === "string" && value.length < 80 && !/^https?:/.test(value)) ||
      Number.isInteger(value),
  });
  const metadata = order
    ? await metadataOf(visit, [
        orderList.path,
        order.template.replace(/{\w+}/, encodeURIComponent(order.pairs[0]?.id ?? "")),
      ])
    : {};
  const path = status?.source.path;
  const statuses =
    path &&
    findStatuses(path, {
      document: visit.document,
      metadata,
      rows: [...orderList.rows, ...thing.samples.map(({ record }) => record)],
      valueOf: (row) => at(row, path),
    });
  const number = order && orderNumber(thing, order.key);
  return {
    findings: [
      ...idField("order", order),
      ...(number && order ? await numberFindings(explorer, places, orderList, number) : []),
      ...(status
        ? entry(["fields", "order", "status"], status)
        : [
            {
              at: ["fields", "order", "status"],
              todo: "nothing like a status was found, and an order without one cannot be told",
            },
          ]),
      ...(amounts?.findings ?? []),
      ...orderFields(thing, lines, quantity?.source.path),
      ...(lines
        ? lines.findings
        : [{ at: ["fields", "order", "lines"], todo: "no list of its lines was found" }]),
      ...(own?.findings ?? []),
      ...(order
        ? await payments(explorer, thing, {
            template: order.template,
            places,
            totals: amounts?.totals ?? [],
          })
        : []),
      ...(statuses ? statusFindings(statuses) : []),
    ],
    paid,
    inLines: new Set(
      lines?.of
        .flat()
        .flatMap((line) => scalarsOf(line))
        .filter(([key]) => !/^(id|pk|quantity|qty)$/.test(key))
        .map(([, value]) => String(value)) ?? [],
    ),
    status: path,
    statuses,
    things: thing,
  };
}
/** What OPTIONS says of the fields of a list or a record. */
async function metadataOf(visit: Visit, paths: string[]): Promise<JsonObject> {
  for (const path of paths) {
    const reply = await request(visit, visit.settings.django_api_base + path, {
      method: "OPTIONS",
    });
    const actions = isOk(reply) && !isDenied(reply) ? Object(Object(reply.json).actions) : {};
    const own = Object.assign(
      {},
      ...Object.values(actions).filter((one) => typeof one === "object"),
    );
    if (Object.keys(own).length) return own;
  }
  return {};
}
/** The number of an order, and by which parameter its list finds it. */
async function numberFindings(
  explorer: Explorer,
  places: Places,
  place: Place,
  number: NonNullable<ReturnType<typeof orderNumber>>,
): Promise<Finding[]> {
  const { path } = number.source;
  const name = path.join(".");
  const field = entry(["fields", "order", "order_number"], number, ["number"]);
  const lookup = ["lookup", "order_number"];
  const inRows = place.rows
    .map((row) => at(row, path))
    .filter((value) => value !== undefined && value !== "")
    .map(String);
  const wanted = inRows.at(-1);
  if (!wanted)
    return [
      ...field,
      { at: lookup, todo: `rows of the list have no ${name}, so that it cannot be looked up` },
    ];
  for (const one of namesFor(place, places, [
    name,
    "number",
    "order_number",
    "reference",
    "ref",
    "search",
    "q",
  ])) {
    const none = await listWith(explorer, place, { [one]: NOWHERE });
    if (!none || none.rows.length) continue;
    const some = await listWith(explorer, place, { [one]: wanted });
    if (!some?.rows.some((row) => String(at(row, path)) === wanted)) continue;
    const is = /^(search|q)$/.test(one) ? `(number) => ({ ${one}: number })` : code(one);
    return [
      ...field,
      {
        at: lookup,
        is,
        proof: `${gives({ [one]: wanted }, some)}, ?${one}=${NOWHERE.slice(0, 4)}… gives 0`,
      },
    ];
  }
  return [
    ...field,
    { at: lookup, is: "true", proof: "no usual parameter finds one, so the list is read through" },
  ];
}
