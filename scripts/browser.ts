/**
 * What a user sees, in a real browser: `bun run test:browser [NAME…]` runs tests/browser/*.ts in Chromium. Where it is
 * missing, it is installed from Debian if this user may; otherwise that is a failure.
 *
 * ```sh
 * bun run test:browser                 # all of them
 * bun run test:browser page inspector  # the files with these words in their names
 * CHROMIUM=/opt/chrome bun run test:browser
 * ```
 *
 * @module
 */
import { chromiumPath } from "../tests/browser/browser.ts";
import { installPackages } from "./debian.ts";
import { chooseFiles, runScript, runTests } from "./test-files.ts";

/** Beside the browser, fonts: without any there are no letters to look at. */
const PACKAGES = ["chromium", "fonts-dejavu-core"];

/**
 * Installs Chromium where there is none.
 * @throws in words, where it cannot be had
 */
export async function installChromium(): Promise<void> {
  if (chromiumPath()) return;
  await installPackages(PACKAGES).catch((error: Error) => {
    throw new Error(
      `Chromium is missing: what needs a browser is NOT proven here. ${error.message} Install it, or set CHROMIUM to its path.`,
    );
  });
}

async function main(words: string[]): Promise<number> {
  const files = await chooseFiles(["tests/browser/*.ts"], words);
  await installChromium();
  return runTests(files);
}

if (import.meta.main) await runScript("test:browser", main);
