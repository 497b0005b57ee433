/**
 * Builds the app in `app/`.
 *
 * @module
 */
/** @returns the files of the app by path; `/` is the page itself @throws {AggregateError} where it cannot be built */
export async function buildApp(): Promise<Map<string, Blob>> {
  const { outputs } = await Bun.build({
    entrypoints: [`${import.meta.dir}/../app/index.html`],
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    publicPath: "/",
  });
  return new Map(
    outputs.map((file) => [
      file.path.replace(/^\.?\/?/, "/").replace(/^\/index\.html$/, "/"),
      file,
    ]),
  );
}
