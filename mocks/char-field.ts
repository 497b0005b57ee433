/**
 * Text as Django REST framework's `CharField` reads it: trimmed of what Python takes for white space, and bounded
 * in code points. `charField` is the schema; request bodies, query parameters and the search use it.
 *
 * @module
 */
import * as z from "zod";

/** Python's white space, which is not quite JavaScript's: four separators more, and no byte order mark. */
// oxlint-disable-next-line no-control-regex -- Python counts four separators among the controls
const SPACE = /[[\s\x1c-\x1f\x85]--\ufeff]+/v;
/** The words of a text, as Python's `str.split()` finds them. */
export const splitWords = (text: string): string[] => text.split(SPACE).filter(Boolean);
/** Python's `str.strip()`. */
export const strip = (text: string): string =>
  text.replace(RegExp(`^${SPACE.source}`, "v"), "").replace(RegExp(`${SPACE.source}$`, "v"), "");
export const isBlank = (text: string): boolean => strip(text) === "";

/** A trimmed text of at most `max` code points, blank ones included. */
export const charField = (max = Infinity) =>
  z
    .string()
    .overwrite(strip)
    .refine((given) => [...given].length <= max, {
      error: `Ensure this field has no more than ${max} characters.`,
    })
    .refine((given) => !given.includes("\0"), { error: "Null characters are not allowed." })
    .refine((given) => given.isWellFormed(), {
      error: ({ input }) => `Surrogate characters are not allowed: U+${loneSurrogate(input)}.`,
    });
const loneSurrogate = (text: unknown): string =>
  String(text)
    .match(/\p{Surrogate}/u)?.[0]
    .charCodeAt(0)
    .toString(16)
    .toUpperCase() ?? "";
