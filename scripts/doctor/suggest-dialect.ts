/**
 * Writes a dialect for a shop with another API: `bun run doctor --suggest`. Each entry is proven by what the shop
 * answers, or is a TODO. `doctor.ts` calls `suggestDialect`; the steps are in suggest/, to be read in this order:
 *
 * ```
 * findings.ts                     a finding, which is one entry with its proof; the module that findings make
 * explorer.ts                     reads an address of the shop, once, and finds the rows in an answer
 * places.ts                       which lists there are, and which is of products, orders or customers
 * records.ts                      which value of a row leads to its record
 * samples.ts sources.ts           some records, with what their links lead to, and every value in them
 * fields.ts                       which value is a field of the contract: by its name, its type and its values
 * product-fields.ts               the fields of products and variants
 * orders.ts                       all of an order: order-fields.ts its fields, order-lines.ts its lines and amounts,
 *                                 statuses.ts what its statuses mean
 * customers.ts                    profiles, and the search for customers
 * arguments.ts                    which parameters of a list have an effect: product-arguments.ts,
 *                                 order-arguments.ts
 * changes.ts                      where an order can be changed; nothing is ever sent there
 * load-findings.ts                loads the module; what stops its start becomes a TODO
 * ```
 *
 * @module
 */
import { NAME, VERSION } from "../../server.ts";
import { ConfigError, maskSecret } from "../../shop/errors.ts";
import { quote } from "./reply.ts";
import { readSchema } from "./schema.ts";
import { checkIdempotency, checkReachability, nextLink } from "./shop-checks.ts";
import { findChanges } from "./suggest/changes.ts";
import {
  customerIdIn,
  customerIdOfOrder,
  type Customers,
  findCustomers,
  findProfile,
  type Profile,
} from "./suggest/customers.ts";
import { explore, type Explorer, isLink } from "./suggest/explorer.ts";
import { read, type Thing } from "./suggest/fields.ts";
import { code, type Finding, writeModule } from "./suggest/findings.ts";
import { loadFindings } from "./suggest/load-findings.ts";
import { orderArguments, sizeArgument } from "./suggest/order-arguments.ts";
import { customerFields } from "./suggest/order-fields.ts";
import { findOrders, type Orders } from "./suggest/orders.ts";
import { bestList, describeLists, findPlaces, type Place, type Places } from "./suggest/places.ts";
import { productArguments } from "./suggest/product-arguments.ts";
import { productFields, hasVariants, mayHaveVariants } from "./suggest/product-fields.ts";
import { idIn, type Located, locateRecord, scalarsOf } from "./suggest/records.ts";
import { idField, lookFurther, moreRecords, NOT_FOLLOWED, thingOf } from "./suggest/samples.ts";
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
  const module = writeModule(headOf(explorer, places, verdicts, cut), kept);
  return { module: maskSecret(module, visit.settings.django_api_token), cut }; // which a profile may show
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
  if (times)
    notes.add(`it throttles: it answered 429 ${times} times, which took ${seconds} s of waiting`);
  if (!visit.settings.django_api_token)
    notes.add("no token was given: most shops show orders and customers only with one");
  return [
    `A dialect for ${base}, written by \`doctor --suggest\` of ${NAME} ${VERSION}.`,
    `Only GET and OPTIONS were sent${visit.login ? ", and the login" : ""}.`,
    ...(cut ? [`INCOMPLETE: ${cut}. Run the doctor again later.`] : []),
    "",
    "- proven: what the shop answered when the entry was tried",
    "- tried: nothing had an effect, so the argument is withdrawn (null), or the server does it",
    "- left out: the field of this name is something else",
    "- TODO: look it up in your shop. Then run `bun run doctor --shop FILE`.",
    "",
    ...[...notes].map((note) => `Note: ${quote(note, 300)}.`),
    ...(notes.size ? [""] : []),
    ...(verdicts.length
      ? ["The tools, run with this module:", ""]
      : [
          cut
            ? "No tool was tried."
            : `No list of products or orders was found. Lists: ${describeLists(places) || "none"}.`,
        ]),
    ...verdicts.map(({ tool, says }) => `- ${tool}${quote(says, 300)}`),
  ];
}

// ── All findings ────────────────────────────────────────────────────────────────────────────────

