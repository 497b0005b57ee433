/** What tables make of requests and answers, and a server whose shop has these documents. */
import { type Dialect, type EndpointName, openShop, settingsSchema } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";

/** What a dialect makes of JSON, with these documents behind links. */
export async function told(
  tables: Tables,
  endpoint: EndpointName,
  json: unknown,
  links: Record<string, unknown> = {},
) {
  const followed: string[] = [];
  const load = async (link: string) => (followed.push(link), links[link]);
  return { json: await defineShop(tables).answer(endpoint, json, load), followed };
}
export const request = (tables: Tables, name: EndpointName, ids = {}, query = {}) => {
  const { method, path } = defineShop(tables).request(name, ids, query) ?? { path: "nowhere" };
  return method ? `${method} ${path}` : path;
};
export const ids = { product_id: "a:1", order_id: "7", customer_id: "me" };

export const SHOP = "https://shop.example";
/** A shop with these documents, and what it was asked for. */
export function openWith(dialect: Dialect, documents: Record<string, unknown>, given = {}) {
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
  const settings = { django_api_base: SHOP, django_api_token: "t", ...given };
  return { asked, ...openShop(settingsSchema.parse(settings), send, undefined, dialect) };
}
