/**
 * Whether a row is one that was asked for, by what the row itself says. `judge` is called for each filter of a call
 * and each row that the shop sent.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, NumberText } from "./json.ts";
import { compareDecimals, decimal, fold, idText, moneyIn, statusNamed } from "./sameness.ts";

/**
 * `yes` and `no` are what the row says; `unclear` is near enough for either; `unsaid`: the row does not say, so that
 * a note has to.
 */
export type Judgement = "yes" | "no" | "unclear" | "unsaid";

const words = (sent: Json | undefined): string | undefined =>
  typeof sent === "string" && fold(sent) ? fold(sent) : undefined;
function sameWords(asked: unknown, sent: Json | undefined): Judgement {
  const [own, said] = [fold(String(asked)), words(sent)];
  if (said === undefined) return "unsaid";
  if (own === said) return "yes";
  return said.includes(own) || own.includes(said) ? "unclear" : "no";
}
function whole(asked: unknown, sent: Json | undefined): Judgement {
  const judged = sameWords(asked, sent);
  return judged === "unclear" ? "no" : judged;
}
/** Every text in a row, however deep. */
function textsIn(json: Json): string[] {
  if (typeof json === "string") return [json];
  if (json instanceof NumberText) return [json.text];
  if (Array.isArray(json)) return json.flatMap(textsIn);
  return isObject(json) ? Object.values(json).flatMap(textsIn) : [];
}
function inRange(row: JsonObject, isOut: (amount: string) => boolean): Judgement {
  const { amount, clarity } = moneyIn(row, "price", []);
  if (amount === undefined || clarity === "wrong") return "unsaid";
  if (clarity === "odd") return isOut(amount) ? "unsaid" : "unclear"; // it may be left out
  return isOut(amount) ? "no" : "yes";
}
const exact = (asked: unknown) => decimal(String(asked)) ?? "0";

const judges: Record<string, (asked: unknown, row: JsonObject) => Judgement> = {
  query(asked, row) {
    const said = fold(textsIn(row).join(" "));
    return fold(String(asked))
      .split(" ")
      .every((word) => said.includes(word))
      ? "yes"
      : "unsaid";
  },
  category: (asked, row) => sameWords(asked, row["category"]),
  min_price: (asked, row) => inRange(row, (amount) => compareDecimals(amount, exact(asked)) < 0),
  max_price: (asked, row) => inRange(row, (amount) => compareDecimals(amount, exact(asked)) > 0),
  in_stock(asked, { available }) {
    if (asked !== true) return "unclear"; // "false" is no filter, or one; hosts fill it in
    return typeof available === "boolean" ? (available ? "yes" : "no") : "unsaid";
  },
  status(asked, row) {
    const word = idText(row["status"]);
    const status = word === undefined ? "unknown" : statusNamed(word);
    return status === "unknown" ? "unsaid" : status === asked ? "yes" : "no";
  },
  customer_id(asked, row) {
    if (asked === "me") return "unclear"; // whoever that is
    const { customer_id: id, customer } = row;
    const whose =
      idText(id) ??
      idText(isObject(customer) ? (customer["customer_id"] ?? customer["id"]) : customer);
    return whose === undefined ? "unsaid" : whose === String(asked) ? "yes" : "no";
  },
  email: (asked, row) => whole(asked, row["email"]),
  first_name: (asked, row) => sameWords(asked, row["first_name"]),
  last_name: (asked, row) => sameWords(asked, row["last_name"]),
  postcode(asked, row) {
    const said = idText(row["postcode"]); // numbers, too: they are what many shops store
    if (said === undefined) return "unsaid";
    const [own, other] = [String(asked), said].map((one) => fold(one).replace(/[\s-]/g, ""));
    return own === other ? "yes" : "no";
  },
};
/** The arguments that narrow a list. */
export const isFilter = (name: string): boolean => Object.hasOwn(judges, name);
/** Strict hosts fill in every argument: an optional one that is nothing asks for nothing. */
const isNothing = (asked: unknown) => asked === "" || asked === 0 || asked === false;
/** What a row says about one filter. */
export const judge = (filter: string, asked: unknown, row: JsonObject): Judgement =>
  isNothing(asked) ? "yes" : (judges[filter]?.(asked, row) ?? "unclear");

/** What a row says about all filters of a call: the worst. */
export function judgeAll(args: Record<string, unknown>, row: JsonObject): Judgement {
  const all = Object.entries(args).map(([name, asked]) =>
    isFilter(name) ? judge(name, asked, row) : "yes",
  );
  return (["no", "unclear", "unsaid"] as const).find((one) => all.includes(one)) ?? "yes";
}

// ── The order of rows ───────────────────────────────────────────────────────────────────────────

type Compare = (a: JsonObject, b: JsonObject) => number | undefined;
const byPrice: Compare = (a, b) => {
  const [one, other] = [moneyIn(a, "price", []), moneyIn(b, "price", [])];
  if (one.amount === undefined || other.amount === undefined) return undefined;
  if (one.clarity !== "good" || other.clarity !== "good") return undefined; // it may be left out
  return one.currencies.join() === other.currencies.join()
    ? compareDecimals(one.amount, other.amount)
    : undefined;
};
/** Whether a name has no markup, and no spaces but single ones between words. */
const isToldAsSent = (name: string) => /^[^\s<&]+( [^\s<&]+)*$/.test(name);
/** By name, where every usual way to compare names agrees. */
const byName: Compare = (a, b) => {
  const [one, other] = [a, b].map((row) => row["name"] ?? row["title"]);
  if (typeof one !== "string" || typeof other !== "string") return undefined;
  if ([one, other].some((name) => !isToldAsSent(name))) return undefined;
  const plain = one < other ? -1 : one > other ? 1 : 0;
  const folded = fold(one) < fold(other) ? -1 : fold(one) > fold(other) ? 1 : 0;
  return plain === folded && Math.sign(one.localeCompare(other)) === plain ? plain : undefined;
};
const time = ({ placed_at: at }: JsonObject) =>
  typeof at === "string" && /^\d{4}-\d\d-\d\dT/.test(at) ? Date.parse(at) : Number.NaN;
/** Newest first. */
export const byAge: Compare = (a, b) => {
  const difference = time(b) - time(a);
  return Number.isNaN(difference) ? undefined : difference;
};
/** The order that a `sort` asks for; undefined where it asks for none. */
export const orderOf = (sort: unknown): Compare | undefined =>
  sort === "price"
    ? byPrice
    : sort === "-price"
      ? (a, b) => byPrice(b, a)
      : sort === "name"
        ? byName
        : undefined;

/** The first two rows that stand the wrong way round. Rows that cannot be compared may stand anywhere. */
export function firstDisorder(
  rows: JsonObject[],
  compare: Compare,
): [JsonObject, JsonObject] | undefined {
  for (const [n, later] of rows.entries())
    for (const earlier of rows.slice(0, n))
      if ((compare(earlier, later) ?? 0) > 0) return [earlier, later];
  return undefined;
}
