/**
 * Builds what is published, each package by one entry of a table, and starts it as its user would:
 *
 * ```sh
 * bun run package                  # all of them, into dist/
 * bun run package npm mcpb         # these
 * bun run package --check          # all, and their tests: tests/packages/
 * bun run package executable --target bun-darwin-arm64    # for another machine, into a folder of its name
 * ```
 *
 * @module
 */
import { statSync } from "node:fs";
import { copyFile, cp, mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { version } from "../../package.json";
import { buildExecutable, buildPrograms, buildServer } from "../build.ts";
import { buildWheel } from "../build-django.ts";
import { ended, runOrThrow } from "../django.ts";
import { runScript, runTests } from "../test-files.ts";
import { bundleManifest, bundleName, image, npmManifest, registryManifest } from "./manifests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = (...path: string[]) => join(root, "dist", ...path);
const writeJson = (file: string, json: object) =>
  Bun.write(file, `${JSON.stringify(json, null, 2)}\n`);

/** An empty folder for the files of a package, with the server in it. */
async function stage(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "dist"), { recursive: true });
  await buildServer(join(folder, "dist", "server.js"));
  await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
  return folder;
}

/** The package for npm, which `npx -y django-shop-mcp` installs. */
async function buildNpm(): Promise<string> {
  const folder = await stage(dist("npm"));
  await writeJson(join(folder, "package.json"), npmManifest());
  await copyFile(join(root, "README.md"), join(folder, "README.md"));
  await buildPrograms(join(folder, "dist"));
  await cp(join(root, "mocks", "pictures"), join(folder, "mocks", "pictures"), {
    recursive: true,
    filter: (file) => !file.endsWith(".md"),
  });
  const packed = await runOrThrow(["npm", "pack", "--silent", "--pack-destination", dist()], {
    cwd: folder,
  });
  return dist(packed.trim());
}

let bundled: Promise<string> | undefined;
/** The bundle for Claude Desktop, made once: made again, it would have another checksum. */
const buildBundle = () => (bundled ??= packBundle());
async function packBundle(): Promise<string> {
  const folder = await stage(dist("mcpb"));
  const manifest = join(folder, "manifest.json");
  await writeJson(manifest, bundleManifest());
  await copyFile(join(root, "plugin/.claude-plugin/icon.png"), join(folder, "icon.png"));
  const mcpb = [process.execPath, join(root, "node_modules/.bin/mcpb")];
  await runOrThrow([...mcpb, "validate", manifest]);
  await runOrThrow([...mcpb, "pack", folder, dist(bundleName)]);
  return dist(bundleName);
}

/** server.json for the MCP Registry, with the bundle's checksum. */
async function buildRegistry(): Promise<string> {
  const bundle = await Bun.file(await buildBundle()).bytes();
  const checksum = new Bun.CryptoHasher("sha256").update(bundle).digest("hex");
  await writeJson(dist("server.json"), registryManifest(checksum));
  return dist("server.json");
}

/** Whether there is an engine that builds images. */
export const hasDocker = async () =>
  Boolean(Bun.which("docker")) && (await ended(["docker", "info"])).code === 0;
/** The image of the server; nothing where no engine is at hand. */
async function buildImage(): Promise<string | undefined> {
  if (!(await hasDocker())) return undefined;
  await runOrThrow(["docker", "build", "--tag", image, root]);
  return image;
}

const isTarget = (name: string): name is Bun.Build.CompileTarget =>
  /^bun-(linux|darwin|windows)-(x64|arm64)$/.test(name);
/** The executable, for this machine or for another. */
async function buildProgram(target?: string): Promise<string> {
  if (target === undefined) {
    await buildExecutable(dist("shop-mcp"));
    return dist("shop-mcp");
  }
  if (!isTarget(target)) throw new Error(`${target} is no target: give one as bun-darwin-arm64`);
  const file = dist(target, target.includes("windows") ? "shop-mcp.exe" : "shop-mcp");
  await buildExecutable(file, target);
  await copyFile(join(root, "LICENSE"), dist(target, "LICENSE"));
  return file;
}

/** What there is to publish. Each gives the file that it has built. */
const packages: Record<string, (target?: string) => Promise<string | undefined>> = {
  npm: buildNpm,
  executable: buildProgram,
  mcpb: buildBundle,
  registry: buildRegistry,
  plugin: async () => join(root, "plugin/plugin.json"), // its folder is published as it is here
  docker: buildImage,
  wheel: buildWheel,
};

const formatSize = (bytes: number) =>
  bytes > 1e7 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;

async function main(argv: string[]): Promise<number> {
  const options = { check: { type: "boolean" }, target: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const names = positionals.length ? positionals : Object.keys(packages);
  for (const name of names) {
    const build = packages[name];
    if (!build) throw new Error(`${name} is no package: ${Object.keys(packages).join(", ")}`);
    const built = await build(values.target);
    const { size = 0 } = (built && statSync(built, { throwIfNoEntry: false })) || {};
    const file = built?.startsWith("/") ? relative(root, built) : built;
    console.log(
      `${name}: ${file ?? "NOT built, no Docker engine answers"}${size ? `, ${formatSize(size)}` : ""}`,
    );
  }
  console.log(`version ${version}`);
  if (!values.check) return 0;
  const tested = [...names, ...(positionals.length ? [] : ["release"])];
  return runTests(
    tested.map((name) => `tests/packages/${name}.ts`),
    { timeout: 120_000 },
  );
}

if (import.meta.main) await runScript("package", main);
