/**
 * `playSteps`: carries out the steps of a story through a connected host, and holds each to what it expects. What is
 * behind the host is not its business: `play.ts` gives it a server of ours, `scripts/stories/` one of somebody else.
 *
 * @module
 */
import { inspect, isDeepStrictEqual } from "node:util";
import type { World } from "../../mocks/world.ts";
import {
  canAsk,
  type ClientOptions,
  type Host,
  NO_FORMS,
  sendsAnswers,
  textOf,
} from "./clients.ts";
import { fillIn, isObject, mismatch, show } from "./compare.ts";
import { type FaultProxy, isWrite, type RecordedRequest } from "./fault-proxy.ts";
import { ACTIONS, openHost, type StoryHost } from "./host.ts";
import { Listening } from "./listening.ts";
import type { OutOfBandRequest, Step, Story, UserAnswer } from "./story.ts";
import {
  expectedQuestions,
  formatList,
  isUnconfirmed,
  nameOf,
  openQuestion,
  type Question,
  StoryFailure,
  type Turn,
} from "./turn.ts";

/** An estimate: four characters are about one token. */
const estimateTokens = (value: unknown) => Math.ceil((JSON.stringify(value) ?? "").length / 4);

/** What the steps of a story are carried out with. */
export interface Stage {
  story: Story;
  lane: string;
  host: StoryHost;
  /** The user of the story, whom the host asks: each step says what they answer. */
  user: { ask: (question: string) => Promise<UserAnswer> };
  saved: Map<string, unknown>;
  /** Checks a result, whatever its step expects. @throws {Error} */
  check: (tool: string, result: Result) => void;
  /** Waits for work while time passes, at once where the clock is fake. */
  onClock: <T>(work: Promise<T>) => Promise<T>;
  /** The requests to the shop; or none, where the server is somebody else's. */
  proxy: Pick<FaultProxy, "url" | "noted" | "schedule" | "settled"> & { isBlind?: true };
  listening: Listening;
  /** The shop's world as it is now. */
  world: () => Promise<World>;
  /** Makes somebody else's change at the shop; returns its request as text. @throws {StoryFailure} if refused */
  change: (other: OutOfBandRequest) => Promise<string>;
  /** Where it is played, and how to play it again, for a report. */
  place: { name: string; again: string };
  /** What the program has written to stderr so far, where one was started. */
  stderr: () => string;
}
export type Result = Awaited<ReturnType<Host["callTool"]>>;

interface CastOptions extends Pick<Stage, "onClock"> {
  /** Connects the host, to a new server where the server is ours. */
  connect: (options: ClientOptions) => Promise<Host>;
}
/** The host and the user of a story, and what they hear. */
export async function openCast(story: Story, { connect, onClock }: CastOptions) {
  const user: Stage["user"] = { ask: async () => "dismiss" };
  const listening = new Listening();
  let stderr = "";
  const options: ClientOptions = {
    onChange: (uri) => void listening.heard.push(uri),
    onStderr: (text) => void (stderr += text),
    ...(story.elicitation !== false && {
      answer: async (question) => ACTIONS[await user.ask(question)],
    }),
  };
  const { keepsProcess } = story;
  const host = await openHost((more) => connect({ ...options, ...more }), {
    keepsProcess,
    onClock,
  });
  return { host, user, listening, stderr: () => stderr } satisfies Partial<Stage>;
}

const NOTHING_YET = { given: {}, text: "", structured: undefined, isError: false };
/**
 * Plays a story from its first step to its last, and returns what came of each.
 * @throws {StoryFailure} at the first expectation that is not met
 */
