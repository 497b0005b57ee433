/**
 * Bundles the server into one file that runs wherever it is copied, without an install:
 *
 * ```sh
 * bun run build                          # writes dist/server.js
 * bun dist/server.js --http --port 3000  # under Bun, over stdio or HTTP
 * node dist/server.js                    # under Node 20 or newer, over stdio
 * ```
 *
 * @module
 */
import { chmod, rename } from "node:fs/promises";

/**
 * Bundles and minifies the server, `scripts/bundle-entry.ts` and all that it imports.
 *
 * @param file where to write it; a file that is there is replaced at once, so that others may be starting it
 * @returns its size in bytes
 * @throws {AggregateError} when a module does not resolve or parse
 */
export async function buildServer(file: string): Promise<number> {
  const { outputs } = await Bun.build({
    entrypoints: [new URL("bundle-entry.ts", import.meta.url).pathname],
    // Bun starts such a file without transpiling it. Node can run it, too, since nothing of Bun's is imported.
    target: "bun",
    minify: true,
    banner: "#!/usr/bin/env node",
  });
  const [bundle] = outputs;
  if (!bundle) throw new Error("Bun.build gave no file");
  const unfinished = `${file}.${process.pid}`;
  await Bun.write(unfinished, bundle);
  await chmod(unfinished, 0o755);
  await rename(unfinished, file);
  return bundle.size;
}

if (import.meta.main) {
  const size = await buildServer(new URL("../dist/server.js", import.meta.url).pathname);
  console.log(`dist/server.js: ${Math.ceil(size / 1024)} KiB`);
}
