/**
 * The server acts for its callers in front of a real Django: what it signs is what Django reads, for one request, and a
 * caller has what is theirs.
 */
import { afterAll, expect, test } from "bun:test";
import { exportJWK, generateKeyPair } from "jose";
import { makeVenv, serveDjango } from "../../scripts/django.ts";
import { openSigner } from "../../shop/assertion.ts";
import { connectDjango, type Fetch } from "../../shop/client.ts";
import { endpoints } from "../../shop/contract.ts";
import type { ShopError } from "../../shop/errors.ts";

const ISSUER = "https://mcp.shop.example";
const AUDIENCE = "https://shop.example";
const LOGIN = "https://login.shop.example";
const newKey = async (kid: string) => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
};
const keys = [await newKey("one"), await newKey("two")];
const open = (given: object[], more: { now?: () => number; issuer?: string } = {}) =>
  openSigner({ key: JSON.stringify({ keys: given }), issuer: ISSUER, audience: AUDIENCE, ...more });
const signer = await open(keys);
await makeVenv();
const django = await serveDjango(new URL("../../mocks/world.json", import.meta.url).pathname, {
  env: {
    ASSERTION_ISSUER: ISSUER,
    ASSERTION_AUDIENCE: AUDIENCE,
    ASSERTION_KEYS: JSON.stringify(signer.publicKeys),
    TOKEN_ISSUER: LOGIN,
  },
});
afterAll(() => django.stop());

const callerOf = (subject: string, scope = "shop:read shop:write", issuer = LOGIN) => {
  return { identity: { issuer, subject }, scopes: new Set(scope.split(" ")), clientId: "a-client" };
};
const MIA = callerOf("mia-lindqvist");
const BRAM = callerOf("bram-de-wilde");
/** A client that acts for a caller, with what it sent. */
function actingFor(caller: typeof MIA, options: { by?: typeof signer; fetch?: Fetch } = {}) {
  const sent: { method: string; url: string; headers: Headers; body: string }[] = [];
  const { by = signer, fetch: send = fetch } = options;
  const noted: Fetch = (url, init) => {
    const { method = "GET" } = init;
    sent.push({ method, url, headers: new Headers(init.headers), body: `${init.body ?? ""}` });
    return send(url, init);
  };
  const how = { baseUrl: django.url, timeout: 10, currency: "EUR", userAgent: "test" };
  return {
    request: connectDjango({ ...how, fetch: noted, assertion: by.assertionFor(caller) }),
    sent,
  };
}
const failure = (call: Promise<unknown>): Promise<ShopError> =>
  call.then(
    () => Promise.reject(new Error("it was answered")),
    (error: ShopError) => error,
  );
const idsOf = (page: { results: { order_id: string }[] }) =>
  page.results.map(({ order_id }) => order_id);

test("two callers at once see their own orders, and none of the other's", async () => {
  const clients = [actingFor(MIA), actingFor(BRAM)].map(({ request }) => request);
  const pages = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const request = clients[n % 2] as (typeof clients)[number]; // one of the two
      return idsOf(await request(endpoints.orders, { query: { limit: 50 } }));
    }),
  );
  const [mine = [], theirs = []] = pages;
  expect(mine.length).toBeGreaterThan(1);
  expect(theirs.length).toBeGreaterThan(0);
  expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  pages.forEach((page, n) => expect(page).toEqual(n % 2 ? theirs : mine));
});

const address = { line1: "1 Quay", city: "Ghent", postcode: "9000", country: "BE" };
const change = (key: string) => ({
  ids: { customer_id: "me" },
  change: { key, body: { address } },
});

test("a change whose answer is lost is sent again with another assertion, and made once", async () => {
  let isLost = false;
  const lossy: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (isLost) return response;
    isLost = true;
    await response.text();
    throw Object.assign(new Error("socket closed"), { code: "ECONNRESET" });
  };
  const { request, sent } = actingFor(MIA, { fetch: lossy });
  await request(endpoints.changeCustomerAddress, change("change-1"));
  const tokens = sent.map(({ headers }) => headers.get("authorization"));
  expect(sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
    "change-1",
    "change-1",
  ]);
  expect(new Set(tokens).size).toBe(2);
});

