/**
 * The language of stories: a conversation with the shop as plain data. Tools, arguments and expected fields are
 * typed from `server.ts`, so that a renamed one does not compile. How a story is played, see `play.ts`.
 *
 * @module
 */
import type * as z from "zod";
import type { World } from "../../mocks/world.ts";
import type { tools } from "../../server.ts";
import type { Given } from "./lanes.ts";

// ── Values that are known only while a story is played ──────────────────────────────────────────

/** Keeps the value found here under a name. */
export class Save {
  constructor(readonly name: string) {}
}
/** Stands for a value that was kept. */
export class Use {
  constructor(readonly name: string) {}
}
/** Fits every text that the pattern matches. */
export class Like {
  constructor(readonly pattern: RegExp) {}
}
/** Fits nothing: a key that is not there, a list that ends before. */
export class Absent {
  readonly isAbsent = true;
}
export const save = (name: string) => new Save(name);
export const use = (name: string) => new Use(name);
export const like = (pattern: RegExp) => new Like(pattern);
export const absent = () => new Absent();

/** A value, or part of it: keys left out may hold anything, and so may lists that are longer. */
export type Part<T> =
  | Save
  | Use
  | Like
  | Absent
  | (T extends readonly (infer Item)[]
      ? readonly Part<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]?: Part<T[Key]> }
        : T);
/** A whole value of which any part may be one that was kept. */
export type Filled<T> =
  | Use
  | (T extends readonly (infer Item)[]
      ? readonly Filled<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Filled<T[Key]> }
        : T);

// ── What the person is asked, and answers ───────────────────────────────────────────────────────

export type Answer = "accept" | "decline" | "dismiss";
export const accept = (): Answer => "accept";
export const decline = (): Answer => "decline";
export const dismiss = (): Answer => "dismiss";
/** What the question looks like, what the person answers, and what happens at the shop while they think. */
export type Asked = readonly [question: RegExp, answer: Answer, meanwhile?: readonly Elsewhere[]];

// ── What a step may expect ──────────────────────────────────────────────────────────────────────

interface Expected {
  /** What the text that the model reads looks like. */
  text?: RegExp;
  /** The server's own words of a failure. Without it a step must not fail. */
  fails?: RegExp;
  /** The requests that reach the shop, all of them and in this order: `GET /api/orders/?status=pending`. */
  sends?: readonly string[];
  /** The question put to the person, and their answer; a list of these where a step asks anew. Without it a step must ask nothing. */
  asks?: Asked | readonly Asked[];
  /** What the server says while it works, one pattern a notice: `1/3 Packing`. Only a step with this asks for it. */
  progress?: readonly RegExp[];
  /** How many tokens the whole result may take, text and structured content together, at four characters each. */
  tokens?: number;
}
type Tools = typeof tools;
export type ToolName = keyof Tools;
type Output<Name extends ToolName> = z.output<Tools[Name]["output"]>;
type Input<Name extends ToolName> = z.input<Tools[Name]["input"]>;

// ── Faults of the shop ──────────────────────────────────────────────────────────────────────────

/** What happens to one request on its way: see the functions that make them. */
export type Fault =
  | { kind: "pass" | "hang" | "reset" | "resetUnread" | "truncated" | "endless" | "gzipBomb" }
  | { kind: "status"; status: number; headers: Record<string, string>; body: string; type: string }
  | { kind: "slow"; seconds: number };

const JSON_TYPE = "application/json";
/** Answers by itself, with DRF's kind of body unless one is given. */
export const status = (
  status: number,
  headers: Record<string, string> = {},
  body: unknown = { detail: "The shop stumbled." },
): Fault => ({ kind: "status", status, headers, body: JSON.stringify(body), type: JSON_TYPE });
/** A page for people, where JSON belongs. */
export const page = (status: number, body = "<h1>Something else</h1>"): Fault => {
  return { kind: "status", status, headers: {}, body, type: "text/html" };
};
/** JSON of another shape, with 200. */
export const sends = (body: unknown): Fault => status(200, {}, body);
/** Says JSON and sends something else. */
export const garbage = (): Fault => ({
  kind: "status",
  status: 200,
  headers: {},
  body: "{oops",
  type: JSON_TYPE,
});
/** Passes the request on after this time. */
export const slow = (seconds: number): Fault => ({ kind: "slow", seconds });
/** Reads the request and never answers. */
export const hang = (): Fault => ({ kind: "hang" });
/** Passes the request on, and breaks the connection before the answer. */
export const reset = (): Fault => ({ kind: "reset" });
/** Breaks the connection before the request reaches the shop. */
export const resetUnread = (): Fault => ({ kind: "resetUnread" });
/** Passes on half of the shop's answer. */
export const truncated = (): Fault => ({ kind: "truncated" });
/** Answers without end. */
export const endless = (): Fault => ({ kind: "endless" });
/** Answers a few kilobytes that unpack to fifty megabytes. */
export const gzipBomb = (): Fault => ({ kind: "gzipBomb" });
/** Does nothing to the request. */
export const pass = (): Fault => ({ kind: "pass" });

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

