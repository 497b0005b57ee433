/**
 * Runs the commands of the documentation as somebody does who has never seen it: in a copy of what git holds, in an
 * empty home, line by line as they are written. Which lines, and what each has to say, stands in
 * tests/docs/commands.ts. The demo shop stands for https://shop.example, and free ports for those that are written.
 *
 * ```sh
 * bun run test:readme                    # every page
 * bun run test:readme docs/start.md      # one page
 * bun run test:readme --links            # and the links to other sites, where there is a network
 * ```
 *
 * @module
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { commands, isSetting, linesOf } from "../tests/docs/commands.ts";
import { pages, root } from "../tests/docs/markdown.ts";
import { freePort } from "./free-port.ts";
import { serveShop } from "./shop.ts";

const PATIENCE_MS = 60_000;
/** What README.md promises a newcomer. */
const PROMISED_SECONDS = 180;
const KEPT = /^(PATH|TMPDIR|npm_config_|BUN_|NPM_|SSL_|NODE_EXTRA|HTTPS?_PROXY|NO_PROXY)/i;

const folder = mkdtempSync(join(tmpdir(), "readme-"));
const clone = join(folder, "django-shop-mcp");
const home = join(folder, "home");
let [passed, failed] = [0, 0];

/** Copies what git holds, and what it would hold of what is new, without anything that was installed. */
function copyTree(): void {
  const list = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const files = Bun.spawnSync(list, { cwd: root }).stdout.toString().trim().split("\n");
  for (const file of files) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(root, file), join(clone, file), { dereference: false });
  }
  mkdirSync(home);
}

/** A free port, the same for each that is written. */
const ports = new Map<string, string>();
function portFor(written: string): string {
  const known = ports.get(written);
  if (known) return known;
  const port = String(freePort());
  ports.set(written, port);
  return port;
}

const shop = serveShop();
const SECRET = "0123456789abcdef0123456789abcdef";
/** What a reader puts in the place of what is only an example. */
const asReader = (line: string) =>
  line
    .replace(/(?<=127\.0\.0\.1:|--port |--metrics-port )\d{4,5}\b/g, portFor)
    .replaceAll("https://shop.example", shop.url)
    .replaceAll("/path/to/django-shop-mcp", clone)
    .replace(/(--token |DJANGO_API_TOKEN=)…/g, "$1demo-mia")
    .replace(/=…/g, `=${SECRET}`)
    .replace(/ run connect .*/, "$& --yes")
    .replace(/^bun run (storefront|page)$/, "$& --port 0")
    .replace(/^bun run shop /, `$&--port ${portFor("8000")} `);

const env: Record<string, string> = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name))),
  HOME: home,
  XDG_CONFIG_HOME: join(home, ".config"),
  STOREFRONT_PORT: "0",
  SHOP_MCP_PORT: "0",
} as Record<string, string>; // the environment has no undefined values

interface Running {
  child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  output(): string;
  /** Settles once these words were printed, or the child has ended. */
  waitFor(words: RegExp): Promise<boolean>;
}
function start(script: string): Running {
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", script], {
    cwd: clone,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true, // so that its children end with it
  });
  let printed = "";
  const waiting = new Set<() => void>();
  const read = async (stream: typeof child.stdout) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      printed += Bun.stripANSI(chunk);
      for (const look of waiting) look();
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.exited]);
  return {
    child,
    output: () => printed,
    waitFor: (words) =>
      new Promise((resolve) => {
        const done = (isSaid: boolean) => (
          waiting.delete(look),
          clearTimeout(timer),
          resolve(isSaid)
        );
        const look = () => words.test(printed) && done(true);
        const timer = setTimeout(() => done(false), PATIENCE_MS);
        waiting.add(look);
        look();
        void ended.then(() => done(words.test(printed)));
      }),
  };
}
/** Ends what was started, with all that it has started itself. */
async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null) return;
  process.kill(-child.pid, "SIGTERM");
  await child.exited;
}

function report(line: string, problem?: string): void {
  if (problem) failed += 1;
  else passed += 1;
  console.log(`${problem ? "✗" : "✓"} ${line}${problem ? `\n${problem}` : ""}`);
}

/** Runs the lines of one snippet. What serves goes on. @returns what was started */
async function runSnippet(code: string): Promise<Running[]> {
  const lines = linesOf(code);
  const isOurs = (line: string) => "says" in (commands[line] ?? {});
  const serving: Running[] = [];
  if (!lines.some(isOurs)) return serving;
  const before: string[] = [];
  const pending: string[] = [];
  const flush = async () => {
    if (!pending.length) return;
    const child = start([...before, ...pending.map(asReader)].join("\n"));
    await child.waitFor(/(?!)/); // nothing says that: it waits for the end
    for (const line of pending.splice(0)) {
      const runner = commands[line];
      const isSaid = runner && "says" in runner && runner.says.test(child.output());
      const isWell = isSaid && child.child.exitCode === 0;
      report(line, isWell ? undefined : `exit code ${child.child.exitCode}\n${child.output()}`);
    }
    await end(child);
  };
  for (const line of lines) {
    const runner = commands[line];
    if (isSetting(line)) before.push(asReader(line));
    else if (runner && "says" in runner && !runner.serves) pending.push(line);
    else if (runner && "says" in runner) {
      await flush();
      const child = start([...before, asReader(line)].join("\n"));
      serving.push(child);
      report(line, (await child.waitFor(runner.says)) ? undefined : child.output());
    }
  }
  await flush();
  return serving;
}

