/** Every expectation has to fail when it should. */
import { afterAll, expect, test } from "bun:test";
import { type Backend, openMock } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import {
  absent,
  accept,
  call,
  callRaw,
  cancel,
  complete,
  elsewhere,
  ends,
  fault,
  hang,
  like,
  pass,
  prompt,
  read,
  save,
  say,
  status,
  type Step,
  story,
  use,
} from "../harness/story.ts";
import { asked, cancelling, failure, mia, order, pen, repaid } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

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

test("a protocol error is a failure like another", async () => {
  const settings = { read_only: "true" };
  const steps = [callRaw("cancel_order", {}, { fails: /^Tool cancel_order not found$/ })];
  const told = story("a tool that is not offered", { as: "mia", settings }, steps);
  await play(told, "memory-legacy", mock);
  await play(told, "memory-modern", mock);
});
