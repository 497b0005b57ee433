/** A changing tool that the settings do not offer cannot be called by its name. */
import { describe, expect, test } from "bun:test";
import { type SettingsInput, MEMORY_LANES } from "../harness/lanes.ts";
import { connectClient } from "./client-hosts.ts";
import { CANCEL } from "./example-changes.ts";
import { openScriptedShop } from "./scripted-shop.ts";

describe.each(MEMORY_LANES)("%s", (lane) => {
  test.each<[string, Partial<SettingsInput>]>([
    ["--read-only", { read_only: "true" }],
    ["--tools without its group", { tools: "catalog,orders,customers" }],
    ["--tools for another change", { tools: "contact_support" }],
  ])("cancel_order is not found with %s", async (_, settings) => {
    using shop = await openScriptedShop();
    const host = await connectClient(lane, shop.openServer(settings), async () => "accept");
    const call = { name: "cancel_order", arguments: CANCEL };
    await expect(host.callTool(call)).rejects.toThrow("Tool cancel_order not found");
    await host.close();
    expect(shop.requests).toEqual([]);
    shop.expectUntouched();
  });
});
