/**
 * Views of a shop: what a tool's result says, as something to look at. `ToolView` chooses by the tool's name.
 *
 * ```tsx
 * import "./view.css";
 * <ToolView tool="get_order" args={{ order_id: "1036" }} result={result} host={host} />
 * ```
 *
 * @module
 */
import { Component, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { ChangeAccount, ChangeFailed } from "./change.tsx";
import { createFormat, toTitle } from "./format.ts";
import type { ToolResult, ViewHost } from "./host.ts";
import { OrderDetail, OrderList, OrderSummary } from "./orders.tsx";
import {
  type Call,
  Failure,
  isFinal,
  SERVER,
  ShopText,
  Title,
  useView,
  type View,
  ViewProvider,
} from "./parts.tsx";
import { ProductDetail, ProductGrid } from "./products.tsx";
import { hasView, isChange } from "./kinds.ts";
import { type Read, readResult } from "./results.ts";
import { ShopInfo } from "./shop.tsx";

export type { ToolResult, ViewHost } from "./host.ts";
export { hasView } from "./kinds.ts";

export interface ToolViewProps {
  /** The tool's name: `search_products`. */
  tool: string;
  /** The arguments that it was called with. */
  args?: Record<string, unknown> | undefined;
  /** @default the call is under way */
  result?: ToolResult | undefined;
  /** Why there is no result: the call was cancelled, the connection is lost. */
  error?: string | undefined;
  host: ViewHost;
  /** The level of the first heading. @default 2 */
  level?: 1 | 2 | 3 | undefined;
}
/** A call that is shown: the one that the view was given, or one that was opened from another. */
interface Shown extends Call {
  id: number;
  result?: ToolResult | undefined;
  error?: string | undefined;
  isBusy?: boolean;
  isLost?: boolean;
  /** What had the focus when it was opened. */
  opener?: HTMLElement | undefined;
}

/** The id of the call that the view was given. */
const GIVEN = 0;
/** What a result says, whenever it was read. */
const contentOf = (result: ToolResult | undefined) =>
  JSON.stringify([{ ...Object(result?.structuredContent), as_of: 0 }, result?.isError]);

/** The view of one tool call, from its start to its end, and of what is opened from there. */
export function ToolView({ tool, args = {}, result, error, host, level = 2 }: ToolViewProps) {
  const { locale, timeZone } = host;
  const format = useMemo(() => createFormat({ locale, timeZone }), [locale, timeZone]);
  const given: Shown = { id: GIVEN, tool, args, result, error };
  const asked = JSON.stringify(args);
  const [source, setSource] = useState({ tool, asked, result, error });
  const [calls, setStack] = useState<Shown[]>([given]);
  // Some hosts say only after the result what the call was made with.
  const stack = calls.map((one) => (one.id === GIVEN ? { ...one, args } : one));
  const latest = useRef(source);
  const [announced, announce] = useState("");
  const [, draw] = useState(0);
  const ids = useRef(1);
  const place = useRef<HTMLDivElement>(null);
  /** What has the focus once this is drawn: the view that was opened, or what it was opened from. */
  const focus = useRef<"title" | HTMLElement>(undefined);
  const isSame = source.tool === tool && source.result === result && source.error === error;
  if (!isSame || (!result && source.asked !== asked)) {
    setSource({ tool, asked, result, error });
    const isNews = source.tool === tool && source.result && result;
    if (isNews && contentOf(source.result) !== contentOf(result)) announce(format.say("changed"));
    setStack(source.tool === tool ? [given, ...stack.slice(1)] : [given]);
  }
  useEffect(() => {
    latest.current = source;
    const to = focus.current;
    focus.current = undefined;
    if (to === "title")
      place.current?.querySelector<HTMLElement>(":scope > :not([hidden]) [data-title]")?.focus();
    else to?.focus();
  });

  const change = (id: number, news: Partial<Shown>) =>
    setStack((known) => known.map((one) => (one.id === id ? { ...one, ...news } : one)));
  async function call(id: number, { tool, args }: Call, moves = true) {
    const before = latest.current;
    change(id, { isBusy: true, isLost: false });
    const answer = await host.call(tool, args).catch(() => undefined);
    if (id === GIVEN && !isChange(tool) && latest.current !== before) return; // what was given since is newer
    if (moves) focus.current = "title";
    if (answer) change(id, { result: answer, error: undefined, isBusy: false });
    else change(id, { isBusy: false, isLost: true, error: format.say(noAnswer(tool)) });
  }
  function open(tool: string, args: Record<string, unknown>, from: number) {
    if (isPage(tool) && host.navigate) return host.navigate(tool, args);
    const opener =
      document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    const id = ids.current++;
    focus.current = "title";
    setStack((known) => [...known.slice(0, from + 1), { id, tool, args, opener }]);
    void call(id, { tool, args });
  }
  function back() {
    const [top, below] = [stack.at(-1), stack.at(-2)];
    if (!top || !below) return;
    focus.current = top.opener;
    setStack(stack.slice(0, -1));
    const isStale = isChange(top.tool) && !isChange(below.tool);
    if (isStale) void call(below.id, below, false);
  }
  return (
    <div className="shop-view" lang={format.lang} dir={format.dir} ref={place}>
      {stack.map((shown, n) => {
        const { id, tool, args, isBusy = false, isLost = false } = shown;
        const view: View = {
          host,
          format,
          level,
          tool,
          args,
          isBusy,
          isLost,
          announce,
          moveToTitle() {
            focus.current = "title";
            draw((drawn) => drawn + 1);
          },
          open: (tool, args) => open(tool, args, n),
          redo: (args) => void call(id, { tool, args }),
        };
        return (
          <div key={id} hidden={n < stack.length - 1}>
            <ViewProvider value={view}>
              {n > 0 && (
                <button type="button" className="back" onClick={back}>
                  {format.say("back")}
                </button>
              )}
              <Guard of={shown.result} instead={<Unreadable result={shown.result} />}>
                <Body shown={shown} />
              </Guard>
            </ViewProvider>
          </div>
        );
      })}
      <p role="status" className="unseen">
        {announced}
      </p>
    </div>
  );
}
/** What is known where no answer arrives: a change may have been made all the same. */
const noAnswer = (tool: string) => (isChange(tool) ? "changeNoAnswer" : "noAnswer");
const isPage = (tool: string) => tool === "get_product" || tool === "get_order";

/** One call as it stands: under way, failed, or what it says. */
function Body({ shown: { tool, result, error, isBusy, isLost } }: { shown: Shown }) {
  const { format, args, redo } = useView();
  const { say } = format;
  const read = useMemo(
    () => (result && !result.isError ? readResult(tool, result.structuredContent) : undefined),
    [tool, result],
  );
  if (!result && error === undefined)
    return (
      <div className="working" role="status">
        <Title>{say("working")}</Title>
      </div>
    );
  const isTold = Boolean(result?.isError);
  const failed = result?.isError ? result.text : (!result || (isLost && !isChange(tool))) && error;
  if (failed && isChange(tool)) return <ChangeFailed text={failed} isTold={isTold} />;
  if (failed)
    return (
      <Failure title={say("failed")} text={failed} isTold={isTold}>
        {!isFinal(failed) && (
          <button type="button" aria-disabled={isBusy} onClick={() => isBusy || redo(args)}>
            {say(isBusy ? "working" : "again")}
          </button>
        )}
      </Failure>
    );
  return read ? <Drawn read={read} /> : <Unreadable result={result} />;
}
function Drawn({ read }: { read: Read }) {
  switch (read.kind) {
    case "products":
      return <ProductGrid page={read.data} />;
    case "product":
      return <ProductDetail product={read.data} />;
    case "orders":
      return <OrderList page={read.data} />;
    case "order":
      return <OrderDetail order={read.data} />;
    case "orderStatus":
      return <OrderSummary order={read.data} />;
    case "shop":
      return <ShopInfo shop={read.data} />;
    case "receipt":
      return <ChangeAccount receipt={read.data} />;
  }
}
/** What there is no view of, in the words that the assistant was told. */
function Unreadable({ result }: { result: ToolResult | undefined }) {
  const { tool, format } = useView();
  return (
    <article className="words">
      <Title>{hasView(tool) ? format.say("notShown") : toTitle(tool)}</Title>
      {result?.text && (
        <div {...SERVER}>
          <ShopText lines>{result.text}</ShopText>
        </div>
      )}
    </article>
  );
}
interface GuardProps {
  /** What is drawn: another one is tried anew. */
  of: unknown;
  instead: ReactNode;
  children: ReactNode;
}
/** Shows something else where a view throws: a fault of ours, which must not leave an empty place. */
class Guard extends Component<GuardProps, { failed: boolean; of?: unknown }> {
  override state = { failed: false, of: this.props.of };
  static getDerivedStateFromError = () => ({ failed: true });
  static getDerivedStateFromProps({ of }: GuardProps, state: { of?: unknown }) {
    return of === state.of ? null : { failed: false, of };
  }
  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
