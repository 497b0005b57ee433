/**
 * The hosts that `bun run connect` writes for: where each keeps its servers, in what form, and how it takes a secret.
 * Data and pure functions; connect.ts edits the files, and the snippets and links of the documentation are made of the
 * same data.
 *
 * ```ts
 * const demo: ServerLaunch = { kind: "stdio", command: "bun", args: ["--cwd=/clone", "run", "demo", "--stdio"], env: {}, secrets: [] };
 * placements("vscode", "shop", demo); // what belongs where in its file
 * snippet("vscode", "shop", demo);    // as the text of a whole file
 * oneClickLink("cursor", "shop", demo);
 * ```
 *
 * @module
 */
import { posix, win32 } from "node:path";
import { type Format, formats, type Path } from "./edit.ts";

/** A value for the server that is written in plain text only where a host has no other way. */
export interface Secret {
  /** The environment variable that holds it. */
  variable: string;
  /** What a host calls it when it asks its user. */
  title: string;
  /** Its value, for hosts that take no other. */
  value?: string;
}
/** How a host reaches the server: as a command, or at an address. */
export type ServerLaunch =
  | {
      kind: "stdio";
      command: string;
      args: string[];
      env: Record<string, string>;
      secrets: Secret[];
    }
  | { kind: "http"; url: string; bearer?: Secret };
type Stdio = Extract<ServerLaunch, { kind: "stdio" }>;
type Http = Extract<ServerLaunch, { kind: "http" }>;

/** A value at a path of a file. */
export interface Placement {
  path: Path;
  value: object;
}
/** Where a program runs, as far as it decides where a host's file is. */
export interface Place {
  platform: NodeJS.Platform;
  home: string;
  env: Record<string, string | undefined>;
  /** The folder of a project. */
  dir: string;
}
export type Scope = "user" | "project";
type Systems = Record<"darwin" | "linux" | "win32", string>;

type SecretWay = ((variable: string) => string) | "inherited" | "plain";
/** Opens the host and adds a server to it: an address of its own kind, and a page that leads there. */
export interface OneClickLink {
  app: string;
  web: string;
}

export interface Host {
  title: string;
  /** The page of its documentation that says what stands here. */
  docs: string;
  format: Format;
  /**
   * Its files, as `~/path` or `${VARIABLE:-default}/path`; without a default, only where the variable is set. Of several
   * the first that exists is edited, else the last is made.
   */
  files: Partial<Record<Scope, (string | Systems)[]>>;
  /** The keys that lead to its servers. */
  servers: string;
  /** Whether its servers are a list of objects with a `name`, not an object. */
  isList?: true;
  /** What a new file begins with. */
  begin?: string;
  stdio(server: Stdio, name: string): object;
  /** Absent where a host takes commands only: mcp-remote stands between. */
  http?(server: Http, name: string): object;
  /**
   * How the host takes a secret: a reference that it replaces, `inherited` where the server inherits the host's own
   * environment, or `plain` where it knows no better than its value.
   */
  secret: Record<"stdio" | "http", SecretWay>;
  /** What keeps a secret for a host whose file cannot. */
  bundle?: string;
  /** Where else it looks for the value of a variable. */
  secretStore?: string;
  /** Further values that a file needs for the secrets. */
  inputs?(secrets: Secret[], name: string): Placement[];
  /** Links that add the server. */
  link?(name: string, entry: object, server: ServerLaunch): OneClickLink | undefined;
  /** Whether it is started from a desk, with a short PATH and without a shell's variables. */
  isDesktop?: true;
  /** What a person does next. */
  next: string;
}

const xdg = (file: string) => `\${XDG_CONFIG_HOME:-~/.config}/${file}`;
const appData = (file: string) => `\${APPDATA:-~/AppData/Roaming}/${file}`;
const applicationSupport = (file: string) => `~/Library/Application Support/${file}`;

const shell = (variable: string) => `\${${variable}}`;
const named = (variable: string) => `\${env:${variable}}`;
const plain = { stdio: "plain", http: "plain" } as const;
const referring = (reference: (variable: string) => string) => ({
  stdio: reference,
  http: reference,
});

const filled = <T extends object>(key: string, value: T) =>
  Object.keys(value).length ? { [key]: value } : {};
