/**
 * `play`: plays a story on a lane and a backend. A real MCP client carries out every step, every request passes the
 * fault proxy, and every expectation is checked. The result is the conversation, which `transcript.ts` renders and
 * `disagreement` compares.
 *
 * @module
 */
import { readWorld } from "../../mocks/world.ts";
import type { Backend } from "./backends.ts";
import { ASK_ANEW, ASK_FIRST } from "../../shop/change.ts";
import { Listening } from "./changes.ts";
import { checkResult } from "./check-result.ts";
import { useFakeClock } from "./clock.ts";
import { openHost, type StoryHost } from "./host.ts";
import {
  type AnyLane,
  canAsk,
  type LaneOptions,
  type Host,
  NO_FORMS,
  sendsAnswers,
  textOf,
} from "./lanes.ts";
import {
  Absent,
  type UserAnswer,
  type ExpectedQuestion,
  type OutOfBandRequest,
  Matching,
  Save,
  type Step,
  type Story,
  Use,
} from "./story.ts";
import { type FaultProxy, isWrite, openFaultProxy, type RecordedRequest } from "./fault-proxy.ts";

/** A question that was put to the user. */
export interface Question {
  text: string;
  answer: UserAnswer;
  /** How many requests of the turn were sent before it. */
  after: number;
  /** What others changed at the shop before the user answered. */
  meanwhile: { who: string; line: string }[];
}
/** A step as it was carried out, in the same terms on every lane. */
export interface Turn {
  step: Step;
  /** The arguments, or the URI, with saved values filled in. */
  given: unknown;
  requests: string[];
  questions: Question[];
  /** Where the answer was lost: what came of the same call, sent again. */
  again?: { questions: string[]; requests: string[] };
  /** Progress notifications of the call: `1/3 Packing`. */
  progress: string[];
  /** What the model reads. */
  text: string;
  structured: unknown;
  isError: boolean;
  /** The host has ended the call by itself, and told its model so in its own words. */
  isUnheard?: boolean;
}
export interface Played {
  story: Story;
  lane: AnyLane;
  turns: Turn[];
  /** The shop's world at the end, or undefined if no change was sent to it. */
  world: unknown;
}

/** A story that did not go as written. The message is a report for whoever broke it. */
export class StoryFailure extends Error {}

// ── Comparing ───────────────────────────────────────────────────────────────────────────────────

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/**
 * Compares a value with what a step expects, and saves what `save("…")` marks.
 *
 * @returns the first difference, `$.status: expected "pending", got "shipped"`, or undefined
 */
export function mismatch(
  expected: unknown,
  got: unknown,
  saved: Map<string, unknown>,
  at = "$",
): string | undefined {
  const message = `${at}: expected ${Bun.inspect(expected)}, got ${Bun.inspect(got)}`;
  if (expected instanceof Save) {
    if (got === undefined) return `${at}: nothing there to keep as "${expected.name}"`;
    saved.set(expected.name, got);
    return undefined;
  }
  if (expected instanceof Absent)
    return got === undefined ? undefined : `${at}: expected nothing there, got ${Bun.inspect(got)}`;
  if (expected instanceof Use) return mismatch(fillIn(expected, saved), got, saved, at);
  if (expected instanceof Matching)
    return typeof got === "string" && expected.pattern.test(got)
      ? undefined
      : `${at}: expected text like ${expected.pattern}, got ${Bun.inspect(got)}`;
  if (!isObject(expected)) return Object.is(expected, got) ? undefined : message;
  if (!isObject(got) || Array.isArray(expected) !== Array.isArray(got)) return message;
  if (Array.isArray(expected) && expected.length === 0 && Array.isArray(got) && got.length > 0)
    return message;
  for (const [key, part] of Object.entries(expected)) {
    const place = Array.isArray(expected) ? `${at}[${key}]` : `${at}.${key}`;
    const found = mismatch(part, got[key], saved, place);
    if (found) return found;
  }
  return undefined;
}

