/**
 * What an argument may be, from how it begins and from what else is given already: products by search, orders among the
 * user's own.
 *
 * @module
 */
import { endpoints, ID } from "./contract.ts";
import { wantedOrders, wantedProducts } from "./filters.ts";
import { listPage } from "./list.ts";
import type { CallerContext } from "./tool.ts";

type Others = Partial<Record<string, string>>;
type Completer = (value: string, caller: CallerContext, others: Others) => Promise<string[]>;

/** The user's orders whose ids or numbers begin like this. */
async function ownOrders(value: string, caller: CallerContext, status?: "delivered") {
  const list = { endpoint: endpoints.orders, query: { customer: "me", status }, limit: 50 };
  const { rows } = await listPage(caller, { ...list, ...wantedOrders({ status }) });
  const ids = rows.flatMap(({ order_id, order_number = order_id }) => {
    return caller.findOrder ? order_number : order_id;
  });
  return ids.filter((id) => id.startsWith(value.replace(/^#/, "")));
}
/** The products that a search for these words finds. */
async function searchProducts(words: string, caller: CallerContext) {
  const q = words.replace(/[-_.:]+/g, " ").trim();
  if (!q) return [];
  const list = { endpoint: endpoints.searchProducts, query: { q }, limit: 20 };
  const wanted = wantedProducts({ query: q }, caller.shopSearches);
  return (await listPage(caller, { ...list, ...wanted })).rows;
}

const completers: Record<string, Completer> = {
  product_id: async (value, caller) =>
    (await searchProducts(value, caller)).map((row) => row.product_id),
  /** Never the one that it is compared with; those of its category first, and alone before anything is typed. */
  async other_product_id(value, caller, { product_id = "" }) {
    const { category } = ID.test(product_id)
      ? await caller.request(endpoints.product, { ids: { product_id } }).catch(() => NOTHING)
      : NOTHING;
    const rows = await searchProducts(value || (category ?? ""), caller);
    const others = rows.filter((row) => row.product_id !== product_id);
    const alike = others.filter((row) => category && row.category === category);
    const rest = value ? others.filter((row) => !alike.includes(row)) : [];
    return [...alike, ...rest].map((row) => row.product_id);
  },
  order_id: (value, caller) => ownOrders(value, caller),
  /** What has arrived can be returned, and nothing else. */
  returnable_order_id: (value, caller) => ownOrders(value, caller, "delivered"),
};
const NOTHING: { category?: string | undefined } = {};

/** The ids that an argument may be; none for an argument that is no id. @throws {ShopError} */
export const complete = async (
  argument: string,
  value: string,
  caller: CallerContext,
  others: Others,
): Promise<string[]> => (await completers[argument]?.(value, caller, others)) ?? [];
