/**
 * Which tools' results have a view, and of which kind each is. Data alone, since the server reads it at its start.
 *
 * @module
 */
export type Kind = "products" | "product" | "orders" | "order" | "orderStatus" | "shop" | "receipt";

export const KINDS: Record<string, Kind> = {
  search_products: "products",
  get_product: "product",
  list_orders: "orders",
  get_order: "order",
  get_order_status: "orderStatus",
  get_shop_info: "shop",
  cancel_order: "receipt",
  change_order_address: "receipt",
  change_order_items: "receipt",
  change_order_payment: "receipt",
  return_items: "receipt",
  exchange_items: "receipt",
  change_customer_address: "receipt",
  contact_support: "receipt",
};
/** Tools whose results are shown as text. */
export const WITHOUT_VIEW = ["find_customer", "get_customer"];
/** Whether a tool's results have a view. */
export const hasView = (tool: string): boolean => Object.hasOwn(KINDS, tool);
/** Whether a tool changes something. */
export const isChange = (tool: string): boolean => hasView(tool) && KINDS[tool] === "receipt";
