/** Mutants of the mock: previews, versions, and what a change says of itself. @module */
import type { Edits } from "./edits.ts";

export const previews: Record<string, Edits> = {
  "shop.ts": [
    // previews
    ["an order that cannot be previewed", "can_preview: true,", "can_preview: false,"],
    [
      "a preview that is stored",
      "plan(caller, order_id, change, body)?.answer",
      "{ const planned = plan(caller, order_id, change, body); return planned && (Object.assign(planned.order, planned.changed), planned.answer); }",
    ],
    [
      "a preview that moves balances",
      "plan(caller, order_id, change, body)?.answer",
      "{ const planned = plan(caller, order_id, change, body); for (const one of planned?.payments ?? []) if (planned) applyToBalance(planned.customer, one); return planned?.answer; }",
    ],
    [
      "a preview of the order as it is",
      "plan(caller, order_id, change, body)?.answer",
      "{ const planned = plan(caller, order_id, change, body); return planned && orderAnswer(planned.order, currency); }",
    ],
    [
      "a preview of another change",
      "plan(caller, order_id, change, body)?.answer",
      'plan(caller, order_id, change === "exchanges" ? "items" : change, body)?.answer',
    ],
    // what a change says of itself
    [
      "an order that was never changed has a change",
      "| null = null,",
      '| null = receipt("cancel", []),',
    ],
    ["a change without its kind", "return { kind, payments, amount", "return { payments, amount"],
    ["a change without its payments", "return { kind, payments, amount", "return { kind, amount"],
    [
      "a change without its amount",
      "return { kind, payments, amount",
      "return { kind, payments, _",
    ],
    [
      "a change of nothing amounts to zero",
      "payments.length ? formatCents(sum) : null",
      "formatCents(sum)",
    ],
    [
      "an even change amounts to nothing",
      "payments.length ? formatCents(sum) : null",
      "sum ? formatCents(sum) : null",
    ],
    [
      "a change whose amount has no sign",
      "payments.length ? formatCents(sum) : null",
      "payments.length ? formatCents(Math.abs(sum)) : null",
    ],
    [
      "a change whose amount is of its first payment",
      "all + rules.signedCents(payment), 0)",
      "all || rules.signedCents(payment), 0)",
    ],
    [
      "a change with all payments of the order",
      "receipt(kind, payments));",
      "receipt(kind, changed.payments));",
    ],
    [
      "an address that says it is a cancellation",
      'changeOrder("address")',
      'changeOrder("cancel")',
    ],
    // versions
    [
      "an order without a version",
      "...withVersion(orderDetails(order, currency))",
      "...orderDetails(order, currency)",
    ],
    [
      "a version that counts the change",
      "({ ...withVersion(orderDetails(order, currency)), change })",
      "withVersion({ ...orderDetails(order, currency), change })",
    ],
    [
      "a version of the status only",
      "...withVersion(orderDetails(order, currency))",
      "...orderDetails(order, currency), ...withVersion({ status: order.status })",
    ],
    ["a customer without a version", "return withVersion({ ...names", "return ({ ...names"],
    [
      "a customer's version without the balances",
      "return withVersion({ ...names, address, currency, payment_methods });",
      "return { ...names, address, currency, payment_methods, version: withVersion({ ...names, address, currency }).version };",
    ],
  ],
  "versions.ts": [
    ["a version of seventeen digits", ".slice(0, 16)", ".slice(0, 17)"],
    ["a version by another digest", '"sha256"', '"sha1"'],
    [
      "a version of the spelling",
      "canonicalJson(parseJson(JSON.stringify(answer)))",
      "JSON.stringify(answer)",
    ],
    ["an ETag without quotes", '=> `"${version}"`', "=> version"],
    ["a weak ETag", '=> `"${version}"`', '=> `W/"${version}"`'],
    ["If-Match ignored", "if (!wanted ||", "if (wanted || !wanted ||"],
    ["no If-Match is refused", "if (!wanted ||", "if ("],
    ["any version is not known", 'wanted.join() === "*" || ', ""],
    ["a star among others is any version", 'wanted.join() === "*"', 'wanted.includes("*")'],
    [
      "only the first of several counts",
      "wanted.includes(etagOf(version))",
      "wanted[0] === etagOf(version)",
    ],
    [
      "only one version can be named",
      'get("If-Match")?.split(",")',
      'get("If-Match")?.split(" ,")',
    ],
    ["white space counts", 'tag.replace(/^[ \\t]+|[ \\t]+$/g, "")', "tag"],
    [
      "a weak version is equal",
      "wanted.includes(etagOf(version))",
      'wanted.some((tag) => tag.replace(/^W\\//, "") === etagOf(version))',
    ],
    [
      "a version without quotes is equal",
      "wanted.includes(etagOf(version))",
      "(wanted.includes(etagOf(version)) || wanted.includes(version))",
    ],
    ["another version is 409", "new ApiError(412,", "new ApiError(409,"],
    ["another version has no code", '{ detail, code: "version_mismatch" }', "{ detail }"],
    ["another version has another sentence", "It has changed since:", "Changed since:"],
  ],
  "handlers.ts": [
    ["a preview has an ETag", "path !== endpoints.previewChange.path && ", ""],
    ["no ETag", "const version = etag && {", "const version = false && {"],
    ["no version is required", "if (version) requireVersion(request, version);", ""],
    [
      "a version is required before a known key",
      "        return shop.idempotent(",
      '        const now = endpoint === endpoints.contactSupport ? {} : find(input);\n        if ("version" in now) requireVersion(request, String(now.version));\n        return shop.idempotent(',
    ],
    [
      "a version is required before the key",
      "const key = requireIdempotencyKey(request);",
      'if (request.headers.has("If-Match")) requireVersion(request, find(input).version ?? "");\n        const key = requireIdempotencyKey(request);',
    ],
    [
      "a version is required after the change",
      "          if (version) requireVersion(request, version);\n          return change(input, sent);",
      "          const done = change(input, sent);\n          if (version) requireVersion(request, version);\n          return done;",
    ],
    ["a support request needs a version", "() => ({}),", '() => ({ version: "support" }),'],
    [
      "a preview needs an Idempotency-Key",
      "const sent = await readJsonBody(input.request);",
      "requireIdempotencyKey(input.request);\n      const sent = await readJsonBody(input.request);",
    ],
    [
      "a preview needs a version",
      "      findOrder(input);\n      const body",
      "      requireVersion(input.request, findOrder(input).version);\n      const body",
    ],
    [
      "a preview is refused before its order is found",
      "      findOrder(input);\n      const body = validateBody(previewBody, sent);",
      "      const body = validateBody(previewBody, sent);\n      findOrder(input);",
    ],
    [
      "a preview is looked up before its body is read",
      "      const sent = await readJsonBody(input.request);\n      findOrder(input);",
      "      findOrder(input);\n      const sent = await readJsonBody(input.request);",
    ],
    [
      "previews for staff only",
      "handle(endpoints.previewChange, requireCustomer,",
      "handle(endpoints.previewChange, requireStaff,",
    ],
  ],
  "request-bodies.ts": [
    ["a preview without a body", "body: dictionary });", "body: optional(dictionary, {}) });"],
    [
      "a preview of a list",
      "isJsonObject(sent)\n    ? { value: sent }",
      'typeof sent === "object"\n    ? { value: sent as JsonObject }',
    ],
    ["another message for a body that is no object", "a dictionary of items but", "an object but"],
    [
      "a preview of something else",
      "change: choice(CHANGES)",
      'change: choice([...CHANGES, "refund" as never])',
    ],
  ],
  "rules.ts": [
    [
      "the preview of a return is that of an exchange",
      "returns: rule(returnBody, returnItems)",
      "returns: rule(itemSwapsBody, exchangeItems)",
    ],
    [
      "a rule before its body",
      "    apply(order, validateBody(body, sent), context);",
      "{ requireAllowed(canChangeAddress(order)); return apply(order, validateBody(body, sent), context); };",
    ],
  ],
};
