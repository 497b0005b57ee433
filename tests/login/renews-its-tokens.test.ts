/** Tokens of a login are renewed before they expire, by the shop's clock, and once for all calls. */
import { expect, test } from "bun:test";
import {
  connect,
  json,
  jwt,
  PASSWORD,
  type Play,
  REFRESH_PATH,
  refusal,
  SHOP_TIME,
  simplejwtShop,
  STATUS_PATH,
  TOKEN_PATH,
} from "./shop-with-login.ts";

test("fifty first calls cause one login", async () => {
  const { play } = simplejwtShop();
  const { asked, order, count } = connect(play);
  expect(new Set(await Promise.all(Array.from({ length: 50 }, order)))).toEqual(
    new Set(["shipped"]),
  );
  expect([asked.length, count(TOKEN_PATH)]).toEqual([51, 1]);
  expect(asked[0]?.body).toEqual({ username: "mia", password: PASSWORD });
});

test("before it expires fifty calls cause one refresh, with the refresh token of the last one", async () => {
  const shop = simplejwtShop();
  const { asked, order, count, wait } = connect(shop.play);
  await order();
  for (const round of [1, 2, 3]) {
    wait(269);
    await order();
    expect(count(REFRESH_PATH)).toBe(round - 1); // half a minute before, and no earlier
    wait(2);
    shop.at += 271_000;
    await Promise.all(Array.from({ length: 50 }, order));
    expect(count(REFRESH_PATH)).toBe(round);
  }
  const sent = asked.filter(({ path }) => path === REFRESH_PATH).map(({ body }) => body);
  expect(sent).toEqual([1, 2, 3].map((nth) => ({ refresh: `refresh-${nth}` })));
  expect(count(TOKEN_PATH)).toBe(1);
});

test.each([401, 400, 500])(
  "a refresh that ends with %s falls back to one login",
  async (status) => {
    const shop = simplejwtShop(); // 500: of simplejwt, where the user was made anew
    const { order, count, wait } = connect((asked) =>
      asked.path === REFRESH_PATH ? json({}, status) : shop.play(asked),
    );
    await order();
    wait(280);
    shop.at += 280_000;
    const all = await Promise.all(Array.from({ length: 50 }, order));
    expect(new Set(all)).toEqual(new Set(["shipped"]));
    expect([count(REFRESH_PATH), count(TOKEN_PATH)]).toEqual([1, 2]);
  },
);

test("a refresh that is throttled waits, and no password is sent instead", async () => {
  const shop = simplejwtShop();
  const { order, count, wait } = connect((asked) =>
    asked.path === REFRESH_PATH ? json({}, 429, { "Retry-After": "60" }) : shop.play(asked),
  );
  await order();
  wait(280);
  expect(await order()).toBe("shipped");
  wait(21);
  expect(await order()).toBe(
    "This server could not log in to the shop: it has had too many logins (HTTP 429). Try again in at least 39 s; if it goes on, the operator has to check DJANGO_LOGIN, and the shop's log.",
  );
  expect([count(REFRESH_PATH), count(TOKEN_PATH)]).toEqual([1, 1]);
});

test("while the login does not answer, the token is used as long as it is valid", async () => {
  const shop = simplejwtShop();
  let isDown = false;
  const { order, wait } = connect((asked) => {
    if (isDown && /token/.test(asked.path))
      throw Object.assign(new Error(), { code: "ECONNREFUSED" });
    return shop.play(asked);
  });
  await order();
  isDown = true;
  wait(280);
  expect(await order()).toBe("shipped");
  wait(25);
  expect(await order()).toBe(
    "This server could not log in to the shop: the shop cannot be reached: nothing answers at its address. Try again in at least 10 s; if it goes on, the operator has to check DJANGO_LOGIN, and the shop's log.",
  );
  isDown = false;
  wait(10);
  shop.at += 315_000;
  expect(await order()).toBe("shipped");
});

test("fifty calls whose token is refused cause one renewal, and are each sent once more", async () => {
  const shop = simplejwtShop();
  const { order, count } = connect(shop.play);
  await order();
  shop.revoke();
  const all = await Promise.all(Array.from({ length: 50 }, order));
  expect(new Set(all)).toEqual(new Set(["shipped"]));
  expect([count(REFRESH_PATH), count(TOKEN_PATH), count(STATUS_PATH)]).toEqual([1, 1, 101]);
});

test("a refusal that comes late, when the token is renewed already, causes no other renewal", async () => {
  const shop = simplejwtShop();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let isHeld = false;
  const { order, count } = connect(async (asked) => {
    const answer = shop.play(asked);
    if (!isHeld || asked.path !== STATUS_PATH) return answer;
    isHeld = false;
    await held;
    return answer;
  });
  await order();
  shop.revoke();
  isHeld = true;
  const late = order();
  expect(await order()).toBe("shipped");
  release();
  expect(await late).toBe("shipped");
  expect([count(REFRESH_PATH), count(TOKEN_PATH)]).toEqual([1, 1]);
});

