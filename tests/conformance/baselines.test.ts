/** What the official conformance suite is excused from: each entry has a reason beside it. */
import { expect, test } from "bun:test";
import { Glob } from "bun";

test.each([...new Glob("*.yaml").scanSync(import.meta.dir)])("%s", async (file) => {
  const lines = (await Bun.file(`${import.meta.dir}/${file}`).text()).trim().split("\n");
  const entries = lines.filter((line) => !line.startsWith("#") && line !== "server:");
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(entry).toMatch(/^ {2}- [\w-]+(:[\w-]+)? # .{10,}$/);
});
