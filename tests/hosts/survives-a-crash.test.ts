/** A fault that no call has caught is logged, and ends no other call, over stdio and over HTTP. */
import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { serveHttp } from "../../http/serve.ts";
import { serveShop } from "../../scripts/shop.ts";
import { initialize, POST, rpc, runOnLines, startHttp } from "./start-program.ts";

const shop = serveShop();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/crash-`);
  // A shop whose paths begin work that nobody waits for, and that fails.
  const defineShop = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
  await Bun.write(
    `${folder}/crashes.ts`,
    `import { defineShop } from ${JSON.stringify(defineShop)};
    const crash = () => {
      setTimeout(() => { throw new TypeError("thrown later"); }, 0);
      void Promise.reject(new TypeError("rejected alone"));
    };
    export default defineShop({
      paths: {
        orderStatus({ order_id }) {
          if (order_id === "1054") crash(); // another one is only tried at start
          return "/api/orders/" + order_id + "/status/";
        },
      },
    });`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await shop.stop();
});
const settings = () => {
  return {
    DJANGO_API_BASE: shop.url,
    DJANGO_API_TOKEN: "demo-mia",
    SHOP_MCP_SHOP: `${folder}/crashes.ts`,
  };
};
const call = (id: number) =>
  rpc(id, "tools/call", { name: "get_order_status", arguments: { order_id: "1054" } });

test("over HTTP, other calls go on", async () => {
  await using server = await startHttp(settings());
  for (let id = 1; id <= 3; id++) {
    const response = await fetch(server.url, { ...POST, body: JSON.stringify(call(id)) });
    expect(await response.text()).toContain("pending");
  }
  expect(server.child.exitCode).toBeNull();
});
test("over stdio, other calls go on, and the log has the fault", async () => {
  const lines = [initialize(), { jsonrpc: "2.0", method: "notifications/initialized" }];
  const { code, messages, err } = await runOnLines([...lines, call(1), call(2)], settings());
  expect(messages.filter(({ result }) => JSON.stringify(result).includes("pending")).length).toBe(
    2,
  );
  expect(err).toContain("thrown later");
  expect(err).toContain("rejected alone");
  expect(code).toBe(0);
});
test("over HTTP, a fault that the SDK does not catch is said in words, without its own", async () => {
  const log = spyOn(console, "error").mockImplementation(() => {});
  const { url, stop } = serveHttp(() => {
    throw new Error("a secret");
  }, 0);
  const body = JSON.stringify(initialize({ elicitation: {} }));
  const response = await fetch(url, { ...POST, body });
  await stop();
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).toContain("This server failed unexpectedly.");
  expect(text).not.toContain("a secret");
  expect(log.mock.calls.join()).toContain("a secret");
  log.mockRestore();
});
