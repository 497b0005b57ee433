/** A clone works in a folder whose name has spaces and other letters. */
import { expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Glob } from "bun";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("what a script needs is installed in a folder with a space and an umlaut", () => {
  const home = mkdtempSync(join(tmpdir(), "Meine Läden "));
  try {
    mkdirSync(join(home, "scripts"));
    cpSync(join(root, "scripts/install.ts"), join(home, "scripts/install.ts"));
    writeFileSync(join(home, "package.json"), '{ "name": "empty" }');
    const { exitCode, stderr } = Bun.spawnSync(
      [process.execPath, "--no-env-file", join(home, "scripts/install.ts")],
      { cwd: "/", env: { HOME: home, PATH: process.env.PATH ?? "" } },
    );
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("no path is read from an address, in which a space is %20", async () => {
  const folders = "dialects examples http json-rpc mocks scripts shop stdio telemetry ui".split(
    " ",
  );
  const sources = ["*.ts", ...folders.map((name) => `${name}/**/*.ts`)].flatMap((pattern) =>
    Array.from(new Glob(pattern).scanSync({ cwd: root })),
  );
  const wrong: string[] = [];
  for (const path of sources)
    if (/import\.meta\.url\)\.pathname/.test(await Bun.file(join(root, path)).text()))
      wrong.push(path);
  expect(sources.length).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});
