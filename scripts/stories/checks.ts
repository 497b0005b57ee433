/** What every result has to be at a server that is not ours: `checksOf` holds it to the schema that the server lists. */
import { isDeepStrictEqual } from "node:util";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { type Host, textOf } from "../../tests/harness/clients.ts";
import { show } from "../../tests/harness/compare.ts";
import { readText, sayable } from "../../tests/harness/result-text.ts";
import type { Result } from "../../tests/harness/steps.ts";
import { StoryFailure } from "../../tests/harness/turn.ts";

export type Tool = Awaited<ReturnType<Host["listTools"]>>["tools"][number];
/** What one caller is offered. */
export interface Offer {
  tools: Tool[];
  /** The server is ours, of this version: its texts say what its structure says. */
  isOurs: boolean;
}
/** Checks the results of the tools that are offered. The server's schemas are not ours: what Ajv does not know is let pass. */
export function checksOf({ tools, isOurs }: Offer): (tool: string, result: Result) => void {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  const validators = new Map<string, ValidateFunction>();
  return (name, result) => {
    const schema = tools.find((tool) => tool.name === name)?.outputSchema;
    const structured: unknown = result.structuredContent;
    if (schema) {
      const validate = validators.get(name) ?? ajv.compile(schema);
      validators.set(name, validate);
      if (!validate(structured))
        throw new StoryFailure(
          `${name}: not as its output schema says: ${ajv.errorsText(validate.errors)}`,
        );
    }
    if (!isOurs || typeof structured !== "object" || structured === null) return;
    const { summary, ...read } = readText(textOf(result));
    if ("summary" in structured) read.result["summary"] = summary;
    const said = sayable({ ...structured });
    if (!isDeepStrictEqual(read, said))
      throw new StoryFailure(`the text says ${show(read)}, the structure ${show(said)}`);
  };
}
