#!/usr/bin/env bun
/**
 * Builds the view into one page that needs nothing else: `buildView` gives its text, and the program prints it.
 *
 * ```sh
 * bun ui/build.ts > view.html
 * ```
 *
 * @module
 */

/**
 * The page, with its script and its styles in it.
 * @throws {AggregateError} when a module does not resolve or parse
 */
export async function buildView(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [Bun.fileURLToPath(import.meta.resolve("./index.html"))],
    compile: true,
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const [page] = outputs;
  if (!page) throw new Error("Bun.build gave no file");
  return page.text();
}

if (import.meta.main) process.stdout.write(await buildView());