const command = ({ command, args, env }: Stdio) => ({ command, args, ...filled("env", env) });
const authorization = (bearer: Secret | undefined): Record<string, string> =>
  bearer ? { Authorization: `Bearer ${bearer.value}` } : {};
const address = ({ url, bearer }: Http) => ({ url, ...filled("headers", authorization(bearer)) });
const httpUrl = ({ url, bearer }: Http) => ({
  httpUrl: url,
  ...filled("headers", authorization(bearer)),
});

const DESCRIPTION = "A Django shop: its products and orders";
/** What links of Cursor and LM Studio say of a server. */
const installQuery = (name: string, entry: object) => {
  const config = Buffer.from(JSON.stringify(entry)).toString("base64");
  return `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`;
};
/** The id of the input by which VS Code asks for a secret. */
const inputId = (name: string, { variable }: Secret) =>
  `${name}-${variable.toLowerCase().replaceAll("_", "-")}`;
const input = (name: string, secret: Secret) => ({
  type: "promptString",
  id: inputId(name, secret),
  description: secret.title,
  password: true,
});
export const secretsOf = (server: ServerLaunch): Secret[] =>
  server.kind === "stdio" ? server.secrets : server.bearer ? [server.bearer] : [];

export const hosts = {
  "claude-desktop": {
    title: "Claude Desktop",
    docs: "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
    format: "json",
    files: {
      user: [
        // Windows keeps what a packaged app has written apart, and shows that to the app.
        `\${LOCALAPPDATA}/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/claude_desktop_config.json`,
        {
          darwin: applicationSupport("Claude/claude_desktop_config.json"),
          linux: xdg("Claude/claude_desktop_config.json"),
          win32: appData("Claude/claude_desktop_config.json"),
        },
      ],
    },
    servers: "mcpServers",
    stdio: command,
    secret: plain,
    bundle:
      "`bun run package mcpb` builds a bundle for it that asks for the token and keeps it in the keychain",
    isDesktop: true,
    next: "Quit Claude Desktop (closing its window is not enough) and start it again. If the server is gone then, it has written its own settings over this: run it again while Claude Desktop is closed.",
  },
  "claude-code": {
    title: "Claude Code",
    docs: "https://code.claude.com/docs/en/mcp",
    format: "json",
    files: { user: ["${CLAUDE_CONFIG_DIR:-~}/.claude.json"], project: [".mcp.json"] },
    servers: "mcpServers",
    stdio: (server) => ({ type: "stdio", ...command(server) }),
    http: (server) => ({ type: "http", ...address(server) }),
    secret: referring(shell),
    next: "Start claude anew; /mcp lists its servers.",
  },
  cursor: {
    title: "Cursor",
    docs: "https://cursor.com/docs/mcp",
    format: "json",
    files: { user: ["~/.cursor/mcp.json"], project: [".cursor/mcp.json"] },
    servers: "mcpServers",
    stdio: (server) => ({ type: "stdio", ...command(server) }),
    http: (server) => ({ type: "http", ...address(server) }),
    secret: referring(named),
    link: (name, entry) => {
      const query = installQuery(name, entry);
      return {
        app: `cursor://anysphere.cursor-deeplink/mcp/install?${query}`,
        web: `https://cursor.com/en/install-mcp?${query}`,
      };
    },
    isDesktop: true,
    next: "Cursor finds it by itself; see Settings, Tools & MCP.",
  },
  vscode: {
    title: "VS Code",
    docs: "https://code.visualstudio.com/docs/agents/reference/mcp-configuration",
    format: "json",
    files: {
      user: [
        {
          darwin: applicationSupport("Code/User/mcp.json"),
          linux: xdg("Code/User/mcp.json"),
          win32: appData("Code/User/mcp.json"),
        },
      ],
      project: [".vscode/mcp.json"],
    },
    servers: "servers",
    stdio: (server) => ({ type: "stdio", ...command(server) }),
    http: (server) => ({ type: "http", ...address(server) }),
    secret: referring((id) => `\${input:${id}}`),
    inputs: (secrets, name) =>
      secrets.map((secret) => ({
        path: ["inputs", { id: inputId(name, secret) }],
        value: input(name, secret),
      })),
    link: (name, entry, server) => {
      const inputs = secretsOf(server).map((secret) => input(name, secret));
      const config = { name, ...(inputs.length ? { inputs } : {}), ...entry };
      const app = `vscode:mcp/install?${encodeURIComponent(JSON.stringify(config))}`;
      return { app, web: `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(app)}` };
    },
    isDesktop: true,
    next: "Run MCP: List Servers from the Command Palette and start it.",
  },
  windsurf: {
    title: "Windsurf",
    docs: "https://docs.devin.ai/desktop/cascade/mcp",
    format: "json",
    files: { user: ["~/.codeium/windsurf/mcp_config.json"] },
    servers: "mcpServers",
    stdio: command,
    http: ({ url, bearer }) => ({
      serverUrl: url,
      ...filled("headers", authorization(bearer)),
    }),
    secret: referring(named),
    isDesktop: true,
    next: "Press refresh in Cascade's list of MCP servers.",
  },
  zed: {
    title: "Zed",
    docs: "https://zed.dev/docs/ai/mcp",
    format: "json",
    files: {
      user: [
        {
          darwin: "~/.config/zed/settings.json",
          linux: xdg("zed/settings.json"),
          win32: appData("Zed/settings.json"),
        },
      ],
      project: [".zed/settings.json"],
    },
    servers: "context_servers",
    stdio: command,
    http: address,
    secret: { stdio: "inherited", http: "plain" },
    isDesktop: true,
    next: "Zed finds it by itself; a green dot in the Agent Panel's settings says that it runs.",
  },
  codex: {
    title: "Codex",
    docs: "https://developers.openai.com/codex/mcp",
    format: "toml",
    files: { user: ["${CODEX_HOME:-~/.codex}/config.toml"], project: [".codex/config.toml"] },
    servers: "mcp_servers",
    stdio: ({ command, args, env, secrets }) => ({
      command,
      args,
      ...(secrets.length ? { env_vars: secrets.map(({ variable }) => variable) } : {}),
      ...filled("env", env),
    }),
    http: ({ url, bearer }) => ({
      url,
      ...(bearer ? { bearer_token_env_var: bearer.variable } : {}),
    }),
    secret: { stdio: "inherited", http: "inherited" },
    next: "Start codex anew; /mcp lists its servers. It reads a project's file only where you trust the project.",
  },
  gemini: {
    title: "Gemini CLI",
    docs: "https://geminicli.com/docs/tools/mcp-server",
    format: "json",
    files: { user: ["~/.gemini/settings.json"], project: [".gemini/settings.json"] },
    servers: "mcpServers",
    stdio: command,
    http: httpUrl,
    secret: referring(shell),
    next: "Start gemini anew in a folder that you trust; /mcp lists its servers.",
  },
  goose: {
    title: "Goose",
    docs: "https://goose-docs.ai/docs/getting-started/using-extensions",
    format: "yaml",
    files: {
      user: [
        {
          darwin: xdg("goose/config.yaml"),
          linux: xdg("goose/config.yaml"),
          win32: appData("Block/goose/config/config.yaml"),
        },
      ],
    },
    servers: "extensions",
    stdio: ({ command, args, env, secrets }, name) => ({
      enabled: true,
      type: "stdio",
      name,
      description: DESCRIPTION,
      cmd: command,
      args,
      envs: env,
      env_keys: secrets.map(({ variable }) => variable),
      timeout: 300,
    }),
    http: ({ url, bearer }, name) => ({
      enabled: true,
      type: "streamable_http",
      name,
      description: DESCRIPTION,
      uri: url,
      envs: {},
      env_keys: bearer ? [bearer.variable] : [],
      headers: authorization(bearer),
      timeout: 300,
    }),
    secret: { stdio: "inherited", http: shell },
    secretStore: "its keyring (`goose configure`)",
    // Goose opens links for a few commands only, npx among them.
    link: (name, _, server) => {
      if (server.kind === "http" || server.command !== "npx") return undefined;
      const query = [
        "cmd=npx",
        ...server.args.map((arg) => `arg=${encodeURIComponent(arg)}`),
        ...["id", "name"].map((key) => `${key}=${encodeURIComponent(name)}`),
        `description=${encodeURIComponent(DESCRIPTION)}`,
        ...server.secrets.map(
          ({ variable, title }) => `env=${encodeURIComponent(`${variable}=${title}`)}`,
        ),
      ].join("&");
      return {
        app: `goose://extension?${query}`,
        web: `https://block.github.io/goose/extension?${query}`,
      };
    },
    next: "Start a new session of goose.",
  },
  opencode: {
    title: "OpenCode",
    docs: "https://opencode.ai/v1/docs/mcp-servers/",
    format: "json",
    files: {
      user: [xdg("opencode/opencode.jsonc"), xdg("opencode/opencode.json")],
      project: ["opencode.jsonc", "opencode.json"],
    },
    servers: "mcp",
    begin: '{\n  "$schema": "https://opencode.ai/config.json"\n}\n',
    stdio: ({ command, args, env }) => ({
      type: "local",
      command: [command, ...args],
      ...filled("environment", env),
      enabled: true,
    }),
    http: (server) => ({ type: "remote", ...address(server), enabled: true }),
    secret: referring((variable) => `{env:${variable}}`),
    next: "Start opencode anew.",
  },
  "lm-studio": {
    title: "LM Studio",
    docs: "https://lmstudio.ai/docs/app/mcp",
    format: "json",
    // The folder in between is that of older versions.
    files: {
      user: ["~/.lmstudio/mcp.json", "~/.cache/lm-studio/mcp.json", "~/.lmstudio/mcp.json"],
    },
    servers: "mcpServers",
    stdio: command,
    http: address,
    secret: plain,
    link: (name, entry) => {
      const query = installQuery(name, entry);
      return {
        app: `lmstudio://add_mcp?${query}`,
        web: `https://lmstudio.ai/install-mcp?${query}`,
      };
    },
    isDesktop: true,
    next: "Switch it on under Program, Integrations.",
  },
  jetbrains: {
    title: "JetBrains",
    docs: "https://www.jetbrains.com/help/ai-assistant/mcp.html",
    format: "json",
    files: { user: ["~/.junie/mcp/mcp.json"], project: [".junie/mcp/mcp.json"] },
    servers: "mcpServers",
    stdio: command,
    http: address,
    secret: plain,
    isDesktop: true,
    next: "Junie reads this file. For AI Assistant paste what --print shows under Settings, Tools, AI Assistant, Model Context Protocol, Add, As JSON.",
  },
  copilot: {
    title: "Copilot CLI",
    docs: "https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
    format: "json",
    files: { user: ["${COPILOT_HOME:-~/.copilot}/mcp-config.json"], project: [".mcp.json"] },
    servers: "mcpServers",
    stdio: (server) => ({ type: "local", ...command(server), tools: ["*"] }),
    http: (server) => ({ type: "http", ...address(server), tools: ["*"] }),
    secret: referring(shell),
    next: "Start copilot anew; /mcp show lists its servers.",
  },
  qwen: {
    title: "Qwen Code",
    docs: "https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp/",
    format: "json",
    files: { user: ["~/.qwen/settings.json"], project: [".qwen/settings.json"] },
    servers: "mcpServers",
    stdio: command,
    http: httpUrl,
    secret: referring(shell),
    next: "Start qwen anew; /mcp lists its servers.",
  },
  continue: {
    title: "Continue",
    docs: "https://docs.continue.dev/customize/deep-dives/mcp",
    format: "yaml",
    files: { user: ["~/.continue/config.yaml"] },
    servers: "mcpServers",
    isList: true,
    begin: "name: Local Assistant\nversion: 1.0.0\nschema: v1\n",
    stdio: (server, name) => ({ name, type: "stdio", ...command(server) }),
    http: ({ url, bearer }, name) => ({
      name,
      type: "streamable-http",
      url,
      ...(bearer ? { requestOptions: { headers: authorization(bearer) } } : {}),
    }),
    secret: referring((variable) => `\${{ secrets.${variable} }}`),
    secretStore: "`~/.continue/.env`",
    next: "Start cn anew, or reload the editor's window.",
  },
  mcporter: {
    title: "mcporter",
    docs: "https://github.com/steipete/mcporter/blob/main/docs/config.md",
    format: "json",
    files: {
      user: ["${XDG_CONFIG_HOME}/mcporter/mcporter.json", "~/.mcporter/mcporter.json"],
      project: ["config/mcporter.json"],
    },
    servers: "mcpServers",
    stdio: command,
    http: address,
    secret: referring(shell),
    next: "mcporter list shop shows its tools.",
  },
} as const satisfies Record<string, Host>;
export type HostName = keyof typeof hosts;
export const hostNames = Object.keys(hosts) as HostName[]; // keyof of the same object
export const hostOf = (name: HostName): Host => hosts[name];

