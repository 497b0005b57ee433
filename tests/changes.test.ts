/** What stands between a wish and a change: an answer of the person's that counts, and one effect of it. */
import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpHandler, type Transport } from "@modelcontextprotocol/server";
import * as z from "zod";
import { readWorld, seed, type World } from "../mocks/world.ts";
import { serveShop } from "../scripts/shop.ts";
import { createServer, groups, openShop, settingsSchema, type Shop } from "../server.ts";
import { holdClock } from "./harness/clock.ts";
import { type Given, type Hold, lanes, textOf } from "./harness/lanes.ts";
import {
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  page,
  pass,
  reset,
  resetUnread,
  sends,
  slow,
  status,
  truncated,
} from "./harness/story.ts";
import { isWrite, openTap } from "./harness/fault-proxy.ts";

const noJitter = spyOn(Math, "random").mockReturnValue(0);
afterAll(() => noJitter.mockRestore());

// ── A shop, a tap before it, servers for it, and a host that says whatever it likes ─────────────

const ADDRESS = "https://shop.test"; // of every scene, wherever its tap listens
const NOW = Date.parse("2026-11-22T09:00:00Z");
const MIA = { django_api_token: "demo-mia" };
const STAFF = { django_api_token: "demo-staff" };
const SHARED = { confirmation_key: "a secret of thirty-two characters" };

const fine = { item_id: "sparrow-black-fine", options: { body: "black", nib: "fine" } };
const stub = {
  item_id: "sparrow-tortoiseshell-stub",
  options: { body: "tortoiseshell", nib: "stub" },
};
const paid = (amount: string, payment_method_id = "mia-visa") => {
  return { kind: "payment" as const, amount, payment_method_id };
};
/** Of the seed, Mia's orders 1004 (delivered) and 1054 (pending), and others that differ a little from that one. */
function smallWorld(): World {
  const ids = ["1004", "1054"];
  const orders = seed.orders.filter(({ order_id }) => ids.includes(order_id));
  const like = (order_id: string, changes: Partial<World["orders"][number]>) =>
    orders.slice(1).map((order) => ({ ...order, order_id, ...changes }));
  const dear = orders[1]?.items.map((it, nth) => (nth ? it : { ...it, ...stub, price: "54.00" }));
  const refund = { ...paid("56.90"), kind: "refund" as const };
  const bought = new Set(orders.flatMap(({ items }) => items.map(({ product_id }) => product_id)));
  const known = ["demo-mia", "demo-nell", "demo-staff"];
  return {
    ...seed,
    products: seed.products.filter(({ product_id }) => bought.has(product_id)),
    customers: seed.customers.filter(({ token }) => known.includes(token)),
    orders: [
      ...orders,
      ...like("sent", { status: "shipped" }),
      ...like("modified", { items_modified: true }),
      ...like("nells", { customer_id: "nell-okafor" }),
      ...like("dear", { items: dear, payments: [paid("68.90")] }),
      ...like("twofold", { payments: [paid("40.00", "mia-gift"), paid("16.90")] }),
      ...like("repaid", { payments: [paid("56.90"), paid("56.90", "mia-paypal"), refund] }),
    ],
    support_requests: [],
  };
}
const WORLD = smallWorld();
const UNTOUCHED = readWorld(WORLD);

type MockShop = ReturnType<typeof serveShop>["shop"];
function staffOf(shop: MockShop) {
  const clerk = shop.customerForToken(STAFF.django_api_token);
  if (!clerk) throw new Error("nobody works here");
  return clerk;
}
type Clock = ReturnType<typeof holdClock>;
type Send = (url: string, init: RequestInit) => Promise<Response>;
async function openScene({ world = WORLD, clock }: { world?: World; clock?: Clock } = {}) {
  let time = NOW;
  const mock = serveShop({ world, now: () => new Date(time) });
  const tap = await openTap(mock.url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const writes = () => tap.noted.filter(isWrite);
  const clerk = staffOf(mock.shop);
  return {
    ...tap,
    writes,
    keys: () => writes().map(({ headers }) => headers["idempotency-key"] ?? ""),
    world: mock.shop.world,
    order: () => mock.shop.order(clerk, "1054"),
    /** Somebody of the shop, who changes it behind everybody's back. */
    staff: (act: (shop: MockShop, me: typeof clerk) => unknown) => void act(mock.shop, clerk),
    /** A process that serves this shop. */
    open(given: Partial<Given> = {}, send: Send = clock?.send ?? fetch): Shop {
      const settings = settingsSchema.parse({ django_api_base: ADDRESS, ...MIA, ...given });
      const tapped: Send = (url, init) => send(url.replace(/^https:..[^/]+/, tap.url), init);
      return openShop(settings, tapped, () => new Date(time));
    },
    pass: (seconds: number) => void (time += seconds * 1000),
    /** Nothing was sent that could change anything, and nothing has changed. */
    expectUntouched() {
      expect(writes()).toEqual([]);
      expect(mock.shop.world()).toEqual(UNTOUCHED);
    },
    [Symbol.dispose]() {
      tap.stop();
      mock.stop();
    },
  };
}
type Scene = Awaited<ReturnType<typeof openScene>>;
/** A scene that tests share, since none of them changes anything. */
function shareScene(): () => Scene {
  const shared: Scene[] = [];
  const scene = () => {
    const [one] = shared;
    if (!one) throw new Error("the scene is not open yet");
    return one;
  };
  beforeAll(async () => void shared.push(await openScene()));
  afterEach(() => expect(scene().writes()).toEqual([]));
  afterAll(() => {
    scene().expectUntouched();
    scene()[Symbol.dispose]();
  });
  return scene;
}

const receipt = groups.changes.cancel_order.output;
const question = z.object({ params: z.object({ message: z.string() }) });
const answered = z.object({
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({
      isError: z.boolean().default(false),
      content: z.array(z.object({ text: z.string() })).default([]),
      structuredContent: receipt.strict().optional(),
      inputRequests: z.object({ confirm: question }).optional(),
      requestState: z.string().optional(),
    })
    .optional(),
});

/** How a host can put a question to a person: by elicitation, or in the conversation, with a code. */
const MEANS = { elicitation: { elicitation: {} }, code: {} };
type Means = keyof typeof MEANS;
const BOTH = ["elicitation", "code"] as const;
const ACCEPTED = { confirm: { action: "accept", content: {} } };

/** A host of the 2026-07-28 protocol, down to its JSON-RPC. */
function hostOf(shop: Shop, by: Means = "code", capabilities: object = MEANS[by]) {
  const handler = createMcpHandler(() => createServer(shop));
  /** One call, with whatever else its params are to say. */
  async function call(name: string, args: object, more: object = {}) {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "tests", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    };
    const headers = {
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
      "Mcp-Protocol-Version": "2026-07-28",
    };
    const params = { name, arguments: args, ...more, _meta };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const request = new Request("http://localhost/mcp", { method: "POST", headers, body });
    const { error, result } = answered.parse(await (await handler.fetch(request)).json());
    const told = result?.structuredContent;
    const text = result?.content[0]?.text ?? result?.inputRequests?.confirm.params.message;
    return {
      words: error?.message ?? text ?? "",
      told,
      isDone: told?.outcome === "done",
      /** Whether the person is asked, again or for the first time. */
      isAsking: told?.outcome === "confirmation_needed" || !!result?.inputRequests,
      isError: result?.isError ?? true,
      /** What an acceptance has to bring along: a code, or the state of the question. */
      consent: told?.confirmation ?? result?.requestState ?? "",
    };
  }
  const accept = (name: string, args: object, consent: string) =>
    by === "code"
      ? call(name, { ...args, confirmation: consent })
      : call(name, args, { requestState: consent, inputResponses: ACCEPTED });
  /** Asks, and accepts at once. */
  const change = async (name: string, args: object) =>
    accept(name, args, (await call(name, args)).consent);
  return { call, accept, change };
}

// ── What is wished for ──────────────────────────────────────────────────────────────────────────

const CANCEL = { order_id: "1054", reason: "no_longer_needed" };
const OLD = {
  line1: "Linnégatan 14",
  line2: "lgh 1203",
  city: "Göteborg",
  state: "",
  postcode: "413 04",
  country: "Sweden",
};
const NEW = { line1: "Strandvägen 1", city: "Stockholm", postcode: "114 51", country: "Sweden" };
const MOVE = { order_id: "1054", ...NEW };
const STUB = { item_id: fine.item_id, new_item_id: stub.item_id };
const SWAP = { order_id: "1054", items: [STUB], payment_method_id: "mia-visa" };
const PAY = { order_id: "1054", payment_method_id: "mia-paypal" };
const BACK = { order_id: "1004", item_ids: ["ink-sepia"], payment_method_id: "mia-gift" };
const FOREST = { item_id: "ink-sepia", new_item_id: "ink-forest" };
const EXCHANGE = { order_id: "1004", items: [FOREST], payment_method_id: "mia-visa" };
const WRITE = { subject: "A gift", message: "Could you wrap it?", order_id: "1054" };

