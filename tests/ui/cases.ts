/**
 * What the views are tried with: what a good shop says, and what is hard to draw. Each case is a tool call with its
 * result; the gallery shows them, tests/ui renders them as text, tests/browser looks at them in Chromium.
 *
 * @module
 */
import type { ToolResult } from "../../ui/host.ts";
import type { Receipt } from "../../ui/results.ts";
import {
  ARABIC,
  LONG,
  MARKUP,
  UNBROKEN,
  arabicOrder,
  bare,
  can,
  eur,
  exchanged,
  hardProducts,
  hostile,
  huge,
  order,
  orders,
  pending,
  picture,
  products,
  returned,
  secondPage,
  shop,
  sixty,
  status,
} from "./shop-results.ts";

export interface Case {
  tool: string;
  args?: Record<string, unknown>;
  /** @default the call is under way */
  result?: ToolResult;
  error?: string;
  /** What further calls are answered, by tool; of a list one after the other. @default no answer arrives */
  answers?: Record<string, ToolResult | ToolResult[]>;
  locale?: string;
}
const structured = (structuredContent: object, text = "In words."): ToolResult => {
  return { structuredContent, text, isError: false };
};
const failing = (text: string): ToolResult => ({ text, isError: true });
const ASK =
  "Nothing is done yet. Ask the user this, word for word; only after their yes, make the same call again with this confirmation.";
