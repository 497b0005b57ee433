/** The checks of each operation of the contract: what came of those that read, what is known of those that write. */
import { type EndpointName, endpoints, tools } from "../../server.ts";
import { amber, green, type Line, red, type Said, saying } from "./check-result.ts";
import { mapping, nounOf, pathIn, quoted } from "./dialect-entries.ts";
import type { Told } from "./observed-fields.ts";
import { ordersOf, READS } from "./read-shop.ts";
import { isOk, isRefused, quote, troubleOf } from "./reply.ts";
import { differs, isMissing, likely, lineOf } from "./schema.ts";
import { foundOf, NAMES, placeOf, request, type Visit } from "./visit.ts";

/** What is wrong with the answers of an endpoint, where the reference shop sends what it should. */
function misfits(name: EndpointName, { fields }: Told, reference?: Told): Said[] {
  const [lines, missing]: [Said[], string[]] = [[], []];
  for (const [key, one] of fields) {
    const { at, isRequired, present, absent, nulls, like, came, expected } = one;
    const known = reference?.fields.get(key);
    const isPart = isRequired || key.endsWith("[]");
    const around = key.endsWith("[]") ? pathIn(key.slice(0, -2)) : pathIn(key).slice(0, -1);
    const whole = around.join(".").replaceAll("[]", "");
    const lost = isPart && whole && whole !== "results" ? `${whole} is left out` : "";
    const outcome = isRequired || lost ? `: ${lost || "all is refused"}` : "";
    const bad = isRequired ? red : amber;
    if (absent && like)
      lines.push(bad(`${at} is missing${outcome}; is it ${like}? → ${mapping(name, key, like)}`));
    else if (absent && isRequired) lines.push(red(`${at} is missing${outcome} → send or map it`));
    else if (absent && !present && known?.present) missing.push(at);
    if (one.misfits) {
      const instead = `${at || "the answer"} is ${came}, not ${expected}`;
      lines.push(bad(`${instead}${outcome || ": it is left out"} → send that, or map it`));
    }
    const isNever = present > 0 && nulls === present && !absent && key !== "next";
    if (isNever && known?.present && !known.nulls)
      lines.push(amber(`${at} is null in every answer → send it where the shop knows it`));
    const own = [...one.strange].slice(0, 8).map((status) => `${quoted(status)}: "…"`);
    if (own.length)
      lines.push(amber(`${at} is a word of the shop's own → statuses: { ${own.join(", ")} }`));
  }
  const are = missing.length > 1 ? "are" : "is";
  if (missing.length) lines.push(amber(`${missing.join(", ")} ${are} missing → send or map`));
  return lines;
}

const toolsOf = (name: EndpointName) => {
  const all = Object.entries(tools).filter(([, { needs }]) => needs.includes(endpoints[name]));
  return all.map(([tool]) => tool).join(", ");
};

