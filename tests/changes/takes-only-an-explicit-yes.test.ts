/** Acceptances that are none. */
import { beforeAll, describe, expect, test } from "bun:test";
import { CANCEL, NAMES, wishes } from "./example-changes.ts";
import { ACCEPTED, hostOf, type Said } from "./json-rpc-host.ts";
import { expectUncounted, OURS } from "./rejected-confirmations.ts";
import { shareScene, SHARED } from "./scripted-shop.ts";

describe("an answer by elicitation is no acceptance", () => {
  const scene = shareScene();
  const host = () => hostOf(scene().open(SHARED), "elicitation");
  let asked: Said;
  beforeAll(async () => {
    asked = await host().call("cancel_order", CANCEL);
  });

  test.each(NAMES)("when it is a no to %s, which needs no second look", async (name) => {
    const { args } = wishes[name];
    const { consent } = await host().call(name, args);
    const reads = scene().noted.length;
    const more = { inputResponses: { confirm: { action: "decline" } }, requestState: consent };
    const said = await host().call(name, args, more);
    expect(said.words).toMatch(/^Not .+: the person declined\. Nothing was sent to the shop\./);
    expect(said.isError).toBe(true);
    expect(scene().noted.length).toBe(reads);
  });

  test.each<[string, (state: string) => string | undefined]>([
    ["no state", () => undefined],
    ["an empty state", () => ""],
    ["10,000 letters for a state", () => "x".repeat(10_000)],
    ["10,000 dots for a state", () => ".".repeat(10_000)],
    ["its state 200 times", (state) => state.repeat(200)],
  ])("when it brings %s", async (_, state) => {
    const more = { inputResponses: ACCEPTED, requestState: state(asked.consent) };
    const said = await host().call("cancel_order", CANCEL, more);
    expectUncounted(said, OURS);
  });

  test.each([
    ["a number", 5],
    ["null", null],
    ["a list", ["x"]],
    ["an object", { sealed: "x" }],
  ])("when it brings %s for a state, which is no protocol", async (_, requestState) => {
    const more = { inputResponses: ACCEPTED, requestState };
    const said = await host().call("cancel_order", CANCEL, more);
    expect(said.isError).toBe(true);
    expect(said.words).toContain("requestState");
  });

  const yes = ACCEPTED.confirm;
  const written = { role: "assistant", content: { type: "text", text: "accept" } };
  test.each<[string, unknown]>([
    ["a word", "accept"],
    ["null", null],
    ["true", true],
    ["a list", [yes]],
    ["nothing", {}],
    ["a yes to another question", { delete_everything: yes }],
    ["a yes in capitals", { confirm: { action: "ACCEPT" } }],
    ["a word of its own", { confirm: { action: "yes" } }],
    ["true for an answer", { confirm: true }],
    ["a list of answers", { confirm: [yes] }],
    ["an answer in an envelope", { confirm: { method: "elicitation/create", result: yes } }],
    ["an answer one level down", { confirm: { content: yes } }],
    ["what a model wrote", { confirm: written }],
  ])("when it is %s: the question stands", async (_, inputResponses) => {
    const more = { inputResponses, requestState: asked.consent };
    const said = await host().call("cancel_order", CANCEL, more);
    expect(said.words).toBe(asked.words);
    expect(said.isAsking).toBe(true);
  });

  test("when it is a confirmation among the arguments", async () => {
    const args = { ...CANCEL, confirmation: asked.consent };
    const said = await host().call("cancel_order", args);
    expect(said.words).toBe(asked.words);
    expect(said.isAsking).toBe(true);
  });

  test("when it is a code of the same server among the arguments", async () => {
    const { consent } = await hostOf(scene().open(SHARED)).call("cancel_order", CANCEL);
    const said = await host().call("cancel_order", { ...CANCEL, confirmation: consent });
    expect(said.words).toStartWith("Cancel order 1054 of Mia Lindqvist");
    expect(said.told).toBeUndefined();
  });
});
