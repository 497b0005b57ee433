/** `--suggest` knows the total of an order by what adds up to it, whatever it is called, and says so where nothing does. */
import { expect, test } from "bun:test";
import { listView, omit, ORDERS, otherShop, recordView, type Row, suggest } from "./other-shop.ts";

const goodsOf = ({ positions }: (typeof ORDERS)[number]) =>
  positions.reduce((sum, { sum: own }) => sum + Number(own), 0);
/** The shop whose orders have these amounts instead of its own. */
const withAmounts = (
  amounts: (goods: number, index: number) => Row,
  positions?: (line: Row) => Row,
) => {
  const orders = ORDERS.map((order, index) => ({
    ...["grand_total", "tax_total", "postage"].reduce<Row>(omit, order),
    ...amounts(goodsOf(order), index),
    ...(positions && { positions: order.positions.map(positions) }),
  }));
  return otherShop({
    routes: { "/api/orders/": listView(orders), "/api/orders/*/": recordView(orders, "ref") },
  }).runtime;
};

test("a total by another name is what the lines add up to", async () => {
  const { linesWith } = await suggest(withAmounts((goods) => ({ total_cost: goods })));
  expect(linesWith("total:")).toEqual([
    'total: "total_cost", // proven: 192.50 is 1 × 140.00 + 1 × 12.50 + 2 × 20.00',
  ]);
  expect(linesWith('price: "each"')).toHaveLength(1);
});
test("any number of extras and discounts adds up, and a line's price without tax is not told", async () => {
  const amounts = (goods: number, index: number) => ({
    subtotal: goods,
    shipping_cost: 5,
    gift_wrap: index,
    tax_amount: 3,
    discount_amount: index * 2,
    total_payable: goods + 5 + index + 3 - index * 2,
  });
  const line = ({ sum, ...row }: Row) => ({ ...omit(row, "each"), price: sum });
  const { linesWith } = await suggest(withAmounts(amounts, line));
  expect(linesWith("total:")).toEqual([
    'total: "total_payable", // proven: 198.50 is 1 × 140.00 + 1 × 12.50 + 2 × 20.00 + shipping_cost 5.00 + gift_wrap 2.00 + tax_amount 3.00 − discount_amount 4.00',
  ]);
  expect(linesWith("price: null")).toContain(
    "price: null, // left out: it is not what one piece cost with tax",
  );
  expect(linesWith("TODO price: price / qty is without tax")).toHaveLength(1);
});
test("what is more than the lines add up to may be what was paid: that is asked", async () => {
  const amounts = (goods: number) => ({ amount: goods, total_payable: goods * 1.1 + 1 });
  const { linesWith } = await suggest(withAmounts(amounts));
  expect(linesWith("total:")).toEqual([
    "// TODO total: amount (105.00) or total_payable (116.50): is that what the customer paid? The lines add up to amount only",
  ]);
});
test("where no amount is like a total, those that there are are named", async () => {
  const { linesWith } = await suggest(withAmounts((goods) => ({ goods_value: goods })));
  expect(linesWith("total:")).toEqual([
    "// TODO total: no amount is called a total; its amounts: goods_value (105.00)",
  ]);
});
