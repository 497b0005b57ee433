/** The harness itself: every expectation has to fail when it should, in words that say where. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { readWorld, seed } from "../mocks/world.ts";
import { endpoints, type Shop } from "../server.ts";
import { type Backend, openMock } from "./harness/backends.ts";
import { holdClock } from "./harness/clock.ts";
import { LANES, MEMORY_LANES } from "./harness/lanes.ts";
import { disagreement, mismatch, needsClock, play } from "./harness/play.ts";
import {
  absent,
  accept,
  call,
  callRaw,
  cancel,
  complete,
  decline,
  dismiss,
  elsewhere,
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
} from "./harness/story.ts";
import { transcript } from "./harness/transcript.ts";

const mock = openMock();
afterAll(mock.stop);
const cancelling = "POST /api/orders/:id/cancel/";
const repaid = elsewhere(
  "staff",
  "PATCH /api/orders/:id/payment/",
  { id: "1054" },
  { payment_method_id: "mia-gift" },
);
/** What a play fails with. Awaited, since only one can hold the clock. */
const failure = (playing: Promise<unknown>) =>
  playing.then(
    () => "it passed",
    (error: Error) => error.message,
  );
const mia = (...steps: Step[]) => story("a test of the harness", { as: "mia" }, steps);
const order = { order_id: "1036" };
const asked = "GET /api/orders/1036/status/";
/** Her pending order, and what it takes to cancel it. */
const pen = { order_id: "1054", reason: "no_longer_needed" } as const;
const looks = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const cancels = "POST /api/orders/1054/cancel/";

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
    "something where nothing should be",
    [call("get_order_status", order, { returns: { status: absent() } })],
    /\$\.status: expected nothing there, got "shipped"/,
  ],
  [
    "a row too many",
    [call("list_orders", { status: "pending" }, { returns: { orders: [{}, absent()] } })],
    /\$\.orders\[1\]: expected nothing there/,
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
    "a question that the story does not tell of",
    [call("cancel_order", pen, { fails: /not cancelled/i })],
    /a question that the story does not tell of: .*1054/,
  ],
  [
    "another question",
    [call("cancel_order", pen, { asks: [/^Return/, accept()] })],
    /expected a question like \/\^Return\/, got .*1054/,
  ],
  [
    "a question put once where twice is told",
    [
      call("cancel_order", pen, {
        asks: [
          [/cancel/i, accept()],
          [/changed/, accept()],
        ],
      }),
    ],
    /expected a question like \/changed\/, got none/,
  ],
  [
    "a question put twice where once is told",
    [call("cancel_order", pen, { asks: [/cancel/i, accept(), [repaid]] })],
    /does not tell of: .*changed.*1054/,
  ],
  [
    "somebody else whom the shop refuses",
    [elsewhere("nell", cancelling, { id: "1054" }, { reason: "no_longer_needed" })],
    /the shop refused nell POST \/api\/orders\/1054\/cancel\/ .*: 404/,
  ],
  [
    "somebody else whom the shop refuses while the person thinks",
    [
      call("cancel_order", pen, {
        asks: [
          /^Cancel/,
          accept(),
          [elsewhere("staff", cancelling, { id: "1036" }, { reason: "no_longer_needed" })],
        ],
      }),
    ],
    /the shop refused staff POST \/api\/orders\/1036\/cancel\/ .*: 409/,
  ],
  [
    "arguments that do not fit",
    [callRaw("cancel_order", { order_id: 1054 })],
    /expected an answer, got a failure:\n.*reason/,
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
  const message = await failure(play(mia(...steps), "memory-modern", mock));
  expect(message).toMatch(words);
  expect(message).toContain("a test of the harness");
});

