/**
 * The shop's pages. Each is a tool's result, drawn by the views that draw the assistant's, too.
 *
 * @module
 */
import { type ReactNode, useEffect, useRef } from "react";
import { Link, Route, Switch, useLocation, useSearchParams } from "wouter";
import { useTool } from "./api.ts";
import { ToolView, type ViewHost } from "./views.ts";

interface Info {
  name: string;
  categories?: { name: string }[];
}
/** What the shop says of itself. */
export function useShop(): Info | undefined {
  const { data } = useTool("get_shop_info", {});
  return data?.isError ? undefined : (data?.structuredContent as Info | undefined); // as its output schema says
}

interface ResultProps {
  title: string;
  tool: string;
  args: Record<string, unknown>;
  host: ViewHost;
  children?: ReactNode;
}
/** A page with the result of a tool. */
function Result({ title, tool, args, host, children }: ResultProps) {
  const { data, error } = useTool(tool, args);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef("");
  useEffect(() => {
    document.title = title;
    if (shown.current) heading.current?.focus(); // so that a screen reader says where one is
    shown.current = title;
  }, [title]);
  const view = { tool, args, result: data, error: error?.message, host };
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
      <ToolView key={JSON.stringify(args)} {...view} />
    </>
  );
}
function Catalogue({ host }: { host: ViewHost }) {
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const names = useShop()?.categories?.map(({ name }) => name) ?? [];
  const query = params.get("q") ?? "";
  const category = params.get("category") ?? (query ? undefined : names[0]);
  const title = category ?? (query && `Results for “${query}”`);
  const search = (form: FormData) => go(`/?q=${encodeURIComponent(`${form.get("q")}`)}`);
  const args = { query: query || category, category, limit: 24 };
  return (
    <Result title={title || "Products"} tool="search_products" args={args} host={host}>
      <search>
        <form action={search}>
          <input
            key={query}
            name="q"
            type="search"
            aria-label="Words"
            defaultValue={query}
            required
          />
          <button>Search</button>
        </form>
        <nav aria-label="Categories">
          {names.map((name) => {
            const href = `/?category=${encodeURIComponent(name)}`;
            return (
              <Link key={name} href={href} aria-current={name === category && "page"}>
                {name}
              </Link>
            );
          })}
        </nav>
      </search>
    </Result>
  );
}
export function Pages({ host }: { host: ViewHost }) {
  return (
    <Switch>
      <Route path="/products/:product_id">
        {(args) => <Result title="Product" tool="get_product" args={{ ...args }} host={host} />}
      </Route>
      <Route path="/orders/:order_id">
        {({ order_id }) => (
          <Result title={`Order ${order_id}`} tool="get_order" args={{ order_id }} host={host} />
        )}
      </Route>
      <Route path="/orders">
        <Result title="My orders" tool="list_orders" args={{ limit: 20 }} host={host} />
      </Route>
      <Route>
        <Catalogue host={host} />
      </Route>
    </Switch>
  );
}
