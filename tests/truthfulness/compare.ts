/**
 * Compares what was told of one thing with what the shop sent of it, field by field. `compareObject` and
 * `compareList` are called by `check.ts`, for a whole answer or a row of a list.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, NumberText, writeJson } from "./json.ts";
import {
  type Clarity,
  currenciesOf,
  decimal,
  harmIn,
  idText,
  isBlank,
  isPlainId,
  moneyIn,
  sameText,
  statusNamed,
} from "./sameness.ts";
import type { Field, Kind, Shape } from "./shapes.ts";

/** One thing that is not true. */
export interface Finding {
  /** `told, not said`, `said, not told`, … */
  kind: string;
  /** `lines.price` */
  path: string;
  told?: string | undefined;
  sent?: string | undefined;
}
/** What a comparison finds, and what notes have to speak of. */
export interface Comparison {
  findings: Finding[];
  /** Elements that had to be left out, each with a word. */
  leftOut: number;
  /** Values that were sent and are not told, for whatever reason. */
  untold: number;
  /** Texts that were cut. */
  cut: number;
}
/** What an answer is compared under. */
export interface Terms {
  /** Where relative addresses start. */
  baseUrl: string;
  /** Whether the result says that things were left out, that texts were cut, that there was more. */
  saysLeftOut: boolean;
  saysCut: boolean;
  isTruncated: boolean;
}

const show = (json: Json | undefined) => (json === undefined ? undefined : writeJson(json));
const nothing = (): Comparison => ({ findings: [], leftOut: 0, untold: 0, cut: 0 });
export const merge = (all: Comparison[]): Comparison => ({
  findings: all.flatMap(({ findings }) => findings),
  leftOut: all.reduce((sum, one) => sum + one.leftOut, 0),
  untold: all.reduce((sum, one) => sum + one.untold, 0),
  cut: all.reduce((sum, one) => sum + one.cut, 0),
});
const finding = (kind: string, path: string, told?: Json, sent?: Json): Comparison => ({
  ...nothing(),
  findings: [{ kind, path, told: show(told), sent: show(sent) }],
});

// ── One value ───────────────────────────────────────────────────────────────────────────────────

/** Where a value was found: the object, its field, and the currency around it. */
interface Source {
  object: JsonObject;
  name: string;
  around: string[];
}
const address = (sent: Json | undefined, base: string) =>
  typeof sent === "string" ? URL.parse(sent.trim(), base) : null;
const boolean = (sent: Json | undefined): boolean | undefined => {
  const written = typeof sent === "boolean" ? String(sent) : (idText(sent) ?? "").toLowerCase();
  return /^(true|1)$/.test(written) ? true : /^(false|0)$/.test(written) ? false : undefined;
};
const statusWord = (sent: Json | undefined) => (sent === "" ? undefined : idText(sent));

/** How plainly a value of each kind was sent. */
const clarities: Record<Kind, (sent: Json, source: Source, terms: Terms) => Clarity> = {
  id(sent) {
    const id = idText(sent);
    if (id === undefined) return sent === "" ? "absent" : "wrong";
    return isPlainId(id) ? "good" : "odd";
  },
  text(sent) {
    if (typeof sent === "string") return isBlank(sent) ? "absent" : "good";
    return sent instanceof NumberText || typeof sent === "boolean" ? "odd" : "wrong";
  },
  texts: (sent) => (isObject(sent) ? (Object.keys(sent).length ? "good" : "absent") : "wrong"),
  bool: (sent) =>
    typeof sent === "boolean" ? "good" : boolean(sent) === undefined ? "wrong" : "odd",
  count: (sent) =>
    sent instanceof NumberText && /^\d{1,4}$/.test(sent.text)
      ? "good"
      : idText(sent)
        ? "odd"
        : "wrong",
  money: (_, { object, name, around }) => moneyIn(object, name, around).clarity,
  url(sent, _, { baseUrl }) {
    const url = sent === "" ? null : address(sent, baseUrl);
    if (!url || !/^https?:$/.test(url.protocol) || url.username) return "wrong";
    return url.href.length <= 300 ? "good" : "odd";
  },
  status: (sent) => (statusWord(sent) === undefined ? (sent === "" ? "absent" : "odd") : "good"),
  raw_status: (sent) =>
    statusWord(sent) !== undefined && statusNamed(statusWord(sent) ?? "") === "unknown"
      ? "good"
      : "odd",
  permission: (sent) =>
    typeof sent === "boolean" || (isObject(sent) && typeof sent["allowed"] === "boolean")
      ? "good"
      : "wrong",
  last_four: (sent) =>
    typeof sent === "string" && /^[\d*•x -]*\d{4}$/.test(sent) ? "good" : "odd",
};

