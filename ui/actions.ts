/**
 * What the user has done in a view, as the model is told: without it, a model that knows only what it did itself asks
 * for what is done. Tools, ids and outcomes are told, in words of ours; what merchants wrote is not put into the user's
 * mouth, and a confirmation that is not given yet stays here.
 *
 * @module
 */
import type { ToolResult } from "./host.ts";
import { results } from "./results.ts";

const MAX_ACTIONS = 10;
const MAX_TEXT = 300; // characters of an argument or an address

interface Action {
  tool: string;
  arguments: Record<string, unknown>;
  outcome: string;
}
/** `cancel_order(order_id: "1054")`, whose texts are quoted and short. */
const format = ({ tool, arguments: args }: Action): string => {
  const given = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${tool}(${given.join(", ").slice(0, MAX_TEXT)})`;
};
const SENTENCES: Record<string, (action: string) => string> = {
  shown: (action) => `${action}: its result is on the screen.`,
  done: (action) => `${action}: done. Do not call it again.`,
  accepted: (action) => `${action}: the shop has accepted it. Do not call it again.`,
  confirmation_needed: (action) => `${action}: not confirmed, so nothing has changed.`,
  failed: (action) => `${action}: it failed, and the user has read why.`,
  unknown: (action) => `${action}: no answer came. Look at the order before anything else.`,
  opened: (action) => `${action}: opened outside the chat.`,
};

/** What came of a call. */
function outcomeOf(result: ToolResult | undefined): string {
  if (!result) return "unknown";
  if (result.isError) return "failed";
  const receipt = results.receipt.safeParse(result.structuredContent);
  return receipt.success ? receipt.data.outcome : "shown";
}

export class Actions {
  #list: Action[] = [];

  #add(action: Action) {
    this.#list = [...this.#list, action].slice(-MAX_ACTIONS);
  }
  /** @param result undefined where no answer came */
  add(tool: string, args: Record<string, unknown>, result: ToolResult | undefined): void {
    const { confirmation: _, ...rest } = args;
    this.#add({ tool, arguments: rest, outcome: outcomeOf(result) });
  }
  addLink(url: string): void {
    this.#add({ tool: "link", arguments: { url: url.slice(0, MAX_TEXT) }, outcome: "opened" });
  }
  describe(): { text: string; structuredContent: Record<string, unknown> } {
    const lines = this.#list.map((action) => `- ${SENTENCES[action.outcome]?.(format(action))}`);
    const text = `In the shop's view the user has done this themselves, the latest last:\n${lines.join("\n")}`;
    return { text, structuredContent: { done_by_user_in_view: this.#list } };
  }
}
