/**
 * Where another OpenAPI document differs from the contract's, and whether that breaks the server.
 * `bun run contract` calls `compareDocuments` for the schema of django/, the doctor for the schema of a shop.
 */
import {
  ANY_SHAPE,
  type Operation,
  type Parameter,
  readOperations,
  type Shape,
} from "./read-document.ts";

/** One difference between our document, the contract's, and theirs. */
export interface Difference {
  /** Whether theirs promises less than the contract needs, or refuses what the server sends. */
  isBreaking: boolean;
  /** `GET /api/orders/{order_id}/` */
  operation: string;
  /** A status, `body`, `path`, `query` or `header`; empty for the operation itself. */
  part: string;
  /** `$.lines[].price`, or the name of a parameter. */
  pointer: string;
  kind: "missing" | "extra" | "type" | "nullable" | "enum" | "format" | "required";
  message: string;
}
type PartDifference = Omit<Difference, "operation">;
type SchemaDifference = Omit<PartDifference, "part">;
type Kind = Difference["kind"];

const isWithin = (types: string[] | undefined, wider: string[] | undefined): boolean => {
  const allowed = wider?.includes("number") ? [...wider, "integer"] : wider;
  return !allowed || (types?.every((type) => allowed.includes(type)) ?? false);
};
const joinOr = (values: unknown[] | undefined, otherwise = "anything"): string =>
  values ? values.map((value) => String(value)).join(" or ") : otherwise;
const without = (values: unknown[], others: unknown[]) =>
  values.filter((value) => !others.includes(value));

// ── Schemas ─────────────────────────────────────────────────────────────────────────────────────

/** Where their answer may hold something else than ours needs. */
function* answerSchemaDifferences(
  ours: Shape,
  theirs: Shape,
  { pointer = "$", isRequired = true } = {},
): Generator<SchemaDifference> {
  const difference = (kind: Kind, message: string, isBreaking = isRequired): SchemaDifference => ({
    isBreaking,
    pointer,
    kind,
    message,
  });
  const rows = ours.fields.get("results");
  if (pointer === "$" && rows && theirs.types?.includes("array")) {
    yield difference("type", "a bare list in django", false);
    return yield* answerSchemaDifferences(rows(), theirs, { pointer });
  }
  if (theirs.isNullable && !ours.isNullable) yield difference("nullable", "may be null in django");
  if (!isWithin(theirs.types, ours.types)) {
    // The server reads decimals from numbers as well as from strings.
    const isReadable = ours.format === "decimal" && isWithin(theirs.types, ["string", "number"]);
    const message = `${joinOr(ours.types)} here, ${joinOr(theirs.types)} in django`;
    return yield difference("type", message, isRequired && !isReadable);
  }
  if (ours.format && theirs.format !== ours.format)
    yield difference("format", `${ours.format} here, ${theirs.format ?? "none"} in django`);
  const unknown =
    ours.enumValues && theirs.enumValues && without(theirs.enumValues, ours.enumValues);
  if (ours.enumValues && unknown?.length !== 0)
    yield difference("enum", `${joinOr(unknown)} also possible in django`, false);

  const matched = new Set<string>();
  for (const [name, readField] of ours.fields) {
    const field = readField();
    const theirName = [name, ...field.aliases].find((name) => theirs.fields.has(name)) ?? name;
    const theirField = theirs.fields.get(theirName)?.();
    const at = { pointer: `${pointer}.${name}`, isBreaking: ours.required.has(name) };
    matched.add(theirName);
    if (!theirField || theirField.isWriteOnly) {
      yield { ...at, kind: "missing", message: "missing in django" };
      continue;
    }
    if (theirName !== name)
      yield { ...at, isBreaking: false, kind: "missing", message: `${theirName} in django` };
    if (at.isBreaking && !theirs.required.has(theirName))
      yield { ...at, kind: "required", message: "optional in django" };
    yield* answerSchemaDifferences(field, theirField, {
      pointer: at.pointer,
      isRequired: at.isBreaking,
    });
  }
  for (const [name, readField] of ours.fields.size ? theirs.fields : []) {
    const at = { pointer: `${pointer}.${name}`, isBreaking: false };
    if (!matched.has(name) && !readField().isWriteOnly)
      yield { ...at, kind: "extra", message: "only in django" };
  }
  if (ours.items) {
    const at = { pointer: `${pointer}[]`, isRequired };
    yield* answerSchemaDifferences(ours.items(), theirs.items?.() ?? ANY_SHAPE, at);
  }
  if (ours.additional) {
    const at = { pointer: `${pointer}.*`, isRequired };
    yield* answerSchemaDifferences(ours.additional(), theirs.additional?.() ?? ANY_SHAPE, at);
  }
}

