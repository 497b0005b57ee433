/** How others' texts are shown, where what they hold would do something, or not be seen. */

/** `U+200B`: a character by its number. */
export const codePoint = (sign: string): string =>
  `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
/**
 * A text of others' as a terminal may show it: what would move its cursor, change its colors or turn the order of its
 * letters stands there by its number. Line ends and tabs stay.
 */
export const printable = (text: string): string =>
  text.replace(/[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/gv, (sign) => `<${codePoint(sign)}>`);
