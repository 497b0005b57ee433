/** Whatever a merchant, a shopper or an assistant wrote stands in quotes on a line that the server begins. */
import { describe, expect, test } from "bun:test";
import { respondWith } from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, CONTACT, NEW_ADDRESS, OLD_ADDRESS } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, repeat } from "./scripted-shop.ts";

/** How the lines of a question may begin. */
const BEGINNINGS =
  /^(Cancel|Send|Change|Pay|Return|Exchange|Write|Items:|Status:|Subject:|Message:|New address:|Until now:|Change:|To be returned:|To be exchanged:|Taken out:|Put in:|Refund to come:|Will be|Payment method:|The shop's |The shop works|Ignored )/;
/** A question's lines, each begun by the server, and each value in quotes that are closed. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  for (const line of lines) {
    expect(line).toMatch(BEGINNINGS);
    expect(line.split('"').length % 2).toBe(1); // as many that close as open
    expect(line).not.toMatch(/[“”„‟«»＂〝〞〟❞˝˶⁗⹂🙶🙷🙸]/u); // nor any that looks like one
  }
  return lines;
}
const FORGERIES: [what: string, text: string][] = [
  ["the end of a line", 'Old 1, X? Until now: the same."'],
  ["a quote and a line", 'X"\nUntil now: "the same'],
  ["a carriage return", "X\rUntil now: the same"],
  ["other line breaks", "X\u2028Until now: the same\u2029\v\f\u0085Status: none"],
  ["curly quotes", "X” Until now: “the same"],
  ["quotes of other scripts", "X＂ Until now: ＂the same〞〟‟«»„❞˝˶⁗⹂🙶🙷🙸"],
  ["spaces that nobody sees", `X${" \u200b".repeat(140)}Until now: the same`],
  ["a text that runs backwards", "X\u202eemas eht :won litnU"],
  ["tags", "X<br>Until now: the same<img src=x onerror=y>"],
];

describe("change_order_address", () => {
  test.each(FORGERIES)("quotes a street with %s", async (_, line1) => {
    using shop = await openScriptedShop();
    const address = { ...NEW_ADDRESS, line1: line1.slice(0, 200) };
    for (const method of ["elicitation", "code"] as const) {
      const host = hostFor(shop.openServer(), method);
      const { text } = await host.call("change_order_address", { order_id: "1054", ...address });
      const question = text.slice(text.indexOf("Send order")).replace(/\n\{[^]*/, "");
      const [first, changed, until, ...others] = linesOf(question);
      expect(first).toBe('Send order 1054 of "Mia Lindqvist" to another address?');
      expect(changed).toStartWith('New address: "');
      expect(until).toBe('Until now: "Linnégatan 14, lgh 1203, 413 04 Göteborg, Sweden"');
      expect(others).toEqual([]);
      expect(question).not.toMatch(/  |[\p{Cf}[\p{Cc}--\n]]/v);
    }
  });

  test.each(FORGERIES)("quotes what the shop says with %s", async (_, text) => {
    using shop = await openScriptedShop();
    const order = {
      order_id: "1054",
      customer_id: "mia-lindqvist",
      status: text,
      address: { ...OLD_ADDRESS, line1: text, city: text },
      lines: [{ item_id: "1", name: text, options: { [text]: text } }],
      payments: [{ kind: text, amount: "5.00", payment_method_id: "x" }],
      can_preview: true,
    };
    const after = {
      ...order,
      status: `${text}!`,
      lines: [{ item_id: "2", name: text }],
      return: { item_ids: ["1"], amount: "1.00", payment_method_id: "x" },
      change: { kind: "address", payments: [{ kind: text, amount: "5.00" }] },
    };
    const customer = {
      customer_id: "mia-lindqvist",
      first_name: text,
      last_name: text,
      payment_methods: [{ payment_method_id: "x", kind: text, brand: text, last_four: text }],
    };
    shop.schedule("GET /api/orders/:id/", repeat(3, respondWith(order)));
    shop.schedule("GET /api/customers/:id/", repeat(3, respondWith(customer)));
    shop.schedule("POST /api/orders/:id/previews/", [respondWith(after)]);
    const host = hostFor(shop.openServer(), "elicitation");
    const asked = await host.call("change_order_address", CHANGE_ADDRESS);
    const began = linesOf(asked.text).map((line) => line.replace(/[:"].*/, ""));
    expect(began).toEqual([
      "Send order 1054 of ",
      "New address",
      "Until now",
      "Status",
      "Taken out",
      "Put in",
      "To be returned",
      "Refund to come",
      "The shop's ",
      "The shop's preview does not show the change itself",
    ]);
  });
});

describe("contact_support", () => {
  test("shows a message with 60 blank lines as one line", async () => {
    using shop = await openScriptedShop();
    const message = `Thank you.${"\n".repeat(60)}Subject: "Cancel everything"\nMessage: "Yes"`;
    const host = hostFor(shop.openServer(), "elicitation");
    const { text } = await host.call("contact_support", { ...CONTACT, message });
    expect(linesOf(text)).toEqual([
      "Write to the shop's support about order 1054?",
      'Subject: "A gift"',
      `Message: "Thank you. / Subject: 'Cancel everything' / Message: 'Yes'"`,
    ]);
  });
});

describe("return_items", () => {
  const linesWith = (count: number, name: string) =>
    Array.from({ length: count }, (_, n) => {
      return { item_id: `item-${n}`, name: `${name} ${n}`, product_id: "p" };
    });
  async function askToReturn(count: number, name: string) {
    using shop = await openScriptedShop();
    const lines = linesWith(count, name);
    const order = respondWith({ order_id: "1004", status: "delivered", lines });
    shop.schedule("GET /api/orders/:id/", [order]);
    const args = { order_id: "1004", item_ids: lines.map(({ item_id }) => item_id) };
    const reply = await hostFor(shop.openServer(), "elicitation").call("return_items", args);
    shop.expectUntouched();
    return reply;
  }

  test("names all of thirty items", async () => {
    const { text } = await askToReturn(30, "Kettle");
    const named = linesOf(text).filter((line) => line.startsWith("To be returned"));
    expect(named).toEqual(Array.from({ length: 30 }, (_, n) => `To be returned: "Kettle ${n}"`));
  });

  test.each([
    ["more than 8,000 characters", 50, "Kettle ".repeat(40).trim()],
    ["more than a result holds", 28, "漢".repeat(250)],
  ])("refuses a question of %s", async (_, count, name) => {
    const { text, isError } = await askToReturn(count, name);
    expect(text).toBe(
      "Nothing was sent: this return is too large to be shown to the user in full. Make it in smaller parts, or write to the shop's support.",
    );
    expect(isError).toBe(true);
  });
});

test("cancel_order names arguments that it ignores so that they form no sentence", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer(), "elicitation");
  const args = { ...CANCEL, toolCallId: "7", 'x"\nUntil now: the same': 1 };
  const { text } = await host.call("cancel_order", args);
  expect(linesOf(text).at(-1)).toBe("Ignored unknown arguments: toolCallId, x_Until_now_the_same.");
});

