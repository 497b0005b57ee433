/** A real PostgreSQL on loopback, with a database of its own. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOrThrow } from "../../../scripts/django.ts";
import { freePort } from "./redis.ts";

const [bin] = Array.from(new Bun.Glob("/usr/lib/postgresql/*/bin/postgres").scanSync("/"))
  .toSorted()
  .reverse();
/** Whether this machine has one, as Debian installs it. */
export const HAS_POSTGRES = bin !== undefined;
/** It refuses to run as root. */
const asOther = process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--"] : [];

export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  const program = (name: string) => join(bin ?? "", "..", name);
  if (asOther.length) await runOrThrow(["chown", "postgres", folder]);
  chmodSync(folder, 0o755);
  const init = [
    program("initdb"),
    "-D",
    data,
    "-U",
    "shop",
    "--auth",
    "trust",
    "--no-sync",
    "-E",
    "UTF8",
  ];
  await runOrThrow([...asOther, ...init], { cwd: "/" });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    fsync: "off",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = Bun.spawn([...asOther, program("postgres"), "-D", data, ...args], {
    cwd: "/",
    stdout: "ignore",
    stderr: "pipe",
  });
  let printed = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream()))
    if ((printed += chunk).includes("ready to accept connections")) break;
  if (!printed.includes("ready to accept connections"))
    throw new Error(`PostgreSQL did not start:\n${printed}`);
  const connect = ["-h", "127.0.0.1", "-p", `${port}`, "-U", "shop"];
  await runOrThrow([program("createdb"), ...connect, "shop"], { cwd: "/" });
  return {
    url: `postgres://shop@127.0.0.1:${port}/shop`,
    /** What a query gives, as lines. */
    query: (sql: string) =>
      runOrThrow([program("psql"), ...connect, "-At", "-c", sql, "shop"], { cwd: "/" }),
    async [Symbol.asyncDispose]() {
      await runOrThrow([...asOther, program("pg_ctl"), "-D", data, "-m", "immediate", "stop"], {
        cwd: "/",
      });
      await child.exited;
      rmSync(folder, { recursive: true });
    },
  };
}
