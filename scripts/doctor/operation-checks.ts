/**
 * The checks of each endpoint of the contract, and the state in which they leave it. An endpoint that reads was
 * requested by `read-shop.ts`: its answers are compared field by field. A change is never sent: its endpoint is
 * looked up in the shop's document, or by OPTIONS. `examine.ts` and `suggest-dialect.ts` call `checkOperations`.
 */
import { type EndpointName, endpoints } from "../../shop/contract.ts";
import { tools } from "../../server.ts";
import { amber, type CheckResult, green, red, type ReportLine, resultOf } from "./check-result.ts";
import { fieldPath, mappingEntry, propertyKey, recordName } from "./dialect-entries.ts";
import type { ObservedAnswers, ObservedField } from "./observed-fields.ts";
import { orderIdsOf, READS } from "./read-shop.ts";
import { isDenied, isOk, problemOf, quote } from "./reply.ts";
import { orderWrites } from "./suggest/changes.ts";
import { findLikelyPath, hasDifference, isMissingOperation, operationName } from "./schema.ts";
import {
  CHANGE_NAMES,
  ENDPOINT_NAMES,
  endpointsOf,
  locate,
  recordFor,
  request,
  type Visit,
} from "./visit.ts";

/** Checks every endpoint. The lines are named after the endpoints. */
export async function checkOperations(visit: Visit): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  const reported = new Set<string>();
  for (const name of ENDPOINT_NAMES) {
    const record = recordFor(visit, name);
    if (!locate(visit, name)) {
      record.state = "absent";
      lines.push({
        check: name,
        ...green(`the module maps none; not offered: ${toolsThatNeed(name)}`),
      });
      continue;
    }
    const own = name in READS ? checkRead(visit, name) : await checkChange(visit, name);
    for (const [path, { present }] of record.answers.fields)
      if (!present) reported.add(`${recordName(name)} ${path}`);
    // A dialect changes what is sent and read, so that the shop's document no longer applies.
    const isDescribed = !visit.dialect && record.state !== "absent";
    const described = isDescribed ? checkSchema(visit, name, { reported }) : [];
    const isRed = described.some(({ level }) => level === "red");
    if (isRed && record.state === "works") record.state = "unproven";
    const results = described.length ? own.filter(({ level }) => level !== "green") : own;
    lines.push(...[...results, ...described].map((result) => ({ check: name, ...result })));
  }
  const isReadOnly = visit.dialect && CHANGE_NAMES.every((name) => !locate(visit, name));
  const order = isReadOnly && locate(visit, "order", { ids: { order_id: "{order_id}" } });
  if (order) lines.push({ check: "changes", ...green(describeWrites(visit, order)) });
  return lines;
}

/** What a module without changes leaves of the shop: what its document has for an order. */
function describeWrites({ document }: Visit, { path }: { path: string }): string {
  const writes = orderWrites(document, decodeURIComponent(path));
  const has = writes.length ? `; the schema has ${writes.join(", ")}` : "";
  return `the module maps none, so that the tools only read${has}`;
}

/** The tools that are offered only with this endpoint, or what there is only with it. */
const toolsThatNeed = (name: EndpointName) =>
  Object.entries(tools)
    .filter(([, tool]) => endpointsOf(tool).includes(name))
    .map(([tool]) => tool)
    .join(", ") || "questions that say what a change does";

/** Marks an endpoint as absent, and returns what to do about it. */
function markAbsent(visit: Visit, name: EndpointName, says: string): CheckResult[] {
  recordFor(visit, name).state = "absent";
  const path = findLikelyPath(visit, name);
  if (path)
    return [
      amber(
        `${says} → the schema has ${path}, so map it in a dialect: paths: { ${name}: "${path}" }`,
      ),
    ];
  const needed = `${says}; needed by ${toolsThatNeed(name)}`;
  const result = isOptional(visit, name) ? green : amber;
  return [result(`${needed} → add it, or map it to null in a dialect: paths: { ${name}: null }`)];
}
/** Whether a shop that speaks the contract may do without an endpoint: then its tools are left out. */
function isOptional(visit: Visit, name: EndpointName): boolean {
  const given: EndpointName[] = ["searchProducts", "orderStatus"];
  const isSpoken = given.some((own) => recordFor(visit, own).answers.fields.size > 0);
  return isSpoken && !given.includes(name);
}

