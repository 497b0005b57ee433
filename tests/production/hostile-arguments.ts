/**
 * 10,000 calls with hostile ids and arguments, on every tool, through its question to its change: each request that
 * reaches the shop is one of the contract's, and an id is one segment of its path.
 */
import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { allTools, openShop, settingsSchema } from "../../server.ts";
import { endpoints, ID } from "../../shop/contract.ts";
import { ShopError } from "../../shop/errors.ts";
import { lanes } from "../harness/lanes.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";

const ORIGIN = "https://shop.test";
const RUNS = 10_000;
spyOn(console, "error").mockImplementation(() => {}); // what it logs is not of this test

// ── What the shop is asked ──────────────────────────────────────────────────────────────────────

const routes = Object.values(endpoints).map(({ method, path: { template, query } }) => {
  const segments = template.split("/").map((part) => (part.startsWith("{") ? undefined : part));
  return { name: `${method} ${template}`, method, segments, parameters: Object.keys(query) };
});
const reached = new Set<string>();
/** Why a request is none of the contract's; undefined where it is one. */
function misfit(method: string, address: string): string | undefined {
  if (!address.startsWith(`${ORIGIN}/`)) return "another origin";
  const [path = "", query, ...others] = address.slice(ORIGIN.length).split("?");
  if (others.length || address.includes("#")) return "two queries, or a fragment";
  if (new URL(address).pathname !== path) return "a path that is read otherwise than it is written";
  const parts = path.split("/");
  const route = routes.find(
    ({ method: its, segments }) =>
      its === method &&
      segments.length === parts.length &&
      segments.every((segment, at) => segment === undefined || segment === parts[at]),
  );
  if (!route) return "no path of the contract";
  for (const [at, part] of parts.entries()) {
    if (route.segments[at] !== undefined) continue;
    const id = decodeURIComponent(part);
    if (!ID.test(id) || encodeURIComponent(id) !== part) return "an id that is not on the list";
  }
  const names = [...new URLSearchParams(query)].map(([name]) => name);
  const stray = names.find((name) => !route.parameters.includes(name));
  if (stray !== undefined) return `a parameter ${stray}`;
  if (new Set(names).size < names.length) return "a parameter twice";
  reached.add(route.name);
  return undefined;
}

test.each([
  ["GET", "https://evil.example/api/shop/"],
  ["GET", `${ORIGIN}.evil.example/api/shop/`],
  ["GET", `${ORIGIN}/api/orders/../admin/`],
  ["GET", `${ORIGIN}/api/orders/1/2/`],
  ["GET", `${ORIGIN}/api/orders/1%2f2/`],
  ["GET", `${ORIGIN}/api/orders/1/?all=1`],
  ["GET", `${ORIGIN}/api/orders/?limit=1&limit=2`],
  ["GET", `${ORIGIN}/api/orders/1/cancel/`],
  ["POST", `${ORIGIN}/api/orders/1/`],
  ["GET", `${ORIGIN}/api/shop/#x`],
])("%s %s is none of the contract's", (method, address) => {
  expect(misfit(method, address)).toBeString();
});

// ── A shop that has whatever is asked for ───────────────────────────────────────────────────────

const order = (order_id: string) => {
  return {
    order_id,
    status: "pending",
    version: "1",
    can_cancel: true,
    can_change: true,
    can_change_address: true,
    can_return: true,
    can_preview: true,
    lines: [{ item_id: "i1", product_id: "p1", name: "Pen", price: "2.00" }],
    payments: [{ kind: "payment", amount: "2.00", payment_method_id: "m1" }],
    customer_id: "me",
  };
};
const customer = {
  customer_id: "me",
  first_name: "Mia",
  payment_methods: ["m1", "m2"].map((id) => ({ payment_method_id: id, kind: "paypal" })),
};
const product = {
  product_id: "p1",
  name: "Pen",
  items: ["i1", "i2"].map((item_id) => ({ item_id, price: "2.00", available: true })),
};
function answerTo(path: string): object {
  const [, , what, id = "", rest] = path.split("/");
  if (path.endsWith("/search/")) return { results: [product] };
  if (what === "products") return { ...product, product_id: decodeURIComponent(id) };
  if (what === "shop") return { name: "Shop" };
  if (what === "support") return { request_id: "1" };
  if (what === "customers") return id ? customer : { results: [customer] };
  if (!id) return { results: [order("1")] };
  if (rest === "status") return { order_id: decodeURIComponent(id), status: "pending" };
  return order(decodeURIComponent(id));
}

