/** Where two shops do not say the same, field by field. @module */
import { isProbe, type Opener, type Played, type Probe, type Sequence, titleOf } from "./probe.ts";

/** One place in one answer, or in the world that a sequence left behind. */
export interface Difference {
  /** `POST /api/orders/{id}/returns/ 409`, or `world`. */
  where: string;
  /** `$.code` */
  place: string;
  mock: unknown;
  django: unknown;
  /** The step that was answered so; the last one for a world. */
  step: number;
}
type Place = Pick<Difference, "place" | "mock" | "django">;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Every place where two values differ, down to the field. Fields that stand in another order are a difference, too. */
export function differences(mock: unknown, django: unknown, place = "$"): Place[] {
  if (!isObject(mock) || !isObject(django) || Array.isArray(mock) !== Array.isArray(django))
    return Object.is(mock, django) ? [] : [{ place, mock, django }];
  const [own, others] = [Object.keys(mock), Object.keys(django)];
  const found = [...new Set([...own, ...others])].flatMap((key) =>
    differences(
      mock[key],
      django[key],
      Array.isArray(mock) ? `${place}[${key}]` : `${place}.${key}`,
    ),
  );
  if (found.length || own.join() === others.join()) return found;
  return [{ place: `${place} (order of fields)`, mock: own, django: others }];
}

/** Plays a sequence to its end, or until `goOn`, which is told of each answer, says no. */
export async function playOn(
  open: Opener,
  { world, steps }: Sequence,
  goOn: (step: number, answer: Played["answers"][number]) => boolean = () => true,
): Promise<Played> {
  const shop = await open(world);
  const answers: Played["answers"] = [];
  let isChanged = false;
  for (const [n, step] of steps.entries()) {
    if (isProbe(step)) answers.push(await shop.send(followed(step, answers.at(-1))));
    else answers.push(void (await shop.wait(step.seconds)));
    isChanged ||= isWrite(step) && (answers[n]?.status ?? 500) < 400;
    if (!goOn(n, answers[n])) return { answers };
  }
  return { answers, ...(isChanged && { world: await shop.world() }) };
}
const isWrite = (step: object) => "method" in step && step.method !== "GET";

/** What differs between two plays of one sequence, as far as both went. */
export function compared({ steps }: Sequence, mock: Played, django: Played): Difference[] {
  const found = steps.flatMap((step, n): Difference[] => {
    const [one, other] = [mock.answers[n], django.answers[n]];
    if (!isProbe(step) || !one || !other) return [];
    const where = `${titleOf(step)} ${other.status}`;
    const status = differences(one.status, other.status, "status");
    const headers = differences(one.headers, other.headers, "headers");
    // Where the statuses differ, the bodies are of different kinds.
    const body = status.length
      ? differences(one.body, other.body).slice(0, 1)
      : differences(one.body, other.body);
    return [...status, ...headers, ...body].map((place) => ({ where, step: n, ...place }));
  });
  if (found.length) return found;
  const step = steps.length - 1;
  return differences(mock.world, django.world).map((place) => ({ where: "world", step, ...place }));
}

/** The path of a probe that follows a link of the page before it. */
export function followed(probe: Probe, last: Played["answers"][number]): Probe {
  const { follow, ...rest } = probe;
  const body = last?.body;
  const link = follow && isObject(body) ? body[follow] : undefined;
  if (typeof link !== "string") return rest;
  const { pathname, search } = new URL(link);
  return pathname === rest.path.replace(/\?.*/, "") ? { ...rest, path: pathname + search } : rest;
}

const short = (value: unknown) => {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
};
/** `POST /api/orders/{id}/returns/ 409 $.code mock "already_returned" django "not_delivered"` */
export const line = ({ where, place, mock, django }: Difference): string =>
  `${where} ${place} mock ${short(mock)} django ${short(django)}`;
