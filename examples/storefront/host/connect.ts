/**
 * How a shopper signs in, and how their MCP server is reached. The rest of the storefront knows neither.
 *
 * - `SHOP_MCP_URL`: one MCP server over HTTP for all. The shopper logs in at Django, which gives tokens for that server.
 * - `DJANGO_API_BASE`: one MCP server for each shopper, as a child of this process, with their own login or token.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { MCPTransport, MCPClientConfig } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import * as z from "zod";
import type { Field } from "../protocol.ts";
import { CallError, NO_ANSWER } from "./failures.ts";

/** Somebody who has signed in. */
export interface Account {
  /** The same each time, and nobody else's. */
  id: string;
  name: string;
  /** A new way to their MCP server, for the AI SDK's client. */
  toTools(): MCPClientConfig["transport"];
  /** And one for the official client, which can listen to orders. */
  toUpdates(): Transport;
}
export const credentials = z.object({
  user: z.string().max(200).default(""),
  password: z.string().max(4000).default(""),
});
export type Credentials = z.output<typeof credentials>;
/** What the sign-in page asks for a login, and for an API token in its place. */
export const loginFields: Field[] = [
  { name: "user", label: "Name or e-mail address", type: "text", autoComplete: "username" },
  { name: "password", label: "Password", type: "password", autoComplete: "current-password" },
];
export const tokenFields: Field[] = [
  { name: "password", label: "API token", type: "password", autoComplete: "off" },
];
/** @throws {SignInError} in words for the shopper */
export type SignIn = (given: Credentials) => Promise<Account>;
export class SignInError extends Error {}

const hash = (text: string) => createHash("sha256").update(text).digest("base64url");

/** A child for each shopper. `login` is the path of Django's login; without one a password is an API token. */
export function overStdio(command: string[], env: Record<string, string>, login?: string): SignIn {
  return async ({ user, password }) => {
    if (!password) throw new SignInError(login ? "Give your password." : "Give a token.");
    const own: Record<string, string> = login
      ? { DJANGO_LOGIN: login, DJANGO_USER: user, DJANGO_PASSWORD: password }
      : { DJANGO_API_TOKEN: password };
    const [program = "bun", ...args] = command;
    const child = { command: program, args, env: { ...env, ...own } };
    return {
      id: hash(JSON.stringify([env["DJANGO_API_BASE"], user, login ? "" : password])),
      name: user || "Signed in",
      toTools: (): MCPTransport => new StdioTransport(child),
      toUpdates: () => new StdioClientTransport(child),
    };
  };
}

const loginAnswer = z.object({ access: z.string(), refresh: z.string().optional() });
const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });
interface HttpAddresses {
  mcp: string;
  /** `POST {username, password}` gives `{access, refresh}`, and `POST …/refresh/ {refresh}` another: simplejwt. */
  login: string;
  /** `POST` with that gives a token for the MCP server: shop_mcp's `token_urls()`. */
  token: string;
}
/** One server for all. Tokens are renewed as long as the shop lets the shopper stay. */
export function overHttp({ mcp, login, token }: HttpAddresses): SignIn {
  async function post(url: string, body: object, bearer?: string): Promise<unknown> {
    const headers = {
      "Content-Type": "application/json",
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
    };
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal,
      redirect: "error",
    }).catch(() => undefined);
    if (response?.ok) return response.json();
    await response?.body?.cancel();
    if (response && [400, 401, 403].includes(response.status))
      throw new SignInError("The shop does not know this name with this password.");
    throw new CallError(NO_ANSWER);
  }
  return async ({ user, password }) => {
    let { access, refresh } = loginAnswer.parse(await post(login, { username: user, password }));
    let [bearer, until] = ["", 0];
    let renewal: Promise<void> | undefined;
    async function renew() {
      if (until && refresh)
        ({ access, refresh = refresh } = loginAnswer.parse(
          await post(`${login}refresh/`, { refresh }),
        ));
      const given = tokenAnswer.parse(await post(token, { scope: "shop:read shop:write" }, access));
      [bearer, until] = [given.access_token, Date.now() + (given.expires_in - 30) * 1000];
    }
    /** One token for all requests, and a new one half a minute before it expires. */
    async function current() {
      if (Date.now() > until)
        await (renewal ??= renew().finally(() => {
          renewal = undefined;
        }));
      return bearer;
    }
    await current();
    async function send(url: string | URL | Request, init?: RequestInit) {
      const headers = new Headers(init?.headers);
      headers.set("Authorization", `Bearer ${await current()}`);
      return fetch(url, { ...init, headers });
    }
    const authorized = Object.assign(send, { preconnect: fetch.preconnect });
    return {
      id: hash(JSON.stringify([mcp, user])),
      name: user,
      toTools: () => ({ type: "http", url: mcp, fetch: authorized }),
      toUpdates: () => new StreamableHTTPClientTransport(new URL(mcp), { fetch: authorized }),
    };
  };
}
