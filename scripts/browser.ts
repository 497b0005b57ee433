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
import { basename } from "node:path";
import { chromiumPath } from "../tests/browser/browser.ts";
import { ended } from "./django.ts";

const root = new URL("..", import.meta.url).pathname;
const OPTIONS = ["--randomize", "--max-concurrency", "1", "--timeout", "180000"];
/** Beside the browser, fonts: without any there are no letters to look at. */
const PACKAGES = ["chromium", "fonts-dejavu-core"];

/** Installs packages from Debian. @throws in words, where this user may not, or it goes wrong */
export async function installPackages(packages: string[]): Promise<void> {
  const names = packages.join(", ");
  if (process.getuid?.() !== 0 || !Bun.which("apt-get"))
    throw new Error(`${names} can only be installed by root, with apt-get.`);
  console.log(`Installing ${names} from Debian, once.`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await ended(["apt-get", "update"], { env });
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  const { code, err } = await ended(install, { env });
  if (code !== 0) throw new Error(`${names} could NOT be installed: ${err.slice(-1000)}`);
}
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

/** The files to run, in the order of their names. Those without a test are what the others build on. */
async function chooseFiles(words: string[]): Promise<string[]> {
  const all = Array.from(new Bun.Glob("tests/browser/*.ts").scanSync(root)).toSorted();
  const meant = all.filter(
    (file) => !words.length || words.some((word) => basename(file).includes(word)),
  );
  const texts = await Promise.all(meant.map((file) => Bun.file(root + file).text()));
  return meant
    .filter((_, nth) => texts[nth]?.includes('from "bun:test"'))
    .map((file) => `./${file}`);
}

async function main(words: string[]): Promise<number> {
  const files = await chooseFiles(words);
  if (!files.length) throw new Error(`no file of tests/browser has ${words.join(" or ")}`);
  await installChromium();
  const command = [process.execPath, "test", ...OPTIONS, ...files];
  const tests = Bun.spawn(command, { cwd: root, stdout: "inherit", stderr: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => tests.kill());
  return tests.exited;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`test:browser: ${error instanceof Error ? error.message : error}\n 1 fail`);
    process.exitCode = 1;
  }
