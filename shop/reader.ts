/**
 * Readers: what the schemas of the contract say, turned once into functions that read an answer in one pass, from
 * Django's JSON to what the tools tell. zod stays the definition of what is valid, and its judge:
 *
 * - A reader is made from zod's own definition of a schema, and every rule in it is zod's own check.
 * - It reads only what is valid. A part that is not goes to zod at the nearest `catch`, which leaves it out and notes
 *   it; an answer that has no such place goes to zod as a whole, which says what is wrong with it.
 * - So does an answer that is too long to be read to its end, or has something to note before zod sees it.
 *
 * Either way the result, and what is noted, are those of `normalizeAnswer` and then zod.
 *
 * @module
 */
import * as z from "zod";
import type { Endpoint } from "./contract.ts";
import { letOthers, LONG } from "./body.ts";
import { isNamed, MAX_ENTRIES, MAX_VALUES, Normalizer, normalizeAnswer, OTHER } from "./json.ts";
import { currencyIn } from "./money.ts";
import { collectNotes, currentNotes, Notes } from "./notes.ts";

const INVALID = Symbol("for zod to judge");
/**
 * Reads a value as its schema has it, or gives back INVALID.
 * @param around the currency of prices that bring none
 * @param normalizer of this answer, which counts what is met
 */
type Reader = (value: unknown, around: string, normalizer: Normalizer) => unknown;
type Fields = Record<string, unknown>;

/** An object as JSON has it. Whatever else a dialect makes goes to zod. */
function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

type Check = (value: unknown) => unknown;
/** What one of zod's checks makes of a value, or INVALID. */
function makeCheck({ _zod }: z.core.$ZodCheck<unknown>): Check {
  const { check } = _zod;
  const def = _zod.def as z.core.$ZodChecks["_zod"]["def"] | z.core.$ZodCustomDef; // zod's own, all of them
  if (def.check === "overwrite") return def.tx;
  const { when } = def;
  let payload: z.core.ParsePayload = { value: undefined, issues: [] }; // for one value after the other
  return (value) => {
    payload.value = value;
    if (when?.(payload) === false) return value;
    if (!check(payload) && !payload.issues.length) return payload.value;
    payload = { value: undefined, issues: [] };
    return INVALID; // a promise, or an issue
  };
}
/** Runs the checks of a schema, in zod's own words. */
function checksOf(schema: z.core.$ZodType): Check {
  const { def, traits } = schema._zod;
  const own = traits.has("$ZodCheck") ? [schema as unknown as z.core.$ZodCheck<unknown>] : []; // `z.int()` is its own check
  const all = [...own, ...(def.checks ?? [])] as z.core.$ZodCheck<unknown>[]; // of whatever its values are
  const [first = (value: unknown) => value, ...rest] = all.map(makeCheck);
  return rest.reduce((before, next) => {
    return (value) => {
      const checked = before(value);
      return checked === INVALID ? INVALID : next(checked);
    };
  }, first);
}

/** Whether something is no longer there that might have to be noted. */
function hasDropped(before: unknown, after: unknown): boolean {
  if (!isPlain(before)) return false;
  const kept = isPlain(after) ? after : {};
  for (const name in before) {
    const part = before[name];
    if (typeof part === "object" && part !== null && kept[name] !== part) return true;
  }
  return false;
}

