/** The page without a back end: the browser calls the MCP server itself, from another origin. */
import { expect, test } from "bun:test";
import type { Page, Request } from "playwright-core";
import { type DemoOptions, serveDemo } from "../../examples/page/serve.ts";
import { accessibilityTree, expectAccessible, keyboard, type Look, visit } from "./browser.ts";

type Demo = Awaited<ReturnType<typeof serveDemo>>;
/** Opens the page beside a demo shop of its own. */
async function open(
  look: Look,
  act: (page: Page, demo: Demo) => Promise<unknown>,
  options: DemoOptions = {},
): Promise<void> {
  const demo = await serveDemo(options);
  try {
    await visit(demo.url, look, (page) => act(page, demo));
  } finally {
    await demo.stop();
  }
}
const search = (page: Page) => page.getByRole("searchbox");
const status = (page: Page) => page.getByRole("status", { name: "News of the order" });
async function showOrder(page: Page, id: string): Promise<void> {
  await page.getByLabel("Order number").fill(id);
  await page.getByRole("button", { name: "Show the order" }).click();
}
/** A tool's name and arguments, where a request calls one. */
const callIn = (
  request: Request,
): { name: string; arguments: Record<string, unknown> } | undefined =>
  request.method() === "POST" ? request.postDataJSON()?.params : undefined;
/** The shop's staff ship an order. */
async function ship({ shop }: Demo, id: string): Promise<void> {
  const shipped = await fetch(`${shop.url}/__world/orders/${id}/ship/`, { method: "POST" });
  expect(shipped.status).toBe(200);
}

test("the browser speaks 2026-07-28 to another origin, and nothing older", () =>
  open({}, async (page, { mcp, url }) => {
    const found = page.getByText("Harbour Storm Lantern");
    await found.waitFor(); // else what the first load still asks for is counted, too
    const requests: Request[] = [];
    page.on("request", (request) => request.url() === mcp.url && requests.push(request));
    await page.reload();
    await found.waitFor();
    expect(new URL(mcp.url).origin).not.toBe(new URL(url).origin);
    expect(requests.map((request) => request.postDataJSON().method)).toEqual([
      "server/discover",
      "tools/call",
    ]);
    for (const request of requests) {
      expect((await request.allHeaders())["mcp-protocol-version"]).toBe("2026-07-28");
      expect((await request.response())?.headers()["access-control-allow-origin"]).toBe(
        new URL(url).origin,
      );
    }
  }));

test("a server that does not know the page's origin is told of in words, and asked in no older way", () =>
  open(
    { tolerates: [/CORS|Failed to load resource/] },
    async (page, { mcp }) => {
      const methods: string[] = [];
      page.on("request", (request) => {
        if (request.url() === mcp.url) methods.push(request.postDataJSON()?.method);
      });
      await page.reload();
      await page.getByText("The shop cannot be reached").waitFor();
      expect([...new Set(methods)]).toEqual(["server/discover"]);
    },
    { origins: "https://another.example" },
  ));

test("a server that wants a sign-in says so, and is not asked again and again", () =>
  open({ tolerates: [/Failed to load resource/] }, async (page, { mcp, url }) => {
    await page.route(mcp.url, async (route) => {
      const headers = { "Access-Control-Allow-Origin": new URL(url).origin };
      await route.fulfill({ status: 401, headers });
    });
    await page.reload();
    await showOrder(page, "1054");
    expect(
      await page.getByRole("alert").filter({ hasText: "Sign in to it" }).nth(1).innerText(),
    ).toContain("Trying again will not help");
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(await page.getByRole("status", { name: "News of the order" }).textContent()).toBe("");
  }));
