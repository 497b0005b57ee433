/**
 * The storefront in front of your own shop.
 *
 * ```sh
 * DJANGO_API_BASE=https://shop.example bun start/main.ts        # one MCP server for each shopper, as a child
 * SHOP_MCP_URL=https://mcp.shop.example/mcp DJANGO_API_BASE=…      # or one for all, over HTTP
 * ```
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { buildApp } from "./build.ts";
import { loginFields, overHttp, overStdio, type SignIn, tokenFields } from "../host/connect.ts";
import { readModel } from "./model.ts";
import { createStorefront } from "../server/storefront.ts";
import type { PageInfo } from "../protocol.ts";
import { scriptedModel } from "../demo/scripted-model.ts";

/** What can be said to any shop. */
const suggestions = ["Show me my orders"];
const { env } = process;
const {
  DJANGO_API_BASE: shop,
  DJANGO_LOGIN: login,
  SHOP_MCP_URL: mcp,
  STOREFRONT_PORT: port = "8080",
} = env;
const { STOREFRONT_ORIGIN: origin = `http://127.0.0.1:${port}` } = env;
const SERVER = fileURLToPath(new URL("../../../server.ts", import.meta.url));

function readSignIn(shop: string): { signIn: SignIn; fields: PageInfo["fields"] } {
  if (mcp) {
    const at = (path: string) => new URL(path, shop).href;
    const addresses = {
      mcp,
      login: at(login ?? "/api/token/"),
      token: at(env["SHOP_TOKEN"] ?? "/api/mcp/token/"),
    };
    return { signIn: overHttp(addresses), fields: loginFields };
  }
  // The settings of the MCP server are this process's own, all but the credentials, which are each shopper's.
  const passed = Object.entries(env).filter(([name]) =>
    /^(DJANGO_|SHOP_MCP_(?!SERVER$)|CONFIRMATION_KEY$|PATH$|HOME$)/.test(name),
  );
  const {
    DJANGO_API_TOKEN: _,
    DJANGO_USER: __,
    DJANGO_PASSWORD: ___,
    DJANGO_LOGIN: ____,
    ...settings
  } = Object.fromEntries(passed);
  const command = [process.execPath, env["SHOP_MCP_SERVER"] ?? SERVER];
  return {
    signIn: overStdio(command, settings as Record<string, string>, login),
    fields: login ? loginFields : tokenFields,
  };
}
function refuse(words: string): never {
  console.error(`storefront: ${words}`);
  process.exit(2);
}
if (!shop)
  refuse(
    "set DJANGO_API_BASE to the address of your shop, as https://shop.example. `bun run storefront` starts a demo shop instead.",
  );
function readModelOrRefuse() {
  try {
    return readModel(env);
  } catch (error) {
    return refuse(`${Object(error).message}`);
  }
}
const model = readModelOrRefuse();
const { signIn, fields } = readSignIn(shop);
const storefront = createStorefront({
  origin,
  signIn,
  assistant: { model: model ?? scriptedModel() },
  page: { shop, fields, people: [], model: model ? `${env["AI_MODEL"]}` : "scripted", suggestions },
  files: await buildApp(),
});
setInterval(storefront.sessions.endIdle, 60_000);
const server = Bun.serve({
  hostname: env["STOREFRONT_HOST"] ?? "127.0.0.1",
  port: Number(port),
  fetch: storefront.fetch,
});
const at = server.url.origin;
console.log(`storefront: ${origin}${at === origin ? "" : `, listening at ${at}`}`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => (storefront.sessions.close(), process.exit()));
