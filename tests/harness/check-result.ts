/**
 * What every result has to be: `checkResult` holds the structured content to the whole schema of its tool, of which
 * hosts are shown less, and the text to the structured content. `readText` reads a text back.
 *
 * @module
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as z from "zod";
import { tools } from "../../server.ts";
import { type Host, textOf } from "./lanes.ts";

type Fields = Record<string, unknown>;
const HEAD = /^Each row: (\w+(?:, \w+)*)\.( null: not known\.)?( image: not shown here\.)?$/;
const MONEY = ["price", "total"];

/** A row of a list as it stands in the structured content. */
function readRow(line: string, columns: string[]): Fields {
  const cells: unknown[] = JSON.parse(line);
  if (cells.length !== columns.length) throw new Error(`${line}: not under ${columns.join()}`);
  const fields = columns.map((name, n): [string, unknown] => {
    const cell = cells[n];
    const [, amount, currency] = /^(-?\d+\.\d{2,}) ([A-Z]{3})$/.exec(`${cell}`) ?? [];
    return [name, MONEY.includes(name) && cell !== null ? { amount, currency } : cell];
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}
/** What a text says: its first line or lines, the result, and whether images are left out of its rows. */
export function readText(text: string) {
  const lines = text.split("\n");
  const start = lines.findIndex((line, n) => n > 0 && (HEAD.test(line) || line.startsWith('{"')));
  const [end, head] = [start < 0 ? 1 : start, HEAD.exec(lines[start] ?? "")];
  const summary = lines.slice(0, end).join("\n");
  const after = lines.slice(head ? end + 1 : end);
  const noun = /^(\d+ )(\w+?)s?(?=$|, )/.exec(summary)?.[2];
  const isList = head || (noun && summary.startsWith("0 "));
  const count = head ? after.findIndex((line) => !line.startsWith("[")) : 0;
  const rows = after.splice(0, count < 0 ? after.length : count);
  const columns = head?.[1]?.split(", ") ?? [];
  const rest: Fields = after[0]?.startsWith('{"') ? JSON.parse(after.shift() ?? "") : {};
  const result: Fields = {
    ...(isList && { [`${noun}s`]: rows.map((row) => readRow(row, columns)) }),
    ...rest,
    ...(after.length && { notes: after }),
  };
  const saysNull = head?.[2] !== undefined;
  if (saysNull !== rows.some((row) => JSON.parse(row).includes(null)))
    throw new Error(`null is ${saysNull ? "explained in vain" : "not explained"}:\n${text}`);
  return { summary, result, hasImages: head?.[3] !== undefined };
}

/** A structured result as far as its text says it, too. */
function sayable(result: Fields) {
  let hasImages = false;
  const withoutImage = (row: Fields) => {
    const { image, ...rest } = row;
    hasImages ||= image !== undefined;
    return rest;
  };
  const isRows = (value: unknown, name: string): value is Fields[] =>
    /^(products|orders|customers)$/.test(name) && Array.isArray(value);
  const fields = Object.entries(result).map(([name, value]) => [
    name,
    isRows(value, name) ? value.map(withoutImage) : value,
  ]);
  return { result: Object.fromEntries(fields), hasImages };
}

const validators = new Map<string, ValidateFunction>();
/** The whole schema of a tool's result, with what hosts are not shown: patterns, bounds, closed objects. */
function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known) return known;
  const { output } = tools[name as keyof typeof tools]; // a tool that was called
  const notes = z.array(z.string()).min(1).optional();
  const schema = z.toJSONSchema(output.extend({ notes }), { io: "output" });
  const made = new Ajv2020({ allErrors: true }).compile(schema);
  validators.set(name, made);
  return made;
}

/** @throws {Error} where a result is not what its tool says, or its text says something else than its structure */
export function checkResult(name: string, answer: Awaited<ReturnType<Host["callTool"]>>): void {
  const structured: Fields = JSON.parse(JSON.stringify(answer.structuredContent));
  const validate = validatorOf(name);
  if (!validate(structured))
    throw new Error(`${name}: ${new Ajv2020().errorsText(validate.errors)}`);
  const { summary, ...read } = readText(textOf(answer));
  if ("summary" in structured) read.result["summary"] = summary;
  const said = sayable(structured);
  if (!Bun.deepEquals(read, said, true))
    throw new Error(`the text says ${Bun.inspect(read)}, the structure ${Bun.inspect(said)}`);
}
