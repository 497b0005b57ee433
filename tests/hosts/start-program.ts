/** The program as a host starts it: over stdio with all of its input at once, or over HTTP. */
const program = new URL("../../server.ts", import.meta.url).pathname;
/** Nothing listens there. */
export const NO_SHOP = { DJANGO_API_BASE: "http://127.0.0.1:9", DJANGO_API_TOKEN: "t" };

export const rpc = (id: number | string | null, method: string, params?: unknown) => {
  return { jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) };
};
export const initialize = (capabilities = {}) =>
  rpc("init", "initialize", {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "t", version: "1" },
  });

/** What the tests read of a message of the server. */
export interface Message {
  id?: number | string | null;
  method?: string;
  params?: { message?: string };
  result?: { content?: { text: string }[]; structuredContent?: unknown; isError?: boolean };
  error?: { code: number; message: string };
}
/** Gives the program these lines, and the end of stdin with them; gives back what it said and how it ended. */
export async function runOnLines(lines: (object | string)[], env: object, args: string[] = []) {
  const stdin = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  const child = Bun.spawn([process.execPath, program, ...args], {
    env: { ...NO_SHOP, ...env },
    stdin: Buffer.from(stdin.join("\n")),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const messages: Message[] = out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { code: await child.exited, messages, err };
}

/** Starts the program over HTTP, on a free port where none is given, and waits for its address, or for its end. */
export async function startHttp(env: object, port = 0) {
  const child = Bun.spawn([process.execPath, program, "--http", "--port", String(port)], {
    env: { ...NO_SHOP, ...env },
    stdout: "ignore",
    stderr: "pipe",
  });
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (!printed.includes("\n")) printed += (await reader.read()).value ?? "";
  reader.releaseLock();
  const url = /over (http\S+)/.exec(printed)?.[1] ?? "";
  const stop = async () => void (child.kill("SIGKILL"), await child.exited);
  return { url, printed, child, [Symbol.asyncDispose]: stop };
}
export const POST = {
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream" },
};

/** Opens a subscription, as a modern client does. */
export function listen(url: string, resourceSubscriptions: string[] = []) {
  const version = "2026-07-28";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const notifications = { toolsListChanged: true, resourceSubscriptions };
  const names = { "MCP-Protocol-Version": version, "Mcp-Method": "subscriptions/listen" };
  const body = JSON.stringify(rpc(1, "subscriptions/listen", { notifications, _meta }));
  return fetch(url, { ...POST, headers: { ...POST.headers, ...names }, body });
}
