/** With a login in place of a token, the doctor gets one, and goes on as with any other. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { otherShop } from "./other-shop.ts";
import { BASE, json, NOW } from "./run-doctor.ts";

const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const ACCESS = `${part({ alg: "HS256" })}.${part({ exp: NOW / 1000 + 300 })}.c2lnbmF0dXJl`;
const PASSWORD = "correct-horse-battery";
const ARGS = ["--django", BASE, "--django-login", "/api/token/", "--django-user", "mia"];

/** A shop with a login, and what it was sent: `POST /api/token/ {…}`, and the credential of all else. */
function shopWithLogin(answer: () => Response = () => json({ access: ACCESS, refresh: "r" })) {
  const { runtime } = otherShop();
  const logins: string[] = [];
  const credentials = new Set<string>();
  const fetch: Runtime["fetch"] = async (address, init) => {
    const { pathname } = new URL(address);
    if (init.method === "POST") {
      logins.push(`${pathname} ${init.body}`);
      return answer();
    }
    credentials.add(new Headers(init.headers).get("authorization") ?? "none");
    return runtime.fetch(address, init);
  };
  return { runtime: { ...runtime, fetch }, logins, credentials };
}

test("the token of a login is used, and it is asked for once", async () => {
  const { runtime, logins, credentials } = shopWithLogin();
  const { out = "" } = await run([...ARGS, "--json"], { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(logins).toEqual([`/api/token/ {"username":"mia","password":"${PASSWORD}"}`]);
  expect(credentials).toContain(`Bearer ${ACCESS}`);
  expect(JSON.parse(out).settings).toMatchObject({
    DJANGO_LOGIN: "/api/token/",
    DJANGO_USER: "mia",
  });
  expect(JSON.parse(out).settings).not.toHaveProperty("DJANGO_API_AUTH");
  expect(out).not.toContain(PASSWORD);
});
test("the report tells which settings to paste, without the password", async () => {
  const { out } = await run(ARGS, { DJANGO_PASSWORD: PASSWORD }, shopWithLogin().runtime);
  expect(out).toContain("\nDJANGO_PASSWORD=…\nDJANGO_LOGIN=/api/token/\nDJANGO_USER=mia\n");
  expect(out).not.toContain("DJANGO_API_TOKEN");
  expect(out).toMatch(/"args": \["--cwd=\/[^"]+", "server.ts"\]/);
});
test("--suggest logs in, too", async () => {
  const { runtime, credentials } = shopWithLogin();
  const { code } = await run([...ARGS, "--suggest"], { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(code).toBe(0);
  expect(credentials).toContain(`Bearer ${ACCESS}`);
});
test("a refused login is said in one line", async () => {
  const refuse = () => json({ detail: "No active account found" }, 401);
  const { runtime, credentials } = shopWithLogin(refuse);
  const { err, out, code } = await run(ARGS, { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect({ out, code }).toEqual({ out: undefined, code: 1 });
  expect(err).toStartWith("doctor: The shop refused the doctor's login: No active account found.");
  expect(err).toEndWith("then run the doctor again.");
  expect(err).not.toContain(PASSWORD);
  expect(credentials.size).toBe(0);
});
test("a shop that is down, or too slow, is said in one line", async () => {
  const refuse = () => {
    throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  };
  const { runtime } = shopWithLogin(refuse);
  const down = await run(ARGS, { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(down.code).toBe(1);
  expect(down.err).toStartWith("doctor: The doctor could not log in to the shop: ");
  expect(down.err).toContain("cannot be reached");
  expect(down.err).not.toContain("\n");

  const fetch: Runtime["fetch"] = (_, { signal }) =>
    signal?.aborted ? Promise.reject(signal.reason) : new Promise(() => {});
  const slow = await run(
    ARGS,
    { DJANGO_PASSWORD: PASSWORD },
    {
      ...runtime,
      fetch,
      timeout: () => AbortSignal.abort(),
    },
  );
  expect(slow.code).toBe(1);
  expect(slow.err).toContain("did not answer the login within 10 s");
});
test("the module says that a login was sent", async () => {
  const { runtime } = shopWithLogin();
  const { out } = await run([...ARGS, "--suggest"], { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(out).toContain("Only GET and OPTIONS were sent, and the login.");
});
test("half a login is a wrong setting", async () => {
  const { err, code } = await run(ARGS, {}, shopWithLogin().runtime);
  expect(code).toBe(2);
  expect(err).toContain("belong together: set all three, or none");
});

test.each<[string, () => Response, string]>([
  [
    "refuses the connection",
    () => {
      throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
    },
    "the shop cannot be reached: nothing answers at its address",
  ],
  [
    "breaks off",
    () => {
      throw new TypeError("terminated");
    },
    "the connection broke off before the shop's answer to the login was complete",
  ],
  ["sends more than is read", () => new Response("x".repeat(1024 * 1024 + 1)), "exceeds 1 MiB"],
])("a login that %s is said in one line", async (_, answer, words) => {
  const { runtime } = shopWithLogin(answer);
  const { err = "", code } = await run(ARGS, { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(code).toBe(1);
  expect(err).toContain(words);
  expect(err).toMatch(/^doctor: .*$/);
  expect(err).not.toContain(PASSWORD);
});
test("the head of a module does not hide the POST of a login", async () => {
  const { runtime } = shopWithLogin();
  const { out } = await run([...ARGS, "--suggest"], { DJANGO_PASSWORD: PASSWORD }, runtime);
  expect(out).toContain("Only GET and OPTIONS were sent, and the login.");
});
