/** The snippets in the pages of the repository: data can be read, Python compiles, TypeScript is checked by types. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import packageJson from "../../package.json" with { type: "json" };
import { contexts } from "./contexts.ts";
import { pages, root } from "./markdown.ts";

const snippets = pages.flatMap(({ path, snippets }) =>
  snippets.map(({ language, code }, nth) => ({
    path,
    language,
    code,
    name: `${path}, ${nth + 1}`,
  })),
);
const of = (...languages: string[]) =>
  snippets.filter(({ language }) => languages.includes(language));

const readers: Record<string, (code: string) => unknown> = {
  json: JSON.parse,
  jsonc: (code) => parseJsonc(code),
  toml: Bun.TOML.parse,
  yaml: Bun.YAML.parse,
};
test("every language of a snippet is one that is looked at", () => {
  const known = [...Object.keys(readers), "sh", "py", "python", "ts", "tsx", "js", "mermaid", ""];
  expect(snippets.filter(({ language }) => !known.includes(language))).toEqual([]);
});
for (const [language, read] of Object.entries(readers))
  test.each(of(language).map(({ name, code }) => [name, code] as const))(
    `%s can be read as ${language}`,
    (_, code) => {
      expect(read(code)).toBeObject();
    },
  );

const COMPILE = `
import ast, json, sys
for name, code in json.load(sys.stdin):
    try: ast.parse(code)
    except SyntaxError as error: print(f"{name}: {error}")
`;
/** Lines of several places in one snippet are no program: entries of a dict or a list stand in one. */
const asProgram = (code: string) => code.replaceAll(/^("\w+": .*),$/gm, "{$1}");
test.skipIf(!Bun.which("python3"))("every snippet of Python compiles", async () => {
  const given = of("py", "python").map(({ name, code }) => [name, asProgram(code)]);
  expect(given.length).toBeGreaterThan(10);
  const stdin = Buffer.from(JSON.stringify(given));
  const python = Bun.spawn(["python3", "-c", COMPILE], {
    stdin,
    stdout: "pipe",
    stderr: "inherit",
  });
  expect(await python.stdout.text()).toBe("");
});

/** A copy of the repository by links, in which each snippet is a file where its page says that it belongs. */
function writeSnippets(): string {
  const folder = mkdtempSync(join(tmpdir(), "snippets-"));
  const link = (path: string) => symlinkSync(join(root, path), join(folder, path));
  const own = new Set(contexts.flatMap((place) => ("folder" in place ? [place.folder] : [])));
  /** Links what is in a folder, and goes into those folders that snippets are written into. */
  const enter = (inside: string) => {
    mkdirSync(join(folder, inside), { recursive: true });
    for (const name of readdirSync(join(root, inside))) {
      const path = join(inside, name);
      const isOpen = [...own].some((one) => one === path || one.startsWith(`${path}/`));
      if (isOpen) enter(path);
      else if (!/^(\.|tsconfig|package|bun)/.test(name)) link(path);
    }
  };
  enter(".");
  const options = {
    lib: ["esnext", "dom", "dom.iterable"],
    jsx: "react-jsx",
    noUnusedLocals: false,
  };
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: options,
    include: ["ui/css.d.ts", ...[...own].map((path) => `${path}/snippet-*`)],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { scripts: _, ...rest } = packageJson; // of which one would be run as `bun check`
  writeFileSync(join(folder, "package.json"), JSON.stringify(rest));
  return folder;
}

test("every snippet of TypeScript is checked by types, in what stands around it", async () => {
  const given = of("ts", "tsx", "js").map((snippet) => ({
    ...snippet,
    place: contexts.find(
      ({ page, begins }) => page === snippet.path && snippet.code.startsWith(begins),
    ),
  }));
  const places = given.map(({ place }) => place);
  expect(given.filter(({ place }) => !place).map(({ name, code }) => [name, code])).toEqual([]);
  expect(contexts.filter((place) => !places.includes(place))).toEqual([]);

  const folder = writeSnippets();
  let count = 0;
  for (const [nth, { place, language, code }] of given.entries())
    if (place && "folder" in place) {
      const file = `snippet-${nth + 1}.${language === "tsx" ? "tsx" : "ts"}`;
      const { before = "", after = "" } = place;
      writeFileSync(join(folder, place.folder, file), `${before}${code}${after}`);
      count += 1;
    }
  const check = Bun.spawn([process.execPath, "check"], {
    cwd: folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const said = `${await check.stdout.text()}${await check.stderr.text()}`;
  rmSync(folder, { recursive: true });
  expect(count).toBeGreaterThan(8);
  expect(said).toContain("No type errors");
}, 60_000);
