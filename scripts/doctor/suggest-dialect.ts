/** A first dialect for a shop, for `bun run doctor --suggest`. */
import { endpoints, StartError, STATUSES } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { nounOf, pathIn, quoted, tableOf } from "./dialect-entries.ts";
import { operations } from "./operation-checks.ts";
import { readAll, readReference } from "./read-shop.ts";
import { type Fields, isObject, quote } from "./reply.ts";
import { differs, isMissing, likely, readDocument, readSchema } from "./schema.ts";
import { authentication, currency, idempotency, reachable } from "./shop-checks.ts";
import {
  bare,
  foundOf,
  type Given,
  NAMES,
  openVisit,
  type Outside,
  OUTSIDE,
  request,
  type Visit,
  WRITES,
} from "./visit.ts";

/** Words that shops have for statuses. */
const STATUS_WORDS: [RegExp, (typeof STATUSES)[number]][] = [
  [/cancel|void/i, "cancelled"],
  [/return/i, "return_requested"],
  [/exchang/i, "exchange_requested"],
  [/deliver|complete|done|closed|arrived/i, "delivered"],
  [/ship|sent|dispatch|transit|way/i, "shipped"],
  [/pack|process|progress|paid|confirm/i, "processing"],
  [/new|open|creat|placed|receiv|pending|wait/i, "pending"],
];
const QUERY_WORDS = {
  q: ["search", "query", "term", "text", "keyword"],
  limit: ["page_size", "per_page", "size"],
  cursor: ["page", "offset"],
};
export type Texts = Record<string, string>;
/** The shop's names for what the server sends to its lists. */
function queryTable({ document }: Visit, paths: Texts): Texts {
  const all = isObject(document?.paths) ? document.paths : {};
  const taken = (["searchProducts", "orders"] as const).flatMap((name) => {
    const item = all[paths[name] ?? endpoints[name].path.template];
    const given = isObject(item) && isObject(item.get) ? item.get.parameters : [];
    return Array.isArray(given) ? given.map((one) => (isObject(one) ? one.name : "")) : [];
  });
  const renamed = Object.entries(QUERY_WORDS).flatMap(([name, others]) => {
    const other = others.find((one) => taken.includes(one));
    return taken.includes(name) || !other ? [] : [[name, other]];
  });
  return Object.fromEntries(renamed);
}
const block = (name: string, lines: string[]) =>
  lines.length ? [`${name}: {`, ...lines, "},"] : [];
const entries = (table: Texts) =>
  Object.entries(table).map(([name, value]) => `${name}: ${JSON.stringify(value)},`);

/** What DRF's root view lists, as far as a schema would tell it: each list, and a record under it. */
async function readRoot(visit: Visit): Promise<void> {
  const base = visit.settings.django_api_base;
  for (const at of [`${base}/`, `${base}/api/`]) {
    const { json } = await request(visit, at);
    const links = Object.values(isObject(json) ? json : {}).flatMap((link) => {
      const url = typeof link === "string" ? URL.parse(link, at) : undefined;
      return url ? [url.pathname.slice(bare(new URL(base).pathname).length)] : [];
    });
    const paths = links.flatMap((path): [string, Fields][] => {
      const slash = path.endsWith("/") ? "/" : "";
      const changes = WRITES.map((name): [string, Fields] => {
        const { path: place, method } = endpoints[name];
        const end = bare(place.template).replace(/.*}/, ""); // OPTIONS will tell whether it is so
        return [`${bare(path)}/{id}${end}${slash}`, { [method.toLowerCase()]: {} }];
      });
      return [[path, { get: {} }], [`${bare(path)}/{id}${slash}`, { get: {} }], ...changes];
    });
    if (paths.length) return readDocument(visit, Object.fromEntries(paths));
  }
}

