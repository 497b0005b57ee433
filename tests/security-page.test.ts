/** SECURITY.md names the tests that show its promises: each of them is there. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const page = await Bun.file(join(root, "SECURITY.md")).text();
const links = Array.from(
  page.matchAll(/\]\(((?:tests|django)\/[^)#]+)\)/g),
  ([, path = ""]) => path,
);

test("every test that is named exists", () => {
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
test("every row of a table names a test, or is a heading", () => {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| -|^\| \*\*/.test(line));
  const bare = rows.filter((row) => !row.includes("](tests/") && !/^\| (threat|risk) /.test(row));
  expect(bare).toEqual([]);
});
