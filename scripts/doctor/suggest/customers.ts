/** Where a shop has the profile of whoever asks, and whether it can search customers. */
import { isDenied, isObject, isOk, type JsonObject } from "../reply.ts";
import { request } from "../visit.ts";
import { type Explorer, isLink, NOWHERE } from "./explorer.ts";
import { code, type Finding, pathCode, said } from "./findings.ts";
import { read } from "./fields.ts";
import { ask, gives, listWith, namesFor, type Obeyed } from "./arguments.ts";
import { bestList, type Place, type Places, prefixOf } from "./places.ts";
import { idIn, type Located, locateRecord, scalarsOf } from "./records.ts";

const ME =
  /\/(me|profile|account|whoami|user|current[-_]?user|my[-_]?(account|profile)|customer|self)\/?$/i;
const USUAL = [
  "users/me",
  "customers/me",
  "me",
  "profile",
  "account",
  "user",
  "auth/user",
  "auth/users/me",
  "auth/me",
  "dj-rest-auth/user",
  "rest-auth/user",
  "account/profile",
  "accounts/me",
  "accounts/profile",
  "customer",
];
const isMail = (value: unknown): value is string =>
  typeof value === "string" && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value);

export interface Profile {
  path: string;
  /** Where the answer has it, `data.data`; absent: it is it. */
  envelope?: string;
  record: JsonObject;
  email: string | undefined;
  proof: string;
}
/** Somebody in an answer, in up to two envelopes, and the names that lead there. */
function personIn(
  json: unknown,
  path: string[] = [],
): { record: JsonObject; path: string[] } | undefined {
  if (!isObject(json)) return undefined;
  const own = Object.keys(json);
  if (own.some((name) => /^(e?mail|email_address|username)$/i.test(name)))
    return { record: json, path };
  const inner = Object.entries(json).filter(([, value]) => isObject(value));
  const [[name, value] = [], ...others] = inner;
  const isEnvelope = name !== undefined && !others.length && own.length <= 4 && path.length < 2;
  return isEnvelope ? personIn(value, [...path, name]) : undefined;
}
/** The profile of the token's owner: JSON with an e-mail address or a user name, and only with the token. */
export async function findProfile(
  explorer: Explorer,
  places: Places,
): Promise<Profile | undefined> {
  const { visit } = explorer;
  if (!visit.settings.django_api_token) return undefined;
  const prefixes = [
    ...new Set([...places.lists.map(({ path }) => prefixOf(path)), "/api", "", "/api/v1"]),
  ];
  const known = places.known.filter((path) => ME.test(path) && !path.includes("{"));
  const usual = USUAL.flatMap((end) => prefixes.map((prefix) => `${prefix}/${end}`));
  const isSlashed = places.lists.every(({ path }) => path.replace(/\?.*/, "").endsWith("/"));
  for (const path of new Set([...known, ...usual.map((one) => (isSlashed ? `${one}/` : one))])) {
    const json = await explorer.json(path);
    if (!isObject(json)) continue;
    const inside = personIn(json);
    const record = inside?.record ?? json;
    const scalars = new Map(scalarsOf(record));
    const email = [...scalars.values()].find(isMail);
    if (!email && !(scalars.has("username") && scalars.size > 1)) continue;
    const anonymous = await request(visit, visit.settings.django_api_base + path, {
      token: undefined,
    });
    if (isOk(anonymous) && !isDenied(anonymous)) continue; // it is there for anybody
    const whose = email ? `e-mail ${said(email)}` : `user name ${said(scalars.get("username"))}`;
    return {
      path,
      record,
      email,
      ...(inside?.path.length && { envelope: inside.path.join(".") }),
      proof: `it has the ${whose}; without the token, it answers HTTP ${anonymous.status}`,
    };
  }
  return undefined;
}

