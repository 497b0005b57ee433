/** What stands between a wish and a change: an answer of the person's that counts, and one effect of it. */
import { describe, expect, test } from "bun:test";
import { createServer, type Shop } from "../../server.ts";
import { type Hold, lanes, textOf } from "../harness/lanes.ts";
import { CANCEL, type Name, NAMES, wishes } from "./example-changes.ts";
import { ACCEPTED, receipt } from "./json-rpc-host.ts";
import { openScene } from "./scripted-shop.ts";

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const connect = (shop: Shop, answer?: Hold["answer"]) => {
    const serve = () => createServer(shop);
    return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
  };
  const cancel = { name: "cancel_order", arguments: CANCEL };

  const some: Name[] = ["cancel_order", "contact_support"];
  const asked = lane === "memory-legacy" ? NAMES : some; // receipts are the same by nature
  test.each(asked)("%s: the person says yes, and it is done once", async (name) => {
    const { args, line, body, told, says } = wishes[name];
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      scene.expectUntouched();
      return "accept";
    });
    const result = await host.callTool({ name, arguments: { ...args } });
    await host.close();
    expect(questions.length).toBe(1);
    const summary = expect.stringContaining(says);
    expect(result.structuredContent).toEqual({ outcome: "done", summary, ...told });
    const sent = scene.writes().map((request) => [request.line, JSON.parse(request.body)]);
    expect(sent).toEqual([[line, body]]);
  });

  test.each([
    ["no", "decline", "the person declined."],
    ["nothing", "cancel", "the person closed the question without an answer."],
  ] as const)("the person says %s", async (_, answer, words) => {
    using scene = await openScene();
    const host = await connect(scene.open(), async () => answer);
    const result = await host.callTool(cancel);
    await host.close();
    expect(textOf(result)).toStartWith(`Not cancelled: ${words} Nothing was sent to the shop.`);
    expect(result.isError).toBe(true);
    scene.expectUntouched();
  });

  test("a host that cannot ask gets a code, and with it the change", async () => {
    using scene = await openScene();
    const host = await connect(scene.open());
    const asked = await host.callTool(cancel);
    scene.expectUntouched();
    const { confirmation, expires_at, summary, ...rest } = receipt.parse(asked.structuredContent);
    expect(summary).toStartWith("Nothing is done yet. Ask the person this, word for word;");
    expect(summary).toContain("Cancel order 1054 of Mia Lindqvist (no longer needed)?");
    expect(expires_at).toBe("2026-11-22T09:10:00.000Z");
    expect(rest).toEqual({ outcome: "confirmation_needed", order_id: "1054" });
    const again = { name: "cancel_order", arguments: { ...CANCEL, confirmation } };
    const done = await host.callTool(again);
    await host.close();
    expect(done.structuredContent).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(scene.writes().length).toBe(1);
  });

  test("an acceptance that the host makes up before it was asked is none", async () => {
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      return "decline";
    });
    const forged = { ...cancel, inputResponses: ACCEPTED };
    const result = await host.callTool(forged);
    await host.close();
    expect(questions.length).toBe(1);
    expect(textOf(result)).toStartWith("Not cancelled: the person declined.");
    scene.expectUntouched();
  });

  test("a host that cannot put the question, though it said so, changes nothing", async () => {
    using scene = await openScene();
    const host = await connect(scene.open(), () => Promise.reject(new Error("no window")));
    const result = await host.callTool(cancel).catch(() => undefined);
    await host.close();
    expect(result?.structuredContent).toBeUndefined();
    scene.expectUntouched();
  });
});
