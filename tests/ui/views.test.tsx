/** Each case as the page that it is, without a browser: what is on it, and what is not. */
import { expect, test } from "bun:test";
import { renderToStaticMarkup } from "react-dom/server";
import type { ViewHost } from "../../ui/host.ts";
import { optionsOf, withOption } from "../../ui/products.tsx";
import { ToolView } from "../../ui/views.tsx";
import { type Case, cases, MARKUP, SHOP } from "./cases.ts";

const HOST: ViewHost = {
  call: () => Promise.reject(new Error("nothing is called while a page is drawn")),
  openLink() {},
  say() {},
  allowsImage: (url) => url.startsWith(`${SHOP}/media/`),
  locale: "en-GB",
  timeZone: "UTC",
  now: () => new Date("2026-11-27T09:30:00Z"),
};
const draw = (one: Case | undefined, host: Partial<ViewHost> = {}) =>
  renderToStaticMarkup(
    <ToolView
      tool={one?.tool ?? ""}
      args={one?.args}
      result={one?.result}
      error={one?.error}
      host={{ ...HOST, ...host, locale: one?.locale ?? HOST.locale }}
    />,
  );
/** The text of a page, without its tags. */
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");

test.each(Object.keys(cases))(
  "%s: no tag but those of the views, no address but the shop's",
  (name) => {
    const html = draw(cases[name]);
    const tags = html.replaceAll(/="[^"]*"/g, "");
    expect(tags).not.toMatch(
      /<(script|iframe|object|svg|style|link|base)\b|<[^>]*\s(on\w+|style)\b/i,
    );
    const addresses = [...html.matchAll(/ (?:src|href|action|poster|srcset)="([^"]*)"/g)].map(
      ([, url]) => url,
    );
    for (const address of addresses) expect(address).toStartWith(SHOP);
  },
);
const drawList = (tool: string, list: object) =>
  textOf(draw({ tool, result: { structuredContent: list, text: "", isError: false } }));
test.each(["products", "orders"])(
  "of %s, a number is that of all only where all are there",
  (name) => {
    const tool = name === "products" ? "search_products" : "list_orders";
    const rows = [{ product_id: "7", order_id: "7", name: "Pen", status: "pending" }];
    expect(drawList(tool, { [name]: rows })).not.toContain("so far");
    for (const rest of [{ truncated: true }, { next_cursor: "2" }]) {
      expect(drawList(tool, { [name]: rows, ...rest })).toContain("so far");
      expect(drawList(tool, { [name]: [], ...rest })).not.toMatch(/nothing|no orders/);
    }
  },
);
test("a list of one customer's orders does not say on each whose it is", () => {
  const row = { order_id: "7", status: "pending", customer_id: "mia" };
  expect(drawList("list_orders", { orders: [row, row] })).not.toContain("mia");
  const two = drawList("list_orders", { orders: [row, { ...row, customer_id: "ines" }] });
  expect(two).toContain("Customer mia");
  expect(two).toContain("Customer ines");
});
test("a return that gives nothing back is no exchange without a difference", () => {
  const amount = { amount: "0.00", currency: "EUR" };
  const order = { order_id: "7", status: "return_requested", next_step: "", as_of: "" };
  expect(drawList("get_order", { ...order, return: { amount } })).toContain("Refund€0.00");
  expect(drawList("get_order", { ...order, exchange: { price_difference: amount } })).toContain(
    "No difference in price€0.00",
  );
});
test("markup in every field of an order is shown as it was written", () => {
  const shown = textOf(draw(cases["order, markup everywhere"]));
  const { length } = shown.split(MARKUP);
  expect(length).toBeGreaterThan(25);
});
test("a picture from where the host does not allow is not asked for", () => {
  const html = draw(cases["products"], { allowsImage: () => false });
  expect(html).not.toContain("<img");
  expect(html).toContain('<span class="initial" aria-hidden="true">G</span>');
});

