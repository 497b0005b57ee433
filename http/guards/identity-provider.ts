/**
 * Requests to the authorization server: its metadata and keys, and what it knows of a token. Nothing of a caller's
 * reaches it but their token, and that only where tokens are introspected.
 *
 * @module
 */

const OWN_CREDENTIAL = "; check SHOP_MCP_OAUTH_CLIENT_ID and SHOP_MCP_OAUTH_CLIENT_SECRET";
const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 5000;
const REST_MS = 2000; // after no answer at all came, before it is asked again
const MOST_AT_ONCE = 100;
const MOST_FOR_STRANGERS = 50; // of these, so that nobody locks out whoever is known by sending what is no token

/** It gives no usable answer now. */
export class ProviderDown extends Error {
  override name = "ProviderDown";
  /** Seconds after which to try again. */
  readonly wait = 5;
}
export interface ProviderOptions {
  /** @default globalThis.fetch */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** In ms since 1970. @default Date.now */
  now?: () => number;
  /** Where an outage is told to the operator, once. @default console.error */
  log?: (line: string) => void;
}
type ProviderClient = (
  url: string,
  init?: RequestInit,
  isForStranger?: boolean, // whose token has never been found valid
) => Promise<Record<string, unknown>>;

async function readBounded(response: Response): Promise<Response> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return new Response(Buffer.concat(parts));
}

export function openProvider(options: ProviderOptions): ProviderClient {
  const { fetch = globalThis.fetch, now = Date.now, log = console.error } = options;
  let [isDown, downUntil, underWay] = [false, 0, 0];

  /** @returns its JSON object; empty for a document that is not there @throws whatever is wrong with the answer */
  async function send(url: string, init: RequestInit) {
    const headers = { Accept: "application/json", ...init.headers };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = { ...init, headers, signal, redirect: "error" as const };
    const response = await fetch(url, sent).catch((error: unknown) => {
      downUntil = now() + REST_MS;
      throw new Error(String(Object(error).code ?? Object(error).name)); // its words may repeat what was sent
    });
    const isLookup = init.method === "POST";
    if (response.status === 404 && !isLookup) return {};
    const hint = isLookup && [400, 401, 403].includes(response.status) ? OWN_CREDENTIAL : "";
    if (!response.ok) throw new Error(`HTTP ${response.status}${hint}`);
    const body = await readBounded(response);
    const json: unknown = await body.json().catch(() => undefined); // its error would repeat what is none
    if (typeof json !== "object" || json === null) throw new Error("no JSON object");
    return json as Record<string, unknown>; // an array has no field that is looked for
  }
  return async (url, init = {}, isForStranger = false) => {
    const most = isForStranger ? MOST_FOR_STRANGERS : MOST_AT_ONCE;
    if (now() < downUntil || underWay >= most) throw new ProviderDown();
    underWay++;
    try {
      const answer = await send(url, init);
      isDown = false;
      return answer;
    } catch (error) {
      const what = `the authorization server gives no usable answer at ${url}`;
      if (!isDown) log(`django-shop-mcp: ${what}: ${Object(error).message}`);
      isDown = true;
      throw new ProviderDown();
    } finally {
      underWay--;
    }
  };
}
