/** Whether the token is accepted, and by which scheme. */
import { describe, expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import { BASE, type Change, examined, json, mock, ORDERS, spoken, tokenOf } from "./run-doctor.ts";

describe("authentication", () => {
  const refuse =
    (is: (header: string) => number | undefined): Change =>
    (body, url, init) => {
      const status = is(tokenOf(init));
      return status && !/schema/.test(url.pathname) ? json({ detail: "Not you." }, status) : body;
    };
  test.each<[string, Change, string]>([
    [
      "by the other scheme",
      refuse((header) => (header.startsWith("Token") ? 401 : undefined)),
      "red not as Token, but as Bearer → set DJANGO_API_AUTH=Bearer",
    ],
    [
      "by neither",
      refuse(() => 401),
      "red neither as Token nor as Bearer (HTTP 401: Not you.) → manage.py drf_create_token USER",
    ],
    [
      "of an account that may not",
      refuse((header) => (header.includes("no-such") ? 401 : 403)),
      "red the token holds, but its account may not (HTTP 403: Not you.) → give it the permission, or another token",
    ],
    [
      "403 for any token",
      refuse(() => 403),
      "red as for a wrong token (HTTP 403: Not you.) → give one that holds; TokenAuthentication first makes it a 401",
    ],
    [
      "asked of nobody",
      (body, url, init) =>
        tokenOf(init) || !ORDERS.test(url.pathname) ? body : json({ results: [{ order_id: "1" }] }),
      "red /api/orders/?q=a&limit=1 shows orders to anybody → permission_classes = [IsAuthenticated]",
    ],
  ])("%s", async (_, change, line) => {
    const { outside } = mock(change);
    expect((await examined(outside)).of("authentication")).toEqual([line]);
  });

  test("none given", async () => {
    const { outside } = mock();
    const report = await examined(outside, ["--django", BASE]);
    expect(report.of("authentication")).toEqual([
      "amber no token is given: the catalog only → give --token, or DJANGO_API_TOKEN",
    ]);
    expect(report.tools.works).toEqual(["search_products", "get_product", "get_shop_info"]);
  });

  test("the scheme that is found is used and told to set", async () => {
    const { outside } = mock(refuse((header) => (header.startsWith("Token") ? 401 : undefined)));
    const report = await examined(outside);
    expect(report.bad).toHaveLength(1);
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE, DJANGO_API_AUTH: "Bearer" });
  });

  test.each([
    ["a line break", "secret\n", "has a line break in it → take it off: it is often copied along"],
    ["a space", "se cret", "has a space in it → copy it again"],
    [
      "its scheme",
      "Token secret",
      "begins with its scheme → give the key alone, and the scheme by --auth",
    ],
    [
      "a letter of no header",
      "sécret",
      "has a character in it that no header carries → copy it again",
    ],
  ])("a token with %s is said before anything is sent", async (_, token, fault) => {
    const { outside, sent } = mock();
    const report = await examined(outside, ["--django", BASE, "--token", token]);
    expect(report.lines.map(spoken)).toEqual([`red nothing was sent: it ${fault}`]);
    expect(report.code).toBe(1);
    expect(sent).toEqual([]);
    const env = await run(["--json"], { DJANGO_API_BASE: BASE, DJANGO_API_TOKEN: token }, outside);
    expect(env.out).toContain(fault.split(" → ")[0] ?? "");
  });
});
