/**
 * A shop whose API is not the contract's, in memory: six products, three orders, and what a test changes of them.
 * The tests of `--suggest` start from `otherShop` and `suggest`.
 */
import { run } from "../../scripts/doctor/doctor.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { loadModule } from "../../scripts/doctor/suggest/load-findings.ts";
import { BASE, json, never, NOW, tokenOf } from "./run-doctor.ts";

export type Row = Record<string, unknown>;
/** An answer to one path: JSON, or a whole response. */
export type Route = (url: URL, init: RequestInit) => unknown;

const product = (pk: number, title: string, price: string, stock: number) => ({
  pk,
  title,
  price_gross: price,
  stock,
  category: { name: pk % 2 ? "Cups" : "Lamps" },
  description: `The ${title} is made by hand.`,
});
export const PRODUCTS = [
  product(11, "Blue Cup", "12.50", 3),
  product(12, "Desk Lamp", "80.00", 0),
  product(13, "Green Cup", "11.00", 1),
  product(14, "Floor Lamp", "140.00", 2),
  product(15, "Travel Mug", "20.00", 9),
  product(16, "Wall Lamp", "60.00", 4),
];
const line = (id: number, of: number, qty: number) => {
  const { title, price_gross } = PRODUCTS[of] ?? { title: "", price_gross: "0" };
  return {
    id,
    product: 11 + of,
    product_title: title,
    qty,
    each: price_gross,
    sum: (Number(price_gross) * qty).toFixed(2),
  };
};
const order = (ref: string, state: string, lines: ReturnType<typeof line>[]) => {
  const goods = lines.reduce((sum, { sum: own }) => sum + Number(own), 0);
  return {
    ref,
    state,
    owner: 7,
    ordered: `2026-11-0${lines.length}T10:00:00Z`,
    tax_total: (goods / 6).toFixed(2),
    grand_total: (goods + 5).toFixed(2),
    postage: "5.00",
    deliver_to: { street: "Elm St 1", town: "Graz", zip: "8010", country: "AT" },
    positions: lines,
  };
};
export const ORDERS = [
  order("R-100", "on its way", [line(1, 0, 2), line(2, 1, 1)]),
  order("R-101", "new", [line(3, 2, 3)]),
  order("R-102", "delivered", [line(4, 3, 1), line(5, 0, 1), line(6, 4, 2)]),
];
/** A row without one of its fields. */
export const omit = (row: Row, name: string): Row =>
  Object.fromEntries(Object.entries(row).filter(([own]) => own !== name));

/** A page of rows as a list view gives it, with a search and a size by these names. */
export function listView(
  rows: Row[],
  names: { search?: string; size?: string; filter?: string } = {},
): Route {
  return (url) => {
    const sent = (name = "-") => url.searchParams.get(name) ?? undefined;
    const [word, value] = [sent(names.search)?.toLowerCase(), sent(names.filter)];
    const found = rows
      .filter((row) => word === undefined || JSON.stringify(row).toLowerCase().includes(word))
      .filter((row) => value === undefined || String(row[names.filter ?? ""]) === value);
    const size = Number(sent(names.size) ?? found.length);
    return {
      count: found.length,
      next: size < found.length ? "?page=2" : null,
      results: found.slice(0, size),
    };
  };
}
/** Records by their id, at a path that ends with it. */
export const recordView =
  (rows: Row[], key: string): Route =>
  (url) =>
    rows.find(
      (row) =>
        String(row[key]) ===
        decodeURIComponent(url.pathname.split("/").filter(Boolean).at(-1) ?? ""),
    );

const ROUTES: Record<string, Route> = {
  "/api/": () => ({ products: `${BASE}/api/products/`, orders: `${BASE}/api/orders/` }),
  "/api/products/": listView(PRODUCTS, { search: "search", size: "page_size" }),
  "/api/products/*/": recordView(PRODUCTS, "pk"),
  "/api/orders/": listView(
    ORDERS.map((row) => omit(row, "positions")),
    { filter: "state" },
  ),
  "/api/orders/*/": recordView(ORDERS, "ref"),
  "/api/me/": () => ({ id: 7, email: "ann@shop.example", first_name: "Ann", last_name: "Lee" }),
};
/**
 * The shop, as the doctor reaches it.
 *
 * @param options.routes instead of, or beside its own; null takes one away
 * @param options.fallback what it answers anywhere else. @default a 404
 */
export function otherShop({
  routes = {},
  fallback,
}: { routes?: Record<string, Route | null>; fallback?: Route } = {}) {
  const all = { ...ROUTES, ...routes };
  const requests: string[] = [];
  const waits: number[] = [];
  const fetch: Runtime["fetch"] = async (address, init) => {
    const url = new URL(address);
    requests.push(
      `${init.method ?? "GET"} ${url.origin === BASE ? "" : url.origin}${url.pathname}${url.search}`,
    );
    const pattern = Object.keys(all).find((path) =>
      new RegExp(`^${path.replace("*", "[^/]+")}$`).test(url.pathname),
    );
    const route = pattern === undefined ? undefined : all[pattern];
    if (/orders|me|profile|user/.test(url.pathname) && route && !tokenOf(init))
      return json({ detail: "Who?" }, 401);
    const answer = (route ?? undefined)?.(url, init) ?? fallback?.(url, init);
    if (answer instanceof Response) return answer;
    return answer === undefined ? json({ detail: "Not found." }, 404) : json(answer);
  };
  const wait = async (ms: number) => void waits.push(ms);
  const runtime: Runtime = { fetch, now: () => NOW, timeout: never, wait };
  return { runtime, requests, waits };
}
/** Lines as if none were too long: each with what continues it, and with the comment above it behind it. */
function unwrapped(part: string): string[] {
  const lines: string[] = [];
  let above: string[] = [];
  for (const line of part.replaceAll(/\n *(?:\*|\/\/) {3}(?=\S)/g, " ").split("\n")) {
    const text = line.replace(/^ *(\* *)?/, "");
    if (/^\/\/ (proven|tried|left out|TODO check): /.test(text)) above.push(text.slice(3));
    else {
      lines.push(above.length ? `${text} // ${above.join("; ")}` : text);
      above = [];
    }
  }
  return lines;
}
/** The module that `--suggest` writes for a shop, and its dialect. */
export async function suggest(runtime: Runtime, args: string[] = ["--token", "t"]) {
  const {
    out = "",
    err = "",
    code,
  } = await run(["--django", BASE, ...args, "--suggest"], {}, runtime);
  const [head = "", module = ""] = out.split(" */\n");
  const linesOf = (part: string) => (text: string) =>
    unwrapped(part).filter((line) => line.includes(text));
  /** The lines of the module, and of the comment at its head, that have a text. */
  const [linesWith, notesWith] = [linesOf(module), linesOf(head)];
  return {
    notesWith,
    out,
    err,
    code,
    linesWith,
    dialect: code === 0 ? await loadModule(out) : undefined,
  };
}
