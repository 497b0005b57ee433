/** Orders that report themselves: the chat says so to whose order it is, and the page reads it again. */
import { expect, test } from "bun:test";
import { finish, modelOf, openStorefront, text, wordsOf } from "./open-storefront.ts";

test("an order that is shipped is said in its customer's chat within a second, and in no other", async () => {
  await using storefront = await openStorefront();
  const [mia, axel] = [await storefront.signIn("mia"), await storefront.signIn("axel")];
  const page = await mia.open();
  await storefront.storefront.sessions.listening();
  const shipped = performance.now();
  await storefront.ship("1049");
  await page.next("changed");
  expect(performance.now() - shipped).toBeLessThan(1000);
  expect((await mia.chat()).messages.map(wordsOf)).toEqual([
    "Order 1049 is shipped. It is on its way.",
  ]);
  expect((await axel.chat()).messages).toEqual([]);
});
test("a change of the shopper's own is no news", async () => {
  await using storefront = await openStorefront();
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  await storefront.storefront.sessions.listening();
  const answer = mia.say("Cancel order 1054");
  await page.answer(true);
  await answer;
  await storefront.ship("1049"); // which is heard later
  for (;;) {
    await page.next("changed");
    const { messages } = await mia.chat();
    if (!wordsOf(messages.at(-1)).includes("1049")) continue;
    expect(messages.map(wordsOf)).toEqual([
      "Cancel order 1054",
      "Order 1054: cancelled.",
      expect.stringContaining("1049"),
    ]);
    break;
  }
});
test("news while an answer is written stands behind it", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const model = modelOf(() => {
    return new ReadableStream({
      async start(controller) {
        await released;
        for (const part of [...text("Here."), ...finish()]) controller.enqueue(part);
        controller.close();
      },
    });
  });
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  await storefront.storefront.sessions.listening();
  const answer = mia.say("Hello?");
  await storefront.ship("1049");
  await page.next("changed");
  release();
  await answer;
  expect((await mia.chat()).messages.map(wordsOf)).toEqual([
    "Hello?",
    "Here.",
    "Order 1049 is shipped. It is on its way.",
  ]);
});
test("the model hears of news, too", async () => {
  const model = modelOf([...text("I see."), ...finish()]);
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  await storefront.storefront.sessions.listening();
  await mia.say("Hello?");
  await storefront.ship("1049");
  await page.next("changed");
  while ((await mia.chat()).messages.length < 3) await page.next("changed");
  await mia.say("What is new?");
  expect(JSON.stringify(model.doStreamCalls[1]?.prompt)).toContain("Order 1049 is shipped.");
});
