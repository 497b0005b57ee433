/**
 * What the page and its back end say to each other.
 *
 * @module
 */
import type { UIMessage } from "ai";

export type { ToolResult } from "../../ui/host.ts";

/** A field of the sign-in page. */
export type Field = { name: string; label: string; type: string; autoComplete: string };
/** What the page has to know before anything else. */
export interface PageInfo {
  /** The shop's own site: links may lead there, and pictures come from there. */
  shop: string;
  /** What is asked at sign-in. */
  fields: Field[];
  /** In the demo, who can sign in by a click. */
  people: { name: string; user: string; password: string }[];
  /** The model's name; `scripted` is none. */
  model: string;
  suggestions: string[];
}
/** `GET /api/session`. `id` is another one for each sign-in; it opens nothing. */
export interface SessionInfo extends PageInfo {
  shopper?: { id: string; name: string } | undefined;
}
/** `GET /api/chat`. */
export interface ChatInfo {
  messages: Message[];
  /** Whether an answer is under way. */
  isBusy: boolean;
}
/** `data-notice` is the storefront's own word about an answer: that it failed, or is not whole. */
export type Message = UIMessage<unknown, { notice: string }>;
/** What pages hear, from `GET /api/events`. */
export type ShopperEvent =
  | { type: "question"; id: string; message: string }
  | { type: "answered"; id: string }
  /** Something is not as it was: what is shown is read again. */
  | { type: "changed" }
  | { type: "signed_out" };
