/** The storefront in a real browser: pages, chat and questions, for a pointer, a keyboard and a screen reader. */
import { expect, test } from "bun:test";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Page } from "playwright-core";
import { serveDemo } from "../../examples/storefront/demo/demo.ts";
import { scriptedModel } from "../../examples/storefront/demo/scripted-model.ts";
import { buildApp } from "../../examples/storefront/start/build.ts";
import { finish, modelOf, text } from "../storefront/open-storefront.ts";
import { accessibilityTree, expectAccessible, keyboard, type Look, visit } from "./browser.ts";

type Demo = Awaited<ReturnType<typeof serveDemo>>;
const built = buildApp();
/** Opens the storefront with a demo shop of its own. */
async function open(
  look: Look,
  act: (page: Page, demo: Demo) => Promise<unknown>,
  model: LanguageModelV4 = scriptedModel({ delayMs: 0 }),
): Promise<void> {
  const demo = await serveDemo({ files: await built, assistant: { model } });
  try {
    await visit(demo.origin, look, (page) => act(page, demo));
  } finally {
    await demo.stop();
  }
}
async function signIn(page: Page, name = "Mia Lindqvist"): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
const chat = (page: Page) => page.getByRole("log", { name: "Conversation" });
async function say(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message to the assistant" }).fill(words);
  await page.keyboard.press("Enter");
}
const dialog = (page: Page) => page.getByRole("dialog", { name: /\?$/ });
const order = ({ shop }: Demo, id: string) =>
  shop.shop.world().orders.find(({ order_id }) => order_id === id);
/** How far the words of what went wrong reach below the chat's place. */
const belowChat = (page: Page) =>
  page.evaluate<number>(
    `(bottom => bottom("[role=log] [role=alert]") - bottom("[role=log]"))(
      selector => document.querySelector(selector).getBoundingClientRect().bottom)`,
  );
const isSettled = (page: Page) => page.locator("[role=log][aria-busy=false]").waitFor();
/** Whether a paragraph of the chat is seen. */
const IS_INSIDE = `(text) => {
  const log = document.querySelector("[role=log]").getBoundingClientRect();
  const found = [...document.querySelectorAll("[role=log] p")].find((p) => p.innerText.trim() === text);
  const { top, bottom } = found.getBoundingClientRect();
  return top < log.bottom && bottom > log.top;
}`;
const isInside = (page: Page, words: string): Promise<boolean> =>
  page.evaluate(`(${IS_INSIDE})(${JSON.stringify(words)})`);

test("a shopper signs in, says no to a cancellation, then yes to it", () =>
  open({ width: 1280 }, async (page, demo) => {
    await signIn(page);
    await say(page, "Cancel order 1054");
    await dialog(page)
      .getByRole("heading", { name: /Cancel order 1054 of "Mia Lindqvist"/ })
      .waitFor();
    for (const named of [
      /Sparrow Fountain Pen/,
      /Oak-Gall Ink/,
      /becomes "cancelled"/,
      /56\.90 EUR/,
    ])
      await dialog(page).getByText(named).waitFor();
    await dialog(page).getByRole("button", { name: "No, leave it as it is" }).click();
    await chat(page).getByText("You did not agree, so nothing was sent to the shop.").waitFor();
    await chat(page).getByText("As you wish: the order stays as it is.").waitFor();
    expect(order(demo, "1054")?.status).toBe("pending");

    await say(page, "Cancel order 1054");
    await dialog(page).getByRole("button", { name: "Yes, do this" }).click();
    await chat(page).getByText("Order 1054: cancelled.").last().waitFor();
    expect(order(demo, "1054")?.status).toBe("cancelled");
    await page.getByRole("link", { name: "My orders" }).click();
    await page.getByRole("main").getByText("Cancelled").first().waitFor();
  }));
test("a button of the order's own page asks by the same dialog, and the page shows what came of it", () =>
  open({ width: 1280 }, async (page, demo) => {
    await signIn(page);
    await page.goto(`${demo.origin}/orders/1054`);
    const main = page.getByRole("main");
    await main.getByText("Cancel the order").click();
    await main.getByRole("button", { name: "Go on" }).click();
    await dialog(page).getByRole("button", { name: "Yes, do this" }).click();
    await main
      .getByText(/Order 1054: cancelled/)
      .first()
      .waitFor();
    expect(order(demo, "1054")?.status).toBe("cancelled");
  }));
