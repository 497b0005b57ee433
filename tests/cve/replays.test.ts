/** Public vulnerabilities of MCP servers and SDKs since June 2026, tried on this server as it runs on loopback. */
import { afterAll, expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { SECRET } from "../gate/signed-events.ts";
import { startHttp } from "../hosts/start-program.ts";
import { probe, wounds } from "./wounds.ts";

const shop = serveShop();
const settings = { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" };
const server = await startHttp({
  ...settings,
  SHOP_MCP_READ_ONLY: "true",
  SHOP_MCP_WEBHOOK_SECRET: SECRET,
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await shop.stop();
});

// What needs callers with tokens is tried in tests/production/, on a server that asks for them.
test.each(wounds.filter(({ needsTokens }) => !needsTokens))("$numbers: $title", async (wound) => {
  const target = { url: server.url, hiddenTool: "cancel_order", webhookSecret: SECRET };
  expect(await probe(wound, target)).toEqual({ is: "closed", why: "" });
});
