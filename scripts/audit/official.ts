/**
 * The official conformance suite as promises: a scenario for each, on a server that somebody else runs.
 *
 * @module
 */
import { REVISIONS, runSuite } from "../conformance.ts";
import type { Finding, Promised } from "./finding.ts";

const NOT_FOR_ALL = "it calls tools, prompts or resources that only the suite's own fixture has";
/** Which scenarios of a revision a server passes, as the suite says. */
export async function runOfficialRules(
  url: string,
): Promise<(Promised & Finding & { group: string })[]> {
  const all = [];
  for (const revision of REVISIONS)
    for (const { name, isPassed, isForFixtures } of await runSuite(url, revision)) {
      const finding: Finding = isPassed
        ? { verdict: "kept", evidence: "it passes" }
        : isForFixtures
          ? { verdict: "not tested", evidence: NOT_FOR_ALL }
          : {
              verdict: "broken",
              evidence: `npx @modelcontextprotocol/conformance server --url ${url} --scenario ${name} says why`,
            };
      all.push({
        id: `${revision}/${name}`,
        title: name,
        why: "The specification says so.",
        fix: "Read what the suite prints for this scenario.",
        group: `The official rules of ${revision}`,
        probe: () => finding,
        ...finding,
      });
    }
  return all;
}
