/**
 * What an argument may be, from how it begins: products by search, orders among the user's own.
 *
 * @module
 */
import { endpoints } from "./contract.ts";
import { wantedOrders, wantedProducts } from "./filters.ts";
import { listPage } from "./list.ts";
import type { CallerContext } from "./tool.ts";

type Completer = (value: string, caller: CallerContext) => Promise<string[]>;
const completers: Record<string, Completer> = {
  async product_id(value, caller) {
    const q = value.replace(/[-_.:]+/g, " ").trim();
    if (!q) return [];
    const list = { endpoint: endpoints.searchProducts, query: { q }, limit: 20 };
    const wanted = wantedProducts({ query: q }, caller.shopSearches);
    const { rows } = await listPage(caller, { ...list, ...wanted });
    return rows.map((row) => row.product_id);
  },
  async order_id(value, caller) {
    const list = { endpoint: endpoints.orders, query: { customer: "me" }, limit: 50 };
    const { rows } = await listPage(caller, { ...list, ...wantedOrders({}) });
    const ids = rows.flatMap(({ order_id, order_number = order_id }) => {
      return caller.findOrder ? order_number : order_id;
    });
    return ids.filter((id) => id.startsWith(value.replace(/^#/, "")));
  },
};

/** The ids that an argument may be; none for an argument that is no id. @throws {ShopError} */
export const complete = async (argument: string, value: string, caller: CallerContext) =>
  (await completers[argument]?.(value, caller)) ?? [];
