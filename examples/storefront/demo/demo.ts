/**
 * The storefront with all that it needs, on one machine: the demo shop, its sign-in, the MCP server, and the app.
 *
 * ```sh
 * bun run storefront               # http://127.0.0.1:8080
 * bun run storefront --port 0      # any free port
 * ```
 *
 * It is the picture of production in small: one MCP server for all shoppers, who bring tokens of their own; Django
 * (here the mock) gives those tokens, and tells of its changes by a webhook.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { openShop, serveHttp, settingsSchema } from "../../../server.ts";
import { serveShop } from "../../../scripts/shop.ts";
import { buildApp } from "../start/build.ts";
import { loginFields, overHttp } from "../host/connect.ts";
import { readModel } from "../start/model.ts";
import { createStorefront, type StorefrontOptions } from "../server/storefront.ts";
import { serveSignIn } from "./sign-in.ts";
import { scriptedModel, suggestions } from "./scripted-model.ts";

/** Who is offered on the sign-in page. */
const PEOPLE = ["mia", "axel", "ines"];
const PASSWORD = "demo";

/** The demo shop, its sign-in and its MCP server. @param clock the shop's, if not the real one */
export async function serveBackends(clock?: () => Date) {
  // Whoever gives tokens and tells of changes has to know the server's port before it listens: it is held until then.
  const held = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = held;
  const mcp = `http://127.0.0.1:${port}/mcp`;
  const webhook = {
    url: `http://127.0.0.1:${port}/hooks/shop`,
    secret: randomBytes(32).toString("hex"),
  };
  const shop = serveShop({ webhook, now: clock });
  const signIn = await serveSignIn({
    audience: mcp,
    isKnown: (user, password) => PEOPLE.includes(user) && password === PASSWORD,
  });
  const settings = settingsSchema.parse({
    django_api_base: shop.url,
    oauth_issuer: signIn.url,
    http: "1",
    webhook_secret: webhook.secret,
  });
  const opened = openShop(settings, {
    // In production each request is signed for its caller, and Django verifies that. The mock knows its people by tokens.
    assertionFor:
      ({ identity }) =>
      async () =>
        `demo-${identity.subject}`,
  });
  held.stop(true);
  const server = serveHttp(opened, port, {
    access: { publicUrl: mcp, oauth: { issuer: signIn.url }, webhookSecret: webhook.secret },
  });
  const people = PEOPLE.map((user) => {
    const { first_name = user, last_name = "" } =
      shop.shop.world().customers.find(({ token }) => token === `demo-${user}`) ?? {};
    return { user, password: PASSWORD, name: `${first_name} ${last_name}`.trim() };
  });
  return {
    mcp,
    shop,
    people,
    signIn: overHttp({
      mcp,
      login: `${signIn.url}/api/token/`,
      token: `${signIn.url}/api/mcp/token/`,
    }),
    async stop() {
      await server.stop();
      await Promise.all([signIn.stop(), shop.stop()]);
    },
  };
}
/** The whole demo, at a free port unless told. Tests bring a model of their own. */
export async function serveDemo(
  given: { port?: number; clock?: () => Date } & Partial<StorefrontOptions> = {},
) {
  const backends = await serveBackends(given.clock);
  const model = readModel(process.env);
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: given.port ?? 0,
    fetch: (request) => storefront.fetch(request),
  });
  const { origin } = http.url;
  const storefront = createStorefront({
    origin,
    signIn: backends.signIn,
    assistant: { model: model ?? scriptedModel() },
    page: {
      shop: backends.shop.url,
      fields: loginFields,
      people: backends.people,
      model: model ? `${process.env["AI_MODEL"]}` : "scripted",
      suggestions,
    },
    files: given.files ?? (await buildApp()),
    ...given,
  });
  const sweep = setInterval(storefront.sessions.endIdle, 60_000);
  return {
    ...backends,
    storefront,
    origin,
    async stop() {
      clearInterval(sweep);
      await storefront.sessions.close();
      await http.stop(true);
      await backends.stop();
    },
  };
}
if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });
  const demo = await serveDemo({ port: Number(values.port) }).catch(({ message }: Error) => {
    console.error(`storefront: ${message}`);
    process.exit(2);
  });
  console.log(`storefront: ${demo.origin}`);
  console.log(
    `storefront: sign in as ${demo.people.map(({ user, name }) => `${user} (${name})`).join(", ")}; password ${PASSWORD}`,
  );
  console.log(`storefront: ship an order: curl -X POST ${demo.shop.url}/__world/orders/1049/ship/`);
}
