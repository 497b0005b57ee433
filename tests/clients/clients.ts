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
  env?: Record<string, string>;
  /** Why no question reaches its user. @default it can be asked */
  cannotBeAsked?: string;
  /** Why the server does not hear that the client gives up a call. @default it does */
  givesUpSilently?: string;
  /** What else a user should know. */
  remark?: string;
}

/** @see https://github.com/modelcontextprotocol/python-sdk/issues/2507 */
const SILENT = "The Python SDK 1.x tells a server nothing when a call is cancelled.";
const BOTH = ["stdio", "http"] as const;
const python = (environment: "modern" | "handshake", file: string) => [
  `${root}/.venvs/clients-${environment}/bin/python`,
  `${root}/tests/clients/python/${file}`,
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
    givesUpSilently: SILENT,
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
];
