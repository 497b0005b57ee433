/** How hosts start this copy of the server: from a clone by Bun, as the package from npm, or as an executable. */
import type { Secret, ServerLaunch } from "./hosts.ts";

/** Where the server is, and what starts it. */
export type Installation =
  | { kind: "clone"; folder: string; bun: string }
  | { kind: "package"; spec: string; npx: Npx }
  | { kind: "executable"; program: string };
/** npx, which reads `.npmrc` in its prefix, and would otherwise read it in whatever folder a host stands in. */
export interface Npx {
  /** Its path, or its name where the host finds it by itself. */
  command: string;
  prefix: string;
  isWindows: boolean;
}
/** What is served: the demo shop, or the shop at an address, with further flags of the server. */
export type Served =
  { kind: "demo" } | { kind: "shop"; url: string; flags: string[]; secrets: Secret[] };

/** A command that starts npx. Windows starts programs, and npx is a script there. */
const npxCommand = ({ command, prefix, isWindows }: Npx, args: string[]) => {
  const all = [`--prefix=${prefix}`, "-y", ...args];
  return isWindows ? { command: "cmd", args: ["/c", "npx", ...all] } : { command, args: all };
};
/** Directories where npx finds node: a desktop's PATH seldom has them. */
const pathFor = ({ command, isWindows }: Npx): Record<string, string> => {
  const folder = command.slice(0, Math.max(command.lastIndexOf("/"), 0));
  return isWindows || !folder ? {} : { PATH: `${folder}:/usr/local/bin:/usr/bin:/bin` };
};

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
  const started = npxCommand(npx, [spec, ...args]);
  return { kind: "stdio", ...started, env: { ...env, ...pathFor(npx) }, secrets };
}

/** mcp-remote reaches an address for hosts that take commands only. It speaks whatever era its host does. */
export function bridge(server: ServerLaunch, npx: Npx): ServerLaunch {
  if (server.kind === "stdio") return server;
  const { url, bearer } = server;
  const header = bearer ? ["--header", `Authorization:Bearer \${${bearer.variable}}`] : [];
  const started = npxCommand(npx, ["mcp-remote@0.15.1", url, ...header]);
  return {
    kind: "stdio",
    ...started,
    env: pathFor(npx),
    secrets: bearer ? [bearer] : [],
  };
}
