/**
 * The stories under `tests/stories/`, each in a folder that says what it proves. A story's name is its path without
 * the ending: `changes/cancel-refunds-the-original-method`.
 *
 * @module
 */
import type { Story } from "./story.ts";

const folder = new URL("../stories/", import.meta.url).pathname;

async function load(): Promise<[name: string, story: Story][]> {
  const files = [...new Bun.Glob("*/*.ts").scanSync(folder)].toSorted();
  return Promise.all(
    files.map(async (file): Promise<[string, Story]> => {
      const { default: story } = await import(`${folder}${file}`);
      return [file.replace(/\.ts$/, ""), story];
    }),
  );
}

/** Every story of the reference shop, which the mock and Django both play, in alphabetical order. */
export async function allStories(): Promise<[name: string, story: Story][]> {
  return (await load()).filter(([, { shop }]) => shop === undefined);
}

/** Every story of a shop with another API, `dialects/`, which only Django plays. */
export async function dialectStories(): Promise<[name: string, story: Story][]> {
  return (await load()).filter(([, { shop }]) => shop !== undefined);
}
