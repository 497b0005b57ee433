/**
 * The verdict on a tool is the tool itself: each that reads is run against the live shop, through the dialect, as a
 * host would run it. Nothing but GET is sent.
 */
import type { Dialect } from "../../shop/contract.ts";
import { ShopError } from "../../shop/errors.ts";
import { countRows } from "../../shop/list.ts";
import { openShop, tools } from "../../server.ts";
import type { Level } from "./check-result.ts";
import { endpointsOf, recordFor, type Visit, waitFor429 } from "./visit.ts";

export interface Verdict {
  tool: string;
  level: Level;
  says: string;
  fix?: string;
  /** false: the account may not use it, so that nothing is known of it. */
  isKnown?: boolean;
}
type Result = Record<string, unknown>;
const listIn = (result: Result | undefined, name: string): Result[] => {
  const list = result?.[name];
  return Array.isArray(list) ? list : [];
};
/** What a result has of what people ask for. */
const shows = (result: Result, names: string[]) =>
  names.filter((name) => result[name] !== undefined);
const lacks = (result: Result, names: string[]) =>
  names.filter((name) => result[name] === undefined);

/** Runs every tool that reads, and says what it gave. */
export async function tryTools(visit: Visit, dialect: Dialect): Promise<Verdict[]> {
  const { settings, runtime, authScheme } = visit;
  const reads = Object.values(tools).filter(({ isWrite }) => !isWrite);
  const hasAny = reads.some((tool) => endpointsOf(tool).every((name) => dialect.has(name)));
  if (!hasAny) return [];
  const shop = openShop(
    { ...settings, django_api_auth: authScheme, read_only: true, tools: undefined, timeout: 10 },
    {
      dialect,
      fetch: async (input: string | URL | Request, init?: RequestInit) => {
        const method = init?.method ?? "GET";
        if (method !== "GET") throw new TypeError("the doctor sends nothing but GET");
        for (;;) {
          const response = await runtime.fetch(
            String(input instanceof Request ? input.url : input),
            init ?? {},
          );
          if (response.status !== 429) return response;
          const body = await response.clone().text();
          if (!(await waitFor429(visit, response.headers, body))) return response;
        }
      },
    },
  );
  const isAbsent = (tool: keyof typeof tools) =>
    endpointsOf(tools[tool]).some((name) => recordFor(visit, name).state === "absent");
  const verdicts: Verdict[] = [];
  async function run(
    tool: keyof typeof tools,
    args: Result,
    describe: (result: Result) => { says: string; isPoor?: boolean },
  ): Promise<Result | undefined> {
    const offered = shop.offered.get(tool);
    if (!offered || isAbsent(tool)) return undefined;
    const asked = Object.entries(args)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(", ");
    const call = `(${asked})`;
    try {
      const { result } = await offered.call(tool, args, shop);
      const notes = Array.isArray(result.notes) ? result.notes.map(String) : [];
      const { says, isPoor = false } = describe(result);
      const text = `${call} gives ${says}${notes.length ? `; it notes: ${notes.join(" ")}` : ""}`;
      verdicts.push({ tool, level: notes.length || isPoor ? "amber" : "green", says: text });
      return result;
    } catch (error) {
      if (!(error instanceof ShopError)) throw error;
      const isDenied = error.context.status === 403 || error.context.status === 401;
      const level = isDenied && tool === "find_customer" ? "green" : "red"; // the shop keeps it for its staff
      const says =
        level === "green"
          ? `${call} is refused to this account: it is for staff`
          : `${call} fails: ${error.message}`;
      verdicts.push({ tool, level, says, ...(level === "green" && { isKnown: false }) });
      return undefined;
    }
  }
  const rowsSay = (name: string, noun: string, wanted: string[]) => (result: Result) => {
    const rows = listIn(result, name);
    const [first = {}] = rows;
    const missing = rows.length ? lacks(first, wanted) : [];
    return {
      says: countRows(rows, noun) + (missing.length ? `, without ${missing.join(", ")}` : ""),
      isPoor: !rows.length || missing.length > 0,
    };
  };
  const word = await wordOf(shop);
  const found = await run(
    "search_products",
    { query: word, limit: 5 },
    rowsSay("products", "product", ["price"]),
  );
  const [product] = listIn(found, "products");
  if (product) {
    const result = await run("get_product", { product_id: product.product_id }, (one) => {
      const missing = lacks(one, ["price", "description"]);
      return {
        says: `${JSON.stringify(one.name)} with ${shows(one, ["price", "available", "description", "items", "images"]).join(", ") || "its name"}`,
        isPoor: missing.includes("price"),
      };
    });
    if (result && result.name !== product.name)
      verdicts.push({
        tool: "get_product",
        level: "red",
        says: `(product_id: ${JSON.stringify(product.product_id)}) gives ${JSON.stringify(result.name)}, which search_products calls ${JSON.stringify(product.name)}`,
      });
  }
  await run("get_shop_info", {}, ({ name }) => ({ says: JSON.stringify(name) }));
  const listed = await run(
    "list_orders",
    { limit: 5 },
    rowsSay("orders", "order", ["total", "placed_at"]),
  );
  const orders = listIn(listed, "orders");
  const status = orders.map((order) => order.status).find((one) => one !== "unknown");
  if (status) await run("list_orders", { status, limit: 5 }, rowsSay("orders", "order", []));
  const [order] = orders;
  const order_id = order?.order_id ?? visit.orderId;
  if (order_id) {
    await run("get_order_status", { order_id }, (one) => ({
      says: `${String(one.status)}${one.raw_status === undefined ? "" : ` (${String(one.raw_status)})`}`,
      isPoor: one.status === "unknown",
    }));
    await run("get_order", { order_id }, (one) => {
      const lines = listIn(one, "lines");
      const missing = lacks(one, ["lines", "total", "address"]);
      const isOpen = lines.some((line) => line.price === undefined) ? ["the price of a line"] : [];
      return {
        says: `${String(one.status)}, ${countRows(lines, "line")}${[...missing, ...isOpen].length ? `, without ${[...missing, ...isOpen].join(", ")}` : ""}`,
        isPoor: missing.some((name) => name !== "address") || isOpen.length > 0, // which not each shop knows
      };
    });
  }
  const me = await run("get_customer", { customer_id: "me" }, (one) => ({
    says: shows(one, [
      "customer_id",
      "email",
      "first_name",
      "last_name",
      "address",
      "payment_methods",
    ]).join(", "),
  }));
  await run(
    "find_customer",
    { email: typeof me?.email === "string" ? me.email : "nobody@nowhere.invalid" },
    (one) => ({ says: countRows(listIn(one, "customers"), "customer") }),
  );
  return verdicts;
}
/** A word that the shop's products have. */
async function wordOf(shop: ReturnType<typeof openShop>): Promise<string> {
  try {
    for (const query of ["a", "e"]) {
      const { result } = await tools.search_products.call(
        "search_products",
        { query, limit: 5 },
        shop,
      );
      for (const { name } of listIn(result, "products")) {
        const [word] = /[\p{L}]{3,}/u.exec(String(name)) ?? [];
        if (word) return word;
      }
    }
  } catch {
    // `search_products` says why
  }
  return "a";
}
