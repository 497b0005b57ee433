/**
 * What is asked of both shops, and what they answer. A sequence is data: the same one is played on the mock, on
 * Django, and on every mutant of the mock.
 *
 * @module
 */
import { endpoints } from "../../shop/contract.ts";

/** One request, as it goes out. */
export interface Probe {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** Where the last page had such a link, that is the path. */
  follow?: "next" | "previous";
}
/** Time passes at the shop. */
export interface Wait {
  seconds: number;
}
export type Step = Probe | Wait;
export const isProbe = (step: Step): step is Probe => "method" in step;

/** What people do to one shop, one after another. */
export interface Sequence {
  name: string;
  world: unknown;
  steps: Step[];
}
/** What came back: the body as JSON has it, or as text where it is none. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}
/** What a whole sequence came to; `world` only where a change was made. */
export interface Played {
  answers: (Answer | undefined)[];
  world?: unknown;
}

/** A shop with a world of its own. */
export interface Shop {
  send(probe: Probe): Promise<Answer>;
  wait(seconds: number): Promise<void>;
  world(): Promise<unknown>;
}
/** Gives a shop with this world, at which it is {@link START}. */
export type Opener = (world: unknown) => Promise<Shop>;
export const START = Date.parse("2026-11-22T09:00:00Z");

/** Headers that are part of the contract; others are the servers' own, or differ by nature as `Date` does. */
const HEADERS = ["content-type", "allow", "www-authenticate", "retry-after", "location"];
/** The rest of such a sentence is the JSON library's own. */
const PARSE_ERROR = /("JSON parse error - )(?:[^"\\]|\\.)*/;

/** An answer without what differs by nature. */
export async function answerOf(response: Response, method: string): Promise<Answer> {
  const { status, headers } = response;
  const sent = await response.text();
  const text = method === "HEAD" ? "" : sent.replace(PARSE_ERROR, "$1…");
  const told = HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { status, headers: Object.fromEntries(told), body: parsed(text) };
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Operation = { name: string; method: string; template: string; pattern: RegExp };
const operations = Object.entries(endpoints).map(([name, { method, path }]): Operation => {
  const { template } = path;
  const pattern = new RegExp(`^${template.replace(/{\w+}/g, "[^/]+")}$`);
  return { name, method, template: template.replace(/{\w+}/g, "{id}"), pattern };
});
/** The operation whose path this is, whatever the method; literal paths win over ids. */
export function operationOf({ path }: Pick<Probe, "path">): Operation | undefined {
  const [plain = ""] = path.split("?");
  const fitting = operations.filter(({ pattern }) => pattern.test(plain));
  return fitting.find(({ template }) => !template.includes("{")) ?? fitting[0];
}
/** `POST /api/orders/{id}/returns/` */
export const titleOf = (probe: Probe): string =>
  `${probe.method} ${operationOf(probe)?.template ?? probe.path.replace(/\?.*/s, "")}`;

/** One line that tells a step: request line, who asks, key, body. */
export function told(step: Step): string {
  if (!isProbe(step)) return `${step.seconds} seconds pass`;
  const { method, path, headers, body } = step;
  const { Authorization: who = "nobody", "Idempotency-Key": key, ...others } = headers;
  const more = Object.entries(others).filter(([, value]) => value !== "application/json");
  const shown = body !== undefined && body.length > 400 ? `${body.slice(0, 400)}…` : body;
  return [
    `${method} ${path}`,
    `as ${who}`,
    ...(key === undefined ? [] : [`key ${JSON.stringify(key)}`]),
    ...more.map(([name, value]) => `${name}: ${value}`),
    ...(shown === undefined ? [] : [shown]),
  ].join("  ");
}
