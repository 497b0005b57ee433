/**
 * Real browsers: Debian's Chromium, by Playwright. A page is opened with the look and the language of a user, and
 * whatever goes wrong in it fails the test: an error, a line of the console, a request that leaves this machine.
 *
 * ```ts
 * test("a product has a picture", () =>
 *   visit(url, { width: 320, colorScheme: "dark" }, async (page) => {
 *     await page.getByRole("link", { name: "Brass lantern" }).click();
 *     await expectAccessible(page);
 *   }));
 * ```
 *
 * `bun run test:browser` runs the files beside this one.
 *
 * @module
 */
import { AxeBuilder } from "@axe-core/playwright";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
} from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/** Where Chromium is: `CHROMIUM`, or the first one on the path. */
export const chromiumPath = () =>
  process.env["CHROMIUM"] ?? NAMES.map((name) => Bun.which(name)).find((path) => path !== null);

let launched: Promise<Browser> | undefined;
/** The browser of this process, which ends with it. Each test has a context of its own. */
async function openBrowser(): Promise<Browser> {
  const browser = await (launched ??= launch());
  if (browser.isConnected()) return browser;
  launched = undefined; // `bun test` ends it together with a test that took too long
  return openBrowser();
}
/** For a script, which would wait for the browser otherwise. */
export const closeBrowser = async (): Promise<void> => (await launched)?.close();
function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath)
    throw new Error("There is no Chromium here. Install it, or set CHROMIUM to its path.");
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"];
  if (process.getuid?.() === 0) args.push("--no-sandbox"); // it does not start as root with one
  return chromium.launch({ executablePath, args });
}

/** How long a state may take to come, on a machine that is busy. */
const PATIENCE = 60_000; // ms

/** How a user looks at a page. */
export interface Look {
  /** In CSS pixels. @default 760 */
  width?: number;
  /** @default 800 */
  height?: number;
  /** Pixels of the screen for one of CSS. @default 1 */
  scale?: number;
  /** @default "light" */
  colorScheme?: "light" | "dark";
  /** Colours that the user has chosen, in the place of the page's. @default false */
  forcedColors?: boolean;
  /** @default false */
  reducedMotion?: boolean;
  /** @default "en-GB" */
  locale?: string;
  /** @default "UTC" */
  timeZone?: string;
  /** Sets `dir="rtl"` on the page and its frames. @default false */
  rtl?: boolean;
  /** What the page's clock says, without standing still for timers. @default the real time */
  now?: Date;
  /** Errors and lines of the console that belong to the test. @default none */
  tolerates?: RegExp[];
}
/**
 * Opens a page, does something there, and closes it.
 * @throws {Error} where the page itself reported something that `tolerates` does not name
 */
export async function visit(
  url: string,
  look: Look,
  act: (page: Page) => Promise<unknown>,
): Promise<void> {
  const browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: look.width ?? 760, height: look.height ?? 800 },
    deviceScaleFactor: look.scale ?? 1,
    colorScheme: look.colorScheme ?? "light",
    forcedColors: look.forcedColors ? "active" : "none",
    reducedMotion: look.reducedMotion ? "reduce" : "no-preference",
    locale: look.locale ?? "en-GB",
    timezoneId: look.timeZone ?? "UTC",
  });
  context.setDefaultTimeout(PATIENCE);
  const problems = watchForProblems(context, look.tolerates ?? []);
  try {
    if (look.rtl) await context.addInitScript(RIGHT_TO_LEFT);
    const page = await context.newPage();
    if (look.now) await page.clock.setFixedTime(look.now);
    await page.goto(url);
    await act(page);
    if (problems.length) throw new Error("The page did not run cleanly.");
  } catch (error) {
    if (!problems.length) throw error;
    const why = error instanceof Error ? error.message : error;
    throw new Error(`${why}\nThe page reported:\n${problems.join("\n")}`, { cause: error });
  } finally {
    await context.close();
  }
}
const RIGHT_TO_LEFT = `document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dir = "rtl";
});`;

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
/** What went wrong in the pages of a context, one line each. It grows. */
function watchForProblems(context: BrowserContext, tolerated: RegExp[]): string[] {
  const problems: string[] = [];
  const report = (problem: string) => {
    if (!tolerated.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  context.on("weberror", (event) => report(`error: ${event.error().message}`));
  context.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning")
      report(`console.${line.type()}: ${line.text()} (${line.location().url})`);
  });
  context.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && !LOOPBACK.includes(hostname))
      report(`request: ${request.method()} ${request.url()} leaves this machine`);
  });
  return problems;
}

