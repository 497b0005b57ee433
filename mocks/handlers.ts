/**
 * One MSW handler per endpoint of the contract. `createHandlers` is called by whatever serves the mock:
 * `scripts/shop.ts` over HTTP, `network.ts` inside a process, and the tests.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";
import { http, type HttpHandler, HttpResponse } from "msw";
import type * as z from "zod";
import { endpoints } from "../shop/contract.ts";
import { type Listing, paginate } from "./cursor-pagination.ts";
import { ApiError, throwApiError } from "./errors.ts";
import { canonicalJson, type Json, parseJson } from "./python-json.ts";
import { customerQuery, orderQuery, parseQuery, productQuery } from "./query-parameters.ts";
import { addressBody, previewBody, supportBody, validateBody } from "./request-bodies.ts";
import type { MockShop } from "./shop.ts";
import { etagOf, requireVersion } from "./versions.ts";
import type { Customer } from "./world.ts";

const throwForbidden = () =>
  throwApiError(403, "You do not have permission to perform this action.");
const orNotFound = <T>(noun: string, thing: T | undefined): T =>
  thing ?? throwApiError(404, `No ${noun} matches the given query.`);

/** The customer who sent the request, undefined without a token. A wrong token is refused even where none is needed. */
function authenticate(header: string, shop: MockShop): Customer | undefined {
  const [keyword = "", key, ...more] = header.split(/[\t-\r ]+/).filter(Boolean);
  if (!/^(token|bearer)$/i.test(keyword)) return undefined;
  const malformed = (why: string) => throwApiError(401, `Invalid token header. ${why}`);
  if (!key) return malformed("No credentials provided.");
  if (more.length) return malformed("Token string should not contain spaces.");
  if (!isUtf8(Buffer.from(key, "latin1")))
    return malformed("Token string should not contain invalid characters.");
  return shop.customerForToken(key) ?? throwApiError(401, "Invalid token.");
}

// Permissions, checked before anything else of a request.
const allowAny = () => undefined;
const requireCustomer = (caller: Customer | undefined): Customer =>
  caller ?? throwApiError(401, "Authentication credentials were not provided.");
function requireStaff(caller: Customer | undefined): Customer {
  const known = requireCustomer(caller);
  return known.staff ? known : throwForbidden();
}

/** What an answer depends on. `id` is the one in the path, empty where the path has none. */
interface EndpointRequest {
  id: string;
  url: URL;
  request: Request;
}
type Endpoint = { method: string; path: { template: string } };

function queryOrBadRequest<Q>(schema: z.ZodType<Q>, url: URL): Q {
  const read = parseQuery(schema, url);
  if ("errors" in read) throw new ApiError(400, read.errors);
  return read.query;
}
const pageOrNotFound = <Row>(listing: Listing<Row>, limit: number, url: URL) =>
  paginate(listing, limit, url) ?? throwApiError(404, "Invalid cursor");

/** The key under which a write takes effect once. @throws {ApiError} 400 where it is missing or malformed */
function requireIdempotencyKey({ headers }: Request): string {
  const key = headers.get("Idempotency-Key") ?? "";
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const detail = "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.";
  throw new ApiError(400, { detail, code: "idempotency_key_required" });
}
const isJsonType = (type: string) =>
  type.length <= 256 && /^(application|\*)\/(json|\*)$/i.test(type.replace(/;.*/s, "").trim());
