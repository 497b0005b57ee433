/**
 * Tools as `bun run new-tool` writes them, in a copy of this project: they pass the checks, their stories are the same
 * on every lane and on Django, and what hosts see of them keeps the rules. `bun run test:new-tool` runs this.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, makeVenv, runOrThrow } from "../../scripts/django.ts";
import { LANES, MEMORY_LANES } from "../harness/lanes.ts";

const root = join(import.meta.dir, "../..");
const copy = mkdtempSync(join(tmpdir(), "new-tool-"));
const git = (...args: string[]) =>
  runOrThrow(["git", "-c", "user.name=t", "-c", "user.email=t@t.example", ...args], { cwd: copy });
const bun = (...args: string[]) => ended([process.execPath, ...args], { cwd: copy });

/** What it copies is large. */
const LONG_MS = 120_000;
beforeAll(async () => {
  await makeVenv();
  const listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"];
  for (const file of (await runOrThrow(listed, { cwd: root })).trim().split("\n"))
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  for (const folder of ["node_modules", ".venv"])
    symlinkSync(join(root, folder), join(copy, folder));
  writeFileSync(join(copy, ".gitignore"), "node_modules\n.venv\n__pycache__\n");
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "The project");
}, LONG_MS);
afterAll(() => rmSync(copy, { recursive: true }), LONG_MS);

const NEW_TOOL = "scripts/new-tool/new-tool.ts";
const hours = ["get_opening_hours", "--fields", "open,closed_on?,floors:integer,dogs:boolean"];
const note = ["get_gift_note", "--path", "/api/orders/{order_id}/gift-note/", "--fields", "note"];
const STORIES = ["the-shop-is-asked-for-its-opening-hours", "the-shop-is-asked-for-its-gift-note"];

test("what it cannot finish is put back, and work that is not committed is left alone", async () => {
  const file = Bun.file(join(copy, "shop/contract.ts"));
  const text = await file.text();
  await file.write(text.replace("  supportRequest,\n};", "  supportRequest, // mine\n};"));
  const refused = await bun(NEW_TOOL, ...hours);
  expect(refused.err).toContain("Commit or put aside your changes");
  expect(refused.code).toBe(2);
  await git("commit", "--quiet", "--all", "--message", "Mine");
  const broken = join(copy, "tests/stories/catalog/broken.ts");
  await Bun.write(broken, "export default 1 as string;");
  const failed = await bun(NEW_TOOL, ...hours);
  expect(failed.err).toContain("Everything is as it was.");
  expect(failed.code).toBe(1);
  rmSync(broken);
  expect(await git("status", "--porcelain")).toBe("");
}, 120_000);

test("two tools pass everything as they are written", async () => {
  for (const args of [hours, note]) {
    const { out, err, code } = await bun(NEW_TOOL, ...args);
    expect(code, out + err).toBe(0);
    expect(out).toContain(`${args[0]} is there`);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "A tool");
  }
  const tests = [
    "surface",
    "inspector",
    "views/draws-what-a-shop-says",
    "doctor/accepts-a-shop-that-fits",
    "mocks/has-a-handler-for-every-endpoint",
  ];
  const files = tests.map((name) => `tests/${name}.test.ts`);
  const tested = await bun("test", "--timeout", "30000", ...files);
  expect(tested.code, tested.out + tested.err).toBe(0);
  const plays = [
    ...LANES.map((lane) => [lane, "mock"] as const),
    ...MEMORY_LANES.map((lane) => [lane, "django"] as const),
  ];
  for (const [lane, backend] of plays) {
    const played = await bun(
      "scripts/stories.ts",
      ...STORIES,
      "--lane",
      lane,
      "--backend",
      backend,
    );
    expect(played.err, `on ${lane}, ${backend}`).toContain("2 of 2 stories passed");
    expect(played.code).toBe(0);
  }
  const contract = await bun("scripts/contract/contract.ts", "--check");
  expect(contract.code, contract.out + contract.err).toBe(0);
  expect(contract.out).not.toMatch(/(opening-hours|gift-note).*(only|missing)/);
}, 400_000);
