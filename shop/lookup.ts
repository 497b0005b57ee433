/**
 * Orders by the number that is printed on the mail, where the shop's paths take another id: `findOrderBy` makes the
 * look-up of a dialect's query.
 *
 * @module
 */
import { endpoints, ID } from "./contract.ts";
import { MappingError, ShopError } from "./errors.ts";
import { listPage } from "./list.ts";
import { Notes } from "./notes.ts";
import { joinFirst20 } from "./text.ts";
import type { FindOrder } from "./tool.ts";

const PAGE = 50; // rows of the shop's, of which one is wanted

const isSame = (one: string | undefined, other: string) =>
  one?.toLowerCase() === other.toLowerCase();

/**
 * Finds the order that is called by an id or a number. A number counts before an id; where a word is the number of one
 * order and the id of another, nobody can know which is meant, and both are named: with a `#` it is the number.
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
  return async (given, { request, cursorKey }) => {
    const called = given.replace(/^#/, "");
    const notes = new Notes();
    const { rows } = await listPage(
      { request, cursorKey, notes },
      {
        endpoint: endpoints.orders,
        query: ask(called),
        limit: PAGE,
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
    const exact = rows?.filter(({ order_id, order_number = order_id }) => order_number === called);
    const ids = new Set((exact?.length ? exact : rows)?.map(({ order_id }) => order_id));
    if (ids.size > 1)
      throw new ShopError("two_orders", {
        id: called,
        detail: `those with the ids ${joinFirst20([...ids])} have this number`,
        advice: "the id",
      });
    const [found] = ids;
    const isSearched = rows !== undefined && !notes.more;
    if (found === undefined && !ID.test(called))
      throw new ShopError(isSearched ? "unknown_id" : "unknown_number", {
        what: endpoints.order.what,
        id: called,
      });
    if (found === undefined) return { order_id: called, isSearched };
    if (found === called || given !== called) return { order_id: found, isSearched: true };
    const other =
      ID.test(called) &&
      (await request(endpoints.order, { ids: { order_id: called } }).catch((error: unknown) => {
        const { status = 0 } = error instanceof ShopError ? error.context : {};
        if (status >= 400 && status < 500 && status !== 429) return undefined; // no id
        throw error;
      }));
    if (!other || other.order_id === found) return { order_id: found, isSearched: true };
    throw new ShopError("two_orders", {
      id: called,
      detail: `the one with this number has the id ${found}, and the one with this id has the number ${other.order_number ?? "(none)"}`,
      advice: "# and the number",
    });
  };
}