function compareText(
  told: Json,
  sent: Json,
  path: string,
  { saysCut, isTruncated }: Terms,
): Comparison {
  const written =
    sent instanceof NumberText ? sent.text : typeof sent === "boolean" ? String(sent) : sent;
  if (typeof told !== "string" || typeof written !== "string")
    return finding("told, not said", path, told, sent);
  const isNumber = sent instanceof NumberText && decimal(sent.text) !== undefined;
  if (isNumber && decimal(told) === decimal(sent.text)) return nothing();
  const harm = harmIn(told);
  if (harm) return finding(`told with ${harm}`, path, told, sent);
  const same = sameText(told, written);
  if (!same) return finding("told, not said", path, told, sent);
  if (same === "whole") return nothing();
  if (!saysCut && !isTruncated) return finding("cut without a word", path, told, sent);
  return { ...nothing(), cut: 1, untold: 1 };
}
function compareTexts(told: Json, sent: Json, path: string, terms: Terms): Comparison {
  if (!isObject(told) || !isObject(sent)) return finding("told, not said", path, told, sent);
  const entries = Object.entries(sent);
  const used = new Set<string>();
  const compared = Object.entries(told).map(([name, text]) => {
    const [from, value = null] =
      entries.find(([key]) => !used.has(key) && sameText(name, key)) ?? [];
    if (from === undefined) return finding("told, not said", `${path}.*`, name, sent);
    used.add(from);
    const { cut = 0, ...rest } = compareText(text, value, `${path}.*`, terms);
    return { ...rest, cut: cut + (sameText(name, from) === "cut" ? 1 : 0) };
  });
  const isLost = ([name, value]: [string, Json]) => {
    const isText = typeof value === "string" && !isBlank(value);
    const isMore = Array.isArray(value) ? value.length > 0 : isObject(value);
    return !used.has(name) && !isBlank(name) && (isText || isMore);
  };
  const lost = entries.filter(isLost);
  const isSaid = terms.isTruncated || terms.saysLeftOut;
  if (lost.length && !isSaid) compared.push(finding("said, not told", `${path}.*`, told, sent));
  return { ...merge(compared), untold: entries.length - used.size + merge(compared).untold };
}
function comparePermission(told: Json, sent: Json, path: string, terms: Terms): Comparison {
  const allowed = isObject(sent) ? sent["allowed"] : sent;
  if (!isObject(told) || told["allowed"] !== allowed)
    return finding("told, not said", path, told, sent);
  const shape: Shape = { required: [], fields: { reason: { from: ["reason"], kind: "text" } } };
  const { allowed: _, ...rest } = told;
  return compareObject(shape, rest, isObject(sent) ? sent : {}, { path, around: [], terms });
}

/** Whether a told value of each kind is what was sent. */
const comparisons: Record<
  Kind,
  (told: Json, sent: Json, path: string, source: Source, terms: Terms) => Comparison
> = {
  id(told, sent, path) {
    const id = idText(sent);
    const isSame = id !== undefined && (told === id || told === id.trim());
    return isSame ? nothing() : finding("told, not said", path, told, sent);
  },
  text: (told, sent, path, _, terms) => compareText(told, sent, path, terms),
  texts: (told, sent, path, _, terms) => compareTexts(told, sent, path, terms),
  bool: (told, sent, path) =>
    typeof told === "boolean" && told === boolean(sent)
      ? nothing()
      : finding("told, not said", path, told, sent),
  count(told, sent, path) {
    const [own, said] = [told, sent].map((one) => decimal(idText(one) ?? ""));
    const isSame = told instanceof NumberText && own !== undefined && own === said;
    return isSame ? nothing() : finding("told, not said", path, told, sent);
  },
  money(told, sent, path, { object, name, around }) {
    const { clarity, amount, currencies } = moneyIn(object, name, around);
    const own = isObject(told) && typeof told["amount"] === "string" ? told["amount"] : "";
    const isMoney = /^-?\d+\.\d{2,}$/.test(own) && isObject(told) && Object.keys(told).length === 2;
    const all: Json = {
      [name]: sent,
      currency: object["currency"] ?? null,
      [`${name}_currency`]: object[`${name}_currency`] ?? null,
    };
    if (!isMoney || clarity === "wrong" || decimal(own) !== amount)
      return finding("told, not said", path, told, all);
    const isOurs = typeof told["currency"] === "string" && currencies.includes(told["currency"]);
    return isOurs ? nothing() : finding("told, not said: the currency", path, told, all);
  },
  url(told, sent, path, _, { baseUrl }) {
    const url = address(sent, baseUrl);
    const isSame = told === sent || (url !== null && told === url.href);
    const isLink = sent !== "" && url !== null && /^https?:$/.test(url.protocol) && !url.username;
    return isSame && isLink ? nothing() : finding("told, not said", path, told, sent);
  },
  status(told, sent, path) {
    const word = statusWord(sent);
    const isSame = told === (word === undefined ? "unknown" : statusNamed(word));
    return isSame ? nothing() : finding("told, not said", path, told, sent);
  },
  raw_status: (told, sent, path, _, terms) => compareText(told, sent, path, terms),
  permission: (told, sent, path, _, terms) => comparePermission(told, sent, path, terms),
  last_four(told, sent, path) {
    const digits = idText(sent) ?? "";
    const isSame = typeof told === "string" && told.length <= 4 && digits.endsWith(told);
    return isSame ? nothing() : finding("told, not said", path, told, sent);
  },
};

