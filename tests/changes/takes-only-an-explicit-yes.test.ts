/** Only an accepted question of this server is a yes; whatever else a host sends, nothing is changed. */
import { beforeAll, describe, expect, test } from "bun:test";
import { CANCEL, CHANGE_NAMES, examples } from "./example-changes.ts";
import { ACCEPTED, hostFor, type Reply } from "./json-rpc-host.ts";
import {
  ANSWERED_BEFORE,
  expectAskedAgain,
  expectForeign,
  NOT_ISSUED_HERE,
} from "./rejected-confirmations.ts";
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
    expect(reply.text).toMatch(
      /^Not .+: the user declined, or this host runs without a user and declines by itself\. Nothing was sent to the shop\./,
    );
    expect(reply.isError).toBe(true);
    expect(shop().requests.length).toBe(reads);
  });

  test("cancel_order asks again when an acceptance brings no state", async () => {
    const reply = await host().call("cancel_order", CANCEL, { inputResponses: ACCEPTED });
    expectAskedAgain(reply, NOT_ISSUED_HERE);
  });

  test.each<[string, (state: string) => string]>([
    ["an empty state", () => ""],
    ["10,000 letters for a state", () => "x".repeat(10_000)],
    ["10,000 dots for a state", () => ".".repeat(10_000)],
    ["its state 200 times", (state) => state.repeat(200)],
  ])("cancel_order fails when an acceptance brings %s", async (_, state) => {
    const more = { inputResponses: ACCEPTED, requestState: state(asked.confirmation) };
    expectForeign(await host().call("cancel_order", CANCEL, more), "elicitation");
  });

  const UNCONFIRMED =
    "Not cancelled: the question came back without its yes, as from a host that accepts by itself. Nothing was sent to the shop. Ask the user; they have to answer the question itself.";
  const DECLINED = "Not cancelled: the user declined,";
  test.each<[string, unknown, expected: string]>([
    ["nothing", undefined, UNCONFIRMED],
    ["an empty form", {}, UNCONFIRMED],
    ["a no", { confirm: false }, DECLINED],
    ["a yes in words", { confirm: "true" }, UNCONFIRMED],
    ["a number", { confirm: 1 }, UNCONFIRMED],
    ["a list of a yes", { confirm: ["true"] }, UNCONFIRMED],
    ["an empty text", { confirm: "" }, UNCONFIRMED],
    ["other keys", { ok: true, Confirm: true }, UNCONFIRMED],
    ["a no beside a yes of another name", { confirm: false, yes: true }, DECLINED],
  ])("cancel_order takes no yes from an acceptance with %s", async (_, content, expected) => {
    const one = host(); // what was answered is known in one process
    const { confirmation } = await one.call("cancel_order", CANCEL);
    const accept = { action: "accept", ...(content === undefined ? {} : { content }) };
    const more = { inputResponses: { confirm: accept }, requestState: confirmation };
    const reply = await one.call("cancel_order", CANCEL, more);
    expect(reply.text).toStartWith(expected);
    expect(reply.isError).toBe(true);
    expectAskedAgain(await one.accept("cancel_order", CANCEL, confirmation), ANSWERED_BEFORE);
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
    expect(reply.text).toStartWith('Cancel order 1054 of "Mia Lindqvist"');
    expect(reply.receipt).toBeUndefined();
  });
});
