/** How hosts start this copy of the server: from a clone by Bun, as the package from npm, or as an executable. */
import { posix } from "node:path";
import type { Secret, ServerLaunch } from "./hosts.ts";

/** Where the server is, and what starts it. */
export type Installation =
  | { kind: "clone"; folder: string; bun: string }
  | { kind: "package"; spec: string; npx: Npx }
  | { kind: "executable"; program: string };
/** npx, which reads `.npmrc` in its prefix, and would otherwise read it in whatever folder a host stands in. */
export interface Npx {
  /** Where it is, for a host that does not find it by its name. */
  path?: string;
  prefix: string;
  isWindows: boolean;
}
/** The installation for this host: one in a terminal finds npx by its name. */
export const installationFor = (installation: Installation, isDesktop: boolean): Installation =>
  installation.kind === "package" && !isDesktop
    ? { ...installation, npx: { ...installation.npx, path: undefined } }
    : installation;
/** What is served: the demo shop, or the shop at an address, with further flags of the server. */
export type Served =
  { kind: "demo" } | { kind: "shop"; url: string; flags: string[]; secrets: Secret[] };

/**
 * A command that starts npx, and where that finds node. Windows starts programs, and npx is a script there. A desktop's
 * PATH has the system's folders only, so a host there needs the path.
 */
function startNpx(
  { path, prefix, isWindows }: Npx,
  args: string[],
): { command: string; args: string[]; env: Record<string, string> } {
  const all = [`--prefix=${prefix}`, "-y", ...args];
  if (isWindows) return { command: "cmd", args: ["/c", "npx", ...all], env: {} };
  if (path === undefined) return { command: "npx", args: all, env: {} };
  return { command: path, args: all, env: { PATH: `${posix.dirname(path)}:/usr/bin:/bin` } };
}

/** The server as a command. */
export function launchServer(installation: Installation, served: Served): ServerLaunch {
  const isDemo = served.kind === "demo";
  const env: Record<string, string> = isDemo ? {} : { DJANGO_API_BASE: served.url };
  const secrets = isDemo ? [] : served.secrets;
  const flags = isDemo ? [] : served.flags;
  if (installation.kind === "clone") {
    const { folder, bun } = installation;
    const program = isDemo ? ["run", "demo", "--stdio"] : ["server.ts", ...flags];
    return { kind: "stdio", command: bun, args: [`--cwd=${folder}`, ...program], env, secrets };
  }
  const args = isDemo ? ["demo", "--stdio"] : flags;
  if (installation.kind === "executable")
    return { kind: "stdio", command: installation.program, args, env, secrets };
  const { spec, npx } = installation;
  const started = startNpx(npx, [spec, ...args]);
  return { kind: "stdio", ...started, env: { ...env, ...started.env }, secrets };
}

/** mcp-remote reaches an address for a host that takes commands only. */
export function bridge(server: ServerLaunch, npx: Npx): ServerLaunch {
  if (server.kind === "stdio") return server;
  const { url, bearer } = server;
  const header = bearer ? ["--header", `Authorization:Bearer \${${bearer.variable}}`] : [];
  const args = ["mcp-remote@0.15.1", url, ...header];
  return { kind: "stdio", ...startNpx(npx, args), secrets: bearer ? [bearer] : [] };
}
