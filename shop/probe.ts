/**
 * What is asked of a shop at start, to hear whether anybody is there: the least of what is offered.
 *
 * @module
 */
import type { DjangoClient, Query } from "./client.ts";
import { type Endpoint, endpoints } from "./contract.ts";

const PROBES: { tool: string; endpoint: Endpoint; query: Query }[] = [
  { tool: "search_products", endpoint: endpoints.searchProducts, query: { q: "a", limit: 1 } },
  { tool: "search", endpoint: endpoints.searchProducts, query: { q: "a", limit: 1 } },
  { tool: "list_orders", endpoint: endpoints.orders, query: { limit: 1 } },
  { tool: "get_shop_info", endpoint: endpoints.shop, query: {} },
];

/** @throws {ShopError} where the shop does not answer as it should */
export async function probe(
  { offered, request }: { offered: Map<string, unknown>; request: DjangoClient },
  signal: AbortSignal,
): Promise<void> {
  const found = PROBES.find(({ tool }) => offered.has(tool));
  if (found) await request(found.endpoint, { query: found.query, signal, isStrict: true });
}
