/** Mutants of the mock: what the shop finds, shows and stores. @module */
import type { Edits } from "./edits.ts";

export const answers: Record<string, Edits> = {
  "shop.ts": [
    // fields of answers
    ["a product row without its image", "available, image: images[0] ?? null }", "available }"],
    ["a product row whose image is empty text", "images[0] ?? null", 'images[0] ?? ""'],
    ["a product row with its last image", "images[0] ?? null", "images.at(-1) ?? null"],
    [
      "a product row that says title",
      "return { product_id, name, category, price, currency",
      "return { product_id, title: name, category, price, currency",
    ],
    [
      "a product row whose price is a number",
      "return { product_id, name, category, price, currency",
      "return { product_id, name, category, price: Number(price), currency",
    ],
    [
      "a product row without a currency",
      "category, price, currency, available, image: images",
      "category, price, available, image: images",
    ],
    [
      "a product without a description",
      "return { product_id, name, description, category, price",
      "return { product_id, name, category, price",
    ],
    [
      "a product whose fields stand in another order",
      "available, images, items };",
      "available, items, images };",
    ],
    [
      "an item without its options",
      "available, images, items };",
      "available, images, items: items.map(({ options: _, ...item }) => item) };",
    ],
    ["a product row that is always available", "available: onSale.length > 0", "available: true"],
    ["the highest price instead of the lowest", "Math.min(", "Math.max("],
    ["a price of what is sold out", "onSale.length ? onSale : items", "items"],
    [
      "an order row without its total",
      "const rest = { total: total(order), currency,",
      "const rest = { currency,",
    ],
    [
      "an order row that counts in text",
      "item_count: countPieces(order)",
      "item_count: String(countPieces(order))",
    ],
    [
      "an order row that counts products",
      "item_count: countPieces(order)",
      "item_count: new Set(order.items.map((one) => one.product_id)).size",
    ],
    [
      "an order row whose customer is called customer",
      "return { order_id, order_number, customer_id, status",
      "return { order_id, order_number, customer: customer_id, status",
    ],
    ["an order never updated says nothing", "updated_at: updated_at ?? null", "updated_at"],
    [
      "an order without an estimate says empty text",
      "estimated_delivery ?? null",
      'estimated_delivery ?? ""',
    ],
    [
      "a status without the order's id",
      "order_id: order.order_id,\n  order_number: order.order_number ?? null,\n  ...statusFields(order),\n  tracking_ids",
      "order_number: order.order_number ?? null,\n  ...statusFields(order),\n  tracking_ids",
    ],
    [
      "a status with the tracking of one shipment",
      "order.shipments.flatMap(",
      "order.shipments.slice(0, 1).flatMap(",
    ],
    [
      "tracking ids as a text",
      "order.shipments.flatMap(({ tracking_ids }) => tracking_ids)",
      "order.shipments.flatMap(({ tracking_ids }) => tracking_ids).join()",
    ],
    [
      "rulings with their code",
      "({ allowed, reason });",
      "({ ...arguments_(allowed, reason) });\nconst arguments_ = (allowed: boolean, reason: string) => ({ allowed, reason, code: null });",
    ],
    ["rulings without a reason", "=> ({ allowed, reason });", "=> ({ allowed, reason: null });"],
    [
      "an order whose items_modified is null",
      "order.items_modified ?? false",
      "order.items_modified ?? null",
    ],
    [
      "an order whose cancel_reason is empty",
      "order.cancel_reason ?? null",
      'order.cancel_reason ?? ""',
    ],
    ["an order whose lines are called items", "lines: order.items", "items: order.items"],
    [
      "a line of one piece without its quantity",
      "({ ...line, quantity: line.quantity ?? 1 })",
      "({ ...line })",
    ],
    [
      "an order row that counts lines",
      "item_count: countPieces(order)",
      "item_count: order.items.length",
    ],
    [
      "a total that counts one piece of each line",
      "all + toCents(price) * quantity",
      "all + toCents(price)",
    ],
    [
      "an order row without its number",
      "return { order_id, order_number, customer_id, status",
      "return { order_id, customer_id, status",
    ],
    [
      "a status whose number is the id",
      "order_number: order.order_number ?? null,\n  ...statusFields(order),\n  tracking_ids",
      "order_number: order.order_number ?? order.order_id,\n  ...statusFields(order),\n  tracking_ids",
    ],
    [
      "an order without a number says empty text",
      "order_number: order.order_number ?? null,\n  customer_id",
      'order_number: order.order_number ?? "",\n  customer_id',
    ],
    ["an order without payments", "  payments: order.payments,\n  shipments", "  shipments"],
    [
      "an order whose shipments are null when there are none",
      "shipments: order.shipments,",
      "shipments: order.shipments.length ? order.shipments : null,",
    ],
    ["a timeline that is empty where there is none", "})) ?? null,", "})) ?? [],"],
    [
      "a timeline whose notes are left out",
      "({ ...entry, note: entry.note ?? null })",
      "({ ...entry })",
    ],
    [
      "an order without its return",
      "? { ...order.return, amount",
      "? null && { ...order.return, amount",
    ],
    [
      "a return of one piece, whatever it names",
      "item_ids.map((id) => {",
      "item_ids.slice(0, 1).map((id) => {",
    ],
    [
      "a return of the same piece again",
      "pieces.splice(at, at < 0 ? 0 : 1)[0]?.price",
      "pieces[at]?.price",
    ],
    [
      "an exchange called exchanges",
      "exchange: order.exchange ?? null",
      "exchanges: order.exchange ?? null",
    ],
    [
      "can_cancel with the ruling of can_change",
      "can_cancel: withoutCode(rules.canCancel(order))",
      "can_cancel: withoutCode(rules.canChange(order))",
    ],
    [
      "no can_change_address",
      "  can_change_address: withoutCode(rules.canChangeAddress(order)),\n",
      "",
    ],
    [
      "can_return as a boolean",
      "can_return: withoutCode(rules.canReturn(order))",
      "can_return: rules.canReturn(order).allowed",
    ],
    ["a customer row without a postcode", ", postcode: address.postcode }", " }"],
    [
      "a customer row with its first name twice",
      "email, first_name, last_name, postcode: address",
      "email, first_name, last_name: first_name, postcode: address",
    ],
    ["a payment method without a balance says zero", "balance = null }", 'balance = "0.00" }'],
    [
      "a payment method without its last four",
      "kind, brand, last_four, balance };",
      "kind, brand, balance };",
    ],
    ["a payment method with its brand missing", "brand = null, last_four", "brand, last_four"],
    [
      "a customer without a currency",
      "...names, address, currency, payment_methods });",
      "...names, address, payment_methods });",
    ],
    [
      "a customer whose e-mail is null",
      "const names = { customer_id, email, first_name",
      "const names = { customer_id, email: null, first_name",
    ],
    [
      "a support request without its order",
      "return { ...request, order_id };",
      "return { ...request };",
    ],
    [
      "a shop without its hours",
      "categories, policies, support_hours };",
      "categories, policies };",
    ],
    ["a shop whose policies are null", "policies = {}", "policies = null"],
    ["a category whose count is text", "count: products.length", "count: String(products.length)"],
    [
      "categories in the order of the products",
      ".toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))",
      "",
    ],
    [
      "a total that leaves out one line",
      "formatCents(items.reduce(",
      "formatCents(items.slice(0, 2).reduce(",
    ],
    // finding
    ["a search that takes any word", "if (places.includes(-1)) return undefined;", ""],
    ["a search that is case-sensitive", 'join("\\n").toLowerCase()', 'join("\\n")'],
    [
      "a search that leaves out descriptions",
      '[...values].join(" "), description]',
      '[...values].join(" ")]',
    ],
    ["a search that leaves out options", '[...values].join(" "), description]', "description]"],
    [
      "relevance by the first word only",
      "(all, place) => all + Array",
      "(all, place) => all || Array",
    ],
    [
      "a category that is case-sensitive",
      "product.category.toLowerCase() === category.toLowerCase()",
      "product.category === category",
    ],
    ["min_price without its bound", "toCents(price) >= min_price", "toCents(price) > min_price"],
    ["max_price without its bound", "toCents(price) <= max_price", "toCents(price) < max_price"],
    ["in_stock ignored", "(available || !in_stock)", "true"],
    ["the highest price last", 'isDescending: ordering === "-price"', "isDescending: false"],
    ["orders oldest first", "isDescending: true", "isDescending: false"],
    ["orders of every status", "(!status || order.status === status)", "true"],
    ["orders of every customer", "(!owner || order.customer_id === owner)", "true"],
    [
      "customer=me taken literally",
      'customer === "me" ? caller.customer_id : customer',
      "customer",
    ],
    ["customers by any of several parameters", "criteria.every(", "criteria.some("],
    [
      "customers in their exact case",
      'asciiLower(row[name] ?? "") === asciiLower(text)',
      '(row[name] ?? "") === text',
    ],
    [
      "case folded beyond ASCII",
      "text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())",
      "text.toLowerCase()",
    ],
    // who sees what
    [
      "everybody reads and changes all orders",
      "order.order_id === order_id && canSee(caller, order)",
      "order.order_id === order_id",
    ],
    [
      "everybody reads and changes all customers",
      "customer && canSee(caller, customer) ? customer",
      "customer ? customer",
    ],
    ["everybody sees everything", "staff || customer_id === owner.customer_id", "true"],
    [
      "staff see only their own",
      "staff || customer_id === owner.customer_id",
      "customer_id === owner.customer_id",
    ],
    // what changes
    [
      "no balance of a gift card changes",
      "for (const payment of payments) applyToBalance(customer, payment);",
      "",
    ],
    [
      "the balance of every method changes",
      'if (method?.kind !== "gift_card") return;',
      "if (!method) return;",
    ],
    [
      "a payment raises the balance",
      '?? "0.00") - rules.signedCents(payment)',
      '?? "0.00") + rules.signedCents(payment)',
    ],
    [
      "a refund lowers the balance",
      '?? "0.00") - rules.signedCents(payment)',
      '?? "0.00") - Math.abs(rules.signedCents(payment))',
    ],
    ["the address of a customer does not change", "if (customer) customer.address = address;", ""],
    [
      "support about anybody's order",
      "if (order_id !== null && !visibleOrder(caller, order_id))",
      "if (false)",
    ],
    [
      "a support request that is not kept",
      "state.support_requests = [...requests, { ...request, order_id: order_id ?? undefined }];",
      "",
    ],
    [
      "a support request kept without its order",
      "order_id: order_id ?? undefined",
      "order_id: undefined",
    ],
    ["request ids that follow the last", "(one > highest ? one : highest)", "one"],
    ["request ids counted out of any id", "/^request-(\\d+)$/.exec", "/(\\d+)$/.exec"],
  ],
};
