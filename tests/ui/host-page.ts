/**
 * The page of a small host of MCP Apps: one view in a frame, behind the official `AppBridge`. What the view asks for is
 * put to the test, which answers in its place; see tests/browser/view-host.ts.
 *
 * @module
 */
import {
  AppBridge,
  type McpUiHostCapabilities,
  type McpUiHostContext,
  PostMessageTransport,
} from "@modelcontextprotocol/ext-apps/app-bridge";

/** What this host is to be. */
export interface HostOptions {
  /** Where the view is served, of another origin. */
  url: string;
  capabilities: McpUiHostCapabilities;
  context: McpUiHostContext;
}
declare global {
  interface Window {
    /** The test, which hears what the view asks for and gives the answer. */
    asked(method: string, params: unknown): Promise<never>; // whatever the method gives
    openView(options: HostOptions): Promise<void>;
    bridge: AppBridge;
  }
}

window.openView = async ({ url, capabilities, context }) => {
  const frame = document.querySelector("iframe");
  const view = frame?.contentWindow;
  if (!frame || !view) throw new Error("the page has lost its frame");
  const host = { name: "tests", version: "1.0.0" };
  const bridge = new AppBridge(null, host, capabilities, { hostContext: context });
  window.bridge = bridge;
  const ask = (method: string) => (params: unknown) => window.asked(method, params);
  bridge.oncalltool = ask("tools/call");
  bridge.onopenlink = ask("ui/open-link");
  bridge.onmessage = ask("ui/message");
  bridge.onupdatemodelcontext = ask("ui/update-model-context");
  bridge.onloggingmessage = ask("notifications/message");
  bridge.onsizechange = ({ width, height }) => {
    void window.asked("ui/notifications/size-changed", { width, height });
    frame.style.height = `${height}px`;
  };
  const isReady = new Promise<void>((resolve) => (bridge.oninitialized = () => resolve()));
  await bridge.connect(new PostMessageTransport(view, view));
  frame.src = url;
  await isReady;
};
