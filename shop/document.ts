/**
 * Products as ChatGPT reads them in deep research and as company knowledge: results of a search, and documents. Its
 * pages say which fields there are; a `url` that the shop did not give is left out, and is then not cited.
 *
 * @see https://developers.openai.com/api/docs/mcp
 * @module
 */
import * as z from "zod";
import { schemas } from "./contract.ts";
import { formatMoney } from "./money.ts";
import { type Notes, pluralize } from "./notes.ts";
import { join } from "./text.ts";
import { truncated } from "./tool.ts";

type ProductRow = z.output<typeof schemas.productRow>;
type Product = z.output<typeof schemas.product>;
type Item = NonNullable<Product["items"]>[number];

const address = { url: z.string().optional().describe("Absent where the shop gives none") };
export const searchResult = z.object({ id: z.string(), title: z.string(), ...address });
export const documentResult = searchResult.extend({
  text: z.string(),
  metadata: z.object({ category: z.string().optional(), price: z.string().optional() }),
  truncated,
});
export const toSearchResult = ({ product_id: id, name: title, url }: ProductRow) => {
  return { id, title, url };
};

const ROOM_FOR_VARIANTS = 9000; // bytes of 20,000: a description takes six thousand at most
const describeAvailable = (available: boolean | undefined) =>
  available === undefined ? undefined : available ? "can be bought now" : "cannot be bought now";
/** `color: sand, size: M; 58.00 EUR; can be bought now (item_id linen-apron-sand-m)` */
function describeItem({ item_id, options = {}, price, available }: Item): string {
  const chosen = join(Object.entries(options).map(([name, value]) => `${name}: ${value}`));
  const said = join([chosen, price && formatMoney(price), describeAvailable(available)], "; ");
  return `${said} (item_id ${item_id})`.trim();
}

/** A product as a document. What has to be left out of its text is noted. */
export function toDocument(product: Product, notes: Notes): z.output<typeof documentResult> {
  const { product_id: id, name: title, url, category, price, available, description } = product;
  const described = product.items?.map(describeItem) ?? [];
  let room = ROOM_FOR_VARIANTS;
  const variants = described.filter((line) => (room -= Buffer.byteLength(line)) >= 0);
  const missing = described.length - variants.length;
  if (missing)
    notes.add(`${pluralize(missing, "variant")} of ${described.length} did not fit into the text.`);
  const cost = price && formatMoney(price);
  const text = [
    title,
    category && `Category: ${category}`,
    cost && `Price: ${cost}`,
    available !== undefined && `It ${describeAvailable(available)}.`,
    description && `\n${description}`,
    variants.length > 0 && `\nVariants:\n${join(variants, "\n")}`,
  ];
  const metadata = { category, price: cost };
  return { id, title, text: join(text, "\n"), url, metadata, truncated: missing > 0 || undefined };
}
