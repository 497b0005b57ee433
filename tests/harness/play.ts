/**
 * `play`: plays a story on a lane and a backend. A real MCP client carries out every step, every request passes the
 * fault proxy, and every expectation is checked. The result is the conversation, which `transcript.ts` renders and
 * `differenceBetween` compares.
 *
 * @module
 */
import { readWorld } from "../../mocks/world.ts";
import type { Backend } from "./backends.ts";
import { checkResult } from "./check-result.ts";
import { useFakeClock } from "./clock.ts";
import { fillIn, firstDifference } from "./compare.ts";
import { isWrite, openFaultProxy } from "./fault-proxy.ts";
import type { StoryHost } from "./host.ts";
import { type AnyLane, connect, type LaneOptions } from "./lanes.ts";
import { openCast, playSteps } from "./steps.ts";
import type { OutOfBandRequest, Story } from "./story.ts";
import { type Played, StoryFailure } from "./turn.ts";

/**
 * Plays a story from its first step to its last.
 *
 * @param serve makes another server in place of ours; on memory lanes only
 * @throws {StoryFailure} at the first expectation that is not met
 */
export async function play(
  story: Story,
  lane: AnyLane,
  backend: Backend,
  serve?: LaneOptions["serve"],
): Promise<Played> {
  const dialects = new URL("../../dialects/", import.meta.url).pathname;
  const dialect = story.shop && { shop: `${dialects}${story.shop}.ts` };
  if (dialect) await import(dialect.shop); // loaded before the clock is faked: its 5 s would pass at once
  const clock = lane.startsWith("memory") ? useFakeClock() : undefined;
  const shop = await backend.open(story.world);
  const proxy = await openFaultProxy(shop.url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const onClock = <T>(work: Promise<T>) => (clock ? clock.during(work) : work);
  const saved = new Map<string, unknown>();
  let host: StoryHost | undefined;
  let isChangedElsewhere = false;
  const isChanged = () => isChangedElsewhere || proxy.noted.some(isWrite);

  async function world() {
    await onClock(proxy.settled());
    return shop.world();
  }
  async function change({ who, request, ids, body }: OutOfBandRequest) {
    const [method = "", template = ""] = request.split(" ");
    const path = template.replace(/:(\w+)/g, (_, name) => String(fillIn(ids[name], saved)));
    const sent = JSON.stringify(fillIn(body, saved));
    const headers = {
      Authorization: `Token demo-${who}`,
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    };
    isChangedElsewhere = true;
    const send = clock?.send ?? fetch; // by the clock's, so that no time passes meanwhile
    const response = await send(shop.url + path, { method, headers, body: sent });
    const answer = await response.text();
    const line = `${method} ${path} ${sent}`;
    const [, order] = /^\/api\/orders\/([^/]+)\//.exec(path) ?? [];
    if (response.ok && order) await (await host?.connected())?.sendEvent?.(order);
    if (response.ok) return line;
    throw new StoryFailure(`the shop refused ${who} ${line}: ${response.status} ${answer}`);
  }

  try {
    const token = story.as === "nobody" ? {} : { django_api_token: `demo-${story.as}` };
    const poll = clock ? 1 : 0.05; // seconds of a clock that is made to run, or of the real one
    const looks = story.changes ? { poll } : {};
    const base = { django_api_base: proxy.url, ...token, ...dialect, ...looks };
    const settings = { ...base, ...story.settings };
    const ours: LaneOptions = {
      ...(clock && { send: clock.send }),
      ...(serve && { serve }),
      changes: story.changes,
    };
    const cast = await openCast(story, {
      connect: (options) => connect[lane](settings, { ...ours, ...options }),
      onClock,
    });
    ({ host } = cast);
    const turns = await playSteps({
      story,
      lane,
      ...cast,
      saved,
      check: serve ? () => {} : checkResult, // another server has its own rules
      onClock,
      proxy,
      world: async () => readWorld(await world()),
      change,
      place: {
        name: `${lane}, ${backend.name}`,
        again: story.shop
          ? `bun test ./tests/on-dialects.ts -t ${lane}`
          : `bun run stories "${story.title}" --lane ${lane} --backend ${backend.name}`,
      },
    });
    const unmet = proxy.unmet();
    if (unmet.length)
      throw new StoryFailure(
        `"${story.title}" (${lane}, ${backend.name}) ends with faults that nothing met: ${unmet.join(", ")}`,
      );
    return { story, lane, turns, world: isChanged() ? await world() : undefined };
  } finally {
    clock?.release();
    await host?.close();
    proxy.stop();
    await shop.close(isChanged());
  }
}

/** Whether a story waits for so long that only a fake clock can play it: it is played on memory lanes only. */
export const needsClock = ({ steps, settings }: Story): boolean =>
  settings?.timeout === undefined &&
  steps.some(
    (step) =>
      step.kind === "fault" &&
      step.faults.some(
        (fault) =>
          fault.kind === "hang" ||
          fault.kind === "slow" ||
          (fault.kind === "status" && Number(fault.headers["Retry-After"] ?? 0) > 0),
      ),
  );

/**
 * What has to be the same on every lane: all but instants, codes, what to do when the end of a change is not known, and
 * the result after a question that the user did not say yes to.
 */
function comparable({ turns, world }: Played) {
  const outcomes = turns.map(({ given, requests, questions, text, structured, isError }) => {
    const asked = questions.map((question) => question.text);
    const isRefused = questions.length > 0 && questions.at(-1)?.answer !== "accept";
    return { given, requests, asked, ...(!isRefused && { isError, structured, text }) };
  });
  const varying = /((?:as_of|confirmation|expires_at|(?:next_)?cursor)\\*": ?\\*")[^"\\]+/g;
  const advice = /(It is not known whether [^"]*?no clear answer came\.)[^"]+/g; // differs with a code
  const text = JSON.stringify(outcomes).replace(varying, "$1…").replace(advice, "$1");
  return { turns: JSON.parse(text), world };
}
/** The first difference between two plays of a story, `$.world.orders[3].status: …`, or undefined. */
export const differenceBetween = (one: Played, other: Played): string | undefined =>
  firstDifference(comparable(one), comparable(other));
