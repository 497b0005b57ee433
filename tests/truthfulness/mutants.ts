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
    ["an amount is cut to cents", "toFixed(Math.max(2, places(exact)))", "toFixed(2)"],
    ["an amount loses its sign", "return exact.toFixed(", "return exact.abs().toFixed("],
    [
      "usual amounts are rounded",
      "USUAL_AMOUNT.test(text)) return text",
      "USUAL_AMOUNT.test(text)) return `${Math.round(Number(text))}.00`",
    ],
    [
      "an amount's own currency is ignored",
      "pair ? currencyIn(pair, currency) : currency",
      "currency",
    ],
    [
      "a comma is a point",
      'const text = typeof sent === "number" ? String(sent) : sent;',
      'const text = typeof sent === "number" ? String(sent) : typeof sent === "string" ? sent.replace(",", ".") : sent;',
    ],
    [
      "a currency that cannot be read is EUR",
      'CURRENCY_CODE.test(code) ? code : "XXX"',
      'CURRENCY_CODE.test(code) ? code : "EUR"',
    ],
    ["a currency in small letters is not read", "word.trim().toUpperCase()", "word.trim()"],
  ],
  "shop/json.ts": [
    ["long numbers are rounded", "(LONG.test(json) || EXPONENT.test(json))", "json.length < 0"],
    ["the currency around is ignored", "const own = currencyIn(row, around)", "const own = around"],
    ["the currency beside a price is ignored", "beside(row, own)", "own"],
    ["totals are not money", '"price", "total", ', '"price", '],
    ["addresses of other schemes pass", "!/^https?:$/.test(url.protocol)", "!url.protocol"],
    ["addresses with a password pass", " || url.username", ""],
    ["an empty address is the home page", "/^\\s*(#|$)/.test(sent)", "/^\\s*#/.test(sent)"],
    ["only the first image is told", "return links.flat();", "return links.flat().slice(0, 1);"],
    ["an option that cannot be read goes without a word", "currentNotes()?.leaveOut(what);", ""],
  ],
  "shop/contract.ts": [
    ["a slug comes before an id", '["id", "pk", "sku", "slug"]', '["slug", "id", "pk", "sku"]'],
    ["a category is a name", 'name: ["title"]', 'name: ["title", "category"]'],
    [
      "ids are cut",
      "/^[^<>]{1,128}$/u.test(written) && singleLine(written) === written",
      "written.length > 0).overwrite((written) => written.slice(0, 64)",
    ],
    [
      "ids are cleaned",
      ".overwrite((written) => written.trim())",
      '.overwrite((written) => written.replaceAll("&amp;", "&"))',
    ],
    [
      "texts are in capitals",
      "toPlainText(written, max))",
      "toPlainText(written, max).toUpperCase())",
    ],
    [
      "an unknown status is processing",
      'status: status ?? "unknown"',
      'status: status ?? "processing"',
    ],
    [
      "the shop's own status is not told",
      "raw_status: status ? row.raw_status : word",
      "raw_status: undefined",
    ],
    ["a status in capitals is unknown", ".toLowerCase()\n", "\n"],
    ["canceled is another word", 'spelling.replace(/^canceled$/, "cancelled")', "spelling"],
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
      "count: z.int().min(0).max(1_000_000) }",
      "count: z.int().overwrite((n) => n + 1) }",
    ],
    [
      "one row that cannot be read is dropped without a word",
      "currentNotes()?.leaveOut(noun);",
      "",
    ],
    [
      "a price that cannot be read goes without a word",
      "if (isMissed(schema)) notes.leaveOut(what);",
      "",
    ],
    ["an address has no second line", "    line2: addressPart,\n", ""],
    [
      "a delivery date is when it was placed",
      "const word = asText(row.status);",
      "row.estimated_delivery ??= row.placed_at;\n    const word = asText(row.status);",
    ],
    [
      "an order number is not told",
      "if (asText(row.order_number) ===",
      "if (true || asText(row.order_number) ===",
    ],
    [
      "lines lose their options",
      "{ product_id: id, options, price: money, quantity }",
      "{ product_id: id, price: money, quantity }",
    ],
    [
      "lines lose their quantity",
      "{ product_id: id, options, price: money, quantity }",
      "{ product_id: id, options, price: money }",
    ],
    [
      "payments lose their method",
      "lenientObject({ kind: text80, amount: money }, { payment_method_id: id })",
      "lenientObject({ kind: text80, amount: money }, {})",
    ],
    [
      "every payment is a payment",
      "lenientObject({ kind: text80, amount",
      'lenientObject({ kind: text80.overwrite(() => "payment"), amount',
    ],
    ["the reason why not is lost", "{ reason: text300 }", "{}"],
    ["the total count is not read", 'count: "count total', 'count: "total'],
    ["next is not read", 'next: "next nexturl', 'next: "nexturl'],
  ],
  "shop/text.ts": [
    ["a cut text is not noted", "currentNotes()?.shorten();", ""],
    [
      "spaces are removed",
      '.replace(/[\\s\\x85]{2,}|[^\\S ]|\\x85/g, " ")\n    .trim();',
      '.replace(/[\\s\\x85]{2,}|[^\\S ]|\\x85/g, "")\n    .trim();',
    ],
    ["invisible characters stay", 'text.replace(INVISIBLE, "")', "text"],
    ["joiners go", '.replace(SHAPED, "$1$2$3$4")', '.replace(SHAPED, "")'],
  ],
  "shop/list.ts": [
    [
      "a row is lost between pages",
      "const next = { ...at, skip: index,",
      "const next = { ...at, skip: index + 1,",
    ],
    [
      "a row is told on two pages",
      "const next = { ...at, skip: index,",
      "const next = { ...at, skip: index - 1,",
    ],
    ["filters are not checked", "if (fits === false) return { misfit: filters[at], silent };", ""],
    ["what fits is dropped", "if (fits === false) return", "if (fits === true) return"],
    [
      "what cannot be checked is dropped",
      "filters[at]?.fits(row);",
      "filters[at]?.fits(row) ?? false;",
    ],
    ["what cannot be checked is not noted", "if (!count) return;", "if (count >= 0) return;"],
    [
      "one more than asked for",
      "const isFull = rows.length === own.limit ||",
      "const isFull = rows.length === own.limit + 1 ||",
    ],
    [
      "lists are never sorted",
      "const all = isSorted && order ? sorted(results, order) : results;",
      "const all = results;",
    ],
    [
      "lists are sorted a page at a time",
      "const all = isSorted && order ? sorted",
      "const all = order ? sorted",
    ],
    [
      "a wrong order is not noted",
      "else if (!isInOrder(seen, order, last))",
      "else if (rows.length < 0)",
    ],
    ["a full page is the end", "mayHaveMore: isFull &&", "mayHaveMore: false && isFull &&"],
    [
      "a count is no word on more",
      "count !== undefined && count > before",
      "count === -1 && count > before",
    ],
    [
      "the summary counts one more",
      "pluralize(rows.length, noun);",
      "pluralize(rows.length + 1, noun);",
    ],
  ],
  "shop/filters.ts": [
    ["prices below the least", "Number(price.amount) >= least", "Number(price.amount) >= 0"],
    ["prices above the most", "Number(price.amount) <= most", "Number(price.amount) >= 0"],
    ["what cannot be bought is told as asked for", "return row.available;", "return true;"],
    ["categories are not compared", "return isSame(name, row.category);", "return true;"],
    [
      "words are not looked for",
      "if (!shown.includes(word)) return false;",
      "if (!word) return false;",
    ],
    [
      "orders of every status",
      'if (row.status !== "unknown") return row.status === asked;',
      'if (row.status !== "unknown") return true;',
    ],
    ["orders of everybody", "undefined : row.customer_id === asked", "undefined : true"],
    ["people with any address", "row.email.toLowerCase() === address", "true"],
    [
      "people with any name",
      "said && parts.length > 0 ? areThere",
      "said && parts.length > 0 ? true",
    ],
    [
      "oldest first",
      'lacks: "no date that can be compared",\n  isDescending: true',
      'lacks: "no date that can be compared",\n  isDescending: false',
    ],
  ],
  "shop/tool.ts": [
    ["the summary never says more", "notes.more && `and there ${notes.more} more`", "false"],
    [
      "the summary always says more",
      "notes.more && `and there ${notes.more} more`",
      '"and there are more"',
    ],
    ["notes are not in the result", "...(said.length && { notes: said }) }", "}"],
    [
      "numbers that are not exact are taken",
      "return isExact(value) ? String(value) : value;",
      "return String(value);",
    ],
  ],
  "shop/result-text.ts": [
    ["notes are not in the text", ", ...notes].join", "].join"],
    ["the text lacks what is beside a list", 'rest === "{}" ? [] : [rest]', "list ? [] : [rest]"],
    [
      "a price in the text has no currency",
      "formatMoney(value as Money)",
      "(value as Money).amount",
    ],
    ["a column is not in the text", "name !== NOT_SHOWN)", 'name !== "url")'],
    ["what null is goes without a word", '" null: not given."', '""'],
    ["a list says its first rows in the text", "of rows) {", "of rows.slice(0, 3)) {"],
  ],
  "shop/next-step.ts": [
    [
      "what is shipped has arrived",
      'shipped: "It is on its way."',
      'shipped: "It has arrived; nothing is left to do."',
    ],
    ["as of another moment", "as_of: now().toISOString()", "as_of: new Date(0).toISOString()"],
    ["the summary guesses a status", "is ${raw_status ?? status", "is ${status"],
  ],
  "server.ts": [
    [
      "only the first word is searched",
      "const query = { q, ",
      'const query = { q: q.split(" ")[0], ',
    ],
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
