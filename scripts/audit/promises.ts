/**
 * Every promise that a server is held to, by what it is about.
 *
 * @module
 */
import { Skipped } from "../../tests/cve/target.ts";
import { callPromises } from "./calls.ts";
import { changePromises } from "./changes.ts";
import { type Finding, NotTested, type Promised } from "./finding.ts";
import { httpPromises } from "./http.ts";
import { Unanswered } from "./link.ts";
import { protocolPromises } from "./protocol.ts";
import { surfacePromises } from "./surface.ts";
import type { Survey } from "./survey.ts";

export const promises: Record<string, Promised[]> = {
  "What it lists": surfacePromises,
  "What it answers": callPromises,
  "What it changes": changePromises,
  "What it makes of odd messages": protocolPromises,
  "Whom it answers": httpPromises,
};

/** Probes one promise. A probe that gets no answer says so: silence is no way of keeping a promise. */
export async function examine(promised: Promised, survey: Survey): Promise<Finding> {
  try {
    return await promised.probe(survey);
  } catch (error) {
    if (error instanceof NotTested || error instanceof Skipped)
      return { verdict: "not tested", evidence: error.message };
    if (error instanceof Unanswered) return { verdict: "broken", evidence: error.message };
    throw error;
  }
}
