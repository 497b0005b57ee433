/** Entries of a dialect, as text. `operation-checks.ts` proposes them one by one, `suggest-dialect.ts` as a whole module. */
import type { EndpointName } from "../../server.ts";

const NOUNS: [RegExp, string][] = [
  [/product/i, "product"],
  [/customer/i, "customer"],
  [/support/i, "supportRequest"],
  [/^shop$/, "shop"],
  [/./, "order"],
];
export const nounOf = (name: string) => NOUNS.find(([form]) => form.test(name))?.[1] ?? "";
export const quoted = (name: string) =>
  /^([A-Za-z_]\w*|\d{1,9})$/.test(name) ? name : JSON.stringify(name);

/** The entries of a dialect's table of fields for these paths, each with the shop's name for it. */
export function tableOf(likes: [path: string[], like: string][]): string[] {
  const groups = Map.groupBy(likes, ([[first = ""]]) => first.replace("[]", ""));
  return [...groups].map(([name, group]) => {
    const from = group.find(([path]) => path.length === 1)?.[1] ?? name;
    const deeper = group.filter(([path]) => path.length > 1);
    if (!deeper.length) return `${name}: ${JSON.stringify(from)}`;
    const rest = deeper.map(([path, like]): [string[], string] => [path.slice(1), like]);
    return `${name}: { from: ${JSON.stringify(from)}, each: { ${tableOf(rest).join(", ")} } }`;
  });
}
export const pathIn = (key: string) => key.replace(/^results\[\]\.?/, "").split(".");
export function mapping(name: EndpointName, key: string, like: string): string {
  if (key === "results") return `page: ${JSON.stringify(like)}`;
  return `fields: { ${nounOf(name)}: { ${tableOf([[pathIn(key), like]]).join(", ")} } }`;
}
