/**
 * A first dialect module for a shop whose API is not the contract's, for `bun run doctor --suggest`. `doctor.ts`
 * calls `suggestDialect`.
 *
 * Paths and parameters come from the shop's OpenAPI document, or from DRF's root view; fields, statuses and the
 * currency from its answers. What is only a guess, or was not found, is a TODO in the module.
 */
import { type EndpointName, endpoints, STATUSES } from "../../shop/contract.ts";
import { ConfigError } from "../../shop/errors.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { fieldEntries, fieldPath, propertyKey, recordName } from "./dialect-entries.ts";
import { checkOperations } from "./operation-checks.ts";
import { readReference, readShop } from "./read-shop.ts";
import { isObject, type JsonObject, quote } from "./reply.ts";
import {
  findLikelyPath,
  hasDifference,
  isMissingOperation,
  readSchema,
  setDocument,
} from "./schema.ts";
import {
  checkAuthentication,
  checkCurrency,
  checkIdempotency,
  checkReachability,
} from "./shop-checks.ts";
import {
  CHANGE_NAMES,
  createVisit,
  DEFAULT_RUNTIME,
  ENDPOINT_NAMES,
  recordFor,
  request,
  type Runtime,
  type Visit,
  type VisitOptions,
  withoutTrailingSlash,
} from "./visit.ts";

/**
 * Visits a shop and returns the text of a module for `dialects/`.
 *
 * @throws {ConfigError} if the shop cannot be reached
 */
export async function suggestDialect(
  options: VisitOptions,
  runtime: Partial<Runtime> = {},
): Promise<string> {
  const visit = createVisit(options, { ...DEFAULT_RUNTIME, ...runtime });
  const [reachability] = await checkReachability(visit);
  const isShop = visit.probes.some(({ status }) => status === 404 || status === 200);
  if (reachability?.level === "red" && !isShop)
    throw new ConfigError(`${reachability.says}. ${reachability.fix}`);
  await readSchema(visit);
  const hasSchema = Boolean(visit.document);
  const [idempotency] = checkIdempotency(visit); // before there is a dialect, which would decide it
  if (!hasSchema) await readApiRoot(visit);

  const missing = ENDPOINT_NAMES.filter((name) => hasDifference(visit, name, isMissingOperation));
  const paths: Paths = {};
  for (const name of missing) paths[name] = findLikelyPath(visit, name);
  const query = findQueryNames(visit, paths);
  // An order record has a status as well.
  if (missing.includes("orderStatus")) paths.orderStatus ??= paths.order;
  const known = Object.fromEntries(Object.entries(paths).filter(([, path]) => path));
  // Answers stay as they came, so that their fields are seen under the shop's own names.
  visit.dialect = { ...defineShop({ paths: known, query }), answer: async (_, json) => json };
  await checkAuthentication(visit);
  visit.reference = await readReference();
  await readShop(visit);
  await checkOperations(visit);

  const pathLines = ENDPOINT_NAMES.flatMap((name) => {
    const path = paths[name];
    if (name === "previewChange" && !path) return []; // a dialect has none unless it names one
    const isMissing = hasSchema && missing.includes(name) && !path;
    if (isMissing || recordFor(visit, name).state === "absent")
      return [`${name}: null, // TODO no such path was found`];
    return path ? [textEntry(name, path)] : [];
  });
  const hasCurrency = checkCurrency(visit)[0]?.level === "green";
  const isIdempotent =
    idempotency?.level === "green" ? "true," : `false, // TODO ${idempotency?.says}`;
  const base = options.settings.django_api_base;
  return formatModule([
    `/** The shop at ${base}, as the doctor guessed it. Check every line, and each TODO. */`,
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...(hasCurrency ? [] : ['// TODO currency: "EUR", or that of its prices']),
    `idempotency: ${isIdempotent}`,
    ...table("paths", pathLines),
    ...(hasSchema ? [] : ['// TODO query: { q: "search" }, or what its search calls it']),
    ...table(
      "query",
      Object.entries(query).map(([name, theirs]) => textEntry(name, theirs)),
    ),
    ...statusLines(visit),
    ...fieldLines(visit),
    "});",
    "",
  ]);
}

// ── Paths and parameters ─────────────────────────────────────────────────────────────────────────

type Paths = Partial<Record<EndpointName, string | undefined>>;

/**
 * Takes the links of DRF's root view for a document: a list at each, and a record and its changes under it.
 * Whether a change is really there, `checkOperations` finds out by OPTIONS.
 */
async function readApiRoot(visit: Visit): Promise<void> {
  const base = visit.settings.django_api_base;
  const prefix = withoutTrailingSlash(new URL(base).pathname);
  for (const address of [`${base}/`, `${base}/api/`]) {
    const { json } = await request(visit, address);
    const lists = Object.values(isObject(json) ? json : {}).flatMap((link) => {
      const url = typeof link === "string" ? URL.parse(link, address) : undefined;
      return url ? [url.pathname.slice(prefix.length)] : [];
    });
    const paths = lists.flatMap((list): [string, JsonObject][] => {
      const slash = list.endsWith("/") ? "/" : "";
      const record = `${withoutTrailingSlash(list)}/{id}`;
      const changes = CHANGE_NAMES.map((name): [string, JsonObject] => {
        const { path, method } = endpoints[name];
        const end = withoutTrailingSlash(path.template).replace(/.*}/, "");
        return [`${record}${end}${slash}`, { [method.toLowerCase()]: {} }];
      });
      return [[list, { get: {} }], [`${record}${slash}`, { get: {} }], ...changes];
    });
    if (paths.length) return setDocument(visit, { paths: Object.fromEntries(paths) });
  }
}

