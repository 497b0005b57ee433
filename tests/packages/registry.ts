/** server.json, by the rules of schema 2025-12-11 and by those of the official registry. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import * as z from "zod";
import { name, version } from "../../package.json";
import { settingRows } from "../../settings.ts";
import { bundleName, mcpName } from "../../scripts/package/manifests.ts";
import { root } from "./newcomer.ts";

// What the schema allows of what is used here; strict, where the schema lets unknown fields pass.
const input = {
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).min(1).optional(),
};
const packageSchema = z.strictObject({
  registryType: z.enum(["npm", "pypi", "oci", "nuget", "mcpb"]),
  identifier: z.string().min(1),
  version: z.string().optional(),
  runtimeHint: z.string().optional(),
  fileSha256: z
    .string()
    .regex(/^[a-f0-9]{64}$/)
    .optional(),
  transport: z.strictObject({ type: z.literal("stdio") }),
  environmentVariables: z.array(z.strictObject({ name: z.string(), ...input })),
});
const serverSchema = z.strictObject({
  $schema: z.literal(
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  ),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  websiteUrl: z.url(),
  repository: z.strictObject({ url: z.url(), source: z.literal("github") }),
  packages: z.array(packageSchema),
});
const read = async (file: string) => serverSchema.parse(await Bun.file(join(root, file)).json());

test.each(["server.json", "dist/server.json"])("%s follows the schema", async (file) => {
  expect(await read(file)).toMatchObject({ name: mcpName, version });
});

test("npm and the image are this version's, under the names that prove who owns them", async () => {
  const { packages } = await read("server.json");
  const of = (type: string) => packages.find(({ registryType }) => registryType === type);
  expect(of("npm")).toMatchObject({ identifier: name, version });
  expect(of("oci")?.identifier).toEndWith(`:${version}`);
  const npm = await Bun.file(join(root, "dist/npm/package.json")).json();
  expect(npm.mcpName).toBe(mcpName); // letter for letter, or the registry refuses it
  expect(await Bun.file(join(root, "Dockerfile")).text()).toContain(
    `io.modelcontextprotocol.server.name="${mcpName}"`,
  );
});

test("the bundle is named with the checksum of what was built", async () => {
  const { packages } = await read("dist/server.json");
  const bundle = packages.find(({ registryType }) => registryType === "mcpb");
  const file = Bun.file(join(root, "dist", bundleName));
  const sha256 = new Bun.CryptoHasher("sha256").update(await file.bytes()).digest("hex");
  expect(bundle).toMatchObject({ fileSha256: sha256 });
  expect(bundle?.identifier).toEndWith(`/releases/download/v${version}/${bundleName}`);
});

test("each variable is a setting, secret where the setting is", async () => {
  const { packages } = await read("server.json");
  for (const { environmentVariables } of packages)
    for (const { name, isSecret = false, isRequired = false } of environmentVariables) {
      expect(settingRows.find(({ env }) => env === name)).toMatchObject({ isSecret });
      expect(isRequired).toBe(name === "DJANGO_API_BASE");
    }
});
