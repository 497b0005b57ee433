/** The views in Chromium: each case of tests/ui/cases.ts for axe, at both widths, in both schemes; and what one does there. */
import { afterAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { cases } from "../ui/cases.ts";
import { accessibilityTree, expectAccessible, keyboard, type Look, visit } from "./browser.ts";
import { pathOf, serveGallery } from "./gallery.ts";

const gallery = await serveGallery();
afterAll(() => gallery.stop(true));
const NOW = new Date("2026-11-27T09:30:00Z");
/** Pictures that are not there belong to the cases. */
const MISSING = [/404/, /none-of-this-name/];
type Act = (page: Page) => Promise<unknown>;
const look = (name: string, at: Look & { as?: Record<string, string> }, act: Act) =>
  visit(
    new URL(pathOf(name, at.as), gallery.url).href,
    { now: NOW, tolerates: MISSING, reducedMotion: true, ...at },
    act,
  );

const overflow = (page: Page) =>
  page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
/** What markup would have left behind, had any been run or drawn as such. */
const TRACES = `[
  window.hacked,
  ...[...document.querySelectorAll("main script, main iframe, main svg, main [onerror]")].map((e) => e.outerHTML),
  ...[...document.querySelectorAll("main img, main a")].map((e) => e.src ?? e.href).filter((url) => !url.startsWith(location.origin)),
].filter(Boolean)`;
/** What the views did to their host. */
const doneIn = async (page: Page): Promise<unknown[][]> =>
  JSON.parse(await page.evaluate<string>("JSON.stringify(done)"));

const LOOKS = [
  [300, "light"],
  [760, "dark"],
] as const;
test.each(Object.keys(cases))("%s: axe finds nothing, nothing runs, nothing is cut off", (name) =>
  look(name, {}, async (page) => {
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      expect([width, await overflow(page)]).toEqual([width, 0]);
      await expectAccessible(page);
    }
    const folds = page.locator("details:not([open]) > summary, [aria-expanded=false]");
    const isFolded = (await folds.count()) > 0;
    while (await folds.count()) await folds.first().click();
    expect(await overflow(page)).toBe(0);
    if (isFolded && !name.includes("200")) await expectAccessible(page); // axe is slow with lists like these
    expect(await page.evaluate(TRACES)).toEqual([]);
  }),
);
test.each(["products, hard", "product, 60 variants", "order", "change asked", "orders"])(
  "%s: right to left, in colours of the user's own, and with letters twice as large",
  (name) =>
    look(name, { forcedColors: true, as: { locale: "ar-EG" } }, async (page) => {
      await expectAccessible(page);
      expect(await page.locator(".shop-view").getAttribute("dir")).toBe("rtl");
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: 700 });
        await page.evaluate("document.documentElement.style.fontSize = '200%'");
        expect([width, await overflow(page)]).toEqual([width, 0]);
        await page.evaluate("document.documentElement.style.fontSize = ''");
      }
    }),
);
test("nothing moves for those who want that", () =>
  look("under way", { reducedMotion: true }, async (page) => {
    expect(await page.evaluate("document.getAnimations().length")).toBe(0);
  }));

test("with the keyboard alone, a product is found, opened, chosen and left", () =>
  look("products", {}, async (page) => {
    const keys = keyboard(page);
    await keys.activate('button "Seed Tin for One Bed"');
    await page.getByRole("heading", { name: "Gießkanne Elsa" }).waitFor();
    expect(await keys.focused()).toContain("Gießkanne Elsa");
    await keys.tabTo('radio "1.5 L"');
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("status").first().textContent()).toContain("€39.50");
    await keys.tabBackTo('button "Back"');
    await page.keyboard.press("Enter");
    expect(await keys.focused()).toBe('button "Seed Tin for One Bed"');
    expect(await doneIn(page)).toEqual([["call", "get_product", { product_id: "seed-tin" }]]);
  }));
test("more products come after those that are there, are announced, and have the focus", () =>
  look("products", {}, async (page) => {
    const keys = keyboard(page);
    await keys.activate('button "Show more"');
    await page.getByRole("button", { name: "Orchard Hammock" }).waitFor();
    expect(await keys.focused()).toBe('button "Orchard Hammock"');
    expect(await page.getByRole("status").last().textContent()).toBe("2 more products, 10 shown");
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    const asked = { query: "garden", cursor: "cursor-2" };
    expect(await doneIn(page)).toEqual([["call", "search_products", asked]]);
  }));
