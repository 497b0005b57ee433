/** Mutants of the mock, one at a time, against what Django answered: whoever plays on to the end has survived. @module */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compared, differences, playOn } from "./compare.ts";
import type { Mutant } from "./mutants.ts";
import type { Opener, Sequence } from "./probe.ts";
import type { Proven } from "./prove.ts";
import { type Mock, mockOpener } from "./shops.ts";

const root = new URL("../..", import.meta.url).pathname;

/** A copy of mocks/ with one edit, imported. Its server.ts is the one that is there. @throws when it is no mutant */
async function mutated({ file, find, replace }: Mutant, folder: string): Promise<Mock> {
  cpSync(join(root, "mocks"), join(folder, "mocks"), { recursive: true });
  writeFileSync(
    join(folder, "server.ts"),
    `export * from ${JSON.stringify(join(root, "server.ts"))};\n`,
  );
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

/** Whether a mock differs from Django on this sequence; to break down is to differ. */
async function isCaught(mock: Opener, { sequence, django }: Proven): Promise<boolean> {
  let isAlike = true;
  try {
    const played = await playOn(mock, sequence, (step, answer) => {
      return (isAlike = !answer || differences(answer, django.answers[step]).length === 0);
    });
    return !isAlike || compared(sequence, played, django).length > 0;
  } catch {
    return true;
  }
}

/** Hunts every mutant through the sequences, those first that caught the most of its file for their length. */
export async function hunt(mutants: readonly Mutant[], proven: readonly Proven[], origin: string) {
  const catches = new Map<string, Map<Sequence, number>>();
  const survivors: string[] = [];
  const broken: string[] = [];
  const den = mkdtempSync(join(root, "node_modules", ".mutants-")); // where imports of packages are found
  try {
    for (const [n, mutant] of mutants.entries())
      try {
        const mock = mockOpener(await mutated(mutant, join(den, String(n))), origin);
        const own = catches.getOrInsertComputed(mutant.file, () => new Map());
        const worth = ({ sequence }: Proven) =>
          (0.1 + (own.get(sequence) ?? 0)) / (5 + sequence.steps.length);
        let catcher: Sequence | undefined;
        for (const one of proven.toSorted((a, b) => worth(b) - worth(a))) {
          if (!(await isCaught(mock, one))) continue;
          catcher = one.sequence;
          break;
        }
        if (catcher) own.set(catcher, (own.get(catcher) ?? 0) + 1);
        else survivors.push(`${mutant.name} (mocks/${mutant.file})`);
      } catch (error) {
        broken.push(`${mutant.name}: ${error instanceof Error ? error.message : error}`);
      }
  } finally {
    rmSync(den, { recursive: true });
  }
  return { killed: mutants.length - survivors.length - broken.length, survivors, broken };
}
