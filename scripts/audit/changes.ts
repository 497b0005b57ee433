/**
 * Promises of a change, which the user has permitted with `--write`: one story, in which it is declined, forged,
 * confirmed, lost and sent again, and each promise looks at its part.
 *
 * @module
 */
import type { Message } from "../../tests/cve/target.ts";
import { broken, type Finding, judge, kept, NotTested, type Promised, shown } from "./finding.ts";
import { type Host, openHandshake, openModern } from "./host.ts";
import type { ServerRequest } from "./link.ts";
import { type Call, isSuccess, structureOf, type Survey, textOf } from "./survey.ts";

type Answer = { action: "accept"; content: Record<string, unknown> } | { action: "decline" };
interface Form {
  requestedSchema?: { properties?: Record<string, { type?: string; enum?: unknown[] }> };
}
/** What people who agree fill in. */
function agreeTo({ requestedSchema }: Form): Answer {
  const fields = Object.entries(requestedSchema?.properties ?? {}).map(
    ([name, { type, enum: choices }]) => {
      const value = choices?.[0] ?? (type === "boolean" ? true : type === "string" ? "yes" : 1);
      return [name, value];
    },
  );
  return { action: "accept", content: Object.fromEntries(fields) };
}
const decline = (): Answer => ({ action: "decline" });
/** What a host says by itself that approves everything. */
const emptyYes = (): Answer => ({ action: "accept", content: {} });
type Answering = (form: Form) => Answer;

/** Sends the yes once more, or cuts the connection then; with another state or code than the question's, if one is given. */
type Confirm = (state?: string, isCut?: boolean) => Promise<Message | undefined>;
/** A call with its answer to the question, if there was one. */
interface Asked {
  isAsked: boolean;
  message: Message | undefined;
  /** How the same is sent once more. */
  again?: Confirm;
  /** What seals the question. */
  state?: string | undefined;
}
const ELICITATION = { elicitation: { form: {} } };
const codeIn = ({ message }: Asked): string | undefined => {
  const { confirmation } = Object(message && structureOf(message));
  return typeof confirmation === "string" && confirmation !== "" ? confirmation : undefined;
};
const saidIn = (message: Message | undefined): string | undefined =>
  message && (message.error?.message ?? textOf(message));

/** Asks in the modern era: the question comes as a result, and its answer goes with the same call. */
async function askModern(host: Host, { tool, args }: Call, answering: Answering): Promise<Asked> {
  const { answer: message } = await host.call(tool, args);
  const { inputRequests, requestState } = Object(message?.result);
  if (!inputRequests) return { isAsked: false, message };
  const inputResponses = Object.fromEntries(
    Object.entries(inputRequests).map(([name, request]) => [
      name,
      answering(Object(request).params),
    ]),
  );
  const again: Confirm = async (state = requestState, isCut = false) =>
    (await host.call(tool, args, { isCut, more: { inputResponses, requestState: state } })).answer;
  return { isAsked: true, message, again, state: requestState };
}
/** Asks in the handshake era: on the connection, while the call waits. */
async function askOnConnection(
  host: Host,
  { tool, args }: Call,
  answering: Answering,
): Promise<Asked> {
  let isAsked = false;
  const respond = ({ method, params }: ServerRequest) => {
    if (method !== "elicitation/create") return {};
    isAsked = true;
    return answering(params);
  };
  const { answer } = await host.call(tool, args, { respond });
  return { isAsked, message: answer };
}

/** What a look shows, without what changes by itself. */
async function lookAt(host: Host, { tool, args }: Call): Promise<string> {
  const { answer } = await host.call(tool, args);
  if (!answer || !isSuccess(answer)) throw new NotTested(`--look fails: ${shown(saidIn(answer))}`);
  return JSON.stringify(structureOf(answer) ?? textOf(answer), (name, value) =>
    /^(as_of|now|time|timestamp|generated_at|request_id)$/.test(name) ? undefined : value,
  );
}

