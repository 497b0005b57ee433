/** The same on a server that asks for tokens: two shoppers, and one who may only read. */
import { afterAll, expect, test } from "bun:test";
import { serveIssuer } from "../gate/authorization-server.ts";
import { SECRET } from "../gate/signed-events.ts";
import { serveGuarded } from "../gate/guarded-server.ts";
import { probe, wounds } from "./wounds.ts";

const issuer = await serveIssuer();
const server = serveGuarded({
  oauth: { issuer: issuer.issuer },
  gate: { publicUrl: undefined, webhookSecret: SECRET }, // where it listens
  settings: { tools: "catalog,orders,customers,cancel_order" },
});
const { url } = server;
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});
const [token, otherToken, readToken] = await Promise.all([
  issuer.sign({ aud: url, sub: "mia" }),
  issuer.sign({ aud: url, sub: "nell" }),
  issuer.sign({ aud: url, sub: "mia", scope: "shop:read" }),
]);

test.each(wounds)("$numbers: $title", async (wound) => {
  const tokens = { token, otherToken, readToken };
  const target = { url, ...tokens, hiddenTool: "contact_support", webhookSecret: SECRET };
  expect(await probe(wound, target)).toEqual({ is: "closed", why: "" });
});
