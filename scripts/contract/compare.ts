/** What another OpenAPI document says differently from the contract's. */
import { ANYTHING, type Operation, operationsOf, type Shape } from "./read-document.ts";

/** One thing that two documents say differently. */
export interface Difference {
  /** Whether the other promises less than the contract needs, or refuses what it sends. */
  isBreaking: boolean;
  /** `GET /api/orders/{order_id}/` */
  operation: string;
  /** A status, `body`, `path`, `query` or `header`; empty for the operation itself. */
  part: string;
  /** `$.lines[].price`, or the name of a parameter. */
  pointer: string;
  kind: "missing" | "extra" | "type" | "nullable" | "enum" | "format" | "required";
  says: string;
}
type Found = Pick<Difference, "isBreaking" | "pointer" | "kind" | "says">;

const isWithin = (types: string[] | undefined, wider: string[] | undefined): boolean => {
  const wide = wider?.includes("number") ? [...wider, "integer"] : wider;
  return !wide || (types?.every((type) => wide.includes(type)) ?? false);
};
const listed = (values: unknown[] | undefined, otherwise = "anything"): string =>
  values ? values.map((value) => String(value)).join(" or ") : otherwise;
const besides = (values: unknown[], others: unknown[]) =>
  values.filter((value) => !others.includes(value));

/** What an answer of theirs may hold, against what ours needs. */
function* inAnswer(ours: Shape, theirs: Shape, pointer = "$", isNeeded = true): Generator<Found> {
  const found = (kind: Found["kind"], says: string, isBreaking = isNeeded): Found => {
    return { isBreaking, pointer, kind, says };
  };
  const rows = ours.fields.get("results");
  if (pointer === "$" && rows && theirs.types?.includes("array")) {
    yield found("type", "a bare list in django", false);
    return yield* inAnswer(rows(), theirs, pointer);
  }
  if (theirs.isNullable && !ours.isNullable) yield found("nullable", "may be null in django");
  if (!isWithin(theirs.types, ours.types)) {
    const isRead = ours.format === "decimal" && isWithin(theirs.types, ["string", "number"]);
    const says = `${listed(ours.types)} here, ${listed(theirs.types)} in django`;
    return yield found("type", says, isNeeded && !isRead);
  }
  if (ours.format && theirs.format !== ours.format)
    yield found("format", `${ours.format} here, ${theirs.format ?? "none"} in django`);
  const strange = ours.values && theirs.values && besides(theirs.values, ours.values);
  if (ours.values && strange?.length !== 0)
    yield found("enum", `${listed(strange)} besides in django`, false);

  const matched = new Set<string>();
  for (const [name, field] of ours.fields) {
    const our = field();
    const there = [name, ...our.usualNames].find((name) => theirs.fields.has(name)) ?? name;
    const their = theirs.fields.get(there)?.();
    const below = { pointer: `${pointer}.${name}`, isBreaking: ours.required.has(name) };
    matched.add(there);
    if (!their || their.isWriteOnly) yield { ...below, kind: "missing", says: "missing in django" };
    else {
      if (there !== name)
        yield { ...below, isBreaking: false, kind: "missing", says: `${there} in django` };
      if (below.isBreaking && !theirs.required.has(there))
        yield { ...below, kind: "required", says: "optional in django" };
      yield* inAnswer(our, their, below.pointer, below.isBreaking);
    }
  }
  for (const [name, field] of ours.fields.size ? theirs.fields : []) {
    const says = { kind: "extra", says: "only in django" } as const;
    if (!matched.has(name) && !field().isWriteOnly)
      yield { pointer: `${pointer}.${name}`, isBreaking: false, ...says };
  }
  if (ours.items)
    yield* inAnswer(ours.items(), theirs.items?.() ?? ANYTHING, `${pointer}[]`, isNeeded);
  if (ours.others)
    yield* inAnswer(ours.others(), theirs.others?.() ?? ANYTHING, `${pointer}.*`, isNeeded);
}

/** What we send, against what they take. */
function* inRequest(ours: Shape, theirs: Shape, pointer: string): Generator<Found> {
  const found = (kind: Found["kind"], says: string, isBreaking = true): Found => {
    return { isBreaking, pointer, kind, says };
  };
  if (!isWithin(ours.types, theirs.types))
    return yield found("type", `${listed(ours.types)} here, ${listed(theirs.types)} in django`);
  const refused = theirs.values && ours.values && besides(ours.values, theirs.values);
  if (theirs.values && refused?.length !== 0)
    yield found("enum", `not ${listed(refused, "anything else")} in django`);
  if (theirs.format && theirs.format !== ours.format)
    yield found("format", `${ours.format ?? "none"} here, ${theirs.format} in django`, false);
  for (const [name, field] of ours.fields) {
    const their = theirs.fields.get(name)?.();
    const isAlwaysSent = ours.required.has(name);
    const below = { pointer: `${pointer}.${name}`, isBreaking: true };
    if (!their || their.isReadOnly)
      yield { ...below, isBreaking: isAlwaysSent, kind: "missing", says: "missing in django" };
    else {
      if (theirs.required.has(name) && !isAlwaysSent)
        yield { ...below, kind: "required", says: "required in django, not always sent" };
      yield* inRequest(field(), their, below.pointer);
    }
  }
  for (const [name, field] of theirs.fields) {
    if (ours.fields.has(name) || field().isReadOnly) continue;
    const isBreaking = theirs.required.has(name);
    const kind = isBreaking ? "required" : "extra";
    const says = isBreaking ? "required in django, not sent" : "only in django";
    yield { pointer: `${pointer}.${name}`, isBreaking, kind, says };
  }
  if (ours.items && theirs.items) yield* inRequest(ours.items(), theirs.items(), `${pointer}[]`);
}