const times = (n: number, fault: Fault) => Array<Fault>(n).fill(fault);

type Name = keyof typeof groups.changes;
interface Wish {
  args: object;
  line: string;
  body: object;
  /** Its receipt, and what its summary says besides. */
  told: object;
  says: string;
}
const EUR = (amount: string) => ({ amount, currency: "EUR" });
const wishes: Record<Name, Wish> = {
  cancel_order: {
    args: CANCEL,
    line: "POST /api/orders/1054/cancel/",
    body: { reason: "no_longer_needed" },
    told: { order_id: "1054", status: "cancelled", ...EUR("-56.90") },
    says: "Refunded: 56.90 EUR to Visa ending in 4417 (mia-visa).",
  },
  change_order_address: {
    args: MOVE,
    line: "PATCH /api/orders/1054/address/",
    body: { address: { ...NEW, line2: "", state: "" } },
    told: { order_id: "1054", status: "pending" },
    says: "Order 1054 of Mia Lindqvist",
  },
  change_order_items: {
    args: SWAP,
    line: "POST /api/orders/1054/items/",
    body: { items: [STUB], payment_method_id: "mia-visa" },
    told: { order_id: "1054", status: "pending", ...EUR("12.00") },
    says: "Charged: 12.00 EUR to Visa ending in 4417 (mia-visa).",
  },
  change_order_payment: {
    args: PAY,
    line: "PATCH /api/orders/1054/payment/",
    body: { payment_method_id: "mia-paypal" },
    told: { order_id: "1054", status: "pending", ...EUR("0.00") },
    says: "Charged: 56.90 EUR to PayPal (mia-paypal). Refunded: 56.90 EUR to Visa ending in 4417",
  },
  return_items: {
    args: BACK,
    line: "POST /api/orders/1004/returns/",
    body: { items: [{ item_id: "ink-sepia" }], payment_method_id: "mia-gift" },
    told: { order_id: "1004", status: "return_requested" },
    says: "Order 1004 of Mia Lindqvist",
  },
  exchange_items: {
    args: EXCHANGE,
    line: "POST /api/orders/1004/exchanges/",
    body: { items: [FOREST], payment_method_id: "mia-visa" },
    told: { order_id: "1004", status: "exchange_requested" },
    says: "Order 1004 of Mia Lindqvist",
  },
  change_customer_address: {
    args: NEW,
    line: "PATCH /api/customers/me/address/",
    body: { address: { ...NEW, line2: "", state: "" } },
    told: {},
    says: "Address of Mia Lindqvist",
  },
  contact_support: {
    args: WRITE,
    line: "POST /api/support/requests/",
    body: WRITE,
    told: {},
    says: "Its number is request-1.",
  },
};
const NAMES = Object.keys(wishes) as Name[]; // the table's own keys

/** By tool: what is other than wished for, in words, as arguments, and what is said to it. */
type Rows = Partial<Record<Name, [what: string, change: object, words: string][]>>;
const rowsOf = (table: Rows) =>
  NAMES.flatMap((name) =>
    (table[name] ?? []).map(([what, change, words]) => {
      return { name, what, args: { ...wishes[name].args, ...change }, words };
    }),
  );

/** Facts of the seed, one of them other than it is. */
function penWith(change: object) {
  const pen = seed.products.find(({ product_id }) => product_id === "sparrow-fountain-pen");
  const items = pen?.items.map((it) => (it.item_id === stub.item_id ? { ...it, ...change } : it));
  return { ...pen, items, currency: "EUR" };
}
function miaWith(change: object) {
  const mia = seed.customers.find(({ token }) => token === MIA.django_api_token);
  const methods = mia?.payment_methods.map((it) =>
    it.kind === "gift_card" ? { ...it, ...change } : it,
  );
  return { ...mia, payment_methods: methods, currency: "EUR" };
}

// ── One answer ──────────────────────────────────────────────────────────────────────────────────

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const connect = (shop: Shop, answer?: Hold["answer"]) => {
    const serve = () => createServer(shop);
    return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
  };
  const cancel = { name: "cancel_order", arguments: CANCEL };

  const some: Name[] = ["cancel_order", "contact_support"];
  const asked = lane === "memory-legacy" ? NAMES : some; // receipts are the same by nature
  test.each(asked)("%s: the person says yes, and it is done once", async (name) => {
    const { args, line, body, told, says } = wishes[name];
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      scene.expectUntouched();
      return "accept";
    });
    const result = await host.callTool({ name, arguments: { ...args } });
    await host.close();
    expect(questions.length).toBe(1);
    const summary = expect.stringContaining(says);
    expect(result.structuredContent).toEqual({ outcome: "done", summary, ...told });
    const sent = scene.writes().map((request) => [request.line, JSON.parse(request.body)]);
    expect(sent).toEqual([[line, body]]);
  });

  test.each([
    ["no", "decline", "the person declined."],
    ["nothing", "cancel", "the person closed the question without an answer."],
  ] as const)("the person says %s", async (_, answer, words) => {
    using scene = await openScene();
    const host = await connect(scene.open(), async () => answer);
    const result = await host.callTool(cancel);
    await host.close();
    expect(textOf(result)).toStartWith(`Not cancelled: ${words} Nothing was sent to the shop.`);
    expect(result.isError).toBe(true);
    scene.expectUntouched();
  });

  test("what happens at the shop while the person thinks makes another question of it", async () => {
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      const address = { ...OLD, line1: "Kraanlei 33" };
      scene.staff((shop, clerk) => shop.changeOrderAddress(clerk, "1054", { address }));
      return questions.length < 2 ? "accept" : "decline";
    });
    const result = await host.callTool({ name: "change_order_address", arguments: MOVE });
    await host.close();
    expect(questions).toEqual([
      expect.stringMatching(/^Send order 1054 .*Until now: Linnégatan 14,/),
      expect.stringMatching(
        /^Asked anew, since something has changed meanwhile\. Send order 1054 .*Until now: Kraanlei 33,/,
      ),
    ]);
    expect(textOf(result)).toContain("the person declined.");
    expect(scene.writes()).toEqual([]);
  });

  test("a host that cannot ask gets a code, and with it the change", async () => {
    using scene = await openScene();
    const host = await connect(scene.open());
    const asked = await host.callTool(cancel);
    scene.expectUntouched();
    const { confirmation, expires_at, summary, ...rest } = receipt.parse(asked.structuredContent);
    expect(summary).toStartWith("Nothing is done yet. Ask the person this, word for word;");
    expect(summary).toContain("Cancel order 1054 of Mia Lindqvist (no longer needed)?");
    expect(expires_at).toBe("2026-11-22T09:10:00.000Z");
    expect(rest).toEqual({ outcome: "confirmation_needed", order_id: "1054" });
    const again = { name: "cancel_order", arguments: { ...CANCEL, confirmation } };
    const done = await host.callTool(again);
    await host.close();
    expect(done.structuredContent).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(scene.writes().length).toBe(1);
  });

  test("an acceptance that the host makes up before it was asked is none", async () => {
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      return "decline";
    });
    const forged = { ...cancel, inputResponses: ACCEPTED };
    const result = await host.callTool(forged);
    await host.close();
    expect(questions.length).toBe(1);
    expect(textOf(result)).toStartWith("Not cancelled: the person declined.");
    scene.expectUntouched();
  });

  test("a host that gives up while the shop works neither undoes the change nor doubles it", async () => {
    using scene = await openScene();
    const hurry = new AbortController();
    const ended = Promise.withResolvers<void>();
    const server = scene.open({}, async (url, init) => {
      if (init.method === "GET") return fetch(url, init);
      hurry.abort();
      for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
      return fetch(url, init).finally(() => ended.resolve());
    });
    const host = await connect(server, async () => "accept");
    const gaveUp = expect(host.callTool(cancel, { signal: hurry.signal })).rejects.toThrow();
    await Promise.all([gaveUp, ended.promise]);
    await host.close();
    expect(scene.writes().length).toBe(1);
    expect(scene.order()?.status).toBe("cancelled");
  });

  test("a host that cannot put the question, though it said so, changes nothing", async () => {
    using scene = await openScene();
    const host = await connect(scene.open(), () => Promise.reject(new Error("no window")));
    const result = await host.callTool(cancel).catch(() => undefined);
    await host.close();
    expect(result?.structuredContent).toBeUndefined();
    scene.expectUntouched();
  });

  test.each<[string, Partial<Given>]>([
    ["--read-only", { read_only: "true" }],
    ["--tools without its group", { tools: "catalog,orders,customers" }],
    ["--tools with another change", { tools: "contact_support" }],
  ])("a change that %s hides cannot be called by its name", async (_, given) => {
    using scene = await openScene();
    const host = await connect(scene.open(given), async () => "accept");
    await expect(host.callTool(cancel)).rejects.toThrow("Tool cancel_order not found");
    await host.close();
    expect(scene.noted).toEqual([]);
    scene.expectUntouched();
  });
});

