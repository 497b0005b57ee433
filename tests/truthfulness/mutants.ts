/**
 * The mutants of the server: edits after which it tells something that is not true. Each `find` occurs exactly once in
 * its file; otherwise the run fails and names it, so that no mutant goes stale. `mutate.ts` plays them.
 *
 * @module
 */

/** One edit of one file of the server. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}
type Edits = [name: string, find: string, replace: string][];

const edits: Record<string, Edits> = {
  "shop/money.ts": [
    [
      "an amount is cut to cents",
      '(decimal[2] ?? "").padEnd(2, "0")',
      '(decimal[2] ?? "").slice(0, 2).padEnd(2, "0")',
    ],
    [
      "an amount loses its sign",
      "amount: `${decimal[1]}.",
      'amount: `${decimal[1]?.replace("-", "")}.',
    ],
    ["an amount is doubled", "amount: `${decimal[1]}.", "amount: `${Number(decimal[1]) * 2}."],
    [
      "an amount's own currency is ignored",
      '"currency" in sent ? String(sent.currency) : currency',
      "currency",
    ],
    ["a comma is a point", ".exec(digits.trim())", '.exec(digits.trim().replace(",", "."))'],
  ],
  "shop/client.ts": [
    [
      "the currency around is ignored",
      "const own = currencyCode.safeParse(named).data ?? currency",
      "const own = currency",
    ],
    [
      "the currency of the setting is EUR",
      "const currency = options.currency === ",
      'const currency = "EUR" + "" || options.currency === ',
    ],
    ["totals are not money", '"price", "total", ', '"price", '],
    ["addresses of other schemes pass", "/^https?:$/.test(url.protocol)", "url.protocol"],
    ["addresses with a password pass", "&& !url.username", ""],
    [
      "only the first image is told",
      "if (Array.isArray(value)) return value.flatMap(",
      "if (Array.isArray(value)) return value.slice(0, 1).flatMap(",
    ],
    [
      "a parameter is not sent",
      "if (query[name] !== undefined) search[name]",
      'if (query[name] !== undefined && name !== "q") search[name]',
    ],
  ],
  "shop/contract.ts": [
    ["a slug comes before an id", '["id", "pk", "sku", "slug"]', '["slug", "id", "pk", "sku"]'],
    ["a category is a name", 'name: ["title"]', 'name: ["title", "category"]'],
    ["ids have eight characters", "text(64).min(1)", "text(8).min(1)"],
    [
      "texts are in capitals",
      "toPlainText(written, max))",
      "toPlainText(written, max).toUpperCase())",
    ],
    [
      "an unknown status is processing",
      'status: known ?? "unknown"',
      'status: known ?? "processing"',
    ],
    [
      "the shop's own status is not told",
      "raw_status: known ? undefined : String(row.status)",
      "raw_status: undefined",
    ],
    ["a status in capitals is unknown", "String(row.status).toLowerCase()", "String(row.status)"],
    ["six digits of a card", "slice(-4)", "slice(-6)"],
    ["what is forbidden is allowed", "{ allowed: sent }", "{ allowed: true }"],
    [
      "a variant is available",
      "{ options, price: money, available: bool }",
      "{ options, price: money, available: bool.default(true) }",
    ],
    [
      "a product is available",
      "price: money, available: bool, url",
      "price: money, available: bool.default(true), url",
    ],
    [
      "a count is one more",
      "count: z.int().min(0).max(1_000_000)",
      "count: z.int().transform((n) => n + 1)",
    ],
    ["next is not read", "{ next: z.string() }", "{ next: z.undefined() }"],
    [
      "only five rows are read",
      "Array.isArray(body) ? { results: body }",
      "Array.isArray(body) ? { results: body.slice(0, 5) }",
    ],
    ["an address has no second line", "{ line2: text300, state", "{ state"],
    [
      "a delivery date is when it was placed",
      "if (!row.status || ",
      "row.estimated_delivery ??= row.placed_at;\n    if (!row.status || ",
    ],
    [
      "lines lose their options",
      "{ product_id: id, options, price: money }",
      "{ product_id: id, price: money }",
    ],
    [
      "payments lose their method",
      "{ kind: text80, amount: money }, { payment_method_id: id }",
      "{ kind: text80, amount: money }, {}",
    ],
    [
      "every payment is a payment",
      "lenientObject({ kind: text80, amount",
      'lenientObject({ kind: text80.transform(() => "payment"), amount',
    ],
    ["the reason why not is lost", "{ reason: text300 }", "{}"],
    [
      "policies are not told",
      "policies: z.object({}).catchall(text2000)",
      "policies: z.undefined()",
    ],
  ],
  "shop/text.ts": [
    ["a cut text is not noted", "currentNotes()?.shorten();", ""],
    ["spaces are removed", 'given.replace(/\\s+/g, " ")', 'given.replace(/\\s+/g, "")'],
    ["invisible characters stay", '.replace(INVISIBLE, "").trim();', ".trim();"],
    ["markup stays", "round < 3 && ", "round < 0 && "],
    ["blocks run together", 'text.replace(BLOCK_TAG, " $&")', "text"],
  ],
  "shop/tool.ts": [
    [
      "a cut result does not say so",
      "list.slice(0, list.length / 2), truncated: true",
      "list.slice(0, list.length / 2)",
    ],
    [
      "a row is lost between pages",
      '".skip": `${skip + rows.length}`',
      '".skip": `${skip + rows.length + 1}`',
    ],
    [
      "a row is told on two pages",
      '".skip": `${skip + rows.length}`',
      '".skip": `${skip + rows.length - 1}`',
    ],
    [
      "the last page is the first",
      "const hasNextPage = Object",
      "const hasNextPage = false && Object",
    ],
    [
      "the rows are turned round",
      "rows: left.slice(0, limit)",
      "rows: left.slice(0, limit).toReversed()",
    ],
    [
      "the last row is dropped",
      "rows: left.slice(0, limit)",
      "rows: left.slice(0, limit).slice(0, -1)",
    ],
    ["twice as many as asked for", "rows: left.slice(0, limit)", "rows: left.slice(0, limit * 2)"],
    [
      "the summary counts one more",
      "pluralize(rows.length, noun)",
      "pluralize(rows.length + 1, noun)",
    ],
    ["the summary never says more", 'more ? ", and there are more" : ""', '""'],
    [
      "the summary always says more",
      'more ? ", and there are more" : ""',
      '", and there are more"',
    ],
    ["notes are not in the result", "...(said.length && { notes: said })", ""],
    ["notes are not in the text", "[first, rest, ...said]", "[first, rest]"],
    [
      "the text lacks what the result says",
      "notes: undefined,\n",
      "notes: undefined,\n        next_cursor: undefined,\n",
    ],
  ],
  "server.ts": [
    ["what cannot be bought is told as asked for", "!(in_stock && available === false)", "true"],
    ["prices below the least", "+price.amount >= min_price && ", ""],
    ["prices above the most", " && +price.amount <= max_price", ""],
    ["orders of every status", "!status || row.status === status", "true"],
    [
      "what is shipped has arrived",
      'shipped: "It is on its way."',
      'shipped: "It has arrived; nothing is left to do."',
    ],
    ["as of another moment", "as_of: now().toISOString()", "as_of: new Date(0).toISOString()"],
    ["the summary guesses a status", "is ${raw_status ?? status", "is ${status"],
    [
      "the order of rows is not asked for",
      'ordering: sort === "relevance" ? undefined : sort',
      "ordering: undefined",
    ],
    [
      "another order of rows is asked for",
      'ordering: sort === "relevance" ? undefined : sort',
      'ordering: sort === "relevance" ? undefined : "-price"',
    ],
    [
      "only the first word is searched",
      "const query = { q, ",
      'const query = { q: q.split(" ")[0], ',
    ],
    [
      "not all customers, without a word",
      "truncated: next_cursor ? true : undefined",
      "truncated: undefined",
    ],
    ["customers of any kind", "endpoints.customers, query, {}", "endpoints.customers, {}, {}"],
    [
      "the summary counts products",
      'countRows(items, "variant")',
      'countRows([...items, 1], "variant")',
    ],
  ],
};
export const mutants: Mutant[] = Object.entries(edits).flatMap(([file, list]) =>
  list.map(([name, find, replace]) => ({ name, file, find, replace })),
);
