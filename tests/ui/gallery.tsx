/** The page that shows one case, in a host that answers as the case says. The address names it: `?case=order`. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../ui/view.css";
import type { ToolResult, ViewHost } from "../../ui/host.ts";
import { ToolView } from "../../ui/views.tsx";
import { cases, SHOP } from "./cases.ts";

/** What the views did to their host, for tests to read. No answer comes before `window.gate`, where a test sets it. */
const done: unknown[][] = [];
Object.assign(window, { done });

const given = new URLSearchParams(location.search);
const name = given.get("case") ?? "products";
const shown = cases[name];
const here = <T,>(value: T): T =>
  value === undefined ? value : JSON.parse(JSON.stringify(value).replaceAll(SHOP, location.origin));
let asked = 0;
const host: ViewHost = {
  async call(tool, args): Promise<ToolResult> {
    done.push(["call", tool, args]);
    const answers = here(shown?.answers?.[tool]);
    const answer = Array.isArray(answers) ? answers[asked++] : answers;
    await Reflect.get(window, "gate");
    if (!answer) throw new TypeError("Load failed");
    return answer;
  },
  openLink: (url) => void done.push(["openLink", url]),
  say: (text) => void done.push(["say", text]),
  allowsImage(url) {
    if (given.has("faulty")) throw new TypeError("a fault of this page");
    return url.startsWith(`${location.origin}/media/`);
  },
  locale: given.get("locale") ?? shown?.locale ?? "en-GB",
  timeZone: "Europe/Brussels",
  now: () => new Date("2026-11-27T09:30:00Z"),
};
const place = document.querySelector("main");
const root = place && createRoot(place);
const first = here(shown?.result);
/** Draws it, with another result where one is given: a page that hears of changes does so. */
const draw = (result = first, args = shown?.args) =>
  shown &&
  root?.render(
    <StrictMode>
      <ToolView
        tool={shown.tool}
        args={args}
        result={result}
        error={shown.error}
        host={host}
        level={1}
      />
    </StrictMode>,
  );
Object.assign(window, { draw });
document.body.style.margin = "0";
document.documentElement.dir = given.get("dir") ?? (host.locale.startsWith("ar") ? "rtl" : "ltr");
draw();
