/**
 * Small worlds for the rules: in `ruleWorld` every rule has an order that meets it and one that does not.
 * `handwritten.ts`, `generated.ts` and `schemathesis.ts` use them.
 *
 * @module
 */
import { type Order, type Product, readWorld, type World } from "../../mocks/world.ts";

const address = (n: number) => {
  return {
    line1: `${n} Rope Walk`,
    line2: "",
    city: "Gent",
    state: "",
    postcode: `90${n}0`,
    country: "BE",
  };
};
const item = (item_id: string, price: string, available = true, options = {}) => {
  return { item_id, options, price, available };
};
const product = (
  product_id: string,
  items: Product["items"],
  more: Partial<Product> = {},
): Product => {
  const [name, description] = [`The ${product_id}`, `Plain ${product_id} for every day`];
  return { product_id, name, description, category: "Table", images: [], items, ...more };
};
export const products: Product[] = [
  product(
    "mug",
    [
      item("mug-s", "10.00", true, { size: "S", colour: "red" }),
      item("mug-m", "12.50", true, { size: "M" }),
      item("mug-l", "8.00", true, { size: "L" }),
      item("mug-xl", "9.00", false, { size: "XL" }),
    ],
    { images: ["https://shop.example/mug.jpg", "https://shop.example/mug-2.jpg"] },
  ),
  product(
    "lamp",
    [
      item("lamp-1", "40.00"),
      item("lamp-2", "40.00", true, { "": "", "😀": "1", "～": "2", 10: "a", 9: "b" }),
      item("lamp-3", "65.00"),
    ],
    {
      category: "Light",
      description: "A lamp over the table: every lamp is a lamp",
    },
  ),
  product("rope", [item("rope-1", "5.00", false), item("rope-2", "4.00", false)], {
    category: "light",
  }),
  product("pen", [item("pen-1", "0.00"), item("pen-2", "0.10")], {
    name: "Écritoire ü 😀",
    category: "Été",
  }),
  product("bowl", [item("bowl-1", "10.00"), item("bowl-2", "20.00")], { name: "the mug" }),
];
const lineOf = (item_id: string, price?: string) => {
  for (const { product_id, name, items } of products) {
    const found = items.find((one) => one.item_id === item_id);
    const { options, price: listPrice } = found ?? { options: {}, price: "0.00" };
    if (found) return { item_id, product_id, name, options, price: price ?? listPrice };
  }
  throw new Error(`no product has an item ${item_id}`);
};
/** Lines of an order: `mug-s` at its present price, `mug-s 11.00` at another, `mug-s 11.00 3` of three pieces. */
export const lines = (...items: string[]) =>
  items.map((text) => {
    const [item_id = "", price, pieces] = text.split(" ");
    return { ...lineOf(item_id, price), ...(pieces && { quantity: Number(pieces) }) };
  });
/** `+20.00 mia-gift` is a payment, `-5.00 mia-gift` a refund. */
export const payments = (...texts: string[]): Order["payments"] =>
  texts.map((text) => {
    const [amount = "", payment_method_id = ""] = text.split(" ");
    return {
      kind: amount.startsWith("-") ? "refund" : "payment",
      amount: amount.slice(1),
      payment_method_id,
    };
  });
const timeline: Order["timeline"] = [
  { at: "2026-11-01T10:00:00Z", status: "pending", note: "Ordered." },
  { at: "2026-11-02T10:00:00Z", status: "processing" },
];

let serial = 100;
export const order = (
  status: Order["status"],
  items: string[],
  paid: string[],
  more: Partial<Order> = {},
): Order => {
  const order_id = String(++serial);
  return {
    order_id,
    customer_id: "mia",
    status,
    placed_at: `2026-11-0${(serial % 7) + 1}T10:00:00${serial % 3 ? "" : ".250000"}Z`,
    ...(serial % 2 && {
      updated_at: "2026-11-09T08:00:00Z",
      estimated_delivery: "2026-11-30",
      timeline,
    }),
    address: address(serial % 10),
    items: lines(...items),
    payments: payments(...paid),
    shipments: [],
    ...more,
  };
};

export const customers: World["customers"] = [
  {
    customer_id: "mia",
    email: "mia@post.example",
    first_name: "Mia",
    last_name: "Lindqvist",
    address: address(1),
    token: "demo-mia",
    payment_methods: [
      { payment_method_id: "mia-visa", kind: "credit_card", brand: "visa", last_four: "4242" },
      { payment_method_id: "mia-paypal", kind: "paypal" },
      { payment_method_id: "mia-gift", kind: "gift_card", balance: "20.00" },
      { payment_method_id: "mia-odd", kind: "paypal", balance: "1.00" },
    ],
  },
  {
    customer_id: "nell",
    email: "Nell@Post.example",
    first_name: "Nell",
    last_name: "LINDQVIST",
    address: { ...address(1), line2: "back", state: "OV" },
    token: "demo-nell",
    payment_methods: [
      { payment_method_id: "nell-blank", kind: "gift_card" },
      { payment_method_id: "nell-gift", kind: "gift_card", balance: "2.50" },
      { payment_method_id: "nell-visa", kind: "credit_card", brand: "visa" },
    ],
  },
  {
    customer_id: "clerk",
    email: "clerk@shop.example",
    first_name: "Zoë",
    last_name: "É",
    address: address(3),
    staff: true,
    token: "demo-staff",
    payment_methods: [],
  },
];
const requests: World["support_requests"] = [
  "request-9",
  "request-10",
  "request-4x",
  "Request-50",
  "q12",
].map((request_id) => {
  return { request_id, customer_id: "mia", subject: "s", message: "m" };
});
export const makeWorld = (orders: Order[], more: Partial<World> = {}): World =>
  readWorld({ currency: "EUR", products, customers, orders, ...more });

