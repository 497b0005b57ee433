/** Somebody who has just installed a package: an empty home, a few programs, a shop to ask. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { ended } from "../../scripts/django.ts";
import { serveShop } from "../../scripts/shop.ts";

export const root = join(import.meta.dir, "../..");

/**
 * An empty home.
 * @param programs what is on the PATH there, and nothing else, by name; @default as this machine has it
 */
export function arrive(programs: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "newcomer-"));
  const [home, bin] = [join(folder, "home"), join(folder, "bin")];
  for (const made of [home, bin]) mkdirSync(made);
  for (const name of programs) {
    const path = name === "bun" || name === "bunx" ? process.execPath : Bun.which(name);
    if (!path) throw new Error(`${name} is missing on this machine`);
    symlinkSync(realpathSync(path), join(bin, name));
  }
  // Offline: what a package starts with, it brings.
  const env = {
    HOME: home,
    PATH: bin,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
  return {
    home,
    env,
    /** Runs a command there to its end. */
    run: (command: string[], more: Record<string, string> = {}) =>
      ended(["/usr/bin/env", "-i", ...assignments({ ...env, ...more }), ...command], { cwd: home }),
    /** Connects to a command as a host does. */
    async connect(command: string[], more: Record<string, string> = {}) {
      const client = new Client({ name: "newcomer", version: "1" });
      const [program = "", ...args] = command;
      const settings = { command: program, args, env: { ...env, ...more }, cwd: home };
      await client.connect(new StdioClientTransport({ ...settings, stderr: "ignore" }));
      return client;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
const assignments = (env: Record<string, string>) =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** The mock shop, and the settings that lead a server to it, as one of its customers. */
export function openShop() {
  const shop = serveShop();
  return {
    settings: { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" },
    [Symbol.asyncDispose]: async () => shop.stop(),
  };
}

/** What a customer would see first: a product, and the status of an order of theirs. Ends the connection. */
export async function look(client: Client) {
  const { tools } = await client.listTools();
  const call = async (name: string, args: object) =>
    (await client.callTool({ name, arguments: { ...args } })).structuredContent;
  const found = await call("search_products", { query: "apron" });
  const order = await call("get_order_status", { order_id: "1036" });
  await client.close();
  return { tools: tools.length, found, order };
}
/** What they see in the mock shop. */
export const SEEN = {
  tools: 16,
  found: { products: [{ product_id: "linen-apron" }] },
  order: { order_id: "1036", status: "shipped" },
};