/** Where they accept something else than the server sends. */
function* requestSchemaDifferences(
  ours: Shape,
  theirs: Shape,
  { pointer }: { pointer: string },
): Generator<SchemaDifference> {
  const difference = (kind: Kind, message: string, isBreaking = true): SchemaDifference => ({
    isBreaking,
    pointer,
    kind,
    message,
  });
  if (!isWithin(ours.types, theirs.types)) {
    const message = `${joinOr(ours.types)} here, ${joinOr(theirs.types)} in django`;
    return yield difference("type", message);
  }
  const refused =
    theirs.enumValues && ours.enumValues && without(ours.enumValues, theirs.enumValues);
  if (theirs.enumValues && refused?.length !== 0)
    yield difference("enum", `${joinOr(refused, "other values")} not accepted in django`);
  if (theirs.format && theirs.format !== ours.format)
    yield difference("format", `${ours.format ?? "none"} here, ${theirs.format} in django`, false);

  for (const [name, readField] of ours.fields) {
    const theirField = theirs.fields.get(name)?.();
    const isAlwaysSent = ours.required.has(name);
    const at = { pointer: `${pointer}.${name}`, isBreaking: true };
    if (!theirField || theirField.isReadOnly) {
      yield { ...at, isBreaking: isAlwaysSent, kind: "missing", message: "missing in django" };
      continue;
    }
    if (theirs.required.has(name) && !isAlwaysSent)
      yield { ...at, kind: "required", message: "required in django, not always sent" };
    yield* requestSchemaDifferences(readField(), theirField, at);
  }
  for (const [name, readField] of theirs.fields) {
    if (ours.fields.has(name) || readField().isReadOnly) continue;
    const unsent = unsentDifference(theirs.required.has(name));
    yield { pointer: `${pointer}.${name}`, ...unsent };
  }
  if (ours.items && theirs.items) {
    const at = { pointer: `${pointer}[]` };
    yield* requestSchemaDifferences(ours.items(), theirs.items(), at);
  }
}
/** A field or a parameter of theirs that the server never sends. */
const unsentDifference = (isRequired: boolean) =>
  isRequired
    ? ({ isBreaking: true, kind: "required", message: "required in django, not sent" } as const)
    : ({ isBreaking: false, kind: "extra", message: "only in django" } as const);

// ── Operations ──────────────────────────────────────────────────────────────────────────────────

const inPart = (part: string, differences: Iterable<SchemaDifference>): PartDifference[] =>
  [...differences].map((difference) => ({ ...difference, part }));

/** A URL carries text: a decimal that the server writes there is read as a number … */
const asWrittenInUrl = (shape: Shape): Shape =>
  shape.format === "decimal" ? { ...shape, types: ["number"] } : shape;
/** … and what they read as a string may be anything. A list is a parameter that may come several times. */
function asReadFromUrl({ items, ...shape }: Shape): Shape {
  const one = items?.() ?? { ...shape, items };
  return one.types?.includes("string") ? { ...one, types: undefined } : one;
}
function parameterDifferences(ours: Operation, theirs: Operation): PartDifference[] {
  const isInPath = (parameter: Parameter) => parameter.in === "path"; // ids, whose names are Django's own
  const sent = [...ours.parameters].flatMap(([key, parameter]): PartDifference[] => {
    if (isInPath(parameter)) return [];
    const { name: pointer, in: part, shape, isRequired } = parameter;
    const theirShape = theirs.parameters.get(key)?.shape;
    // An optional header is sent only where the shop's answers ask for it.
    const isBreaking = part !== "header" || isRequired;
    if (!theirShape)
      return [{ part, pointer, isBreaking, kind: "missing", message: "missing in django" }];
    const [written, read] = [asWrittenInUrl(shape), asReadFromUrl(theirShape)];
    return inPart(part, requestSchemaDifferences(written, read, { pointer }));
  });
  const unsent = [...theirs.parameters].flatMap(([key, parameter]): PartDifference[] => {
    if (isInPath(parameter) || ours.parameters.has(key)) return [];
    const { name: pointer, in: part, isRequired } = parameter;
    return [{ part, pointer, ...unsentDifference(isRequired) }];
  });
  return [...sent, ...unsent];
}

