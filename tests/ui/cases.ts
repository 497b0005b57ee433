/**
 * What the views are tried with: what a good shop says, and what is hard to draw. Each case is a tool call with its
 * result; the gallery shows them, tests/ui renders them as text, tests/browser looks at them in Chromium.
 *
 * @module
 */
import type { ToolResult } from "../../ui/host.ts";
import type {
  Money,
  Order,
  OrderPage,
  Product,
  ProductPage,
  Receipt,
  Shop,
} from "../../ui/results.ts";

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

/** Where pictures may come from; the gallery puts its own address in the place of it. */
export const SHOP = "http://shop.test";
const picture = (name: string) => `${SHOP}/media/${name}.svg`;
const eur = (amount: string): Money => ({ amount, currency: "EUR" });
/** Whatever could be taken for markup. */
export const MARKUP = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>&lt;b&gt;{{7*7}}`;
const ARABIC = "فانوس نحاسي مصنوع يدويًا للحديقة";
const LONG = "Hand-forged Garden Secateurs with a Replaceable Spring and Walnut-Handled Blades";
const UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

// ── Products ────────────────────────────────────────────────────────────────────────────────────

const products: ProductPage = {
  products: [
    {
      product_id: "elsa-watering-can",
      name: "Gießkanne Elsa",
      category: "Garden",
      price: eur("24.90"),
      available: true,
      image: picture("elsa-watering-can"),
    },
    {
      product_id: "fagelbo-nest-box",
      name: "Fågelbo Nest Box",
      category: "Garden",
      price: eur("29.00"),
      available: true,
      image: picture("fagelbo-nest-box"),
    },
    {
      product_id: "hand-secateurs",
      name: "Forged Secateurs",
      category: "Garden",
      price: eur("47.00"),
      available: false,
      image: picture("hand-secateurs"),
    },
    {
      product_id: "impruneta-pot",
      name: "Impruneta Terracotta Pot",
      category: "Garden",
      price: eur("9.80"),
      available: true,
      image: picture("impruneta-pot"),
    },
    {
      product_id: "jute-twine",
      name: "Jute Twine on a Beech Spool",
      category: "Garden",
      price: eur("4.80"),
      available: true,
      image: picture("jute-twine"),
    },
    {
      product_id: "seed-tin",
      name: "Seed Tin for One Bed",
      category: "Garden",
      price: eur("18.50"),
      available: true,
      image: picture("seed-tin"),
    },
    {
      product_id: "root-trowel",
      name: "Narrow Root Trowel",
      category: "Garden",
      price: eur("22.40"),
      available: true,
      image: picture("root-trowel"),
    },
    {
      product_id: "harbour-lantern",
      name: "Harbour Storm Lantern",
      category: "Light",
      price: eur("34.90"),
      available: true,
      image: picture("harbour-lantern"),
    },
  ],
  next_cursor: "cursor-2",
};
const secondPage: ProductPage = {
  products: [
    {
      product_id: "orchard-hammock",
      name: "Orchard Hammock",
      category: "Outdoors",
      price: eur("98.00"),
      available: true,
      image: picture("orchard-hammock"),
    },
    {
      product_id: "delta-kite",
      name: "Delta Kite",
      category: "Play",
      price: eur("39.00"),
      available: true,
      image: picture("delta-kite"),
    },
  ],
};
const hardProducts: ProductPage = {
  products: [
    { product_id: "p1", name: "No picture", price: eur("12.50"), available: true },
    {
      product_id: "p2",
      name: "Price zero",
      price: eur("0.00"),
      available: true,
      image: picture("paper-star"),
    },
    {
      product_id: "p3",
      name: LONG,
      category: "Garden tools and everything that goes with them",
      price: eur("1249999.99"),
      available: false,
      image: picture("hand-secateurs"),
    },
    { product_id: "p4", name: UNBROKEN, price: eur("9.00") },
    {
      product_id: "p5",
      name: ARABIC,
      category: "حديقة",
      price: { amount: "120.00", currency: "SAR" },
      available: true,
      image: picture("harbour-lantern"),
    },
    {
      product_id: "p6",
      name: MARKUP,
      category: MARKUP,
      price: eur("1.00"),
      url: "javascript:window.hacked=1",
      image: "javascript:window.hacked=1",
    },
    {
      product_id: "p7",
      name: "Broken picture",
      price: eur("3.00"),
      image: picture("none-of-this-name"),
    },
    {
      product_id: "p8",
      name: "Picture from elsewhere",
      price: eur("3.00"),
      image: "https://elsewhere.example/track.gif",
    },
    {
      product_id: "p9",
      name: "Data picture",
      price: eur("3.00"),
      image: "data:image/svg+xml,<svg onload='window.hacked=1'/>",
    },
    { product_id: "p10", name: "Currency not said", price: { amount: "12.50", currency: "XXX" } },
    { product_id: "p11", name: "Yen", price: { amount: "12800.00", currency: "JPY" } },
    { product_id: "p12", name: "Dinar", price: { amount: "1.500", currency: "KWD" } },
    { product_id: "p13", name: "Below zero", price: eur("-5.00") },
    { product_id: "p14", name: "Nothing else is said" },
    { product_id: "p15", name: "  " },
  ],
  truncated: true,
  notes: [
    "3 of 18 products are left out, since a result holds 24 kB at most.",
    "The shop did not sort by price: the order is its own.",
  ],
};
const COLORS = "zinc sage oxblood cobalt saffron ivory moss slate rose umber teal plum".split(" ");
const CAPACITIES = "1.5 L,3 L,5 L,7 L,9 L".split(",");
const can: Product = {
  product_id: "elsa-watering-can",
  name: "Gießkanne Elsa",
  category: "Garden",
  price: eur("24.90"),
  available: true,
  url: `${SHOP}/products/elsa-watering-can/`,
  description:
    "A long-spouted steel watering can, galvanised after folding so that no raw edge is left to rust. The brass rose unscrews for seedlings. Full, the 9 L can weighs eleven kilos: most people are happier with two of the 5 L.",
  images: [picture("elsa-watering-can"), picture("root-trowel"), picture("seed-tin")],
  items: [
    {
      item_id: "elsa-1.5l-zinc",
      options: { capacity: "1.5 L", color: "zinc" },
      price: eur("24.90"),
      available: true,
    },
    {
      item_id: "elsa-1.5l-sage",
      options: { capacity: "1.5 L", color: "sage" },
      price: eur("27.90"),
      available: true,
    },
    {
      item_id: "elsa-5l-zinc",
      options: { capacity: "5 L", color: "zinc" },
      price: eur("39.50"),
      available: true,
    },
    {
      item_id: "elsa-5l-sage",
      options: { capacity: "5 L", color: "sage" },
      price: eur("42.50"),
      available: false,
    },
    {
      item_id: "elsa-5l-oxblood",
      options: { capacity: "5 L", color: "oxblood" },
      price: eur("42.50"),
      available: true,
    },
    {
      item_id: "elsa-9l-zinc",
      options: { capacity: "9 L", color: "zinc" },
      price: eur("54.00"),
      available: true,
    },
  ],
};
const sixty: Product = {
  ...can,
  items: CAPACITIES.flatMap((capacity, n) =>
    COLORS.map((color, m) => {
      const price = eur(`${20 + n * 8 + m}.50`);
      return {
        item_id: `elsa-${n}-${color}`,
        options: { capacity, color },
        price,
        available: (n * 7 + m) % 5 !== 0,
      };
    }),
  ),
};

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

const status = { next_step: "It is on its way.", as_of: "2026-11-27T09:30:00.000Z" };
const order: Order = {
  order_id: "1036",
  order_number: "QL-1036",
  status: "shipped",
  customer_id: "mia-lindqvist",
  placed_at: "2026-11-18T20:15:51Z",
  updated_at: "2026-11-25T13:59:27Z",
  estimated_delivery: "2026-12-01",
  total: eur("115.60"),
  address: {
    line1: "Linnégatan 14",
    line2: "lgh 1203",
    city: "Göteborg",
    state: "",
    postcode: "413 04",
    country: "SE",
  },
  lines: [
    {
      item_id: "notebook-dotted-moss",
      product_id: "field-notebook",
      name: "Field Notebook",
      options: { ruling: "dotted", cover: "moss" },
      price: eur("11.90"),
      quantity: 2,
    },
    {
      item_id: "elsa-5l-zinc",
      product_id: "elsa-watering-can",
      name: "Gießkanne Elsa",
      options: { capacity: "5 L", color: "zinc" },
      price: eur("39.50"),
    },
    {
      item_id: "pen-black-fine",
      product_id: "sparrow-fountain-pen",
      name: "Sparrow Fountain Pen",
      options: { color: "black", nib: "fine" },
      price: eur("52.30"),
    },
  ],
  payments: [
    { kind: "payment", amount: eur("120.00"), payment_method_id: "mia-visa" },
    { kind: "refund", amount: eur("4.40"), payment_method_id: "mia-visa" },
  ],
  shipments: [
    {
      tracking_ids: ["CD220151535BE"],
      item_ids: ["notebook-dotted-moss", "notebook-dotted-moss", "pen-black-fine"],
    },
    { tracking_ids: ["CD350175728BE"], item_ids: ["elsa-5l-zinc"] },
  ],
  timeline: [
    { at: "2026-11-18T20:15:51Z", status: "pending", note: "For the allotment diary." },
    { at: "2026-11-20T08:54:36Z", status: "processing" },
    {
      at: "2026-11-25T13:59:27Z",
      status: "shipped",
      note: "The can travels alone: its spout is too long for the box.",
    },
  ],
  can_cancel: {
    allowed: false,
    reason: "It has been shipped. You can return it once it has arrived.",
  },
  can_change: { allowed: false, reason: "It has been shipped." },
  can_change_address: { allowed: false, reason: "It has been shipped." },
  can_return: { allowed: false, reason: "It has not arrived yet." },
  ...status,
};
const pending: Order = {
  ...order,
  order_id: "1041",
  order_number: undefined,
  status: "pending",
  shipments: [],
  payments: [{ kind: "payment", amount: eur("115.60"), payment_method_id: "mia-visa" }],
  timeline: [{ at: "2026-11-26T20:15:51Z", status: "pending" }],
  placed_at: "2026-11-26T20:15:51Z",
  can_cancel: { allowed: true },
  can_change: { allowed: true, reason: "The items of a pending order can be changed once." },
  can_change_address: { allowed: true },
  can_return: { allowed: false, reason: "Only a delivered order can be returned." },
  next_step: "The shop has not begun to pack it.",
};
const returned: Order = {
  ...order,
  status: "return_requested",
  next_step: "The shop has the request to return items and answers it next.",
  return: {
    item_ids: ["notebook-dotted-moss", "pen-black-fine"],
    payment_method_id: "mia-visa",
    amount: eur("64.20"),
  },
};
const exchanged: Order = {
  ...order,
  status: "exchange_requested",
  next_step: "The shop has the request to exchange items and answers it next.",
  exchange: {
    item_ids: ["elsa-5l-zinc"],
    new_item_ids: ["elsa-5l-oxblood"],
    payment_method_id: "mia-visa",
    price_difference: eur("3.00"),
  },
};
const huge: Order = {
  ...order,
  lines: Array.from({ length: 200 }, (_, n) => {
    return {
      item_id: `item-${n}`,
      name: n % 7 ? `Jute Twine, spool ${n + 1}` : LONG,
      price: eur(`${n}.80`),
      quantity: (n % 3) + 1,
    };
  }),
  shipments: Array.from({ length: 40 }, (_, n) => {
    return {
      tracking_ids: [`CD${220151535 + n}BE`, `CD${350175728 + n}BE`].slice(n % 2),
      item_ids: [`item-${n}`, `item-${n + 1}`],
    };
  }),
  timeline: Array.from({ length: 30 }, (_, n) => {
    return {
      at: `2026-11-${String((n % 28) + 1).padStart(2, "0")}T08:00:00Z`,
      status: "processing",
      note: `Box ${n + 1} of 30 is packed.`,
    };
  }).toSorted((a, b) => a.at.localeCompare(b.at)),
};
const hostile: Order = {
  order_id: MARKUP,
  order_number: MARKUP,
  status: "unknown",
  raw_status: MARKUP,
  customer_id: MARKUP,
  placed_at: MARKUP,
  updated_at: MARKUP,
  estimated_delivery: MARKUP,
  cancel_reason: MARKUP,
  total: { amount: MARKUP, currency: MARKUP },
  address: {
    line1: MARKUP,
    line2: MARKUP,
    city: MARKUP,
    state: MARKUP,
    postcode: MARKUP,
    country: MARKUP,
  },
  lines: [
    {
      item_id: MARKUP,
      name: MARKUP,
      options: { [MARKUP]: MARKUP },
      price: { amount: "1.00", currency: MARKUP },
      product_id: MARKUP,
    },
  ],
  payments: [{ kind: MARKUP, amount: eur("1.00"), payment_method_id: MARKUP }],
  shipments: [{ tracking_ids: [MARKUP, "javascript:window.hacked=1"], item_ids: [MARKUP] }],
  timeline: [{ at: MARKUP, status: MARKUP, note: MARKUP }],
  can_cancel: { allowed: false, reason: MARKUP },
  next_step: MARKUP,
  as_of: MARKUP,
  notes: [MARKUP],
};
const arabicOrder: Order = {
  order_id: "٥٥",
  status: "shipped",
  placed_at: "2026-11-18T20:15:51Z",
  estimated_delivery: "2026-12-01",
  total: { amount: "-120.00", currency: "SAR" },
  address: { line1: "شارع الملك فهد ٢٤", city: "الرياض", postcode: "12271", country: "SA" },
  lines: [
    {
      item_id: "a-1",
      name: ARABIC,
      options: { اللون: "ذهبي" },
      price: { amount: "120.00", currency: "SAR" },
    },
    {
      item_id: "b-2",
      name: "Harbour Storm Lantern (red)",
      price: { amount: "88.50", currency: "SAR" },
      quantity: 2,
    },
  ],
  timeline: [{ at: "2026-11-25T13:59:27Z", status: "shipped", note: "سُلّم إلى شركة الشحن" }],
  ...status,
};
const orders: OrderPage = {
  orders: [
    {
      order_id: "1041",
      status: "pending",
      placed_at: "2026-11-26T20:15:51Z",
      total: eur("115.60"),
      item_count: 4,
    },
    {
      order_id: "1036",
      order_number: "QL-1036",
      status: "shipped",
      placed_at: "2026-11-18T20:15:51Z",
      total: eur("120.00"),
      item_count: 1,
    },
    {
      order_id: "1029",
      status: "delivered",
      placed_at: "2026-10-02T07:42:18Z",
      total: eur("37.70"),
      item_count: 3,
    },
    {
      order_id: "1022",
      status: "return_requested",
      placed_at: "2026-09-12",
      total: eur("72.00"),
      item_count: 2,
    },
    {
      order_id: "1005",
      status: "cancelled",
      placed_at: "2026-08-12T10:03:47Z",
      total: eur("72.00"),
      item_count: 1,
    },
    {
      order_id: "1003",
      status: "unknown",
      raw_status: "Wartet auf Lieferanten",
      placed_at: "2026-08-05T12:08:33Z",
      total: eur("29.00"),
      item_count: 2,
      customer_id: "ines-moreau",
    },
  ],
  next_cursor: "more",
};
const bare: Order = { order_id: "7", status: "processing", next_step: "", as_of: "" };

// ── Changes ─────────────────────────────────────────────────────────────────────────────────────

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
const shop: Shop = {
  name: "Quince & Lantern",
  currency: "EUR",
  support_hours: "Monday to Friday 09:00–17:30, Saturday 10:00–13:00, Gent time.",
  categories: [
    { name: "Garden", count: 7 },
    { name: "Kitchen", count: 6 },
    { name: "Light", count: 5 },
    { name: "Textiles", count: 5 },
    { name: "Stationery", count: 8 },
  ],
  policies: {
    shipping:
      "Delivery is included in every price. Parcels leave Gent on working days, one or two days after the order.",
    returns:
      "A delivered order can be sent back once, whole or in part, within 30 days of its arrival.",
    gift_cards: "Gift cards never expire. They can pay for a whole order or for part of one.",
  },
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
