/**
 * The checker: reads what a shop sent and what a tool told of it, and finds every word that is not true. It shares
 * no code with the server. `checkWalk` takes one call with all calls that follow its cursors.
 *
 * @module
 */
import {
  compareObject,
  type Comparison,
  type Finding,
  isGood,
  merge,
  type Terms,
} from "./compare.ts";
import { byAge, firstDisorder, isFilter, judge, judgeAll, orderOf } from "./filters.ts";
import { readText, sayable } from "../harness/result-text.ts";
import { isObject, type Json, type JsonObject, NumberText, readJson, writeJson } from "./json.ts";
import { countLeftOut, speaksOf, topics } from "./notes.ts";
import { type Exchange, jsonIn, moreIn, type Page, pageIn } from "./pages.ts";
import { currenciesIn, idText, isPlainId } from "./sameness.ts";
import { type ReadTool, type Telling, tellings } from "./shapes.ts";

/** One call of a tool. */
export interface Step {
  exchanges: Exchange[];
  /** The structured result as JSON, and the text beside it; or the sentence of a failure. */
  outcome: { result: string; text: string } | { error: string };
}
/** A call, and the calls that follow its cursors. */
export interface Walk {
  tool: ReadTool;
  args: Record<string, unknown>;
  steps: Step[];
}
export interface Facts {
  baseUrl: string;
  /** Of prices without one. */
  currency: string;
  /** The server's clock. */
  now: string;
  /** What a tool says of itself. */
  describe(tool: ReadTool): string;
}
export interface Violation extends Finding {
  walk: Walk;
  /** The step of the walk. */
  step: number;
}

// ── What was told ───────────────────────────────────────────────────────────────────────────────

interface Told {
  result: JsonObject;
  text: string;
  summary: string;
  notes: string[];
  isTruncated: boolean;
  cursor: boolean;
}
function toldIn({ outcome }: Step): Told | undefined {
  if ("error" in outcome) return undefined;
  const json = readJson(outcome.result);
  const result = isObject(json) ? json : {};
  const { notes } = result;
  return {
    result,
    text: outcome.text,
    summary: outcome.text.split("\n")[0] ?? "",
    notes: Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [],
    isTruncated: result["truncated"] === true,
    cursor: typeof result["next_cursor"] === "string",
  };
}
const says = ({ notes }: Told, topic: RegExp) => notes.some((note) => topic.test(note));
const termsOf = (told: Told, { baseUrl }: Facts): Terms => ({
  baseUrl,
  saysLeftOut: says(told, topics.leftOut),
  saysCut: says(told, topics.cut),
  isTruncated: told.isTruncated,
});

const find = (kind: string, path: string, told?: Json, sent?: Json): Finding => ({
  kind,
  path,
  told: told === undefined ? undefined : writeJson(told),
  sent: sent === undefined ? undefined : writeJson(sent),
});

// ── One answer ──────────────────────────────────────────────────────────────────────────────────

const NEXT_STEPS: Record<string, RegExp> = {
  pending: /not begun to pack/i,
  processing: /at work on it/i,
  shipped: /on its way/i,
  delivered: /arrived/i,
  cancelled: /nothing will be sent/i,
  return_requested: /request to return/i,
  exchange_requested: /request to exchange/i,
  unknown: /shop's own|not known/i,
};
/** What the server itself adds to an order. */
function checkOwnWords({ next_step: step, as_of: at, status }: JsonObject, now: string): Finding[] {
  const isStep =
    typeof status === "string" && typeof step === "string" && NEXT_STEPS[status]?.test(step);
  return [
    ...(step === undefined || isStep ? [] : [find("told, not so", "next_step", step, status)]),
    ...(at === undefined || at === now ? [] : [find("told, not so", "as_of", at, now)]),
  ];
}

