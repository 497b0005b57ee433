/** The harness itself: every expectation has to fail when it should, in words that say where. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { MEMORY_LANES } from "./lanes.ts";
import { type Backend, mismatch, openMock, outcome, play } from "./play.ts";
import {
  accept,
  call,
  cancel,
  complete,
  decline,
  dismiss,
  ends,
  endless,
  fault,
  garbage,
  gzipBomb,
  hang,
  like,
  page,
  pass,
  prompt,
  read,
  reset,
  resetUnread,
  save,
  say,
  sends,
  slow,
  status,
  type Step,
  story,
  truncated,
  use,
  wait,
} from "./story.ts";

const mock = openMock();
afterAll(mock.stop);
const mia = (...steps: Step[]) => story("a test of the harness", { as: "mia" }, steps);
const order = { order_id: "1036" };
const asked = "GET /api/orders/1036/status/";

test.each<[string, Step[], RegExp]>([
  [
    "a wrong field",
    [call("get_order_status", order, { returns: { status: "pending" } })],
    /\$\.status: expected "pending", got "shipped"/,
  ],
  [
    "a field that is not there",
    [call("get_order_status", order, { returns: { raw_status: "x" } })],
    /\$\.raw_status: expected "x", got undefined/,
  ],
  [
    "nothing to keep",
    [call("get_order_status", order, { returns: { raw_status: save("x") } })],
    /nothing there to keep as "x"/,
  ],
  [
    "a text unlike what is told",
    [call("get_order_status", order, { returns: { order_id: like(/^x/) } })],
    /expected text like \/\^x\/, got "1036"/,
  ],
  [
    "a row too few",
    [call("list_orders", { status: "shipped" }, { returns: { orders: [{}, {}] } })],
    /\$\.orders\[1\]/,
  ],
  [
    "an empty list that is not empty",
    [call("list_orders", {}, { returns: { orders: [] } })],
    /\$\.orders: expected \[\]/,
  ],
  [
    "a summary unlike what is told",
    [call("get_order_status", order, { text: /delivered/ })],
    /expected text like \/delivered\//,
  ],
  [
    "one request too many",
    [call("get_order_status", order, { sends: [] })],
    /expected the requests\n {2}none\ngot\n {2}GET \/api\/orders\/1036\/status\//,
  ],
  [
    "one request too few",
    [call("get_order_status", order, { sends: [asked, asked] })],
    /expected the requests/,
  ],
  [
    "another query",
    [call("list_orders", {}, { sends: ["GET /api/orders/?limit=11"] })],
    /got\n {2}GET \/api\/orders\/\?limit=10/,
  ],
  [
    "a silent retry",
    [
      fault("GET /api/orders/:id/status/", [status(503)]),
      call("get_order_status", order, { sends: [asked] }),
    ],
    /expected the requests/,
  ],
  [
    "a question that is not asked",
    [call("get_order_status", order, { asks: [/sure/, accept()] })],
    /expected a question like \/sure\/, got none/,
  ],
  [
    "a failure that is none",
    [call("get_order_status", order, { fails: /nothing/ })],
    /expected a failure like \/nothing\/, got an answer/,
  ],
  [
    "an answer that is a failure",
    [call("get_order", { order_id: "1055" })],
    /expected an answer, got a failure:\nThe order record has nothing under 1055/,
  ],
  [
    "a failure in other words",
    [call("get_order", { order_id: "1055" }, { fails: /fetch failed/ })],
    /expected a failure like \/fetch failed\//,
  ],
  [
    "too many tokens",
    [call("get_order", { order_id: "1054" }, { tokens: 10 })],
    /expected 10 tokens at most, got about \d+/,
  ],
  [
    "a resource that tells otherwise",
    [read("shop://orders/1036", { returns: { status: "pending" } })],
    /\$\.status: expected "pending"/,
  ],
  ["a resource that is refused", [read("shop://orders/1055")], /expected an answer, got a failure/],
  [
    "a prompt that says otherwise",
    [prompt("track_order", { order_id: "1" }, { text: /gift/ })],
    /expected text like \/gift\//,
  ],
  [
    "a completion too few",
    [complete("track_order", "order_id", "103", [])],
    /expected the completions \[\], got \[ "1036" \]/,
  ],
  [
    "a completion too many",
    [complete("track_order", "order_id", "103", ["1036", "1037"])],
    /expected the completions/,
  ],
  [
    "a world that is otherwise",
    [ends(({ orders }) => orders.length === 0)],
    /the shop's world is not as told/,
  ],
  [
    "a value that nobody kept",
    [call("get_order", { order_id: use("order") })],
    /nothing was kept as "order"/,
  ],
  [
    "a fault that nothing meets",
    [say("Hello."), fault("GET /api/orders/", [hang()])],
    /faults that nothing met: hang for/,
  ],
  [
    "a call given up that was answered",
    [
      fault("GET /api/shop/", [pass()]),
      cancel("get_shop_info", {}),
      call("get_shop_info", {}, { sends: [] }),
    ],
    /expected the requests|the call was answered/,
  ],
])("%s fails the story", async (_, steps, words) => {
  const message = await play(mia(...steps), "memory-modern", mock).then(
    () => "it passed",
    (error: Error) => error.message,
  );
  expect(message).toMatch(words);
  expect(message).toContain("a test of the harness");
});

test("the report names story, lane, backend, step, what was given, and the requests", async () => {
  const steps = [say("Hi."), call("get_order_status", order, { returns: { status: "pending" } })];
  const playing = play(mia(...steps), "memory-legacy", mock);
  expect(playing).rejects.toThrow(`"a test of the harness"  on memory-legacy, mock
step 2 of 2: call get_order_status
with {
  order_id: "1036",
}

$.status: expected "pending", got "shipped"

requests of this step:
  GET /api/orders/1036/status/  200
run it alone: bun run stories "a test of the harness" --lane memory-legacy --backend mock`);
});

test.each(["stdio-legacy", "stdio-modern"] as const)(
  "%s: the report has what the server said on stderr",
  async (lane) => {
    const wrong = mia(call("get_order_status", order, { returns: { status: "pending" } }));
    expect(play(wrong, lane, mock)).rejects.toThrow(
      /the server's stderr:\n {2}django-shop-mcp: \d+ tools for http/,
    );
  },
);

test("a request that the shop does not know fails the story, even behind a polite error", async () => {
  const lost = () => Response.json({ detail: "Not found." }, { status: 404 });
  using nowhere = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: lost });
  const shop = { url: nowhere.url.origin, world: () => Promise.reject(), close: async () => {} };
  const backend: Backend = { ...mock, open: async () => shop };
  const polite = mia(call("get_order_status", order, { fails: /nothing under 1036/ }));
  expect(play(polite, "memory-modern", backend)).rejects.toThrow(
    `a request that the shop does not know: ${asked}`,
  );
});

test("a lane that tells another story is found out", async () => {
  const told = mia(call("list_orders", { status: "shipped" }));
  const [one, other] = [
    await play(told, "memory-legacy", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(outcome(one)).toBe(outcome(other));
  const [turn] = other.turns;
  if (turn) turn.requests = [];
  expect(outcome(one)).not.toBe(outcome(other));
});

test.each<[string, Step]>([
  ["status", fault("GET /api/orders/:id/status/", [status(503, { "Retry-After": "2" })])],
  ["page", fault("GET /api/orders/:id/status/", [page(502)])],
  ["hang", fault("GET /api/orders/:id/status/", [hang()])],
  ["slow", fault("GET /api/orders/:id/status/", [slow(2), pass()])],
  ["reset", fault("GET /api/orders/:id/status/", [reset()])],
  ["resetUnread", fault("GET /api/orders/:id/status/", [resetUnread()])],
  ["truncated", fault("GET /api/orders/:id/status/", [truncated()])],
])("after %s the server tries again and answers", async (_, stumble) => {
  const told = mia(stumble, call("get_order_status", order), call("get_order_status", order));
  const { turns } = await play(told, "memory-modern", mock);
  expect(
    turns.map(({ structured }) => (structured as { status: string } | undefined)?.status),
  ).toEqual([undefined, "shipped", "shipped"]);
});

test.each<[string, Step, RegExp]>([
  ["endless", fault("GET /api/orders/:id/status/", [endless()]), /larger than 1 MiB/],
  ["gzipBomb", fault("GET /api/orders/:id/status/", [gzipBomb()]), /larger than 1 MiB/],
  ["garbage", fault("GET /api/orders/:id/status/", [garbage()]), /not JSON/],
  ["a page with 200", fault("GET /api/orders/:id/status/", [page(200)]), /not JSON/],
  [
    "another shape",
    fault("GET /api/orders/:id/status/", [sends({ state: 1 })]),
    /status is missing or of another type/,
  ],
])("after %s the server says why it has no answer", async (_, stumble, words) => {
  await play(
    mia(stumble, call("get_order_status", order, { fails: words, sends: [asked] })),
    "memory-legacy",
    mock,
  );
});

/** A server that asks before it tells. */
function asking(): McpServer {
  const server = new McpServer({ name: "asking", version: "1.0.0" });
  const told = z.object({ name: z.string() });
  server.registerTool(
    "get_shop_info",
    { inputSchema: z.object({}), outputSchema: told },
    (_, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "sure");
      if (answer.kind !== "elicit") {
        const sure = inputRequired.elicit({
          message: "Really tell?",
          requestedSchema: z.object({}),
        });
        return inputRequired({ inputRequests: { sure } });
      }
      if (answer.action === "accept")
        return { content: [{ type: "text", text: "Told." }], structuredContent: { name: "A" } };
      return { content: [{ type: "text", text: `Not told: ${answer.action}.` }], isError: true };
    },
  );
  return server;
}
test.each(MEMORY_LANES)("%s: questions reach the person, and the answer counts", async (lane) => {
  const told = mia(
    call("get_shop_info", {}, { asks: [/really/i, accept()], returns: { name: "A" } }),
    call("get_shop_info", {}, { asks: [/really/i, decline()], fails: /^Not told: decline/ }),
    call("get_shop_info", {}, { asks: [/really/i, dismiss()], fails: /^Not told: cancel/ }),
  );
  const { turns } = await play(told, lane, mock, asking);
  expect(turns.map(({ questions }) => questions)).toEqual([
    ["Really tell?"],
    ["Really tell?"],
    ["Really tell?"],
  ]);
  const untold = mia(call("get_shop_info", {}, { returns: { name: "A" } }));
  expect(play(untold, lane, mock, asking)).rejects.toThrow(
    /Not told|a question that the story does not tell of/,
  );
  const otherwise = mia(call("get_shop_info", {}, { asks: [/cancel order/, accept()] }));
  expect(play(otherwise, lane, mock, asking)).rejects.toThrow(
    "expected a question like /cancel order/, got Really tell?",
  );
});

