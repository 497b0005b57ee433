/** An installed host with an empty home, a model, a shop and a server of its own, all on loopback. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { serveShop } from "../../scripts/shop.ts";
import { isWrite, openFaultProxy } from "../harness/fault-proxy.ts";
import type { TestedHost } from "./hosts.ts";
import { type Script, serveModel } from "./model.ts";
import { play, type Said } from "./programs.ts";

const CONNECT = new URL("../../scripts/connect/connect.ts", import.meta.url).pathname;
export const TOKEN = "demo-mia";
/** A closed port, in the place of the network. */
const NOWHERE = "http://127.0.0.1:9";

const VERSION = "io.modelcontextprotocol/protocolVersion";
/** The revision in a message: in the handshake, or, since 2026-07-28, in each request. */
const revisionIn = z.union([
  z
    .object({ params: z.object({ protocolVersion: z.string() }) })
    .transform(({ params }) => params.protocolVersion),
  z
    .object({ params: z.object({ _meta: z.object({ [VERSION]: z.string() }) }) })
    .transform(({ params }) => params._meta[VERSION]),
]);

/** The server over HTTP, and the revisions of the protocol that it is spoken to in. */
function serveShopOverHttp(shop: string) {
  const settings = { django_api_base: shop, django_api_token: TOKEN };
  const server = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const revisions = new Set<string>();
  const front = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { method, headers } = request;
      const body = method === "POST" ? await request.text() : undefined;
      const { data: revision } = revisionIn.safeParse(body && JSON.parse(body));
      if (revision !== undefined) revisions.add(revision);
      headers.delete("host");
      return fetch(server.url, { method, headers, ...(body !== undefined && { body }) });
    },
  });
  return {
    url: `${front.url.origin}/mcp`,
    revisions: () => [...revisions].toSorted(),
    stop: async () => void (await front.stop(true), await server.stop()),
  };
}

/** A shop, and the server over HTTP in front of it. */
async function openShopToHost() {
  const shop = serveShop();
  const proxy = await openFaultProxy(shop.url, () => {});
  const server = serveShopOverHttp(proxy.url);
  return {
    url: proxy.url,
    server,
    /** The requests that changed something since the last call. */
    takeWrites: () =>
      proxy.noted
        .splice(0)
        .filter(isWrite)
        .map(({ line }) => line),
    async stop() {
      await server.stop();
      proxy.stop();
      await shop.stop();
    },
  };
}

/** Homes that are in use: they go when we do. */
const homes = new Set<string>();
const remove = (home: string) => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
process.on("exit", () => homes.forEach(remove));

/**
 * An empty home for one host, with a server, a shop and a model of its own.
 *
 * @param programs folders of the programs that are on its PATH
 */
export async function openHome(name: string, host: TestedHost, programs: string[]) {
  let shop = await openShopToHost();
  const home = mkdtempSync(join(tmpdir(), `host-${name}-`));
  homes.add(home);
  let script: Script = () => ({ say: "" });
  const model = serveModel({
    script: (results) => script(results),
    ...("run" in host && { search: host.search, reach: host.reach }),
  });
  for (const [path, text] of Object.entries(host.files?.(model.url) ?? {}))
    await Bun.write(join(home, path), text);
  const cwd = join(home, "work");
  await Bun.write(join(cwd, "notes.txt"), "Nothing yet.\n");
  const env = {
    PATH: [...programs, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: home,
    TMPDIR: home,
    LANG: "C.UTF-8",
    TERM: "dumb",
    NODE_USE_ENV_PROXY: "1",
    ALL_PROXY: NOWHERE,
    HTTP_PROXY: NOWHERE,
    HTTPS_PROXY: NOWHERE,
    NO_PROXY: "127.0.0.1,localhost",
    DJANGO_API_TOKEN: TOKEN,
    ...host.env(model.url),
  };
  let log = "";
  const start = async (command: string[], said?: Said) => {
    const { printed, ...rest } = await play({ command, cwd, env }, said);
    const text = Bun.stripANSI(printed);
    log += `$ ${command.join(" ")}\n${text}\n`;
    return { text, ...rest };
  };
  async function connect(args: string[]) {
    const { code } = await start([process.execPath, CONNECT, name, ...args, "--yes"]);
    if (code !== 0) throw new Error(`connect ${name} failed:\n${log}`);
  }
  return {
    model,
    /** Has `bun run connect` write the host's file, for a shop in which nothing happened yet. */
    async connect(transport: "stdio" | "http") {
      await shop.stop();
      shop = await openShopToHost();
      await connect(transport === "stdio" ? ["--url", shop.url] : ["--http", shop.server.url]);
    },
    /** Has it take the server out again. */
    disconnect: () => connect(["--remove"]),
    serverUrl: () => shop.server.url,
    run: async (args: string[]) => (await start([host.program, ...args])).text,
    async talk(said: Omit<Said, "model">) {
      const command = [host.program, ...said.talk.args];
      const { questions, approvals } = await start(command, { ...said, model: model.url });
      return { questions, approvals };
    },
    /** What the model does from now on. */
    follow: (other: Script) => void (script = other),
    takeWrites: () => shop.takeWrites(),
    revisions: () => shop.server.revisions(),
    printed: () => log,
    async [Symbol.asyncDispose]() {
      await Promise.all([model.stop(), shop.stop()]);
      remove(home);
      homes.delete(home);
    },
  };
}
export type Home = Awaited<ReturnType<typeof openHome>>;
