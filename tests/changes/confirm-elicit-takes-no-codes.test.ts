/** Codes with --confirm elicit. */
import { describe, expect, test } from "bun:test";
import { CANCEL, NAMES, wishes } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { ADDRESS, openScene, shareScene, SHARED } from "./scripted-shop.ts";

describe("an answer by code", () => {
  const scene = shareScene();

  describe("is not taken with --confirm elicit:", () => {
    const ELICIT = { ...SHARED, confirm: "elicit" } as const;

    test.each(NAMES)("no %s", async (name) => {
      const reads = scene().noted.length;
      const said = await hostOf(scene().open(ELICIT)).call(name, wishes[name].args);
      expect(said.words).toEndWith(
        `: this host cannot put a question to the person, and nothing is changed without their answer. They can do it themselves at ${ADDRESS}.`,
      );
      expect(said.isError).toBe(true);
      expect(scene().noted.length).toBe(reads);
    });

    test("nor with a code of another process", async () => {
      const { consent } = await hostOf(scene().open(SHARED)).call("cancel_order", CANCEL);
      const said = await hostOf(scene().open(ELICIT)).accept("cancel_order", CANCEL, consent);
      expect(said.words).toStartWith("Not cancelled: this host cannot put a question");
    });
  });
});

test("with --confirm elicit a host that can ask may change", async () => {
  using scene = await openScene();
  const host = hostOf(scene.open({ confirm: "elicit" }), "elicitation");
  expect((await host.change("cancel_order", CANCEL)).isDone).toBe(true);
});
