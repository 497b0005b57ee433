/**
 * The storefront: who is signed in, the pages, the chat beside them, and the questions that stand before both.
 *
 * @module
 */
import {
  type FormEvent,
  StrictMode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { createRoot } from "react-dom/client";
import type { PageInfo, SessionInfo, ToolResult } from "../protocol.ts";
import { api, go, useAddress, useEvents, wordsOf } from "./api.ts";
import { Chat, type ChatHandle } from "./chat.tsx";
import { Link, Page, useShop } from "./pages.tsx";
import { Question } from "./question.tsx";
import type { ViewHost } from "./views.ts";

function App() {
  const [info, setInfo] = useState<SessionInfo>();
  const [failure, setFailure] = useState("");
  const load = useCallback(() => {
    api<SessionInfo>("GET session").then(setInfo, (error: unknown) => setFailure(wordsOf(error)));
  }, []);
  useEffect(() => {
    load();
    addEventListener("signed-out", load);
    return () => removeEventListener("signed-out", load);
  }, [load]);
  if (!info)
    return (
      <p className="notice" role="status">
        {failure || "One moment …"}
      </p>
    );
  return info.shopper ? (
    <Shop key={info.shopper.name} info={info} name={info.shopper.name} onLeave={load} />
  ) : (
    <SignIn info={info} onDone={load} />
  );
}

function SignIn({ info, onDone }: { info: PageInfo; onDone(): void }) {
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  function signIn(given: object): void {
    setBusy(true);
    setFailure("");
    api("POST session", given).then(
      onDone,
      (error: unknown) => (setFailure(wordsOf(error)), setBusy(false)),
    );
  }
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const { user, password, token } = Object.fromEntries(new FormData(event.currentTarget));
    signIn({ user, password: token ?? password });
  }
  const labels = { user: "Name or e-mail address", password: "Password", token: "API token" };
  return (
    <main className="sign-in">
      <h1>Sign in</h1>
      {info.people.length > 0 && (
        <>
          <p>This is a demo. Choose who you are:</p>
          <ul>
            {info.people.map(({ name, ...given }) => (
              <li key={name}>
                <button type="button" disabled={isBusy} onClick={() => signIn(given)}>
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <form onSubmit={submit}>
        {info.fields.map((field) => (
          <label key={field}>
            {labels[field]}
            <input
              name={field}
              type={field === "user" ? "text" : "password"}
              required
              maxLength={4000}
              autoComplete={field === "user" ? "username" : "current-password"}
            />
          </label>
        ))}
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? "One moment …" : "Sign in"}
        </button>
      </form>
      {failure && (
        <p className="notice" role="alert">
          {failure}
        </p>
      )}
    </main>
  );
}

function Shop({ info, name, onLeave }: { info: SessionInfo; name: string; onLeave(): void }) {
  const [version, setVersion] = useState(0);
  const [length, setLength] = useState<number>();
  const [questions, setQuestions] = useState<{ id: string; message: string }[]>([]);
  const [isOpen, setOpen] = useState(false); // the chat, where it is a sheet
  const chat = useRef<ChatHandle>(null);
  const shop = useShop(0);
  const { pathname } = useAddress();
  useEvents((event) => {
    if (event.type === "question")
      setQuestions((all) => [...all.filter(({ id }) => id !== event.id), event]);
    if (event.type === "answered") setQuestions((all) => all.filter(({ id }) => id !== event.id));
    if (event.type === "changed") setVersion((before) => before + 1);
    if (event.type === "conversation") setLength(event.length);
    if (event.type === "signed_out") onLeave();
  });
  const host = useMemo((): ViewHost => {
    const isOfShop = (url: string) =>
      URL.canParse(url) && new URL(url).origin === new URL(info.shop).origin;
    return {
      call: (tool, args) => api<ToolResult>("POST call", { tool, args }),
      openLink: (url) => void (isOfShop(url) && open(url, "_blank", "noopener")),
      say: (text) => (setOpen(true), chat.current?.say(text)),
      allowsImage: isOfShop,
      locale: navigator.language,
      navigate: (tool, args) =>
        go(
          tool === "get_order"
            ? `/orders/${encodeURIComponent(args["order_id"] ?? "")}`
            : `/products/${encodeURIComponent(args["product_id"] ?? "")}`,
        ),
    };
  }, [info.shop]);
  const [question] = questions;
  function answer(id: string, yes: boolean): void {
    setQuestions((all) => all.filter((one) => one.id !== id));
    void api("POST answer", { id, yes }).catch(() => {}); // who is not heard has said no
  }
  return (
    <div className="shop" data-chat={isOpen ? "open" : undefined}>
      <header>
        <a className="skip" href="#page">
          To the page
        </a>
        <p className="brand">{shop?.name ?? "Shop"}</p>
        <nav aria-label="Shop">
          <Link to="/" isCurrent={pathname === "/"}>
            Products
          </Link>
          <Link to="/orders" isCurrent={pathname === "/orders"}>
            My orders
          </Link>
        </nav>
        <p className="account">
          {name}{" "}
          <button
            type="button"
            className="quiet"
            onClick={() => void api("DELETE session").then(onLeave, onLeave)}
          >
            Sign out
          </button>
        </p>
      </header>
      <main id="page" tabIndex={-1}>
        <Page host={host} version={version} />
      </main>
      <button
        type="button"
        className="open-chat primary"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        Ask the assistant
      </button>
      <aside aria-label="Assistant" onKeyDown={({ key }) => key === "Escape" && setOpen(false)}>
        <header>
          <h2>Assistant</h2>
          <button type="button" className="quiet close-chat" onClick={() => setOpen(false)}>
            Close
          </button>
        </header>
        <Chat
          ref={chat}
          host={host}
          suggestions={info.suggestions}
          model={info.model}
          length={length}
        />
      </aside>
      {question && (
        <Question
          key={question.id}
          message={question.message}
          onAnswer={(yes) => answer(question.id, yes)}
        />
      )}
    </div>
  );
}
const root = document.getElementById("app");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
