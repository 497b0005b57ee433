/**
 * Which tool a result is of. A host may say so, with a prefix of its own before the name, or leave it to the result.
 *
 * @module
 */
import { KINDS, type Kind } from "./kinds.ts";
import { results } from "./results.ts";
import type { ToolResult } from "./host.ts";

/** Kinds of results whose tool makes no difference to the view, and one such tool; what another fits fits no earlier one. */
const BY_KIND: [Kind, string][] = [
  ["products", "search_products"],
  ["product", "get_product"],
  ["orders", "list_orders"],
  ["order", "get_order"],
];
/** Changes by an argument that they alone have, or have first. The others can be told from none. */
const BY_ARGUMENT: [argument: string, tool: string][] = [
  ["reason", "cancel_order"],
  ["item_ids", "return_items"],
  ["subject", "contact_support"],
];

/**
 * The name of the tool, as this server calls it; "" where it cannot be known.
 * @param named as the host calls it
 */
export function toolOf(
  named: string | undefined,
  {
    args = {},
    result,
  }: { args?: Record<string, unknown> | undefined; result?: ToolResult | undefined },
): string {
  const known = Object.keys(KINDS).find((tool) =>
    new RegExp(`(^|[^a-z])${tool}$`).test(named ?? ""),
  );
  const fits = (kind: Kind) => results[kind].safeParse(result?.structuredContent).success;
  const kind = known && KINDS[known];
  if (known && kind && (!result || result.isError || fits(kind))) return known;
  const byKind = BY_KIND.find(([kind]) => fits(kind))?.[1];
  const byArgument = fits("receipt") && BY_ARGUMENT.find(([name]) => name in args)?.[1];
  return byKind ?? (byArgument || known || "");
}
