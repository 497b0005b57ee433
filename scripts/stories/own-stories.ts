/**
 * Stories that a project has of its own: `readStories` finds them in a folder, as YAML, JSON or TypeScript; `isNamed`
 * chooses among stories.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Story } from "../../tests/harness/story.ts";
import { readStoryFile, StoryFileError } from "../../tests/harness/story-file.ts";

const ENDING = /\.(ya?ml|json|ts)$/;
const isStory = (given: unknown): given is Story => {
  const { title, as, steps } = Object(given);
  return typeof title === "string" && typeof as === "string" && Array.isArray(steps);
};

async function readStory(path: string, file: string): Promise<Story> {
  if (!file.endsWith(".ts")) return readStoryFile(file, readFileSync(path, "utf8"));
  if (!process.versions.bun)
    throw new StoryFileError(
      `${file}: stories in TypeScript are played by \`bun run stories\` in a clone of django-shop-mcp; here, write YAML`,
    );
  const { default: story }: { default?: unknown } = await import(pathToFileURL(path).href);
  if (isStory(story)) return story;
  throw new StoryFileError(`${file}: its default export is no story("title", { as }, [steps])`);
}

/**
 * Reads the stories at a path, in alphabetical order.
 *
 * @param path a folder, of which all folders are looked through, or a single file
 * @throws {StoryFileError} for a file that is no story, or where there is none
 */
export async function readStories(path: string): Promise<[name: string, story: Story][]> {
  const at = isAbsolute(path) ? path : resolve(path);
  const stat = statSync(at, { throwIfNoEntry: false });
  if (!stat) throw new StoryFileError(`there is no ${path}: give --stories a folder or a file`);
  const files = stat.isDirectory()
    ? readdirSync(at, { recursive: true, encoding: "utf8" }).map((file) => join(at, file))
    : [at];
  const found = files.filter(
    (file) => ENDING.test(file) && !/(^|\/)(\.|node_modules)/.test(relative(at, file)),
  );
  if (!found.length)
    throw new StoryFileError(
      `there is no story in ${path}: a story's file ends in .yaml, .json or .ts`,
    );
  const root = stat.isDirectory() ? at : resolve(at, "..");
  return Promise.all(
    found.toSorted().map(async (file): Promise<[string, Story]> => {
      const name = relative(root, file).replaceAll("\\", "/");
      return [
        name.replace(ENDING, ""),
        await readStory(file, join(path, stat.isDirectory() ? name : "")),
      ];
    }),
  );
}

/** Whether a story is one of these, each by its path, by its file alone, or by its title; of no names, all are. */
export const isNamed =
  (names: readonly string[]) =>
  ([name, { title }]: readonly [string, Pick<Story, "title">]): boolean =>
    !names.length || names.some((one) => [name, name.replace(/^.*\//, ""), title].includes(one));
