/** A login that brings no token: told in words, without the password, and not tried for each call. */
import { describe, expect, test } from "bun:test";
import { type Asked, connect, json, PASSWORD, STATUS_PATH, TOKEN_PATH } from "./shop-with-login.ts";

const html = (body: string, status = 200, headers: Record<string, string> = {}) =>
  new Response(body, { status, headers: { "Content-Type": "text/html", ...headers } });
const refused = (words: string) =>
  `The shop refused this server's login${words}. It is not tried again, so that the account is not locked: the operator has to check DJANGO_USER, DJANGO_PASSWORD and the account, then restart this server.`;
const failed = (words: string, seconds: number) =>
  `This server could not log in to the shop: ${words}. Try again in at least ${seconds} s; if it goes on, the operator has to check DJANGO_LOGIN, and the shop's log.`;
const unusable = (words: string, advice: string) =>
  `This server cannot log in to the shop: ${words}. Trying again will not help: the operator has to ${advice}.`;
const elsewhere = (words: string) =>
  unusable(words, "set DJANGO_LOGIN to the address that gives tokens for a user and a password");
const notForPrograms = (words: string) =>
  unusable(
    words,
    "use an account that needs none, or give this server a token in DJANGO_API_TOKEN",
  );
const at = `its login at ${TOKEN_PATH}`;

/** What the login answers, the words, and after how many seconds it is asked again. */
const cases: [string, () => Response, string, number][] = [
  [
    "a wrong password",
    () => json({ detail: "No active account found with the given credentials" }, 401),
    refused(": No active account found with the given credentials"),
    Infinity,
  ],
  [
    "a wrong password of a serializer",
    () => json({ non_field_errors: ["Unable to log in with provided credentials."] }, 400),
    refused(": Unable to log in with provided credentials"),
    Infinity,
  ],
  [
    "words that repeat the password",
    () => json({ detail: `${PASSWORD} is wrong.` }, 401),
    refused(": … is wrong"),
    Infinity,
  ],
  ["no words", () => json({}, 400), refused(""), Infinity],
  [
    "attempts that are left",
    () => json({ detail: "Wrong.", login_attempts_left: 2 }, 400),
    refused(": Wrong"),
    Infinity,
  ],
  [
    "429 with Retry-After",
    () => json({ detail: "Throttled." }, 429, { "Retry-After": "120" }),
    failed("it has had too many logins (HTTP 429)", 120),
    120,
  ],
  ["429 without", () => html("", 429), failed("it has had too many logins (HTTP 429)", 60), 60],
  [
    "an account that is locked, by 403 with Retry-After",
    () => json({ detail: "Account locked." }, 403, { "Retry-After": "300" }),
    failed("the account is locked (HTTP 403)", 300),
    300,
  ],
  [
    "django-axes",
    () => html("Account locked: too many login attempts. Please try again later.", 429),
    failed("the account is locked (HTTP 429)", 3600),
    3600,
  ],
  [
    "django-axes in JSON",
    () => json({ failure_limit: 3, username: "mia", cooloff_time: "PT1H" }, 403),
    failed("the account is locked (HTTP 403)", 3600),
    3600,
  ],
  [
    "500",
    () => html("<h1>Server Error (500)</h1>", 500),
    failed("its login failed (HTTP 500)", 10),
    10,
  ],
  [
    "503 with Retry-After",
    () => json({}, 503, { "Retry-After": "30" }),
    failed("its login failed (HTTP 503)", 30),
    30,
  ],
  ["404", () => html("", 404), elsewhere(`it has no login at ${TOKEN_PATH} (HTTP 404)`), 900],
  [
    "405",
    () => json({ detail: "No." }, 405),
    elsewhere(`it has no login at ${TOKEN_PATH} (HTTP 405)`),
    900,
  ],
  [
    "a redirect to another host",
    () => html("", 302, { Location: "https://sso.example/in?next=%2F&token=abc" }),
    elsewhere(`${at} redirects to https://sso.example/in`),
    900,
  ],
  [
    "a redirect to nowhere",
    () => html("", 302),
    elsewhere(`${at} redirects to https://shop.example/api/token/`),
    900,
  ],
  [
    "a web page",
    () => html("<!doctype html>"),
    elsewhere(`${at} answers with a web page (HTTP 200)`),
    900,
  ],
  [
    "Django's CSRF page",
    () => html("<h1>Forbidden</h1> CSRF verification failed.", 403),
    elsewhere(`${at} answers with a web page (HTTP 403)`),
    900,
  ],
  [
    "a session",
    () => new Response(null, { status: 204 }),
    elsewhere(`${at} gives no token (HTTP 204)`),
    900,
  ],
  [
    "success without a token",
    () => json({ status: "error", message: "Wrong password" }),
    elsewhere(`${at} gives no token (HTTP 200, fields: status, message)`),
    Infinity,
  ],
  ["a list", () => json(["token"]), elsewhere(`${at} gives no token (HTTP 200)`), 900],
  [
    "a token that no header can carry",
    () => json({ access: "a b\r\nc" }),
    elsewhere(`${at} gives no token (HTTP 200, fields: access)`),
    Infinity,
  ],
  [
    "a captcha",
    () => json({ captcha: ["This field is required."] }, 400),
    notForPrograms(`${at} wants a captcha`),
    Infinity,
  ],
  [
    "reCAPTCHA's field",
    () => json({ "g-recaptcha-response": ["Required."] }, 400),
    notForPrograms(`${at} wants a captcha`),
    Infinity,
  ],
  [
    "dj-rest-auth's second factor",
    () => json({ ephemeral_token: "1:abc:def", mfa_required: true }),
    notForPrograms(`${at} wants a second factor`),
    Infinity,
  ],
  [
    "a one-time password",
    () => json({ otp: ["This field is required."] }, 400),
    notForPrograms(`${at} wants a second factor`),
    Infinity,
  ],
  [
    "allauth's second factor",
    () => json({ data: { flows: [{ id: "mfa_authenticate" }] } }, 401),
    notForPrograms(`${at} wants a second factor`),
    Infinity,
  ],
  [
    "a view of knox that takes knox's tokens alone",
    () =>
      json({ detail: "Authentication credentials were not provided." }, 401, {
        "WWW-Authenticate": "Token",
      }),
    unusable(
      `${at} is for callers who are logged in`,
      "let its view authenticate by BasicAuthentication, or set DJANGO_LOGIN to another address",
    ),
    Infinity,
  ],
  [
    "an endless body",
    () => new Response("x".repeat(1_100_000)),
    elsewhere("the shop's answer to the login exceeds 1 MiB and was not read"),
    900,
  ],
];

