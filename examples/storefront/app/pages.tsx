/**
 * The shop's pages. Each is a tool's result, drawn by the views that draw the assistant's, too.
 *
 * @module
 */
import { useEffect } from "react";
import { Link, Route, Switch, useLocation, useSearchParams } from "wouter";
import { useTool } from "./api.ts";
import { type ShopInfo, ToolView, type ViewHost } from "./views.ts";

/** What the shop says of itself. */
export function useShop(): ShopInfo | undefined {
  const { data } = useTool("get_shop_info", {});
  return data?.isError ? undefined : (data?.structuredContent as ShopInfo | undefined); // as its output schema says
}

let isFirstPage = true;
type ResultProps = { tool: string; args: Record<string, unknown>; host: ViewHost };
/** A page with the result of a tool. */
function Result({ tool, args, host }: ResultProps) {
  const { data, error } = useTool(tool, args);
  const asked = JSON.stringify(args);
  const isThere = data !== undefined;
  useEffect(() => {
    const heading = isThere && document.querySelector<HTMLElement>("main h1");
    if (!heading) return;
    document.title = heading.textContent;
    if (!isFirstPage) heading.focus(); // so that a screen reader says where one is
    isFirstPage = false;
  }, [isThere, asked]);
  return (
    <ToolView
      key={asked}
      level={1}
      {...{ tool, args, host }}
      result={data}
      error={error?.message}
    />
  );
}
function Catalogue({ host }: { host: ViewHost }) {
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const names = useShop()?.categories?.map(({ name }) => name) ?? [];
  const query = params.get("q") ?? "";
  const category = params.get("category") ?? (query ? undefined : names[0]);
  const search = (form: FormData) => go(`/?q=${encodeURIComponent(`${form.get("q")}`)}`);
  const args = { query: query || category, category, limit: 24 };
  const field = { name: "q", type: "search", placeholder: "Search the shop", defaultValue: query };
  return (
    <>
      <search>
        <form action={search}>
          <input key={query} aria-label="Search the shop" required maxLength={200} {...field} />
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
      {args.query ? (
        <Result tool="search_products" args={args} host={host} />
      ) : (
        <h1>What are you looking for?</h1>
      )}
    </>
  );
}
export function Pages({ host }: { host: ViewHost }) {
  return (
    <Switch>
      <Route path="/products/:product_id">
        {({ product_id }) => <Result tool="get_product" args={{ product_id }} host={host} />}
      </Route>
      <Route path="/orders/:order_id">
        {({ order_id }) => <Result tool="get_order" args={{ order_id }} host={host} />}
      </Route>
      <Route path="/orders">
        <Result tool="list_orders" args={{ limit: 20 }} host={host} />
      </Route>
      <Route>
        <Catalogue host={host} />
      </Route>
    </Switch>
  );
}
