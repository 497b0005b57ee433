/** What fails before there is an answer: the address, its certificate, TLS; each by its name, and never as if to be tried again. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { groups } from "../../server.ts";
import type { Fetch } from "../../shop/client.ts";
import { networkError } from "../../shop/errors.ts";
import { lanes, textOf } from "../harness/lanes.ts";
import { serveByHand, STATUS, TOKEN, withoutJitter } from "./django-by-hand.ts";

const logged = withoutJitter();

const pem = (name: string) =>
  readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), "utf8");
/** Sends requests as a machine would that knows the authority of these certificates. */
const trusting: Fetch = (url, init) => fetch(url, { ...init, tls: { ca: pem("root") } });

async function callAt(base: string, send?: Fetch) {
  const given = { django_api_base: base, django_api_token: TOKEN };
  const host = await lanes["memory-legacy"](given, { send });
  const result = await host.callTool(STATUS);
  await host.close();
  return { text: textOf(result), result };
}
function serveTls(name: string) {
  const tls = { cert: pem(name), key: pem(name) };
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls,
    fetch: () => Response.json({ status: "shipped" }),
  });
}

const badCertificate = (why: string) =>
  `The shop cannot be reached safely: its TLS certificate ${why}. Nothing was sent. Trying again will not help until the operator has set the certificate right.`;
const unreachable = (why: string) =>
  `The shop cannot be reached: ${why}. Try again in a minute; if it goes on, the operator has to check DJANGO_API_BASE.`;
const unknownIssuer =
  "comes without its intermediate certificate, or from an authority that this server does not know";

describe("a certificate", () => {
  test.each([
    ["without-intermediate", unknownIssuer, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["self-signed", "is self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["expired", "has expired", "CERT_HAS_EXPIRED"],
    ["not-yet-valid", "is not valid yet, or this machine's clock is wrong", "CERT_NOT_YET_VALID"],
    ["other-host", "is for another host name", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("that is %s is named, and its code is in the log", async (name, why, code) => {
    logged();
    const server = serveTls(name);
    const { text } = await callAt(`https://localhost:${server.port}`, trusting);
    await server.stop(true);
    expect(text).toBe(badCertificate(why));
    expect(logged()).toEqual([
      `django-shop-mcp: GET /api/orders/{order_id}/status/ bad_certificate: ${text} ${code}`,
    ]);
  });
  test("of an unknown authority is named", async () => {
    const server = serveTls("valid");
    const { text } = await callAt(`https://localhost:${server.port}`);
    expect(text).toBe(badCertificate(unknownIssuer));
    const trusted = await callAt(`https://localhost:${server.port}`, trusting);
    expect(trusted.result.structuredContent).toMatchObject({ status: "shipped" });
    await server.stop(true);
  });
});

test("an https address whose port speaks plain HTTP is named", async () => {
  using django = await serveByHand((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const { text } = await callAt(django.base.replace("http:", "https:"));
  expect(text).toStartWith(
    "The shop cannot be reached safely: what answers at its address makes no TLS connection.",
  );
});

test("an address where nothing listens, and a name that nobody knows, are named", async () => {
  const { base, [Symbol.dispose]: stop } = await serveByHand(() => {});
  stop();
  expect((await callAt(base)).text).toBe(unreachable("nothing answers at its address"));
  expect((await callAt("http://no-such-shop.invalid")).text).toBe(
    unreachable("no address is known for its host name"),
  );
});

describe("an error's code", () => {
  const codes: [code: string, expected: string][] = [
    ["EAI_AGAIN", unreachable("no address is known for its host name")],
    ["ENETUNREACH", unreachable("no network leads to its address")],
    ["UND_ERR_CONNECT_TIMEOUT", unreachable("nothing answers at its address")],
    ["SELF_SIGNED_CERT_IN_CHAIN", badCertificate(unknownIssuer)],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", badCertificate(unknownIssuer)],
    ["CERT_REVOKED", badCertificate("cannot be verified")],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "The shop cannot be reached safely: what answers"],
    ["HPE_INVALID_CONSTANT", "What answered the order status does not speak HTTP"],
    ["UND_ERR_SOCKET", "The connection broke off before"],
    ["ETIMEDOUT", "The connection broke off before"], // which may have been sent
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "The connection broke off before"], // likewise
  ];
  test.each(codes)("%s has its words, as Bun and as Node throw it", (code, expected) => {
    const own = Object.assign(new Error("raw words of a library"), { code });
    for (const error of [own, new TypeError("fetch failed", { cause: own })])
      expect(networkError(error, { what: "order status" }).message).toStartWith(expected);
  });
});

test("a change that meets a bad certificate says that nothing was sent", async () => {
  const server = serveTls("expired");
  const given = { django_api_base: `https://localhost:${server.port}`, django_api_token: TOKEN };
  const host = await lanes["memory-legacy"](given, {
    send: trusting,
    answer: async () => "accept",
  });
  const args = { subject: "A gift", message: "Could you wrap it?" };
  const result = await host.callTool({ name: "contact_support", arguments: args });
  await host.close();
  await server.stop(true);
  expect(Object.keys(groups.changes)).toContain("contact_support");
  expect(textOf(result)).toBe(badCertificate("has expired"));
});
