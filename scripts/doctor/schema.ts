/** The shop's own OpenAPI document, and where it differs from the contract's. */
import { type EndpointName, endpoints } from "../../server.ts";
import { compareDocuments, type Difference } from "../contract/compare.ts";
import { openApiDocument } from "../contract/document.ts";
import { type Fields, isObject, parsed } from "./reply.ts";
import { bare, MAX_BYTES, request, type Visit } from "./visit.ts";

const MAX_SCHEMA_BYTES = 8 * MAX_BYTES;

export const isMissing = ({ kind, part }: Difference) => kind === "missing" && part === "";

/** What drf-spectacular, or another, says of the shop. */
export async function readSchema(visit: Visit): Promise<void> {
  const accept = "application/vnd.oai.openapi+json, application/json;q=0.9, */*;q=0.1";
  const base = visit.settings.django_api_base;
  for (const at of visit.schema ? [visit.schema] : [`${base}/api/schema/`, `${base}/schema/`]) {
    const reply = await request(visit, at, { accept, max: MAX_SCHEMA_BYTES });
    const document = reply.json ?? parsed(reply.body, Bun.YAML.parse);
    if (reply.status !== 200 || !isObject(document) || !isObject(document.paths)) continue;
    const under = bare(new URL(base).pathname);
    const paths = Object.entries(document.paths).map(([path, it]) => [path.replace(under, ""), it]);
    return readDocument(visit, Object.fromEntries(paths), document);
  }
}
let ours: ReturnType<typeof openApiDocument> | undefined; // always the same
export function readDocument(visit: Visit, paths: Fields, rest: Fields = {}): void {
  visit.document = { ...rest, paths };
  visit.differences = compareDocuments((ours ??= openApiDocument()), visit.document);
}

export const lineOf = (name: EndpointName) =>
  `${endpoints[name].method} ${endpoints[name].path.template}`;
export const differs = (visit: Visit, name: EndpointName, is: (one: Difference) => boolean) =>
  visit.differences.some((one) => one.operation === lineOf(name) && is(one));

const THING = "(products?|items?|articles?|goods|catalogue?)";
const ORDER = "(orders?|purchases?|sales?)";
const PERSON = "(customers?|users?|clients?|members?|accounts?|profiles?)";
/** What an operation is likely to be called elsewhere: the end of its path, with {} for an id. */
const LIKELY: Record<EndpointName, string> = {
  searchProducts: `^(?!.*${ORDER}).*/${THING}(/search|/list)?$`,
  product: `^(?!.*${ORDER}).*/${THING}/{}$`,
  orderStatus: `/${ORDER}/{}/(status|state|track\\w*)$`,
  order: `/${ORDER}/{}$`,
  orders: `/${ORDER}(/list|/mine)?$`,
  customers: `/${PERSON}$`,
  customer: `/(${PERSON}/{}|me|profile)$`,
  shop: "/(shop|store|site|about)(/info|/settings|/about)?$",
  cancelOrder: `/${ORDER}/{}/.*cancel`,
  changeOrderAddress: `/${ORDER}/{}/.*address`,
  changeOrderItems: `/${ORDER}/{}/.*(items|lines)`,
  changeOrderPayment: `/${ORDER}/{}/.*pay`,
  returnItems: `/${ORDER}/{}/.*(return|refund)`,
  exchangeItems: `/${ORDER}/{}/.*(exchange|swap)`,
  changeCustomerAddress: `/${PERSON}/.*address`,
  contactSupport: "support|contact|ticket|enquir|inquir",
};
/** Where the shop's schema seems to have an operation, as a dialect writes it. */
export function likely({ differences }: Visit, name: EndpointName): string | undefined {
  const { method, path } = endpoints[name];
  const [id = "", ...more] = path.template.match(/{\w+}/g) ?? [];
  const elsewhere = differences.flatMap(({ kind, part, operation }) => {
    const [by = "", at = ""] = operation.split(" ");
    const ids = at.match(/{\w+}/g) ?? [];
    const isRead = by === "GET";
    const isOther = isRead !== (method === "GET") || by === "DELETE" || kind !== "extra" || part;
    const form = new RegExp(LIKELY[name], "i");
    if (isOther || ids.length !== (id ? 1 + more.length : 0)) return [];
    if (!form.test(bare(at.replace(/{\w+}/g, "{}")))) return [];
    return [`${by === method ? "" : `${by} `}${at.replace(/{\w+}/, id)}`];
  });
  return elsewhere.toSorted((a, b) => a.length - b.length)[0];
}
