/** One MSW handler per endpoint of the contract. What no handler knows stays unhandled. @module */
import { isUtf8 } from "node:buffer";
import { http, type HttpHandler, HttpResponse } from "msw";
import type * as z from "zod";
import { endpoints } from "../server.ts";
import * as bodies from "./request-bodies.ts";
import { canonicalJson, type Json, parseJson } from "./python-json.ts";
import { type Listing, paginate } from "./cursor-pagination.ts";
import { customerQuery, orderQuery, productQuery, parseQuery } from "./query-parameters.ts";
import { ApiError, throwApiError } from "./errors.ts";
import type { Shop } from "./shop.ts";
import type { Customer } from "./world.ts";

const throwForbidden = () =>
  throwApiError(403, "You do not have permission to perform this action.");
const orNotFound = <T>(noun: string, thing: T | undefined): T =>
  thing ?? throwApiError(404, `No ${noun} matches the given query.`);

/** Whose request it is, undefined for anonymous. A bad token is refused where none is needed, too. */
function authenticate(header: string, shop: Shop): Customer | undefined {
  const [keyword = "", key, ...more] = header.split(/[\t-\r ]+/).filter(Boolean);
  if (!/^(token|bearer)$/i.test(keyword)) return undefined;
  const malformed = (why: string) => throwApiError(401, `Invalid token header. ${why}`);
  if (!key) return malformed("No credentials provided.");
  if (more.length) return malformed("Token string should not contain spaces.");
  if (!isUtf8(Buffer.from(key, "latin1")))
    return malformed("Token string should not contain invalid characters.");
  return shop.customerForToken(key) ?? throwApiError(401, "Invalid token.");
}

// Who may ask, checked before anything else is asked for.
const allowAny = () => undefined;
const requireCustomer = (caller: Customer | undefined): Customer =>
  caller ?? throwApiError(401, "Authentication credentials were not provided.");
function requireStaff(caller: Customer | undefined): Customer {
  const known = requireCustomer(caller);
  return known.staff ? known : throwForbidden();
}

/** What an answer is made of: the id in the path, where there is one, the query, and the rest of the request. */
interface EndpointRequest {
  id: string;
  url: URL;
  request: Request;
}
type Endpoint = { method: string; path: { template: string } };

function requireQuery<Q>(schema: z.ZodType<Q>, url: URL): Q {
  const read = parseQuery(schema, url);
  if ("errors" in read) throw new ApiError(400, read.errors);
  return read.query;
}
const requirePage = <Row>(listing: Listing<Row>, limit: number, url: URL) =>
  paginate(listing, limit, url) ?? throwApiError(404, "Invalid cursor");

/** The key under which a write takes effect once. */
function requireIdempotencyKey({ headers }: Request): string {
  const key = headers.get("Idempotency-Key") ?? "";
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const detail = "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.";
  throw new ApiError(400, { detail, code: "idempotency_key_required" });
}
const isJsonType = (type: string) =>
  type.length <= 256 && /^(application|\*)\/(json|\*)$/i.test(type.replace(/;.*/s, "").trim());
/** What is sent; nothing is an empty object to Django, whatever its type. */
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
 * The endpoints of a shop. Paths are relative: give `getResponse` or the network the origin as `baseUrl`.
 * Whoever serves them answers what they leave unhandled; Django says 404 `{"detail": "Not found."}`.
 */