test.each(["of another shape", "no structure"])(
  "a result %s is said to be so, and its words are shown",
  (name) => {
    const one = cases[name];
    const shown = textOf(draw(one));
    expect(shown).toStartWith("This answer is not in a form that can be shown here.");
    expect(shown).toContain(one?.result?.text ?? "");
  },
);
test("a status that no view knows is shown in the shop's words, and never as another", () => {
  expect(textOf(draw(cases["orders"]))).toContain("Wartet auf Lieferanten");
  const collected = cases["order status, unknown"];
  expect(textOf(draw(collected))).toContain("Awaiting collection");
  const { structuredContent, ...rest } = collected?.result ?? { text: "", isError: false };
  const result = {
    ...rest,
    structuredContent: { ...Object(structuredContent), raw_status: "Afhalen" },
  };
  expect(textOf(draw({ tool: "get_order_status", result }))).toStartWith("Order 1036AfhalenIt is");
});
test("what an order does not say has no place on its page", () => {
  const shown = textOf(draw(cases["order, bare"]));
  expect(shown).toBe("Order 7Processing");
});
test("an order with no lines says so, and one that does not speak of lines says nothing of them", () => {
  expect(textOf(draw(cases["order, no lines"]))).toContain("The shop lists no items");
  expect(textOf(draw(cases["order, bare"]))).not.toContain("Items");
});
test("of 200 lines, 40 shipments and 30 entries, the first are shown, and the number of all", () => {
  const html = draw(cases["order, 200 lines, 40 shipments"]);
  for (const all of ["Show all 200", "Show all 40", "Show all 30"]) expect(html).toContain(all);
  expect(html).toContain("Box 28 of 30"); // the latest
  expect(html).not.toContain("Box 1 of 30");
});
test("what is cut and what is noted is said", () => {
  const shown = textOf(draw(cases["products, hard"]));
  expect(shown).toContain("Not everything is shown here.");
  expect(shown).toContain("The shop did not sort by price");
});
test("a question shows each of its sentences, but not the instruction to the model", () => {
  const shown = textOf(draw(cases["change asked"]));
  expect(shown).not.toContain("word for word");
  for (const words of [
    "Cancel order 1041",
    "Gießkanne Elsa (capacity: 5 L, color: zinc)",
    "becomes",
    "€115.60",
    "mia-visa",
  ])
    expect(shown).toContain(words);
});
test("where the same may have been done before, nothing is said of what is done", () => {
  expect(textOf(draw(cases["change asked"]))).toContain("Nothing is done yet.");
  expect(textOf(draw(cases["change asked anew"]))).not.toContain("Nothing is done yet.");
  expect(textOf(draw(cases["support asked"]))).not.toContain("Nothing is done yet.");
});
test("a question of an old chat does not say how things stand, and says that its time is over", () => {
  const later = { now: () => new Date("2026-11-27T09:40:00Z") };
  const shown = textOf(draw(cases["change asked"], later));
  expect(shown).not.toContain("Nothing is done yet.");
  expect(shown).toContain("The time to answer was over on 27 Nov 2026, 09:40.");
  expect(textOf(draw(cases["change asked"]))).toContain("You can answer until 27 Nov 2026, 09:40.");
});
test("an amount within somebody else's words stays as they wrote it", () => {
  expect(textOf(draw(cases["change asked anew"]))).toContain("Will be refunded: 999.00 EUR");
  expect(textOf(draw(cases["change done, two payments"]))).toContain("Refunded: 9.00 EUR");
});
test.each(["get_order", "cancel_order"])(
  "%s that fails for good offers no further attempt",
  (tool) => {
    const failed = (text: string) => draw({ tool, args: {}, result: { text, isError: true } });
    expect(failed("The shop is busy.")).toContain("<button");
    const final = failed(
      "The shop's answer is no JSON. Trying again will not help: the operator …",
    );
    expect(final).not.toContain("<button");
  },
);
test("a receipt says whether it is done or only accepted", () => {
  expect(textOf(draw(cases["change done"]))).toStartWith("DoneOrder 1041: cancelled.");
  expect(textOf(draw(cases["change accepted"]))).toStartWith("Accepted by the shop");
});
test("the sum of a receipt is said where it is not the only amount", () => {
  expect(textOf(draw(cases["change done"]))).not.toContain("Refunded in all");
  expect(textOf(draw(cases["change done, two payments"]))).toContain("Refunded in all€115.60");
});
test("a change without a confirmation code has no button to confirm it", () => {
  const { tool = "", args } = cases["change asked"] ?? {};
  const structuredContent = { outcome: "confirmation_needed", summary: "Cancel it?" };
  const html = draw({
    tool,
    args: args ?? {},
    result: { structuredContent, text: "", isError: false },
  });
  expect(html).not.toContain("Confirm<");
  expect(html).toContain("Answer in the chat.");
});
test("a button for what the host does not offer puts the wish into the chat instead", () => {
  const pending = cases["order, pending"];
  expect(draw(pending)).toContain("Why do you want to cancel it?");
  const unoffered = draw(pending, { offers: () => false });
  expect(unoffered).not.toContain("Why do you want to cancel it?");
  expect(unoffered).toContain('<button type="button">Cancel the order');
});

const item = (item_id: string, options: Record<string, string>, available = true) => {
  return { item_id, options, available };
};
const items = [
  item("a", { size: "S", color: "red" }, false),
  item("b", { size: "S", color: "blue" }),
  item("c", { size: "M", color: "red" }),
];
test("variants are chosen by their options only where these tell them apart", () => {
  expect(optionsOf(items)).toEqual([
    { name: "size", values: ["S", "M"] },
    { name: "color", values: ["red", "blue"] },
  ]);
  expect(optionsOf([...items, item("d", { size: "M", color: "red" })])).toBeUndefined();
  expect(optionsOf([...items, item("d", { size: "L" })])).toBeUndefined();
  expect(optionsOf([item("a", {})])).toBeUndefined();
});
test("another option keeps as many of the others as there can be", () => {
  const [, blue, red] = items;
  expect(blue && withOption(items, blue, "color", "red")?.item_id).toBe("a");
  expect(red && withOption(items, red, "color", "blue")?.item_id).toBe("b");
});
