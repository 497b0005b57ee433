/** What is known of each host: its entry, its files on each system, its links and how it takes a secret. */
import { describe, expect, test } from "bun:test";
import {
  ClientIdSchema,
  MCPConfigRegistry,
  validateGeneratedConfig,
} from "@gleanwork/mcp-config-schema";
import { formats } from "../../scripts/connect/edit.ts";
import {
  entryOf,
  entryPath,
  filesOf,
  hostNames,
  hostOf,
  oneClickLink,
  type Place,
  placements,
  type ServerLaunch,
  snippet,
} from "../../scripts/connect/hosts.ts";
import { readSettings } from "../../settings.ts";

const SECRET = "sesame-opens";
const stdio: ServerLaunch = {
  kind: "stdio",
  command: "npx",
  args: ["-y", "django-shop-mcp"],
  env: { DJANGO_API_BASE: "https://shop.example" },
  secrets: [],
};
const withToken: ServerLaunch = {
  ...stdio,
  secrets: [{ variable: "DJANGO_API_TOKEN", title: "API token", value: SECRET }],
};
const url = "http://127.0.0.1:3000/mcp";
const http: ServerLaunch = { kind: "http", url };
const withBearer: ServerLaunch = {
  kind: "http",
  url,
  bearer: { variable: "SHOP_TOKEN", title: "Token", value: SECRET },
};

const place = (platform: NodeJS.Platform, env: Place["env"] = {}): Place => {
  const isWindows = platform === "win32";
  return {
    platform,
    home: isWindows ? "C:\\Users\\Mia Ö" : "/home/mia ö",
    dir: isWindows ? "D:\\site" : "/site",
    env: { ...(isWindows ? { APPDATA: "C:\\Users\\Mia Ö\\AppData\\Roaming" } : {}), ...env },
  };
};

describe("as @gleanwork/mcp-config-schema knows it", () => {
  const registry = new MCPConfigRegistry({ serverPackage: "django-shop-mcp" });
  /** What both may say or leave out, since the host takes either. */
  const optional = [
    "type",
    "enabled",
    "description",
    "bundled",
    "available_tools",
    "envs",
    "headers",
  ];
  /** What it asks of Goose, which itself goes without (crates/goose/src/agents/extension.rs). */
  const complete = (id: string, config: unknown) => {
    if (id !== "goose") return config;
    const shop = { ...Object(formats.json.get(JSON.stringify(config), ["extensions", "shop"])) };
    const description = shop.type === "stdio" ? null : shop.description;
    return { extensions: { shop: { ...shop, bundled: null, available_tools: [], description } } };
  };
  const essence = (value: unknown) =>
    Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !optional.includes(key)));
  const known = hostNames.flatMap((name) => {
    const id = ClientIdSchema.safeParse(name === "jetbrains" ? "junie" : name); // whose file it is
    return id.success ? [{ name, id: id.data }] : [];
  });
  test("knows most hosts", () => expect(known.length).toBe(10));

  test.each(known)("$name", ({ name, id }) => {
    const host = hostOf(name);
    const builder = registry.createBuilder(id);
    const serverName = "shop";
    const { format } = host;
    const env = stdio.kind === "stdio" ? stdio.env : {};
    const theirs: unknown = builder.buildConfiguration({ transport: "stdio", serverName, env });
    const ours = formats[format].get(snippet(host, serverName, stdio), []);
    const path = entryPath(host, serverName);
    const json = formats.json;
    expect(essence(json.get(JSON.stringify(ours), path))).toEqual(
      essence(json.get(JSON.stringify(theirs), path)),
    );
    expect(validateGeneratedConfig(complete(id, ours), id)).toMatchObject({ success: true });
    if (!host.http) return;
    const remote: unknown = builder.buildConfiguration({
      transport: "http",
      serverName,
      serverUrl: url,
    });
    const ourRemote = formats[format].get(snippet(host, serverName, http), []);
    expect(essence(json.get(JSON.stringify(ourRemote), path))).toEqual(
      essence(json.get(JSON.stringify(remote), path)),
    );
    expect(validateGeneratedConfig(complete(id, ourRemote), id)).toMatchObject({ success: true });
  });

  test.each(known)("$name keeps its file there", ({ name, id }) => {
    const { configPath } = registry.getConfig(id) ?? {};
    for (const system of ["darwin", "linux", "win32"] as const) {
      const { home, env } = place(system);
      const theirs = configPath?.[system]
        ?.replace("$HOME", home)
        .replace("%USERPROFILE%", home)
        .replace("%APPDATA%", env["APPDATA"] ?? "");
      // Its own documentation names another folder on Windows.
      const expected =
        name === "goose" && system === "win32"
          ? `${env["APPDATA"]}\\Block\\goose\\config\\config.yaml`
          : theirs;
      expect(filesOf(hostOf(name), "user", place(system)).at(-1)).toBe(expected ?? "");
    }
  });

  test.each(["cursor", "vscode"] as const)("%s has its link", (name) => {
    const theirs = registry
      .createBuilder(name)
      .buildOneClickUrl?.({ transport: "http", serverName: "shop", serverUrl: url });
    const ours = oneClickLink(hostOf(name), "shop", http)?.app ?? "";
    expect(decodeURIComponent(ours)).toBe(decodeURIComponent(theirs ?? ""));
  });
});

