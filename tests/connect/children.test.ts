/** The program as a child: under Bun in a clone, and as a bundle under Node; and the command that it has written. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NAME, VERSION } from "../../settings.ts";

const root = dirname(dirname(import.meta.dir));
const program = join(root, "scripts", "connect", "connect.ts");
const base = mkdtempSync(join(tmpdir(), "connect-child-"));
afterAll(() => rmSync(base, { recursive: true }));

/** A home of its own, and what a child there has for an environment. */
function makeHome(name: string) {
  const home = join(base, name);
  mkdirSync(home);
  return { home, env: { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin" } };
}
async function spawn(command: string[], env: Record<string, string>, stdin = "") {
  const child = Bun.spawn(command, {
    cwd: base,
    env,
    stdin: Buffer.from(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}

test("writes a command that starts the demo shop from any folder, with a short PATH", async () => {
  const { home, env } = makeHome("Mia Lindqvist ö");
  const { code, out } = await spawn([process.execPath, program, "cursor", "--demo", "--yes"], env);
  expect(out).toContain("Written.");
  expect(code).toBe(0);
  const { shop } = JSON.parse(readFileSync(join(home, ".cursor/mcp.json"), "utf8")).mcpServers;
  expect(shop.args).toContain(`--cwd=${root}`);
  const request = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  };
  const shortPath = { ...env, PATH: "/usr/bin:/bin" };
  const demo = await spawn([shop.command, ...shop.args], shortPath, `${JSON.stringify(request)}\n`);
  expect(JSON.parse(demo.out)).toMatchObject({ id: 1, result: { serverInfo: { name: NAME } } });
});

test("shows an entry of others without what a terminal would obey", async () => {
  const { home, env } = makeHome("terminal");
  const command = "\u009b2J\u001b[31m\u202e";
  mkdirSync(join(home, ".cursor"));
  writeFileSync(
    join(home, ".cursor/mcp.json"),
    JSON.stringify({ mcpServers: { shop: { command } } }),
  );
  const args = [program, "cursor", "--demo", "--yes"];
  const { out } = await spawn([process.execPath, ...args], env);
  expect(out).toContain("<U+009B>2J");
  expect(out).toContain("<U+202E>");
  expect(out).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--\n]/v);
});

test("asks nobody where nobody is", async () => {
  const { env } = makeHome("nobody");
  const { code, out } = await spawn([process.execPath, program, "cursor", "--demo"], env, "y\n");
  expect(out).toContain("Add --yes.");
  expect(code).toBe(1);
});

test("runs under Node as a bundle, where it writes the package from npm", async () => {
  const { home, env } = makeHome("node");
  const entry = join(base, "entry.ts");
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    files: {
      [entry]: `import { connect, surroundings } from ${JSON.stringify(program)};
        process.exitCode = await connect(process.argv.slice(2), surroundings());`,
    },
    target: "node",
    outdir: join(base, "package", "dist"),
    naming: "connect.mjs",
  });
  expect(outputs.length).toBe(1);
  const bundle = join(base, "package", "dist", "connect.mjs");
  const args = ["codex", "goose", "cursor", "--demo", "--yes"];
  const { code, out, err } = await spawn(["node", bundle, ...args], env);
  expect(err).toBe("");
  expect(out).toContain("Written.");
  expect(code).toBe(0);
  const { shop } = JSON.parse(readFileSync(join(home, ".cursor/mcp.json"), "utf8")).mcpServers;
  const spec = `${NAME}@${VERSION}`;
  expect(shop.args).toEqual(["--prefix=/", "-y", spec, "demo", "--stdio"]);
  expect(readFileSync(join(home, ".codex/config.toml"), "utf8")).toContain(`"${spec}"`);
  expect(readFileSync(join(home, ".config/goose/config.yaml"), "utf8")).toContain(spec);
  const removed = await spawn(["node", bundle, "codex", "--remove", "--yes"], env);
  expect(removed.code).toBe(0);
});
