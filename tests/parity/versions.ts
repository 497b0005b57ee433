/**
 * The handwritten sequences about versions: every change of the present and of a former version, in every spelling of
 * `If-Match`. `handwritten.ts` has them among its own.
 *
 * @module
 */
import { endpointOf, type Probe, type Step } from "./probe.ts";
import * as send from "./requests.ts";
import { orders } from "./rule-fixtures.ts";

const MATCHING = ['"{fresh}"', '"other", "{fresh}"', '\t"{fresh}" ,W/"other"', "*"];
const OTHERS = [
  "",
  "other",
  '"other"',
  '"{fresh}',
  "{fresh}",
  'W/"{fresh}"',
  '"*"',
  "*, *",
  '"other", *',
  '"other" "{fresh}"',
  '"preview"',
  ",",
];
const ifMatch = (value: string) => ({ "If-Match": value });
/** Changes of an address, which can be made as often as one likes. */
const orderAddress = send.changeAddress(orders.timed, { address: send.ADDRESS });
const customerAddress = send.changeCustomerAddress("me", { address: send.ADDRESS });
const readOrder = send.get(`/api/orders/${orders.timed.order_id}/`);
const readCustomer = send.get("/api/customers/me/");

const spellings = (read: Probe, change: Probe): Step[] => [
  read,
  ...OTHERS.map((value) => send.again(change, ifMatch(value))),
  ...MATCHING.map((value) => send.again(change, ifMatch(value))),
  { seconds: 1 },
  send.again(change),
  send.again(change, ifMatch('"{stale}"')),
  send.again(change, ifMatch('"{fresh}"')),
  read,
];
const OTHER_ADDRESS = { address: { ...send.ADDRESS, line1: "8 New Road" } };

/** A change of what was changed meanwhile: refused, and made once its present version is sent. */
function outdated(write: Probe): Step[] {
  const { path, body = "" } = write;
  const resource = path.replace(/\w+\/$/, "");
  const read = resource.includes("support") ? [] : [send.get(resource)];
  const key = { "Idempotency-Key": "known" };
  return [
    ...read,
    send.again(write, ifMatch('"other"')),
    send.again({ ...write, body: "{}" }, ifMatch('"other"')), // before errors in the body
    send.again({ ...write, path: path.replace(/\/(\d+|me)\//, "/absent/") }, ifMatch('"other"')),
    send.again({ ...write, body: "{" }, ifMatch('"other"')),
    send.without(send.again(write, ifMatch('"other"')), "Idempotency-Key"),
    send.again(write, { ...ifMatch('"other"'), ...key }),
    send.again(write, { ...ifMatch('"{fresh}"'), ...key }), // a refusal has not used up its key
    send.again(write, { ...ifMatch('"{stale}"'), ...key }), // the recorded answer, whatever the version is now
    send.again(write, { ...ifMatch('"other"'), ...key }),
    send.again(
      { ...write, body: body.replace("{", '{"x": 1, ') },
      { ...ifMatch('"other"'), ...key },
    ),
    send.again(write, ifMatch('"{stale}"')),
    send.again(write, ifMatch('"{fresh}"')), // up to the rules
    ...read,
  ];
}

/** What changes the version of a customer: their address, and the balances of their gift cards. */
const ofCustomers: Step[] = [
  readCustomer,
  send.changePayment(orders.gift, { payment_method_id: "mia-visa" }),
  readCustomer,
  send.again(customerAddress, ifMatch('"{stale}"')),
  send.again(customerAddress, ifMatch('"{fresh}"')),
  send.changeCustomerAddress("mia", OTHER_ADDRESS, "staff"),
  send.again(customerAddress, ifMatch('"{fresh}"')), // the version before
  readCustomer,
  send.again(customerAddress, ifMatch('"{fresh}"')),
  { ...readCustomer, method: "HEAD" },
  { ...readOrder, method: "HEAD" },
];
/** A preview has neither key nor version, and its answer has no ETag. */
const ofPreviews: Step[] = [orderAddress].flatMap((change) => {
  const preview = send.previewOf(change);
  return preview
    ? [
        readOrder,
        preview,
        { ...preview, headers: { ...preview.headers, ...ifMatch('"other"') } },
        { ...preview, headers: { ...preview.headers, "Idempotency-Key": "a b" } },
        { ...preview, path: "/api/orders/absent/previews/", body: "{}" },
        ...["refund", "toString", "customerAddress", " address"].map((kind) => ({
          ...preview,
          body: JSON.stringify({ change: kind, body: {} }),
        })),
        send.again(change, ifMatch('"{fresh}"')),
      ]
    : [];
});
export const versions: Record<string, Step[]> = {
  "spellings of versions of orders": spellings(readOrder, orderAddress),
  "spellings of versions of customers": spellings(readCustomer, customerAddress),
  "versions of customers": ofCustomers,
  "versions and previews": ofPreviews,
  ...Object.fromEntries(
    send.validWrites.map((write) => [`versions and ${endpointOf(write)}`, outdated(write)]),
  ),
};
