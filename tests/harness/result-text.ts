/**
 * Reads the text of a result back: `readText` gives what it says, `sayable` what it should say. It shares no code with
 * the server.
 *
 * @module
 */

type Fields = Record<string, unknown>;
/** `Each row: product_id, name. null: not given. image: not shown here.` */
const HEAD = /^Each row: (\w+(?:, \w+)*)\.( null: not given\.)?( image: not shown here\.)?$/;
const MONEY = ["price", "total"];
const LISTS = ["products", "orders", "customers"];

/** The cells of a row as the fields that they are in the structured content. */
function fieldsOf(cells: unknown[], columns: string[]): Fields {
  if (cells.length !== columns.length) throw new Error(`not under ${columns}: ${cells}`);
  const fields = columns.map((name, n): [string, unknown] => {
    const cell = cells[n];
    const [amount, currency] = `${cell}`.split(" ");
    return [name, MONEY.includes(name) && cell !== null ? { amount, currency } : cell];
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}
/**
 * What a text says: what stands before the result, the result, and whether images are left out of its rows.
 * @throws {Error} for a text that no server writes
 */
export function readText(text: string, parse: (json: string) => unknown = JSON.parse) {
  const lines = text.split("\n");
  const found = lines.findIndex((line, n) => n > 0 && (HEAD.test(line) || line.startsWith('{"')));
  const start = found < 0 ? 1 : found;
  const summary = lines.splice(0, start).join("\n");
  const head = HEAD.exec(lines[0] ?? "");
  const rows: unknown[][] = [];
  if (head) lines.shift();
  while (head && lines[0]?.startsWith("[")) rows.push(parse(lines.shift() ?? "") as unknown[]); // it begins with a bracket
  const more = lines[0]?.startsWith('{"') && parse(lines.shift() ?? "");
  const columns = head?.[1]?.split(", ") ?? [];
  const list = LISTS.find((name) => new RegExp(`^\\d+ ${name}?(,|$)`).test(summary));
  const isList = head ?? summary.startsWith("0 ");
  if (Boolean(head?.[2]) !== rows.some((cells) => cells.includes(null)))
    throw new Error(`null is said and not explained, or the reverse: ${text}`);
  const result: Fields = {
    ...(list && isList && { [list]: rows.map((cells) => fieldsOf(cells, columns)) }),
    ...(more as Fields), // it begins with a brace
    ...(lines.length && { notes: lines }),
  };
  return { summary, result, hasImages: head?.[3] !== undefined };
}

/** A result as its text says it: a list without the images of its rows. */
export function sayable(result: Fields) {
  let hasImages = false;
  const withoutImage = ({ image, ...rest }: Fields) => {
    hasImages ||= image !== undefined;
    return rest;
  };
  const fields = Object.entries(result).map(([name, value]) => [
    name,
    LISTS.includes(name) && Array.isArray(value) ? value.map(withoutImage) : value,
  ]);
  return { result: Object.fromEntries(fields) as Fields, hasImages };
}
