/**
 * Makes a release: one commit in which everything has the new version, and a tag. It is made and tested in a copy of
 * the repository, and comes here only when all of it has passed. Pushing the tag publishes: see RELEASING.md.
 *
 * ```sh
 * bun run release 0.2.0 --dry-run    # all of that, and nothing comes here
 * bun run release 0.2.0
 * bun run release --notes            # what CHANGELOG.md says of this version
 * ```
 *
 * @module
 */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pkg from "../package.json";
import { runOrThrow } from "./django.ts";

const USAGE = "bun run release VERSION [--dry-run] | --notes";
const root = fileURLToPath(new URL("..", import.meta.url));

/** Why nothing was released. */
class ReleaseError extends Error {
  override name = "ReleaseError";
}
const fail = (message: string): never => {
  throw new ReleaseError(message);
};

// ── What a version is, and where it stands ──────────────────────────────────────────────────────

const parts = (version: string) => version.split(".").map(Number);
const isHigher = (one: string, other: string) => {
  const [a, b] = [parts(one), parts(other)];
  const at = a.findIndex((part, nth) => part !== b[nth]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
};
/** The section of a version in CHANGELOG.md, without its heading; "" for none. */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const own = sections.find((section) => section.split(/[\s(]/, 1)[0] === version) ?? "";
  return own.replace(/^.*\n/, "").trim();
}
/** CHANGELOG.md with what was unreleased under this version. */
export const closeChangelog = (changelog: string, version: string, day: string) =>
  changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${day})`);

/** Names with a version after them, as commands and manifests have them. */
const MENTION = /(django[-_]shop[-_]mcp)([-:@])(\d+\.\d+\.\d+)(?=$|[^\d.]|\.(?:mcpb|tgz)|-py3)/g;
/** The versions that a text names this project with. */
export const versionsIn = (text: string): string[] =>
  Array.from(text.matchAll(MENTION), ([, , , version = ""]) => version);
const withVersion = (text: string, version: string) =>
  text.replace(MENTION, (_, name: string, joint: string) => name + joint + version);
/** Files that name a version and that nothing else writes anew. */
export const MENTIONING = ["*.md", "deploy/**/*.{md,yaml}", "django/**/*.md", "docs/**/*.md"];

/** What stands in the way of a release, in sentences. */
export function obstacles(state: {
  version: string;
  current: string;
  changelog: string;
  tags: string[];
  branch: string;
  changes: string;
}): string[] {
  const { version, current, changelog, tags, branch, changes } = state;
  const isTagged = tags.includes(`v${version}`);
  const rules: [isBroken: boolean, why: string][] = [
    [!/^\d+\.\d+\.\d+$/.test(version), `${version} is no version: give one such as 0.2.0.`],
    [isHigher(current, version), `${version} is older than ${current}, which package.json has.`],
    [isTagged, `${version} was released: there is a tag v${version}.`],
    [
      !notesOf(changelog, version) && !notesOf(changelog, "Unreleased"),
      "CHANGELOG.md has nothing under Unreleased: say what has changed.",
    ],
    [branch !== "main", `This is the branch ${branch}: releases are made of main.`],
    [changes !== "", `There are changes that are not committed:\n${changes}`],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, why]) => why);
}

// ── The release ─────────────────────────────────────────────────────────────────────────────────

/** What has to pass in the copy. */
const CHECKS = [["check"], ["test"], ["contract", "--check"], ["package", "--check"]];

export interface ReleaseOptions {
  version: string;
  isDry: boolean;
  /** The repository. @default this one */
  repository?: string;
  /** The date of the release. */
  day: string;
  /** Scripts that have to pass. @default CHECKS */
  checks?: string[][];
  say(line: string): void;
}
/**
 * Makes the commit and the tag, unless it is dry.
 * @returns what the commit changes, file by file
 * @throws {ReleaseError} where something stands in the way; otherwise what failed. Nothing has changed then
 */
export async function release(options: ReleaseOptions): Promise<string> {
  const { version, isDry, repository = root, day, checks = CHECKS, say } = options;
  const git = async (...args: string[]) =>
    (await runOrThrow(["git", "-C", repository, ...args])).trim();
  const read = (file: string) => Bun.file(join(repository, file)).text();
  const changelog = await read("CHANGELOG.md");
  const { version: current } = JSON.parse(await read("package.json"));
  const broken = obstacles({
    version,
    current,
    changelog,
    tags: (await git("tag")).split("\n"),
    branch: await git("rev-parse", "--abbrev-ref", "HEAD"),
    changes: await git("status", "--porcelain"),
  });
  if (broken.length) fail(broken.join("\n"));

  const copy = await mkdtemp(join(tmpdir(), "release-"));
  const inCopy = (...command: string[]) => runOrThrow(command, { cwd: copy });
  const bun = (...args: string[]) => inCopy(process.execPath, ...args);
  try {
    await git("worktree", "add", "--detach", "--quiet", copy, "HEAD");
    await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
    say(`Writing ${version}`);
    const edit = async (file: string, change: (text: string) => string) => {
      const text = await Bun.file(join(copy, file)).text();
      const changed = change(text);
      if (changed !== text) await Bun.write(join(copy, file), changed);
    };
    for (const file of ["package.json", "openapi.json"])
      await edit(file, (text) => text.replace(/("version": )"[^"]*"/, `$1"${version}"`));
    const hasOwn = notesOf(changelog, version) !== "";
    await edit("CHANGELOG.md", (text) => (hasOwn ? text : closeChangelog(text, version, day)));
    for (const pattern of MENTIONING)
      for (const file of new Bun.Glob(pattern).scanSync(copy))
        if (file !== "CHANGELOG.md") await edit(file, (text) => withVersion(text, version));
    await bun("scripts/surface.ts");
    for (const check of checks) {
      say(`Running bun run ${check.join(" ")}`);
      await bun("run", ...check);
    }
    await inCopy("git", "commit", "--all", "--quiet", "--message", `Release ${version}`);
    const commit = (await inCopy("git", "rev-parse", "HEAD")).trim();
    const changes = await inCopy("git", "show", "--stat", "--format=%s", "HEAD");
    if (!isDry) {
      await git("merge", "--ff-only", "--quiet", commit);
      await git("tag", "--annotate", "--message", `Release ${version}`, `v${version}`);
    }
    return changes;
  } finally {
    await git("worktree", "remove", "--force", copy);
    await rm(copy, { recursive: true, force: true });
  }
}

async function main(argv: string[]): Promise<void> {
  const options = { "dry-run": { type: "boolean" }, notes: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const [version = fail(USAGE), ...more] = values.notes ? [pkg.version] : positionals;
  if (more.length) fail(USAGE);
  if (values.notes) {
    const changelog = await Bun.file(join(root, "CHANGELOG.md")).text();
    return console.log(notesOf(changelog, version) || fail(`CHANGELOG.md has no ${version}.`));
  }
  const isDry = values["dry-run"] === true;
  const day = new Date().toISOString().slice(0, 10);
  console.log(await release({ version, isDry, day, say: console.log }));
  console.log(
    isDry
      ? "A dry run: nothing was changed here."
      : `Released here. To publish it: git push origin main v${version}`,
  );
}

if (import.meta.main)
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`release: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