type Part = Omit<Difference, "operation">;
const inPart = (part: string, found: Iterable<Found>): Part[] =>
  [...found].map((one) => ({ ...one, part }));

/** Everything is text in a URL: what we write there … */
const written = (shape: Shape): Shape =>
  shape.format === "decimal" ? { ...shape, types: ["number"] } : shape;
/** … and what they read there, once or several times. */
function readable({ items, ...shape }: Shape): Shape {
  const one = items?.() ?? { ...shape, items };
  return one.types?.includes("string") ? { ...one, types: undefined } : one;
}
function inParameters(ours: Operation, theirs: Operation): Part[] {
  const missing = { kind: "missing", says: "missing in django" } as const;
  const used = [...ours.parameters].flatMap(([key, { name, in: part, shape }]): Part[] => {
    if (part === "path") return []; // an id of Django's own, whatever it calls it
    const their = theirs.parameters.get(key);
    if (!their) return [{ part, pointer: name, isBreaking: true, ...missing }];
    return inPart(part, inRequest(written(shape), readable(their.shape), name));
  });
  const unused = [...theirs.parameters].flatMap(([key, { name, in: part, isRequired }]): Part[] => {
    if (part === "path" || ours.parameters.has(key)) return [];
    const [kind, says] = isRequired
      ? (["required", "required in django, not sent"] as const)
      : (["extra", "only in django"] as const);
    return [{ part, pointer: name, isBreaking: isRequired, kind, says }];
  });
  return [...used, ...unused];
}
function inAnswers(ours: Operation, theirs: Operation): Part[] {
  const isGood = (status: string) => status.startsWith("2");
  const good = [...theirs.answers.keys()].find(isGood);
  const asWhole = (part: string, kind: Found["kind"], says: string, isBreaking = false): Part => {
    return { part, pointer: "", isBreaking, kind, says };
  };
  const known = [...ours.answers].flatMap(([status, shape]): Part[] => {
    const there = isGood(status) ? good : status;
    const their = theirs.answers.get(there ?? "");
    if (!their)
      return isGood(status) ? [asWhole(status, "missing", "not described in django", true)] : [];
    const found = inPart(status, inAnswer(shape, their));
    if (!isGood(status)) return found.map((one) => ({ ...one, isBreaking: false }));
    return there === status ? found : [asWhole(status, "missing", `${there} in django`), ...found];
  });
  const only = (here: Operation, there: Operation) =>
    [...here.answers.keys()].filter((status) => !isGood(status) && !there.answers.has(status));
  const others = [
    asWhole(only(ours, theirs).join(), "missing", "not described in django"),
    asWhole(only(theirs, ours).join(), "extra", "only in django"),
  ];
  return [...known, ...others.filter(({ part }) => part)];
}

/**
 * What another OpenAPI document (3.0 or 3.1, as parsed JSON) says differently from the contract's. Breaking is
 * only where it promises less than the contract needs, or refuses what the contract sends: in answers what is
 * required here, in requests what is sent. An optional field is taken where it fits, so its lack is a note.
 *
 * @param ours what `contract` gives
 * @param theirs such as drf-spectacular writes; where it is no such document, every operation is missing
 */
export function compare(ours: unknown, theirs: unknown): Difference[] {
  const [here, there] = [operationsOf(ours), operationsOf(theirs)];
  const whole = { part: "", pointer: "" };
  const used = [...here].flatMap(([key, our]): Difference[] => {
    const operation = our.name;
    const their = there.get(key);
    if (!their) {
      const isBare = there.has(key.replace(/\/$/, ""));
      const says = `missing in django${isBare ? ", which has it without the last slash" : ""}`;
      return [{ operation, ...whole, isBreaking: true, kind: "missing", says }];
    }
    const body = our.body ? inRequest(our.body, their.body ?? ANYTHING, "$") : [];
    const parts = [...inParameters(our, their), ...inPart("body", body), ...inAnswers(our, their)];
    return parts.map((part) => ({ operation, ...part }));
  });
  const unused = [...there].flatMap(([key, { name: operation }]): Difference[] => {
    if (here.has(key)) return [];
    return [{ operation, ...whole, isBreaking: false, kind: "extra", says: "only in django" }];
  });
  return [...used, ...unused];
}

/** `breaking  GET /api/orders/{order_id}/ 200 $.lines[].item_id  missing in django` */
export function line({ isBreaking, operation, part, pointer, says }: Difference): string {
  const where = [operation, part, pointer].filter(Boolean).join(" ");
  return `${isBreaking ? "breaking" : "note    "}  ${where}  ${says}`;
}
