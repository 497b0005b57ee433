/**
 * Promises of calls that only read, and of their results.
 *
 * @module
 */
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Message, Reply } from "../../tests/cve/target.ts";
import {
  broken,
  count,
  judge,
  kept,
  listed,
  NotTested,
  type Promised,
  shown,
  tokensIn,
} from "./finding.ts";
import { hiddenIn, leavesIn, textsIn } from "./surface.ts";
import { type Called, isSuccess, type Survey, textOf, type Tool } from "./survey.ts";

/** Calls that came to a result. @throws {NotTested} */
function successesOf({ called, uncalled, tools }: Survey): Called[] {
  const found = called.filter(({ answer }) => isSuccess(answer));
  if (found.length) return found;
  const reading = tools.filter(({ isReading }) => isReading).length;
  if (!reading)
    throw new NotTested("no tool says `readOnlyHint: true`; --reads names those that only read");
  const failed = called.map(({ tool, answer }) => `${tool}: ${shown(errorOf(answer))}`);
  throw new NotTested(
    `no call came to a result: give one with --call (${listed([...failed, ...uncalled])})`,
  );
}
/** The words of a failure. */
const errorOf = ({ error, result }: Message): string => error?.message ?? textOf({ result });
const toolOf = ({ tools }: Survey, called: Called): Tool | undefined =>
  tools.find(({ name }) => name === called.tool);

