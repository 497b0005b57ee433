/**
 * What the plans of change tools are made of: an order read for a change, and arguments checked against it. Only
 * facts that were just read are checked; what is allowed is the shop's to say.
 *
 * @module
 */
import type * as z from "zod";
import { type Formats, formatLine, nameOrder, piecesOf, quote } from "./account.ts";
import {
  type Customer,
  endpoints,
  ID,
  type itemsBody,
  type Order,
  type OrderLine,
  type Product,
} from "./contract.ts";
import { RETRYABLE, ShopError } from "./errors.ts";
import { formatMoney } from "./money.ts";
import { join, joinFirst20 } from "./text.ts";
import type { ToolContext } from "./tool.ts";

/** A change as it is meant, and what was read for its question. */
export interface Plan extends Partial<Formats> {
  /** What is always shown, a line each. The first one is the question. */
  asks: (string | undefined)[];
  /** What is shown where the shop does not say what the change would do: the request, and what was read. */
  details?: (string | undefined)[];
  /** What is changed, as it was read. */
  order?: Order;
  customer?: Customer;
}
/** The arguments do not fit what was read. */
export function rejectArguments(detail: string): never {
  throw new ShopError("misfit", { detail });
}

/** What a shop may allow of an order, in words. */
const PERMISSIONS = {
  can_cancel: "cancel it",
  can_change: "change its items or payment",
  can_change_address: "change its address",
  can_return: "return or exchange items",
};
type Permission = keyof typeof PERMISSIONS;
const METHOD_KINDS: Record<string, string> = { paypal: "PayPal", gift_card: "gift card" };

/**
 * An order as it is now, and its customer's payment methods where the shop says who that is.
 * @throws {ShopError} if the order says that this is not allowed, naming what is
 */
export async function loadOrderFor(
  permission: Permission,
  order_id: string,
  { request }: ToolContext,
) {
  const order = await request(endpoints.order, { ids: { order_id } });
  const { allowed = true, reason = "" } = order[permission] ?? {};
  if (!allowed) {
    const others = Object.entries(PERMISSIONS).filter(
      ([name]) => order[name as Permission]?.allowed,
    ); // the table's own keys
    const instead = join(others.map(([, words]) => words)) || "nothing of the kind";
    throw new ShopError("not_possible", {
      detail: join([reason, `Possible now: ${instead}.`], " "),
    });
  }
  const ids = { customer_id: order.customer_id ?? "me" };
  const customer = await request(endpoints.customer, { ids }).catch((error: unknown) => {
    if (error instanceof ShopError && RETRYABLE.includes(error.code)) throw error;
    return undefined; // a shop may have no customers
  });
  const methods = customer?.payment_methods ?? [];
  const methodOf = (id: string) => methods.find((method) => method.payment_method_id === id);
  /** `"Visa ending in 4417 (mia-visa)"` */
  function formatMethod(id: string, state?: string | false): string {
    const { kind = "", brand = METHOD_KINDS[kind] ?? kind, last_four } = methodOf(id) ?? {};
    const shownId = brand ? `(${join([id, state])})` : id;
    return quote(join([brand, last_four && `ending in ${last_four}`, shownId], " "));
  }
  /** A method to be used, in words. @throws {ShopError} unless it is the customer's, or paid before */
  function requirePaymentMethod(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const usable = [...methods, ...(order.payments ?? [])].flatMap(
      (one) => one.payment_method_id ?? [],
    );
    const all = join([...new Set(usable)]);
    const known = all
      ? `is not one of this customer's, which are ${all}`
      : "is not known to the shop, which lists none: leave it out";
    if (customer && !usable.includes(id)) rejectArguments(`payment_method_id: ${id} ${known}`);
    const { balance } = methodOf(id) ?? {};
    return `Payment method: ${formatMethod(id, balance && `${formatMoney(balance)} on it`)}`;
  }
  const owner = join([customer?.first_name, customer?.last_name], " ");
  const title = `${nameOrder({ ...order, order_id })}${owner && ` of ${quote(owner)}`}`;
  return { order, title, formatMethod, requirePaymentMethod };
}

/** Each wanted item with its line: an item named twice is two pieces. @throws {ShopError} where there are none */
export function matchLines<Wanted extends { item_id: string }>(
  { lines = [] }: Order,
  wanted: Wanted[],
  argument: string,
) {
  const bought = lines.flatMap(piecesOf);
  const left = [...bought];
  return wanted.map((one): [Wanted, OrderLine] => {
    const { item_id: id } = one;
    const index = left.findIndex(({ item_id }) => item_id === id);
    const [line] = index < 0 ? [] : left.splice(index, 1);
    if (line) return [one, line];
    const times = bought.filter(({ item_id }) => item_id === id).length;
    const all = joinFirst20([...new Set(bought.map(({ item_id }) => item_id))]) || "no known items";
    const count = `was bought ${times === 1 ? "once" : `${times} times`} and is named more often`;
    return rejectArguments(
      `${argument}: ${id} ${times ? count : `is not in this order, which has ${all}`}`,
    );
  });
}

/** The item of a product that is to take a line's place. @throws {ShopError} if it cannot be had */
function requireNewItem(product: Product, item_id: string, new_item_id: string) {
  const others = (product.items ?? []).filter((item) => item.item_id !== item_id);
  const available = others.filter((item) => item.available !== false);
  const found = available.find((item) => item.item_id === new_item_id);
  if (found) return found;
  const isSoldOut = others.some((item) => item.item_id === new_item_id);
  const other = isSoldOut ? "not available now" : "no item of that product";
  const why = new_item_id === item_id ? "there already" : other;
  const instead = joinFirst20(available.map((item) => item.item_id)) || "none";
  return rejectArguments(`items: ${new_item_id} is ${why}; in its place there are ${instead}`);
}

interface SwapArgs {
  order_id: string;
  items: z.output<typeof itemsBody>["items"];
  payment_method_id?: string | undefined;
}
/**
 * Plans new items in place of an order's lines.
 * @param verb begins the question: `Exchange items of`
 */
export const planItemSwap =
  (permission: Permission, verb: string) =>
  async ({ order_id, items, payment_method_id }: SwapArgs, context: ToolContext): Promise<Plan> => {
    const loaded = await loadOrderFor(permission, order_id, context);
    const method = loaded.requirePaymentMethod(payment_method_id);
    const swaps: string[] = [];
    const names = new Map<string, string>();
    const products = new Map<string, Product>();
    for (const [{ item_id, new_item_id }, line] of matchLines(loaded.order, items, "items")) {
      const { product_id = "" } = line;
      if (!ID.test(product_id))
        rejectArguments(`the shop does not say of which product ${item_id} is`);
      const known = products.get(product_id);
      const product = known ?? (await context.request(endpoints.product, { ids: { product_id } }));
      products.set(product_id, product);
      const item = requireNewItem(product, item_id, new_item_id);
      names.set(new_item_id, formatLine({ ...line, ...item, quantity: 1 }));
      swaps.push(`Change: ${formatLine(line)} for ${names.get(new_item_id)}`);
    }
    const asks = [`${verb} ${loaded.title}?`];
    const formatNewItem = (id: string) => names.get(id) ?? quote(id);
    return { ...loaded, asks, details: [...swaps, method], formatNewItem };
  };
