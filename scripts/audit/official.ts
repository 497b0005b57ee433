/**
 * The official conformance suite as promises: a scenario for each, of the revisions that a server speaks.
 *
 * @see https://github.com/modelcontextprotocol/conformance
 * @module
 */
import { REVISIONS, runSuite } from "../conformance.ts";
import type { Finding, Found } from "./finding.ts";
import type { Survey } from "./survey.ts";

const FOR_FIXTURES = "it calls tools, prompts or resources that only the suite's own fixture has";
/** Why the suite says nothing about a server in this revision. */
function whyNot({ link, modern, handshake, isGuarded }: Survey, revision: string) {
  if (!link.url) return "it is spoken to over stdio";
  if (isGuarded) return "the suite sends no token";
  const isSpoken = [modern, handshake].some((host) => host?.version === revision);
  return isSpoken ? undefined : `it does not speak ${revision}`;
}
const asPromise = (revision: string, title: string, finding: Finding): Found => ({
  id: `${revision}/${title}`,
  title,
  why: "The specification requires it.",
  fix: "Run that command: it says what is expected.",
  group: `The official rules of ${revision}`,
  probe: () => finding,
  ...finding,
});

/** Which scenarios a server passes, as the suite says. */
export async function runOfficialRules(survey: Survey): Promise<Found[]> {
  const all: Found[] = [];
  for (const revision of REVISIONS) {
    const reason = whyNot(survey, revision);
    const { url = "" } = survey.link;
    if (reason !== undefined) {
      all.push(asPromise(revision, "conformance", { verdict: "not tested", evidence: reason }));
      continue;
    }
    for (const { name, isPassed, isForFixtures } of await runSuite(url, revision)) {
      const command = `npx @modelcontextprotocol/conformance server --url ${url} --spec-version ${revision} --scenario ${name}`;
      const finding: Finding = isPassed
        ? { verdict: "kept", evidence: "it passes" }
        : isForFixtures
          ? { verdict: "not tested", evidence: FOR_FIXTURES }
          : { verdict: "broken", evidence: command };
      all.push(asPromise(revision, name, finding));
    }
  }
  return all;
}
