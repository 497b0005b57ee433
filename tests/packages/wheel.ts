/** The wheel of the Django app: its name, its version and what it holds. `bun run test:app` installs and serves it. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { version } from "../../package.json";
import { runOrThrow } from "../../scripts/django.ts";
import { root } from "./newcomer.ts";

const file = join(root, `dist/django_shop_mcp-${version}-py3-none-any.whl`);
const python = (code: string, ...args: string[]) => runOrThrow(["python3", "-c", code, ...args]);

test("it is of this version, and says so", async () => {
  const read =
    "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())";
  const metadata = await python(read, file, `django_shop_mcp-${version}.dist-info/METADATA`);
  expect(metadata).toContain(`\nVersion: ${version}\n`);
  expect(metadata).toContain("\nLicense-Expression: MIT\n");
});

test("it holds the app, the contract and the licence, and no tests", async () => {
  const list = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
  const names = (await python(list, file)).split("\n");
  for (const name of ["apps.py", "openapi.json", "LICENSE"])
    expect(names).toContain(`shop_mcp/${name}`);
  expect(names.filter((name) => /test/.test(name) && !/\/testing/.test(name))).toEqual([]);
});
