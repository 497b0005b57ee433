/**
 * Tests the checker by mutation: each mutant of the server is asked what the server was asked, and is noticed where
 * the checker finds something that it does not find in the server. `runMutants` is called by `scripts/truth.ts`.
 *
 * @module
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Scenario, scenarios } from "./generate.ts";
import type { Mutant } from "./mutants.ts";
import type { Server } from "./play.ts";
import { checkScenario, kindOf } from "./prove.ts";

const root = new URL("../..", import.meta.url).pathname;
const SOURCES = [
  "package.json",
  "server.ts",
  "settings.ts",
  "shop",
  "http",
  "stdio",
  "json-rpc",
  "ui",
];

/** Copies the server to a folder, edits the copy and imports it. @throws {Error} where `find` is not exactly once in its file */
async function importMutant({ file, find, replace }: Mutant, folder: string): Promise<Server> {
  for (const source of SOURCES)
    cpSync(join(root, source), join(folder, source), { recursive: true });
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(`${JSON.stringify(find)} is ${places} times in ${file}, not once`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  return import(join(folder, "server.ts"));
}

/** What the checker finds in the answers to a scenario. A server that throws is found out, too. */
async function findIn(server: Server, scenario: Scenario): Promise<Set<string>> {
  try {
    const { violations } = await checkScenario(server, scenario);
    return new Set(violations.map(kindOf));
  } catch (error) {
    return new Set([`threw ${String(error)}`]);
  }
}

/**
 * Asks each mutant the scenarios of a seed. First come those by which most mutants of the same file were noticed.
 * @param shops how many scenarios there are
 */
export async function runMutants(
  mutants: readonly Mutant[],
  server: Server,
  seed: number,
  shops: number,
) {
  const asked = fc.sample(scenarios, { seed, numRuns: shops });
  const known = new Map<Scenario, Set<string>>();
  const notices = new Map<string, Map<Scenario, number>>();
  const survivors: string[] = [];
  const broken: string[] = [];
  const folder = mkdtempSync(join(root, "node_modules", ".mutants-")); // below node_modules, so that its imports of packages resolve
  try {
    for (const [n, mutant] of mutants.entries())
      try {
        const changed = await importMutant(mutant, join(folder, String(n)));
        const inFile = notices.getOrInsertComputed(mutant.file, () => new Map<Scenario, number>());
        let noticed: Scenario | undefined;
        for (const scenario of asked.toSorted(
          (a, b) => (inFile.get(b) ?? 0) - (inFile.get(a) ?? 0),
        )) {
          const honest = known.get(scenario) ?? (await findIn(server, scenario));
          known.set(scenario, honest);
          const found = await findIn(changed, scenario);
          if (found.isSubsetOf(honest)) continue;
          noticed = scenario;
          break;
        }
        if (noticed) inFile.set(noticed, (inFile.get(noticed) ?? 0) + 1);
        else survivors.push(`${mutant.name} (${mutant.file})`);
      } catch (error) {
        broken.push(`${mutant.name}: ${error instanceof Error ? error.message : error}`);
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { killed: mutants.length - survivors.length - broken.length, survivors, broken };
}
