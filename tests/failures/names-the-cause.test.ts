/** Whatever Django does, the tool returns one sentence of ours. It is all that the model reads. */
import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { lanes, textOf } from "../harness/lanes.ts";
import {
  callOnce,
  html,
  http,
  json,
  LIST,
  SEARCH,
  send,
  serveByHand,
  STATUS,
  TOKEN,
  trouble,
  withoutJitter,
} from "./django-by-hand.ts";

withoutJitter();

interface Failure {
  what: string;
  answer: (socket: Socket, nth: number) => void;
  call?: { name: string; arguments: Record<string, unknown> };
  words: string;
  /** How many requests reach Django: 1, or 3 where trying again may help. */
  requests: number;
}

const webPage = (status: number) =>
  `The shop answered the order status with a web page instead of JSON (HTTP ${status}). Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS.`;
const loginPage = (status: number) =>
  `The shop answered the order status with its login page (HTTP ${status}). Trying again will not help: the operator has to check DJANGO_API_BASE and DJANGO_API_TOKEN, and that the shop's views accept a token instead of a browser's session.`;
const empty = (status: number) =>
  `The shop answered the order status with an empty answer (HTTP ${status}). Trying again will not help: the operator has to find out why the shop sends no JSON.`;
const badJson = (why = "") =>
  `The shop answered the order status with JSON that is invalid or cut off (HTTP 200)${why}. Trying again will not help: the operator has to fix what the shop's view sends.`;
const notJson =
  "The shop answered the order status with something other than JSON (HTTP 200). Trying again will not help: the operator has to check DJANGO_API_BASE, and what the shop's view sends.";
const badToken = (reason: string, advice = "check DJANGO_API_TOKEN and DJANGO_API_AUTH") =>
  `The shop rejected this server's token, or requires one${reason}. Trying again will not help: the operator has to ${advice}.`;
const forbidden = (reason: string) =>
  `This account is not allowed to use the shop's order status like this${reason}. Trying again will not help; the shop's staff may be able to do it.`;
const refused = (status: number, reason = "") =>
  `The shop refused the order status (HTTP ${status})${reason}. The same call would be refused again: tell the user, and do without it.`;
const unknownStatus = (status: number) =>
  `The shop answered the order status with HTTP status ${status}, which is none that a shop should send. Trying again will not help: the operator has to check what answers at DJANGO_API_BASE.`;
const notOffered =
  "This shop has no order status: there is no GET /api/orders/{order_id}/status/. Do without it, or tell the user that this shop does not offer it here.";
const badHttp =
  "What answered the order status does not speak HTTP as it should. Trying again will not help: the operator has to check what listens at DJANGO_API_BASE.";
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
    words: webPage(400),
    requests: 1,
  },
  {
    what: "401",
    answer: send(json("401 Unauthorized", { detail: "Invalid token." })),
    words: badToken(": Invalid token"),
    requests: 1,
  },
  {
    what: "403",
    answer: send(
      json("403 Forbidden", { detail: "You do not have permission to perform this action." }),
    ),
    words: forbidden(": You do not have permission to perform this action"),
    requests: 1,
  },
  {
    what: "403 that repeats the token",
    answer: send(json("403 Forbidden", { detail: `Not with ${TOKEN}!`, status_code: 403 })),
    words: forbidden(": Not with …!"),
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
    words: trouble(503).replace("a few minutes", "at least 3600 s"),
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
  { what: "a web page with 200", answer: send(html("200 OK")), words: webPage(200), requests: 1 },
  {
    what: "an empty body",
    answer: send(http("200 OK", { "Content-Type": "application/json" }, "")),
    words: empty(200),
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
});

