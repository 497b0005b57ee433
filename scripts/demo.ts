/**
 * Shows the server at work, without a Django of yours: opens the mock shop, plays a short conversation with it
 * through a real MCP client over HTTP, and goes on serving, for an assistant to connect to.
 *
 * ```sh
 * bun run demo              # serves at http://127.0.0.1:3000/mcp after the conversation
 * bun run demo --port 0     # on any free port
 * bun run demo --once       # ends after the conversation; exits with 1 if it went wrong
 * bun run demo --stdio      # no conversation: serves the host that started it
 * npx -y django-shop-mcp demo    # the same without a clone; under Node, which has no HTTP here, over stdio alone
 * ```
 *
 * @module
 */
import { parseArgs, styleText } from "node:util";
import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import type * as z from "zod";
import {
  commandFor,
  createServer,
  openShop,
  serveHttp,
  settingsSchema,
  tools,
  updatesOf,
} from "../server.ts";
import { ConfigError } from "../shop/errors.ts";
import { reserveStdout, serveStdio } from "../stdio/serve.ts";
import { serveShop, serveShopUnderNode } from "./shop.ts";

const USAGE = `${commandFor("demo")} [--once | --stdio] [--port N]`;
const HELP = `${USAGE}

  --once      end after the conversation
  --stdio     serve a host over stdio, without the conversation
  --port N    serve at http://127.0.0.1:N/mcp; 0: any free port [3000]; needs Bun`;
/** Node has no HTTP server of ours: there, the conversation is held in memory, and hosts are served over stdio. */
const isBun = Boolean(process.versions.bun);

// ── The conversation ────────────────────────────────────────────────────────────────────────────

type Tools = typeof tools;
type Answer = "accept" | "decline";
interface Exchange<Name extends keyof Tools, Result> {
  /** What the user says. */
  user: string;
  /** The tool that the assistant calls for it. */
  tool: Name;
  args: z.input<Tools[Name]["input"]>;
  /** What the user answers when the tool asks for confirmation. */
  answer?: Answer;
  /** What the assistant makes of the result. */
  reply?(result: Result): string;
}
/** One exchange, with its arguments and its reply typed by its tool. */
function exchange<Name extends keyof Tools>(
  given: Exchange<Name, z.output<Tools[Name]["output"]>>,
) {
  return given as Exchange<Name, unknown>; // it is only ever given the results of its own tool
}

type Price = { amount: string; currency: string } | undefined;
const formatPrice = (price: Price) => (price ? `${price.amount} ${price.currency}` : "no price");

const cancelThePen = {
  tool: "cancel_order",
  args: { order_id: "1054", reason: "no_longer_needed" },
} as const;
const conversation = [
  exchange({
    user: "I need a present for somebody with a garden, thirty euros at most.",
    tool: "search_products",
    args: { query: "garden", max_price: 30, limit: 3 },
    reply: ({ products }) => {
      const offers = products.map(({ name, price }) => `${name} (${formatPrice(price)})`);
      return `How about one of these? ${offers.join(", ")}.`;
    },
  }),
  exchange({
    user: "Order 1036 is for my mother. Where is it?",
    tool: "get_order_status",
    args: { order_id: "1036" },
    reply: ({ status, estimated_delivery, tracking_ids = [] }) =>
      `It is ${status}, and should arrive on ${estimated_delivery}. Its tracking id is ${tracking_ids.join(", ")}.`,
  }),
  exchange({
    user: "Somebody gave me a pen. Cancel mine, please: order 1054.",
    ...cancelThePen,
    answer: "decline",
  }),
  exchange({
    user: "I had forgotten the ink. But yes, cancel it all.",
    ...cancelThePen,
    answer: "accept",
    reply: ({ status, amount, currency }) =>
      `Done: the order is ${status}, and ${amount?.replace("-", "")} ${currency} go back to your card.`,
  }),
];

/** A request that reached the shop, with the status of its answer. */
interface ShopRequest {
  method: string;
  path: string;
  status: number;
  idempotencyKey: string | null;
}
/** A `fetch` for the server which notes each request that the shop answered, until `stop` is called. */
function recordRequests(base: string) {
  const requests: ShopRequest[] = [];
  let isRecording = true;
  return {
    async fetch(url: string, init: RequestInit) {
      const response = await fetch(url, init);
      const { method = "GET", headers } = init;
      const { status } = response;
      const idempotencyKey = new Headers(headers).get("Idempotency-Key");
      if (isRecording)
        requests.push({ method, path: url.slice(base.length), status, idempotencyKey });
      return response;
    },
    /** The requests since the last call. */
    take: () => requests.splice(0),
    stop: () => void (isRecording = false),
  };
}
type Recorder = ReturnType<typeof recordRequests>;