test("where more cannot be had, that is said, and one can try again", () =>
  look("products, more fails", {}, async (page) => {
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("alert").getByText("The shop is busy.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    expect(await doneIn(page)).toHaveLength(2);
    await expectAccessible(page);
  }));

test("with the keyboard alone, an order is read and cancelled", () =>
  look("order, pending", { width: 320 }, async (page) => {
    const keys = keyboard(page);
    await keys.activate("Cancel the order");
    await keys.tabTo('radio "I no longer need it"');
    await page.keyboard.press("ArrowDown");
    await keys.activate('button "Go on"');
    await page.getByRole("heading", { name: /Cancel order 1041 of .?Mia Lindqvist/ }).waitFor();
    expect(await accessibilityTree(page)).toContain("€115.60");
    await expectAccessible(page);
    await keys.activate('button "Confirm"');
    await page.getByRole("heading", { name: "Order 1041: cancelled." }).waitFor();
    await keys.tabBackTo('button "Back"');
    await keys.press("Enter");
    await page.getByText("Nothing will be sent.").waitFor(); // the order, as it is now
    const asked = { order_id: "1041", reason: "ordered_by_mistake" };
    expect(await doneIn(page)).toEqual([
      ["call", "cancel_order", asked],
      ["call", "cancel_order", { ...asked, confirmation: "token" }],
      ["call", "get_order", { order_id: "1041" }],
    ]);
  }));
test("an order that changes while it is shown is announced, and leaves the focus where it is", () =>
  look("order", {}, async (page) => {
    const keys = keyboard(page);
    await keys.tabTo('button "Gießkanne Elsa"');
    const { structuredContent } = cases["order"]?.result ?? {};
    const now = { ...Object(structuredContent), status: "delivered" };
    const result = { structuredContent: now, text: "", isError: false };
    await page.evaluate(`draw(${JSON.stringify(result)})`);
    await page.getByText("Delivered").waitFor();
    expect(await page.getByRole("status").last().textContent()).toBe("This has just changed.");
    expect(await keys.focused()).toBe('button "Gießkanne Elsa"');
  }));
/** Holds what is answered back, until what it returns is called. */
async function holdAnswers(page: Page): Promise<() => Promise<unknown>> {
  await page.evaluate("void (gate = new Promise((open) => (openGate = open)))");
  return () => page.evaluate("openGate(), new Promise((done) => setTimeout(done))");
}
test("a page of the list before is not added to the list that has taken its place", () =>
  look("products", {}, async (page) => {
    const letGo = await holdAnswers(page);
    await page.getByRole("button", { name: "Show more" }).click();
    const lamp = { product_id: "lamp", name: "Lamp" };
    const result = { structuredContent: { products: [lamp] }, text: "", isError: false };
    await page.evaluate(`draw(${JSON.stringify(result)})`);
    await page.getByRole("button", { name: "Lamp" }).waitFor();
    await letGo();
    expect(await page.locator(".card").count()).toBe(1);
  }));
test("the answer to a further attempt is not put over what was given since", () =>
  look("failed", {}, async (page) => {
    const letGo = await holdAnswers(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.evaluate(`draw(${JSON.stringify(cases["order"]?.result)})`);
    await page.getByRole("heading", { name: "Order 1036" }).waitFor();
    await letGo();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.getByRole("heading", { name: "Order 1036" }).count()).toBe(1);
  }));
test("what a further attempt has brought gives way to the next call, though that fails alike", () =>
  look("cancelled", {}, async (page) => {
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "Seed Tin for One Bed" }).waitFor();
    await page.evaluate(`draw(undefined, { query: "lamp" })`);
    await page.getByRole("alert").getByText("The call was cancelled.").waitFor();
  }));
test("arguments that a host tells after the result are those of the next call", () =>
  look("products", {}, async (page) => {
    await page.evaluate(`draw(undefined, { query: "lamp" })`);
    await page.getByRole("heading", { name: "Products for “lamp”" }).waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    const asked = { query: "lamp", cursor: "cursor-2" };
    expect(await doneIn(page)).toEqual([["call", "search_products", asked]]);
  }));
