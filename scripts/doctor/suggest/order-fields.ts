/** The fields of an order but its lines, and those of a customer. */
import { propertyKey } from "../dialect-entries.ts";
import { isObject, type JsonObject } from "../reply.ts";
import { type Explorer, isLink, rowsIn } from "./explorer.ts";
import {
  allSources,
  amountText,
  entry,
  findField,
  hundredths,
  isBlank,
  isDate,
  isText,
  isWhole,
  plain,
  read,
  type Thing,
  thingOfRows,
  under,
} from "./fields.ts";
import { code, type Finding, said } from "./findings.ts";
import type { Lines } from "./order-lines.ts";
import type { Reference } from "./references.ts";
import type { Places } from "./places.ts";
import { followLinks, at } from "./sources.ts";

const PLACED =
  "placed_at created_at created date_placed ordered_at order_date date_created date_ordered ordered_on placed placed_on date purchased_at submitted_at created_on datetime timestamp time".split(
    " ",
  );
const UPDATED =
  "updated_at modified modified_at date_updated updated date_modified last_modified updated_on changed_at".split(
    " ",
  );
const DUE =
  "estimated_delivery estimated_delivery_date delivery_date expected_delivery expected_at eta due_date expected_delivery_date delivery_estimate".split(
    " ",
  );
export const STATUS = under(
  "status state order_status fulfillment_status fulfilment_status phase stage order_state current_status shipping_status",
  "name label title slug code value key",
);
const NUMBER =
  "order_number number reference ref order_no order_ref increment_id code order_reference public_id display_number reference_number invoice_number".split(
    " ",
  );
const TRACKING =
  "tracking_number tracking_code tracking_id tracking_no tracking awb parcel_number consignment shipment.tracking_number".split(
    " ",
  );
const COUNTS =
  "item_count num_items items_count total_items quantity_total total_quantity num_lines lines_count number_of_items".split(
    " ",
  );
const LINES =
  "lines items order_items positions order_lines line_items products entries orderitems item_set orderitem_set basket_lines articles details".split(
    " ",
  );

// ── Lines ───────────────────────────────────────────────────────────────────────────────────────

/**
 * The lines of each order: in its record, behind a link, or in a list below its path.
 *
 * @param orders the records as the shop sent them
 */