/** Whether the host's file would hold a secret of this server in plain text. */
export const holdsPlainSecrets = (host: Host, server: ServerLaunch): boolean =>
  host.secret[server.kind] === "plain" && secretsOf(server).length > 0;

/** What stands in the file for a secret, or undefined where nothing has to. */
function referTo(host: Host, kind: "stdio" | "http", secret: Secret, name: string) {
  const way = host.secret[kind];
  if (way === "plain") return secret.value ?? "…";
  if (way === "inherited") return undefined;
  return way(host.inputs ? inputId(name, secret) : secret.variable);
}

/** The host's entry for the server, as its file holds it. */
export function entryOf(host: Host, name: string, server: ServerLaunch): object {
  const { kind } = server;
  if (kind === "http") {
    if (!host.http) throw new Error(`${host.title} takes commands only`);
    const { url, bearer } = server;
    if (!bearer) return host.http({ kind, url }, name);
    const value = referTo(host, kind, bearer, name) ?? "";
    return host.http({ kind, url, bearer: { ...bearer, value } }, name);
  }
  const references = server.secrets.flatMap((secret) => {
    const reference = referTo(host, kind, secret, name);
    return reference === undefined ? [] : [[secret.variable, reference] as const];
  });
  const env = { ...server.env, ...Object.fromEntries(references) };
  return host.stdio({ ...server, env }, name);
}

