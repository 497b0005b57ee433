/**
 * What each field of a result may come from: a table of the field's names in a shop's JSON and of its kind. Read
 * from the contract by hand, so that a field which the server takes from elsewhere is found.
 *
 * @module
 */

export type Kind =
  /** Told exactly as it was sent, or not at all. */
  | "id"
  /** People's words: without markup, maybe cut at the end. */
  | "text"
  /** The same under the merchant's own names: options, policies. */
  | "texts"
  | "bool"
  /** A whole number, from zero up. */
  | "count"
  | "money"
  | "url"
  | "status"
  | "raw_status"
  /** `{allowed, reason}`, or a bare boolean. */
  | "permission"
  /** At most the last four characters. */
  | "last_four";

export interface Field {
  /** Its names in the shop's JSON; the first with a value counts. */
  from: string[];
  kind: Kind | Shape;
  /** A list of these. */
  isList?: boolean;
  /** Whether it may be absent from the result although the shop sent it plainly. */
  isOptional?: boolean;
  /** What an absent value means: sending it need not be told. */
  byDefault?: string;
  /** Other fields of the same object: a value that one of them has, too, need not be told twice. */
  besides?: string[];
}
export interface Shape {
  /** Without these there is nothing to tell: the whole is left out, with a word. */
  required: string[];
  fields: Record<string, Field>;
}

const field = (kind: Kind | Shape, ...from: string[]): Field => ({ kind, from });
const list = (kind: Kind | Shape, ...from: string[]): Field => ({ kind, from, isList: true });
const optional = (one: Field): Field => ({ ...one, isOptional: true });
/** Fields that have the same name on both sides. */
const same = (kind: Kind, ...names: string[]): Record<string, Field> =>
  Object.fromEntries(names.map((name) => [name, field(kind, name)]));

const productId = field("id", "product_id", "id", "pk", "sku", "slug");
const productName = field("text", "name", "title");
const productRow: Shape = {
  required: ["product_id", "name"],
  fields: {
    product_id: productId,
    name: productName,
    ...same("text", "category"),
    ...same("money", "price"),
    ...same("bool", "available"),
    ...same("url", "url", "image"),
  },
};
const variant: Shape = {
  required: ["item_id"],
  fields: {
    ...same("id", "item_id"),
    ...same("texts", "options"),
    ...same("money", "price"),
    ...same("bool", "available"),
  },
};
const { image: _, ...productFields } = productRow.fields;
const product: Shape = {
  required: ["product_id", "name"],
  fields: {
    ...productFields,
    ...same("text", "description"),
    images: list("url", "images"),
    items: list(variant, "items"),
  },
};

