/**
 * The official MCP Inspector as a host of MCP Apps: it draws the view of a tool's result in a sandboxed frame.
 *
 * ```ts
 * const call = { server: mcp.url, tool: "get_order", args: { order_id: "1054" } };
 * await openInInspector(call, { colorScheme: "dark" }, async (view) => {
 *   await view.getByRole("button", { name: "Cancel the order" }).click();
 * });
 * ```
 *
 * @see https://github.com/modelcontextprotocol/inspector/blob/main/docs/mcp-app-review.md
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { freePort } from "../../scripts/free-port.ts";
import { LAUNCHER } from "../../scripts/inspect.ts";
import { keyboard, type Look, visit } from "./browser.ts";

/** Starts the Inspector on loopback, with a home of its own. */
async function startInspector() {
  const home = mkdtempSync(join(tmpdir(), "inspector-"));
  const token = crypto.randomUUID();
  const port = String(freePort()); // it takes no port 0
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    HOST: "127.0.0.1",
    CLIENT_PORT: port,
    MCP_SANDBOX_PORT: "0",
    MCP_APP_ORIGIN_PORT: "0",
    MCP_STORAGE_DIR: home,
    MCP_AUTO_OPEN_ENABLED: "false",
    MCP_INSPECTOR_API_TOKEN: token,
    MCP_INSPECTOR_SECRET_STORE: "memory",
  };
  const command = [process.execPath, LAUNCHER, "--web"];
  const child = Bun.spawn(command, { env, stdout: "pipe", stderr: "pipe" });
  let printed = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += chunk;
    if (printed.includes(`:${port}`)) break;
  }
  if (!printed.includes(`:${port}`))
    throw new Error(`The Inspector did not start. ${printed}${await child.stderr.text()}`);
  const stop = async () => {
    child.kill();
    await child.exited;
    rmSync(home, { recursive: true });
  };
  return { origin: `http://127.0.0.1:${port}`, token, stop };
}

/** A call whose view is to be seen. */
export interface ViewCall {
  /** The address of the MCP server. */
  server: string;
  tool: string;
  args: object;
}
/** Calls a tool in an Inspector of its own, opens the view of the result, and does something there. */
export async function openInInspector(
  { server, tool, args }: ViewCall,
  { width = 1200, tolerates = [], ...look }: Look,
  act: (view: FrameLocator, page: Page) => Promise<unknown>,
): Promise<void> {
  const { origin, token, stop } = await startInspector();
  const query = new URLSearchParams({
    serverUrl: server,
    transport: "http",
    autoConnect: token,
    openApp: tool,
    appArgs: Buffer.from(JSON.stringify(args)).toString("base64url"),
    autoOpen: token,
  });
  const all = { ...look, width, tolerates: [...tolerates, ...FONTS] };
  try {
    await visit(`${origin}/?${query}`, all, async (page) => act(await openedApp(page), page));
  } finally {
    await stop();
  }
}
/** The Inspector's page asks for fonts that are not on this machine. The view has no such freedom. */
const FONTS = [/fonts\.googleapis\.com/, /Couldn't load preload assets/];

/** The view in the page of the Inspector, once it has said that it is there. */
async function openedApp(page: Page): Promise<FrameLocator> {
  const app = page.locator("[data-app-status]");
  await page.locator('[data-app-status="ready"], [data-app-status="error"]').waitFor();
  if ((await app.getAttribute("data-app-status")) !== "ready")
    throw new Error(`The Inspector: ${await app.getAttribute("data-app-error")}`);
  return app.frameLocator("iframe").frameLocator("iframe");
}
/** What the Inspector asks its user on behalf of the server. */
export const questionIn = (page: Page) => page.getByRole("dialog", { name: "Elicitation Request" });
/** Selects parts of the view for axe. */
export const inView = (part = "body") => ["iframe", "iframe", part];
/** A user without a pointer. How the Inspector shows the focus in its own page is its affair. */
export const keyboardInView = (page: Page) =>
  keyboard(page, (frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
