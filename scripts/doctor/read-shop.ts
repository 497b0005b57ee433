/**
 * Reads everything that can be read of a shop into the records of a visit, with ids found on the way.
 * `examine.ts` and `suggest-dialect.ts` call `readShop`; `readReference` does the same with the mock shop, to know
 * which fields a complete shop sends.
 */
import { getResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";
import { CONTRACT, type EndpointName, endpoints, ID } from "../../shop/contract.ts";
import { MAX_LOADS, ShopError } from "../../shop/errors.ts";
import { settingsSchema } from "../../server.ts";
import { observe } from "./observed-fields.ts";
import { isOk, problemOf, type Reply } from "./reply.ts";
import {
  createVisit,
  DEFAULT_RUNTIME,
  type EndpointArguments,
  type EndpointRecord,
  locate,
  recordFor,
  request,
  type RequestOptions,
  type Runtime,
  type Visit,
} from "./visit.ts";

const NEEDED_ROWS = 11; // what the server takes for a limit of 10: one more shows that there is a next page

interface ReadOptions {
  args: EndpointArguments;
  /** Where to record what came. @default the visit's record of the endpoint */
  record?: EndpointRecord;
  /** Another token than the visit's. */
  request?: RequestOptions;
}
/**
 * Requests one endpoint and records what came. If the dialect cannot map the answer, the reply says so.
 *
 * @returns undefined if the dialect says that the shop has no such endpoint
 */
export async function readEndpoint(
  visit: Visit,
  name: EndpointName,
  { args, record = recordFor(visit, name), request: options = {} }: ReadOptions,
): Promise<Reply | undefined> {
  const location = locate(visit, name, args);
  if (!location) return undefined;
  const reply = await request(visit, location.address, options);
  record.replies.push(reply);
  if (!isOk(reply)) return reply;
  let loads = 0;
  const load = async (address: string): Promise<unknown> => {
    if (++loads > MAX_LOADS)
      throw new Error(
        `the answer has more than ${MAX_LOADS} links, and the server follows no more`,
      );
    const url = new URL(address, `${visit.settings.django_api_base}/`); // where the server resolves it
    if (url.origin !== reply.url.origin) throw new Error("a link leads to another origin");
    const linked = await request(visit, url.href, options);
    if (linked.status === 404) throw new ShopError("unknown_id", { status: 404 }); // some have none
    const problem = problemOf(linked);
    if (problem) throw new Error(`${linked.url.pathname}: ${problem.says}`);
    return linked.json;
  };
  try {
    const dialect = visit.dialect ?? CONTRACT;
    const schema = endpoints[name].answer;
    const asked = { endpoint: name, ids: args.ids ?? {}, query: args.query ?? {} };
    const raw = await dialect.answer(asked, reply.json, load, { from: 0, to: NEEDED_ROWS });
    const value = visit.normalize(raw);
    record.isRejected ||= !schema.safeParse(value).success;
    observe(record.answers, schema, { value, raw });
  } catch (error) {
    reply.code = `MAPPING ${error instanceof Error ? error.message : error}`;
  }
  return reply;
}

/** Ids that the rows of an endpoint have, as arguments for another. */
const idsFrom = (visit: Visit, name: EndpointName, id: string): EndpointArguments[] =>
  [...new Set(recordFor(visit, name).answers.rows.map((row) => String(row[id] ?? "")))]
    .filter((value) => ID.test(value))
    .map((value) => ({ ids: { [id]: value } }));
/** The ids of the orders that were found, first one of each status: some fields depend on it. */
export function orderIdsOf(visit: Visit): string[] {
  const { rows } = recordFor(visit, "orders").answers;
  const oneOfEach = [...new Map(rows.map((row) => [row.status, row])).values()];
  const found = [...oneOfEach, ...rows].map((row) => String(row.order_id));
  return [...new Set([visit.orderId ?? "", ...found])].filter((id) => ID.test(id));
}
const orderArguments = (visit: Visit, max: number): EndpointArguments[] =>
  orderIdsOf(visit)
    .slice(0, max)
    .map((order_id) => ({ ids: { order_id } }));

type Reads = Partial<Record<EndpointName, (visit: Visit) => EndpointArguments[]>>;
/** Every endpoint that reads, with what to request it with. Later ones need ids of earlier ones. */
export const READS: Reads = {
  searchProducts: () => ["a", "e", ""].map((q) => ({ query: { q, limit: "50" } })),
  product: (visit) => idsFrom(visit, "searchProducts", "product_id").slice(0, 3),
  shop: () => [{}],
  orders: () => [{ query: { limit: "50" } }],
  order: (visit) => orderArguments(visit, 8),
  orderStatus: (visit) => orderArguments(visit, 3),
  customer: (visit) => [
    { ids: { customer_id: "me" } },
    ...idsFrom(visit, "orders", "customer_id").slice(0, 2),
  ],
  customers(visit) {
    const { email } = recordFor(visit, "customer").answers.rows.find((row) => row.email) ?? {};
    return [{ query: { email: String(email ?? "nobody@example.com"), limit: "10" } }];
  },
};
/** Reads every endpoint that reads: search until it has rows, the others until one request fails. */
export async function readShop(visit: Visit): Promise<void> {
  for (const [key, argumentsFor] of Object.entries(READS)) {
    const name = key as EndpointName; // its own key
    for (const args of argumentsFor(visit)) {
      const reply = await readEndpoint(visit, name, { args });
      const hasNoProfile = args.ids?.customer_id === "me" && reply?.status === 404;
      const hasRows = name === "searchProducts" && recordFor(visit, name).answers.rows.length > 0;
      if (!reply || (!isOk(reply) && !hasNoProfile) || hasRows) break;
    }
  }
}

let reference: Promise<Visit["records"]> | undefined;
/** The records of the mock shop, which is proven against the reference Django. Read once: they never change. */
export const readReference = () => (reference ??= readMockShop());
async function readMockShop(): Promise<Visit["records"]> {
  const django_api_base = "http://reference.invalid";
  const handlers = createHandlers(createShop(seed));
  const fetch: Runtime["fetch"] = async (url, init) =>
    (await getResponse(handlers, new Request(url, init), { baseUrl: django_api_base })) ??
    Response.error();
  const django_api_token = seed.customers.find(({ staff }) => staff)?.token;
  const settings = settingsSchema.parse({ django_api_base, django_api_token });
  const visit = createVisit({ settings }, { ...DEFAULT_RUNTIME, fetch });
  await readShop(visit);
  return visit.records;
}
