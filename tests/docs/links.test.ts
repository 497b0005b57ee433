/** What the pages of the repository lead to is there; README.md stays a page that somebody reads. */
import { expect, test } from "bun:test";
import { findBroken, pages } from "./markdown.ts";

const isExternal = (link: string) => /^[a-z]+:/i.test(link);
const readme = pages.find(({ path }) => path === "README.md");

test("README.md has at most 200 lines", () => {
  expect(readme?.text.trimEnd().split("\n").length).toBeWithin(100, 201);
});

test("README.md leads to each page of docs/, and to each page at the root", () => {
  const others = pages
    .map(({ path }) => path)
    .filter((path) => /^(docs\/)?[\w.-]+\.md$/.test(path))
    .filter((path) => path !== "README.md" && path !== "AGENTS.md"); // which agents look for by its name
  expect(others).toContain("docs/tools.md");
  expect(others.filter((path) => !readme?.links.some((to) => to.startsWith(path)))).toEqual([]);
});

test.each(pages.map((page) => [page.path, page] as const))(
  "%s: files, pictures and headings that it links to are there",
  async (_, page) => {
    const links = page.links.filter((link) => !isExternal(link));
    const broken = await Promise.all(links.map((link) => findBroken(page, link)));
    expect(broken.filter(Boolean)).toEqual([]);
  },
);

test("links to other sites are well-formed, and encrypted beyond this machine", () => {
  const links = pages.flatMap((page) => page.links.filter(isExternal));
  expect(links.length).toBeGreaterThan(20);
  const isSound = (link: string) => {
    const { protocol, hostname } = new URL(link);
    return protocol === "https:" || ["localhost", "127.0.0.1"].includes(hostname);
  };
  expect(links.filter((link) => !URL.canParse(link) || !isSound(link))).toEqual([]);
});

test("a file, a heading or a picture that is not there is found", async () => {
  const page = { path: "docs/tools.md", anchors: new Set(["here"]) };
  const links = ["#here", "tools.md#views", "../README.md", "#gone", "tools.md#gone", "gone.png"];
  const broken = await Promise.all(links.map((link) => findBroken(page, link)));
  expect(broken).toEqual([
    undefined,
    undefined,
    undefined,
    "#gone: docs/tools.md has no heading #gone",
    "tools.md#gone: docs/tools.md has no heading #gone",
    "gone.png: there is no docs/gone.png",
  ]);
});