/** Where the server's entry stands in the host's file. */
export const entryPath = ({ servers, isList }: Host, name: string): Path => [
  servers,
  isList ? { name } : name,
];
/** The inputs that an entry refers to, and by what. */
export const secretPaths = (host: Host, name: string, entry: object) =>
  host.inputs
    ? [...JSON.stringify(entry).matchAll(/\$\{input:([^}]+)\}/g)]
        .filter(([, id = ""]) => id.startsWith(`${name}-`))
        .map(([reference, id = ""]) => ({ path: ["inputs", { id }] satisfies Path, reference }))
    : [];
/** All that belongs in the host's file for the server: inputs for its secrets, and its entry. */
export const placements = (host: Host, name: string, server: ServerLaunch): Placement[] => [
  ...(host.inputs?.(secretsOf(server), name) ?? []),
  { path: entryPath(host, name), value: entryOf(host, name, server) },
];
/** The server in a file that holds nothing else. */
export const snippet = (host: Host, name: string, server: ServerLaunch): string =>
  placements(host, name, server).reduce(
    (text, { path, value }) => formats[host.format].put(text, path, value),
    host.begin ?? "",
  );
/** A link that adds the server to the host, where the host has such links. */
export const oneClickLink = (
  host: Host,
  name: string,
  server: ServerLaunch,
): OneClickLink | undefined =>
  server.kind === "http" && !host.http
    ? undefined
    : host.link?.(name, entryOf(host, name, server), server);

