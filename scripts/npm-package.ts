/** Programs from npm that tests start, each in a folder of its own below .cache/. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ended } from "./django.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs an npm package into a folder of its own, unless that has been done.
 * @returns the folder of its programs
 * @throws {Error} with the reason, where it cannot be had
 */
export async function install(name: string): Promise<string> {
  const folder = join(root, ".cache/hosts", name.replaceAll("/", "+"));
  const programs = join(folder, "node_modules/.bin");
  const done = Bun.file(join(folder, "installed"));
  if (await done.exists()) return programs;
  mkdirSync(folder, { recursive: true });
  await Bun.write(join(folder, "package.json"), '{ "private": true }\n');
  const command = [process.execPath, "add", "--exact", "--trust", name];
  const { code, err } = await ended(command, { cwd: folder });
  if (code !== 0) throw new Error(err.trim().split("\n").at(-1));
  await done.write("");
  return programs;
}
