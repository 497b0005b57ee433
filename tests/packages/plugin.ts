/** The plugin: by Claude Code's own validation, installed there, by the Agent Plugins specification, and word by word. */
import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { name, version } from "../../package.json";
import { install } from "../../scripts/npm-package.ts";
import { testedHosts } from "../in-hosts/hosts.ts";
import { arrive, openShop, root } from "./newcomer.ts";

const plugin = join(root, "plugin");
const readJson = (file: string): Promise<unknown> => Bun.file(join(plugin, file)).json();
const NOTHING_ELSE = { DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
let claude = "";
beforeAll(async () => {
  claude = join(await install(testedHosts["claude-code"].package), "claude");
}, 300_000);

describe("Claude Code", () => {
  test.each([
    ["the marketplace", [root]],
    ["the plugin, as its directory would", ["--profile", "directory", plugin]],
  ])("finds nothing wrong with %s", async (_, args) => {
    using newcomer = arrive(["node", "git"]);
    const report = await newcomer.run(
      [claude, "plugin", "validate", "--strict", "--json", ...args],
      NOTHING_ELSE,
    );
    expect({ ...report, out: JSON.parse(report.out) }).toMatchObject({
      code: 0,
      out: { success: true },
    });
  });

  test("installs it, asks for its settings and connects to the server", async () => {
    using newcomer = arrive(["node", "git", "sh"]);
    await using shop = openShop();
    // This version may not be on npm yet. It comes from dist/, for who asks for just that.
    const npx = `#!/bin/sh
[ "$2 $3" = "-y ${name}@${version}" ] && exec node ${root}/dist/npm/dist/server.js\n`;
    writeFileSync(join(newcomer.env.PATH, "npx"), npx, { mode: 0o755 });
    const run = (...args: string[]) => newcomer.run([claude, ...args], NOTHING_ELSE);
    expect(await run("plugin", "marketplace", "add", root)).toMatchObject({ code: 0 });
    const { DJANGO_API_BASE: base, DJANGO_API_TOKEN: token } = shop.settings;
    const settings = [`django_api_base=${base}`, `django_api_token=${token}`];
    const config = settings.flatMap((setting) => ["--config", setting]);
    const install = await run("plugin", "install", `${name}@${name}`, ...config);
    expect(install.out).toContain("Successfully installed");
    const { out } = await run("mcp", "list");
    expect(out).toMatch(new RegExp(`plugin:${name}:shop: npx .* ${name}@${version} - ✔ Connected`));
  });
});

test("it starts nothing of the folder that a host stands in", async () => {
  using newcomer = arrive(["node", "npm", "npx", "sh"]);
  const taken = join(newcomer.home, "node_modules", name);
  await Bun.write(
    join(taken, "package.json"),
    JSON.stringify({ name, version, bin: { [name]: "taken.js" } }),
  );
  await Bun.write(join(taken, "taken.js"), '#!/usr/bin/env node\nconsole.log("taken");\n');
  await Bun.write(join(newcomer.home, "package.json"), "{}");
  expect((await newcomer.run(["npm", "rebuild", "--silent"])).code).toBe(0); // links its command
  const { mcpServers } = z
    .object({ mcpServers: z.object({ shop: z.object({ args: z.array(z.string()) }) }) })
    .parse(await readJson(".mcp.json"));
  const args = mcpServers.shop.args.map((arg) => arg.replace("${CLAUDE_PLUGIN_ROOT}", plugin));
  expect((await newcomer.run(["npx", ...args])).out).toBe("");
  const careless = args.filter((arg) => !arg.startsWith("--prefix="));
  expect((await newcomer.run(["npx", ...careless])).out).toBe("taken\n");
});

// https://agent-plugins.org, version 1.0.0
const SCHEMAS = "https://agent-plugins.org/schemas/1.0.0";
const pluginSchema = z.strictObject({
  $schema: z.literal(`${SCHEMAS}/plugin.schema.json`),
  name: z.string().regex(/^(?!.*(?:--|\.\.))[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/),
  version: z.literal(version),
  description: z.string(),
  author: z.strictObject({ name: z.string(), url: z.url() }),
  homepage: z.url(),
  repository: z.url(),
  license: z.string(),
  keywords: z.array(z.string()),
});
const mcpSchema = z.strictObject({
  $schema: z.literal(`${SCHEMAS}/mcp.schema.json`),
  mcpServers: z.record(
    z.string(),
    z.strictObject({
      type: z.literal("stdio"),
      command: z.string().regex(/^[\w.-]+$/),
      args: z.array(z.string()),
    }),
  ),
});
const skillSchema = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  description: z.string().min(1).max(1024),
});

describe("for other hosts", () => {
  test("plugin.json and mcp.json follow Agent Plugins 1.0.0", async () => {
    expect(pluginSchema.parse(await readJson("plugin.json")).name).toBe(name);
    expect(Object.keys(mcpSchema.parse(await readJson("mcp.json")).mcpServers)).toEqual(["shop"]);
  });

  test.each(readdirSync(join(plugin, "skills")))(
    "the skill %s follows Agent Skills",
    async (folder) => {
      const text = await Bun.file(join(plugin, "skills", folder, "SKILL.md")).text();
      const [, head = ""] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
      const fields = head
        .split("\n")
        .map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? [line, ""]);
      expect(skillSchema.parse(Object.fromEntries(fields)).name).toBe(folder);
      expect(text.split("\n").length).toBeLessThan(100);
    },
  );
});
