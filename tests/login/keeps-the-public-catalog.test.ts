/** A credential that the shop refuses does not take the public catalog with it. */
import { describe, expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import {
  connect,
  json,
  jwt,
  refusal,
  SHOP_TIME,
  simplejwtShop,
  TOKEN_PATH,
} from "./shop-with-login.ts";

const EVERYBODY =
  "The shop does not accept this server's credential now, so this is what everybody sees: prices, and what is there, may be others for this account.";
const EXPIRED = jwt({ exp: SHOP_TIME / 1000 - 3600 });
const expiredWords =
  "This server's token expired on 2030-12-31 23:00 UTC, and the shop rejects it. Trying again will not help: the operator has to set a new one in DJANGO_API_TOKEN, or let this server log in by DJANGO_LOGIN (--django-login), which renews it.";

test("with a token that has expired, by the shop's clock", async () => {
  const { asked, order, search } = connect(simplejwtShop().play, { django_api_token: EXPIRED });
  expect(await search()).toEqual(["Cup for everybody", EVERYBODY]);
  expect(asked.map(({ as }) => as)).toEqual([`Bearer ${EXPIRED}`, ""]);
  expect(await order()).toBe(expiredWords);
});
test("with a login that is refused, which is not tried again for it", async () => {
  const { order, search, count } = connect(simplejwtShop().play, { django_password: "wrong" });
  expect(await search()).toEqual(["Cup for everybody", EVERYBODY]);
  expect(await search()).toEqual(["Cup for everybody", EVERYBODY]);
  expect(await order()).toStartWith("The shop refused this server's login: No active account");
  expect(count(TOKEN_PATH)).toBe(1);
});
test("with DRF's 403, where the first authenticator has no challenge", async () => {
  const { search } = connect(
    ({ as }) => (as ? json({ detail: "Invalid token." }, 403) : json([{ id: 1, name: "Cup" }])),
    { django_api_token: "0123456789abcdef" },
  );
  expect(await search()).toEqual(["Cup", EVERYBODY]);
});
test("a product and the shop are read so, too", async () => {
  const { shop } = connect(({ as }) => (as ? refusal() : json({ id: 1, name: "Cup" })), {
    django_api_token: EXPIRED,
  });
  const ids = { product_id: "1" };
  expect(await shop.request(endpoints.product, { ids })).toMatchObject({ name: "Cup" });
  expect(await shop.request(endpoints.shop)).toMatchObject({ name: "Cup" });
});

describe("the words of the cause come where", () => {
  test("the catalog is not public", async () => {
    const { play } = simplejwtShop({ isPublic: false });
    expect(await connect(play, { django_api_token: EXPIRED }).search()).toEqual([expiredWords]);
  });
  test("everybody is told that it is not there", async () => {
    const { search } = connect(
      ({ as }) => (as ? refusal() : json({ detail: "No such page." }, 404)),
      {
        django_api_token: EXPIRED,
      },
    );
    expect(await search()).toEqual([expiredWords]);
  });
  test("the caller asks as the account", async () => {
    const { shop } = connect(simplejwtShop().play, { django_api_token: EXPIRED });
    const asAccount = shop.request(endpoints.searchProducts, { query: { q: "a" }, isStrict: true });
    expect(await asAccount.catch(({ message }) => message)).toBe(expiredWords);
  });
});

test("a credential that is accepted leaves no note", async () => {
  expect(await connect(simplejwtShop().play).search()).toEqual(["Cup for mia"]);
});
test("an order is never read without the credential", async () => {
  const { asked, order } = connect(({ as }) => (as ? refusal() : json({ status: "shipped" })), {
    django_api_token: EXPIRED,
  });
  await order();
  expect(asked.every(({ as }) => as)).toBe(true);
});

test("what a link of the catalog leads to is then read without it, too", async () => {
  const dialect = defineShop({
    fields: { product: { price: { from: "price", load: true, each: "gross" } } },
  });
  const { asked, shop } = connect(
    ({ path, as }) => {
      if (as) return refusal();
      return json(path === "/p/" ? { gross: "5.00" } : { id: 1, name: "Cup", price: "/p/" });
    },
    { django_api_token: EXPIRED, currency: "EUR" },
    dialect,
  );
  const cup = await shop.request(endpoints.product, { ids: { product_id: "1" } });
  expect(cup.price).toEqual({ amount: "5.00", currency: "EUR" });
  expect(asked.map(({ path, as }) => [path, as !== ""])).toEqual([
    ["/api/products/1/", true],
    ["/api/products/1/", false],
    ["/p/", false],
  ]);
});
