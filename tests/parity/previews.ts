/**
 * The property that a preview tells what the change then does: for generated orders and changes, on one shop,
 *
 * - the previewed order is the answer to the change, and but for `change` the order that is read afterwards, in every
 *   field. The clock stands still in between; in a shop whose clock runs, `updated_at`, the `at` of the last timeline
 *   entry, and so `version` would differ;
 * - a refused preview has the status and the body of the refused change;
 * - the world is the same before and after the preview;
 * - `change` has the payments that the order has got more, to the cent;
 * - the account that a user is shown, `accountOf`, names the money that then moves, and the money that the return or
 *   the exchange is noted with, to the cent.
 *
 * `provePreviews` is called by `scripts/truth.ts`.
 *
 * @module
 */
import fc from "fast-check";
import { toCents } from "../../mocks/money.ts";
import { accountOf, quote } from "../../shop/account.ts";
import { endpoints } from "../../shop/contract.ts";
import { normalizeAnswer } from "../../shop/json.ts";
import type { World } from "../../mocks/world.ts";
import { differences } from "./compare.ts";
import { generatedSequence } from "./generated.ts";
import { type Answer, describeStep, isProbe, type Opener, type Probe } from "./probe.ts";
import { again, previewOf } from "./requests.ts";

const MAX_STEPS = 8;
const KIND = 2;
const CHANGE_PATH = /^\/api\/orders\/([^/]+)\/(\w+)\/$/;
const METHODS: Record<string, string> = { address: "PATCH", payment: "PATCH" };

/** How often each kind of change ended how, `cancel 409 not_pending`, and what was not as it should be. */
export interface PreviewProof {
  changes: number;
  kinds: Map<string, number>;
  failures: string[];
}

const readOrder = (json: unknown) =>
  endpoints.order.answer.parse(normalizeAnswer(json, "http://shop.test", "EUR"));
/** The sum of the amounts that an account states in lines that begin so, in cents. */
const centsAfter = (account: string, start: string): number =>
  account
    .split("\n")
    .filter((line) => line.startsWith(start))
    .reduce((all, line) => all + toCents(/: (-?[\d.]+) [A-Z]{3}/.exec(line)?.[1] ?? "0"), 0);
/** Where the account of a previewed change does not state the money that the shop then moves, or notes. */
function* misstatements(
  account: string,
  { before, after }: { before: World; after: World },
  { id, sum }: { id: string; sum: number },
): Generator<string> {
  const [old, now] = [before, after].map(({ orders }) =>
    orders.find(({ order_id }) => order_id === id),
  );
  const moved = centsAfter(account, "Will be charged") - centsAfter(account, "Will be refunded");
  if (moved !== sum) yield `the account moves ${moved} cents, the shop ${sum}`;
  const left =
    old?.items.flatMap((line) => Array<typeof line>(line.quantity ?? 1).fill(line)) ?? [];
  const returned = (now?.return && !old?.return ? now.return.item_ids : []).map((item_id) => {
    const at = left.findIndex((line) => line.item_id === item_id);
    return toCents(left.splice(at, 1)[0]?.price ?? "0");
  });
  const back = returned.reduce((all, cents) => all + cents, 0);
  const difference = old?.exchange ? "0" : (now?.exchange?.price_difference ?? "0");
  const told = centsAfter(account, "Charge to come") - centsAfter(account, "Refund to come");
  if (told !== toCents(difference) - back)
    yield `the account notes ${told} cents, the shop ${difference} less ${back} cents`;
}