/** What an exchange led to: the requests before and after the question, if there was one. */
interface Outcome {
  isAsked: boolean;
  before: ShopRequest[];
  after: ShopRequest[];
  isError: boolean;
}
const isChange = ({ method, path }: ShopRequest) =>
  method !== "GET" && !path.endsWith("/previews/"); // which change nothing
/** Whether the shop was sent nothing after a no, one change under one key after a yes, and only reads otherwise. */
function isAsExpected(answer: Answer | undefined, { isAsked, before, after, isError }: Outcome) {
  if (isAsked !== Boolean(answer) || before.some(isChange)) return false;
  if (answer === "decline") return isError && after.length === 0;
  const changes = after.filter(isChange);
  const isKeyed = changes.every(({ idempotencyKey }) => idempotencyKey);
  return !isError && isKeyed && changes.length === (answer === "accept" ? 1 : 0);
}

/**
 * Plays the conversation through an MCP client, which can ask its user, and prints it.
 * @returns the tools that did not do as the conversation shows
 */
async function converse(transport: Transport, recorder: Recorder): Promise<string[]> {
  const client = new Client(
    { name: "demo", version: "1" },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: "auto" } },
  );
  await client.connect(transport);
  const unexpected: string[] = [];
  let lastQuestion = "";
  for (const { user, tool, args, answer, reply } of conversation) {
    console.log();
    print("You", user, "bold");
    print("  tool", formatCall(tool, args), "cyan");
    let isAsked = false;
    let before: ShopRequest[] = [];
    client.setRequestHandler("elicitation/create", ({ params: { message } }) => {
      isAsked = true;
      before = recorder.take();
      printRequests(before);
      printQuestion(message, { isRepeated: message === lastQuestion, answer });
      lastQuestion = message;
      return answer === "accept"
        ? { action: answer, content: { confirm: true } }
        : { action: "decline" };
    });
    const result = await client.callTool({ name: tool, arguments: args });
    const after = recorder.take();
    printRequests(after);
    const isError = result.isError === true;
    const [content] = result.content;
    const [summary = ""] = content?.type === "text" ? content.text.split("\n") : [];
    print("  result", summary, isError ? "yellow" : "green");
    if (reply && !isError) print("Assistant", reply(result.structuredContent));
    if (!isAsExpected(answer, { isAsked, before, after, isError })) unexpected.push(tool);
  }
  await client.close();
  return unexpected;
}

// ── How it is printed ───────────────────────────────────────────────────────────────────────────

type Style = Parameters<typeof styleText>[0];
const INDENT = 11;
const WIDTH = Math.max(60, Math.min(process.stdout.columns || 96, 96)) - INDENT;
const NO_BREAK = "\u00a0";
/** The lines of a text, broken at spaces. Spaces that must not break come as NO_BREAK, and leave as spaces. */
const wrap = (text: string, width: number) =>
  wrapAnsi(text, width, { hard: true }).replaceAll(NO_BREAK, " ").split("\n");

/** Prints a text in its column, with a label in the margin: who speaks, or, indented, what happens. */
function print(label: string, text: string, style: Style = "reset"): void {
  const isSpeaker = !label.startsWith(" ");
  const margin = styleText(isSpeaker ? "bold" : "dim", label.padEnd(INDENT));
  const lines = wrap(text, WIDTH).map((line) => styleText(style, line));
  console.log(margin + lines.join(`\n${" ".repeat(INDENT)}`));
}

