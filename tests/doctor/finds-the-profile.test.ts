/** `--suggest` finds the profile of whoever asks, and takes a list in it for no list of the shop's. */
import { expect, test } from "bun:test";
import { otherShop, suggest } from "./other-shop.ts";

const ME = { id: 7, email: "ann@shop.example", first_name: "Ann", last_name: "Lee" };

test("a record with a list in it is no list", async () => {
  const addresses = [
    { id: 1, line1: "Elm St 1", city: "Graz" },
    { id: 2, line1: "Oak St 2", city: "Graz" },
  ];
  const { runtime } = otherShop({
    routes: {
      "/api/": () => ({ products: "/api/products/", orders: "/api/orders/", user: "/api/user/" }),
      "/api/me/": null,
      "/api/user/": () => ({ ...ME, addresses }),
    },
  });
  const { linesWith } = await suggest(runtime);
  expect(linesWith("page:")).toEqual([]);
  expect(linesWith("customer: (")).toHaveLength(1);
});
test("a profile in two envelopes is found, and read out of them", async () => {
  const { runtime } = otherShop({
    routes: { "/api/me/": () => ({ success: true, data: { message: "Yours", data: ME } }) },
  });
  const { linesWith, notesWith } = await suggest(runtime);
  expect(linesWith("record:")[0]).toContain("(answer) => answer.data?.data ?? answer");
  expect(linesWith("customer: (")).toHaveLength(1);
  expect(notesWith("get_customer")[0]).toContain("gives customer_id, email, first_name");
});
test("a shop without a profile has a TODO for it", async () => {
  const { linesWith } = await suggest(otherShop({ routes: { "/api/me/": null } }).runtime);
  expect(linesWith("TODO customer:")).toEqual([
    "// TODO customer: no address was found at which the shop says who asks",
  ]);
});
