/** A host on Node with the client that most installed hosts are built on, 1.x, is asked over HTTP and its yes counts. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { startHttp } from "./start-program.ts";

const HOST = `
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
const client = new Client({ name: "node-host", version: "1" }, { capabilities: { elicitation: {} } });
const questions = [];
client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
  questions.push(params.message.split("\\n")[0]);
  return { action: "accept", content: { confirm: questions.length > 1 } };
});
const transport = new StreamableHTTPClientTransport(new URL(process.argv[1]));
await client.connect(transport);
const cancel = { name: "cancel_order", arguments: { order_id: "1054", reason: "no_longer_needed" } };
const no = await client.callTool(cancel);
const yes = await client.callTool(cancel);
console.log(JSON.stringify({ questions, no: no.content[0].text, yes: yes.structuredContent }));
await transport.terminateSession();
await client.close();
`;

test("by the 1.x client on Node", async () => {
  const shop = serveShop();
  const server = await startHttp({ DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia" });
  const node = Bun.spawn(["node", "--input-type=module", "-e", HOST, server.url], {
    cwd: `${import.meta.dir}/../..`,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([node.stdout.text(), node.stderr.text()]);
  await server[Symbol.asyncDispose]();
  await shop.stop();
  expect(err).toBe("");
  const question = 'Cancel order 1054 of "Mia Lindqvist" (no longer needed)?';
  expect(JSON.parse(out)).toEqual({
    questions: [question, question],
    no: expect.stringMatching(/^Not cancelled: the user declined/),
    yes: expect.objectContaining({ outcome: "done", status: "cancelled", amount: "-56.90" }),
  });
});