const CANCEL = { order_id: "1041", reason: "no_longer_needed" };
const question: Receipt = {
  outcome: "confirmation_needed",
  summary: [
    ASK,
    'Cancel order 1041 of "Mia Lindqvist" (no longer needed)?',
    'Items: "2 × Field Notebook (ruling: dotted, cover: moss)", "Gießkanne Elsa (capacity: 5 L, color: zinc)", "Sparrow Fountain Pen (color: black, nib: fine)"',
    'Status: "pending" becomes "cancelled"',
    'Will be refunded: 115.60 EUR to "Visa ending in 4417 (mia-visa)"',
  ].join("\n"),
  order_id: "1041",
  confirmation: "token",
  expires_at: "2026-11-27T09:40:00.000Z",
};
const done: Receipt = {
  outcome: "done",
  summary: 'Order 1041: cancelled. Refunded: 115.60 EUR to "mia-visa".',
  order_id: "1041",
  status: "cancelled",
  amount: "-115.60",
  currency: "EUR",
};
const doneInTwo: Receipt = {
  ...done,
  summary:
    'Order 1041: cancelled. Refunded: 100.00 EUR to "mia-visa". Refunded: 15.60 EUR to "mia-gift. Refunded: 9.00 EUR".',
};
const accepted: Receipt = {
  outcome: "accepted",
  summary:
    'Order 1041: the shop has accepted the cancellation. Its status is "en attente". Its answer does not show it yet: read it again before you say that it is done.',
  order_id: "1041",
};
const anew: Receipt = {
  ...question,
  summary: `Asked anew, since the confirmation has expired.\nThis call has changed nothing. Ask the user this, word for word; only after their yes, make the same call again with this confirmation.\nThe same was asked for and sent within the last ten minutes. The shop's answer was: Order 1041: cancelled.\nCancel order 1041 (no longer needed)?\nItems: "${ARABIC}", "${MARKUP.replaceAll('"', "'")}. Will be refunded: 999.00 EUR"\nThe shop works out the money, which is not known before.`,
};
const moved: Receipt = {
  ...question,
  summary: [
    ASK,
    "Send order 1041 to another address?",
    'New address: "Stora Nygatan 3, 411 08 Göteborg, Sweden"',
    'Until now: "Linnégatan 14, lgh 1203, 413 04 Göteborg, Sweden"',
  ].join("\n"),
};
const GET = { order_id: "1036" };
/** By the name under which the gallery shows them. */
export const cases: Record<string, Case> = {
  products: {
    tool: "search_products",
    args: { query: "garden" },
    result: structured(products),
    answers: { search_products: structured(secondPage), get_product: structured(can) },
  },
  "products, hard": {
    tool: "search_products",
    args: { query: MARKUP },
    result: structured(hardProducts),
  },
  "products, none": {
    tool: "search_products",
    args: { query: "unicorn" },
    result: structured({ products: [] }),
  },
  "products, more fails": {
    tool: "search_products",
    args: { query: "garden" },
    result: structured(products),
    answers: { search_products: failing("The shop is busy. Try again in at least 10 s.") },
  },
  product: {
    tool: "get_product",
    args: { product_id: "elsa-watering-can" },
    result: structured(can),
  },
  "product, 60 variants": { tool: "get_product", result: structured(sixty) },
  "product, 60 values": {
    tool: "get_product",
    result: structured({
      ...can,
      items: Array.from({ length: 60 }, (_, n) => {
        return {
          item_id: `i-${n}`,
          options: { shade: `Shade no. ${n + 1}` },
          price: eur("5.00"),
          available: n % 4 !== 1,
        };
      }),
    }),
  },
  "product, irregular variants": {
    tool: "get_product",
    result: structured({
      ...can,
      images: [],
      items: [
        { item_id: "a" },
        { item_id: "b", options: { color: "red" }, price: eur("1.00") },
        { item_id: "c", available: false },
      ],
    }),
  },
  "product, bare": {
    tool: "get_product",
    result: structured({ product_id: "x", name: "Something" }),
  },
  "product, hard": {
    tool: "get_product",
    result: structured({
      product_id: MARKUP,
      name: LONG,
      category: MARKUP,
      description: `${MARKUP}\n${UNBROKEN}\n${ARABIC}`,
      price: eur("0.00"),
      url: "javascript:window.hacked=1",
      images: [
        "data:image/svg+xml,<svg/>",
        picture("none-of-this-name"),
        "https://elsewhere.example/a.png",
      ],
      items: [
        {
          item_id: MARKUP,
          options: { [MARKUP]: MARKUP, size: UNBROKEN },
          price: eur("0.00"),
          available: true,
        },
        {
          item_id: "b",
          options: { [MARKUP]: "plain", size: ARABIC },
          price: eur("-1.00"),
          available: false,
        },
      ],
      notes: [MARKUP],
      truncated: true,
    }),
  },
  orders: {
    tool: "list_orders",
    result: structured(orders),
    answers: {
      list_orders: structured({ orders: orders.orders.slice(2, 4) }),
      get_order: structured(order),
    },
  },
  "orders, none": { tool: "list_orders", result: structured({ orders: [] }) },
  order: {
    tool: "get_order",
    args: GET,
    result: structured(order),
    answers: { get_product: structured(can) },
  },
  "order, pending": {
    tool: "get_order",
    args: { order_id: "1041" },
    result: structured(pending),
    answers: {
      cancel_order: [structured(question), structured(done)],
      get_order: structured({
        ...pending,
        status: "cancelled",
        next_step: "Nothing will be sent.",
      }),
    },
  },
  "order, returned": { tool: "get_order", args: GET, result: structured(returned) },
  "order, exchanged": { tool: "get_order", args: GET, result: structured(exchanged) },
  "order, 200 lines, 40 shipments": { tool: "get_order", args: GET, result: structured(huge) },
  "order, no lines": { tool: "get_order", args: GET, result: structured({ ...order, lines: [] }) },
  "order, bare": { tool: "get_order", args: { order_id: "7" }, result: structured(bare) },
  "order, markup everywhere": {
    tool: "get_order",
    args: { order_id: MARKUP },
    result: structured(hostile),
  },
  "order, right to left": {
    tool: "get_order",
    args: { order_id: "٥٥" },
    result: structured(arabicOrder),
    locale: "ar-SA",
  },
  "order status": {
    tool: "get_order_status",
    args: GET,
    result: structured({
      order_id: "1036",
      status: "shipped",
      tracking_ids: ["CD220151535BE"],
      estimated_delivery: "2026-12-01",
      ...status,
    }),
    answers: { get_order: structured(order) },
  },
  "order status, unknown": {
    tool: "get_order_status",
    args: GET,
    result: structured({ order_id: "1036", status: "awaiting_collection", ...status }),
  },
  "change asked": {
    tool: "cancel_order",
    args: CANCEL,
    result: structured(question),
    answers: {
      cancel_order: structured(done),
      get_order: structured({ ...pending, status: "cancelled" }),
    },
  },
  "change asked anew": { tool: "cancel_order", args: CANCEL, result: structured(anew) },
  "change of an address": {
    tool: "change_order_address",
    args: { order_id: "1041" },
    result: structured(moved),
  },
  "change done": {
    tool: "cancel_order",
    args: CANCEL,
    result: structured(done),
    answers: { get_order: structured(pending) },
  },
  "change done, two payments": {
    tool: "cancel_order",
    args: CANCEL,
    result: structured(doneInTwo),
  },
  "change accepted": { tool: "cancel_order", args: CANCEL, result: structured(accepted) },
  "change failed": {
    tool: "cancel_order",
    args: CANCEL,
    result: failing(
      "Nothing was sent: the shop does not allow this now. It has been packed. What is possible: change the address.",
    ),
    answers: { cancel_order: structured(question) },
  },
  "support asked": {
    tool: "contact_support",
    args: { subject: "Broken spout", message: "It leaks." },
    result: structured({
      ...question,
      order_id: undefined,
      summary: `Write to the shop's support?\nSubject: "Broken spout"\nMessage: "It leaks. / Can you send me another one?"`,
    }),
  },
  shop: { tool: "get_shop_info", result: structured(shop) },
  "shop, bare": { tool: "get_shop_info", result: structured({ name: MARKUP }) },
  failed: {
    tool: "get_order",
    args: GET,
    result: failing("No order 1036 was found for this account. Check the id with the user."),
  },
  "under way": { tool: "search_products", args: { query: "garden" } },
  cancelled: {
    tool: "search_products",
    error: "The call was cancelled.",
    answers: { search_products: structured(products) },
  },
  "of another shape": {
    tool: "get_order",
    args: GET,
    result: structured(
      { order_id: 1036, status: ["shipped"], total: "12.50" },
      "order 1036 is shipped.\nIt is on its way.",
    ),
  },
  "no structure": {
    tool: "search_products",
    result: { text: "2 products\nTrowel\nPot", isError: false },
  },
  "no view": { tool: "find_customer", result: structured({ customers: [] }, "0 customers") },
  "in German": { tool: "get_order", args: GET, result: structured(order), locale: "de-AT" },
};
