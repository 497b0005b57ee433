/**
 * Stories as data: `readStoryFile` reads a story from YAML or JSON, for whoever does not write TypeScript. The words are
 * those of `story.ts`.
 *
 * ```yaml
 * title: a shopper cancels an order
 * as: mia
 * steps:
 *   - say: Please cancel my new order.
 *   - call: list_orders
 *     with: { status: pending }
 *     returns: { orders: [{ order_id: { $save: order } }] }
 *   - call: cancel_order
 *     with: { order_id: { $use: order }, reason: no_longer_needed }
 *     asks: { question: Cancel order, answer: accept }
 *     returns: { outcome: done, status: cancelled }
 * ```
 *
 * @module
 */
import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { Absent, Matching, Save, type Step, story, type Story, Use } from "./story.ts";

/** A file that is no story. The message names the file and the line, and says what to write instead. */
export class StoryFileError extends Error {
  override name = "StoryFileError";
}

/** JSON's kinds of values, as YAML's users call them. */
const KINDS: Record<string, string> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  object: "a mapping",
  array: "a list",
  null: "empty",
};
/** What zod says of an object with these words, as this file says it, and where. */
function explain(issue: z.core.$ZodIssue, known: object): { message: string; path: PropertyKey[] } {
  const { message, path } = issue;
  if (issue.code === "unrecognized_keys")
    return {
      message: `is not known here; ${Object.keys(known).join(", ")} are`,
      path: [...path, ...issue.keys.slice(0, 1)],
    };
  if (issue.code !== "invalid_type") return { message, path };
  if (message.endsWith("received undefined")) return { message: "is missing", path };
  const [, wanted = "", got = ""] = /expected (\w+), received (\w+)/.exec(message) ?? [];
  return { message: `must be ${KINDS[wanted] ?? wanted}, and not ${KINDS[got] ?? got}`, path };
}

/** Words that are not known come first: where one is misspelt, it is the one that is missing. */
const misspeltFirst = (issues: z.core.$ZodIssue[]) =>
  issues.toSorted(
    (one, other) =>
      Number(other.code === "unrecognized_keys") - Number(one.code === "unrecognized_keys"),
  );

// ── Values ──────────────────────────────────────────────────────────────────────────────────────

/** A text as a regular expression that matches it alone. Node 20 has no RegExp.escape. */
export const escapePattern = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
const PATTERN = /^\/(.+)\/([imsu]*)$/s;
/** `/a.*b/i` is a regular expression; any other text has to occur as it is. */
const pattern = z.string().transform((text, context) => {
  const [, source = escapePattern(text), flags] = PATTERN.exec(text) ?? [];
  try {
    return new RegExp(source, flags);
  } catch (error) {
    context.addIssue(`${text} is no regular expression: ${String(error).replace(/^.*?: /, "")}`);
    return z.NEVER;
  }
});
const name = z.string().min(1);
/** What stands for a value: `{ $save: order }`, `{ $use: order }`, `{ $matching: /^A/ }`, `{ $absent: true }`. */
const STANDS = {
  $save: name.transform((saved) => new Save(saved)),
  $use: name.transform((saved) => new Use(saved)),
  $matching: pattern.transform((like) => new Matching(like)),
  $absent: z.literal(true, "$absent is true, or left out").transform(() => new Absent()),
};
type Marker = keyof typeof STANDS;
const markers = Object.keys(STANDS) as Marker[]; // the table's own keys
/** Any value, in which these may stand. */
const valueWith = (allowed: readonly Marker[]) => {
  const read = (value: unknown, context: z.RefinementCtx, path: (string | number)[]): unknown => {
    if (Array.isArray(value)) return value.map((one, n) => read(one, context, [...path, n]));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [first, more] = entries.toSorted(([one]) => (one.startsWith("$") ? -1 : 1));
    if (!first?.[0].startsWith("$"))
      return Object.fromEntries(
        entries.map(([key, one]) => [key, read(one, context, [...path, key])]),
      );
    const marker = allowed.find((known) => known === first[0]);
    const fail = (message: string) => void context.addIssue({ code: "custom", message, path });
    if (more) return fail(`${first[0]} stands alone, and not beside ${more[0]}`);
    if (!marker) return fail(`${first[0]} cannot stand here; ${allowed.join(", ")} can`);
    const { data, error } = STANDS[marker].safeParse(first[1]);
    return error ? fail(error.issues[0]?.message ?? `${marker} needs another value`) : data;
  };
  return z.unknown().transform((value, context) => read(value, context, []));
};

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

