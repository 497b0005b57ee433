/** Every way in which Django can fail, and the exact sentence that the model reads. */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { holdClock } from "./harness/clock.ts";
import { lanes, textOf } from "./harness/lanes.ts";

const noJitter = spyOn(Math, "random").mockReturnValue(0);
afterAll(() => noJitter.mockRestore());

/** A Django whose answers are written to the socket by the test. */
async function serveByHand(answer: (socket: Socket, nth: number) => void) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", (data) => {
      const [line = ""] = data.toString().split(" HTTP/");
      answer(socket, requests.push(line));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { base: `http://127.0.0.1:${address.port}`, requests, [Symbol.dispose]: stop };
}

const http = (status: string, headers: Record<string, string>, body: string | Buffer) => {
  const length = { "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
  const head = Object.entries({ ...length, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status}`, ...head, "", ""].join("\r\n")),
    Buffer.from(body),
  ]);
};
const json = (status: string, body: unknown, headers = {}) =>
  http(status, { "Content-Type": "application/json", ...headers }, JSON.stringify(body));
const html = (status: string, headers = {}) =>
  http(status, { "Content-Type": "text/html", ...headers }, "<h1>secret traceback</h1>");
const send = (bytes: Buffer) => (socket: Socket) => void socket.end(bytes);

const TOKEN = "a-secret-token";
const STATUS = { name: "get_order_status", arguments: { order_id: "1036" } };
const LIST = { name: "list_orders", arguments: {} };
const SEARCH = { name: "search_products", arguments: { query: "linen" } };

interface Failure {
  what: string;
  answer: (socket: Socket, nth: number) => void;
  call?: { name: string; arguments: Record<string, unknown> };
  words: string;
  /** How many requests reach Django: 1, or 3 where trying again may help. */
  requests: number;
}

const trouble = (status: number) =>
  `The shop failed to answer the order status (HTTP ${status}). Try again in a few minutes; if it goes on, tell the user that the shop has a problem.`;
const notJson = (status: number) =>
  `The shop answered the order status with something other than JSON, such as a login page (HTTP ${status}). Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS.`;
const tooLarge =
  "The shop's answer to the order status exceeds 1 MiB and was not read. Ask for less: a smaller limit, or a narrower search.";
const brokenOff =
  "The connection broke off before the shop's answer to the order status was complete. Nothing was changed; try again.";
const wrongShape = (where: string) =>
  `The shop answered the order status in an unexpected shape: ${where} is missing or has another type. Trying again will not help: the operator has to compare the shop's serializer with the contract.`;

const failures: Failure[] = [
  {
    what: "400 with field errors",
    call: SEARCH,
    answer: send(
      json("400 Bad Request", {
        min_price: ["A valid number is required."],
        q: ["Too <b>short</b>."],
      }),
    ),
    words:
      "The shop refused the product search (HTTP 400): min_price: A valid number is required; q: Too short. Change the arguments; the same call would be refused again.",
    requests: 1,
  },
  {
    what: "an HTML page with 400, as Django sends for a disallowed Host",
    answer: send(html("400 Bad Request")),
    words: notJson(400),
    requests: 1,
  },
  {
    what: "401",
    answer: send(json("401 Unauthorized", { detail: "Invalid token." })),
    words:
      "The shop rejected this server's token, or requires one. Trying again will not help: the operator has to check DJANGO_API_TOKEN and DJANGO_API_AUTH.",
    requests: 1,
  },
  {
    what: "403",
    answer: send(
      json("403 Forbidden", { detail: "You do not have permission to perform this action." }),
    ),
    words:
      "This account is not allowed to use the shop's order status like this: You do not have permission to perform this action. Trying again will not help; the shop's staff may be able to do it.",
    requests: 1,
  },
  {
    what: "403 that repeats the token",
    answer: send(json("403 Forbidden", { detail: `Not with ${TOKEN}!`, status_code: 403 })),
    words:
      "This account is not allowed to use the shop's order status like this: Not with …!. Trying again will not help; the shop's staff may be able to do it.",
    requests: 1,
  },
  {
    what: "404 JSON of DRF for a list",
    call: LIST,
    answer: send(json("404 Not Found", { detail: "No such customer." })),
    words:
      "The shop refused the order list (HTTP 404): No such customer. Change the arguments; the same call would be refused again.",
    requests: 1,
  },
  {
    what: "a page of 2 MB with 500",
    answer: send(http("500 Oops", { "Content-Type": "text/html" }, "x".repeat(2_000_000))),
    words: trouble(500),
    requests: 3,
  },
  {
    what: "404 JSON of DRF for an id",
    answer: send(json("404 Not Found", { detail: "No Order matches the given query." })),
    words:
      "Nothing was found under 1036 (order status): the id does not exist, or it does not belong to this account. Check it with the user, or look it up with a list or search tool.",
    requests: 1,
  },
  {
    what: "an HTML page with 404 for an id",
    answer: send(html("404 Not Found")),
    words:
      "Nothing was found under 1036 (order status): the id does not exist, or this shop has no order status at all (GET /api/orders/{order_id}/status/). Check the id; another tool may know it.",
    requests: 1,
  },
  {
    what: "an HTML page with 404 for a list",
    call: LIST,
    answer: send(html("404 Not Found")),
    words:
      "This shop has no order list: there is no GET /api/orders/. Do without it, or tell the user that this shop does not offer it here.",
    requests: 1,
  },
  {
    what: "409",
    answer: send(json("409 Conflict", { detail: "Not now.", code: "busy" })),
    words:
      "The shop refused the order status: Not now. Nothing was changed. Trying again will not help while this is so: tell the user, and say what else is possible.",
    requests: 1,
  },
  {
    what: "429 with a Retry-After longer than a call",
    answer: send(json("429 Too Many Requests", { detail: "x" }, { "Retry-After": "120" })),
    words: "The shop has received too many requests. Wait at least 120 s, then try again.",
    requests: 1,
  },
  {
    what: "301",
    answer: send(html("301 Moved Permanently", { Location: "http://127.0.0.1:1/elsewhere/" })),
    words:
      "The shop answered the order status with a redirect (HTTP 301), which is not followed. Trying again will not help: the operator has to set DJANGO_API_BASE to the final address.",
    requests: 1,
  },
  {
    what: "500 as an HTML page",
    answer: send(html("500 Internal Server Error")),
    words: trouble(500),
    requests: 3,
  },
  { what: "502", answer: send(html("502 Bad Gateway")), words: trouble(502), requests: 3 },
  {
    what: "503",
    answer: send(json("503 Service Unavailable", { detail: "x" })),
    words: trouble(503),
    requests: 3,
  },
  {
    what: "503 with a long Retry-After",
    answer: send(html("503 Service Unavailable", { "Retry-After": "3600" })),
    words: trouble(503),
    requests: 1,
  },
  {
    what: "a reset after the request was read",
    answer: (socket) => void socket.resetAndDestroy(),
    words: brokenOff,
    requests: 3,
  },
  {
    what: "a body cut short",
    answer: (socket) =>
      void socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"status": "shi',
      ),
    words: brokenOff,
    requests: 3,
  },
  { what: "a login page with 200", answer: send(html("200 OK")), words: notJson(200), requests: 1 },
  {
    what: "an empty body",
    answer: send(http("200 OK", { "Content-Type": "application/json" }, "")),
    words: notJson(200),
    requests: 1,
  },
  {
    what: "JSON of another shape",
    answer: send(json("200 OK", { state: "shipped" })),
    words: wrongShape("status"),
    requests: 1,
  },
  {
    what: "a list in place of an object",
    answer: send(json("200 OK", ["shipped"])),
    words: wrongShape("the whole answer"),
    requests: 1,
  },
  {
    what: "rows of which none has a name",
    call: SEARCH,
    answer: send(
      json("200 OK", {
        results: [
          { id: 1, label: "Cup" },
          { id: 2, label: "Jug" },
        ],
      }),
    ),
    words: wrongShape("results.0.name").replace("order status", "product search"),
    requests: 1,
  },
  {
    what: "an endless body",
    answer: (socket) =>
      void socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status": "${"x".repeat(3_000_000)}`,
      ),
    words: tooLarge,
    requests: 1,
  },
  {
    what: "a gzip bomb",
    answer: send(
      http(
        "200 OK",
        { "Content-Type": "application/json", "Content-Encoding": "gzip" },
        gzipSync(`"${"x".repeat(50_000_000)}"`),
      ),
    ),
    words: tooLarge,
    requests: 1,
  },
];

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  test.each(failures)(
    "a tool reports $what",
    async ({ answer, call = STATUS, words, requests }) => {
      using django = await serveByHand(answer);
      const host = await lanes[lane]({
        django_api_base: django.base,
        django_api_token: TOKEN,
      });
      const result = await host.callTool(call);
      await host.close();
      expect(textOf(result)).toBe(words);
      expect(result.isError).toBe(true);
      expect(result.structuredContent).toBeUndefined();
      expect(django.requests.length).toBe(requests);
    },
  );

  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
  test.each([
    ["before its first byte", ""],
    ["in the middle of its body", `${head}{"st`],
  ])("get_order_status waits 3 s, three times, for an answer that hangs %s", async (_, bytes) => {
    const clock = holdClock();
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
    const clock = holdClock();
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
    expect(django.requests.length).toBe(15);
    expect((await host.callTool(LIST)).structuredContent).toEqual({ orders: [] });
    await host.close();
  });
});

test("a failure of the server itself is explained in its log only", async () => {
  const log = spyOn(console, "error").mockImplementation(() => {});
  const send = () => Promise.reject(new Error("unreached")).catch(() => undefined as never); // undefined in place of a Response
  const broken = await lanes["memory-legacy"](
    { django_api_base: "http://django.test", django_api_token: TOKEN },
    { send },
  );
  const call = { name: "get_order_status", arguments: { order_id: "7" } };
  expect(textOf(await broken.callTool(call))).toBe(
    "This server failed unexpectedly. Check what is there before you try once more; if it fails again, the operator finds the cause in the server's log.",
  );
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
  await broken.close();
});
