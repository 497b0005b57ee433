/**
 * Plays a story on a lane and a backend: every step is carried out by a real MCP client, every request passes
 * the tap, and every expectation is checked. What comes out is the conversation, ready to be told or compared.
 *
 * @module
 */
import { readWorld } from "../../mocks/world.ts";
import type { Backend } from "./backends.ts";
import { ASK_FIRST } from "../../shop/change.ts";
import { holdClock } from "./clock.ts";
import { canAsk, type Hold, type Host, type Lane, lanes, textOf } from "./lanes.ts";
import {
  Absent,
  type Answer,
  type Asked,
  type Elsewhere,
  Like,
  Save,
  type Step,
  type Story,
  Use,
} from "./story.ts";
import { isWrite, type Noted, openTap, type Tap } from "./fault-proxy.ts";

/** What the person was asked, and what came of it. */
export interface Question {
  text: string;
  answer: Answer;
  /** How many requests of the turn came before it. */
  after: number;
  /** What happened at the shop while they thought. */
  meanwhile: { who: string; line: string }[];
}
/** One step as it was carried out, the same on every lane. */
export interface Turn {
  step: Step;
  /** What was said to the tool, with kept values filled in. */
  given: unknown;
  requests: string[];
  questions: Question[];
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
  /** The shop's world in the end, where a change was sent to it. */
  world: unknown;
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
  if (expected instanceof Absent)
    return got === undefined ? undefined : `${at}: expected nothing there, got ${Bun.inspect(got)}`;
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

/** The first place where two values are not the same, key for key: `$.status: "pending", "shipped"`. */
function difference(one: unknown, other: unknown, at = "$"): string | undefined {
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? undefined : `${at}: ${Bun.inspect(one)}, ${Bun.inspect(other)}`;
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const place = Array.isArray(one) ? `${at}[${key}]` : `${at}.${key}`;
    const found = difference(one[key], other[key], place);
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

/** `asks` of a step as a list: one question may stand there without a list around it. */
function asksOf(step: Step): readonly Asked[] {
  const asks = ("expected" in step && step.expected.asks) || [];
  const isOne = (given: typeof asks): given is Asked => given[0] instanceof RegExp;
  return isOne(asks) ? [asks] : asks;
}

/** Plays a story from its first step to its last, with another server if one is given. @throws {StoryFailure} */
export async function play(
  story: Story,
  lane: Lane,
  backend: Backend,
  serve?: Hold["serve"],
): Promise<Played> {
  const shops = new URL("../../dialects/", import.meta.url).pathname;
  const spoken = story.shop && { shop: `${shops}${story.shop}.ts` };
  if (spoken) await import(spoken.shop); // before the clock is held, by which it would seem to take for ever
  const clock = lane.startsWith("memory") ? holdClock() : undefined;
  const shop = await backend.open(story.world);
  const tap = await openTap(shop.url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const passed = <T>(work: Promise<T>) => (clock ? clock.during(work) : work);
  const kept = new Map<string, unknown>();
  const turns: Turn[] = [];
  const notified: string[] = [];
  const keys: Keys = new Map();
  let said = "";
  let host: Host | undefined;
  let isChangedElsewhere = false;
  const isChanged = () => isChangedElsewhere || tap.noted.some(isWrite);

  async function world() {
    await passed(tap.settled());
    return shop.world();
  }
  async function happen({ who, request, ids, body }: Elsewhere) {
    const [method = "", template = ""] = request.split(" ");
    const path = template.replace(/:(\w+)/g, (_, name) => String(filled(ids[name], kept)));
    const sent = JSON.stringify(filled(body, kept));
    const headers = {
      Authorization: `Token demo-${who}`,
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    };
    isChangedElsewhere = true;
    const send = clock?.send ?? fetch; // on the clock, so that no time passes while the shop is at work
    const response = await send(shop.url + path, { method, headers, body: sent });
    const answer = await response.text();
    const line = `${method} ${path} ${sent}`;
    if (response.ok) return line;
    throw new StoryFailure(`the shop refused ${who} ${line}: ${response.status} ${answer}`);
  }

  try {
    let ask: Stage["ask"] = async () => "dismiss";
    const hold = {
      ...(clock && { send: clock.send }),
      ...(serve && { serve }),
      notified: (method: string) => void notified.push(method),
      said: (words: string) => void (said += words),
      ...(story.elicitation !== false && {
        answer: async (question: string) => ACTIONS[await ask(question)],
      }),
    };
    const token = story.as === "nobody" ? {} : { django_api_token: `demo-${story.as}` };
    const settings = { django_api_base: tap.url, ...token, ...spoken, ...story.settings };
    host = await passed(lanes[lane](settings, hold));
    const stage = { story, lane, host, kept, passed, tap, notified, world, happen };
    for (const [index, step] of story.steps.entries()) {
      const before = tap.noted.length;
      const turn: Turn = { ...NOTHING_YET, step, requests: [], questions: [], progress: [] };
      let trouble: unknown; // while a question was open: its client would only tell the server
      ask = async (text) => {
        const [, answer = "dismiss", others = []] = asksOf(step)[turn.questions.length] ?? [];
        const meanwhile: Question["meanwhile"] = [];
        turn.questions.push({ text, answer, after: tap.noted.length - before, meanwhile });
        try {
          for (const other of others) meanwhile.push({ who: other.who, line: await happen(other) });
        } catch (error) {
          trouble = error;
        }
        return trouble ? "dismiss" : answer;
      };
      try {
        await carryOut(turn, { ...stage, ask });
        if (trouble) throw trouble;
        const noted = tap.noted.slice(before);
        turn.requests = noted.map(({ line }) => line);
        check(turn, kept, noted);
        checkWrites(turn, noted, keys);
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
    return { story, lane, turns, world: isChanged() ? await world() : undefined };
  } finally {
    clock?.release();
    await host?.close();
    tap.stop();
    await shop.close(isChanged());
  }
}
const NOTHING_YET = { given: {}, text: "", structured: undefined, isError: false };

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

/** What the steps of a story are carried out with. */
interface Stage {
  story: Story;
  lane: Lane;
  host: Host;
  kept: Map<string, unknown>;
  passed: <T>(work: Promise<T>) => Promise<T>;
  tap: Tap;
  notified: string[];
  /** The shop's world as it is now. */
  world: () => Promise<unknown>;
  /** Sends the shop what somebody else asks of it; gives the request as it was. @throws {StoryFailure} */
  happen: (other: Elsewhere) => Promise<string>;
  /** Puts a question to the person of the story. */
  ask: (question: string) => Promise<Answer>;
}
type Result = Awaited<ReturnType<Host["callTool"]>>;

/** The question and the code of a result that waits for the person's yes. */
function openQuestion({ structuredContent: told }: Pick<Result, "structuredContent">) {
  if (!isObject(told) || told["outcome"] !== "confirmation_needed") return undefined;
  const question = String(told["summary"]).replace(`${ASK_FIRST} `, "");
  return { question, confirmation: told["confirmation"] };
}

const LONGEST_S = 5;
/** Lets time pass until something is so, but not for ever; gives whether it is. */
async function comes(isSo: () => boolean, passed: Stage["passed"]): Promise<boolean> {
  const begun = Bun.nanoseconds();
  while (!isSo() && Bun.nanoseconds() - begun < LONGEST_S * 1e9)
    await passed(new Promise((tick) => setTimeout(tick, 10))); // on a held clock no real time
  return isSo();
}

/** What a protocol error says. */
const wordsOf = (error: unknown) =>
  error instanceof Error ? error.message.replace(/^MCP error -?\d+: /, "") : String(error);
/** A protocol error as the failure that a model is told of; whatever else went wrong is thrown on. */
function refused(error: unknown): Result {
  if (!isObject(error) || typeof error["code"] !== "number") throw error;
  return { isError: true, content: [{ type: "text", text: wordsOf(error) }] };
}

/** Calls the tool of a step; and again with the code, where that is how the person agrees. */
async function callTool(turn: Turn, step: Step & { kind: "call" }, stage: Stage): Promise<void> {
  const { story, lane, host, kept, passed, tap, ask } = stage;
  const { tool: name, expected, gaveUp } = step;
  const args = filled(step.args, kept) as Record<string, unknown>; // an object, as its type says
  turn.given = args;
  const seen = tap.noted.length;
  const isAtWork = () => tap.noted.slice(seen).some((one) => !expected.asks || isWrite(one));
  const hurry = new AbortController();
  const options: Parameters<Host["callTool"]>[1] = { signal: hurry.signal };
  if (expected.progress)
    options.onprogress = ({ progress, total, message }) =>
      void turn.progress.push(`${progress}${total ? `/${total}` : ""} ${message ?? ""}`.trim());

  async function call(confirmed = {}): Promise<Result | undefined> {
    const calling = host.callTool({ name, arguments: { ...args, ...confirmed } }, options);
    if (!gaveUp) return passed(calling).catch(refused);
    let isOver = false;
    const over = () => void (isOver = true);
    calling.then(over, over);
    while (!isOver && !isAtWork()) await new Promise((turn) => setImmediate(turn));
    if (isOver) return calling;
    hurry.abort();
    return passed(calling.catch(() => undefined));
  }

  let result = await call();
  for (let open = result && openQuestion(result); open; open = result && openQuestion(result)) {
    if (story.elicitation === false && !expected.asks) break; // the story itself tells of the code
    if (story.elicitation !== false && canAsk(lane))
      throw new StoryFailure("the server gave a code, where the host could ask the person");
    if ((await ask(open.question)) !== "accept") break;
    result = await call({ confirmation: open.confirmation });
  }
  if (gaveUp && result) throw new StoryFailure("the call was answered");
  if (gaveUp) {
    // What has begun may be seen through, with nobody left to say when.
    await comes(() => tap.noted.length - seen >= (expected.sends?.length ?? 0), passed);
    await passed(tap.settled());
  }
  turn.isError = result?.isError === true;
  turn.text = result ? textOf(result) : "";
  turn.structured = result?.structuredContent;
}

/** Carries out one step, and notes in its turn what came of it, all but the requests. */
async function carryOut(turn: Turn, stage: Stage): Promise<void> {
  const { step } = turn;
  const { host, kept, passed, tap, notified } = stage;
  if (step.kind === "fault") tap.schedule(step.request, step.faults);
  if (step.kind === "elsewhere") turn.text = await passed(stage.happen(step));
  if (step.kind === "call") await callTool(turn, step, stage);
  if (step.kind === "read") {
    const uri = String(filled(step.uri, kept));
    turn.given = uri;
    try {
      const { contents } = await passed(host.readResource({ uri }));
      turn.text = contents.map((content) => ("text" in content ? content.text : "")).join("");
      turn.structured = JSON.parse(turn.text);
    } catch (error) {
      turn.isError = true;
      turn.text = wordsOf(error);
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
    const isThere = await comes(() => notified.includes(step.method), passed);
    if (!isThere) throw new StoryFailure(`no ${step.method} in ${LONGEST_S} s`);
    notified.splice(notified.indexOf(step.method), 1);
  }
  if (step.kind === "ends") turn.structured = step.holds(readWorld(await stage.world()));
}

/** Holds a turn to what its step expects. */
function check(turn: Turn, kept: Map<string, unknown>, noted: Noted[]): void {
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
  const asks = asksOf(step);
  for (const [nth, [like]] of asks.entries())
    if (!like.test(questions[nth]?.text ?? ""))
      fail(`expected a question like ${like}, got ${questions[nth]?.text ?? "none"}`);
  const untold = questions.slice(asks.length).map((question) => question.text);
  if (untold.length) fail(`a question that the story does not tell of: ${untold.join(" | ")}`);
  if (expected.sends && !Bun.deepEquals([...expected.sends], requests))
    fail(`expected the requests\n${listed(expected.sends)}\ngot\n${listed(requests)}`);
  if (isLeftOpen(turn)) return; // by a code there are no words for a no: it is never sent
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
  const { progress = [] } = expected;
  if (
    progress.length !== turn.progress.length ||
    !progress.every((like, nth) => like.test(turn.progress[nth] ?? ""))
  )
    fail(
      `expected progress like ${progress.join(", ")}, got ${turn.progress.join(", ") || "none"}`,
    );
  if (expected.tokens !== undefined && tokensOf({ text, structured }) > expected.tokens)
    fail(`expected ${expected.tokens} tokens at most, got about ${tokensOf({ text, structured })}`);
}

/** Whether a question came with a code that the person gave no yes to. */
const isLeftOpen = ({ structured, questions }: Turn) =>
  questions.length > 0 && openQuestion({ structuredContent: structured }) !== undefined;

/** By which key each consent was acted on: a turn's own, or that of a code, which counts until the change is made. */
type Keys = Map<unknown, string>;
/** Holds a turn to what every change has to keep to: after the person's yes, and once, by a key of its own. */
function checkWrites(turn: Turn, noted: Noted[], keys: Keys): void {
  const { given, questions } = turn;
  const last = questions.at(-1);
  const code = !last && isObject(given) ? given["confirmation"] : undefined;
  const agreed = last?.answer === "accept" ? last.after : code === undefined ? Infinity : 0;
  const consent = code ?? turn;
  for (const [nth, one] of noted.entries()) {
    if (!isWrite(one)) continue;
    if (nth < agreed) throw new StoryFailure(`a change nobody agreed to: ${one.line}`);
    const key = one.headers["idempotency-key"];
    if (!key) throw new StoryFailure(`a change without an Idempotency-Key: ${one.line}`);
    const isOther = [...keys].some(([other, used]) => used === key && other !== consent);
    if (isOther) throw new StoryFailure(`two changes under one key: ${one.line}`);
    if ((keys.get(consent) ?? key) !== key)
      throw new StoryFailure(`one change under two keys: ${one.line}`);
    keys.set(consent, key);
  }
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
    case "elsewhere":
      return `elsewhere ${step.who}: ${step.request}`;
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
    story.shop
      ? `run it alone: bun test ./tests/on-${story.shop}.ts -t ${lane}`
      : `run it alone: bun run stories "${story.title}" --lane ${lane} --backend ${backend.name}`,
  ].join("\n");
}

/**
 * What a played story comes to, without what differs from lane to lane by nature: instants, sealed codes, and
 * the words after a question that the person did not say yes to.
 */
function outcome({ turns, world }: Played) {
  const told = turns.map(({ given, requests, questions, text, structured, isError }) => {
    const asked = questions.map((question) => question.text);
    const isRefused = questions.length > 0 && questions.at(-1)?.answer !== "accept";
    return { given, requests, asked, ...(!isRefused && { isError, structured, text }) };
  });
  const sealed = /((?:as_of|confirmation|expires_at|(?:next_)?cursor)\\*": ?\\*")[^"\\]+/g;
  return { turns: JSON.parse(JSON.stringify(told).replace(sealed, "$1…")), world };
}
/** Where two plays of a story come to different ends, `$.world.orders[3].status: …`; undefined where they do not. */
export const disagreement = (one: Played, other: Played): string | undefined =>
  difference(outcome(one), outcome(other));
