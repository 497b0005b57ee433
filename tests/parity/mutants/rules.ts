/** Mutants of the mock: its rules. @module */
import type { Edits } from "./edits.ts";

export const rules: Record<string, Edits> = {
  "rules.ts": [
    [
      "orders of every status can be cancelled",
      'if (status !== "pending")\n    return deny(\n      "not_pending",\n      `Only a pending order can be cancelled',
      'if (false)\n    return deny(\n      "not_pending",\n      `Only a pending order can be cancelled',
    ],
    [
      "modified orders can be cancelled",
      'if (items_modified)\n    return deny(\n      "items_modified",\n      "Its items were changed, and',
      'if (false)\n    return deny(\n      "items_modified",\n      "Its items were changed, and',
    ],
    [
      "modified orders can be changed again",
      'if (items_modified)\n    return deny(\n      "items_modified",\n      "Its items were changed once',
      'if (false)\n    return deny(\n      "items_modified",\n      "Its items were changed once',
    ],
    [
      "orders of every status can be changed",
      'if (status !== "pending")\n    return deny(\n      "not_pending",\n      `Only a pending order can be changed',
      'if (false)\n    return deny(\n      "not_pending",\n      `Only a pending order can be changed',
    ],
    [
      "orders of every status take a new address",
      'if (status !== "pending")\n    return deny(\n      "not_pending",\n      `Only the address',
      'if (false)\n    return deny(\n      "not_pending",\n      `Only the address',
    ],
    [
      "a processing order takes a new address",
      'if (status !== "pending")\n    return deny(\n      "not_pending",\n      `Only the address',
      'if (status !== "pending" && status !== "processing")\n    return deny(\n      "not_pending",\n      `Only the address',
    ],
    ["orders of every status can be returned", 'if (status !== "delivered")', "if (false)"],
    [
      "a shipped order can be returned",
      'if (status !== "delivered")',
      'if (status !== "delivered" && status !== "shipped")',
    ],
    [
      "a second return is refused as an exchange",
      'return_requested: "already_returned"',
      'return_requested: "already_exchanged"',
    ],
    [
      "a second exchange is refused without its own code",
      '    exchange_requested: "already_exchanged",\n',
      "",
    ],
    ["the code of a refusal is renamed", '"item_unavailable"', '"unavailable"'],
    ["a refusal names the status with its underscore", 'status.replaceAll("_", " ")', "status"],
    ["a cancellation without its rule", "requireAllowed(canCancel(order));", ""],
    ["a new address without its rule", "requireAllowed(canChangeAddress(order));", ""],
    [
      "a change of items without its rule",
      "  requireAllowed(canChange(order));\n  const { swaps",
      "  const { swaps",
    ],
    [
      "a change of payment without its rule",
      "  requireAllowed(canChange(order));\n  const [payment",
      "  const [payment",
    ],
    [
      "a return without its rule",
      "  requireAllowed(canReturn(order));\n  const lines",
      "  const lines",
    ],
    [
      "an exchange without its rule",
      "  requireAllowed(canReturn(order));\n  const { swaps",
      "  const { swaps",
    ],
    ["bought 2 times instead of twice", '["", "once", "twice"]', '["", "once", "2 times"]'],
    ["an entry counts all entries of its item", "entries.slice(0, n)", "entries"],
    ["an entry counts no entries of its item", "entries.slice(0, n)", "entries.slice(0, 0)"],
    ["an item may replace itself", "if (new_item_id === item_id)", "if (false)"],
    [
      "an item of another product",
      "products.find((one) => one.product_id === product_id)",
      "products.find((one) => one.items.some((item) => item.item_id === new_item_id))",
    ],
    ["an unavailable item is accepted", "if (!item.available)", "if (false)"],
    [
      "the present price of the old item",
      "toCents(item.price) - toCents(line.price)",
      "toCents(item.price) - toCents(products.flatMap(({ items }) => items).find((one) => one.item_id === line.item_id)?.price ?? line.price)",
    ],
    ["no difference in price", "toCents(item.price) - toCents(line.price)", "0"],
    [
      "any payment method is accepted",
      'throwFieldError("payment_method_id", `${id} is not a payment method of this customer.`)',
      '({ payment_method_id: id, kind: "paypal" } as const)',
    ],
    [
      "every method has a balance to cover",
      'kind === "gift_card" && toCents(balance)',
      "toCents(balance)",
    ],
    ["a gift card cannot be emptied", "toCents(balance) < needed", "toCents(balance) <= needed"],
    [
      "a gift card covers a cent too much",
      "toCents(balance) < needed",
      "toCents(balance) < needed - 1",
    ],
    [
      "a gift card without a balance is full",
      'balance = "0.00" } = method',
      'balance = "9999.00" } = method',
    ],
    ["a refusal without a currency", "has ${balance} ${currency}, and", "has ${balance}, and"],
    ["a method that was only refunded has paid", "new Set(paying.map", "new Set(payments.map"],
    ["refunds do not count", "toCents(amount) : -toCents(amount)", "toCents(amount) : 0"],
    ["a cancellation refunds nothing", "net > 0 ? [refundEntry(method, net)] : []", "[]"],
    ["a cancellation refunds zero, too", "net > 0 ? [refundEntry", "net >= 0 ? [refundEntry"],
    ["a cancellation keeps its reason", "cancel_reason: reason }", "cancel_reason: undefined }"],
    [
      "a cancelled order stays pending",
      'set: { status: "cancelled", cancel_reason',
      "set: { cancel_reason",
    ],
    ["the address of an order does not change", "set: { address }, note", "note"],
    [
      "items change without a check of the balance",
      "requireBalance(method, difference, currency);",
      "",
    ],
    [
      "the payment method changes without a check of the balance",
      "requireBalance({ payment_method_id: id, ...method }, amount, currency);",
      "",
    ],
    [
      "an exchange without a check of the balance",
      "requireBalance(method, difference, context.currency);",
      "",
    ],
    [
      "a new item keeps the old price",
      "{ ...line, item_id, options, price, quantity",
      "{ ...line, item_id, options, quantity",
    ],
    [
      "a new item keeps the old options",
      "{ ...line, item_id, options, price, quantity",
      "{ ...line, item_id, price, quantity",
    ],
    [
      "a new item takes all pieces of its line",
      "price, quantity: undefined };",
      "price, quantity: line.quantity };",
    ],
    ["a new item always takes its line", "if (pieces > 1) added.push(piece);\n    else ", ""],
    ["a line keeps the pieces that were swapped", "left.set(line, pieces - 1);", ""],
    ["new items stand before the lines", "[...kept, ...added]", "[...added, ...kept]"],
    [
      "an item of several pieces is named once",
      "Array<Line>(line.quantity ?? 1).fill(line)",
      "[line]",
    ],
    [
      "a cheaper item is charged",
      "const makeEntry = difference > 0 ? paymentEntry : refundEntry;",
      "const makeEntry = paymentEntry;",
    ],
    ["a cheaper item is not refunded", "payments: difference ?", "payments: difference > 0 ?"],
    ["a payment of nothing", "payments: difference ?", "payments: true ?"],
    ["items can be changed again", ", items_modified: true }", " }"],
    [
      "a refund counts as the one payment",
      'payment?.kind !== "payment" || more.length',
      "!payment || more.length",
    ],
    [
      "one payment of several is changed",
      'payment?.kind !== "payment" || more.length',
      'payment?.kind !== "payment"',
    ],
    ["a method may replace itself", "if (id === payment.payment_method_id)", "if (false)"],
    [
      "the refund before the payment",
      "[paymentEntry(id, amount), refundEntry(payment.payment_method_id, amount)]",
      "[refundEntry(payment.payment_method_id, amount), paymentEntry(id, amount)]",
    ],
    [
      "a changed payment is not refunded",
      "[paymentEntry(id, amount), refundEntry(payment.payment_method_id, amount)]",
      "[paymentEntry(id, amount)]",
    ],
    ["the first payment is the original, refunded or not", ".find(([, net]) => net > 0)", "[0]"],
    [
      "a return to a gift card only",
      "payment_method_id !== original && !isGiftCard",
      "!isGiftCard",
    ],
    [
      "a return to the original method only",
      "payment_method_id !== original && !isGiftCard",
      "payment_method_id !== original",
    ],
    [
      "a return to any method of the customer",
      'method.kind === "gift_card" && method.payment_method_id',
      "method.payment_method_id",
    ],
    [
      "a return without its items",
      "return: { item_ids, payment_method_id }",
      "return: { item_ids: [], payment_method_id }",
    ],
    [
      "a requested return leaves the order delivered",
      'status: "return_requested", return',
      'status: "delivered", return',
    ],
    [
      "an exchange with old and new items swapped",
      "item_ids: swaps.map(({ line }) => line.item_id)",
      "item_ids: swaps.map(({ item }) => item.item_id)",
    ],
    [
      "an exchange whose difference has no sign",
      "price_difference: formatCents(difference)",
      "price_difference: formatCents(Math.abs(difference))",
    ],
    [
      "an exchange that moves money",
      '{ status: "exchange_requested", exchange }, note',
      '{ status: "exchange_requested", exchange }, payments: difference > 0 ? [paymentEntry(method.payment_method_id, difference)] : [], note',
    ],
    ["another note in the timeline", '"Items changed."', '"Item changed."'],
    // the order after a change
    ["no payment is added to the order", "payments: [...order.payments, ...payments],", ""],
    [
      "a payment is added before the others",
      "[...order.payments, ...payments]",
      "[...payments, ...order.payments]",
    ],
    ["a change without updated_at", "    updated_at: at,\n", ""],
    ["no timeline entry", "if (!order.timeline) return changed;", "return changed;"],
    [
      "a timeline where there was none",
      "  if (!order.timeline) return changed;\n  return { ...changed, timeline: [...order.timeline,",
      "  return { ...changed, timeline: [...(order.timeline ?? []),",
    ],
    [
      "a timeline entry without its note",
      "{ at, status: changed.status, note }",
      "{ at, status: changed.status }",
    ],
    [
      "a timeline entry with the status before",
      "{ at, status: changed.status, note }",
      "{ at, status: order.status, note }",
    ],
  ],
};
