/**
 * A canary for each secret, in every way in which a shop, its login, its proxy or the network can fail, from a Django
 * that repeats whatever it was sent: it is in no result, no line on stderr or of a log, no span, no metric and no audit
 * log.
 */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Socket } from "node:net";
import { openShop, settingsSchema, type Shop } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openAudit } from "../../telemetry/audit.ts";
import { countCalls } from "../../telemetry/metrics.ts";
import { servePrometheus } from "../../telemetry/prometheus.ts";
import { hostFor } from "../changes/json-rpc-host.ts";
import { http, json, serveByHand } from "../failures/django-by-hand.ts";
import type { SettingsInput } from "../harness/lanes.ts";
import { PUBLIC_URL, serveGuarded } from "../gate/guarded-server.ts";
import { callTool, observeInMemory, STATUS } from "./observed-shop.ts";

/** Each is its own kind of text: long ones are cut, and some have to be encoded. */
const TOKEN = "canary-token-6LdS0Zm3pXq8";
const JWT = `eyJhbGciOiJIUzI1NiJ9.${"eyJjYW5hcnkiOiJ0b2tlbiJ9".repeat(9)}.Y2FuYXJ5LXNpZ25hdHVyZS1vZi1h`;
const SHORT = "canary7fQ2";
const PASSWORD = "canary pass/word+&%=7";
const LONG_PASSWORD = `canary-${"pass-word-".repeat(25)}`;
const SECRETS = {
  confirmation_key: "canary-confirmation-key-of-32-characters",
  audit_key: "canary-audit-key-of-32-characters-or-more",
};
const folder = mkdtempSync(join(tmpdir(), "secrets-"));
const log = spyOn(console, "error").mockImplementation(() => {});
const noJitter = spyOn(Math, "random").mockReturnValue(0);
afterAll(() => {
  log.mockRestore();
  noJitter.mockRestore();
  rmSync(folder, { recursive: true });
});

/** How a request may be answered that carries a secret: with it. */
type Answer = (secret: string) => Buffer | "reset";
const refused =
  (status: string, body: (secret: string) => unknown): Answer =>
  (secret) =>
    json(status, body(secret));
const head =
  (status: string, name: string, value: (secret: string) => string, body = "{}"): Answer =>
  (secret) =>
    http(status, { "Content-Type": "application/json", [name]: value(secret) }, body);