export interface Customers {
  list: Place | undefined;
  located: Located | undefined;
  findings: Finding[];
}
/** The customers of the shop, for staff: where they are, and by what they can be searched. */
export async function findCustomers(
  explorer: Explorer,
  places: Places,
  profile: Profile | undefined,
): Promise<Customers> {
  const list = bestList(places, "customer");
  const nouns = /\/(customers?|users?|clients?|members?|accounts?|people)\/$/i;
  const located =
    list && (await locateRecord(explorer, list, { places, idName: "customer_id", nouns }));
  const findings: Finding[] = [];
  const record = located && pathCode(located.template, "customer_id");
  if (profile && located) {
    const me = await explorer.json(located.template.replace("{customer_id}", "me"));
    const isProfile = isObject(me) && JSON.stringify(me) === JSON.stringify(profile.record);
    findings.push({
      at: ["paths", "customer"],
      is: isProfile
        ? code(located.template)
        : `({ customer_id }) => (customer_id === "me" ? ${code(profile.path)} : ${record})`,
      proof: `${profile.path}: ${profile.proof}; ${located.proof}`,
    });
  } else if (profile)
    findings.push({
      at: ["paths", "customer"],
      is: `({ customer_id }) => (customer_id === "me" ? ${code(profile.path)} : null)`,
      proof: profile.proof,
      todo: "this token finds no other customer; one of staff may",
    });
  else if (located)
    findings.push({
      at: ["paths", "customer"],
      is: `({ customer_id }) => (customer_id === "me" ? null : ${record})`,
      proof: located.proof,
    });
  else if (explorer.visit.settings.django_api_token)
    findings.push({
      at: ["paths", "customer"],
      todo: "no address was found at which the shop says who asks",
    });
  if (list && located) {
    findings.push({
      at: ["paths", "customers"],
      is: code(list.path),
      proof: `${list.count} of them`,
    });
    findings.push(...(await searchParameters(explorer, list, places)));
  }
  return { list, located, findings };
}
async function searchParameters(
  explorer: Explorer,
  list: Place,
  places: Places,
): Promise<Finding[]> {
  const rows = list.rows.map((row) => new Map(scalarsOf(row)));
  const valueOf = (pattern: RegExp) => {
    for (const row of rows) {
      const [key, value] =
        [...row].find(([name, text]) => pattern.test(name) && typeof text === "string" && text) ??
        [];
      if (key && typeof value === "string") return { key, value };
    }
    return undefined;
  };
  const wanted: [name: string, pattern: RegExp, usual: string[], nobody: string][] = [
    [
      "email",
      /e?mail/i,
      ["email", "email__iexact", "search", "q", "query"],
      "nobody@nowhere.invalid",
    ],
    [
      "first_name",
      /(^|\.)(first|given)_?name/i,
      ["first_name", "first_name__iexact", "search", "q"],
      NOWHERE,
    ],
    [
      "last_name",
      /(^|\.)(last|family)_?name|surname/i,
      ["last_name", "last_name__iexact", "search", "q"],
      NOWHERE,
    ],
    [
      "postcode",
      /postcode|zip|postal/i,
      ["postcode", "zip", "postal_code", "search", "q"],
      NOWHERE,
    ],
  ];
  const findings: Finding[] = [];
  for (const [name, pattern, usual, nobody] of wanted) {
    const shown = valueOf(pattern);
    const obeyed =
      shown &&
      (await findOne(explorer, list, { names: namesFor(list, places, usual), nobody, ...shown }));
    const at = ["query", name];
    if (obeyed) findings.push({ at, is: code(obeyed.name), proof: obeyed.proof });
    else
      findings.push({
        at,
        is: "null",
        proof: shown
          ? `none of ${usual.map((one) => `?${one}=`).join(", ")} empties the list for ${nobody}`
          : "its rows do not show it",
      });
  }
  return findings;
}
async function findOne(
  explorer: Explorer,
  list: Place,
  { names, nobody, key, value }: { names: string[]; nobody: string; key: string; value: string },
): Promise<Obeyed | undefined> {
  for (const name of names) {
    const none = await listWith(explorer, list, { [name]: nobody });
    if (!none || none.rows.length) continue;
    const some = await listWith(explorer, list, { [name]: value });
    const isTheirs = some?.rows.some(
      (row) => String(new Map(scalarsOf(row)).get(key)).toLowerCase() === value.toLowerCase(),
    );
    if (some && isTheirs)
      return {
        name,
        proof: `${gives({ [name]: value }, some)}, ${ask({ [name]: nobody })} gives 0`,
      };
  }
  return undefined;
}

/** The customer's id in a record of theirs. */
export function customerIdIn(
  profile: Profile | undefined,
  located: Located | undefined,
): Finding[] {
  const at = ["fields", "customer", "customer_id"];
  if (located) {
    const isThere = !profile || new Map(scalarsOf(profile.record)).has(located.key);
    if (located.key === "customer_id" && isThere) return [];
    if (isThere) return [{ at, is: code(located.key), proof: located.proof }];
    return [
      {
        at,
        is: `(row) => ${read("row", located.key.split("."))} ?? "me"`,
        proof: `${located.proof}; the profile has none`,
      },
    ];
  }
  if (!profile) return [];
  const own = new Map(scalarsOf(profile.record));
  const key = ["customer_id", "id", "pk", "uuid", "user_id"].find((name) => own.has(name));
  if (key === "customer_id") return [];
  if (key)
    return [
      {
        at,
        is: code(key),
        proof: `${profile.path} is the only profile, with ${key} ${said(own.get(key))}`,
      },
    ];
  return [{ at, is: '() => "me"', proof: "the profile has no id of its own" }];
}
/** What may be somebody's name: a module is committed, so that only its shape is told. */
const isName = (value: unknown): value is string =>
  typeof value === "string" && !isLink(value) && !/^[\d-]+$|^[\da-f-]{32,}$/i.test(value);
/** Which field of an order says whose it is: the one that has a customer's id. */
export function customerIdOfOrder(
  rows: JsonObject[],
  ids: Set<string>,
  { explorer, located, own }: { explorer: Explorer; located: Located | undefined; own: string },
): Finding[] {
  const at = ["fields", "order", "customer_id"];
  const names = [
    "customer_id",
    "customer",
    "user_id",
    "user",
    "owner",
    "buyer",
    "customer.id",
    "user.id",
    "account",
    "client",
    "placed_by",
    "created_by",
  ];
  const idOf = (value: unknown) => {
    const path = typeof value === "string" ? explorer.pathOf(value) : undefined;
    return (path && located && idIn(located.template, path)) ?? String(value);
  };
  for (const name of names) {
    const values = rows.map((row) => new Map(scalarsOf(row)).get(name));
    if (name === own || !values.length || values.some((value) => value === undefined)) continue;
    const known = values.filter((value) => ids.has(idOf(value)));
    if (!known.length || known.length < values.length / 2) continue;
    return name === "customer_id"
      ? []
      : [{ at, is: code(name), proof: `${said(known[0])} is a customer's id` }];
  }
  const shown = names.find(
    (name) =>
      name !== own && rows.length > 0 && rows.every((row) => new Map(scalarsOf(row)).has(name)),
  );
  if (!shown || shown === "customer_id") return [];
  const sent = new Map(scalarsOf(rows[0] ?? {})).get(shown);
  const value = isName(sent) ? `a text of ${sent.length} characters` : said(sent);
  return [{ at, todo: `${shown} (${value})? No customer was found with that id` }];
}
