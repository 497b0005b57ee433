/**
 * A dialect module for a shop whose API is not the contract's, for `bun run doctor --suggest`: it looks where the
 * shop has what, proves each entry by what the shop answers, tries the tools with the module, and then writes it.
 * What is not proven is a TODO in it. `doctor.ts` calls `suggestDialect`.
 */
import { NAME, VERSION } from "../../server.ts";
import { ConfigError } from "../../shop/errors.ts";
import { quote } from "./reply.ts";
import { readSchema } from "./schema.ts";
import { checkIdempotency, checkReachability, nextLink } from "./shop-checks.ts";
import { findChanges } from "./suggest/changes.ts";
import {
  customerIdIn,
  customerIdOfOrder,
  findCustomers,
  findProfile,
} from "./suggest/customers.ts";
import { explore, type Explorer, isLink } from "./suggest/explorer.ts";
import type { Thing } from "./suggest/fields.ts";
import { code, type Finding, writeModule } from "./suggest/findings.ts";
import { loadFindings } from "./suggest/load-findings.ts";
import { orderArguments, sizeArgument } from "./suggest/order-arguments.ts";
import { customerFields } from "./suggest/order-fields.ts";
import { findOrders } from "./suggest/orders.ts";
import { bestList, describeLists, findPlaces, type Place, type Places } from "./suggest/places.ts";
import { productArguments } from "./suggest/product-arguments.ts";
import { productFields, variantsIn } from "./suggest/product-fields.ts";
import { idIn, type Located, locateRecord, scalarsOf } from "./suggest/records.ts";
import { idField, moreRecords, NOT_FOLLOWED, thingOf } from "./suggest/samples.ts";
import { type Source, sourcesOf } from "./suggest/sources.ts";
import { adviseToken, describeExpired } from "./token.ts";
import { tryTools } from "./try-tools.ts";
import {
  createVisit,
  DEFAULT_RUNTIME,
  type Runtime,
  type Visit,
  type VisitOptions,
} from "./visit.ts";

/**
 * Visits a shop and returns the text of a module for `dialects/`, which starts, and what kept the visit from its end.
 *
 * @throws {ConfigError} if the shop cannot be reached
 */
export async function suggestDialect(
  options: VisitOptions,
  runtime: Partial<Runtime> = {},
): Promise<{ module: string; cut: string }> {
  const visit = createVisit(options, { ...DEFAULT_RUNTIME, ...runtime });
  const [reachability] = await checkReachability(visit);
  const isThere = visit.probes.some(({ status }) => [200, 401, 403, 404, 429].includes(status));
  if (reachability?.level === "red" && !isThere)
    throw new ConfigError(`${reachability.says}. ${reachability.fix}`);
  await readSchema(visit);
  const expired = describeExpired(visit);
  if (expired) throw new ConfigError(`${expired}: ${await adviseToken(visit, "Bearer")}`);
  const explorer = explore(visit);
  const places = await findPlaces(explorer);
  await notePagesThatRepeat(explorer, places);
  const findings = await findAll(explorer, places);
  const { dialect, findings: kept } = await loadFindings(
    cutOf(visit) ? findings.map(unseen) : findings,
  );
  const verdicts = dialect ? await tryTools(visit, dialect) : [];
  const cut = cutOf(visit);
  return { module: writeModule(headOf(explorer, places, verdicts, cut), kept), cut };
}

/** Notes a list whose next page is the same one again: then nothing of its parameters is proven. */
async function notePagesThatRepeat(explorer: Explorer, places: Places): Promise<void> {
  for (const place of [bestList(places, "product"), bestList(places, "order")]) {
    const link = place && nextLink(await explorer.json(place.path));
    const next = place && link && explorer.pathOf(link, place.path.replace(/\?.*/, ""));
    const again = next ? await explorer.list(next) : undefined;
    if (place?.rows.length && Bun.deepEquals(again?.rows, place.rows))
      explorer.notes.add(
        `page 2 of ${place.path} is page 1 again: its cache may not tell addresses apart by their query, so that what is said of its parameters is not sure`,
      );
  }
}
/** What kept a visit from looking at all that it wanted to; empty where nothing did. */
function cutOf({ throttled: { refused }, deadline }: Visit): string {
  if (refused)
    return `the shop said 429 (too many requests) to ${refused} of the doctor's requests`;
  return deadline.aborted ? "the time for all requests was over" : "";
}
/** A finding of what may not have been looked at: that nothing was found says nothing then. */
function unseen(finding: Finding): Finding {
  const { at, is, proof } = finding;
  const isWithdrawn = at[0] === "query" && (is === "null" || is === "() => ({})");
  const isNowhere = at[0] === "paths" && is === undefined;
  if (!isNowhere && (!isWithdrawn || proof?.startsWith("not looked for"))) return finding;
  return { at, ...(is && { is }), todo: "not looked for to the end: see INCOMPLETE above" };
}

