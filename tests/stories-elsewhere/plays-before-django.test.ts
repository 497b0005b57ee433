/** Stories before a project's own shop: the server is started there as hosts start it, and its requests are seen. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { CANCEL, openFolder, runStories, TRACE } from "./play-elsewhere.ts";

async function open(files: Record<string, string>) {
  const shop = serveShop();
  const tokens = JSON.stringify({ mia: "demo-mia" });
  const folder = await openFolder({ "tokens.json": tokens, ...files });
  const args = ["--django", shop.url, "--tokens", `${folder.path}/tokens.json`];
  return {
    shop,
    folder,
    play: (flags: string[], env = {}) => runStories([...args, ...flags], { env }),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await shop.stop();
    },
  };
}

test.each(["stdio-modern", "stdio-legacy"])(
  "requests are checked, and changes are made: %s",
  async (lane) => {
    await using shop = await open({ "s/trace.yaml": TRACE, "s/cancel.yaml": CANCEL });
    const { out, code } = await shop.play([
      "--stories",
      `${shop.folder.path}/s`,
      "--lane",
      lane,
      "--write",
      "--yes",
    ]);
    expect(out).toContain("2 of 2 stories passed.");
    expect(out).not.toContain("not checked");
    expect(shop.shop.shop.world().orders.find(({ order_id }) => order_id === "1054")?.status).toBe(
      "cancelled",
    );
    expect(code).toBe(0);
  },
);
test("a request that the story does not tell of fails it", async () => {
  const wrong = TRACE.replace("/orders/1036/status/", "/orders/1036/");
  await using shop = await open({ "s/trace.yaml": wrong });
  const { out, code } = await shop.play(["--stories", `${shop.folder.path}/s`]);
  expect(out).toContain(
    "expected the requests\n      GET /api/orders/1036/\n    got\n      GET /api/orders/1036/status/",
  );
  expect(out).toContain("requests of this step:\n      GET /api/orders/1036/status/  200");
  expect(code).toBe(1);
});
test("faults and settings of our own stories are played there, and what needs the harness is skipped", async () => {
  await using shop = await open({});
  const names = [
    "a-broken-connection-is-retried-twice",
    "a-request-that-hangs-once-is-retried",
    "an-order-that-changes-reports-itself",
  ];
  const { out, code } = await shop.play(names);
  expect(out).toMatch(/^✓ a broken connection is retried twice, then reported/m);
  expect(out).toMatch(/^✓ a request that hangs once is retried/m);
  expect(out).toMatch(
    /^– an order that changes reports itself: skipped, it needs a shop that reports changes/m,
  );
  expect(code).toBe(0);
});
test("the server's settings come from its variables, but for address and token; a wrong one is said", async () => {
  await using shop = await open({ "s/trace.yaml": TRACE });
  const args = ["--stories", `${shop.folder.path}/s`];
  const others = {
    DJANGO_API_BASE: "http://127.0.0.1:1",
    DJANGO_API_TOKEN: "demo-bram",
    SHOP_MCP_HTTP: "true",
  };
  expect((await shop.play(args, others)).out).toContain("1 of 1 stories passed.");
  const wrong = await shop.play(args, { SHOP_MCP_TIMEOUT: "soon" });
  expect(wrong.out).toContain("The server did not start: ");
  expect(wrong.out).toContain("SHOP_MCP_TIMEOUT (--timeout) must be a number from 0.05 to 120");
  expect(wrong.code).toBe(1);
});
test("one token alone is that of the only user; a user without one is not played", async () => {
  await using shop = await open({ "s/trace.yaml": TRACE });
  const args = ["--django", shop.shop.url, "--stories", `${shop.folder.path}/s`];
  const one = await runStories(args, { env: { DJANGO_API_TOKEN: "demo-mia" } });
  expect(one.out).toContain("1 of 1 stories passed.");
  const none = await runStories(args);
  expect(none.out).toContain("skipped, no token for mia was given (--tokens FILE)");
  expect(none.code).toBe(1);
});
