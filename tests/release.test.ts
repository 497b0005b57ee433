/** What stands in the way of a release, and where a version stands. tests/packages/release.ts makes one. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { version } from "../package.json";
import { closeChangelog, MENTIONING, notesOf, obstacles, versionsIn } from "../scripts/release.ts";

const root = join(import.meta.dir, "..");
const CHANGELOG = "# Changelog\n\n## Unreleased\n\n- More.\n\n## 0.1.0 (2026-01-02)\n\n- Less.\n";
const READY = {
  version: "0.2.0",
  current: "0.1.0",
  changelog: CHANGELOG,
  tags: ["v0.1.0"],
  branch: "main",
  changes: "",
};

describe("obstacles", () => {
  test.each([
    ["the next version", {}],
    ["the first release, of the version that is there", { version: "0.1.0", tags: [] }],
    ["a version with two digits after one with one", { version: "0.10.0", current: "0.9.0" }],
  ])("none for %s", (_, given) => {
    expect(obstacles({ ...READY, ...given })).toEqual([]);
  });

  test.each([
    ["no version", { version: "v0.2" }, "v0.2 is no version: give one such as 0.2.0."],
    ["an older one", { version: "0.0.9" }, "0.0.9 is older than 0.1.0, which package.json has."],
    ["a released one", { tags: ["v0.2.0"] }, "0.2.0 was released: there is a tag v0.2.0."],
    [
      "nothing to say",
      { changelog: "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- Less.\n" },
      "CHANGELOG.md has nothing under Unreleased: say what has changed.",
    ],
    ["another branch", { branch: "try" }, "This is the branch try: releases are made of main."],
    ["changes", { changes: " M a.ts" }, "There are changes that are not committed:\n M a.ts"],
  ])("%s", (_, given, why) => {
    expect(obstacles({ ...READY, ...given })).toEqual([why]);
  });
});

test("the notes of a version are its section", () => {
  const closed = closeChangelog(CHANGELOG, "0.2.0", "2026-02-03");
  expect(closed).toContain("## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n- More.");
  expect(notesOf(closed, "0.2.0")).toBe("- More.");
  expect(notesOf(closed, "Unreleased")).toBe("");
  expect(notesOf(closed, "0.2")).toBe("");
});

test("whatever names a version names that of package.json", async () => {
  const patterns = [...MENTIONING, "*.json", "plugin/**/*.json", "plugin/.*.json"];
  const files = patterns.flatMap((glob) =>
    Array.from(new Bun.Glob(glob).scanSync({ cwd: root, dot: true })),
  );
  const texts = await Promise.all(
    files
      .filter((file) => !/CHANGELOG|node_modules/.test(file))
      .map((file) => Bun.file(join(root, file)).text()),
  );
  const named = texts.flatMap(versionsIn);
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)]).toEqual([version]);
});
