/**
 * Tests the proof by mutation: each mutant of the mock is compared with the answers of Django, and has survived where
 * it gives the same ones. `runMutants` is called by `scripts/truth.ts`.
 *
 * @module
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { compareRuns, differences, playSequence } from "./compare.ts";
import type { Mutant } from "./mutants/edits.ts";
import type { Opener, Sequence } from "./probe.ts";
import type { Proven } from "./prove.ts";
import { type Mock, mockOpener } from "./shops.ts";

const root = new URL("../..", import.meta.url).pathname;

const mockFiles = readdirSync(join(root, "mocks")).filter((name) => name.endsWith(".ts"));
/** The modules outside mocks/ that it imports, such as `server.ts`. Mutants share them with the mock. */
const shared = new Set(
  mockFiles.flatMap((name) => {
    const source = readFileSync(join(root, "mocks", name), "utf8");
    return Array.from(source.matchAll(/ from "\.\.\/(.+)";/g), ([, module = ""]) => module);
  }),
);

/**
 * Copies mocks/ to a folder, edits the copy and imports it.
 * @throws {Error} where the edit's `find` is not exactly once in its file
 */
async function importMutant({ file, find, replace }: Mutant, folder: string): Promise<Mock> {
  cpSync(join(root, "mocks"), join(folder, "mocks"), { recursive: true });
  for (const module of shared) {
    mkdirSync(dirname(join(folder, module)), { recursive: true });
    writeFileSync(join(folder, module), `export * from ${JSON.stringify(join(root, module))};\n`);
  }
  const path = join(folder, "mocks", file);
  const source = readFileSync(path, "utf8");
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(`${JSON.stringify(find)} is ${places} times in mocks/${file}, not once`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  const [shop, handlers] = [join(folder, "mocks/shop.ts"), join(folder, "mocks/handlers.ts")];
  return { ...(await import(shop)), ...(await import(handlers)) };
}

/** Whether a mock answers a sequence otherwise than Django did, or throws. */
async function isKilled(mock: Opener, { sequence, django }: Proven): Promise<boolean> {
  let isEqual = true;
  try {
    const played = await playSequence(mock, sequence, (step, answer) => {
      return (isEqual = !answer || differences(answer, django.answers[step]).length === 0);
    });
    return !isEqual || compareRuns(sequence, played, django).length > 0;
  } catch {
    return true;
  }
}

/** Plays the sequences on every mutant. First come those that killed the most mutants of the same file for their length. */
export async function runMutants(
  mutants: readonly Mutant[],
  proven: readonly Proven[],
  origin: string,
) {
  const kills = new Map<string, Map<Sequence, number>>();
  const survivors: string[] = [];
  const broken: string[] = [];
  const folder = mkdtempSync(join(root, "node_modules", ".mutants-")); // below node_modules, so that its imports of packages resolve
  try {
    for (const [n, mutant] of mutants.entries())
      try {
        const mock = mockOpener(await importMutant(mutant, join(folder, String(n))), origin);
        const killsInFile = kills.getOrInsertComputed(mutant.file, () => new Map());
        const priority = ({ sequence }: Proven) =>
          (0.1 + (killsInFile.get(sequence) ?? 0)) / (5 + sequence.steps.length);
        let killer: Sequence | undefined;
        for (const one of proven.toSorted((a, b) => priority(b) - priority(a))) {
          if (!(await isKilled(mock, one))) continue;
          killer = one.sequence;
          break;
        }
        if (killer) killsInFile.set(killer, (killsInFile.get(killer) ?? 0) + 1);
        else survivors.push(`${mutant.name} (mocks/${mutant.file})`);
      } catch (error) {
        broken.push(`${mutant.name}: ${error instanceof Error ? error.message : error}`);
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { killed: mutants.length - survivors.length - broken.length, survivors, broken };
}
