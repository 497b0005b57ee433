/**
 * A small host of MCP Apps around the official `AppBridge`. The view stands in a frame with the strictest policy that a
 * host may make of the resource's metadata: no origin of its own, pictures from the origins it declares, and nothing else.
 *
 * ```ts
 * await showView(mcp, "get_order", { order_id: "1054" }, {}, async ({ view, heard }) => {
 *   await view.getByRole("button", { name: "Cancel the order" }).click();
 * });
 * ```
 *
 * @module
 */
import type { FrameLocator, Page } from "playwright-core";
import type * as apps from "@modelcontextprotocol/ext-apps/app-bridge";
import type { Host } from "../harness/lanes.ts";
import { type Look, visit } from "./browser.ts";

type Result = Awaited<ReturnType<Host["callTool"]>>;
type Context = apps.McpUiHostContext;

/** How a host differs from one that can do everything. */
export interface Differences extends Look {
  /** What it says that it can. @default everything that the view may ask for */
  capabilities?: apps.McpUiHostCapabilities;
  /** @default the tool, English, UTC */
  context?: Context;
  /** What it makes of a result on its way to the view. @default nothing */
  handsOn?: (result: Result) => object;
  /** Answers in its place. @default calls the tool; otherwise `{}` */
  answers?: (method: string, params: unknown) => object | undefined | Promise<object | undefined>;
  /** Whether it says what the tool was called with. @default true */
  saysArguments?: boolean;
  /** Whether it loads no pictures, whatever the view asks for, and says nothing of that. @default false */
  blocksPictures?: boolean;
  /** Runs before the result is there. */
  before?: (shown: Shown) => Promise<unknown>;
}
/** A view, and the host around it. */
export interface Shown {
  view: FrameLocator;
  page: Page;
  /** What the view has asked for, in order. */
  heard: { method: string; params: Record<string, unknown> }[];
  /** Waits until it has asked for something in which these words are. */
  hears(method: string, words?: string): Promise<Record<string, unknown>>;
  /** What it has loaded beside itself. */
  loaded: string[];
  /** What it has last told the model, as text. */
  told(): string;
  changeContext(context: Context): Promise<void>;
  sendResult(result: object): Promise<void>;
  cancel(reason: string): Promise<void>;
  tearDown(): Promise<unknown>;
}

const EVERYTHING: apps.McpUiHostCapabilities = {
  openLinks: {},
  serverTools: {},
  logging: {},
  updateModelContext: { text: {}, structuredContent: {} },
  message: { text: {} },
};
/** The strictest policy that still lets the view be what its metadata says. Text is never code, either. */
const policyFor = (pictures: string[]) =>
  [
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    `img-src ${pictures.join(" ") || "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "sandbox allow-scripts",
  ].join("; ");

/** The script of the host's page, bundled once. */
let script: Promise<string> | undefined;
const hostScript = () =>
  (script ??= (async () => {
    const entry = new URL("../ui/host-page.ts", import.meta.url).pathname;
    const { outputs } = await Bun.build({ entrypoints: [entry], target: "browser" });
    return (await outputs[0]?.text()) ?? "";
  })());
const HOST_PAGE = `<!doctype html><html lang="en"><head><title>A host</title><link rel="icon" href="data:," />
  <meta name="viewport" content="width=device-width" />
  <style>html { color-scheme: light dark } body { margin: 0 } iframe { border: 0; inline-size: 100%; block-size: 40px; display: block }</style>
  </head><body><main><h1 style="font-size: 1rem">A host</h1><iframe title="The view" sandbox="allow-scripts"></iframe></main><script type="module" src="/host.js"></script></body></html>`;

/** Calls a tool as a host does, draws its result with the server's view, and does something there. */
export async function showView(
  mcp: Host,
  tool: string,
  args: Record<string, unknown>,
  differences: Differences,
  act: (shown: Shown) => Promise<unknown>,
): Promise<void> {
  const { tools } = await mcp.listTools();
  const called = tools.find(({ name }) => name === tool);
  const ui = called?._meta?.["ui"] as { resourceUri?: string } | undefined; // MCP Apps
  const { contents } = await mcp.readResource({ uri: ui?.resourceUri ?? "" });
  const [{ text: html = "", _meta: meta } = {}] = contents as {
    text?: string;
    _meta?: { ui?: { csp?: apps.McpUiResourceCsp } };
  }[]; // likewise
  const pictures = differences.blocksPictures ? [] : meta?.ui?.csp?.resourceDomains;
  const csp = policyFor(pictures ?? []);
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  using host = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url }) {
      if (!url.endsWith("/host.js")) return new Response(HOST_PAGE, { headers });
      return new Response(await hostScript(), { headers: { "Content-Type": "text/javascript" } });
    },
  });
  using frame = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(html, { headers: { ...headers, "Content-Security-Policy": csp } }),
  });
  const { capabilities = EVERYTHING, context, answers, handsOn = (result) => result } = differences;
  const { before } = differences;
  await visit(host.url.href, differences, async (page) => {
    const heard: Shown["heard"] = [];
    let onHeard = () => {};
    const loaded: string[] = [];
    page.on("request", (request) => {
      const isOfView = request.frame() !== page.mainFrame() && request.url() !== frame.url.href;
      if (isOfView) loaded.push(request.url());
    });
    await page.exposeFunction("asked", async (method: string, params: Record<string, unknown>) => {
      heard.push({ method, params });
      onHeard();
      const answer = await answers?.(method, params);
      if (answer) return answer;
      const call = params as { name: string }; // of tools/call
      return method === "tools/call" ? mcp.callTool(call) : {};
    });
    const open = {
      url: frame.url.href,
      capabilities,
      context: { toolInfo: { tool: called }, locale: "en-GB", timeZone: "UTC", ...context },
    };
    /** Calls a method of the bridge in the page. */
    const bridge = (method: string, params: object) =>
      page.evaluate(`bridge.${method}(${JSON.stringify(params)})`);
    const shown: Shown = {
      view: page.frameLocator("iframe"),
      page,
      heard,
      hears: (wanted, words = "") =>
        new Promise((resolve) => {
          onHeard = () => {
            const isMeant = ({ method, params }: Shown["heard"][number]) =>
              method === wanted && JSON.stringify(params).includes(words);
            const found = heard.find(isMeant);
            if (found) resolve(found.params);
          };
          onHeard();
        }),
      loaded,
      told() {
        const { params } =
          heard.findLast(({ method }) => method === "ui/update-model-context") ?? {};
        const [{ text = "" } = {}] = (params?.["content"] ?? []) as { text?: string }[]; // MCP's
        return text;
      },
      changeContext: async (context) => void (await bridge("sendHostContextChange", context)),
      sendResult: async (result) => void (await bridge("sendToolResult", result)),
      cancel: async (reason) => void (await bridge("sendToolCancelled", { reason })),
      tearDown: () => bridge("teardownResource", {}),
    };
    await page.evaluate(`openView(${JSON.stringify(open)})`);
    if (differences.saysArguments !== false) await bridge("sendToolInput", { arguments: args });
    await before?.(shown);
    const result = await mcp.callTool({ name: tool, arguments: args });
    await shown.sendResult(handsOn(result));
    await act(shown);
  });
}
