/**
 * The language of stories: a scripted conversation with the shop as plain data. Tools, arguments and expected fields
 * are typed from `server.ts`, so that a story with an outdated name does not compile. `play.ts` plays stories.
 *
 * @module
 */
import type * as z from "zod";
import type { World } from "../../mocks/world.ts";
import type { allTools } from "../../server.ts";
import type { Changes } from "./changes.ts";
import type { SettingsInput } from "./lanes.ts";

// ── Values known only while a story is played ───────────────────────────────────────────────────

/** Matches any value and saves it under a name. */
export class Save {
  constructor(readonly name: string) {}
}
/** Stands for a saved value. */
export class Use {
  constructor(readonly name: string) {}
}
/** Matches text by a pattern. */
export class Matching {
  constructor(readonly pattern: RegExp) {}
}
/** Matches nothing: a missing key, or the place after the last item of a list. */
export class Absent {
  readonly isAbsent = true;
}
export const save = (name: string) => new Save(name);
export const use = (name: string) => new Use(name);
export const matching = (pattern: RegExp) => new Matching(pattern);
export const absent = () => new Absent();

/** What part of a value must be: keys left out may hold anything, and a list may go on. */
export type Matcher<T> =
  | Save
  | Use
  | Matching
  | Absent
  | (T extends readonly (infer Item)[]
      ? readonly Matcher<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]?: Matcher<T[Key]> }
        : T);
/** A whole value, any part of which may be a saved one. */
export type WithSaved<T> =
  | Use
  | (T extends readonly (infer Item)[]
      ? readonly WithSaved<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: WithSaved<T[Key]> }
        : T);

// ── Questions to the user ───────────────────────────────────────────────────────────────────────

export type UserAnswer = "accept" | "decline" | "dismiss" | "acceptByItself" | "failToAsk";
export const accept = (): UserAnswer => "accept";
export const decline = (): UserAnswer => "decline";
export const dismiss = (): UserAnswer => "dismiss";
/** No user: the host accepts with an empty form, as hosts do that approve everything. */
export const acceptByItself = (): UserAnswer => "acceptByItself";
/** No user: the host answers the question with a JSON-RPC error. */
export const failToAsk = (): UserAnswer => "failToAsk";
/** A pattern for the question, the user's answer, and what others send to the shop before that answer. */
export type ExpectedQuestion = readonly [
  question: RegExp,
  answer: UserAnswer,
  meanwhile?: readonly OutOfBandRequest[],
];

// ── Expectations of a step ──────────────────────────────────────────────────────────────────────

interface Expected {
  /** Matches the text that the model reads. */
  text?: RegExp;
  /** Matches the server's error message. Without it the step must not fail. */
  fails?: RegExp;
  /** All requests sent to the shop, in this order: `GET /api/orders/?status=pending`. */
  sends?: readonly string[];
  /** The question and the user's answer; a list of these where a step asks again. Without it no step may ask. */
  asks?: ExpectedQuestion | readonly ExpectedQuestion[];
  /** A pattern for each progress notification: `1/3 Packing`. Only a step that has this requests progress. */
  progress?: readonly RegExp[];
  /** The most tokens that text and structured content may take together, at four characters a token. */
  tokens?: number;
}
type Tools = typeof allTools;
export type ToolName = keyof Tools;
type Output<Name extends ToolName> = z.output<Tools[Name]["output"]> & { notes?: string[] };
type Input<Name extends ToolName> = z.input<Tools[Name]["input"]>;

// ── Faults of the shop ──────────────────────────────────────────────────────────────────────────

/** What happens to one request on its way to the shop. The functions below make them. */
export type Fault =
  | {
      kind: "passThrough" | "hang" | "reset" | "resetUnread" | "truncated" | "endless" | "gzipBomb";
    }
  | { kind: "status"; status: number; headers: Record<string, string>; body: string; type: string }
  | { kind: "slow"; seconds: number };

