/**
 * The mutants of the mock: edits after which it no longer answers as Django does. Each `find` occurs exactly once in
 * its file; otherwise the run fails, so that no mutant goes stale. `mutants` is used by `scripts/truth.ts`.
 *
 * @module
 */

/** One edit of one file of mocks/. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}
type Edits = [name: string, find: string, replace: string][];

const edits: Record<string, Edits> = {
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
      "last_name, address, currency, payment_methods };",
      "last_name, address, payment_methods };",
    ],
    [
      "a customer whose e-mail is null",
      "return { customer_id, email, first_name, last_name, address, currency",
      "return { customer_id, email: null, first_name, last_name, address, currency",
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
      "toCents(amount) : -toCents(amount)",
      "toCents(amount) : toCents(amount)",
    ],
    ["a refund lowers the balance", 'kind === "refund" ? toCents', 'kind === "payment" ? toCents'],
    ["no payment is added to the order", "payments: [...order.payments, ...payments], ", ""],
    ["a change without updated_at", "...payments], updated_at: at }", "...payments] }"],
    [
      "no timeline entry",
      "if (order.timeline) order.timeline = [...order.timeline, { at, status: order.status, note }];",
      "",
    ],
    [
      "a timeline where there was none",
      "if (order.timeline) order.timeline = [...order.timeline,",
      "order.timeline = [...(order.timeline ?? []),",
    ],
    [
      "a timeline entry without its note",
      "{ at, status: order.status, note }",
      "{ at, status: order.status }",
    ],
    [
      "a timeline entry that is pending for ever",
      "{ at, status: order.status, note }",
      '{ at, status: "pending", note }',
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
    ["refunds do not count", '(kind === "payment" ? 1 : -1)', '(kind === "payment" ? 1 : 0)'],
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
  ],
  "idempotency.ts": [
    [
      "a key is kept for a day less a moment",
      "first.at >= at - LIFETIME_MS",
      "first.at > at - LIFETIME_MS",
    ],
    ["a key is kept for ever", "first && first.at >= at - LIFETIME_MS", "first"],
    ["a key is kept for an hour", "24 * 60 * 60 * 1000", "60 * 60 * 1000"],
    ["a key takes any body", "if (first.fingerprint === fingerprint) return", "return"],
    [
      "a key takes the same body once only",
      "if (first.fingerprint === fingerprint) return first.answer;",
      "",
    ],
    ["keys are shared by all users", "`${user} ${key}`", "key"],
    ["no answer is kept", "answers.set(name, { fingerprint, at, answer });", ""],
    [
      "a refusal uses up its key",
      "const answer = structuredClone(write());",
      "answers.set(name, { fingerprint, at, answer: {} }); const answer = structuredClone(write());",
    ],
    [
      "a reused key has another status",
      "new ApiError(409, { detail, code: ",
      "new ApiError(422, { detail, code: ",
    ],
  ],
  "handlers.ts": [
    ["a key may be missing", "{1,255}$/.test(key)", "{0,255}$/.test(key)"],
    ["a key of 256 characters", "{1,255}$/.test(key)", "{1,256}$/.test(key)"],
    ["a key of 254 characters", "{1,255}$/.test(key)", "{1,254}$/.test(key)"],
    ["a key with a space", "[\\x21-\\x7e]", "[\\x20-\\x7e]"],
    ["a missing key has no code", 'code: "idempotency_key_required" }', "}"],
    ["every content type is JSON", "if (!isJsonType(type))", "if (false)"],
    ["a content type without its parameters only", 'type.replace(/;.*/s, "")', "type"],
    ["an empty body is not JSON", "if (!bytes.byteLength) return {};", ""],
    [
      "a byte order mark is skipped",
      "fatal: true, ignoreBOM: true",
      "fatal: true, ignoreBOM: false",
    ],
    ["invalid JSON is 422", "400,\n      `JSON parse error", "422,\n      `JSON parse error"],
    ["the body is checked before its order or customer", "          find(input);\n", ""],
    ["a key counts for every path", "${endpoint.path.template} ${id} ", ""],
    ["a key counts for every body", "${canonicalJson(sent)}`", "`"],
    ["a support request is 200", "      201,\n", ""],
    ["not found is 403", "thing ?? throwApiError(404", "thing ?? throwApiError(403"],
    ["forbidden is 404", 'throwApiError(403, "You do not', 'throwApiError(404, "You do not'],
    [
      "no token is 403",
      'throwApiError(401, "Authentication credentials',
      'throwApiError(403, "Authentication credentials',
    ],
    [
      "a wrong token is anonymous",
      'shop.customerForToken(key) ?? throwApiError(401, "Invalid token.")',
      "shop.customerForToken(key)",
    ],
    ["bearer tokens are not known", "/^(token|bearer)$/i", "/^token$/i"],
    ["a keyword in its exact case", "/^(token|bearer)$/i", "/^(Token|Bearer)$/"],
    ["a token may hold spaces", "if (more.length) return malformed", "if (false) return malformed"],
    ["a 401 without a challenge", 'status === 401 && { "WWW-Authenticate": "Token" }', "false"],
    ["a challenge for Bearer", '"WWW-Authenticate": "Token"', '"WWW-Authenticate": "Bearer"'],
    [
      "no Allow",
      'const headers = { Allow: [...allowed, "OPTIONS"].join(", ") };',
      "const headers = {};",
    ],
    [
      "the method before the token",
      "const caller = permit(authenticate(",
      'if (!allowed.includes(request.method)) throwApiError(405, `Method "${request.method}" not allowed.`);\n        const caller = permit(authenticate(',
    ],
    ["HEAD is not allowed", '["GET", "HEAD"] : [method]', '["GET"] : [method]'],
    [
      "customers for everybody",
      "handle(endpoints.customers, requireStaff,",
      "handle(endpoints.customers, requireCustomer,",
    ],
    [
      "search for customers only",
      "handle(endpoints.searchProducts, allowAny,",
      "handle(endpoints.searchProducts, requireCustomer,",
    ],
    [
      "the shop for customers only",
      "handle(endpoints.shop, allowAny,",
      "handle(endpoints.shop, requireCustomer,",
    ],
    [
      "another customer's orders are an empty list",
      "if (!isOwn && !caller.staff) throwForbidden();",
      "",
    ],
    ["the caller's own id is refused", '["", "me", caller.customer_id]', '["", "me"]'],
    [
      "a bad cursor is 400",
      'throwApiError(404, "Invalid cursor")',
      'throwApiError(400, "Invalid cursor")',
    ],
    ["a return is an exchange", "shop.returnItems)", "shop.exchangeItems as never)"],
  ],
  "request-bodies.ts": [
    ["blank text is taken", 'invalid("This field may not be blank.")', '{ value: "" }'],
    [
      "null is taken for text",
      'sent === null ? invalid("This field may not be null.") : read(sent)',
      "read(sent as NonNullJson)",
    ],
    [
      "what is required may be missing",
      'if (sent === undefined) return invalid("This field is required.");',
      'if (sent === undefined) return read("");',
    ],
    ["an empty list is taken", "if (!sent.length)", "if (false)"],
    ["a list of any length", "if (sent.length > max)", "if (false)"],
    ["a list of 99", "list(entry, 100)", "list(entry, 99)"],
    ["a message of 3999", "text(4000)", "text(3999)"],
    ["a line of 199", "const text200 = text(200)", "const text200 = text(199)"],
    ["an id of 129", "const id = text(128)", "const id = text(129)"],
    ["a number is no text", "!(sent instanceof PythonNumber))", "true)"],
    [
      "the second line is required",
      'const optionalText200 = optional(text(200, { allowBlank: true }), "")',
      "const optionalText200 = text(200, { allowBlank: true })",
    ],
    ["an address without a state keeps none", "  state: optionalText200,\n", ""],
    ["an order id may not be null", "optional(nullable(id), null)", "optional(id, null)"],
    [
      "a third reason to cancel",
      '["no_longer_needed", "ordered_by_mistake"]',
      '["no_longer_needed", "ordered_by_mistake", "bored"]',
    ],
    [
      "only the first wrong field is reported",
      'if ("errors" in read) errors.push([name, read.errors]);',
      'if ("errors" in read) return { errors: { [name]: read.errors } };',
    ],
    ["another message for a missing body", '"No data provided"', '"No data"'],
    [
      "a wrong body is 422",
      "throw new ApiError(400, read.errors)",
      "throw new ApiError(422, read.errors)",
    ],
  ],
  "python-json.ts": [
    ["the order of fields counts", "fields.toSorted(([a], [b]) => (a < b ? -1 : 1))", "fields"],
    ["a number with an exponent is an int", "/[.e]/i.test(source)", "/[.]/.test(source)"],
    ["exponents from seventeen digits", "+power >= 16", "+power >= 17"],
    ["exponents from five places", "+power < -4", "+power < -5"],
    ["floats lose their point", "`${value}.0`", "`${value}`"],
  ],
  "char-field.ts": [
    ["text is counted in UTF-16 units", "[...given].length <= max", "given.length <= max"],
    ["text is not trimmed", ".overwrite(strip)\n    .refine((given) => [", ".refine((given) => ["],
    ["zero width is white space", "[[\\s\\x1c-\\x1f\\x85]--\\ufeff]+", "[\\s\\x1c-\\x1f\\x85]+"],
  ],
  "query-parameters.ts": [
    ["a page of 51", "integer(1, 50)", "integer(1, 51)"],
    ["a page of none", "integer(1, 50)", "integer(0, 50)"],
    ["a page of nine", ".default(10)", ".default(9)"],
    [
      "any text is a status",
      "blankAsAbsent(choice(STATUSES).optional())",
      "blankAsAbsent(z.string().optional())",
    ],
    ["a search of 201 characters", "q: optionalText(200)", "q: optionalText(201)"],
    ["search results by name by default", '.default("relevance")', '.default("name")'],
    [
      "only available products by default",
      "blankAsAbsent(boolean.default(false))",
      "blankAsAbsent(boolean.default(true))",
    ],
    ["a customer search without parameters", "({ criteria }) => criteria.length,", "() => true,"],
  ],
  "cursor-pagination.ts": [
    ["no next page", "next: link(false)", "next: null"],
    ["no previous page", "previous: link(true)", "previous: null"],
    [
      "results called rows",
      "results: results.map(listing.show) }",
      "rows: results.map(listing.show) }",
    ],
    ["a page one too long", "found.slice(0, limit)", "found.slice(0, limit + 1)"],
    ["ties in any order", "|| compare(id(a), id(b))", "|| compare(id(b), id(a))"],
    ["a link of the path only", "`${url.origin}${url.pathname}?", "`${url.pathname}?"],
    ["a link that forgets the query", "new URLSearchParams(url.search)", "new URLSearchParams()"],
    [
      "any cursor is read",
      "const wasIssued = encodeCursor(cursor) === given && Number.isInteger(offset);",
      "const wasIssued = true;",
    ],
    [
      "a position of any form",
      "const isPosition = position === undefined || column(position) !== undefined;",
      "const isPosition = true;",
    ],
    ["a cursor without its offset", "if (offset !== 0) tokens.set", "if (false) tokens.set"],
    ["pages backwards in the same order", "if (isReverse) results.reverse();", ""],
  ],
  "money.ts": [
    ["three decimal places", "const PLACES = 2;", "const PLACES = 3;"],
    ["negative bounds of prices", "z.number().min(0,", "z.number().min(-100000,"],
    ["eleven digits", "const MAX_DIGITS = 10;", "const MAX_DIGITS = 11;"],
  ],
};
export const mutants: readonly Mutant[] = Object.entries(edits).flatMap(([file, all]) =>
  all.map(([name, find, replace]): Mutant => ({ name, file, find, replace })),
);