/** What somebody else asks of the shop, past the server and past the tap. */
export interface Elsewhere {
  kind: "elsewhere";
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
      gaveUp: boolean;
    }
  | { kind: "read"; uri: unknown; expected: Expected & { returns?: unknown } }
  | { kind: "prompt"; name: string; args: unknown; expected: Expected }
  | { kind: "complete"; ref: string; argument: string; value: string; values: readonly string[] }
  | { kind: "fault"; request: string; faults: readonly Fault[] }
  | Elsewhere
  | { kind: "wait"; method: string }
  | { kind: "ends"; holds: (world: World) => boolean };

/** The person says something. */
export const say = (text: string): Step => ({ kind: "say", who: "Person", text });
/** The assistant says something. */
export const reply = (text: string): Step => ({ kind: "say", who: "Assistant", text });
/** The assistant calls a tool. */
export const call = <Name extends ToolName>(
  tool: Name,
  args: Filled<Input<Name>>,
  expected: Expected & { returns?: Part<Output<Name>> } = {},
): Step => ({ kind: "call", tool, args, expected, gaveUp: false });
/** The assistant calls a tool with arguments that its schema may refuse. */
export const callRaw = <Name extends ToolName>(
  tool: Name,
  args: Record<string, unknown>,
  expected: Expected & { returns?: Part<Output<Name>> } = {},
): Step => ({ kind: "call", tool, args, expected, gaveUp: false });
/** The assistant calls a tool, and its host gives up while the shop works on it. */
export const cancel = <Name extends ToolName>(
  tool: Name,
  args: Filled<Input<Name>>,
  expected: Pick<Expected, "asks" | "sends"> = {},
): Step => ({ kind: "call", tool, args, expected, gaveUp: true });
/** The host reads a resource. */
export const read = (
  uri: `shop://${string}` | Use,
  expected: Expected & { returns?: Part<Record<string, unknown>> } = {},
): Step => ({ kind: "read", uri, expected });
/** The person picks a ready-made request. */
export const prompt = (
  name: string,
  args: Record<string, string | Use>,
  expected: Expected = {},
): Step => ({ kind: "prompt", name, args, expected });
/** The host completes what the person types: of a resource's `shop://…{id}`, or of a prompt's argument. */
export const complete = (
  ref: string,
  argument: string,
  value: string,
  values: readonly string[],
): Step => ({ kind: "complete", ref, argument, value, values });
/** From here on the shop does this to the next requests of a kind, one each: `GET /api/orders/:id/status/`. */
export const fault = (request: string, faults: readonly Fault[]): Step => {
  return { kind: "fault", request, faults };
};
/** The names in a path: of `/api/orders/:id/cancel/` it is `id`. */
type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : never;
/**
 * Somebody else (`staff`, `nell`) changes something at the shop: a step of its own, or what happens while the
 * person thinks. The story fails when the shop refuses it.
 */
export const elsewhere = <Path extends string>(
  who: Scene["as"],
  request: `${"POST" | "PATCH"} ${Path}`,
  ids: Record<Names<Path>, string | Use>,
  body: unknown,
): Elsewhere => ({ kind: "elsewhere", who, request, ids, body });
/** The host waits for a notification: `notifications/resources/updated`. */
export const wait = (method: `notifications/${string}`): Step => ({ kind: "wait", method });
/** How the shop's world is in the end. */
export const ends = (holds: (world: World) => boolean): Step => ({ kind: "ends", holds });

// ── Stories ─────────────────────────────────────────────────────────────────────────────────────

export interface Scene {
  /** Who asks, by the first name in their token `demo-…`; `nobody` has no token. */
  as: "mia" | "bram" | "nell" | "ines" | "staff" | "nobody" | (string & {});
  /** A shop that speaks otherwise, by its module in dialects/; such a story is played on Django alone. */
  shop?: "tutorial";
  /** The world it begins in: tests/worlds/NAME.json; the seed of the mock shop if not given. */
  world?: string;
  /** Settings of the server other than the shop's address and token. */
  settings?: Partial<Given>;
  /** false: the host can put no question to the person, and the story tells of codes by itself. */
  elicitation?: false;
  /** Played on all six lanes on Django, too. */
  everywhere?: boolean;
}
export interface Story extends Scene {
  title: string;
  steps: readonly Step[];
}
export const story = (title: string, scene: Scene, steps: readonly Step[]): Story => {
  return { title, ...scene, steps };
};
