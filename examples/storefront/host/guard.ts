/**
 * What stands before the back end: its own pages only, small bodies, and headers by which a browser helps.
 *
 * @module
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import type { z } from "zod";
import { SignInError } from "./connect.ts";
import { CallError, NO_ANSWER } from "./failures.ts";

const MOST_BODY = 16 * 1024; // bytes

/** Ends a request with words for the shopper. */
export const refuse = (status: 400 | 401 | 403 | 404 | 409 | 413 | 421, message: string): never => {
  throw new HTTPException(status, { res: Response.json({ message }, { status }) });
};
/** The JSON of a request. */
export async function read<S extends z.ZodType>(
  request: { json(): Promise<unknown> },
  schema: S,
): Promise<z.output<S>> {
  const { data } = schema.safeParse(await request.json().catch(() => undefined));
  return data ?? refuse(400, "That could not be understood.");
}
/** An application that is guarded. @param shop where pictures may come from */
export function guarded<Variables extends object>(
  origin: string,
  shop: string,
): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>();
  const contentSecurityPolicy = {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", new URL(shop).origin],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  };
  app.use(secureHeaders({ contentSecurityPolicy, referrerPolicy: "same-origin" }));
  app.use(bodyLimit({ maxSize: MOST_BODY, onError: () => refuse(413, "That is too long.") }));
  app.use(async (c, next) => {
    if (new URL(c.req.url).host !== new URL(origin).host) refuse(421, `This shop is at ${origin}.`);
    const isForeign = c.req.method !== "GET" && c.req.header("Origin") !== origin;
    if (isForeign) refuse(403, "This was not sent by a page of the shop.");
    await next();
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof SignInError) return c.json({ message: error.message }, 401);
    console.error("storefront:", error);
    const message = error instanceof CallError ? error.message : NO_ANSWER;
    return c.json({ message }, 502);
  });
  return app;
}
