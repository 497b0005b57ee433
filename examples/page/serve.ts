/**
 * The page with everything it needs, on loopback: the demo shop, its MCP server, and the page at a third port.
 *
 * ```sh
 * bun run page               # http://127.0.0.1:4000
 * bun run page --port 0      # on any free port
 * ```
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serveShop } from "../../scripts/shop.ts";
import { accessOf, openShop, serveHttp, settingsSchema } from "../../server.ts";

interface Addresses {
  /** The MCP server's. */
  mcp: string;
  /** The origin of the shop's pictures. */
  pictures: string;
}
/** Builds the page and serves it. A host of static files does as well, with the same headers. */
async function servePage(port: number) {
  const entrypoints = [fileURLToPath(new URL("index.html", import.meta.url))];
  const built = await Bun.build({ entrypoints, minify: true, publicPath: "/", env: "disable" });
  const files = new Map(built.outputs.map((file) => [file.path.replace(/^\.?\/?/, "/"), file]));
  let addresses: Addresses = { mcp: "", pictures: "" };
  const settings = new HTMLRewriter().on("meta[name^=shop-]", {
    element(meta) {
      const { mcp, pictures } = addresses;
      meta.setAttribute("content", meta.getAttribute("name") === "shop-mcp" ? mcp : pictures);
    },
  });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch(request) {
      const { pathname } = new URL(request.url);
      const file = files.get(pathname === "/" ? "/index.html" : pathname);
      if (!file) return new Response("There is no such page.", { status: 404 });
      const { mcp, pictures } = addresses;
      const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src data: ${pictures}; connect-src ${mcp}`;
      const headers = { "Content-Type": file.type, "Content-Security-Policy": policy };
      const response = new Response(file, { headers });
      return file.type.startsWith("text/html") ? settings.transform(response) : response;
    },
  });
  return {
    url: server.url,
    calls: (those: Addresses) => void (addresses = those),
    stop: () => server.stop(true),
  };
}

export interface DemoOptions {
  /** Of the page. @default 0, which picks a free one */
  port?: number;
  /** The shop's clock. @default the real one */
  clock?: () => Date;
  /** The pages that may call the MCP server. @default this one */
  origins?: string;
}
/** Serves the demo shop, its MCP server, and the page that calls it as one of the shop's customers. */
export async function serveDemo(options: DemoOptions = {}) {
  const page = await servePage(options.port ?? 0);
  const shop = serveShop({ now: options.clock });
  const secret = crypto.randomUUID();
  const settings = settingsSchema.parse({
    http: "true",
    django_api_base: shop.url,
    django_api_token: "demo-mia",
    allowed_origins: options.origins ?? page.url.origin,
    webhook_secret: secret,
  });
  const { signer: _, ...access } = accessOf(settings);
  const startMcp = (port = 0) => serveHttp(openShop(settings), port, { access });
  const mcp = startMcp();
  shop.reportTo({ url: new URL("/hooks/shop", mcp.url).href, secret });
  page.calls({ mcp: mcp.url, pictures: shop.url });
  const stop = () => Promise.all([page.stop(), mcp.stop(), shop.stop()]);
  return { url: page.url.href, mcp, startMcp, shop, stop };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4000" } } });
  const { url, mcp, shop } = await serveDemo({ port: Number(values.port) });
  console.error(`page: ${url} calls ${mcp.url}, which asks the demo shop at ${shop.url}`);
  console.error(`page: to ship an order: curl -X POST ${shop.url}/__world/orders/1054/ship/`);
}
