/** Keys. */
import { describe, expect, test } from "bun:test";
import { pass, reset, status } from "../harness/story.ts";
import { isWrite } from "../harness/fault-proxy.ts";
import { NAMES, SWAP, WRITE, wishes } from "./example-changes.ts";
import { AT_ONCE } from "./interrupted-cancellations.ts";
import { hostOf } from "./json-rpc-host.ts";
import { MIA, openScene, SHARED, STAFF, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

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
