/** The two ways to a shopper's MCP server: one for all over HTTP, or one for each as a child. */
import { expect, test } from "bun:test";
import {
  overHttp,
  overStdio,
  type SignIn,
  SignInError,
} from "../../examples/storefront/host/connect.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openStorefront, wordsOf } from "./open-storefront.ts";

const SERVER = new URL("../../server.ts", import.meta.url).pathname;
/** A shop that is reached by children, with what they are given beside the credentials. */
function serveForChildren(settings: Record<string, string> = {}) {
  const shop = serveShop();
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, DJANGO_API_BASE: shop.url, ...settings };
  const signIn = overStdio([process.execPath, SERVER], env);
  return { signIn, shop, [Symbol.asyncDispose]: () => shop.stop() };
}
const withPassword =
  (signIn: SignIn): SignIn =>
  ({ user }) =>
    signIn({ user, password: `demo-${user}` });

test("a child for each shopper asks with their own token, carries questions, and hears of orders", async () => {
  await using children = serveForChildren({ SHOP_MCP_POLL: "1" });
  await using storefront = await openStorefront({ signIn: withPassword(children.signIn) });
  const [mia, axel] = await Promise.all([storefront.signIn("mia"), storefront.signIn("axel")]);
  const order = { tool: "get_order", args: { order_id: "1054" } };
  const seen = await Promise.all(
    [mia, axel].map(async (one) => (await one.ask("POST call", order)).json()),
  );
  expect(seen).toMatchObject([{ isError: false }, { isError: true }]);
  const page = await mia.open();
  const answer = mia.say("Cancel order 1054");
  await page.answer(true);
  expect(wordsOf(await answer)).toBe("Order 1054: cancelled.");
  await storefront.storefront.sessions.listening();
  await fetch(`${children.shop.url}/__world/orders/1049/ship/`, { method: "POST" });
  const isTold = async () =>
    wordsOf((await mia.chat()).messages.at(-1)).startsWith("Order 1049 is shipped");
  while (!(await isTold())) await page.next("changed");
});
test("a token that the shop refuses is refused in words, and no session begins", async () => {
  await using children = serveForChildren();
  await using storefront = await openStorefront({ signIn: children.signIn });
  const refused = await storefront.send("POST session", { body: { password: "wrong" } });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toEqual({
    message: "The shop rejected this server's token, or requires one: Invalid token.",
  });
  expect(refused.headers.getSetCookie()).toEqual([]);
});
test("a server that cannot be started is no answer, in words", async () => {
  const signIn = overStdio(["/nowhere/bun"], {});
  await using storefront = await openStorefront({ signIn });
  const refused = await storefront.send("POST session", { body: { password: "x" } });
  expect([refused.status, await refused.json()]).toEqual([
    401,
    { message: "The shop's assistant server gives no answer. Try again in a minute." },
  ]);
});
test("when a child ends by itself, its shopper is asked to sign in again", async () => {
  await using children = serveForChildren();
  const signIn: SignIn = async (given) => {
    const account = await children.signIn({ ...given, password: "demo-mia" });
    return {
      ...account,
      toTools() {
        const transport = account.toTools();
        if ("start" in transport) transports.push(transport);
        return transport;
      },
    };
  };
  const transports: { close(): Promise<void> }[] = [];
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  await transports[0]?.close();
  const failed = await mia.ask("POST call", { tool: "list_orders", args: {} });
  expect(failed.status).toBe(502);
  expect((await mia.ask("GET chat")).status).toBe(401);
});

