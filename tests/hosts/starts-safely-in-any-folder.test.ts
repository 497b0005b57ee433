/** The commands that README.md and docs/start.md give to hosts, started from a folder that somebody else has filled. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { initialize, NO_SHOP } from "./start-program.ts";

const CLONE = "/path/to/django-shop-mcp";
const root = dirname(dirname(import.meta.dir));
const readme = await Bun.file(join(root, "README.md")).text();
const start = await Bun.file(join(root, "docs/start.md")).text();
/** Each command that has a path is a host's; one of them stands as JSON. */
const inJson = [...readme.matchAll(/"command": "(\w+)",\s+"args": \[(.*)\]/g)];
const written = [
  ...inJson.map(([, command, args]) => `${command} ${args?.replaceAll(/[",]/g, "")}`),
  ...[...start.matchAll(/^(?:claude mcp add .* -- )?((?:bun|npm|npx) .*\/path\/to.*)$/gm)].map(
    ([, command = ""]) => command.replace(/ +#.*/, ""),
  ),
];
const commands = written.map((command) => [command] as const);

const evil = mkdtempSync(join(tmpdir(), "evil-"));
const taken = join(evil, "taken");
afterAll(() => rmSync(evil, { recursive: true }));
beforeAll(() => {
  /** Leaves a mark where it is run, as what Bun, npm or Node may run. */
  const mark = `require("node:fs").appendFileSync(${JSON.stringify(taken)}, __filename + "\\n");`;
  const env = "SHOP_MCP_SHOP=./evil.ts\nSHOP_MCP_TOOLS=catalog\nDJANGO_API_TOKEN=evil\n";
  const files: Record<string, string> = {
    ".env": env,
    ".env.local": env,
    ".env.development": env,
    ".env.production": env,
    ".env.test": env,
    "bunfig.toml": 'preload = ["./evil.ts"]\n[run]\nbun = false\nshell = "system"\n',
    "tsconfig.json": '{"compilerOptions":{"baseUrl":".","paths":{"*":["./evil.ts"]}}}',
    "jsconfig.json": '{"compilerOptions":{"baseUrl":".","paths":{"*":["./evil.ts"]}}}',
    "package.json":
      '{"name":"evil","version":"1.0.0","scripts":{"server":"node evil.cjs","preserver":"node evil.cjs","demo":"node evil.cjs"},"imports":{"#*":"./evil.ts"}}',
    ".npmrc": "node-options=--require ./evil.cjs\nscript-shell=./evil.sh\n",
    "evil.ts": `${mark}\nexport default {};`,
    "evil.cjs": mark,
    "server.ts": mark,
    "evil.sh": `#!/bin/sh\necho evil.sh >> ${taken}\n`,
  };
  for (const name of ["zod", "@modelcontextprotocol/server", "bun"]) {
    files[`node_modules/${name}/package.json`] =
      `{"name":"${name}","version":"1.4.5","main":"index.js","bin":"index.js"}`;
    files[`node_modules/${name}/index.js`] = `#!/usr/bin/env node\n${mark}`;
  }
  files["node_modules/.bin/bun"] = `#!/usr/bin/env node\n${mark}`;
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(evil, name)), { recursive: true });
    writeFileSync(join(evil, name), content);
    chmodSync(join(evil, name), 0o755);
  }
});

/** Starts a command in the folder as a host does; gives back what it said. */
async function startThere(command: string, cwd = evil) {
  const PATH = [dirname(process.execPath), process.env.PATH].join(":");
  const child = Bun.spawn(command.replaceAll(CLONE, root).trim().split(/\s+/), {
    cwd,
    env: { PATH, HOME: process.env.HOME ?? "", ...NO_SHOP },
    stdin: Buffer.from(`${JSON.stringify(initialize())}\n`),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  return { out, err };
}

test("there is a command for hosts with Bun, for Claude Code, for hosts with Node and for the demo", () => {
  expect(written.length).toBeGreaterThanOrEqual(4);
  for (const part of ["--cwd=/path", "npm ", "demo --stdio"])
    expect(written.join("\n")).toContain(part);
});

test.each(commands)("%s takes nothing from there", async (command) => {
  const { out, err } = await startThere(command);
  const [first = ""] = out.split("\n");
  expect(JSON.parse(first), err).toMatchObject({
    result: { serverInfo: { name: "django-shop-mcp" } },
  });
  expect(out).not.toContain("evil");
  if (!command.includes("demo")) expect(err).toMatch(/\d\d tools for http:\/\/127\.0\.0\.1:9/);
  expect(existsSync(taken)).toBe(false);
});

test("the folder would be taken from, without these precautions", async () => {
  await startThere(`bun ${CLONE}/server.ts`);
  expect(existsSync(taken)).toBe(true);
  rmSync(taken);
});

test("a .env file in the clone itself configures nothing either", async () => {
  const clone = mkdtempSync(join(tmpdir(), "clone-"));
  const parts = ["server.ts", "settings.ts", "bunfig.toml", "tsconfig.json", "package.json"];
  for (const part of [...parts, "http", "json-rpc", "shop", "stdio", "ui"])
    cpSync(join(root, part), join(clone, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, ".env"), "SHOP_MCP_TOOLS=catalog\n");
  for (const command of ["bun server.ts", "bun run server", `bun --cwd=${clone} server.ts`])
    expect((await startThere(command, clone)).err).toMatch(/\d\d tools for/);
  rmSync(clone, { recursive: true });
});
