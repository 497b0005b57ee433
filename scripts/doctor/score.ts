/**
 * How much of a shipped module a suggested one has right, by what the tables do: two entries are the same if they
 * send the same, or give the same for what the live shop answers. Lines do not count.
 *
 * ```sh
 * bun scripts/doctor/score.ts suggested.ts dialects/oscar.ts --django http://127.0.0.1:8000 --token …
 * ```
 *
 * Right: the suggestion does the same. Wrong: it does another thing, and states it as a fact. The rest is missing, or
 * another thing that is marked as TODO.
 *
 * @module
 */
import { tmpdir } from "node:os";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  type Asked,
  type Dialect,
  type EndpointName,
  endpoints,
  STATUSES,
} from "../../shop/contract.ts";
import { normalizeAnswer } from "../../shop/json.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";
import { settingsSchema } from "../../server.ts";
import { isObject, isOk, type JsonObject } from "./reply.ts";
import { createVisit, DEFAULT_RUNTIME, request, type Runtime, type Visit } from "./visit.ts";

export type Outcome = "right" | "wrong" | "missing";
export interface Scored {
  mapping: string;
  outcome: Outcome;
  /** What each of the two does. */
  shipped: string;
  suggested: string;
}

// ── Tables ──────────────────────────────────────────────────────────────────────────────────────

/** The tables of a module, which `defineShop` gets. */
async function tablesOf(file: string): Promise<JsonObject> {
  const text = await Bun.file(file).text();
  const stub = text
    .replace(
      /import \{ defineShop \} from "[^"]*";/,
      "const defineShop = (tables: object) => tables;",
    )
    .replaceAll(
      / from "(\.[^"]+)"/g,
      (_, path) => ` from ${JSON.stringify(resolve(dirname(file), path))}`,
    );
  const copy = `${tmpdir()}/tables-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  await Bun.write(copy, stub);
  try {
    const module: { default: unknown } = await import(copy);
    return isObject(module.default) ? module.default : {};
  } finally {
    await Bun.file(copy).delete();
  }
}
/** Each field that a table has a source for, by its place: `lines[].price`. */
function leavesOf(table: unknown, path: string[] = []): string[][] {
  if (!isObject(table)) return [path];
  const isRule = "from" in table;
  if (isRule && !isObject(table.each)) return [path];
  const fields = isRule ? table.each : table;
  if (isObject(fields) && "from" in fields) return [path]; // a source within a source
  const inside = Object.entries(Object(fields)).flatMap(([name, source]) =>
    leavesOf(source, [...path, name]),
  );
  return isRule ? [path, ...inside] : inside;
}
/** The places of a module's text that are marked as TODO. */
export function doubtsOf(text: string): Set<string> {
  const at: string[] = [];
  const doubts = new Set<string>();
  let isDoubted = false; // by the comment above
  for (const line of text.split("\n")) {
    const isComment = /^\s*\/\//.test(line);
    const [, name = ""] = /^\s*"?([^":\s/]+(?: [^":/]+)?)"?: /.exec(line) ?? [];
    if (/^\s*[}\])]+,/.test(line)) at.pop();
    if (at.includes("statuses") && /^\s*\/\/ TODO /.test(line)) doubts.add("query.status"); // it sends them
    isDoubted ||= line.includes("TODO check: ");
    if (isComment) continue;
    if (name && isDoubted) doubts.add([...at, name].filter(Boolean).join("."));
    isDoubted = false;
    if (/[{[(]$/.test(line.replace(/\s*\/\/ .*$/, ""))) at.push(name);
  }
  return doubts;
}

// ── What they do ────────────────────────────────────────────────────────────────────────────────

const IDS = { order_id: "77", product_id: "77", customer_id: "77" };
const attempt = (work: () => unknown): string => {
  try {
    return JSON.stringify(work()) ?? "nothing";
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : error}`;
  }
};
const asked = (
  endpoint: EndpointName,
  query: Record<string, string> = {},
  ids: Record<string, string> = IDS,
): Asked => ({ endpoint, ids, query });
const LISTS: Record<string, EndpointName> = {
  status: "orders",
  customer: "orders",
  email: "customers",
  first_name: "customers",
  last_name: "customers",
  postcode: "customers",
};
const VALUES: Record<string, string> = {
  q: "cup",
  limit: "7",
  category: "Cups",
  min_price: "3",
  max_price: "9",
  in_stock: "true",
  ordering: "-price",
  customer: "77",
  email: "a@b.example",
  first_name: "Ann",
  last_name: "Lee",
  postcode: "1234",
};
const withoutPath = (request: { path: string } | undefined) => request?.path.replace(/^[^?]*/, "");

