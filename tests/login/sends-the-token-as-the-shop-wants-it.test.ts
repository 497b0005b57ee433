/** The token in an answer, and the scheme under which it is sent. */
import { describe, expect, test } from "bun:test";
import {
  type Asked,
  connect,
  json,
  jwt,
  refusal,
  simplejwtShop,
  STATUS_PATH,
  TOKEN_PATH,
} from "./shop-with-login.ts";

const J = jwt({ sub: "1" });
const granting =
  (answer: object) =>
  ({ path }: Asked) =>
    path === TOKEN_PATH ? json(answer) : json({ status: "shipped" });

test.each<[string, object, string]>([
  ["simplejwt", { refresh: "r", access: J }, `Bearer ${J}`],
  ["a sliding token", { token: J }, `Bearer ${J}`],
  ["dj-rest-auth with JWT", { access: J, refresh: "", user: { pk: 1, key: "no" } }, `Bearer ${J}`],
  ["dj-rest-auth of old", { access_token: J, refresh_token: "", user: {} }, `Bearer ${J}`],
  ["dj-rest-auth's key", { key: "abcdef" }, "Token abcdef"],
  ["djoser's auth_token", { auth_token: "abcdef" }, "Token abcdef"],
  ["DRF's token", { token: "abcdef" }, "Token abcdef"],
  ["OAuth's answer", { access_token: "abcdef", token_type: "bearer" }, "Bearer abcdef"],
  ["another type", { token: "abcdef", token_type: "JWT" }, "JWT abcdef"],
  ["a token within", { data: { tokens: { access: J, refresh: "r" } } }, `Bearer ${J}`],
  ["a token within token", { success: true, token: { access: J } }, `Bearer ${J}`],
])("%s", async (_, answer, authorization) => {
  const { asked, order } = connect(granting(answer));
  expect(await order()).toBe("shipped");
  expect(asked.at(-1)?.as).toBe(authorization);
});
test("a token of the user's own profile is none of the login's", async () => {
  const { order } = connect(granting({ user: { token: "push-notifications" } }));
  expect(await order()).toContain("gives no token (HTTP 200, fields: user)");
});

describe("where the shop asks for another scheme", () => {
  const shop =
    (scheme: string, token: string) =>
    ({ path, as }: Asked) => {
      if (path === TOKEN_PATH) return json({ token });
      return as === `${scheme} ${token}` ? json({ status: "shipped" }) : refusal(scheme);
    };
  test.each([
    ["JWT", J],
    ["jwt", J],
    ["Bearer", "abcdef"],
    ["Api-Key", "abcdef"],
  ])("the token is sent as %s, from then on", async (scheme, token) => {
    const { asked, order } = connect(shop(scheme, token));
    expect(await order()).toBe("shipped");
    expect(await order()).toBe("shipped");
    expect(asked.map(({ path, as }) => [path, as.split(" ")[0]])).toEqual([
      [TOKEN_PATH, ""],
      [STATUS_PATH, scheme === "Bearer" || scheme === "Api-Key" ? "Token" : "Bearer"],
      [STATUS_PATH, scheme],
      [STATUS_PATH, scheme],
    ]);
  });
  test("a given token is, too", async () => {
    const { asked, order } = connect(shop("JWT", J), { django_api_token: J });
    expect(await order()).toBe("shipped");
    expect(asked.map(({ as }) => as)).toEqual([`Bearer ${J}`, `JWT ${J}`]);
  });
  test("also after the public catalog was read, which proves nothing", async () => {
    const { order, search } = connect(simplejwtShop({ scheme: "JWT" }).play);
    expect(await search()).toEqual(["Cup for everybody"]);
    expect(await order()).toBe("shipped");
    expect(await search()).toEqual(["Cup for mia"]);
  });
  test("but not where the settings name one", async () => {
    const { asked, order } = connect(shop("JWT", J), {
      django_api_token: J,
      django_api_auth: "Token",
    });
    expect(await order()).toContain("rejected this server's token");
    expect(asked.map(({ as }) => as)).toEqual([`Token ${J}`]);
  });
  test("nor where the shop has accepted the first", async () => {
    let isValid = true;
    const { asked, order } = connect(
      () => (isValid ? json({ status: "shipped" }) : refusal("Bearer")),
      { django_api_token: "0123456789abcdef" },
    );
    await order();
    isValid = false;
    await order();
    expect(asked.map(({ as }) => as.split(" ")[0])).toEqual(["Token", "Token"]);
  });
  test("and one that it refuses as well is tried once", async () => {
    const { asked, order } = connect(() => refusal("Bearer"), {
      django_api_token: "0123456789abcdef",
    });
    await order();
    await order();
    expect(asked.map(({ as }) => as.split(" ")[0])).toEqual(["Token", "Bearer", "Token"]);
  });
  test.each(["Basic", "Session", "Digest", "Negotiate"])("%s takes no token", async (scheme) => {
    const { asked, order } = connect(() => refusal(scheme), {
      django_api_token: "0123456789abcdef",
    });
    await order();
    expect(asked).toHaveLength(1);
  });
});

test("a login for callers who are known gets Basic, also without a challenge", async () => {
  const { asked, order } = connect(({ path, as }) => {
    if (path === STATUS_PATH) return json({ status: "shipped" });
    return as.startsWith("Basic ")
      ? json({ token: "abcdef" })
      : json({ detail: "Authentication credentials were not provided." }, 403);
  });
  expect(await order()).toBe("shipped");
  expect(asked).toHaveLength(3);
});
test("a login that asks for Basic gets user and password so", async () => {
  const { asked, order } = connect(({ path, as }) => {
    if (path === STATUS_PATH) return json({ status: "shipped" });
    return as === `Basic ${btoa("mia:correct-horse-battery")}`
      ? json({ token: "abcdef", expiry: "2031-01-01T10:00:00.000000Z" })
      : json({ detail: "…" }, 401, { "WWW-Authenticate": 'Basic realm="api"' });
  });
  expect(await order()).toBe("shipped");
  expect(asked.map(({ path }) => path)).toEqual([TOKEN_PATH, TOKEN_PATH, STATUS_PATH]);
});

test("neither token nor password is in what a shop repeats", async () => {
  const [refresh, pair] = ["refresh-0123456789", btoa("mia:correct-horse-battery")];
  const { order } = connect(({ path, as }) => {
    if (path === STATUS_PATH)
      return json({ detail: `${J} ${refresh} ${pair} correct-horse-battery` }, 400);
    return as
      ? json({ access: J, refresh })
      : json({ detail: "…" }, 401, { "WWW-Authenticate": "Basic" });
  });
  expect(await order()).toContain("(HTTP 400): … … … …. ");
});