test.each([
  ["Escape", (page: Page) => page.keyboard.press("Escape")],
  ["a reload", (page: Page) => page.reload()],
  ["another page", (page: Page) => page.goto("about:blank")],
])("%s is a no to an open question", (_, leave) =>
  open({ width: 1280 }, async (page, demo) => {
    await signIn(page);
    await say(page, "Cancel order 1054");
    await dialog(page).waitFor();
    await leave(page);
    await page.goto(demo.origin);
    await chat(page).getByText("As you wish").waitFor();
    await dialog(page).waitFor({ state: "detached" });
    expect(order(demo, "1054")?.status).toBe("pending");
  }),
);
test("the conversation is there after a reload, with its pictures", () =>
  open({ width: 1280 }, async (page) => {
    await signIn(page);
    await page.getByRole("button", { name: /present for a gardener/ }).click();
    await chat(page)
      .getByText(/^I found 6/)
      .waitFor();
    await page.reload();
    await chat(page)
      .getByText(/^I found 6/)
      .waitFor();
    await chat(page).getByRole("img", { name: "Narrow Root Trowel" }).waitFor();
    await chat(page).getByText("Find a present for a gardener").waitFor();
  }));
test("another shopper finds nothing of the first: neither conversation, nor orders, nor session", () =>
  open({ width: 1280 }, async (page) => {
    await signIn(page);
    await say(page, "Where is order 1036?");
    await chat(page).getByText("Order 1036 is shipped.").last().waitFor();
    await page.getByRole("link", { name: "My orders" }).click();
    await page.getByRole("main").getByText("Order 1054").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await signIn(page, "Axel Lindqvist");
    await page.getByRole("main").getByRole("heading", { name: "Orders" }).waitFor();
    await page.getByText("Ask for a present").waitFor();
    const hers = /Mia|Order 1049|Order 1036 is shipped/;
    expect(await page.locator("body").innerText()).not.toMatch(hers);
    await page.goBack();
    expect(await page.locator("body").innerText()).not.toMatch(hers);
  }));
test("signing in elsewhere in this browser changes every page of it", () =>
  open({ width: 1280 }, async (page, demo) => {
    await signIn(page);
    await page.getByText("Mia Lindqvist").waitFor();
    const other = await page.context().newPage();
    await other.goto(demo.origin);
    await other.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(other, "Axel Lindqvist");
    await page.reload();
    await page.getByText("Axel Lindqvist").waitFor();
  }));
test("an order that is shipped is said in the chat and shown on its page within a second", () =>
  open({ width: 1280 }, async (page, demo) => {
    await signIn(page);
    await page.goto(`${demo.origin}/orders/1049`);
    await page.getByRole("main").getByText("Pending").first().waitFor();
    await demo.storefront.sessions.listening();
    const before = performance.now();
    await fetch(`${demo.shop.url}/__world/orders/1049/ship/`, { method: "POST" });
    await chat(page).getByText("Order 1049 is shipped. It is on its way.").waitFor();
    await page.getByRole("main").getByText("Shipped").first().waitFor();
    expect(performance.now() - before).toBeLessThan(1000);
  }));

const broken = modelOf([...text("It is")], [...text("I am back."), ...finish()]);
test("a model that stops in the middle is said to, and the shopper goes on", () =>
  open(
    { width: 1280 },
    async (page) => {
      await signIn(page);
      await say(page, "Where is it?");
      await chat(page).getByText("The answer stopped in the middle. Try again.").waitFor();
      await say(page, "And now?");
      await chat(page).getByText("I am back.").waitFor();
    },
    broken,
  ));
const MARKUP = `<img src="x" onerror="document.title='hacked'"> <script>document.title='hacked'</script> **bold** [shop](javascript:document.title='hacked') [away](https://evil.example/)`;
test("what a model writes stays text: no markup of its own, no link that leads away", () =>
  open(
    { width: 1280 },
    async (page) => {
      await signIn(page);
      await say(page, "Hello");
      await chat(page).locator("strong", { hasText: "bold" }).waitFor();
      await isSettled(page);
      expect(
        await chat(page).locator("img, script, [href^=javascript], [href*=evil]").count(),
      ).toBe(0);
      expect(await page.title()).not.toBe("hacked");
    },
    modelOf([...text(MARKUP), ...finish()]),
  ));
test("where the server is gone, the page says so in words, in its pages and in the chat", () =>
  open(
    { width: 1280, tolerates: [/Failed to load resource|EventSource|ERR_/] },
    async (page, demo) => {
      await signIn(page);
      await page.getByRole("link", { name: "Kitchen" }).waitFor();
      await say(page, "Where is order 1036?"); // so that the chat is longer than its place
      await chat(page).getByText("Order 1036 is shipped.").last().waitFor();
      await page.route("**/api/{chat,call}", (route) => route.abort());
      await say(page, "Where is order 1036?");
      await chat(page)
        .getByText("The shop cannot be reached. Look at your connection, then try again.")
        .first()
        .waitFor();
      expect(await belowChat(page)).toBeLessThanOrEqual(1);
      await page.getByRole("link", { name: "Kitchen" }).click();
      await page.getByRole("main").getByText("The shop cannot be reached.").first().waitFor();
      await page.unroute("**/api/{chat,call}");
      await page.getByRole("heading", { name: /Kitchen/, level: 1 }).waitFor();
      await say(page, "Where is order 1036?");
      await chat(page).getByText("Order 1036 is shipped.").last().waitFor();
      expect(demo.origin).toBe(new URL(page.url()).origin);
    },
  ));

