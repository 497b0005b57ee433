/**
 * What was found out of a shop, and the module that says it. A finding is one entry of a dialect's tables, with why
 * it is believed; `writeModule` makes TypeScript of them. Pure.
 */
import { propertyKey } from "../dialect-entries.ts";
import { quote } from "../reply.ts";

export interface Finding {
  /** Where it stands in the tables: `["fields", "order", "lines", "each", "price"]`. */
  at: string[];
  /** TypeScript. Absent: there is only something to say about it. */
  is?: string;
  /** What was seen that proves it. */
  proof?: string;
  /** What a person has to find out. */
  todo?: string;
}

/** Text of the shop's within a comment of one line. */
export const said = (text: unknown, max = 40) =>
  quote(typeof text === "string" ? `“${text}”` : String(JSON.stringify(text)), max).replaceAll(
    /[\s\u2028\u2029]+/g,
    " ",
  );
/** A string of TypeScript. */
export const code = (text: string) => JSON.stringify(text);
/** What nobody sees, a terminal obeys or a compiler takes for the end of a line: in a string an escape is the same. */
const escapeUnseen = (line: string) =>
  line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (unseen) => {
    return `\\u{${unseen.codePointAt(0)?.toString(16)}}`;
  });
/** A path whose placeholder is an argument of the same name, as a template of TypeScript. */
export const pathCode = (path: string, name: string) =>
  `\`${path.replaceAll(/[\\`$]/g, "\\$&").replace(`{${name}}`, `\${${name}}`)}\``;
/** A comment of one line: the names of the shop's in it end nothing. */
const remark = (text: string) => ` // ${text.replaceAll(/\s+/g, " ")}`;

// ── People ──────────────────────────────────────────────────────────────────────────────────────

const MAIL = /(?<![^\s“”"'=?&,()/:])(?!nobody)[^\s“”"'=?&,()/:]+(?:@|%40)[^\s“”"'=?&,()/]+\.\w+/g;
const OF_PEOPLE = /^(customers?|address|email|first_name|last_name|postcode)$/;
const NAMED =
  /((?:mail|phone|mobile|street|address|user_?name|(?:first|last|full|customer|buyer|recipient|contact)_?name)\w* )“(.)[^”]+”/gi;
/** Text without what is somebody's own: a module is committed, so that of an address the first letter has to do. */
const withoutPeople = (text: string, isOfPeople = false) => {
  const all = text.replace(MAIL, (mail) => `${mail.slice(0, 1)}…@…`);
  const named = all.replace(NAMED, "$1“$2…”");
  return isOfPeople
    ? named
        .replace(/“(.)[^”]+”/gu, "“$1…”")
        .replace(/(\?\w+=)(?!nobody)([^\s…@])[^\s@]+(?= )/g, "$1$2…")
    : named;
};
function withoutPeopleIn({ proof, todo, ...finding }: Finding): Finding {
  const isOfPeople = finding.at.some((name) => OF_PEOPLE.test(name));
  return {
    ...finding,
    ...(proof !== undefined && { proof: withoutPeople(proof, isOfPeople) }),
    ...(todo !== undefined && { todo: withoutPeople(todo, isOfPeople) }),
  };
}

/** The tables in the order in which `tables.ts` documents them. */
const ORDER =
  "currency idempotency paths only query lookup statuses page next record fields bodies".split(" ");

interface Node {
  finding?: Finding;
  notes: Finding[];
  parts: Map<string, Node>;
}
const newNode = (): Node => ({ notes: [], parts: new Map() });
function toTree(findings: Finding[]): Node {
  const root = newNode();
  for (const finding of findings) {
    const names = finding.is === undefined ? finding.at.slice(0, -1) : finding.at;
    let node = root;
    for (const name of names) {
      const part = node.parts.get(name) ?? newNode();
      node.parts.set(name, part);
      node = part;
    }
    if (finding.is === undefined) node.notes.push(finding);
    else node.finding = finding;
  }
  return root;
}
function linesOf(node: Node, keys?: string[]): string[] {
  const names = [...node.parts.keys()];
  const rank = (name: string) => (keys ?? ["from", "load", "each"]).indexOf(name);
  const sorted = names.toSorted((a, b) => rank(a) - rank(b));
  const parts = sorted.flatMap((name) => {
    const part = node.parts.get(name) ?? newNode();
    const { is, proof, todo } = part.finding ?? {};
    const isWithdrawn = is === "null" || is === "() => ({})";
    const comment = [
      proof && `${isWithdrawn ? "tried" : "proven"}: ${proof}`,
      todo && `TODO check: ${todo}`,
    ].filter(Boolean);
    const end = comment.length ? remark(comment.join("; ")) : "";
    if (is !== undefined) return [`${propertyKey(name)}: ${is},${end}`];
    // Parts of a thing that the server finds by itself: it has to be named for their sake.
    const isRule = part.parts.has("each") || part.parts.has("load");
    if (isRule && !part.parts.has("from"))
      part.parts.set("from", { ...newNode(), finding: { at: [], is: code(name) } });
    return [`${propertyKey(name)}: {`, ...linesOf(part), "},"];
  });
  const notes = node.notes.map(({ at, todo, proof }) =>
    remark(todo ? `TODO ${at.at(-1)}: ${todo}` : `${at.at(-1)}: ${proof}`).trim(),
  );
  return [...parts, ...notes];
}

/** The text of a module, as `bun fmt` would write it. */
export function writeModule(head: string[], findings: Finding[]): string {
  const comment = head.map((line) => ` * ${withoutPeople(line).replaceAll("*/", "* /")}`.trimEnd());
  const lines = [
    "/**",
    ...comment,
    " */",
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...linesOf(toTree(findings.map(withoutPeopleIn)), ORDER),
    "});",
    "",
  ];
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const text = lines.map(escapeUnseen).join("\n");
  const stdin = Buffer.from(text);
  return Bun.spawnSync(fmt, { stdin, stderr: "ignore" }).stdout.toString() || text;
}
