/**
 * Plays a story on a lane and a backend: every step is carried out by a real MCP client, every request passes
 * the tap, and every expectation is checked. What comes out is the conversation, ready to be told or compared.
 *
 * @module
 */
import { makeVenv, serveDjango } from "../scripts/django.ts";
import { serveShop } from "../scripts/shop.ts";
import { readWorld, seed, type World } from "../mocks/world.ts";
import { holdClock } from "./clock.ts";
import { type Hold, type Host, type Lane, lanes, textOf } from "./lanes.ts";
import { type Answer, Like, Save, type Step, type Story, Use } from "./story.ts";
import { openTap, type Tap } from "./tap.ts";

/** A shop that one story is played in. */
interface OpenShop {
  url: string;
  world(): Promise<World>;
  /** Ends it; `isChanged` says that its world may not be used again. */
  close(isChanged: boolean): Promise<unknown>;
}
/** Where shops for stories come from. */
export interface Backend {
  name: "mock" | "django";
  /** A shop with this world: the seed, or tests/worlds/NAME.json. */
  open(world?: string): Promise<OpenShop>;
  stop(): Promise<unknown>;
}
const fileOf = (world?: string) =>
  new URL(world ? `./worlds/${world}.json` : "../mocks/world.json", import.meta.url).pathname;

/** The mock: a shop of its own for every story. */
export function openMock(): Backend {
  return {
    name: "mock",
    async open(name) {
      const world = name ? readWorld(await Bun.file(fileOf(name)).json()) : seed;
      const { url, shop, stop } = serveShop({ world });
      return { url, world: async () => shop.world(), close: stop };
    },
    stop: async () => undefined,
  };
}
/** One real Django, whose world is loaded anew when the last story changed it or another is wanted. */
export async function openDjango(): Promise<Backend> {
  await makeVenv();
  let loaded: string | undefined = fileOf();
  const django = await serveDjango(loaded);
  return {
    name: "django",
    async open(name) {
      if (loaded !== fileOf(name)) await django.load(fileOf(name));
      loaded = fileOf(name);
      const close = async (isChanged: boolean) => {
        if (isChanged) loaded = undefined;
      };
      return { url: django.url, world: async () => readWorld(await django.world()), close };
    },
    stop: django.stop,
  };
}

/** One step as it was carried out, the same on every lane. */
export interface Turn {
  step: Step;
  /** What was said to the tool, with kept values filled in. */
  given: unknown;
  requests: string[];
  questions: string[];
  /** `1/3 Packing`, as it came while the call was at work. */
  progress: string[];
  /** What the model reads. */
  text: string;
  structured: unknown;
  isError: boolean;
}
export interface Played {
  story: Story;
  lane: Lane;
  turns: Turn[];
}

/** A story that did not go as it is told. Its message is for the person who broke it. */
export class StoryFailure extends Error {}

// ── Comparing ───────────────────────────────────────────────────────────────────────────────────

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Where `got` is not what `expected` says, `$.orders[0].total.amount`, or undefined. Keeps what is to be kept. */
export function mismatch(
  expected: unknown,
  got: unknown,
  kept: Map<string, unknown>,
  at = "$",
): string | undefined {
  const told = `${at}: expected ${Bun.inspect(expected)}, got ${Bun.inspect(got)}`;
  if (expected instanceof Save) {
    if (got === undefined) return `${at}: nothing there to keep as "${expected.name}"`;
    kept.set(expected.name, got);
    return undefined;
  }
  if (expected instanceof Use) return mismatch(filled(expected, kept), got, kept, at);
  if (expected instanceof Like)
    return typeof got === "string" && expected.pattern.test(got)
      ? undefined
      : `${at}: expected text like ${expected.pattern}, got ${Bun.inspect(got)}`;
  if (!isObject(expected)) return Object.is(expected, got) ? undefined : told;
  if (!isObject(got) || Array.isArray(expected) !== Array.isArray(got)) return told;
  if (Array.isArray(expected) && expected.length === 0 && Array.isArray(got) && got.length > 0)
    return told;
  for (const [key, part] of Object.entries(expected)) {
    const place = Array.isArray(expected) ? `${at}[${key}]` : `${at}.${key}`;
    const found = mismatch(part, got[key], kept, place);
    if (found) return found;
  }
  return undefined;
}

/** A value with everything kept put in its place. @throws {StoryFailure} when nothing was kept by that name */
function filled(value: unknown, kept: Map<string, unknown>): unknown {
  if (value instanceof Use) {
    if (!kept.has(value.name)) throw new StoryFailure(`nothing was kept as "${value.name}"`);
    return kept.get(value.name);
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, kept));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filled(part, kept)]));
}

// ── Playing ─────────────────────────────────────────────────────────────────────────────────────

const ACTIONS = { accept: "accept", decline: "decline", dismiss: "cancel" } as const;
/** Four characters are about a token. */
const tokensOf = (value: unknown) => Math.ceil((JSON.stringify(value) ?? "").length / 4);

