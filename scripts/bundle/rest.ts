/** What a start does without at first: the server, and `defineShop` for dialects in JavaScript. */
export { defineShop } from "../../shop/mapping/define-shop.ts";
export * from "../../server.ts";
