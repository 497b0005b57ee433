/**
 * What the command line of the official MCP Inspector says of the server in front of the mock shop: whether its
 * schemas are portable, one call of each tool that reads, and a load of calls. The Inspector ends with 0 where every
 * call of a load failed, and where a schema has only warnings, so what counts here is what its JSON says.
 *
 * ```sh
 * bun run inspect:ci
 * ```
 *
 * @module
 */
import * as z from "zod";
import { tools } from "../server.ts";
import { type Era, inspectorFor, openDemo, type ServerEntry, type Transport } from "./inspect.ts";

/** What the Inspector prints on stdout, and on stderr where it fails. */
const printed = z.object({
  result: z.looseObject({}).optional(),
  schemaFindings: z
    .array(
      z.object({
        toolName: z.string(),
        findings: z.array(z.object({ path: z.string(), issue: z.string() })),
      }),
    )
    .default([]),
  error: z.object({ message: z.string() }).optional(),
});
type Printed = z.output<typeof printed>;
const listResult = z.object({ tools: z.array(z.object({ name: z.string() })) });
const callResult = z.object({
  isError: z.boolean().default(false),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
});
const loadResult = z.object({
  requests: z.int(),
  ok: z.int(),
  toolErrors: z.int(),
  errors: z.int(),
  throughput: z.number(),
  latencyMs: z.object({ p50: z.number(), p99: z.number() }).partial(),
  errorMessages: z.array(z.unknown()),
});

/** Runs the Inspector's command line once. */
export type Inspect = (...args: string[]) => Promise<Printed>;
/** A check: what it found, in words. @throws {Error} where that is not as it should be */
type Check = (inspect: Inspect) => Promise<string>;

/** @throws {Error} with what the Inspector says instead of a result of this shape */
function read<S extends z.ZodType>(schema: S, { result, error }: Printed): z.output<S> {
  const { data, success } = schema.safeParse(result);
  if (success) return data;
  throw new Error(error?.message ?? `the Inspector said something else: ${JSON.stringify(result)}`);
}
/** All of these tools are listed, with schemas of which the Inspector has nothing to say. */
export const lists =
  (names: string[]): Check =>
  async (inspect) => {
    const said = await inspect("--method", "tools/list", "--strict");
    const listed = read(listResult, said).tools.map(({ name }) => name);
    const findings = said.schemaFindings.flatMap(({ toolName, findings }) =>
      findings.map(({ path, issue }) => `${toolName}, ${path}: ${issue}`),
    );
    if (findings.length > 0) throw new Error(findings.join("\n"));
    if (`${listed.toSorted()}` !== `${names.toSorted()}`) throw new Error(`listed: ${listed}`);
    return `${listed.length} tools, no finding in their schemas`;
  };
const callOf = (tool: string, args: object) => [
  "--method",
  "tools/call",
  "--tool-name",
  tool,
  "--tool-args-json",
  JSON.stringify(args),
];
/** A call is answered, with text and structure. */
export const calls =
  (tool: string, args: object): Check =>
  async (inspect) => {
    const result = read(callResult, await inspect(...callOf(tool, args)));
    const [{ text = "" } = {}] = result.content;
    if (result.isError || !result.structuredContent || !text)
      throw new Error(text || "no text, or no structure");
    return text.split("\n")[0] ?? "";
  };
const LOAD = 200; // calls, ten at a time
/** Many calls, ten at a time, are all answered. */
export const bears =
  (tool: string, args: object): Check =>
  async (inspect) => {
    const load = ["--load", "--load-requests", `${LOAD}`];
    const said = read(loadResult, await inspect(...callOf(tool, args), ...load));
    const { requests, ok, toolErrors, errors, errorMessages, throughput, latencyMs } = said;
    if (requests !== LOAD || ok !== LOAD)
      throw new Error(
        `${requests} of ${LOAD} calls were made, ${ok} answered, ${toolErrors} with an error of the tool, ${errors} failed: ${errorMessages}`,
      );
    return `${ok} calls, ${Math.round(throughput)} a second, p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms`;
  };

/** Runs the Inspector's command line on a server. Its own exit code says less than what it prints. */
export function openInspect(entry: ServerEntry, era: Era) {
  const inspector = inspectorFor(entry, era);
  const inspect: Inspect = async (...args) => {
    const options = ["--server", "demo-shop", "--format", "json", "-q", ...args];
    const { cmd, env } = await inspector.launch("cli", options);
    const run = Bun.spawn(cmd, { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
    const json = out.trim() || err.trim().split("\n").at(-1) || "{}";
    try {
      return printed.parse(JSON.parse(json));
    } catch {
      throw new Error(`the Inspector printed no JSON: ${out}${err}`);
    }
  };
  return { inspect, close: inspector.remove };
}

/** What a tool's required arguments, and one of several, may be in the seed world. */
const EXAMPLES: Record<string, unknown> = {
  query: "garden",
  product_id: "linen-apron",
  order_id: 1036, // an id as a number, as models send it
  email: "mia.lindqvist@post.example",
};
const argumentsOf = (tool: { input: z.ZodObject }) =>
  Object.fromEntries(
    Object.keys(tool.input.shape).flatMap((name) =>
      name in EXAMPLES ? [[name, EXAMPLES[name]]] : [],
    ),
  );
const reads = Object.entries(tools).filter(([, { isWrite }]) => !isWrite);

const RUNS = (["stdio", "http"] as const).flatMap((transport) =>
  (["modern", "legacy"] as const).map((era): [Transport, Era] => [transport, era]),
);
/** The checks of a run. Every tool that reads is called in the first one. */
const checksOf = (transport: Transport, era: Era): [name: string, Check][] => [
  ["tools/list --strict", lists(Object.keys(tools))],
  ["get_order --load", bears("get_order", { order_id: "1036" })],
  ...(transport === "stdio" && era === "modern" ? reads : []).map(
    ([name, tool]): [string, Check] => [name, calls(name, argumentsOf(tool))],
  ),
];

async function main(): Promise<number> {
  let [passed, failed] = [0, 0];
  for (const [transport, era] of RUNS) {
    const demo = openDemo(transport, "demo-staff");
    const { inspect, close } = openInspect(demo.entry, era);
    console.log(`Over ${transport}, ${era} era`);
    for (const [name, check] of checksOf(transport, era))
      try {
        console.log(`  ok    ${name}: ${await check(inspect)}`);
        passed++;
      } catch (error) {
        console.log(`  FAIL  ${name}: ${error instanceof Error ? error.message : error}`);
        failed++;
      }
    close();
    await demo.stop();
  }
  console.log(`\n ${passed} pass\n ${failed} fail`);
  return failed ? 1 : 0;
}
if (import.meta.main) process.exit(await main());