// ── What a user of assistive technology meets ───────────────────────────────────────────────────

/** Something that has a tree of its own: a page, one of its frames, or a part of either. */
export type Part = Page | FrameLocator | Locator;
const rootOf = (part: Part): Locator =>
  "ariaSnapshot" in part && !("goto" in part) ? part : part.locator("body");

/** The tree that a screen reader has to go by, as indented lines: `- button "Cancel the order"`. */
export const accessibilityTree = (part: Part): Promise<string> => rootOf(part).ariaSnapshot();

/**
 * Asks axe, with all its rules, about a page and every frame in it, or about the part that a selector names. A selector
 * inside a frame comes after those of its frames: `["iframe", "main"]`.
 * @throws what axe found, in words
 */
export async function expectAccessible(page: Page, part?: string | string[]): Promise<void> {
  const axe = new AxeBuilder({ page });
  // With forced colours they are the user's own, which axe mixes with the page's.
  if (await page.evaluate("matchMedia('(forced-colors: active)').matches"))
    axe.disableRules("color-contrast");
  // A list of selectors is what axe takes for a way through frames; the package types it as a longer tuple.
  if (part) axe.include(part as string).disableRules("region"); // the landmarks are around it
  let { violations, passes } = await axe.analyze();
  const end = performance.now() + PATIENCE;
  while (!passes.length) {
    // Axe passes over a frame that is not there yet without a word.
    if (performance.now() > end) throw new Error("axe found nothing to look at here.");
    ({ violations, passes } = await axe.analyze());
  }
  const found = violations.flatMap(({ id, help, nodes }) => [
    `${id}: ${help}`,
    ...nodes.map(
      ({ target, failureSummary }) =>
        `  ${target.join(" > ")}: ${failureSummary?.replace(/\s*\n\s*/g, " ")}`,
    ),
  ]);
  if (found.length) throw new Error(`axe found:\n${found.join("\n")}`);
}

/** What has the focus. */
interface Focus {
  /** As in the accessibility tree: `button "Cancel the order"`. */
  name: string;
  /** Why its user would not see that, or "". */
  hidden: string;
  frame: Frame;
}
/** The element with the focus, in whatever frame it is. */
async function findFocus(
  page: Page,
  isJudged: (frame: Frame) => boolean,
): Promise<Focus | undefined> {
  let frame: Frame = page.mainFrame();
  for (let looks = 0; looks < 20;) {
    const element = (await frame.evaluateHandle("document.activeElement")).asElement();
    const inner = await element?.contentFrame();
    if (inner) frame = inner;
    else if (await frame.evaluate<boolean>(HAS_FOCUS)) {
      const [line = ""] = (await frame.locator(":focus").ariaSnapshot()).split("\n");
      const hidden = isJudged(frame) ? await frame.evaluate<string>(WHY_HIDDEN) : "";
      return { name: line.replace(/^- |:$/g, ""), hidden, frame };
    } else if (frame === page.mainFrame()) return undefined;
    else {
      await frame.evaluate("new Promise(requestAnimationFrame)"); // another process is still at it
      looks++;
    }
  }
  return undefined;
}
const HAS_FOCUS =
  "document.activeElement?.matches(':focus') && document.activeElement !== document.body";
