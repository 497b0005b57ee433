/**
 * This server behind a proxy that breaks one promise: what stands in flaws.ts for it. Without a flaw it passes on what
 * it is sent.
 *
 * @module
 */
import { serveHttp, openShop, settingsSchema } from "../../server.ts";
import { serveShop } from "../../scripts/shop.ts";
import { serveIssuer } from "../gate/authorization-server.ts";
import { serveGuarded } from "../gate/guarded-server.ts";
import type { Json, Flaw } from "./flaws.ts";

const MOST_BYTES = 1024 * 1024;
const MOST_READ = 50_000; // characters of a message that a flaw looks at

/** `await using server = await serveFlawed(flaw)`. */
export async function serveFlawed({ isGuarded, ...flaw }: Partial<Flaw>) {
  const shop = serveShop();
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await shop.stop()));
  const proxy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: flaw.mostBytes ?? MOST_BYTES,
    fetch: (request) => pass(request),
  });
  stack.defer(() => proxy.stop(true));
  const url = `${proxy.url.href}mcp`;
  let [upstream, token] = ["", undefined as string | undefined];
  if (isGuarded) {
    const issuer = stack.use(await serveIssuer());
    const guarded = stack.use(
      serveGuarded({ oauth: { issuer: issuer.issuer }, gate: { publicUrl: url } }),
    );
    upstream = guarded.url;
    token = await issuer.sign({ aud: url, sub: "mia" });
  } else {
    const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
    const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
    stack.defer(() => http.stop());
    upstream = http.url;
  }

  async function pass(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url, upstream); // a foreign Host may be no name at all
    const headers = new Headers(request.headers);
    headers.delete("content-length");
    if (!flaw.headers) headers.set("host", headers.get("host") ?? "");
    const text = request.method === "GET" ? "" : await request.text();
    flaw.headers?.(headers, { text, token, upstream, pathname });
    const path = flaw.path?.(pathname) ?? pathname;
    const ask = (body: string) =>
      fetch(new URL(path, upstream), {
        method: request.method,
        headers,
        ...(request.method === "GET" || request.method === "HEAD" ? {} : { body }),
        redirect: "manual",
      });
    const own = await flaw.raw?.(text, { request, ask });
    if (own) return own;
    const isMessage = text.startsWith("{") && text.length < MOST_READ;
    const message = isMessage ? parse(text) : undefined;
    if (!flaw.serve || !message || !("id" in message)) return respond(await ask(text), request);
    let last: Response | undefined;
    const send = async (sent: Json): Promise<Json> => {
      last = await ask(JSON.stringify(sent));
      const isStream = last.headers.get("content-type")?.includes("event-stream");
      if (isStream && sent["method"] !== "initialize") throw new PassedOn(last);
      const text = await last.text();
      return parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) ?? {};
    };
    try {
      const answer = await flaw.serve(message, send);
      const kept = new Headers(last?.headers);
      for (const name of ["content-length", "content-type"]) kept.delete(name);
      const status = last?.status ?? 200;
      return respond(Response.json(answer, { status, headers: kept }), request);
    } catch (error) {
      if (error instanceof PassedOn) return respond(error.response, request);
      throw error;
    }
  }
  const respond = (response: Response, request: Request) =>
    flaw.respond?.(response, request) ?? response;
  const held = stack.move();
  return { url, token, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
/** An answer that is a stream of events, which no flaw of messages reads. */
class PassedOn extends Error {
  constructor(readonly response: Response) {
    super("a stream");
  }
}
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
