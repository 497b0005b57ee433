/** Whether the token and the orders are encrypted on their way. */
import { expect, test } from "bun:test";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { BASE, mockShop, runDoctor } from "./run-doctor.ts";

test("a shop beyond loopback is warned without TLS, and with it is tried over http as well", async () => {
  const { runtime } = mockShop();
  const fetch: Runtime["fetch"] = (url, init) =>
    runtime.fetch(url.replace(/^https?:\/\/shop.example/, BASE), init);
  const diagnoseAt = (base: string) =>
    runDoctor({ ...runtime, fetch }, ["--django", base, "--token", "demo-staff"]);
  const plain = await diagnoseAt("http://shop.example");
  expect(plain.linesOf("TLS")).toEqual([
    "amber none: the token and the orders are sent unencrypted → set DJANGO_API_BASE=https://shop.example",
  ]);
  const secure = await diagnoseAt("https://shop.example");
  expect(secure.linesOf("TLS")).toEqual(["green the certificate is valid"]);
  expect(secure.linesOf("redirects")).toContain(
    "amber http is answered as well → redirect it to https: SECURE_SSL_REDIRECT = True",
  );
});
