/**
 * CVE-2026-63119, CVE-2026-53937, GHSA-wqgc-pwpr-pq7r, GHSA-655q-2283-6jgj: a line of stdin that never ends fills the
 * memory. Here it is read no further than 10 MB, which is said.
 */
import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { NO_SHOP, rpc } from "../hosts/start-program.ts";

const MIB = 1024 * 1024;
const piece = Buffer.alloc(256 * 1024, "x");

test.each([
  ["at the start", ""],
  ["after a message", `${JSON.stringify(rpc(1, "ping"))}\n`],
  ["within a message", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'],
])("a line without end %s is not read to its end", async (_, start) => {
  const program = new URL("../../server.ts", import.meta.url).pathname;
  const env = { ...process.env, ...NO_SHOP };
  const child = spawn(process.execPath, [program], { env, stdio: ["pipe", "ignore", "pipe"] });
  let [taken, said, isOver] = [0, "", false];
  child.stderr.on("data", (text) => (said += text));
  child.stdin.on("error", () => {}); // it is closed on us, as it should
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  void ended.then(() => (isOver = true));
  child.stdin.write(start);
  while (!isOver && taken < 256 * MIB) {
    const isTaken = new Promise<void>((resolve) => child.stdin.write(piece, () => resolve()));
    await Promise.race([isTaken, ended]);
    taken += piece.length;
  }
  child.stdin.destroy();
  expect(await ended).toBe(1);
  expect(said).toContain("A line on stdin exceeds 10 MB, so nothing more is read.");
  expect(taken).toBeLessThan(32 * MIB);
});
