/**
 * Prompts, which users pick: what they say, and the resources that they speak of, which go with them.
 *
 * @module
 */
import type * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { messageFor } from "./answer.ts";
import { decodeIds } from "./contract.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

export type PromptArgs = Partial<Record<string, string>>;
export interface Prompt {
  title: string;
  description: string;
  /** What each argument is; `?` marks an optional one. */
  args: PromptArgs;
  /** The request, in the user's words. */
  text(args: PromptArgs): string;
  /** What it speaks of: tools whose resources go with it, each with the argument that is the id, where there is one. */
  reads?: [tool: string, argument?: string][];
  /** What an argument is completed as, where its name does not say it. */
  completes?: PromptArgs;
}

export const mimeType = "application/json"; // of all resources that say what a tool says
export const audience: mcp.Role[] = ["user", "assistant"];
const instant = z.iso.datetime({ offset: true });
export const ATTACHED =
  "What the shop says of it now is attached, as data. Read it again once something may have changed.";

interface Reading {
  caller: CallerContext;
  /** Of all reads together. */
  bounds: CallBounds;
  signal: AbortSignal;
}
/** What a prompt speaks of, as messages, read as whoever picks it; and in words what could not be read. */
export async function attach(
  prompt: Prompt,
  args: PromptArgs,
  tools: [name: string, Tool][],
  { caller, bounds, signal }: Reading,
) {
  const messages = new Map<string, mcp.PromptMessage>();
  const failures: string[] = [];
  for (const [name, argument = ""] of prompt.reads ?? []) {
    const [, tool] = tools.find(([other]) => other === name) ?? [];
    if (!tool?.uri) continue; // it is not offered
    const id = encodeURIComponent(args[argument] ?? "");
    const [place = ""] = /(?<={)\w+/.exec(tool.uri) ?? [];
    const uri = tool.uri.replace(`{${place}}`, id);
    if (messages.has(uri)) continue;
    try {
      const ids = place ? decodeIds({ [place]: id }) : {};
      const { result } = await tool.call(name, ids, caller, bounds);
      const { data: lastModified } = instant.safeParse(result["updated_at"]);
      const annotations = { audience, priority: 1, ...(lastModified && { lastModified }) };
      const resource = { uri, mimeType, text: JSON.stringify(result) };
      messages.set(uri, { role: "user", content: { type: "resource", resource, annotations } });
    } catch (error) {
      failures.push(`${uri} is not attached. ${messageFor(error, signal, caller)}`);
    }
  }
  return { messages: [...messages.values()], failures };
}
