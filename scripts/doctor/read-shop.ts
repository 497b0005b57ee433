/** Reads all that can be read of a shop, and of the reference shop, into what is known of its endpoints. */
import { getResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";
import {
  CONTRACT,
  type EndpointName,
  endpoints,
  ID,
  MAX_LOADS,
  settingsSchema,
} from "../../server.ts";
import { look } from "./observed-fields.ts";
import { isOk, type Reply, troubleOf } from "./reply.ts";
import {
  type Asked,
  foundOf,
  type How,
  openVisit,
  OUTSIDE,
  placeOf,
  raise,
  request,
  type Visit,
} from "./visit.ts";

/** Asks for one thing and looks at what came, into what is known of its endpoint. */
export async function ask(
  visit: Visit,
  name: EndpointName,
  asked: Asked,
  found = foundOf(visit, name),
  how: How = {},
): Promise<Reply | undefined> {
  const place = placeOf(visit, name, asked);
  if (!place) return undefined;
  const reply = await request(visit, place.address, how);
  found.replies.push(reply);
  if (!isOk(reply)) return reply;
  let loads = 0;
  const load = async (address: string) => {
    if (++loads > MAX_LOADS)
      raise(`it has more than ${MAX_LOADS} links, and the server follows no more`);
    const url = new URL(address, place.address);
    if (url.origin !== reply.url.origin) raise("a link leads elsewhere");
    const part = await request(visit, url.href, how);
    const trouble = troubleOf(part);
    return trouble ? raise(`${part.url.pathname}: ${trouble.says}`) : part.json;
  };
  try {
    const { dialect } = visit;
    const raw = await (dialect ?? CONTRACT).answer(name, reply.json, load, 11); // as for a limit of 10
    const terms = visit.inTerms(raw);
    found.isRefused ||= !endpoints[name].answer.safeParse(terms).success;
    look(found.told, endpoints[name].answer, terms, raw);
  } catch (error) {
    reply.code = `MAPPING ${error instanceof Error ? error.message : error}`;
  }
  return reply;
}

const idsIn = (visit: Visit, from: EndpointName, id: string) =>
  [...new Set(foundOf(visit, from).told.rows.map((row) => String(row[id] ?? "")))]
    .filter((one) => ID.test(one))
    .map((one) => ({ ids: { [id]: one } }));
/** The orders to look at: one of each status first, for what only some of them have. */
export function ordersOf(visit: Visit): string[] {
  const { rows } = foundOf(visit, "orders").told;
  const each = [...new Map(rows.map((row) => [row.status, row])).values()];
  const some = [...each, ...rows].map((row) => String(row.order_id));
  return [...new Set([visit.order ?? "", ...some])].filter((id) => ID.test(id));
}
/** Everything that is read, with ids found on the way; product search is asked until it has rows. */
export const READS: Partial<Record<EndpointName, (visit: Visit) => Asked[]>> = {
  searchProducts: () => ["a", "e", ""].map((q) => ({ query: { q, limit: "50" } })),
  product: (visit) => idsIn(visit, "searchProducts", "product_id").slice(0, 3),
  shop: () => [{}],
  orders: () => [{ query: { limit: "50" } }],
  order: (visit) =>
    ordersOf(visit)
      .slice(0, 8)
      .map((order_id) => ({ ids: { order_id } })),
  orderStatus: (visit) =>
    ordersOf(visit)
      .slice(0, 3)
      .map((order_id) => ({ ids: { order_id } })),
  customer: (visit) => [
    { ids: { customer_id: "me" } },
    ...idsIn(visit, "orders", "customer_id").slice(0, 2),
  ],
  customers(visit) {
    const { email } = foundOf(visit, "customer").told.rows.find((row) => row.email) ?? {};
    return [{ query: { email: String(email ?? "nobody@example.com"), limit: "10" } }];
  },
};
export async function readAll(visit: Visit): Promise<void> {
  for (const [key, plan] of Object.entries(READS)) {
    const name = key as EndpointName; // its own key
    for (const asked of plan(visit)) {
      const reply = await ask(visit, name, asked);
      const isNotMe = asked.ids?.customer_id === "me" && reply?.status === 404;
      const isFilled = name === "searchProducts" && foundOf(visit, name).told.rows.length;
      if (!reply || (!isOk(reply) && !isNotMe) || isFilled) break;
    }
  }
}
let reference: Promise<Visit["found"]> | undefined; // read once, since it is always the same
export const readReference = () => (reference ??= askReference());
async function askReference(): Promise<Visit["found"]> {
  const django_api_base = "http://reference.invalid";
  const handlers = createHandlers(createShop(seed));
  const send = async (url: string, init: RequestInit) =>
    (await getResponse(handlers, new Request(url, init), { baseUrl: django_api_base })) ??
    Response.error();
  const django_api_token = seed.customers.find(({ staff }) => staff)?.token;
  const settings = settingsSchema.parse({ django_api_base, django_api_token });
  const visit = openVisit({ settings }, { ...OUTSIDE, send });
  await readAll(visit);
  return visit.found;
}