/** An answer of a kind: its status line, its body, other headers; and what is said of it. */
type Answer = [
  what: string,
  status: string,
  body: string,
  headers: Record<string, string>,
  words: string,
];
const JSON_TYPE = { "Content-Type": "application/json" };
const HTML_TYPE = { "Content-Type": "text/html" };
const answers: Answer[] = [
  ["204", "204 No Content", "", {}, empty(204)],
  ["205", "205 Reset Content", "", {}, empty(205)],
  ["200 with blanks alone", "200 OK", " \n", JSON_TYPE, empty(200)],
  ["400 without a body", "400 Bad Request", "", {}, empty(400)],
  [
    "a form that asks for a password",
    "200 OK",
    '<form><input type="password"></form>',
    {},
    loginPage(200),
  ],
  [
    "a page that is titled Log in",
    "200 OK",
    "<title>Log in | Shop</title>",
    HTML_TYPE,
    loginPage(200),
  ],
  [
    "a page about a catalog in stock",
    "200 OK",
    "<title>Our catalog in stock</title>",
    {},
    webPage(200),
  ],
  [
    "Django's redirect to its login",
    "302 Found",
    "",
    { Location: "/accounts/login/?next=/api/" },
    loginPage(302),
  ],
  ["NaN", "200 OK", '{"status": "shipped", "weight": NaN}', JSON_TYPE, badJson(": NaN is no JSON")],
  ["-Infinity", "200 OK", "[1, -Infinity]", {}, badJson(": -Infinity is no JSON")],
  ["JSON that ends early", "200 OK", '{"status": "ship', JSON_TYPE, badJson()],
  ["Python's repr of a dict", "200 OK", "{'status': 'shipped'}", JSON_TYPE, badJson()],
  ["plain text", "200 OK", "shipped", { "Content-Type": "text/plain" }, notJson],
  ["plain text that says it were JSON", "200 OK", "shipped", JSON_TYPE, badJson()],
  ["XML", "200 OK", '<?xml version="1.0"?><status>shipped</status>', {}, notJson],
  ["JSONP", "200 OK", 'callback({"status": "shipped"})', {}, notJson],
  ["a body in Latin-1 as UTF-8", "200 OK", '{"status": "shipped"', JSON_TYPE, badJson()],
  ["402", "402 Payment Required", "{}", {}, refused(402)],
  ["405", "405 Method Not Allowed", '{"detail": "Method \\"GET\\" not allowed."}', {}, notOffered],
  [
    "410",
    "410 Gone",
    '{"detail": "Archived."}',
    {},
    "Nothing was found under 1036 (order status): the id does not exist, or it does not belong to this account. Check it with the user, or look it up with a list or search tool.",
  ],
  ["418", "418 I'm a teapot", "", {}, refused(418)],
  [
    "451",
    "451 Unavailable For Legal Reasons",
    '{"detail": "Not here."}',
    {},
    refused(451, ": Not here"),
  ],
  ["409 without a reason", "409 Conflict", "<h1>Conflict</h1>", HTML_TYPE, refused(409)],
  ["501", "501 Not Implemented", "", {}, notOffered],
  ["099", "099 X", "{}", {}, unknownStatus(99)],
  ["000", "000 X", "{}", {}, unknownStatus(0)],
  ["600", "600 X", "{}", {}, unknownStatus(600)],
  ["999", "999 Blocked", "<h1>no</h1>", HTML_TYPE, unknownStatus(999)],
  ["304", "304 Not Modified", "", {}, unknownStatus(304)],
  ["300 without a location", "300 Multiple Choices", "", {}, unknownStatus(300)],
  ["1000", "1000 X", "{}", {}, badHttp],
  ["101", "101 Switching Protocols", "", { Upgrade: "websocket", Connection: "Upgrade" }, badHttp],
];
/** Answers that another attempt may be better than. */
const failing: Answer[] = [
  ["507", "507 Insufficient Storage", "", {}, trouble(507)],
  ["408", "408 Request Timeout", "", {}, trouble(408)],
  ["425", "425 Too Early", "", {}, trouble(425)],
];