test("typing searches once it rests, and aborts the call before", () =>
  open({}, async (page, { mcp }) => {
    await page.clock.install({ time: 0 });
    await page.reload();
    await page.clock.pauseAt(60_000);
    await page.getByText("Harbour Storm Lantern").waitFor();
    const queryOf = (request: Request) => callIn(request)?.arguments?.["query"];
    const held = Promise.withResolvers<void>();
    await page.route(mcp.url, async (route) => {
      if (queryOf(route.request()) === "gar") await held.promise;
      await route.continue().catch(() => {}); // it is gone
    });
    const searches: unknown[] = [];
    page.on("request", (request) => queryOf(request) && searches.push(queryOf(request)));
    await search(page).fill("");
    await search(page).pressSequentially("gar");
    await page.clock.runFor(199);
    expect(searches).toEqual([]);
    const asked = page.waitForRequest((request) => queryOf(request) === "gar");
    await page.clock.runFor(1);
    await asked;
    const aborted = page.waitForEvent("requestfailed");
    await search(page).pressSequentially("den");
    expect((await aborted).failure()?.errorText).toBe("net::ERR_ABORTED");
    await page.clock.runFor(200);
    await page.getByText("Garden").first().waitFor();
    expect(searches).toEqual(["gar", "garden"]);
    held.resolve();
  }));

test("more of what was searched for is asked for with the same words", () =>
  open({}, async (page) => {
    await search(page).fill("garden");
    await page.getByRole("heading", { name: "Products for “garden”" }).waitFor();
    expect(await page.getByRole("listitem").count()).toBe(6);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("listitem").nth(6).waitFor();
  }));
test("an order that is shipped changes while one looks, and that is said aloud", () =>
  open({}, async (page, demo) => {
    await showOrder(page, "1054");
    await status(page).filter({ hasText: "Live" }).waitFor();
    await page.getByText("Pending").first().waitFor();
    await ship(demo, "1054");
    await status(page).filter({ hasText: "has just changed" }).waitFor();
    await page.getByText("Shipped").first().waitFor();
  }));

test("a lost connection is said, sought again, and what happened meanwhile is shown", () =>
  open({ tolerates: [/ERR_|Failed to load resource/] }, async (page, demo) => {
    await showOrder(page, "1054");
    await status(page).filter({ hasText: "Live" }).waitFor();
    await demo.mcp.stop();
    await status(page).filter({ hasText: "connection to the shop is lost" }).waitFor();
    await ship(demo, "1054");
    const again = demo.startMcp(Number(new URL(demo.mcp.url).port));
    await status(page)
      .filter({ hasText: /Live|has just changed/ }) // the shop reports it once more, too
      .waitFor();
    await page.getByText("Shipped").first().waitFor();
    await again.stop();
  }));

test("a shop that was down answers once it is up", () =>
  open({ tolerates: [/ERR_|Failed to load resource/] }, async (page, demo) => {
    await demo.mcp.stop();
    await search(page).fill("garden");
    await page.getByText("The shop cannot be reached").waitFor();
    const again = demo.startMcp(Number(new URL(demo.mcp.url).port));
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Products for “garden”" }).waitFor();
    await search(page).fill("lantern");
    await page.getByText("Harbour Storm Lantern").waitFor();
    await again.stop();
  }));

test.each(["9999", "1001"])("order %s, which is not Mia's, is told of in words", (id) =>
  open({}, async (page) => {
    await showOrder(page, id);
    await page.getByText("Nothing was found").waitFor();
    expect(await status(page).textContent()).toBe("");
  }),
);

test("somebody without a pointer finds a product and follows an order", () =>
  open({}, async (page, demo) => {
    const keys = keyboard(page);
    await keys.tabTo("searchbox");
    await keys.press("Control+A");
    await keys.type("garden");
    await page.getByText("Garden").first().waitFor();
    await keys.tabTo('textbox "Order number"');
    await keys.type("1054");
    await keys.press("Enter");
    await status(page).filter({ hasText: "Live" }).waitFor();
    await ship(demo, "1054");
    await status(page).filter({ hasText: "has just changed" }).waitFor();
    expect(await accessibilityTree(page)).toMatch(/heading "Order 1054"[^]*Shipped/);
  }));

const looks: Look[] = [
  { width: 320, colorScheme: "light" },
  { width: 760, colorScheme: "dark" },
  { width: 320, forcedColors: true },
  { width: 760, rtl: true },
];
test.each(looks)("axe finds nothing, and nothing is cut off: %j", (look) =>
  open(look, async (page) => {
    await page.getByText("Harbour Storm Lantern").waitFor();
    await showOrder(page, "1054");
    await status(page).filter({ hasText: "Live" }).waitFor();
    await expectAccessible(page);
    await showOrder(page, "9999");
    await page.getByText("Nothing was found").waitFor();
    await expectAccessible(page);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  }),
);
