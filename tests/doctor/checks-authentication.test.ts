/** Whether the token is accepted, and by which scheme. */
import { describe, expect, test } from "bun:test";
import { groups } from "../../server.ts";
import { BASE, type Change, json, mockShop, ORDERS, runDoctor, tokenOf } from "./run-doctor.ts";

/** Refuses requests with the status that is given for their Authorization header, if any. */
const refuse =
  (statusFor: (header: string) => number | undefined): Change =>
  (body, url, init) => {
    const status = statusFor(tokenOf(init));
    return status && !/schema/.test(url.pathname) ? json({ detail: "Not you." }, status) : body;
  };
const isScheme = (scheme: string) => (header: string) =>
  header.startsWith(scheme) ? 401 : undefined;

describe("authentication", () => {
  test.each<[string, Change, string]>([
    [
      "accepts only the other scheme",
      refuse(isScheme("Token")),
      "red accepted as Bearer, not as Token → set DJANGO_API_AUTH=Bearer",
    ],
    [
      "accepts neither scheme",
      refuse(() => 401),
      "red not accepted as Token, Bearer or JWT (HTTP 401: Not you.) → create one: manage.py drf_create_token USER",
    ],
    [
      "accepts the token, but gives its account no access",
      refuse((header) => (header.includes("no-such") ? 401 : 403)),
      "red the token is valid, but its account has no access (HTTP 403: Not you.) → give it the permission, or use another token",
    ],
    [
      "answers 403 to any token",
      refuse(() => 403),
      "red refused like a wrong token (HTTP 403: Not you.) → give a valid one; with TokenAuthentication first, a wrong one is a 401",
    ],
    [
      "shows orders without a token",
      (body, url, init) =>
        tokenOf(init) || !ORDERS.test(url.pathname) ? body : json({ results: [{ order_id: "1" }] }),
      "red /api/orders/?q=a&limit=1 shows orders without a token → set permission_classes = [IsAuthenticated]",
    ],
  ])("at a shop that %s", async (_, change, line) => {
    const { runtime } = mockShop({ change });
    expect((await runDoctor(runtime)).linesOf("authentication")).toEqual([line]);
  });

  test("without a token", async () => {
    const { runtime } = mockShop();
    const report = await runDoctor(runtime, ["--django", BASE]);
    expect(report.linesOf("authentication")).toEqual([
      "amber no token: only the catalog can be used → give --token, or set DJANGO_API_TOKEN",
    ]);
    expect(report.tools.works).toEqual(Object.keys(groups.catalog));
  });

  test("goes on with the scheme that works, and recommends it", async () => {
    const { runtime } = mockShop({ change: refuse(isScheme("Token")) });
    const report = await runDoctor(runtime);
    expect(report.notGreen).toHaveLength(1);
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE, DJANGO_API_AUTH: "Bearer" });
  });
});
