/**
 * A conversation in a host: its model searches, looks up an order, fails to find another, and cancels a third, over
 * stdio and then over HTTP, with nobody there to answer. Where the host lets a program answer in the place of a person,
 * the change is made again with one. What comes back is what the model was shown, and what reached the shop.
 *
 * @module
 */
import type { TestedHost } from "./hosts.ts";
import { openHome, type Home } from "./home.ts";
import { nameOf, type Shown, type Turn } from "./model.ts";
import type { Question } from "./talks.ts";

const PROMPT = "Find me something for the garden, and then help me with my orders.";

/** What the model calls, in order. */
export const steps = {
  search: { tool: "search_products", args: { query: "garden", limit: 3 } },
  lookup: { tool: "get_order_status", args: { order_id: "1036" } },
  failure: { tool: "get_order_status", args: { order_id: "9999" } },
  change: { tool: "cancel_order", args: { order_id: "1054", reason: "no_longer_needed" } },
};
export type Step = keyof typeof steps;
const { change } = steps;
const END = { say: "That is all." };

/** The text as the server wrote it, where a host shows it as a string within JSON. */
const unescaped = (text: string) => text.replaceAll('\\"', '"').replaceAll("\\n", "\n");
const codeIn = (result = "") => /"confirmation": ?"([^"]+)"/.exec(unescaped(result))?.[1];

/** All steps. Where the change is answered with a code, it is made again with it, as after a user's yes in the chat. */
function playSteps(results: string[]): Turn {
  const planned = Object.values(steps);
  const step = planned[results.length];
  if (step) return step;
  const confirmation = results.length === planned.length ? codeIn(results.at(-1)) : undefined;
  return confirmation ? { ...change, args: { ...change.args, confirmation } } : END;
}
/** The change alone, twice: for a no, and for a yes. */
const playChanges = (results: string[]): Turn => [change, change][results.length] ?? END;

/** What became of the steps. */
export interface Played {
  /** What the model was shown at its first and at its last turn. */
  first: Shown;
  last: Shown;
  /** The results of our tools. */
  results: string[];
  /** The requests that changed something, as the shop received them. */
  writes: string[];
}
/** What became of the change with somebody there, who says no to the first question and yes to the second. */
export interface Answered extends Played {
  /** The server's questions, as the host passed them on. */
  questions: Question[];
  /** The host's own questions, whether the tool may be called. */
  approvals: string[];
}
/** The conversation over one transport. */
export interface Conversation {
  /** With nobody there. */
  alone: Played;
  /** With a program in the place of the person, where the host lets one answer. */
  answered?: Answered;
}
export interface Observation {
  /** Whether its own list shows the server connected, where it has one. */
  isListed: boolean | undefined;
  /** Whether it does so, too, after its own command added the server; undefined where it has no such command. */
  isAdded: boolean | undefined;
  stdio: Conversation;
  http: Conversation;
  /** The revisions of the protocol that it spoke over HTTP. */
  revisions: string[];
}

const NOTHING: Shown = { tools: [], results: [], messages: "" };
/** Whether the model was shown the name of our tool: offered, or in a list of what it may look for. */
const isOffered = (shown: Shown) => nameOf(steps.search.tool, shown) !== undefined;

/** What the model was shown since the last call, and what reached the shop. */
function take({ model, takeWrites }: Home): Played {
  const shown = model.shown.splice(0).filter(isOffered);
  const [first = NOTHING, last = NOTHING] = [shown[0], shown.at(-1)];
  const results = last.results.filter(({ isOurs }) => isOurs).map(({ text }) => unescaped(text));
  return { first, last, results, writes: takeWrites() };
}
async function playAlone(host: TestedHost, home: Home): Promise<Played> {
  home.follow(playSteps);
  if ("run" in host) {
    // Some hosts do not wait for a server that is still starting: then the prompt is given again.
    for (let tries = 0; tries < 3 && !home.model.shown.some(isOffered); tries++)
      await home.run(host.run(PROMPT));
    return take(home);
  }
  const results: string[] = [];
  for (let turn = playSteps(results); "tool" in turn; turn = playSteps(results))
    results.push(unescaped(await home.run(host.call(turn.tool, turn.args))));
  const messages = await home.run(host.tools);
  return { ...take(home), first: NOTHING, last: { ...NOTHING, messages }, results };
}

/** Has the conversation over one transport. `connect` has written the host's file. */
async function play(host: TestedHost, home: Home): Promise<Conversation> {
  const alone = await playAlone(host, home);
  if (!("talk" in host) || !host.talk) return { alone };
  home.follow(playChanges);
  const answers = ["decline", "accept"] as const;
  const asked = await home.talk({ talk: host.talk, prompt: PROMPT, answers });
  return { alone, answered: { ...take(home), ...asked } };
}

/** Whether the host's own list shows the server connected, where it has one. */
const lists = async ({ list }: TestedHost, home: Home) =>
  list?.connected.test(await home.run(list.args));

/**
 * Has the conversation in a host.
 *
 * @param programs the folders of the host's program, and of the Node that it runs on
 * @returns what was seen, with what the host and `connect` printed
 */
export async function converse(
  name: string,
  host: TestedHost,
  programs: string[],
): Promise<{ seen: Observation; printed: string }> {
  await using home = await openHome(name, host, programs);
  await home.connect("stdio");
  const isListed = await lists(host, home);
  const stdio = await play(host, home);
  await home.connect("http");
  const http = await play(host, home);
  const revisions = home.revisions();
  let isAdded: boolean | undefined;
  if (host.add) {
    await home.disconnect();
    await home.run(host.add(home.serverUrl()));
    isAdded = await lists(host, home);
  }
  return { seen: { isListed, isAdded, stdio, http, revisions }, printed: home.printed() };
}
