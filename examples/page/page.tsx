/**
 * A page of a shop without a back end: search as one types, and an order that shows what happens to it.
 *
 * @module
 */
import { type FormEvent, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { type ToolResult, ToolView, type ViewHost } from "../../ui/views.tsx";
import { explain, type News, openShop } from "./shop.ts";

/** What index.html says of the shop: where its MCP server is, and where its pictures are. */
const setting = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="shop-${name}"]`)?.content ?? "";
const shop = openShop(setting("mcp"));
const host = {
  call: (tool, args) => shop.call(tool, args),
  openLink: (url) => void window.open(url, "_blank", "noopener"),
  allowsImage: (url) => URL.parse(url)?.origin === setting("pictures"),
  locale: navigator.language,
} satisfies Partial<ViewHost>;

/** What came of a call, with its arguments, which a view needs for its next page; neither, while it is under way. */
interface Answer {
  args: Record<string, unknown>;
  result?: ToolResult;
  error?: string;
}
/** Calls a tool. @returns what came of it, unless that is of no use any more */
async function ask(
  tool: string,
  args: Answer["args"],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  try {
    return { args, result: await shop.call(tool, args, signal) };
  } catch (error) {
    return signal.aborted ? undefined : { args, error: explain(error) };
  }
}

const TYPING = 200; // ms without a key
/** Searches once the typing rests. What is typed on aborts the call before. */
function useSearch(query: string): Answer {
  const [answer, setAnswer] = useState<Answer>({ args: { query } });
  useEffect(() => {
    const ending = new AbortController();
    const search = async () => {
      const found = await ask("search_products", { query, limit: 6 }, ending.signal);
      if (found) setAnswer(found);
    };
    const timer = query ? setTimeout(search, TYPING) : undefined;
    return () => (clearTimeout(timer), ending.abort());
  }, [query]);
  return answer;
}

/** An order as it is now, and the last that was heard of it. */
function useOrder(order_id: string): Answer & { news?: News } {
  const [answer, setAnswer] = useState<Answer>({ args: { order_id } });
  const [news, setNews] = useState<News>();
  useEffect(() => {
    const ending = new AbortController();
    let reading = new AbortController();
    const hear = async (heard: News) => {
      setNews(heard);
      if (heard === "lost") return;
      reading.abort(); // its answer may be older than the news
      reading = new AbortController();
      const signal = AbortSignal.any([ending.signal, reading.signal]);
      const read = await ask("get_order", { order_id }, signal);
      if (read) setAnswer(read);
    };
    void shop.follow(`shop://orders/${encodeURIComponent(order_id)}`, hear, ending.signal);
    return () => ending.abort();
  }, [order_id]);
  return { ...answer, news };
}
const NEWS: Record<News, string> = {
  listening: "Live: what happens to this order shows here.",
  changed: "This order has just changed.",
  lost: "The connection to the shop is lost. Trying again…",
  silent: "This shop does not report changes. Show the order again to see what is new.",
};

function Search({ host }: { host: ViewHost }) {
  const [query, setQuery] = useState("lantern");
  const asked = query.trim();
  const answer = useSearch(asked);
  return (
    <section aria-labelledby="search">
      <h2 id="search">Find a product</h2>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label htmlFor="query">What are you looking for?</label>
        <input
          id="query"
          type="search"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
      </form>
      {asked && <ToolView tool="search_products" {...answer} host={host} level={3} />}
    </section>
  );
}
function Order({ id, host }: { id: string; host: ViewHost }) {
  const { news, ...answer } = useOrder(id);
  const { result, error } = answer;
  const isReached = result ?? error ?? news !== "lost";
  return (
    <>
      <p role="status" aria-label="News of the order" className={news}>
        {news && !result?.isError && !error && NEWS[news]}
      </p>
      {isReached && <ToolView tool="get_order" {...answer} host={host} level={3} />}
    </>
  );
}
function Orders({ host }: { host: ViewHost }) {
  const [shown, setShown] = useState({ id: "", nth: 0 });
  const show = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const id = String(new FormData(event.currentTarget).get("order")).trim();
    setShown({ id, nth: shown.nth + 1 }); // anew, though it is the same
  };
  return (
    <section aria-labelledby="order">
      <h2 id="order">Follow an order</h2>
      <form onSubmit={show}>
        <label htmlFor="number">Order number</label>
        <input id="number" name="order" required autoComplete="off" />
        <button>Show the order</button>
      </form>
      {shown.id && <Order key={shown.nth} id={shown.id} host={host} />}
    </section>
  );
}
function Page() {
  const [message, setMessage] = useState("");
  const own: ViewHost = { ...host, say: setMessage };
  return (
    <>
      <div className="columns">
        <Search host={own} />
        <Orders host={own} />
      </div>
      <p role="alert">
        {message && `There is no chat on this page. Write to the shop: “${message}”`}
      </p>
    </>
  );
}

const root = document.getElementById("page");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