// ── Endpoints that read ─────────────────────────────────────────────────────────────────────────

function checkRead(visit: Visit, name: EndpointName): CheckResult[] {
  const record = recordFor(visit, name);
  const { replies, answers } = record;
  if (!replies.length) {
    const id = /product|order/.exec(endpoints[name].path.template)?.[0] ?? "id";
    const fix = id === "order" ? " → give one with --order" : "";
    return [amber(`not checked: no ${id} was found${fix}`)];
  }
  const failed = replies.find((reply) => !isOk(reply) || reply.code);
  const problem = failed && problemOf(failed);
  const hasAnswers = answers.fields.size > 0;
  if (problem && !hasAnswers && failed.status === 404)
    return markAbsent(visit, name, `${failed.url.pathname} was not found (HTTP 404)`);
  if (problem && !hasAnswers && isDenied(failed)) return [{ ...problem, level: "amber" }];
  const results = fieldResults(name, answers, { reference: visit.reference[name]?.answers });
  if (problem && hasAnswers && !failed.code) {
    const says = `${failed.url.pathname}: ${problem.says}`;
    results.push({ ...problem, says, level: "amber" });
  } else if (problem) results.push(problem);
  const isRed = results.some(({ level }) => level === "red");
  const isBroken = record.isRejected || !hasAnswers;
  record.state = isBroken ? "broken" : isRed ? "unproven" : "works";
  const isFit = results.every(({ level }) => level === "green");
  return isFit ? [describeFit(answers), ...results] : results;
}
function describeFit({ fields, rows: { length } }: ObservedAnswers): CheckResult {
  if (!length) return amber("found, but the list was empty, so no row could be checked");
  const present = [...fields].filter(([, field]) => field.present);
  const renamed = present.flatMap(([path, { alias }]) =>
    alias ? [`${fieldPath(path).at(-1)} from ${alias}`] : [],
  );
  const fit = `${length} ${length === 1 ? "answer matches" : "answers match"}, ${present.length} fields`;
  return green(`${fit}${renamed.length ? ` (${[...new Set(renamed)].join(", ")})` : ""}`);
}

/**
 * What is wrong with the fields of an endpoint's answers.
 *
 * @param options.reference the same answers of the reference shop: an optional field is only missed if that has it
 */
function fieldResults(
  name: EndpointName,
  { fields }: ObservedAnswers,
  { reference }: { reference: ObservedAnswers | undefined },
): CheckResult[] {
  const results: CheckResult[] = [];
  const missing: ObservedField[] = [];
  for (const [path, field] of fields) {
    const { place, isRequired, present, absent, nulls, similarName } = field;
    const expected = reference?.fields.get(path);
    const consequence = consequenceOf(path, field);
    const bad = isRequired ? red : amber;
    if (absent && similarName) {
      const says = `${place} is missing${consequence}; is it ${similarName}?`;
      const entry = mappingEntry(name, path, similarName);
      results.push(bad(`${says} → map it in a dialect: ${entry}`));
    } else if (absent && isRequired)
      results.push(red(`${place} is missing${consequence} → send it, or map it in a dialect`));
    else if (absent && !present && expected && expected.present > expected.nulls)
      missing.push(field);
    if (field.mismatches) {
      const says = `${place || "the answer"} is ${field.value}, not ${field.expected}`;
      results.push(
        bad(`${says}${consequence || ", so it is left out"} → correct it, or map it in a dialect`),
      );
    }
    const isAlwaysNull = present > 0 && nulls === present && !absent && path !== "next";
    if (isAlwaysNull && expected?.present && !expected.nulls)
      results.push(amber(`${place} is null in every answer → send it where the shop knows it`));
    const statuses = [...field.unknownStatuses].slice(0, 8);
    if (statuses.length) {
      const entries = statuses.map((status) => `${propertyKey(status)}: "…"`).join(", ");
      results.push(
        amber(
          `${place} has statuses of the shop's own → map them in a dialect: statuses: { ${entries} }`,
        ),
      );
    }
  }
  const placesOf = (fields: ObservedField[]) => fields.map(({ place }) => place).join(", ");
  const renamed = missing.filter(({ mayBeRenamed }) => mayBeRenamed);
  const [are, them] = renamed.length > 1 ? ["are", "them"] : ["is", "it"];
  if (renamed.length) {
    const says = `${placesOf(renamed)} ${are} missing`;
    results.push(amber(`${says} → send ${them}, or map ${them} in a dialect`));
  }
  const left = missing.filter(({ mayBeRenamed }) => !mayBeRenamed);
  if (left.length) results.push(green(`without ${placesOf(left)}, which no shop has to send`));
  return results;
}
/** What the server does without a field that it needs: it leaves out what contains it, or rejects the answer. */
function consequenceOf(path: string, { isRequired }: ObservedField): string {
  const isItem = path.endsWith("[]");
  const around = isItem ? fieldPath(path.slice(0, -2)) : fieldPath(path).slice(0, -1);
  const parent = around.join(".").replaceAll("[]", "");
  if ((isRequired || isItem) && parent && parent !== "results") return `, so ${parent} is left out`;
  return isRequired ? ", so the whole answer is rejected" : "";
}