/** Django's login and tokens, whose clock is the test's. */
function serveTokens() {
  const asked: string[] = [];
  let lifetime = 300;
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const bearer = request.headers.get("Authorization");
      asked.push(bearer ? `${pathname} ${bearer}` : pathname);
      if (pathname === "/api/token/") return Response.json({ access: "a1", refresh: "r1" });
      if (pathname === "/api/token/refresh/") return Response.json({ access: "a2" });
      if (pathname === "/api/mcp/token/")
        return Response.json({ access_token: `t${asked.length}`, expires_in: lifetime });
      return new Response("no", { status: 503 });
    },
  });
  const at = (path: string) => `${http.url.origin}${path}`;
  return {
    asked,
    expireAtOnce: () => (lifetime = 0),
    signIn: overHttp({ mcp: at("/mcp"), login: at("/api/token/"), token: at("/api/mcp/token/") }),
    [Symbol.asyncDispose]: () => http.stop(true),
  };
}
/** What the transport of an account sends. */
async function fetchAs(signIn: SignIn, times: number) {
  const account = await signIn({ user: "mia", password: "secret" });
  const transport = account.toTools();
  if (!("fetch" in transport) || !transport.fetch)
    throw new Error("This is no transport over HTTP.");
  const { fetch } = transport;
  const answers = Array.from({ length: times }, () => fetch(transport.url));
  for (const answer of answers) await (await answer).text();
}
test("one token serves many requests, and is not the one of the login", async () => {
  await using tokens = serveTokens();
  await fetchAs(tokens.signIn, 2);
  expect(tokens.asked).toEqual([
    "/api/token/",
    "/api/mcp/token/ Bearer a1",
    "/mcp Bearer t2",
    "/mcp Bearer t2",
  ]);
});
test("a token that expires is renewed once, by the login's refresh token", async () => {
  await using tokens = serveTokens();
  tokens.expireAtOnce();
  await fetchAs(tokens.signIn, 2);
  expect(tokens.asked.slice(2)).toEqual([
    "/api/token/refresh/",
    "/api/mcp/token/ Bearer a2",
    "/mcp Bearer t4",
    "/mcp Bearer t4",
  ]);
});
test("a shop that gives no answer is told from one that knows nobody of this name", async () => {
  const answers = [
    Response.json({ detail: "No." }, { status: 401 }),
    new Response("<h1>", { status: 500 }),
  ];
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => answers.shift() ?? new Response(),
  });
  await using _ = { [Symbol.asyncDispose]: () => http.stop(true) };
  const { origin } = http.url;
  const signIn = overHttp({ mcp: origin, login: `${origin}/`, token: origin });
  const refusals = [];
  for (let nth = 0; nth < 2; nth++)
    refusals.push(
      await signIn({ user: "mia", password: "x" }).catch((error: Error) => error.message),
    );
  expect(refusals).toEqual([
    "The shop does not know this name with this password.",
    "The shop gives no answer at the moment. Try again in a minute.",
  ]);
});
/** A sign-in whose connection does first what a test says, with what is sent. */
const withConnection =
  (signIn: SignIn, before: (body: string) => unknown): SignIn =>
  async (given) => {
    const account = await signIn(given);
    return {
      ...account,
      toTools() {
        const transport = account.toTools();
        if (!("fetch" in transport) || !transport.fetch) return transport;
        const { fetch: send } = transport;
        const failing = async (...given: Parameters<typeof send>) => {
          await before(`${given[1]?.body}`);
          return send(...given);
        };
        return { ...transport, fetch: Object.assign(failing, { preconnect: fetch.preconnect }) };
      },
    };
  };
test("a change that was agreed to and got no answer is said to be that, and not the model's failure", async () => {
  await using backends = await openStorefront();
  const signIn = withConnection(backends.signInAtShop, (body) => {
    if (body.includes("inputResponses")) throw new TypeError("reset");
  });
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say("Cancel order 1054");
  await page.answer(true);
  expect(wordsOf(await answer)).toMatch(/^\[The shop gave no answer, so nobody knows whether/);
  const args = { order_id: "1054", reason: "no_longer_needed" };
  const called = mia.ask("POST call", { tool: "cancel_order", args });
  await page.answer(true);
  expect(await (await called).text()).toMatch(/nobody knows whether this was done\. Look there/);
});
test("a shop that gives no answer is said to do so, and not the model", async () => {
  let isDown = false;
  await using backends = await openStorefront();
  const signIn = withConnection(backends.signInAtShop, () => {
    if (isDown) throw new TypeError("reset");
  });
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  isDown = true;
  expect(wordsOf(await mia.say("Cancel order 1054"))).toMatch(
    /^\[The shop gives no answer at the moment\. Try again in a minute\.\]/,
  );
});
test("whom the shop lets stay no longer is asked to sign in again", async () => {
  let isGone = false;
  await using backends = await openStorefront();
  const signIn = withConnection(backends.signInAtShop, () => {
    if (isGone) throw new SignInError("The shop does not know this name with this password.");
  });
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  isGone = true;
  expect((await mia.ask("POST call", { tool: "list_orders", args: {} })).status).toBe(502);
  expect((await mia.ask("GET chat")).status).toBe(401);
});
test("a connection that fails once is used again", async () => {
  let isDown = false;
  await using backends = await openStorefront();
  const signIn = withConnection(backends.signInAtShop, () => {
    if (isDown) throw new TypeError("the socket was closed");
  });
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  const list = { tool: "list_orders", args: {} };
  isDown = true;
  expect((await mia.ask("POST call", list)).status).toBe(502);
  isDown = false;
  expect((await mia.ask("POST call", list)).status).toBe(200);
});
