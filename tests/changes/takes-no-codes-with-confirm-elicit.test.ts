/** With `--confirm elicit` a change needs a host that can ask: codes are neither given nor accepted. */
import { describe, expect, test } from "bun:test";
import { CANCEL, CHANGE_NAMES, examples } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { ADDRESS, openScriptedShop, SHARED_KEY, shareScriptedShop } from "./scripted-shop.ts";

describe("with --confirm elicit and a host that cannot ask", () => {
  const shop = shareScriptedShop();
  const ELICIT = { ...SHARED_KEY, confirm: "elicit" } as const;

  test.each(CHANGE_NAMES)("%s is refused without a request", async (name) => {
    const reads = shop().requests.length;
    const reply = await hostFor(shop().openServer(ELICIT)).call(name, examples[name].args);
    expect(reply.text).toEndWith(
      `: this host cannot put a question to the user, and nothing is changed without their answer. They can do it themselves at ${ADDRESS}.`,
    );
    expect(reply.isError).toBe(true);
    expect(shop().requests.length).toBe(reads);
  });

  test("an address inside, without TLS, is not told to the user", async () => {
    const server = shop().openServer({ ...ELICIT, django_api_base: "http://django:8000" });
    const { text } = await hostFor(server).call("cancel_order", CANCEL);
    expect(text).toEndWith("They can do it themselves at the shop.");
  });

  test("cancel_order is refused even with a code of another server", async () => {
    const other = hostFor(shop().openServer(SHARED_KEY));
    const { confirmation } = await other.call("cancel_order", CANCEL);
    const host = hostFor(shop().openServer(ELICIT));
    const reply = await host.accept("cancel_order", CANCEL, confirmation);
    expect(reply.text).toStartWith("Not cancelled: this host cannot put a question");
  });
});

test("with --confirm elicit cancel_order acts for a host that can ask", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer({ confirm: "elicit" }), "elicitation");
  expect((await host.callAndAccept("cancel_order", CANCEL)).isDone).toBe(true);
});
