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
export const code = (text: string) =>
  JSON.stringify(text).replaceAll(/[\u2028\u2029]/g, (end) =>
    end === "\u2028" ? "\\u2028" : "\\u2029",
  );

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
      proof && (isWithdrawn ? proof : `proven: ${proof}`),
      todo && `TODO check: ${todo}`,
    ].filter(Boolean);
    const end = comment.length ? ` // ${comment.join("; ")}` : "";
    if (is !== undefined) return [`${propertyKey(name)}: ${is},${end}`];
    // Parts of a thing that the server finds by itself: it has to be named for their sake.
    const isRule = part.parts.has("each") || part.parts.has("load");
    if (isRule && !part.parts.has("from"))
      part.parts.set("from", { ...newNode(), finding: { at: [], is: code(name) } });
    return [`${propertyKey(name)}: {`, ...linesOf(part), "},"];
  });
  const notes = node.notes.map(({ at, todo, proof }) =>
    todo ? `// TODO ${at.at(-1)}: ${todo}` : `// ${at.at(-1)}: ${proof}`,
  );
  return [...parts, ...notes];
}

/** The text of a module, as `bun fmt` would write it. */
export function writeModule(head: string[], findings: Finding[]): string {
  const comment = head.map((line) => ` * ${line.replaceAll("*/", "* /")}`.trimEnd());
  const lines = [
    "/**",
    ...comment,
    " */",
    'import { defineShop } from "../shop/mapping/define-shop.ts";',
    "",
    "export default defineShop({",
    ...linesOf(toTree(findings), ORDER),
    "});",
    "",
  ];
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const stdin = Buffer.from(lines.join("\n"));
  const cwd = import.meta.dir; // by the settings of this repository, wherever the doctor is started
  return Bun.spawnSync(fmt, { cwd, stdin, stderr: "ignore" }).stdout.toString() || lines.join("\n");
}