/** The file of a template on a system, or none where a variable without a default is not set. */
function locate(template: string | Systems, { platform, home, env, dir }: Place): string[] {
  const { isAbsolute, join, normalize } = platform === "win32" ? win32 : posix;
  const system = platform === "win32" || platform === "darwin" ? platform : "linux";
  const text = typeof template === "string" ? template : template[system];
  const [reference = "", variable = "", fallback] = /\$\{(\w+)(?::-([^}]*))?\}/.exec(text) ?? [];
  const begin = env[variable] || fallback;
  if (reference && begin === undefined) return [];
  const path = text.replace(reference, () => begin ?? "").replace(/^~/, () => home);
  return [isAbsolute(path) ? normalize(path) : join(dir, path)];
}
/** The files in which the host may keep its servers, or none where it has no file of this scope. */
export const filesOf = ({ files }: Host, scope: Scope, place: Place): string[] =>
  files[scope]?.flatMap((template) => locate(template, place)) ?? [];
/** A file as documentation writes it. */
export const fileTitle = (template: string | Systems, system: keyof Systems): string =>
  (typeof template === "string" ? template : template[system])
    .replace("${APPDATA:-~/AppData/Roaming}", "%APPDATA%")
    .replace(/\$\{\w+:-([^}]*)\}/, "$1");
