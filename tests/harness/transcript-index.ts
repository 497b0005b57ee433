/** `transcriptIndex`: the page that lists the stories, tests/stories/README.md. */
import { coverageTable } from "./coverage.ts";
import { FOLDERS } from "./stories.ts";
import type { Story } from "./story.ts";
import { capitalize } from "./transcript.ts";
import type { Played } from "./turn.ts";

const INTRODUCTION = `# Stories

Each story is a scripted conversation with a shop, which the tests play through real MCP clients. The links lead to transcripts, which \`bun run stories --update\` writes; the story itself is the \`.ts\` file beside its transcript. [How to write a story](../README.md).
`;

/** The page that lists all stories by folder, those without a transcript by their source, and what they cover. */
export function transcriptIndex(stories: [name: string, story: Story][], plays: Played[]): string {
  const sections = Object.entries(FOLDERS).map(([folder, about]) => {
    const rows = stories
      .filter(([name]) => name.startsWith(`${folder}/`))
      .map(
        ([name, { title, as, shop }]) =>
          `- [${capitalize(title)}](${name}.${shop ? "ts" : "md"}), as ${as}`,
      );
    return `\n## ${capitalize(folder)}\n\n${about}\n\n${rows.join("\n")}\n`;
  });
  return INTRODUCTION + sections.join("") + coverageTable(plays);
}
