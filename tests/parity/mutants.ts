/**
 * The mutants of the mock: edits after which it no longer answers as Django does. Each `find` occurs exactly once in
 * its file; otherwise the run fails, so that no mutant goes stale. `mutants` is used by `scripts/truth.ts`; the edits
 * are in mutants/.
 *
 * @module
 */
import { answers } from "./mutants/answers.ts";
import type { Mutant } from "./mutants/edits.ts";
import { previews } from "./mutants/previews.ts";
import { requests } from "./mutants/requests.ts";
import { rules } from "./mutants/rules.ts";

export const mutants: readonly Mutant[] = [answers, rules, requests, previews].flatMap((edits) =>
  Object.entries(edits).flatMap(([file, all]) =>
    all.map(([name, find, replace]): Mutant => ({ name, file, find, replace })),
  ),
);