/** The JSON of the body. Django takes an empty body for an empty object, whatever its content type. */
async function readJsonBody(request: Request): Promise<Json> {
  const bytes = await request.arrayBuffer();
  if (!bytes.byteLength) return {};
  const type = request.headers.get("Content-Type") ?? "";
  if (!isJsonType(type)) throwApiError(415, `Unsupported media type "${type}" in request.`);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return throwApiError(
      400,
      `JSON parse error - ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * The endpoints of a shop. Their paths are relative: pass the origin as `baseUrl` to `getResponse` or to the
 * network. A request for another path is left unhandled; Django answers it with 404 `{"detail": "Not found."}`.
 */
export function createHandlers(shop: MockShop): HttpHandler[] {
  /** Checks in Django's order: the token, the permission, the method, then the rest. */
  const handle = <C>(
    { method, path }: Endpoint,
    permit: (caller: Customer | undefined) => C,
    answer: (input: EndpointRequest & { caller: C }) => object | Promise<object>,
    status = 200,
  ) =>
    http.all(path.template.replace(/{(\w+)}/g, ":$1"), async ({ request, params }) => {
      const [id = ""] = Object.values(params).map(String);
      if (id.includes("/")) return undefined; // Django decodes the slash first, so this is another path
      const allowed = method === "GET" ? ["GET", "HEAD"] : [method];
      const headers = { Allow: [...allowed, "OPTIONS"].join(", ") };
      try {
        const caller = permit(authenticate(request.headers.get("Authorization") ?? "", shop));
        if (!allowed.includes(request.method))
          throwApiError(405, `Method "${request.method}" not allowed.`);
        const body = await answer({ caller, id, url: new URL(request.url), request });
        const etag = path !== endpoints.previewChange.path && "version" in body;
        const version = etag && { ETag: etagOf(String(body.version)) };
        return HttpResponse.json(body, { status, headers: { ...headers, ...version } });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, body } = error;
        const challenge = status === 401 && { "WWW-Authenticate": "Token" };
        return HttpResponse.json(body, { status, headers: { ...headers, ...challenge } });
      }
    });

  type WriteRequest = EndpointRequest & { caller: Customer };
  /**
   * A write. `find` throws 404 where its order or customer is absent, which comes before a version that is no longer
   * theirs, and that before errors in the body.
   */
  const handleWrite = (
    endpoint: Endpoint,
    find: (input: WriteRequest) => { version?: string },
    change: (input: WriteRequest, sent: Json) => object,
    status?: number,
  ) =>
    handle(
      endpoint,
      requireCustomer,
      async (input) => {
        const { caller, id, request } = input;
        const key = requireIdempotencyKey(request);
        const sent = await readJsonBody(request);
        const fingerprint = `${request.method} ${endpoint.path.template} ${id} ${canonicalJson(sent)}`;
        return shop.idempotent({ user: caller.customer_id, key, fingerprint }, () => {
          const { version } = find(input);
          if (version) requireVersion(request, version);
          return change(input, sent);
        });
      },
      status,
    );
  const findOrder = ({ caller, id }: WriteRequest) => orNotFound("Order", shop.order(caller, id));
  const findCustomer = ({ caller, id }: WriteRequest) =>
    orNotFound("Customer", shop.customer(caller, id));
  const handleOrderChange = (endpoint: Endpoint, change: MockShop["cancelOrder"]) =>
    handleWrite(endpoint, findOrder, ({ caller, id }, sent) =>
      orNotFound("Order", change(caller, id, sent)),
    );

  return [
    handle(endpoints.searchProducts, allowAny, ({ url }) => {
      const query = queryOrBadRequest(productQuery, url);
      return pageOrNotFound(shop.searchProducts(query), query.limit, url);
    }),
    handle(endpoints.product, allowAny, ({ id }) => orNotFound("Product", shop.product(id))),
    handle(endpoints.orderStatus, requireCustomer, ({ caller, id }) =>
      orNotFound("Order", shop.orderStatus(caller, id)),
    ),
    handle(endpoints.order, requireCustomer, findOrder),
    handle(endpoints.orders, requireCustomer, ({ caller, url }) => {
      const query = queryOrBadRequest(orderQuery, url);
      const isOwn = ["", "me", caller.customer_id].includes(query.customer);
      if (!isOwn && !caller.staff) throwForbidden();
      return pageOrNotFound(shop.orders(caller, query), query.limit, url);
    }),
    handle(endpoints.customers, requireStaff, ({ url }) => {
      const query = queryOrBadRequest(customerQuery, url);
      return pageOrNotFound(shop.customers(query), query.limit, url);
    }),
    handle(endpoints.customer, requireCustomer, findCustomer),
    handle(endpoints.shop, allowAny, () => shop.info()),
    handleOrderChange(endpoints.cancelOrder, shop.cancelOrder),
    handleOrderChange(endpoints.changeOrderAddress, shop.changeOrderAddress),
    handleOrderChange(endpoints.changeOrderItems, shop.changeOrderItems),
    handleOrderChange(endpoints.changeOrderPayment, shop.changeOrderPayment),
    handleOrderChange(endpoints.returnItems, shop.returnItems),
    handleOrderChange(endpoints.exchangeItems, shop.exchangeItems),
    handle(endpoints.previewChange, requireCustomer, async (input) => {
      const sent = await readJsonBody(input.request);
      findOrder(input);
      const body = validateBody(previewBody, sent);
      return orNotFound("Order", shop.previewChange(input.caller, input.id, body));
    }),
    handleWrite(endpoints.changeCustomerAddress, findCustomer, ({ caller, id }, sent) =>
      orNotFound(
        "Customer",
        shop.changeCustomerAddress(caller, id, validateBody(addressBody, sent)),
      ),
    ),
    handleWrite(
      endpoints.contactSupport,
      () => ({}),
      ({ caller }, sent) => shop.contactSupport(caller, validateBody(supportBody, sent)),
      201,
    ),
  ];
}
