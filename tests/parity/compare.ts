/**
 * Plays a sequence on a shop (`playSequence`) and compares two such runs field by field (`compareRuns`). `prove.ts`
 * and `mutate.ts` call them.
 *
 * @module
 */
import {
  endpointOf,
  isProbe,
  type Opener,
  operationOf,
  type Probe,
  type Run,
  type Sequence,
} from "./probe.ts";

/** One field of one answer, or of the world after a sequence, that differs. */
export interface Difference {
  /** `POST /api/orders/{id}/returns/ 409`, or `world`. */
  where: string;
  /** `$.code` */
  path: string;
  mock: unknown;
  django: unknown;
  /** The index of the step that was answered so; of the last one for a world. */
  step: number;
}
type FieldDifference = Pick<Difference, "path" | "mock" | "django">;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Every field in which two values differ. Fields in another order are a difference, too. */
export function differences(mock: unknown, django: unknown, path = "$"): FieldDifference[] {
  if (!isObject(mock) || !isObject(django) || Array.isArray(mock) !== Array.isArray(django))
    return Object.is(mock, django) ? [] : [{ path, mock, django }];
  const [own, others] = [Object.keys(mock), Object.keys(django)];
  const found = [...new Set([...own, ...others])].flatMap((key) =>
    differences(mock[key], django[key], Array.isArray(mock) ? `${path}[${key}]` : `${path}.${key}`),
  );
  if (found.length || own.join() === others.join()) return found;
  return [{ path: `${path} (order of fields)`, mock: own, django: others }];
}

/** Plays a sequence to its end, or until `shouldContinue`, which is called with each answer, returns false. */
export async function playSequence(
  open: Opener,
  { world, steps }: Sequence,
  shouldContinue: (step: number, answer: Run["answers"][number]) => boolean = () => true,
): Promise<Run> {
  const shop = await open(world);
  const answers: Run["answers"] = [];
  let isChanged = false;
  for (const [n, step] of steps.entries()) {
    if (isProbe(step)) {
      const probe = fillInVersion(followLink(step, answers.at(-1)), steps, answers);
      answers.push(await shop.send(probe));
    } else answers.push(void (await shop.wait(step.seconds)));
    isChanged ||= isWrite(step) && (answers[n]?.status ?? 500) < 400;
    if (!shouldContinue(n, answers[n])) return { answers };
  }
  return { answers, ...(isChanged && { world: await shop.world() }) };
}
const isWrite = (step: object) => "method" in step && step.method !== "GET";

/** `/api/orders/101`, of every path that begins so. */
const resourceOf = ({ path }: Probe) =>
  /^\/api\/(?:orders|customers)\/[^/?]+(?=\/)/.exec(path)?.[0];
/** The probe, whose `If-Match` has the last version that was seen of its order or customer, or the first. */
function fillInVersion(probe: Probe, steps: Sequence["steps"], answers: Run["answers"]): Probe {
  const { "If-Match": wanted } = probe.headers;
  if (!wanted?.includes("{")) return probe;
  const seen = answers.flatMap((answer, n) => {
    const step = steps[n];
    const isSame = step && isProbe(step) && resourceOf(step) === resourceOf(probe);
    if (!isSame || operationOf(step)?.name === "previewChange") return [];
    const { version } = Object(answer?.body);
    return typeof version === "string" ? [version] : [];
  });
  const filled = wanted
    .replace("{fresh}", seen.at(-1) ?? "unseen")
    .replace("{stale}", seen[0] ?? "unseen");
  return { ...probe, headers: { ...probe.headers, "If-Match": filled } };
}

/** The differences between two runs of one sequence, as far as both went. */
export function compareRuns({ steps }: Sequence, mock: Run, django: Run): Difference[] {
  const found = steps.flatMap((step, n): Difference[] => {
    const [one, other] = [mock.answers[n], django.answers[n]];
    if (!isProbe(step) || !one || !other) return [];
    const where = `${endpointOf(step)} ${other.status}`;
    const status = differences(one.status, other.status, "status");
    const headers = differences(one.headers, other.headers, "headers");
    // Where the statuses differ, the bodies are of different kinds.
    const body = status.length
      ? differences(one.body, other.body).slice(0, 1)
      : differences(one.body, other.body);
    return [...status, ...headers, ...body].map((field) => ({ where, step: n, ...field }));
  });
  if (found.length) return found;
  const step = steps.length - 1;
  return differences(mock.world, django.world).map((field) => ({ where: "world", step, ...field }));
}

/** The probe, with its path from a link of the page before it where it follows one. */
export function followLink(probe: Probe, last: Run["answers"][number]): Probe {
  const { follow, ...rest } = probe;
  const body = last?.body;
  const link = follow && isObject(body) ? body[follow] : undefined;
  if (typeof link !== "string") return rest;
  const { pathname, search } = new URL(link);
  return pathname === rest.path.replace(/\?.*/, "") ? { ...rest, path: pathname + search } : rest;
}

const shorten = (value: unknown) => {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
};
/** `POST /api/orders/{id}/returns/ 409 $.code mock "already_returned" django "not_delivered"` */
export const formatDifference = ({ where, path, mock, django }: Difference): string =>
  `${where} ${path} mock ${shorten(mock)} django ${shorten(django)}`;
