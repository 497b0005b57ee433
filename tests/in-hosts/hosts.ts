/**
 * The hosts that the server is proven in: what is installed, what their model's address and their own settings are,
 * and how each is run without a terminal, a network and a login. Data alone; conversation.ts does what stands here.
 *
 * @module
 */
import type { HostName } from "../../scripts/connect/hosts.ts";
import type { Reach } from "./model.ts";
import { type Talk, claudeTalk, codexTalk, copilotTalk } from "./talks.ts";

interface Installed {
  title: string;
  /** The npm package, with its version. */
  package: string;
  /** Its program. */
  program: string;
  /** Settings that it needs before it is connected: files of the home, by path. */
  files?(model: string): Record<string, string>;
  /** Where its model is, and what it must not do on its own: no updates, no reports. */
  env(model: string): Record<string, string>;
  /** What lists its servers with their state, and how a connected one is marked. */
  list?: { args: string[]; connected: RegExp };
  /** Its own command that adds a server at an address. */
  add?(url: string): string[];
}
/** A host with a model in it. */
interface Agent extends Installed {
  /** Plays one prompt to the end, with nobody there to answer a question. */
  run(prompt: string): string[];
  /** Where its model first has to look for a tool: how it looks. */
  search?: Reach;
  /** Where its model calls a tool through another: how. */
  reach?: Reach;
  /** How a program answers its questions, where one can. */
  talk?: Talk;
}
/** A host without a model: what starts it calls the tools itself. */
interface Caller extends Installed {
  call(tool: string, args: object): string[];
  /** Lists the tools. */
  tools: string[];
}
export type TestedHost = Agent | Caller;

const select = (tool: string) => ({ query: `select:${tool}` });

/** Node itself, from npm: some hosts need a newer one than a machine has. */
export const NODE = "node@24.21.0";
export const versionOf = (host: TestedHost): string => host.package.split("@").at(-1) ?? "";

export const testedHosts = {
  "claude-code": {
    title: "Claude Code",
    package: "@anthropic-ai/claude-code@2.1.332",
    program: "claude",
    env: (model) => ({
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: "none",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      MCP_CONNECTION_NONBLOCKING: "0", // the first prompt waits for the server
    }),
    list: { args: ["mcp", "list"], connected: /^shop: .*Connected/m },
    add: (url) => ["mcp", "add", "--transport", "http", "shop", url],
    run: (prompt) => ["-p", prompt, "--allowedTools", "mcp__shop"],
    search: (tool) => ({ tool: "ToolSearch", args: select(tool) }),
    talk: claudeTalk,
  },
  codex: {
    title: "Codex",
    package: "@openai/codex@0.171.0",
    program: "codex",
    files: (model) => ({
      ".codex/config.toml": `# Where the model is.
model = "scripted"
model_provider = "loopback"
check_for_update_on_startup = false

[model_providers.loopback]
name = "loopback"
base_url = "${model}/v1"
wire_api = "responses"

[analytics]
enabled = false
`,
    }),
    env: () => ({}),
    list: { args: ["mcp", "list"], connected: /^shop .* enabled/m },
    add: (url) => ["mcp", "add", "shop", "--url", url],
    // With approvals on it refuses every change by itself, without a word to the server.
    run: (prompt) => [
      "exec",
      "--skip-git-repo-check",
      "--dangerously-bypass-approvals-and-sandbox",
      "--config=mcp_servers.shop.required=true", // the first prompt waits for the server
      prompt,
    ],
    talk: codexTalk,
  },
  copilot: {
    title: "Copilot CLI",
    package: "@github/copilot@1.0.102",
    program: "copilot",
    env: (model) => ({
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_PROVIDER_TYPE: "openai",
      COPILOT_PROVIDER_API_KEY: "none",
      COPILOT_MODEL: "scripted",
      COPILOT_OFFLINE: "true",
      COPILOT_AUTO_UPDATE: "false",
    }),
    list: { args: ["mcp", "list"], connected: /^ *shop\b/m },
    add: (url) => ["mcp", "add", "--transport", "http", "shop", url],
    run: (prompt) => ["--allow-all-tools", "-p", prompt],
    talk: copilotTalk,
  },
  gemini: {
    title: "Gemini CLI",
    package: "@google/gemini-cli@0.61.0",
    program: "gemini",
    files: () => ({
      ".gemini/settings.json": JSON.stringify({
        security: { auth: { selectedType: "gemini-api-key" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      }),
    }),
    env: (model) => ({
      GOOGLE_GEMINI_BASE_URL: model,
      GEMINI_API_KEY: "none",
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    }),
    list: { args: ["mcp", "list"], connected: /shop: .*Connected/ },
    add: (url) => ["mcp", "add", "--scope", "user", "--transport", "http", "shop", url],
    run: (prompt) => ["--approval-mode", "yolo", "-m", "gemini-2.5-pro", "-p", prompt],
  },
  qwen: {
    title: "Qwen Code",
    package: "@qwen-code/qwen-code@0.24.4",
    program: "qwen",
    files: () => ({
      ".qwen/settings.json": JSON.stringify({
        security: { auth: { selectedType: "openai" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      }),
    }),
    env: (model) => ({
      OPENAI_BASE_URL: `${model}/v1`,
      OPENAI_API_KEY: "none",
      OPENAI_MODEL: "scripted",
    }),
    list: { args: ["mcp", "list"], connected: /shop: .*Connected/ },
    add: (url) => ["mcp", "add", "--scope", "user", "--transport", "http", "shop", url],
    run: (prompt) => ["--approval-mode", "yolo", "-p", prompt],
    search: (tool) => ({ tool: "tool_search", args: select(tool) }),
    reach: (tool, args) => ({ tool: "tool_call", args: { name: tool, arguments: args } }),
  },
  opencode: {
    title: "OpenCode",
    package: "opencode-ai@1.18.33",
    program: "opencode",
    files: (model) => ({
      ".config/opencode/opencode.json": JSON.stringify({
        autoupdate: false,
        share: "disabled",
        model: "loopback/scripted",
        small_model: "loopback/scripted",
        enabled_providers: ["loopback"],
        provider: {
          loopback: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${model}/v1`, apiKey: "none" },
            models: { scripted: {} },
          },
        },
      }),
    }),
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" }),
    list: { args: ["mcp", "list"], connected: /shop .*connected/ },
    add: (url) => ["mcp", "add", "shop", "--url", url],
    run: (prompt) => ["run", prompt],
  },
  continue: {
    title: "Continue",
    package: "@continuedev/cli@1.5.47",
    program: "cn",
    files: (model) => ({
      ".continue/config.yaml": `# Where the model is.
name: Local Assistant
version: 1.0.0
schema: v1
models:
  - name: scripted
    provider: openai
    model: gpt-4.1
    apiBase: ${model}/v1
    apiKey: none
    roles: [chat]
`,
      ".continue/.env": "DJANGO_API_TOKEN=demo-mia\n", // where it keeps secrets
    }),
    env: () => ({ CONTINUE_TELEMETRY_ENABLED: "0", CONTINUE_METRICS_ENABLED: "0" }),
    run: (prompt) => ["--auto", "-p", prompt],
  },
  mcporter: {
    title: "mcporter",
    package: "mcporter@0.12.3",
    program: "mcporter",
    env: () => ({}),
    list: { args: ["list"], connected: /shop .*\d+ tools/ },
    add: (url) => ["config", "add", "shop", url],
    tools: ["list", "shop"],
    call: (tool, args) => ["call", `shop.${tool}`, "--args", JSON.stringify(args)],
  },
} as const satisfies Partial<Record<HostName, TestedHost>>;
