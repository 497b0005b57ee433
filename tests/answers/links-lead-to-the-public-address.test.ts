/** Links and pictures lead where people reach the shop, which may be another address than this server's. */
import { expect, test } from "bun:test";
import { normalizeAnswer } from "../../shop/json.ts";
import { lanes } from "../harness/lanes.ts";

/** What becomes of a product's links, at a Django that answers at an address inside. */
async function linksOf(sent: { url?: unknown; images?: unknown }, given: object) {
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      new Response(
        JSON.stringify({ id: 1, name: "Cup", ...sent }).replaceAll("HERE", new URL(url).origin),
        { headers: { "Content-Type": "application/json" } },
      ),
  });
  const settings = { django_api_base: django.url.origin, django_api_token: "t", ...given };
  const host = await lanes["memory-modern"](settings);
  const call = { name: "get_product", arguments: { product_id: "1" } };
  const { structuredContent } = await host.callTool(call);
  await host.close();
  const { url, images } = structuredContent as { url?: string; images?: string[] };
  return JSON.parse(JSON.stringify({ url, images }).replaceAll(django.url.origin, "HERE"));
}
const SENT = {
  url: "/p/1/",
  images: ["HERE/media/a.svg?w=1#x", "media/b.svg", "https://cdn.example/c"],
};

test("with --shop-url, relative ones and those to the address inside", async () => {
  expect(await linksOf(SENT, { shop_url: "https://shop.example/" })).toEqual({
    url: "https://shop.example/p/1/",
    images: [
      "https://shop.example/media/a.svg?w=1#x",
      "https://shop.example/media/b.svg",
      "https://cdn.example/c",
    ],
  });
});
test("without it, they are those of DJANGO_API_BASE", async () => {
  expect(await linksOf(SENT, {})).toEqual({
    url: "HERE/p/1/",
    images: ["HERE/media/a.svg?w=1#x", "HERE/media/b.svg", "https://cdn.example/c"],
  });
});

test.each([
  ["http://django:8000/p", "https://shop.example/p"],
  ["HTTP://DJANGO:8000/p", "https://shop.example/p"],
  ["//django:8000/p", "https://shop.example/p"],
  ["ftp://django:8000/p", undefined],
  ["http://django:8000.evil.example/p", undefined],
  ["http://django:8000@evil.example/p", undefined],
  ["http://django:8001/p", "http://django:8001/p"],
  ["http://user@django:8000/p", undefined],
  ["http://django:8000//evil.example/p", "https://shop.example//evil.example/p"],
  ["javascript:alert(1)", undefined],
])("of an address inside, %s is told as %s", (sent, told) => {
  const [base, hidden] = ["https://shop.example", "django:8000"];
  const { url } = normalizeAnswer({ url: sent }, base, "EUR", hidden) as { url?: string };
  expect(url).toBe(told);
});
