/**
 * django-oscar, by the API of django-oscar-api 3.3 (django-oscar 4.2), included at `/api/`:
 *
 * ```sh
 * DJANGO_API_BASE=https://shop.example DJANGO_API_TOKEN=… bun run server --shop dialects/oscar.ts
 * ```
 *
 * The token is one of DRF's `rest_framework.authtoken`, or of simplejwt (`DJANGO_API_AUTH=Bearer`): add its class to
 * DEFAULT_AUTHENTICATION_CLASSES, since django-oscar-api itself logs in by session. It is one customer's: the API shows
 * nobody the orders of others, staff included.
 *
 * What the API cannot do:
 *
 * - **Search.** Its list of products ignores every word and gives all there are. Words are looked for here, in title and
 *   UPC, not in descriptions. That is meant for hundreds of products: of a list in pages, five are read for one call.
 * - **Hide what is not public.** It lists such products and variants like any others. `is_public` in
 *   OSCARAPI_PRODUCT_FIELDS and OSCARAPI_CHILDPRODUCTDETAIL_FIELDS leaves them out here, too.
 * - **Prices and stock in lists.** Each row that is shown costs three further requests; category, `in_stock`, prices and
 *   `sort` are looked at in these rows. A parent has neither price nor stock of its own: its variants have, 25 at most.
 * - **Tax that is not known yet.** With a strategy such as oscar's `US`, the API sends net prices as `incl_tax`.
 * - **Change anything.** No cancelling, no new address, no returns, no messages to the shop.
 * - **Tell what was paid.** No payments, no shipments. Shipping and surcharges are in the total alone. A line has a price
 *   where its own, with VAT and discounts, can be divided by its pieces.
 * - **Name what was bought.** A line leads to a product, as it is called today, and a variant without a title of its own
 *   is called by its UPC. `title`, added to all others in OSCARAPI_ORDERLINE_FIELDS, gives the name it was bought under.
 * - **Say who the customer is**: only the default shipping address, where one is marked as that.
 * - **Find an order by its number.** The caller's orders are read through, up to five pages.
 *
 * @module
 */
import { defineShop } from "../shop/mapping/define-shop.ts";

/** What a product of the API has, in its list (`url`, `id`, `upc`, `title`), its own record and that of its parent. */
interface Product {
  url: string;
  id: number;
  upc: string | null;
  title: string;
  structure?: "standalone" | "parent" | "child";
  is_public?: boolean;
  categories?: string[];
  attributes?: { name: string; value: unknown }[];
  children?: Product[];
  price?: string;
  availability?: string;
}
interface Line {
  url: string;
  product: string | null;
  title?: string;
  quantity: number;
  price_incl_tax: string;
}
interface Address {
  line1?: string;
  line2: string;
  line3: string;
  is_default_for_shipping?: boolean;
}

const MOST_VARIANTS = 25; // with price and stock, of one answer

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
/** Whether title and UPC have all of the words, in singular or plural. */
function hasWords({ title, upc }: Product, query: string): boolean {
  const words = fold(query).match(/[\p{L}\p{N}]+/gu) ?? [fold(query)];
  const text = fold(`${title} ${upc ?? ""}`);
  return words.every((word) => text.includes(word.replace(/(?<=..[^s])s$/, "")));
}
const isPublic = (product: Product) => product.is_public !== false; // where the API says so
const nameOf = ({ title, upc, id }: Product) => title || upc || `Product ${id}`;
/** Of the names of a product's categories, `Kitchen > Mugs` and its parts, the one that is asked for, or the first. */
function categoryOf({ categories = [] }: Product, wanted = ""): string | undefined {
  const names = categories.flatMap((name) => [name, ...name.split(" > ")]);
  return names.find((name) => fold(name) === fold(wanted)) ?? names[0];
}
/** What tells a variant from the others of its product. */
function optionsOf({ title, upc, attributes = [] }: Product, ofProduct: Product) {
  const own = attributes.flatMap(({ name, value }) => {
    const text = Array.isArray(value) ? value.join(", ") : value;
    return text === null || typeof text === "object" ? [] : [[name, String(text)]];
  });
  const named = title && title !== ofProduct.title ? [["Title", title]] : [];
  return Object.fromEntries([...named, ...own, ...(upc ? [["UPC", upc]] : [])]);
}

/** A price with tax; null of what cannot be bought. */
const gross = ({ incl_tax, currency }: { incl_tax: string | null; currency: string }) =>
  incl_tax === null ? null : { amount: incl_tax, currency };
