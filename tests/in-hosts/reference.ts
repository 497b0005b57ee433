/** What the server says of itself and answers to each step, heard by a client that hides nothing: what hosts are held to. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { type Step, steps } from "./conversation.ts";
import { TOKEN } from "./home.ts";

export interface Reference {
  instructions: string;
  tools: { name: string; inputSchema: object }[];
  /** The text of each result, and its structure as JSON. */
  results: Record<Step, { text: string; structure: string }>;
  /** What the user is asked before the change. */
  question: string;
}

/** Asks the server itself what it says in the conversation, as a client that shows everything. */
export async function askServer(): Promise<Reference> {
  const shop = serveShop();
  const settings = { django_api_base: shop.url, django_api_token: TOKEN };
  const server = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const client = new Client(
    { name: "reference", version: "1" },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: "auto" } },
  );
  let question = "";
  client.setRequestHandler("elicitation/create", ({ params }) => {
    question = params.message;
    return { action: "decline" };
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  const call = async (step: Step) => {
    const { tool, args } = steps[step];
    const { content, structuredContent } = await client.callTool({ name: tool, arguments: args });
    const [part] = content;
    const text = part?.type === "text" ? part.text : "";
    return { text, structure: JSON.stringify(structuredContent ?? null) };
  };
  const results = {
    search: await call("search"),
    lookup: await call("lookup"),
    failure: await call("failure"),
    change: await call("change"),
  };
  const { tools } = await client.listTools();
  const instructions = client.getInstructions() ?? "";
  await client.close();
  await Promise.all([server.stop(), shop.stop()]);
  return { instructions, tools, results, question };
}
