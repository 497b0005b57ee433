/** All that is found of orders but their arguments. */
import { isDenied, isObject, isOk, type JsonObject } from "../reply.ts";
import { request, type Visit } from "../visit.ts";
import { type Explorer, flatten, isLink } from "./explorer.ts";
import { entry, findField, isTellingId, isText, type Thing } from "./fields.ts";
import type { Finding } from "./findings.ts";
import { numberFindings } from "./order-arguments.ts";
import { findLines, orderFields, orderNumber, payments, STATUS } from "./order-fields.ts";
import {
  findAmounts,
  findQuantity,
  lineFields,
  type ProductIds,
  productsOf,
} from "./order-lines.ts";
import type { Place, Places } from "./places.ts";
import { variantsIn } from "./product-fields.ts";
import { type Located, scalarsOf } from "./records.ts";
import { findReferences } from "./references.ts";
import { idField, MAX_BOUGHT, NOT_FOLLOWED, thingOf } from "./samples.ts";
import { at, followLinks } from "./sources.ts";
import { findStatuses, type Statuses, statusFindings } from "./statuses.ts";

export interface Orders {
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
export async function findOrders(
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
      const name = Object.entries(row).find(
        ([key, text]) => /^(name|title|product_?name|label)$/i.test(key) && isText(text),
      )?.[1];
      return product && id ? [[id, String(name ?? "")]] : [];
    }),
  );
  const nameKey = Object.keys(product?.pairs[0]?.record ?? {}).find((key) =>
    /^(name|title|product_?name|label)$/i.test(key),
  );
  const inProducts: ProductIds = {
    names,
    nameKey,
    template: product?.template ?? "/",
    pathOf: (link) => (isLink(link) ? explorer.pathOf(link) : undefined),
  };
  // What was bought says most of products: its variants are in lines, and what they cost was paid.
  const bought =
    lines && product ? [...new Set(productsOf(lines, inProducts))].slice(0, MAX_BOUGHT) : [];
  for (const id of bought) {
    if (id === undefined || !product || products?.samples.some((one) => one.id === id)) continue;
    const json = await explorer.json(product.template.replace(/{\w+}/, encodeURIComponent(id)));
    const whole = isObject(json) && product.envelope ? json[product.envelope] : json;
    if (!isObject(whole)) continue;
    const record = product.part ? flatten(whole, product.part) : whole;
    const followed = await followLinks(explorer, record, NOT_FOLLOWED);
    products?.samples.push({ id, row: followed.record, record: followed.record });
  }
  const variantIds = new Set(
    [
      ...(products?.samples ?? []).flatMap(({ record }) => Object.values(record)),
      ...[...(products?.others ?? []), ...(productList?.rows ?? [])].map(
        (record) => record[(products && variantsIn(products)) ?? ""],
      ),
    ]
      .filter(Array.isArray)
      .flat()
      .flatMap((one) => scalarsOf(Object(one), 1))
      .filter(([key, value]) => isTellingId(key, value))
      .map(([, value]) => String(value)),
  );
  const own = lines && lineFields(lines, quantity, { products: inProducts, variantIds });
  const paid = new Map<string, number[]>();
  for (const line of lines?.of.flat() ?? []) {
    const [id, one] = [own?.productOf(line), amounts?.unitOf?.(line)];
    if (id && one !== undefined) paid.set(id, [...(paid.get(id) ?? []), Math.round(one)]);
  }
  const references = await findReferences(explorer, thing.samples, places);
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
      ...orderFields(thing, lines, quantity?.source.path, references),
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
        .filter(([key, value]) => isTellingId(key, value))
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
