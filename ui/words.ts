/**
 * The words of the views themselves; what the shop says is shown as the shop wrote it. To add a language, add its table
 * to `WORDS`: TypeScript names what is missing. A value is put in for `{name}`; `{n}` is a number, and an entry by plural
 * category (`one`, `few`, `other`) is chosen by it.
 *
 * @module
 */

/** A sentence, or one for each plural category of the language. */
type Sentence = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
type Value = string | number;

const en = {
  // What every view may say
  working: "Asking the shop …",
  sending: "Sending to the shop …",
  back: "Back",
  again: "Try again",
  askInChat: "Ask in the chat",
  noAnswer: "No answer arrived. The connection may be broken; nothing was changed.",
  notShown: "This answer is not in a form that can be shown here.",
  failed: "That did not work",
  cut: "Not everything is shown here.",
  notes: "Notes",
  more: "Show more",
  showAll: { one: "Show the one that is left", other: "Show all {n}" },
  showFewer: "Show fewer",
  asOf: "As the shop said on {when}",
  currencyUnknown: "{amount}, currency not said",
  // Products
  productsFor: "Products for “{query}”",
  products: "Products",
  productCount: { one: "{n} product", other: "{n} products" },
  moreProducts: { one: "{n} more product, {all} in all", other: "{n} more products, {all} in all" },
  noProducts: "The shop found nothing for this.",
  picture: "{name}, picture {n} of {all}",
  pictures: "Pictures of {name}",
  available: "In stock",
  soldOut: "Sold out",
  priceUnknown: "Price not said",
  variants: { one: "{n} variant", other: "All {n} variants" },
  variant: "Variant",
  price: "Price",
  availability: "Availability",
  atTheShop: "See it at the shop",
  // Orders
  orders: "Orders",
  orderCount: { one: "{n} order", other: "{n} orders" },
  moreOrders: { one: "{n} more order, {all} in all", other: "{n} more orders, {all} in all" },
  noOrders: "There are no orders here.",
  order: "Order {id}",
  orderNumber: "Order {id} (number {number})",
  customer: "Customer {id}",
  customerName: "Customer",
  itemCount: { one: "{n} item", other: "{n} items" },
  placed: "Placed",
  updated: "Last change",
  expected: "Expected",
  total: "Total",
  items: "Items",
  item: "Item",
  each: "{n} × {price}",
  pieces: "{n} ×",
  noLines: "The shop lists no items for this order.",
  itemsModified: "Its items were changed once.",
  cancelReason: "Reason for cancelling: {reason}",
  address: "Delivery address",
  shipments: "Shipments",
  shipment: "Shipment {n}",
  tracking: "Tracking",
  noTracking: "No tracking number yet",
  history: "What happened",
  payments: "Payments",
  payment: "Paid",
  refund: "Refunded",
  method: "Method",
  toComeBack: "To be refunded",
  toComeCharge: "To be charged",
  noDifference: "No difference in price",
  return: "Return",
  exchange: "Exchange",
  exchangeFor: "{old} for {new}",
  possible: "What you can do now",
  can_cancel: "Cancel the order",
  can_change: "Change the items or the payment",
  can_change_address: "Change the address",
  can_return: "Return or exchange items",
  notNow: "Not possible now.",
  wants_can_change: "I want to change the items or the payment of order {id}.",
  wants_can_change_address: "I want order {id} sent to another address.",
  wants_can_return: "I want to return or exchange items of order {id}.",
  wants_can_cancel: "I want to cancel order {id}.",
  cancelWhy: "Why do you want to cancel it?",
  no_longer_needed: "I no longer need it",
  ordered_by_mistake: "I ordered it by mistake",
  goOn: "Go on",
  beforeCancel: "You will see what it means before anything is done.",
  wholeOrder: "Show the whole order",
  pending: "Pending",
  processing: "Being packed",
  shipped: "Shipped",
  delivered: "Delivered",
  cancelled: "Cancelled",
  return_requested: "Return requested",
  exchange_requested: "Exchange requested",
  unknown: "Status not known",
  shopSays: "The shop calls it {status}",
  // Changes
  confirmTitle: "Please confirm",
  nothingDone: "Nothing is done yet.",
  willHappen: "What will happen",
  confirm: "Confirm",
  keep: "Keep as it is",
  until: "You can answer until {when}.",
  kept: "Kept as it is",
  keptText: "You did not confirm this, and this view has sent nothing to the shop.",
  showAgain: "Show the question again",
  done: "Done",
  accepted: "Accepted by the shop",
  notConfirmable: "This cannot be confirmed here. Answer in the chat.",
  chargedInAll: "Charged in all",
  refundedInAll: "Refunded in all",
  showOrder: "Show the order",
  changeFailed: "This was not confirmed by the shop",
  changeNoAnswer:
    "No answer arrived. The shop may have done it all the same. Look at it before you do anything else.",
  sendAgain: "Send the same again",
  startOver: "Start over",
  tellKept: "I decided in the view to keep it as it is. Do not ask again unless I want it.",
  // The host
  linkRefused: "This assistant opens no links from here. The address is {url}",
  messageRefused: "This assistant takes no messages from here. Write to it yourself: {text}",
  noHost: "This page shows a shop's answers inside an assistant. Open it there.",
  hostSilent:
    "The assistant does not answer this view. What it says itself is complete without it.",
  callCancelled: "The call was cancelled, so there is no answer to show.",
  cancelReasonSaid: "The assistant's reason: {reason}",
  // The shop
  currency: "Currency",
  hours: "Support",
  categories: "Categories",
  policies: "Policies",
} satisfies Record<string, Sentence>;

export type Words = Record<keyof typeof en, Sentence>;
export type Word = keyof Words;
/** The tables by language. */
export const WORDS: Record<string, Words> = { en };

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
/** A value within a sentence of the other direction, which it must not turn around. */
const isolate = (value: string) => `\u2068${value}\u2069`;

/**
 * The sentences of the first language that there is a table of.
 * @returns `lang`, `dir`, and `say`: `say("order", { id: "1036" })`
 */
export function speak(locale: string) {
  const [language = "en"] = locale.split("-");
  const lang = Object.hasOwn(WORDS, language) ? language : "en";
  const words = WORDS[lang] ?? en;
  const isRightToLeft = lang === "ar";
  const rules = new Intl.PluralRules(lang === language ? locale : lang);
  const numbers = new Intl.NumberFormat(locale);
  const write = (value: Value) => {
    if (typeof value === "number") return numbers.format(value);
    return isRightToLeft || RIGHT_TO_LEFT.test(value) ? isolate(value) : value;
  };
  return {
    lang,
    dir: isRightToLeft ? ("rtl" as const) : ("ltr" as const),
    say(word: Word, values: Record<string, Value> = {}): string {
      const { n } = values;
      const entry: Sentence = words[word];
      const sentence =
        typeof entry === "string"
          ? entry
          : (typeof n === "number" && entry[rules.select(n)]) || entry.other;
      return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => write(values[name] ?? ""));
    },
  };
}