const NOUNS = {
  product: /\/(products?|items?|articles?|catalog(ue)?|books?|goods)\/$/i,
  order: /\/(orders?|purchases?|sales|order-history)\/$/i,
};
/** The products of a shop: their list, how a row leads to its record, and some records. */
interface Catalog {
  list: Place | undefined;
  located: Located | undefined;
  products: Thing | undefined;
}
async function findCatalog(explorer: Explorer, places: Places): Promise<Catalog> {
  const list = bestList(places, "product");
  const by = { places, idName: "product_id", nouns: NOUNS.product };
  const located = list && (await locateRecord(explorer, list, by));
  const products = await thingOf(explorer, list, located, NOT_FOLLOWED);
  if (list && located && products && mayHaveVariants(products))
    await lookFurther(explorer, products, await moreRecords(explorer, list, located), hasVariants);
  return { list, located, products };
}
/** Every id of a customer that was seen. */
function customerIdsIn({ located, list }: Customers, profile: Profile | undefined): Set<string> {
  const key = located?.key ?? "";
  const inRows = (list?.rows ?? []).map((row) => new Map(scalarsOf(row)).get(key) ?? "");
  const own = new Map(profile && scalarsOf(profile.record));
  const ofProfile = ["id", "pk", "customer_id", "uuid"].flatMap((name) => own.get(name) ?? []);
  const ofRecords = (located?.pairs ?? []).map(({ id }) => id);
  return new Set([...ofRecords, ...inRows, ...ofProfile].map(String));
}
/** Everything that goes into the module. */
async function findAll(explorer: Explorer, places: Places): Promise<Finding[]> {
  const catalog = await findCatalog(explorer, places);
  const { list: productList, located: product, products } = catalog;
  const orderList = bestList(places, "order");
  const by = { places, idName: "order_id", nouns: NOUNS.order };
  const order = orderList && (await locateRecord(explorer, orderList, by));
  const profile = await findProfile(explorer, places);
  const customers = await findCustomers(explorer, places, profile);
  const known = { places, order, orderList, products, product, productList };
  const orders = await findOrders(explorer, known);
  const customerIds = customerIdsIn(customers, profile);
  return [
    ...idempotencyFinding(explorer),
    { at: ["only"], is: "true" },
    ...pathFindings("searchProducts", productList, places, NOUNS.product),
    ...recordPath("product", product),
    ...pathFindings("orders", orderList, places, NOUNS.order),
    ...recordPath("order", order),
    ...customers.findings,
    ...envelopes([product, order, customers.located, profile]),
    ...pages([productList, orderList, customers.list]),
    ...(await catalogFindings(explorer, places, catalog, orders)),
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
      ? await findChanges(explorer.visit, {
          template: order.template,
          orderId: order.pairs[0].id,
          orderNames: new Set(order.pairs.flatMap(({ record }) => Object.keys(record))),
          places,
        })
      : []),
    ...customerFindings(customers, profile),
    ...currencyFinding(orders.things, products),
  ];
}
function idempotencyFinding({ visit }: Explorer): Finding[] {
  const [said] = checkIdempotency(visit);
  const isHonoured = said?.level === "green";
  const is = String(isHonoured);
  return [{ at: ["idempotency"], is, ...(isHonoured && { proof: said.says }) }];
}
/** The arguments of the product search, and the fields of a product. */
async function catalogFindings(
  explorer: Explorer,
  places: Places,
  { list, located, products }: Catalog,
  { inLines, paid }: Orders,
): Promise<Finding[]> {
  if (!list) return [];
  const template = located?.template ?? "/";
  const fields = products
    ? await productFields(explorer, products, { template, inLines, paid })
    : [];
  const inRows = loadInRows(fields, explorer, list, located);
  const isLoaded = inRows.some(isLoadedInRows);
  const isStockShown = inRows.some((finding) => isInRows("available", finding, list));
  return [
    ...(await productArguments(explorer, places, list, { products, isLoaded, isStockShown })),
    ...idField("product", located),
    ...inRows,
  ];
}
function customerFindings({ located }: Customers, profile: Profile | undefined): Finding[] {
  const samples = [
    ...(located?.pairs ?? []),
    ...(profile ? [{ id: "me", row: profile.record, record: profile.record }] : []),
  ];
  if (!samples.length) return [];
  return [...customerIdIn(profile, located), ...customerFields({ samples, links: new Set() })];
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
          todo: "no path was found at which a row of the list has its record",
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
      is: `{ from: (row) => (row.${head} === undefined ? ${read("row", [link])} : row), load: "rows", each: ${each} }`,
    };
  });
}
/** Where answers have their record, if not the same for all: each answer has its own name. */
function envelopes(all: (Pick<Located, "envelope" | "part"> | undefined)[]): Finding[] {
  const own = all.filter((one) => one !== undefined);
  const names = [...new Set(own.flatMap(({ envelope }) => envelope ?? []))].toSorted(
    (a, b) => b.split(".").length - a.split(".").length, // `data.data` before `data`
  );
  const inAnswer = (name: string) =>
    name.includes(".") ? read("answer", name.split(".")) : `answer[${code(name)}]`;
  const part = own.find((one) => one.part)?.part;
  const outer = names.map((name) => `${inAnswer(name)} ?? `).join("");
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
  const is = isSame ? code(first) : `(answer) => ${names.map(inAnswer).join(" ?? ")} ?? answer`;
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
      { at: ["currency"], todo: 'no price names one: write currency: "EUR", or whichever it is' },
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