/** What a dialect makes of everything that the shop has for it, by endpoint. */
async function readAll(
  visit: Visit,
  dialect: Dialect,
  { currency = "XXX", ids }: { currency?: string | undefined; ids?: Record<string, string[]> },
): Promise<Record<string, JsonObject[]>> {
  const base = visit.settings.django_api_base;
  async function read(one: Asked): Promise<JsonObject[]> {
    const location = attemptRequest(dialect, one);
    const reply = location && (await request(visit, base + location.path));
    if (!reply || !isOk(reply)) return [];
    const load = async (link: string) => {
      const linked = await request(visit, link.startsWith("/") ? base + link : link);
      if (!isOk(linked)) throw new Error(`${link} answers ${linked.status}`);
      return linked.json;
    };
    const answer = normalizeAnswer(
      await dialect.answer(one, reply.json, load, { from: 0, to: 8 }).catch(() => undefined),
      base,
      currency,
    );
    const { data } = endpoints[one.endpoint].answer.safeParse(answer); // as a tool has it
    if (!isObject(answer) || !isObject(data)) return [];
    return "results" in data && Array.isArray(data.results)
      ? data.results.filter(isObject).slice(0, 8)
      : [data];
  }
  const idsIn = (rows: JsonObject[], name: string) =>
    rows
      .flatMap((row) => row[name] ?? row.id ?? [])
      .map(String)
      .slice(0, 6);
  const orders = dialect.has("orders") ? await read(asked("orders")) : [];
  const products = dialect.has("searchProducts")
    ? await read(asked("searchProducts", { q: "a" }))
    : [];
  const each = async (endpoint: EndpointName, name: string, ids: string[]) => {
    const found: JsonObject[] = [];
    for (const id of ids) found.push(...(await read(asked(endpoint, {}, { [name]: id }))));
    return found;
  };
  return {
    order: [...(await each("order", "order_id", ids?.order ?? idsIn(orders, "order_id")))],
    "rows of order": orders,
    product: await each("product", "product_id", ids?.product ?? idsIn(products, "product_id")),
    "rows of product": products,
    customer: dialect.has("customer") ? await each("customer", "customer_id", ["me"]) : [],
    "rows of customer": [],
  };
}
const attemptRequest = (dialect: Dialect, one: Asked) => {
  try {
    return dialect.has(one.endpoint) ? dialect.request(one) : undefined;
  } catch {
    return undefined;
  }
};
/** All values at a place, those of lists one after the other. */
function valuesAt(record: unknown, path: string[]): unknown[] {
  if (Array.isArray(record)) return record.flatMap((one) => valuesAt(one, path));
  const [name, ...rest] = path;
  if (name === undefined) return [record ?? null];
  const value = isObject(record) ? record[name] : undefined;
  return valuesAt(rest.length ? value : (value ?? null), rest);
}
const plain = (value: unknown) => (typeof value === "number" ? String(value) : value);
const shown = (values: unknown[][]) => JSON.stringify(values.slice(0, 3)).slice(0, 160);

