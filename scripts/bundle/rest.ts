/** What a start does without at first: the server, `defineShop` for dialects in JavaScript, and what the demo needs. */
export { ConfigError } from "../../shop/errors.ts";
export { defineShop } from "../../shop/mapping/define-shop.ts";
export { reserveStdout, serveStdio } from "../../stdio/serve.ts";
export * from "../../server.ts";
