/**
 * The back end of the storefront: what pages ask, and what they hear.
 *
 * ```ts
 * const storefront = createStorefront({ origin: "http://127.0.0.1:8080", signIn, assistant, page, files });
 * Bun.serve({ port: 8080, fetch: storefront.fetch });
 * ```
 *
 * @module
 */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
import * as z from "zod";
import { credentials } from "../host/connect.ts";
import { guarded, read, refuse } from "../host/guard.ts";
import { openSessions, type Session, type SessionOptions } from "../host/sessions.ts";
import type { ChatInfo, PageInfo, SessionInfo } from "../protocol.ts";
import { type Assistant, respond } from "./chat.ts";

export interface StorefrontOptions extends SessionOptions {
  /** Where browsers find it: `https://shop.example`. */
  origin: string;
  assistant: Assistant;
  page: PageInfo;
  /** The built app, by path. `/` stands for every page. */
  files: Map<string, Blob>;
}
const COOKIE = "shopper";
const BUSY = "An answer is under way. Wait for its end, or stop it.";
const bodies = {
  call: z.object({ tool: z.string().max(100), args: z.record(z.string(), z.unknown()) }),
  message: z.object({ text: z.string().trim().min(1).max(2000) }),
  answer: z.object({ id: z.string().max(100), yes: z.boolean() }),
};

export function createStorefront(options: StorefrontOptions) {
  const { origin, assistant, page, files } = options;
  const sessions = openSessions(options);
  const app = guarded<Session>(origin, page.shop);

  app.get("/api/session", (c) => {
    const { shopper } = sessions.use(getCookie(c, COOKIE)) ?? {};
    return c.json<SessionInfo>({
      ...page,
      shopper: shopper && { id: shopper.id, name: shopper.name },
    });
  });
  app.post("/api/session", async (c) => {
    const key = await sessions.begin(await read(c.req, credentials));
    sessions.end(getCookie(c, COOKIE)); // of whoever was signed in here
    const secure = origin.startsWith("https:");
    setCookie(c, COOKIE, key, { httpOnly: true, sameSite: "Strict", secure });
    return c.json({});
  });
  app.delete("/api/session", (c) => {
    sessions.end(deleteCookie(c, COOKIE));
    return c.json({});
  });

  app.use("/api/*", async (c, next) => {
    const session =
      sessions.use(getCookie(c, COOKIE)) ?? refuse(401, "You are not signed in any more.");
    c.set("shopper", session.shopper);
    c.set("conversation", session.conversation);
    await next();
  });
  app.post("/api/call", async (c) => {
    const { tool, args } = await read(c.req, bodies.call);
    if (!c.var.shopper.offers(tool)) refuse(404, "This shop does not offer that.");
    return c.json(await c.var.shopper.callTool(tool, args));
  });
  app.get("/api/chat", (c) => {
    const { messages, turn } = c.var.conversation;
    return c.json({ messages, isBusy: turn !== undefined } satisfies ChatInfo);
  });
  app.post("/api/chat", async (c) => {
    const { text } = await read(c.req, bodies.message);
    if (c.var.conversation.turn) refuse(409, BUSY);
    return respond(c.var, text, assistant);
  });
  app.delete("/api/chat", (c) => {
    if (c.var.conversation.turn) refuse(409, BUSY);
    c.var.conversation.messages = [];
    return c.json({});
  });
  app.post("/api/stop", (c) => {
    c.var.conversation.turn?.stop();
    return c.json({});
  });
  app.post("/api/answer", async (c) => {
    const { id, yes } = await read(c.req, bodies.answer);
    c.var.shopper.answer(id, yes);
    return c.json({});
  });
  app.get("/api/events", (c) => {
    const { shopper } = c.var;
    if (!shopper.hasRoom()) refuse(409, "Too many pages of this shop are open. Close some.");
    return streamSSE(c, async (stream) => {
      stream.onAbort(shopper.join((event) => stream.writeSSE({ data: JSON.stringify(event) })));
      while (!stream.aborted && shopper.isOpen()) {
        await stream.writeSSE({ event: "ping", data: "" });
        await stream.sleep(5000);
      }
    });
  });
  app.all("/api/*", () => refuse(404, "There is no such address."));
  app.get("*", (c) => {
    const hashed = c.req.path === "/" ? undefined : files.get(c.req.path); // which never change
    const headers = { "Cache-Control": hashed ? "max-age=31536000, immutable" : "no-store" };
    return new Response(hashed ?? files.get("/"), { headers });
  });
  return { fetch: app.fetch, sessions };
}
