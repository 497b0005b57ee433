/**
 * Whether a shop holds the world that our own stories are about, Quince & Lantern as `mocks/world.json` has it: looked at
 * through the server, as the caller of the stories.
 *
 * @module
 */
import { seed } from "../../mocks/world.ts";
import { type Host, textOf } from "../../tests/harness/clients.ts";

/** All rows of a list, page by page. @throws {Error} with the server's words */
async function readAll(host: Host, name: string, args: Record<string, unknown>, rows: string) {
  const found: Record<string, unknown>[] = [];
  let cursor: unknown;
  do {
    const page = await ask(host, name, { ...args, ...(cursor !== undefined && { cursor }) });
    found.push(...(page[rows] as typeof found)); // as the tool's schema has it
    cursor = page["next_cursor"];
  } while (cursor !== undefined);
  return found;
}
async function ask(
  host: Host,
  name: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const result = await host.callTool({ name, arguments: args });
  if (result.isError) throw new Error(`${name}: ${textOf(result)}`);
  return Object(result.structuredContent);
}

const NOT_OURS = "our stories play at Quince & Lantern (bun run shop, or manage.py load_world)";
const difference = (what: string, is: unknown, was: unknown) =>
  `the shop is not as mocks/world.json has it: ${what} is ${String(is)}, and was ${String(was)}`;

/** Who the caller is in the seed world: `mia`, or `nobody`; undefined for somebody else. */
export async function callerOf(host: Host): Promise<string | undefined> {
  const { tools } = await host.listTools();
  if (!tools.some(({ name }) => name === "get_customer")) return "nobody";
  const { structuredContent } = await host.callTool({ name: "get_customer", arguments: {} });
  const { customer_id } = Object(structuredContent); // none, where the shop knows no such customer
  const found = seed.customers.find((customer) => customer.customer_id === customer_id);
  return found?.token.replace(/^demo-/, "");
}

/** Where the shop, as this caller sees it, is another than ours; undefined where it is the same. */
export async function differenceFromOurs(host: Host): Promise<string | undefined> {
  const { name } = await ask(host, "get_shop_info", {});
  const [expected, products] = [
    seed.shop?.name,
    new Map(seed.products.map((one) => [one.product_id, one])),
  ];
  if (name !== expected) return `the shop is ${JSON.stringify(name)}: ${NOT_OURS}`;
  for (const { product_id, name: called } of await readAll(
    host,
    "search_products",
    { query: "a", limit: 50 },
    "products",
  )) {
    const known = products.get(String(product_id));
    if (known?.name !== called)
      return difference(`product ${String(product_id)}`, called, known?.name ?? "absent");
  }
  const caller = await callerOf(host);
  if (caller === "nobody") return undefined;
  const customer = seed.customers.find(({ token }) => token === `demo-${caller}`);
  if (!customer) return `the caller is nobody whom Quince & Lantern knows: ${NOT_OURS}`;
  const theirs = seed.orders.filter(
    (order) => customer.staff || order.customer_id === customer.customer_id,
  );
  const rows = await readAll(host, "list_orders", { limit: 50 }, "orders");
  const known = new Set(theirs.map(({ order_id }) => order_id));
  const more = rows.find(({ order_id }) => !known.has(String(order_id)));
  if (more) return difference(`order ${String(more["order_id"])}`, "there", "absent");
  for (const { order_id, status, ...order } of theirs) {
    if (!rows.some((row) => row["order_id"] === order_id))
      return difference(`order ${order_id}`, "absent", status);
    const found = await ask(host, "get_order_status", { order_id });
    if (found["status"] !== status) return difference(`order ${order_id}`, found["status"], status);
    const changed = String(found["updated_at"] ?? order.placed_at); // each change of an order sets it
    const was = order.updated_at ?? order.timeline?.at(-1)?.at ?? order.placed_at;
    if (Date.parse(changed) > Date.parse(was))
      return difference(`order ${order_id}`, `of ${changed}`, `of ${was}`);
  }
  return undefined;
}
