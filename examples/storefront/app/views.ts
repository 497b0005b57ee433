/** The views of results, from the repository's `ui/`. Where you have copied that to, say so here. */

export { hasView, ToolView, type ToolResult, type ViewHost } from "../../../ui/views.tsx";
