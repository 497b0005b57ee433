/**
 * Over stdio: from the start of the process to its first `tools/list`, with all tools, after the handshake that a host
 * makes, and on to the first answer of a tool; then one request after the other.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { runOrThrow } from "../../django.ts";
import { binary, contenders as folder, root, toolchains } from "../install.ts";
import { startShop } from "../processes.ts";
import { bodyOf, headersOf, type Operation } from "../protocol.ts";
import { count, type Goal, median, ratio, rotate, table, times } from "../statistics.ts";

interface Child {
  name: string;
  title: string;
  command: string[];
  /** It has the tools. */
  isReal: boolean;
}
/** What there is of this server, and its peers. */
const bun = process.execPath;
const children: Child[] = [
  { name: "empty", title: "the empty server", command: [bun, `${folder}/empty.ts`], isReal: false },
  { name: "source", title: "**server.ts**", command: [bun, `${root}/server.ts`], isReal: true },
  {
    name: "bundle",
    title: "**dist/server.js**",
    command: [bun, `${root}/dist/server.js`],
    isReal: true,
  },
  {
    name: "executable",
    title: "**executable with bytecode**",
    command: [`${root}/dist/shop-mcp`],
    isReal: true,
  },
  { name: "sdk2-bun", title: "SDK 2.x, Bun", command: [bun, `${folder}/js/sdk2.js`], isReal: true },
  {
    name: "mcp-py",
    title: "the Python example",
    command: [binary.python, `${folder}/python/mcp_example.py`],
    isReal: true,
  },
  { name: "go-sdk", title: "go-sdk", command: [binary.goSdk], isReal: true },
  { name: "rmcp", title: "rmcp", command: [binary.rmcp], isReal: true },
];

interface Row extends Child {
  /** Milliseconds from each start to its `tools/list`. */
  starts: number[];
  /** And to the first answer of a tool. */
  calls: number[];
  /** Requests per second of each round, one at a time. */
  lists: number[];
  searches: number[];
}
export interface StdioResult {
  rows: Row[];
  skipped: string[];
}

/** A process with JSON-RPC on its pipes. */
function open(command: string[], shop: string) {
  const child = Bun.spawn(command, {
    env: { ...process.env, STDIO: "1", DJANGO_API_BASE: shop, DJANGO_API_TOKEN: "a-token" },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let [buffer, id] = ["", 0];
  const write = (message: object) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    return child.stdin.flush();
  };
  /** Sends a request, and reads on to its answer. */
  async function request(message: object): Promise<string> {
    const own = ++id;
    await write({ ...message, id: own });
    for (;;) {
      const end = buffer.indexOf("\n");
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`${command.join(" ")} has ended`);
        buffer += decoder.decode(value, { stream: true });
        continue;
      }
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 1);
      if (new RegExp(`"id": ?${own}[,}]`).test(line)) return line;
    }
  }
  async function initialize() {
    const clientInfo = { name: "bench", version: "1.0.0" };
    const protocolVersion = headersOf("legacy", "initialize")["MCP-Protocol-Version"];
    await request({
      method: "initialize",
      params: { protocolVersion, capabilities: {}, clientInfo },
    });
    await write({ method: "notifications/initialized" });
  }
  const list = () => request({ method: "tools/list", params: {} });
  const stop = async () => (child.kill(), await child.exited);
  return { initialize, list, request, stop };
}

