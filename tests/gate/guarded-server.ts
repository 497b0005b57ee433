/** The server behind OAuth, before the mock shop, which knows each caller by their subject: mia, bram and the others. */
import type { GateOptions } from "../../http/gate.ts";
import type { OAuthOptions } from "../../http/guards/tokens.ts";
import { openShop, type ShopOptions, serveHttp, settingsSchema } from "../../server.ts";
import { serveShop } from "../../scripts/shop.ts";
import { POST } from "../hosts/start-program.ts";

interface Guarded {
  oauth: Partial<OAuthOptions> & { issuer: string };
  gate?: GateOptions & { webhookSecret?: string };
  settings?: object;
  shop?: ShopOptions;
}
export const PUBLIC_URL = "http://127.0.0.1:1/mcp";

/** `await using server = serveGuarded({ oauth: { issuer } })`. */
export function serveGuarded({ oauth, gate = {}, settings = {}, shop: more }: Guarded) {
  const shop = serveShop();
  /** The headers of each request that reached the shop. */
  const upstream: Headers[] = [];
  /** The scopes of the caller of each. */
  const scopes: string[][] = [];
  const opened = openShop(
    settingsSchema.parse({ django_api_base: shop.url, oauth_issuer: oauth.issuer, ...settings }),
    {
      assertionFor: (caller) => async () => {
        scopes.push([...caller.scopes]);
        return `demo-${caller.identity.subject}`;
      },
      fetch: (url, init) => {
        upstream.push(new Headers(init.headers));
        return fetch(url, init);
      },
      ...more,
    },
  );
  const log: string[] = [];
  const http = serveHttp(opened, 0, {
    access: {
      publicUrl: PUBLIC_URL,
      ...gate,
      oauth: { log: (line) => void log.push(line), ...oauth },
    },
  });
  const { port } = new URL(http.listening);
  const url = `http://127.0.0.1:${port}/mcp`;
  const send = (body: unknown, token?: string, headers: Record<string, string> = {}) =>
    fetch(url, {
      ...POST,
      headers: {
        ...POST.headers,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const stop = async () => {
    await http.stop();
    await shop.stop();
  };
  return { url, send, upstream, scopes, shop, log, [Symbol.asyncDispose]: stop };
}
/** What is said of a refusal. */
export async function refusal(response: Response) {
  const { error } = (await response.json()) as { error?: { message: string } }; // of JSON-RPC
  const challenge = response.headers.get("www-authenticate");
  return { status: response.status, message: error?.message, challenge };
}
/** The result of a call in the handshake era, or its error. */
export async function resultOf(response: Response) {
  const text = await response.text();
  const { result, error } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
  return error ?? result;
}
