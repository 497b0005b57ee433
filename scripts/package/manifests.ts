/**
 * What each package says of itself, made from package.json, the settings and the tools, so that no version, setting or
 * tool is written twice. `committedManifests` are files of this repository, which scripts/surface.ts keeps up to date;
 * the others are written into a package when it is built.
 *
 * @module
 */
import * as z from "zod/mini";
import pkg from "../../package.json";
import { settingRows, settingsSchema, tools } from "../../server.ts";

const { name, version, description, license, homepage, engines, keywords } = pkg;
/** `owner/repository`, as GitHub has it. */
export const slug = new URL(pkg.repository.url.replace(/^git\+|\.git$/g, "")).pathname.slice(1);
const repository = `https://github.com/${slug}`;
/** Its name in the MCP Registry: the namespace is the owner's, letter for letter. */
export const mcpName = `io.github.${slug}`;
export const author = { name: pkg.author, url: repository };
/** Where an image and a bundle of this version are, once it is released. */
export const image = `ghcr.io/${slug.toLowerCase()}:${version}`;
export const bundleName = `${name}-${version}.mcpb`;

// ── Settings ────────────────────────────────────────────────────────────────────────────────────

/** What a host asks its user for, with a title each. All others have variables, too: `--help` lists them. */
const ASKED = {
  django_api_base: "Address of the shop",
  django_api_token: "API token",
  django_api_auth: "Scheme of the token",
  django_login: "Path of the login",
  django_user: "User",
  django_password: "Password",
  currency: "Currency",
  read_only: "Read only",
  tools: "Tools",
  confirm: "Where a host cannot ask",
  shop_url: "Public address of the shop",
  shop: "Module for another API",
} satisfies Partial<Record<keyof typeof settingsSchema.shape, string>>;

/** A setting that is asked for, as manifests describe it. */
interface Asked {
  key: string;
  env: string;
  title: string;
  description: string;
  type: "string" | "boolean" | "file";
  isSecret: boolean;
  isRequired: boolean;
  fallback: string;
  choices: string[] | undefined;
}
function choicesOf(schema: z.core.$ZodType): string[] | undefined {
  if (schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniOptional)
    return choicesOf(schema.def.innerType);
  return schema instanceof z.ZodMiniEnum ? schema.options.map(String) : undefined;
}
const asked: Asked[] = Object.entries(ASKED).map(([key, title]) => {
  const row = settingRows.find((one) => one.key === key);
  const schema = settingsSchema.shape[key as keyof typeof ASKED]; // as `satisfies` has it
  if (!row) throw new Error(`${key} is no setting`);
  return {
    ...row,
    title,
    type: row.type === "boolean" ? "boolean" : key === "shop" ? "file" : "string",
    isRequired: !schema.safeParse(undefined).success,
    choices: choicesOf(schema),
  };
});
/** Each with its variable, as `${user_config.…}` of what the user has given. */
const environment = Object.fromEntries(
  asked.map(({ key, env }) => [env, `\${user_config.${key}}`]),
);
/** A field of the form in which bundles and Claude's plugins ask for it. */
interface Field {
  type: Asked["type"];
  title: string;
  description: string;
  sensitive?: boolean;
  required?: boolean;
  default?: string | boolean;
}
const userConfig: Record<string, Field> = Object.fromEntries(
  asked.map(({ key, type, title, description, isSecret, isRequired, fallback }) => [
    key,
    {
      type,
      title,
      description,
      ...(isSecret && { sensitive: true }),
      ...(isRequired && { required: true }),
      ...(type === "boolean" ? { default: false } : fallback && { default: fallback }),
    },
  ]),
);

// ── Packages ────────────────────────────────────────────────────────────────────────────────────

/** package.json of the npm package: no dependencies and no scripts, since all of it is in its files. */
export const npmManifest = () => ({
  name,
  version,
  mcpName,
  description,
  keywords,
  license,
  author,
  homepage,
  repository: pkg.repository,
  bugs: `${repository}/issues`,
  type: "module",
  engines,
  bin: { [name]: "dist/server.js" },
  exports: "./dist/server.js",
  files: ["dist", "mocks"],
  publishConfig: { access: "public", provenance: true },
});

