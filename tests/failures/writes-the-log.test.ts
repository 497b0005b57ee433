/** What the operator has to look at is in the log, with its cause, and in no words of the model's. */
import { expect, test } from "bun:test";
import { lanes, textOf } from "../harness/lanes.ts";
import {
  callOnce,
  html,
  http,
  json,
  send,
  serveByHand,
  STATUS,
  TOKEN,
  withoutJitter,
} from "./django-by-hand.ts";

const logged = withoutJitter();
const AT = "django-shop-mcp: GET /api/orders/{order_id}/status/";

test.each([
  ["a web page", html("200 OK"), "web_page"],
  ["a refused token", json("401 Unauthorized", { detail: `Not ${TOKEN}.` }), "http_401"],
  ["an unknown status", http("600 X", {}, "{}"), "http_other"],
  ["status 099", http("099 X", {}, "{}"), "http_other"],
  ["deep JSON", http("200 OK", {}, "[".repeat(100_000)), "too_complex"],
  ["another shape", json("200 OK", {}), "wrong_shape"],
])("%s is one line in the log: where, what, and the model's words", async (_, bytes, code) => {
  logged();
  const { text } = await callOnce(send(bytes));
  expect(text).toContain("operator");
  expect(logged()).toEqual([`${AT} ${code}: ${text}`]);
});

test("a broken connection leaves its code in the log, which no model reads", async () => {
  logged();
  const { text } = await callOnce((socket) => void socket.resetAndDestroy());
  expect(text).not.toContain("ECONNRESET");
  expect(logged()).toEqual([`${AT} broken_off: ${text} ECONNRESET`]);
});

test.each([
  ["a refusal with a reason", json("400 Bad Request", { detail: "No." })],
  ["an unknown id", json("404 Not Found", { detail: "No." })],
  ["a shop that is busy", json("429 Too Many Requests", {})],
  ["a shop that has failed", html("500 Oops")],
])("%s is nothing for the log", async (_, bytes) => {
  logged();
  await callOnce(send(bytes));
  expect(logged()).toEqual([]);
});

test("a change whose end is unclear leaves in the log what came instead", async () => {
  logged();
  using django = await serveByHand(send(html("502 Bad Gateway")));
  const given = { django_api_base: django.base, django_api_token: TOKEN };
  const host = await lanes["memory-legacy"](given, { answer: async () => "accept" });
  const args = { subject: "A gift", message: "Could you wrap it?" };
  const result = await host.callTool({ name: "contact_support", arguments: args });
  await host.close();
  expect(textOf(result)).toStartWith("It is not known whether the shop made the support request");
  expect(logged()).toEqual([
    "django-shop-mcp: unclear, since POST /api/support/requests/ http_5xx: The shop failed to answer the support request (HTTP 502). Try again in a few minutes; if it goes on, tell the user that the shop has a problem.",
  ]);
});

test("a failure of the server itself has its stack in the log only", async () => {
  logged();
  const send = () => Promise.reject(new Error("unreached")).catch(() => undefined as never); // undefined in place of a Response
  const given = { django_api_base: "http://django.test", django_api_token: TOKEN };
  const host = await lanes["memory-legacy"](given, { send });
  const result = await host.callTool(STATUS);
  await host.close();
  expect(textOf(result)).toBe(
    "This server failed unexpectedly. Check what is there before you try once more; if it fails again, the operator finds the cause in the server's log.",
  );
  const [line = "", ...others] = logged();
  expect(line).toMatch(/^django-shop-mcp: internal: .+ TypeError: /);
  expect(others).toEqual([]);
});
