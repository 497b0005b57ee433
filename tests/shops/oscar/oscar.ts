/** The shop of these tests, and what oscar's own models hold, by dump.py. No test changes anything. */
import { realShop } from "../real-shop.ts";

export interface Product {
  id: string;
  upc: string;
  title: string;
  structure: string;
  is_public: boolean;
  parent: string | null;
  description: string;
  attributes: Record<string, string>;
  categories: string[];
  images: string[];
  net: string | false;
  gross: string | false;
  is_available: boolean;
}
export interface Order {
  id: string;
  number: string;
  user: string;
  status: string;
  total: string;
  currency: string;
  placed_at: number;
  address: Record<string, string>;
  lines: { id: string; product: string | null; title: string; quantity: number; gross: string }[];
}

export const shop = realShop("dialects/oscar.ts");
export const models: { products: Product[]; orders: Order[] } = await shop.run("dump.py");

export const productWith = (upc: string): Product => {
  const found = models.products.find((product) => product.upc === upc);
  if (!found) throw new Error(`seed.py made no ${upc}`);
  return found;
};
export const ordersOf = (user: string): Order[] =>
  models.orders.filter((order) => order.user === user);
/** The first of them. @throws {Error} where there is none */
export function first<T>(all: T[]): T {
  const [one] = all;
  if (one === undefined) throw new Error("there is none");
  return one;
}
/** Money as the tools have it; absent where there is none. */
export const money = (amount: string | false) =>
  amount === false ? undefined : { amount, currency: "EUR" };
/** What every search says. */
export const LOOKED =
  "The shop does not filter its list: its products were looked through here, by what the list shows of each.";
