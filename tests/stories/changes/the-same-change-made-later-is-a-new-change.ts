import { seed } from "../../../mocks/world.ts";
import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const vidal = {
  line1: "2 place Sathonay",
  line2: "chez Mme Vidal",
  city: "Lyon",
  postcode: "69001",
  country: "France",
};
const home = {
  line1: "9 montée de la Grande-Côte",
  line2: "3e étage",
  city: "Lyon",
  postcode: "69001",
  country: "France",
};
const reads = ["GET /api/orders/1059/", "GET /api/customers/ines-moreau/"];
const sends = [...reads, "POST /api/orders/1059/previews/", "PATCH /api/orders/1059/address/"];
const toHome =
  /New address: "9 montée de la Grande-Côte, .*\nUntil now: "2 place Sathonay, chez Mme Vidal/;
const toVidal =
  /New address: "2 place Sathonay, chez Mme Vidal, .*\nUntil now: "9 montée de la Grande-Côte/;
const returns = { outcome: "done", order_id: "1059", status: "pending" } as const;

export default story("the same address change made again later is a new change", { as: "ines" }, [
  say(
    "My socks go to Madame Vidal downstairs. She is off to Grenoble; send 1059 up to me instead.",
  ),
  call(
    "change_order_address",
    { order_id: "1059", ...home },
    { asks: [toHome, accept()], returns, sends, tokens: 160 },
  ),
  reply("Order 1059 comes up to your third floor."),
  say("No, wait. She stays, and it is me who travels. Back to her, please."),
  call(
    "change_order_address",
    { order_id: "1059", ...vidal },
    { asks: [toVidal, accept()], returns, sends, tokens: 160 },
  ),
  reply("Back to Madame Vidal it goes."),
  say("You will think I am mad. Her sister fell ill and she did go. To me after all, please."),
  call(
    "change_order_address",
    { order_id: "1059", ...home },
    { asks: [toHome, accept()], returns, sends, tokens: 160 },
  ),
  reply("To you, on the third floor. I wish the sister well."),
  expectWorld(({ orders }) => {
    const socks = orders.find(({ order_id }) => order_id === "1059");
    const notes = socks?.timeline?.filter(({ note }) => note === "Address changed.");
    return (
      notes?.length === 3 &&
      Bun.deepEquals(socks?.address, { ...home, state: "" }) &&
      orders.filter((order, nth) => !Bun.deepEquals(order, seed.orders[nth])).length === 1
    );
  }),
]);
