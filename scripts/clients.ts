/**
 * The server in the hands of clients of other stacks: `bun run test:clients [WORD…]` installs them from lock files,
 * plays tests/clients/play.ts with each, over each transport that it speaks, and compares what it finds with the table
 * in docs/clients.md. A stack whose toolchain is missing is skipped, and counted.
 *
 * ```sh
 * bun run test:clients            # all of them
 * bun run test:clients go fastmcp # those with one of these words in their names or stacks
 * bun run test:clients --write    # renews the table
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Client, clients, type Transport } from "../tests/clients/clients.ts";
import { startDriver } from "../tests/clients/driver.ts";
import { installers, type Stack, toolchains } from "../tests/clients/install.ts";
import { type Findings, type Played, play } from "../tests/clients/play.ts";
import { bundledServer } from "../tests/harness/bundle.ts";
import { table, withSections } from "./sections.ts";

const PAGE = "docs/clients.md";
const page = Bun.file(new URL(`../${PAGE}`, import.meta.url));
const count = { pass: 0, skip: 0, fail: 0 };
/** What was found of each client, by its title and transport. */
const found = new Map<string, Findings>();
const message = (error: unknown) => (error instanceof Error ? error.message : String(error));
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const failed = (what: string) => (console.log(`✗ ${what}`), (count.fail += 1));

function report(title: string, { passed, failure, findings }: Played, time: string): void {
  count.pass += passed.length;
  if (failure !== undefined) return void failed(`${title}: ${failure}\n  after: ${passed.join()}`);
  found.set(title, findings as Findings); // all of its steps were taken
  console.log(`✓ ${title}: ${passed.length} steps, ${findings.revision} (${time})`);
}
const titleOf = ({ title }: Client, transport: Transport) => `${title}, ${transport}`;

async function playClient(client: Client): Promise<void> {
  let driver = startDriver(client.command);
  for (const transport of client.transports) {
    const began = performance.now();
    const played = await play(driver, client, transport);
    report(titleOf(client, transport), played, seconds(began));
    if (played.failure === undefined) continue;
    driver.kill(); // it may still be at something
    driver = startDriver(client.command);
  }
  await driver.end().catch((error) => failed(`${client.title}: ${message(error)}`));
}

/** Plays what a stack has, once it is installed. */
async function playStack(stack: Stack, its: Client[]): Promise<void> {
  const programs = toolchains[stack]();
  const missing = Object.entries(programs).flatMap(([name, path]) => (path ? [] : [name]));
  if (missing.length) {
    const names = its.map(({ title }) => title).join(", ");
    console.log(`- SKIPPED, and not proven here: ${names}, since ${missing.join()} is missing`);
    count.skip += its.length;
    return;
  }
  const began = performance.now();
  try {
    await installers[stack](programs as Record<string, string>); // none is missing
  } catch (error) {
    return void failed(`${stack}: could NOT be installed: ${message(error)}`);
  }
  console.log(`  ${stack}: installed in ${seconds(began)}`);
  for (const client of its) await playClient(client);
}

const COLUMNS = [
  "client",
  "over",
  "protocol",
  "hands on",
  "asks by",
  "gives up a call by",
  "leaves by",
  "remarks",
];
function clientTable(): string {
  const rows = clients.flatMap((client) =>
    client.transports.map((transport) => {
      const { title, cannotBeAsked, givesUpSilently, remark } = client;
      const { revision, results, givesUp, leaves } = found.get(titleOf(client, transport)) ?? {};
      const asks = cannotBeAsked ? "a code" : "a form";
      const remarks = [cannotBeAsked, givesUpSilently?.[transport], remark]
        .filter(Boolean)
        .join(" ");
      const cells = [title, transport, revision, results, asks, givesUp, leaves, remarks];
      return cells.map((cell = "") => cell);
    }),
  );
  return table(COLUMNS, rows);
}
/** Writes the table, or compares it with that of the page. */
async function checkTable(isWritten: boolean): Promise<void> {
  const now = await page.text();
  const wanted = await withSections(PAGE, { clients: clientTable() });
  if (isWritten) await page.write(wanted);
  if (isWritten || now === wanted) count.pass += 1;
  else failed(`the table of ${PAGE} is not what was found: bun run test:clients --write renews it`);
}

const { positionals: words, values } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const isMeant = ({ title, stack }: Client) =>
  !words.length || words.some((word) => `${title} ${stack}`.toLowerCase().includes(word));
await bundledServer();
const stacks = Object.groupBy(clients.filter(isMeant), ({ stack }) => stack);
await Promise.all(
  Object.entries(stacks).map(([stack, its]) => playStack(stack as Stack, its)), // the clients' own keys
);
if (!words.length && !count.skip && !count.fail) await checkTable(values.write);
else console.log(`- the table of ${PAGE} was not compared: not every client was played to its end`);
console.log(`\n ${count.pass} pass\n ${count.skip} skip\n ${count.fail} fail`);
process.exit(count.fail || !count.pass ? 1 : 0);