const isNothing = (value: unknown) => value === null || value === undefined || value === 0;
/** Whether something is said that the other does not say: nothing said, or less, is no contradiction. */
function contradicts(own: unknown[], other: unknown[]): boolean {
  if (own.every(isNothing) || !own.length) return false;
  if (own.length !== other.length) return true;
  return own.some((value, index) => {
    const theirs = other[index];
    if (isNothing(value) || Bun.deepEquals(value, theirs)) return false;
    return !(
      isObject(value) &&
      isObject(theirs) &&
      Object.entries(value).every(([name, part]) => Bun.deepEquals(theirs[name], part))
    );
  });
}
/** Every mapping of the shipped module, and whether the suggested one has it. */
export async function score(
  { suggested: suggestedFile, shipped: shippedFile }: { suggested: string; shipped: string },
  options: { django_api_base: string; django_api_token?: string; django_api_auth?: string },
  runtime: Partial<Runtime> = {},
): Promise<Scored[]> {
  const visit = createVisit(
    { settings: settingsSchema.parse(options) },
    { ...DEFAULT_RUNTIME, timeout: () => new AbortController().signal, ...runtime },
  );
  const [shipped, suggested] = [await loadDialect(shippedFile), await loadDialect(suggestedFile)];
  const [tables, own] = [await tablesOf(shippedFile), await tablesOf(suggestedFile)];
  const doubts = doubtsOf(await Bun.file(suggestedFile).text());
  const scored: Scored[] = [];
  const add = (mapping: string, isStated: boolean, theirs: string, ours: string) => {
    const isDoubted = [...doubts].some((doubt) =>
      mapping.replaceAll(".each.", ".").startsWith(doubt.replaceAll(".each.", ".")),
    );
    const outcome = theirs === ours ? "right" : isStated && !isDoubted ? "wrong" : "missing";
    scored.push({ mapping, outcome, shipped: theirs, suggested: ours });
  };
  const has = (table: string, name: string) => isObject(own[table]) && name in own[table];

  for (const name of Object.keys(Object(tables.paths)) as EndpointName[]) {
    // checked by `defineShop`
    const paths = (dialect: Dialect) =>
      ["me", "77"]
        .map((customer_id) =>
          attempt(
            () => attemptRequest(dialect, asked(name, {}, { ...IDS, customer_id }))?.path ?? null,
          ),
        )
        .join();
    add(`paths.${name}`, has("paths", name), paths(shipped), paths(suggested));
  }
  for (const name of Object.keys(Object(tables.query))) {
    const list = LISTS[name] ?? (shipped.has("searchProducts") ? "searchProducts" : "orders");
    const values =
      name === "status"
        ? STATUSES.filter((status) => Object.values(Object(tables.statuses)).includes(status))
        : [VALUES[name] ?? "7"];
    const sent = (dialect: Dialect) =>
      values
        .map((value) =>
          attempt(() => withoutPath(attemptRequest(dialect, asked(list, { [name]: value })))),
        )
        .join();
    const isWithdrawn = (dialect: Dialect) =>
      !/^(q|limit)$/.test(name) && Boolean(dialect.withdrawn?.includes(name)); // of these no argument depends
    /** What the shop answers, where they send another thing. */
    const answers = async (dialect: Dialect) => {
      const found: string[] = [];
      for (const value of values) {
        const location = attemptRequest(dialect, asked(list, { [name]: value }));
        found.push(
          location
            ? (await request(visit, visit.settings.django_api_base + location.path)).body
            : "",
        );
      }
      return found.join();
    };
    const isSame =
      sent(shipped) === sent(suggested) ||
      (suggested.has(list) && (await answers(shipped)) === (await answers(suggested)));
    const isAlike = isSame && isWithdrawn(shipped) === isWithdrawn(suggested);
    const [their, our] = [shipped, suggested].map(
      (dialect) => `${sent(dialect)}${isWithdrawn(dialect) ? " withdrawn" : ""}`,
    );
    add(`query.${name}`, has("query", name), String(their), String(isAlike ? their : our));
  }
  if (tables.currency !== undefined)
    add(
      "currency",
      own.currency !== undefined,
      String(tables.currency),
      String(own.currency ?? "none"),
    );
  if (tables.lookup) {
    const sent = ({ lookup }: Dialect) => (lookup ? attempt(() => lookup("77")) : "none");
    add("lookup.order_number", has("lookup", "order_number"), sent(shipped), sent(suggested));
  }
  const [theirStatuses, ourStatuses] = [Object(tables.statuses), Object(own.statuses)];
  for (const status of Object.keys(theirStatuses))
    add(
      `statuses.${status}`,
      status in ourStatuses,
      String(theirStatuses[status]),
      String(ourStatuses[status] ?? "none"),
    );

  const { currency } = shipped; // a mapping of its own
  const theirs = await readAll(visit, shipped, { currency: currency ?? suggested.currency });
  const idsOf = (record: string) =>
    (theirs[record] ?? []).map((one) => String(one[`${record}_id`]));
  const ids = { order: idsOf("order"), product: idsOf("product") };
  const ours = await readAll(visit, suggested, { currency: currency ?? suggested.currency, ids });
  /** The rows that both have, since a list may come in another order. */
  const common = (
    read: Record<string, JsonObject[]>,
    other: Record<string, JsonObject[]>,
    kind: string,
  ) => {
    const name = `${kind.replace("rows of ", "")}_id`;
    const known = new Set((other[kind] ?? []).map((one) => String(one[name])));
    return (read[kind] ?? [])
      .filter((one) => known.has(String(one[name])))
      .toSorted((a, b) => String(a[name]).localeCompare(String(b[name])));
  };
  for (const [record, fields] of Object.entries(Object(tables.fields)))
    for (const path of leavesOf(fields)) {
      const last = path.at(-1);
      const isWhole = leavesOf(fields).some(
        (other) => other.length > path.length && path.every((name, index) => other[index] === name),
      );
      const all = (read: Record<string, JsonObject[]>, other: Record<string, JsonObject[]>) =>
        [record, `rows of ${record}`]
          .flatMap((kind) =>
            common(read, other, kind).map((one) => {
              const values = valuesAt(
                one,
                path.filter((name) => name !== "each"),
              );
              return isWhole
                ? values.filter((value) => value !== null && value !== undefined).length
                : values.map(plain);
            }),
          )
          .map((values) => [values].flat());
      const [their, our] = [all(theirs, ours), all(ours, theirs)];
      const isGiven = our.some((values) =>
        values.some((value) => value !== null && value !== undefined && value !== 0),
      );
      if (last === undefined) continue;
      const isOtherwise = our.some((values, index) => contradicts(values, their[index] ?? []));
      add(
        `fields.${record}.${path.join(".")}`,
        isGiven && isOtherwise,
        JSON.stringify(their),
        JSON.stringify(our),
      );
      const latest = scored.at(-1);
      if (latest) Object.assign(latest, { shipped: shown(their), suggested: shown(our) });
    }
  return scored;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      django: { type: "string" },
      token: { type: "string" },
      auth: { type: "string" },
      all: { type: "boolean" },
    },
  });
  const [suggested = "", shipped = ""] = positionals;
  const options = {
    django_api_base: values.django ?? "",
    ...(values.token && { django_api_token: values.token }),
    ...(values.auth && { django_api_auth: values.auth }),
  };
  const scored = await score({ suggested: resolve(suggested), shipped: resolve(shipped) }, options);
  const count = (outcome: Outcome) => scored.filter((one) => one.outcome === outcome).length;
  for (const one of scored)
    if (values.all || one.outcome !== "right")
      console.log(
        `${one.outcome.padEnd(8)} ${one.mapping}\n         shipped    ${one.shipped}\n         suggested  ${one.suggested}`,
      );
  const file = isAbsolute(shipped) ? relative(process.cwd(), shipped) : shipped;
  console.log(
    `${file}: ${count("right")} of ${scored.length} right (${Math.round((100 * count("right")) / Math.max(1, scored.length))} %), ${count("wrong")} wrong, ${count("missing")} missing or TODO`,
  );
}
