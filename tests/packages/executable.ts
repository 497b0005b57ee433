/** The executable by itself: no Node, no Bun and nothing else on the PATH. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { version } from "../../package.json";
import { arrive, look, openShop, root, SEEN } from "./newcomer.ts";

const program = join(root, "dist", "shop-mcp");

test("it finds a product and an order", async () => {
  using newcomer = arrive();
  await using shop = openShop();
  expect(await look(await newcomer.connect([program], shop.settings))).toMatchObject(SEEN);
});

test("it brings the demo shop", async () => {
  using newcomer = arrive();
  expect(await look(await newcomer.connect([program, "demo", "--stdio"]))).toMatchObject(SEEN);
});

test("it names its version", async () => {
  using newcomer = arrive();
  const said = { code: 0, out: `${version}\n`, err: "" };
  expect(await newcomer.run([program, "--version"])).toEqual(said);
});

test("it connects a host to itself", async () => {
  using newcomer = arrive();
  const done = await newcomer.run([program, "connect", "cursor", "--demo", "--yes"]);
  expect(done).toMatchObject({ code: 0, err: "" });
  const { mcpServers } = await Bun.file(join(newcomer.home, ".cursor/mcp.json")).json();
  const { command, args } = mcpServers.shop;
  expect(await look(await newcomer.connect([command, ...args]))).toMatchObject(SEEN);
});

test("it runs nothing and reads no settings that lie in the folder where it is started", async () => {
  using newcomer = arrive();
  const lay = (file: string, text: string) => Bun.write(join(newcomer.home, file), text);
  await lay("bunfig.toml", 'preload = ["./stranger.ts"]');
  await lay("stranger.ts", 'throw new Error("a stranger ran")');
  await lay(".env", "DJANGO_API_BASE=https://stranger.example");
  const done = await newcomer.run([program, "connect", "zed", "--print"]);
  expect(done).toMatchObject({ code: 2, out: expect.stringContaining("Which shop?") });
});
