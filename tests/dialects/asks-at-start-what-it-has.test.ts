/** At start the server asks of the shop what the shop has, to hear whether anybody is there. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "dialects-"));
afterAll(() => rmSync(folder, { recursive: true }));
const addressOf = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;

/** Starts the server with a module of these paths alone until the shop is asked; gives what was asked, and stderr. */
async function startWith(paths: Record<string, string>) {
  const file = join(folder, `${crypto.randomUUID()}.ts`);
  const tables = JSON.stringify({ only: true, paths });
  const engine = JSON.stringify(addressOf("shop/mapping/define-shop.ts"));
  await Bun.write(
    file,
    `import { defineShop } from ${engine}; export default defineShop(${tables});`,
  );
  const { promise: asked, resolve } = Promise.withResolvers<string>();
  const answer = ({ method, url }: Request) => {
    resolve(`${method} ${new URL(url).pathname}`);
    return Response.json([]);
  };
  using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const env = { DJANGO_API_BASE: `${django.url}`, DJANGO_API_TOKEN: "t", SHOP_MCP_SHOP: file };
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn([process.execPath, addressOf("server.ts")], { env, ...stdio });
  const line = await asked;
  await child.stdin.end();
  return { asked: line, code: await child.exited, err: await child.stderr.text() };
}

test.each([
  [{ searchProducts: "/items", orders: "/orders" }, "GET /items"],
  [{ orders: "/orders" }, "GET /orders"],
  [{ shop: "/about" }, "GET /about"],
])("of a shop with %j", async (paths, expected) => {
  const { asked, code, err } = await startWith(paths);
  expect({ asked, code }).toEqual({ asked: expected, code: 0 });
  expect(err).not.toContain("has no product search");
});
