/**
 * Loads the stories under `tests/stories/`. A story's name is its path without the ending:
 * `changes/cancel-refunds-the-original-method`.
 *
 * @module
 */
import type { Story } from "./story.ts";

/** The folders of stories in the order of the index, and what the stories in each are about. */
export const FOLDERS = {
  catalog: "Searching and reading products, and what the shop says about itself.",
  orders:
    "Finding and reading orders and customers: a shopper's own, and everybody's for the staff.",
  changes: "Changing orders and profiles, and writing to support, after the user has confirmed.",
  faults: "Shops that are slow or down, break off, or answer with something else.",
  hosts: "What differs between MCP hosts: elicitation, menus, aborted calls, numbers sent as text.",
  dialects:
    "A shop with another API, mapped by a dialect. Played on Django only, so there are no transcripts; the links lead to the stories themselves.",
} as const;

const root = new URL("../stories/", import.meta.url).pathname;

/** @throws {Error} for a story outside the folders above, which no list would show. */
async function loadStories(): Promise<[name: string, story: Story][]> {
  const files = [...new Bun.Glob("**/*.ts").scanSync(root)].toSorted();
  return Promise.all(
    files.map(async (file): Promise<[string, Story]> => {
      const [folder = ""] = file.split("/");
      if (!Object.hasOwn(FOLDERS, folder))
        throw new Error(`tests/stories/${file} is in none of ${Object.keys(FOLDERS).join(", ")}`);
      const { default: story } = await import(root + file);
      return [file.replace(/\.ts$/, ""), story];
    }),
  );
}

/** Every story of the reference shop, by name in alphabetical order. The mock and Django both play them. */
export async function allStories(): Promise<[name: string, story: Story][]> {
  return (await loadStories()).filter(([, { shop }]) => shop === undefined);
}

/** Every story of a shop with another API, by name in alphabetical order. Only Django plays them. */
export async function dialectStories(): Promise<[name: string, story: Story][]> {
  return (await loadStories()).filter(([, { shop }]) => shop !== undefined);
}
