/**
 * A text of others' as a terminal may show it: what would move its cursor, change its colors or turn the order of its
 * letters stands there by its number. Line ends and tabs stay.
 */
export const printable = (text: string): string =>
  text.replace(
    /[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/gv,
    (sign) => `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
