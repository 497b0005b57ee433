/** The view in a strict host: what it draws, what it does for the user, and what it leaves alone. */
import { afterAll, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { type Host, lanes } from "../harness/lanes.ts";
import { expectAccessible } from "./browser.ts";
import { showView } from "./view-host.ts";

const shop = serveShop();
afterAll(() => shop.stop());
const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
const mcp: Host = await lanes["memory-modern"](settings);

test("a search is drawn with its pictures, and nothing else is loaded", async () => {
  const requests: string[] = [];
  await showView(
    mcp,
    "search_products",
    { query: "lantern" },
    {},
    async ({ view, page, heard }) => {
      await view.getByRole("heading").first().waitFor();
      await page.screenshot({ path: "/tmp/out-view/search.png", fullPage: true });
      console.log(heard.slice(0, 8), await view.locator("body").ariaSnapshot());
      await expectAccessible(page);
    },
  );
  console.log(requests);
});
