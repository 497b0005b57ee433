/** Each probe sees its wound in a server that has it: what finds nothing there would prove nothing here. */
import { afterAll, expect, test } from "bun:test";
import { SECRET } from "../gate/signed-events.ts";
import { HIDDEN, serveOpenServer } from "./open-server.ts";
import { probe, wounds } from "./wounds.ts";

const server = serveOpenServer({ isGuarded: true });
afterAll(server.stop);
const callers = { token: "a", otherToken: "b", readToken: "c" };
const tokens = { ...callers, hiddenTool: HIDDEN, webhookSecret: SECRET };

test.each(wounds)("$numbers: $title", async (wound) => {
  const { is, why } = await probe(wound, { url: server.url, ...tokens });
  expect(why).not.toContain("the probe failed");
  expect(is).toBe("open");
});

test("a server that lets a proxy in with the operator's credential is found, too", async () => {
  const unguarded = serveOpenServer({ isGuarded: false });
  const credential = wounds.filter(({ title }) => title.includes("operator's credential"));
  expect(credential).toHaveLength(1);
  for (const wound of credential) {
    const { is, why } = await probe(wound, { url: unguarded.url });
    expect({ is, why }).toEqual({ is: "open", why: expect.stringContaining("X-Forwarded-For") });
  }
  await unguarded.stop();
});
