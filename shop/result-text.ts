/**
 * The text of a result, for hosts that show their model the text alone: a line of summary, the result, the notes.
 *
 * The result is JSON, and the rows of a list are arrays, so that the names of their fields are said once:
 *
 * ```text
 * 2 products, and there are more
 * Each row: product_id, name, price, available. null: not given. image: not shown here.
 * ["linen-apron","Linen Apron","58.00 EUR",true]
 * ["tea-towel-pair","Pair of \"Tea\" Towels",null,true]
 * {"next_cursor":"eyJxdWVyeSI6…"}
 * ```
 *
 * A row stays JSON, so no name of a merchant's can end its cell or begin another row.
 *
 * @module
 */
import type { core } from "zod";
import { formatMoney, type Money } from "./money.ts";

type Json = core.JSONSchema.BaseSchema;
type Fields = Record<string, unknown>;
interface Column {
  name: string;
  isMoney: boolean;
}
/** Addresses of pictures are long, and who reads text sees none. They are in the structured content. */
const NOT_SHOWN = "image";

/** The rows, a line each, under a line that names their columns: the fields that any of them has. */
function formatRows(rows: Fields[], columns: Column[]): string[] {
  if (!rows.length) return [];
  const isUsed = ({ name }: Column) => rows.some((row) => row[name] !== undefined);
  const used = columns.filter(isUsed);
  const shown = used.filter(({ name }) => name !== NOT_SHOWN);
  let hasGaps = false;
  const lines: string[] = [];
  const cells: unknown[] = []; // of one row after the other
  for (const row of rows) {
    for (let at = 0; at < shown.length; at++) {
      const { name, isMoney } = shown[at] as Column; // `at` is within
      const value = row[name];
      if (value === undefined) hasGaps = true; // which JSON writes as null
      cells[at] = isMoney && value ? formatMoney(value as Money) : value; // by the schema
    }
    lines.push(JSON.stringify(cells));
  }
  const names = shown.map(({ name }) => name).join(", ");
  const gaps = hasGaps ? " null: not given." : "";
  const pictures = used.length > shown.length ? ` ${NOT_SHOWN}: not shown here.` : "";
  return [`Each row: ${names}.${gaps}${pictures}`, ...lines];
}

/** What a list is by its schema, whose rows are all that it has to have: the name of its rows, and their columns. */
function listIn({ properties = {}, required = [] }: Json) {
  const [name = "", ...others] = required;
  const { items } = Object(properties[name]) as Json; // a field's schema
  const fields = Object.entries<Json>(Object(Object(items).properties));
  if (others.length || !fields.length) return undefined;
  const columns = fields.map(([name, { properties = {} }]): Column => {
    return { name, isMoney: "amount" in properties && "currency" in properties };
  });
  return { name, columns };
}

/** Gives the text of a result from its first line, and its own JSON. */
export type TextFormatter = (first: string, result: Fields, json: string) => string;
/**
 * How the results of a schema are said, each with its first line and its own JSON:
 * `format("2 products", result, JSON.stringify(result))`.
 */
export function textFormatter(schema: Json): TextFormatter {
  const list = listIn(schema);
  const apart = ["summary", "notes", ...(list ? [list.name] : [])];
  return (first, result, json) => {
    if (!apart.some((name) => name in result)) return json === "{}" ? first : `${first}\n${json}`;
    const rows = list ? formatRows(result[list.name] as Fields[], list.columns) : []; // by the schema
    const others: Fields = {};
    for (const name in result) if (!apart.includes(name)) others[name] = result[name];
    const rest = JSON.stringify(others);
    const { notes = [] } = result as { notes?: string[] }; // likewise
    return [first, ...rows, ...(rest === "{}" ? [] : [rest]), ...notes].join("\n");
  };
}
