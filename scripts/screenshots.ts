/**
 * Takes the pictures of docs/pictures/: `bun run screenshots [NAME…]`. Needs Chromium, and installs it where it may,
 * together with a typeface and pngquant. All that is shown is the demo shop's, at one fixed time.
 *
 * ```sh
 * bun run screenshots                # all of them
 * bun run screenshots dialog page    # those with these words in their names
 * ```
 *
 * @module
 */
import { mkdtempSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { serveDemo as servePage } from "../examples/page/serve.ts";
import { serveDemo as serveStorefront } from "../examples/storefront/demo/demo.ts";
import { closeBrowser, type Look, takePicture, visit } from "../tests/browser/browser.ts";
import { withShop } from "../tests/browser/demo-shop.ts";
import { openInInspector } from "../tests/browser/inspector.ts";
import { installChromium } from "./browser.ts";
import { installPackages } from "./debian.ts";

const PACKAGES = ["fonts-inter", "fonts-urw-base35", "pngquant"];
const folder = fileURLToPath(new URL("../docs/pictures/", import.meta.url));
const NOW = new Date("2026-11-22T09:00:00Z");
const clock = () => NOW;
const wide: Look = { width: 1280, height: 860, scale: 1.5, now: NOW };
const dark: Look = { ...wide, colorScheme: "dark" };
/** Chromium draws frames of another site at one pixel a pixel. */
const inInspector: Look = { width: 1440, height: 900, reducedMotion: true };

/** What a page asks of its system, as these pictures have it everywhere. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${Object.entries({
  "system-ui": "Inter",
  "sans-serif": "Inter",
  "DejaVu Sans": "Inter",
  Georgia: "P052",
  serif: "P052",
})
  .map(
    ([asked, given]) =>
      `<match target="pattern"><test name="family"><string>${asked}</string></test><edit name="family" mode="prepend" binding="strong"><string>${given}</string></edit></match>`,
  )
  .join("\n")}
</fontconfig>`;

type Take = (page: Page) => Promise<void>;
/** The storefront, with Mia signed in. */
async function storefront(
  look: Look,
  path: string,
  act: (page: Page) => Promise<unknown>,
  take: Take,
) {
  const demo = await serveStorefront({ clock });
  try {
    await visit(demo.origin, look, async (page) => {
      await page.getByRole("button", { name: "Mia Lindqvist" }).click();
      await page.getByRole("link", { name: "My orders" }).waitFor();
      if (path) await page.goto(demo.origin + path);
      await act(page);
      await take(page);
    });
  } finally {
    await demo.stop();
  }
}
async function say(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message to the assistant" }).fill(words);
  await page.keyboard.press("Enter");
}
const settled = (page: Page) => page.locator("[role=log][aria-busy=false]").waitFor();

/** A view inside the Inspector, beside the list of tools that have one. */
const inspector = (look: Look, call: { tool: string; args: object }, take: Take) =>
  withShop(
    (server) =>
      openInInspector({ server, ...call }, look, async (view, page) => {
        await view.getByRole("heading").first().waitFor();
        await page.getByRole("button", { name: "Close monitoring sidebar" }).press("Enter");
        await page.getByRole("button", { name: "Open monitoring sidebar" }).blur();
        await page.waitForFunction(
          "document.querySelector('[data-app-status] iframe').clientWidth > 700",
        );
        await take(page);
      }),
    clock,
  );

/** Each picture by its name. */
const pictures: Record<string, (take: Take) => Promise<unknown>> = {
  "storefront-chat": (take) =>
    storefront(
      wide,
      "",
      async (page) => {
        await say(page, "Show me lamps");
        await page
          .getByText(/^I found/)
          .last()
          .waitFor();
        await settled(page);
      },
      take,
    ),
  "storefront-question": (take) =>
    storefront(
      dark,
      "/orders/1054",
      async (page) => {
        await page.getByRole("heading", { name: "Order 1054" }).waitFor();
        await say(page, "Cancel order 1054");
        await page.getByRole("dialog").waitFor();
      },
      take,
    ),
  "inspector-product": (take) =>
    inspector(
      inInspector,
      { tool: "get_product", args: { product_id: "elsa-watering-can" } },
      take,
    ),
  "inspector-order": (take) =>
    inspector(
      { ...inInspector, colorScheme: "dark" },
      { tool: "get_order", args: { order_id: "1036" } },
      take,
    ),
  "page-live": async (take) => {
    const demo = await servePage({ clock });
    try {
      await visit(demo.url, dark, async (page) => {
        await page.getByRole("searchbox").fill("garden");
        await page.getByLabel("Order number").fill("1054");
        await page.keyboard.press("Enter");
        await page.getByText("Live:").waitFor();
        await fetch(`${demo.shop.url}/__world/orders/1054/ship/`, { method: "POST" });
        await page.getByText("has just changed").waitFor();
        await page.getByText("Shipped").first().waitFor();
        await page.getByLabel("Order number").blur();
        await take(page);
      });
    } finally {
      await demo.stop();
    }
  },
};

/** Whether all pictures that can be seen are there. */
const ARE_DRAWN = `[...document.images].every(
  (image) => image.getBoundingClientRect().top > innerHeight || (image.complete && image.naturalWidth),
)`;
/** Takes one picture, with no more colours than a picture of a page needs. */
async function shoot(name: string): Promise<void> {
  const path = `${folder}${name}.png`;
  await pictures[name]?.(async (page) => {
    for (const frame of page.frames()) await frame.waitForFunction(ARE_DRAWN);
    await takePicture(page, path);
  });
  const quantize = [
    "pngquant",
    "--force",
    "--skip-if-larger",
    "--strip",
    "--speed",
    "1",
    "--output",
    path,
    path,
  ];
  if (Bun.which("pngquant")) await Bun.spawn(quantize).exited;
  console.log(`${name}.png: ${Math.round(Bun.file(path).size / 1024)} kB`);
}

async function main(words: string[]): Promise<void> {
  await installChromium();
  if (!Bun.which("pngquant"))
    await installPackages(PACKAGES).catch(({ message }: Error) =>
      console.error(`screenshots: ${message} Other letters are drawn, and the files are larger.`),
    );
  await mkdir(folder, { recursive: true });
  const fonts = join(mkdtempSync(join(tmpdir(), "fonts-")), "fonts.conf");
  await Bun.write(fonts, FONTS);
  process.env["FONTCONFIG_FILE"] = fonts; // of the browser that is started from here
  const isMeant = (name: string) => !words.length || words.some((word) => name.includes(word));
  for (const name of Object.keys(pictures).filter(isMeant)) await shoot(name);
  await closeBrowser();
}
if (import.meta.main) await main(process.argv.slice(2));