/** The values of a result that a text should have: not addresses, which may be too long for it, nor long prose. */
const valuesIn = (structure: unknown): [path: string, value: string][] =>
  [...leavesIn(structure)]
    .map(([path, leaf]): [string, string] => [path, String(leaf)])
    .filter(([, value]) => value && value.length <= 80 && !/^\w+:\/\//.test(value));
const sameTwice: Promised = {
  id: "text-and-structure",
  title: "Text and structure say the same",
  why: "Some hosts show the model only the text, others only the structure: one of them learns nothing.",
  fix: "Put the result into `content`, too, as JSON or as prose with its values.",
  probe(survey) {
    const structured = successesOf(survey).filter(
      ({ answer }) => answer.result?.["structuredContent"] !== undefined,
    );
    if (!structured.length) return kept("its results are text alone");
    const faults = structured.flatMap(({ tool, answer }) => {
      const text = textOf(answer);
      const escaped = JSON.stringify(text);
      const values = valuesIn(answer.result?.["structuredContent"]);
      const lost = values.filter(
        ([, value]) =>
          !text.includes(value) && !escaped.includes(JSON.stringify(value).slice(1, -1)),
      );
      const [[path = "", value = ""] = []] = lost;
      if (!values.length || lost.length <= values.length / 5) return [];
      return [
        `${tool}: ${lost.length} of ${values.length} values are not in the text, as ${path}: ${shown(value)}`,
      ];
    });
    return judge(faults, count(structured, "result"));
  },
};
const schemaKept: Promised = {
  id: "output-schema",
  title: "Results are what their schemas say",
  why: "Clients check results by the schema, and refuse the whole answer.",
  fix: "Return `structuredContent` that fits `outputSchema`, or declare no schema.",
  probe(survey) {
    const results = successesOf(survey).filter((called) => toolOf(survey, called)?.outputSchema);
    if (!results.length) throw new NotTested("no tool that was called declares an outputSchema");
    const faults = results.flatMap((called) => {
      const { outputSchema: schema = {} } = toolOf(survey, called) ?? {};
      const structure = called.answer.result?.["structuredContent"];
      if (structure === undefined) return [`${called.tool} has a schema, and no structure`];
      try {
        const isOld = /draft-0[467]/.test(String(schema["$schema"] ?? ""));
        const options = {
          strict: false,
          allErrors: true,
          logger: false,
          validateFormats: false,
        } as const;
        const validator = new (isOld ? Ajv : Ajv2020)(options);
        if (validator.validate(schema, structure)) return [];
        return [`${called.tool}: ${validator.errorsText()}`];
      } catch (error) {
        return [`${called.tool}: its schema is none: ${shown(String(error))}`];
      }
    });
    return judge(faults, count(results, "result"));
  },
};
const MOST_TOKENS = 25_000;
const LIMITS = /^(limit|count|size|page_?size|per_?page|max(_?results)?|top|top_?k|n|first)$/i;
const caps: Promised = {
  id: "result-caps",
  title: "No result is larger than hosts take",
  why: "Hosts cut a result at about 25,000 tokens, wherever that is, or refuse it.",
  fix: "Bound pages and results, and say that there is more.",
  async probe(survey) {
    const sizes: { tool: string; tokens: number; said: string }[] = [];
    const measure = (tool: string, { result }: Message) => {
      const parts = [textOf({ result }), JSON.stringify(result?.["structuredContent"]) ?? ""];
      const [size] = parts.map(tokensIn).toSorted((one, other) => other.tokens - one.tokens);
      if (size) sizes.push({ tool, ...size });
    };
    for (const called of successesOf(survey)) {
      measure(called.tool, called.answer);
      const properties = Object.entries(toolOf(survey, called)?.inputSchema?.properties ?? {});
      const limit = properties.find(([name, { type }]) => LIMITS.test(name) && type !== "string");
      if (!limit) continue;
      const most = limit[1]["maximum"] ?? 1000;
      const { answer } = await survey.host.call(called.tool, { ...called.args, [limit[0]]: most });
      if (answer && isSuccess(answer)) measure(`${called.tool} (${limit[0]}: ${most})`, answer);
    }
    const [largest] = sizes.toSorted((one, other) => other.tokens - one.tokens);
    return judge(
      sizes
        .filter(({ tokens }) => tokens > MOST_TOKENS)
        .map(({ tool, said }) => `${tool}: ${said}`),
      `the largest of ${sizes.length} has ${largest?.said} (${largest?.tool})`,
    );
  },
};
const ACTIVE = /<(script|iframe|object|embed|svg)[\s/>]|<[a-z][^>]*\son\w+\s*=|javascript:/i;
const hostile: Promised = {
  id: "hostile-text",
  title: "What people wrote comes as plain text",
  why: "Merchants, users and web pages write for the model what nobody sees, and markup that a page runs.",
  fix: "Remove invisible, bidirectional and control characters from what others wrote, and reduce HTML to its text.",
  probe(survey) {
    const results = successesOf(survey);
    const faults = results.flatMap(({ tool, answer }) => {
      const { content, structuredContent } = Object(answer.result);
      return textsIn({ content, structuredContent }).flatMap(([path, text]) => {
        if (/\.(data|blob|mimeType)$/.test(path)) return [];
        const sign = hiddenIn(text) ?? ACTIVE.exec(text)?.[0];
        return sign ? [`${tool}: ${shown(sign)} in ${path}`] : [];
      });
    });
    return judge(faults, count(results, "result"));
  },
};

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────

const STRAY = "audit_unknown_argument";
const unknown: Promised = {
  id: "unknown-arguments",
  title: "Arguments that it does not know are named",
  why: "A model that misspells a filter believes that it was obeyed, and repeats what was not asked for.",
  fix: "Refuse unknown arguments by name, or say in the result that they were ignored.",
  async probe(survey) {
    const [first] = successesOf(survey);
    if (!first) throw new NotTested("nothing was called");
    const args = { ...first.args, [STRAY]: "1" };
    const { answer, status } = await survey.host.call(first.tool, args);
    if (!answer) return broken(`${first.tool} with ${STRAY} is not answered (HTTP ${status})`);
    if (JSON.stringify(answer).includes(STRAY))
      return kept(
        `${first.tool} ${isSuccess(answer) ? "says that it ignored it" : "refuses it by name"}`,
      );
    return broken(
      isSuccess(answer)
        ? `${first.tool} dropped ${STRAY} without a word`
        : `${first.tool} refuses it without its name: ${shown(errorOf(answer))}`,
    );
  },
};
/** Tools to try wrong arguments on: those that only read, and have a required one. */
const readersWithArguments = ({ tools }: Survey) =>
  tools.filter(({ isReading, inputSchema }) => isReading && inputSchema?.required?.length);
const missing: Promised = {
  id: "missing-arguments",
  title: "A missing argument is refused by its name",
  why: "A model corrects what is named. Else it tries again, or gives up.",
  fix: "Answer with `isError: true` and a sentence that names the argument.",
  async probe(survey) {
    const readers = readersWithArguments(survey).slice(0, 5);
    if (!readers.length) throw new NotTested("no tool that only reads has a required argument");
    const faults: string[] = [];
    for (const { name, inputSchema } of readers) {
      const { answer, status } = await survey.host.call(name, {});
      const [argument = ""] = inputSchema?.required ?? [];
      if (!answer) faults.push(`${name} without arguments is not answered (HTTP ${status})`);
      else if (isSuccess(answer))
        faults.push(`${name} does without ${argument}, which it requires`);
      else if (!inputSchema?.required?.some((one) => errorOf(answer).includes(one)))
        faults.push(`${name}: ${shown(errorOf(answer) || "no words")}`);
    }
    return judge(faults, count(readers, "tool"));
  },
};
/** What is no business of a model's: traces, files of the machine, SQL, pages of HTML. */
export const INSIDES =
  /\bat \S.*:\d+:\d+|Traceback \(most recent call last\)|File "[^"]+", line \d+|node_modules\/|site-packages\/|goroutine \d+ \[|\/(home|usr|app|root|work|var\/www)\/[\w.-]+|[A-Z]:\\(Users|Program)|\bSELECT .+ FROM\b|<!doctype html|ECONNREFUSED|\bsqlalchemy\.|\bpsycopg/i;
