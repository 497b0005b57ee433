/** The demo shop with its MCP server, for one test. */
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { serveShop } from "../../scripts/shop.ts";

/** Gives a test a shop of its own, with Mia's account. */
export async function withShop(
  act: (server: string, shop: ReturnType<typeof serveShop>) => Promise<unknown>,
  now?: () => Date,
): Promise<void> {
  const shop = serveShop({ now });
  const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
  const mcp = serveHttp(openShop(settingsSchema.parse(settings), { now }), 0);
  try {
    await act(mcp.url, shop);
  } finally {
    await Promise.all([mcp.stop(), shop.stop()]);
  }
}
