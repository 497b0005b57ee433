/** A host that gives up. */
import { describe, expect, test } from "bun:test";
import { createServer, type Shop } from "../../server.ts";
import { type Hold, lanes } from "../harness/lanes.ts";
import { CANCEL } from "./example-changes.ts";
import { openScene } from "./scripted-shop.ts";

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const connect = (shop: Shop, answer?: Hold["answer"]) => {
    const serve = () => createServer(shop);
    return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
  };
  const cancel = { name: "cancel_order", arguments: CANCEL };

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
});
