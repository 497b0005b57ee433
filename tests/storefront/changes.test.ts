/** Changes in the storefront: a question to the shopper stands before each, and whatever is no yes is a no. */
import { expect, test } from "bun:test";
import { scriptedModel } from "../../examples/storefront/demo/scripted-model.ts";
import { finish, modelOf, openStorefront, text, toolCall, wordsOf } from "./open-storefront.ts";

const CANCEL = "Cancel order 1054";

test("a yes cancels the order, once, and the conversation says what came of it", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say(CANCEL);
  const question = await page.answer(true);
  expect(question).toBe(`Cancel order 1054 of "Mia Lindqvist" (no longer needed)?
Items: "Sparrow Fountain Pen (body: black, nib: fine)", "Oak-Gall Ink, 50 ml (color: blue-black)"
Status: "pending" becomes "cancelled"
Will be refunded: 56.90 EUR to "Visa ending in 4417 (mia-visa)"`);
  expect(wordsOf(await answer)).toBe("Order 1054: cancelled.");
  expect(storefront.order("1054")).toMatchObject({ status: "cancelled", payments: { length: 2 } });
});
test("a page's own button asks by the same question", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const args = { order_id: "1054", reason: "no_longer_needed" };
  const called = mia.ask("POST call", { tool: "cancel_order", args });
  await page.answer(true);
  expect(JSON.parse(await (await called).text())).toMatchObject({ isError: false });
  expect(storefront.order("1054")?.status).toBe("cancelled");
});

type Shopper = Awaited<ReturnType<Awaited<ReturnType<typeof openStorefront>>["signIn"]>>;
type Page = Awaited<ReturnType<Shopper["open"]>>;
const noes: [name: string, no: (page: Page, mia: Shopper) => unknown][] = [
  ["saying no", (page) => page.answer(false)],
  ["leaving the page", async (page) => (await page.next("question"), page.leave())],
  ["stopping the answer", async (page, mia) => (await page.next("question"), mia.ask("POST stop"))],
  ["signing out", async (page, mia) => (await page.next("question"), mia.ask("DELETE session"))],
];
test.each(noes)("%s is a no", async (_, no) => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.ask("POST chat", { text: CANCEL });
  await no(page, mia);
  await (await answer).text();
  expect(storefront.order("1054")?.status).toBe("pending");
});
test("no answer within the time is a no, and the dialog goes", async () => {
  await using storefront = await openStorefront({ answerMs: 5 });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say(CANCEL);
  const { id } = await page.next("question");
  expect(await page.next("answered")).toEqual({ type: "answered", id });
  expect(wordsOf(await answer)).toMatch(/As you wish/);
  await mia.ask("POST answer", { id, yes: true }); // too late
  expect(storefront.order("1054")?.status).toBe("pending");
});
test("where no page is open nobody can agree, so nothing is changed", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  await mia.say(CANCEL);
  expect(storefront.order("1054")?.status).toBe("pending");
});
test("stopping an answer is a no to all that it asks", async () => {
  const one = toolCall("cancel_order", { order_id: "1054", reason: "no_longer_needed" });
  const both = [...one, ...one, ...finish("tool-calls")];
  await using storefront = await openStorefront({ model: modelOf(both, finish()) }); // the second question comes later
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.ask("POST chat", { text: "Cancel it twice" });
  await page.next("question");
  await mia.ask("POST stop");
  await (await answer).text();
  expect(page.heard.filter(({ type }) => type === "question")).toEqual([]);
  expect(storefront.order("1054")?.status).toBe("pending");
});
test("a model cannot confirm: whatever it gives as a confirmation, the shopper is asked", async () => {
  const args = { order_id: "1054", reason: "no_longer_needed", confirmation: "yes" };
  const call = [...toolCall("cancel_order", args), ...finish("tool-calls")];
  await using storefront = await openStorefront({ model: modelOf(call, finish()) });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say("What have you got?");
  expect(await page.answer(false)).toContain('"pending" becomes "cancelled"');
  await answer;
  expect(storefront.order("1054")?.status).toBe("pending");
});
test("another shopper's yes counts nothing, even with the question's id", async () => {
  await using storefront = await openStorefront();
  const [mia, axel] = [await storefront.signIn("mia"), await storefront.signIn("axel")];
  const [page, other] = [await mia.open(), await axel.open()];
  const answer = mia.say(CANCEL);
  const { id } = await page.next("question");
  await axel.ask("POST answer", { id, yes: true });
  await mia.ask("POST answer", { id: "another", yes: true });
  await mia.ask("POST answer", { id, yes: false });
  expect(wordsOf(await answer)).toMatch(/As you wish/);
  expect(storefront.order("1054")?.status).toBe("pending");
  await axel.ask("DELETE session");
  await other.next("signed_out");
  expect(other.heard.filter(({ type }) => type === "question")).toEqual([]);
});
test("a page that is opened meanwhile shows the question, too, and one answer settles it for all", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const first = await mia.open();
  const answer = mia.say(CANCEL);
  const { id } = await first.next("question");
  const second = await mia.open();
  expect((await second.next("question")).id).toBe(id);
  await mia.ask("POST answer", { id, yes: false });
  expect((await first.next("answered")).id).toBe(id);
  expect((await second.next("answered")).id).toBe(id);
  await answer;
});
test("two changes at once are asked one after the other", async () => {
  const address = { line1: "Storgatan 3", city: "Kungälv", postcode: "442 30", country: "Sweden" };
  const both = [
    ...toolCall("cancel_order", { order_id: "1054", reason: "no_longer_needed" }),
    ...toolCall("change_order_address", { order_id: "1049", ...address }),
    ...finish("tool-calls"),
  ];
  const model = modelOf(both, [...text("Done."), ...finish()]);
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say("Cancel one, redirect the other");
  const asked = [await page.answer(true), await page.answer(true)];
  expect(asked.map((one) => /order (\d+)/.exec(one)?.[1]).toSorted()).toEqual(["1049", "1054"]);
  await answer;
  expect(storefront.order("1054")?.status).toBe("cancelled");
  expect(storefront.order("1049")?.address.city).toBe("Kungälv");
});
test("what was agreed to is seen through, even if the shopper signs out then", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.ask("POST chat", { text: CANCEL });
  const { id } = await page.next("question");
  await mia.ask("POST answer", { id, yes: true });
  await mia.ask("DELETE session");
  await (await answer).text();
  expect(storefront.order("1054")?.status).toBe("cancelled");
  const again = await storefront.signIn("mia");
  expect(wordsOf((await again.chat()).messages.at(-1))).toBe("Order 1054: cancelled.");
});
test("what was agreed to is seen through, even if the answer is stopped then", async () => {
  await using storefront = await openStorefront({ model: scriptedModel({ delayMs: 0 }) });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  const answer = mia.say(CANCEL);
  await page.answer(true);
  await mia.ask("POST stop");
  const message = await answer;
  expect(storefront.order("1054")?.status).toBe("cancelled");
  expect(JSON.stringify(message)).toContain("Order 1054: cancelled");
});
