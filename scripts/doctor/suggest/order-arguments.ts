/** What becomes of the arguments of a list of orders, and how an order is found by its number. */
import { findFilter, findSize, gives, listWith, namesFor, SIZES, tried } from "./arguments.ts";
import { type Explorer, NOWHERE } from "./explorer.ts";
import { entry } from "./fields.ts";
import { code, type Finding } from "./findings.ts";
import { orderNumber } from "./order-fields.ts";
import type { Place, Places } from "./places.ts";
import { scalarsOf } from "./records.ts";
import { at } from "./sources.ts";
import type { Statuses } from "./statuses.ts";

/** How many rows come, of the list that there is. */
export async function sizeArgument(
  explorer: Explorer,
  places: Places,
  place: Place,
): Promise<Finding[]> {
  const at = ["query", "limit"];
  const size = await findSize(explorer, place, places);
  if (size) return [{ at, is: code(size.name), proof: size.proof }];
  const few = `${place.path} has too few rows to see which parameter limits them`;
  if (place.rows.length < 3) return [{ at, todo: few }];
  const names = tried(namesFor(place, places, SIZES));
  return [{ at, is: "null", proof: `${names}: none gives 1 row of ${place.rows.length}` }];
}
const STATUS_NAMES = ["status", "state", "order_status", "status__iexact", "phase"];
const CUSTOMER_NAMES = ["customer", "customer_id", "user", "user_id", "owner"];
export async function orderArguments(
  explorer: Explorer,
  places: Places,
  place: Place,
  {
    statuses,
    status,
    customerIds,
  }: { statuses: Statuses; status: string[] | undefined; customerIds: Set<string> },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const inRows = status && place.rows.some((row) => at(row, status) !== undefined);
  if (status && inRows) {
    const values = [...new Set(place.rows.map((row) => String(at(row, status))))];
    const nowhere = values.every((value) => /^\d+$/.test(value)) ? "9999" : NOWHERE;
    const names = namesFor(place, places, STATUS_NAMES);
    const filter = await findFilter(explorer, place, {
      names,
      valueOf: (row) => at(row, status),
      values,
      nowhere,
    });
    const perMeaning = Map.groupBy([...statuses.meanings], ([, meaning]) => meaning);
    const isManyToOne = [...perMeaning.values()].some((all) => all.length > 1);
    const why = filter
      ? `${filter.proof}; several of its statuses are one here`
      : `${tried(names)}: none narrows the list to one status`;
    if (filter && !isManyToOne)
      findings.push({ at: ["query", "status"], is: code(filter.name), proof: filter.proof });
    else if (place.isWhole)
      findings.push({
        at: ["query", "status"],
        is: "() => ({})",
        proof: `${why}; the list comes whole, and the server looks at its rows`,
      });
    else {
      const [one = "", two = ""] = values;
      const both =
        filter && two
          ? await listWith(explorer, place, { [`${filter.name}__in`]: `${one},${two}` })
          : undefined;
      const isObeyed =
        both?.rows.length &&
        both.rows.every((row) => [one, two].includes(String(at(row, status)))) &&
        both.count < place.count;
      findings.push(
        isObeyed && filter
          ? {
              at: ["query", "status"],
              is: `(_, { own }) => ({ ${filter.name}__in: own.join() })`,
              proof: gives({ [`${filter.name}__in`]: `${one},${two}` }, both),
            }
          : { at: ["query", "status"], is: "null", proof: why },
      );
    }
  } else
    findings.push({
      at: ["query", "status"],
      is: "null",
      proof: "not looked for: the rows show no status",
    });
  const rows = place.rows.map((row) => new Map(scalarsOf(row)));
  const isCustomer = (name: string) =>
    name.startsWith("customer") || rows.some((row) => customerIds.has(String(row.get(name))));
  const key = ["customer_id", "customer", "user_id", "user", "owner", "buyer"].find(
    (name) => rows.every((row) => row.has(name)) && isCustomer(name),
  );
  const ids = key ? [...new Set(rows.map((row) => String(row.get(key))))] : [];
  const nowhere = ids.every((id) => /^\d+$/.test(id)) ? "987654321" : NOWHERE;
  const customerNames = namesFor(place, places, CUSTOMER_NAMES);
  const byCustomer =
    key && ids.length > 1
      ? await findFilter(explorer, place, {
          names: customerNames,
          valueOf: (row) => new Map(scalarsOf(row)).get(key),
          values: ids,
          nowhere,
        })
      : undefined;
  const isOwn =
    byCustomer && (await listWith(explorer, place, { [byCustomer.name]: "me" }))?.rows.length;
  const customer = ["query", "customer"];
  if (byCustomer && isOwn)
    findings.push({ at: customer, is: code(byCustomer.name), proof: byCustomer.proof });
  else {
    const why = byCustomer
      ? `${byCustomer.proof}; but ?${byCustomer.name}=me is not, and \`me\` is an argument, too`
      : ids.length > 1
        ? `${tried(customerNames)}: none narrows the list to one customer`
        : "not looked for: the orders show no two customers";
    findings.push({ at: customer, is: "null", [byCustomer ? "todo" : "proof"]: why });
  }
  return findings;
}

/** The number of an order, and by which parameter its list finds it. */
export async function numberFindings(
  explorer: Explorer,
  places: Places,
  place: Place,
  number: NonNullable<ReturnType<typeof orderNumber>>,
): Promise<Finding[]> {
  const { path } = number.source;
  const name = path.join(".");
  const field = entry(["fields", "order", "order_number"], number, ["number"]);
  const lookup = ["lookup", "order_number"];
  const inRows = place.rows
    .map((row) => at(row, path))
    .filter((value) => value !== undefined && value !== "")
    .map(String);
  const wanted = inRows.at(-1);
  if (!wanted)
    return [
      ...field,
      { at: lookup, todo: `rows of the list have no ${name}, so that it cannot be looked up` },
    ];
  for (const one of namesFor(place, places, [
    name,
    "number",
    "order_number",
    "reference",
    "ref",
    "search",
    "q",
  ])) {
    const none = await listWith(explorer, place, { [one]: NOWHERE });
    if (!none || none.rows.length) continue;
    const some = await listWith(explorer, place, { [one]: wanted });
    if (!some?.rows.some((row) => String(at(row, path)) === wanted)) continue;
    const is = /^(search|q)$/.test(one) ? `(number) => ({ ${one}: number })` : code(one);
    return [
      ...field,
      {
        at: lookup,
        is,
        proof: `${gives({ [one]: wanted }, some)}, ?${one}=${NOWHERE.slice(0, 4)}… gives 0`,
      },
    ];
  }
  return [
    ...field,
    { at: lookup, is: "true", proof: "no usual parameter finds one, so the list is read through" },
  ];
}