const isSuccess = (status: string) => status.startsWith("2");
function answerDifferences(ours: Operation, theirs: Operation): PartDifference[] {
  const theirSuccess = [...theirs.answers.keys()].find(isSuccess);
  const ofWhole = (part: string, kind: Kind, message: string): PartDifference => ({
    part,
    pointer: "",
    isBreaking: false,
    kind,
    message,
  });
  const described = [...ours.answers].flatMap(([status, shape]): PartDifference[] => {
    const theirStatus = isSuccess(status) ? theirSuccess : status;
    const theirShape = theirs.answers.get(theirStatus ?? "");
    if (!theirShape) {
      const missing = ofWhole(status, "missing", "not described in django");
      return isSuccess(status) ? [{ ...missing, isBreaking: true }] : [];
    }
    const differences = inPart(status, answerSchemaDifferences(shape, theirShape));
    if (!isSuccess(status)) return differences.map((one) => ({ ...one, isBreaking: false }));
    if (theirStatus === status) return differences;
    return [ofWhole(status, "missing", `${theirStatus} in django`), ...differences];
  });
  const errorsOnlyIn = (one: Operation, other: Operation) =>
    [...one.answers.keys()].filter((status) => !isSuccess(status) && !other.answers.has(status));
  const others = [
    ofWhole(errorsOnlyIn(ours, theirs).join(), "missing", "not described in django"),
    ofWhole(errorsOnlyIn(theirs, ours).join(), "extra", "only in django"),
  ];
  return [...described, ...others.filter(({ part }) => part)];
}

/**
 * The differences of another OpenAPI document (3.0 or 3.1, as parsed JSON) from the contract's.
 *
 * A difference is breaking where theirs promises less than the contract needs (a required field of an answer),
 * or refuses what the server sends. The server does without an optional field, so that its absence is a note.
 *
 * @param ours what `openApiDocument` returns
 * @param theirs what drf-spectacular writes; if it is no OpenAPI document, every operation is missing
 *
 * @example
 * for (const difference of compareDocuments(openApiDocument(), await response.json()))
 *   console.log(formatDifference(difference));
 */
export function compareDocuments(ours: unknown, theirs: unknown): Difference[] {
  const [ourOperations, theirOperations] = [readOperations(ours), readOperations(theirs)];
  const whole = { part: "", pointer: "" };
  const used = [...ourOperations].flatMap(([key, our]): Difference[] => {
    const operation = our.name;
    const their = theirOperations.get(key);
    if (!their) {
      const isWithoutSlash = theirOperations.has(key.replace(/\/$/, ""));
      const hint = isWithoutSlash ? ", which has it without the trailing slash" : "";
      const message = `missing in django${hint}`;
      return [{ operation, ...whole, isBreaking: true, kind: "missing", message }];
    }
    const bodyDifferences = our.body
      ? requestSchemaDifferences(our.body, their.body ?? ANY_SHAPE, { pointer: "$" })
      : [];
    const differences = [
      ...parameterDifferences(our, their),
      ...inPart("body", bodyDifferences),
      ...answerDifferences(our, their),
    ];
    return differences.map((difference) => ({ operation, ...difference }));
  });
  const unused = [...theirOperations].flatMap(([key, { name: operation }]): Difference[] => {
    if (ourOperations.has(key)) return [];
    const message = "only in django";
    return [{ operation, ...whole, isBreaking: false, kind: "extra", message }];
  });
  return [...used, ...unused];
}

/** A difference as one line: `breaking  GET /api/orders/{order_id}/ 200 $.lines[].item_id  missing in django`. */
export function formatDifference(difference: Difference): string {
  const { isBreaking, operation, part, pointer, message } = difference;
  const place = [operation, part, pointer].filter(Boolean).join(" ");
  return `${isBreaking ? "breaking" : "note    "}  ${place}  ${message}`;
}