// A ring may be drawn around the label or the row that an element stands in.
const WHY_HIDDEN = `(() => {
  const one = document.activeElement;
  const { width, height, left, top } = one.getBoundingClientRect();
  if (width < 2 || height < 2) return "it has no size";
  const at = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!at) return "it is outside of what is seen";
  if (!one.contains(at) && !at.contains(one)) return at.outerHTML.slice(0, 80) + " covers it";
  for (let around = one; around?.matches(":focus-within"); around = around.parentElement) {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(around);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && !/^rgba.* 0\\)$/.test(outlineColor)) return "";
    if (boxShadow !== "none" && around === one) return "";
  }
  return "nothing is drawn around it";
})()`;

const MOST_TABS = 150;
/**
 * What a user does who has no pointer. Each place that the focus comes by has to be seen, in the frames that are judged:
 * all of them, if nothing else is said.
 */
export function keyboard(page: Page, isJudged: (frame: Frame) => boolean = () => true) {
  const press = (key: string) => page.keyboard.press(key);
  /** Goes on with one key until something of this name has the focus. */
  async function goTo(name: string | RegExp, key: string): Promise<Focus> {
    const isMeant = (focus: Focus) =>
      typeof name === "string" ? focus.name.includes(name) : name.test(focus.name);
    const passed: string[] = [];
    for (let presses = 0; presses < MOST_TABS; presses++) {
      await press(key);
      const focus = await findFocus(page, isJudged);
      if (focus?.hidden) throw new Error(`The focus is on ${focus.name}, but ${focus.hidden}.`);
      if (focus && isMeant(focus)) return focus;
      passed.push(focus?.name ?? "the page");
    }
    throw new Error(
      `${key} does not lead to ${name}. It led to:\n${[...new Set(passed)].join("\n")}`,
    );
  }
  return {
    press,
    type: (text: string) => page.keyboard.type(text),
    /** What has the focus, as in the accessibility tree: `button "Cancel the order"`. */
    focused: async () => (await findFocus(page, isJudged))?.name,
    tabTo: (name: string | RegExp) => goTo(name, "Tab"),
    tabBackTo: (name: string | RegExp) => goTo(name, "Shift+Tab"),
    arrowTo: (name: string | RegExp, key = "ArrowDown") => goTo(name, key),
    /** Goes there, and presses it once it may be pressed. */
    async activate(name: string | RegExp, key = "Enter") {
      const { frame } = await goTo(name, "Tab");
      await frame.locator(':focus:not([aria-disabled="true"])').waitFor({ state: "attached" });
      await press(key);
    },
  };
}

type Role = Parameters<Page["getByRole"]>[0];
/** What a user does with a screen reader: hears the tree of a part, and acts on what has a name there. */
export function screenReader(part: Part) {
  const root = rootOf(part);
  /** Looks again with each frame that is drawn, until the tree is as wanted. */
  async function hear(pattern: RegExp): Promise<string> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const tree = await root.ariaSnapshot();
      if (pattern.test(tree)) return tree;
      if (performance.now() > end) throw new Error(`${pattern} is not in the tree:\n${tree}`);
      await root.evaluate("new Promise(requestAnimationFrame)");
    }
  }
  const named = (role: Role, name: string | RegExp) =>
    root.getByRole(role, { name, exact: typeof name === "string" });
  return {
    hear,
    /** Does what the element is there for, wherever it is drawn. */
    activate: (role: Role, name: string | RegExp) => named(role, name).dispatchEvent("click"),
    /** Opens what is folded, which the tree has as a group. */
    unfold: (name: string) => root.locator("summary", { hasText: name }).dispatchEvent("click"),
    write: (role: Role, name: string | RegExp, text: string) => named(role, name).fill(text),
  };
}

/** A picture of a page or a part of it, without a caret and with animations at their end. */
export async function takePicture(part: Page | Locator, path: string): Promise<void> {
  await part.screenshot({ path, animations: "disabled", caret: "hide" });
}