const words: Promised = {
  id: "errors-in-words",
  title: "Failures are told in words, without the server's insides",
  why: "Traces, paths and queries tell strangers how to break in, and tell a model nothing it can use.",
  fix: "Catch what fails, log it for the operator, and answer what happened and what to do instead.",
  async probe(survey) {
    const { host, called } = survey;
    const failures: [string, Message | undefined][] = called
      .filter(({ answer }) => !isSuccess(answer))
      .map(({ tool, answer }) => [tool, answer]);
    const ask = async (what: string, reply: Promise<Reply | { answer?: Message }>) =>
      failures.push([what, Object(await reply).answer]);
    for (const { name, inputSchema } of readersWithArguments(survey).slice(0, 5)) {
      const entries = (inputSchema?.required ?? []).map((one) => [one, { audit: [null] }]);
      await ask(`${name} with objects`, host.call(name, Object.fromEntries(entries)));
      const ids = (inputSchema?.required ?? []).map((one) => [one, "no-such-thing-of-the-audit"]);
      await ask(`${name} with an unknown id`, host.call(name, Object.fromEntries(ids)));
    }
    await ask("an unknown tool", host.call("no_such_tool_of_the_audit", {}));
    await ask("an unknown resource", host.ask("resources/read", { uri: "audit://no/such" }));
    const said = failures.flatMap(([what, answer]) =>
      answer && !isSuccess(answer) ? [[what, errorOf(answer)] as const] : [],
    );
    const faults = said.flatMap(([what, text]) => {
      const inside = INSIDES.exec(text)?.[0];
      return inside ? [`${what}: ${shown(inside)}`] : [];
    });
    if (!said.length) throw new NotTested("nothing failed");
    return judge(faults, count(said, "failure"));
  },
};
const own: Promised = {
  id: "own-answers",
  title: "Calls at one moment get their own answers",
  why: "A server that keeps the request in one place hands one caller another's answer.",
  fix: "Make a server or a transport for each connection, and keep nothing of a request beside it.",
  async probe(survey) {
    for (const { name, inputSchema } of readersWithArguments(survey).slice(0, 5)) {
      const { properties = {}, required = [] } = inputSchema ?? {};
      const argument = required.find((one) => properties[one]?.type === "string");
      if (argument === undefined) continue;
      const say = async (nonce: string) => {
        const { answer } = await survey.host.call(name, { [argument]: nonce });
        return { nonce, said: JSON.stringify(answer ?? "") };
      };
      const alone = await say("zz-0-of-the-audit");
      if (!alone.said.includes(alone.nonce)) continue; // it does not say what was asked
      const nonces = Array.from({ length: 24 }, (_, nth) => `zz-${nth}-${nth * 7919}-zz`);
      const answers = await Promise.all(nonces.map(say));
      const mixed = answers.flatMap(({ nonce, said }) => {
        const other = nonces.find((one) => one !== nonce && said.includes(one));
        return other ? [`the answer to ${nonce} speaks of ${other}`] : [];
      });
      return judge(mixed, `${nonces.length} calls of ${name}`);
    }
    throw new NotTested("no tool that only reads says in its answer what it was asked");
  },
};

export const callPromises = [sameTwice, schemaKept, caps, hostile, unknown, missing, words, own];
