/**
 * What contenders need beside this repository, installed once from lockfiles into folders that git ignores. Whatever
 * is missing here, a toolchain or the network, only skips those contenders, aloud.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { install, runOrThrow } from "../django.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const root = path("../..");
export const contenders = path("contenders");
const cache = path(".cache");
export const venv = path("../../.venvs/bench");

/** Installs what a folder's lockfile for Bun says, unless that has been done. */
export async function installNpm(folder: string): Promise<void> {
  const installed = Bun.file(`${folder}/node_modules/.installed`);
  const wanted = await Bun.file(`${folder}/bun.lock`).text();
  if ((await installed.exists()) && (await installed.text()) === wanted) return;
  await runOrThrow([process.execPath, "install", "--frozen-lockfile", "--silent"], { cwd: folder });
  await installed.write(wanted);
}

/** A program on the PATH or where its installer puts it. @throws {Error} where there is none */
function find(name: string, ...elsewhere: string[]): string {
  const found = Bun.which(name) ?? elsewhere.find((file) => existsSync(file));
  if (!found) throw new Error(`${name} is not installed`);
  return found;
}

/** Each toolchain: what prepares its contenders. Throws where it cannot. */
export const toolchains = {
  bun: () => installNpm(`${contenders}/js`),
  async node() {
    find("node");
    await installNpm(`${contenders}/js`);
  },
  async python() {
    find("python3");
    const file = `${contenders}/python/requirements.txt`;
    await install({ title: "the contenders in Python", file, venv });
  },
  async go() {
    const go = find("go", "/usr/local/go/bin/go");
    const build = [go, "build", "-trimpath", "-o", `${cache}/go/`, "./go-sdk", "./mcp-go"];
    await runOrThrow(build, { cwd: `${contenders}/go` });
  },
  async rust() {
    const cargo = find("cargo", `${homedir()}/.cargo/bin/cargo`);
    const env = { CARGO_TARGET_DIR: `${cache}/rust`, PATH: `${process.env["PATH"]}:${cargo}/..` };
    const cwd = `${contenders}/rust`;
    await runOrThrow([cargo, "build", "--release", "--locked", "--quiet"], { cwd, env });
  },
};
export type Toolchain = keyof typeof toolchains;

export const binary = {
  python: `${venv}/bin/python`,
  granian: `${venv}/bin/granian`,
  goSdk: `${cache}/go/go-sdk`,
  mcpGo: `${cache}/go/mcp-go`,
  rmcp: `${cache}/rust/release/rmcp-contender`,
};