const orderId = field("id", "order_id", "id", "pk", "number");
const statusFields = {
  status: field("status", "status"),
  raw_status: field("raw_status", "status", "raw_status"),
};
const dates = same("text", "placed_at", "updated_at", "estimated_delivery");
const orderStatus: Shape = {
  required: ["status"],
  fields: {
    order_id: optional(orderId), // also the one that was asked for
    ...statusFields,
    ...dates,
    tracking_ids: list("id", "tracking_ids"),
  },
};
const customerId = field("id", "customer_id");
const orderRow: Shape = {
  required: ["order_id", "status"],
  fields: {
    order_id: orderId,
    order_number: { ...field("id", "order_number"), besides: orderId.from },
    ...statusFields,
    customer_id: customerId,
    ...same("text", "placed_at"),
    ...same("money", "total"),
    ...same("count", "item_count"),
  },
};
const line: Shape = {
  required: ["item_id", "name"],
  fields: {
    ...same("id", "item_id", "product_id"),
    name: field("text", "name"),
    ...same("texts", "options"),
    ...same("money", "price"),
    quantity: { ...field("count", "quantity"), byDefault: "1" },
  },
};
const payment: Shape = {
  required: ["kind", "amount"],
  fields: {
    ...same("text", "kind"),
    ...same("money", "amount"),
    ...same("id", "payment_method_id"),
  },
};
const shipment: Shape = {
  required: ["tracking_ids"],
  fields: { tracking_ids: list("id", "tracking_ids"), item_ids: list("id", "item_ids") },
};
const event: Shape = { required: ["at", "status"], fields: same("text", "at", "status", "note") };
const returned: Shape = {
  required: ["item_ids"],
  fields: {
    item_ids: list("id", "item_ids"),
    ...same("id", "payment_method_id"),
    ...same("money", "amount"),
  },
};
const exchanged: Shape = {
  required: ["item_ids", "new_item_ids"],
  fields: {
    item_ids: list("id", "item_ids"),
    new_item_ids: list("id", "new_item_ids"),
    ...same("id", "payment_method_id"),
    ...same("money", "price_difference"),
  },
};
const address: Shape = {
  required: [],
  fields: same("text", "line1", "line2", "city", "state", "postcode", "country"),
};
const { item_count: __, ...orderFields } = orderRow.fields;
const order: Shape = {
  required: ["order_id", "status"],
  fields: {
    ...orderFields,
    ...dates,
    ...same("bool", "items_modified"),
    ...same("text", "cancel_reason"),
    address: field(address, "address"),
    lines: list(line, "lines"),
    payments: list(payment, "payments"),
    shipments: list(shipment, "shipments"),
    timeline: list(event, "timeline"),
    return: field(returned, "return"),
    exchange: field(exchanged, "exchange"),
    ...same("permission", "can_cancel", "can_change", "can_change_address", "can_return"),
  },
};

const names = same("text", "email", "first_name", "last_name");
const customerRow: Shape = {
  required: ["customer_id"],
  fields: { customer_id: customerId, ...names, ...same("text", "postcode") },
};
const method: Shape = {
  required: ["payment_method_id", "kind"],
  fields: {
    ...same("id", "payment_method_id"),
    ...same("text", "kind", "brand"),
    last_four: field("last_four", "last_four"),
    ...same("money", "balance"),
  },
};
const customer: Shape = {
  required: ["customer_id"],
  fields: {
    customer_id: customerId,
    ...names,
    address: field(address, "address"),
    payment_methods: list(method, "payment_methods"),
  },
};
const category: Shape = {
  required: ["name"],
  fields: { name: field("text", "name"), ...same("count", "count") },
};
const shopInfo: Shape = {
  required: ["name"],
  fields: {
    name: field("text", "name"),
    ...same("text", "currency", "support_hours"),
    categories: list(category, "categories"),
    ...same("texts", "policies"),
  },
};

/** What a read tool tells: one thing, or the rows of a list under `rows`. */
export interface Telling {
  shape: Shape;
  rows?: "products" | "orders" | "customers";
  /** The noun of a row, in the summary. */
  noun: string;
  /** Of the list or thing, in a path of the shop. */
  path: RegExp;
}
export const tellings = {
  search_products: {
    shape: productRow,
    rows: "products",
    noun: "product",
    path: /\/api\/products\/search\/$/,
  },
  get_product: { shape: product, noun: "product", path: /\/api\/products\/([^/]+)\/$/ },
  get_shop_info: { shape: shopInfo, noun: "shop", path: /\/api\/shop\/$/ },
  get_order_status: {
    shape: orderStatus,
    noun: "order",
    path: /\/api\/orders\/([^/]+)\/status\/$/,
  },
  get_order: { shape: order, noun: "order", path: /\/api\/orders\/([^/]+)\/$/ },
  list_orders: { shape: orderRow, rows: "orders", noun: "order", path: /\/api\/orders\/$/ },
  find_customer: {
    shape: customerRow,
    rows: "customers",
    noun: "customer",
    path: /\/api\/customers\/$/,
  },
  get_customer: { shape: customer, noun: "customer", path: /\/api\/customers\/([^/]+)\/$/ },
} satisfies Record<string, Telling>;
export type ReadTool = keyof typeof tellings;
