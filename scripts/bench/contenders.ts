/**
 * The contenders: what each is, how it is started, which era of the protocol it is loaded in. The versions are those
 * of their lockfiles. A contender that knows the modern era is loaded in that, since a client prefers it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { binary, contenders as folder, root, type Toolchain, toolchains } from "./install.ts";
import type { Era } from "./protocol.ts";

export interface Contender {
  /** As in --only. */
  name: string;
  /** As in the tables. */
  title: string;
  era: Era;
  needs?: Toolchain;
  command(port: number): string[];
  env?: Record<string, string>;
  cwd?: string;
  /** It answers only within a session. */
  session?: boolean;
}

/** A version from a manifest beside the contenders. */
function versionIn(manifest: string, line: RegExp): string {
  const [, version = "?"] = line.exec(readFileSync(`${folder}/${manifest}`, "utf8")) ?? [];
  return version;
}
const npm = (name: string) => versionIn("js/package.json", new RegExp(`"${name}": "(.*)"`));
const pypi = (name: string) =>
  versionIn("python/requirements.txt", new RegExp(`^${name}==(.*)`, "m"));
const go = (name: string) => versionIn("go/go.mod", new RegExp(`${name} v(.*)`));
const crate = (name: string) =>
  versionIn("rust/Cargo.toml", new RegExp(`^${name} = .*"=(.*?)"`, "m"));

const bun = process.execPath;
const js = (file: string) => `${folder}/js/${file}`;
const py = (file: string) => `${folder}/python/${file}`;

const thisServer = {
  title: "**django-shop-mcp**",
  command: (port: number) => [bun, `${root}/server.ts`, "--http", "--port", `${port}`],
  env: {
    DJANGO_API_TOKEN: "a-token-of-the-benchmark",
    SHOP_MCP_TOOLS: "search_products,get_order_status",
  },
};

/** This server, as a client of the modern era loads it. */
export const ours: Contender = { name: "ours", ...thisServer, era: "modern" };

/** All of them, the floor first. */
export const contenders: Contender[] = [
  {
    name: "floor",
    title: "the floor",
    era: "modern",
    command: () => [bun, `${folder}/floor.ts`],
  },
  ours,
  { name: "ours-legacy", ...thisServer, era: "legacy" },
  {
    name: "sdk2-bun",
    title: `SDK ${npm("@modelcontextprotocol/server")}, Bun`,
    era: "modern",
    needs: "bun",
    command: () => [bun, js("sdk2.js")],
  },
  {
    name: "sdk2-node",
    title: `SDK ${npm("@modelcontextprotocol/server")}, Node`,
    era: "modern",
    needs: "node",
    command: () => ["node", js("sdk2.js")],
  },
  {
    name: "sdk1-bun",
    title: `SDK ${npm("@modelcontextprotocol/sdk")}, Bun`,
    era: "legacy",
    needs: "bun",
    command: () => [bun, js("sdk1.js")],
  },
  {
    name: "sdk1-node",
    title: `SDK ${npm("@modelcontextprotocol/sdk")}, Node`,
    era: "legacy",
    needs: "node",
    command: () => ["node", js("sdk1.js")],
  },
  {
    name: "mcp-lite",
    title: `mcp-lite ${npm("mcp-lite")}, Bun`,
    era: "old",
    needs: "bun",
    command: () => [bun, js("mcp-lite.js")],
  },
  {
    name: "tmcp",
    title: `tmcp ${npm("tmcp")}, Bun`,
    era: "modern",
    needs: "bun",
    command: () => [bun, js("tmcp.js")],
  },
  {
    name: "fastmcp-ts",
    title: `fastmcp ${npm("fastmcp")}, Node`,
    era: "legacy",
    needs: "node",
    command: () => ["node", js("fastmcp.js")],
  },
  {
    name: "rmcp",
    title: `rmcp ${crate("rmcp")}, Rust`,
    era: "modern",
    needs: "rust",
    command: () => [binary.rmcp],
  },
  {
    name: "go-sdk",
    title: `go-sdk ${go("go-sdk")}, Go`,
    era: "modern",
    needs: "go",
    command: () => [binary.goSdk],
  },
  {
    name: "mcp-go",
    title: `mcp-go ${go("mcp-go")}, Go`,
    era: "modern",
    needs: "go",
    command: () => [binary.mcpGo],
  },
  {
    name: "mcp-py",
    title: `mcp ${pypi("mcp")}, Python`,
    era: "modern",
    needs: "python",
    command: () => [binary.python, py("mcp_example.py")],
  },
  {
    name: "fastmcp-py",
    title: `fastmcp ${pypi("fastmcp")}, Python`,
    era: "modern",
    needs: "python",
    command: () => [binary.python, py("fastmcp_example.py")],
  },
  {
    name: "django-mcpz",
    title: `django-mcpz ${pypi("django-mcpz")}, granian`,
    era: "modern",
    needs: "python",
    cwd: `${folder}/python`,
    command: (port) => [
      binary.granian,
      ...`--interface wsgi --host 127.0.0.1 --port ${port} --no-ws`.split(" "),
      "django_mcpz_example:application",
    ],
  },
];

/** Those of these names that can run here, prepared; the others are named aloud, with the reason. */
export async function prepare(names: string[]): Promise<{ ready: Contender[]; skipped: string[] }> {
  const unknown = names.find((name) => !contenders.some((contender) => contender.name === name));
  if (unknown)
    throw new Error(
      `no contender is called ${unknown}: ${contenders.map((c) => c.name).join(", ")}`,
    );
  const chosen = contenders.filter(({ name }) => names.includes(name));
  const skipped: string[] = [];
  const missing = new Map<Toolchain, string>();
  for (const needs of new Set(chosen.flatMap((contender) => contender.needs ?? [])))
    await toolchains[needs]().catch((error: Error) => {
      missing.set(needs, error.message.split("\n").slice(0, 4).join(" "));
    });
  const ready = chosen.filter(({ name, needs }) => {
    const reason = needs && missing.get(needs);
    if (reason) skipped.push(`${name}: ${reason}`);
    return !reason;
  });
  return { ready, skipped };
}
