/** A changing tool asks the user first, sends its change once after a yes, and sends nothing otherwise. */
import { describe, expect, test } from "bun:test";
import { MEMORY_LANES, textOf } from "../harness/lanes.ts";
import { connectClient } from "./client-hosts.ts";
import { CANCEL, CHANGE_NAMES, type ChangeName, examples } from "./example-changes.ts";
import { ACCEPTED, receiptSchema } from "./json-rpc-host.ts";
import { openScriptedShop } from "./scripted-shop.ts";

describe.each(MEMORY_LANES)("%s", (lane) => {
  const cancel = { name: "cancel_order", arguments: CANCEL };

  const two: ChangeName[] = ["cancel_order", "contact_support"];
  const tested = lane === "memory-legacy" ? CHANGE_NAMES : two; // receipts do not depend on the lane
  test.each(tested)("%s asks once, and acts once after the user's yes", async (name) => {
    const { args, line, body, receipt, summary } = examples[name];
    using shop = await openScriptedShop();
    const questions: string[] = [];
    const host = await connectClient(lane, shop.openServer(), async (question) => {
      questions.push(question);
      shop.expectUntouched();
      return "accept";
    });
    const result = await host.callTool({ name, arguments: { ...args } });
    await host.close();
    expect(questions.length).toBe(1);
    expect(result.structuredContent).toEqual({
      outcome: "done",
      summary,
      ...receipt,
    });
    const sent = shop.writes().map((request) => [request.line, JSON.parse(request.body)]);
    expect(sent).toEqual([[line, body]]);
  });

  test.each([
    [
      "declines",
      "decline",
      "the user declined, or this host runs without a user and declines by itself.",
    ],
    [
      "closes the question",
      "cancel",
      "the question was closed without an answer, by the user or by a host that runs without one.",
    ],
  ] as const)("cancel_order sends nothing when the user %s", async (_, answer, reason) => {
    using shop = await openScriptedShop();
    const host = await connectClient(lane, shop.openServer(), async () => answer);
    const result = await host.callTool(cancel);
    await host.close();
    expect(textOf(result)).toStartWith(`Not cancelled: ${reason} Nothing was sent to the shop.`);
    expect(result.isError).toBe(true);
    shop.expectUntouched();
  });

  test("cancel_order gives a code to a host that cannot ask, and acts once it comes back", async () => {
    using shop = await openScriptedShop();
    const host = await connectClient(lane, shop.openServer());
    const asked = await host.callTool(cancel);
    shop.expectUntouched();
    const receipt = receiptSchema.parse(asked.structuredContent);
    const { confirmation, expires_at, summary, ...rest } = receipt;
    expect(summary).toStartWith("Nothing is done yet. Ask the user this, word for word;");
    expect(summary).toContain('\nCancel order 1054 of "Mia Lindqvist" (no longer needed)?\n');
    expect(expires_at).toBe("2026-11-22T09:10:00.000Z");
    expect(rest).toEqual({ outcome: "confirmation_needed", order_id: "1054" });
    const confirmed = { name: "cancel_order", arguments: { ...CANCEL, confirmation } };
    const done = await host.callTool(confirmed);
    await host.close();
    expect(done.structuredContent).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(shop.writes().length).toBe(1);
  });

  test("cancel_order ignores an acceptance that the host sends before it was asked", async () => {
    using shop = await openScriptedShop();
    const questions: string[] = [];
    const host = await connectClient(lane, shop.openServer(), async (question) => {
      questions.push(question);
      return "decline";
    });
    const forged = { ...cancel, inputResponses: ACCEPTED };
    const result = await host.callTool(forged);
    await host.close();
    expect(questions.length).toBe(1);
    expect(textOf(result)).toStartWith("Not cancelled: the user declined,");
    shop.expectUntouched();
  });

  const unknownMethod = Object.assign(new Error("Method not found"), { code: -32601 });
  test.each([
    ["fails to ask", new Error("no window")],
    ["does not know the question", unknownMethod],
  ])("cancel_order sends nothing when a host that declared elicitation %s", async (_, error) => {
    using shop = await openScriptedShop();
    const fails = () => Promise.reject(error);
    const host = await connectClient(lane, shop.openServer(), fails);
    const calling = host.callTool(cancel).then(textOf);
    // In the era of sessions the server asks and hears of the failure; in the other one the client asks itself.
    if (lane === "memory-legacy")
      expect(await calling).toBe(
        "Not cancelled: this host could not put the question to the user, or their answer did not come back. Nothing was sent to the shop. Tell them; the same call asks once more.",
      );
    else await expect(calling).rejects.toThrow(error.message);
    await host.close();
    shop.expectUntouched();
  });
});
