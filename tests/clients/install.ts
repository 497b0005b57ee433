/**
 * What the clients of each stack need, installed once from lock files into folders that git ignores.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { runOrThrow } from "../../scripts/django.ts";

export const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const folder = `${root}/tests/clients`;
const cache = `${folder}/.cache`;

export type Stack = "python" | "go" | "node" | "rust";

/** A program on the PATH, or where its installer puts it. */
const find = (name: string, ...elsewhere: string[]): string | undefined =>
  Bun.which(name) ?? elsewhere.find((file) => existsSync(file));

/** The program, if it runs: rustup leaves a `cargo` that has nothing to start until a toolchain is chosen. */
const startable = (path: string | undefined): string | undefined =>
  path && Bun.spawnSync([path, "--version"]).success ? path : undefined;

/** The programs that a stack cannot do without, each by its name, undefined where it is missing. */
export const toolchains: Record<Stack, () => Record<string, string | undefined>> = {
  python: () => ({ python3: find("python3") }),
  go: () => ({ go: find("go", "/usr/local/go/bin/go") }),
  node: () => ({ node: find("node") }),
  rust: () => ({ cargo: startable(find("cargo", `${homedir()}/.cargo/bin/cargo`)) }),
};

/** Installs what a lock file says, unless that has been done. */
async function once(lock: string, made: string, install: () => Promise<unknown>): Promise<void> {
  const record = Bun.file(`${made}.installed`);
  const wanted = await Bun.file(lock).text();
  if ((await record.exists()) && (await record.text()) === wanted) return;
  await install();
  await record.write(wanted);
}

const UV = "0.13.9"; // installs a hundred packages in seconds, where pip takes a minute
async function installPython(python: string): Promise<void> {
  const uv = `${root}/.venvs/uv`;
  if (!existsSync(`${uv}/bin/uv`)) {
    await runOrThrow([python, "-m", "venv", "--clear", uv]);
    await runOrThrow([`${uv}/bin/python`, "-m", "pip", "install", "--quiet", `uv==${UV}`]);
  }
  for (const name of ["modern", "handshake"]) {
    const [lock, venv] = [`${folder}/python/${name}.txt`, `${root}/.venvs/clients-${name}`];
    await once(lock, venv, async () => {
      await runOrThrow([`${uv}/bin/uv`, "venv", "--quiet", "--clear", "--python", python, venv]);
      const into = [
        "--python",
        `${venv}/bin/python`,
        "--compile-bytecode",
        "--require-hashes",
        lock,
      ];
      // The certificates of this machine, as pip takes them: an index may be behind a proxy of one's own.
      const env = { UV_SYSTEM_CERTS: "1" };
      await runOrThrow([`${uv}/bin/uv`, "pip", "sync", "--quiet", ...into], { env });
    });
  }
}

/** Each stack: installs its clients. @throws {Error} where that fails */
export const installers: Record<Stack, (programs: Record<string, string>) => Promise<unknown>> = {
  python: ({ python3 = "" }) => installPython(python3),
  go: ({ go = "" }) =>
    runOrThrow([go, "build", "-o", `${cache}/go-client`, "."], { cwd: `${folder}/go` }),
  node: () => {
    const [lock, command] = [`${folder}/node/bun.lock`, [process.execPath, "install"]];
    const install = () =>
      runOrThrow([...command, "--frozen-lockfile", "--silent"], { cwd: `${folder}/node` });
    return once(lock, `${folder}/node/node_modules/`, install);
  },
  rust: ({ cargo = "" }) => {
    const env = {
      CARGO_TARGET_DIR: `${cache}/rust`,
      PATH: `${dirname(cargo)}:${process.env["PATH"]}`,
    };
    return runOrThrow([cargo, "build", "--locked", "--quiet"], { cwd: `${folder}/rust`, env });
  },
};
