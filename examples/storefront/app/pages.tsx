/**
 * The shop's pages. Each is a tool's result, drawn by the views that the assistant's answers are drawn by.
 *
 * @module
 */
import { useEffect, useRef } from "react";
import { go, useAddress, useTool } from "./api.ts";
import { ToolView, type ViewHost } from "./views.ts";

interface PageProps {
  host: ViewHost;
  /** Grows with each change in the shop. */
  version: number;
}
interface ShopInfo {
  name: string;
  categories?: { name: string }[];
}
/** What the shop says of itself. */
export function useShop(version: number): ShopInfo | undefined {
  const { result } = useTool("get_shop_info", {}, version);
  return result && !result.isError ? (result.structuredContent as ShopInfo) : undefined; // by the tool's output schema
}

function Result({
  tool,
  args,
  host,
  version,
}: PageProps & { tool: string; args: Record<string, unknown> }) {
  const { result, error } = useTool(tool, args, version);
  if (!result && !error) return <p className="progress">One moment …</p>;
  return (
    <ToolView
      key={JSON.stringify(args)}
      tool={tool}
      args={args}
      result={result}
      error={error}
      host={host}
    />
  );
}
function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useAddress();
  useEffect(() => {
    document.title = children;
    if (history.state === "page") heading.current?.focus(); // so that a screen reader says where one is
  }, [children, pathname]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
function Catalogue({ host, version }: PageProps) {
  const { searchParams } = useAddress();
  const shop = useShop(version);
  const names = shop?.categories?.map(({ name }) => name) ?? [];
  const query = searchParams.get("q") ?? "";
  const category = searchParams.get("category") ?? (query ? "" : (names[0] ?? ""));
  const args = { query: query || category, limit: 24, ...(category && { category }) };
  return (
    <>
      <Heading>{query ? `“${query}”` : category || (shop?.name ?? "Shop")}</Heading>
      <search>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const asked = new FormData(event.currentTarget).get("q");
            if (asked) go(`/?q=${encodeURIComponent(`${asked}`)}`);
          }}
        >
          <input
            key={query}
            type="search"
            name="q"
            defaultValue={query}
            aria-label="Search the shop"
            placeholder="Search the shop"
            maxLength={200}
          />
          <button type="submit">Search</button>
        </form>
        <nav aria-label="Categories">
          {names.map((name) => (
            <Link
              key={name}
              to={`/?category=${encodeURIComponent(name)}`}
              isCurrent={name === category}
            >
              {name}
            </Link>
          ))}
        </nav>
      </search>
      {args.query && <Result tool="search_products" args={args} host={host} version={version} />}
    </>
  );
}
/** A link within the shop: it works without a new page, and in a new tab, too. */
export function Link({
  to,
  isCurrent,
  children,
}: {
  to: string;
  isCurrent?: boolean;
  children: string;
}) {
  return (
    <a
      href={to}
      aria-current={isCurrent ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
export function Page(props: PageProps) {
  const { pathname } = useAddress();
  const [, kind, id] = /^\/(products|orders)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (kind === "products" && id)
    return (
      <>
        <Heading>Product</Heading>
        <Result tool="get_product" args={{ product_id: decodeURIComponent(id) }} {...props} />
      </>
    );
  if (kind === "orders" && id)
    return (
      <>
        <Heading>{`Order ${decodeURIComponent(id)}`}</Heading>
        <Result tool="get_order" args={{ order_id: decodeURIComponent(id) }} {...props} />
      </>
    );
  if (kind === "orders")
    return (
      <>
        <Heading>My orders</Heading>
        <Result tool="list_orders" args={{ limit: 20 }} {...props} />
      </>
    );
  return <Catalogue {...props} />;
}