const JSON_TYPE = "application/json";
/** Answers in place of the shop, with a body like DRF's unless one is given. */
export const status = (
  status: number,
  headers: Record<string, string> = {},
  body: unknown = { detail: "The shop stumbled." },
): Fault => ({ kind: "status", status, headers, body: JSON.stringify(body), type: JSON_TYPE });
/** Answers with an HTML page where JSON is expected. */
export const htmlPage = (status: number, body = "<h1>Something else</h1>"): Fault => {
  return { kind: "status", status, headers: {}, body, type: "text/html" };
};
/** Answers 200 with this JSON. */
export const respondWith = (body: unknown): Fault => status(200, {}, body);
/** Answers 200 with a body that claims to be JSON and is not. */
export const garbage = (): Fault => ({
  kind: "status",
  status: 200,
  headers: {},
  body: "{oops",
  type: JSON_TYPE,
});
/** Passes the request on after this many seconds. */
export const slow = (seconds: number): Fault => ({ kind: "slow", seconds });
/** Reads the request and never answers. */
export const hang = (): Fault => ({ kind: "hang" });
/** Passes the request on, then closes the connection without an answer. */
export const reset = (): Fault => ({ kind: "reset" });
/** Closes the connection before the request reaches the shop. */
export const resetUnread = (): Fault => ({ kind: "resetUnread" });
/** Passes on half of the shop's answer, then closes the connection. */
export const truncated = (): Fault => ({ kind: "truncated" });
/** Answers with a body that never ends. */
export const endless = (): Fault => ({ kind: "endless" });
/** Answers with a few kilobytes of gzip that unpack to 50 MB. */
export const gzipBomb = (): Fault => ({ kind: "gzipBomb" });
/** Passes the request on unchanged: for the requests between two faults. */
export const passThrough = (): Fault => ({ kind: "passThrough" });

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

/** A request that somebody else sends to the shop, past the server and the fault proxy. */
export interface OutOfBandRequest {
  kind: "outOfBand";
  who: string;
  /** `POST /api/orders/:id/cancel/` */
  request: string;
  ids: Record<string, unknown>;
  body: unknown;
}
export type Step =
  | { kind: "say"; who: string; text: string }
  | {
      kind: "call";
      tool: ToolName;
      args: unknown;
      expected: Expected & { returns?: unknown };
      isAborted: boolean;
      /** The answer never reaches the host, which sends the same again, to the same server or to a new one. */
      isLost?: "once" | "with the server" | undefined;
    }
  | { kind: "read"; uri: unknown; expected: Expected & { returns?: unknown } }
  | { kind: "prompt"; name: string; args: unknown; expected: Expected & { returns?: unknown } }
  | {
      kind: "complete";
      ref: string;
      argument: string;
      value: string;
      values: readonly string[];
      others: Record<string, string>;
    }
  | { kind: "fault"; request: string; faults: readonly Fault[] }
  | OutOfBandRequest
  | { kind: "listen"; uri: unknown; expected: Expected }
  | { kind: "hear"; uri: unknown }
  | { kind: "expectWorld"; holds: (world: World) => boolean };

/** The user says something. Only readers of the transcript need it. */
export const say = (text: string): Step => ({ kind: "say", who: "User", text });
/** The assistant says something. Only readers of the transcript need it. */
export const reply = (text: string): Step => ({ kind: "say", who: "Assistant", text });
/** The assistant calls a tool. */
export const call = <Name extends ToolName>(
  tool: Name,
  args: WithSaved<Input<Name>>,
  expected: Expected & { returns?: Matcher<Output<Name>> } = {},
): Step => ({ kind: "call", tool, args, expected, isAborted: false });
/** The assistant calls a tool with arguments that its schema may reject. */
export const callRaw = <Name extends ToolName>(
  tool: Name,
  args: Record<string, unknown>,
  expected: Expected & { returns?: Matcher<Output<Name>> } = {},
): Step => ({ kind: "call", tool, args, expected, isAborted: false });
/**
 * The assistant calls a tool, and the host aborts the call while the shop works on it: at its first request, or, with
 * `asks`, at the first request that changes something.
 */
export const abortCall = <Name extends ToolName>(
  tool: Name,
  args: WithSaved<Input<Name>>,
  expected: Pick<Expected, "asks" | "sends"> = {},
): Step => ({ kind: "call", tool, args, expected, isAborted: true });
/**
 * The host never hears the answer to a call, and sends the same once more, with the same answer of the user. What the
 * step returns is what comes then; `sends` and `asks` are those of the first time. Where no answer can be sent again
 * (elicitation in the handshake era) the question comes back, and the user says no.
 *
 * @param restarts whether the server is restarted in between
 */