const notUtf8 = Buffer.from([0x22, 0xff, 0xfe, 0x22]) as unknown as string; // as the type of a body is a text's
const answers: Record<string, Answer> = {
  "a 401 with a detail": refused("401 Unauthorized", (secret) => ({ detail: `Not ${secret}.` })),
  "a 403 with a detail": refused("403 Forbidden", (secret) => ({
    detail: `Not with "${secret}"!`,
  })),
  "a 403 about a token": refused("403 Forbidden", (secret) => ({
    detail: `Token ${secret} is wrong`,
    code: "token_not_valid",
  })),
  "a 400 of a field": refused("400 Bad Request", (secret) => ({ [secret]: [`${secret} is none`] })),
  "a 400 of nested fields": refused("400 Bad Request", (secret) => ({
    a: { b: [{ c: [secret] }] },
  })),
  "a 400 of a code": refused("400 Bad Request", (secret) => ({ detail: "No.", code: secret })),
  "a 400 in percent": refused("400 Bad Request", (secret) => [encodeURIComponent(secret)]),
  "a 404 with a detail": refused("404 Not Found", (secret) => ({ detail: secret })),
  "a 409 with a detail": refused("409 Conflict", (secret) => ({ detail: `${secret}: no` })),
  "a 412 with a detail": refused("412 Precondition Failed", (secret) => ({ detail: secret })),
  "a 418 with a detail": refused("418 Teapot", (secret) => ({ detail: secret })),
  "a 429 with a wait": head("429 Too Many Requests", "Retry-After", () => "0"),
  "a 429 with a wait that is none": head(
    "429 Too Many Requests",
    "Retry-After",
    (secret) => secret,
  ),
  "a 500 with a traceback": (secret) =>
    http("500 Oops", { "Content-Type": "text/html" }, `<pre>${secret}</pre>`),
  "a 503 with a detail": (secret) => json("503 Busy", { detail: secret }, { "Retry-After": "0" }),
  "a status that is none": refused("600 X", (secret) => ({ detail: secret })),
  "a reason phrase": (secret) => json(`400 ${secret.replaceAll(/\s/g, "")}`, { detail: "No." }),
  "a challenge": head(
    "401 Unauthorized",
    "WWW-Authenticate",
    (secret) => `Token realm="${secret}"`,
  ),
  "a redirect": head(
    "302 Found",
    "Location",
    (secret) => `/elsewhere/?${encodeURIComponent(secret)}`,
  ),
  "a redirect to a path": head(
    "302 Found",
    "Location",
    (secret) => `/elsewhere/${encodeURIComponent(secret)}/`,
  ),
  "a redirect to a login": head(
    "302 Found",
    "Location",
    (secret) => `/login/?next=${encodeURIComponent(secret)}`,
  ),
  "a page of a login": (secret) =>
    http("200 OK", { "Content-Type": "text/html" }, `<title>Log in</title>${secret}`),
  "an encoding": head(
    "200 OK",
    "Content-Encoding",
    (secret) => secret.replaceAll(/[^\w-]/g, ""),
    notUtf8,
  ),
  "a charset": head(
    "200 OK",
    "Content-Type",
    (secret) => `text/html; charset=${secret.replaceAll(/\s/g, "")}`,
    notUtf8,
  ),
  "a type": head("200 OK", "Content-Type", (secret) => `x/${encodeURIComponent(secret)}`, "oops"),
  "no JSON": (secret) =>
    http("200 OK", { "Content-Type": "application/json" }, `{"${secret}": oops}`),
  "half of its JSON": (secret) =>
    http("200 OK", { "Content-Type": "application/json" }, `{"status": "${secret}`),
  "another shape": refused("200 OK", (secret) => ({ [secret]: secret })),
  "lists of another shape": refused("200 OK", (secret) => [
    [secret],
    { [secret]: { [secret]: 1 } },
  ]),
  "a shape that is wrong within": refused("200 OK", (secret) => ({
    order_id: "1036",
    status: { [secret]: 1 },
    items: { [secret]: 1 },
  })),
  "an ETag": head("200 OK", "ETag", (secret) => JSON.stringify(encodeURIComponent(secret))),
  "no HTTP": (secret) => Buffer.from(`HTTP/1.1 200 OK\r\n${secret}\r\n\r\n`),
  "a header that is none": (secret) =>
    Buffer.from(`HTTP/1.1 200 OK\r\n${secret}: a\r\nContent-Length: x${secret}\r\n\r\n`),
  "less than it said": (secret) =>
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"a": "${secret}"`),
  "nothing, and a reset": () => "reset",
};

/** The secret in a request of this server's: its credential, or what a login sends. */
const secretIn = (request: string) =>
  /"password":"(.*?)"[,}]/.exec(request)?.[1] ??
  /^authorization: \S+ (.*)$/im.exec(request)?.[1] ??
  "none";

/** All that is said anywhere of calls to such a shop. */
async function everythingSaid(
  settings: Partial<SettingsInput>,
  play: (secret: string, line: string) => Buffer | "reset",
  tables?: Parameters<typeof defineShop>[0],
  assertion?: string,
) {
  const heard = new Set<string>();
  const django = await serveWhole((socket, request) => {
    const [line = ""] = request.split(" HTTP/");
    heard.add(secretIn(request));
    const answer = play(secretIn(request), line);
    if (answer === "reset") socket.resetAndDestroy();
    else socket.end(answer);
  });
  const prometheus = await servePrometheus({
    name: "shop",
    version: "1",
    host: "127.0.0.1",
    port: 0,
  });
  const metrics = countCalls(prometheus.meter, "tcp");
  const seen = observeInMemory({ listeners: [metrics], withData: true });
  const file = join(folder, `${Bun.randomUUIDv7()}.log`);
  const audit = openAudit({ file, secret: SECRETS.audit_key, report: console.error });
  const given = { django_api_base: django.base, timeout: 1, ...SECRETS, ...settings };
  const observed = { ...seen.observer, audit, report: undefined }; // so that stderr has what it has without a log
  const opened = openShop(settingsSchema.parse(given), {
    observer: observed,
    assertionFor: () => async () => assertion ?? "",
    dialect: tables && defineShop(tables),
  });
  const caller = {
    identity: { issuer: "https://id.example", subject: "mia" },
    scopes: new Set<string>(),
  };
  const shop: Shop = assertion ? { ...opened, ...opened.actingFor(caller) } : opened;
  const words = [
    await callTool(shop, "get_order_status", { order_id: "1036" }),
    await callTool(shop, "search_products", { query: "linen" }),
    await callTool(shop, "list_orders", {}),
  ];
  const contact = { subject: "A gift", message: "Could you wrap it?" };
  words.push((await hostFor(shop).callAndAccept("contact_support", contact)).text);
  const text = [
    ...words,
    ...log.mock.calls.map((parts) => parts.map((part) => Bun.inspect(part)).join(" ")),
    JSON.stringify(seen.lines),
    ...seen
      .spans()
      .map(({ name, attributes, status, events, links, resource }) =>
        Bun.inspect(
          { name, attributes, status, events, links, resource: resource.attributes },
          { depth: 9 },
        ),
      ),
    await (await fetch(prometheus.url)).text(),
    readFileSync(file, "utf8"),
  ];
  log.mockClear();
  prometheus.close();
  django[Symbol.dispose]();
  return { text: text.join("\n"), heard };
}
/** As `serveByHand`, once a request has arrived as a whole. */
function serveWhole(answer: (socket: Socket, request: string) => void) {
  const arrived = new WeakMap<Socket, string>();
  return serveByHand((socket, _, part) => {
    const request = `${arrived.get(socket) ?? ""}${part}`;
    const [head = "", body] = request.split("\r\n\r\n");
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const isWhole = body !== undefined && Buffer.byteLength(body) >= length;
    arrived.set(socket, isWhole ? "" : request);
    if (isWhole) answer(socket, request);
  });
}

/** A secret as it is, and in the forms that it may take on its way. */
function expectAbsent(text: string, secrets: string[]) {
  for (const secret of secrets)
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
      secret.slice(0, 16),
      secret.slice(-16),
    ])
      expect(text).not.toContain(form);
}

describe.each([
  ["a token", { django_api_token: TOKEN }, [TOKEN]],
  ["a short token", { django_api_token: SHORT }, [SHORT]],
  ["a long JWT", { django_api_token: JWT, django_api_auth: "Bearer" as const }, [JWT]],
])("%s is nowhere when the shop answers with", (_, settings, secrets) => {
  test.each(Object.entries(answers))("%s", async (_, answer) => {
    const { text, heard } = await everythingSaid(settings, answer);
    expect([...heard]).toContain(secrets[0] ?? "");
    expectAbsent(text, [...secrets, ...Object.values(SECRETS)]);
  });

  test("a row that makes a function of the dialect throw it", async () => {
    const fail = (row: { status: string }) => {
      throw new Error(`no status: ${row.status}`);
    };
    const tables = { fields: { order: { status: fail } } };
    const play = refusedWith((secret) => ({ status: secret }));
    const { text } = await everythingSaid(
      settings,
      play,
      tables as Parameters<typeof defineShop>[0],
    );
    expect(text).toContain("no status");
    expectAbsent(text, secrets);
  });
});

test.each(Object.entries(answers))(
  "an assertion for a caller is nowhere when the shop answers with %s",
  async (_, answer) => {
    const { text, heard } = await everythingSaid(
      { oauth_issuer: "https://id.example" },
      answer,
      undefined,
      JWT,
    );
    expect([...heard]).toContain(JWT);
    expectAbsent(text, [JWT]);
  },
);
const refusedWith = (body: (secret: string) => unknown) => refused("200 OK", body);

describe.each([
  ["a password", PASSWORD],
  ["a long password", LONG_PASSWORD],
])("%s, and the tokens of its login, are nowhere when", (_, password) => {
  const login = { django_login: "/api/token/", django_user: "mia", django_password: password };
  const access = [
    "{}",
    JSON.stringify({ exp: 4_000_000_000, canary: 1 }),
    "canary-access-signature",
  ]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  const refresh = "canary-refresh-token-4f9Qk2";
  const all = [password, access, refresh, ...Object.values(SECRETS)];

  test.each(Object.entries(answers))("the login is answered with %s", async (_, answer) => {
    const { text, heard } = await everythingSaid(login, (secret) => answer(secret));
    expect([...heard]).toContain(password);
    expectAbsent(text, all);
  });

  test.each(Object.entries(answers))("the shop answers then with %s", async (_, answer) => {
    const { text, heard } = await everythingSaid(login, (secret, line) =>
      line.includes("/token/") ? json("200 OK", { access, refresh }) : answer(secret),
    );
    expect([...heard]).toContain(access);
    expectAbsent(text, all);
  });
});

describe("a caller's token, and this server's secret at their issuer, are nowhere when it answers", () => {
  const token = "canaryOfTheCallersToken7fQ2";
  const clientSecret = "canary-client-secret-8xZ1";
  const says = (claims: object) => () => Response.json({ active: true, sub: "mia", ...claims });
  const issuerAnswers: Record<string, (sent: string) => Response | Promise<Response>> = {
    "a 401": (sent) => new Response(sent, { status: 401, statusText: token }),
    "a 500": (sent) => Response.json({ error: sent }, { status: 500 }),
    "no JSON": (sent) => new Response(`${token} ${sent}`),
    "half of its JSON": (sent) => new Response(`{"active": "${sent}`),
    "a list": (sent) => Response.json([sent]),
    "that it is not active": (sent) => Response.json({ active: false, error: sent }),
    "another issuer": says({ iss: token }),
    "another audience": says({ aud: token }),
    "another kind of token": says({ aud: PUBLIC_URL, token_type: token }),
    "other scopes": says({ aud: PUBLIC_URL, scope: `${token} ${clientSecret}` }),
    "nobody's name": says({ aud: PUBLIC_URL, sub: [token] }),
    "a redirect": () => Response.redirect(`https://elsewhere.example/?${token}`),
    nothing: (sent) => Promise.reject(new Error(`connect to ${sent} failed`)),
  };
  test.each(Object.entries(issuerAnswers))("%s", async (_, answer) => {
    const heard: string[] = [];
    await using server = serveGuarded({
      oauth: {
        issuer: "https://id.example",
        introspection: { url: "https://id.example/introspect", clientId: "shop", clientSecret },
        async fetch(_url, { headers, body }) {
          const sent = `${new Headers(headers).get("authorization")} ${body}`;
          heard.push(sent);
          return answer(sent);
        },
      },
    });
    const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: STATUS };
    const response = await server.send(body, token);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(heard.join()).toContain(token);
    const said = [await response.text(), ...response.headers.values(), ...server.log];
    const logged = log.mock.calls.map((parts) => parts.map(String).join(" "));
    log.mockClear();
    expectAbsent([...said, ...logged].join("\n"), [token, clientSecret]);
  });
});