// ── Answers that do not count ───────────────────────────────────────────────────────────────────

const OURS = "the confirmation is none that this server gave to this account";
const OTHER = "that answer was to another request";
const USED = "that answer was used already";
const LATE = "more than ten minutes have passed";

const PARTS = ["nonce", "time", "request", "facts", "seal"];
const other = (sign = "") => (sign === "A" ? "B" : "A");
const otherCase = (text: string) =>
  text.replace(/[a-z]/gi, (sign) => (sign < "a" ? sign.toLowerCase() : sign.toUpperCase()));
type Spoil = (consent: string) => string;
/** Ways to spoil a consent, which is five parts with dots between. */
const spoilt: [what: string, spoil: Spoil][] = [
  ...PARTS.flatMap((part, nth): [string, Spoil][] => {
    const changed =
      (change: (part: string) => string): Spoil =>
      (consent) => {
        const parts = consent.split(".");
        return parts.with(nth, change(parts[nth] ?? "")).join(".");
      };
    return [
      [`another first letter of its ${part}`, changed((it) => other(it[0]) + it.slice(1))],
      [`another last letter of its ${part}`, changed((it) => it.slice(0, -1) + other(it.at(-1)))],
      [`its ${part} cut short`, changed((it) => it.slice(0, -1))],
      [`its ${part} empty`, changed(() => "")],
      [`its ${part} left out`, (consent) => consent.split(".").toSpliced(nth, 1).join(".")],
    ];
  }),
  ["a time that is never over", (consent) => consent.replace(/\.\d+\./, ".99999999999.")],
  ["a time that is no number", (consent) => consent.replace(/\.\d+\./, ".NaN.")],
  ["a part more at its end", (consent) => `${consent}.`],
  ["a part more at its start", (consent) => `.${consent}`],
  ["white space at its end", (consent) => `${consent} `],
  ["its parts the other way round", (consent) => consent.split(".").toReversed().join(".")],
  ["all of it in capitals", (consent) => consent.toUpperCase()],
  ["its seal in the other case", (consent) => consent.replace(/[^.]+$/, otherCase)],
  ["padding", (consent) => `${consent}=`],
  ["all of it in hexadecimal", (consent) => Buffer.from(consent).toString("hex")],
  ["percent signs for its dots", (consent) => consent.replaceAll(".", "%2E")],
  ["a Cyrillic а for its first letter", (consent) => `а${consent.slice(1)}`],
  ["full-width dots", (consent) => consent.replaceAll(".", "．")],
  ["nothing but dots", () => ".".repeat(300)],
  ["a word", () => "yes"],
];

type Said = Awaited<ReturnType<ReturnType<typeof hostOf>["call"]>>;
/** It does not count, for this reason, and the person is asked with a question that does. */
const expectUncounted = ({ words, isAsking }: Said, why: string) => {
  expect(words).toStartWith(`Asked anew, since ${why}.`);
  expect(isAsking).toBe(true);
};

describe.each(BOTH)("an answer by %s counts", (by) => {
  test("for ten minutes, and not a second longer", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    scene.pass(601);
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), LATE);
    scene.expectUntouched();
    scene.pass(-1);
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true);
  });

  test("once: a message is not sent again", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("contact_support", WRITE);
    expect((await host.accept("contact_support", WRITE, consent)).isDone).toBe(true);
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.writes().length).toBe(1);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test("once when it comes twice at once", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    const accept = () => host.accept("cancel_order", CANCEL, consent);
    const both = await Promise.all([accept(), accept()]);
    expect(both.some(({ isDone }) => isDone)).toBe(true);
    expect(new Set(scene.keys()).size).toBe(1);
    expect(scene.order()?.payments.length).toBe(2); // one of them the refund
  });

  test("in another process with the same key", async () => {
    using scene = await openScene();
    const { consent } = await hostOf(scene.open(SHARED), by).call("cancel_order", CANCEL);
    const host = hostOf(scene.open(SHARED), by);
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true);
    expect(scene.writes().length).toBe(1);
  });
});

describe("an answer counts", () => {
  test("once: not again when the order is as it was before", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("change_order_address", MOVE);
    expect((await host.accept("change_order_address", MOVE, consent)).isDone).toBe(true);
    const back = { order_id: "1054", ...OLD };
    expect((await host.change("change_order_address", back)).isDone).toBe(true);
    expectUncounted(await host.accept("change_order_address", MOVE, consent), USED);
    expect(scene.writes().length).toBe(2);
    expect(scene.order()?.address).toEqual(OLD);
  });

  test("once, also when others were used since", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("contact_support", WRITE);
    await host.accept("contact_support", WRITE, consent);
    scene.pass(599);
    await host.change("contact_support", WRITE);
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.world().support_requests?.length).toBe(2);
  });

  test.each([
    ["one process", 1],
    ["two processes that share a key", 2],
  ])("for one message when it comes twice at once to %s", async (_, processes) => {
    using scene = await openScene();
    const one = hostOf(scene.open(SHARED));
    const two = processes === 1 ? one : hostOf(scene.open(SHARED));
    const { consent } = await one.call("contact_support", WRITE);
    await Promise.all([one, two].map((host) => host.accept("contact_support", WRITE, consent)));
    expect(new Set(scene.keys()).size).toBe(1);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test("for the same arguments, however the host writes them", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("change_order_items", SWAP);
    const { items, payment_method_id } = SWAP;
    const spelt = { payment_method_id, items: JSON.stringify(items), order_id: " #1054 " };
    expect((await host.accept("change_order_items", spelt, consent)).isDone).toBe(true);
  });
});

describe.each(BOTH)("an answer by %s does not count", (by) => {
  const scene = shareScene();
  let consent: string;
  beforeAll(async () => {
    consent = (await hostOf(scene().open(SHARED), by).call("cancel_order", CANCEL)).consent;
  });

  test.each(spoilt)("with %s", async (_, spoil) => {
    expect(consent.split(".").length).toBe(PARTS.length);
    const host = hostOf(scene().open(SHARED), by);
    expectUncounted(await host.accept("cancel_order", CANCEL, spoil(consent)), OURS);
  });

  test("for another order", async () => {
    const host = hostOf(scene().open(STAFF), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    const another = { ...CANCEL, order_id: "nells" };
    expectUncounted(await host.accept("cancel_order", another, consent), OTHER);
  });

  test("for another tool with the same arguments", async () => {
    const line = { item_id: FOREST.item_id, product_id: "oak-gall-ink", name: "Ink" };
    const anyOrder = { order_id: "1004", status: "unknown", lines: [line] }; // and allows whatever
    scene().schedule("GET /api/orders/:id/", times(2, sends(anyOrder)));
    const host = hostOf(scene().open(), by);
    const { consent } = await host.call("change_order_items", EXCHANGE);
    expectUncounted(await host.accept("exchange_items", EXCHANGE, consent), OTHER);
  });

  test("for the other way of asking", async () => {
    const server = scene().open();
    const { consent } = await hostOf(server, by).call("cancel_order", CANCEL);
    const host = hostOf(server, by === "code" ? "elicitation" : "code");
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), OTHER);
  });

  const another = { confirmation_key: `${SHARED.confirmation_key}!` };
  const elsewhere = { ...SHARED, django_api_base: "https://staging.test" };
  test.each<[string, Partial<Given>, Partial<Given>]>([
    ["for another caller, though they share a key", SHARED, { ...SHARED, ...STAFF }],
    ["in another process", {}, {}],
    ["in a process with another key", SHARED, another],
    ["for another shop, though all else is the same", SHARED, elsewhere],
  ])("%s", async (_, first, second) => {
    const { consent } = await hostOf(scene().open(first), by).call("cancel_order", CANCEL);
    const host = hostOf(scene().open(second), by);
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), OURS);
  });
});

