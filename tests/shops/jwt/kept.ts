/** What the models of the JWT shop hold, as `dump.py` prints it; and what is told of them. */
import { realShop } from "../real-shop.ts";

export interface KeptOrder {
  id: string;
  number: string;
  owner: string;
  user: string;
  status: string;
  created: string;
  total: string;
  street: string;
  tracking: string;
  reason: string;
  payments: [status: string, amount: string, method: string][];
  items: {
    sku: string;
    product: string;
    name: string;
    size: string;
    color: string;
    quantity: number;
    price: string;
  }[];
}
export interface KeptProduct {
  id: string;
  name: string;
  category: string;
  price: string;
  active: boolean;
  variants: [sku: string, size: string, color: string, price: string, stock: number][];
}
export interface Kept {
  orders: KeptOrder[];
  products: KeptProduct[];
  users: Record<string, string>;
}

export const shop = realShop("dialects/jwt.ts");
export const dump = (): Promise<Kept> => shop.run("dump.py");
/** Connects with a user's access token. */
export const open = (user?: string, options: Parameters<typeof shop.open>[1] = {}) =>
  shop.open(user, { django_api_auth: "Bearer", ...options });

export const euros = (amount: string) => ({ amount, currency: "EUR" });
export const optionsOf = (size: string, color: string) => (size ? { size, color } : { color });
