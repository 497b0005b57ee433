/** One MSW handler per endpoint of the contract. What no handler knows stays unhandled. @module */
import { isUtf8 } from "node:buffer";
import { http, type HttpHandler, HttpResponse } from "msw";
import type * as z from "zod";
import { endpoints } from "../server.ts";
import * as bodies from "./request-bodies.ts";
import { canonical, type Json, readJson } from "./python-json.ts";
import { type Listing, pageOf } from "./cursor-pagination.ts";
import { customerQuery, orderQuery, productQuery, readQuery } from "./query-parameters.ts";
import { Refusal, refuse } from "./errors.ts";
import type { Shop } from "./shop.ts";
import type { Customer } from "./world.ts";

const forbid = () => refuse(403, "You do not have permission to perform this action.");
const found = <T>(noun: string, thing: T | undefined): T =>
  thing ?? refuse(404, `No ${noun} matches the given query.`);

/** Whose request it is, undefined for anonymous. A bad token is refused where none is needed, too. */
function authenticate(header: string, shop: Shop): Customer | undefined {
  const [keyword = "", key, ...more] = header.split(/[\t-\r ]+/).filter(Boolean);
  if (!/^(token|bearer)$/i.test(keyword)) return undefined;
  const malformed = (why: string) => refuse(401, `Invalid token header. ${why}`);
  if (!key) return malformed("No credentials provided.");
  if (more.length) return malformed("Token string should not contain spaces.");
  if (!isUtf8(Buffer.from(key, "latin1")))
    return malformed("Token string should not contain invalid characters.");
  return shop.holder(key) ?? refuse(401, "Invalid token.");
}

// Who may ask, checked before anything else is asked for.
const anyone = () => undefined;
const shopper = (caller: Customer | undefined): Customer =>
  caller ?? refuse(401, "Authentication credentials were not provided.");
function staff(caller: Customer | undefined): Customer {
  const known = shopper(caller);
  return known.staff ? known : forbid();
}

/** What an answer is made of: the id in the path, where there is one, the query, and the rest of the request. */
interface Asked {
  id: string;
  url: URL;
  request: Request;
}
type Endpoint = { method: string; path: { template: string } };

function ask<Q>(schema: z.ZodType<Q>, url: URL): Q {
  const read = readQuery(schema, url);
  if ("refused" in read) throw new Refusal(400, read.refused);
  return read.query;
}
const page = <Row>(listing: Listing<Row>, limit: number, url: URL) =>
  pageOf(listing, limit, url) ?? refuse(404, "Invalid cursor");

/** The key under which a write takes effect once. */
function idempotencyKey({ headers }: Request): string {
  const key = headers.get("Idempotency-Key") ?? "";
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const detail = "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.";
  throw new Refusal(400, { detail, code: "idempotency_key_required" });
}
const isJson = (type: string) =>
  type.length <= 256 && /^(application|\*)\/(json|\*)$/i.test(type.replace(/;.*/s, "").trim());
/** What is sent; nothing is an empty object to Django, whatever its type. */
async function readSent(request: Request): Promise<Json> {
  const bytes = await request.arrayBuffer();
  if (!bytes.byteLength) return {};
  const type = request.headers.get("Content-Type") ?? "";
  if (!isJson(type)) refuse(415, `Unsupported media type "${type}" in request.`);
  try {
    return readJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return refuse(400, `JSON parse error - ${error instanceof Error ? error.message : error}`);
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
    answer: (asked: Asked & { caller: C }) => object | Promise<object>,
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
          refuse(405, `Method "${request.method}" not allowed.`);
        const body = await answer({ caller, id, url: new URL(request.url), request });
        return HttpResponse.json(body, { status, headers });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, body } = error;
        const asks = status === 401 && { "WWW-Authenticate": "Token" };
        return HttpResponse.json(body, { status, headers: { ...headers, ...asks } });
      }
    });

  type Write = Asked & { caller: Customer };
  /** A write: what it is about has to be there before its body is looked at. */
  const write = <B>(
    endpoint: Endpoint,
    find: (asked: Write) => object,
    body: bodies.Body<B>,
    change: (asked: Write, body: B) => object,
    status?: number,
  ) =>
    handle(
      endpoint,
      shopper,
      async (asked) => {
        const { caller, id, request } = asked;
        const key = idempotencyKey(request);
        const sent = await readSent(request);
        const fingerprint = `${request.method} ${endpoint.path.template} ${id} ${canonical(sent)}`;
        return shop.once({ user: caller.customer_id, key, fingerprint }, () => {
          find(asked);
          return change(asked, bodies.readBody(body, sent));
        });
      },
      status,
    );
  const order = ({ caller, id }: Write) => found("Order", shop.order(caller, id));
  const customer = ({ caller, id }: Write) => found("Customer", shop.customer(caller, id));
  const writeOrder = <B>(
    endpoint: Endpoint,
    body: bodies.Body<B>,
    change: (caller: Customer, id: string, body: B) => object | undefined,
  ) =>
    write(endpoint, order, body, ({ caller, id }, sent) =>
      found("Order", change(caller, id, sent)),
    );

  return [
    handle(endpoints.searchProducts, anyone, ({ url }) => {
      const query = ask(productQuery, url);
      return page(shop.search(query), query.limit, url);
    }),
    handle(endpoints.product, anyone, ({ id }) => found("Product", shop.product(id))),
    handle(endpoints.orderStatus, shopper, ({ caller, id }) =>
      found("Order", shop.orderStatus(caller, id)),
    ),
    handle(endpoints.order, shopper, order),
    handle(endpoints.orders, shopper, ({ caller, url }) => {
      const query = ask(orderQuery, url);
      const isOwn = ["", "me", caller.customer_id].includes(query.customer);
      if (!isOwn && !caller.staff) forbid();
      return page(shop.orders(caller, query), query.limit, url);
    }),
    handle(endpoints.customers, staff, ({ url }) => {
      const query = ask(customerQuery, url);
      return page(shop.customers(query), query.limit, url);
    }),
    handle(endpoints.customer, shopper, customer),
    handle(endpoints.shop, anyone, () => shop.info()),
    writeOrder(endpoints.cancelOrder, bodies.cancellation, shop.cancelOrder),
    writeOrder(endpoints.changeOrderAddress, bodies.newAddress, shop.changeOrderAddress),
    writeOrder(endpoints.changeOrderItems, bodies.replacements, shop.changeOrderItems),
    writeOrder(endpoints.changeOrderPayment, bodies.newPayment, shop.changeOrderPayment),
    writeOrder(endpoints.returnItems, bodies.itemsBack, shop.returnItems),
    writeOrder(endpoints.exchangeItems, bodies.replacements, shop.exchangeItems),
    write(endpoints.changeCustomerAddress, customer, bodies.newAddress, ({ caller, id }, sent) =>
      found("Customer", shop.changeCustomerAddress(caller, id, sent)),
    ),
    write(
      endpoints.contactSupport,
      ({ caller }) => caller,
      bodies.supportRequest,
      ({ caller }, sent) => shop.contactSupport(caller, sent),
      201,
    ),
  ];
}
