/** The views of the shop's results, inside the official Inspector. */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { expectAccessible, screenReader } from "./browser.ts";
import { withShop } from "./demo-shop.ts";
import { inView, keyboardInView, openInInspector, questionIn } from "./inspector.ts";

const NARROW = 1200; // of the window: 392 for the view
const WIDE = 1600; // 712
/** Each view by its call, and a heading that it begins with. */
const views: [tool: string, args: object, heading: string][] = [
  ["search_products", { query: "garden" }, "Products"],
  ["get_product", { product_id: "sparrow-fountain-pen" }, "Sparrow Fountain Pen"],
  ["list_orders", {}, "Orders"],
  ["get_order", { order_id: "1036" }, "Order 1036"],
];
/** As much of an element as is read here. */
type Root = { dir: string; scrollWidth: number; clientWidth: number };
type Media = Parameters<Page["emulateMedia"]>[0];
const looks: { width: number; media: Media; dir?: string }[] = [
  { width: NARROW, media: { colorScheme: "light" } },
  { width: WIDE, media: { colorScheme: "dark" }, dir: "rtl" },
  { width: NARROW, media: { forcedColors: "active", reducedMotion: "reduce" } },
];
test.each(views)(
  "axe finds nothing in the view of %s, and nothing is cut off",
  (tool, args, heading) =>
    withShop((server) =>
      openInInspector({ server, tool, args }, {}, async (view, page) => {
        await view.getByRole("heading", { name: heading }).first().waitFor();
        const root = view.locator("html");
        for (const { width, media, dir = "ltr" } of looks) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia(media);
          await root.evaluate((element: Root, dir) => void (element.dir = dir), dir);
          await expectAccessible(page, inView());
          expect(
            await root.evaluate((element: Root) => element.scrollWidth - element.clientWidth),
          ).toBe(0);
        }
      }),
    ),
);

const isCancelled = (world: { orders: { order_id: string; status: string }[] }) =>
  world.orders.find(({ order_id }) => order_id === "1054")?.status === "cancelled";

test("somebody without a pointer finds a product", () =>
  withShop((server) => {
    const call = { server, tool: "search_products", args: { query: "garden" } };
    return openInInspector(call, { width: NARROW }, async (view, page) => {
      await view.getByRole("heading", { name: "Products" }).waitFor();
      const keys = keyboardInView(page);
      await keys.activate('button "Forged Secateurs"');
      await view.getByRole("heading", { name: "Forged Secateurs" }).waitFor();
      expect(await keys.focused()).toContain('"Forged Secateurs"');
      await keys.tabBackTo(/button "Back/);
      await keys.press("Enter");
      await view.getByRole("heading", { name: "Products" }).waitFor();
      expect(await keys.focused()).toContain('button "Forged Secateurs"');
    });
  }));

test.each([
  ["cancels it", true],
  ["keeps it", false],
])("somebody without a pointer reads an order and %s", (_, isMeant) =>
  withShop(async (server, shop) => {
    const call = { server, tool: "list_orders", args: {} };
    await openInInspector(call, { width: NARROW }, async (view, page) => {
      await view.getByRole("heading", { name: "Orders" }).waitFor();
      const keys = keyboardInView(page);
      await keys.activate('button "Order 1054"');
      await view.getByRole("heading", { name: "Order 1054" }).waitFor();
      await keys.activate("Cancel the order");
      await keys.activate('button "Go on"');
      await questionIn(page).getByText("Cancel order 1054").waitFor();
      if (isMeant) {
        await keys.activate('checkbox "Yes, do this"', "Space");
        await keys.activate('button "Submit"');
        await view.getByText("Cancelled").filter({ visible: true }).first().waitFor();
      } else {
        await keys.activate('button "Decline"');
        await view.getByRole("alert").waitFor();
      }
    });
    expect(isCancelled(shop.shop.world())).toBe(isMeant);
  }),
);

test("somebody with a screen reader finds a product", () =>
  withShop((server) => {
    const call = { server, tool: "search_products", args: { query: "garden" } };
    return openInInspector(call, {}, async (view) => {
      const reader = screenReader(view);
      const list = await reader.hear(/heading "Products"/);
      expect(list).toMatch(/paragraph: 8 products/);
      expect(list).toMatch(/button "Forged Secateurs"[^]{0,200}€47.00 Available/);
      await reader.activate("button", "Forged Secateurs");
      await reader.hear(/heading "Forged Secateurs" \[level=1\]/);
    });
  }));

test("somebody with a screen reader reads an order and cancels it", () =>
  withShop(async (server, shop) => {
    const call = { server, tool: "get_order", args: { order_id: "1054" } };
    await openInInspector(call, {}, async (view, page) => {
      const reader = screenReader(view);
      const order = await reader.hear(/heading "Order 1054"/);
      expect(order).toMatch(/row "Sparrow Fountain Pen .* €42.00"/);
      await reader.unfold("Cancel the order");
      await reader.hear(/group "Why do you want to cancel it\?"/);
      await reader.activate("button", "Go on");
      const question = screenReader(questionIn(page));
      await question.hear(/Cancel order 1054[^]*Will be refunded: 56.90 EUR/);
      await question.activate("checkbox", "Yes, do this");
      await question.activate("button", "Submit");
      await reader.hear(/heading "Order 1054: cancelled\."[^]*€56.90/);
    });
    expect(isCancelled(shop.shop.world())).toBe(true);
  }));