/** What to do about an operation that is not there. */
function absent(visit: Visit, name: EndpointName, says: string): Said[] {
  foundOf(visit, name).state = "absent";
  const place = likely(visit, name);
  if (place) return [amber(`${says} → its schema has ${place}: paths: { ${name}: "${place}" }`)];
  return [amber(`${says}; without it no ${toolsOf(name)} → build it, or paths: { ${name}: null }`)];
}
function readLines(visit: Visit, name: EndpointName): Said[] {
  const found = foundOf(visit, name);
  const { replies, told } = found;
  if (!replies.length) {
    const id = /product|order/.exec(endpoints[name].path.template)?.[0] ?? "id";
    const fix = id === "order" ? " → give one by --order" : "";
    return [amber(`not tried: no ${id} was found to ask for${fix}`)];
  }
  const bad = replies.find((reply) => !isOk(reply) || reply.code);
  const trouble = bad && troubleOf(bad);
  const isTold = told.fields.size > 0;
  if (trouble && !isTold && bad.status === 404)
    return absent(visit, name, `${bad.url.pathname} is not there (HTTP 404)`);
  if (trouble && !isTold && isRefused(bad)) return [{ ...trouble, level: "amber" }];
  const lines = misfits(name, told, visit.reference[name]?.told);
  if (trouble && isTold && !bad.code) {
    const says = `${bad.url.pathname}: ${trouble.says}`;
    lines.push({ ...trouble, says, level: "amber" });
  } else if (trouble) lines.push(trouble);
  const isRed = lines.some(({ level }) => level === "red");
  found.state = found.isRefused || !isTold ? "broken" : isRed ? "unproven" : "works";
  if (lines.length) return lines;
  const fields = [...told.fields].filter(([, { present }]) => present);
  const named = fields.flatMap(([key, { usual }]) =>
    usual ? [`${pathIn(key).at(-1)} from ${usual}`] : [],
  );
  const { length } = told.rows;
  if (!length) return [amber("there, but its list was empty: no row could be looked at")];
  const what = `${length} ${length === 1 ? "answer fits" : "answers fit"}, ${fields.length} fields`;
  return [green(`${what}${named.length ? ` (${[...new Set(named)].join(", ")})` : ""}`)];
}
async function writeLines(visit: Visit, name: EndpointName): Promise<Said[]> {
  const found = foundOf(visit, name);
  if (!visit.settings.django_api_token) return [amber("not tried without a token")];
  if (visit.document && !visit.dialect) {
    if (differs(visit, name, isMissing))
      return absent(visit, name, `${lineOf(name)} is not in its schema`);
    found.state = "works";
    return [green("in its schema; never sent from here")];
  }
  const [known] = ordersOf(visit);
  const place = placeOf(visit, name, { ids: { order_id: known ?? "1", customer_id: "me" } });
  if (!place) return [];
  const reply = await request(visit, place.address, { method: "OPTIONS" });
  const allowed = reply.headers.get("allow") ?? "";
  const says = `${place.method} ${place.path.replace(/\?.*/, "")}`;
  if (reply.status === 404 && !known && endpoints[name].path.template.includes("{order_id}"))
    return [amber("not tried: no order was found to ask for → give one by --order")];
  if (reply.status === 404) return absent(visit, name, `${says} is not there (HTTP 404)`);
  if (reply.code || !allowed || ![200, 204, 405].includes(reply.status))
    return [amber("not tried: OPTIONS does not tell → give --schema")];
  if (!allowed.split(/,\s*/).includes(place.method))
    return absent(visit, name, `${says} is not allowed, only ${quote(allowed)}`);
  found.state = "works";
  return [green("there, as OPTIONS says; never sent from here")];
}
/** What only the schema tells: of writes, and of what no answer showed. */
function schemaLines(visit: Visit, name: EndpointName, reported: Set<string>): Said[] {
  const noun = nounOf(name);
  const alike = visit.reference[name]?.told.fields.size ? name : noun;
  return visit.differences.flatMap(({ operation, part, pointer, kind, isBreaking, message }) => {
    const isElsewhere = operation !== lineOf(name) || !part || part === "path";
    if (isElsewhere || pointer === "Idempotency-Key") return [];
    const words = message.replace("in django", "in its schema");
    const key = pointer.replace(/^\$\.?/, "");
    if (/^[a-z]/.test(part)) {
      const what = `${part} ${key}: ${words}`;
      const isIgnored = part === "query" && kind === "missing";
      if (isIgnored) return [amber(`${what} → take it; until then it may be ignored`)];
      return isBreaking ? [red(`${what} → take what is sent, or map it in a dialect`)] : [];
    }
    const isKnown = visit.reference[alike]?.told.fields.get(key)?.present;
    const isSeen = foundOf(visit, name).told.fields.has(key) || reported.has(`${noun} ${key}`);
    if (!part.startsWith("2") || isSeen || !(isBreaking || (kind === "missing" && isKnown)))
      return [];
    reported.add(`${noun} ${key}`);
    return [saying(isBreaking ? "red" : "amber")(`${key || "answer"}: ${words} → send or map it`)];
  });
}
export async function operations(visit: Visit): Promise<Line[]> {
  const lines: Line[] = [];
  const reported = new Set<string>();
  for (const name of NAMES) {
    const found = foundOf(visit, name);
    if (!placeOf(visit, name)) {
      found.state = "absent";
      lines.push({ check: name, ...green(`mapped to nothing: no ${toolsOf(name)}`) });
      continue;
    }
    const own = name in READS ? readLines(visit, name) : await writeLines(visit, name);
    for (const [key, { present }] of found.told.fields)
      if (!present) reported.add(`${nounOf(name)} ${key}`);
    const isTold = !visit.dialect && found.state !== "absent";
    const more = isTold ? schemaLines(visit, name, reported) : [];
    const isRed = more.some(({ level }) => level === "red");
    if (isRed && found.state === "works") found.state = "unproven";
    const said = more.length ? own.filter(({ level }) => level !== "green") : own;
    lines.push(...[...said, ...more].map((line) => ({ check: name, ...line })));
  }
  return lines;
}
