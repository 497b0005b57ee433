/**
 * Opens the official MCP Inspector, at the version that package.json pins, on the server in front of the mock shop.
 *
 * ```sh
 * bun run inspect             # in a browser, over stdio, in the modern era (2026-07-28)
 * bun run inspect --http      # over Streamable HTTP
 * bun run inspect --legacy    # with the handshake of 2025-11-25, as most hosts have it today
 * bun run inspect:ci          # its command line instead: what scripts/inspect-ci.ts checks
 * ```
 *
 * The Inspector is written for Node 22.19. Where this machine has that, it runs there, else under Bun.
 *
 * @see https://github.com/modelcontextprotocol/inspector
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openShop, serveHttp, settingsSchema } from "../server.ts";
import { freePort } from "./free-port.ts";
import { serveShop } from "./shop.ts";

const HELP = `bun run inspect [--http] [--legacy] [--port N]

  --http      over Streamable HTTP instead of stdio
  --legacy    in the handshake era (2025-11-25) instead of the modern one (2026-07-28)
  --port N    where the Inspector serves its page [6274, or another where that is taken]`;

const path = (file: string) => Bun.fileURLToPath(import.meta.resolve(`../${file}`));
/** The program of the pinned Inspector, for Node or Bun. */
export const LAUNCHER = path(
  "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
);
const OLDEST_NODE = "22.19.0";

/** What runs the Inspector: Node at this path where its version is new enough, else the Bun that runs this. */
export const chooseRuntime = (node: string | null, version: string): string =>
  node && Bun.semver.satisfies(version, `>=${OLDEST_NODE}`) ? node : process.execPath;
function findRuntime(): string {
  const node = Bun.which("node");
  const version = node ? Bun.spawnSync([node, "--version"]).stdout.toString() : "";
  return chooseRuntime(node, version.trim().slice(1));
}

export type Transport = "stdio" | "http";
export type Era = "modern" | "legacy";
/** A server as a file of the Inspector's names it. */
export type ServerEntry =
  | { command: string; args: string[]; env: Record<string, string> }
  | { type: "streamable-http"; url: string };

/** The server in front of a mock shop of its own, as this customer or clerk. */
export function openDemo(transport: Transport, token: string) {
  const shop = serveShop();
  if (transport === "stdio") {
    const env = { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: token };
    const entry: ServerEntry = { command: process.execPath, args: [path("server.ts")], env };
    return { entry, stop: () => shop.stop() };
  }
  const settings = { django_api_base: shop.url, django_api_token: token };
  const server = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const entry: ServerEntry = { type: "streamable-http", url: server.url };
  return { entry, stop: async () => void (await server.stop(), await shop.stop()) };
}

/**
 * The Inspector on one server, which it calls demo-shop, with a home of its own: nothing is kept, nor put into a keychain.
 * `command` starts it, with the arguments of its mode.
 */
export function inspectorFor(entry: ServerEntry, era: Era) {
  const home = mkdtempSync(join(tmpdir(), "inspector-"));
  const config = join(home, "mcp.json");
  const servers = { mcpServers: { "demo-shop": { ...entry, protocolEra: era } } };
  const written = Bun.write(config, JSON.stringify(servers));
  const runtime = findRuntime();
  const env = { MCP_STORAGE_DIR: home, MCP_INSPECTOR_SECRET_STORE: "memory" };
  return {
    /** The command and the environment that start it in a mode. */
    async launch(mode: "web" | "cli", args: string[] = []) {
      await written;
      const cmd = [runtime, LAUNCHER, `--${mode}`, "--config", config, ...args];
      return { cmd, env: { ...process.env, ...env } };
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** A port for its page, which takes no 0. */
function choosePort(wanted: number): string {
  try {
    return String(freePort(wanted));
  } catch {
    console.error(`inspect: port ${wanted} is taken; another one is used.`);
    return String(freePort());
  }
}

function readOptions(args: string[]) {
  const options = {
    http: { type: "boolean", default: false },
    legacy: { type: "boolean", default: false },
    port: { type: "string", default: "6274" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const { values } = parseArgs({ args, options });
  const port = settingsSchema.shape.port.safeParse(values.port);
  if (!port.success) throw new Error(`--port must be from 0 to 65535; got "${values.port}".`);
  return { ...values, port: port.data };
}

async function main(args: string[]): Promise<number> {
  const { http, legacy, port, help } = readOptions(args);
  if (help) return (console.log(HELP), 0);
  const demo = openDemo(http ? "http" : "stdio", "demo-mia");
  const inspector = inspectorFor(demo.entry, legacy ? "legacy" : "modern");
  const { cmd, env } = await inspector.launch("web");
  const over = "url" in demo.entry ? demo.entry.url : "stdio";
  console.error(
    `inspect: the demo shop as Mia, over ${over}, in the ${legacy ? "handshake" : "modern"} era. Ctrl-C ends it.`,
  );
  const stdio = ["ignore", "inherit", "inherit"] as const;
  const CLIENT_PORT = choosePort(port);
  const child = Bun.spawn(cmd, {
    env: { ...env, HOST: "127.0.0.1", CLIENT_PORT },
    stdio: [...stdio],
  });
  let isStopped = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => ((isStopped = true), child.kill(signal)));
  const code = await child.exited;
  inspector.remove();
  await demo.stop();
  return isStopped ? 0 : code;
}

if (import.meta.main)
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    console.error(`inspect: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
