/** The pictures of products: each is there, safe and small, and nothing else of the folder is served. @module */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import onePendingOrder from "../worlds/one-pending-order.json";
import { seed } from "../../mocks/world.ts";
import { serveSeedWorld } from "./setup.ts";

const folder = join(import.meta.dir, "..", "..", "mocks", "pictures");
const files = readdirSync(folder).filter((name) => name !== "README.md");
const imagesOf = (products: { images: string[] }[]) => products.flatMap(({ images }) => images);
const { url } = serveSeedWorld();

test("the worlds name the pictures that are there, and the shop's own is the only other one", () => {
  const named = imagesOf(seed.products);
  expect(named.toSorted()).toEqual(
    files.flatMap((name) => (name === "shop.svg" ? [] : `/media/${name}`)).toSorted(),
  );
  expect(named).toEqual(expect.arrayContaining(imagesOf(onePendingOrder.products)));
});

test("no two pictures share an id, so that several can stand in one page", async () => {
  const texts = await Promise.all(files.map((name) => Bun.file(join(folder, name)).text()));
  const ids = texts.flatMap((text) => text.match(/(?<= id=")[^"]+/g) ?? []);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(files)("the picture %s", (name) => {
  test("is small, well-formed, square and without anything that acts or loads", async () => {
    const text = await Bun.file(join(folder, name)).text();
    expect(Buffer.byteLength(text)).toBeLessThan(6000);
    expect(unclosed(text)).toEqual([]);
    expect(text).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ');
    if (name !== "shop.svg")
      expect(text).toContain('viewBox="0 0 400 400" width="400" height="400"');
    expect(elementsIn(text).filter((element) => !DRAWN.has(element))).toEqual([]);
    expect(text.match(/\son\w+\s*=|style=|href="(?!#)|url\((?!#)|<[!?]|&/gi)).toBeNull();
  });
});

/** The elements that a picture is made of: no text, script, link, animation or foreign content. */
const DRAWN = new Set(
  "svg g defs path rect circle ellipse line polyline polygon use clipPath pattern linearGradient radialGradient stop".split(
    " ",
  ),
);
const elementsIn = (text: string) =>
  Array.from(text.matchAll(/<([^\s/>]+)/g), ([, name = ""]) => name);
/** What is left open, or closed without having been opened, or not written as `<name attribute="value" …>`. */
function unclosed(text: string): string[] {
  const open: string[] = [];
  const rest = text.replace(/<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (...parts) => {
    const [, closes, name, , isEmpty] = parts;
    if (!closes && !isEmpty) open.push(name);
    if (closes && open.pop() !== name) open.push(`/${name}`);
    return "";
  });
  return [...open, ...(rest.trim() ? [rest.trim()] : [])];
}

describe("/media/", () => {
  test("is served as a picture that runs nothing, to be kept for an hour", async () => {
    const response = await fetch(`${url}/media/delta-kite.svg`);
    expect(await response.text()).toBe(await Bun.file(join(folder, "delta-kite.svg")).text());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "public, max-age=3600",
    });
    const head = await fetch(`${url}/media/delta-kite.svg`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test.each([
    "/media/",
    "/media/no-such.svg",
    "/media/README.md",
    "/media/..%2Fworld.json",
    "/media/%2e%2e/world.json",
    "/media/..%5Cworld.json",
    "/media/x/delta-kite.svg",
    "/media/delta-kite.svg/",
    "/media/delta-kite.svg%00",
  ])("%s is Django's 404", async (path) => {
    const response = await fetch(url + path);
    expect([response.status, await response.json()]).toEqual([404, { detail: "Not found." }]);
  });

  test("is only read", async () => {
    const response = await fetch(`${url}/media/delta-kite.svg`, { method: "POST" });
    expect([response.status, response.headers.get("Allow"), await response.text()]).toEqual([
      405,
      "GET, HEAD",
      "",
    ]);
  });
});
