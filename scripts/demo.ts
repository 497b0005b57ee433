/**
 * `bun run demo`: a shop without Django, a short conversation with it through a real MCP client, and then a
 * server to connect an assistant to. `--once` ends after the conversation; `--stdio` serves a host over stdio.
 */
import { parseArgs, styleText } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type * as z from "zod";
import { createServer, openShop, serveHttp, settingsSchema, tools } from "../server.ts";
import { StartError } from "../shop/errors.ts";
import { serveShop } from "./shop.ts";

// ── The conversation ────────────────────────────────────────────────────────────────────────────

type Tools = typeof tools;
type Price = { amount: string; currency: string } | undefined;
const price = (money: Price) => (money ? `${money.amount} ${money.currency}` : "no price");

/** One exchange: what the person says, the tool that the assistant calls, and what it makes of the answer. */
function step<Name extends keyof Tools>(
  says: string,
  name: Name,
  args: z.input<Tools[Name]["input"]>,
  answer: (told: z.output<Tools[Name]["output"]>) => string,
  isRefused = false,
) {
  return { says, name, args, answer: answer as (told: unknown) => string, isRefused }; // of this very tool
}

const conversation = [
  step(
    "I need a present for somebody with a garden, thirty euros at most.",
    "search_products",
    { query: "garden", max_price: 30, in_stock: true, limit: 3 },
    ({ products }) =>
      `How about one of these? ${products.map((it) => `${it.name} (${price(it.price)})`).join(", ")}.`,
  ),
  step(
    "The watering can sounds good. Which ones are there?",
    "get_product",
    { product_id: "elsa-watering-can" },
    ({ name, items = [] }) => {
      const there = items.filter((item) => item.available);
      const said = there.map(
        (it) => `${Object.values(it.options ?? {}).join(", ")} for ${price(it.price)}`,
      );
      return `${name} comes in ${items.length} variants, ${there.length} of them in stock: ${said.join("; ")}.`;
    },
  ),
  step(
    "Where is the parcel I sent to my mother?",
    "list_orders",
    { status: "shipped" },
    ({ orders }) =>
      `Only order ${orders.map((it) => it.order_id).join(", ")} is on its way. Let me look.`,
  ),
  step(
    "…",
    "get_order",
    { order_id: "1036" },
    ({ address, estimated_delivery, shipments = [] }) =>
      `It goes to ${address?.line1}, ${address?.city}, and should be there on ${estimated_delivery}. Its tracking id is ${shipments[0]?.tracking_ids.join(", ")}.`,
  ),
  step(
    "And the pen I ordered, can I still cancel it?",
    "get_order",
    { order_id: "1054" },
    ({ order_id, total, can_cancel }) =>
      `${can_cancel?.allowed ? "Yes" : "No"}: order ${order_id} over ${price(total)}. ${can_cancel?.reason}`,
  ),
  step(
    "What is in order 1055, then?",
    "get_order",
    { order_id: "1055" },
    () => "That one I cannot see; it may not be yours. Can you check the number?",
    true,
  ),
];

// ── How it is printed ───────────────────────────────────────────────────────────────────────────

const WIDTH = Math.min(process.stdout.columns || 96, 96) - 12;
/** A line of the conversation, with who speaks before it and a hanging indent. */
function print(who: string, style: Parameters<typeof styleText>[0], text: string): void {
  const lines = text.match(new RegExp(`.{1,${WIDTH}}(?=\\s|$)|\\S+`, "g")) ?? [];
  const indented = lines.map((line) => line.trim()).join(`\n${" ".repeat(12)}`);
  console.log(`${styleText("bold", who.padEnd(12))}${styleText(style, indented)}`);
}
const spoken = (args: object) =>
  Object.entries(args)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");

/** Plays the conversation through an MCP client at `url`. Gives whether every step went as it should. */
async function converse(url: string, asked: string[]): Promise<boolean> {
  const client = new Client(
    { name: "demo", version: "1" },
    { versionNegotiation: { mode: "auto" } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  let isFine = true;
  for (const { says, name, args, answer, isRefused } of conversation) {
    asked.length = 0;
    if (says !== "…") console.log();
    if (says !== "…") print("You", "reset", says);
    print("  calls", "cyan", `${name}(${spoken(args)})`);
    const result = await client.callTool({ name, arguments: args });
    for (const request of asked) print("  Django", "dim", request);
    const [content] = result.content;
    const words = content?.type === "text" ? content.text : "";
    if (result.isError) print("  error", "yellow", words);
    print("Assistant", "green", answer(result.structuredContent));
    isFine &&= asked.length === 1 && Boolean(result.isError) === isRefused;
  }
  await client.close();
  return isFine;
}

const howToConnect = (url: string) => `
Now your own assistant. The shop keeps running at ${url} until Ctrl-C:

  Claude Code   claude mcp add --transport http demo-shop ${url}
  Cursor        .cursor/mcp.json   {"mcpServers": {"demo-shop": {"url": "${url}"}}}
  VS Code       .vscode/mcp.json   {"servers": {"demo-shop": {"type": "http", "url": "${url}"}}}
  Inspector     npx -y @modelcontextprotocol/inspector@2.12.0 --server-url ${url}

Your own shop: DJANGO_API_BASE=https://shop.example DJANGO_API_TOKEN=… bun run server
`;

// ── The program ─────────────────────────────────────────────────────────────────────────────────

async function main(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      once: { type: "boolean" },
      stdio: { type: "boolean" },
      port: { type: "string", default: "3000" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log("bun run demo [--once | --stdio] [--port N]");
  const port = settingsSchema.shape.port.safeParse(values.once ? 0 : values.port);
  if (!port.success) throw new StartError(`--port ${values.port} is not a port: give 0 to 65535`);
  const django = serveShop({ port: 0 });
  const asked: string[] = [];
  const send = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    asked.push(`${init.method ?? "GET"} ${url.slice(django.url.length)}  ${response.status}`);
    return response;
  };
  const settings = { django_api_base: django.url, django_api_token: "demo-mia" };
  const shop = openShop(settingsSchema.parse(settings), send);
  if (values.stdio) {
    serveStdio(() => createServer(shop));
    process.stdin.once("close", () => void django.stop());
    return;
  }
  const http = serveHttp(shop, port.data);
  console.log(
    `Quince & Lantern is open: a Django shop played from mocks/world.json. No Django, no token needed.`,
  );
  console.log(
    `You are Mia, a customer. The assistant is scripted; the calls, the server and the answers are real.`,
  );
  const isFine = await converse(http.url, asked);
  if (!isFine) process.exitCode = 1;
  if (!values.once) return console.log(howToConnect(http.url));
  await http.stop();
  await django.stop();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const words = error instanceof StartError ? message : message.split(". ")[0];
  console.error(`demo: ${words?.replace("SHOP_MCP_PORT or ", "")}`);
  process.exit(2); // the shop may be open already
}
