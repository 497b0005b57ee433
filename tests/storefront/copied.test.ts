/** The storefront, copied out of the repository by the lines of its README: it builds, and a shopper signs in. */
import { expect, test } from "bun:test";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { serveShop } from "../../scripts/shop.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const readme = await Bun.file(`${ROOT}examples/storefront/README.md`).text();
/** The lines that say where the views are, as one would paste them. */
const edits = readme.split("\n").filter((line) => line.trim().startsWith("perl -pi"));

test("the copy starts from its own folder, and its shoppers reach the server of the clone", async () => {
  const folder = await mkdtemp(`${tmpdir()}/storefront-`);
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const notModules = { recursive: true, filter: (path: string) => !path.endsWith("/node_modules") };
  await cp(`${ROOT}examples/storefront`, folder, notModules);
  await cp(`${ROOT}ui`, `${folder}/ui`, notModules);
  await symlink(`${ROOT}node_modules`, `${folder}/node_modules`); // in place of `bun install`
  expect(edits).toHaveLength(2);
  for (const edit of edits) {
    const { exitCode } = Bun.spawnSync(["sh", "-c", edit], { cwd: folder });
    expect(exitCode).toBe(0);
  }
  const shop = serveShop();
  const free = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = free;
  await free.stop(true);
  const { PATH = "", HOME = "" } = process.env;
  const child = Bun.spawn([process.execPath, "start/main.ts"], {
    cwd: folder,
    env: {
      PATH,
      HOME,
      DJANGO_API_BASE: shop.url,
      SHOP_MCP_SERVER: `${ROOT}server.ts`,
      STOREFRONT_PORT: `${port}`,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
    const origin = `http://127.0.0.1:${port}`;
    expect(value).toBe(`storefront: ${origin}\n`);
    const answer = await fetch(`${origin}/api/session`, {
      method: "POST",
      headers: { Origin: origin, "Content-Type": "application/json" },
      body: JSON.stringify({ password: "demo-mia" }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
    const script = /src="([^"]+)"/.exec(await (await fetch(origin)).text())?.[1];
    expect(await (await fetch(`${origin}${script}`)).text()).toContain("What you can do now");
  } finally {
    child.kill();
    await child.exited;
    await shop.stop();
  }
});
