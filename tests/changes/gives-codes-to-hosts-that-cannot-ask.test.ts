/** A host that cannot ask its user gets a code with the question; a host that can ask gets none. */
import { describe, expect, test } from "bun:test";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { Transport } from "@modelcontextprotocol/server";
import { createServer } from "../../server.ts";
import { CANCEL } from "./example-changes.ts";
import { ACCEPTED, hostFor } from "./json-rpc-host.ts";
import { shareScriptedShop } from "./scripted-shop.ts";

describe("cancel_order", () => {
  const shop = shareScriptedShop();

  test("refuses a code of more than 1,000 letters without a request", async () => {
    const reads = shop().requests.length;
    const host = hostFor(shop().openServer());
    const reply = await host.accept("cancel_order", CANCEL, "x".repeat(10_000));
    expect(reply.text).toBe(
      "cancel_order was not called: confirmation: expected string to have <=1000 characters. Correct this and call it again.",
    );
    expect(shop().requests.length).toBe(reads);
  });

  test.each([
    ["an empty string", ""],
    ["null", null],
  ])("asks when the code is %s", async (_, confirmation) => {
    const host = hostFor(shop().openServer());
    const reply = await host.call("cancel_order", { ...CANCEL, confirmation });
    expect(reply.text).toStartWith("Nothing is done yet. Ask the user this");
  });

  test("asks again when a host that cannot ask sends an acceptance in place of the code", async () => {
    const host = hostFor(shop().openServer());
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const more = { inputResponses: ACCEPTED, requestState: confirmation };
    const reply = await host.call("cancel_order", CANCEL, more);
    expect(reply.receipt?.outcome).toBe("confirmation_needed");
  });

  test.each<[string, object, boolean]>([
    ["declares nothing", {}, true],
    ["can only show a link", { elicitation: { url: {} } }, true],
    ["can ask", { elicitation: {} }, false],
    ["can show a form", { elicitation: { form: {} } }, false],
    ["can show a form or a link", { elicitation: { form: {}, url: {} } }, false],
  ])(
    "gives a code only to a host that cannot ask: one that %s",
    async (_, capabilities, hasCode) => {
      const host = hostFor(shop().openServer(), "code", capabilities);
      const reply = await host.call("cancel_order", CANCEL);
      expect(reply.isAsking).toBe(true);
      expect(reply.receipt?.confirmation !== undefined).toBe(hasCode);
    },
  );

  test("gives a code to a host of 2025-11-25 that can only show a link", async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const server = createServer(shop().openServer());
    await server.connect(theirs as Transport); // 1.x and 2.x transports differ in a type parameter only
    const capabilities = { elicitation: { url: {} } };
    const client = new LegacyClient({ name: "tests", version: "1.0.0" }, { capabilities });
    await client.connect(ours);
    const result = await client.callTool({ name: "cancel_order", arguments: CANCEL });
    await client.close();
    expect(result.structuredContent).toMatchObject({ outcome: "confirmation_needed" });
  });
});
