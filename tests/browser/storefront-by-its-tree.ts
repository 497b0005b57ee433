/** The storefront for somebody who has nothing but the tree of a screen reader. */
import { expect, test } from "bun:test";
import { serveDemo } from "../../examples/storefront/demo/demo.ts";
import { scriptedModel } from "../../examples/storefront/demo/scripted-model.ts";
import { screenReader, visit } from "./browser.ts";

/** What is answered, what becomes of the order, and what is heard of it. */
const answers = [
  ["Yes, do this", "cancelled", /Order 1054: cancelled/],
  ["No, leave it as it is", "pending", /nothing was sent to the shop/],
] as const;
test.each(answers)(
  "with the tree alone a shopper finds a product, reads an order and answers: %s",
  async (answer, status, heard) => {
    const demo = await serveDemo({ assistant: { model: scriptedModel({ delayMs: 0 }) } });
    try {
      await visit(demo.origin, { width: 1280 }, async (page) => {
        const reader = screenReader(page);
        await reader.hear(/heading "Sign in"/);
        await reader.activate("button", /^Mia Lindqvist/);
        await reader.hear(/searchbox "Search the shop"/);
        await reader.write("searchbox", "Search the shop", "lamp");
        await reader.activate("button", "Search");
        await reader.hear(/heading "Étude Desk Lamp"[^]{0,300}€189.00 Available/);
        await reader.activate("link", /My orders/);
        await reader.hear(/heading "Orders" \[level=1\][^]*Order 1054/);
        await reader.activate("button", /Order 1054/);
        await reader.hear(/heading "Order 1054" \[level=1\][^]*row "Sparrow Fountain Pen/);
        await reader.write("textbox", "Message to the assistant", "Cancel order 1054");
        await reader.activate("button", "Send");
        await reader.hear(/dialog "Cancel order 1054 [^]*56.90 EUR/);
        await reader.activate("button", answer);
        await reader.hear(heard);
      });
      const order = demo.shop.shop.world().orders.find(({ order_id }) => order_id === "1054");
      expect(order?.status).toBe(status);
    } finally {
      await demo.stop();
    }
  },
);
