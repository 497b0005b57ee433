/** The npm package, in an empty home: by npx with Node alone, by bunx with Bun alone, and what it holds. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { name, version } from "../../package.json";
import { mcpName } from "../../scripts/package/manifests.ts";
import { arrive, look, openShop, root, SEEN } from "./newcomer.ts";

const tarball = join(root, "dist", `${name}-${version}.tgz`);
const NODE_ALONE = ["node", "npm", "npx", "sh"];
const NPX = ["npx", "-y", `--package=${tarball}`, "--", name];

test("npx starts the server, and it finds a product and an order", async () => {
  using newcomer = arrive(NODE_ALONE);
  await using shop = openShop();
  expect(await look(await newcomer.connect(NPX, shop.settings))).toMatchObject(SEEN);
});

test("installed, its command starts the server by a link", async () => {
  using newcomer = arrive(NODE_ALONE);
  await using shop = openShop();
  expect(await newcomer.run(["npm", "install", "--silent", tarball])).toMatchObject({ code: 0 });
  const command = join(newcomer.home, "node_modules/.bin", name);
  expect(await look(await newcomer.connect([command], shop.settings))).toMatchObject(SEEN);
});

test("bunx starts it with Bun alone", async () => {
  using newcomer = arrive(["bun", "bunx"]);
  await using shop = openShop();
  await Bun.write(join(newcomer.home, "package.json"), "{}");
  expect(await newcomer.run(["bun", "add", tarball])).toMatchObject({ code: 0 });
  expect(await look(await newcomer.connect(["bunx", name], shop.settings))).toMatchObject(SEEN);
});

test("the demo shop needs no Django, no token and no clone", async () => {
  using newcomer = arrive(NODE_ALONE);
  const client = await newcomer.connect([...NPX, "demo", "--stdio"]);
  const { structuredContent } = await client.callTool({
    name: "get_product",
    arguments: { product_id: "linen-apron" },
  });
  const { images } = structuredContent as { images: string[] }; // of the tool's schema
  const picture = await fetch(images[0] ?? "");
  expect(picture.headers.get("Content-Type")).toBe("image/svg+xml");
  expect(await picture.text()).toStartWith("<svg");
  expect(await look(client)).toMatchObject(SEEN);
});

test("the demo plays its conversation under Node, and says how to go on", async () => {
  using newcomer = arrive(NODE_ALONE);
  const { code, out, err } = await newcomer.run([...NPX, "demo"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain('Order 1054: cancelled. Refunded: 56.90 EUR to "mia-visa".');
  expect(out).toContain("Your turn: npx -y django-shop-mcp connect HOST --demo");
});

test("it connects a host to this version of itself", async () => {
  using newcomer = arrive(["node"]);
  const start = join(root, "dist/npm/dist/server.js");
  const done = await newcomer.run([start, "connect", "cursor", "--demo", "--yes"]);
  expect(done).toMatchObject({ code: 0, err: "" });
  const { mcpServers } = await Bun.file(join(newcomer.home, ".cursor/mcp.json")).json();
  expect(mcpServers.shop.args.slice(-3)).toEqual([`${name}@${version}`, "demo", "--stdio"]);
});

test("it plays stories in YAML before a shop, and writes their report, with Node alone", async () => {
  using newcomer = arrive(["node"]);
  await using shop = openShop();
  const story = `title: a parcel is traced
as: mia
steps:
  - call: get_order_status
    with: { order_id: "1036" }
    returns: { status: shipped }
    sends: ["GET /api/orders/1036/status/"]
`;
  await Bun.write(join(newcomer.home, "stories/trace.yaml"), story);
  const { DJANGO_API_BASE: django, DJANGO_API_TOKEN } = shop.settings;
  const flags = ["--django", django, "--stories", "stories", "--report", "out/r.xml"];
  const start = [join(root, "dist/npm/dist/server.js"), "stories", ...flags];
  const { code, out, err } = await newcomer.run(start, { DJANGO_API_TOKEN });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("1 of 1 stories passed.");
  const page = await Bun.file(join(newcomer.home, "out/r.html")).text();
  expect(page).toContain("1 of 1 story passed");
});

test.each([
  [
    "a lane that there is not",
    ["stories", "--url", "http://127.0.0.1:1/", "--lane", "x"],
    "--lane must be http-modern or",
  ],
  [
    "an unknown option of the demo",
    ["demo", "--stdout"],
    "Usage: npx -y django-shop-mcp demo [--once",
  ],
  ["no shop", [], "DJANGO_API_BASE (--django-api-base) is not set."],
  ["an unknown program", ["serve"], "Unexpected argument 'serve'"],
])("%s is answered in words", async (_, args, words) => {
  using newcomer = arrive(["node"]);
  const { code, out, err } = await newcomer.run([join(root, "dist/npm/dist/server.js"), ...args]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(words);
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("it holds its programs, the demo's pictures and no source", async () => {
  using newcomer = arrive();
  const folder = join(root, "dist", "npm");
  const dry = await newcomer.run([Bun.which("npm") ?? "", "pack", "--dry-run", "--json", folder], {
    PATH: process.env["PATH"] ?? "",
  });
  const [{ files, size }] = JSON.parse(dry.out);
  const paths: string[] = files.map((file: { path: string }) => file.path);
  const shared = paths.filter((path) => /^dist\/shared-\w+\.js$/.test(path));
  const pictures = paths.filter((path) => /^mocks\/pictures\/[\w-]+\.svg$/.test(path));
  const programs = ["connect.js", "demo.js", "server.js", "stories.js"].map(
    (name) => `dist/${name}`,
  );
  expect(paths.filter((path) => !shared.includes(path) && !pictures.includes(path))).toEqual([
    "LICENSE",
    "README.md",
    ...programs,
    "dist/view.html",
    "package.json",
  ]);
  expect(pictures.length).toBeGreaterThan(40);
  expect(size).toBeLessThan(1_000_000);
});

test("its package.json installs nothing, runs nothing and names it for the MCP Registry", async () => {
  const made = await Bun.file(join(root, "dist/npm/package.json")).json();
  expect(made).toMatchObject({ name, version, mcpName, publishConfig: { provenance: true } });
  const unwanted = ["dependencies", "scripts", "private", "workspaces"];
  expect(unwanted.filter((field) => field in made)).toEqual([]);
});