/** A field that the table does not have: it may be told as it was sent, under the same name. */
function isSaid(told: Json, sent: Json | undefined): boolean {
  if (sent === undefined) return false;
  if (Array.isArray(told))
    return Array.isArray(sent) && told.every((one) => sent.some((other) => isSaid(one, other)));
  if (isObject(told))
    return isObject(sent) && Object.entries(told).every(([name, one]) => isSaid(one, sent[name]));
  if (typeof told === "string")
    return (
      told === idText(sent) ||
      (typeof sent === "string" && !harmIn(told) && sameText(told, sent) === "whole")
    );
  return writeJson(told) === writeJson(sent);
}

// ── Fields, objects, lists ──────────────────────────────────────────────────────────────────────

/** Where something is compared. */
export interface Place {
  path: string;
  /** The currency around it. */
  around: string[];
  terms: Terms;
}

/** The path of a field; an element of a plain list has its list's. */
const below = (path: string, name: string) =>
  name === VALUE ? path : [path, name].filter(Boolean).join(".");

/** The first of a field's names that has a value; an empty text is one where no other name has any. */
function nameIn({ from }: Field, sent: JsonObject): string | undefined {
  const present = from.filter((name) => sent[name] !== undefined && sent[name] !== null);
  return present.find((name) => sent[name] !== "") ?? present[0];
}

/** How plainly a field was sent. Of a list: whether it is one; of an object: whether it has what is required. */
function clarityOf(
  field: Field,
  sent: JsonObject,
  { around, terms }: Omit<Place, "path">,
): Clarity {
  const name = nameIn(field, sent);
  const value = name === undefined ? undefined : sent[name];
  if (name === undefined || value === undefined) return "absent";
  if (field.isList) {
    const shape = asShape(field.kind);
    const isPlain = (one: Json) => isGood(shape, asObject(field.kind, one), { around, terms });
    return Array.isArray(value) && (!value.length || value.some(isPlain)) ? "good" : "wrong";
  }
  if (typeof field.kind === "string")
    return clarities[field.kind](value, { object: sent, name, around }, terms);
  return isGood(field.kind, value, { around, terms }) ? "good" : "wrong";
}
/**
 * Whether a thing has all that is required of its kind, each plainly sent: then it has to be told. Where nothing is
 * required, anything will do.
 */
export const isGood = (shape: Shape, sent: Json, place: Omit<Place, "path">): boolean => {
  const around = isObject(sent) ? currenciesOf(sent, place.around) : place.around;
  const isPlain = (name: string) => {
    const field = shape.fields[name];
    return (
      isObject(sent) &&
      field !== undefined &&
      clarityOf(field, sent, { ...place, around }) === "good"
    );
  };
  const { required } = shape;
  const isThere = required.length
    ? required.every(isPlain)
    : Object.keys(shape.fields).some(isPlain);
  return isObject(sent) && isThere;
};