/** What shops call the parameters of their lists, by the contract's names. */
const QUERY_SYNONYMS = {
  q: ["search", "query", "term", "text", "keyword"],
  limit: ["page_size", "per_page", "size"],
  cursor: ["page", "offset"],
};
/** The shop's names for the parameters of its lists, by the contract's, where its document has others. */
function findQueryNames({ document }: Visit, paths: Paths): Record<string, string> {
  const pathItems = isObject(document?.paths) ? document.paths : {};
  const taken = (["searchProducts", "orders"] as const).flatMap((name) => {
    const item = pathItems[paths[name] ?? endpoints[name].path.template];
    const parameters = isObject(item) && isObject(item.get) ? item.get.parameters : [];
    if (!Array.isArray(parameters)) return [];
    return parameters.map((parameter) => (isObject(parameter) ? parameter.name : ""));
  });
  const renamed = Object.entries(QUERY_SYNONYMS).flatMap(([name, synonyms]) => {
    const theirs = synonyms.find((synonym) => taken.includes(synonym));
    return taken.includes(name) || !theirs ? [] : [[name, theirs]];
  });
  return Object.fromEntries(renamed);
}

// ── Fields and statuses ──────────────────────────────────────────────────────────────────────────

const createRecordNotes = () => ({
  /** The shop's names, by the contract's. */
  renamed: new Map<string, string>(),
  todo: new Set<string>(),
  present: new Set<string>(),
  missing: new Set<string>(),
});
/** The tables `page` and `fields`, from what came under other names. What did not come at all is a TODO. */
function fieldLines({ records, reference }: Visit): string[] {
  const notes = new Map<string, ReturnType<typeof createRecordNotes>>();
  let page = "";
  for (const [endpoint, { answers }] of Object.entries(records)) {
    const record = recordName(endpoint);
    const note = notes.get(record) ?? createRecordNotes();
    notes.set(record, note);
    for (const [path, field] of answers.fields) {
      const { similarName, present, absent, mismatches, isRequired, value, expected } = field;
      const name = fieldPath(path).join(".");
      const isWanted = isRequired || reference[endpoint]?.answers.fields.get(path)?.present;
      if (similarName && path === "results") page = similarName;
      else if (similarName) note.renamed.set(name, similarName);
      else if (present) note.present.add(name);
      else if (absent && isWanted && path !== "next") note.missing.add(name);
      const list = name.replace("[]", "");
      if (mismatches && /^"(https?:|\/)/.test(value))
        note.todo.add(`${list}: { from: "${list}", load: true, each: { … } }, because links came`);
      else if (mismatches) note.todo.add(`${name}: got ${value}, expected ${expected}`);
    }
  }
  const fields = [...notes].flatMap(([record, { renamed, todo, present, missing }]) => {
    const entries = fieldEntries([...renamed].map(([name, theirs]) => [name.split("."), theirs]));
    const absent = missing.difference(present).difference(new Set(renamed.keys()));
    if (absent.size) todo.add(`nothing was found for ${[...absent].join(", ")}`);
    const todos = [...todo].map((text) => `// TODO ${text}`);
    return table(record, [...entries.map((entry) => `${entry},`), ...todos]);
  });
  return [...(page ? [textEntry("page", page)] : []), ...table("fields", fields)];
}

/** Words that shops have for statuses. The first match counts. */
const STATUS_WORDS: [RegExp, (typeof STATUSES)[number]][] = [
  [/cancel|void/i, "cancelled"],
  [/return/i, "return_requested"],
  [/exchang/i, "exchange_requested"],
  [/deliver|complete|done|closed|arrived/i, "delivered"],
  [/ship|sent|dispatch|transit|way/i, "shipped"],
  [/pack|process|progress|paid|confirm/i, "processing"],
  [/new|open|creat|placed|receiv|pending|wait/i, "pending"],
];
/** The table `statuses`: guessed from the labels that drf-spectacular writes for choices, or from the status. */
function statusLines({ records, document = {} }: Visit): string[] {
  const choices = JSON.stringify(document).matchAll(/\* `([^`]+)` - ([^\\*"]+)/g);
  const labels = new Map(Array.from(choices, ([, value, label = ""]) => [value, label.trim()]));
  const statuses = new Set(
    Object.values(records)
      .flatMap(({ answers }) => [...answers.fields.values()])
      .flatMap(({ unknownStatuses }) => [...unknownStatuses]),
  );
  if (!statuses.size) return [];
  const entries = [...statuses].toSorted().map((status) => {
    const label = labels.get(status) ?? status;
    const [, guess] = STATUS_WORDS.find(([pattern]) => pattern.test(label)) ?? [];
    if (guess)
      return `${propertyKey(status)}: "${guess}", // TODO the shop says “${quote(label, 40)}”`;
    return `// TODO ${propertyKey(status)}: "…",`;
  });
  return [`// the statuses of the contract: ${STATUSES.join(", ")}`, ...table("statuses", entries)];
}

// ── The module's text ────────────────────────────────────────────────────────────────────────────

const textEntry = (name: string, value: string) => `${name}: ${JSON.stringify(value)},`;
const table = (name: string, lines: string[]) =>
  lines.length ? [`${name}: {`, ...lines, "},"] : [];
function formatModule(lines: string[]): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const stdin = Buffer.from(lines.join("\n"));
  return Bun.spawnSync(fmt, { stdin, stderr: "ignore" }).stdout.toString();
}
