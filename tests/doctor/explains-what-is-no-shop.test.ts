/** An address at which no shop answers is explained in one line, with what to set. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import { json, never } from "./run-doctor.ts";

const htmlPage = (body: string, status = 200) =>
  new Response(body, { status, headers: { "Content-Type": "text/html" } });
const redirectTo = (to: string) => new Response(null, { status: 302, headers: { Location: to } });
const cases: [
  what: string,
  answer: (request: Request) => Response | Promise<Response>,
  line: string,
][] = [
  [
    "answers HTML",
    () => htmlPage("<title>Welcome</title>"),
    "every address answers with an HTML page (HTTP 200, “Welcome”) → set DJANGO_API_BASE to the address of the API",
  ],
  [
    "answers a login page",
    () => htmlPage("<title>Log in</title><input type=password>"),
    "every address answers with a login page (HTTP 200, “Log in”) → let the API accept tokens: TokenAuthentication of DRF instead of login_required",
  ],
  [
    "redirects to a login page",
    ({ url }) =>
      url.includes("login") ? htmlPage("<form>") : redirectTo("/accounts/login/?next=/"),
    "a redirect (HTTP 302) to ORIGIN/accounts/login/?next=/, a login page → let the API accept tokens: TokenAuthentication of DRF instead of login_required",
  ],
  [
    "redirects in a circle",
    ({ url }) => redirectTo(url.includes("/a/") ? "/b/" : "/a/"),
    "a redirect loop: ORIGIN/api/products/search/?q=a&limit=1 to ORIGIN/a/ to ORIGIN/b/ to ORIGIN/a/ → correct the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)",
  ],
  [
    "redirects to itself",
    ({ url }) => redirectTo(url),
    "a redirect loop: ORIGIN/api/products/search/?q=a&limit=1 to ORIGIN/api/products/search/?q=a&limit=1 → correct the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)",
  ],
  [
    "has moved",
    ({ url }) => (url.includes("/new/") ? json({}) : redirectTo(url.replace("/api/", "/new/api/"))),
    "a redirect (HTTP 302) to ORIGIN/new/api/products/search/?q=a&limit=1 → set DJANGO_API_BASE=ORIGIN/new",
  ],
  [
    "wants no slash",
    ({ url }) =>
      /\/\?/.test(url)
        ? redirectTo(url.replace(/\/(?=\?)/, ""))
        : url.endsWith("/")
          ? redirectTo(url.slice(0, -1))
          : json([]),
    "a redirect (HTTP 302) to ORIGIN/api/products/search?q=a&limit=1 → write paths without a trailing slash in a dialect: paths: { … }",
  ],
  [
    "answers with an empty body",
    () => new Response(""),
    "every address answers with an empty body → check DJANGO_API_BASE, and whether a proxy drops the body",
  ],
  [
    "answers text",
    () => new Response("pong"),
    "every address answers with something other than JSON → set DJANGO_API_BASE to the address of the API",
  ],
  [
    "is another service",
    () => json({ hello: "world" }),
    'not a shop: every address answers {"hello":"world"} → set DJANGO_API_BASE to the address of the API',
  ],
  [
    "answers 404 everywhere",
    () => json({}, 404),
    "none of /api/products/search/, /api/shop/, /api/orders/ was found (HTTP 404) → correct DJANGO_API_BASE, or write a dialect with --suggest",
  ],
  [
    "does not allow the host",
    () => htmlPage("<h1>Bad Request</h1>", 400),
    "every address answers with an HTML error page (HTTP 400) → add the host to ALLOWED_HOSTS",
  ],
  [
    "answers 500",
    () => htmlPage("<h1>Oops</h1>", 500),
    "every address answers with a server error (HTTP 500) → see the shop's log",
  ],
  [
    "answers 429",
    () => json({}, 429),
    "every address answers with too many requests (HTTP 429) → wait, and raise this account's throttle rate",
  ],
];
test.each(cases)("a shop that %s is explained in one line", async (_, answer, line) => {
  using shop = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  const base = shop.url.origin;
  const { out, code } = await run(["--django", base, "--token", "t"], {}, { timeout: never });
  const expected = line.replaceAll("ORIGIN", base);
  expect(out).toBe(`${base}\n\nred    reachable  ${expected}\n\n0 green, 0 amber, 1 red`);
  expect(code).toBe(1);
});