/** What a reader is promised at the top: the assistant of the configuration that was written finds the lamp. */
async function askTheAssistant(): Promise<void> {
  const file = join(home, ".config/Claude/claude_desktop_config.json");
  const { mcpServers } = await Bun.file(file).json();
  const { command, args } = mcpServers.shop;
  const transport = new StdioClientTransport({ command, args, env: { HOME: home }, cwd: folder });
  const host = new Client({ name: "a-newcomers-assistant", version: "1" });
  await host.connect(transport);
  const query = { query: "desk lamp", max_price: 200 };
  const { structuredContent } = await host.callTool({ name: "search_products", arguments: query });
  await host.close();
  const found = JSON.stringify(structuredContent);
  const isFound = found.includes("Étude Desk Lamp") && found.includes('"189.00"');
  report("the assistant finds the Étude Desk Lamp, for 189.00 EUR", isFound ? undefined : found);
}

const PARSE = `
import mermaid from "mermaid";
for (const text of await Bun.stdin.json())
  await mermaid.parse(text).catch((error) => console.log(String(error)));
`;
/** Reads each diagram by Mermaid itself, at the version that is tried here: it takes 200 MB, so it is no dependency. */
async function checkDiagrams(): Promise<void> {
  const diagrams = pages.flatMap(({ snippets }) =>
    snippets.filter(({ language }) => language === "mermaid").map(({ code }) => code),
  );
  const cwd = join(folder, "mermaid");
  await Bun.write(join(cwd, "package.json"), '{"private":true}');
  const install = Bun.spawnSync([process.execPath, "add", "--exact", "mermaid@12.3.0"], { cwd });
  if (!install.success) return console.log("skipped: Mermaid cannot be installed here");
  const stdin = Buffer.from(JSON.stringify(diagrams));
  const parser = Bun.spawn([process.execPath, "-e", PARSE], { cwd, stdin, stdout: "pipe" });
  const said = await parser.stdout.text();
  const isRead = diagrams.length > 0 && said === "" && (await parser.exited) === 0;
  report(`${diagrams.length} diagram of Mermaid`, isRead ? undefined : said);
}

/** Asks each address once whether it is there. */
async function checkLinks(): Promise<void> {
  const links = new Set(
    pages.flatMap((page) => page.links.filter((link) => link.startsWith("https:"))),
  );
  const isThere = async (link: string) => {
    const answer = await fetch(link, { signal: AbortSignal.timeout(15_000) }).catch(
      () => undefined,
    );
    return [link, answer?.status] as const;
  };
  const answers = await Promise.all([...links].map(isThere));
  if (answers.every(([, status]) => status === undefined))
    return console.log(`skipped: ${links.size} links to other sites, since there is no network`);
  for (const [link, status] of answers)
    report(link, status === 404 || status === 410 || !status ? `status ${status}` : undefined);
}

const { values, positionals } = parseArgs({
  options: { links: { type: "boolean", default: false } },
  allowPositionals: true,
});
copyTree();
try {
  const isFront = ({ path }: { path: string }) => path === "README.md"; // which is for a bare clone
  for (const { path, snippets } of [
    ...pages.filter(isFront),
    ...pages.filter((p) => !isFront(p)),
  ]) {
    if (positionals.length && !positionals.includes(path)) continue;
    const serving: Running[] = [];
    const startedAt = performance.now();
    const before = passed + failed;
    for (const { language, code } of snippets)
      if (language === "sh") {
        serving.push(...(await runSnippet(code)));
        if (path === "README.md" && code.includes("connect claude-desktop --demo")) {
          await askTheAssistant();
          const seconds = Math.round((performance.now() - startedAt) / 1000);
          const isSoon = seconds <= PROMISED_SECONDS;
          report(`from a bare clone to the product: ${seconds} s`, isSoon ? undefined : "too long");
        }
      }
    await Promise.all(serving.map(end));
    const took = ((performance.now() - startedAt) / 1000).toFixed(0);
    if (passed + failed > before) console.log(`  ${path}: ${took} s`);
    rmSync(join(clone, "dialects/mine.ts"), { force: true }); // the doctor overwrites nothing
  }
  if (!positionals.length) await checkDiagrams();
  if (values.links) await checkLinks();
} finally {
  await shop.stop();
  rmSync(folder, { recursive: true });
}
console.log(`\n ${passed} pass\n ${failed} fail`);
process.exitCode = failed === 0 ? 0 : 1;
