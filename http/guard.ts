/**
 * Who is answered: programs on this machine, and web pages of its own. Each request has nearly the same headers as the
 * one before, so what was found harmless is remembered, in bounds.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { refuse } from "./refuse.ts";

const [hosts, origins] = [mcp.localhostAllowedHostnames(), mcp.localhostAllowedOrigins()];
/** A proxy adds one of these: its client is on another machine, whatever `Host` says. */
const FORWARDED =
  /forwarded|^(via|cdn-loop|(cf|fastly|fly|ngrok|tailscale)-.*|x-(original|envoy|amzn|azure|appengine|vercel|nf)-.*|.*(real|client|connecting|remote|originating|proxyuser|user)-?(ip|addr)(v6)?)$/i;

const MOST_KNOWN = 500; // and of 100 characters
/** Values of `Host` that name this machine. */
const knownHosts = new Set<string>();
/** Names of headers that no proxy adds. */
const knownNames = new Set<string>();
const remember = (known: Set<string>, text: string) =>
  void (known.size < MOST_KNOWN && text.length <= 100 && known.add(text));

function refuseHost(request: Request, host: string): Response | undefined {
  if (knownHosts.has(host)) return undefined;
  const refusal = mcp.hostHeaderValidationResponse(request, hosts);
  if (!refusal) remember(knownHosts, host);
  return refusal;
}
function refuseForwarded(request: Request, headers: object): Response | undefined {
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

/**
 * @param headers those of the request, by names in small letters
 * @returns why the request is refused, if it is
 */
export function guard(request: Request, headers: Record<string, string>): Response | undefined {
  const { host = "", origin } = headers;
  return (
    refuseHost(request, host) ??
    refuseForwarded(request, headers) ??
    (origin ? mcp.originValidationResponse(request, origins) : undefined)
  );
}
