/** Comparing what came with what a story expects: `mismatch`, `firstDifference`, and `fillIn` for saved values. */
import { Absent, Matching, Save, Use } from "./story.ts";
import { StoryFailure } from "./turn.ts";

/** What stands for a value in a story, as it is written there. */
const asWritten = (_: string, value: unknown) => {
  if (value instanceof Save) return `save(${value.name})`;
  if (value instanceof Use) return `use(${value.name})`;
  if (value instanceof Matching) return `matching(${value.pattern})`;
  return value instanceof Absent ? "absent()" : value;
};
/** A value for a report, as JSON; on one line if it is short. */
export function show(value: unknown): string {
  const short = JSON.stringify(value, asWritten) ?? String(value);
  return short.length > 100 ? JSON.stringify(value, asWritten, 2) : short;
}
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/**
 * Compares a value with what a step expects, and saves what `save("…")` marks.
 *
 * @returns the first difference, `$.status: expected "pending", got "shipped"`, or undefined
 */
export function mismatch(
  expected: unknown,
  got: unknown,
  saved: Map<string, unknown>,
  at = "$",
): string | undefined {
  const message = `${at}: expected ${show(expected)}, got ${show(got)}`;
  if (expected instanceof Save) {
    if (got === undefined) return `${at}: nothing there to keep as "${expected.name}"`;
    saved.set(expected.name, got);
    return undefined;
  }
  if (expected instanceof Absent)
    return got === undefined ? undefined : `${at}: expected nothing there, got ${show(got)}`;
  if (expected instanceof Use) return mismatch(fillIn(expected, saved), got, saved, at);
  if (expected instanceof Matching)
    return typeof got === "string" && expected.pattern.test(got)
      ? undefined
      : `${at}: expected text like ${expected.pattern}, got ${show(got)}`;
  if (!isObject(expected)) return Object.is(expected, got) ? undefined : message;
  if (!isObject(got) || Array.isArray(expected) !== Array.isArray(got)) return message;
  if (Array.isArray(expected) && expected.length === 0 && Array.isArray(got) && got.length > 0)
    return message;
  for (const [key, part] of Object.entries(expected)) {
    const place = Array.isArray(expected) ? `${at}[${key}]` : `${at}.${key}`;
    const found = mismatch(part, got[key], saved, place);
    if (found) return found;
  }
  return undefined;
}

/** The first difference between two values, `$.status: "pending", "shipped"`, or undefined. */
export function firstDifference(one: unknown, other: unknown, at = "$"): string | undefined {
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? undefined : `${at}: ${show(one)}, ${show(other)}`;
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const place = Array.isArray(one) ? `${at}[${key}]` : `${at}.${key}`;
    const found = firstDifference(one[key], other[key], place);
    if (found) return found;
  }
  return undefined;
}

/** A value with each `use("…")` replaced by what was saved. @throws {StoryFailure} where nothing was */
export function fillIn(value: unknown, saved: Map<string, unknown>): unknown {
  if (value instanceof Use) {
    if (!saved.has(value.name)) throw new StoryFailure(`nothing was kept as "${value.name}"`);
    return saved.get(value.name);
  }
  if (Array.isArray(value)) return value.map((one) => fillIn(one, saved));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fillIn(part, saved)]));
}
