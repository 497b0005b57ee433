/** What the server does itself where a shop does not: look for words, and know that a list came whole. */
import { expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { openMappedShop } from "./mapped-answers.ts";

const product = (id: number, title: string, category = "Kitchen") => ({ id, title, category });
const rows = [
  product(1, "Headphones", "Sound"),
  product(2, "Copper Kettle"),
  product(3, "Enamel mug"),
  product(4, "Cable", "Kettle parts"),
];
const ITEMS = "/items?limit=10";
async function search(query: string, tables: Tables = {}, documents: object = { "/items": rows }) {
  const paths = { searchProducts: "/items" };
  const dialect = defineShop({ paths, query: { q: null, limit: null }, ...tables });
  const shop = openMappedShop(dialect, { ...documents });
  const answer = await shop.offered
    .get("search_products")
    ?.call("search_products", { query }, shop);
  const { products, notes } = Object(answer?.result);
  return { ids: products.map(({ product_id }: { product_id: string }) => product_id), notes };
}
const LOOKED =
  "The shop does not search for words: its products were looked through here, by name, category and id.";

test("q: null finds the products whose rows show all words, and says how", async () => {
  const { ids, notes } = await search("kettles");
  expect(ids).toEqual(["2", "4"]);
  expect(notes).toEqual([LOOKED]);
  expect((await search("kettle copper")).ids).toEqual(["2"]);
});
test("q: null finds nothing where no row shows them", async () => {
  const { ids, notes } = await search("unicorn");
  expect(ids).toEqual([]);
  expect(notes).toContain(LOOKED);
});
test("q: null reads further pages for them", async () => {
  const documents = {
    [ITEMS]: { results: rows.slice(0, 2), next: "?page=2" },
    [`${ITEMS}&page=2`]: { results: rows.slice(2), next: null },
  };
  expect((await search("mug", { query: { q: null } }, documents)).ids).toEqual(["3"]);
});
test("a function that sends nothing leaves the words to the module: rows without them are doubted", async () => {
  const { ids, notes } = await search("unicorn", { query: { q: () => ({}), limit: null } });
  expect(ids).toHaveLength(4);
  expect(notes.join()).toContain("show not all of the words");
});
test("a bare list of which nobody asked for a part is whole, however long", async () => {
  const ten = Array.from({ length: 10 }, (_, id) => product(id, "Kettle"));
  const { notes } = await search("kettle", {}, { "/items": ten });
  expect(notes).toEqual([LOOKED]);
  const asked = await search("kettle", { query: { q: null } }, { [ITEMS]: ten });
  expect(asked.notes.join()).toContain("does not say whether there are more");
});

const order = { id: 7, status: "paid", tracking_ids: ["PX-1"] };
async function readOrder(tables: Tables, document: object = order) {
  const shop = openMappedShop(defineShop(tables), { "/api/orders/7/": document });
  const answer = await shop.offered.get("get_order")?.call("get_order", { order_id: "7" }, shop);
  return { result: Object(answer?.result), text: `${answer?.text}` };
}
test("a mapped status keeps the shop's own word beside it", async () => {
  const { result, text } = await readOrder({ statuses: { paid: "processing" } });
  expect(result).toMatchObject({ status: "processing", raw_status: "paid" });
  expect(text).toStartWith("Order 7 is paid. The shop is at work on it");
});
test.each(["3", "S", "Canceled", "shipped"])(
  "the status %s is no word of its own",
  async (status) => {
    const statuses = { 3: "shipped", S: "shipped" } as const;
    const tables: Tables = { statuses, query: { status: null } };
    expect((await readOrder(tables, { id: 7, status })).result.raw_status).toBeUndefined();
  },
);
test("tracking ids of an order without shipments are those of a shipment", async () => {
  const shipments = [{ tracking_ids: ["PX-1"] }];
  expect((await readOrder({})).result.shipments).toEqual(shipments);
  const tables: Tables = { fields: { order: { tracking_ids: ({ parcel }) => [parcel] } } };
  const { result } = await readOrder(tables, { id: 7, status: "sent", parcel: "PX-1" });
  expect(result.shipments).toEqual(shipments);
});
