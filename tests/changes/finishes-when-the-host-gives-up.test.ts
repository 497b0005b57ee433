/** A change that was sent is seen through, even when the host stops waiting for it. */
import { describe, expect, test } from "bun:test";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { connectClient } from "./client-hosts.ts";
import { CANCEL } from "./example-changes.ts";
import { isChange, openScriptedShop } from "./scripted-shop.ts";

describe.each(MEMORY_LANES)("%s", (lane) => {
  test("cancel_order cancels once when the host gives up while the shop works", async () => {
    using shop = await openScriptedShop();
    const call = new AbortController();
    const ended = Promise.withResolvers<void>();
    const server = shop.openServer({}, async (url, init) => {
      if (!isChange(url, init)) return fetch(url, init);
      call.abort();
      for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
      return fetch(url, init).finally(() => ended.resolve());
    });
    const host = await connectClient(lane, server, async () => "accept");
    const calling = host.callTool(
      { name: "cancel_order", arguments: CANCEL },
      { signal: call.signal },
    );
    const gaveUp = expect(calling).rejects.toThrow();
    await Promise.all([gaveUp, ended.promise]);
    await host.close();
    expect(shop.writes().length).toBe(1);
    expect(shop.order1054()?.status).toBe("cancelled");
  });
});
