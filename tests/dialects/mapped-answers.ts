/** What the tables of a dialect make of requests and answers, alone and in a server whose shop is a few documents. */
import type { Asked, Dialect, EndpointName } from "../../shop/contract.ts";
import { openShop, settingsSchema } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";

/** Maps the JSON of an endpoint. `links` holds the documents behind hyperlinks; `followed` says which were read. */
export async function mapAnswer(
  tables: Tables,
  endpoint: EndpointName,
  json: unknown,
  links: Record<string, unknown> = {},
  { ids = {}, query = {} }: Partial<Asked> = {},
) {
  const followed: string[] = [];
  const load = async (link: string) => (followed.push(link), links[link]);
  return { json: await defineShop(tables).answer({ endpoint, ids, query }, json, load), followed };
}

/** The request line that the tables make for an endpoint, or `nowhere` when the shop has no such endpoint. */
export const mapRequest = (tables: Tables, name: EndpointName, ids = {}, query = {}) => {
  const { method, path } = defineShop(tables).request({ endpoint: name, ids, query }) ?? {
    path: "nowhere",
  };
  return method ? `${method} ${path}` : path;
};
export const ids = { product_id: "a:1", order_id: "7", customer_id: "me" };

export const SHOP = "https://shop.example";
/** Opens a server for a shop of these documents, by request line without `GET`. `asked` lists what it requested. */
export function openMappedShop(dialect: Dialect, documents: Record<string, unknown>) {
  const asked: string[] = [];
  const send = async (url: string, { method, body }: RequestInit) => {
    const path = url.replace(SHOP, "");
    const line = `${method ?? "GET"} ${path}`;
    asked.push(body ? `${line} ${body}` : line);
    const document = documents[line.replace(/^GET /, "")];
    return document === undefined
      ? Response.json({ detail: "Not found." }, { status: 404 })
      : Response.json(document);
  };
  const settings = settingsSchema.parse({ django_api_base: SHOP, django_api_token: "t" });
  return { asked, ...openShop(settings, { fetch: send, dialect }) };
}