/** What a summary has to name of the thing that was asked for. */
function checkSummary(tool: ReadTool, { result, summary }: Told): Finding[] {
  const text = (name: string) => (typeof result[name] === "string" ? result[name] : "");
  const status = text("raw_status") || text("status").replaceAll("_", " ");
  const named: Partial<Record<ReadTool, string[]>> = {
    get_product: [text("name")],
    get_shop_info: [text("name")],
    get_order: [text("order_id"), status, text("next_step")],
    get_order_status: [text("order_id"), status, text("next_step")],
    get_customer: [text("customer_id"), text("first_name"), text("last_name")],
  };
  const missing = (named[tool] ?? []).filter((part) => !summary.includes(part));
  const [, variants] = /(\d+) variants?/.exec(summary.replace(text("name"), "")) ?? [];
  const { items } = result;
  const isCounted =
    variants === undefined || (Array.isArray(items) && items.length === Number(variants));
  const isEmpty =
    /\b(undefined|null|NaN|\[object)\b/.test(summary) &&
    !/undefined|null|NaN/.test(writeJson(result));
  return [
    ...missing.map((part) => find("told, not so", "summary", summary, part)),
    ...(isCounted
      ? []
      : [find("told, not said", "summary: the number of variants", summary, items ?? null)]),
    ...(isEmpty ? [find("told, not said", "summary", summary)] : []),
  ];
}
/** The text has to say what the structured result says: some hosts show only one of the two. */
function checkText({ result, text }: Told): Finding[] {
  const { summary: _, ...rest } = result;
  const said = sayable(rest);
  try {
    const { summary: __, ...read } = readText(text, readJson);
    const [one, other] = [read, said].map((it) => writeJson(it as unknown as JsonObject)); // of what `readJson` read
    return one === other ? [] : [find("told, not so", "text", text, rest)];
  } catch (error) {
    return [find("told, not so", "text", `${error}`, rest)];
  }
}
/** Notes that say what did not happen. */
function checkNotes(told: Told, { untold, cut }: Comparison, sent: string): Finding[] {
  const hasLong = /"[^"]{76,}"/.test(sent);
  const isFalse = [
    says(told, topics.leftOut) && untold === 0 && "left out",
    says(told, topics.cut) && cut === 0 && !hasLong && "shortened",
  ].find(Boolean);
  return isFalse
    ? [find(`a note says ${isFalse}, and nothing was`, "notes", told.notes, sent)]
    : [];
}
const checkCount = (told: Told, { leftOut }: Comparison): Finding[] => {
  const count = countLeftOut(told.notes);
  const isLess = count !== undefined && count < leftOut && !told.isTruncated;
  return isLess
    ? [find("fewer are noted than left out", "notes", told.notes, new NumberText(String(leftOut)))]
    : [];
};

