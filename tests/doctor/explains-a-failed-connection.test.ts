/** A connection that fails is explained in one line, by what the network said. */
import { expect, test } from "bun:test";
import { diagnose, serveSocket } from "./run-doctor.ts";

test("a connection that breaks off, and one that is refused", async () => {
  using shop = await serveSocket((socket) => void socket.resetAndDestroy());
  expect(await diagnose(shop.base)).toEqual([
    "red the connection was closed before the answer was complete → see the shop's log",
  ]);
  shop[Symbol.dispose]();
  expect(await diagnose(shop.base)).toEqual([
    `red nothing listens at ${shop.base.slice(7)} → start the shop, or correct host and port in DJANGO_API_BASE`,
  ]);
});

test.each([
  ["ENOTFOUND", "the host shop.example was not found → correct the name in DJANGO_API_BASE"],
  ["CERT_HAS_EXPIRED", "the TLS certificate has expired → renew it"],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "the TLS certificate is self-signed → get one from a known authority, or name yours in NODE_EXTRA_CA_CERTS",
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "the TLS certificate is not valid for shop.example → set DJANGO_API_BASE to a name for which it is",
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "the TLS certificate cannot be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE) → send the whole chain, or name its authority in NODE_EXTRA_CA_CERTS",
  ],
  [
    "EPROTO",
    "the port does not speak TLS → set DJANGO_API_BASE to http://…, or to the port that does",
  ],
])("a connection that fails with %s", async (code, line) => {
  const fetch = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { code }));
  expect(await diagnose("https://shop.example", { fetch })).toEqual([`red ${line}`]);
});