export const lost = (step: Step, { restarts = false } = {}): Step => {
  if (step.kind !== "call") throw new TypeError("only a call's answer can be lost");
  return { ...step, isLost: restarts ? "with the server" : "once" };
};
/** The host reads a resource. */
export const read = (
  uri: `shop://${string}` | Use,
  expected: Expected & { returns?: Matcher<Record<string, unknown>> } = {},
): Step => ({ kind: "read", uri, expected });
/** The user picks a prompt. What it returns are the resources that go with it, by their addresses. */
export const prompt = (
  name: string,
  args: Record<string, string | Use>,
  expected: Expected & { returns?: Matcher<Record<string, Record<string, unknown>>> } = {},
): Step => ({ kind: "prompt", name, args, expected });
/**
 * The host completes what the user types for an argument of a prompt, or of a resource template `shop://…{id}`.
 *
 * @param others the arguments that the user has filled in before
 */
export const complete = (
  ref: string,
  argument: string,
  value: string,
  values: readonly string[],
  others: Record<string, string> = {},
): Step => ({ kind: "complete", ref, argument, value, values, others });
/** Schedules faults for the next requests like `GET /api/orders/:id/status/`, one fault for each request. */
export const fault = (request: string, faults: readonly Fault[]): Step => {
  return { kind: "fault", request, faults };
};
/** The parameters in a path: `id` in `/api/orders/:id/cancel/`. */
type PathParameter<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;
/**
 * Somebody else (`staff`, `nell`) changes something at the shop, as a step of its own or before the user answers a
 * question. The story fails if the shop refuses it.
 */
export const outOfBand = <Path extends string>(
  who: Scene["as"],
  request: `${"POST" | "PATCH"} ${Path}`,
  ids: Record<PathParameter<Path>, string | Use>,
  body: unknown,
): OutOfBandRequest => ({ kind: "outOfBand", who, request, ids, body });
/** The host listens to a resource. Only in scenes with `changes`. */
export const listens = (
  uri: `shop://${string}` | Use,
  expected: Pick<Expected, "fails"> = {},
): Step => ({ kind: "listen", uri, expected });
/** The host hears that a resource which it listens to has changed. Whatever else it hears, it must listen to. */
export const hears = (uri: `shop://${string}` | Use): Step => ({ kind: "hear", uri });
/** Checks the shop's data, its world, at this point. */
export const expectWorld = (holds: (world: World) => boolean): Step => ({
  kind: "expectWorld",
  holds,
});

// ── Stories ─────────────────────────────────────────────────────────────────────────────────────

export interface Scene {
  /** Whose token the server is given: `mia` means `demo-mia`, `nobody` means none. */
  as: "mia" | "bram" | "nell" | "ines" | "staff" | "nobody" | (string & {});
  /** The dialect of a shop with another API, by its module in `dialects/`. Such a story is played on Django only. */
  shop?: "tutorial";
  /**
   * The data the shop starts with, `tests/worlds/NAME.json`.
   * @default `mocks/world.json`
   */
  world?: string;
  /** Settings of the server, other than the shop's address and token. */
  settings?: Partial<SettingsInput>;
  /** `false` for a host without elicitation. A step without `asks` then returns the confirmation code as it is. */
  elicitation?: false;
  /** `false` for a host that starts a process for each call. */
  keepsProcess?: false;
  /**
   * How the server hears of what others change: by the shop's webhook, or by looking. Over stdio it always looks. The
   * requests by which it may look are in no step's `sends`.
   *
   * @default not at all
   */
  changes?: Changes;
  /** Whether all six lanes are played on Django, and not only those in memory. */
  allLanesOnDjango?: boolean;
}
export interface Story extends Scene {
  title: string;
  steps: readonly Step[];
}
/**
 * A story, the default export of a file under `tests/stories/`. The title says which behaviour it protects.
 *
 * @example
 * export default story("a shipped order is tracked", { as: "mia" }, [
 *   say("Where is order 1036?"),
 *   call("get_order_status", { order_id: "1036" }, { returns: { status: "shipped" } }),
 * ]);
 */
export const story = (title: string, scene: Scene, steps: readonly Step[]): Story => {
  return { title, ...scene, steps };
};
