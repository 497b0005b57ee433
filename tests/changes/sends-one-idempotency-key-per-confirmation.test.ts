/** Each confirmation has one Idempotency-Key, which all attempts carry and which reveals nothing. */
import { describe, expect, test } from "bun:test";
import { isWrite } from "../harness/fault-proxy.ts";
import { passThrough, reset, status } from "../harness/story.ts";
import { CHANGE_ITEMS, CHANGE_NAMES, CONTACT, examples } from "./example-changes.ts";
import { AT_ONCE } from "./interrupted-cancellations.ts";
import { hostFor } from "./json-rpc-host.ts";
import { MIA, openScriptedShop, SHARED_KEY, STAFF, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

describe("the Idempotency-Key", () => {
  test.each(CHANGE_NAMES)("of %s is the same in all attempts", async (name) => {
    using shop = await openScriptedShop();
    const { args, line } = examples[name];
    shop.schedule(line, [status(503, AT_ONCE), reset(), passThrough()]);
    expect((await hostFor(shop.openServer()).callAndAccept(name, args)).isDone).toBe(true);
    const [key = "", ...others] = shop.keys();
    expect(others).toEqual([key, key]);
    expect(key).toMatch(/^[\x21-\x7e]{32,255}$/);
  });

  test("of contact_support differs with each confirmation of the same call", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    for (let nth = 0; nth < 3; nth++) await host.callAndAccept("contact_support", CONTACT);
    expect(new Set(shop.keys()).size).toBe(3);
    expect(shop.world().support_requests?.length).toBe(3);
  });

  test("of contact_support differs between accounts", async () => {
    using shop = await openScriptedShop();
    const args = { subject: "Hello", message: "Hello" };
    for (const account of [MIA, STAFF]) {
      const host = hostFor(shop.openServer({ ...SHARED_KEY, ...account }));
      await host.callAndAccept("contact_support", args);
    }
    expect(new Set(shop.keys()).size).toBe(2);
    expect(shop.world().support_requests?.length).toBe(2);
  });

  test("cannot be derived from the code, nor the code from it, nor the token from either", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("contact_support", CONTACT);
    const reply = await host.accept("contact_support", CONTACT, confirmation);
    const [key = ""] = shop.keys();
    const parts = confirmation.split(".").filter((part) => part.length > 1); // "0" is the memory's name
    expect(parts.length).toBe(6);
    for (const part of parts) expect(key).not.toContain(part);
    expect(confirmation).not.toContain(key);
    expect(key + confirmation).not.toContain(MIA.django_api_token);
    expect(JSON.stringify(reply)).not.toContain(key);
  });

  test("is not sent with requests that only read", async () => {
    using shop = await openScriptedShop();
    await hostFor(shop.openServer()).callAndAccept("change_order_items", CHANGE_ITEMS);
    const reads = shop.requests.filter((request) => !isWrite(request));
    expect(reads.map(({ line }) => line)).toEqual([
      "GET /api/orders/1054/",
      "GET /api/customers/mia-lindqvist/",
      "GET /api/products/sparrow-fountain-pen/",
      "POST /api/orders/1054/previews/",
    ]);
    for (const { headers } of reads) {
      expect(headers).not.toHaveProperty("idempotency-key");
      expect(headers).not.toHaveProperty("if-match");
    }
  });
});