type Part = "asks" | "declined" | "empty-yes" | "altered-state" | "lost-answer" | "resent";
/** A finding for each part, or why there is none. */
type Story = Partial<Record<Part, Finding | NotTested>>;

/** The change, as this server asks about it, and a look at what became of it. */
interface Scene {
  host: Host;
  change: Call;
  ask(answering: Answering): Promise<Asked>;
  see(): Promise<string>;
}
async function openScene({ link, host, modern }: Survey, change: Call, look: Call): Promise<Scene> {
  const open = modern ? openModern : openHandshake;
  const asking = await open(link, ELICITATION);
  if (!asking) throw new NotTested("it takes no host that can ask");
  const ask = modern ? askModern : askOnConnection;
  return {
    host,
    change,
    ask: (answering) => ask(asking, change, answering),
    see: () => lookAt(host, look),
  };
}

async function play(scene: Scene): Promise<Story> {
  const { change, ask, see } = scene;
  const first = await see();
  if (first !== (await see())) throw new NotTested("what --look shows changes by itself");
  const declined = await ask(decline);
  await declined.again?.();
  const afterNo = await see();
  if (declined.isAsked) return playForm(scene, first, afterNo);
  const code = codeIn(declined);
  if (code !== undefined) return playCode(scene, code, afterNo === first);
  const { message } = declined;
  if (!message || !isSuccess(message))
    throw new NotTested(`${change.tool} fails: ${shown(saidIn(message))}`);
  return playUnasked(scene, first, afterNo);
}
/** The user is asked by a form, and has said no. */
async function playForm({ ask, see }: Scene, first: string, afterNo: string): Promise<Story> {
  const empty = await ask(emptyYes);
  await empty.again?.();
  const isDone = (await see()) !== afterNo;
  const story: Story = {
    asks: kept("the host is asked"),
    declined: judge(afterNo === first ? [] : ["it is done, after a no"], "nothing is changed"),
    "empty-yes": judge(
      isDone ? ["it is done, after an accept without a yes"] : [],
      "nothing is changed",
    ),
  };
  if (isDone) return story;
  const { again, state } = await ask(agreeTo);
  if (again && state !== undefined) return { ...story, ...(await playSeal(see, state, again)) };
  const done = await see();
  const repeated = await ask(decline);
  const isRepeated = !repeated.isAsked && (await see()) !== done;
  const unsealed = new NotTested(
    `nothing seals the question: it ${again ? "came without a requestState" : "is asked on the connection"}`,
  );
  return {
    ...story,
    "altered-state": unsealed,
    "lost-answer": unsealed,
    resent: judge(
      isRepeated ? ["the same call changes it again, unasked"] : [],
      "the same call is asked about again",
    ),
  };
}
/** The user is asked by a code, which the same call has to bring. */
async function playCode(
  { host, change, see }: Scene,
  code: string,
  isUndone: boolean,
): Promise<Story> {
  const { tool, args } = change;
  const confirm: Confirm = async (confirmation, isCut = false) =>
    (await host.call(tool, { ...args, confirmation }, { isCut })).answer;
  const noForm = new NotTested("it is confirmed by a code, to which nobody says no");
  return {
    asks: isUndone
      ? kept("a code has to be sent")
      : broken("a code is asked for, and it is done already"),
    declined: noForm,
    "empty-yes": noForm,
    ...(await playSeal(see, code, confirm)),
  };
}
/** What seals the question is altered, then sent three times as it is, of which the first answer is lost. */
async function playSeal(see: Scene["see"], sealed: string, confirm: Confirm): Promise<Story> {
  const before = await see();
  const middle = Math.floor(sealed.length / 2);
  const other = sealed[middle] === "A" ? "B" : "A";
  await confirm(sealed.slice(0, middle) + other + sealed.slice(middle + 1));
  const isForged = (await see()) !== before;
  const altered = judge(
    isForged ? ["it is done, on an altered state"] : [],
    "it is not taken for a yes",
  );
  if (isForged) return { "altered-state": altered };

  await confirm(sealed, true);
  const second = await confirm(sealed);
  const once = await see();
  const said = shown(saidIn(second));
  const isToldAgain = second !== undefined && isSuccess(second);
  const lost =
    once === before
      ? broken(`after the same answer was sent twice it is not done: ${said}`)
      : judge(
          isToldAgain ? [] : [`it is done, and the second answer says: ${said}`],
          `the same is said again: ${said}`,
        );
  const third = await confirm(sealed);
  const isDoneOnce = (await see()) === once;
  return {
    "altered-state": altered,
    "lost-answer": lost,
    resent: isDoneOnce
      ? kept(`it is done once; sent again: ${shown(saidIn(third))}`)
      : broken("the same confirmation changes it again"),
  };
}
/** Nobody is asked: it is done, or there is nothing to see. */
async function playUnasked(
  { host, change, see }: Scene,
  first: string,
  once: string,
): Promise<Story> {
  const unasked = new NotTested("it does not ask");
  const rest = {
    declined: unasked,
    "empty-yes": unasked,
    "altered-state": unasked,
    resent: unasked,
  };
  if (once === first) {
    const nothing = new NotTested("--look shows no difference after the change");
    return { ...rest, asks: nothing, "lost-answer": nothing };
  }
  await host.call(change.tool, change.args);
  const isSame = (await see()) === once;
  return {
    ...rest,
    asks: broken(`${change.tool} has changed it without a question`),
    "lost-answer": isSame
      ? kept("the same call changes it once")
      : broken("the same call, sent again, changes it again"),
  };
}