/** The first difference between two values, `$.status: "pending", "shipped"`, or undefined. */
function firstDifference(one: unknown, other: unknown, at = "$"): string | undefined {
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? undefined : `${at}: ${Bun.inspect(one)}, ${Bun.inspect(other)}`;
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const place = Array.isArray(one) ? `${at}[${key}]` : `${at}.${key}`;
    const found = firstDifference(one[key], other[key], place);
    if (found) return found;
  }
  return undefined;
}

/** A value with each `use("…")` replaced by what was saved. @throws {StoryFailure} where nothing was */
function fillIn(value: unknown, saved: Map<string, unknown>): unknown {
  if (value instanceof Use) {
    if (!saved.has(value.name)) throw new StoryFailure(`nothing was kept as "${value.name}"`);
    return saved.get(value.name);
  }
  if (Array.isArray(value)) return value.map((one) => fillIn(one, saved));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fillIn(part, saved)]));
}

// ── Playing ─────────────────────────────────────────────────────────────────────────────────────

/** MCP's words for the answers of a story. */
const ACTIONS = {
  accept: "accept",
  decline: "decline",
  dismiss: "cancel",
  acceptByItself: "acceptByItself",
  failToAsk: "failToAsk",
} as const;
/** An estimate: four characters are about one token. */
const estimateTokens = (value: unknown) => Math.ceil((JSON.stringify(value) ?? "").length / 4);

/** The questions that a step expects, as a list; a single one may be given without one. */
export function expectedQuestions(step: Step): readonly ExpectedQuestion[] {
  const asks = ("expected" in step && step.expected.asks) || [];
  const isOne = (given: typeof asks): given is ExpectedQuestion => given[0] instanceof RegExp;
  return isOne(asks) ? [asks] : asks;
}

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
  const turns: Turn[] = [];
  const listening = new Listening();
  const keys: UsedKeys = new Map();
  let stderr = "";
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
    let ask: Stage["ask"] = async () => "dismiss";
    const options = {
      onClock,
      keepsProcess: story.keepsProcess,
      ...(clock && { send: clock.send }),
      ...(serve && { serve }),
      changes: story.changes,
      onChange: (uri: string) => void listening.heard.push(uri),
      onStderr: (text: string) => void (stderr += text),
      ...(story.elicitation !== false && {
        answer: async (question: string) => ACTIONS[await ask(question)],
      }),
    };
    const token = story.as === "nobody" ? {} : { django_api_token: `demo-${story.as}` };
    const poll = clock ? 1 : 0.05; // seconds of a clock that is made to run, or of the real one
    const looks = story.changes ? { poll } : {};
    const base = { django_api_base: proxy.url, ...token, ...dialect, ...looks };
    const settings = { ...base, ...story.settings };
    host = await openHost(lane, settings, options);
    const isOurs = !serve;
    const stage = {
      story,
      lane,
      host,
      saved,
      onClock,
      proxy,
      listening,
      world,
      change,
      isOurs,
    };
    for (const [index, step] of story.steps.entries()) {
      const before = proxy.noted.length;
      const turn: Turn = { ...NOTHING_YET, step, requests: [], questions: [], progress: [] };
      let trouble: unknown; // kept from the client, which would only report it to the server
      ask = async (text) => {
        if (turn.again) {
          turn.again.questions.push(text);
          return "decline";
        }
        const [, answer = "dismiss", others = []] =
          expectedQuestions(step)[turn.questions.length] ?? [];
        const meanwhile: Question["meanwhile"] = [];
        turn.questions.push({ text, answer, after: proxy.noted.length - before, meanwhile });
        try {
          for (const other of others) meanwhile.push({ who: other.who, line: await change(other) });
        } catch (error) {
          trouble = error;
        }
        return trouble ? "dismiss" : answer;
      };
      try {
        await carryOut(turn, { ...stage, ask });
        if (trouble) throw trouble;
        const sent = proxy.noted.slice(before);
        const lines = sent.map(({ line }) => line).filter((line) => !listening.isLook(line));
        turn.requests = lines.slice(0, lines.length - (turn.again?.requests.length ?? 0));
        checkTurn(turn, saved, sent);
        checkWrites(turn, sent, keys);
        turns.push(withoutPort(turn, proxy.url));
      } catch (error) {
        const requests = proxy.noted
          .slice(before)
          .map(({ line, outcome }) => `${line}  ${outcome}`);
        const place = { story, lane, backend, index };
        throw new StoryFailure(report({ ...place, turn, error, requests, stderr }));
      }
    }
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
/** A turn whose result names the shop's pictures under one address, whichever port the shop has. */
function withoutPort({ ...turn }: Turn, url: string): Turn {
  const { text, structured } = turn;
  const named = JSON.stringify({ text, structured }).replaceAll(url, "https://shop.example");
  return { ...turn, ...JSON.parse(named) };
}
const NOTHING_YET = { given: {}, text: "", structured: undefined, isError: false };

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

