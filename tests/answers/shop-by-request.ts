/** A shop that answers each request by its query, for tests of lists, and what it was asked. */
import { openShop, settingsSchema, tools } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";

export const ORIGIN = "http://django.test";
type Answer = (query: URLSearchParams, asked: number) => unknown;
interface Result {
  [field: string]: unknown;
  summary: string;
  text: string;
  notes?: string[];
  next_cursor?: string;
  truncated?: boolean;
}

/** Opens a shop. A `Response` is sent as it is, and anything else as JSON. */
export function openShopByRequest(answer: Answer, tables?: Tables, token?: string) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url.replace(ORIGIN, ""));
    const sent = answer(new URL(url).searchParams, asked.length);
    return sent instanceof Response ? sent : Response.json(sent);
  };
  const settings = settingsSchema.parse({
    django_api_base: ORIGIN,
    django_api_token: token ?? "a-token-of-many-letters",
    currency: "EUR",
  });
  const shop = openShop(settings, { fetch, dialect: tables && defineShop(tables) });
  /** What a tool returns; and `summary`, the first line of its text. */
  async function call(name: keyof typeof tools, args: object = {}): Promise<Result> {
    const { result, text } = await tools[name].call(name, args, shop);
    return { ...result, summary: text.split("\n")[0] ?? "", text };
  }
  return { asked, call };
}
/** What a tool makes of one answer to whatever it asks. */
export const callOnce = (name: keyof typeof tools, args: object, json: unknown) =>
  openShopByRequest(() => json).call(name, args);