test("a change whose token is refused is sent once more, under the same key", async () => {
  const shop = simplejwtShop();
  const { asked, order, cancel } = connect(shop.play);
  await order();
  shop.revoke();
  asked.length = 0;
  expect(await cancel("key-1")).toBe("cancelled");
  expect(asked.map(({ path, headers }) => [path, headers.get("idempotency-key")])).toEqual([
    ["/api/orders/1036/cancel/", "key-1"],
    [REFRESH_PATH, null],
    ["/api/orders/1036/cancel/", "key-1"],
  ]);
});

test("a shop that refuses every token is asked for one more, not for one a call", async () => {
  const shop = simplejwtShop();
  const play: Play = (asked) => (/token/.test(asked.path) ? shop.play(asked) : refusal());
  const { asked, order, cancel, wait, count } = connect(play);
  const words =
    "The shop rejected this server's token, or requires one: Given token not valid for any token type. Trying again will not help: the operator has to check that the shop's views accept the tokens of its login at DJANGO_LOGIN.";
  expect(await order()).toBe(words);
  expect(asked).toHaveLength(4); // login, order, refresh, order
  expect(await cancel("key-1")).toBe(words);
  expect(await order()).toBe(words);
  expect(asked).toHaveLength(6);
  wait(61);
  await order(); // now by the password: what the refresh token gives is refused
  expect([count(REFRESH_PATH), count(TOKEN_PATH)]).toEqual([1, 2]);
});

test("a shop that gives the same token again is not asked with it again", async () => {
  const refuse = () => json({ detail: "Invalid token." }, 401, { "WWW-Authenticate": "Token" });
  const { asked, order } = connect(({ path }) =>
    path === TOKEN_PATH ? json({ token: "0123456789abcdef" }) : refuse(),
  );
  await order();
  await order();
  expect(asked.map(({ path }) => path)).toEqual([TOKEN_PATH, STATUS_PATH, TOKEN_PATH, STATUS_PATH]);
});

/** How long the token of an answer is used, in seconds; Infinity: until it is refused. */
test.each<[string, object, number]>([
  ["a JWT of a minute", { access: jwt({ exp: SHOP_TIME / 1000 + 60 }) }, 48],
  ["a JWT without exp", { access: jwt({ sub: 1 }) }, Infinity],
  ["a JWT that comes expired", { access: jwt({ exp: SHOP_TIME / 1000 - 60 }) }, Infinity],
  ["exp that is no number", { access: jwt({ exp: "soon" }) }, Infinity],
  ["knox's expiry", { token: "abcdef", expiry: new Date(SHOP_TIME + 600_000).toISOString() }, 570],
  ["knox's without a time zone", { token: "abcdef", expiry: "2031-01-01T00:10:00" }, Infinity],
  ["knox's that never ends", { token: "abcdef", expiry: null }, Infinity],
  ["expires_in", { access_token: "abcdef", expires_in: 600 }, 570],
  ["an opaque token", { auth_token: "abcdef" }, Infinity],
])("%s is used for its time", async (_, answer, seconds) => {
  const { order, count, wait } = connect(({ path }) =>
    /token/.test(path) ? json(answer) : json({ status: "shipped" }),
  );
  await order();
  wait(Math.min(seconds, 1e8) - 1);
  await order();
  expect(count(TOKEN_PATH)).toBe(1);
  wait(1);
  await order();
  expect(count(TOKEN_PATH)).toBe(seconds === Infinity ? 1 : 2);
});

test("without a Date header the time since iat counts", async () => {
  const { order, count, wait } = connect(({ path }) => {
    const access = jwt({ iat: 1000, exp: 1300 });
    const answer = path === TOKEN_PATH ? json({ access }) : json({ status: "shipped" });
    answer.headers.set("date", "?");
    return answer;
  });
  await order();
  wait(271);
  await order();
  expect(count(TOKEN_PATH)).toBe(2);
});

test.each([
  ["/api/token/", ["/api/token/refresh/"]],
  ["/api/token", ["/api/token/refresh"]],
  ["/api/token/pair", ["/api/token/refresh", "/api/token/pair/refresh"]],
  ["/auth/jwt/create/", ["/auth/jwt/refresh/", "/auth/jwt/create/refresh/"]],
  ["/auth/login/", ["/auth/token/refresh/", "/auth/refresh/", "/auth/login/refresh/"]],
  ["/api-token-auth/", ["/api-token-refresh/", "/api-token-auth/refresh/"]],
])(
  "tokens of %s are renewed at %s; where that is absent, by the password",
  async (login, paths) => {
    let nth = 0;
    const play: Play = ({ path }) => {
      const access = jwt({ exp: SHOP_TIME / 1000 + 60 + 100 * nth, jti: nth });
      if (path === login) return json({ access, refresh: `refresh-${nth++}` });
      return path === STATUS_PATH ? json({ status: "shipped" }) : json({}, 404);
    };
    const { asked, order, wait } = connect(play, { django_login: login });
    await order();
    for (let round = 0; round < 2; round++) {
      wait(100);
      await order();
    }
    const sent = asked.map(({ path }) => path).filter((path) => path !== STATUS_PATH);
    expect(sent).toEqual([login, ...paths, login, login]);
  },
);
