/** The Markdown pages of the repository, as a reader meets them: headings, links and snippets. */
import { dirname, join } from "node:path";
import GithubSlugger from "github-slugger"; // as GitHub itself makes anchors; Bun.markdown's are others

export const root = join(import.meta.dir, "../..");

export interface Snippet {
  language: string;
  code: string;
}
export interface Page {
  /** From the root, as in `docs/tools.md`. */
  path: string;
  text: string;
  /** What a link may end with, after its `#`. */
  anchors: Set<string>;
  /** Targets of links and pictures, as written. */
  links: string[];
  snippets: Snippet[];
}

function read(path: string, text: string): Page {
  const page: Page = { path, text, anchors: new Set(), links: [], snippets: [] };
  const slugger = new GithubSlugger();
  Bun.markdown.render(text, {
    heading: (content) => (page.anchors.add(slugger.slug(content)), content),
    link: (content, { href }) => (page.links.push(href), content),
    image: (content, { src }) => (page.links.push(src), content),
    code: (code, about) => (page.snippets.push({ language: about?.language ?? "", code }), ""),
    html: (html) => {
      for (const [, target = ""] of html.matchAll(/(?:href|src)="([^"]+)"/g))
        page.links.push(target);
      return "";
    },
  });
  return page;
}

/** Every page that is part of the repository, or about to be. */
const listed = Bun.spawnSync(
  ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"],
  { cwd: root },
);
const paths = listed.stdout.toString().trim().split("\n");
export const pages: Page[] = await Promise.all(
  paths.map(async (path) => read(path, await Bun.file(join(root, path)).text())),
);

/** What is wrong with a link that leads to a file or a heading of the repository; nothing if it is right. */
export async function findBroken(
  { path, anchors }: Pick<Page, "path" | "anchors">,
  link: string,
): Promise<string | undefined> {
  const [file = "", anchor] = link.split("#");
  const target = file ? join(dirname(path), decodeURIComponent(file)) : path;
  const exists = await Bun.file(join(root, target))
    .stat()
    .catch(() => undefined);
  if (!exists) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  const known = file ? pages.find((page) => page.path === target)?.anchors : anchors;
  return known?.has(anchor) ? undefined : `${link}: ${target} has no heading #${anchor}`;
}
