/**
 * A page for each case of tests/ui/cases.ts, to look at while you work on the views, and for tests.
 *
 * ```sh
 * bun tests/browser/gallery.ts   # prints its address; edit, and load the page again
 * ```
 *
 * @module
 */
import { cases } from "../ui/cases.ts";

const root = new URL("../..", import.meta.url).pathname;
/** The page with its script and its styles, as they are now. */
async function buildPage(): Promise<{ script: string; styles: string }> {
  const entrypoints = [`${root}tests/ui/gallery.tsx`];
  const define = { "process.env.NODE_ENV": '"development"' };
  const { outputs } = await Bun.build({ entrypoints, target: "browser", define });
  const textOf = (kind: string) => outputs.find(({ path }) => path.endsWith(kind))?.text() ?? "";
  return { script: await textOf(".js"), styles: await textOf(".css") };
}
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>A view</title><link rel="icon" href="/media/harbour-lantern.svg" />
<link rel="stylesheet" href="/styles.css" /></head>
<body><main></main><script type="module" src="/script.js"></script></body></html>`;
const html = (body: string) =>
  new Response(body, {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP },
  });
const index = () => {
  const links = Object.keys(cases).map((name) => `<li><a href="${pathOf(name)}">${name}</a></li>`);
  return html(`<!doctype html><title>The views</title><ul>${links.join("")}</ul>`);
};
/** The path of a case's page. */
export const pathOf = (name: string, more: Record<string, string> = {}) =>
  `/view?${new URLSearchParams({ case: name, ...more })}`;

/** Serves it on a free port. @param rebuilds whether each load shows the sources as they are then */
export async function serveGallery({ port = 0, rebuilds = false } = {}) {
  let page = await buildPage();
  return Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/") return index();
      if (pathname === "/view") {
        if (rebuilds) page = await buildPage();
        return html(PAGE);
      }
      if (pathname === "/script.js")
        return new Response(page.script, { headers: { "Content-Type": "text/javascript" } });
      if (pathname === "/styles.css")
        return new Response(page.styles, { headers: { "Content-Type": "text/css" } });
      const [, name] = /^\/media\/([\w-]+\.svg)$/.exec(pathname) ?? [];
      const file = Bun.file(`${root}mocks/pictures/${name}`);
      return name && (await file.exists()) ? new Response(file) : new Response("", { status: 404 });
    },
  });
}

if (import.meta.main) {
  const { url } = await serveGallery({ port: Number(process.env["PORT"] ?? 0), rebuilds: true });
  console.log(url.href);
}
