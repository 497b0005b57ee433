/**
 * What was found out about a shop, and the module that says it. A finding is one entry of a dialect's tables, with
 * the reason to believe it; `writeModule` turns findings into TypeScript. Nothing here sends a request.
 */
import { endpoints } from "../../../shop/contract.ts";
import { RECORDS } from "../../../shop/mapping/tables.ts";
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
const TABLES =
  "currency idempotency paths only query lookup statuses page next record fields bodies".split(" ");
/** The parts of a rule, then the fields of a line or a variant as a reader looks for them. */
const PARTS = "from load each item_id product_id name options price quantity available".split(" ");
/** The order of the entries at a place, which is the contract's own. */
function namesInOrder([table, thing, ...more]: string[]): string[] {
  if (table === undefined) return TABLES;
  if (table === "paths") return Object.keys(endpoints);
  if (table !== "fields" || more.length) return PARTS;
  const [, record] = Object.entries(RECORDS).find(([name]) => name === thing) ?? [];
  return Object.keys(record?.shape ?? RECORDS);
}
const MAX_WIDTH = 100; // of a line, as `bun fmt` has it
/** Text in lines, of which those that continue another are set in. What a shop calls things ends none of them. */
function wrap(text: string, width: number): string[] {
  const [first = "", ...words] = text.split(/\s+/);
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = `  ${word}`;
    }
  }
  return [...lines, line];
}
const commentLines = (text: string, width: number) =>
  wrap(text, width - 3).map((line) => `// ${line}`);

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
/** A proof with what it shows: that an entry holds, or why a field is left out. That of a parameter says itself what was tried. */
function labelled({ at: [table], is, proof = "" }: Finding): string {
  const isWithdrawn = is === "null" || is === "() => ({})";
  if (isWithdrawn && /^(tried|not looked|left out)/.test(proof)) return proof;
  if (table === "fields" && isWithdrawn) return `left out: ${proof}`;
  const isTried = isWithdrawn || (table === "lookup" && is === "true");
  return `${isTried ? "tried" : "proven"}: ${proof}`;
}
/** An entry with its comments: behind it where they fit, above it elsewhere. */
function entryLines(name: string, finding: Finding, width: number): string[] {
  const { is, proof, todo } = finding;
  const entry = `${propertyKey(name)}: ${is},`;
  const comments = [
    ...(proof ? [labelled(finding)] : []),
    ...(todo ? [`TODO check: ${todo}`] : []),
  ];
  const remark = comments.join("; ").replaceAll(/\s+/g, " ");
  const line = remark ? `${entry} // ${remark}` : entry;
  if (line.length <= width) return [line];
  return [...comments.flatMap((comment) => commentLines(comment, width)), entry];
}
function linesOf(node: Node, path: string[] = []): string[] {
  const names = [...node.parts.keys()];
  const order = namesInOrder(path);
  const rank = (name: string) => order.indexOf(name);
  const sorted = names.toSorted((a, b) => rank(a) - rank(b));
  const width = MAX_WIDTH - 2 * (path.length + 1);
  const parts = sorted.flatMap((name) => {
    const part = node.parts.get(name) ?? newNode();
    if (part.finding) return entryLines(name, part.finding, width);
    // Parts of a thing that the server finds by itself: it has to be named for their sake.
    const isRule = part.parts.has("each") || part.parts.has("load");
    if (isRule && !part.parts.has("from"))
      part.parts.set("from", { ...newNode(), finding: { at: [], is: code(name) } });
    return [`${propertyKey(name)}: {`, ...linesOf(part, [...path, name]), "},"];
  });
  const notes = node.notes.flatMap(({ at, todo, proof }) =>
    commentLines(todo ? `TODO ${at.at(-1)}: ${todo}` : `${at.at(-1)}: ${proof}`, width),
  );
  return [...parts, ...notes];
}

/** The text of a module, as `bun fmt` would write it. */
export function writeModule(head: string[], findings: Finding[]): string {
  const about = head.flatMap((line) =>
    wrap(withoutPeople(line).replaceAll("*/", "* /"), MAX_WIDTH - 3),
  );
  const comment = about.map((line) => ` * ${line}`.trimEnd());
  const lines = [
    "/**",
    ...comment,
    " */",
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...linesOf(toTree(findings.map(withoutPeopleIn))),
    "});",
    "",
  ];
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const text = lines.map(escapeUnseen).join("\n");
  const stdin = Buffer.from(text);
  const cwd = import.meta.dir; // by the settings of this repository, wherever the doctor is started
  return Bun.spawnSync(fmt, { cwd, stdin, stderr: "ignore" }).stdout.toString() || text;
}