test("what a shopper writes is shown as they wrote it", () =>
  open({ width: 1280 }, async (page) => {
    await signIn(page);
    await say(page, "1. a <b>lamp</b> for *2* rooms_");
    await chat(page).getByText("1. a <b>lamp</b> for *2* rooms_", { exact: true }).waitFor();
  }));
test("whoever has scrolled up is left there while an answer grows, and what they say is seen", () => {
  const growing = Promise.withResolvers<void>();
  const lines = Array.from({ length: 40 }, (_, nth) => `Line ${nth}\n\n`).join("");
  const long = () =>
    new ReadableStream({
      async start(controller) {
        for (const part of text(lines)) controller.enqueue(part);
        await growing.promise;
        for (const part of [...text(lines), ...text("The end."), ...finish()])
          controller.enqueue(part);
        controller.close();
      },
    });
  const act = async (page: Page) => {
    await signIn(page);
    await say(page, "Tell me much");
    await chat(page).getByText("Line 39", { exact: true }).waitFor();
    const first = chat(page).getByText("Line 0", { exact: true }).first();
    expect(await isInside(page, "Line 39")).toBe(true);
    await first.scrollIntoViewIfNeeded();
    growing.resolve();
    await chat(page).getByText("The end.").waitFor();
    await isSettled(page);
    expect(await isInside(page, "Line 0")).toBe(true);
    await say(page, "Thanks");
    await chat(page).getByText("Thanks", { exact: true }).waitFor();
    await chat(page).getByText("Yes.", { exact: true }).waitFor();
    expect(await isInside(page, "Thanks")).toBe(true);
  };
  return open({ width: 1280 }, act, modelOf(long, [...text("Yes."), ...finish()]));
});
test("a yes that was not heard is asked for again", () =>
  open({ width: 1280, tolerates: [/Failed to load resource/] }, async (page, demo) => {
    await signIn(page);
    await say(page, "Cancel order 1054");
    await page.route("**/api/answer", (route) => route.abort(), { times: 1 });
    await dialog(page).getByRole("button", { name: "Yes, do this" }).click();
    await dialog(page).getByRole("button", { name: "Yes, do this" }).click();
    await chat(page).getByText("Order 1054: cancelled.").last().waitFor();
    expect(order(demo, "1054")?.status).toBe("cancelled");
  }));
test("a question that ended while the page heard nothing goes", () =>
  open({ width: 1280 }, async (page) => {
    const question = { type: "question", id: "old", message: "Cancel order 1?" };
    const body = `data: ${JSON.stringify(question)}\n\n`;
    const lost = { contentType: "text/event-stream", body };
    await page.route("**/api/events", (route) => route.fulfill(lost), { times: 1 });
    await signIn(page);
    await dialog(page).waitFor();
    await dialog(page).waitFor({ state: "detached" });
  }));
test("a page hears again after an error of the server, and then a question reaches it", () =>
  open({ width: 1280, tolerates: [/Failed to load resource/] }, async (page) => {
    await page.route("**/api/events", (route) => route.fulfill({ status: 502 }), { times: 1 });
    const heard = page.waitForResponse((one) => one.url().endsWith("events") && one.ok());
    await signIn(page);
    await heard;
    await say(page, "Cancel order 1054");
    await dialog(page).getByRole("button", { name: /^No/ }).click();
  }));
test("a back end that was restarted is met at its sign-in, also with a question open", () =>
  open(
    { width: 1280, tolerates: [/Failed to load resource|ERR_|EventSource/] },
    async (page, demo) => {
      await signIn(page);
      await say(page, "Cancel order 1054");
      await dialog(page).waitFor();
      await demo.stop();
      const files = await built;
      const again = await serveDemo({ port: Number(new URL(demo.origin).port), files });
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await again.stop();
    },
  ));