test("the same once more is not announced as a change, whenever it was read", () =>
  look("order", {}, async (page) => {
    const { structuredContent } = cases["order"]?.result ?? {};
    const later = { ...Object(structuredContent), as_of: "2026-11-27T09:31:00.000Z" };
    const result = { structuredContent: later, text: "", isError: false };
    await page.evaluate(`draw(${JSON.stringify(result)})`);
    await page.getByText("10:31").waitFor();
    expect(await page.getByRole("status").last().textContent()).toBe("");
  }));
test("a fault in a view leaves words, and no empty place", () => {
  const as = { faulty: "1" };
  return look("products", { as, tolerates: [/a fault of this page/] }, async (page) => {
    await page.getByRole("heading", { name: "This answer is not in a form that" }).waitFor();
    await page.getByText("In words.").waitFor();
  });
});
test("a confirmation sends the arguments as they were, and shows the receipt and the order", () =>
  look("change asked", {}, async (page) => {
    const keys = keyboard(page);
    await keys.activate('button "Confirm"');
    await page.getByRole("heading", { name: "Order 1041: cancelled." }).waitFor();
    expect(await keys.focused()).toContain("Order 1041: cancelled.");
    const args = { order_id: "1041", reason: "no_longer_needed", confirmation: "token" };
    expect(await doneIn(page)).toEqual([["call", "cancel_order", args]]);
    await keys.activate('button "Show the order"');
    await page.getByText("Cancelled", { exact: true }).waitFor();
    await expectAccessible(page);
  }));
test("what is kept is not sent, the chat is told, and the question can be had again", () =>
  look("change asked", {}, async (page) => {
    await keyboard(page).activate('button "Keep as it is"');
    await page.getByRole("heading", { name: "Kept as it is" }).waitFor();
    expect((await doneIn(page)).map(([what]) => what)).toEqual(["say"]);
    expect(`${await keyboard(page).focused()}`).toContain("Kept as it is");
    await keyboard(page).activate('button "Show the question again"');
    await page.getByRole("button", { name: "Confirm" }).waitFor();
  }));
test("where no answer to a confirmation arrives, nothing is said to be done or not done", () =>
  look("change of an address", {}, async (page) => {
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("alert").getByText("may have done it all the same").waitFor();
    expect(await page.getByText("Nothing is done").count()).toBe(0);
    await page.getByRole("button", { name: "Send the same again" }).click();
    const [first, second] = await doneIn(page);
    expect(second).toEqual(first);
    await expectAccessible(page);
  }));
test("a change that failed is asked for anew without the old confirmation", () =>
  look("change failed", {}, async (page) => {
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("heading", { name: "Cancel order 1041" }).waitFor();
    expect(await doneIn(page)).toEqual([
      ["call", "cancel_order", { order_id: "1041", reason: "no_longer_needed" }],
    ]);
  }));
test("a wish that no button can fulfil is put into the chat", () =>
  look("order, pending", {}, async (page) => {
    await page.getByRole("button", { name: "Change the address" }).click();
    expect(await doneIn(page)).toEqual([["say", "I want order 1041 sent to another address."]]);
  }));
test("a link to the shop opens outside of the view", () =>
  look("product", {}, async (page) => {
    await page.evaluate(
      "addEventListener('click', (e) => (window.isPrevented = e.defaultPrevented))",
    );
    await page.getByRole("link", { name: "See it at the shop" }).click();
    const address = new URL("/products/elsa-watering-can/", gallery.url).href;
    expect(await doneIn(page)).toEqual([["openLink", address]]);
    expect(await page.evaluate("isPrevented")).toBe(true); // the browser does not open it as well
  }));
test("a screen reader meets an order as headings, a table and lists", () =>
  look("order", {}, async (page) => {
    const tree = await accessibilityTree(page);
    for (const part of [
      '- heading "Order 1036 (number QL-1036)" [level=1]',
      '- heading "Items" [level=2]',
      '- row "Field Notebook ruling dotted cover moss 2 × €11.90"',
      '- heading "Shipment 2" [level=3]',
      '- region "What you can do now"',
      "It has been shipped. You can return it once it has arrived.",
    ])
      expect(tree).toContain(part);
  }));
