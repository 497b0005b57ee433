/**
 * Entries of a dialect module, as TypeScript text. `operation-checks.ts` proposes them one at a time as fixes,
 * `suggest-dialect.ts` writes whole tables of them.
 *
 * A field is named by its path in an answer without the numbers, such as `results[].price` or `lines[].item_id`.
 */
import type { EndpointName } from "../../shop/contract.ts";

const RECORD_NAMES: [endpoint: RegExp, record: string][] = [
  [/product/i, "product"],
  [/customer/i, "customer"],
  [/support/i, "supportRequest"],
  [/^shop$/, "shop"],
  [/./, "order"],
];
/** The record that an endpoint answers with, as a dialect's `fields` call it. */
export const recordName = (endpoint: string) =>
  RECORD_NAMES.find(([pattern]) => pattern.test(endpoint))?.[1] ?? "";
/** A name as a property key, in quotes where it needs them. */
export const propertyKey = (name: string) =>
  /^([A-Za-z_]\w*|\d{1,9})$/.test(name) ? name : JSON.stringify(name);
/** The names that lead to a field within its record: `["lines[]", "item_id"]`. */
export const fieldPath = (path: string) => path.replace(/^results\[\]\.?/, "").split(".");

/** A field of a record, and the shop's name for it. */
type RenamedField = [path: string[], shopName: string];
/** Entries for a table of fields, one for each field of the record: `name: "title"`, `lines: { from: …, each: … }`. */
function fieldEntries(renamed: RenamedField[]): string[] {
  const groups = Map.groupBy(renamed, ([[first = ""]]) => first.replace("[]", ""));
  return [...groups].map(([name, group]) => {
    const from = group.find(([path]) => path.length === 1)?.[1] ?? name;
    const nested = group.filter(([path]) => path.length > 1);
    if (!nested.length) return `${name}: ${JSON.stringify(from)}`;
    const parts = nested.map(([path, shopName]): RenamedField => [path.slice(1), shopName]);
    return `${name}: { from: ${JSON.stringify(from)}, each: { ${fieldEntries(parts).join(", ")} } }`;
  });
}
/** The whole entry that maps one field: `fields: { product: { name: "title" } }`. */
export function mappingEntry(endpoint: EndpointName, path: string, shopName: string): string {
  if (path === "results") return `page: ${JSON.stringify(shopName)}`;
  const entries = fieldEntries([[fieldPath(path), shopName]]);
  return `fields: { ${recordName(endpoint)}: { ${entries.join(", ")} } }`;
}