/** Orders, named by what is particular about them. */
export const orders = {
  plain: order("pending", ["mug-s", "lamp-1"], ["+50.00 mia-visa"]),
  timed: order("pending", ["mug-s"], ["+10.00 mia-visa"], { timeline, customer_id: "mia" }),
  untimed: order("pending", ["mug-s"], ["+10.00 mia-visa"], {
    timeline: undefined,
    updated_at: undefined,
  }),
  twice: order("pending", ["mug-s 11.00", "pen-2", "mug-s 9.00"], ["+20.10 mia-gift"]),
  thrice: order("delivered", ["mug-m", "mug-m 12.00", "mug-m 13.00"], ["+37.50 mia-visa"]),
  pieces: order("pending", ["mug-s 11.00 3", "mug-l", "mug-s 9.00 2"], ["+59.00 mia-visa"], {
    order_number: "2026/0007",
  }),
  deliveredPieces: order("delivered", ["pen-2", "mug-m 12.00 3"], ["+36.10 mia-visa"], {
    order_number: "№ 8 é",
  }),
  script: order("pending", ["mug-s"], ["+10.00 mia-visa"], { order_id: "注文~é:7" }),
  modified: order("pending", ["mug-s"], ["+8.00 mia-visa", "+2.00 mia-gift"], {
    items_modified: true,
  }),
  several: order(
    "pending",
    ["mug-s"],
    ["+4.00 mia-gift", "+6.00 mia-visa", "-1.00 mia-visa", "+1.00 mia-visa"],
  ),
  refunded: order("pending", ["mug-s"], ["+10.00 mia-visa", "-10.00 mia-visa", "+10.00 mia-gift"]),
  refund: order("pending", ["mug-s"], ["-10.00 mia-visa"]),
  lost: order("pending", ["mug-s"], ["+10.00 mia-lost"]),
  unpaid: order("pending", ["mug-s"], []),
  gone: order("pending", ["rope-1"], ["+5.00 mia-visa"]),
  gift: order("pending", ["mug-l"], ["+8.00 mia-gift"]),
  free: order("pending", ["pen-1"], ["+0.00 mia-visa"]),
  dear: order("pending", ["lamp-1"], ["+20.01 mia-visa"]),
  exact: order("pending", ["mug-s"], ["+20.00 mia-visa"]),
  nells: order("pending", ["mug-s"], ["+10.00 nell-visa"], { customer_id: "nell" }),
  nellsOwn: order("delivered", ["mug-s"], ["+10.00 nell-blank"], { customer_id: "nell" }),
  processing: order("processing", ["mug-s"], ["+10.00 mia-visa"]),
  shipped: order("shipped", ["mug-s"], ["+10.00 mia-visa"], {
    shipments: [
      { tracking_ids: ["T1", "T2"], item_ids: ["mug-s"] },
      { tracking_ids: [], item_ids: [] },
      { tracking_ids: ["T3"], item_ids: ["mug-s"] },
    ],
  }),
  delivered: order("delivered", ["mug-s", "mug-s 9.00", "lamp-1"], ["+59.00 mia-visa"]),
  deliveredToo: order("delivered", ["mug-s 10.00", "bowl-1"], ["+20.00 mia-paypal"]),
  deliveredMixed: order(
    "delivered",
    ["mug-s"],
    ["+4.00 mia-gift", "-4.00 mia-gift", "+6.00 mia-paypal", "+4.00 mia-visa"],
  ),
  deliveredLost: order("delivered", ["mug-s"], ["+10.00 mia-lost"], { timeline: [] }),
  deliveredUnpaid: order("delivered", ["mug-s"], ["-10.00 mia-visa"]),
  cancelled: order("cancelled", ["mug-s"], ["+10.00 mia-visa", "-10.00 mia-visa"], {
    cancel_reason: "no_longer_needed",
  }),
  returned: order("return_requested", ["mug-s"], ["+10.00 mia-visa"], {
    return: { item_ids: ["mug-s"], payment_method_id: "mia-visa" },
  }),
  exchanged: order("exchange_requested", ["mug-s"], ["+10.00 mia-visa"], {
    exchange: {
      item_ids: ["mug-s"],
      new_item_ids: ["mug-l"],
      payment_method_id: "mia-visa",
      price_difference: "-2.00",
    },
  }),
  refundFirst: order(
    "pending",
    ["mug-s"],
    ["-1.00 mia-visa", "+6.00 mia-paypal", "+5.00 mia-visa"],
  ),
};
export const ruleWorld = makeWorld(Object.values(orders), {
  support_requests: requests,
  shop: {
    name: "The Corner",
    policies: { returns: "Within 30 days.", shipping: "" },
    support_hours: "9-17",
  },
});
/** A world without products, orders or a description of the shop, with one customer. */
export const emptyWorld = readWorld({
  currency: "USD",
  products: [],
  customers: customers.slice(0, 1),
  orders: [],
});