describe("an answer by elicitation", () => {
  const gone = { address: { ...OLD, line1: "Kraanlei 33" } };
  const gift = { payment_method_id: "mia-gift" };
  /** What happens between question and answer, and which words are said then. */
  const meanwhile: [what: string, Name, object, happen: (scene: Scene) => void, says: RegExp][] = [
    [
      "the address of the order",
      "change_order_address",
      {},
      ({ staff }) => staff((shop, clerk) => shop.changeOrderAddress(clerk, "1054", gone)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the address of the customer",
      "change_customer_address",
      {},
      ({ staff }) =>
        staff((shop, clerk) => shop.changeCustomerAddress(clerk, "mia-lindqvist", gone)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the status of the order",
      "cancel_order",
      {},
      ({ staff }) =>
        staff((shop, clerk) => shop.cancelOrder(clerk, "1054", { reason: "ordered_by_mistake" })),
      /^Nothing was sent: the shop does not allow this now\. Only a pending order can be cancelled;/,
    ],
    [
      "the payment of the order",
      "cancel_order",
      {},
      ({ staff }) => staff((shop, clerk) => shop.changeOrderPayment(clerk, "1054", PAY)),
      /something has changed meanwhile\..*Goes back: 56\.90 EUR to PayPal/,
    ],
    [
      "the price of the new item",
      "change_order_items",
      {},
      ({ schedule }) => schedule("GET /api/products/:id/", [sends(penWith({ price: "54.01" }))]),
      /something has changed meanwhile\..* 12\.01 EUR will be charged to Visa/,
    ],
    [
      "whether the new item can be had",
      "change_order_items",
      {},
      ({ schedule }) => schedule("GET /api/products/:id/", [sends(penWith({ available: false }))]),
      /^Nothing was sent to the shop: items: sparrow-tortoiseshell-stub is not available now;/,
    ],
    [
      "what is on the gift card",
      "change_order_payment",
      gift,
      ({ schedule }) => schedule("GET /api/customers/:id/", [sends(miaWith({ balance: "1.00" }))]),
      /something has changed meanwhile\..* 1\.00 EUR/,
    ],
    [
      "whose the gift card is",
      "return_items",
      gift,
      ({ schedule }) =>
        schedule("GET /api/customers/:id/", [sends(miaWith({ payment_method_id: "hers" }))]),
      /^Nothing was sent to the shop: payment_method_id: mia-gift is not one of this customer's/,
    ],
  ];
  test.each(meanwhile)(
    "does not count when %s has changed",
    async (_, name, given, happen, says) => {
      using scene = await openScene();
      const host = hostOf(scene.open(), "elicitation");
      const args = { ...wishes[name].args, ...given };
      const { consent } = await host.call(name, args);
      happen(scene);
      const said = await host.accept(name, args, consent);
      expect(said.words).toMatch(says);
      expect(said.isDone).toBe(false);
      expect(scene.writes()).toEqual([]);
      expect(scene.unmet()).toEqual([]);
    },
  );
});

describe("an answer by elicitation is no acceptance", () => {
  const scene = shareScene();
  const host = () => hostOf(scene().open(SHARED), "elicitation");
  let asked: Said;
  beforeAll(async () => {
    asked = await host().call("cancel_order", CANCEL);
  });

  test.each(NAMES)("when it is a no to %s, which needs no second look", async (name) => {
    const { args } = wishes[name];
    const { consent } = await host().call(name, args);
    const reads = scene().noted.length;
    const more = { inputResponses: { confirm: { action: "decline" } }, requestState: consent };
    const said = await host().call(name, args, more);
    expect(said.words).toMatch(/^Not .+: the person declined\. Nothing was sent to the shop\./);
    expect(said.isError).toBe(true);
    expect(scene().noted.length).toBe(reads);
  });

  test.each<[string, (state: string) => string | undefined]>([
    ["no state", () => undefined],
    ["an empty state", () => ""],
    ["10,000 letters for a state", () => "x".repeat(10_000)],
    ["10,000 dots for a state", () => ".".repeat(10_000)],
    ["its state 200 times", (state) => state.repeat(200)],
  ])("when it brings %s", async (_, state) => {
    const more = { inputResponses: ACCEPTED, requestState: state(asked.consent) };
    const said = await host().call("cancel_order", CANCEL, more);
    expectUncounted(said, OURS);
  });

  test.each([
    ["a number", 5],
    ["null", null],
    ["a list", ["x"]],
    ["an object", { sealed: "x" }],
  ])("when it brings %s for a state, which is no protocol", async (_, requestState) => {
    const more = { inputResponses: ACCEPTED, requestState };
    const said = await host().call("cancel_order", CANCEL, more);
    expect(said.isError).toBe(true);
    expect(said.words).toContain("requestState");
  });

  const yes = ACCEPTED.confirm;
  const written = { role: "assistant", content: { type: "text", text: "accept" } };
  test.each<[string, unknown]>([
    ["a word", "accept"],
    ["null", null],
    ["true", true],
    ["a list", [yes]],
    ["nothing", {}],
    ["a yes to another question", { delete_everything: yes }],
    ["a yes in capitals", { confirm: { action: "ACCEPT" } }],
    ["a word of its own", { confirm: { action: "yes" } }],
    ["true for an answer", { confirm: true }],
    ["a list of answers", { confirm: [yes] }],
    ["an answer in an envelope", { confirm: { method: "elicitation/create", result: yes } }],
    ["an answer one level down", { confirm: { content: yes } }],
    ["what a model wrote", { confirm: written }],
  ])("when it is %s: the question stands", async (_, inputResponses) => {
    const more = { inputResponses, requestState: asked.consent };
    const said = await host().call("cancel_order", CANCEL, more);
    expect(said.words).toBe(asked.words);
    expect(said.isAsking).toBe(true);
  });

  test("when it is a confirmation among the arguments", async () => {
    const args = { ...CANCEL, confirmation: asked.consent };
    const said = await host().call("cancel_order", args);
    expect(said.words).toBe(asked.words);
    expect(said.isAsking).toBe(true);
  });

  test("when it is a code of the same server among the arguments", async () => {
    const { consent } = await hostOf(scene().open(SHARED)).call("cancel_order", CANCEL);
    const said = await host().call("cancel_order", { ...CANCEL, confirmation: consent });
    expect(said.words).toStartWith("Cancel order 1054 of Mia Lindqvist");
    expect(said.told).toBeUndefined();
  });
});

describe("an answer by code", () => {
  const scene = shareScene();
  const two = ["ink-sepia", "notebook-dotted-moss"];
  const violet = [{ ...FOREST, new_item_id: "ink-violet" }];
  const changes = rowsOf({
    cancel_order: [["reason", { reason: "ordered_by_mistake" }, OTHER]],
    change_order_address: [
      ["house number", { line1: "Strandvägen 11" }, OTHER],
      ["state, which was empty", { state: "AB" }, OTHER],
    ],
    change_order_items: [["payment method", { payment_method_id: "mia-gift" }, OTHER]],
    change_order_payment: [["payment method", { payment_method_id: "mia-gift" }, OTHER]],
    return_items: [["item more", { item_ids: two }, OTHER]],
    exchange_items: [["new item", { items: violet }, OTHER]],
    change_customer_address: [["customer", { customer_id: "mia-lindqvist" }, OTHER]],
    contact_support: [
      ["letter of the message", { message: "Could you wrap it!" }, OTHER],
      ["order, or none", { order_id: "" }, OTHER],
    ],
  });
  test.each(changes)("does not count for $name with another $what", async (row) => {
    const host = hostOf(scene().open());
    const { consent } = await host.call(row.name, wishes[row.name].args);
    expectUncounted(await host.accept(row.name, row.args, consent), row.words);
  });

  test("of more than 300 letters is not looked at", async () => {
    const reads = scene().noted.length;
    const said = await hostOf(scene().open()).accept("cancel_order", CANCEL, "x".repeat(10_000));
    expect(said.words).toBe(
      "cancel_order was not called: confirmation: expected string to have <=300 characters. Correct this and call it again.",
    );
    expect(scene().noted.length).toBe(reads);
  });

  test.each([
    ["an empty text", ""],
    ["null", null],
  ])("that is %s is none: the person is asked", async (_, confirmation) => {
    const said = await hostOf(scene().open()).call("cancel_order", { ...CANCEL, confirmation });
    expect(said.words).toStartWith("Nothing is done yet. Ask the person this");
  });

  test("cannot be replaced by an acceptance that nobody was asked for", async () => {
    const host = hostOf(scene().open());
    const { consent } = await host.call("cancel_order", CANCEL);
    const more = { inputResponses: ACCEPTED, requestState: consent };
    const said = await host.call("cancel_order", CANCEL, more);
    expect(said.told?.outcome).toBe("confirmation_needed");
  });

  test.each<[string, object, boolean]>([
    ["declares nothing", {}, true],
    ["can only show a link", { elicitation: { url: {} } }, true],
    ["can ask", { elicitation: {} }, false],
    ["can show a form", { elicitation: { form: {} } }, false],
    ["can show a form or a link", { elicitation: { form: {}, url: {} } }, false],
  ])("is for a host that cannot ask: one that %s", async (_, capabilities, isByCode) => {
    const host = hostOf(scene().open(), "code", capabilities);
    const said = await host.call("cancel_order", CANCEL);
    expect(said.isAsking).toBe(true);
    expect(said.told?.confirmation !== undefined).toBe(isByCode);
  });

  test("is for a host of 2025-11-25 that can only show a link", async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await createServer(scene().open()).connect(theirs as Transport); // 1.x and 2.x differ in a type parameter only
    const capabilities = { elicitation: { url: {} } };
    const client = new LegacyClient({ name: "tests", version: "1.0.0" }, { capabilities });
    await client.connect(ours);
    const result = await client.callTool({ name: "cancel_order", arguments: CANCEL });
    await client.close();
    expect(result.structuredContent).toMatchObject({ outcome: "confirmation_needed" });
  });

  describe("is not taken with --confirm elicit:", () => {
    const ELICIT = { ...SHARED, confirm: "elicit" } as const;

    test.each(NAMES)("no %s", async (name) => {
      const reads = scene().noted.length;
      const said = await hostOf(scene().open(ELICIT)).call(name, wishes[name].args);
      expect(said.words).toEndWith(
        `: this host cannot put a question to the person, and nothing is changed without their answer. They can do it themselves at ${ADDRESS}.`,
      );
      expect(said.isError).toBe(true);
      expect(scene().noted.length).toBe(reads);
    });

    test("nor with a code of another process", async () => {
      const { consent } = await hostOf(scene().open(SHARED)).call("cancel_order", CANCEL);
      const said = await hostOf(scene().open(ELICIT)).accept("cancel_order", CANCEL, consent);
      expect(said.words).toStartWith("Not cancelled: this host cannot put a question");
    });
  });
});

test("with --confirm elicit a host that can ask may change", async () => {
  using scene = await openScene();
  const host = hostOf(scene.open({ confirm: "elicit" }), "elicitation");
  expect((await host.change("cancel_order", CANCEL)).isDone).toBe(true);
});

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────

describe("arguments", () => {
  const scene = shareScene();
  const call = (name: Name, args: object) => hostOf(scene().open()).call(name, args);

  const noId = "expected an id as the shop writes it: up to 64 letters, digits and . _ : -";
  const none = (name: string) => `${name}: expected string, received undefined`;
  const blank = (name: string) => `${name}: expected string to have >=1 characters`;
  const long = (name: string, max: number) =>
    `${name}: expected string to have <=${max} characters`;
  const object = (name: string) => `${name}: expected string, received object`;
  const stray = (key: string) => `Unrecognized key: "${key}"`;
  const few = (name: string) => `${name}: expected array to have >=1 items`;
  const many = (name: string) => `${name}: expected array to have <=50 items`;
  const noReason = 'reason: expected one of "no_longer_needed"|"ordered_by_mistake"';
  const allGone = { order_id: undefined, reason: undefined };
  const proto: unknown = JSON.parse(
    '{"item_id":"a","new_item_id":"b","__proto__":{"isAdmin":true}}',
  );
  const inOne = { line1: undefined, city: undefined, postcode: undefined, address: NEW };

  const unseen = rowsOf({
    cancel_order: [
      ["an unknown reason", { reason: "bored" }, noReason],
      ["a reason in capitals", { reason: "NO_LONGER_NEEDED" }, noReason],
      ["a list of reasons", { reason: ["no_longer_needed"] }, noReason],
      ["nothing", allGone, `${none("order_id")}; ${noReason}`],
      ["null", { order_id: null }, "order_id: expected string, received null"],
      ["an order above its folder", { order_id: "../1054" }, `order_id: ${noId}`],
      ["an order with a query", { order_id: "1054?force=1" }, `order_id: ${noId}`],
      ["an order with a line break", { order_id: "1054\r\nX: y" }, `order_id: ${noId}`],
      ["an order of two signs", { order_id: "##1054" }, `order_id: ${noId}`],
      ["an order beyond all numbers", { order_id: 1e300 }, `order_id: ${noId}`],
      ["an order that is an object", { order_id: { $ne: 1 } }, object("order_id")],
      ["an order that is true", { order_id: true }, "order_id: expected string, received boolean"],
      ["an argument that is none", { force: true }, stray("force")],
      ["a key of every object", { constructor: 1 }, stray("constructor")],
      ["a confirmation that is an object", { confirmation: {} }, object("confirmation")],
    ],
    change_order_address: [
      ["no postcode", { postcode: undefined }, none("postcode")],
      ["a postcode that is null", { postcode: null }, "postcode: expected string, received null"],
      [
        "all in one object",
        inOne,
        `${["line1", "city", "postcode"].map(none).join("; ")}; ${stray("address")}`,
      ],
    ],
    change_order_items: [
      ["an empty list", { items: [] }, few("items")],
      ["51 items", { items: Array(51).fill(STUB) }, many("items")],
      ["words", { items: ["sparrow"] }, "items.0: expected object, received string"],
      ["a text that is no JSON", { items: "[{oops" }, "items: expected array, received string"],
      ["a list in the list", { items: [[STUB]] }, "items.0: expected object, received array"],
      ["a list of null", { items: [null] }, "items.0: expected object, received null"],
      ["half an item", { items: [{ item_id: "a" }] }, none("items.0.new_item_id")],
      ["an item in an item", { items: [{ ...STUB, item_id: STUB }] }, object("items.0.item_id")],
      ["a price of its own", { items: [{ ...STUB, price: "0.01" }] }, `items.0: ${stray("price")}`],
    ],
    change_order_payment: [
      ["a path", { payment_method_id: "mia/../x" }, `payment_method_id: ${noId}`],
    ],
    return_items: [
      ["an empty list", { item_ids: [] }, few("item_ids")],
      ["51 items", { item_ids: Array(51).fill("ink-sepia") }, many("item_ids")],
      ["lists", { item_ids: [["ink-sepia"]] }, "item_ids.0: expected string, received array"],
    ],
    exchange_items: [["a prototype", { items: [proto] }, `items.0: ${stray("__proto__")}`]],
    change_customer_address: [
      ["a blank postcode", { postcode: " \n " }, blank("postcode")],
      ["a street of 201 letters", { line1: "x".repeat(201) }, long("line1", 200)],
    ],
    contact_support: [
      ["a message of 5,000 letters", { message: "x".repeat(5000) }, long("message", 4000)],
      ["a blank message", { message: "\n\n" }, blank("message")],
      ["a subject of 201 letters", { subject: "x".repeat(201) }, long("subject", 200)],
      ["a recipient", { to: "all@shop.test" }, stray("to")],
    ],
  });
  test.each(unseen)("of $name refused unseen: $what", async ({ name, args, words }) => {
    const asked = scene().noted.length;
    const said = await call(name, args);
    expect(said.words).toBe(`${name} was not called: ${words}. Correct this and call it again.`);
    expect(said.isError).toBe(true);
    expect(scene().noted.length).toBe(asked);
  });

  const towel = { item_id: "towels-undyed", new_item_id: "towels-blue" };
  const slate = { item_id: "notebook-dotted-moss", new_item_id: "notebook-dotted-slate" };
  const foreign = (id: string) => `${id} is not in this order, which has `;
  const scarce = (id: string, times: string) => `${id} was bought ${times} and is named more often`;
  const unfit = (id: string, why: string) => `items: ${id} is ${why}; in its place there are `;
  const hers = (id: string) =>
    `payment_method_id: ${id} is not one of this customer's, which are mia-visa, mia-paypal, mia-gift`;
  const becomes = (new_item_id: string) => ({ items: [{ ...STUB, new_item_id }] });
  const looked = rowsOf({
    change_order_items: [
      ["an item not in the order", { items: [towel] }, `items: ${foreign("towels-undyed")}`],
      [
        "a second item not in the order",
        { items: [STUB, towel] },
        `items: ${foreign("towels-undyed")}`,
      ],
      [
        "an item of another product",
        becomes("ink-violet"),
        unfit("ink-violet", "no item of that product"),
      ],
      ["the same item", becomes(STUB.item_id), unfit(STUB.item_id, "there already")],
      [
        "an item more often than bought",
        { items: [STUB, STUB] },
        `items: ${scarce(STUB.item_id, "once")}`,
      ],
      ["fifty of one", { items: Array(50).fill(STUB) }, `items: ${scarce(STUB.item_id, "once")}`],
      ["another's gift card", { payment_method_id: "nell-gift" }, hers("nell-gift")],
    ],
    change_order_payment: [
      ["another's card", { payment_method_id: "nell-visa" }, hers("nell-visa")],
      [
        "the method that pays",
        { payment_method_id: "mia-visa" },
        "payment_method_id: mia-visa pays",
      ],
    ],
    return_items: [
      [
        "three of two",
        { item_ids: Array(3).fill(slate.item_id) },
        `item_ids: ${scarce(slate.item_id, "2 times")}`,
      ],
      ["a number for an item", { item_ids: [5] }, `item_ids: ${foreign("5")}`],
      [
        "an item named as a method",
        { item_ids: ["constructor"] },
        `item_ids: ${foreign("constructor")}`,
      ],
      ["another's gift card", { payment_method_id: "nell-gift" }, hers("nell-gift")],
    ],
    exchange_items: [
      [
        "an item that is sold out",
        { items: [slate] },
        unfit(slate.new_item_id, "not available now"),
      ],
    ],
  });
  test.each(looked)("of $name refused after a look: $what", async ({ name, args, words }) => {
    const said = await call(name, args);
    expect(said.words).toStartWith(`Nothing was sent to the shop: ${words}`);
    expect(said.words).toEndWith("Correct this and call again.");
    expect(said.isError).toBe(true);
  });

  const whilePending = "cancel it, change its items or payment, change its address";
  const late = rowsOf({
    cancel_order: [
      ["it was sent", { order_id: "sent" }, "nothing of the kind"],
      ["its items were changed", { order_id: "modified" }, "change its address"],
    ],
    change_order_address: [["it was sent", { order_id: "sent" }, "nothing of the kind"]],
    change_order_items: [["they were changed", { order_id: "modified" }, "change its address"]],
    change_order_payment: [["it has arrived", { order_id: "1004" }, "return or exchange items"]],
    return_items: [["it has not arrived", { order_id: "1054" }, whilePending]],
    exchange_items: [["it has not arrived", { order_id: "1054" }, whilePending]],
  });
  test.each(late)("of $name refused when $what, with what is possible", async (row) => {
    const said = await call(row.name, row.args);
    expect(said.words).toStartWith("Nothing was sent: the shop does not allow this now. ");
    expect(said.words).toEndWith(`Possible now: ${row.words}.`);
    expect(said.isError).toBe(true);
  });

  const strangers = NAMES.map((name): [Name, string, string, string] =>
    name === "change_customer_address"
      ? [name, "customer_id", "nell-okafor", "nobody"]
      : [name, "order_id", "nells", "nobodys"],
  );
  test.each(strangers)(
    "of %s: a stranger's %s is one that is not there",
    async (name, key, theirs, nobodys) => {
      const [words = "", ...others] = await Promise.all(
        [theirs, nobodys].map(async (id) => {
          const said = await call(name, { ...wishes[name].args, [key]: id });
          expect(said.isError).toBe(true);
          return said.words.replace(id, "ID");
        }),
      );
      expect(words).toContain("there is no such id, or it does not belong to this account.");
      expect(others).toEqual([words]);
    },
  );

  const inText = JSON.stringify(STUB);
  const understood = rowsOf({
    cancel_order: [
      ["an order with its sign", { order_id: "#1054" }, ""],
      ["a number", { order_id: 1054 }, ""],
    ],
    change_order_address: [["null and nothing", { line2: null, state: "" }, ""]],
    change_order_items: [
      ["a list in a text", { items: `[${inText}]` }, ""],
      ["objects in texts", { items: [inText] }, ""],
      ["objects in texts, in a text", { items: JSON.stringify([inText]) }, ""],
    ],
    return_items: [
      ["ids in a text", { item_ids: '["ink-sepia"]' }, ""],
      ["white space and a sign", { item_ids: [" #ink-sepia\n"] }, ""],
    ],
    change_customer_address: [["an empty customer", { customer_id: "" }, ""]],
  });
  test.each(understood)("of $name as hosts write them: $what", async ({ name, args }) => {
    using scene = await openScene();
    expect((await hostOf(scene.open()).change(name, args)).isDone).toBe(true);
    expect(scene.writes().map(({ body }) => JSON.parse(body))).toEqual([wishes[name].body]);
  });

  test("with a postcode that is a number are understood", async () => {
    using scene = await openScene();
    await hostOf(scene.open()).change("change_order_address", { ...MOVE, postcode: 11451 });
    expect(scene.order()?.address.postcode).toBe("11451");
  });

  const hidden = "to \u202erac\u202c\u200b \u0007bed\r\nBcc: all@shop.test\u{E0041}";
  test.each(
    rowsOf({
      change_order_address: [["line1", { line1: hidden }, ""]],
      change_customer_address: [["city", { city: hidden }, ""]],
      contact_support: [
        ["subject", { subject: hidden }, ""],
        ["message", { message: hidden }, ""],
      ],
    }),
  )("of $name reach the shop as the person read them: $what", async ({ name, args }) => {
    using scene = await openScene();
    const host = hostOf(scene.open(), "elicitation");
    const { words, consent } = await host.call(name, args);
    expect((await host.accept(name, args, consent)).isDone).toBe(true);
    const [sent = "", ...others] = scene.writes().map(({ body }) => body);
    expect(others).toEqual([]);
    const texts: string[] = [];
    JSON.parse(sent, (_, value) => (typeof value === "string" ? texts.push(value) : value));
    expect(texts.filter((text) => !words.includes(text))).toEqual([]);
    expect(texts.join("")).not.toMatch(/[\p{C}--\n]/v);
  });

  test("about an order without end are asked in a question with one", async () => {
    const lines = Array(3000).fill({ item_id: "ink", name: "Ink".repeat(70) });
    scene().schedule("GET /api/orders/:id/", [sends({ order_id: 1054, status: "pending", lines })]);
    const { words } = await call("cancel_order", CANCEL);
    expect(words.length).toBeLessThan(10_000);
  });

  const tooLittle = "Gift card mia-gift has 60.00 EUR, and 68.90 EUR are needed";
  const notOriginal =
    "payment_method_id: A return is refunded to the original payment method or to a gift card of the customer";
  const judged = rowsOf({
    change_order_payment: [
      ["too small a gift card", { order_id: "dear", payment_method_id: "mia-gift" }, tooLittle],
    ],
    return_items: [
      ["a refund to what did not pay", { payment_method_id: "mia-paypal" }, notOriginal],
    ],
  });
  test.each(judged)(
    "of $name that the shop refuses leave nothing half done: $what",
    async (row) => {
      using scene = await openScene();
      const said = await hostOf(scene.open()).change(row.name, row.args);
      expect(said.words).toMatch(/^The shop refused the /);
      expect(said.words).toContain(row.words);
      expect(said.isError).toBe(true);
      expect(scene.world()).toEqual(UNTOUCHED);
    },
  );
});

// ── Ends that are not clear ─────────────────────────────────────────────────────────────────────

const NOT_KNOWN =
  "It is not known whether the shop made the cancellation: no clear answer came. Look first";
const UNREACHABLE = "The shop cannot be reached: nothing answers at its address.";
const AT_ONCE = { "Retry-After": "0" };
const busy = status(429, { "Retry-After": "60" });
const wait = status(429, { "Retry-After": "2" });
const login = status(302, { Location: "/accounts/login/" });
const conflict = status(409, {}, { detail: "It is on its way.", code: "not_pending" });
const misread = status(400, {}, { reason: ["No."] });

/** What the shop does, how many requests that takes, and whether the order is cancelled in the end. */
type End = [what: string, faults: Fault[], requests: number, isMade: boolean];
const unclear: End[] = [
  ["three resets after the shop acted", times(3, reset()), 3, true],
  ["three resets before it heard", times(3, resetUnread()), 3, false],
  ["half an answer, three times", times(3, truncated()), 3, true],
  ["503 and nothing else", times(3, status(503)), 3, false],
  ["503 for an hour", [status(503, { "Retry-After": "3600" })], 1, false],
  ["a gateway that gave up", times(3, page(504)), 3, false],
  ["a page with 200", [page(200)], 1, false],
  ["garbage with 200", [garbage()], 1, false],
  ["nothing with 201", [page(201, "")], 1, false],
  ["another shape with 200", [sends({ ok: true })], 1, false],
  ["a list with 200", [sends([])], 1, false],
  ["an answer without end", [endless()], 1, false],
  ["an answer that unpacks to fifty megabytes", [gzipBomb()], 1, false],
  ["a page with 400, as Django's to a Host it does not know", [page(400)], 1, false],
  ["a redirect", [login], 1, false],
  ["an order that is as it was", [sends({ order_id: "1054", status: "pending" })], 1, false],
  ["another order", [sends({ order_id: "1055", status: "cancelled" })], 1, false],
  ["a reset, then a page with 200", [reset(), page(200)], 2, true],
  ["a reset, then a page with 404", [reset(), page(404)], 2, true],
  ["a reset, then 408", [reset(), status(408)], 2, true],
  ["a reset, then another shape", [reset(), sends({})], 2, true],
  ["a reset, then too many requests", [reset(), busy], 2, true],
  ["a reset, then a login", [reset(), login], 2, true],
  ["a reset, then 401", [reset(), status(401)], 2, true],
  ["a reset, then 403", [reset(), status(403)], 2, true],
  ["a reset, then 503 twice", [reset(), ...times(2, status(503))], 3, true],
];
/** What is known not to have been made, and how that is told. */
const REFUSED = "The shop refused the cancellation: It is on its way. Nothing was changed.";
const NOT_THERE = "The cancellation has nothing under 1054:";
const MISREAD = "The shop refused the cancellation (HTTP 400): reason: No.";
const refused: [...End, words: string][] = [
  ["409", [conflict], 1, false, REFUSED],
  ["400", [misread], 1, false, MISREAD],
  ["404", [status(404)], 1, false, NOT_THERE],
  ["401", [status(401)], 1, false, "The shop did not accept this server's token"],
  ["403", [status(403)], 1, false, "This account may not use the shop's cancellation like this"],
  ["too many requests", [busy], 1, false, "The shop has had too many requests. Wait 60 s"],
  ["a reset before it heard, then 409", [resetUnread(), conflict], 2, false, REFUSED],
  ["405", [status(405)], 1, false, "The shop refused the cancellation (HTTP 405)"],
  ["a page with 409", [page(409)], 1, false, "The shop refused the cancellation. Nothing was"],
  ["a reset before it heard, then 404", [resetUnread(), status(404)], 2, false, NOT_THERE],
  ["a 503, then 400", [status(503), misread], 2, false, MISREAD],
];
const mended: End[] = [
  ["a reset after the shop acted", [reset()], 2, true],
  ["a reset before it heard", [resetUnread()], 2, true],
  ["half an answer", [truncated()], 2, true],
  ["two resets", [reset(), resetUnread()], 3, true],
  ["503 and 429 that are over at once", [status(503, AT_ONCE), status(429, AT_ONCE)], 3, true],
  ["a reset, then a gateway that gave up", [reset(), page(502)], 3, true],
];

describe("a change that the shop answers with", () => {
  let yes: string; // one that every process with the key takes
  beforeAll(async () => {
    using scene = await openScene();
    yes = (await hostOf(scene.open(SHARED)).call("cancel_order", CANCEL)).consent;
  });
  /** Cancels order 1054 while the shop stumbles like this. */
  async function cancel(scene: Scene, faults: Fault[], send?: Send) {
    scene.schedule("POST /api/orders/:id/cancel/", faults);
    return hostOf(scene.open(SHARED, send)).accept("cancel_order", CANCEL, yes);
  }
  function expectEnd(scene: Scene, requests: number, isMade: boolean) {
    expect(scene.unmet()).toEqual([]);
    expect(scene.writes().length).toBe(requests);
    expect(new Set(scene.keys()).size).toBe(requests ? 1 : 0);
    const order = scene.order();
    expect(order?.status).toBe(isMade ? "cancelled" : "pending");
    expect(order?.payments.length).toBe(isMade ? 2 : 1); // never two refunds
  }

  test.each(unclear)("%s: not known whether it was made", async (_, faults, requests, isMade) => {
    using scene = await openScene();
    const said = await cancel(scene, faults);
    expect(said.words).toStartWith(NOT_KNOWN);
    expect(said.words).not.toMatch(/nothing was (changed|sent)|refunded/i);
    expect(said.isError).toBe(true);
    expectEnd(scene, requests, isMade);
  });

  test.each(refused)("%s: told as it is", async (_, faults, requests, isMade, words) => {
    using scene = await openScene();
    const said = await cancel(scene, faults);
    expect(said.words).toStartWith(words);
    expect(said.isError).toBe(true);
    expectEnd(scene, requests, isMade);
  });

  test.each(mended)("%s, then as always: done", async (_, faults, requests, isMade) => {
    using scene = await openScene();
    const { told } = await cancel(scene, faults);
    expect(told).toMatchObject({ outcome: "done", status: "cancelled", ...EUR("-56.90") });
    expectEnd(scene, requests, isMade);
  });

  test("a redirect: not followed", async () => {
    using scene = await openScene();
    await cancel(scene, [login]);
    expect(scene.noted.map(({ line }) => line)).not.toContain("GET /accounts/login/");
  });

  const foreign = "UNABLE_TO_VERIFY_LEAF_CERT";
  test.each<[string, string[], words: string, requests: number]>([
    ["nothing", ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"], UNREACHABLE, 0],
    ["a certificate that is not its own", [foreign, foreign, foreign], UNREACHABLE, 0],
    ["an end, and is gone", ["ECONNRESET", "ECONNREFUSED", "ECONNREFUSED"], NOT_KNOWN, 1],
    ["an end after it was gone", ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND"], NOT_KNOWN, 1],
    ["errors without a code", ["", "", ""], NOT_KNOWN, 3],
  ])("%s: told by what can have reached it", async (_, codes, words, requests) => {
    using scene = await openScene();
    const left = [...codes];
    const send: Send = async (url, init) => {
      if (init.method === "GET") return fetch(url, init);
      const code = left.shift() ?? "";
      if (!/REFUSED|NOTFOUND|UNREACH|CERT/.test(code)) await fetch(url, init); // the shop acts
      throw Object.assign(new Error("the line"), code && { code });
    };
    expect((await cancel(scene, [], send)).words).toStartWith(words);
    expect(left).toEqual([]);
    expectEnd(scene, requests, requests > 0);
  });

  test.each<[string, Fault[], boolean]>([
    ["nothing, ever", times(3, hang()), false],
    ["an answer that comes too late", times(3, slow(5)), true],
    ["two refusals to hurry, and then one", [wait, wait, slow(5)], true],
  ])("%s: not known whether it was made", async (_, faults, isMade) => {
    const clock = holdClock();
    using scene = await openScene({ clock });
    const said = await clock.during(cancel(scene, faults));
    await clock.during(new Promise<void>((over) => setTimeout(over, 10_000))); // the shop goes on
    await scene.settled();
    clock.release();
    expect(said.words).toStartWith(NOT_KNOWN);
    expectEnd(scene, 3, isMade);
  });

  test("its own pace, after a slow look: a change has the time of one attempt at least", async () => {
    const clock = holdClock();
    using scene = await openScene({ clock });
    scene.schedule("GET /api/orders/:id/", [slow(2.9)]);
    scene.schedule("GET /api/customers/:id/", [hang(), slow(2.9)]);
    const said = await clock.during(cancel(scene, [slow(2)])); // in all 10.8 s, of 10
    clock.release();
    expect(said.isDone).toBe(true);
    expectEnd(scene, 1, true);
  });

  test("five failures in a row: a sixth is not sent, and told so", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(SHARED));
    scene.schedule("POST /api/orders/:id/cancel/", times(15, resetUnread()));
    for (let nth = 0; nth < 5; nth++)
      expect((await host.change("cancel_order", CANCEL)).words).toStartWith(NOT_KNOWN);
    expect((await host.change("cancel_order", CANCEL)).words).toBe(
      "The cancellation failed several times in a row, so the shop is given a rest. Try again in 10 s.",
    );
    expect(scene.writes().length).toBe(15);
    expect((await host.change("change_order_address", MOVE)).isDone).toBe(true); // others go on
  });

  test("no clear end: the next one is told by itself", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(SHARED));
    const faults = [...times(3, resetUnread()), conflict, busy];
    scene.schedule("POST /api/orders/:id/cancel/", faults);
    for (const words of [NOT_KNOWN, REFUSED, "The shop has had too many requests."])
      expect((await host.change("cancel_order", CANCEL)).words).toStartWith(words);
    expect((await host.change("cancel_order", CANCEL)).isDone).toBe(true);
  });

  test("no clear end: the answer is used up, and the person is asked anew", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("contact_support", WRITE);
    scene.schedule("POST /api/support/requests/", times(3, reset()));
    const said = await host.accept("contact_support", WRITE, consent);
    expect(said.words).toStartWith("It is not known whether the shop made the support request");
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.writes().length).toBe(3);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test.each([
    ["no clear end, undone by the person", 1],
    ["no clear end, undone and sent to another process", 2],
  ])("%s: the first answer is not told as done again", async (_, processes) => {
    using scene = await openScene();
    const one = hostOf(scene.open(SHARED));
    const two = processes === 1 ? one : hostOf(scene.open(SHARED));
    const { consent } = await one.call("change_order_address", MOVE);
    scene.schedule("PATCH /api/orders/:id/address/", times(3, reset()));
    const first = await one.accept("change_order_address", MOVE, consent);
    expect(first.words).toStartWith("It is not known whether the shop made the change of address");
    scene.pass(60);
    const back = { order_id: "1054", ...OLD };
    expect((await one.change("change_order_address", back)).isDone).toBe(true);
    scene.pass(60);
    expect((await two.accept("change_order_address", MOVE, consent)).isDone).toBe(false);
    expect(scene.order()?.address).toEqual(OLD);
  });

  test.each<[string, string, Fault[], words: string]>([
    ["503 to the order", "GET /api/orders/:id/", times(3, status(503)), "The shop has a problem"],
    ["a reset to the order", "GET /api/orders/:id/", times(3, reset()), "The connection broke off"],
    ["a login to the order", "GET /api/orders/:id/", [login], "The shop answered the order record"],
    ["503 to the customer", "GET /api/customers/:id/", times(3, status(503)), "The shop has a"],
  ])("%s, after the person's yes: told as a look that failed", async (_, line, faults, words) => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("cancel_order", CANCEL);
    scene.schedule(line, faults);
    const said = await host.accept("cancel_order", CANCEL, consent);
    expect(said.words).toStartWith(words);
    expect(said.isError).toBe(true);
    expect(scene.unmet()).toEqual([]);
    scene.expectUntouched();
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true); // it still counts
  });

  test("what makes this server stumble: not told as a change that was not made", async () => {
    using scene = await openScene();
    const send: Send = async (url, init) =>
      init.method === "GET" ? fetch(url, init) : JSON.parse("null"); // no Response
    expect((await cancel(scene, [], send)).words).toStartWith(NOT_KNOWN);
  });
});

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────

