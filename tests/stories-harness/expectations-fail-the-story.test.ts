/** Every expectation of a story fails it when something else happens. */
import { afterAll, expect, test } from "bun:test";
import { type Backend, openMock } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import {
  absent,
  accept,
  call,
  callRaw,
  abortCall,
  complete,
  outOfBand,
  expectWorld,
  fault,
  hang,
  matching,
  passThrough,
  prompt,
  read,
  save,
  say,
  status,
  type Step,
  story,
  use,
} from "../harness/story.ts";
import {
  asMia,
  CANCEL_ROUTE,
  cancelPen,
  failureOf,
  payByGiftCard,
  shippedOrder,
  STATUS_LINE,
} from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test.each<[string, Step[], RegExp]>([
  [
    "a wrong field",
    [call("get_order_status", shippedOrder, { returns: { status: "pending" } })],
    /\$\.status: expected "pending", got "shipped"/,
  ],
  [
    "a missing field",
    [call("get_order_status", shippedOrder, { returns: { raw_status: "x" } })],
    /\$\.raw_status: expected "x", got undefined/,
  ],
  [
    "a missing field to save",
    [call("get_order_status", shippedOrder, { returns: { raw_status: save("x") } })],
    /nothing there to keep as "x"/,
  ],
  [
    "a string unlike its pattern",
    [call("get_order_status", shippedOrder, { returns: { order_id: matching(/^x/) } })],
    /expected text like \/\^x\/, got "1036"/,
  ],
  [
    "a field that should be absent",
    [call("get_order_status", shippedOrder, { returns: { status: absent() } })],
    /\$\.status: expected nothing there, got "shipped"/,
  ],
  [
    "one row too many",
    [call("list_orders", { status: "pending" }, { returns: { orders: [{}, absent()] } })],
    /\$\.orders\[1\]: expected nothing there/,
  ],
  [
    "one row too few",
    [call("list_orders", { status: "shipped" }, { returns: { orders: [{}, {}] } })],
    /\$\.orders\[1\]/,
  ],
  [
    "an empty list that is not empty",
    [call("list_orders", {}, { returns: { orders: [] } })],
    /\$\.orders: expected \[\]/,
  ],
  [
    "a summary unlike its pattern",
    [call("get_order_status", shippedOrder, { text: /delivered/ })],
    /expected text like \/delivered\//,
  ],
  [
    "one request too many",
    [call("get_order_status", shippedOrder, { sends: [] })],
    /expected the requests\n {2}none\ngot\n {2}GET \/api\/orders\/1036\/status\//,
  ],
  [
    "one request too few",
    [call("get_order_status", shippedOrder, { sends: [STATUS_LINE, STATUS_LINE] })],
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
      call("get_order_status", shippedOrder, { sends: [STATUS_LINE] }),
    ],
    /expected the requests/,
  ],
  [
    "a question that is not asked",
    [call("get_order_status", shippedOrder, { asks: [/sure/, accept()] })],
    /expected a question like \/sure\/, got none/,
  ],
  [
    "a question that the story does not expect",
    [call("cancel_order", cancelPen, { fails: /not cancelled/i })],
    /a question that the story does not tell of: .*1054/,
  ],
  [
    "another question",
    [call("cancel_order", cancelPen, { asks: [/^Return/, accept()] })],
    /expected a question like \/\^Return\/, got .*1054/,
  ],
  [
    "one question where two are expected",
    [
      call("cancel_order", cancelPen, {
        asks: [
          [/cancel/i, accept()],
          [/changed/, accept()],
        ],
      }),
    ],
    /expected a question like \/changed\/, got none/,
  ],
  [
    "two questions where one is expected",
    [call("cancel_order", cancelPen, { asks: [/cancel/i, accept(), [payByGiftCard]] })],
    /does not tell of: .*changed.*1054/s,
  ],
  [
    "a change from outside that the shop refuses",
    [outOfBand("nell", CANCEL_ROUTE, { id: "1054" }, { reason: "no_longer_needed" })],
    /the shop refused nell POST \/api\/orders\/1054\/cancel\/ .*: 404/,
  ],
  [
    "a change from outside that the shop refuses while the user decides",
    [
      call("cancel_order", cancelPen, {
        asks: [
          /^Cancel/,
          accept(),
          [outOfBand("staff", CANCEL_ROUTE, { id: "1036" }, { reason: "no_longer_needed" })],
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
    "an answer where a failure is expected",
    [call("get_order_status", shippedOrder, { fails: /nothing/ })],
    /expected a failure like \/nothing\/, got an answer/,
  ],
  [
    "a failure where an answer is expected",
    [call("get_order", { order_id: "1055" })],
    /expected an answer, got a failure:\nNothing was found under 1055 \(order record\)/,
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
    "a resource with a wrong field",
    [read("shop://orders/1036", { returns: { status: "pending" } })],
    /\$\.status: expected "pending"/,
  ],
  ["a resource that is refused", [read("shop://orders/1055")], /expected an answer, got a failure/],
  [
    "a prompt unlike its pattern",
    [prompt("track_order", { order_id: "1" }, { text: /gift/ })],
    /expected text like \/gift\//,
  ],
  [
    "one completion too many",
    [complete("track_order", "order_id", "103", [])],
    /expected the completions \[\], got \["1036"\]/,
  ],
  [
    "one completion too few",
    [complete("track_order", "order_id", "103", ["1036", "1037"])],
    /expected the completions/,
  ],
  [
    "another world at the end",
    [expectWorld(({ orders }) => orders.length === 0)],
    /the shop's world is not as told/,
  ],
  [
    "a value that was not saved",
    [call("get_order", { order_id: use("order") })],
    /nothing was kept as "order"/,
  ],
  [
    "a fault that no request meets",
    [say("Hello."), fault("GET /api/orders/", [hang()])],
    /faults that nothing met: hang for/,
  ],
  [
    "a cancelled call that was answered",
    [
      fault("GET /api/shop/", [passThrough()]),
      abortCall("get_shop_info", {}),
      call("get_shop_info", {}, { sends: [] }),
    ],
    /expected the requests|the call was answered/,
  ],
])("a story fails on %s", async (_, steps, expected) => {
  const message = await failureOf(play(asMia(...steps), "memory-modern", mock));
  expect(message).toMatch(expected);
  expect(message).toContain("a test of the harness");
});

test("a story fails on a request that the shop does not know, even behind the expected error", async () => {
  const lost = () => Response.json({ detail: "Not found." }, { status: 404 });
  using nowhere = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: lost });
  const shop = { url: nowhere.url.origin, world: () => Promise.reject(), close: async () => {} };
  const backend: Backend = { ...mock, open: async () => shop };
  const polite = asMia(
    call("get_order_status", shippedOrder, { fails: /Nothing was found under 1036/ }),
  );
  expect(await failureOf(play(polite, "memory-modern", backend))).toMatch(
    `a request that the shop does not know: ${STATUS_LINE}`,
  );
});

test("a story may expect a protocol error like any other failure", async () => {
  const settings = { read_only: "true" };
  const steps = [callRaw("cancel_order", {}, { fails: /^Tool cancel_order not found$/ })];
  const hidden = story("a tool that is not offered", { as: "mia", settings }, steps);
  await play(hidden, "memory-legacy", mock);
  await play(hidden, "memory-modern", mock);
});