export async function findLines(
  explorer: Explorer,
  order: Thing,
  { template, places }: { template: string; places: Places },
): Promise<Lines | undefined> {
  const place = ["fields", "order", "lines"];
  const isRows = (value: unknown) =>
    Array.isArray(value) && value.every((one) => isObject(one) || isLink(one));
  const ids = order.samples.map(({ id }) => id);
  const sources = order.samples.map(({ record }) => record);
  const nested = ["", "basket.", "cart.", "data."].flatMap((parent) =>
    LINES.map((name) => parent + name),
  );
  const known = allSources(order).map(({ path }) => path.join("."));
  for (const usual of nested) {
    const name = known.find((one) => plain(one) === plain(usual));
    if (name === undefined) continue;
    const path = name.split(".");
    const values = sources.map((record) => at(record, path));
    const isOne =
      values.every((value) => isBlank(value) || isRows(value)) &&
      values.some((value) => Array.isArray(value) && value.length);
    if (!isOne) continue;
    const of = values.map((value) => (Array.isArray(value) ? value.filter(isObject) : []));
    const { rows, links } = await followEach(explorer, of);
    const isLoaded = order.links.has(name);
    const from: Finding = {
      at: [...place, "from"],
      is: code(name),
      proof: `${rows.flat().length} in ${rows.length === 1 ? "one order" : `${rows.length} orders`}`,
    };
    return {
      findings: [
        ...(name === "lines" && !isLoaded ? [] : [from]),
        ...(isLoaded ? [{ at: [...place, "load"], is: "true" }] : []),
      ],
      ...(!isLoaded && !name.includes(".") && { inRecord: name }),
      of: rows,
      links,
    };
  }
  // Below the order's own path.
  const own = template.replace(/\/?$/, "/");
  const documented = places.operations
    .filter(({ method, path }) => method === "GET" && isBelow(path, template))
    .map(({ path }) => path.replace(/^.*}\//, "").replace(/\/$/, ""));
  const slash = template.endsWith("/") ? "/" : "";
  for (const name of new Set([
    ...documented.filter((one) => LINES.includes(one.replaceAll("-", "_"))),
    "lines",
    "items",
  ])) {
    const of: JsonObject[][] = [];
    for (const id of ids) {
      const list = rowsIn(
        await explorer.json(`${own.replace(/{\w+}/, encodeURIComponent(id))}${name}${slash}`),
      );
      if (!list) break;
      of.push(list.rows);
    }
    if (of.length < ids.length || !of.flat().length) continue;
    const { rows, links } = await followEach(explorer, of);
    const path = `${own}${name}${slash}`;
    return {
      findings: [
        {
          at: [...place, "from"],
          is: code(path),
          proof: `it has ${rows.flat().length} of ${ids.length === 1 ? "one order" : `${ids.length} orders`}`,
        },
        { at: [...place, "load"], is: "true" },
      ],
      of: rows,
      links,
    };
  }
  return undefined;
}
const isBelow = (path: string, template: string) =>
  path.replace(/{\w+}/g, "{}").startsWith(template.replace(/{\w+}/g, "{}").replace(/\/?$/, "/")) &&
  path.replace(/\/$/, "") !== template.replace(/\/$/, "");
/** Lines with what their links lead to; of each link's name the first few are followed. */
async function followEach(explorer: Explorer, of: JsonObject[][]) {
  const links = new Set<string>();
  const rows: JsonObject[][] = [];
  let left = 8;
  for (const lines of of) {
    const own: JsonObject[] = [];
    for (const line of lines) {
      if (left-- <= 0 && !links.size) own.push(line);
      else {
        const followed = await followLinks(explorer, line, /^(order|basket|price)$/);
        // A product behind a link is its id, too: what it leads to is only looked into for what a line lacks.
        const isNamed = Object.keys(line).some((name) => /name|title/i.test(name));
        if (isNamed) own.push(line);
        else {
          for (const name of followed.links.keys()) links.add(name);
          own.push(followed.record);
        }
      }
    }
    rows.push(own);
  }
  return { rows, links };
}

// ── Fields ──────────────────────────────────────────────────────────────────────────────────────

/** The names of the parts of an address, the likeliest first. */
const PARTS: Record<string, string[]> = {
  line1:
    "line1 street street_address address1 address_1 address_line1 address_line_1 line_1 street1 street_1 street_address_1 street_line1 address road".split(
      " ",
    ),
  line2:
    "line2 address2 address_2 address_line2 address_line_2 line_2 street2 street_2 extra apartment_address apartment_number apartment_no address_line_two apartment apt unit suite street_line2 additional".split(
      " ",
    ),
  city: "city town locality municipality line4 city_name suburb".split(" "),
  state: "state region province county state_province area".split(" "),
  postcode: "postcode post_code postal_code zip zip_code zipcode postalcode plz postal".split(" "),
  country: [
    ..."country country_code country_name country_iso".split(" "),
    ...under("country", "printable_name name title code iso iso_3166_1_a2"),
  ],
};
const ADDRESSES =
  "address shipping_address ship_to delivery_address deliver_to shipping delivery ship_address recipient destination shipping_info default_address default_shipping_address primary_address addresses".split(
    " ",
  );
const isPart = (value: unknown) => isText(value) || typeof value === "number";

/** An address: an object, the first of a list, text, or fields of the record with a prefix. */
function address(thing: Thing, record: "order" | "customer"): Finding[] {
  const place = ["fields", record, "address"];
  const partsOf = (names: string[], value: JsonObject) =>
    Object.entries(PARTS).flatMap(([part, usual]) => {
      const name = usual.find(
        (one) =>
          names.includes(plain(one)) && (isPart(partAt(value, one)) || isBlank(partAt(value, one))),
      );
      return name ? [{ part, name }] : [];
    });
  const known = thing.samples.flatMap((one) => Object.keys(one.record));
  for (const usual of ADDRESSES) {
    const name = known.find((one) => plain(one) === plain(usual));
    if (name === undefined) continue;
    const values = thing.samples.map((one) => one.record[name]).filter((value) => !isBlank(value));
    const isList = values.some(Array.isArray);
    const chosen = isList ? chooseAddress(values, name) : undefined;
    if (chosen && "todo" in chosen) return [{ at: place, todo: chosen.todo }];
    const objects = values.flatMap((value) =>
      Array.isArray(value) ? value.filter(chosen?.is ?? (() => true)).slice(0, 1) : [value],
    );
    const [first] = objects;
    if (!objects.length) continue;
    if (objects.every(isText)) {
      if (name === "email") continue;
      const isOfLines = objects.some((text) => /\n/.test(text));
      const text = read("row", [name]);
      const line1 = `${text}${isOfLines ? '.split(/\\s*\\n\\s*/).join(", ")' : ""}`;
      const is = `(row) => (${text} ? { line1: ${line1} } : undefined)`;
      return [{ at: place, is, proof: `all of it is one text: ${said(first, 60)}` }];
    }
    if (!objects.every(isObject) || !isObject(first)) continue;
    const keys = Object.keys(first).flatMap((key) => [
      plain(key),
      ...(isObject(first[key])
        ? Object.keys(first[key]).map((inner) => plain(`${key}.${inner}`))
        : []),
    ]);
    const parts = partsOf(keys, first);
    if (parts.length < 2) continue;
    const own = parts.map(({ part, name: usual }) => ({ part, path: pathIn(first, usual) }));
    const isLoaded = thing.links.has(name);
    const each = own.filter(({ part, path }) => part !== path.join("."));
    if (name === "address" && !each.length && !isList && !isLoaded) return [];
    const from = code(isList && !isLoaded ? `${name}.0` : name);
    const show = own.flatMap(({ part, path }) =>
      isBlank(at(first, path)) ? [] : [`${part} ${said(at(first, path))}`],
    );
    return [
      {
        at: [...place, "from"],
        is: chosen?.code ?? from,
        proof: show.join(", "),
        ...(isList &&
          !chosen?.code && { todo: "the only one here: which, where there are several?" }),
      },
      ...(isLoaded ? [{ at: [...place, "load"], is: "true" }] : []),
      ...each.map(({ part, path: [head = "", ...rest] }) => {
        const isLink = thing.links.has(`${name}.${head}`);
        const is = isLink
          ? `{ from: ${code(head)}, load: true, each: ${code(rest.join("."))} }`
          : code([head, ...rest].join("."));
        return { at: [...place, "each", part], is };
      }),
      ...(isObject(first.country) && !each.some(({ part }) => part === "country")
        ? [{ at: [...place, "each", "country"], is: "null" }]
        : []),
    ];
  }
  const prefixes =
    record === "order"
      ? [
          "shipping_",
          "delivery_",
          "ship_to_",
          "ship_",
          "shipping_address_",
          "delivery_address_",
          "",
        ]
      : [""];
  for (const prefix of prefixes) {
    const [sample] = thing.samples;
    if (!sample) break;
    const names = Object.keys(sample.record)
      .filter((name) => name.startsWith(prefix))
      .map((name) => plain(name.slice(prefix.length)));
    const stripped = Object.fromEntries(
      Object.entries(sample.record)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
    const parts = partsOf(names, stripped).map(({ part, name }) => ({
      part,
      path: pathIn(stripped, name),
    }));
    const isOne =
      parts.some(({ part }) => part === "line1") &&
      parts.some(({ part }) => part === "city" || part === "postcode");
    if (!isOne) continue;
    const show = parts.flatMap(({ part, path }) =>
      isBlank(at(stripped, path)) ? [] : [`${part} ${said(at(stripped, path))}`],
    );
    return [
      {
        at: [...place, "from"],
        is: "(row) => row",
        proof: `its parts are fields of the record: ${show.join(", ")}`,
      },
      ...parts.map(({ part, path }) => ({
        at: [...place, "each", part],
        is: code(prefix + path.join(".")),
      })),
    ];
  }
  // A field of that name which is something else.
  const [value] = thing.samples.flatMap((one) =>
    isBlank(one.record.address) ? [] : [one.record.address],
  );
  return value !== undefined && !isObject(value)
    ? [{ at: place, is: "null", proof: `it is ${said(value)}, no address` }]
    : [];
}
const partAt = (value: JsonObject, name: string) => at(value, pathIn(value, name));
/** Names of a flag that one address of several has: to this one is sent. */
const DEFAULTS =
  /^(is_?)?default_?(for_?)?(shipping|delivery)(_?address)?$|^(is_?)?(shipping|delivery)_?default$/i;
const DEFAULT = /^(is_?)?(default|primary|main|preferred)(_?address)?$/i;
/** Which address of several goods are sent to: the one that is flagged as that, of the others none is known. */
function chooseAddress(
  values: unknown[],
  name: string,
): { is?: (one: unknown) => boolean; code?: string } | { todo: string } {
  const lists = values.filter(Array.isArray).map((list) => list.filter(isObject));
  const keys = [...new Set(lists.flat().flatMap((one) => Object.keys(one)))];
  const flagOf = (pattern: RegExp) =>
    keys.find(
      (key) => pattern.test(key) && lists.flat().every((one) => typeof one[key] === "boolean"),
    );
  const flag = flagOf(DEFAULTS) ?? flagOf(DEFAULT);
  if (flag === undefined && lists.every((list) => list.length <= 1)) return {};
  const isOne =
    flag !== undefined &&
    lists.some((list) => list.some((one) => one[flag])) &&
    lists.every((list) => list.filter((one) => one[flag]).length <= 1);
  const kind = keys.find((key) => /(^|_)(type|kind)$/i.test(key));
  const isBilling = (one: JsonObject) =>
    flag !== undefined && one[flag] === true && kind !== undefined && /^b/i.test(String(one[kind]));
  const most = Math.max(...lists.map(({ length }) => length));
  if (!isOne || lists.flat().some(isBilling)) {
    const by = keys.filter((key) => key === flag || key === kind);
    const shown = lists
      .find(({ length }) => length === most)
      ?.map((one, index) =>
        [`${name}.${index}`, ...by.map((key) => `${key} ${said(one[key])}`)].join(", "),
      );
    return { todo: `${shown?.slice(0, 4).join("; or ")}: which is where goods are sent?` };
  }
  const list = /^[a-z_$][\w$]*$/i.test(name) ? `row.${name}` : `row[${code(name)}]`;
  return {
    is: (one) => isObject(one) && one[flag] === true,
    code: `(row) => ${list}?.find((one: { ${code(flag)}: boolean }) => one[${code(flag)}])`,
  };
}
/** The names in an object that mean a usual one. */
function pathIn(value: JsonObject, usual: string): string[] {
  const [head = "", leaf] = usual.split(".");
  const own = Object.keys(value).find((name) => plain(name) === plain(head)) ?? head;
  if (leaf === undefined) return [own];
  const inner = Object.keys(Object(value[own])).find((name) => plain(name) === plain(leaf)) ?? leaf;
  return [own, inner];
}

/** How many pieces an order has, where only its lines say it. */
function countPieces(
  lines: Lines | undefined,
  quantity: string | undefined,
  hasCount: boolean,
): Finding[] {
  const name = lines?.inRecord;
  if (hasCount || !name || !quantity) return [];
  const is = `(order) => ${read("order", [name])}?.reduce((sum: number, line: { ${propertyKey(quantity)}: number }) => sum + Number(${read("line", [quantity])}), 0)`;
  return [{ at: ["fields", "order", "item_count"], is, proof: "the sum over its lines" }];
}
/** What an order has beside its id, amounts, lines and status. */
export function orderFields(
  order: Thing,
  lines: Lines | undefined,
  quantity: string[] | undefined,
  references: Map<string, Reference> = new Map(),
): Finding[] {
  const quantityOf = (line: JsonObject) => (quantity ? Number(at(line, quantity)) : 1);
  const place = (name: string) => ["fields", "order", name];
  const placed = findField(order, { names: PLACED, is: isDate });
  const updated = findField(order, { names: UPDATED, is: isDate });
  const isBefore =
    placed &&
    updated &&
    order.samples.every(
      ({ record }) =>
        String(at(record, placed.source.path)).slice(0, 19) <=
        String(at(record, updated.source.path)).slice(0, 19),
    );
  const tracking = findField(order, { names: TRACKING, is: (value) => isText(value) });
  const count = findField(order, { names: COUNTS, is: isWhole });
  const pieces = lines?.of.map((those) => those.reduce((all, line) => all + quantityOf(line), 0));
  const isCount =
    count &&
    pieces?.length &&
    order.samples.every(
      ({ record }, index) => Number(at(record, count.source.path)) === pieces[index],
    );
  return [
    ...(placed
      ? entry(place("placed_at"), {
          ...placed,
          ...(isBefore && {
            proof: `${placed.seen} is not after ${updated.source.path.join(".")} ${updated.seen}`,
          }),
        })
      : []),
    ...(updated && updated.source.path.join() !== placed?.source.path.join()
      ? entry(place("updated_at"), {
          ...updated,
          ...(isBefore && {
            proof: `${updated.seen} is not before ${placed.source.path.join(".")}`,
          }),
        })
      : []),
    ...entry(place("estimated_delivery"), findField(order, { names: DUE, is: isDate })),
    ...(tracking && !tracking.source.link && !("shipments" in (order.samples[0]?.record ?? {}))
      ? [
          {
            at: place("shipments"),
            is: `(row) => (${read("row", tracking.source.path)} ? [{ tracking_ids: [${read("row", tracking.source.path)}] }] : [])`,
            proof: `${tracking.seen} is a tracking number`,
          },
        ]
      : []),
    ...(tracking && !tracking.source.link
      ? [
          {
            at: place("tracking_ids"),
            is: `(row) => (${read("row", tracking.source.path)} ? [${read("row", tracking.source.path)}] : [])`,
            proof: `${tracking.seen} is one`,
          },
        ]
      : []),
    ...(count && isCount
      ? entry(place("item_count"), {
          ...count,
          proof: `${count.seen} is the number of pieces in its lines`,
        })
      : count && count.source.path.join() === "item_count" && pieces?.length
        ? [
            {
              at: place("item_count"),
              is: "null",
              proof: `it is ${count.seen} where the lines have ${pieces[0]} pieces`,
            },
          ]
        : []),
    ...countPieces(
      lines,
      quantity?.length === 1 ? quantity[0] : undefined,
      Boolean(count && isCount) || order.samples.some(({ row }) => "item_count" in row),
    ),
    ...referredAddress(order, references),
    ...referredPayments(order, references),
    ...permissions(order),
  ];
}
/** The address of an order, which may be another record that it has the id of. */
function referredAddress(order: Thing, references: Map<string, Reference>): Finding[] {
  const name = ADDRESSES.find((one) => references.has(one));
  const reference = name === undefined ? undefined : references.get(name);
  if (name === undefined || !reference) return address(order, "order");
  const samples = order.samples.flatMap((sample) => {
    const record = reference.records.get(String(sample.record[name]));
    return record ? [{ ...sample, record: { [name]: record }, row: {} }] : [];
  });
  const found = address({ samples, links: new Set([name]) }, "order");
  return found.map((finding) =>
    finding.at.at(-1) === "from" ? { ...finding, is: code(reference.path) } : finding,
  );
}
/** Payments that an order has the ids of: whether they are for the whole of it is not said there. */
const referredPayments = (order: Thing, references: Map<string, Reference>): Finding[] =>
  [...references]
    .filter(([name]) => /payment|transaction/i.test(name))
    .map(([name, { path, records }]) => {
      const id = order.samples.map(({ record }) => record[name]).find((one) => !isBlank(one));
      const fields = Object.entries(records.get(String(id)) ?? {})
        .filter(([key]) => /status|state|amount|total|option|method|type|kind/i.test(key))
        .map(([key, value]) => `${key} ${said(value)}`);
      const has = fields.length ? `with ${fields.join(", ")}` : "without a status or an amount";
      const todo = `${name} (${said(id)}) is the record at ${path}, ${has}: was it paid, and how much?`;
      return { at: ["fields", "order", "payments"], todo };
    });
const PERMISSIONS: Record<string, string> = {
  can_cancel:
    "is_cancellable cancellable is_cancelable cancelable can_be_cancelled can_be_canceled",
  can_return: "is_returnable returnable can_be_returned",
  can_change: "is_editable editable can_edit can_be_changed",
};
const permissions = (order: Thing) =>
  Object.entries(PERMISSIONS).flatMap(([name, others]) =>
    entry(
      ["fields", "order", name],
      findField(order, {
        names: [name, ...others.split(" ")],
        is: (value) => typeof value === "boolean",
      }),
    ),
  );

/** The number of an order beside its id, the same in the list and in the record, another for each order. */
export function orderNumber(order: Thing, idKey: string) {
  const isNumber = (value: unknown) =>
    (typeof value === "string" || typeof value === "number") &&
    /^[\w#./-]{1,40}$/.test(String(value)) &&
    !isDate(value);
  const found = findField(order, { names: NUMBER.filter((name) => name !== idKey), is: isNumber });
  if (!found) return undefined;
  const values = order.samples.map(({ record }) => String(at(record, found.source.path)));
  const isDistinct =
    new Set(values).size === values.length &&
    order.samples.every(({ id }, index) => id !== values[index]);
  return isDistinct && values.length > 1 ? found : undefined;
}

// ── Sub-resources ───────────────────────────────────────────────────────────────────────────────

const KINDS = "kind type payment_type transaction_type".split(" ");
/** What tells a payment that was made from one that failed, or was given back. */
const OUTCOMES = "status state outcome result success is_successful refunded is_refunded".split(
  " ",
);
const AMOUNTS = "amount total value sum paid amount_paid amount_debited".split(" ");
/** The payments of an order, in it or in a list below its path. What they add up to is the total. */
export async function payments(
  explorer: Explorer,
  order: Thing,
  {
    template,
    places,
    totals,
  }: { template: string; places: Places; totals: (number | undefined)[] },
): Promise<Finding[]> {
  const place = ["fields", "order", "payments"];
  const slash = template.endsWith("/") ? "/" : "";
  const below = template.replace(/\/?$/, "/");
  const documented = places.operations.some(
    ({ path }) => isBelow(path, template) && /payments\/?$/.test(path),
  );
  let from = "payments";
  let of = order.samples.map(({ record }) => record.payments ?? record.transactions);
  if (order.samples.some(({ record }) => "transactions" in record && !("payments" in record)))
    from = "transactions";
  const isInRecord = of.some(
    (value) => Array.isArray(value) && value.length && value.every(isObject),
  );
  if (!isInRecord) {
    from = `${below}payments${slash}`;
    of = [];
    for (const { id } of order.samples) {
      const rows = rowsIn(await explorer.json(from.replace(/{\w+}/, encodeURIComponent(id))));
      if (!rows && !documented) return [];
      of.push(rows?.rows);
    }
  }
  const rows = of.flatMap((value) => (Array.isArray(value) ? value : [])).filter(isObject);
  if (!rows.length) return [];
  const own = thingOfRows(rows);
  const amount = findField(own, { names: AMOUNTS, is: (value) => hundredths(value) !== undefined });
  if (!amount) return [];
  const kind = findField(own, { names: KINDS, is: isText });
  const sums = of.map((value) =>
    (Array.isArray(value) ? value : []).reduce(
      (all, one) => all + (hundredths(at(one, amount.source.path)) ?? 0),
      0,
    ),
  );
  const paidOf = of.map((value) => Array.isArray(value) && value.length > 0);
  const areAll = sums.every((sum, one) => !paidOf[one] || sum === totals[one]);
  const outcome = findField(own, {
    names: OUTCOMES,
    is: (value) => isText(value) || typeof value === "boolean",
  });
  const isTotal = areAll && !outcome;
  const index = sums.findIndex((sum) => sum > 0);
  const link = from.startsWith("/") || order.links.has(from);
  if (!isTotal) {
    const amounts = `${from} has ${rows.length}, such as ${said(at(rows[0], amount.source.path))}`;
    const what = outcome ? `, and ${outcome.source.path.join(".")} ${outcome.seen}` : "";
    return [
      ...(from === "payments" && !link
        ? [
            {
              at: place,
              is: "null",
              proof: "it is not known which were paid, and which given back",
            },
          ]
        : []),
      { at: place, todo: `${amounts}${what}: which are a payment, which a refund?` },
    ];
  }
  return [
    ...(from === "payments" && !link
      ? []
      : [
          {
            at: [...place, "from"],
            is: code(from),
            proof: `they add up to the total, ${amountText(sums[index] ?? 0)}`,
          },
        ]),
    ...(link ? [{ at: [...place, "load"], is: "true" }] : []),
    ...(amount.source.path.join(".") === "amount"
      ? []
      : [
          {
            at: [...place, "each", "amount"],
            is: amount.is,
            proof: `${amountText(sums[index] ?? 0)} is the total`,
          },
        ]),
    ...(kind
      ? kind.is === '"kind"'
        ? []
        : [
            {
              at: [...place, "each", "kind"],
              is: kind.is,
              todo: `chosen by its name alone; it holds ${kind.seen}`,
            },
          ]
      : [
          {
            at: [...place, "each", "kind"],
            is: '() => "payment"',
            proof: "they add up to the total, so that none is a refund",
          },
        ]),
  ];
}

// ── Customers ───────────────────────────────────────────────────────────────────────────────────

/** The fields of a customer but the id. */
export function customerFields(thing: Thing): Finding[] {
  const place = (name: string) => ["fields", "customer", name];
  const isMail = (value: unknown) => typeof value === "string" && /^[^@\s]+@[^@\s]+$/.test(value);
  const name = (names: string) => findField(thing, { names: names.split(" "), is: isText });
  const inUser = (names: string) => [
    ...names.split(" "),
    ...names.split(" ").map((one) => `user.${one}`),
  ];
  return [
    ...entry(
      place("email"),
      mail(thing, inUser("email mail e_mail email_address user_email"), isMail),
    ),
    ...entry(
      place("first_name"),
      name(inUser("first_name firstname given_name forename").join(" ")),
    ),
    ...entry(place("last_name"), name(inUser("last_name lastname family_name surname").join(" "))),
    ...address(thing, "customer"),
  ];
}
/** An e-mail address is what it looks like. */
function mail(thing: Thing, names: string[], is: (value: unknown) => boolean) {
  const found = findField(thing, { names, is });
  return found && { ...found, proof: found.proof ?? `${found.seen} is an address` };
}