for (const [requests, list] of [
  [1, answers],
  [3, failing],
] as const)
  test.each([...list])("a tool reports %s", async (_, status, body, headers, words) => {
    const reply = await callOnce(send(http(status, headers, body)));
    expect(reply.text).toBe(words);
    expect(reply.result.isError).toBe(true);
    expect(reply.requests).toBe(requests);
  });

test.each([
  ["a mail server", "220 mail.example ESMTP\r\n"],
  ["an SSH server", "SSH-2.0-OpenSSH_9.2\r\n"],
  ["a header without a colon", "HTTP/1.1 200 OK\r\nOops\r\n\r\n"],
  ["a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
])("a tool reports %s as broken HTTP", async (_, bytes) => {
  expect((await callOnce(send(Buffer.from(bytes)))).text).toBe(badHttp);
});

describe("a 403", () => {
  const cases: [detail: string, code?: string][] = [
    ["Invalid token."],
    ["Invalid token header. No credentials provided."],
    ["Authentication credentials were not provided."],
    ["Incorrect authentication credentials."],
    ["User inactive or deleted."],
    ["Signature has expired."],
    ["Error decoding signature."],
    ["Token is invalid or expired", "token_not_valid"],
    ["Given token not valid for any token type", "token_not_valid"],
    ["Authorization header must contain two space-delimited values", "bad_authorization_header"],
    ["Ungültiger Token"],
    ["Anmeldedaten fehlen."],
    ["Autentiseringsuppgifter ej tillhandahållna."],
    ["Informations d'authentification non fournies."],
    ["Wer bist du?", "not_authenticated"],
  ];
  test.each(cases)("is about the token: %s", async (detail, code = "") => {
    const reply = await callOnce(send(json("403 Forbidden", code ? { detail, code } : { detail })));
    const isOfAccount = detail.startsWith("User ");
    const advice = isOfAccount
      ? "have its account activated in the shop, or use another account"
      : undefined;
    expect(reply.text).toBe(badToken(`: ${detail.replace(/\.$/, "")}`, advice));
  });
  test("is about the token in simplejwt's whole answer, also with 401", async () => {
    const detail = "Given token not valid for any token type";
    const message = {
      token_class: "AccessToken",
      token_type: "access",
      message: "Token is expired",
    };
    const body = { detail, code: "token_not_valid", messages: [message] };
    for (const status of ["401 Unauthorized", "403 Forbidden"])
      expect((await callOnce(send(json(status, body)))).text).toBe(badToken(`: ${detail}`));
  });
  test("is about the token in a list of errors", async () => {
    const error = { code: "not_authenticated", detail: "Who are you?", attr: null };
    const reply = await callOnce(send(json("403 Forbidden", { errors: [error] })));
    expect(reply.text).toStartWith("The shop rejected this server's token");
  });
  test.each([
    "You do not have permission to perform this action.",
    "Only staff may look at other customers.",
    "This gift card token has expired.",
    "The payment token is invalid.",
    "Your account has no token balance left to spend.",
  ])("is about the account: %s", async (detail) => {
    const reply = await callOnce(send(json("403 Forbidden", { detail })));
    expect(reply.text).toBe(forbidden(`: ${detail.replace(/\.$/, "")}`));
  });
  test("without a reason about the account comes from a firewall, or from Django's CSRF check", async () => {
    const expected =
      "The shop, or what stands before it, forbids the order status (HTTP 403). Trying again will not help: the operator has to check DJANGO_API_TOKEN, and whether a firewall or Django's CSRF check refuses this server.";
    for (const answer of [html("403 Forbidden"), http("403 Forbidden", {}, ""), json("403 X", {})])
      expect((await callOnce(send(answer))).text).toBe(expected);
  });
  test("is about a browser's session where Django REST framework says so", async () => {
    const csrf = json("403 Forbidden", { detail: "CSRF Failed: CSRF token missing." });
    expect((await callOnce(send(csrf))).text).toBe(
      "The shop refused the order status by its CSRF check (HTTP 403): it takes it for a browser's session, and this server has none. Trying again will not help: the operator has to let the shop's view accept a token.",
    );
  });
});