test("an assertion that was seen on its way is good for nothing else", async () => {
  const { request, sent } = actingFor(MIA);
  await request(endpoints.changeCustomerAddress, change("change-2"));
  await request(endpoints.customer, { ids: { customer_id: "me" } });
  const [patch, get] = sent as [(typeof sent)[number], (typeof sent)[number]]; // as sent just now
  const replay = async (
    path: string,
    { method, headers, body }: typeof patch,
    more: object = {},
  ) => {
    const sent = { method, headers, ...(body && { body }), ...more };
    const response = await fetch(new URL(path, django.url), sent);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  const same = new URL(patch.url).pathname;
  expect(await replay(same, patch)).toEqual([401, "assertion_used"]);
  expect(await replay("/api/customers/mia-lindqvist/address/", patch)).toEqual([
    401,
    "assertion_request",
  ]);
  expect(await replay("/api/orders/", get)).toEqual([401, "assertion_request"]);
  expect(
    await replay(new URL(get.url).pathname, { ...get, method: "POST" }, { body: "{}" }),
  ).toEqual([401, "assertion_request"]);
});

const LIST = [endpoints.orders, { query: { limit: 1 } }] as const;

test.each([
  ["nobody here", callerOf("nobody")],
  [
    "the same name of another issuer",
    callerOf("mia-lindqvist", "shop:read", "https://login.other.example"),
  ],
])("a caller who is %s is refused, in words", async (_, caller) => {
  const { message, code } = await failure(actingFor(caller).request(...LIST));
  expect(code).toBe("http_403");
  expect(message).toBe(
    "This account is not allowed to use the shop's order list like this: This shop has no active account that belongs to this sign-in. Trying again will not help; the shop's staff may be able to do it.",
  );
});

test("a caller who granted reading alone changes nothing", async () => {
  const { request } = actingFor(callerOf("mia-lindqvist", "shop:read"));
  expect(idsOf(await request(...LIST)).length).toBe(1);
  const { code, context } = await failure(
    request(endpoints.changeCustomerAddress, change("change-3")),
  );
  expect([code, context.reason]).toEqual(["http_403", "insufficient_scope"]);
});

test.each([
  ["with a key that Django does not know", { given: [await newKey("three")] }, "assertion_key"],
  ["with another key under a known name", { given: [await newKey("one")] }, "assertion_invalid"],
  ["by another server", { given: keys, issuer: "https://mcp.other.example" }, "assertion_invalid"],
  ["71 seconds ago", { given: keys, now: () => Date.now() - 72_000 }, "assertion_time"],
  ["11 seconds ahead", { given: keys, now: () => Date.now() + 12_000 }, "assertion_time"],
])(
  "what was signed %s is refused, and the operator is told what to check",
  async (_, { given, ...how }, reason) => {
    const { request } = actingFor(MIA, { by: await open(given, how) });
    const { code, context, message } = await failure(request(...LIST));
    expect([code, context.reason]).toEqual(["http_401", reason]);
    expect(message).toContain("SHOP_MCP_ASSERTION_KEY");
    expect(message).not.toContain("DJANGO_API_TOKEN");
  },
);

test.each([
  ["has expired 5 seconds ago", -65_000],
  ["begins in 5 seconds", 5000],
])("clocks may differ: what %s is accepted", async (_, ms) => {
  const by = await open(keys, { now: () => Date.now() + ms });
  expect(idsOf(await actingFor(MIA, { by }).request(...LIST)).length).toBe(1);
});

test("the next key signs once it is published", async () => {
  const by = await open([...keys].reverse());
  expect(idsOf(await actingFor(MIA, { by }).request(...LIST)).length).toBe(1);
});
