/**
 * What a view needs of whatever it stands in: an MCP host (ui/main.tsx) or a page of your own.
 *
 * @module
 */

/** What a tool call comes to: a tool result of MCP, with its text in one piece. */
export interface ToolResult {
  structuredContent?: unknown;
  text: string;
  isError: boolean;
}
export interface ViewHost {
  /** Calls a tool of the shop's server. It rejects where no answer arrives. */
  call(tool: string, args: Record<string, unknown>): Promise<ToolResult>;
  /** Opens an http(s) address outside the view. */
  openLink(url: string): void;
  /** Puts a message of the user's into the chat. */
  say(text: string): void;
  /** Whether a picture may be loaded from here. */
  allowsImage(url: string): boolean;
  /** BCP 47: `de-AT`. The words of the view, too, are in it where ui/words.ts has them. */
  locale: string;
  /** IANA: `Europe/Vienna`. @default the browser's */
  timeZone?: string | undefined;
  /** @default the browser's clock */
  now?(): Date;
  /** Whether a button may call this tool; where it may not, the button puts the wish into the chat. @default every one */
  offers?(tool: string): boolean;
  /** Shows a product or an order on a page of its own. @default the view shows it in its own place */
  navigate?(tool: "get_product" | "get_order", args: Record<string, unknown>): void;
}
