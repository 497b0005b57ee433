/**
 * The back end of the storefront: sign-in, calls of the pages, the chat and what the pages hear.
 *
 * ```ts
 * const storefront = createStorefront({ origin: "http://127.0.0.1:8080", signIn, assistant, files });
 * Bun.serve({ port: 8080, fetch: storefront.fetch });
 * ```
 *
 * @module
 */
import * as z from "zod";
import type { PageInfo, SessionInfo, ShopperEvent } from "../protocol.ts";
import { addNews, type Assistant, type Conversation, respond } from "./chat.ts";
import { credentials, type SignIn, SignInError } from "./connect.ts";
import { openShopper, type Shopper } from "./shopper.ts";

const IDLE_MS = 30 * 60_000;
const MOST_SHOPPERS = 100;
const MOST_CONVERSATIONS = 500;
const MOST_BODY = 16 * 1024; // bytes
const PING_MS = 5000;
const COOKIE = "shopper";

export interface StorefrontOptions {
  /** Where browsers find it, as `https://shop.example`. */
  origin: string;
  signIn: SignIn;
  assistant: Assistant;
  page: PageInfo;
  /** The built app, by path. `/` stands for every page. */
  files: Map<string, Blob>;
  /** In ms. @default Date.now */
  now?: () => number;
}
interface Session {
  shopper: Shopper;
  conversation: Conversation;
  lastSeen: number;
}
const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
const refuse = (status: number, message: string) => json({ message }, status);
const bodies = {
  call: z.object({ tool: z.string().max(100), args: z.record(z.string(), z.unknown()) }),
  chat: z.object({ text: z.string().trim().min(1).max(2000) }),
  answer: z.object({ id: z.string().max(100), yes: z.boolean() }),
};