/** What the steps of a story are carried out with. */
interface Stage {
  story: Story;
  lane: AnyLane;
  host: StoryHost;
  saved: Map<string, unknown>;
  /** The server is ours, and no other in its place. */
  isOurs: boolean;
  /** Waits for work while time passes, at once where the clock is fake. */
  onClock: <T>(work: Promise<T>) => Promise<T>;
  proxy: FaultProxy;
  listening: Listening;
  /** The shop's world as it is now. */
  world: () => Promise<unknown>;
  /** Makes somebody else's change at the shop; returns its request as text. @throws {StoryFailure} if refused */
  change: (other: OutOfBandRequest) => Promise<string>;
  /** Puts a question to the user of the story. */
  ask: (question: string) => Promise<UserAnswer>;
}
type Result = Awaited<ReturnType<Host["callTool"]>>;

/** The question and the code of a result that waits for confirmation. */
export function openQuestion({ structuredContent: receipt }: { structuredContent?: unknown }) {
  if (!isObject(receipt) || receipt["outcome"] !== "confirmation_needed") return undefined;
  const summary = String(receipt["summary"]);
  const question = summary.replace(`${ASK_FIRST}\n`, "").replace(`${ASK_ANEW}\n`, "");
  return { summary, question, confirmation: receipt["confirmation"] };
}

/** Stands for the shop's address, which is another one in each play. */
const SHOP_URL = "https://shop.example";
const MAX_WAIT_S = 5;
/** Waits until a condition holds, for at most five real seconds; returns whether it does. */
async function waitUntil(holds: () => boolean, onClock: Stage["onClock"]): Promise<boolean> {
  const begun = Bun.nanoseconds();
  while (!holds() && Bun.nanoseconds() - begun < MAX_WAIT_S * 1e9)
    await onClock(new Promise((tick) => setTimeout(tick, 10))); // on a fake clock no real time
  return holds();
}

/** The message of a protocol error, without the SDK's prefix. */
const messageOf = (error: unknown) =>
  error instanceof Error ? error.message.replace(/^MCP error -?\d+: /, "") : String(error);
/** A protocol error as the failed result that a model sees; throws every other error on. */
function toFailedResult(error: unknown): Result {
  if (!isObject(error) || typeof error["code"] !== "number") throw error;
  return { isError: true, content: [{ type: "text", text: messageOf(error) }] };
}