test("with a keyboard alone a shopper finds a product, reads an order and cancels it", () =>
  open({ width: 1280 }, async (page, demo) => {
    const keys = keyboard(page);
    await keys.activate('button "Mia Lindqvist"');
    await page.getByRole("heading", { name: /Garden/ }).waitFor();
    await keys.tabTo(/searchbox/);
    await keys.type("lamp");
    await keys.press("Enter");
    await page.getByRole("heading", { name: /lamp/ }).waitFor();
    await keys.activate(/Étude Desk Lamp/);
    await page.getByRole("heading", { name: "Étude Desk Lamp", level: 1 }).waitFor();
    await page.locator("h1:focus", { hasText: "Étude Desk Lamp" }).waitFor();
    await keys.tabBackTo(/link "My orders"/);
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Orders", level: 1 }).waitFor();
    await keys.activate(/Order 1054/);
    await page.getByRole("heading", { name: "Order 1054", level: 1 }).waitFor();
    await keys.tabTo(/textbox "Message to the assistant"/);
    await keys.type("Cancel order 1054");
    await keys.press("Enter");
    await dialog(page).waitFor();
    expect(await keys.focused()).toContain("No, leave it as it is");
    await keys.activate('button "Yes, do this"');
    await chat(page).getByText("Order 1054: cancelled.").last().waitFor();
    await page
      .getByRole("textbox", { name: "Message to the assistant" })
      .and(page.locator(":focus"))
      .waitFor();
    expect(order(demo, "1054")?.status).toBe("cancelled");
  }));
test("on a phone the chat is a sheet: it takes the focus, keeps it, and gives it back", () =>
  open({ width: 360, height: 740, reducedMotion: true }, async (page) => {
    const keys = keyboard(page);
    await keys.activate('button "Mia Lindqvist"');
    await page.getByRole("heading", { name: /Garden/ }).waitFor();
    await keys.activate('button "Ask the assistant"');
    await keys.activate('button "Where is order 1036?"');
    await chat(page).getByText("Order 1036 is shipped.").last().waitFor();
    await keys.tabTo(/textbox/);
    await keys.press("Escape");
    expect(await keys.focused()).toContain("Ask the assistant");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  }));
test("a screen reader's tree has the pages, the conversation and the question in words", () =>
  open({ width: 1280 }, async (page) => {
    await signIn(page);
    await page.getByRole("heading", { name: /Garden/ }).waitFor();
    await say(page, "Cancel order 1054");
    await dialog(page).waitFor();
    const question = await accessibilityTree(dialog(page));
    expect(question).toContain(
      '- dialog "Cancel order 1054 of \\"Mia Lindqvist\\" (no longer needed)?"',
    );
    for (const named of [
      "Sparrow Fountain Pen",
      "56.90 EUR",
      'button "No, leave it as it is"',
      'button "Yes, do this"',
    ])
      expect(question).toContain(named);
    await dialog(page).getByRole("button", { name: /^No/ }).click();
    await chat(page).getByText("As you wish").waitFor();
    const tree = await accessibilityTree(page);
    for (const named of [
      'link "To the page"',
      "banner",
      'navigation "Shop"',
      "main",
      'searchbox "Search the shop"',
      'heading "You" [level=3]',
      'heading "Assistant" [level=3]',
      'log "Conversation"',
      'textbox "Message to the assistant"',
    ])
      expect(tree).toContain(named);
  }));

const LOOKS: [name: string, look: Look][] = [
  ["a wide window", { width: 1280 }],
  ["a wide window in the dark", { width: 1280, colorScheme: "dark" }],
  ["a phone", { width: 360, height: 740 }],
  [
    "a phone in the dark, from right to left",
    { width: 360, height: 740, colorScheme: "dark", rtl: true },
  ],
  ["forced colours", { width: 1280, forcedColors: true, reducedMotion: true }],
];
test.each(LOOKS)(
  "axe finds nothing on any page in %s, and nothing is wider than the window",
  (_, look) =>
    open(look, async (page, demo) => {
      async function check(): Promise<void> {
        await expectAccessible(page);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(
          true,
        );
      }
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await check();
      await signIn(page);
      await page.getByRole("heading", { name: /Garden/ }).waitFor();
      await check();
      for (const [path, heading] of [
        ["/products/elsa-watering-can", "Gießkanne Elsa"],
        ["/orders", "Orders"],
        ["/orders/1036", "Order 1036"],
      ]) {
        await page.goto(demo.origin + path);
        await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
        await check();
      }
      const isSheet = (look.width ?? 0) < 900;
      if (isSheet) await page.getByRole("button", { name: "Ask the assistant" }).click();
      await page.getByRole("button", { name: /present for a gardener/ }).click();
      await chat(page)
        .getByText(/^I found 6/)
        .waitFor();
      await isSettled(page);
      await check();
      await say(page, "Cancel order 1054");
      await dialog(page).waitFor();
      await check();
      await page.keyboard.press("Escape");
      await chat(page).getByText("As you wish").waitFor();
      await check();
    }),
);
