/** `bun run cve` gives no verdict where it was not let in: a token that is refused, or no MCP server at all. */
import { expect, test } from "bun:test";
import { join } from "node:path";

const script = join(import.meta.dir, "../../scripts/cve.ts");
async function run(...args: string[]) {
  const child = Bun.spawn([process.execPath, script, ...args], {
    stdout: "pipe",
    stderr: "pipe",
    env: { CVE_READ_TOKEN: "of-yesterday" },
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { out, err, code: await child.exited };
}
/** A server that knows one token, and nothing besides `/mcp`. */
const server = () =>
  Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url, headers }) => {
      const status = headers.get("authorization") === "Bearer good" ? 200 : 401;
      return new Response("{}", { status: url.endsWith("/mcp") ? status : 404 });
    },
  });

test("a token that is refused is named by its flag, not by itself", async () => {
  using mcp = server();
  const { out, err, code } = await run("--url", `${mcp.url}mcp`, "--token", "good");
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toBe("cve: the token of --read-token is refused: HTTP 401\n");
});
test("where there is no MCP endpoint, nothing is called open or closed", async () => {
  using mcp = server();
  const { out, err, code } = await run("--url", mcp.url.href);
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toBe(`cve: no MCP endpoint is at ${mcp.url}: HTTP 404\n`);
});
test("an address without http is none", async () => {
  const { out, code } = await run("--url", "localhost:3000/mcp");
  expect({ code, isHelp: out.startsWith("bun run cve --url URL") }).toEqual({
    code: 2,
    isHelp: true,
  });
});