/** manifest.json of the bundle for Claude Desktop and others: https://github.com/modelcontextprotocol/mcpb */
export const bundleManifest = () => ({
  manifest_version: "0.3",
  name,
  display_name: "Django shop",
  version,
  description,
  long_description:
    "Finds products and looks after orders in your Django shop. Whatever changes something is confirmed by you first. The shop is asked at the address that you give, and nobody else is.",
  author,
  icon: "icon.png",
  repository: { type: "git", url: repository },
  homepage,
  documentation: homepage,
  support: `${repository}/issues`,
  server: {
    type: "node",
    entry_point: "dist/server.js",
    mcp_config: { command: "node", args: ["${__dirname}/dist/server.js"], env: environment },
  },
  tools: Object.entries(tools).map(([name, { description }]) => ({ name, description })),
  tools_generated: true, // fewer, where the shop or a setting allows no more
  prompts_generated: true,
  keywords,
  license,
  compatibility: { platforms: ["darwin", "linux", "win32"], runtimes: { node: engines.node } },
  user_config: userConfig,
});

const registryEnvironment = asked.map(
  ({ env, description, type, isSecret, isRequired, fallback, choices }) => ({
    name: env,
    description,
    ...(isRequired && { isRequired, placeholder: "https://shop.example" }),
    ...(isSecret && { isSecret }),
    ...(type !== "string" && { format: type === "file" ? "filepath" : type }),
    ...(fallback && { default: fallback }),
    ...(choices && { choices }),
  }),
);
/**
 * server.json for the MCP Registry, schema 2025-12-11.
 * @param bundleSha256 of the bundle, once it is built; without it, the bundle is left out
 */
export const registryManifest = (bundleSha256?: string) => {
  const shared = { transport: { type: "stdio" }, environmentVariables: registryEnvironment };
  const url = `${repository}/releases/download/v${version}/${bundleName}`;
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: mcpName,
    title: "Django shop",
    description,
    version,
    websiteUrl: homepage,
    repository: { url: repository, source: "github" },
    packages: [
      { registryType: "npm", identifier: name, version, runtimeHint: "npx", ...shared },
      { registryType: "oci", identifier: image, ...shared },
      ...(bundleSha256
        ? [{ registryType: "mcpb", identifier: url, fileSha256: bundleSha256, ...shared }]
        : []),
    ],
  };
};

/** How plugins start the server: this version, and nothing of the folder that the host stands in. */
const launchFrom = (folder: string) => {
  return { command: "npx", args: [`--prefix=${folder}`, "-y", `${name}@${version}`] };
};
const pluginManifest = { name, version, description, author, homepage, repository, license };
const AGENT_PLUGINS = "https://agent-plugins.org/schemas/1.0.0";

/** Files of this repository, by path. */
export const committedManifests = (): Record<string, object> => ({
  "server.json": registryManifest(),
  ".claude-plugin/marketplace.json": {
    name,
    owner: author,
    metadata: { description, version },
    plugins: [{ ...pluginManifest, source: "./plugin", keywords, category: "commerce" }],
  },
  // For Claude Code, which asks for the settings, and for other hosts, which take them from the environment.
  "plugin/.claude-plugin/plugin.json": { ...pluginManifest, keywords, userConfig },
  "plugin/.mcp.json": {
    mcpServers: { shop: { ...launchFrom("${CLAUDE_PLUGIN_ROOT}"), env: environment } },
  },
  "plugin/plugin.json": {
    $schema: `${AGENT_PLUGINS}/plugin.schema.json`,
    ...pluginManifest,
    keywords,
  },
  "plugin/mcp.json": {
    $schema: `${AGENT_PLUGINS}/mcp.schema.json`,
    mcpServers: { shop: { type: "stdio", ...launchFrom("${PLUGIN_ROOT}") } },
  },
});