describe("the key of a change", () => {
  test.each(NAMES)("of %s is one for all attempts", async (name) => {
    using scene = await openScene();
    const { args, line } = wishes[name];
    scene.schedule(line, [status(503, AT_ONCE), reset(), pass()]);
    expect((await hostOf(scene.open()).change(name, args)).isDone).toBe(true);
    const [key = "", ...others] = scene.keys();
    expect(others).toEqual([key, key]);
    expect(key).toMatch(/^[\x21-\x7e]{32,255}$/);
  });

  test("is another with each consent, though all else is the same", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    for (let nth = 0; nth < 3; nth++) await host.change("contact_support", WRITE);
    expect(new Set(scene.keys()).size).toBe(3);
    expect(scene.world().support_requests?.length).toBe(3);
  });

  test("is another for another caller", async () => {
    using scene = await openScene();
    const wish = { subject: "Hello", message: "Hello" };
    for (const who of [MIA, STAFF])
      await hostOf(scene.open({ ...SHARED, ...who })).change("contact_support", wish);
    expect(new Set(scene.keys()).size).toBe(2);
    expect(scene.world().support_requests?.length).toBe(2);
  });

  test("cannot be told from the code, nor the code from it, nor the token from either", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("contact_support", WRITE);
    const said = await host.accept("contact_support", WRITE, consent);
    const [key = ""] = scene.keys();
    for (const part of consent.split(".")) expect(key).not.toContain(part);
    expect(consent).not.toContain(key);
    expect(key + consent).not.toContain(MIA.django_api_token);
    expect(JSON.stringify(said)).not.toContain(key);
  });

  test("does not come with what only reads", async () => {
    using scene = await openScene();
    await hostOf(scene.open()).change("change_order_items", SWAP);
    const reads = scene.noted.filter((request) => !isWrite(request));
    expect(reads.length).toBe(6);
    for (const { headers } of reads) expect(headers).not.toHaveProperty("idempotency-key");
  });
});

