/** Programs that stand between a client and the server, and turn one transport into the other. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = (name) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

/** mcp-remote: to a host that speaks only stdio it is the server. */
const mcpRemote =
  () =>
  async ({ url }) => {
    const folder = mkdtempSync(join(tmpdir(), "mcp-remote-"));
    const env = { PATH: process.env.PATH, MCP_REMOTE_CONFIG_DIR: folder }; // not in the user's home
    return {
      server: { command: process.execPath, args: [program("mcp-remote/dist/proxy.js"), url], env },
      end: () => rmSync(folder, { recursive: true }),
    };
  };

/** supergateway: it serves a server that speaks only stdio over HTTP. */
const supergateway =
  (...options) =>
  async ({ command, args, env }) => {
    const stdio = [command, ...args].map((part) => `'${part}'`).join(" ");
    const given = ["--stdio", stdio, "--outputTransport", "streamableHttp", "--port", "0"];
    const more = ["--logLevel", "none", ...options];
    const loopback = fileURLToPath(new URL("loopback.js", import.meta.url));
    const child = fork(program("supergateway/dist/index.js"), [...given, ...more], {
      env,
      execArgv: ["--import", loopback],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [port] = await once(child, "message");
    return {
      server: { url: `http://127.0.0.1:${port}/mcp` },
      async end() {
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  };

export const bridges = { mcpRemote, supergateway };
