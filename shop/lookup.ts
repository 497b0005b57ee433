/**
 * Orders by the number that is printed on the mail, where the shop's paths take another id: `findOrderBy` makes the
 * look-up of a dialect's query.
 *
 * @module
 */
import { endpoints } from "./contract.ts";
import { MappingError, ShopError } from "./errors.ts";
import { listPage } from "./list.ts";
import { Notes } from "./notes.ts";
import type { FindOrder } from "./tool.ts";

const PAGE = 50; // rows of the shop's, of which one is wanted

const isSame = (one: string | undefined, other: string) =>
  one?.toLowerCase() === other.toLowerCase();

/**
 * Finds the order that is called by an id or a number. A number counts before an id; where a word is the number of one
 * order and the id of another, nobody can know which is meant, and both are named.
 * @param queryFor what the shop's list is asked with; nothing: it is read through
 */
export function findOrderBy(queryFor: (order_number: string) => Record<string, string>): FindOrder {
  const ask = (order_number: string) => {
    try {
      return queryFor(order_number);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      throw new ShopError("bad_mapping", { what: "order's number", detail: error.message });
    }
  };
  return async (called, { request, cursorKey }) => {
    const notes = new Notes();
    const { rows } = await listPage(
      { request, cursorKey, notes },
      {
        endpoint: endpoints.orders,
        query: ask(called),
        limit: 1,
        pageSize: PAGE,
        noun: "order",
        filters: [
          {
            argument: "order_number",
            lacks: "no order_number",
            fits: ({ order_id, order_number = order_id }) => isSame(order_number, called),
          },
        ],
      },
    ).catch((error: unknown) => {
      const isRefused =
        error instanceof ShopError && /^(http_40[03]|forbidden|unknown|not_off)/.test(error.code);
      if (isRefused) return { rows: undefined }; // an id needs no list
      throw error;
    });
    const [found] = rows ?? [];
    if (!found) return { order_id: called, isSearched: rows !== undefined && !notes.more };
    if (found.order_id === called) return { order_id: called, isSearched: true };
    const other = await request(endpoints.order, { ids: { order_id: called } }).catch(
      (error: unknown) => {
        const { status = 0 } = error instanceof ShopError ? error.context : {};
        if (status >= 400 && status < 500 && status !== 429) return undefined; // no id
        throw error;
      },
    );
    if (!other || other.order_id === found.order_id)
      return { order_id: found.order_id, isSearched: true };
    const detail = `the one with this number has the id ${found.order_id}, and the one with this id has the number ${other.order_number ?? "(none)"}`;
    throw new ShopError("two_orders", { id: called, detail });
  };
}
