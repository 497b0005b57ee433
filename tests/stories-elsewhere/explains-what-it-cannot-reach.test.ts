/** A server that cannot be reached is a failure in words, in the report as well; and wrong use says what to give instead. */
import { afterAll, expect, test } from "bun:test";
import { openFolder, runStories, serveElsewhere, TRACE } from "./play-elsewhere.ts";

const ANSWERS: Record<string, () => Response> = {
  "/wants-a-token": () =>
    new Response("", { status: 401, headers: { "WWW-Authenticate": "Bearer" } }),
  "/forbids": () => new Response("", { status: 403 }),
  "/nothing": () => new Response("", { status: 404 }),
  "/page": () => new Response("<h1>Shop</h1>", { headers: { "Content-Type": "text/html" } }),
  "/broken": () => new Response("", { status: 502 }),
  "/moved": () =>
    new Response("", { status: 308, headers: { Location: "https://shop.example/mcp" } }),
  "/api": () => Response.json({ detail: "Not a valid request." }, { status: 400 }),
};
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: ({ url }) => ANSWERS[new URL(url).pathname]?.() ?? new Response("", { status: 404 }),
});
afterAll(() => server.stop(true));

test.each([
  ["/wants-a-token", "wants a token (HTTP 401). Set SHOP_MCP_TOKEN, or give --tokens FILE."],
  ["/forbids", "refuses access (HTTP 403)."],
  ["/nothing", "There is no MCP server at "],
  ["/page", "answers with a web page: it is no MCP server."],
  ["/broken", "fails (HTTP 502). The server's log says why."],
  [
    "/moved",
    "answers with a redirect to https://shop.example/mcp, which is not followed. Give the final address.",
  ],
])("%s, in both eras", async (path, words) => {
  using folder = await openFolder({ "trace.yaml": TRACE });
  for (const lane of ["http-modern", "http-legacy"]) {
    const at = new URL(path, server.url).href;
    const { out, code } = await runStories(["--url", at, "--stories", folder.path, "--lane", lane]);
    expect(out).toContain(words);
    expect(out).toContain("– a parcel is traced: skipped, the place was not reached");
    expect(code).toBe(1);
  }
});
test("a server of the other era is told apart", async () => {
  using folder = await openFolder({ "trace.yaml": TRACE });
  const args = ["--url", new URL("/api", server.url).href, "--stories", folder.path];
  expect((await runStories(args)).out).toContain(
    "does not speak the protocol of 2026-07-28. Try --lane http-legacy.",
  );
  expect((await runStories([...args, "--lane", "http-legacy"])).out).toContain(
    "or is no MCP server (HTTP 400).",
  );
});
test("a token that is refused, and an address where nothing listens, are failures of the report", async () => {
  using folder = await openFolder({ "trace.yaml": TRACE });
  const report = `${folder.path}/r.xml`;
  const at = new URL("/wants-a-token", server.url).href;
  const refused = await runStories(
    ["--url", at, "--stories", `${folder.path}/trace.yaml`, "--report", report],
    { env: { SHOP_MCP_TOKEN: "stale-token" } },
  );
  expect(refused.out).toContain("refuses the token (HTTP 401). It may have expired");
  expect(await folder.read("r.xml")).toContain('failures="1" errors="0" skipped="1"');
  const closed = await runStories([
    "--url",
    "http://127.0.0.1:1/mcp",
    "--stories",
    `${folder.path}/trace.yaml`,
  ]);
  expect(closed.out).toMatch(
    /Nothing answers at http:\/\/127\.0\.0\.1:1\/mcp \(\w+\)\. Check the address/,
  );
});

test.each([
  [["--urll", "x"], "Unknown option '--urll'"],
  [["--url"], "argument missing"],
  [[], "Give --url, the address of an MCP server, or --django."],
  [["--url", "ftp://x"], '--url must be an http(s) address; got "ftp://x".'],
  [["--url", "http:/u:secret@"], "--url must be an http(s) address."],
  [
    ["--url", "https://mia:secret@shop.example/mcp"],
    "--url must have no credentials, query or fragment",
  ],
  [
    ["--url", "https://shop.example/mcp?key=secret"],
    "--url must have no credentials, query or fragment",
  ],
  [
    ["--url", "http://shop.example/mcp", "--token", "secret"],
    "--url must be https: over http a token can be read on its way",
  ],
  [
    ["--url", "http://127.0.0.1:1/", "--token", "two secret"],
    "--token must be one word of printable ASCII characters.",
  ],
  [
    ["--url", "http://127.0.0.1:1/", "--django", "http://127.0.0.1:1/"],
    "Give --url or --django, and not both.",
  ],
  [
    ["--url", "http://127.0.0.1:1/", "--lane", "stdio-modern"],
    '--lane must be http-modern or http-legacy here; got "stdio-modern".',
  ],
  [
    ["--django", "http://127.0.0.1:1/", "--lane", "http-modern"],
    "--lane must be stdio-modern or stdio-legacy here",
  ],
  [
    ["--url", "http://127.0.0.1:1/", "--tokens", "/nowhere/secret.json"],
    "--tokens /nowhere/secret.json cannot be read (ENOENT).",
  ],
  [["--url", "http://127.0.0.1:1/", "--tokens", import.meta.path], "is not JSON."],
  [
    ["--url", "http://127.0.0.1:1/", "--stories", "/nowhere"],
    "there is no /nowhere: give --stories a folder or a file",
  ],
  [["--url", "http://127.0.0.1:1/", "no-such-story"], "There is no story no-such-story."],
  [
    ["--url", "http://127.0.0.1:1/", "--report", "r.html"],
    "--report must end in .xml; the page is written beside it, as .html.",
  ],
  [
    ["--url", "http://127.0.0.1:1/", "--report", "/proc/r.xml"],
    "--report /proc/r.xml cannot be written",
  ],
])("wrong use: %p", async (args, words) => {
  const { out, code } = await runStories(args);
  expect(out).toStartWith("stories: ");
  expect(out).toContain(words);
  if (!out.includes("/nowhere/secret.json")) expect(out).not.toContain("secret");
  expect(code).toBe(2);
});
test("a token of several lines is refused, and not repeated", async () => {
  using folder = await openFolder({ "t.json": JSON.stringify({ mia: "secret\r\nX-Admin: 1" }) });
  const { out, code } = await runStories([
    "--url",
    "http://127.0.0.1:1/",
    "--tokens",
    `${folder.path}/t.json`,
  ]);
  expect(out).toContain(
    'must be {"mia": "…"}: for each user a token of printable ASCII characters.',
  );
  expect(out).not.toContain("secret");
  expect(code).toBe(2);
});
test("--help says what there is", async () => {
  const { out, code } = await runStories(["--help"]);
  expect(out).toContain("--stories PATH");
  expect(code).toBe(0);
});
test("a server without a customer of ours is nobody's whose stories we know", async () => {
  await using elsewhere = serveElsewhere({ as: "unknown" });
  const { out, code } = await runStories([
    "--url",
    elsewhere.url,
    "a-parcel-is-traced-without-an-order-number",
  ]);
  expect(out).toContain("skipped, no token for mia was given");
  expect(code).toBe(1);
});
