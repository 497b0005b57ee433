/** A release, of a clone of this repository: first dry, then in earnest. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOrThrow } from "../../scripts/django.ts";
import { release, versionsIn } from "../../scripts/release.ts";
import { root } from "./newcomer.ts";

const folder = mkdtempSync(join(tmpdir(), "released-"));
const repository = join(folder, "clone");
const git = async (...args: string[]) =>
  (await runOrThrow(["git", "-C", repository, ...args])).trim();
const VERSION = "97.0.1";
const options = { version: VERSION, repository, day: "2026-02-03", checks: [], say: () => {} };

beforeAll(async () => {
  await runOrThrow(["git", "clone", "--quiet", "--shared", root, repository]);
  await git("checkout", "--quiet", "-B", "main");
  symlinkSync(join(root, "node_modules"), join(repository, "node_modules"));
  await Bun.write(join(repository, ".git/info/exclude"), "node_modules\n"); // which the link is not, by .gitignore
  await git("config", "user.name", "A maintainer");
  await git("config", "user.email", "maintainer@shop.example");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const state = async () => [
  await git("rev-parse", "HEAD"),
  await git("tag"),
  await git("status", "--porcelain"),
  await git("worktree", "list"),
];

test("dry, it changes nothing here; then it is one commit and a tag, in which all have the version", async () => {
  const before = await state();
  const dry = await release({ ...options, isDry: true });
  expect(dry).toStartWith(`Release ${VERSION}`);
  expect(await state()).toEqual(before);

  expect(await release({ ...options, isDry: false })).toBe(dry);
  expect(await git("log", "-1", "--format=%s")).toBe(`Release ${VERSION}`);
  expect(await git("rev-parse", `v${VERSION}^{commit}`)).toBe(await git("rev-parse", "HEAD"));
  expect(await git("status", "--porcelain")).toBe("");
  const read = (file: string) => Bun.file(join(repository, file)).text();
  for (const file of ["package.json", "openapi.json", "server.json", "plugin/plugin.json"])
    expect(await read(file)).toContain(`"version": "${VERSION}"`);
  for (const file of ["plugin/.mcp.json", "plugin/mcp.json", "deploy/kubernetes/server.yaml"])
    expect(versionsIn(await read(file))).toEqual([VERSION]);
  expect(await read("CHANGELOG.md")).toContain(`## Unreleased\n\n## ${VERSION} (2026-02-03)\n`);
}, 120_000);

test("where a check fails, nothing is released", async () => {
  const changelog = Bun.file(join(repository, "CHANGELOG.md"));
  const more = (await changelog.text()).replace("## Unreleased\n", "## Unreleased\n\n- More.\n");
  await Bun.write(changelog, more);
  await git("commit", "--all", "--quiet", "--message", "Say more");
  const before = await state();
  const failing = { ...options, version: "98.0.0", isDry: false, checks: [["no-such-script"]] };
  await expect(release(failing)).rejects.toThrow("no-such-script");
  expect(await state()).toEqual(before);
}, 120_000);