// ── Changes, and what only the shop's document says ─────────────────────────────────────────────

async function checkChange(visit: Visit, name: EndpointName): Promise<CheckResult[]> {
  const record = recordFor(visit, name);
  if (!visit.settings.django_api_token) return [amber("not checked without a token")];
  if (visit.document && !visit.dialect) {
    if (hasDifference(visit, name, isMissingOperation))
      return markAbsent(visit, name, `${operationName(name)} is not in the schema`);
    record.state = "works";
    return [green("in the schema; never sent by the doctor")];
  }
  const [orderId] = orderIdsOf(visit);
  const args = { ids: { order_id: orderId ?? "1", customer_id: "me" } };
  const location = locate(visit, name, args);
  if (!location) return [];
  const { address, method, path } = location;
  const reply = await request(visit, address, { method: "OPTIONS" });
  const allowed = reply.headers.get("allow") ?? "";
  const operation = `${method} ${path.replace(/\?.*/, "")}`;
  if (reply.status === 404 && !orderId && endpoints[name].path.template.includes("{order_id}"))
    return [amber("not checked: no order was found → give one with --order")];
  if (reply.status === 404) return markAbsent(visit, name, `${operation} was not found (HTTP 404)`);
  if (reply.code || !allowed || ![200, 204, 405].includes(reply.status))
    return [amber("not checked: OPTIONS does not say which methods are allowed → give --schema")];
  if (!allowed.split(/,\s*/).includes(method))
    return markAbsent(visit, name, `${operation} is not allowed, only ${quote(allowed)}`);
  record.state = "works";
  return [green("allowed, as OPTIONS says; never sent by the doctor")];
}

/**
 * What the shop's document says of an endpoint and no answer showed: parameters, bodies, and fields that did not
 * come.
 *
 * @param options.reported fields by record, `order lines[].price`; each is reported once, and added
 */
function checkSchema(
  visit: Visit,
  name: EndpointName,
  { reported }: { reported: Set<string> },
): CheckResult[] {
  const own = recordFor(visit, name).answers.fields;
  const record = recordName(name);
  // The answer to a change is its record, and the reference shop was only read.
  const readName = visit.reference[name]?.answers.fields.size ? name : record;
  const reference = visit.reference[readName]?.answers.fields;
  return visit.differences.flatMap(({ operation, part, pointer, kind, isBreaking, message }) => {
    if (operation !== operationName(name) || !part || part === "path") return [];
    if (pointer === "Idempotency-Key") return []; // `checkIdempotency` reports it
    const says = message.replace("in django", "in the schema");
    const path = pointer.replace(/^\$\.?/, "");
    if (/^[a-z]/.test(part)) {
      const what = `${part} ${path}: ${says}`;
      const isIgnored = part === "query" && kind === "missing";
      if (isIgnored) return [amber(`${what} → accept it; until then it may be ignored`)];
      return isBreaking ? [red(`${what} → accept what is sent, or map it in a dialect`)] : [];
    }
    const isSuccess = part.startsWith("2");
    const isKnown = own.has(path) || reported.has(`${record} ${path}`);
    const isMissed = kind === "missing" && reference?.get(path)?.present;
    if (!isSuccess || isKnown || !(isBreaking || isMissed)) return [];
    reported.add(`${record} ${path}`);
    const result = resultOf(isBreaking ? "red" : "green");
    return [result(`${path || "answer"}: ${says} → send it, or map it in a dialect`)];
  });
}