/** @param isNormal whether it reads what has been normalized already */
function compile(schema: z.core.$ZodType, isNormal: boolean): Reader {
  const { _zod } = schema as z.core.$ZodTypes; // zod's own, all of them
  const { def } = _zod;
  const check = checksOf(schema);
  switch (def.type) {
    case "string":
      if (def.coerce) break;
      return (value) => (typeof value === "string" ? check(value) : INVALID);
    case "number":
      if (def.coerce) break;
      return (value) => (Number.isFinite(value) ? check(value) : INVALID);
    case "boolean":
      if (def.coerce) break;
      return (value) => (typeof value === "boolean" ? check(value) : INVALID);
    case "enum": {
      const values = new Set<unknown>(_zod.values);
      return (value) => (values.has(value) ? check(value) : INVALID);
    }
    case "default": {
      if (def.checks?.length) break;
      const read = compile(def.innerType, isNormal);
      return (value, around, normalizer) =>
        value === undefined ? def.defaultValue : read(value, around, normalizer);
    }
    case "optional": {
      if (def.innerType._zod.optin === "defaulted" || def.checks?.length) break;
      const read = compile(def.innerType, isNormal);
      return (value, around, normalizer) =>
        value === undefined ? undefined : read(value, around, normalizer);
    }
    case "pipe": {
      const { in: first, out } = def;
      if (!(first instanceof z.ZodTransform) || def.checks?.length) break;
      const { transform } = first._zod.def;
      const read = compile(out, isNormal);
      let payload: z.core.ParsePayload = { value: undefined, issues: [] }; // likewise
      return (value, around, normalizer) => {
        payload.value = value;
        const sent = transform(value, payload);
        if (payload.issues.length) {
          payload = { value: undefined, issues: [] };
          return INVALID;
        }
        if (sent !== value && hasDropped(value, sent)) return INVALID;
        return read(sent, around, normalizer);
      };
    }
    case "catch":
      if (def.checks?.length) break;
      return readOrCatch(schema as z.core.$ZodCatch, compile(def.innerType, isNormal), isNormal);
    case "array": {
      const read = compile(def.element, isNormal);
      return (value, around, normalizer) => {
        if (!Array.isArray(value) || value.length > MAX_ENTRIES) return INVALID;
        normalizer.values += value.length;
        const entries: unknown[] = [];
        for (const sent of value) {
          const entry = read(sent, around, normalizer);
          if (entry === INVALID) return INVALID;
          entries.push(entry);
        }
        return check(entries);
      };
    }
    case "object":
      if (!def.catchall || def.catchall instanceof z.ZodNever)
        return compileObject(schema as z.core.$ZodObject, isNormal);
      if (!isNormal || Object.keys(def.shape).length) break;
      return compileWords(schema as z.core.$ZodObject, def.catchall);
  }
  return judge(schema, isNormal);
}

/** zod itself, on what `normalizeAnswer` makes of a value. */
function judge(schema: z.core.$ZodType, isNormal: boolean): Reader {
  return (value, around, normalizer) => {
    const sent = isNormal ? value : normalizer.normalize(value, around);
    const { success, data } = z.safeParse(schema, sent);
    return success ? data : INVALID;
  };
}

/** What may be missing: where it cannot be read zod says what becomes of it. */
function readOrCatch(schema: z.core.$ZodCatch, read: Reader, isNormal: boolean): Reader {
  const byZod = judge(schema, isNormal);
  const notes = new Notes();
  const ofNull = collectNotes(notes, () => z.safeParse(schema, null));
  const isNullAbsent = !notes.length && ofNull.success && ofNull.data === undefined; // which many shops send
  return (value, around, normalizer) => {
    if (value === null && isNullAbsent) return undefined;
    const notes = currentNotes();
    const before = notes?.length ?? 0;
    const result = read(value, around, normalizer);
    if (result !== INVALID) return result;
    notes?.rewind(before); // zod notes it again
    return byZod(value, around, normalizer);
  };
}

/** An object whose names are the merchant's own. */
function compileWords(schema: z.core.$ZodObject, catchall: z.core.$ZodType): Reader {
  const [read, check] = [compile(catchall, true), checksOf(schema)];
  return (value, around, normalizer) => {
    if (!isPlain(value)) return INVALID;
    const words: Fields = {};
    for (const name of Object.keys(value)) {
      if (name === "__proto__") continue;
      const word = read(value[name], around, normalizer);
      if (word === INVALID) return INVALID;
      words[name] = word;
    }
    return check(words);
  };
}

