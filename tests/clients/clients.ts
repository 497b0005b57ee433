/**
 * The clients of other stacks, as data: what starts each one's program, and what it cannot do, with the reason.
 *
 * @module
 */
import { root, type Stack } from "./install.ts";

export type Transport = "stdio" | "http";
export interface Client {
  /** With its version, as its registry has it. */
  title: string;
  stack: Stack;
  transports: readonly Transport[];
  /** Its program, which is given what to do. */
  command: string[];
  /** Why no question reaches its user. @default it can be asked */
  cannotBeAsked?: string;
  /** Why the server does not hear that the client gives up a call. @default it does */
  givesUpSilently?: Partial<Record<Transport, string>>;
  /** What else a user should know. */
  remark?: string;
}

/** @see https://github.com/modelcontextprotocol/python-sdk/issues/2507 */
const SILENT_1 = "The Python SDK 1.x tells a server nothing when a call is cancelled.";
const BOTH = ["stdio", "http"] as const;
const python = (environment: "modern" | "handshake", file: string) => [
  `${root}/.venvs/clients-${environment}/bin/python`,
  `${root}/tests/clients/python/${file}`,
];

const node = (file: string, ...options: string[]) => [
  "node",
  `${root}/tests/clients/node/${file}`,
  ...options,
];

const rmcp = (...options: string[]) => [
  `${root}/tests/clients/.cache/rust/debug/rmcp-client`,
  ...options,
];

export const clients: Client[] = [
  {
    title: "Python SDK 2.3.0",
    stack: "python",
    transports: BOTH,
    command: python("modern", "python_sdk.py"),
  },
  {
    title: "Python SDK 1.30.0",
    stack: "python",
    transports: BOTH,
    command: python("handshake", "python_sdk_1.py"),
    givesUpSilently: { stdio: SILENT_1, http: SILENT_1 },
  },
  {
    title: "FastMCP 4.2.3",
    stack: "python",
    transports: BOTH,
    command: python("modern", "fastmcp_client.py"),
  },
  {
    title: "langchain-mcp-adapters 0.3.2",
    stack: "python",
    transports: BOTH,
    command: python("handshake", "langchain_adapters.py"),
    remark: "By `get_tools()`: it connects anew for each call.",
  },
  {
    title: "openai-agents 0.24.0",
    stack: "python",
    transports: BOTH,
    command: python("modern", "openai_agents.py"),
    cannotBeAsked: "Its `MCPServer` takes no callback for questions.",
    remark: "The model reads of a failure only the words.",
  },
  {
    title: "pydantic-ai 2.66.0",
    stack: "python",
    transports: BOTH,
    command: python("modern", "pydantic_ai_toolset.py"),
  },
  {
    title: "Go SDK 1.8.0",
    stack: "go",
    transports: BOTH,
    command: [`${root}/tests/clients/.cache/go-client`],
  },
  {
    title: "TypeScript SDK 2.4.0, `auto`",
    stack: "node",
    transports: BOTH,
    command: node("typescript_sdk.js"),
    remark: "Over stdio it starts the program twice, once to ask what it speaks.",
  },
  {
    title: "TypeScript SDK 1.32.2",
    stack: "node",
    transports: BOTH,
    command: node("typescript_sdk_1.js"),
  },
  {
    title: "@ai-sdk/mcp 2.0.99",
    stack: "node",
    transports: BOTH,
    command: node("ai_sdk.js"),
    givesUpSilently: { stdio: "Its stdio transport has no cancellation." },
  },
  {
    title: "mcp-remote 0.15.1, of TypeScript SDK 2.4.0, `auto`",
    stack: "node",
    transports: ["http"],
    command: node("typescript_sdk.js", "mcpRemote"),
    givesUpSilently: {
      http: "A cancellation is posted as a notification, where the protocol wants the request ended.",
    },
  },
  {
    title: "mcp-remote 0.15.1, of TypeScript SDK 1.32.2",
    stack: "node",
    transports: ["http"],
    command: node("typescript_sdk_1.js", "mcpRemote"),
  },
  {
    title: "supergateway 4.0.0, of TypeScript SDK 2.4.0, `auto`",
    stack: "node",
    transports: ["stdio"],
    command: node("typescript_sdk.js", "supergateway", "--stateful"),
  },
  {
    title: "supergateway 4.0.0, of TypeScript SDK 1.32.2",
    stack: "node",
    transports: ["stdio"],
    command: node("typescript_sdk_1.js", "supergateway", "--stateful"),
  },
  {
    title: "rmcp 3.11.0, `Auto`",
    stack: "rust",
    transports: BOTH,
    command: rmcp("auto"),
  },
  {
    title: "rmcp 3.11.0",
    stack: "rust",
    transports: BOTH,
    command: rmcp(),
  },
];
