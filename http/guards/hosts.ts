/**
 * Who is answered at all, by the address they use and the page they are on. Each request has nearly the same headers
 * as the one before, so what was found harmless is remembered, in bounds.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { refuse } from "../refuse.ts";

/** The names and pages that are answered. */
export interface Addresses {
  /** Names by which clients may call this server, without ports. @default those of this machine */
  hosts?: string[];
  /** Web pages that may call it, each whole: `https://shop.example`. @default those of this machine, on any port */
  origins?: string[] | undefined;
  /** Whether a proxy may stand before it. @default false */
  isProxied?: boolean;
}

/** A proxy adds one of these: its client is on another machine, whatever `Host` says. */
const FORWARDED =
  /forwarded|^(via|cdn-loop|(cf|fastly|fly|ngrok|tailscale)-.*|x-(original|envoy|amzn|azure|appengine|vercel|nf)-.*|.*(real|client|connecting|remote|originating|proxyuser|user)-?(ip|addr)(v6)?)$/i;

/** A name or an address, and a port. As a part of an address, `evil.example@localhost` would be read as `localhost`. */
const HOST = /^([a-z\d-]+(\.[a-z\d-]+)*|\[[\da-f:]+\])(:\d{1,5})?$/i;

const MOST_KNOWN = 500; // and of 100 characters
const remember = (known: Set<string>, text: string) =>
  void (known.size < MOST_KNOWN && text.length <= 100 && known.add(text));

/** Headers of a request, by names in small letters. */
export type Received = Record<string, string>;

/** The check of each request: gives why it is refused, if it is. */
export function openHosts({ hosts, origins, isProxied = false }: Addresses) {
  const hostnames = hosts ?? mcp.localhostAllowedHostnames();
  const localOrigins = origins ? undefined : mcp.localhostAllowedOrigins();
  const allowedOrigins = new Set(origins);
  /** Values of `Host` that are answered. */
  const knownHosts = new Set<string>();
  /** Names of headers that no proxy adds. */
  const knownNames = new Set<string>();

  function refuseHost(request: Request, host: string): Response | undefined {
    if (knownHosts.has(host)) return undefined;
    const refusal =
      mcp.hostHeaderValidationResponse(request, hostnames) ??
      (HOST.test(host) ? undefined : refuse(403, "The header Host is no name with a port."));
    if (!refusal) remember(knownHosts, host);
    return refusal;
  }
  function refuseForwarded(request: Request, headers: Received): Response | undefined {
    let isNew = false;
    for (const name in headers) isNew ||= !knownNames.has(name);
    if (!isNew) return undefined;
    for (const name of request.headers.keys()) {
      const why = `This server answers its own machine only, and this request came through a proxy: it has the header ${name}.`;
      if (FORWARDED.test(name)) return refuse(403, why);
      remember(knownNames, name);
    }
    return undefined;
  }
  function refuseOrigin(request: Request, origin: string): Response | undefined {
    if (localOrigins) return mcp.originValidationResponse(request, localOrigins);
    if (allowedOrigins.has(origin)) return undefined;
    return refuse(
      403,
      "This server answers no page of that origin: its operator has not named it.",
    );
  }

  return (request: Request, headers: Received): Response | undefined => {
    const { host = "", origin } = headers;
    return (
      refuseHost(request, host) ??
      (isProxied ? undefined : refuseForwarded(request, headers)) ??
      (origin ? refuseOrigin(request, origin) : undefined)
    );
  };
}
