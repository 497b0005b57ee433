/**
 * CVE-2026-63119, CVE-2026-53937, GHSA-wqgc-pwpr-pq7r, GHSA-655q-2283-6jgj: a line of stdin that never ends fills the
 * memory. Here it is read no further than 10 MB, which is said.
 */
import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_SHOP, rpc } from "../hosts/start-program.ts";

const MIB = 1024 * 1024;
const piece = Buffer.alloc(64 * 1024, "x");
const folder = mkdtempSync(join(tmpdir(), "endless-line-"));
afterAll(() => rmSync(folder, { recursive: true }));
const program = new URL("../../server.ts", import.meta.url).pathname;

test.each([
  ["at the start", ""],
  ["after a message", `${JSON.stringify(rpc(1, "ping"))}\n`],
  ["within a message", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'],
])("a line without end %s is not read to its end", async (what, start) => {
  const pipe = join(folder, what.replaceAll(" ", "-"));
  Bun.spawnSync(["mkfifo", pipe]);
  const server = Bun.spawn(["sh", "-c", `exec "${process.execPath}" "${program}" < "${pipe}"`], {
    env: { ...process.env, ...NO_SHOP },
    stdout: "ignore",
    stderr: "pipe",
  });
  const end = openSync(pipe, "w"); // waits for the server; and so does each write, while the pipe is full
  let taken = 0;
  writeSync(end, start);
  try {
    while (taken < 256 * MIB) taken += writeSync(end, piece);
  } catch {} // EPIPE: nobody reads any more
  closeSync(end);
  expect(await server.exited).toBe(1);
  expect(await server.stderr.text()).toContain(
    "A line on stdin exceeds 10 MB, so nothing more is read.",
  );
  expect(taken).toBeGreaterThan(9 * MIB);
  expect(taken).toBeLessThan(32 * MIB);
});
