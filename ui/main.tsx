/**
 * The view as an MCP App: the page that a host draws inside the chat. It hears what a tool was called with and what came
 * of it, draws that with `ToolView`, and passes on what the user does. A host that lacks something loses that alone.
 *
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 * @module
 */
import "./without-eval.ts"; // before all that makes a schema
import {
  App,
  applyDocumentTheme,
  applyHostFonts,
  applyHostStyleVariables,
  type McpUiHostContext,
} from "@modelcontextprotocol/ext-apps";
import { useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import { version } from "../package.json";
import { Actions } from "./actions.ts";
import { toLocale } from "./format.ts";
import { toolOf } from "./tool-of.ts";
import { type ToolResult, ToolView, type ViewHost } from "./views.tsx";
import { speak } from "./words.ts";

/** What ui/resource.ts has written into the page. */
const written = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content.split(" ") ?? [];
const imageOrigins = written("image-origins");
const tools = written("tools");

const app = new App(
  { name: "django-shop-mcp", version },
  { availableDisplayModes: ["inline", "fullscreen"] },
);
const actions = new Actions();

// ── The host, as a view sees it ─────────────────────────────────────────────────────────────────

const ANSWER_MS = 600_000; // a host may ask the user first, who takes their time

/** The result of a tool as hosts hand it on. */
const readResult = (sent: Awaited<ReturnType<App["callServerTool"]>>): ToolResult => {
  const texts = sent.content.map((block) => (block.type === "text" ? block.text : ""));
  const { structuredContent, isError = false } = sent;
  return { structuredContent, text: texts.filter(Boolean).join("\n"), isError };
};
/** Does what the host may refuse; `instead` is said where it does. */
async function ask(
  isOffered: unknown,
  request: () => Promise<{ isError?: boolean }>,
  instead: string,
) {
  const isRefused = !isOffered || (await request().catch(() => ({ isError: true }))).isError;
  show({ notice: isRefused ? instead : "" });
  return !isRefused;
}
/** Tells the model what the user has done here, where the host lets it. */
function tellModel() {
  const { updateModelContext: takes } = app.getHostCapabilities() ?? {};
  if (!takes) return;
  const { text, structuredContent } = actions.describe();
  const isTextOnly = !takes.structuredContent;
  const content = takes.text || isTextOnly ? { content: [{ type: "text" as const, text }] } : {};
  const context = { ...content, ...(isTextOnly ? {} : { structuredContent }) };
  app.updateModelContext(context).catch(() => {}); // it is only told
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "");
function hostOf({ locale = navigator.language, timeZone }: McpUiHostContext): ViewHost {
  const { serverTools, openLinks, message, sandbox } = app.getHostCapabilities() ?? {};
  const approved = sandbox?.csp ? (sandbox.csp.resourceDomains ?? []) : imageOrigins;
  const { say: words } = speak(toLocale(locale));
  return {
    locale,
    timeZone,
    offers: (tool) => Boolean(serverTools) && tools.includes(tool),
    async call(tool, args) {
      const options = { timeout: ANSWER_MS, resetTimeoutOnProgress: true };
      const calling = app.callServerTool({ name: tool, arguments: args }, options);
      const result = await calling.then(readResult, () => undefined);
      actions.add(tool, args, result);
      tellModel();
      if (!result) throw new Error("no answer"); // which the view says in words of its own
      return result;
    },
    async openLink(url) {
      if (!/^https?:/.test(originOf(url))) return;
      const instead = words("linkRefused", { url });
      if (!(await ask(openLinks, () => app.openLink({ url }), instead))) return;
      actions.addLink(url);
      tellModel();
    },
    say(text) {
      const sent = { role: "user" as const, content: [{ type: "text" as const, text }] };
      void ask(message, () => app.sendMessage(sent), words("messageRefused", { text }));
    },
    allowsImage: (url) =>
      [imageOrigins, approved].every((origins) => origins.includes(originOf(url))),
  };
}

// ── What is drawn ───────────────────────────────────────────────────────────────────────────────

/** The call that this view is of, as far as it is known; and what the host has refused since. */
interface State {
  args?: Record<string, unknown> | undefined;
  result?: ToolResult | undefined;
  error?: string | undefined;
  notice?: string;
}
let state: State = {};
let host = hostOf({});
let isOver = false;
const root = createRoot(document.getElementById("view") ?? document.body);

function show(change: State) {
  if (isOver) return;
  state = { ...state, ...change };
  const { notice, ...call } = state;
  const isTold = call.args ?? call.result; // before that, nothing is known of the call but its tool
  const named = app.getHostContext()?.toolInfo?.tool.name;
  root.render(
    <>
      <ToolView tool={isTold ? toolOf(named, call) : ""} {...call} host={host} level={1} />
      <Notice>{notice}</Notice>
    </>,
  );
}
/** What the host has refused. It may be far from the button that was pressed. */
function Notice({ children }: { children: string | undefined }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (children) place.current?.scrollIntoView({ block: "nearest" });
  }, [children]);
  return (
    <p className="shop-view notice" role="status" ref={place}>
      {children}
    </p>
  );
}

/** Follows the host: its theme, styles, fonts, the space that it leaves, language and time zone. */
function follow(context: McpUiHostContext) {
  const { theme, styles, displayMode, safeAreaInsets: inset } = context;
  if (theme) applyDocumentTheme(theme);
  if (styles?.variables) applyHostStyleVariables(styles.variables);
  if (styles?.css?.fonts) applyHostFonts(styles.css.fonts);
  document.documentElement.dataset["displayMode"] = displayMode ?? "inline";
  if (inset)
    document.body.style.padding = `${inset.top}px ${inset.right}px ${inset.bottom}px ${inset.left}px`;
  host = hostOf(context);
  const { lang, dir } = speak(toLocale(host.locale));
  Object.assign(document.documentElement, { lang, dir });
  show({});
}

app.ontoolinputpartial = ({ arguments: args }) => show({ args, error: undefined });
app.ontoolinput = ({ arguments: args }) => show({ args, error: undefined });
app.ontoolresult = (result) => show({ result: readResult(result), error: undefined });
app.ontoolcancelled = ({ reason = "" }) => {
  const { say } = speak(toLocale(host.locale));
  const why = reason && say("cancelReasonSaid", { reason });
  show({ error: [say("callCancelled"), why].filter(Boolean).join(" ") });
};
app.onhostcontextchanged = () => follow(app.getHostContext() ?? {});
app.onteardown = () => {
  isOver = true;
  root.unmount();
  return {};
};

/** Says that the host says nothing, which some do where a chat is opened again. What comes later is drawn all the same. */
function saySilent() {
  const { args, result } = state;
  if (!args && !result) show({ error: speak(toLocale(host.locale)).say("hostSilent") });
}
const SILENT_MS = 30_000;
if (window.parent === window) show({ error: speak(toLocale(navigator.language)).say("noHost") });
else
  app.connect().then(() => {
    follow(app.getHostContext() ?? {});
    setTimeout(saySilent, SILENT_MS);
  }, saySilent);
