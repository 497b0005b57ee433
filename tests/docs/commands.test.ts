/** Every line of shell in the pages is run by somebody, and every script that they name is there. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { commands, isSetting, linesOf, type Runner, shellLines } from "./commands.ts";
import { pages, root } from "./markdown.ts";

const ci = await Bun.file(join(root, ".ci/run")).text();
const scripts = Object.keys(packageJson.scripts);
const rows = Object.entries<Runner>(commands);

test("each line of shell has a row in commands.ts, and each row a line", () => {
  expect(shellLines.length).toBeGreaterThan(80);
  const written = new Set(shellLines.map(({ line }) => line));
  expect(shellLines.filter(({ line }) => !Object.hasOwn(commands, line))).toEqual([]);
  expect(rows.map(([line]) => line).filter((line) => !written.has(line))).toEqual([]);
});

test("each step that runs a line is a step of CI", () => {
  const steps = rows.flatMap(([, runner]) => ("step" in runner ? [runner.step] : []));
  const known = Array.from(ci.matchAll(/^ *step (.+)$/gm), ([, name]) => name);
  expect(steps.filter((name) => !known.includes(name))).toEqual([]);
});

test("each test that runs a line is there, and has what it is named for", async () => {
  for (const [line, runner] of rows)
    if ("file" in runner)
      expect(await Bun.file(join(root, runner.file)).text(), line).toContain(runner.has);
});

test("nothing in README.md and docs/ is left to a reader to try", () => {
  const unrun = shellLines.filter(({ path, line }) => {
    const runner = commands[line];
    return /^(README\.md|docs\/)/.test(path) && runner && "nobody" in runner;
  });
  expect(unrun).toEqual([]);
});

test("each `bun run NAME` in a page names a script of package.json", () => {
  const named = pages.flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/\bbun(?:@[\d.]+)? run (?:--silent )?([a-z][\w:-]*)/g),
      ([, name = ""]) => ({
        path,
        name,
      }),
    ),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ name }) => !scripts.includes(name))).toEqual([]);
});

test("docs/architecture.md says what each script of package.json does", async () => {
  const table = await Bun.file(join(root, "docs/architecture.md")).text();
  expect(scripts.filter((name) => !new RegExp(`\\| \`bun run ${name}[ \`]`).test(table))).toEqual(
    [],
  );
});

test("a snippet is read line by line, without comments and settings", () => {
  const code = `export A=… B="$(x --y)"  # why\n\n# a comment\nbun run server \\\n  --http   # it serves\nnow=$(date +%s)`;
  const lines = linesOf(code);
  expect(lines).toEqual(['export A=… B="$(x --y)"', "bun run server --http", "now=$(date +%s)"]);
  expect(lines.map(isSetting)).toEqual([true, false, true]);
});
