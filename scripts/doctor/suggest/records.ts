/**
 * Which value of a row leads to its record: each candidate is requested, and the record that comes back has to be
 * that row.
 */
import { ID } from "../../../shop/contract.ts";
import { isObject, type JsonObject } from "../reply.ts";
import type { Explorer } from "./explorer.ts";
import { flatten, isLink, NOWHERE } from "./explorer.ts";
import { said } from "./findings.ts";
import type { Place, Places } from "./places.ts";

/** A record's path, and the value of a row that goes into it. */
export interface Located {
  /** With the contract's placeholder: `/api/products/{product_id}/`. */
  template: string;
  /** Where a row has the id, as a source: `upc`, `links.self`. */
  key: string;
  /** Whether the id stands in a link there. */
  isInLink: boolean;
  proof: string;
  /** The records that were read, each with its row. */
  pairs: { id: string; row: JsonObject; record: JsonObject }[];
  /** Where answers have the record: `data`; absent: they are it. */
  envelope?: string;
  /** Where the record has its fields, as the list's rows have. */
  part?: string;
  /** Why the record is no fact yet. */
  doubt?: string;
}

const MAX_TRIES = 30; // requests for one thing
const MAX_RECORDS = 9;
/** Some of the rows: the first, those of another kind, and others from all over the list. */
function someOf(rows: JsonObject[]): JsonObject[] {
  const kindOf = (row: JsonObject) => KINDS.map((name) => String(row[name])).join();
  const ofEach = [...Map.groupBy(rows, kindOf).values()].flatMap(([first]) =>
    first ? [first] : [],
  );
  const step = Math.max(1, Math.floor(rows.length / MAX_RECORDS));
  const spread = rows.filter((_, index) => index % step === 0);
  return [...new Set([...rows.slice(0, 1), ...ofEach, ...spread])].slice(0, MAX_RECORDS);
}
const KINDS = ["status", "state", "category", "product_class", "structure", "type", "kind"];

/** Scalars of an object by their path, links of one among them: `links.self`. */
export function scalarsOf(
  row: JsonObject,
  depth = 2,
  path = "",
): [string, string | number | boolean][] {
  return Object.entries(row).flatMap(([name, value]): [string, string | number | boolean][] => {
    if (/^(string|number|boolean)$/.test(typeof value)) return [[path + name, value as string]]; // one of the three
    return isObject(value) && depth > 1 ? scalarsOf(value, depth - 1, `${path}${name}.`) : [];
  });
}
/** An id as a path takes it; a number or a text, and never what is only written like one. */
const idOf = (value: unknown): string | undefined => {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  return typeof text === "string" && ID.test(text) ? text : undefined;
};
/** Names that ids have, in the order in which they are tried after the schema's own. */
const ID_NAMES =
  /^(id|pk|uuid|guid|slug|sku|upc|isbn|ean|number|ref|reference|code|handle|key|token|_id|name|username)$|(_|^)(id|pk|uuid|slug|sku|number|ref|reference|code|no|nr|key)$|(Id|Number|Code|Ref|Uuid|Sku|Slug|Key)$/;
const LINK_NAMES =
  /(^|\.)(url|self|href|link|@id|detail|resource_uri|api_url|canonical|self\.href)$/i;

/** The record in an answer: itself, or what it has under the only name that is one. */
function unwrap(
  json: unknown,
  row: JsonObject,
  part?: string,
): { record: JsonObject; envelope?: string } | undefined {
  if (!isObject(json)) return undefined;
  if (part) {
    const [name, whole] =
      Object.entries(json).find(([, one]) => isObject(one) && isObject(one[part])) ?? [];
    const record = isObject(json[part]) ? json : isObject(whole) ? whole : undefined;
    return (
      record && {
        record: flatten(record, part),
        ...(record !== json && name && { envelope: name }),
      }
    );
  }
  const shared = (one: JsonObject) => Object.keys(row).filter((name) => name in one).length;
  const inner = Object.entries(json).flatMap(([name, value]) =>
    isObject(value) ? [{ name, value }] : [],
  );
  const best = inner.toSorted((a, b) => shared(b.value) - shared(a.value))[0];
  if (best && Object.keys(json).length <= 4 && shared(best.value) > shared(json))
    return { record: best.value, envelope: best.name };
  return { record: json };
}
/** Whether a record is that row: what tells rows apart is the same in both. @returns the name and value that say so */
function agreement(row: JsonObject, record: JsonObject, telling: Set<string>) {
  const own = new Map(scalarsOf(record));
  const common = scalarsOf(row).filter(([name]) => own.has(name));
  const same = common.filter(([name, value]) => own.get(name) === value);
  const witnesses = same.filter(([name]) => telling.has(name));
  const isThat = witnesses.length > 0 && same.length >= 2 * (common.length - same.length);
  const [witness] = witnesses.toSorted(
    ([a], [b]) => Number(NAMING.test(b)) - Number(NAMING.test(a)),
  );
  return isThat ? witness : undefined;
}
const NAMING = /name|title|label|number|email/i;
/** The names whose values tell the rows apart. */
function tellingNames(rows: JsonObject[]): Set<string> {
  const values = Map.groupBy(
    rows.slice(0, 50).flatMap((row) => scalarsOf(row)),
    ([name]) => name,
  );
  const isTelling = (all: [string, unknown][]) =>
    new Set(all.map(([, value]) => value)).size === all.length;
  return new Set([...values].flatMap(([name, all]) => (isTelling(all) ? [name] : [])));
}

