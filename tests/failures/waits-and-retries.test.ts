/** How often and how long a tool tries, and what it says in the end. */
import { describe, expect, test } from "bun:test";
import { useFakeClock } from "../harness/clock.ts";
import { lanes, textOf } from "../harness/lanes.ts";
import {
  callOnce,
  html,
  http,
  json,
  LIST,
  send,
  serveByHand,
  STATUS,
  TOKEN,
  trouble,
  withoutJitter,
} from "./django-by-hand.ts";

withoutJitter();

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
  test.each([
    ["before its first byte", ""],
    ["in the middle of its body", `${head}{"st`],
  ])("get_order_status waits 3 s, three times, for an answer that hangs %s", async (_, bytes) => {
    const clock = useFakeClock();
    using django = await serveByHand((socket, nth) => {
      socket.write(bytes);
      clock.waits(String(nth), true);
    });
    const given = { django_api_base: django.base, django_api_token: TOKEN };
    const host = await lanes[lane](given, clock);
    const result = await clock.during(host.callTool(STATUS));
    clock.release();
    expect(textOf(result)).toBe(
      "The shop did not answer the order status within 10 s. Try again in a minute, or ask for less at once.",
    );
    expect(django.requests.length).toBe(3);
    await host.close();
  });

  test("get_order_status ends after 10 s when each answer is a slow 503", async () => {
    const clock = useFakeClock();
    using django = await serveByHand((socket, nth) => {
      clock.waits(String(nth), true);
      setTimeout(() => {
        clock.waits(String(nth), false);
        socket.end(json("503 Service Unavailable", {}, { "Retry-After": "2" }));
      }, 2900);
    });
    const given = { django_api_base: django.base, django_api_token: TOKEN };
    const host = await lanes[lane](given, clock);
    const begun = Date.now();
    const result = await clock.during(host.callTool(STATUS));
    const seconds = (Date.now() - begun) / 1000;
    clock.release();
    await host.close();
    expect(textOf(result)).toStartWith("The shop did not answer the order status within 10 s.");
    expect(seconds).toBeWithin(9.9, 10.3);
    expect(django.requests.length).toBe(3);
  });

  test("get_order_status reports an address where nothing listens", async () => {
    const { base, [Symbol.dispose]: stop } = await serveByHand(() => {});
    stop();
    const host = await lanes[lane]({ django_api_base: base, django_api_token: TOKEN });
    expect(textOf(await host.callTool(STATUS))).toBe(
      "The shop cannot be reached: nothing answers at its address. Try again in a minute; if it goes on, the operator has to check DJANGO_API_BASE.",
    );
    await host.close();
  });

  test("get_order_status succeeds after 503 and 429 with Retry-After 0", async () => {
    const failed = [
      html("503 Service Unavailable"),
      json("429 Too Many Requests", {}, { "Retry-After": "0" }),
    ];
    using django = await serveByHand((socket, nth) =>
      socket.end(failed[nth - 1] ?? json("200 OK", { status: "shipped" })),
    );
    const host = await lanes[lane]({ django_api_base: django.base, django_api_token: TOKEN });
    const result = await host.callTool(STATUS);
    await host.close();
    expect(result.structuredContent).toMatchObject({ order_id: "1036", status: "shipped" });
    expect(django.requests.length).toBe(3);
  });

  test("get_order_status is not sent after five failed calls, while list_orders is", async () => {
    using django = await serveByHand((socket, nth) => {
      const line = django.requests[nth - 1] ?? "";
      socket.end(line.includes("/status/") ? html("500 Oops") : json("200 OK", { results: [] }));
    });
    const host = await lanes[lane]({ django_api_base: django.base, django_api_token: TOKEN });
    for (let call = 0; call < 5; call++)
      expect(textOf(await host.callTool(STATUS))).toBe(trouble(500));
    expect(textOf(await host.callTool(STATUS))).toBe(
      "The order status failed several times in a row, so requests for it are paused. Try again in 10 s.",
    );
    expect(django.requests.length).toBe(13); // the fifth call is not sent again
    expect((await host.callTool(LIST)).structuredContent).toEqual({ orders: [] });
    await host.close();
  });
});

describe("Retry-After of a 429", () => {
  const DATE = "Tue, 24 Nov 2026 10:00:00 GMT"; // of the shop's clock, whatever ours says
  test.each<[string, Record<string, string>, string, number]>([
    ["is absent", {}, "at least 60 s", 1],
    ["is 0", { "Retry-After": "0" }, "a few minutes", 3],
    [
      "is a date in the past",
      { "Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT" },
      "a few minutes",
      3,
    ],
    [
      "is a date in 90 s",
      { "Retry-After": "Tue, 24 Nov 2026 10:01:30 GMT", Date: DATE },
      "at least 90 s",
      1,
    ],
    [
      "is a date of ISO 8601",
      { "Retry-After": "2026-11-24T10:01:30Z", Date: DATE },
      "at least 90 s",
      1,
    ],
    ["is no time", { "Retry-After": "soon" }, "at least 60 s", 1],
    ["is below zero", { "Retry-After": "-5" }, "at least 60 s", 1],
    ["is a fraction", { "Retry-After": "12.5" }, "at least 13 s", 1],
    ["is sent twice", { "Retry-After": "30, 30" }, "at least 30 s", 1],
    ["is longer than a day", { "Retry-After": "9".repeat(400) }, "at least 86400 s", 1],
  ])("%s", async (_, headers, pause, requests) => {
    const reply = await callOnce(send(http("429 Too Many Requests", headers, "{}")));
    expect(reply.text).toBe(
      `The shop has received too many requests. Wait ${pause}, then try again.`,
    );
    expect(reply.requests).toBe(requests);
  });
});
