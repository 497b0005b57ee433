/** What is the mock shop's own: worlds, refusals, pages, tokens, sockets. Its likeness to Django is proven elsewhere. */
import { afterAll, describe, expect, test } from "bun:test";
import * as z from "zod";
import { createHandlers } from "../mocks/handlers.ts";
import { playShop } from "../mocks/network.ts";
import { createShop } from "../mocks/shop.ts";
import { BadWorld, readWorld, seed } from "../mocks/world.ts";
import seedFile from "../mocks/world.json";
import { serveShop } from "../scripts/shop.ts";
import { endpoints } from "../server.ts";

const shop = serveShop();
afterAll(shop.stop);

const MIA = "Token demo-mia";
const STAFF = `Token ${seed.customers.find(({ staff }) => staff)?.token}`;
const NO_TOKEN = { detail: "Authentication credentials were not provided." };
const NO_PERMISSION = { detail: "You do not have permission to perform this action." };

async function ask(path: string, authorization?: string, method = "GET") {
  const headers = new Headers(authorization === undefined ? {} : { Authorization: authorization });
  const response = await fetch(new URL(path, shop.url), { method, headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const link = z.string().nullable();
const row = z.record(z.string(), z.unknown());
const page = z.object({ next: link, previous: link, results: z.array(row) });
/** The ids of every page from a path on, led by its `next` or `previous` links, and the last page's link. */
async function walk(path: string, key: string, by: string, way: "next" | "previous" = "next") {
  const pages: unknown[][] = [];
  let last = path;
  for (let link: string | null = path; link;) {
    const body = page.parse((await ask((last = link), by)).body);
    pages.push(body.results.map((row) => row[key]));
    link = body[way];
  }
  return { pages, last };
}

describe("a world", () => {
  const bare = { currency: "EUR", products: [], customers: [], orders: [] };
  const [product] = seed.products;
  const [customer] = seed.customers;
  const [order] = seed.orders;
  const withOrder = (changes: object) => ({
    ...bare,
    customers: seed.customers,
    orders: [{ ...order, ...changes }],
  });

  test("that is canonical comes back key for key", () => {
    expect(seed).toStrictEqual(readWorld(seedFile));
    expect(JSON.stringify(readWorld(seed))).toBe(JSON.stringify(seed));
    expect(createShop(seed).world()).toStrictEqual(seed);
  });

  test("comes back in one canonical form, however it was written", () => {
    const given = {
      ...withOrder({
        placed_at: "2026-11-02T10:15:00.25+01:00",
        updated_at: "2026-11-02T09:15:00.000Z",
        items_modified: false,
        cancel_reason: null,
        timeline: [],
      }),
      products: [{ ...product, items: [{ ...product?.items[0], price: 7 }] }],
      customers: [{ ...customer, customer_id: order?.customer_id, staff: false }],
      support_requests: [],
      shop: null,
    };
    const { orders, products, customers, ...rest } = readWorld(given);
    expect(orders[0]?.placed_at).toBe("2026-11-02T09:15:00.250000Z");
    expect(orders[0]?.updated_at).toBe("2026-11-02T09:15:00Z");
    expect(orders[0]?.timeline).toEqual([]);
    expect(products[0]?.items[0]?.price).toBe("7.00");
    expect(orders[0]).not.toContainAnyKeys(["items_modified", "cancel_reason"]);
    expect(customers[0]).not.toContainKey("staff");
    expect(rest).toStrictEqual({ currency: "EUR" });
  });

  test.each([
    ["world: Invalid input: expected object, received array", []],
    ["currency: Not a currency such as EUR.", { ...bare, currency: "euro" }],
    ["extra: No such key in a world.", { ...bare, extra: 1 }],
    ["orders: This field is required.", { ...bare, orders: null }],
    [
      "products[0].product_id: Not an id.",
      { ...bare, products: [{ ...product, product_id: "a/b" }] },
    ],
    [
      "products[0].items: This list may not be empty.",
      { ...bare, products: [{ ...product, items: [] }] },
    ],
    ["products[0].name: Null characters", { ...bare, products: [{ ...product, name: "a\0" }] }],
    ['products[1].product_id: "', { ...bare, products: [product, product] }],
    [
      'customers[1].token: "demo-mia" is there twice.',
      { ...bare, customers: [customer, { ...customer, customer_id: "x" }] },
    ],
    ["orders[0].status: Invalid option", withOrder({ status: "lost" })],
    ["orders[0].placed_at: Not an instant", withOrder({ placed_at: "2026-13-01T00:00:00Z" })],
    ["orders[0].estimated_delivery: Not a date", withOrder({ estimated_delivery: "2026-11-31" })],
    [
      "orders[0].payments[0].amount: A valid number",
      withOrder({ payments: [{ kind: "refund", amount: "9.5", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].payments[0].amount: Ensure this value",
      withOrder({ payments: [{ kind: "refund", amount: "-9.50", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].address.line1: This field is required.",
      withOrder({ address: { ...order?.address, line1: null } }),
    ],
    ['orders[0].customer_id: there is no "nobody".', withOrder({ customer_id: "nobody" })],
  ])("that is bad says where: %s", (line, given) => {
    expect(() => readWorld(given)).toThrow(BadWorld);
    expect(() => readWorld(given)).toThrow(line);
  });

  test("that is bad in several places has a line for each", () => {
    const given = { ...bare, currency: "e", orders: {}, one: 1, two: 2 };
    expect(() => readWorld(given)).toThrow(/^currency: .+\norders: .+\none: .+\ntwo: .+$/);
  });

  test("is copied by its shop", () => {
    expect(createShop(seed).product("nothing")).toBeUndefined();
    const copy = structuredClone(seed);
    const own = createShop(copy);
    copy.products.length = 0;
    expect(own.world()).toStrictEqual(seed);
  });
});

describe("a token", () => {
  test.each([
    ["Token nobody", "Invalid token."],
    ["Bearer nobody", "Invalid token."],
    ["Token", "Invalid token header. No credentials provided."],
    ["bearer a b", "Invalid token header. Token string should not contain spaces."],
    ["Token \xff", "Invalid token header. Token string should not contain invalid characters."],
  ])("%s is refused even where none is needed", async (header, detail) => {
    const { status, headers, body } = await ask("/api/shop/", header);
    expect([status, body]).toEqual([401, { detail }]);
    expect(headers.get("WWW-Authenticate")).toBe("Token");
  });

  test.each(["Token", "Bearer", "token", "BEARER"])(
    "comes under the keyword %s",
    async (keyword) => {
      const { body } = await ask("/api/customers/me/", `${keyword} demo-mia`);
      expect(body).toMatchObject({ customer_id: "mia-lindqvist", currency: "EUR" });
    },
  );

  test.each(["orders/", "orders/1001/", "orders/1001/status/", "customers/", "customers/me/"])(
    "is needed for %s",
    async (path) => {
      for (const header of [undefined, "Basic bWlhOm1pYQ=="]) {
        const { status, headers, body } = await ask(`/api/${path}`, header);
        expect([status, body]).toEqual([401, NO_TOKEN]);
        expect(headers.get("WWW-Authenticate")).toBe("Token");
      }
    },
  );

  test("of a shopper opens nothing of others", async () => {
    expect(await ask("/api/customers/?limit=x", MIA)).toMatchObject({
      status: 403,
      body: NO_PERMISSION,
    });
    const foreign = await ask("/api/orders/?customer=bram-de-wilde", MIA);
    expect(foreign).toMatchObject({ status: 403, body: NO_PERMISSION });
    for (const path of ["orders/1001/", "orders/nothing/", "orders/1001/status/"]) {
      const body = { detail: "No Order matches the given query." };
      expect(await ask(`/api/${path}`, MIA)).toMatchObject({ status: 404, body });
    }
    const body = { detail: "No Customer matches the given query." };
    expect(await ask("/api/customers/bram-de-wilde/", MIA)).toMatchObject({ status: 404, body });
    expect((await ask("/api/customers/bram-de-wilde/", STAFF)).status).toBe(200);
  });
});

describe("a refusal", () => {
  const integer = "A valid integer is required.";
  const number = "A valid number is required.";
  test.each<[string, Record<string, string[]>]>([
    ["limit=0", { limit: ["Ensure this value is greater than or equal to 1."] }],
    ["limit=51", { limit: ["Ensure this value is less than or equal to 50."] }],
    ["limit=ten", { limit: [integer] }],
    ["ordering=cheap", { ordering: ['"cheap" is not a valid choice.'] }],
    ["in_stock=perhaps", { in_stock: ["Must be a valid boolean."] }],
    ["min_price=NaN", { min_price: [number] }],
    ["min_price=-0.01", { min_price: ["Ensure this value is greater than or equal to 0."] }],
    ["max_price=1.005", { max_price: ["Ensure that there are no more than 2 decimal places."] }],
    [
      "max_price=12345678901",
      { max_price: ["Ensure that there are no more than 10 digits in total."] },
    ],
    [
      "max_price=123456789",
      { max_price: ["Ensure that there are no more than 8 digits before the decimal point."] },
    ],
    [`q=${"x".repeat(201)}`, { q: ["Ensure this field has no more than 200 characters."] }],
    ["q=%00", { q: ["Null characters are not allowed."] }],
    [
      "limit=1.5&min_price=x&in_stock=2",
      { limit: [integer], min_price: [number], in_stock: ["Must be a valid boolean."] },
    ],
  ])("of a query names each bad field: %s", async (query, body) => {
    expect(await ask(`/api/products/search/?${query}`)).toMatchObject({ status: 400, body });
  });

  test("asks for one of a customer's marks", async () => {
    const body = { non_field_errors: ["Give an email, a first_name, a last_name or a postcode."] };
    expect(await ask("/api/customers/?email=%20", STAFF)).toMatchObject({ status: 400, body });
  });

  test("of a method comes after the token's, and says what is allowed", async () => {
    const { status, headers, body } = await ask("/api/shop/", undefined, "POST");
    expect([status, body]).toEqual([405, { detail: 'Method "POST" not allowed.' }]);
    expect(headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    expect((await ask("/api/orders/", undefined, "POST")).status).toBe(401);
    expect((await ask("/api/customers/", MIA, "DELETE")).status).toBe(403);
  });

  test.each([
    "/",
    "/api/shop",
    "/api/shop/x/",
    "/x/api/shop/",
    "/API/shop/",
    "/api/products/a%2Fb/",
  ])("of the path %s is Django's, of no endpoint", async (path) => {
    const { status, headers, body } = await ask(path, "Token nobody");
    expect([status, body]).toEqual([404, { detail: "Not found." }]);
    expect(headers.get("Allow")).toBeNull();
  });

  test.each([
    "!",
    "YQ",
    btoa("o=1001"),
    btoa("o=NaN"),
    btoa("r=0"),
    btoa("p=tea"),
    btoa("p=1&r=1"),
  ])("of a cursor that was not given out: %s", async (cursor) => {
    const path = `/api/products/search/?cursor=${encodeURIComponent(cursor)}`;
    expect(await ask(path)).toMatchObject({ status: 404, body: { detail: "Invalid cursor" } });
  });
});

describe("pages", () => {
  const lists: [string, string][] = [
    ["/api/products/search/?q=a&", "product_id"],
    ["/api/products/search/?ordering=price&", "product_id"],
    ["/api/products/search/?ordering=-price&", "product_id"],
    ["/api/products/search/?ordering=name&", "product_id"],
    ["/api/orders/?", "order_id"],
  ];
  test.each(lists)("of %s lead forth and back through ties", async (path, key) => {
    const whole = (await walk(`${path}limit=50`, key, STAFF)).pages.flat();
    for (const limit of [3, 7]) {
      const forth = await walk(`${path}limit=${limit}`, key, STAFF);
      expect(forth.pages.flat()).toEqual(whole);
      const back = await walk(forth.last, key, STAFF, "previous");
      expect(new Set(back.pages.flat())).toEqual(new Set(whole));
    }
  });

  test("say where they lead as Django writes it", async () => {
    const path = "/api/products/search/";
    const { body } = await ask(`${path}?x=~*+é&q=a&limit=1&cursor=`);
    const { next, previous } = page.parse(body);
    expect(next).toMatch(/\?cursor=[\w%]+&limit=1&q=a&x=~%2A\+%C3%A9$/);
    expect(next).toStartWith(`${shop.url}${path}`);
    expect(previous).toBeNull();
  });

  test("of nothing but ties are counted, not named", async () => {
    const { body } = await ask("/api/products/search/?limit=2");
    expect(page.parse(body).next).toContain(`cursor=${btoa("o=2").replaceAll("=", "%3D")}&`);
  });
});

describe("the shop", () => {
  test("has a handler for every endpoint", () => {
    const paths = createHandlers(createShop(seed)).map(({ info }) => String(info.path));
    const templates = Object.values(endpoints).map(({ path }) => path.template);
    expect(paths.map((path) => path.replace(/:(\w+)/g, "{$1}")).toSorted()).toEqual(
      templates.toSorted(),
    );
  });

  test("gives its world back over HTTP", async () => {
    expect((await ask("/__world/")).body).toEqual(seed);
  });

  test("played inside the process notes what no handler knows", async () => {
    const network = playShop("https://shop.example", createHandlers(createShop(seed)));
    await network.start();
    try {
      expect((await fetch("https://shop.example/api/shop/")).status).toBe(200);
      expect(network.unhandled).toEqual([]);
      const strays = ["https://shop.example/api/nothing/", "https://elsewhere.example/api/shop/"];
      for (const stray of strays) await expect(fetch(stray)).rejects.toThrow();
      expect(network.unhandled).toEqual(strays.map((stray) => `GET ${stray}`));
    } finally {
      await network.stop();
    }
  });

  const program = new URL("../scripts/shop.ts", import.meta.url).pathname;
  test.each([
    ["--wordl", [], /'--wordl'.*Usage/],
    ["--port", ["http"], /--port http is no port/],
    ["--port", [new URL(shop.url).port], /cannot be used/],
    ["--world", ["/nowhere.json"], /\/nowhere\.json cannot be read/],
    ["--world", [program], /is not JSON/],
    [
      "--world",
      [new URL("../package.json", import.meta.url).pathname],
      /is no world\. Mend currency: /,
    ],
  ])("does not start with %s %j, and says so in one line", (flag, values, line) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([
      process.execPath,
      program,
      flag,
      ...values,
    ]);
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr.toString()).toMatch(/^shop: .+\n$/);
    expect(stderr.toString()).toMatch(line);
  });
});