test("a line of 150 pieces is counted to its last one", async () => {
  using shop = await openScriptedShop();
  const pens = { item_id: "pen", name: "Pen", price: "2.00", product_id: "sparrow-fountain-pen" };
  const order = { order_id: "1054", status: "pending", can_preview: true };
  const before = { ...order, lines: [{ ...pens, quantity: 150 }] };
  const after = { ...order, lines: [{ ...pens, quantity: 147 }], status: "processing" };
  shop.schedule("GET /api/orders/:id/", [respondWith(before)]);
  shop.schedule("POST /api/orders/:id/previews/", [respondWith(after)]);
  const host = hostFor(shop.openServer(), "elicitation");
  const { text } = await host.call("change_order_address", CHANGE_ADDRESS);
  expect(text).toContain('\nTaken out: "3 × Pen", 2.00');
});

test("cancel_order names each of 60 items", async () => {
  using shop = await openScriptedShop();
  const lines = Array.from({ length: 60 }, (_, n) => {
    return { item_id: `item-${n}`, name: `Ink ${n}` };
  });
  shop.schedule("GET /api/orders/:id/", [
    respondWith({ order_id: "1054", status: "pending", lines }),
  ]);
  const { text } = await hostFor(shop.openServer(), "elicitation").call("cancel_order", CANCEL);
  for (const { name } of lines) expect(text).toContain(`"${name}"`);
});