test("the report names story, lane, backend, step, what was given, and the requests", async () => {
  const steps = [say("Hi."), call("get_order_status", order, { returns: { status: "pending" } })];
  const playing = play(mia(...steps), "memory-legacy", mock);
  expect(await failure(playing)).toMatch(`"a test of the harness"  on memory-legacy, mock
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
    expect(await failure(play(wrong, lane, mock))).toMatch(
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
  expect(await failure(play(polite, "memory-modern", backend))).toMatch(
    `a request that the shop does not know: ${asked}`,
  );
});

test("a lane that tells another story is found out", async () => {
  const told = mia(call("list_orders", { status: "shipped" }));
  const [one, other] = [
    await play(told, "memory-legacy", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  const [turn] = other.turns;
  if (turn) turn.requests = [];
  expect(disagreement(one, other)).toBe(
    `$.turns[0].requests[0]: "GET /api/orders/?status=shipped&limit=10", undefined`,
  );
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
  expect(
    turns.flatMap(({ questions }) => questions.map(({ text, answer }) => [text, answer])),
  ).toEqual([
    ["Really tell?", "accept"],
    ["Really tell?", "decline"],
    ["Really tell?", "dismiss"],
  ]);
  const untold = mia(call("get_shop_info", {}, { returns: { name: "A" } }));
  expect(await failure(play(untold, lane, mock, asking))).toMatch(
    /Not told|a question that the story does not tell of/,
  );
  const otherwise = mia(call("get_shop_info", {}, { asks: [/cancel order/, accept()] }));
  expect(await failure(play(otherwise, lane, mock, asking))).toMatch(
    "expected a question like /cancel order/, got Really tell?",
  );
});

/** One change asked for, twice refused and then agreed to while the shop stumbles, and what comes after it. */
const changeOfMind = story("a change of mind", { as: "mia" }, [
  call("cancel_order", pen, {
    asks: [/cancel order 1054.* 56\.90 EUR.*mia-visa/i, decline()],
    fails: /declined/,
    sends: looks,
  }),
  call("cancel_order", pen, {
    asks: [/cancel/i, dismiss()],
    fails: /closed/,
    sends: looks,
  }),
  fault(cancelling, [status(503), reset(), pass()]),
  call("cancel_order", pen, {
    asks: [
      [/cancel/i, accept(), [repaid]],
      [/changed.*56\.90 EUR.*mia-gift/, accept()],
    ],
    returns: { outcome: "done", status: "cancelled", amount: "-56.90", confirmation: absent() },
    sends: [...looks, ...looks, ...looks, cancels, cancels, cancels],
  }),
  callRaw("cancel_order", { ...pen, order_id: "#1054" }, { fails: /cancelled/ }),
  elsewhere("nell", "POST /api/support/requests/", {}, { subject: "Hello", message: "Hello?" }),
  ends(({ orders }) =>
    orders.some(({ order_id, payments }) => order_id === "1054" && payments.length === 4),
  ),
]);
test("a change goes the same way on every lane, however the person is asked", async () => {
  expect(needsClock(changeOfMind)).toBe(false);
  const told = await play(changeOfMind, "memory-modern", mock);
  for (const lane of LANES)
    expect(disagreement(told, await play(changeOfMind, lane, mock)), lane).toBeUndefined();
});
test.each<[string, Step, RegExp]>([
  [
    "a question that the story does not tell of",
    call("cancel_order", pen),
    /a question that the story does not tell of: .*1054/,
  ],
  [
    "another question",
    call("cancel_order", pen, { asks: [/^Nothing/, decline()] }),
    /expected a question like \/\^Nothing\/, got .*1054/,
  ],
  [
    "another answer after a yes",
    call("cancel_order", pen, { asks: [/cancel/i, accept()], returns: { status: "pending" } }),
    /\$\.status: expected "pending", got "cancelled"/,
  ],
  [
    "one request too few before a no",
    call("cancel_order", pen, { asks: [/cancel/i, decline()], sends: [...looks, cancels] }),
    /expected the requests/,
  ],
])("where only a code can ask, %s fails the story, too", async (_, step, words) => {
  expect(await failure(play(mia(step), "http-legacy", mock))).toMatch(words);
});

test("the page of a change shows who was asked, what they said, and what happened meanwhile", async () => {
  const played = await play(changeOfMind, "memory-modern", mock);
  const turns = played.turns.filter(({ step }, nth) => nth === 3 || step.kind === "elsewhere");
  const [{ questions: [first, second] = [], text = "" } = {}] = turns;
  expect(transcript({ ...played, turns })).toBe(`# A change of mind

\`cancel_order(order_id: "1054", reason: "no_longer_needed")\`

- sends \`${looks[0]}\`
- sends \`${looks[1]}\`
- asks the user: *${first?.text}* → meanwhile, staff sends \`PATCH /api/orders/1054/payment/ {"payment_method_id":"mia-gift"}\` → accepted
- sends \`${looks[0]}\`
- sends \`${looks[1]}\`
- asks the user: *${second?.text}* → accepted
- sends \`${looks[0]}\`
- sends \`${looks[1]}\`
- sends \`${cancels}\`
- sends \`${cancels}\`
- sends \`${cancels}\`

> ${text.split("\n")[0]}

*Outside this conversation, nell sends \`POST /api/support/requests/ {"subject":"Hello","message":"Hello?"}\`.*
`);
});

