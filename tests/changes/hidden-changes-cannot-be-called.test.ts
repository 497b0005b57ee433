/** Changes that settings hide. */
import { describe, expect, test } from "bun:test";
import { createServer, type Shop } from "../../server.ts";
import { type Given, type Hold, lanes } from "../harness/lanes.ts";
import { CANCEL } from "./example-changes.ts";
import { openScene } from "./scripted-shop.ts";

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const connect = (shop: Shop, answer?: Hold["answer"]) => {
    const serve = () => createServer(shop);
    return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
  };
  const cancel = { name: "cancel_order", arguments: CANCEL };

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
