/**
 * How much a name of the shop's is like a name of the contract's. `observed-fields.ts` looks with it for a field
 * that is missing under its own name.
 */

/** What shops often call a field, by the contract's name for it. Names that resemble it need no entry. */
const SYNONYMS: Record<string, string> = {
  results: "hits entries matches elements values", // beside those that `readPage` knows
  product_id: "id pk sku upc slug code",
  item_id: "id sku upc code",
  order_id: "id number reference code",
  order_number: "number reference code",
  customer_id: "id user buyer",
  payment_method_id: "id method source",
  name: "title label",
  price: "cost amount value",
  total: "amount sum value",
  amount: "value sum total price",
  available: "stock in_stock buyable",
  category: "department group",
  description: "body summary text",
  image: "picture photo thumbnail",
  images: "pictures photos",
  options: "attributes properties details",
  items: "variants children",
  lines: "items positions",
  address: "ship_to delivery",
  line1: "street",
  line2: "extra",
  city: "town",
  state: "region province county",
  postcode: "zip zipcode plz",
  status: "state phase",
  placed_at: "created created_at ordered date",
  updated_at: "modified modified_at changed",
  estimated_delivery: "eta expected due",
  email: "mail",
  last_name: "surname",
  last_four: "last4 digits",
  kind: "type",
  at: "when time date created",
  note: "comment text",
  reason: "why detail message",
};

const wordsOf = (name: string) =>
  name
    .replace(/([a-z])([A-Z0-9])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** What a thing is, which says nothing of what is told of it: an order's number is not its date. */
const NOUNS = "order product customer item line payment method shop user".split(" ");
/** Words that make another thing of a name: a payment's status is not the order's. */
const OTHERS =
  "payment billing shipping delivery tax vat discount excl net old previous original fee".split(
    " ",
  );
const ID_WORDS = "id pk uuid guid sku upc slug code number nr no ref reference key".split(" ");

/**
 * How similar two names are, from 0 (not at all) to 5 (the same but for its spelling).
 *
 * @example
 * nameSimilarity("first_name", "firstName"); // 5
 * nameSimilarity("price", "cost"); // 4, a synonym
 * nameSimilarity("price", "unit_price"); // 2, a word in common
 */
export function nameSimilarity(name: string, shopName: string): number {
  if (SYNONYMS[name]?.split(" ").includes(shopName.toLowerCase())) return 4;
  const [words, shopWords] = [wordsOf(name), wordsOf(shopName)];
  const [joined, shopJoined] = [words.join(""), shopWords.join("")];
  if (joined === shopJoined) return 5;
  if (name === "raw_status") return 0; // the server's own, for what `status` does not say
  const isId = words.at(-1) === "id" || name === "order_number";
  if (isId) {
    const isOfIt = shopWords.every((word) => words.includes(word) || ID_WORDS.includes(word));
    return isOfIt && shopWords.some((word) => words.includes(word)) ? 2 : 0;
  }
  const isOther = shopWords.some((word) => OTHERS.includes(word) && !words.includes(word));
  if (isOther && !(name === "address" && shopWords.includes("shipping"))) return 0;
  const isTelling = (word: string) =>
    word.length > 2 && !(words.length > 1 && NOUNS.includes(word));
  const shared = words.filter((word) => isTelling(word) && shopWords.includes(word)).length;
  if (shared) return 1 + shared;
  const isLongEnough = Math.min(joined.length, shopJoined.length) > 3;
  const isPart = joined.includes(shopJoined) || shopJoined.includes(joined);
  return isLongEnough && isPart ? 1 : 0;
}
