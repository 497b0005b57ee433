/**
 * This server with as many tools as TOOLS says, for the measure of how it grows: its own, and copies of
 * get_order_status where it has not as many. Everything else is as `bun run server --http` has it.
 */
import { openShop, serveHttp, settingsSchema } from "../../../server.ts";

const settings = settingsSchema.parse({
  django_api_base: process.env["DJANGO_API_BASE"],
  django_api_token: "a-token-of-the-benchmark",
});
const shop = openShop(settings);
const first = ["search_products", "get_order_status", "list_orders"];
const byUse = [...shop.offered].toSorted(([a], [b]) => rank(a) - rank(b));
function rank(name: string): number {
  const at = first.indexOf(name);
  return at < 0 ? first.length : at;
}
const tools = Number(process.env["TOOLS"] ?? byUse.length);
const copied = byUse.find(([name]) => name === "get_order_status");
for (let n = byUse.length; copied && n < tools; n++)
  byUse.push([`get_order_status_${n + 1}` as (typeof copied)[0], copied[1]]); // a name like any other
serveHttp({ ...shop, offered: new Map(byUse.slice(0, tools)) }, Number(process.env["PORT"]));
