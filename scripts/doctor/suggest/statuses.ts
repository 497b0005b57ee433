/**
 * The shop's statuses, from its document, from OPTIONS and from rows, and which of the contract's each is: only
 * where the word leaves no doubt.
 */
import { STATUSES } from "../../../shop/contract.ts";
import { propertyKey } from "../dialect-entries.ts";
import { isObject, type JsonObject } from "../reply.ts";
import { type Finding, said } from "./findings.ts";
import { resolve } from "./places.ts";

type Canonical = (typeof STATUSES)[number];
/** Words that mean one thing wherever a shop says them. */
const CERTAIN: [RegExp, Canonical][] = [
  [
    /^(pending|new|open|placed|received|created|submitted|order (placed|received)|awaiting (processing|payment)|payment pending|pending payment|waiting for (processing|payment)|not started|unpaid)$/,
    "pending",
  ],
  [
    /^(processing|in process(ing)?|being (processed|packed|prepared)|in progress|preparing|packing|picking|packed|ready to ship|ready for shipping|awaiting (shipment|dispatch|shipping))$/,
    "processing",
  ],
  [
    /^(shipped|sent|dispatched|despatched|in transit|on (its|the) way|out for delivery|handed to carrier)$/,
    "shipped",
  ],
  [/^(delivered|arrived)$/, "delivered"],
  [/^(cancell?ed|order cancell?ed|cancell?ed by (the )?(customer|shop|user))$/, "cancelled"],
  [/^(return requested|requested return|return pending)$/, "return_requested"],
  [/^(exchange requested|requested exchange)$/, "exchange_requested"],
];
const words = (label: string) =>
  label
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ")
    .trim();
const meaningOf = (label: string): Canonical | undefined =>
  CERTAIN.find(([pattern]) => pattern.test(words(label)))?.[1];

export interface Statuses {
  /** The shop's words or numbers, with the text that it shows for them. */
  labels: Map<string, string>;
  /** The contract's, by the shop's. */
  meanings: Map<string, Canonical>;
}
/** The choices of a field named like a status, anywhere in the document. */
function documented(
  document: JsonObject | undefined,
  field: string,
  ofOrders: RegExp,
): [string, string][] {
  const components = isObject(document?.components) ? document.components : {};
  const schemas = { ...Object(components.schemas), ...Object(document?.definitions) };
  return Object.entries<unknown>(schemas).flatMap(([name, schema]) => {
    const { properties } = resolve(document, schema);
    if (!ofOrders.test(name) || !isObject(properties) || !(field in properties)) return [];
    const own = resolve(document, properties[field]);
    const one = Array.isArray(own.oneOf) ? resolve(document, own.oneOf[0]) : own;
    const values = Array.isArray(one.enum) ? one.enum : [];
    const texts = new Map(
      Array.from(
        String(one.description ?? own.description ?? "").matchAll(/\* `([^`]+)` - ([^\n*]+)/g),
        ([, value = "", label = ""]) => [value, label.trim()],
      ),
    );
    return values
      .filter((value) => value !== null && value !== "")
      .map((value): [string, string] => [String(value), texts.get(String(value)) ?? String(value)]);
  });
}
/**
 * @param options.metadata what OPTIONS says of the field
 * @param options.rows with the field and perhaps its text: `status_display`
 */
export function findStatuses(
  field: string[],
  {
    document,
    metadata,
    rows,
    valueOf,
  }: {
    document: JsonObject | undefined;
    metadata: JsonObject;
    rows: JsonObject[];
    valueOf: (row: JsonObject) => unknown;
  },
): Statuses {
  const labels = new Map<string, string>();
  const name = field.at(-1) ?? "";
  const add = (value: string, label: string) => {
    if (!labels.has(value) || labels.get(value) === value) labels.set(value, label);
  };
  for (const [value, label] of documented(document, field[0] ?? "", /order|purchase|sale/i))
    add(value, label);
  const own = metadata[field[0] ?? ""];
  const choices = isObject(own) && Array.isArray(own.choices) ? own.choices : [];
  for (const choice of choices)
    if (isObject(choice)) add(String(choice.value), String(choice.display_name ?? choice.value));
  for (const row of rows) {
    const value = valueOf(row);
    if (!/^(string|number)$/.test(typeof value) || value === "") continue;
    const shown = [
      `${name}_display`,
      `${name}_label`,
      `${name}_name`,
      `${name}_text`,
      `get_${name}_display`,
      `${name}Display`,
      `${name}Label`,
    ]
      .map((key) => row[key])
      .find((label) => typeof label === "string");
    add(String(value), typeof shown === "string" ? shown : String(value));
  }
  const meanings = new Map<string, Canonical>();
  for (const [value, label] of labels) {
    const meaning = meaningOf(label) ?? meaningOf(value);
    if (meaning) meanings.set(value, meaning);
  }
  return { labels, meanings };
}
/** The table `statuses`. */
export function statusFindings({ labels, meanings }: Statuses): Finding[] {
  const all = [...labels].toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  if (all.every(([value]) => meanings.get(value) === value)) return [];
  return all.map(([value, label]): Finding => {
    const at = ["statuses", value];
    const meaning = meanings.get(value);
    const says = label === value ? "" : `the shop says ${said(label)}`;
    if (meaning) return { at, is: JSON.stringify(meaning), ...(says && { proof: says }) };
    return {
      at: ["statuses", propertyKey(value)],
      todo: `${says ? `${says}; ` : ""}which of the contract's statuses is it, if any?`,
    };
  });
}
