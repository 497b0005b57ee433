/** Hosts that draw views are given one page for them (MCP Apps); the others lose nothing. */
import { expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tools as allTools } from "../../server.ts";
import { WITHOUT_VIEW } from "../../ui/kinds.ts";
import { openView } from "../../ui/resource.ts";
import { LANES, lanes, textOf } from "../harness/lanes.ts";

const URI = "ui://shop/view.html";
const EXTENSION = "io.modelcontextprotocol/ui";
const settings = { django_api_base: "http://127.0.0.1:9", django_api_token: "t" };
const csp = { connectDomains: [], resourceDomains: ["https://shop.example"] };
const meta = { ui: { csp, prefersBorder: true } };

test.each(LANES)("%s: tools name the view, which says what it needs to be shown", async (lane) => {
  const host = await lanes[lane]({ ...settings, shop_url: "https://shop.example/en/" });
  expect(host.getServerCapabilities()?.extensions).toEqual({ [EXTENSION]: {} });
  const { tools } = await host.listTools();
  for (const { name, _meta } of tools)
    expect(_meta).toEqual(WITHOUT_VIEW.includes(name) ? undefined : { ui: { resourceUri: URI } });
  const { resources } = await host.listResources();
  expect(resources.filter(({ uri }) => uri === URI)).toMatchObject([
    {
      mimeType: "text/html;profile=mcp-app",
      annotations: { audience: ["user"], priority: 0 },
      _meta: meta,
    },
  ]);
  const { contents } = await host.readResource({ uri: URI });
  expect(contents).toEqual([
    {
      uri: URI,
      mimeType: "text/html;profile=mcp-app",
      text: expect.stringMatching(/^<!doctype html>/i),
      _meta: meta,
    },
  ]);
  const [{ text = "" } = {}] = contents as { text?: string }[]; // as the line above has seen
  expect(text).toContain('<meta name="image-origins" content="https://shop.example" />');
  expect(text).toContain(`<meta name="tools" content="${Object.keys(allTools).join(" ")}" />`);
  await host.close();
});

test("the page is one, built once, and small: it names no other file and no address to load", async () => {
  const page = await openView({ imageOrigins: [], tools: [] }).read();
  expect(Bun.gzipSync(page, { level: 9 }).length).toBeWithin(50_000, 200_000);
  const [head = "", script = ""] = page.split('<script type="module">');
  expect(head).not.toMatch(/\b(src|href)=|@import|url\((?!["']?(data:|#))/i);
  expect(script.indexOf("</script>")).toBe(script.lastIndexOf("</script>")); // it has one end
  expect(script.includes("Download the React DevTools")).toBe(false); // which only development does
});

test("it is loaded when it is first read, once for all who read it, and again after a failure", async () => {
  let loads = 0;
  const html = '<meta name="image-origins" content="" /><meta name="tools" content="" />';
  const load = async () => {
    if (++loads === 1) throw new Error("no bundler");
    return html;
  };
  const view = openView({
    imageOrigins: ["https://a.example", "https://b.example"],
    tools: [],
    load,
  });
  expect(loads).toBe(0);
  await expect(view.read()).rejects.toThrow("no bundler");
  const [one, other] = await Promise.all([view.read(), view.read()]);
  expect(one).toBe(other);
  expect(one).toContain('content="https://a.example https://b.example"');
  await view.read();
  expect(loads).toBe(2);
});
test("a source without its packages is said to be that, without a path of this machine", async () => {
  const copy = mkdtempSync(join(tmpdir(), "view-"));
  for (const part of ["ui", "shop/config-error.ts"])
    cpSync(new URL(`../../${part}`, import.meta.url).pathname, join(copy, part), {
      recursive: true,
    });
  const { openView }: typeof import("../../ui/resource.ts") = await import(
    join(copy, "ui/resource.ts")
  );
  const reading = openView({ imageOrigins: [], tools: [] }).read();
  const message = await reading.catch((error: Error) => error.message);
  rmSync(copy, { recursive: true });
  expect(message).toMatch(/^The view cannot be built: Could not resolve: .*Run `bun install`/);
  expect(message).not.toContain(copy);
});
test("a page that is not the view is not given out", async () => {
  const view = openView({ imageOrigins: [], tools: [], load: async () => "<html></html>" });
  await expect(view.read()).rejects.toThrow("not one meta element named image-origins");
});

test("where no tool has a view, nothing is said of it", async () => {
  const host = await lanes["memory-modern"]({ ...settings, tools: "get_customer" });
  expect(host.getServerCapabilities()?.extensions).toBeUndefined();
  expect((await host.listTools()).tools[0]).not.toHaveProperty("_meta");
  expect((await host.listResources()).resources.map(({ uri }) => uri)).toEqual([]);
  await expect(host.readResource({ uri: URI })).rejects.toThrow();
  await host.close();
});

test("a read of it counts as a call", async () => {
  const host = await lanes["memory-legacy"]({ ...settings, rate_limit: "1" });
  await host.readResource({ uri: URI });
  await expect(host.readResource({ uri: URI })).rejects.toThrow(/only so many in a minute/);
  await host.close();
});

test.each(LANES)(
  "%s: a result is the same for every host: nothing of it is the view's",
  async (lane) => {
    using django = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.json({ status: "shipped" }),
    });
    const host = await lanes[lane]({ ...settings, django_api_base: django.url.origin });
    const result = await host.callTool({ name: "get_order_status", arguments: { order_id: "1" } });
    expect(
      Object.keys(result)
        .filter((key) => !["resultType", "_meta"].includes(key))
        .toSorted(),
    ).toEqual(["content", "structuredContent"]);
    expect(result._meta?.["ui"]).toBeUndefined();
    expect(textOf(result)).toStartWith("Order 1 is shipped.");
    await host.close();
  },
);