function headOf(
  { visit, notes }: Explorer,
  places: Places,
  verdicts: Awaited<ReturnType<typeof tryTools>>,
  cut: string,
): string[] {
  const { django_api_base: base } = visit.settings;
  const { times, seconds } = visit.throttled;
  const sent = visit.login
    ? "Nothing but GET, OPTIONS and the login"
    : "Nothing but GET and OPTIONS";
  if (times) notes.add(`it throttles: ${times} times 429, and ${seconds} s of waiting for it`);
  if (!visit.settings.django_api_token)
    notes.add("no token was given, without which most shops show no orders and no customers");
  return [
    `${base}, as \`doctor --suggest\` of ${NAME} ${VERSION} found it. ${sent} was sent.`,
    ...(cut
      ? [`INCOMPLETE: ${cut}. What they asked is missing here: run the doctor again later.`]
      : []),
    "“proven” has what the shop answered; see to each TODO.",
    "",
    ...[...notes].map((note) => `Note: ${quote(note, 300)}.`),
    ...(notes.size ? [""] : []),
    ...(verdicts.length
      ? ["What the tools gave with this module:", ""]
      : [
          cut
            ? "No tool was tried."
            : `No list of products or orders was found; there were: ${describeLists(places) || "none"}.`,
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
  if (productList && product && products && variantsIn(products))
    products.others = [
      ...(products.others ?? []),
      ...(await moreRecords(explorer, productList, product)),
    ];
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
  return [
    {
      at: ["idempotency"],
      is: String(idempotency?.level === "green"),
      ...(idempotency?.level === "green" ? { proof: idempotency.says } : {}),
    },
    { at: ["only"], is: "true" },
    ...pathFindings("searchProducts", productList, places, NOUNS.product),
    ...recordPath("product", product),
    ...pathFindings("orders", orderList, places, NOUNS.order),
    ...recordPath("order", order),
    ...customers.findings,
    ...envelopes([product, order, customers.located]),
    ...pages([productList, orderList, customers.list]),
    ...(productList
      ? await productArguments(explorer, places, productList, {
          products,
          isLoaded: inRows.some(isLoadedInRows),
          isStockShown: inRows.some((finding) => isInRows("available", finding, productList)),
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
function pathFindings(
  name: string,
  place: Place | undefined,
  { lists }: Places,
  noun: RegExp,
): Finding[] {
  const at = ["paths", name];
  const rows = place?.rows.length === 1 ? "1 row" : `${place?.rows.length} rows`;
  if (place) return [{ at, is: code(place.path.replace(/\?.*/, "")), proof: rows }];
  const empty = lists.find((one) => !one.rows.length && noun.test(one.path.replace(/\/?$/, "/")));
  const todo = empty
    ? `${code(empty.path)} is empty: run the doctor with a token that sees some`
    : "no such list was found";
  return [{ at, todo }];
}
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
const isLoadedInRows = ({ is = "" }: Finding) => is.includes('load: "rows"');
/** Whether a field of a product is found in the rows of the list as well. */
function isInRows(field: string, { at: place, is = "" }: Finding, { rows }: Place): boolean {
  const [, head = ""] = SOURCE_HEAD.exec(is) ?? [];
  return place.join(".") === `fields.product.${field}` && rows.every((row) => head in row);
}
/** The first name of a source: of `"stock.count"`, `{ from: "stock" }`, `(row) => row.stock > 0`. */
const SOURCE_HEAD = /^(?:\{ from: )?(?:"|\(row\) => .*?row\.)(\w+)/;
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
    const [, head] = SOURCE_HEAD.exec(is) ?? [];
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
  const part = own.find((one) => one.part)?.part;
  const outer = names.map((name) => `answer[${code(name)}] ?? `).join("");
  if (part)
    return [
      {
        at: ["record"],
        is: `(answer) => ({ ...(${outer}answer), ...(${outer}answer).${part} })`,
        proof: `a record has its fields in ${part}`,
      },
    ];
  if (!names.length) return [];
  const [first = ""] = names;
  const isSame = names.length === 1 && own.every(({ envelope }) => envelope === first);
  const is = isSame
    ? code(first)
    : `(answer) => ${names.map((name) => `answer[${code(name)}]`).join(" ?? ")} ?? answer`;
  return [{ at: ["record"], is, proof: `a record is in ${names.join(", ")}` }];
}
function pages(all: (Place | undefined)[]): Finding[] {
  const part = all.find((place) => place?.part)?.part;
  if (part) {
    const own = all.find((place) => place?.part)?.page ?? '"data"';
    const rows = own.startsWith('"')
      ? `(Array.isArray(answer) ? answer : (answer[${own}] ?? answer.results))`
      : `(${own})(answer)`;
    const is = `(answer) => ${rows}?.map(({ ${part}, ...row }) => ({ ...row, ...${part} }))`;
    return [{ at: ["page"], is, proof: `a row has its fields in ${part}` }];
  }
  const names = [...new Set(all.flatMap((place) => place?.page ?? []))];
  const [first, ...more] = names;
  if (!first) return [];
  if (!more.length || !names.some((name) => name.startsWith('"')))
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
