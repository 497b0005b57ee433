/** What happens between question and answer. */
import { describe, expect, test } from "bun:test";
import { createServer, type Shop } from "../../server.ts";
import { type Hold, lanes, textOf } from "../harness/lanes.ts";
import { sends } from "../harness/story.ts";
import { MOVE, type Name, OLD, PAY, penWith, miaWith, wishes } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, type Scene } from "./scripted-shop.ts";

describe.each(["memory-legacy", "memory-modern"] as const)("%s", (lane) => {
  const connect = (shop: Shop, answer?: Hold["answer"]) => {
    const serve = () => createServer(shop);
    return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
  };

  test("what happens at the shop while the person thinks makes another question of it", async () => {
    using scene = await openScene();
    const questions: string[] = [];
    const host = await connect(scene.open(), async (question) => {
      questions.push(question);
      const address = { ...OLD, line1: "Kraanlei 33" };
      scene.staff((shop, clerk) => shop.changeOrderAddress(clerk, "1054", { address }));
      return questions.length < 2 ? "accept" : "decline";
    });
    const result = await host.callTool({ name: "change_order_address", arguments: MOVE });
    await host.close();
    expect(questions).toEqual([
      expect.stringMatching(/^Send order 1054 .*Until now: Linnégatan 14,/),
      expect.stringMatching(
        /^Asked anew, since something has changed meanwhile\. Send order 1054 .*Until now: Kraanlei 33,/,
      ),
    ]);
    expect(textOf(result)).toContain("the person declined.");
    expect(scene.writes()).toEqual([]);
  });
});

describe("an answer by elicitation", () => {
  const gone = { address: { ...OLD, line1: "Kraanlei 33" } };
  const gift = { payment_method_id: "mia-gift" };
  /** What happens between question and answer, and which words are said then. */
  const meanwhile: [what: string, Name, object, happen: (scene: Scene) => void, says: RegExp][] = [
    [
      "the address of the order",
      "change_order_address",
      {},
      ({ staff }) => staff((shop, clerk) => shop.changeOrderAddress(clerk, "1054", gone)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the address of the customer",
      "change_customer_address",
      {},
      ({ staff }) =>
        staff((shop, clerk) => shop.changeCustomerAddress(clerk, "mia-lindqvist", gone)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the status of the order",
      "cancel_order",
      {},
      ({ staff }) =>
        staff((shop, clerk) => shop.cancelOrder(clerk, "1054", { reason: "ordered_by_mistake" })),
      /^Nothing was sent: the shop does not allow this now\. Only a pending order can be cancelled;/,
    ],
    [
      "the payment of the order",
      "cancel_order",
      {},
      ({ staff }) => staff((shop, clerk) => shop.changeOrderPayment(clerk, "1054", PAY)),
      /something has changed meanwhile\..*Goes back: 56\.90 EUR to PayPal/,
    ],
    [
      "the price of the new item",
      "change_order_items",
      {},
      ({ schedule }) => schedule("GET /api/products/:id/", [sends(penWith({ price: "54.01" }))]),
      /something has changed meanwhile\..* 12\.01 EUR will be charged to Visa/,
    ],
    [
      "whether the new item can be had",
      "change_order_items",
      {},
      ({ schedule }) => schedule("GET /api/products/:id/", [sends(penWith({ available: false }))]),
      /^Nothing was sent to the shop: items: sparrow-tortoiseshell-stub is not available now;/,
    ],
    [
      "what is on the gift card",
      "change_order_payment",
      gift,
      ({ schedule }) => schedule("GET /api/customers/:id/", [sends(miaWith({ balance: "1.00" }))]),
      /something has changed meanwhile\..* 1\.00 EUR/,
    ],
    [
      "whose the gift card is",
      "return_items",
      gift,
      ({ schedule }) =>
        schedule("GET /api/customers/:id/", [sends(miaWith({ payment_method_id: "hers" }))]),
      /^Nothing was sent to the shop: payment_method_id: mia-gift is not one of this customer's/,
    ],
  ];
  test.each(meanwhile)(
    "does not count when %s has changed",
    async (_, name, given, happen, says) => {
      using scene = await openScene();
      const host = hostOf(scene.open(), "elicitation");
      const args = { ...wishes[name].args, ...given };
      const { consent } = await host.call(name, args);
      happen(scene);
      const said = await host.accept(name, args, consent);
      expect(said.words).toMatch(says);
      expect(said.isDone).toBe(false);
      expect(scene.writes()).toEqual([]);
      expect(scene.unmet()).toEqual([]);
    },
  );
});