test("a host that cannot ask may tell of its codes, which no page shows and no lane is told by", async () => {
  const code = { ...pen, confirmation: use("code") };
  const told = story("a yes on paper", { as: "mia", elicitation: false }, [
    call("cancel_order", pen, {
      returns: { outcome: "confirmation_needed", confirmation: save("code") },
      sends: looks,
    }),
    fault(cancelling, [status(429), status(503)]),
    call("cancel_order", code, { fails: /too many/, sends: [...looks, cancels] }),
    call("cancel_order", code, {
      returns: { outcome: "done" },
      sends: [...looks, cancels, cancels],
    }),
  ]);
  const [one, other] = [
    await play(told, "memory-legacy", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  expect(transcript(one)).toContain('reason: "no_longer_needed", confirmation: …)');
  const asking = { ...told, steps: [call("cancel_order", pen, { asks: [/cancel/i, accept()] })] };
  const { turns } = await play(asking, "memory-legacy", mock);
  expect(turns[0]?.structured).toMatchObject({ outcome: "done" });
  const open = { ...told, elicitation: undefined, steps: told.steps.slice(0, 1) };
  expect(await failure(play(open, "memory-modern", mock))).toMatch(/does not tell of: .*1054/);
});

test("a protocol error is a failure like another", async () => {
  const settings = { read_only: "true" };
  const steps = [callRaw("cancel_order", {}, { fails: /^Tool cancel_order not found$/ })];
  const told = story("a tool that is not offered", { as: "mia", settings }, steps);
  await play(told, "memory-legacy", mock);
  await play(told, "memory-modern", mock);
});

test("what a host gives up on after the person's yes is waited for, as long as the story tells of it", async () => {
  const sends = [...looks, ...looks, cancels, cancels];
  const told = mia(
    fault(cancelling, [hang()]),
    cancel("cancel_order", pen, { asks: [/cancel/i, accept()], sends }),
    ends(({ orders }) =>
      orders.some(({ order_id, status }) => order_id === "1054" && status === "cancelled"),
    ),
  );
  const more = mia(cancel("cancel_order", pen, { asks: [/cancel/i, accept()], sends }));
  expect(await failure(play(more, "memory-modern", mock))).toMatch("expected the requests");
  await play(told, "memory-legacy", mock);
  await play(told, "memory-modern", mock);
});

type Keys = (string | undefined)[];
/** A server that cancels order 1054 under these keys: before it asks, after a yes, after a no. */
const careless =
  ({ unasked = [], agreed = [], refused = [] }: Record<string, Keys>, confirmation?: string) =>
  (shop: Shop) => {
    const server = new McpServer({ name: "careless", version: "1.0.0" });
    const cancelUnder = async (keys: Keys) => {
      for (const key of keys) {
        const change = key && { key, body: { reason: "no_longer_needed" } };
        const ids = { order_id: "1054" };
        await shop.ask(endpoints.cancelOrder, { ids, ...(change && { change }) }).catch(() => {});
      }
    };
    const inputSchema = z.looseObject({});
    server.registerTool("cancel_order", { inputSchema }, async (args, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "sure");
      const isByCode = "confirmation" in args;
      if (isByCode || answer.kind === "elicit") {
        const isYes = isByCode || (answer.kind === "elicit" && answer.action === "accept");
        await cancelUnder(isYes ? agreed : refused);
        return { content: [{ type: "text", text: "Well." }] };
      }
      await cancelUnder(unasked);
      if (confirmation) {
        const told = { outcome: "confirmation_needed", summary: "Sure?", confirmation };
        return { content: [{ type: "text", text: "Sure?" }], structuredContent: told };
      }
      const question = { message: "Sure?", requestedSchema: z.object({}) };
      return inputRequired({ inputRequests: { sure: inputRequired.elicit(question) } });
    });
    return server;
  };
const sure = call("cancel_order", pen, { asks: [/Sure/, accept()] });
const unsure = call("cancel_order", pen, { asks: [/Sure/, decline()] });
test.each<[string, ReturnType<typeof careless>, Step[], string]>([
  ["a change before the question", careless({ unasked: ["a"] }), [sure], "nobody agreed to"],
  ["a change after a no", careless({ refused: ["a"] }), [unsure], "nobody agreed to"],
  [
    "a change without a key",
    careless({ agreed: [undefined] }),
    [sure],
    "without an Idempotency-Key",
  ],
  [
    "a new key for an attempt",
    careless({ agreed: ["a", "b"] }),
    [sure],
    "one change under two keys",
  ],
  [
    "the key of another call",
    careless({ agreed: ["a"] }),
    [sure, sure],
    "two changes under one key",
  ],
  ["a code where a question could be put", careless({}, "code"), [sure], "gave a code"],
])("%s fails the story", async (_, serve, steps, words) => {
  for (const lane of MEMORY_LANES)
    expect(await failure(play(mia(...steps), lane, mock, serve))).toMatch(words);
});
test("attempts under one key pass, in one call or with one code", async () => {
  const serve = careless({ agreed: ["a", "a"] });
  const by = (confirmation: string) => callRaw("cancel_order", { ...pen, confirmation });
  const paper = { ...mia(), elicitation: false } as const;
  await play(mia(sure), "memory-modern", mock, serve);
  await play({ ...paper, steps: [by("x"), by("x")] }, "memory-modern", mock, serve);
  const two = play({ ...paper, steps: [by("x"), by("y")] }, "memory-modern", mock, serve);
  expect(await failure(two)).toMatch("two changes under one key");
});
test("a change that comes with a code before the person's yes fails the story", async () => {
  const told = story("a code", { as: "mia", elicitation: false }, [unsure]);
  const hasty = careless({ unasked: ["a"] }, "code");
  expect(await failure(play(told, "memory-modern", mock, hasty))).toMatch("nobody agreed to");
});

test("worlds that end otherwise are found out, and where", async () => {
  const told = mia(call("cancel_order", pen, { asks: [/cancel/i, accept()] }));
  const [one, other] = [
    await play(told, "memory-modern", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  const nth = seed.orders.findIndex(({ order_id }) => order_id === "1054");
  const world = readWorld(one.world);
  const [, refund] = world.orders[nth]?.payments ?? [];
  if (refund) refund.amount = "56.91";
  expect(disagreement({ ...one, world }, other)).toBe(
    `$.world.orders[${nth}].payments[1].amount: "56.91", "56.90"`,
  );
  const { world: unread } = await play(mia(call("get_order_status", order)), "memory-modern", mock);
  expect(unread).toBeUndefined();
});

test("held time has an end", async () => {
  const clock = holdClock();
  const never = clock.during(new Promise(() => {}));
  expect(await failure(never)).toMatch("nothing came of it in 120 s");
  clock.release();
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
  expect(await failure(play(less, lane, mock, talking))).toMatch(
    "expected progress like /Packing/, got 1/2 Packing, 2/2 Sending",
  );
});
test("a host waits for a notification, and not for ever", async () => {
  const heard = mia(call("get_shop_info", {}), wait("notifications/resources/list_changed"));
  await play(heard, "memory-legacy", mock, talking);
  const unheard = mia(wait("notifications/resources/list_changed"));
  expect(await failure(play(unheard, "memory-legacy", mock, talking))).toMatch(
    "list_changed in 5 s",
  );
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
    // @ts-expect-error a name that is not in the path
    elsewhere("staff", cancelling, { order: "1054" }, {}),
  ];
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(["call", "elsewhere"]));
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
