/** A question that was answered without a yes counts no more, however the host goes on. */
import { describe, expect, test } from "bun:test";
import { openConfirmations } from "../../shop/confirmation.ts";
import { CANCEL } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { ANSWERED_BEFORE, expectAskedAgain } from "./rejected-confirmations.ts";
import { openScriptedShop } from "./scripted-shop.ts";

describe("cancel_order", () => {
  test.each<[string, object, expected: RegExp]>([
    ["declined", { action: "decline" }, /^Not cancelled: the user declined,/],
    ["declined in its form", { action: "accept", content: { confirm: false } }, /declined,/],
    ["closed", { action: "cancel" }, /^Not cancelled: the question was closed without an answer,/],
    ["accepted without its yes", { action: "accept" }, /came back without its yes/],
  ])("asks anew when a question that was %s is accepted after all", async (_, no, expected) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), "elicitation");
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const more = { inputResponses: { confirm: no }, requestState: confirmation };
    expect((await host.call("cancel_order", CANCEL, more)).text).toMatch(expected);
    const again = await host.accept("cancel_order", CANCEL, confirmation);
    expectAskedAgain(again, ANSWERED_BEFORE);
    shop.expectUntouched();
    expect((await host.accept("cancel_order", CANCEL, again.confirmation)).isDone).toBe(true);
  });

  test("asks anew when its no came with other arguments", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), "elicitation");
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const no = { inputResponses: { confirm: { action: "decline" } }, requestState: confirmation };
    const other = { ...CANCEL, reason: "ordered_by_mistake" };
    expect((await host.call("cancel_order", other, no)).text).toStartWith("Not cancelled");
    expectAskedAgain(await host.accept("cancel_order", CANCEL, confirmation), ANSWERED_BEFORE);
    shop.expectUntouched();
  });

  test("does not take the no to one question for a no to another one", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), "elicitation");
    const one = await host.call("cancel_order", CANCEL);
    const other = await host.call("cancel_order", CANCEL);
    const no = {
      inputResponses: { confirm: { action: "decline" } },
      requestState: one.confirmation,
    };
    await host.call("cancel_order", CANCEL, no);
    expect((await host.accept("cancel_order", CANCEL, other.confirmation)).isDone).toBe(true);
  });
});

describe("what is remembered of answers", () => {
  const open = () => {
    let time = 0;
    const now = () => new Date(time);
    const confirmations = openConfirmations({ account: "mine", now });
    const nonceOf = (token: string) => token.split(".")[0] ?? "";
    const ask = async () => (await confirmations.issue("cancel", "Cancel?", [])).token;
    return {
      ...confirmations,
      nonceOf,
      ask,
      wait: (seconds: number) => void (time += seconds * 1000),
    };
  };

  test("has a bound, and a no beyond it counts no more for a yes", async () => {
    const { ask, refuse, verify } = open();
    const first = await ask();
    await refuse(first);
    for (let nth = 0; nth < 1000; nth++) await refuse(await ask());
    const reason = "too many questions were answered since";
    expect(await verify(first, "cancel")).toEqual({ reason });
  });

  test("does not keep later questions from counting", async () => {
    const { ask, refuse, verify, wait } = open();
    for (let nth = 0; nth < 2000; nth++) await refuse(await ask());
    wait(1);
    expect(await verify(await ask(), "cancel")).toHaveProperty("question");
  });

  test("has a bound, and an answer that was acted on before it is not acted on again", async () => {
    const { ask, nonceOf, act, verify } = open();
    const first = await ask();
    let acts = 0;
    const once = { isLast: () => true, lookUp: async () => 0 };
    for (let nth = 0; nth <= 1000; nth++) {
      const nonce = nonceOf(nth ? await ask() : first);
      await act({ nonce, epoch: "0", shown: [] }, async () => ++acts, once);
    }
    expect(acts).toBe(1001);
    const reason = "too many questions were answered since";
    expect(await verify(first, "cancel")).toEqual({ reason });
  });

  test("goes after ten minutes", async () => {
    const { remember, recall, wait } = open();
    await remember("cancel", "It was made.");
    wait(599);
    expect(await recall("cancel")).toBe("It was made.");
    wait(2);
    expect(await recall("cancel")).toBeUndefined();
  });
});