// ── Receipts ────────────────────────────────────────────────────────────────────────────────────

describe("a receipt", () => {
  const cheaper = {
    order_id: "dear",
    items: [{ item_id: stub.item_id, new_item_id: fine.item_id }],
  };
  const medium = { items: [{ ...STUB, new_item_id: "sparrow-black-medium" }] };
  const [twofold, repaid] = [{ order_id: "twofold" }, { order_id: "repaid" }];
  test.each<[string, Name, object, string | undefined, question: RegExp]>([
    ["a dearer item", "change_order_items", {}, "12.00", / 12\.00 EUR .*charged to Visa/],
    ["a cheaper item", "change_order_items", cheaper, "-12.00", / 12\.00 EUR .*back to Visa/],
    ["the same price", "change_order_items", medium, undefined, /price stays the same/],
    ["two methods", "cancel_order", twofold, "-56.90", /40\.00 EUR to gift.* 16\.90 EUR to Visa/],
    ["what was not repaid before", "cancel_order", repaid, "-56.90", /back: 56\.90 EUR to PayPal/],
    ["another method", "change_order_payment", {}, "0.00", /56\.90 EUR .*back: 56\.90 EUR to Visa/],
    ["a return, a request", "return_items", {}, undefined, / 13\.90 EUR .*back to gift card/],
    ["an exchange, another", "exchange_items", {}, undefined, / 1\.00 EUR .*charged to Visa/],
  ])("tells the money as question and books do: %s", async (_, name, given, amount, question) => {
    using scene = await openScene();
    const args = { ...wishes[name].args, ...given };
    const host = hostOf(scene.open(), "elicitation");
    const { words, consent } = await host.call(name, args);
    expect(words).toMatch(question);
    const { told } = await host.accept(name, args, consent);
    expect(told?.amount).toBe(amount);
    expect(told?.currency).toBe(amount && "EUR");
    const booked = scene
      .world()
      .orders.flatMap(({ payments }, nth) => payments.slice(UNTOUCHED.orders[nth]?.payments.length))
      .map((payment) => (payment.kind === "refund" ? -1 : 1) * Number(payment.amount));
    const net = booked.reduce((sum, one) => sum + one, 0);
    expect(net).toBe(Number(amount ?? 0));
  });

  /** A shop where all costs tenths, which no float holds. */
  const tenth = <T extends object>(thing: T, nth: number) => ({ ...thing, price: `0.${nth + 1}0` });
  const tenths: World = {
    ...WORLD,
    products: WORLD.products.map((product) => ({ ...product, items: product.items.map(tenth) })),
    orders: WORLD.orders.map((order) => {
      const items = order.items.map(tenth);
      return { ...order, items, payments: items.map(({ price }) => paid(price)) };
    }),
  };
  const both = [
    { item_id: fine.item_id, new_item_id: "sparrow-tortoiseshell-fine" },
    { item_id: "ink-blue-black", new_item_id: "ink-forest" },
  ];
  test.each<[string, Name, object, string, string]>([
    ["0.10 and 0.20 back", "cancel_order", {}, "-0.30", "Goes back: 0.30 EUR to Visa"],
    ["0.50 for 0.10", "change_order_items", {}, "0.40", " 0.40 EUR will be charged to Visa"],
    [
      "0.60 for 0.30",
      "change_order_items",
      { items: both },
      "0.30",
      " 0.30 EUR will be charged to Visa",
    ],
  ])("adds up without floats: %s", async (_, name, given, amount, question) => {
    using scene = await openScene({ world: tenths });
    const host = hostOf(scene.open());
    const args = { ...wishes[name].args, ...given };
    const asked = await host.call(name, args);
    expect(asked.words).toContain(question);
    expect((await host.accept(name, args, asked.consent)).told?.amount).toBe(amount);
  });

  test("adds up what a shop sends as floats", async () => {
    using scene = await openScene();
    const payments = [0.1, 0.2].map((amount) => ({ ...paid(""), amount }));
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    const back = { ...paid(""), kind: "refund", amount: 0.1 + 0.2 };
    const after = { ...order, status: "cancelled", payments: [...payments, back] };
    scene.schedule("GET /api/orders/:id/", times(2, sends(order)));
    scene.schedule("POST /api/orders/:id/cancel/", [sends(after)]);
    const host = hostOf(scene.open());
    const { words, consent } = await host.call("cancel_order", CANCEL);
    expect(words).toContain("Goes back: 0.30 EUR to Visa");
    const { told } = await host.accept("cancel_order", CANCEL, consent);
    const summary = expect.stringContaining("Refunded: 0.30 EUR to Visa");
    expect(told).toEqual({
      ...wishes.cancel_order.told,
      outcome: "done",
      summary,
      ...EUR("-0.30"),
    });
  });

  test("tells no money when the shop lists payments in another order than before", async () => {
    using scene = await openScene();
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments: [paid("5.00")] };
    const payments = [{ ...paid("5.00"), kind: "refund" }, paid("5.00")];
    scene.schedule("GET /api/orders/:id/", times(2, sends(order)));
    scene.schedule("POST /api/orders/:id/cancel/", [
      sends({ ...order, status: "cancelled", payments }),
    ]);
    const { told } = await hostOf(scene.open()).change("cancel_order", CANCEL);
    expect(told).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(told?.amount).toBeUndefined();
    expect(told?.summary).not.toMatch(/charged/i);
  });

  test("adds up the smallest and the largest amounts to the cent", async () => {
    using scene = await openScene();
    const payments = [paid("99999999999999.99"), paid("0.01")];
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    scene.schedule("GET /api/orders/:id/", [sends(order)]);
    const { words } = await hostOf(scene.open()).call("cancel_order", CANCEL);
    expect(words).toContain("Goes back: 100000000000000.00 EUR to Visa");
  });
});