const recordOf = (row: Product) => (row.availability ? row : row.url);
/** A link of a product that one with variants has, too, where it leads to nothing that is true of them. */
const ownLink = (name: "price" | "availability") => (product: Product) =>
  product.children?.length ? null : product[name];
/** The link of a variant, as long as there are not too many to follow. */
const variantLink = (name: "price" | "availability") => (item: Product, product: Product) =>
  (product.children?.length ?? 0) <= MOST_VARIANTS ? item[name] : null;
/** What one piece of a line cost with VAT and discounts, where that is a whole number of cents. */
function pieceOf({ price_incl_tax, quantity }: Line): string | undefined {
  const cents = Math.round(Number(price_incl_tax) * 100);
  return cents % quantity === 0 ? (cents / quantity / 100).toFixed(2) : undefined;
}
const GONE = { title: "A product that the shop no longer has" };
const productOf = (line: Line) => line.product ?? GONE;

const address = {
  line2: ({ line2, line3 }: Address) => [line2, line3].filter(Boolean).join(", "),
  city: "line4",
  country: { from: "country", load: true, each: "printable_name" },
} as const;
const looked = () => ({}); // nothing is sent: the server looks at the rows

export default defineShop({
  idempotency: false,
  only: true,
  paths: {
    searchProducts: "/api/products/",
    product: "/api/products/{product_id}/",
    orders: "/api/orders/",
    order: "/api/orders/{order_id}/",
    customer: ({ customer_id }) => (customer_id === "me" ? "/api/useraddresses/" : null),
  },
  query: {
    q: looked,
    category: looked,
    min_price: looked,
    max_price: looked,
    in_stock: looked,
    ordering: looked,
    status: looked,
    customer: null,
    /** Where a project has paginated its API: many products, since they are searched here. */
    limit(limit, { endpoint }) {
      const size = endpoint === "searchProducts" ? 200 : limit;
      return { limit: size, page_size: size };
    },
  },
  lookup: { order_number: true },
  statuses: { new: "pending", "Being processed": "processing" }, // "Complete" does not say that it has arrived
  page(answer, _, { endpoint, query }) {
    const rows: Product[] = answer.results ?? answer;
    if (endpoint !== "searchProducts") return rows;
    const isShown = (row: Product) => row.title && isPublic(row); // not a variant that has only a UPC
    return rows.filter((row) => isShown(row) && hasWords(row, query.q ?? ""));
  },
  record(answer, _, { endpoint }) {
    if (endpoint !== "customer") return answer;
    const addresses: unknown = answer.results ?? answer;
    if (!Array.isArray(addresses)) return answer; // the country of one
    return addresses.find((one: Address) => one.is_default_for_shipping) ?? {};
  },
  fields: {
    product: {
      name: nameOf,
      url: null, // which is the API's own, and no page for people
      category: {
        from: recordOf,
        load: "rows",
        each: (product, _, { query }) => categoryOf(product, query.category),
      },
      image: { from: recordOf, load: "rows", each: "images.0.original" },
      images: { from: "images", each: "original" },
      price: {
        from: recordOf,
        load: "rows",
        each: { from: ownLink("price"), load: "rows", each: gross },
      },
      available: {
        from: recordOf,
        load: "rows",
        each: { from: ownLink("availability"), load: "rows", each: "is_available_to_buy" },
      },
      items: {
        from: (product: Product) =>
          product.structure === "parent" ? product.children?.filter(isPublic) : [product],
        each: {
          item_id: "id",
          options: optionsOf,
          price: { from: variantLink("price"), load: true, each: gross },
          available: {
            from: variantLink("availability"),
            load: true,
            each: "is_available_to_buy",
          },
        },
      },
    },
    order: {
      order_id: "url",
      placed_at: "date_placed",
      total: "total_incl_tax",
      address: { from: "shipping_address", each: address },
      lines: {
        from: "lines",
        load: true,
        each: {
          item_id: (line: Line) => line.product ?? `line-${line.url.split("/").at(-2)}`,
          product_id: "product",
          name: {
            from: (line: Line) => (line.title ? line : productOf(line)),
            load: true,
            each: nameOf,
          },
          options: { from: productOf, load: true, each: (product) => optionsOf(product, product) },
          price: pieceOf,
        },
      },
    },
    customer: {
      customer_id: () => "me",
      first_name: null, // of those who live there
      last_name: null,
      address: { from: (row: Address) => (row.line1 ? row : null), each: address },
    },
  },
});
