/**
 * A whole examination: every check in order, and from what they found the tools that work and the settings to
 * use. `doctor.ts` calls `examine`; `format-report.ts` prints its report.
 */
import { resolve } from "node:path";
import { CONTRACT, type EndpointName } from "../../shop/contract.ts";
import { schemeFor } from "../../shop/login.ts";
import { tools } from "../../server.ts";
import { amber, type CheckResult, red, type ReportLine } from "./check-result.ts";
import { checkOperations } from "./operation-checks.ts";
import { readReference, readShop } from "./read-shop.ts";
import { readSchema } from "./schema.ts";
import {
  checkAuthentication,
  checkClock,
  checkCurrency,
  checkIdempotency,
  checkPagination,
  checkPrivacy,
  checkReachability,
  checkRedirects,
  checkSearch,
  checkSpeed,
  checkTls,
} from "./shop-checks.ts";
import { tryTools, type Verdict } from "./try-tools.ts";
import {
  createVisit,
  DEFAULT_RUNTIME,
  ENDPOINT_NAMES,
  endpointsOf,
  locate,
  recordFor,
  type Runtime,
  type Visit,
  type VisitOptions,
} from "./visit.ts";

type Check = (visit: Visit) => CheckResult[] | Promise<CheckResult[] | ReportLine[]>;
/** The checks that need nothing but the address and the token, by the name that they have in the report. */
const FIRST_CHECKS: Record<string, Check> = {
  reachable: checkReachability,
  TLS: checkTls,
  authentication: checkAuthentication,
};
/** The checks of a shop whose schema and answers have been read. */
const CHECKS: Record<string, Check> = {
  redirects: checkRedirects,
  pages: checkPagination,
  search: checkSearch,
  currency: checkCurrency,
  idempotency: checkIdempotency,
  privacy: checkPrivacy,
  clock: checkClock,
  speed: checkSpeed,
  operations: checkOperations, // whose lines have names of their own
};

/** What an examination found, as `--json` prints it. */
export interface Report {
  /** The address of the shop. */
  shop: string;
  lines: ReportLine[];
  /** Tools by whether the shop has what they need. Empty if the shop could not be reached. */
  tools: Record<"works" | "unproven" | "missing", string[]>;
  /** Environment variables to set, without the token. */
  settings: Record<string, string>;
}

/**
 * Examines a shop. Nothing is sent to it but GET and OPTIONS.
 *
 * @example
 * const settings = settingsSchema.parse({ django_api_base: "https://shop.example" });
 * const { lines } = await examine({ settings });
 */
export async function examine(
  options: VisitOptions,
  runtime: Partial<Runtime> = {},
): Promise<Report> {
  const visit = createVisit(options, { ...DEFAULT_RUNTIME, ...runtime });
  const lines: ReportLine[] = [];
  const runChecks = async (checks: Record<string, Check>) => {
    for (const [check, run] of Object.entries(checks)) {
      if (visit.isOver) return;
      lines.push(...(await run(visit)).map((result) => ({ check, ...result })));
    }
  };
  await runChecks(FIRST_CHECKS);
  if (!visit.isOver) {
    await readSchema(visit);
    visit.reference = await readReference();
    await readShop(visit);
  }
  await runChecks(CHECKS);
  const verdicts = visit.isOver ? [] : await tryTools(visit, visit.dialect ?? CONTRACT);
  lines.push(
    ...verdicts.map(({ tool, level, says, fix }) => ({
      check: tool,
      level,
      says,
      ...(fix && { fix }),
    })),
  );
  const { times, seconds, refused } = visit.throttled;
  if (!visit.isOver && (times || refused))
    lines.push({
      check: "throttling",
      ...(refused
        ? red(
            `it said 429 to ${refused} requests for good: what they asked was not looked at → wait until it answers again, or raise this account's throttle rate`,
          )
        : amber(
            `it said 429 ${times} times, and was waited for ${seconds} s in all → raise this account's throttle rate`,
          )),
    });
  const toolStates = classifyTools(visit, verdicts);
  const settings = recommendSettings(visit, toolStates);
  return { shop: options.settings.django_api_base, lines, tools: toolStates, settings };
}

/** A tool that reads works if it did; of a change only the endpoints are known. */
function classifyTools(visit: Visit, verdicts: Verdict[]): Report["tools"] {
  const states: Report["tools"] = { works: [], unproven: [], missing: [] };
  for (const [tool, definition] of visit.isOver ? [] : Object.entries(tools)) {
    const found = endpointsOf(definition).map((name) => recordFor(visit, name).state);
    const own = verdicts.filter((verdict) => verdict.tool === tool && verdict.isKnown !== false);
    const isFailing = own.some(({ level }) => level === "red");
    const isMissing = isFailing || found.some((state) => state === "absent" || state === "broken");
    const isWorking = own.length > 0 || found.every((state) => state === "works");
    states[isMissing ? "missing" : isWorking ? "works" : "unproven"].push(tool);
  }
  return states;
}

function recommendSettings(visit: Visit, { works, unproven }: Report["tools"]): Report["settings"] {
  const { settings, authScheme, dialect } = visit;
  const usual = schemeFor(settings.django_api_token ?? "");
  const offered = [...works, ...unproven];
  // The server itself offers no tool for what a dialect maps to nothing.
  const isHidden = (name: EndpointName) => Boolean(dialect) && !locate(visit, name);
  const isNeeded = (name: EndpointName) =>
    Object.values(tools).some((tool) => endpointsOf(tool).includes(name));
  const needsSelection = ENDPOINT_NAMES.filter(isNeeded).some((name) => {
    const { state } = recordFor(visit, name);
    return state === "broken" || (state === "absent" && !isHidden(name));
  });
  return {
    DJANGO_API_BASE: settings.django_api_base,
    ...visit.login,
    ...(!visit.login && authScheme !== usual && { DJANGO_API_AUTH: authScheme }),
    ...(settings.currency !== "XXX" && { SHOP_MCP_CURRENCY: settings.currency }),
    ...(settings.shop && { SHOP_MCP_SHOP: resolve(settings.shop) }),
    ...(needsSelection && offered.length > 0 && { SHOP_MCP_TOOLS: offered.join() }),
  };
}
