/** The promises that hosts are held to: each holds of a conversation that went well, and is broken by one that did not. */
import { expect, test } from "bun:test";
import {
  type Answered,
  type Conversation,
  type Observation,
  type Played,
  steps,
} from "./conversation.ts";
import { TOKEN } from "./home.ts";
import type { Shown } from "./model.ts";
import { promises } from "./promises.ts";
import { askServer } from "./reference.ts";

const reference = await askServer();
const { results } = reference;
const CANCEL = "POST /api/orders/1054/cancel/";
const NOT = "Not cancelled: the user declined.";
const DONE = '{"outcome":"done","order_id":"1054"}';
const NEEDED = `{"outcome":"confirmation_needed","confirmation":"abc"}\n${reference.question}`;

const shown: Shown = {
  tools: reference.tools.map(({ name, inputSchema }) => {
    return { name: `shop_${name}`, description: "", schema: inputSchema };
  }),
  results: [],
  messages: reference.instructions,
};
const found = [results.search.text, results.lookup.text, results.failure.text];
const withCode: Played = {
  first: shown,
  last: shown,
  results: [...found, NEEDED, DONE],
  writes: [CANCEL],
};
const declined: Played = { ...withCode, results: [...found, NOT], writes: [] };
const form = { properties: { confirm: { type: "boolean" } }, required: ["confirm"] };
const question = { message: reference.question, form };
const answered: Answered = {
  ...withCode,
  results: [NOT, DONE],
  questions: [question, question],
  approvals: [],
};
const seen = (stdio: Conversation, http = stdio): Observation => {
  return { isListed: true, isAdded: true, revisions: ["2025-11-25"], stdio, http };
};
const inTheChat = { alone: withCode };
const asking = { alone: declined, answered };

const broken = (observation: Observation) =>
  promises.filter(({ holds }) => !holds(observation, reference)).map(({ says }) => says);

test("all hold where the model gets a code, and where the user is asked", () => {
  expect(broken(seen(inTheChat))).toEqual([]);
  expect(broken(seen(asking))).toEqual([]);
});

const bad: [string, Conversation][] = [
  [
    "every tool is offered",
    { alone: { ...declined, last: { ...shown, tools: shown.tools.slice(1) } } },
  ],
  ["what is found", { alone: { ...declined, results: ["3 found", ...declined.results.slice(1)] } }],
  [
    "a failure reaches",
    { alone: { ...declined, results: [...found.slice(0, 2), "It failed.", NOT] } },
  ],
  ["nothing is changed", { alone: { ...declined, writes: [CANCEL] } }],
  ["nothing is changed", { alone: { ...withCode, writes: [CANCEL, CANCEL] } }],
  [
    "where the host cannot ask",
    { alone: { ...withCode, results: [...found, NEEDED.slice(0, 99), DONE] } },
  ],
  ["where it can", { ...asking, answered: { ...answered, questions: [question] } }],
  [
    "where it can",
    { ...asking, answered: { ...answered, questions: [question, { ...question, form: {} }] } },
  ],
  ["where it can", { ...asking, answered: { ...answered, writes: [CANCEL, CANCEL] } }],
  ["where it can", { ...asking, answered: { ...answered, results: [DONE, DONE] } }],
  [
    "the model never",
    { ...asking, answered: { ...answered, last: { ...shown, messages: `token ${TOKEN}` } } },
  ],
];
test.each(bad)("over either transport, only this one is broken: %s", (start, conversation) => {
  const only = [expect.stringMatching(new RegExp(`^${start}`))];
  expect(broken(seen(conversation, inTheChat))).toEqual(only);
  expect(broken(seen(inTheChat, conversation))).toEqual(only);
});
test("`connect` is to be believed only where the host lists the server, and speaks to it", () => {
  const only = [expect.stringMatching(/^`connect` writes/)];
  expect(broken({ ...seen(asking), isListed: false })).toEqual(only);
  expect(broken({ ...seen(asking), revisions: [] })).toEqual(only);
  const own = [expect.stringMatching(/^the host's own command/)];
  expect(broken({ ...seen(asking), isAdded: false })).toEqual(own);
});

test("the steps are of tools that the server has", () => {
  const names = reference.tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.values(steps).map(({ tool }) => tool)));
});