const formatCall = (tool: string, args: object) => {
  const given = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${tool}(${given.join(", ")})`;
};

const unbroken = (text: string) => text.replaceAll(" ", NO_BREAK);
function formatRequest(request: ShopRequest): string {
  const { method, path, status, idempotencyKey } = request;
  const line = styleText(isChange(request) ? ["bold", "magenta"] : "reset", `${method} ${path}`);
  const code = styleText(status < 400 ? "green" : "yellow", String(status));
  const key = idempotencyKey ? ` · Idempotency-Key: ${idempotencyKey.slice(0, 8)}…` : "";
  return unbroken(`${line} → ${code}${key}`);
}
/** Prints what the shop was sent, in order: reads share a line where they fit, a change begins its own. */
function printRequests(requests: ShopRequest[]): void {
  const parts = requests.map((request, nth) => {
    const separator = nth === 0 ? "" : isChange(request) ? "\n" : " · ";
    return separator + formatRequest(request);
  });
  print("  Django", parts.join("") || styleText("bold", "nothing is sent"));
}

/** Prints the question as a host shows it to the user, with the answer on its frame. */
function printQuestion(question: string, options: { isRepeated: boolean; answer?: Answer }): void {
  const frame = (text: string) => styleText("yellow", text);
  const isYes = options.answer === "accept";
  const answer = styleText(["bold", isYes ? "green" : "red"], isYes ? "Yes" : "No");
  const rule = (left: string, right: string) => {
    const gap = WIDTH - stringWidth(left + right);
    return print("", frame(left) + frame("─".repeat(gap)) + right);
  };
  if (options.isRepeated)
    return rule("── The same question ", `${frame(" Your answer:")} ${answer} ${frame("──")}`);
  rule("╭─ Please confirm ", frame("╮"));
  for (const line of wrap(question, WIDTH - 4)) {
    const padding = " ".repeat(WIDTH - 4 - stringWidth(line));
    print("", `${frame("│")} ${line}${padding} ${frame("│")}`);
  }
  rule("╰", `${frame(" Your answer:")} ${answer} ${frame("─╯")}`);
}

const INTRODUCTION = `Quince & Lantern is open: a mock Django shop. You are Mia, one of its customers.
Your words and the assistant's are scripted; everything between them is real.`;

/** Prints how to reach the server from an assistant: label and command side by side, where the lines are long enough. */
function printHowToConnect(url: string): void {
  const rows = [
    ["Your assistant", `${commandFor("connect HOST")} --http ${url}`],
    ["MCP Inspector", `npx mcp-inspector --server-url ${url}`],
    ["A shop of yours", `${commandFor("connect HOST")} --url https://shop.example`],
  ] as const;
  const lines = rows.map(([label, command]) => `  ${label.padEnd(18)}${command}`);
  const isWide = lines.every((line) => line.length <= INDENT + WIDTH);
  console.log(`\nYour turn: the shop is open at ${styleText("bold", url)} until Ctrl-C.\n`);
  for (const [label, command] of rows) {
    const name = styleText("dim", isWide ? `  ${label.padEnd(18)}` : `  ${label}\n    `);
    console.log(name + styleText("cyan", command));
  }
  console.log();
}

// ── The program ─────────────────────────────────────────────────────────────────────────────────

function readOptions(argv: string[]) {
  const options = {
    once: { type: "boolean" },
    stdio: { type: "boolean" },
    port: { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\. [^]*|\n/g, "") : error;
    throw new ConfigError(`${reason}. Usage: ${USAGE}`);
  }
}
/** Serves MCP at this port. @throws {ConfigError} when the port cannot be had */
function listen(shop: ReturnType<typeof openShop>, given: string) {
  const { success, data: port = 0 } = settingsSchema.shape.port.safeParse(given);
  if (!success) throw new ConfigError(`--port must be from 0 to 65535; got "${given}".`);
  try {
    return serveHttp(shop, port);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      `Port ${port} is in use, or not open to you. Choose another with --port (0: any free port).`,
    );
  }
}

/** A client's way to a server in this process. */
async function connectInMemory(shop: ReturnType<typeof openShop>): Promise<Transport> {
  const [forClient, forServer] = InMemoryTransport.createLinkedPair();
  await createServer(shop).connect(forServer);
  return forClient;
}

async function main(argv: string[]): Promise<void> {
  const { help, once, port, stdio } = readOptions(argv);
  if (help) return console.log(HELP);
  const django = isBun ? serveShop() : await serveShopUnderNode();
  const recorder = recordRequests(django.url);
  const settings = { django_api_base: django.url, django_api_token: "demo-mia" };
  const shop = openShop(settingsSchema.parse(settings), { fetch: recorder.fetch });
  if (stdio) {
    recorder.stop();
    reserveStdout();
    await serveStdio(() => createServer(shop), { ...updatesOf(shop) }).finally(django.stop);
    return;
  }
  if (port !== undefined && !isBun)
    throw new ConfigError(
      "--port needs Bun. Under Node, leave it out: hosts are served over stdio.",
    );
  const http = isBun ? listen(shop, once ? "0" : (port ?? "3000")) : undefined;
  console.log(INTRODUCTION);
  const transport = http
    ? new StreamableHTTPClientTransport(new URL(http.url))
    : await connectInMemory(shop);
  const unexpected = await converse(transport, recorder);
  recorder.stop();
  for (const tool of unexpected)
    console.error(`demo: ${tool} did not do what this conversation is there to show.`);
  if (unexpected.length > 0) process.exitCode = 1;
  if (http && !once) return printHowToConnect(http.url);
  if (!once) console.log(`\nYour turn: ${styleText("bold", commandFor("connect HOST --demo"))}\n`);
  await http?.stop();
  await django.stop();
}

/** The program. */
export async function run(argv: string[]): Promise<void> {
  process.stdout.once("error", () => process.exit()); // nobody reads on: `demo | head`
  try {
    await main(argv);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    process.exit(2); // the shop may be open already, and would keep the process alive
  }
}
if (import.meta.main) await run(process.argv.slice(2));