/** Paths at which a record of the list may be, as [path with `{}`, the schema's own name for the id]. */
function templatesFor(
  { path }: Place,
  { operations, known }: Places,
  nouns: RegExp,
): [string, string][] {
  const list = path.replace(/\?.*/, "");
  const slash = list.endsWith("/") ? "/" : "";
  const bare = list.replace(/\/$/, "");
  const parents = [bare, bare.replace(/\/(search|list|all|mine|me)$/, "")];
  const documented = [
    ...operations.filter(({ method }) => method === "GET").map((one) => one.path),
    ...known,
  ];
  const own = documented.flatMap((one): [string, string][] => {
    const [before = "", name = "", after, ...more] = one.split(/{(?:\w+:)?(\w+)}/);
    if (more.length || after === undefined || !/^(\.\w+)?\/?$/.test(after)) return [];
    const isBelow = parents.some((parent) => before === `${parent}/`);
    return isBelow || nouns.test(before) ? [[`${before}{}${after}`, name]] : [];
  });
  const below = ([template]: [string, string]) =>
    parents.some((parent) => template.startsWith(`${parent}/{`));
  const sorted = own.toSorted((a, b) => Number(below(b)) - Number(below(a)));
  const usual = parents.map((parent): [string, string] => [`${parent}/{}${slash}`, ""]);
  const singular = bare.replace(/ies$/, "y").replace(/s$/, "");
  return [...sorted, ...usual, [`${singular}/{}${slash}`, ""]];
}

/**
 * Finds the record of a list's rows.
 *
 * @param idName the contract's placeholder: `product_id`
 */
export async function locateRecord(
  explorer: Explorer,
  place: Place,
  { places, idName, nouns }: { places: Places; idName: string; nouns: RegExp },
): Promise<Located | undefined> {
  const { rows } = place;
  const telling = tellingNames(rows);
  const [first] = rows;
  if (!first) return undefined;
  let tries = 0;
  async function read(row: JsonObject, path: string) {
    if (tries++ > MAX_TRIES) return undefined;
    const json = await explorer.json(path);
    const found = unwrap(json, row, place.part);
    const witness = found && agreement(row, found.record, telling);
    return found && witness && { ...found, witness, path };
  }
  /** Reads the records of all rows by one candidate. */
  async function prove(
    key: string,
    isInLink: boolean,
    pathFor: (row: JsonObject) => string | undefined,
    template: string,
  ) {
    const pairs: Located["pairs"] = [];
    const seen: string[] = [];
    const envelopes = new Set<string | undefined>();
    const wanted = someOf(rows);
    for (const row of wanted) {
      const path = pathFor(row);
      const found = path === undefined ? undefined : await read(row, path);
      tries--; // these are counted by the number of records
      if (!found || path === undefined) return undefined;
      envelopes.add(found.envelope);
      pairs.push({ id: idIn(template, path) ?? "", row, record: found.record });
      if (seen.length < 2)
        seen.push(`${path} is the row with ${found.witness[0]} ${said(found.witness[1])}`);
    }
    // A record that also comes for an id of nobody's proves nothing.
    const stray = template.replace(`{${idName}}`, NOWHERE);
    const [own] = pairs;
    const isForAll = own && rows.length === 1 && (await read(own.row, stray));
    if (!own || isForAll || envelopes.size > 1) return undefined;
    const [envelope] = envelopes;
    const proof = seen.join(", ");
    const doubt = pairs.length < 2 ? "there is only one row to compare with" : undefined;
    return {
      template,
      key,
      isInLink,
      proof,
      pairs,
      ...(envelope && { envelope }),
      ...(place.part && { part: place.part }),
      ...(doubt && { doubt }),
    };
  }

  const scalars = scalarsOf(first);
  for (const [path, name] of templatesFor(place, places, nouns)) {
    const template = path.replace("{}", `{${idName}}`);
    const named = [name, name.replace(/^[a-z]+_(?=id$|pk$|uuid$|slug$|number$)/i, "")];
    const keys = scalars.flatMap(([key, value]) =>
      idOf(value) && (named.includes(key) || ID_NAMES.test(key)) ? [key] : [],
    );
    const rank = (key: string) =>
      named.includes(key) ? 0 : /^(id|pk|uuid)$/.test(key) ? 1 : key.includes(".") ? 3 : 2;
    for (const key of keys.toSorted((a, b) => rank(a) - rank(b))) {
      const pathFor = (row: JsonObject) => {
        const id = idOf(new Map(scalarsOf(row)).get(key));
        return id === undefined ? undefined : path.replace("{}", encodeURIComponent(id));
      };
      const own = pathFor(first);
      if (own && (await read(first, own))) {
        const located = await prove(key, false, pathFor, template);
        if (located) return located;
      }
    }
  }
  for (const [key, link] of scalars.filter(
    ([name, value]) => LINK_NAMES.test(name) && isLink(value),
  )) {
    const path = explorer.pathOf(link, place.path)?.replace(/\?.*/, "");
    const template = path?.replace(/[^/]+(?=\/?$)/, `{${idName}}`);
    if (!path || !template || !(await read(first, path))) continue;
    const pathFor = (row: JsonObject) => {
      const own = explorer
        .pathOf(new Map(scalarsOf(row)).get(key), place.path)
        ?.replace(/\?.*/, "");
      return own !== undefined && idIn(template, own) ? own : undefined;
    };
    const located = await prove(key, true, pathFor, template);
    if (located) return located;
  }
  return undefined;
}
/** The id that a path has where its template has the placeholder. */
export function idIn(template: string, path: string): string | undefined {
  const [before = "", after = ""] = template.split(/{\w+}/);
  const isOf = path.startsWith(before) && path.endsWith(after);
  const id = isOf ? path.slice(before.length, path.length - after.length) : "";
  return id && !id.includes("/") ? decodeURIComponent(id) : undefined;
}
