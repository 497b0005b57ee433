/** The bundle for Claude Desktop: unpacked and started as its manifest says, with what a user fills in. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOrThrow } from "../../scripts/django.ts";
import { bundleManifest, bundleName } from "../../scripts/package/manifests.ts";
import { arrive, look, openShop, root, SEEN } from "./newcomer.ts";

const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const mcpb = [process.execPath, join(root, "node_modules/.bin/mcpb")];
beforeAll(async () => {
  await runOrThrow([...mcpb, "unpack", join(root, "dist", bundleName), folder]);
});
afterAll(() => rmSync(folder, { recursive: true }));

type Manifest = ReturnType<typeof bundleManifest>;
const manifest = async (): Promise<Manifest> => Bun.file(join(folder, "manifest.json")).json();
/** The command of the manifest as Claude Desktop starts it: what is not filled in stays as it is written. */
function commandOf({ server, user_config }: Manifest, given: Record<string, unknown>) {
  const defaults = Object.entries(user_config).map(([key, entry]) => [
    key,
    "default" in entry ? entry.default : undefined,
  ]);
  const values: Record<string, unknown> = { ...Object.fromEntries(defaults), ...given };
  const fill = (text: string) =>
    text
      .replaceAll("${__dirname}", folder)
      .replace(/\$\{user_config\.(\w+)\}/g, (whole, key) => `${values[key] ?? whole}`);
  const { command, args, env } = server.mcp_config;
  const filled = Object.entries(env).map(([name, text]) => [name, fill(text)] as const);
  return { command: [command, ...args.map(fill)], env: Object.fromEntries(filled) };
}

test("with the address and a token it finds a product and an order", async () => {
  using newcomer = arrive(["node"]);
  await using shop = openShop();
  const { DJANGO_API_BASE: base, DJANGO_API_TOKEN: token } = shop.settings;
  const given = { django_api_base: base, django_api_token: token };
  const { command, env } = commandOf(await manifest(), given);
  expect(await look(await newcomer.connect(command, env))).toMatchObject(SEEN);
});

test("what the user ticks is heeded", async () => {
  using newcomer = arrive(["node"]);
  await using shop = openShop();
  const given = { django_api_base: shop.settings.DJANGO_API_BASE, read_only: true };
  const { command, env } = commandOf(await manifest(), given);
  const client = await newcomer.connect(command, env);
  const { tools } = await client.listTools();
  expect(tools.map(({ annotations }) => annotations?.readOnlyHint)).not.toContain(false);
  await client.close();
});

test("without the address it says what is missing", async () => {
  using newcomer = arrive(["node"]);
  const { command, env } = commandOf(await manifest(), {});
  const { code, err } = await newcomer.run(command, env);
  expect(code).toBe(2);
  expect(err).toStartWith("django-shop-mcp: DJANGO_API_BASE (--django-api-base) is not set.");
});

test("secrets are asked for as secrets, and only the address must be given", async () => {
  const entries = Object.entries((await manifest()).user_config);
  const having = (field: string) =>
    entries.filter(([, entry]) => field in entry).map(([key]) => key);
  expect(having("sensitive")).toEqual(["django_api_token", "django_password"]);
  expect(having("required")).toEqual(["django_api_base"]);
});

test("it holds the server and nothing else", () => {
  const held = readdirSync(folder, { recursive: true }).map(String).toSorted();
  const programs = ["dist", "dist/server.js", "dist/view.html"];
  expect(held).toEqual(["LICENSE", ...programs, "icon.png", "manifest.json"]);
});
