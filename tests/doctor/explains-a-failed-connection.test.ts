/** A connection that fails is explained in one line, by what the network said. */
import { expect, test } from "bun:test";
import { diagnose, serveSocket } from "./run-doctor.ts";

test("a connection that breaks off, and one that is refused", async () => {
  using shop = await serveSocket((socket) => void socket.resetAndDestroy());
  expect(await diagnose(shop.base)).toEqual([
    "red the connection broke off before an answer was whole → look into the shop's log",
  ]);
  shop[Symbol.dispose]();
  expect(await diagnose(shop.base)).toEqual([
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
  expect(await diagnose("https://shop.example", { fetch })).toEqual([`red ${line}`]);
});
