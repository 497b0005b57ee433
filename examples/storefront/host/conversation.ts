/**
 * A shopper's conversation with the assistant, kept within bounds.
 *
 * @module
 */
import { generateId } from "ai";
import type { Message } from "../protocol.ts";

const MOST_MESSAGES = 60;
const MOST_CHARACTERS = 400_000;

const said = (role: "user" | "assistant", text: string): Message => {
  return { id: generateId(), role, parts: [{ type: "text", text }] };
};
/** The latest turns that fit; each begins with what the shopper said, as some models want it. */
function trim(messages: Message[]): Message[] {
  const starts = messages.flatMap(({ role }, at) => (role === "user" ? [at] : []));
  const fits = starts.find((at) => {
    const kept = messages.slice(at);
    return kept.length <= MOST_MESSAGES && JSON.stringify(kept).length <= MOST_CHARACTERS;
  });
  return messages.slice(fits ?? -1);
}
export class Conversation {
  messages: Message[] = [];
  /** The answer under way. */
  turn: { stop(): void } | undefined;
  #news: string[] = [];

  /** Begins a turn with what the shopper says. @returns what the model is to read */
  begin(text: string, turn: { stop(): void }): Message[] {
    this.turn = turn;
    return (this.messages = trim([...this.messages, said("user", text)]));
  }
  /** Ends a turn, with what has come of it. */
  end(messages: Message[]): void {
    this.messages = messages;
    this.turn = undefined;
    this.addNews();
  }
  /** Puts in what the shop says, behind the answer under way. */
  addNews(...news: string[]): void {
    this.#news.push(...news);
    if (this.turn) return;
    this.messages = [
      ...this.messages,
      ...this.#news.splice(0).map((text) => said("assistant", text)),
    ];
  }
}
