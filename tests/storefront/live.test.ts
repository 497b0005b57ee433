/** Orders that report themselves: the chat says so to whose order it is, and the page reads it again. */
import { expect, test } from "bun:test";
import type { SignIn } from "../../examples/storefront/host/connect.ts";
import { finish, heldModel, modelOf, openStorefront, text, wordsOf } from "./open-storefront.ts";

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
test("a change of the shopper's own is no news when it is heard of before it is answered, either", async () => {
  await using backends = await openStorefront();
  const [made, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // The answer to the change comes late: what is heard of it comes first.
  const signIn: SignIn = async (given) => {
    const account = await backends.signInAtShop(given);
    const toTools = () => {
      const transport = account.toTools();
      if (!("fetch" in transport) || !transport.fetch) return transport;
      const { fetch: send } = transport;
      const late = async (...given: Parameters<typeof send>) => {
        const response = await send(...given);
        if (!`${given[1]?.body}`.includes("inputResponses")) return response;
        const body = await response.text();
        made.resolve();
        await released.promise;
        return new Response(body, response);
      };
      return { ...transport, fetch: Object.assign(late, { preconnect: fetch.preconnect }) };
    };
    return { ...account, toTools };
  };
  await using storefront = await openStorefront({ signIn });
  const mia = await storefront.signIn("mia");
  const page = await mia.open();
  await storefront.storefront.sessions.listening();
  const cancel = { tool: "cancel_order", args: { order_id: "1054", reason: "no_longer_needed" } };
  const called = mia.ask("POST call", cancel);
  await page.answer(true);
  await made.promise;
  await backends.ship("1049"); // which is heard behind it
  while (!(await mia.chat()).messages.length) await page.next("changed");
  released.resolve();
  await called;
  expect((await mia.chat()).messages.map(wordsOf)).toEqual([expect.stringContaining("1049")]);
});
test("news while an answer is written stands behind it", async () => {
  const { model, release } = heldModel([], text("Here."));
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
