/**
 * What the page and its back end say to each other.
 *
 * @module
 */
import type { UIMessage } from "ai";

export type { ToolResult } from "../../ui/host.ts";

/** `GET /api/session`: what the page has to know before anything else. */
export interface PageInfo {
  /** Of the shop's own site: links may lead there, and pictures come from there. */
  shop: string;
  /** What is asked at sign-in; a token is sent as the password. */
  fields: ("user" | "password" | "token")[];
  /** In the demo, who can sign in by a click. */
  people: { name: string; user: string; password: string }[];
  /** The model's name; `scripted` is none. */
  model: string;
  suggestions: string[];
}
export interface SessionInfo extends PageInfo {
  shopper?: { name: string };
}
/** A message of the conversation. `data-notice` is the storefront's own word about an answer: that it failed, or is not whole. */
export type Message = UIMessage<unknown, { notice: string }>;
/** What pages hear, from `GET /api/events`. */
export type ShopperEvent =
  | { type: "question"; id: string; message: string }
  | { type: "answered"; id: string }
  /** Something of the shop has changed: what is shown is read again. */
  | { type: "changed" }
  /** The conversation is this long now. */
  | { type: "conversation"; length: number }
  | { type: "signed_out" };
