/**
 * Views of a shop: what a tool's result says, as something to look at. `ToolView` chooses by the tool's name.
 *
 * ```tsx
 * import "./view.css";
 * <ToolView tool="get_order" args={{ order_id: "1036" }} result={result} host={host} />
 * ```
 *
 * @module
 */
import type { ToolResult, ViewHost } from "./host.ts";
import { readResult } from "./results.ts";

export type { ToolResult, ViewHost } from "./host.ts";
export { hasView } from "./kinds.ts";

export interface ToolViewProps {
  /** The tool's name: `search_products`. */
  tool: string;
  /** The arguments that it was called with. */
  args?: Record<string, unknown> | undefined;
  /** @default the call is under way */
  result?: ToolResult | undefined;
  /** Why there is no result: the call was cancelled, the connection is lost. */
  error?: string | undefined;
  host: ViewHost;
}
/** The view of one tool call, from its start to its end. */
export function ToolView({ tool, result, error, host }: ToolViewProps) {
  const read = result && !result.isError ? readResult(tool, result.structuredContent) : undefined;
  return (
    <div className="shop-view" lang={host.locale}>
      {read ? <pre>{JSON.stringify(read.data, null, 2)}</pre> : <p>{error ?? result?.text}</p>}
    </div>
  );
}
