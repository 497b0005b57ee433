/** `bundledServer`: the server as one file, as `bun run build` makes it, for the lanes that start it as a program. */
import { buildServer } from "../../scripts/build.ts";

const file = new URL("../../dist/test/server.js", import.meta.url).pathname;
let built: Promise<number> | undefined;

/**
 * Bundles the server, once for all tests of a process, so that it is never older than the source.
 *
 * @returns the path of the file
 */
export async function bundledServer(): Promise<string> {
  await (built ??= buildServer(file));
  return file;
}
