/**
 * Installs what package.json names, before a script that needs it. It says so where that takes a moment, and shows
 * what went wrong where something did; otherwise it prints nothing. It stands on nothing that is installed.
 *
 * ```sh
 * bun scripts/install.ts && bun scripts/demo.ts
 * ```
 *
 * @module
 */
import { fileURLToPath } from "node:url";
const SOON_MS = 1000;

const command = [process.execPath, "install", "--frozen-lockfile"];
const cwd = fileURLToPath(new URL("..", import.meta.url));
const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
const timer = setTimeout(() => console.error("Installing packages from npm, once."), SOON_MS);
const [out, err, code] = await Promise.all([
  child.stdout.text(),
  child.stderr.text(),
  child.exited,
]);
clearTimeout(timer);
if (code !== 0) console.error(`${out}${err}`.trim());
process.exit(code);
