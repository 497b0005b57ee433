/** Who is signed in: nothing of one shopper reaches another, and only the storefront's own pages are answered. */
import { expect, test } from "bun:test";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type SignIn, SignInError } from "../../examples/storefront/host/connect.ts";
import type { SessionInfo } from "../../examples/storefront/protocol.ts";
import { finish, modelOf, openStorefront, ORIGIN, text } from "./open-storefront.ts";

/** A result of a tool, or a refusal. */
const jsonOf = async (response: Response | Promise<Response>) =>
  (await response).json() as Promise<Record<string, unknown>>;

test("a shopper sees their own orders, and no other's", async () => {
  await using storefront = await openStorefront();
  const [mia, axel] = [await storefront.signIn("mia"), await storefront.signIn("axel")];
  const order = { tool: "get_order", args: { order_id: "1054" } };
  expect(await jsonOf(mia.ask("POST call", order))).toMatchObject({ isError: false });
  expect(await jsonOf(axel.ask("POST call", order))).toMatchObject({ isError: true });
});
test("a conversation is its shopper's own, and is there when they come back", async () => {
  await using storefront = await openStorefront();
  const [mia, axel] = [await storefront.signIn("mia"), await storefront.signIn("axel")];
  await mia.say("Where is order 1036?");
  expect((await axel.chat()).messages).toEqual([]);
  await mia.ask("DELETE session");
  const again = await storefront.signIn("mia");
  expect((await again.chat()).messages).toHaveLength(2);
});
test("signing in as somebody else ends the session of this browser, and says so to its other pages", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const axel = await storefront.signIn("axel", mia.cookie);
  await page.next("signed_out");
  expect((await mia.ask("GET chat")).status).toBe(401);
  const info: SessionInfo = JSON.parse(await (await axel.ask("GET session")).text());
  expect(info.shopper?.name).toBe("Axel Lindqvist");
});
test("a failed sign-in leaves the session of this browser as it was", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const wrong = await mia.ask("POST session", { user: "axel", password: "wrong" });
  expect(wrong.status).toBe(401);
  expect(await jsonOf(wrong)).toEqual({
    message: "The shop does not know this name with this password.",
  });
  expect(wrong.headers.getSetCookie()).toEqual([]);
  expect((await mia.ask("GET chat")).status).toBe(200);
});
test("after signing out, the cookie opens nothing", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  await mia.ask("DELETE session");
  expect((await mia.ask("POST call", { tool: "list_orders", args: {} })).status).toBe(401);
});
test("a session ends half an hour after its last request", async () => {
  let minutes = 0;
  await using storefront = await openStorefront({ now: () => minutes * 60_000 });
  const mia = await storefront.signIn("mia");
  minutes = 29;
  expect((await mia.ask("GET chat")).status).toBe(200);
  minutes = 58;
  expect((await mia.ask("GET chat")).status).toBe(200);
  const page = await mia.open();
  minutes = 89;
  storefront.storefront.sessions.endIdle();
  await page.next("signed_out");
  expect((await mia.ask("GET chat")).status).toBe(401);
});
test("of too many sessions, the one that was not used for the longest time ends", async () => {
  await using storefront = await openStorefront({ mostSessions: 2 });
  const [mia, axel] = [await storefront.signIn("mia"), await storefront.signIn("axel")];
  await mia.ask("GET chat");
  const ines = await storefront.signIn("ines");
  const statuses = await Promise.all(
    [mia, axel, ines].map(async (one) => (await one.ask("GET chat")).status),
  );
  expect(statuses).toEqual([200, 401, 200]);
});

test("of too many sessions of one person, their own oldest ends", async () => {
  await using storefront = await openStorefront({ mostSessions: 12 });
  const axel = await storefront.signIn("axel");
  const mia = [];
  for (let nth = 0; nth < 12; nth++) mia.push(await storefront.signIn("mia"));
  expect((await axel.ask("GET chat")).status).toBe(200);
  expect((await mia[1]?.ask("GET chat"))?.status).toBe(401);
  expect((await mia[2]?.ask("GET chat"))?.status).toBe(200);
});
test("of too many sign-ins at a time, the last ones are told to come again", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await using storefront = await openStorefront({ signIn: () => promise });
  const body = { user: "mia", password: "demo" };
  const waiting = Array.from({ length: 20 }, () => storefront.send("POST session", { body }));
  await Bun.sleep(0); // until they are read
  expect(await jsonOf(storefront.send("POST session", { body }))).toEqual({
    message: "Too many are signing in at the moment. Try again in a minute.",
  });
  reject(new SignInError("No."));
  for (const one of waiting) expect(await jsonOf(one)).toEqual({ message: "No." });
});
test("sign-ins that fail push out nobody's conversation", async () => {
  await using backends = await openStorefront();
  const signIn: SignIn = async (given) => {
    if (given.user === "mia") return backends.signInAtShop(given);
    const nowhere = { type: "http" as const, url: "http://127.0.0.1:1/mcp" };
    const toUpdates = () => new StreamableHTTPClientTransport(new URL(nowhere.url));
    return { id: given.user, name: "", toTools: () => nowhere, toUpdates };
  };
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  await mia.say("Where is order 1036?");
  await mia.ask("DELETE session");
  for (let nth = 0; nth < 501; nth++)
    await storefront.send("POST session", { body: { user: `${nth}`, password: "x" } });
  expect((await (await storefront.signIn("mia")).chat()).messages).toHaveLength(2);
});
test("only so many pages of a shopper hear what happens", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const pages = [];
  for (let nth = 0; nth < 20; nth++) pages.push(await mia.open());
  expect((await mia.ask("GET events")).status).toBe(409);
  await pages[0]?.leave();
  expect((await mia.ask("GET events")).status).toBe(200);
});
test("many calls at once are all answered", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const call = { tool: "get_order_status", args: { order_id: "1054" } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => mia.ask("POST call", call)));
  for (const answer of answers) expect(await jsonOf(answer)).toMatchObject({ isError: false });
});