export function createStorefront(options: StorefrontOptions) {
  const { origin, signIn, assistant, page, files, now = Date.now } = options;
  const sessions = new Map<string, Session>();
  const conversations = new Map<string, Conversation>();
  const security = {
    "Content-Security-Policy": [
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'",
      `img-src 'self' ${new URL(page.shop).origin}; form-action 'self'; frame-ancestors 'none'`,
    ].join("; "),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
  };

  // ── Who is signed in
  async function end(id: string): Promise<void> {
    const session = sessions.get(id);
    sessions.delete(id);
    await session?.shopper.close();
  }
  function endIdle(): void {
    for (const [id, { lastSeen }] of sessions) if (now() - lastSeen > IDLE_MS) void end(id);
  }
  const idOf = (request: Request) =>
    new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.get("Cookie") ?? "")?.[1] ?? "";
  const cookie = (value: string, age: number) =>
    `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${origin.startsWith("https:") ? "; Secure" : ""}`;
  /** The conversation of a person, whichever session they come by: nothing else is kept of them. */
  function conversationOf(person: string): Conversation {
    const conversation = conversations.get(person) ?? { messages: [], news: [] };
    conversations.delete(person);
    conversations.set(person, conversation);
    for (const [oldest] of conversations)
      if (conversations.size > MOST_CONVERSATIONS) conversations.delete(oldest);
    return conversation;
  }
  async function begin(given: z.output<typeof credentials>, before: string): Promise<Response> {
    const account = await signIn(given);
    const conversation = conversationOf(account.id);
    const shopper: Shopper = await openShopper(account, {
      news: (text) => addNews(conversation, shopper, text),
      lost: () => void end(id),
    });
    const id = crypto.randomUUID();
    await end(before); // of whoever was signed in here
    sessions.set(id, { shopper, conversation, lastSeen: now() });
    for (const [oldest] of sessions) if (sessions.size > MOST_SHOPPERS) await end(oldest);
    const answer = json({ shopper: { name: account.name } });
    answer.headers.append("Set-Cookie", cookie(id, IDLE_MS / 1000));
    return answer;
  }

  // ── What a signed-in shopper's pages ask
  function events({ shopper }: Session): Response {
    let leave = () => {};
    const stream = new ReadableStream<string>({
      start(controller) {
        const send = (event: ShopperEvent) =>
          controller.enqueue(`data: ${JSON.stringify(event)}\n\n`);
        const ping = setInterval(() => controller.enqueue(": still here\n\n"), PING_MS);
        const part = shopper.join(send);
        leave = () => (clearInterval(ping), part());
        controller.enqueue(": here\n\n");
      },
      cancel: () => leave(),
    });
    const headers = {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    };
    return new Response(stream.pipeThrough(new TextEncoderStream()), { headers });
  }
  async function read<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
    const text = await request.text();
    if (text.length > MOST_BODY) throw refuse(413, "That is too long.");
    const parsed = schema.safeParse(parse(text));
    if (!parsed.success) throw refuse(400, "That could not be understood.");
    return parsed.data;
  }
  async function answerShopper(
    what: string,
    request: Request,
    session: Session,
  ): Promise<Response> {
    const { shopper, conversation } = session;
    switch (what) {
      case "GET events":
        return events(session);
      case "GET chat":
        return json({ messages: conversation.messages, isBusy: Boolean(conversation.turn) });
      case "POST chat": {
        const { text } = await read(request, bodies.chat);
        if (conversation.turn)
          return refuse(409, "An answer is under way. Wait for its end, or stop it.");
        return respond(shopper, conversation, text, assistant);
      }
      case "DELETE chat":
        conversation.turn?.stop();
        conversation.messages = [];
        return json({});
      case "POST stop":
        conversation.turn?.stop();
        return json({});
      case "POST call": {
        const { tool, args } = await read(request, bodies.call);
        if (!shopper.isOffered(tool)) return refuse(404, "This shop does not offer that.");
        return json(await shopper.callTool(tool, args));
      }
      case "POST answer": {
        const { id, yes } = await read(request, bodies.answer);
        shopper.answer(id, yes);
        return json({});
      }
      default:
        return refuse(404, "There is no such address.");
    }
  }
  async function answerApi(request: Request, path: string): Promise<Response> {
    if (request.method !== "GET" && request.headers.get("Origin") !== origin)
      return refuse(403, "This was not sent by a page of the shop.");
    endIdle();
    const id = idOf(request);
    const what = `${request.method} ${path}`;
    const session = sessions.get(id);
    if (what === "POST session") return begin(await read(request, credentials), id);
    if (what === "GET session")
      return json({
        ...page,
        shopper: session && { name: session.shopper.account.name },
      } satisfies SessionInfo);
    if (!session) return refuse(401, "You are not signed in any more.");
    sessions.delete(id); // and behind the others again
    sessions.set(id, session);
    session.lastSeen = now();
    if (what !== "DELETE session") return answerShopper(what, request, session);
    await end(id);
    const answer = json({});
    answer.headers.append("Set-Cookie", cookie("", 0));
    return answer;
  }
  async function answer(request: Request): Promise<Response> {
    const { pathname, host } = new URL(request.url);
    if (host !== new URL(origin).host) return refuse(421, `This shop is at ${origin}.`);
    if (pathname.startsWith("/api/")) return answerApi(request, pathname.slice("/api/".length));
    const file = files.get(pathname);
    if (file)
      return new Response(file, { headers: { "Cache-Control": "max-age=31536000, immutable" } });
    return new Response(files.get("/"), { headers: { "Cache-Control": "no-store" } });
  }
  return {
    async fetch(request: Request): Promise<Response> {
      const response = await answer(request).catch((error: unknown) => {
        if (error instanceof Response) return error;
        if (error instanceof SignInError) return refuse(401, error.message);
        console.error("storefront:", error);
        return refuse(502, "The shop gives no answer at the moment. Try again in a minute.");
      });
      for (const [name, value] of Object.entries(security)) response.headers.set(name, value);
      return response;
    },
    endIdle,
    close: () => Promise.all([...sessions.keys()].map(end)),
  };
}
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