function compareField(
  name: string,
  field: Field,
  told: Json | undefined,
  sent: JsonObject,
  place: Place,
): Comparison {
  const path = below(place.path, name);
  const from = nameIn(field, sent);
  const value = from === undefined ? undefined : sent[from];
  const at = { ...place, path };
  if (from === undefined || value === undefined)
    return told === undefined ? nothing() : finding("told, not said", path, told);
  if (field.isList) return compareListField(field, told, value, at);
  if (told === undefined) return compareSilence(field, value, sent, at);
  if (typeof field.kind === "string")
    return comparisons[field.kind](
      told,
      value,
      path,
      { object: sent, name: from, around: place.around },
      place.terms,
    );
  if (!isObject(told) || !isObject(value)) return finding("told, not said", path, told, value);
  return compareObject(field.kind, told, value, at);
}
/** A field that was sent and is not told. */
function compareSilence(
  field: Field,
  value: Json,
  sent: JsonObject,
  { path, around, terms }: Place,
): Comparison {
  const clarity = clarityOf(field, sent, { around, terms });
  const { kind, isOptional, byDefault, besides = [] } = field;
  const isUsual = byDefault !== undefined && idText(value) === byDefault;
  const isDouble = besides.some((one) => idText(value) === idText(sent[one]));
  if (clarity === "absent" || isOptional || isUsual || isDouble) return nothing();
  if (clarity === "good") return finding("said, not told", path, undefined, value);
  const isPart =
    typeof kind !== "string" &&
    isObject(value) &&
    Object.values(kind.fields).some((one) => nameIn(one, value) !== undefined);
  const needsWord = kind === "money" || byDefault !== undefined || isPart;
  if (needsWord && !terms.saysLeftOut)
    return finding("left out without a word", path, undefined, value);
  return { ...nothing(), untold: 1 };
}
function compareListField(
  field: Field,
  told: Json | undefined,
  sent: Json,
  place: Place,
): Comparison {
  if (!Array.isArray(sent) && told !== undefined)
    return finding("told, not said", place.path, told, sent);
  if (!Array.isArray(sent)) return { ...nothing(), untold: 1 };
  if (told !== undefined && !Array.isArray(told))
    return finding("told, not said", place.path, told, sent);
  return compareList(field.kind, told ?? [], sent, place);
}

/** Elements of a list as objects with one field, so that ids and addresses are compared like all others. */
const VALUE = "value";
const asShape = (kind: Kind | Shape): Shape =>
  typeof kind === "string"
    ? { required: [VALUE], fields: { [VALUE]: { from: [VALUE], kind } } }
    : kind;
const asObject = (kind: Kind | Shape, json: Json): Json =>
  typeof kind === "string" ? { [VALUE]: json } : json;

/** A told list is the sent one in its order, without what could not be told. */
export function compareList(
  kind: Kind | Shape,
  told: Json[],
  sent: Json[],
  place: Place,
): Comparison {
  const shape = asShape(kind);
  const { path, terms } = place;
  const elements = sent.map((one) => asObject(kind, one));
  const used = new Set<number>();
  let last = -1;
  const compared = told.map((one) => {
    const own = asObject(kind, one);
    const free = [...elements.keys()].filter((n) => !used.has(n));
    const compareWith = (n: number) => {
      const other = elements[n] ?? null;
      return isObject(own) && isObject(other)
        ? compareObject(shape, own, other, place)
        : finding("told, not said", path, one, sent[n]);
    };
    const fits = free.filter((n) => compareWith(n).findings.length === 0);
    const isPlain = (n: number) => isGood(shape, elements[n] ?? null, place);
    const likely =
      fits.find((n) => n > last && isPlain(n)) ??
      fits.find(isPlain) ??
      fits[0] ??
      free.find((n) => isAlike(shape, own, elements[n] ?? null)) ??
      free[0];
    if (likely === undefined) return finding("told, not said", path, one, sent);
    used.add(likely);
    const isLate = likely < last && isPlain(likely);
    if (isPlain(likely)) last = Math.max(last, likely);
    if (isLate) return finding("told in another order", path, told, sent);
    return compareWith(likely);
  });
  const rest = elements.filter((_, n) => !used.has(n));
  const [good, bad] = [true, false].map((want) =>
    rest.filter((one) => isGood(shape, one, place) === want),
  );
  if (good?.length && !terms.isTruncated)
    compared.push(finding("said, not told", path, told, good[0]));
  const isHushed = bad?.length && kind !== "url" && !terms.saysLeftOut && !terms.isTruncated;
  if (isHushed) compared.push(finding("left out without a word", path, told, bad?.[0]));
  const all = merge(compared);
  const leftOut = kind === "url" || terms.isTruncated ? 0 : (bad?.length ?? 0);
  return { ...all, untold: all.untold + rest.length, leftOut: all.leftOut + leftOut };
}
/** Whether two elements have the same first required value, which is their id where they have one. */
function isAlike({ required, fields }: Shape, told: Json, sent: Json): boolean {
  const [key = ""] = required;
  const from = fields[key] && isObject(sent) ? nameIn(fields[key], sent) : undefined;
  return isObject(told) && isObject(sent) && from !== undefined && told[key] === idText(sent[from]);
}

/** Compares a told thing with the sent one. */
export function compareObject(
  shape: Shape,
  told: JsonObject,
  sent: JsonObject,
  place: Place,
): Comparison {
  const around = currenciesOf(sent, place.around);
  const known = Object.entries(shape.fields).map(([name, field]) =>
    compareField(name, field, told[name], sent, { ...place, around }),
  );
  const others = Object.entries(told)
    .filter(([name, value]) => !(name in shape.fields) && !isSaid(value, sent[name]))
    .map(([name, value]) => finding("told, not said", below(place.path, name), value, sent[name]));
  return merge([...known, ...others]);
}
