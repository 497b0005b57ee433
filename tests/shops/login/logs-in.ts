/** Logins by the packages from PyPI: which token comes, how it is sent, and how it is renewed. */
import { afterAll, expect, test } from "bun:test";
import { openShop, type Settings, settingsSchema } from "../../../server.ts";
import { endpoints } from "../../../shop/contract.ts";
import { Notes } from "../../../shop/notes.ts";
import { realShop } from "../real-shop.ts";

const { url, tokens, serve } = realShop("");
const other = await serve({ SHOP_OTHER_SETTINGS: "1" });
afterAll(other.stop);
const [MIA, PASSWORD] = ["mia", "correct horse"];

/** A server for one of the shops, with a clock that a test sets forward. */
function connect(shop: string, given: Partial<Settings>, base = url) {
  let ms = 0;
  const requests: string[] = [];
  const settings = settingsSchema.parse({ django_api_base: `${base}/${shop}`, ...given });
  const { request } = openShop(settings, {
    now: () => new Date(ms),
    fetch(address, init) {
      const scheme = new Headers(init.headers).get("authorization")?.split(" ")[0] ?? "nobody";
      const path = new URL(address).pathname.replace(`/${shop}`, "");
      requests.push(`${path} ${scheme}`);
      return fetch(address, init);
    },
  });
  const notes = new Notes();
  return {
    requests,
    wait: (seconds: number) => (ms += seconds * 1000),
    order: () => request(endpoints.orderStatus, { ids: { order_id: "1036" } }),
    async search() {
      const found = await request(endpoints.searchProducts, { query: { q: "cup" }, notes });
      return [...found.results.map(({ name }) => name), ...notes.list()];
    },
  };
}
const login = (path: string, user = MIA, password = PASSWORD) => ({
  django_login: path,
  django_user: user,
  django_password: password,
});
const STATUS = "/api/orders/1036/status/";

test.each<[string, string, string, string, string[]]>([
  ["simplejwt", "/api/token/", url, "Bearer", ["/api/token/refresh/ nobody"]],
  ["sliding", "/api/token/", url, "Bearer", ["/api/token/refresh/ nobody"]],
  ["djoser", "/auth/jwt/create/", url, "Bearer", ["/auth/jwt/refresh/ nobody"]],
  ["djoser-token", "/auth/token/login/", url, "Token", []],
  ["dj-rest-auth", "/auth/login/", url, "Token", []],
  ["drf", "/api-token-auth/", url, "Token", []],
  ["knox", "/auth/login/", url, "Token", ["/auth/login/ Basic"]],
  ["simplejwt", "/api/token/", other.url, "JWT", ["/api/token/refresh/ nobody"]],
  ["sliding", "/api/token/", other.url, "JWT", ["/api/token/refresh/ nobody"]],
  ["djoser", "/auth/jwt/create/", other.url, "JWT", ["/auth/jwt/refresh/ nobody"]],
  ["dj-rest-auth", "/auth/login/", other.url, "JWT", ["/auth/login/ nobody"]],
])(
  "%s at %s of %s is sent as %s, and renewed once for all calls",
  async (shop, path, base, scheme, renewal) => {
    const { requests, wait, order, search } = connect(shop, login(path), base);
    expect(await order()).toMatchObject({ status: "shipped", order_number: MIA });
    expect(await search()).toEqual([`Cup for ${MIA}`]);
    expect(requests.at(-1)).toBe(`/api/products/search/ ${scheme}`);
    requests.length = 0;
    wait(shop === "knox" ? 11 * 3600 : 290);
    const all = await Promise.all(Array.from({ length: 50 }, order));
    expect(all.every(({ order_number }) => order_number === MIA)).toBe(true);
    expect(requests.filter((one) => !one.startsWith(STATUS))).toEqual(renewal);
    expect(requests).toHaveLength(50 + renewal.length);
    wait(shop === "knox" ? 11 * 3600 : 290); // by the rotated refresh token
    await order();
    expect(requests.filter((one) => !one.startsWith(STATUS))).toEqual([...renewal, ...renewal]);
  },
);

test("an e-mail address is sent by its name where the shop wants it", async () => {
  const { order } = connect("dj-rest-auth", login("/auth/login/", "mia@shop.example"), other.url);
  expect(await order()).toMatchObject({ order_number: MIA });
});

test.each([
  ["simplejwt", "/api/token/", MIA, "wrong", "No active account found with the given credentials"],
  [
    "simplejwt",
    "/api/token/",
    "gone",
    PASSWORD,
    "No active account found with the given credentials",
  ],
  ["drf", "/api-token-auth/", MIA, "wrong", "Unable to log in with provided credentials"],
  [
    "djoser-token",
    "/auth/token/login/",
    MIA,
    "wrong",
    "Unable to log in with provided credentials",
  ],
  ["dj-rest-auth", "/auth/login/", MIA, "wrong", "Unable to log in with provided credentials"],
  ["knox", "/auth/login/", MIA, "wrong", "Invalid username/password"],
])("%s at %s refuses %s with %s, once", async (shop, path, user, password, words) => {
  const { requests, order, search } = connect(shop, login(path, user, password));
  const said = `The shop refused this server's login: ${words}. It is not tried again, so that the account is not locked: the operator has to check DJANGO_USER, DJANGO_PASSWORD and the account, then restart this server.`;
  expect(await order().catch(String)).toBe(`ShopError: ${said}`);
  const sent = requests.length;
  expect(await order().catch(String)).toBe(`ShopError: ${said}`);
  expect(requests).toHaveLength(sent);
  expect(await search()).toEqual([
    "Cup for everybody",
    expect.stringMatching(/what everybody sees/),
  ]);
});

test("a token that has expired is named, and the catalog stays", async () => {
  const { order, search } = connect("simplejwt", { django_api_token: tokens["expired"] });
  expect(await order().catch(String)).toMatch(
    /^ShopError: This server's token expired on 20\d\d-\d\d-\d\d \d\d:\d\d UTC, and the shop rejects it\./,
  );
  expect(await search()).toEqual([
    "Cup for everybody",
    expect.stringMatching(/what everybody sees/),
  ]);
});

test("a refresh token is told from an access token", async () => {
  const { order } = connect("simplejwt", { django_api_token: tokens["refresh"] });
  expect(await order().catch(String)).toContain(
    "the operator has to set an access token in place of the refresh token",
  );
});
