/** Codes. */
import { describe, expect, test } from "bun:test";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { Transport } from "@modelcontextprotocol/server";
import { createServer } from "../../server.ts";
import { CANCEL } from "./example-changes.ts";
import { ACCEPTED, hostOf } from "./json-rpc-host.ts";
import { shareScene } from "./scripted-shop.ts";

describe("an answer by code", () => {
  const scene = shareScene();

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
});