/** The tables `page` and `fields` from what came under other names, with a TODO for what did not. */
function fieldLines({ found, reference }: Visit): string[] {
  const none = () => ({
    likes: new Map<string, string>(),
    todo: new Set<string>(),
    there: new Set<string>(),
    missing: new Set<string>(),
  });
  const nouns = new Map<string, ReturnType<typeof none>>();
  let page = "";
  for (const [name, { told }] of Object.entries(found)) {
    const noun = nouns.get(nounOf(name)) ?? none();
    nouns.set(nounOf(name), noun);
    for (const [key, { like, present, absent, misfits, isRequired, ...seen }] of told.fields) {
      const path = pathIn(key).join(".");
      const isWanted = isRequired || reference[name]?.told.fields.get(key)?.present;
      if (like && key === "results") page = like;
      else if (like) noun.likes.set(path, like);
      else if (present) noun.there.add(path);
      else if (absent && isWanted && key !== "next") noun.missing.add(path);
      const part = path.replace("[]", "");
      if (misfits && /^"(https?:|\/)/.test(seen.came))
        noun.todo.add(`${part}: { from: "${part}", load: true, each: { … } }, since links came`);
      else if (misfits) noun.todo.add(`${path}: ${seen.came} came, ${seen.expected} is expected`);
    }
  }
  const fields = [...nouns].flatMap(([noun, { likes, todo, there, missing }]) => {
    const table = tableOf([...likes].map(([path, like]) => [path.split("."), like]));
    const gone = missing.difference(there).difference(new Set(likes.keys()));
    if (gone.size) todo.add(`nothing came like ${[...gone].join(", ")}`);
    const notes = [...todo].map((note) => `// TODO ${note}`);
    return block(noun, [...table.map((entry) => `${entry},`), ...notes]);
  });
  return [...(page ? entries({ page }) : []), ...block("fields", fields)];
}
/** The table `statuses`, by the words of the schema, which has them for numbers too. */
function statusLines({ found, document = {} }: Visit): string[] {
  const written = JSON.stringify(document).matchAll(/\* `([^`]+)` - ([^\\*"]+)/g);
  const labels = new Map(Array.from(written, ([, value, label = ""]) => [value, label.trim()]));
  const all = Object.values(found).flatMap(({ told }) =>
    [...told.fields.values()].flatMap(({ strange }) => [...strange]),
  );
  const lines = [...new Set(all)].toSorted().map((status) => {
    const label = labels.get(status) ?? status;
    const [, guess] = STATUS_WORDS.find(([form]) => form.test(label)) ?? [];
    if (guess) return `${quoted(status)}: "${guess}", // TODO “${quote(label, 40)}”: is it?`;
    return `// TODO ${quoted(status)}: "…",`;
  });
  return [`// of the contract: ${STATUSES.join(", ")}`, ...block("statuses", lines)].slice(
    lines.length ? 0 : 1,
  );
}

/**
 * A first version of a module for `dialects/`, from what a shop answers and from its schema.
 * @throws {StartError} when the shop cannot be reached
 */
export async function suggest(given: Given, outside: Partial<Outside> = {}): Promise<string> {
  const visit = openVisit(given, { ...OUTSIDE, ...outside });
  const [line] = await reachable(visit);
  if (line?.level === "red" && !visit.probes.some(({ status }) => status === 404 || status === 200))
    throw new StartError(`${line.says}. ${line.fix}`);
  await readSchema(visit);
  const hasSchema = Boolean(visit.document);
  const [honours] = idempotency(visit);
  if (!hasSchema) await readRoot(visit);
  const lacks = NAMES.filter((name) => differs(visit, name, isMissing));
  const moved = lacks.map((name) => [name, likely(visit, name)]).filter(([, place]) => place);
  const paths: Texts = Object.fromEntries(moved);
  const query = queryTable(visit, paths);
  if (lacks.includes("orderStatus") && paths.order) paths.orderStatus ??= paths.order;
  visit.dialect = { ...defineShop({ paths, query }), answer: async (_, json) => json };
  await authentication(visit);
  visit.reference = await readReference();
  await readAll(visit);
  await operations(visit);

  const pathLines = NAMES.flatMap((name) => {
    const isLacking = hasSchema && lacks.includes(name) && !paths[name];
    const isGone = isLacking || foundOf(visit, name).state === "absent";
    return isGone
      ? [`${name}: null, // TODO nothing like it was found`]
      : entries(pick(paths, name));
  });
  const isPriced = currency(visit)[0]?.level === "green";
  const keys = honours?.level === "green" ? "true," : `false, // TODO ${honours?.says}`;
  const base = given.settings.django_api_base;
  const module = [
    `/** The shop at ${base}, as the doctor guesses it: look at every line, and at each TODO. */`,
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...(isPriced ? [] : ['// TODO currency: "EUR", or whichever its prices are in']),
    `idempotency: ${keys}`,
    ...block("paths", pathLines),
    ...(hasSchema ? [] : ['// TODO query: { q: "search" }, or whatever its search takes']),
    ...block("query", entries(query)),
    ...statusLines(visit),
    ...fieldLines(visit),
    "});",
    "",
  ];
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const stdin = Buffer.from(module.join("\n"));
  return Bun.spawnSync(fmt, { stdin, stderr: "ignore" }).stdout.toString();
}
const pick = (table: Texts, name: string): Texts =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key === name));
