/**
 * Where `dist/server.js` and the executable begin: the settings, and the first answers over stdio. The server itself
 * is loaded when it is needed, from within the same file. scripts/build.ts makes both.
 *
 * @module
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseTools, loginOf, readSettings } from "../../settings.ts";
import { ConfigError } from "../../shop/config-error.ts";
import { answerFirst, openAnswers } from "../../stdio/first-answers.ts";
import type { FirstAnswers } from "../first-answers.ts";

/** Answers the host as long as the rest is not needed. Whatever is wrong with the settings is the rest's to say. */
async function open(argv: string[], { answers, groups }: FirstAnswers) {
  try {
    const settings = readSettings(argv, process.env);
    if (settings.shop || settings.http) return undefined;
    loginOf(settings);
    const tools = chooseTools(settings, groups, (tool) => tool);
    return await answerFirst(openAnswers(answers, [...tools.values()]));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
/** The program. @param load gives the rest */
export async function start(
  firstAnswers: FirstAnswers,
  load: () => Promise<Pick<typeof import("./rest.ts"), "main">>,
): Promise<void> {
  const argv = process.argv.slice(2);
  const opening = await open(argv, firstAnswers);
  const { main } = await load();
  await main(argv, opening);
}

/** Whether this file was started, not imported. Node before 24.2 has no `import.meta.main`. */
export function isStarted(): boolean {
  const [, started = ""] = process.argv;
  try {
    return realpathSync(started) === fileURLToPath(import.meta.url);
  } catch {
    return false; // nothing was started by a path: `node --eval`
  }
}