describe.each(cases)("%s", (_, answer, words, seconds) => {
  const play = ({ path }: Asked) => (path === TOKEN_PATH ? answer() : json({ status: "shipped" }));
  test("is told, and tried once for many calls", async () => {
    const { asked, order, cancel } = connect(play);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, order)))).toEqual(new Set([words]));
    expect(await order()).toBe(words);
    expect(await cancel("key")).toBe(words); // and not that it may have been made
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set([TOKEN_PATH]));
    expect(asked).toHaveLength(words.includes("BasicAuth") ? 2 : 1);
  });
  test("is tried again when it may be", async () => {
    const { count, order, wait } = connect(play);
    await order();
    const before = count(TOKEN_PATH);
    wait(Math.min(seconds, 1e9) - 1);
    if (seconds < 900) expect(await order()).toBe(words.replace(/at least \d+ s/, "at least 1 s"));
    else await order();
    expect(count(TOKEN_PATH)).toBe(before);
    wait(1);
    await order();
    expect(count(TOKEN_PATH)).toBe(seconds === Infinity ? before : before + 1);
  });
});

test("a login that answers late is told as that, and nothing was sent", async () => {
  const play = ({ path }: Asked) =>
    path === TOKEN_PATH ? new Promise<Response>(() => {}) : json({ status: "shipped" });
  const { asked, cancel } = connect(play, { timeout: 0.05 });
  expect(await cancel("key")).toBe(
    "The shop did not answer the cancellation within 0.05 s. Try again in a minute, or ask for less at once.",
  );
  expect(asked.map(({ path }) => path)).toEqual([TOKEN_PATH]);
});

test("a login that does not answer is given up in time, and not asked for each call", async () => {
  const { promise: given, resolve } = Promise.withResolvers<void>();
  const { order, count } = connect(
    ({ path, signal }) =>
      path === TOKEN_PATH
        ? new Promise((_, reject) =>
            signal?.addEventListener("abort", () => (resolve(), reject(signal.reason))),
          )
        : json({ status: "shipped" }),
    { timeout: 0.05 },
  );
  await order();
  await given;
  expect(await order()).toBe(
    failed("the shop did not answer the login within 0", 10).replace("0.", "0.05 s."),
  );
  expect(count(TOKEN_PATH)).toBe(1);
});

/** The name under which the user is sent, by what the shop refuses. */
describe("the user is sent as", () => {
  const required = ["This field is required."];
  test.each<[string, string, object, string[][]]>([
    ["username", "mia", {}, [["username"]]],
    ["username and email, with an @", "mia@shop.example", {}, [["username", "email"]]],
    [
      "email, where a field of that name is missing",
      "mia",
      { email: required },
      [["username"], ["email"]],
    ],
    ["both, where the shop refuses what they say", "mia@shop.example", { email: ["No."] }, []],
    ["phone_number", "0170", { phone_number: required }, [["username"], ["phone_number"]]],
    [
      "email, where dj-rest-auth says so",
      "mia",
      { non_field_errors: ['Must include "email" and "password".'] },
      [["username"], ["email"]],
    ],
    [
      "email, where django-ninja says so",
      "mia",
      { detail: [{ type: "missing", loc: ["body", "user", "email"], msg: "Field required" }] },
      [["username"], ["email"]],
    ],
  ])("%s", async (_, user, lacking, names) => {
    const wanted = names.at(-1)?.at(-1) ?? "nothing";
    const { asked, order } = connect(
      ({ path, body }) => {
        if (path === STATUS_PATH) return json({ status: "shipped" });
        return wanted in body ? json({ token: "abcdef" }) : json(lacking, 400);
      },
      { django_user: user },
    );
    const said = await order();
    if (!names.length) return expect([said, asked.length]).toEqual([refused(": email: No"), 1]);
    expect(said).toBe("shipped");
    const logins = asked.filter(({ path }) => path === TOKEN_PATH);
    expect(logins.every(({ as }) => as === "")).toBe(true);
    expect(logins.map(({ body }) => body)).toEqual(
      names.map((some) => ({
        ...Object.fromEntries(some.map((name) => [name, user])),
        password: PASSWORD,
      })),
    );
  });
});
