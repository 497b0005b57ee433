/** A connection that fails, explained in one line. */
import { expect, test } from "bun:test";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { BASE, examined, mock, reached, serveByHand } from "./run-doctor.ts";

test("a connection that breaks off, and one that is refused", async () => {
  using shop = await serveByHand((socket) => void socket.resetAndDestroy());
  expect(await reached(shop.base)).toEqual([
    "red the connection broke off before an answer was whole → look into the shop's log",
  ]);
  shop[Symbol.dispose]();
  expect(await reached(shop.base)).toEqual([
    `red nothing listens at ${shop.base.slice(7)} → start the shop, or correct host and port in DJANGO_API_BASE`,
  ]);
});
test.each([
  ["ENOTFOUND", "there is no host shop.example → correct the name in DJANGO_API_BASE"],
  ["CERT_HAS_EXPIRED", "the TLS certificate is out of date → renew it"],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "the TLS certificate is signed by itself → get one of a known authority, or name yours in NODE_EXTRA_CA_CERTS",
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "the TLS certificate is not for shop.example → set DJANGO_API_BASE to a name it is for",
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "the TLS certificate does not hold (UNABLE_TO_VERIFY_LEAF_SIGNATURE) → send the whole chain, or name its authority in NODE_EXTRA_CA_CERTS",
  ],
  [
    "EPROTO",
    "it does not speak TLS there → set DJANGO_API_BASE to http://…, or to the port that does",
  ],
])("a connection that fails with %s", async (code, line) => {
  const fetch = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { code }));
  expect(await reached("https://shop.example", { fetch })).toEqual([`red ${line}`]);
});
test("beyond loopback a shop without TLS is told so, and one with it is asked by http as well", async () => {
  const { outside } = mock();
  const aside: Partial<Runtime> = {
    ...outside,
    fetch: async (url, init) =>
      outside.fetch?.(url.replace(/^https?:\/\/shop.example/, BASE), init) ?? Response.error(),
  };
  const plain = await examined(aside, ["--django", "http://shop.example", "--token", "demo-staff"]);
  expect(plain.of("TLS")).toEqual([
    "amber none: token and orders travel readable → set DJANGO_API_BASE=https://shop.example",
  ]);
  const secure = await examined(aside, [
    "--django",
    "https://shop.example",
    "--token",
    "demo-staff",
  ]);
  expect(secure.of("TLS")).toEqual(["green the certificate holds"]);
  expect(secure.of("redirects")).toContain(
    "amber http is answered as well → redirect it: SECURE_SSL_REDIRECT = True",
  );
});
