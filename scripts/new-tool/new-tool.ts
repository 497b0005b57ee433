/**
 * Writes a tool that reads one record, with everything that belongs to it: its answer and endpoint in the contract,
 * the tool itself, the mock's handler, Django's view, serializer and URL as stubs, its story, and the requests that
 * prove mock and Django alike. Then it renews what is generated, and plays the story.
 *
 * ```sh
 * bun run new-tool get_opening_hours --fields open,closed_on?
 * bun run new-tool get_gift_note --path /api/orders/{order_id}/gift-note/ --fields note --print   # only shows it
 * ```
 *
 * What it has written passes all tests as it is: give it your own fields and your models' values from there. Where
 * something fails, everything is put back.
 *
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tools } from "../../server.ts";
import { endpoints, schemas } from "../../shop/contract.ts";
import { runOrThrow } from "../django.ts";
import {
  camelCase,
  type Edit,
  editsFor,
  type Field,
  FIELD_TYPES,
  GROUPS,
  type IdName,
  type NewTool,
  RECORDS_BY_ID,
  snakeCase,
  storyFile,
} from "./edits.ts";

const HELP = `bun run new-tool NAME [--path /api/…/] [--fields NAME[?][:TYPE],…] [options]

  NAME                 get_opening_hours: a verb and what is read, in lower case
  --path PATH          the endpoint [/api/opening-hours/]; it may have {product_id}, {order_id} or {customer_id}
  --fields LIST        what Django answers [name]; "?" marks what may be null; a type is ${Object.keys(FIELD_TYPES).join(", ")} [text]
  --group GROUP        ${GROUPS.join(", ")} [catalog, which everybody may read; with an id, that of its record]
  --description TEXT   what the model reads of it, in 20 to 300 characters
  --print              show what would be written, and write nothing`;

/** Words that TypeScript or Python keeps for itself. */
const RESERVED = new Set(
  "and as assert async await break case catch class const continue debugger def default del delete do elif else enum except export extends false finally for from function global if implements import in instanceof interface is lambda let new none nonlocal not null or package pass private protected public raise return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);
/** A mistake in what was asked for, in words. */
class UsageError extends Error {}

const root = fileURLToPath(new URL("../../", import.meta.url));
const textOf = (file: string) => Bun.file(root + file).text();
const textIfThere = async (file: string) =>
  existsSync(root + file) ? await textOf(file) : undefined;

// ── What is asked for ───────────────────────────────────────────────────────────────────────────

/** `open,closed_on?,floors:integer` */
function readFields(list: string): Field[] {
  const fields = list.split(",").map((written): Field => {
    const [, name = "", optional, given = "text"] =
      /^([a-z][a-z0-9_]*)(\?)?(?::(\w+))?$/.exec(written.trim()) ?? [];
    const type = (Object.keys(FIELD_TYPES) as Field["type"][]).find((one) => one === given); // its own keys
    if (!name || RESERVED.has(name))
      throw new UsageError(
        `"${written}" is no name of a field: --fields open,closed_on?,floors:integer`,
      );
    if (!type)
      throw new UsageError(
        `"${given}" is no type of a field: ${Object.keys(FIELD_TYPES).join(", ")}`,
      );
    return { name, type, isOptional: optional !== undefined };
  });
  if (new Set(fields.map(({ name }) => name)).size < fields.length)
    throw new UsageError("--fields has a name twice");
  if (fields.every(({ isOptional }) => isOptional))
    throw new UsageError('--fields needs one without "?", which every answer has');
  return fields;
}
/** Whether one request could mean both paths. */
const areAlike = (one: string, other: string) => {
  const [parts, others] = [one.split("/"), other.split("/")];
  const isSame = (part: string, nth: number) =>
    part === others[nth] || part.startsWith("{") || others[nth]?.startsWith("{");
  return parts.length === others.length && parts.every(isSame);
};
/** The id in a path. */
function readPath(path: string): IdName | undefined {
  if (!/^\/api\/([a-z0-9-]+\/|{\w+}\/)+$/.test(path))
    throw new UsageError(
      `--path must be like /api/opening-hours/: lower case, from /api/ to a slash at its end; got "${path}"`,
    );
  const ids = [...path.matchAll(/{(\w+)}/g)].map(([, id = ""]) => id);
  const [id] = ids;
  if (id === undefined) return undefined;
  if (ids.length > 1 || !Object.hasOwn(RECORDS_BY_ID, id))
    throw new UsageError(`--path may have one id: {${Object.keys(RECORDS_BY_ID).join("}, {")}}`);
  return id as IdName; // as RECORDS_BY_ID has it
}
/** What is to be written. @throws {UsageError} */
export function readTool(args: string[]): { tool: NewTool; isPrinted: boolean } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      path: { type: "string" },
      fields: { type: "string", default: "name" },
      group: { type: "string" },
      description: { type: "string" },
      change: { type: "boolean" },
      print: { type: "boolean", default: false },
    },
  });
  const [name = "", ...others] = positionals;
  if (values.change)
    throw new UsageError(
      `A tool that changes something has rules of its own, which nobody can write for you: follow "A tool that changes something" in tests/README.md`,
    );
  if (!/^[a-z]+(_[a-z]+)+$/.test(name) || name.length > 40 || others.length > 0)
    throw new UsageError(
      `NAME must be a verb and a noun, such as get_opening_hours: lower case, with _ between, at most 40 characters; got "${positionals.join(" ")}"`,
    );
  if (Object.hasOwn(tools, name)) throw new UsageError(`There is a tool ${name} already`);
  const noun = name.replace(/^[a-z]+_/, "").replaceAll("_", " ");
  const path = values.path ?? `/api/${noun.replaceAll(" ", "-")}/`;
  const id = readPath(path);
  const taken = Object.values(endpoints).find(
    (one) => areAlike(path, one.path.template) && one.method === "GET",
  );
  if (taken)
    throw new UsageError(
      `${path} is taken: the ${taken.what} is at ${taken.path.template}. Give another --path`,
    );
  const group = GROUPS.find(
    (one) => one === (values.group ?? (id ? RECORDS_BY_ID[id].group : "catalog")),
  );
  if (!group)
    throw new UsageError(
      `--group must be ${GROUPS.join(", ")}; got "${values.group}". Tools of changes are written by hand`,
    );
  if (id && group !== RECORDS_BY_ID[id].group)
    throw new UsageError(
      `What has {${id}} in its path belongs to --group ${RECORDS_BY_ID[id].group}, whose callers may see it`,
    );
  const fields = readFields(values.fields);
  const owner = id ? `one ${RECORDS_BY_ID[id].noun.toLowerCase()}` : "the shop";
  const title = noun.charAt(0).toUpperCase() + noun.slice(1);
  const description =
    values.description ??
    `${title} of ${owner}: ${fields.map((field) => field.name.replaceAll("_", " ")).join(", ")}.`;
  if (description.length < 20 || description.length > 300)
    throw new UsageError("--description must have 20 to 300 characters");
  return { tool: { name, group, noun, path, id, description, fields }, isPrinted: values.print };
}
/** @throws {UsageError} for a name that stands for something else already */
async function requireFreeName({ noun }: NewTool): Promise<void> {
  const [camel, snake] = [camelCase(noun), snakeCase(noun)];
  const isDeclared = new RegExp(
    `^(export )?(const|function|class|type) (\\[.*)?\\b${camel}\\b`,
    "m",
  );
  const django = ["django/shop/views.py", "django/shop_mcp/views.py"].map(textOf);
  const isTaken =
    RESERVED.has(camel) ||
    [endpoints, schemas].some((table) => Object.hasOwn(table, camel)) ||
    isDeclared.test(await textOf("shop/contract.ts")) ||
    (await Promise.all(django)).some((text) =>
      new RegExp(`\\b(def|class) ${snake}\\b|^ +${snake} = `, "m").test(text),
    );
  if (isTaken)
    throw new UsageError(
      `"${noun}" stands for something else in this project. Give the tool another name`,
    );
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────

/** The text with what is added to it. @throws {Error} where the line that it goes to is not there once */
export function applyEdit(text: string, edit: Edit): string {
  if ("isNew" in edit) return edit.text;
  const anchor = "before" in edit ? edit.before : edit.after;
  const [start, end, ...more] = `\n${text}`.split(`\n${anchor}`);
  if (start === undefined || end === undefined || more.length > 0)
    throw new Error(`${edit.file} must have one line that begins with: ${anchor.trim()}`);
  const added = "before" in edit ? `${edit.text}\n${anchor}` : `${anchor}\n${edit.text}`;
  return `${start}\n${added}${end}`.slice(1);
}
/**
 * The texts of the files that edits change or make.
 * @param textOf the text of a file that is there already, else undefined
 */
export async function applyEdits(
  edits: Edit[],
  textOf: (file: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const edit of edits) {
    const text = texts.get(edit.file) ?? (await textOf(edit.file));
    if ("isNew" in edit && text !== undefined)
      throw new UsageError(`${edit.file} is there already`);
    texts.set(edit.file, applyEdit(text ?? "", edit));
  }
  return texts;
}
function printEdits(edits: Edit[]): void {
  for (const [file, own] of Map.groupBy(edits, ({ file }) => file)) {
    console.log(`\n${file}`);
    for (const { text } of own) console.log(text.trim().replace(/^/gm, "  + "));
  }
}

/** Runs a command here, and says what for. @throws {Error} with what it printed, where it fails */
async function run(title: string, command: string[]): Promise<void> {
  console.error(`new-tool: ${title}`);
  await runOrThrow(command, { cwd: root });
}
const CONTRACT = `const { formatDocument } = await import("./scripts/contract/contract.ts");
await Bun.write("openapi.json", formatDocument());`;
/** Renews what is generated, and checks what was written. */
async function renew(files: string[], story: string): Promise<void> {
  const bun = process.execPath;
  const code = files.filter((file) => file.endsWith(".ts"));
  await run("formats what was written", [bun, "fmt", ...code]);
  await run("checks its types", [bun, "run", "check"]);
  await run(`plays its story, ${story}`, [bun, "scripts/stories.ts", story]);
  await run("writes the transcripts anew", [bun, "scripts/stories.ts", "--update"]);
  await run("raises the bounds of what all tools cost", [bun, "scripts/new-tool/raise-bounds.ts"]);
  await run("writes what hosts and users see of it", [bun, "scripts/surface.ts"]);
  await run("writes openapi.json anew", [bun, "-e", CONTRACT]);
}

const GENERATED = [
  "*.{md,json}",
  "docs/*.md",
  "plugin/**/*.json",
  ".claude-plugin/*.json",
  "scripts/tokens.ts",
  "tests/surface.json",
  "tests/stories/**/*.md",
].map((pattern) => new Bun.Glob(pattern));
/** What is made from the tools, or counts them. */
export const generated = () =>
  GENERATED.flatMap((files) => [...files.scanSync({ cwd: root, dot: true })]);
/** @throws {UsageError} where work that is not committed stands in the way */
function requireClean(files: string[]): void {
  const git = Bun.spawnSync(["git", "status", "--porcelain", "--", ...files], { cwd: root });
  const changed = git.success ? git.stdout.toString().trim() : ""; // else there is no repository to ask
  if (changed)
    throw new UsageError(
      `Commit or put aside your changes of these files first, so that nothing of yours is lost:\n${changed}`,
    );
}

const nextSteps = (tool: NewTool) => `
${tool.name} is there: a tool that reads ${tool.path}, and answers with stubs. Now make it yours:

  shop/contract.ts            the fields of its answer
  django/shop/views.py        what your models hold, in place of the stub
  mocks/handlers.ts           the same from the mock
  tests/stories/${storyFile(tool)}.ts

  bun run stories ${storyFile(tool).replace(/^.*\//, "")} --watch   # until it reads well
  bun run stories --update && bun run surface && bun run contract   # what is generated
  bun run check && bun run test && bun run test:django`;

async function main(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return (console.log(HELP), 0);
  const { tool, isPrinted } = readTool(args);
  await requireFreeName(tool);
  const edits = editsFor(tool);
  const texts = await applyEdits(edits, textIfThere);
  printEdits(edits);
  if (isPrinted) return 0;
  console.log();
  const story = storyFile(tool);
  const files = [...texts.keys(), ...generated()];
  requireClean(files);
  const before = await Promise.all(
    files.map(async (file) => [file, await textIfThere(file)] as const),
  );
  const undo = async () => {
    rmSync(`${root}tests/stories/${story}.md`, { force: true });
    for (const [file, text] of before)
      await (text === undefined ? Bun.file(root + file).unlink() : Bun.write(root + file, text));
  };
  const stop = () => void undo().finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    for (const [file, text] of texts) await Bun.write(root + file, text);
    await renew([...texts.keys()], story);
  } catch (error) {
    await undo();
    throw new Error(
      `${error instanceof Error ? error.message : error}\nnew-tool: Everything is as it was.`,
      { cause: error },
    );
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  console.log(nextSteps(tool));
  return 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error); // of parseArgs
    console.error(
      `new-tool: ${error instanceof Error ? error.message : error}${isUsage ? `\n\n${HELP}` : ""}`,
    );
    process.exitCode = isUsage ? 2 : 1;
  }
