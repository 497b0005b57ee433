/**
 * What the shop's staff do, for whom the contract has no paths: ship an order, and say whether a product can be bought.
 * Only the mock has these, below /__world/; they ask for no token. `scripts/shop.ts` serves them.
 *
 * @module
 */
import { http, type HttpHandler, HttpResponse } from "msw";
import * as z from "zod";
import { ApiError, throwApiError } from "./errors.ts";
import type { MockShop } from "./shop.ts";

const shipBody = z.object({ tracking_ids: z.array(z.string().min(1)).min(1).optional() });
const stockBody = z.object({ available: z.boolean() });

/** A path that does something to what has this id, and answers with it. */
function post<Body>(
  path: string,
  schema: z.ZodType<Body>,
  act: (id: string, body: Body) => object | undefined,
): HttpHandler {
  return http.post(path, async ({ request, params }) => {
    const id = String(params["id"]);
    try {
      const body = schema.safeParse(JSON.parse((await request.text()) || "{}"));
      if (!body.success) return throwApiError(400, z.prettifyError(body.error));
      return HttpResponse.json(act(id, body.data) ?? throwApiError(404, `There is no ${id}.`));
    } catch (error) {
      if (error instanceof SyntaxError)
        return HttpResponse.json({ detail: "Send JSON, or nothing." }, { status: 400 });
      if (!(error instanceof ApiError)) throw error;
      return HttpResponse.json(error.body, { status: error.status });
    }
  });
}

export const createStaffHandlers = (shop: MockShop): HttpHandler[] => [
  post("/__world/orders/:id/ship/", shipBody, (id, { tracking_ids }) =>
    shop.shipOrder(id, tracking_ids),
  ),
  post("/__world/products/:id/stock/", stockBody, (id, { available }) =>
    shop.stockProduct(id, available),
  ),
];
