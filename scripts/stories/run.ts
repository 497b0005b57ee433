/** `run`: the program of `elsewhere.ts` in its process. In a package it is `django-shop-mcp stories`, with stories of your own alone. */
import { fileURLToPath } from "node:url";
import { commandFor } from "../../settings.ts";
import { executable } from "../bundle/executable.ts";
import { askAt, isYes } from "../terminal.ts";
import { main, type Surroundings } from "./elsewhere.ts";

const ask = askAt(process.stderr);
const packaged = async () =>
  executable
    ? { command: executable, args: [] }
    : { command: process.execPath, args: [fileURLToPath(new URL("server.js", import.meta.url))] };

/** @param clone what a clone has: our own stories, and the server as it is there */
export async function run(
  argv: string[],
  clone: Partial<Pick<Surroundings, "ours" | "program">> = {},
): Promise<void> {
  process.stdout.once("error", () => process.exit(1)); // nobody reads on: `stories | head`
  process.exitCode = await main(argv, {
    env: process.env,
    command: commandFor("stories"),
    program: packaged,
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
    confirm: process.stdin.isTTY
      ? async (question) => isYes(await ask(`${question} [y/N] `))
      : undefined,
    ...clone,
  });
}
