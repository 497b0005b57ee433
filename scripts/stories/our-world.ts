/**
 * Whether a shop holds the world that our own stories are about, Quince & Lantern as `mocks/world.json` has it: looked at
 * through the server, as the caller of the stories.
 *
 * @module
 */
import { type World, seed } from "../../mocks/world.ts";
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
  const seen = await readAll(host, "list_orders", { limit: 50 }, "orders");
  return orderDifference(seen, customer);
}
function orderDifference(
  seen: Record<string, unknown>[],
  { staff, customer_id }: World["customers"][number],
): string | undefined {
  const theirs = seed.orders.filter((order) => staff || order.customer_id === customer_id);
  for (const { order_id, status, updated_at } of theirs) {
    const found = seen.find((order) => order["order_id"] === order_id);
    if (!found) return difference(`order ${order_id}`, "absent", status);
    if (found["status"] !== status) return difference(`order ${order_id}`, found["status"], status);
    const at = found["updated_at"];
    if (
      at !== undefined &&
      updated_at !== undefined &&
      Date.parse(String(at)) !== Date.parse(updated_at)
    )
      return difference(`order ${order_id}`, `of ${String(at)}`, updated_at);
  }
  const more = seen.find((order) => !theirs.some(({ order_id }) => order_id === order["order_id"]));
  return more && difference(`order ${String(more["order_id"])}`, "there", "absent");
}