/** The tools that tell of one thing. */
function checkThing({ tool, args }: Walk, step: Step, told: Told, facts: Facts): Finding[] {
  const { shape, path } = tellings[tool];
  const exchange = step.exchanges.findLast(({ url }) => path.test(new URL(url).pathname));
  const sent = exchange && jsonIn(exchange);
  if (!exchange || !isObject(sent)) return [find("told without an answer", "", told.result)];
  const { next_step: _, as_of: __, notes: ___, truncated: ____, ...rest } = told.result;
  const own: JsonObject = rest;
  const asked = String(args["order_id"]).trim().replace(/^#/, "");
  const isAsked = tool === "get_order_status" && own["order_id"] === asked;
  if (isAsked) delete own["order_id"];
  const terms = termsOf(told, facts);
  const compared = compareObject(shape, own, sent, { path: "", around: [facts.currency], terms });
  return [
    ...compared.findings,
    ...checkOwnWords(told.result, facts.now),
    ...checkNotes(told, compared, exchange.text),
    ...checkCount(told, compared),
  ];
}

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────

/** A row that the shop sent, maybe several times. */
interface SentRow {
  json: Json;
  around: string[];
  /** The pages that it was on, as far as the shop led there. */
  urls: Set<string>;
  /** How often it is on one page: broken rows look alike. */
  copies: number;
  told: number;
}
/** What is known of a walk while it is checked. */
interface State {
  rows: Map<string, SentRow>;
  told: JsonObject[];
  notes: string[];
  isTruncated: boolean;
  noted: number | undefined;
  leftOut: number;
}
const isRow = (row: SentRow): row is SentRow & { json: JsonObject } => isObject(row.json);

function collectRows(pages: Page[], state: State, currency: string): SentRow[] {
  const found = pages.flatMap(({ rows, currency: said, url, hasNext }) => {
    const copies = Map.groupBy(rows, writeJson);
    return Array.from(copies, ([key, [json = null, ...more]]) => {
      const around = currenciesIn(said, [currency]);
      const row = state.rows.get(key) ?? {
        json,
        around,
        urls: new Set<string>(),
        copies: 0,
        told: 0,
      };
      const page = hasNext === undefined ? "" : url.search;
      const isAnother = !isObject(json) && !row.urls.has(page); // what is no row looks alike on every page
      const copies = 1 + more.length;
      row.copies = isAnother ? row.copies + copies : Math.max(row.copies, copies);
      row.urls.add(page);
      state.rows.set(key, row);
      return row;
    });
  });
  return [...new Set(found)];
}
const countRows = ({ rows }: State) =>
  [...rows.values()].reduce((sum, { copies }) => sum + copies, 0);

/** Finds the row that a told one comes from, and compares the two. */
function checkRow(
  own: Json,
  sent: SentRow[],
  { shape }: Telling,
  terms: Terms,
): [SentRow | undefined, Comparison] {
  const [key = ""] = shape.required;
  const [id] = isObject(own) ? [own[key]] : [];
  const names = shape.fields[key]?.from ?? [];
  const alike = sent.filter(
    (row) => isRow(row) && names.some((name) => idText(isRow(row) ? row.json[name] : null) === id),
  );
  const compareWith = (row: SentRow) =>
    isObject(own) && isRow(row)
      ? compareObject(shape, own, row.json, { path: "", around: row.around, terms })
      : { findings: [find("told, not said", "", own)], leftOut: 0, untold: 0, cut: 0 };
  const best = alike
    .map((row) => [row, compareWith(row)] as const)
    .toSorted(
      ([a, one], [b, other]) => one.findings.length - other.findings.length || a.told - b.told,
    )[0];
  if (best) return [...best];
  return [
    undefined,
    { findings: [find("told, not said", key, own)], leftOut: 0, untold: 0, cut: 0 },
  ];
}

/** The filters that a told row does not keep, or does not say anything about. */
function checkFilters(args: Record<string, unknown>, row: JsonObject, notes: string[]): Finding[] {
  return Object.entries(args)
    .filter(([name]) => isFilter(name))
    .flatMap(([name, asked]) => {
      const judged = judge(name, asked, row);
      const want = `${name}: ${String(asked)}`;
      if (judged === "no") return [find("a filter that was not kept", name, want, row)];
      const isUnchecked = judged === "unsaid" && !speaksOf(notes, name);
      return isUnchecked
        ? [find("a filter that was not checked, without a word", name, want, row)]
        : [];
    });
}
/** Rows that were sent and never told, where nothing speaks of them. */
function checkWithheld(
  { tool, args }: Walk,
  rows: SentRow[],
  notes: string[],
  terms: Terms,
): Finding[] {
  const { shape, noun } = tellings[tool];
  const { saysLeftOut, isTruncated } = terms;
  return rows.flatMap((row) => {
    const { json, around, told } = row;
    const judged = isRow(row) ? judgeAll(args, row.json) : "yes";
    if (told || isTruncated || judged === "no" || judged === "unclear") return [];
    if (!isGood(shape, json, { around, terms }))
      return saysLeftOut ? [] : [find("left out without a word", noun, notes, json)];
    if (judged === "yes") return [find("withheld without a word", noun, notes, json)];
    const unsaid = Object.keys(args).filter((name) => {
      return isFilter(name) && isRow(row) && judge(name, args[name], row.json) === "unsaid";
    });
    if (saysLeftOut || unsaid.some((name) => speaksOf(notes, name))) return [];
    return [find("withheld without a word, for what it does not say", unsaid.join(), notes, json)];
  });
}

/** Whether rows stand as they were asked for, or as the tool says that they do. */
function checkOrder(
  { tool, args, steps }: Walk,
  n: number,
  state: State,
  pages: Page[],
  facts: Facts,
): Finding[] {
  const more = moreIn(pages.at(-1), countRows(state));
  const isWhole = n === 0 && pages.length === 1 && !more;
  const excuse = isWhole ? topics.units : topics.order; // what came whole can be sorted here
  if (state.notes.some((note) => excuse.test(note))) return [];
  const claimsAge = isWhole || /newest first(?! (where|if|when))/i.test(facts.describe(tool));
  const compare =
    orderOf(args["sort"]) ?? (tool === "list_orders" && claimsAge ? byAge : undefined);
  if (!compare) return [];
  const what = args["sort"] ? `sort: ${String(args["sort"])}` : "newest first";
  const wrong = firstDisorder(state.told, compare);
  if (wrong) return [find("another order than asked or said", what, state.told, wrong)];
  if (n > 0 || !steps.length) return [];
  const terms = { baseUrl: facts.baseUrl, saysLeftOut: false, saysCut: false, isTruncated: false };
  const sent = [...state.rows.values()]
    .filter(isRow)
    .filter(({ json, around }) => isGood(tellings[tool].shape, json, { around, terms }));
  const last = state.told.at(-1);
  const early = sent.find(({ json, told }) => {
    return !told && last && judgeAll(args, json) === "yes" && (compare(json, last) ?? 0) < 0;
  });
  if (early && !state.isTruncated)
    return [find("sorted after it was cut", what, state.told, early.json)];
  const rows = sent.map(({ json }) => json);
  const isOwn = firstDisorder(rows, compare);
  return isOwn && more ? [find("sorted, with pages unread", what, state.told, isOwn)] : [];
}

/** What the summary and the cursor say of how many there are. */
function checkExtent(
  walk: Walk,
  told: Told,
  rows: Json[],
  more: string | undefined,
  hidden: number,
): Finding[] {
  const { noun } = tellings[walk.tool];
  const { summary, cursor, isTruncated, notes } = told;
  const [, counted] = new RegExp(`(\\d+|no) ${noun}`, "i").exec(summary) ?? [];
  const count = counted?.toLowerCase() === "no" ? 0 : Number(counted);
  const limit = Number(walk.args["limit"] ?? 50);
  const saysMore = /\bmore\b/.test(summary);
  const isHinted =
    cursor || isTruncated || saysMore || notes.some((note) => topics.more.test(note));
  const isReason = more !== undefined || hidden > 0 || isTruncated;
  return [
    ...(count === rows.length
      ? []
      : [find("told, not so", "summary: the number of rows", summary)]),
    ...(rows.length > limit
      ? [find("more rows than asked for", "limit", new NumberText(String(rows.length)))]
      : []),
    ...(more && !isHinted ? [find("more was said, and not told", more, summary)] : []),
    ...((cursor || saysMore) && !isReason
      ? [find("more was told, and not said", "next_cursor", summary)]
      : []),
    ...(cursor && !saysMore ? [find("not in the text", "there are more", summary)] : []),
  ];
}

function checkListStep(
  walk: Walk,
  n: number,
  step: Step,
  told: Told,
  state: State,
  facts: Facts,
): Finding[] {
  const telling: Telling = tellings[walk.tool];
  const rows = told.result[telling.rows ?? ""];
  const isPage = ({ url }: Exchange) => telling.path.test(new URL(url).pathname);
  const pages = step.exchanges.filter(isPage).flatMap((exchange) => pageIn(exchange) ?? []);
  if (!Array.isArray(rows) || !pages.length)
    return [find("told without an answer", "", told.result)];
  const terms = termsOf(told, facts);
  const sent = collectRows(pages, state, facts.currency);
  state.notes.push(...told.notes);
  state.isTruncated ||= told.isTruncated;
  const count = countLeftOut(told.notes);
  if (count !== undefined) state.noted = (state.noted ?? 0) + count;

  const toldHere = new Set<SentRow>();
  const compared = rows.map((own) => {
    const [row, comparison] = checkRow(own, sent, telling, terms);
    if (!row || !isRow(row)) return comparison;
    row.told++;
    toldHere.add(row);
    state.told.push(row.json);
    const isTwice = row.told > Math.max(1, row.urls.size);
    const findings = [
      ...comparison.findings,
      ...checkFilters(walk.args, row.json, told.notes),
      ...(isTwice ? [find("told twice", telling.noun, own)] : []),
    ];
    return { ...comparison, findings };
  });
  const all = merge(compared);
  state.leftOut += all.leftOut;
  const hidden = [...state.rows.values()].filter((row) => !row.told);
  const more = moreIn(pages.at(-1), countRows(state));
  const isSilent = sent.some((row) => !toldHere.has(row)); // rows of other pages, too, may be noted again
  const isUntold = isSilent ? { ...all, untold: all.untold + 1 } : all;
  const findings = [
    ...all.findings,
    ...checkMe(walk, [...toldHere], told.notes),
    ...checkNotes(told, isUntold, step.exchanges.map(({ text }) => text).join()),
    ...checkExtent(walk, told, rows, more, hidden.length),
    ...checkOrder(walk, n, state, pages, facts),
  ];
  if (told.cursor) return findings;
  // The walk ends here: what was not told until now never will be.
  const end = {
    ...terms,
    isTruncated: state.isTruncated,
    saysLeftOut: state.notes.some((note) => topics.leftOut.test(note)),
  };
  const broken = hidden.filter(
    ({ json, around }) => !isGood(telling.shape, json, { around, terms: end }),
  );
  const judged = broken.filter((row) => !isRow(row) || judgeAll(walk.args, row.json) === "yes");
  const isFew =
    state.noted !== undefined && state.noted < state.leftOut + judged.length && !state.isTruncated;
  return [
    ...findings,
    ...checkWithheld(walk, hidden, state.notes, end),
    ...(isFew
      ? [
          find(
            "fewer are noted than left out",
            telling.noun,
            state.notes,
            broken.map(({ json }) => json),
          ),
        ]
      : []),
  ];
}
/** For `me` there is one customer, whoever that is. */
function checkMe({ args }: Walk, rows: SentRow[], notes: string[]): Finding[] {
  const told = rows.filter(isRow).map(({ json }) => idText(json["customer_id"]));
  const ids = new Set(told.filter((id) => id !== undefined));
  if (args["customer_id"] !== "me" || ids.size < 2 || speaksOf(notes, "customer_id")) return [];
  return [find("a filter that was not kept", "customer_id: me", [...ids])];
}

// ── Requests and failures ───────────────────────────────────────────────────────────────────────

const isInexact = (value: unknown) => typeof value === "number" && !Number.isSafeInteger(value);
/** What was asked for has to reach the shop as it was given. */
function checkRequests({ tool, args }: Walk, { exchanges }: Step): Finding[] {
  const { path } = tellings[tool];
  return exchanges.flatMap(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    const [, segment] = path.exec(pathname) ?? [];
    const [given] = Object.values(args);
    const isOwn = [String(given).trim(), String(given).trim().replace(/^#/, "")].includes(
      decodeURIComponent(segment ?? ""),
    );
    const isMe = tool === "get_customer" && given === undefined;
    const query = args["query"];
    const isAsked =
      typeof query !== "string" || searchParams.get("q") === query.trim().replace(/\s+/g, " ");
    return [
      ...(segment !== undefined && !isMe && (isInexact(given) || !isOwn)
        ? [find("asked for another id", "", String(given), pathname)]
        : []),
      ...(isAsked
        ? []
        : [find("asked for other words", "q", String(query), searchParams.get("q"))]),
    ];
  });
}
/** A call that fails although the shop's answer was good. */
function checkFailure(
  { tool, args }: Walk,
  { exchanges }: Step,
  error: string,
  { currency, baseUrl }: Facts,
): Finding[] {
  const { shape, ...telling }: Telling = tellings[tool];
  const last = exchanges.at(-1);
  if (!last) {
    const ids = Object.entries(args).filter(([name]) => name.endsWith("_id"));
    const isTheirs = ids.some(
      ([, id]) => isInexact(id) || !isPlainId(String(id).trim().replace(/^#/, "")),
    );
    return isTheirs ? [] : [find("refused a good call", "", error)];
  }
  const json = jsonIn(last);
  if (json === undefined) return [];
  const terms = { baseUrl, saysLeftOut: false, saysCut: false, isTruncated: false };
  const isFineThing = (thing: Json) => isGood(shape, thing, { around: [currency], terms });
  const rows = pageIn(last)?.rows ?? [];
  const isFine = telling.rows ? !rows.length || rows.some(isFineThing) : isFineThing(json);
  return isFine ? [find("refused a good answer", "", error, json)] : [];
}

/** Everything that is not true in a call and the calls that follow its cursors. */
export function checkWalk(walk: Walk, facts: Facts): Violation[] {
  const state: State = {
    rows: new Map(),
    told: [],
    notes: [],
    isTruncated: false,
    noted: undefined,
    leftOut: 0,
  };
  return walk.steps.flatMap((step, n) => {
    const told = toldIn(step);
    const findings = told
      ? [
          ...("rows" in tellings[walk.tool]
            ? checkListStep(walk, n, step, told, state, facts)
            : checkThing(walk, step, told, facts)),
          ...checkSummary(walk.tool, told),
          ...checkText(told),
        ]
      : "error" in step.outcome
        ? checkFailure(walk, step, step.outcome.error, facts)
        : [];
    return [...findings, ...checkRequests(walk, step)].map((one) => ({ ...one, walk, step: n }));
  });
}