/** A server that speaks while it works. */
function talking(): McpServer {
  const server = new McpServer(
    { name: "talking", version: "1.0.0" },
    { capabilities: { resources: { listChanged: true } } },
  );
  server.registerTool("get_shop_info", { inputSchema: z.object({}) }, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const [nth, message] of ["Packing", "Sending"].entries())
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress: nth + 1, total: 2, message },
        });
    if (server.isConnected()) server.sendResourceListChanged();
    return { content: [{ type: "text", text: "Done." }] };
  });
  return server;
}
test.each(MEMORY_LANES)("%s: progress is heard, by the step that asks for it", async (lane) => {
  const heard = mia(
    call("get_shop_info", {}, { progress: [/^1\/2 Packing$/, /Sending/] }),
    call("get_shop_info", {}),
  );
  await play(heard, lane, mock, talking);
  const less = mia(call("get_shop_info", {}, { progress: [/Packing/] }));
  expect(play(less, lane, mock, talking)).rejects.toThrow(
    "expected progress like /Packing/, got 1/2 Packing, 2/2 Sending",
  );
});
test("a host waits for a notification, and not for ever", async () => {
  const heard = mia(call("get_shop_info", {}), wait("notifications/resources/list_changed"));
  await play(heard, "memory-legacy", mock, talking);
});

test("steps are plain data, and what server.ts does not have does not compile", () => {
  const steps = [
    // @ts-expect-error a tool that there is not
    call("get_ordr", { order_id: "1" }),
    // @ts-expect-error an argument that there is not
    call("get_order", { order: "1" }),
    // @ts-expect-error a field that there is not
    call("get_order", { order_id: "1" }, { returns: { state: "shipped" } }),
    // @ts-expect-error a status that there is not
    call("list_orders", { status: "sent" }),
  ];
  expect(steps.map(({ kind }) => kind)).toEqual(["call", "call", "call", "call"]);
  expect(structuredClone(steps)).toEqual(steps);
});

test("values compare as parts: other keys and more rows may be there", () => {
  const kept = new Map<string, unknown>();
  expect(
    mismatch({ a: [{ b: save("b") }] }, { a: [{ b: 1, c: 2 }, {}], d: 3 }, kept),
  ).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 1 }, kept)).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 2 }, kept)).toBe("$.a: expected 1, got 2");
  expect(mismatch([1], { 0: 1 }, kept)).toStartWith("$: expected");
});
