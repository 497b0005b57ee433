/**
 * Who is answered: programs on this machine, and web pages of its own. A guard says why a request is refused, or
 * nothing.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { refuse } from "./refuse.ts";

const [hosts, origins] = [mcp.localhostAllowedHostnames(), mcp.localhostAllowedOrigins()];
/** How nearly every request names this machine; others are parsed. */
const USUAL_HOST = /^(localhost|127\.0\.0\.1)(:([1-5]?\d{1,4}|6[0-4]\d{3}))?$/;

/** A proxy adds one of these: its client is on another machine, whatever `Host` says. */
const FORWARDED =
  /forwarded|^(via|cdn-loop|(cf|fastly|fly|ngrok|tailscale)-.*|x-(original|envoy|amzn|azure|appengine|vercel|nf)-.*|.*(real|client|connecting|remote|originating|proxyuser|user)-?(ip|addr)(v6)?)$/i;
const MAX_HARMLESS = 500; // names
/** Names of headers that were looked at, and that no proxy adds. */
const harmless = new Set<string>();

/** Whether a proxy adds a header of this name. */
function isForwarded(name: string): boolean {
  if (harmless.has(name)) return false;
  const isBad = FORWARDED.test(name);
  if (!isBad && harmless.size < MAX_HARMLESS) harmless.add(name);
  return isBad;
}
function refuseForwarded(request: Request, headers: object): Response | undefined {
  let isClean = true;
  for (const name in headers) isClean &&= !isForwarded(name);
  if (isClean) return undefined;
  const name = [...request.headers.keys()].find(isForwarded);
  const why = `This server answers its own machine only, and this request came through a proxy: it has the header ${name}.`;
  return refuse(403, why);
}

/** @param headers those of the request */
export function guard(request: Request, headers: Record<string, string>): Response | undefined {
  const { host = "", origin } = headers;
  return (
    (USUAL_HOST.test(host) ? undefined : mcp.hostHeaderValidationResponse(request, hosts)) ??
    refuseForwarded(request, headers) ??
    (origin ? mcp.originValidationResponse(request, origins) : undefined)
  );
}