export async function playSteps(stage: Stage): Promise<Turn[]> {
  const { story, proxy, listening, user } = stage;
  const turns: Turn[] = [];
  const keys: UsedKeys = new Map();
  for (const [index, step] of story.steps.entries()) {
    const before = proxy.noted.length;
    const turn: Turn = { ...NOTHING_YET, step, requests: [], questions: [], progress: [] };
    let trouble: unknown; // kept from the client, which would only report it to the server
    user.ask = async (text) => {
      if (turn.again) {
        turn.again.questions.push(text);
        return "decline";
      }
      const [, answer = "dismiss", others = []] =
        expectedQuestions(step)[turn.questions.length] ?? [];
      const meanwhile: Question["meanwhile"] = [];
      turn.questions.push({ text, answer, after: proxy.noted.length - before, meanwhile });
      try {
        for (const other of others)
          meanwhile.push({ who: other.who, line: await stage.change(other) });
      } catch (error) {
        trouble = error;
      }
      return trouble ? "dismiss" : answer;
    };
    try {
      await carryOut(turn, stage);
      if (trouble) throw trouble;
      const sent = proxy.noted.slice(before);
      const lines = sent.map(({ line }) => line).filter((line) => !listening.isLook(line));
      turn.requests = lines.slice(0, lines.length - (turn.again?.requests.length ?? 0));
      checkTurn(turn, stage, sent);
      checkWrites(turn, sent, keys);
      turns.push(withoutPort(turn, proxy.url));
    } catch (error) {
      const requests = proxy.noted.slice(before).map(({ line, outcome }) => `${line}  ${outcome}`);
      const failure = new StoryFailure(report({ stage, index, turn, error, requests }));
      failure.turns = [...turns, withoutPort(turn, proxy.url)];
      throw failure;
    }
  }
  return turns;
}
/** A turn whose result names the shop's pictures under one address, whichever port the shop has. */
function withoutPort({ ...turn }: Turn, url: string): Turn {
  const { text, structured } = turn;
  const named = JSON.stringify({ text, structured }).replaceAll(url, SHOP_URL);
  return { ...turn, ...JSON.parse(named) };
}

/** Stands for the shop's address, which is another one in each play. */
const SHOP_URL = "https://shop.example";
const MAX_WAIT_S = 5;
/** Waits until a condition holds, for at most five real seconds; returns whether it does. */
async function waitUntil(holds: () => boolean, onClock: Stage["onClock"]): Promise<boolean> {
  const begun = process.hrtime.bigint();
  while (!holds() && process.hrtime.bigint() - begun < BigInt(MAX_WAIT_S * 1e9))
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
  const { story, lane, saved, onClock, proxy, user } = stage;
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
    if ((await user.ask(open.question)) !== "accept") break;
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
  if (result && !turn.isError && !turn.isUnheard) stage.check(name, result);
}

/** How a server begins that remembers a change like the one asked for. */
export const MADE_BEFORE = /^The same was asked for and sent within the last ten minutes\./;
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
  if (step.kind === "expectWorld") turn.structured = step.holds(await stage.world());
}

/** Checks a turn against what its step expects. @throws {StoryFailure} */
function checkTurn(turn: Turn, { saved, proxy }: Stage, sent: RecordedRequest[]): void {
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
      fail(`expected the completions ${show(step.values)}, got ${show(structured)}`);
  }
  if (!("expected" in step)) return;
  const { expected } = step;
  const asks = expectedQuestions(step);
  for (const [nth, [like]] of asks.entries())
    if (!like.test(questions[nth]?.text ?? ""))
      fail(
        `expected a question like ${like}, got ${questions[nth]?.text ?? `none, but:\n${text}`}`,
      );
  const unexpected = questions.slice(asks.length).map((question) => question.text);
  if (unexpected.length)
    fail(`a question that the story does not tell of: ${unexpected.join(" | ")}`);
  if (expected.sends && !proxy.isBlind && !isDeepStrictEqual([...expected.sends], requests))
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

/** What is known of a step that failed. */
interface Failure {
  stage: Stage;
  /** Of the step, from 0. */
  index: number;
  turn: Turn;
  error: unknown;
  /** The requests of the step, each with its outcome. */
  requests: string[];
}
/** The message of a failed story: where it failed, why, and how to play it alone. */
function report({ stage, index, turn, error, requests }: Failure): string {
  const { story, place, proxy } = stage;
  const { step, given } = turn;
  const why = error instanceof StoryFailure ? error.message : inspect(error);
  const stderr = stage.stderr().trim();
  const text = [
    `"${story.title}"  on ${place.name}`,
    `step ${index + 1} of ${story.steps.length}: ${nameOf(step)}`,
    given && Object.keys(given).length ? `with ${show(given)}` : "",
    "",
    why,
    "",
    ...(proxy.isBlind ? [] : [`requests of this step:\n${formatList(requests)}`]),
    ...(stderr ? [`the server's stderr:\n${formatList(stderr.split("\n"))}`] : []),
    `run it alone: ${place.again}`,
  ].join("\n");
  return text.replace(/(\bconfirmation\\?": ?\\?")[^"\\]+/g, "$1…"); // a report is read by others, and the code is good yet
}
