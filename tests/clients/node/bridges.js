/** Programs that stand between a client and the server, and turn one transport into the other. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = (name) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

/** mcp-remote: to a host that speaks only stdio it is the server. */
const mcpRemote =
  (...options) =>
  async ({ url }) => {
    const args = [program("mcp-remote/dist/proxy.js"), url, ...options];
    const { PATH, MCP_REMOTE_CONFIG_DIR } = process.env;
    const env = { PATH, MCP_REMOTE_CONFIG_DIR };
    return { server: { command: process.execPath, args, env }, end() {} };
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
