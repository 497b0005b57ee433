/**
 * The generated parts of Markdown pages, each between `<!-- name -->` and `<!-- /name -->`.
 *
 * @module
 */

/** What stands in each generated part, by its name. */
export type Sections = Readonly<Record<string, string>>;

/**
 * Puts generated parts into a page.
 * @param page where the page is, from the root of the repository; named in errors
 * @returns the page as `bun fmt` formats it
 * @throws {Error} where the page lacks one of the markers
 */
export async function withSections(page: string, sections: Sections): Promise<string> {
  let text = await Bun.file(new URL(`../${page}`, import.meta.url)).text();
  for (const [name, content] of Object.entries(sections)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} must have ${start}, then ${end}`);
    text = `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`;
  }
  return format(page, text);
}

/** The text of a file as `bun fmt` formats it. */
export function format(path: string, text: string): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", path];
  return Bun.spawnSync(fmt, { stdin: Buffer.from(text), stderr: "inherit" }).stdout.toString();
}

type Cell = string | number;
const row = (cells: readonly Cell[]) =>
  `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;

/**
 * A Markdown table: the names of its columns, then its rows.
 * @param others how the columns after the first are aligned, such as `---:` for numbers. @default as text
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], others = "---") {
  const rule = head.map((_, nth) => (nth ? others : "---"));
  return [head, rule, ...rows].map(row).join("\n");
}
