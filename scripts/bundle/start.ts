/**
 * Where `dist/server.js` and the executable begin: the settings, and the first answers over stdio. The server itself
 * is loaded when it is needed, from within the same file. scripts/build.ts makes both.
 *
 * @module
 */
import { chooseTools, hearsChanges, loginOf, readSettings } from "../../settings.ts";
import { ConfigError } from "../../shop/config-error.ts";
import { answerFirst, openAnswers, type Opening } from "../../stdio/first-answers.ts";
import type { FirstAnswers } from "../first-answers.ts";

/**
 * Answers the host as long as the rest is not needed. Whatever is wrong with the settings is the rest's to say.
 * @param firstAnswers as JSON
 * @returns the opening to give to `main`
 */
export async function open(firstAnswers: string): Promise<Opening | undefined> {
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    if (settings.shop || settings.http) return undefined;
    loginOf(settings);
    const { answers, groups }: FirstAnswers = JSON.parse(firstAnswers);
    const tools = chooseTools(settings, groups, (tool) => tool);
    return await answerFirst(openAnswers(answers, [...tools.values()], hearsChanges(settings)));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Ends the process under a Node that is too old, in words: its own are the whole file and a stack trace. */
export function refuseOldNode(): void {
  if (Reflect.has(process, "getBuiltinModule")) return;
  console.error(
    `django-shop-mcp: this is Node ${process.versions.node}; 20.19 or newer is needed, or Bun. If you have one, name it by its path in the host's configuration.`,
  );
  process.exit(2);
}

/** Runs a program that lies beside this file, as in the npm package. */
export async function runBeside(name: string, args: string[]): Promise<void> {
  try {
    const { run } = await import(`./${name}.js`);
    await run(args);
  } catch (error) {
    const isMissing = new RegExp(`Cannot find module ['"][^'"]*\\b${name}\\.js['"]`);
    if (!isMissing.test(String(error))) throw error;
    console.error(
      `django-shop-mcp: ${name}.js is not beside this file. The npm package has both: npx -y django-shop-mcp ${name}`,
    );
    process.exitCode = 2;
  }
}

/** Whether this file was started, not imported, where `import.meta.main` does not say so: in Node before 24.2. */
export function isStarted(): boolean {
  const [, started = ""] = process.argv;
  try {
    const { realpathSync } = process.getBuiltinModule("node:fs");
    return (
      realpathSync(started) === process.getBuiltinModule("node:url").fileURLToPath(import.meta.url)
    );
  } catch {
    return false; // nothing was started by a path: `node --eval`
  }
}