const question = z.strictObject({
  question: pattern,
  answer: z.enum(["accept", "decline", "dismiss"], "must be accept, decline or dismiss"),
});
const expected = {
  returns: valueWith(markers).optional(),
  text: pattern.optional(),
  fails: pattern.optional(),
  sends: z.array(z.string()).optional(),
  asks: z
    .union(
      [question, z.array(question)],
      "must be { question, answer: accept, decline or dismiss }, or a list of these",
    )
    .optional(),
  tokens: z.int().positive().optional(),
};
const args = valueWith(["$use"]).optional();
const address = z.union([z.string(), valueWith(["$use"])]);
const SHAPES = {
  say: z.strictObject({ say: z.string() }),
  reply: z.strictObject({ reply: z.string() }),
  call: z.strictObject({ call: name, with: args, ...expected }),
  read: z.strictObject({ read: address, ...expected }),
  prompt: z.strictObject({ prompt: name, with: args, ...expected }),
  complete: z.strictObject({
    complete: name,
    argument: name,
    value: z.string(),
    with: z.record(z.string(), z.string()).optional(),
    values: z.array(z.string()),
  }),
};
type Shape = { [Kind in keyof typeof SHAPES]: z.output<(typeof SHAPES)[Kind]> };
const kinds = Object.keys(SHAPES) as (keyof Shape)[]; // the table's own keys

type Given = z.output<z.ZodObject<typeof expected>>;
/** What a step expects, as `story.ts` has it. */
function toExpected({ asks, ...rest }: Given) {
  const list = asks === undefined || Array.isArray(asks) ? asks : [asks];
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(list && { asks: list.map((one) => [one.question, one.answer] as const) }),
  };
}
/** How each kind of step is made. A tool's name is checked by the server that it is played against. */
const MAKE: { [Kind in keyof Shape]: (given: Shape[Kind]) => Step } = {
  say: ({ say: text }) => ({ kind: "say", who: "User", text }),
  reply: ({ reply: text }) => ({ kind: "say", who: "Assistant", text }),
  call: ({ call: tool, with: given = {}, ...rest }) => ({
    kind: "call",
    tool: tool as Extract<Step, { kind: "call" }>["tool"], // a name of whatever server it is played against
    args: given,
    expected: toExpected(rest),
    isAborted: false,
  }),
  read: ({ read: uri, ...rest }) => ({ kind: "read", uri, expected: toExpected(rest) }),
  prompt: ({ prompt: picked, with: given = {}, ...rest }) => ({
    kind: "prompt",
    name: picked,
    args: given,
    expected: toExpected(rest),
  }),
  complete: ({ complete: ref, with: others = {}, ...rest }) => ({
    kind: "complete",
    ref,
    others,
    ...rest,
  }),
};
const step = z.unknown().transform((given, context): Step => {
  const fail = (message: string, path: PropertyKey[] = []) => {
    context.addIssue({ code: "custom", message, path });
    return z.NEVER;
  };
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return fail(`must be a step, as "say: Hello"; a step begins with ${kinds.join(", ")}`);
  const [kind, other] = kinds.filter((one) => Object.hasOwn(given, one));
  if (!kind) return fail(`must have one of ${kinds.join(", ")}`);
  if (other) return fail(`is two steps, ${kind} and ${other}: begin each with a dash of its own`);
  const { data, error } = SHAPES[kind].safeParse(given);
  if (!error) return (MAKE[kind] as (made: typeof data) => Step)(data); // the shape that its kind has
  for (const issue of misspeltFirst(error.issues)) {
    const { message, path } = explain(issue, SHAPES[kind].shape);
    fail(message, path);
  }
  return z.NEVER;
});
const storyFile = z.strictObject({
  title: z.string().min(1),
  as: z.string().regex(/^[\w.@+-]+$/, "must be a user's name"),
  elicitation: z
    .literal(false, "must be false, for a host that cannot ask, or left out")
    .optional(),
  steps: z
    .array(step)
    .min(1, "must have a step")
    .refine(
      (steps) => steps.some(({ kind }) => kind !== "say"),
      "only talk, which proves nothing: add a call, read, prompt or complete",
    ),
});

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

/**
 * Reads a story.
 *
 * @param file its name, for messages
 * @param text YAML, of which JSON is a part
 * @throws {StoryFileError} naming the line
 */
export function readStoryFile(file: string, text: string): Story {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const fail = (offset: number, what: string): never => {
    throw new StoryFileError(`${file}:${lines.linePos(offset).line}: ${what}`);
  };
  /** What YAML's aliases lead to, and nowhere without end. */
  const within = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      const isEndless = error instanceof RangeError;
      const what = isEndless ? "it is nested too deeply, or in itself" : Object(error).message;
      return fail(0, `this is no story: ${what}`);
    }
  };
  const [broken] = document.errors;
  if (broken)
    return fail(
      broken.pos[0],
      broken.code === "MULTIPLE_DOCS"
        ? "a file holds one story; give the next a file of its own"
        : `this is no YAML: ${broken.message}`,
    );
  const { data, error } = within(() => storyFile.safeParse(document.toJS()));
  if (!error) {
    const { title, as, elicitation, steps } = data;
    return story(title, { as, ...(elicitation === false && { elicitation }) }, steps);
  }
  const [issue] = misspeltFirst(error.issues);
  if (!issue) throw error;
  const { message, path } = explain(issue, storyFile.shape);
  const nodes = path.map((_, n): unknown => document.getIn(path.slice(0, n + 1), true));
  const { range } = Object(nodes.findLast(Boolean)); // the nearest that is there
  const place = path.map((key) => (typeof key === "number" ? `[${key + 1}]` : `.${String(key)}`));
  const named = place.join("").slice(1) || "the file";
  return fail(Array.isArray(range) ? Number(range[0]) : 0, `${named} ${message}`);
}