/** Reads the field of an object, which is given, too. */
type FieldReader = (sent: unknown, own: string, normalizer: Normalizer, object: Fields) => unknown;
function compileField(name: string, schema: z.core.$ZodType, isNormal: boolean): FieldReader {
  const read = compile(schema, isNormal);
  if (isNormal || !isNamed(name)) return read;
  const readNormal = compile(schema, true);
  return (sent, own, normalizer, object) => {
    const named = normalizer.named(name, sent, object, own);
    return named === OTHER ? read(sent, own, normalizer) : readNormal(named, own, normalizer);
  };
}
function compileObject(schema: z.core.$ZodObject, isNormal: boolean): Reader {
  const check = checksOf(schema);
  const { shape } = schema._zod.def;
  const names = new Set(Object.keys(shape));
  const isStrict = schema._zod.def.catchall !== undefined;
  const fields = Object.entries(shape).map(([name, field]) => ({
    name,
    read: compileField(name, field, isNormal),
    /** Whether it may be missing, and then is. */
    mayMiss: field._zod.optin !== undefined,
    isMissed: field._zod.optout === "optional",
  }));
  /** Meets the fields that are not told, as far as something in them might have to be noted. */
  function meetOthers(sent: string[], object: Fields, own: string, normalizer: Normalizer) {
    for (const name of sent) {
      const part = object[name];
      if (typeof part !== "object" || part === null || names.has(name)) continue;
      if (normalizer.named(name, part, object, own) === OTHER) normalizer.normalize(part, own);
    }
  }
  return (value, around, normalizer) => {
    if (!isPlain(value)) return INVALID;
    const own = isNormal ? around : currencyIn(value, around);
    const result: Fields = {};
    let known = 0;
    for (const { name, read, mayMiss, isMissed } of fields) {
      const sent = value[name];
      if (sent === undefined && !(name in value)) {
        if (!mayMiss) return INVALID;
        if (isMissed) continue;
      }
      const part = read(sent, own, normalizer, value);
      if (part === INVALID) return INVALID;
      result[name] = part;
      known++;
    }
    if (isStrict) for (const name in value) if (!names.has(name)) return INVALID;
    if (!isNormal) {
      const sent = Object.keys(value);
      if (sent.length > MAX_ENTRIES) return INVALID;
      normalizer.values += sent.length;
      if (known < sent.length) meetOthers(sent, value, own, normalizer);
    }
    return check(result);
  };
}

/** Readers by their schemas, each made when it is first needed. */
function readersOf(isNormal: boolean) {
  const readers = new Map<z.core.$ZodType, Reader>();
  return (schema: z.core.$ZodType): Reader => {
    const reader = readers.get(schema) ?? compile(schema, isNormal);
    readers.set(schema, reader);
    return reader;
  };
}
const [readerOf, normalReaderOf] = [readersOf(false), readersOf(true)];

/** What zod makes of a valid value; undefined where zod is to say what is wrong with it. */
export function readValid<S extends z.ZodType>(schema: S, value: unknown) {
  const data = normalReaderOf(schema)(value, "", NO_ANSWER);
  return data === INVALID ? undefined : { success: true as const, data: data as z.output<S> }; // every check has passed
}
const NO_ANSWER = new Normalizer(""); // which is not used on what is normal

interface Reading {
  /** What relative links start from. */
  baseUrl: string;
  /** A host in whose place links have the origin of `baseUrl`. @default none */
  hidden?: string | undefined;
  /** Of prices that bring none. */
  currency: string;
  /** Of the text that was sent, in characters. */
  length: number;
  /** Where what is left out, or shortened, is noted. */
  notes: Notes;
}
/** The answer in one pass; undefined where it has to be read the long way. */
function readAtOnce<A>(endpoint: Endpoint<A>, answer: unknown, reading: Reading) {
  const { baseUrl, hidden, currency, length, notes } = reading;
  const isPage = "limit" in endpoint.path.query;
  const isKnown = !isPage || (isPlain(answer) && "sent" in answer); // else its parts may be anywhere
  if (!isKnown || length > LONG) return undefined;
  const read = readerOf(endpoint.answer);
  const normalizer = new Normalizer(baseUrl, hidden);
  const before = notes.length;
  const data = collectNotes(notes, () => read(answer, currency, normalizer));
  if (data !== INVALID && !normalizer.hasNoted && normalizer.values <= MAX_VALUES)
    return { success: true as const, data: data as A }; // every check of its schema has passed
  notes.rewind(before);
  return undefined;
}
/** An answer in two steps: in the contract's terms, and as its schema has it. */
async function readInSteps<A>(endpoint: Endpoint<A>, answer: unknown, reading: Reading) {
  const { baseUrl, hidden, currency, length, notes } = reading;
  const normal = collectNotes(notes, () => normalizeAnswer(answer, baseUrl, currency, hidden));
  await letOthers(length);
  return collectNotes(notes, () => endpoint.answer.safeParse(normal));
}
/** An answer as the schema of its endpoint has it, or zod's reasons why it is none. */
export const readAnswer = <A>(endpoint: Endpoint<A>, answer: unknown, reading: Reading) =>
  readAtOnce(endpoint, answer, reading) ?? readInSteps(endpoint, answer, reading);
