/**
 * What every result has to be: `checkResult` holds the structured content to the whole schema of its tool, of which
 * hosts are shown less, and the text to the structured content.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as z from "zod";
import { allTools } from "../../server.ts";
import { show } from "./compare.ts";
import { type Host, textOf } from "./clients.ts";
import { readText, sayable } from "./result-text.ts";

const ajv = new Ajv2020({ allErrors: true });
const validators = new Map<string, ValidateFunction>();
/** The whole schema of a tool's result, with what hosts are not shown: patterns, bounds, closed objects. */
function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known) return known;
  const { output } = allTools[name as keyof typeof allTools]; // a tool that was called
  const notes = z.array(z.string()).min(1).optional();
  const made = ajv.compile(z.toJSONSchema(output.extend({ notes }), { io: "output" }));
  validators.set(name, made);
  return made;
}

/** @throws {Error} where a result is not what its tool says, or its text says something else than its structure */
export function checkResult(name: string, answer: Awaited<ReturnType<Host["callTool"]>>): void {
  const structured: Record<string, unknown> = JSON.parse(JSON.stringify(answer.structuredContent));
  const validate = validatorOf(name);
  if (!validate(structured)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
  const text = textOf(answer);
  if (allTools[name as keyof typeof allTools].hasJsonText) {
    if (text !== JSON.stringify(structured)) throw new Error(`the text is not the result: ${text}`);
    return;
  }
  const { summary, ...read } = readText(text);
  if ("summary" in structured) read.result["summary"] = summary;
  const said = sayable(structured);
  if (!isDeepStrictEqual(read, said))
    throw new Error(`the text says ${show(read)}, the structure ${show(said)}`);
}
