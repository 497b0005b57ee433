/** The views of results, from the repository's `ui/`. Where you have copied that to, say so here. */

export type { Shop as ShopInfo } from "../../../ui/results.ts";
export { hasView, ToolView, type ToolResult, type ViewHost } from "../../../ui/views.tsx";