/** Calls the tool of a step; and again with the code, if that is how the user confirms. */
async function callTool(turn: Turn, step: Step & { kind: "call" }, stage: Stage): Promise<void> {
  const { story, lane, saved, onClock, proxy, ask } = stage;
  const { tool: name, expected, isAborted } = step;
  const args = fillIn(step.args, saved) as Record<string, unknown>; // an object, as its type says
  turn.given = args;
  const before = proxy.noted.length;
  const isAtWork = () => proxy.noted.slice(before).some((one) => !expected.asks || isWrite(one));
  const abort = new AbortController();
  const options: Parameters<Host["callTool"]>[1] = { signal: abort.signal };
  if (expected.progress)
    options.onprogress = ({ progress, total, message }) =>
      void turn.progress.push(`${progress}${total ? `/${total}` : ""} ${message ?? ""}`.trim());

  async function call(confirmed = {}): Promise<Result | undefined> {
    const host = await stage.host.connected();
    const calling = host.callTool({ name, arguments: { ...args, ...confirmed } }, options);
    if (!isAborted) return onClock(calling).catch(toFailedResult);
    let isSettled = false;
    const settle = () => void (isSettled = true);
    calling.then(settle, settle);
    while (!isSettled && !isAtWork()) await new Promise((turn) => setImmediate(turn));
    if (isSettled) return calling;
    abort.abort();
    return onClock(calling.catch(() => undefined));
  }

  let result = await call();
  for (let open = result && openQuestion(result); open; open = result && openQuestion(result)) {
    if (story.elicitation === false && !expected.asks) break; // a later step may bring the code
    if (story.elicitation !== false && canAsk(lane))
      throw new StoryFailure("the server gave a code, where the host could ask the person");
    if ((await ask(open.question)) !== "accept") break;
    result = await call({ confirmation: open.confirmation });
  }
  if (isAborted && result) throw new StoryFailure("the call was answered");
  if (isAborted) {
    // A change that has begun is completed, but no answer says when.
    await waitUntil(() => proxy.noted.length - before >= (expected.sends?.length ?? 0), onClock);
    await onClock(proxy.settled());
  }
  if (step.isLost && result) result = await resend(result, call, turn, step, stage);
  turn.isError = result?.isError === true;
  turn.text = (result ? textOf(result) : "").replaceAll(proxy.url, SHOP_URL);
  turn.isUnheard = sendsAnswers(lane) && turn.text === NO_FORMS;
  turn.structured = result?.structuredContent;
  if (stage.isOurs && result && !turn.isError && !turn.isUnheard) checkResult(name, result);
}

const MADE_BEFORE = /^The same was asked for and sent within the last ten minutes\./;
/**
 * Sends a call again whose answer is lost, and returns what the host hears in the end. Where no answer of the user
 * can be sent again, that is the lost one: of the second, only the question is looked at. @throws {StoryFailure}
 */
async function resend(
  result: Result,
  call: () => Promise<Result | undefined>,
  turn: Turn,
  step: Step & { kind: "call" },
  { story, lane, host, proxy }: Stage,
): Promise<Result> {
  const before = proxy.noted.length;
  const again: Turn["again"] = { questions: [], requests: [] };
  turn.again = again;
  if (step.isLost === "with the server") await host.restart();
  host.resendNext();
  const second = await call();
  const sent = proxy.noted.slice(before);
  again.requests = sent.map(({ line }) => line);
  const isAskedAnew = story.elicitation !== false && canAsk(lane) && !sendsAnswers(lane);
  if (!isAskedAnew || turn.questions.length === 0) {
    const more = sent.filter((request) => !isWrite(request));
    if (more.length || again.questions.length)
      throw new StoryFailure(
        `sent again, the call does more than its change:\n${formatList([...again.requests, ...again.questions])}`,
      );
    return second ?? result;
  }
  const said = again.questions[0] ?? (second ? textOf(second) : "");
  const summary = isObject(result.structuredContent) && String(result.structuredContent["summary"]);
  const isKnown = step.isLost === "once" && summary; // a new server remembers nothing
  if (isKnown && !(MADE_BEFORE.test(said) && said.includes(summary)))
    throw new StoryFailure(`sent again, the call does not say what became of it, but: ${said}`);
  return result;
}

