/**
 * The shop's own OpenAPI document, such as drf-spectacular publishes: where it differs from the contract, and
 * under which path it seems to have an operation. `examine.ts` and `suggest-dialect.ts` call `readSchema` early;
 * the checks look into the differences.
 */
import { type EndpointName, endpoints } from "../../shop/contract.ts";
import { compareDocuments, type Difference } from "../contract/compare.ts";
import { openApiDocument } from "../contract/document.ts";
import { isObject, type JsonObject, tryParse } from "./reply.ts";
import { MAX_BYTES, request, type Visit, withoutTrailingSlash } from "./visit.ts";

const MAX_SCHEMA_BYTES = 8 * MAX_BYTES;

/** Where shops publish it: drf-spectacular, django-ninja, drf-yasg, DRF itself, others. */
const ADDRESSES = [
  "/api/schema/",
  "/schema/",
  "/api/openapi.json",
  "/openapi.json",
  "/swagger.json",
  "/swagger/?format=openapi",
  "/api/swagger.json",
  "/api/swagger/?format=openapi",
  "/api/docs/?format=openapi",
  "/docs/?format=openapi",
  "/api/v1/schema/",
  "/api/v1/openapi.json",
  "/v1/openapi.json",
  "/openapi/",
  "/openapi",
  "/api/openapi/",
];
/** The path that all paths of a document begin with: of `servers`, or `basePath` in Swagger 2. */
function basePathOf({ servers, basePath }: JsonObject): string {
  const [first]: unknown[] = Array.isArray(servers) ? servers : [];
  const url = isObject(first) && typeof first.url === "string" ? first.url : basePath;
  const parsed = typeof url === "string" ? URL.parse(url, "http://shop") : undefined;
  return parsed && !/[{}]/.test(String(url)) ? withoutTrailingSlash(parsed.pathname) : "";
}
/** Looks for the shop's document, in JSON or YAML, and compares it with the contract's. */
export async function readSchema(visit: Visit): Promise<void> {
  const accept = "application/vnd.oai.openapi+json, application/json;q=0.9, */*;q=0.1";
  const base = visit.settings.django_api_base;
  const addresses = visit.schemaUrl ? [visit.schemaUrl] : ADDRESSES.map((path) => base + path);
  for (const address of addresses) {
    const reply = await request(visit, address, { accept, maxBytes: MAX_SCHEMA_BYTES });
    const isText = reply.status === 200 && !/^\s*</.test(reply.body);
    const document = reply.json ?? (isText ? tryParse(reply.body, Bun.YAML.parse) : undefined);
    if (reply.status !== 200 || !isObject(document) || !isObject(document.paths)) continue;
    const isDocument = "openapi" in document || "swagger" in document;
    if (!isDocument) continue;
    const prefix = withoutTrailingSlash(new URL(base).pathname);
    const own = basePathOf(document);
    const paths = Object.entries(document.paths).map(([path, item]) => {
      const whole = own && !path.startsWith(`${own}/`) ? own + path : path;
      return [prefix && whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length) : whole, item];
    });
    return setDocument(visit, { ...document, paths: Object.fromEntries(paths) });
  }
}
let contractDocument: ReturnType<typeof openApiDocument> | undefined; // it never changes
/** Takes a document for the shop's own. Its paths are without the path of the base address. */
function setDocument(visit: Visit, document: JsonObject): void {
  visit.document = document;
  visit.differences = compareDocuments((contractDocument ??= openApiDocument()), document);
}

/** `GET /api/orders/{order_id}/` */
export const operationName = (name: EndpointName) =>
  `${endpoints[name].method} ${endpoints[name].path.template}`;
/** Whether an endpoint has a difference for which the condition holds. */
export const hasDifference = (
  visit: Visit,
  name: EndpointName,
  condition: (difference: Difference) => boolean,
) =>
  visit.differences.some(
    (difference) => difference.operation === operationName(name) && condition(difference),
  );
/** Whether a difference is that the document does not have the operation. */
export const isMissingOperation = ({ kind, part }: Difference) => kind === "missing" && part === "";

// ── Where an operation may be ───────────────────────────────────────────────────────────────────

const PRODUCTS = "(products?|items?|articles?|goods|catalogue?)";
const ORDERS = "(orders?|purchases?|sales?)";
const CUSTOMERS = "(customers?|users?|clients?|members?|accounts?|profiles?)";
/** What a path is likely to end with, with `{}` for an id and without the last slash. */
const LIKELY_PATHS: Record<EndpointName, string> = {
  searchProducts: `^(?!.*${ORDERS}).*/${PRODUCTS}(/search|/list)?$`,
  product: `^(?!.*${ORDERS}).*/${PRODUCTS}/{}$`,
  orderStatus: `/${ORDERS}/{}/(status|state|track\\w*)$`,
  order: `/${ORDERS}/{}$`,
  orders: `/${ORDERS}(/list|/mine)?$`,
  customers: `/${CUSTOMERS}$`,
  customer: `/(${CUSTOMERS}/{}|me|profile)$`,
  shop: "/(shop|store|site|about)(/info|/settings|/about)?$",
  cancelOrder: `/${ORDERS}/{}/.*cancel`,
  changeOrderAddress: `/${ORDERS}/{}/.*address`,
  changeOrderItems: `/${ORDERS}/{}/.*(items|lines)`,
  changeOrderPayment: `/${ORDERS}/{}/.*pay`,
  returnItems: `/${ORDERS}/{}/.*(return|refund)`,
  exchangeItems: `/${ORDERS}/{}/.*(exchange|swap)`,
  previewChange: `/${ORDERS}/{}/.*(preview|simulat|dry.?run)`,
  changeCustomerAddress: `/${CUSTOMERS}/.*address`,
  contactSupport: "support|contact|ticket|enquir|inquir",
};
/**
 * The path under which the shop's document seems to have an endpoint, as a dialect writes it: the shortest one
 * that looks like it and that the contract does not have, such as `/purchases/{order_id}/`, with the method
 * before it where it is another.
 */
export function findLikelyPath({ differences }: Visit, name: EndpointName): string | undefined {
  const { method, path } = endpoints[name];
  const ids = path.template.match(/{\w+}/g) ?? [];
  const pattern = new RegExp(LIKELY_PATHS[name], "i");
  const candidates = differences.flatMap(({ kind, part, operation }) => {
    const [theirMethod = "", theirPath = ""] = operation.split(" ");
    const isSameKind = (theirMethod === "GET") === (method === "GET") && theirMethod !== "DELETE";
    if (kind !== "extra" || part || !isSameKind) return [];
    const theirIds = theirPath.match(/{\w+}/g) ?? [];
    if (theirIds.length !== ids.length) return [];
    if (!pattern.test(withoutTrailingSlash(theirPath.replace(/{\w+}/g, "{}")))) return [];
    const prefix = theirMethod === method ? "" : `${theirMethod} `;
    return [prefix + theirPath.replace(/{\w+}/, ids[0] ?? "")];
  });
  return candidates.toSorted((a, b) => a.length - b.length)[0];
}
