/** A server as most are: the SDK of the handshake era, over stdio. It leaves what is malformed unanswered. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import * as z from "zod";

const server = new McpServer({ name: "plain", version: "1.0.0" });
const notes = [{ note_id: "n1", text: "Buy milk." }];
const annotations = { readOnlyHint: true };
server.registerTool(
  "list_notes",
  {
    title: "List notes",
    description: "All notes.",
    annotations,
    inputSchema: { limit: z.int().min(1).max(50).default(10) },
    outputSchema: { notes: z.array(z.object({ note_id: z.string(), text: z.string() })) },
  },
  async ({ limit }) => {
    const structuredContent = { notes: notes.slice(0, limit) };
    return {
      structuredContent,
      content: [{ type: "text", text: JSON.stringify(structuredContent) }],
    };
  },
);
server.registerTool(
  "get_note",
  {
    title: "Get note",
    description: "One note, by its id.",
    annotations,
    inputSchema: { note_id: z.string() },
  },
  async ({ note_id }) => {
    const note = notes.find((one) => one.note_id === note_id);
    const text = note?.text ?? `There is no note ${note_id}.`;
    return { content: [{ type: "text", text }], isError: !note };
  },
);
await server.connect(new StdioServerTransport());
