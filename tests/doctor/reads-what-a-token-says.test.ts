/** An expired JWT is named as that, and the advice on tokens fits the scheme that the shop answers with. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { BASE, json, NOW, runDoctor } from "./run-doctor.ts";
import { otherShop, suggest } from "./other-shop.ts";

const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const jwt = (exp: number) => `${part({ alg: "HS256" })}.${part({ exp })}.c2lnbmF0dXJl`;
const allow = (methods: string) => new Response(null, { status: 200, headers: { Allow: methods } });
/** A shop that takes no token, and says with which scheme it wants one. */
const refusing = (challenge: string, login = "") => {
  const { runtime } = otherShop();
  const fetch: Runtime["fetch"] = async (address, init) => {
    const { pathname } = new URL(address);
    if (init.method === "OPTIONS")
      return pathname === login ? allow("POST, OPTIONS") : json({}, 404);
    return json({ detail: "Not you." }, 401)
      .clone()
      .text()
      .then(
        (body) =>
          new Response(body, {
            status: 401,
            headers: challenge ? { "WWW-Authenticate": challenge } : {},
          }),
      );
  };
  return { ...runtime, fetch };
};
const lineOf = async (runtime: Runtime, token: string) => {
  const report = await runDoctor(runtime, ["--django", BASE, "--token", token]);
  return report.linesOf("authentication").join();
};

test("an expired token is named by its own claim, with where to get another", async () => {
  const line = await lineOf(refusing('Bearer realm="api"', "/api/token/"), jwt(NOW / 1000 - 720));
  expect(line).toBe(
    "red the token expired 12 min ago, at 2026-11-22T08:48:00Z, as it says itself → get a new one at /api/token/, or let the server log in: --django-login /api/token/",
  );
});
test("--suggest does not go on with it", async () => {
  const { err, code } = await suggest(otherShop().runtime, ["--token", jwt(NOW / 1000 - 3)]);
  expect(code).toBe(2);
  expect(err).toContain("the token expired 0 min ago");
});
test("a token that is still valid is used", async () => {
  const { code } = await suggest(otherShop().runtime, ["--token", jwt(NOW / 1000 + 60)]);
  expect(code).toBe(0);
});
test.each([
  ["Token", "create one: manage.py drf_create_token USER"],
  ["", "create one: manage.py drf_create_token USER"],
  ['Bearer realm="api"', "get a new one where the shop gives them out, as with simplejwt"],
  ['JWT realm="api"', "get a new one where the shop gives them out, as with simplejwt"],
  [
    'Basic realm="api"',
    "it asks for Basic, which the server does not send: add TokenAuthentication to DEFAULT_AUTHENTICATION_CLASSES",
  ],
  [
    "Session",
    "it asks for Session, which the server does not send: add TokenAuthentication to DEFAULT_AUTHENTICATION_CLASSES",
  ],
])("a shop that asks with %s", async (challenge, advice) => {
  expect(await lineOf(refusing(challenge), "t")).toBe(
    `red not accepted as Token, Bearer or JWT (HTTP 401: Not you.) → ${advice}`,
  );
});
test("a token that is taken by the other scheme is used with it", async () => {
  const { runtime } = otherShop();
  const fetch: Runtime["fetch"] = async (address, init) => {
    const header = new Headers(init.headers).get("authorization") ?? "";
    return header.startsWith("Token") ? json({ detail: "No." }, 401) : runtime.fetch(address, init);
  };
  const { notesWith, linesWith } = await suggest({ ...runtime, fetch });
  expect(linesWith('orders: "')).toHaveLength(1);
  expect(notesWith("set DJANGO_API_AUTH=Bearer")).toHaveLength(1);
});
test("a shop that is not there is said in one line", async () => {
  const { runtime } = otherShop();
  const fetch: Runtime["fetch"] = async () =>
    Promise.reject(Object.assign(new Error(), { code: "ECONNREFUSED" }));
  const { err, code } = await run(["--django", BASE, "--suggest"], {}, { ...runtime, fetch });
  expect({ code, lines: err?.split("\n").length }).toEqual({ code: 2, lines: 1 });
});