export function createHandlers(shop: Shop): HttpHandler[] {
  /** Checks as Django does, in its order: token, permission, method, and then the rest. */
  const handle = <C>(
    { method, path }: Endpoint,
    permit: (caller: Customer | undefined) => C,
    answer: (asked: EndpointRequest & { caller: C }) => object | Promise<object>,
    status = 200,
  ) =>
    http.all(path.template.replace(/{(\w+)}/g, ":$1"), async ({ request, params }) => {
      const [id = ""] = Object.values(params).map(String);
      if (id.includes("/")) return undefined; // an encoded slash is a slash to Django: another path
      const allowed = method === "GET" ? ["GET", "HEAD"] : [method];
      const headers = { Allow: [...allowed, "OPTIONS"].join(", ") };
      try {
        const caller = permit(authenticate(request.headers.get("Authorization") ?? "", shop));
        if (!allowed.includes(request.method))
          throwApiError(405, `Method "${request.method}" not allowed.`);
        const body = await answer({ caller, id, url: new URL(request.url), request });
        return HttpResponse.json(body, { status, headers });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, body } = error;
        const challenge = status === 401 && { "WWW-Authenticate": "Token" };
        return HttpResponse.json(body, { status, headers: { ...headers, ...challenge } });
      }
    });

  type WriteRequest = EndpointRequest & { caller: Customer };
  /** A write: what it is about has to be there before its body is looked at. */
  const handleWrite = <B>(
    endpoint: Endpoint,
    find: (asked: WriteRequest) => object,
    body: bodies.Body<B>,
    change: (asked: WriteRequest, body: B) => object,
    status?: number,
  ) =>
    handle(
      endpoint,
      requireCustomer,
      async (asked) => {
        const { caller, id, request } = asked;
        const key = requireIdempotencyKey(request);
        const sent = await readJsonBody(request);
        const fingerprint = `${request.method} ${endpoint.path.template} ${id} ${canonicalJson(sent)}`;
        return shop.idempotent({ user: caller.customer_id, key, fingerprint }, () => {
          find(asked);
          return change(asked, bodies.validateBody(body, sent));
        });
      },
      status,
    );
  const findOrder = ({ caller, id }: WriteRequest) => orNotFound("Order", shop.order(caller, id));
  const findCustomer = ({ caller, id }: WriteRequest) =>
    orNotFound("Customer", shop.customer(caller, id));
  const handleOrderWrite = <B>(
    endpoint: Endpoint,
    body: bodies.Body<B>,
    change: (caller: Customer, id: string, body: B) => object | undefined,
  ) =>
    handleWrite(endpoint, findOrder, body, ({ caller, id }, sent) =>
      orNotFound("Order", change(caller, id, sent)),
    );

  return [
    handle(endpoints.searchProducts, allowAny, ({ url }) => {
      const query = requireQuery(productQuery, url);
      return requirePage(shop.search(query), query.limit, url);
    }),
    handle(endpoints.product, allowAny, ({ id }) => orNotFound("Product", shop.product(id))),
    handle(endpoints.orderStatus, requireCustomer, ({ caller, id }) =>
      orNotFound("Order", shop.orderStatus(caller, id)),
    ),
    handle(endpoints.order, requireCustomer, findOrder),
    handle(endpoints.orders, requireCustomer, ({ caller, url }) => {
      const query = requireQuery(orderQuery, url);
      const isOwn = ["", "me", caller.customer_id].includes(query.customer);
      if (!isOwn && !caller.staff) throwForbidden();
      return requirePage(shop.orders(caller, query), query.limit, url);
    }),
    handle(endpoints.customers, requireStaff, ({ url }) => {
      const query = requireQuery(customerQuery, url);
      return requirePage(shop.customers(query), query.limit, url);
    }),
    handle(endpoints.customer, requireCustomer, findCustomer),
    handle(endpoints.shop, allowAny, () => shop.info()),
    handleOrderWrite(endpoints.cancelOrder, bodies.cancelBody, shop.cancelOrder),
    handleOrderWrite(endpoints.changeOrderAddress, bodies.addressBody, shop.changeOrderAddress),
    handleOrderWrite(endpoints.changeOrderItems, bodies.itemSwapsBody, shop.changeOrderItems),
    handleOrderWrite(endpoints.changeOrderPayment, bodies.paymentBody, shop.changeOrderPayment),
    handleOrderWrite(endpoints.returnItems, bodies.returnBody, shop.returnItems),
    handleOrderWrite(endpoints.exchangeItems, bodies.itemSwapsBody, shop.exchangeItems),
    handleWrite(
      endpoints.changeCustomerAddress,
      findCustomer,
      bodies.addressBody,
      ({ caller, id }, sent) =>
        orNotFound("Customer", shop.changeCustomerAddress(caller, id, sent)),
    ),
    handleWrite(
      endpoints.contactSupport,
      ({ caller }) => caller,
      bodies.supportBody,
      ({ caller }, sent) => shop.contactSupport(caller, sent),
      201,
    ),
  ];
}