test("the cookie is for this site alone, and no script can read it", async () => {
  await using storefront = await openStorefront();
  const body = { user: "mia", password: "demo" };
  const [cookie] = (await storefront.send("POST session", { body })).headers.getSetCookie();
  expect(cookie).toMatch(/^shopper=[\w-]{36}; Path=\/; HttpOnly; SameSite=Strict$/);
});
test("on the internet the cookie travels encrypted", async () => {
  await using storefront = await openStorefront({ origin: "https://shop.example" });
  const request = new Request("https://shop.example/api/session", {
    method: "POST",
    headers: { Origin: "https://shop.example" },
    body: JSON.stringify({ user: "mia", password: "demo" }),
  });
  expect((await storefront.storefront.fetch(request)).headers.getSetCookie()[0]).toContain(
    "; Secure",
  );
});
test.each([
  ["another site", { Origin: "https://evil.example" }],
  ["no site", { Origin: "" }],
  ["a frame without one", { Origin: "null" }],
])("what %s sends in the name of a shopper is refused, and nothing is done", async (_, headers) => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const body = { text: "Cancel order 1054" };
  const refused = await storefront.send("POST chat", { body, cookie: mia.cookie, headers });
  expect([refused.status, await jsonOf(refused)]).toEqual([
    403,
    { message: "This was not sent by a page of the shop." },
  ]);
  expect((await mia.chat()).messages).toEqual([]);
});
test("another name for this server is refused", async () => {
  await using storefront = await openStorefront();
  const request = new Request("http://rebound.example/api/session", {
    headers: { Host: "rebound.example" },
  });
  expect((await storefront.storefront.fetch(request)).status).toBe(421);
});
test.each([
  "GET chat",
  "POST chat",
  "DELETE chat",
  "POST call",
  "POST answer",
  "POST stop",
  "GET events",
])("%s needs a session", async (what) => {
  await using storefront = await openStorefront();
  const body = what.startsWith("GET") ? undefined : {};
  expect((await storefront.send(what, { body })).status).toBe(401);
  expect((await storefront.send(what, { body, cookie: "shopper=made-up" })).status).toBe(401);
});
test.each([
  ["POST chat", { text: "" }, 400],
  ["POST chat", { text: "x".repeat(2001) }, 400],
  ["POST chat", { text: 1 }, 400],
  ["POST chat", "{", 400],
  ["POST chat", { text: "x".repeat(20_000) }, 413],
  ["POST call", { tool: "get_order" }, 400],
  ["POST call", { tool: "no_tool", args: {} }, 404],
  ["POST call", { tool: "__proto__", args: {} }, 404],
  ["GET nothing", undefined, 404],
])("%s with %p is refused in words", async (what, body, status) => {
  await using storefront = await openStorefront({ model: modelOf([...text("No."), ...finish()]) });
  const mia = await storefront.signIn("mia");
  const refused = await mia.ask(what, body);
  expect(refused.status).toBe(status);
  expect(await jsonOf(refused)).toEqual({ message: expect.stringMatching(/^[A-Z].*\.$/) });
  expect((await mia.chat()).messages).toEqual([]);
});
test("a page loads nothing but its own, and pictures of the shop", async () => {
  await using storefront = await openStorefront();
  const page = await storefront.storefront.fetch(new Request(`${ORIGIN}/orders/1054`));
  expect([page.status, await page.text()]).toEqual([200, "<!doctype html>"]);
  expect(page.headers.get("Content-Security-Policy")?.split("; ").toSorted()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `img-src 'self' ${storefront.shop.url}`,
    "script-src 'self'",
    "style-src 'self'",
  ]);
  expect(page.headers.get("X-Content-Type-Options")).toBe("nosniff");
});