describe.each(hostNames)("%s", (name) => {
  const host = hostOf(name);
  const { format } = host;

  test("reads its own snippet back", () => {
    for (const server of host.http ? [stdio, withToken, http, withBearer] : [stdio, withToken])
      for (const { path, value } of placements(host, "shop", server))
        expect(formats[format].get(snippet(host, "shop", server), path)).toEqual(value);
  });

  test("holds a secret in plain text only where it says so", () => {
    const inFile = snippet(host, "shop", withToken);
    expect(inFile.includes(SECRET)).toBe(host.secret.stdio === "plain");
    const refers = inFile.includes("DJANGO_API_TOKEN");
    expect(refers).toBe(name !== "zed"); // whose servers inherit its environment
    if (!host.http) return;
    const remote = snippet(host, "shop", withBearer);
    expect(remote.includes(SECRET)).toBe(host.secret.http === "plain");
    if (host.secret.http !== "plain") expect(remote).toMatch(/SHOP_TOKEN|shop-token/);
  });

  test("has absolute files on every system, which move with the variables of the system", () => {
    for (const system of ["darwin", "linux", "win32"] as const) {
      const files = filesOf(host, "user", place(system));
      const { home, dir } = place(system);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(file.startsWith(home)).toBe(true);
      const separator = system === "win32" ? "/" : "\\";
      for (const file of files) expect(file.slice(2)).not.toContain(separator);
      for (const file of filesOf(host, "project", place(system)))
        expect(file.startsWith(dir)).toBe(true);
    }
  });
});

test.each([
  ["claude-code", { CLAUDE_CONFIG_DIR: "/x" }, "/x/.claude.json"],
  ["codex", { CODEX_HOME: "/x" }, "/x/config.toml"],
  ["copilot", { COPILOT_HOME: "/x" }, "/x/mcp-config.json"],
  ["zed", { XDG_CONFIG_HOME: "/x" }, "/x/zed/settings.json"],
  ["vscode", { XDG_CONFIG_HOME: "" }, "/home/mia ö/.config/Code/User/mcp.json"],
  ["mcporter", {}, "/home/mia ö/.mcporter/mcporter.json"],
  ["mcporter", { XDG_CONFIG_HOME: "/x" }, "/x/mcporter/mcporter.json"],
  [
    "claude-desktop",
    { LOCALAPPDATA: "/x" },
    "/x/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/claude_desktop_config.json",
  ],
  ["goose", { XDG_CONFIG_HOME: "/x/$&" }, "/x/$&/goose/config.yaml"],
] as const)("%s with %j is in %s", (name, env, file) => {
  expect(filesOf(hostOf(name), "user", place("linux", env))[0]).toBe(file);
});

test("a reference that a host has not replaced is named when the server starts", () => {
  const leaving = hostNames.filter((name) => name !== "opencode"); // which then gives nothing
  const ways = leaving.map((name) => hostOf(name).secret.stdio);
  const references = ways.flatMap((way) =>
    typeof way === "function" ? [way("DJANGO_API_TOKEN")] : [],
  );
  expect(references.length).toBe(9);
  for (const DJANGO_API_TOKEN of references)
    expect(() =>
      readSettings([], { DJANGO_API_BASE: "https://shop.example", DJANGO_API_TOKEN }),
    ).toThrow(/DJANGO_API_TOKEN (is a placeholder|must be one word)/); // with spaces it is no token at all
});

describe("links", () => {
  const linked = hostNames.filter((name) => oneClickLink(hostOf(name), "shop", stdio));
  test("there are four hosts that have them", () => {
    expect(linked).toEqual(["cursor", "vscode", "goose", "lm-studio"]);
  });
  test.each(linked)("of %s hold the entry, and no secret", (name) => {
    const host = hostOf(name);
    const link = oneClickLink(host, "my shop & co", withToken);
    const app = new URL(link?.app ?? "");
    const text = decodeURIComponent(link?.app ?? "");
    const config = app.searchParams.get("config");
    const entry = entryOf(host, "my shop & co", withToken);
    if (name === "goose") {
      expect(app.searchParams.getAll("arg")).toEqual(["-y", "django-shop-mcp"]);
      expect(app.searchParams.get("name")).toBe("my shop & co");
      expect(app.searchParams.get("env")).toBe("DJANGO_API_TOKEN=API token");
    } else if (name === "vscode") {
      expect(JSON.parse(text.slice("vscode:mcp/install?".length))).toMatchObject(entry);
      expect(new URL(link?.web ?? "").searchParams.get("url")).toBe(link?.app ?? "");
    } else expect(JSON.parse(Buffer.from(config ?? "", "base64").toString())).toEqual(entry);
    expect(link?.web).toStartWith("https://");
    const secrets = host.secret.stdio === "plain" ? [] : [text, atob(config ?? "")];
    for (const shown of secrets) expect(shown).not.toContain(SECRET);
  });
  test("of Goose are only for commands that it opens", () => {
    expect(
      oneClickLink(hostOf("goose"), "shop", { ...stdio, command: "bun" } as ServerLaunch),
    ).toBeUndefined();
    expect(oneClickLink(hostOf("goose"), "shop", http)).toBeUndefined();
  });
});