const stories = new WeakMap<Survey, Promise<Story>>();
/** The part of the story that is about this promise. It is played once. */
async function partOf(part: Part, survey: Survey): Promise<Finding> {
  const { change, look } = survey;
  if (!change)
    throw new NotTested("it takes --write and --call with a tool that changes something");
  if (!look) throw new NotTested("it takes --look with a call that shows whether it was changed");
  const playing = stories.get(survey) ?? openScene(survey, change, look).then(play);
  stories.set(survey, playing);
  const finding = (await playing)[part];
  if (finding && !(finding instanceof NotTested)) return finding;
  throw finding ?? new NotTested("an earlier promise is broken, so this one was not reached");
}
const parts: (Omit<Promised, "probe"> & { id: Part })[] = [
  {
    id: "asks",
    title: "A change asks before it is made",
    why: "A model that misunderstood changes what nobody wanted.",
    fix: "Ask by elicitation, and where the host cannot ask, by a code that the user has to confirm.",
  },
  {
    id: "declined",
    title: "A no changes nothing",
    why: "People said no, and it is done.",
    fix: "Act on `accept` alone.",
  },
  {
    id: "empty-yes",
    title: "A host that accepts by itself changes nothing",
    why: "Hosts that approve everything answer forms without looking.",
    fix: "Ask for one required boolean, of which only `true` counts.",
  },
  {
    id: "altered-state",
    title: "An altered state or code is no yes",
    why: "Who can write a confirmation confirms whatever they like.",
    fix: "Seal the state with a key, bound to the caller, the tool and its arguments.",
  },
  {
    id: "lost-answer",
    title: "After a lost answer the same call tells what was done",
    why: "Connections break. The host sends the same again, and is told that it failed, or changes it twice.",
    fix: "Keep the first answer under the confirmation, or give the shop an idempotency key, and answer the same again.",
  },
  {
    id: "resent",
    title: "A confirmation counts once",
    why: "A resent confirmation cancels, pays or sends twice.",
    fix: "Use each confirmation up, or make the change idempotent.",
  },
];
export const changePromises = parts.map((part): Promised => {
  return { ...part, probe: (survey) => partOf(part.id, survey) };
});
