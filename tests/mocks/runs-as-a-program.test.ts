/** `bun run shop` serves a world, or exits with one line that says why it does not start. @module */
import { describe, expect, test } from "bun:test";
import { seed } from "../../mocks/world.ts";
import { serveSeedWorld } from "./setup.ts";

const { url, ask } = serveSeedWorld();

describe("the shop", () => {
  test("gives its world back over HTTP", async () => {
    expect((await ask("/__world/")).body).toEqual(seed);
  });

  const program = new URL("../../scripts/shop.ts", import.meta.url).pathname;
  test.each([
    ["--wordl", [], /'--wordl'.*Usage/],
    ["--port", ["http"], /--port http is not a port/],
    ["--clock", ["noon"], /--clock noon is not an instant/],
    ["--webhook", ["127.0.0.1:3000/hooks/shop"], /--webhook 127\S+ is not an address/],
    ["--webhook", ["http://127.0.0.1:3000/hooks/shop"], /needs SHOP_MCP_WEBHOOK_SECRET/],
    ["--port", [new URL(url).port], /cannot be used/],
    ["--world", ["/nowhere.json"], /\/nowhere\.json cannot be read/],
    ["--world", [program], /is not JSON/],
    [
      "--world",
      [new URL("../../package.json", import.meta.url).pathname],
      /is not a valid world\. Fix currency: /,
    ],
  ])("does not start with %s %j, and says so in one line", (flag, values, line) => {
    const env = { ...process.env, SHOP_MCP_WEBHOOK_SECRET: "thirty-one characters, not more" };
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      [process.execPath, program, flag, ...values],
      { env },
    );
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr.toString()).toMatch(/^shop: .+\n$/);
    expect(stderr.toString()).toMatch(line);
  });
});