/** Carries out a step, and records its outcome in the turn, except the requests. */
async function carryOut(turn: Turn, stage: Stage): Promise<void> {
  const { step } = turn;
  const { host, saved, onClock, proxy, listening } = stage;
  if (step.kind === "fault") proxy.schedule(step.request, step.faults);
  if (step.kind === "outOfBand") turn.text = await onClock(stage.change(step));
  if (step.kind === "call") await callTool(turn, step, stage);
  if (step.kind === "read") {
    const uri = String(fillIn(step.uri, saved));
    turn.given = uri;
    try {
      const connection = await host.connected();
      const { contents } = await onClock(connection.readResource({ uri }));
      turn.text = contents.map((content) => ("text" in content ? content.text : "")).join("");
      turn.structured = JSON.parse(turn.text);
    } catch (error) {
      turn.isError = true;
      turn.text = messageOf(error);
    }
  }
  if (step.kind === "prompt") {
    const args = fillIn(step.args, saved) as Record<string, string>; // texts, as its type says
    turn.given = args;
    const connection = await host.connected();
    const { messages } = await onClock(connection.getPrompt({ name: step.name, arguments: args }));
    turn.text = messages
      .map(({ content }) => (content.type === "text" ? content.text : ""))
      .filter(Boolean)
      .join("\n");
    const attached = messages.flatMap(({ content }) =>
      content.type === "resource" && "text" in content.resource
        ? [[content.resource.uri, JSON.parse(content.resource.text)] as const]
        : [],
    );
    turn.structured = Object.fromEntries(attached);
  }
  if (step.kind === "complete") {
    const isUri = step.ref.includes("://");
    const ref = isUri
      ? ({ type: "ref/resource", uri: step.ref } as const)
      : ({ type: "ref/prompt", name: step.ref } as const);
    const argument = { name: step.argument, value: step.value };
    const connection = await host.connected();
    const context = { arguments: step.others };
    const { completion } = await onClock(connection.complete({ ref, argument, context }));
    turn.structured = completion.values;
  }
  if (step.kind === "listen" || step.kind === "hear") turn.given = String(fillIn(step.uri, saved));
  if (step.kind === "listen") {
    const uri = String(turn.given);
    try {
      await onClock((await host.connected()).listenTo(uri));
      listening.uris.add(uri);
    } catch (error) {
      turn.isError = true;
      turn.text = messageOf(error);
    }
  }
  if (step.kind === "hear") {
    const uri = String(turn.given);
    const isHeard = await waitUntil(() => listening.has(uri), onClock);
    const { stray } = listening;
    if (stray) throw new StoryFailure(`the host hears of ${stray}, to which it does not listen`);
    if (!isHeard) throw new StoryFailure(`nothing was heard of ${uri} in ${MAX_WAIT_S} s`);
    listening.take(uri);
  }
  if (step.kind === "expectWorld") turn.structured = step.holds(readWorld(await stage.world()));
}

