/**
 * The assistant beside the pages: what was said, what is being done, and where to write.
 *
 * @module
 */
import { Chat, useChat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import Markdown from "react-markdown";
import useSWR from "swr";
import type { ChatInfo, Message, SessionInfo, ToolResult } from "../protocol.ts";
import { api, send } from "./api.ts";
import { hasView, ToolView, type ViewHost } from "./views.ts";

const transport = new DefaultChatTransport<Message>({
  api: "/api/chat",
  fetch: send as typeof fetch, // Bun's has more to it, which the AI SDK does not use
  prepareSendMessagesRequest({ messages }) {
    const text = messages.at(-1)?.parts.map((part) => (part.type === "text" ? part.text : ""));
    return { body: { text: text?.join("") } }; // the back end has what was said before
  },
});
export const startChat = () => new Chat<Message>({ transport });

/** Of Markdown a model may use these. All else, and all HTML, is left out or stays the text that it is. */
const ELEMENTS = ["p", "ul", "ol", "li", "strong", "em", "a", "code", "br"];
type PartProps = { part: Message["parts"][number]; host: ViewHost; isBeingWritten: boolean };
function Part({ part, host, isBeingWritten }: PartProps) {
  const toLink = (url: string) => (host.allowsImage(url) ? url : undefined);
  const markdown = { allowedElements: ELEMENTS, unwrapDisallowed: true, skipHtml: true };
  if (part.type === "text")
    return <Markdown {...markdown} urlTransform={toLink} children={part.text} />;
  if (part.type === "data-notice") return <p className="notice">{part.data}</p>;
  if (part.type !== "dynamic-tool") return null;
  const { toolName: tool, title = tool, state, input } = part;
  if (state === "output-error") return <p className="notice">{part.errorText}</p>;
  if (state !== "output-available") return isBeingWritten && <p className="progress">{title} …</p>;
  const result = part.output as ToolResult; // as host/shopper.ts gives it
  const isNo = result.isError && result.text.includes(": the user declined"); // in the server's own words
  if (isNo) return <p className="notice">You did not agree, so nothing was sent to the shop.</p>;
  const view = { tool, args: Object(input), result, host };
  return hasView(tool) && <ToolView level={3} {...view} />;
}

type AssistantProps = { chat: Chat<Message>; host: ViewHost; info: SessionInfo; onClose(): void };
export function Assistant({ chat, host, info, onClose }: AssistantProps) {
  const kept = useSWR<ChatInfo, Error>("chat", () => api<ChatInfo>("GET chat"));
  const { messages, setMessages, status, error } = useChat<Message>({ chat });
  const [failure, setFailure] = useState<Error>();
  const isOwn = status === "submitted" || status === "streaming";
  const isAnswering = isOwn || kept.data?.isBusy === true; // another page asked, or this one before a reload
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kept.data && !isOwn) setMessages(kept.data.messages);
  }, [kept.data]);
  useEffect(() => void kept.mutate(), [isOwn]);
  useEffect(() => void end.current?.scrollIntoView({ block: "nearest" }), [messages]);

  const done = () => (setFailure(undefined), kept.mutate());
  const act = (what: string) => void api(what).then(done, setFailure);
  const trouble = failure ?? error ?? kept.error;
  return (
    <>
      <header>
        <h2>Assistant</h2>
        {!!messages.length && (
          <button disabled={isAnswering} onClick={() => act("DELETE chat")}>
            New conversation
          </button>
        )}
        <button onClick={onClose}>Close</button>
      </header>
      <div role="log" aria-label="Conversation" aria-busy={isAnswering} tabIndex={0}>
        {!messages.length && <Welcome info={info} onChoose={host.say} />}
        {messages.map((message) => (
          <article key={message.id} data-role={message.role}>
            <h3>{message.role === "user" ? "You" : "Assistant"}</h3>
            {message.parts.map((part, nth) => (
              <Part
                key={nth}
                part={part}
                host={host}
                isBeingWritten={isAnswering && message === messages.at(-1)}
              />
            ))}
          </article>
        ))}
        {isAnswering && <p className="progress">The assistant is at work …</p>}
        {trouble && <p role="alert">{trouble.message}</p>}
        <div ref={end} />
      </div>
      <Composer isAnswering={isAnswering} onSay={host.say} onStop={() => act("POST stop")} />
    </>
  );
}
function Welcome({ info, onChoose }: { info: SessionInfo; onChoose(text: string): void }) {
  const isScripted = info.model === "scripted";
  return (
    <div className="welcome">
      <p>Ask for a present, an order or a change. Nothing is changed before you agree to it.</p>
      {isScripted && <p>No model is set up, so a script answers. It knows these sentences:</p>}
      {info.suggestions.map((text) => (
        <button key={text} onClick={() => onChoose(text)}>
          {text}
        </button>
      ))}
    </div>
  );
}
type ComposerProps = { isAnswering: boolean; onSay(text: string): void; onStop(): void };
function Composer({ isAnswering, onSay, onStop }: ComposerProps) {
  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!isAnswering) event.currentTarget.form?.requestSubmit();
  }
  const field = { name: "text", maxLength: 2000, placeholder: "Write to the assistant" };
  function say(form: FormData): void {
    const text = `${form.get("text")}`.trim();
    if (text) onSay(text);
  }
  return (
    <form className="composer" action={say}>
      <textarea aria-label="Message to the assistant" {...field} onKeyDown={onKeyDown} />
      {isAnswering ? (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button className="primary">Send</button>
      )}
    </form>
  );
}
