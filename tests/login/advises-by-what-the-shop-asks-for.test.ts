/** What is said of a refused credential fits the shop's scheme, the token, and the account. */
import { expect, test } from "bun:test";
import { adviceOn } from "../../shop/login.ts";
import { connect, json, jwt } from "./shop-with-login.ts";

const NOT_PROVIDED = { detail: "Authentication credentials were not provided." };
const INVALID = { detail: "Invalid token." };
const KEY = "0123456789abcdef";
const LOG_IN = "let this server log in by DJANGO_LOGIN, DJANGO_USER and DJANGO_PASSWORD";
const words = ({ detail }: { detail: string }, advice: string) =>
  `The shop rejected this server's token, or requires one: ${detail.replace(/\.$/, "")}. Trying again will not help: the operator has to ${advice}.`;

test.each<[string, string | undefined, string, { detail: string }, string]>([
  ["no token", undefined, "Token", NOT_PROVIDED, `set DJANGO_API_TOKEN, or ${LOG_IN}`],
  [
    "no token, and Basic",
    undefined,
    'Basic realm="api"',
    NOT_PROVIDED,
    `${LOG_IN}: the shop asks for Basic, which this server does not send`,
  ],
  ["a wrong key", KEY, "Token", INVALID, "check DJANGO_API_TOKEN and DJANGO_API_AUTH"],
  [
    "a key that is not looked at",
    KEY,
    'JWT realm="api"',
    NOT_PROVIDED,
    "set DJANGO_API_AUTH to JWT, for which the shop asks (it was sent Token)",
  ],
  [
    "a wrong key at a shop of two schemes",
    KEY,
    'Bearer realm="a, b=c", Token',
    INVALID,
    "check DJANGO_API_TOKEN, and DJANGO_API_AUTH: the shop names Bearer",
  ],
  [
    "a view of Basic alone",
    KEY,
    'Basic realm="api"',
    NOT_PROVIDED,
    "have the shop's views accept a token: they ask for Basic",
  ],
  [
    "an account that is inactive",
    KEY,
    "Token",
    { detail: "User inactive or deleted." },
    "have its account activated in the shop, or use another account",
  ],
  [
    "an account that is inactive, in other words",
    KEY,
    "Token",
    Object.assign({ detail: "Inaktiv." }, { code: "user_inactive" }),
    "have its account activated in the shop, or use another account",
  ],
  [
    "a refresh token",
    jwt({ token_type: "refresh" }),
    "Bearer",
    INVALID,
    `set an access token in place of the refresh token, or ${LOG_IN}`,
  ],
  [
    "a wrong JWT",
    jwt({ sub: 1 }),
    "Bearer",
    INVALID,
    `set a new one in DJANGO_API_TOKEN, or ${LOG_IN}`,
  ],
])("%s", async (_, token, challenge, body, advice) => {
  const refuse = () => json(body, 401, { "WWW-Authenticate": challenge });
  const account = { django_login: undefined, django_user: undefined, django_password: undefined };
  const scheme = token === KEY ? ({ django_api_auth: "Token" } as const) : {};
  const { order } = connect(refuse, { ...account, ...scheme, django_api_token: token });
  expect(await order()).toBe(words(body, advice));
});

test("the same advice is there for an answer at hand", () => {
  const refuse = (challenge: string) =>
    new Response(null, {
      status: 401,
      headers: { "WWW-Authenticate": challenge, Date: "Wed, 01 Jan 2031 00:00:00 GMT" },
    });
  expect(adviceOn(refuse("JWT"), NOT_PROVIDED, { token: KEY, scheme: "Token" })).toBe(
    "set DJANGO_API_AUTH to JWT, for which the shop asks (it was sent Token)",
  );
  const expired = { token: jwt({ exp: Date.UTC(2030, 11, 31) / 1000 }), scheme: "Bearer" };
  expect(adviceOn(refuse("Bearer"), INVALID, expired)).toBe(
    `set a new token, or ${LOG_IN}: this one expired on 2030-12-31 00:00 UTC`,
  );
});

test.each(["exp that is far away", "exp that is before 1970"])("%s", async (which) => {
  const exp = which.includes("far") ? 1e300 : -1e300;
  const { order } = connect(() => json(INVALID, 401), { django_api_token: jwt({ exp }) });
  expect(await order()).toContain("rejected this server's token");
});
