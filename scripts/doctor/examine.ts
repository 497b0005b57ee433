/** The whole visit: every check in order, and what to set afterwards. `doctor.ts` calls `examine`. */
import { resolve } from "node:path";
import { type EndpointName, endpoints, tools } from "../../server.ts";
import type { Line, Said } from "./check-result.ts";
import { operations } from "./operation-checks.ts";
import { readAll, readReference } from "./read-shop.ts";
import { readSchema } from "./schema.ts";
import {
  authentication,
  clock,
  currency,
  idempotency,
  pages,
  privacy,
  reachable,
  redirects,
  search,
  speed,
  tls,
} from "./shop-checks.ts";
import {
  foundOf,
  type Given,
  NAMES,
  openVisit,
  type Outside,
  OUTSIDE,
  placeOf,
  type Visit,
} from "./visit.ts";

/** Every check there is, in the order of the report. */
const CHECKS: Record<string, (visit: Visit) => Line[] | Said[] | Promise<Line[] | Said[]>> = {
  reachable,
  TLS: tls,
  authentication,
  redirects,
  pages,
  search,
  currency,
  idempotency,
  privacy,
  clock,
  speed,
  operations, // each under its own name
};

export interface Report {
  shop: string;
  lines: Line[];
  /** Tools by whether the shop has what they need. */
  tools: Record<"works" | "unproven" | "missing", string[]>;
  /** What to set, but for the token. */
  settings: Record<string, string>;
}
/** Looks at a shop. Nothing is sent to it but GET and OPTIONS. */
export async function examine(given: Given, outside: Partial<Outside> = {}): Promise<Report> {
  const visit = openVisit(given, { ...OUTSIDE, ...outside });
  const lines: Line[] = [];
  for (const [check, run] of Object.entries(CHECKS)) {
    if (visit.isOver) break;
    if (run === redirects) {
      await readSchema(visit);
      visit.reference = await readReference();
      await readAll(visit);
    }
    lines.push(...(await run(visit)).map((said) => ({ check, ...said })));
  }
  return { shop: given.settings.django_api_base, lines, ...prescribed(visit) };
}
function prescribed(visit: Visit): Pick<Report, "tools" | "settings"> {
  const { settings, scheme, isOver } = visit;
  const report: Report["tools"] = { works: [], unproven: [], missing: [] };
  for (const [tool, { needs }] of isOver ? [] : Object.entries(tools)) {
    const needed = NAMES.filter((name) => needs.includes(endpoints[name]));
    const states = needed.map((name) => foundOf(visit, name).state);
    const isMissing = states.some((state) => state === "absent" || state === "broken");
    const isWorking = states.every((state) => state === "works");
    report[isMissing ? "missing" : isWorking ? "works" : "unproven"].push(tool);
  }
  const offered = [...report.works, ...report.unproven];
  const isHidden = (name: EndpointName) => Boolean(visit.dialect) && !placeOf(visit, name);
  const isShown = (name: EndpointName) =>
    foundOf(visit, name).state === "absent" && !isHidden(name);
  const isCut = NAMES.some((name) => isShown(name) || foundOf(visit, name).state === "broken");
  return {
    tools: report,
    settings: {
      DJANGO_API_BASE: settings.django_api_base,
      ...(scheme !== "Token" && { DJANGO_API_AUTH: scheme }),
      ...(settings.currency !== "XXX" && { SHOP_MCP_CURRENCY: settings.currency }),
      ...(settings.shop && { SHOP_MCP_SHOP: resolve(settings.shop) }),
      ...(isCut && offered.length > 0 && { SHOP_MCP_TOOLS: offered.join() }),
    },
  };
}
