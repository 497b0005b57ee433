/** A module given to `--shop` that is not a dialect stops the start with one line. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tutorial from "../../dialects/tutorial.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";

describe("loadDialect", () => {
  const folder = mkdtempSync(join(tmpdir(), "dialects-"));
  const engine = JSON.stringify(
    new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname,
  );
  afterAll(() => rmSync(folder, { recursive: true }));
  const messageOf = async (source: string | undefined) => {
    const file = join(folder, `${crypto.randomUUID()}.ts`);
    if (source !== undefined) await Bun.write(file, source.replace("dialect", engine));
    return loadDialect(file).catch((error: Error) => error.message.replace(file, "FILE"));
  };
  test.each([
    ["is not there", undefined, /^SHOP_MCP_SHOP \(--shop\) FILE: Cannot find module/],
    ["throws", 'throw new Error("no tea")', /FILE: no tea$/],
    ["has no default export", "export const shop = 1;", /FILE: it has no default export/],
    ["exports its tables only", "export default { paths: {} };", /FILE: it has no default export/],
    [
      "exports a promise",
      "export default (async () => ({}))();",
      /FILE: its default export is a promise/,
    ],
    ["is not TypeScript", "export default {", /FILE: /],
    [
      "names a field that does not exist",
      'import { defineShop } from dialect; export default defineShop({ fields: { product: { titel: "t" } } });',
      /FILE: fields\.product\.titel is no field of the contract: there are product_id, /,
    ],
  ])("reports in one line a module that %s", async (_, source, expected) => {
    const message = await messageOf(source);
    expect(message).toMatch(expected);
    expect(message).not.toContain("\n");
  });
  test("loads the module of the tutorial", async () => {
    expect(await loadDialect("dialects/tutorial.ts")).toBe(tutorial);
  });
});
