/**
 * The assistant beside the pages: what was said, what is being done, and where to write.
 *
 * @module
 */
import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { Message } from "../protocol.ts";
import { api, wordsOf } from "./api.ts";
import { Prose } from "./prose.tsx";
import { hasView, type ToolResult, ToolView, type ViewHost } from "./views.ts";

const textOf = (message?: Message) =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
const transport = new DefaultChatTransport<Message>({
  api: "/api/chat",
  prepareSendMessagesRequest: ({ messages }) => ({ body: { text: textOf(messages.at(-1)) } }), // the rest is there
});
/** What the back end says of a failure, or that it says nothing. */
function wordsOfFailure(error: Error): string {
  try {
    return JSON.parse(error.message).message;
  } catch {
    return "The assistant cannot be reached. Look at your connection, then try again.";
  }
}

/** A tool of MCP as the AI SDK keeps its result. */
interface CallResult {
  structuredContent?: unknown;
  content?: { type: string; text?: string }[];
  isError?: boolean;
}
const toResult = ({ structuredContent, content = [], isError = false }: CallResult): ToolResult => {
  return { structuredContent, text: content.map(({ text = "" }) => text).join("\n"), isError };
};
function Part({
  part,
  host,
  isLast,
}: {
  part: Message["parts"][number];
  host: ViewHost;
  isLast: boolean;
}) {
  if (part.type === "text") return <Prose text={part.text} isLink={host.allowsImage} />;
  if (part.type === "data-notice") return <p className="notice">{part.data}</p>;
  if (part.type !== "dynamic-tool") return null;
  if (part.state === "output-error") return <p className="notice">{part.errorText}</p>;
  if (part.state !== "output-available")
    return isLast ? (
      <p className="progress">{part.title ?? part.toolName.replaceAll("_", " ")} …</p>
    ) : null;
  const result = toResult(part.output as CallResult); // dynamic tools are MCP's alone
  if (!hasView(part.toolName) || result.isError)
    return result.isError ? <p className="notice">{result.text}</p> : null;
  return <ToolView tool={part.toolName} args={Object(part.input)} result={result} host={host} />;
}

export interface ChatHandle {
  say(text: string): void;
}
interface ChatProps {
  host: ViewHost;
  suggestions: string[];
  model: string;
  /** How long the conversation is on the server. */
  length: number | undefined;
  ref: Ref<ChatHandle>;
}
export function Chat({ host, suggestions, model, length, ref }: ChatProps) {
  const { messages, setMessages, sendMessage, status, error, clearError } = useChat<Message>({
    transport,
  });
  const [isBusy, setBusy] = useState(false); // with an answer that another page asked for, or this one before a reload
  const [failure, setFailure] = useState("");
  const log = useRef<HTMLDivElement>(null);
  const isAnswering = isBusy || status === "submitted" || status === "streaming";

  const load = useCallback(async () => {
    const chat = await api<{ messages: Message[]; isBusy: boolean }>("GET chat");
    setMessages(chat.messages);
    setBusy(chat.isBusy);
  }, [setMessages]);
  const isOwn = status === "submitted" || status === "streaming";
  useEffect(() => {
    if (isOwn || (length !== undefined && length === messages.length && !isBusy)) return;
    load().catch((reason: unknown) => setFailure(wordsOf(reason)));
  }, [length, isOwn, load]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => log.current?.lastElementChild?.scrollIntoView({ block: "end" }), [messages]);

  function say(text: string): void {
    if (isAnswering || !text.trim()) return;
    setFailure("");
    clearError();
    void sendMessage({ text });
  }
  useImperativeHandle(ref, () => ({ say }));
  const act = (what: string) => api(what).catch((reason: unknown) => setFailure(wordsOf(reason)));
  return (
    <>
      <div
        className="log"
        role="log"
        aria-label="Conversation"
        aria-busy={isAnswering}
        ref={log}
        tabIndex={0}
      >
        {messages.map((message, nth) => (
          <article
            key={message.id}
            className={message.role}
            aria-label={message.role === "user" ? "You" : "Assistant"}
          >
            {message.parts.map((part, at) => (
              <Part
                key={at}
                part={part}
                host={host}
                isLast={isAnswering && nth === messages.length - 1}
              />
            ))}
          </article>
        ))}
        {!messages.length && <Welcome model={model} suggestions={suggestions} onChoose={say} />}
        {isAnswering && messages.at(-1)?.role !== "assistant" && (
          <p className="progress">The assistant is thinking …</p>
        )}
        {(error || failure) && (
          <p className="notice" role="alert">
            {error ? wordsOfFailure(error) : failure}
          </p>
        )}
      </div>
      <Composer
        isAnswering={isAnswering}
        onSay={say}
        onStop={() => void act("POST stop")}
        onClear={messages.length ? () => void act("DELETE chat").then(load) : undefined}
      />
    </>
  );
}
function Welcome({
  model,
  suggestions,
  onChoose,
}: {
  model: string;
  suggestions: string[];
  onChoose(text: string): void;
}) {
  return (
    <div className="welcome">
      <p>
        Ask for a present, for an order, or for a change. Nothing is changed before you have agreed
        to it.
      </p>
      {model === "scripted" && (
        <p className="fine">No model is set up, so a script answers. It knows these sentences:</p>
      )}
      <ul>
        {suggestions.map((text) => (
          <li key={text}>
            <button type="button" onClick={() => onChoose(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
interface ComposerProps {
  isAnswering: boolean;
  onSay(text: string): void;
  onStop(): void;
  onClear?: (() => void) | undefined;
}
function Composer({ isAnswering, onSay, onStop, onClear }: ComposerProps) {
  const [text, setText] = useState("");
  function send(): void {
    if (isAnswering || !text.trim()) return;
    onSay(text.trim());
    setText("");
  }
  return (
    <form className="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      <label className="hidden" htmlFor="message">
        Message to the assistant
      </label>
      <textarea
        id="message"
        rows={2}
        maxLength={2000}
        placeholder="Write to the assistant"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="actions">
        {onClear && !isAnswering && (
          <button type="button" className="quiet" onClick={onClear}>
            New conversation
          </button>
        )}
        {isAnswering ? (
          <button type="button" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary" disabled={!text.trim()}>
            Send
          </button>
        )}
      </div>
    </form>
  );
}
