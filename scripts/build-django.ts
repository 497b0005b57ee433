/**
 * Builds `django/shop_mcp/`, the app for the Django side, as a wheel of the version in package.json:
 *
 * ```sh
 * bun run build:django                                # writes dist/django_shop_mcp-….whl
 * pip install dist/django_shop_mcp-….whl
 * ```
 *
 * @module
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../package.json";
import { makeWheelVenv, runOrThrow } from "./django.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Builds the wheel into dist/, and returns its path. */
export async function buildWheel(): Promise<string> {
  const python = await makeWheelVenv();
  const pip = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"];
  await runOrThrow([...pip, "--wheel-dir", join(root, "dist"), join(root, "django")]);
  return join(root, "dist", `django_shop_mcp-${version}-py3-none-any.whl`);
}

if (import.meta.main)
  try {
    const file = await buildWheel();
    console.log(`${relative(root, file)}: ${Math.ceil(Bun.file(file).size / 1024)} KiB`);
  } catch (error) {
    console.error(`build:django: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