/** Checks a turn against what its step expects. @throws {StoryFailure} */
function checkTurn(turn: Turn, saved: Map<string, unknown>, sent: RecordedRequest[]): void {
  const { step, text, isError, structured, questions, requests } = turn;
  const fail = (what: string) => {
    throw new StoryFailure(what);
  };
  const unknown = sent.find(({ isUnknown }) => isUnknown);
  if (unknown) fail(`a request that the shop does not know: ${unknown.line}`);
  if (step.kind === "expectWorld" && structured !== true) fail("the shop's world is not as told");
  if (step.kind === "complete") {
    const found = mismatch(
      [...step.values, undefined],
      [...(structured as unknown[]), undefined],
      saved,
    );
    if (found || (structured as unknown[]).length !== step.values.length)
      fail(`expected the completions ${Bun.inspect(step.values)}, got ${Bun.inspect(structured)}`);
  }
  if (!("expected" in step)) return;
  const { expected } = step;
  const asks = expectedQuestions(step);
  for (const [nth, [like]] of asks.entries())
    if (!like.test(questions[nth]?.text ?? ""))
      fail(`expected a question like ${like}, got ${questions[nth]?.text ?? "none"}`);
  const unexpected = questions.slice(asks.length).map((question) => question.text);
  if (unexpected.length)
    fail(`a question that the story does not tell of: ${unexpected.join(" | ")}`);
  if (expected.sends && !Bun.deepEquals([...expected.sends], requests))
    fail(`expected the requests\n${formatList(expected.sends)}\ngot\n${formatList(requests)}`);
  if (turn.isUnheard) return;
  if (isUnconfirmed(turn)) return; // with a code, a no is never sent, so no result says anything about it
  if (expected.fails && !isError)
    fail(`expected a failure like ${expected.fails}, got an answer:\n${text}`);
  if (!expected.fails && isError) fail(`expected an answer, got a failure:\n${text}`);
  if (expected.fails && !expected.fails.test(text))
    fail(`expected a failure like ${expected.fails}, got:\n${text}`);
  if (expected.text && !expected.text.test(text))
    fail(`expected text like ${expected.text}, got:\n${text}`);
  if ("returns" in expected && expected.returns !== undefined) {
    const found = mismatch(expected.returns, structured, saved);
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
  if (expected.tokens !== undefined && estimateTokens({ text, structured }) > expected.tokens)
    fail(
      `expected ${expected.tokens} tokens at most, got about ${estimateTokens({ text, structured })}`,
    );
}

/** Whether the result is a question with a code that the user did not say yes to. */
const isUnconfirmed = ({ structured, questions }: Turn) =>
  questions.length > 0 && openQuestion({ structuredContent: structured }) !== undefined;

/** The idempotency key of each confirmation: of a question that was answered with a yes, or of a code. */
type UsedKeys = Map<unknown, string>;
/** Checks the rules of all changes: only after the user's yes, and each under one key of its own. @throws {StoryFailure} */
function checkWrites(turn: Turn, sent: RecordedRequest[], keys: UsedKeys): void {
  const { given, questions } = turn;
  const code = !questions.length && isObject(given) ? given["confirmation"] : undefined;
  for (const [nth, one] of sent.entries()) {
    if (!isWrite(one)) continue;
    const last = questions.findLast(({ after }) => after <= nth);
    const confirmation = last?.answer === "accept" ? last : code;
    if (confirmation === undefined)
      throw new StoryFailure(`a change nobody agreed to: ${one.line}`);
    const key = one.headers["idempotency-key"];
    if (!key) throw new StoryFailure(`a change without an Idempotency-Key: ${one.line}`);
    const isOther = [...keys].some(([other, used]) => used === key && other !== confirmation);
    if (isOther) throw new StoryFailure(`two changes under one key: ${one.line}`);
    if ((keys.get(confirmation) ?? key) !== key)
      throw new StoryFailure(`one change under two keys: ${one.line}`);
    keys.set(confirmation, key);
  }
}

const formatList = (lines: readonly string[]) =>
  lines.map((line) => `  ${line}`).join("\n") || "  none";
/** A step in a few words, for a report. */
export function nameOf(step: Step): string {
  switch (step.kind) {
    case "say":
      return `say "${step.text}"`;
    case "call":
      return `${step.isAborted ? "abortCall" : "call"} ${step.tool}`;
    case "read":
      return `read ${String(step.uri)}`;
    case "prompt":
      return `prompt ${step.name}`;
    case "complete":
      return `complete ${step.argument} "${step.value}"`;
    case "fault":
      return `fault ${step.request}`;
    case "outOfBand":
      return `elsewhere ${step.who}: ${step.request}`;
    case "listen":
      return `listens ${String(step.uri)}`;
    case "hear":
      return `hears ${String(step.uri)}`;
    case "expectWorld":
      return "expectWorld";
  }
}
/** What is known of a step that failed. */
interface Failure {
  story: Story;
  lane: AnyLane;
  backend: Backend;
  /** Of the step, from 0. */
  index: number;
  turn: Turn;
  error: unknown;
  /** The requests of the step, each with its outcome. */
  requests: string[];
  /** What the program has written so far, on lanes that start one. */
  stderr: string;
}
/** The message of a failed story: where it failed, why, and how to play it alone. */
function report({ story, lane, backend, index, turn, error, requests, stderr }: Failure): string {
  const { step, given } = turn;
  const why = error instanceof StoryFailure ? error.message : Bun.inspect(error);
  return [
    `"${story.title}"  on ${lane}, ${backend.name}`,
    `step ${index + 1} of ${story.steps.length}: ${nameOf(step)}`,
    given && Object.keys(given).length ? `with ${Bun.inspect(given)}` : "",
    "",
    why,
    "",
    `requests of this step:\n${formatList(requests)}`,
    ...(stderr ? [`the server's stderr:\n${formatList(stderr.trim().split("\n"))}`] : []),
    story.shop
      ? `run it alone: bun test ./tests/on-dialects.ts -t ${lane}`
      : `run it alone: bun run stories "${story.title}" --lane ${lane} --backend ${backend.name}`,
  ].join("\n");
}

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
