/**
 * What somebody is told who comes with a browser, or with a client of the transport before this one, which is spoken
 * nowhere here.
 *
 * @module
 */
import { refuse } from "./refuse.ts";

/** The addresses of HTTP+SSE, as most servers of 2024-11-05 had them. */
const OLD_PATHS = /^\/(sse|messages?)\/?$/;

/** Whether it is a browser that opens an address. */
export const isVisit = ({ method }: Request, { accept = "" }: { accept?: string }) =>
  method === "GET" && accept.includes("text/html") && !accept.includes("text/event-stream");
/**
 * Answers whoever came to no address of this server's.
 * @param url where it speaks MCP
 */
export function answerVisit(url: string, request: Request): Response {
  const { pathname } = new URL(request.url);
  if (OLD_PATHS.test(pathname))
    return refuse(
      404,
      `HTTP with SSE, of 2024-11-05, is not spoken here. Streamable HTTP is, at ${url}: set the client to that, and to "http" where it asks for a transport.`,
    );
  const isEndpoint = pathname === new URL(url).pathname;
  const status = isEndpoint ? { status: 405, headers: { Allow: "POST" } } : { status: 404 };
  return new Response(
    `This is an MCP server for a shop. It has no pages: assistants talk to it, at ${url}\n`,
    status,
  );
}
