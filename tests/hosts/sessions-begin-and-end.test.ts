/** Sessions over HTTP: who is given one, what is answered in it, and how it ends. */
import { afterAll, describe, expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import { serveHttp } from "../../http/serve.ts";
import { openShop, settingsSchema } from "../../server.ts";
import { begin, connectHost, messagesOf, no, PING, refusal, send, serve } from "./http-sessions.ts";
import { initialize, NO_SHOP, rpc } from "./start-program.ts";

const noShop = openShop(settingsSchema.parse({ django_api_base: NO_SHOP.DJANGO_API_BASE }));
const http = serve(noShop);
const { url } = http;
afterAll(http.stop);

const UNKNOWN = {
  status: 404,
  message:
    "This server has no such session: it was ended or idle for too long, or the server was restarted. Connect again, with initialize.",
};

describe("a session", () => {
  test.each<[string, object, boolean]>([
    ["that can ask", { elicitation: {} }, true],
    ["that can show a form", { elicitation: { form: {} } }, true],
    ["that cannot ask", {}, false],
    ["that has a model and roots", { sampling: {}, roots: {} }, false],
  ])("is given to a host %s, if it is: %j", async (_, capabilities, isGiven) => {
    expect((await begin(url, capabilities)) !== undefined).toBe(isGiven);
  });
  test.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "is given to a host of %s",
    async (protocolVersion) => {
      const { params, ...rest } = initialize({ elicitation: {} });
      const response = await send(url, { ...rest, params: { ...Object(params), protocolVersion } });
      expect(response.headers.get("mcp-session-id")).toMatch(/^[\da-f-]{36}$/);
      expect(await response.text()).toContain(`"protocolVersion":"${protocolVersion}"`);
    },
  );
  test("is not given to a host of 2026-07-28", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
    };
    const headers = { "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list" };
    for (const id of [undefined, "no such session"]) {
      const response = await send(url, rpc(1, "tools/list", { _meta }), id, headers);
      expect(response.status).toBe(200);
      expect(response.headers.has("mcp-session-id")).toBe(false);
    }
  });
  test("that is refused takes nobody's place", async () => {
    await using small = serve(noShop, { maxSessions: 1 });
    const id = await begin(small.url);
    const asking = initialize({ elicitation: {} });
    const refused = await send(small.url, asking, undefined, { Accept: "text/html" });
    expect(refused.status).toBe(406);
    expect((await send(small.url, PING, id)).status).toBe(200);
  });
  test("is not begun twice", async () => {
    const id = await begin(url);
    expect((await refusal(await send(url, initialize({ elicitation: {} }), id))).status).toBe(400);
    expect((await send(url, PING, id)).status).toBe(200);
  });
  test("answers GET with 405, since nothing is pushed", async () => {
    const headers = { Accept: "text/event-stream" };
    for (const id of [await begin(url), "no such session", undefined])
      expect((await refusal(await send(url, undefined, id, headers, "GET"))).status).toBe(405);
  });
  test("ends with DELETE, and is unknown then", async () => {
    const id = await begin(url);
    const other = await begin(url);
    const badVersion = { "MCP-Protocol-Version": "1999-01-01" };
    expect((await send(url, undefined, id, badVersion, "DELETE")).status).toBe(400);
    expect((await send(url, PING, id)).status).toBe(200);
    expect((await send(url, undefined, id, {}, "DELETE")).status).toBe(200);
    expect(await refusal(await send(url, PING, id))).toEqual(UNKNOWN);
    expect(await refusal(await send(url, undefined, id, {}, "DELETE"))).toEqual(UNKNOWN);
    expect((await send(url, PING, other)).status).toBe(200);
    expect((await send(url, undefined, undefined, {}, "DELETE")).status).toBe(405);
  });
  test("ends when the 1.x client ends it", async () => {
    const host = await connectHost(url, no);
    const { sessionId } = host.session;
    await host.end();
    await host.close();
    expect(await refusal(await send(url, PING, sessionId))).toEqual(UNKNOWN);
  });
  test.each(["no such session", "", "__proto__", crypto.randomUUID()])(
    "with the id %j is unknown",
    async (id) => {
      const headers = { "Mcp-Session-Id": id };
      expect(await refusal(await send(url, PING, undefined, headers))).toEqual(UNKNOWN);
      const initializing = await send(url, initialize({ elicitation: {} }), undefined, headers);
      expect(await refusal(initializing)).toEqual(UNKNOWN);
    },
  );
  test("of another server is unknown", async () => {
    await using other = serve(noShop);
    expect(await refusal(await send(url, PING, await begin(other.url)))).toEqual(UNKNOWN);
  });
});