/** Plays a story from its first step to its last, with another server if one is given. @throws {StoryFailure} */
export async function play(
  story: Story,
  lane: Lane,
  backend: Backend,
  serve?: Hold["serve"],
): Promise<Played> {
  const clock = lane.startsWith("memory") ? holdClock() : undefined;
  const shop = await backend.open(story.world);
  const tap = await openTap(shop.url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const kept = new Map<string, unknown>();
  const turns: Turn[] = [];
  const notified: string[] = [];
  let said = "";
  let questions: string[] = [];
  let answer: Answer = "dismiss";
  let host: Host | undefined;
  const passed = <T>(work: Promise<T>) => (clock ? clock.during(work) : work);

  try {
    const hold = {
      ...(clock && { send: clock.send }),
      ...(serve && { serve }),
      notified: (method: string) => void notified.push(method),
      said: (words: string) => void (said += words),
      answer: (question: string) => {
        questions.push(question);
        return ACTIONS[answer];
      },
    };
    const token = story.as === "nobody" ? {} : { django_api_token: `demo-${story.as}` };
    const settings = { django_api_base: tap.url, ...token, ...story.settings };
    host = await passed(lanes[lane](settings, hold));
    for (const [index, step] of story.steps.entries()) {
      const before = tap.noted.length;
      questions = [];
      if ("expected" in step && step.expected.asks) answer = step.expected.asks[1];
      let turn: Turn | undefined;
      try {
        turn = await carryOut(step, host, kept, passed, tap, shop, notified);
        turn.requests = tap.noted.slice(before).map(({ line }) => line);
        turn.questions = questions;
        check(turn, kept, tap.noted.slice(before));
        turns.push(turn);
      } catch (error) {
        const requests = tap.noted.slice(before).map(({ line, outcome }) => `${line}  ${outcome}`);
        throw new StoryFailure(
          report(story, lane, backend, index, step, error, requests, turn, said),
        );
      }
    }
    const unmet = tap.unmet();
    if (unmet.length)
      throw new StoryFailure(
        `"${story.title}" (${lane}, ${backend.name}) ends with faults that nothing met: ${unmet.join(", ")}`,
      );
    return { story, lane, turns };
  } finally {
    clock?.release();
    await host?.close();
    tap.stop();
    await shop.close(tap.noted.some(({ line }) => !line.startsWith("GET ")));
  }
}

/** Whether a story waits for time that only a held clock can make pass at once. */
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

/** Carries out one step; gives what came of it, requests and questions not yet noted. */
async function carryOut(
  step: Step,
  host: Host,
  kept: Map<string, unknown>,
  passed: <T>(work: Promise<T>) => Promise<T>,
  tap: Tap,
  shop: OpenShop,
  notified: string[],
): Promise<Turn> {
  const turn: Turn = {
    step,
    given: {},
    requests: [],
    questions: [],
    progress: [],
    text: "",
    structured: undefined,
    isError: false,
  };
  if (step.kind === "fault") tap.schedule(step.request, step.faults);
  if (step.kind === "call") {
    const args = filled(step.args, kept) as Record<string, unknown>; // an object, as its type says
    turn.given = args;
    const seen = tap.noted.length;
    const hurry = new AbortController();
    const calling = host.callTool(
      { name: step.tool, arguments: args },
      {
        signal: hurry.signal,
        ...(step.expected.progress && {
          onprogress: ({ progress, total, message }) =>
            void turn.progress.push(
              `${progress}${total ? `/${total}` : ""} ${message ?? ""}`.trim(),
            ),
        }),
      },
    );
    if (step.gaveUp) {
      while (tap.noted.length === seen) await new Promise((turn) => setImmediate(turn));
      hurry.abort();
      await passed(
        calling.then(
          () => Promise.reject(new StoryFailure("the call was answered")),
          () => {},
        ),
      );
      return turn;
    }
    const result = await passed(calling);
    turn.isError = result.isError === true;
    turn.text = textOf(result);
    turn.structured = result.structuredContent;
  }
  if (step.kind === "read") {
    const uri = String(filled(step.uri, kept));
    turn.given = uri;
    try {
      const { contents } = await passed(host.readResource({ uri }));
      turn.text = contents.map((content) => ("text" in content ? content.text : "")).join("");
      turn.structured = JSON.parse(turn.text);
    } catch (error) {
      turn.isError = true;
      turn.text =
        error instanceof Error ? error.message.replace(/^MCP error -?\d+: /, "") : String(error);
    }
  }
  if (step.kind === "prompt") {
    const args = filled(step.args, kept) as Record<string, string>; // texts, as its type says
    turn.given = args;
    const { messages } = await passed(host.getPrompt({ name: step.name, arguments: args }));
    turn.text = messages
      .map(({ content }) => (content.type === "text" ? content.text : ""))
      .join("\n");
  }
  if (step.kind === "complete") {
    const isUri = step.ref.includes("://");
    const ref = isUri
      ? ({ type: "ref/resource", uri: step.ref } as const)
      : ({ type: "ref/prompt", name: step.ref } as const);
    const argument = { name: step.argument, value: step.value };
    const { completion } = await passed(host.complete({ ref, argument }));
    turn.structured = completion.values;
  }
  if (step.kind === "wait") {
    const begun = Bun.nanoseconds();
    while (!notified.includes(step.method)) {
      if (Bun.nanoseconds() - begun > 5e9) throw new StoryFailure(`no ${step.method} in 5 s`);
      await passed(new Promise((turn) => setImmediate(turn)));
    }
    notified.splice(notified.indexOf(step.method), 1);
  }
  if (step.kind === "ends") turn.structured = step.holds(await shop.world());
  return turn;
}

/** Holds a turn to what its step expects. */
function check(
  turn: Turn,
  kept: Map<string, unknown>,
  noted: { line: string; isUnknown: boolean }[],
): void {
  const { step, text, isError, structured, questions, requests } = turn;
  const fail = (what: string) => {
    throw new StoryFailure(what);
  };
  const unknown = noted.find(({ isUnknown }) => isUnknown);
  if (unknown) fail(`a request that the shop does not know: ${unknown.line}`);
  if (step.kind === "ends" && structured !== true) fail("the shop's world is not as told");
  if (step.kind === "complete") {
    const found = mismatch(
      [...step.values, undefined],
      [...(structured as unknown[]), undefined],
      kept,
    );
    if (found || (structured as unknown[]).length !== step.values.length)
      fail(`expected the completions ${Bun.inspect(step.values)}, got ${Bun.inspect(structured)}`);
  }
  if (!("expected" in step)) return;
  const { expected } = step;
  if (expected.fails && !isError)
    fail(`expected a failure like ${expected.fails}, got an answer:\n${text}`);
  if (!expected.fails && isError) fail(`expected an answer, got a failure:\n${text}`);
  if (expected.fails && !expected.fails.test(text))
    fail(`expected a failure like ${expected.fails}, got:\n${text}`);
  if (expected.text && !expected.text.test(text))
    fail(`expected text like ${expected.text}, got:\n${text}`);
  if ("returns" in expected && expected.returns !== undefined) {
    const found = mismatch(expected.returns, structured, kept);
    if (found) fail(found);
  }
  const [question] = expected.asks ?? [];
  if (question && !questions.some((asked) => question.test(asked)))
    fail(
      `expected a question like ${question}, got ${questions.length ? questions.join(" | ") : "none"}`,
    );
  if (!question && questions.length)
    fail(`a question that the story does not tell of: ${questions.join(" | ")}`);
  const { progress = [] } = expected;
  if (
    progress.length !== turn.progress.length ||
    !progress.every((like, nth) => like.test(turn.progress[nth] ?? ""))
  )
    fail(
      `expected progress like ${progress.join(", ")}, got ${turn.progress.join(", ") || "none"}`,
    );
  if (expected.sends && !Bun.deepEquals([...expected.sends], requests))
    fail(`expected the requests\n${listed(expected.sends)}\ngot\n${listed(requests)}`);
  if (expected.tokens !== undefined && tokensOf({ text, structured }) > expected.tokens)
    fail(`expected ${expected.tokens} tokens at most, got about ${tokensOf({ text, structured })}`);
}

const listed = (lines: readonly string[]) =>
  lines.map((line) => `  ${line}`).join("\n") || "  none";
/** A step in a few words. */
export function nameOf(step: Step): string {
  switch (step.kind) {
    case "say":
      return `say "${step.text}"`;
    case "call":
      return `${step.gaveUp ? "cancel" : "call"} ${step.tool}`;
    case "read":
      return `read ${String(step.uri)}`;
    case "prompt":
      return `prompt ${step.name}`;
    case "complete":
      return `complete ${step.argument} "${step.value}"`;
    case "fault":
      return `fault ${step.request}`;
    case "wait":
      return `wait for ${step.method}`;
    case "ends":
      return "ends";
  }
}
function report(
  story: Story,
  lane: Lane,
  backend: Backend,
  index: number,
  step: Step,
  error: unknown,
  requests: string[],
  turn: Turn | undefined,
  said: string,
): string {
  const why = error instanceof StoryFailure ? error.message : Bun.inspect(error);
  return [
    `"${story.title}"  on ${lane}, ${backend.name}`,
    `step ${index + 1} of ${story.steps.length}: ${nameOf(step)}`,
    turn?.given && Object.keys(turn.given).length ? `with ${Bun.inspect(turn.given)}` : "",
    "",
    why,
    "",
    `requests of this step:\n${listed(requests)}`,
    ...(said ? [`the server's stderr:\n${listed(said.trim().split("\n"))}`] : []),
    `run it alone: bun run stories "${story.title}" --lane ${lane} --backend ${backend.name}`,
  ].join("\n");
}

/** What a played story comes to, without what differs from lane to lane by nature. */
export function outcome({ turns }: Played): string {
  const told = turns.map(({ given, requests, text, structured, isError }) => {
    return { given, requests, text, structured, isError };
  });
  return JSON.stringify(told, null, 2).replace(/(as_of\\*": ?\\*")[^"\\]+/g, "$1…");
}