// ── What is sent ────────────────────────────────────────────────────────────────────────────────

const hostile = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom("1036", "me", "p1"), fc.constantFrom(...HOSTILE_TEXTS), fc.boolean())
      .map(([id, text, isAfter]) => (isAfter ? id + text : text + id)),
  },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
);
const VALID: Record<string, unknown> = {
  id: "paper-star",
  query: "pen",
  limit: 5,
  sort: "name",
  in_stock: true,
  min_price: 1,
  max_price: 9,
  product_id: "p1",
  order_id: "1036",
  customer_id: "me",
  status: "pending",
  category: "Pens",
  email: "m@shop.test",
  first_name: "Mia",
  last_name: "L",
  postcode: "1",
  reason: "no_longer_needed",
  payment_method_id: "m2",
  item_ids: ["i1"],
  line1: "A 1",
  line2: "",
  city: "B",
  state: "",
  country: "C",
  items: [{ item_id: "i1", new_item_id: "i2" }],
  subject: "S",
  message: "M",
};
const names = Object.keys(allTools) as (keyof typeof allTools)[]; // its own keys
/** Most arguments as they should be, and one or two that are not. */
const call = fc.constantFrom(...names).chain((name) => {
  const known = Object.keys(allTools[name].input.shape).filter((key) => key in VALID);
  const valid = Object.fromEntries(known.map((key) => [key, VALID[key]]));
  const places = fc.constantFrom(...known, "cursor", "path", "__proto__", "query[all]");
  const changed = fc.array(fc.tuple(places, hostile), { minLength: 1, maxLength: 2 });
  return changed.map((changes) => {
    const args = { ...valid };
    for (const [key, value] of changes)
      Object.defineProperty(args, key, { value, enumerable: true, configurable: true });
    return { name, args };
  });
});

test(`${RUNS} hostile calls ask nothing outside the contract`, async () => {
  const count = { sent: 0, refused: 0, answered: 0 };
  const strays: string[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    const why = misfit(method, url);
    if (why) strays.push(`${method} ${url}: ${why}`);
    count.sent += 1;
    return Response.json(answerTo(new URL(url).pathname));
  };
  const settings = { django_api_base: ORIGIN, django_api_token: "a-token-of-many-letters" };
  const shop = openShop(settingsSchema.parse(settings), { fetch });

  await fc.assert(
    fc.asyncProperty(call, async ({ name, args }) => {
      try {
        const { result } = await allTools[name].call(name, args, shop);
        count.answered += 1;
        const { confirmation } = result;
        if (confirmation) await allTools[name].call(name, { ...args, confirmation }, shop);
      } catch (error) {
        if (!(error instanceof ShopError)) throw error; // words, whatever is sent
        count.refused += 1;
        expect(error.code).not.toBe("internal");
      }
      expect(strays).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  // What is refused before it is sent proves less: much of it is sent, to every endpoint.
  expect(count.sent).toBeGreaterThan(RUNS / 2);
  expect(count.refused).toBeGreaterThan(RUNS / 10);
  const unseen = routes.map(({ name }) => name).filter((name) => !reached.has(name));
  expect(unseen).toEqual([]);
}, 120_000);

test("hostile addresses and typed values ask nothing outside the contract", async () => {
  const strays: string[] = [];
  let sent = 0;
  const send = async (url: string, init: RequestInit) => {
    sent += 1;
    const why = misfit(init.method ?? "GET", url);
    if (why) strays.push(`${url}: ${why}`);
    return Response.json(answerTo(new URL(url).pathname));
  };
  const settings = { django_api_base: ORIGIN, django_api_token: "a-token-of-many-letters" };
  const host = await lanes["memory-legacy"](settings, { send });
  const templates = ["shop://products/{product_id}", "shop://orders/{order_id}"];
  for (const text of HOSTILE_TEXTS)
    for (const uri of templates) {
      const spellings = [text, encodeURIComponent(text.toWellFormed()), `1036${text}`];
      for (const spelling of spellings) {
        const read = { uri: uri.replace(/\{.*\}/, () => spelling) };
        await host.readResource(read).catch(() => undefined); // refused, in words
      }
      const name = /\{(.*)\}/.exec(uri)?.[1] ?? "";
      const ref = { type: "ref/resource" as const, uri };
      await host.complete({ ref, argument: { name, value: text } });
    }
  expect(strays).toEqual([]);
  expect(sent).toBeGreaterThan(HOSTILE_TEXTS.length);
  await host.close();
}, 60_000);
