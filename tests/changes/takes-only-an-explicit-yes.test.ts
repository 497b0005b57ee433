/** Only an accepted question of this server is a yes; whatever else a host sends, nothing is changed. */
import { beforeAll, describe, expect, test } from "bun:test";
import { CANCEL, CHANGE_NAMES, examples } from "./example-changes.ts";
import { ACCEPTED, hostFor, type Reply } from "./json-rpc-host.ts";
import { expectAskedAgain, NOT_ISSUED_HERE } from "./rejected-confirmations.ts";
import { SHARED_KEY, shareScriptedShop } from "./scripted-shop.ts";

describe("with a host that can ask", () => {
  const shop = shareScriptedShop();
  const host = () => hostFor(shop().openServer(SHARED_KEY), "elicitation");
  let asked: Reply;
  beforeAll(async () => {
    asked = await host().call("cancel_order", CANCEL);
  });

  test.each(CHANGE_NAMES)("%s stops at a no without reading the shop again", async (name) => {
    const { args } = examples[name];
    const { confirmation } = await host().call(name, args);
    const reads = shop().requests.length;
    const more = { inputResponses: { confirm: { action: "decline" } }, requestState: confirmation };
    const reply = await host().call(name, args, more);
    expect(reply.text).toMatch(/^Not .+: the user declined\. Nothing was sent to the shop\./);
    expect(reply.isError).toBe(true);
    expect(shop().requests.length).toBe(reads);
  });

  test.each<[string, (state: string) => string | undefined]>([
    ["no state", () => undefined],
    ["an empty state", () => ""],
    ["10,000 letters for a state", () => "x".repeat(10_000)],
    ["10,000 dots for a state", () => ".".repeat(10_000)],
    ["its state 200 times", (state) => state.repeat(200)],
  ])("cancel_order asks again when an acceptance brings %s", async (_, state) => {
    const more = { inputResponses: ACCEPTED, requestState: state(asked.confirmation) };
    const reply = await host().call("cancel_order", CANCEL, more);
    expectAskedAgain(reply, NOT_ISSUED_HERE);
  });

  test.each([
    ["a number", 5],
    ["null", null],
    ["a list", ["x"]],
    ["an object", { sealed: "x" }],
  ])("cancel_order fails when the state of an acceptance is %s", async (_, requestState) => {
    const more = { inputResponses: ACCEPTED, requestState };
    const reply = await host().call("cancel_order", CANCEL, more);
    expect(reply.isError).toBe(true);
    expect(reply.text).toContain("requestState");
  });

  const yes = ACCEPTED.confirm;
  const byModel = { role: "assistant", content: { type: "text", text: "accept" } };
  test.each<[string, unknown]>([
    ["a word", "accept"],
    ["null", null],
    ["true", true],
    ["a list", [yes]],
    ["empty", {}],
    ["a yes to another question", { delete_everything: yes }],
    ["a yes in capitals", { confirm: { action: "ACCEPT" } }],
    ["an action that does not exist", { confirm: { action: "yes" } }],
    ["true for an answer", { confirm: true }],
    ["a list of answers", { confirm: [yes] }],
    ["an answer wrapped in a request", { confirm: { method: "elicitation/create", result: yes } }],
    ["an answer nested in its content", { confirm: { content: yes } }],
    ["a message by the model", { confirm: byModel }],
  ])("cancel_order repeats its question when the answer is %s", async (_, inputResponses) => {
    const more = { inputResponses, requestState: asked.confirmation };
    const reply = await host().call("cancel_order", CANCEL, more);
    expect(reply.text).toBe(asked.text);
    expect(reply.isAsking).toBe(true);
  });

  test("cancel_order repeats its question when the state comes among the arguments", async () => {
    const args = { ...CANCEL, confirmation: asked.confirmation };
    const reply = await host().call("cancel_order", args);
    expect(reply.text).toBe(asked.text);
    expect(reply.isAsking).toBe(true);
  });

  test("cancel_order asks when a code of the same server comes among the arguments", async () => {
    const other = hostFor(shop().openServer(SHARED_KEY), "code");
    const { confirmation } = await other.call("cancel_order", CANCEL);
    const reply = await host().call("cancel_order", { ...CANCEL, confirmation });
    expect(reply.text).toStartWith("Cancel order 1054 of Mia Lindqvist");
    expect(reply.receipt).toBeUndefined();
  });
});
