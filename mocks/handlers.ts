/** One MSW handler per endpoint of the contract. What no handler knows stays unhandled. @module */
import { isUtf8 } from "node:buffer";
import { http, type HttpHandler, HttpResponse } from "msw";
import type * as z from "zod";
import { endpoints } from "../server.ts";
import { type Listing, pageOf } from "./paging.ts";
import { customerQuery, orderQuery, productQuery, readQuery } from "./queries.ts";
import type { Shop } from "./shop.ts";
import type { Customer } from "./world.ts";

/** Why there is no answer: a status, and the body that Django sends with it. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}
const refuse = (status: number, detail: string): never => {
  throw new Refusal(status, { detail });
};
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

/** What an answer is made of: the id in the path, where there is one, and the query. */
interface Asked {
  id: string;
  url: URL;
}
type Endpoint = { method: string; path: { template: string } };

function ask<Q>(schema: z.ZodType<Q>, url: URL): Q {
  const read = readQuery(schema, url);
  if ("refused" in read) throw new Refusal(400, read.refused);
  return read.query;
}
const page = <Row>(listing: Listing<Row>, limit: number, url: URL) =>
  pageOf(listing, limit, url) ?? refuse(404, "Invalid cursor");

/**
 * The endpoints of a shop. Paths are relative: give `getResponse` or the network the origin as `baseUrl`.
 * Whoever serves them answers what they leave unhandled; Django says 404 `{"detail": "Not found."}`.
 */
export function createHandlers(shop: Shop): HttpHandler[] {
  /** Checks as Django does, in its order: token, permission, method, and then the rest. */
  const handle = <C>(
    { method, path }: Endpoint,
    permit: (caller: Customer | undefined) => C,
    answer: (asked: Asked & { caller: C }) => object,
  ) =>
    http.all(path.template.replace(/{(\w+)}/g, ":$1"), ({ request, params }) => {
      const [id = ""] = Object.values(params).map(String);
      if (id.includes("/")) return undefined; // an encoded slash is a slash to Django: another path
      const allowed = method === "GET" ? ["GET", "HEAD"] : [method];
      const headers = { Allow: [...allowed, "OPTIONS"].join(", ") };
      try {
        const caller = permit(authenticate(request.headers.get("Authorization") ?? "", shop));
        if (!allowed.includes(request.method))
          refuse(405, `Method "${request.method}" not allowed.`);
        return HttpResponse.json(answer({ caller, id, url: new URL(request.url) }), { headers });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, body } = error;
        const asks = status === 401 && { "WWW-Authenticate": "Token" };
        return HttpResponse.json(body, { status, headers: { ...headers, ...asks } });
      }
    });

  return [
    handle(endpoints.searchProducts, anyone, ({ url }) => {
      const query = ask(productQuery, url);
      return page(shop.search(query), query.limit, url);
    }),
    handle(endpoints.product, anyone, ({ id }) => found("Product", shop.product(id))),
    handle(endpoints.orderStatus, shopper, ({ caller, id }) =>
      found("Order", shop.orderStatus(caller, id)),
    ),
    handle(endpoints.order, shopper, ({ caller, id }) => found("Order", shop.order(caller, id))),
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
    handle(endpoints.customer, shopper, ({ caller, id }) =>
      found("Customer", shop.customer(caller, id)),
    ),
    handle(endpoints.shop, anyone, () => shop.info()),
  ];
}
