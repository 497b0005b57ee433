/**
 * The requests that are sent to mock and Django, and their answers, as data: one `Sequence` is played on the mock, on
 * Django, and on every mutant of the mock. All files in this folder use these types.
 *
 * @module
 */
import { endpoints } from "../../shop/contract.ts";

/** One request, as it is sent. */
export interface Probe {
  method: string;
  path: string;
  /** In `If-Match`, `{fresh}` and `{stale}` stand for the last and the first version seen of the order or customer. */
  headers: Record<string, string>;
  body?: string;
  /** Takes the path from this link of the answer before, where that has one. */
  follow?: "next" | "previous";
}
/** Moves the clock of the shop forward. */
export interface Wait {
  seconds: number;
}
export type Step = Probe | Wait;
export const isProbe = (step: Step): step is Probe => "method" in step;

/** Steps that are played one after another on a shop with this world. */
export interface Sequence {
  name: string;
  world: unknown;
  steps: Step[];
}
/** A response. Its body is parsed JSON, or text where it is not JSON. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}
/** The answers to a sequence, and the world afterwards where a write succeeded. A wait has no answer. */
export interface Run {
  answers: (Answer | undefined)[];
  world?: unknown;
}

/** A shop that is compared: the mock, a mutant, or Django. */
export interface Shop {
  send(probe: Probe): Promise<Answer>;
  wait(seconds: number): Promise<void>;
  world(): Promise<unknown>;
}
/** Opens a shop with this world, whose clock shows {@link START}. */
export type Opener = (world: unknown) => Promise<Shop>;
export const START = Date.parse("2026-11-22T09:00:00Z");

/** Headers that are part of the contract. Others belong to the server, or always differ, as `Date` does. */
const COMPARED_HEADERS = [
  "content-type",
  "allow",
  "www-authenticate",
  "retry-after",
  "location",
  "etag",
];
/** The rest of such a sentence differs by JSON library. */
const PARSE_ERROR = /("JSON parse error - )(?:[^"\\]|\\.)*/;

/** The parts of a response that are compared. */
export async function toAnswer(response: Response, method: string): Promise<Answer> {
  const { status, headers } = response;
  const body = await response.text();
  const text = method === "HEAD" ? "" : body.replace(PARSE_ERROR, "$1…");
  const compared = COMPARED_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { status, headers: Object.fromEntries(compared), body: parseBody(text) };
}
function parseBody(text: string): unknown {
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
/** The operation with this path, for any method. A literal path has precedence over one with an id. */
export function operationOf({ path }: Pick<Probe, "path">): Operation | undefined {
  const [pathname = ""] = path.split("?");
  const matching = operations.filter(({ pattern }) => pattern.test(pathname));
  return matching.find(({ template }) => !template.includes("{")) ?? matching[0];
}
/** `POST /api/orders/{id}/returns/` */
export const endpointOf = (probe: Probe): string =>
  `${probe.method} ${operationOf(probe)?.template ?? probe.path.replace(/\?.*/s, "")}`;

/** A step in one line: method, path, credentials, key, other headers, body. */
export function describeStep(step: Step): string {
  if (!isProbe(step)) return `wait ${step.seconds} seconds`;
  const { method, path, headers, body } = step;
  const { Authorization: who = "nobody", "Idempotency-Key": key, ...others } = headers;
  const otherHeaders = Object.entries(others).filter(([, value]) => value !== "application/json");
  const excerpt = body !== undefined && body.length > 400 ? `${body.slice(0, 400)}…` : body;
  return [
    `${method} ${path}`,
    `as ${who}`,
    ...(key === undefined ? [] : [`key ${JSON.stringify(key)}`]),
    ...otherHeaders.map(([name, value]) => `${name}: ${value}`),
    ...(excerpt === undefined ? [] : [excerpt]),
  ].join("  ");
}
