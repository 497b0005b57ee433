/**
 * The storefront: who is signed in, the shop's pages, the chat beside them, and the questions that stand before both.
 *
 * @module
 */
import { type KeyboardEvent, StrictMode, useEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import useSWR, { SWRConfig, useSWRConfig } from "swr";
import { Link, useLocation } from "wouter";
import type { SessionInfo, ToolResult } from "../protocol.ts";
import { api, signedInOrOut, useEvents } from "./api.ts";
import { Assistant, startChat } from "./chat.tsx";
import { Pages, useShop } from "./pages.tsx";
import { Question } from "./question.tsx";
import { SignIn } from "./sign-in.tsx";
import type { ViewHost } from "./views.ts";

const narrow = matchMedia("(max-width: 899px)"); // as storefront.css has it

function App() {
  const { data: info, error } = useSWR<SessionInfo, Error>("session", () =>
    api<SessionInfo>("GET session"),
  );
  if (!info) return <p role="status">{error?.message ?? "One moment …"}</p>;
  if (!info.shopper) return <SignIn info={info} />;
  return (
    <SWRConfig key={info.shopper.id} value={{ provider: () => new Map(), errorRetryCount: 3 }}>
      <Shop info={info} name={info.shopper.name} />
    </SWRConfig>
  );
}

/** All that one shopper sees. Another sign-in makes another one, with nothing in it of what this one has read. */
function Shop({ info, name }: { info: SessionInfo; name: string }) {
  const [asked, setAsked] = useState<{ id: string; message: string }>();
  const [isOpen, setOpen] = useState(false); // the chat, where it is a sheet
  const [chat] = useState(startChat);
  const sheet = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [path, go] = useLocation();
  const { mutate } = useSWRConfig();
  const shop = useShop();
  useEvents((event) => {
    if (event.type === "question") setAsked(event);
    if (event.type === "answered") setAsked(undefined);
    if (event.type === "changed") void mutate(() => true); // all that is shown is read again
    if (event.type === "signed_out") void signedInOrOut();
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    sheet.current?.focus();
    narrow.onchange = () => setOpen(false);
    return () => opener.current?.focus();
  }, [isOpen]);
  const host = useMemo((): ViewHost => {
    const isOfShop = (url: string) => URL.parse(url)?.origin === new URL(info.shop).origin;
    return {
      call: (tool, args) => api<ToolResult>("POST call", { tool, args }),
      openLink: (url) => void (isOfShop(url) && open(url, "_blank", "noopener")),
      say: (text) => (setOpen(narrow.matches), void chat.sendMessage({ text })),
      allowsImage: isOfShop,
      locale: navigator.language,
      navigate: (tool, { order_id, product_id }) =>
        go(tool === "get_order" ? `/orders/${order_id}` : `/products/${product_id}`),
    };
  }, [info.shop, chat, go]);
  const answer = (yes: boolean) => {
    setAsked(undefined);
    if (asked) api("POST answer", { id: asked.id, yes }).catch(() => yes && setAsked(asked)); // a yes has to be heard
  };
  const role = isOpen ? { role: "dialog", "aria-modal": true } : { role: "complementary" };
  const onKeyDown = ({ key }: KeyboardEvent) => key === "Escape" && setOpen(false);
  const leave = () => void api("DELETE session").finally(signedInOrOut);
  return (
    <div className="shop" data-chat={isOpen ? "open" : "closed"}>
      <a href="#page">To the page</a>
      <header>
        <p className="brand">{shop?.name ?? "Shop"}</p>
        <nav aria-label="Shop">
          <Link href="/" aria-current={path === "/" && "page"}>
            Products
          </Link>
          <Link href="/orders" aria-current={path === "/orders" && "page"}>
            My orders
          </Link>
        </nav>
        <p className="account">
          <span>{name}</span> <button onClick={leave}>Sign out</button>
        </p>
      </header>
      <main id="page" tabIndex={-1}>
        <Pages host={host} />
      </main>
      <button ref={opener} className="primary open-chat" onClick={() => setOpen(true)}>
        Ask the assistant
      </button>
      <section ref={sheet} tabIndex={-1} aria-label="Assistant" onKeyDown={onKeyDown} {...role}>
        <Assistant chat={chat} host={host} info={info} onClose={() => setOpen(false)} />
      </section>
      {asked && <Question key={asked.id} message={asked.message} onAnswer={answer} />}
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