function* contradictions(
  {
    order,
    preview,
    change,
    stored,
  }: Record<"order" | "preview" | "change", Answer> & { stored: Answer | undefined },
  { before, between, after }: { before: World; between: World; after: World },
  id: string,
): Generator<string> {
  const said = differences([preview.status, preview.body], [change.status, change.body]);
  for (const { path, mock, django } of said)
    yield `${path}: previewed ${JSON.stringify(mock)}, then ${JSON.stringify(django)}`;
  for (const { path } of differences(before, between)) yield `the preview changed ${path}`;
  if (!stored) return;
  const kept = { ...Object(change.body), change: null };
  for (const { path } of differences(kept, stored.body)) yield `stored otherwise: ${path}`;
  const paymentsIn = ({ orders }: World) =>
    orders.find(({ order_id }) => order_id === id)?.payments ?? [];
  const added = paymentsIn(after).slice(paymentsIn(before).length);
  const cents = added.map(({ kind, amount }) => toCents(amount) * (kind === "payment" ? 1 : -1));
  const sum = cents.reduce((all, one) => all + one, 0);
  const { payments, amount } = Object(Object(change.body).change);
  if (differences(added, payments).length)
    yield "the payments of the change are not the added ones";
  if (added.length ? toCents(String(amount)) !== sum : amount !== null)
    yield `the change amounts to ${amount}, its payments to ${sum} cents`;
  const formats = { formatMethod: quote, formatNewItem: quote };
  const account = accountOf(readOrder(order.body), readOrder(preview.body), formats);
  yield* misstatements(account, { before, after }, { id, sum });
}

/** Previews and makes generated changes on a shop, at least `count` of them. */
export async function provePreviews(
  open: Opener,
  { seed, count }: { seed: number; count: number },
): Promise<PreviewProof> {
  const proof: PreviewProof = { changes: 0, kinds: new Map(), failures: [] };
  /** Whether it is a change that a preview can be asked of: one with an object as its body. */
  const isChange = ({ method, path, body = "" }: Probe) => {
    const kind = CHANGE_PATH.exec(path)?.[KIND];
    const isOwnMethod = kind !== undefined && method === (METHODS[kind] ?? "POST");
    return isOwnMethod && kind !== "previews" && body.startsWith("{");
  };
  for (let run = 0; proof.changes < count; run++) {
    const arbitrary = generatedSequence(MAX_STEPS, { isTame: run % 3 > 0 });
    const [sequence] = fc.sample(arbitrary, { seed: seed + run, numRuns: 1 });
    const { send, world } = await open(sequence?.world);
    const read = async () => (await world()) as World; // as `open` loaded it
    let before = await read();
    for (const step of sequence?.steps ?? []) {
      if (!isProbe(step) || !isChange(step)) continue;
      const { "If-Match": _, ...headers } = again(step).headers; // a new key, of any version
      const probe = { ...step, headers };
      const previewProbe = previewOf(probe);
      if (!previewProbe) continue;
      const [, id = "", kind = ""] = CHANGE_PATH.exec(probe.path) ?? [];
      const get = { method: "GET", path: `/api/orders/${id}/`, headers };
      const order = await send(get);
      const preview = await send(previewProbe);
      const between = await read();
      const change = await send(probe);
      const isMade = change.status === 200;
      const after = isMade ? await read() : between;
      const stored = isMade ? await send(get) : undefined;
      const { code = "" } = Object(change.body);
      const end = `${kind} ${change.status} ${code}`.trim();
      proof.changes++;
      proof.kinds.set(end, (proof.kinds.get(end) ?? 0) + 1);
      const answers = { order, preview, change, stored };
      for (const one of contradictions(answers, { before, between, after }, id))
        proof.failures.push(`${one}\n    ${describeStep(probe)}`);
      before = after;
    }
  }
  return proof;
}
/** `cancel: 12 × 200, 30 × 409 not_pending` on a line for each change. */
export function formatKinds(kinds: Map<string, number>): string {
  const byChange = Map.groupBy(kinds, ([end]) => end.split(" ")[0]);
  const lines = [...byChange].toSorted().map(([change, ends]) => {
    const all = ends.toSorted().map(([end, times]) => `${times} × ${end.replace(/^\w+ /, "")}`);
    return `          ${change}: ${all.join(", ")}`;
  });
  return lines.join("\n");
}
