/** All stories there are, by the names of their files. */
import type { Story } from "./story.ts";

const folder = new URL("../stories/", import.meta.url).pathname;

/** Every story under tests/stories/, by its file's name without the ending, in alphabetical order. */
export async function allStories(): Promise<[name: string, story: Story][]> {
  const files = [...new Bun.Glob("*.ts").scanSync(folder)].toSorted();
  return Promise.all(
    files.map(async (file): Promise<[string, Story]> => {
      const { default: story } = await import(`${folder}${file}`);
      return [file.replace(/\.ts$/, ""), story];
    }),
  );
}