/** The milliseconds to the first `tools/list`, and to the first answer of a tool. */
async function startOnce({ command, isReal }: Child, shop: string): Promise<[number, number]> {
  const from = Bun.nanoseconds();
  const since = () => (Bun.nanoseconds() - from) / 1e6;
  const { initialize, list, request, stop } = open(command, shop);
  try {
    await initialize();
    const answer = await list();
    const listed = since();
    if (!isReal) return [listed, NaN];
    if (!answer.includes("get_order_status")) throw new Error(`no tools in ${answer}`);
    await request(messageOf("search_products", 10_000_000));
    return [listed, since()];
  } finally {
    await stop();
  }
}
/** A request without its id. */
function messageOf(operation: Operation, number: number): object {
  const { id: _, ...message } = JSON.parse(bodyOf("legacy", operation, `${number}`, 0));
  return message;
}
async function roundTrips(child: Child, shop: string, operation: Operation, seconds: number) {
  const { initialize, request, stop } = open(child.command, shop);
  try {
    await initialize();
    let [calls, from] = [0, 0];
    const warm = Bun.nanoseconds() + 5e8;
    const end = warm + seconds * 1e9;
    for (let number = 10_000_000; Bun.nanoseconds() < end; number++) {
      if (!from && Bun.nanoseconds() > warm) from = Bun.nanoseconds();
      const answer = await request(messageOf(operation, number));
      if (!answer.includes('"result"') || /"isError": ?true/.test(answer)) throw new Error(answer);
      if (from) calls++;
    }
    return calls / ((Bun.nanoseconds() - from) / 1e9);
  } finally {
    await stop();
  }
}

export async function measureStdio({ rounds = 5, seconds = 2 }): Promise<StdioResult> {
  const skipped: string[] = [];
  for (const needs of ["bun", "python", "go", "rust"] as const)
    await toolchains[needs]().catch((error: Error) => skipped.push(`${needs}: ${error.message}`));
  await runOrThrow([bun, `${root}/scripts/build.ts`, "--executable"]);
  const shop = await startShop();
  const rows: Row[] = [];
  try {
    for (const child of children) {
      const file = child.command.find((part) => part.startsWith("/") && !existsSync(part));
      const problem = file ? `no ${file}` : await startOnce(child, shop.url).then(() => "", String);
      if (problem) skipped.push(`${child.name}: ${problem}`);
      else rows.push({ ...child, starts: [], calls: [], lists: [], searches: [] });
    }
    for (const reason of skipped) console.log(`skipped: ${reason}`);
    for (let round = 0; round < rounds * 3; round++)
      for (const row of rotate(rows, round)) {
        const [listed, called] = await startOnce(row, shop.url);
        row.starts.push(listed);
        row.calls.push(called);
      }
    for (let round = 0; round < rounds; round++)
      for (const row of rotate(rows, round)) {
        row.lists.push(await roundTrips(row, shop.url, "tools/list", seconds));
        if (row.isReal)
          row.searches.push(await roundTrips(row, shop.url, "search_products", seconds));
      }
  } finally {
    await shop.stop();
  }
  return { rows, skipped };
}

const startsOf = ({ rows }: StdioResult, name: string) =>
  rows.find((row) => row.name === name)?.starts ?? [];

export function reportStdio(result: StdioResult): string {
  const empty = startsOf(result, "empty");
  const rows = result.rows.map(({ title, isReal, starts, calls, lists, searches }) => [
    title,
    count(median(starts), 1),
    times(ratio(starts, empty)),
    isReal ? count(median(calls), 1) : "–",
    count(median(lists)),
    isReal ? count(median(searches)) : "–",
  ]);
  const head = [
    "",
    "to `tools/list`, ms",
    "of the empty server",
    "to a first search, ms",
    "`tools/list`/s",
    "`search_products`/s",
  ];
  const skipped = result.skipped.map((reason) => `- Skipped: ${reason.split("\n")[0]}`).join("\n");
  return [table(head, rows), skipped].filter(Boolean).join("\n\n");
}

export function stdioGoals(result: StdioResult): Goal[] {
  const of = (name: string, other: string) =>
    ratio(startsOf(result, name), startsOf(result, other));
  return [
    {
      what: "5: start of dist/server.js, of the empty server",
      measured: of("bundle", "empty"),
      atMost: 3,
    },
    {
      what: "5: start of the executable, of the empty server",
      measured: of("executable", "empty"),
      atMost: 2,
    },
    {
      what: "5: start of the Python example, of dist/server.js",
      measured: of("mcp-py", "bundle"),
      atLeast: 5,
    },
  ];
}