describe("a session that is idle", () => {
  const HOUR = 3600 * 1000;
  test("for twelve hours lives on, for longer it ends", async () => {
    let time = 0;
    await using held = serve(noShop, { now: () => time });
    const id = await begin(held.url);
    for (let day = 0; day < 3; day++) {
      time += 12 * HOUR;
      expect((await send(held.url, PING, id)).status).toBe(200);
    }
    time += 12 * HOUR + 1;
    expect(await refusal(await send(held.url, PING, id))).toEqual(UNKNOWN);
  });
});

describe("a session that listens", () => {
  const updates = { admit: async () => [] };
  const opening = { Accept: "text/event-stream" };
  test("lives on, however long nothing is said; once it does not, it ends like another", async () => {
    let time = 0;
    await using held = serve(noShop, { now: () => time, updates });
    const id = await begin(held.url);
    const stream = (await send(held.url, undefined, id, opening, "GET")).body?.getReader();
    expect((await stream?.read())?.done).toBe(false);
    time += 48 * 3600 * 1000;
    expect(await begin(held.url)).toBeDefined(); // which ends those that are idle
    expect((await send(held.url, PING, id)).status).toBe(200);
    await stream?.cancel();
    let status = 200;
    while (status === 200) {
      time += 13 * 3600 * 1000; // until the end of its stream is heard of
      status = (await send(held.url, PING, id)).status;
    }
    expect(status).toBe(404);
  });
  test("keeps its place before those that do not, however long ago it was used", async () => {
    await using small = serve(noShop, { maxSessions: 2, updates });
    const [listening, other] = [await begin(small.url), await begin(small.url)];
    const stream = (await send(small.url, undefined, listening, opening, "GET")).body?.getReader();
    expect((await stream?.read())?.done).toBe(false);
    expect((await send(small.url, PING, other)).status).toBe(200);
    const next = await begin(small.url);
    const ids = [listening, other, next];
    const answers = await Promise.all(ids.map((id) => send(small.url, PING, id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
    await stream?.cancel();
  });
  test("gives up its place where all others listen, too", async () => {
    await using small = serve(noShop, { maxSessions: 1, updates });
    const id = await begin(small.url);
    const stream = (await send(small.url, undefined, id, opening, "GET")).body?.getReader();
    expect((await stream?.read())?.done).toBe(false);
    expect(await begin(small.url)).toBeDefined();
    expect((await stream?.read())?.done).toBe(true);
    expect(await refusal(await send(small.url, undefined, id, opening, "GET"))).toEqual(UNKNOWN);
  });
  test("has no stream without an id, nor in a server that hears of nothing", async () => {
    await using hearing = serve(noShop, { updates });
    expect((await send(hearing.url, undefined, undefined, opening, "GET")).status).toBe(405);
    expect(await begin(hearing.url, {})).toBeUndefined();
    expect(await begin(`${hearing.url}?listen`, {})).toMatch(/^[\da-f-]{36}$/);
    expect(await begin(`${url}?listen`, {})).toBeUndefined();
  });
});

/** A server whose only tool waits until it is let go on. (Bun sends the head of a stream with its first part.) */
function waitingServer() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const create = () => {
    const server = new McpServer({ name: "t", version: "1" });
    server.registerTool("wait", {}, async () => {
      (calls++ ? second : first).resolve();
      await promise;
      return { content: [{ type: "text", text: "waited" }] };
    });
    return server;
  };
  const [called, calledAgain] = [first.promise, second.promise];
  return { create, called, calledAgain, letGo: resolve };
}
const WAIT = rpc(7, "tools/call", { name: "wait", arguments: {} });

describe("where there are too many sessions", () => {
  test("the least recently used one ends", async () => {
    await using small = serve(noShop, { maxSessions: 2 });
    const [first, second] = [await begin(small.url), await begin(small.url)];
    expect((await send(small.url, PING, first)).status).toBe(200);
    const third = await begin(small.url);
    expect(await refusal(await send(small.url, PING, second))).toEqual(UNKNOWN);
    expect((await send(small.url, PING, first)).status).toBe(200);
    expect((await send(small.url, PING, third)).status).toBe(200);
  });
  test("one with a call under way stays; if all have one, the next host is refused", async () => {
    const { create, called, calledAgain, letGo } = waitingServer();
    let time = 0;
    const small = serveHttp(create, 0, { maxSessions: 2, now: () => time });
    const [busy, idle] = [await begin(small.url), await begin(small.url)];
    const waiting = send(small.url, WAIT, busy);
    await called;
    const next = await begin(small.url);
    expect((await send(small.url, PING, idle)).status).toBe(404);
    time = 1e12;
    const last = await begin(small.url);
    const alsoWaiting = send(small.url, WAIT, last);
    await calledAgain;
    expect((await send(small.url, PING, next)).status).toBe(404);
    expect(await refusal(await send(small.url, initialize({ elicitation: {} })))).toEqual({
      status: 503,
      message:
        "This server holds no more sessions, and each has a call under way. Try again in a minute.",
    });
    expect((await send(small.url, initialize())).status).toBe(200); // without a session
    letGo();
    expect(await (await waiting).text()).toContain("waited");
    expect(await (await alsoWaiting).text()).toContain("waited");
    expect(await begin(small.url)).toBeDefined();
    await small.stop();
  });
  test("no more are held, however many come at once", async () => {
    await using small = serve(noShop, { maxSessions: 3 });
    const ids = await Promise.all(Array.from({ length: 20 }, () => begin(small.url)));
    const pings = await Promise.all(ids.map((id) => send(small.url, PING, id)));
    expect(pings.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(3);
  });
});

describe("in a session", () => {
  test("a request with the id of one under way is refused", async () => {
    const { create, called, letGo } = waitingServer();
    const { url, stop } = serveHttp(create, 0);
    const id = await begin(url);
    const waiting = send(url, WAIT, id);
    await called;
    for (const body of [WAIT, [WAIT], [PING, PING]])
      expect(await refusal(await send(url, body, id))).toEqual({
        status: 400,
        message: "The id of a request must not be that of one which is still to be answered.",
      });
    letGo();
    expect(await (await waiting).text()).toContain("waited");
    expect((await send(url, WAIT, id)).status).toBe(200);
    await stop();
  });
  test("a call ends with its cancellation, and so does its stream", async () => {
    const { create, called } = waitingServer();
    const { url, stop } = serveHttp(create, 0);
    const id = await begin(url);
    const waiting = send(url, WAIT, id);
    await called;
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 7 },
    };
    expect((await send(url, cancelled, id)).status).toBe(202);
    expect(await Array.fromAsync(messagesOf(await waiting))).toEqual([]);
    await stop();
  });
  test("a cancelled call leaves the others of its batch their stream", async () => {
    const { create, called, letGo } = waitingServer();
    const { url, stop } = serveHttp(create, 0);
    const id = await begin(url);
    const waiting = send(url, [WAIT, { ...WAIT, id: 8 }], id);
    await called;
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 7 },
    };
    await send(url, cancelled, id);
    await send(url, PING, id); // a turn later
    letGo();
    const answers = await Array.fromAsync(messagesOf(await waiting));
    expect(answers.map((answer) => answer.id)).toEqual([8]);
    await stop();
  });
  test("the bounds and guards are those of every request", async () => {
    const id = await begin(url);
    const statusOf = async (body: unknown, headers = {}, method = "POST") =>
      (await send(url, body, id, headers, method)).status;
    expect(await statusOf({ ...PING, pad: "x".repeat(256 * 1024) })).toBe(413);
    expect(await statusOf(Array(21).fill(PING))).toBe(400);
    expect(await statusOf([])).toBe(400);
    expect(await statusOf(rpc(null, "ping"))).toBe(400);
    expect(await statusOf(PING, { "Content-Type": "text/plain" })).toBe(415);
    expect(await statusOf(PING, { "MCP-Protocol-Version": "1999-01-01" })).toBe(400);
    for (const method of ["POST", "DELETE"]) {
      const body = method === "POST" ? PING : undefined;
      expect(await statusOf(body, { Host: "evil.example" }, method)).toBe(403);
      expect(await statusOf(body, { Origin: "https://evil.example" }, method)).toBe(403);
      expect(await statusOf(body, { "X-Forwarded-For": "203.0.113.7" }, method)).toBe(403);
    }
    const Origin = "http://localhost:5173";
    const answer = await send(url, PING, id, { Origin });
    expect(answer.headers.get("mcp-session-id")).toBe(id ?? "");
    expect(answer.headers.get("access-control-allow-origin")).toBe(Origin);
    expect(answer.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
  });
});
