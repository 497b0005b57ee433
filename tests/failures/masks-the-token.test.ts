/** A refusal that repeats the token does not show it; a refusal that merely has a word of it is left alone. */
import { describe, expect, test } from "bun:test";
import { lanes, textOf } from "../harness/lanes.ts";
import { maskSecret } from "../../shop/errors.ts";
import { json, send, serveByHand, STATUS, withoutJitter } from "./django-by-hand.ts";

withoutJitter();

const JWT = `eyJhbGciOiJIUzI1NiJ9.${"eyJ1c2VyX2lkIjoxfQ".repeat(20)}.c2lnbmF0dXJl-_`;

async function refusedWith(token: string, body: unknown) {
  using django = await serveByHand(send(json("403 Forbidden", body)));
  const host = await lanes["memory-legacy"]({
    django_api_base: django.base,
    django_api_token: token,
  });
  const result = await host.callTool(STATUS);
  await host.close();
  return textOf(result);
}

describe("a refusal", () => {
  test.each<[string, string, unknown]>([
    ["as it is", "a-secret-token", { detail: "Not with a-secret-token!" }],
    ["as the name of a field", "a-secret-token", { "a-secret-token": ["Not this one."] }],
    ["in quotes", "a$ecret+token/=", { detail: 'Not with "a$ecret+token/=".' }],
    [
      "percent-encoded",
      "a$ecret+token/=",
      { detail: "/api/?token=a%24ecret%2Btoken%2F%3D failed" },
    ],
    ["that is longer than a reason may be", JWT, { detail: `Not with ${JWT}, since no.` }],
  ])("does not show a token %s", async (_, token, body) => {
    const text = await refusedWith(token, body);
    expect(text).toContain("…");
    for (const part of [token, encodeURIComponent(token), token.slice(0, 20)])
      expect(text).not.toContain(part);
  });

  test.each<[string, string]>([
    ["order", "This order is not payable."],
    ["a", "A plain refusal."],
    ["shipping", "The reshipping of this is closed."],
    ["shipping", "No shippings today."],
    ["shipping", "A shipping_class is missing."],
  ])("keeps its words where the token is %s: %s", async (token, detail) => {
    expect(await refusedWith(token, { detail })).toContain(detail.replace(/\.$/, ""));
  });
});

test("a text without a secret is unchanged", () => {
  expect(maskSecret("As it is.")).toBe("As it is.");
});
