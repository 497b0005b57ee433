/** The promises that hosts are held to: each holds of a conversation that went well, and is broken by one that did not. */
import { expect, test } from "bun:test";
import { type Observation, type Played, steps } from "./conversation.ts";
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
const answered = {
  ...withCode,
  results: [NOT, DONE],
  questions: [reference.question, reference.question],
  approvals: [],
};
const clients = { isListed: true, revisions: ["2025-11-25"], declaresElicitation: false };
const inTheChat: Observation = { ...clients, alone: withCode, overHttp: withCode };
const asking: Observation = { ...clients, alone: declined, answered };

const broken = (seen: Observation) =>
  promises.filter(({ holds }) => !holds(seen, reference)).map(({ says }) => says);

test("all hold where the model gets a code, and where the user is asked", () => {
  expect(broken(inTheChat)).toEqual([]);
  expect(broken(asking)).toEqual([]);
});

const bad: [string, Observation][] = [
  ["`connect` writes", { ...asking, isListed: false }],
  ["`connect` writes", { ...asking, revisions: [] }],
  [
    "every tool is offered",
    { ...asking, alone: { ...declined, last: { ...shown, tools: shown.tools.slice(1) } } },
  ],
  [
    "what is found",
    { ...asking, alone: { ...declined, results: ["3 found", ...declined.results.slice(1)] } },
  ],
  [
    "a failure reaches",
    { ...asking, alone: { ...declined, results: [...found.slice(0, 2), "It failed.", NOT] } },
  ],
  ["nothing is changed", { ...asking, alone: { ...declined, writes: [CANCEL] } }],
  ["nothing is changed", { ...inTheChat, overHttp: { ...withCode, writes: [CANCEL, CANCEL] } }],
  [
    "where the host cannot ask",
    { ...inTheChat, overHttp: { ...withCode, results: [...found, NEEDED.slice(0, 99), DONE] } },
  ],
  ["where it can", { ...asking, answered: { ...answered, questions: [reference.question] } }],
  ["where it can", { ...asking, answered: { ...answered, writes: [CANCEL, CANCEL] } }],
  ["where it can", { ...asking, answered: { ...answered, results: [DONE, DONE] } }],
  [
    "the model never",
    { ...asking, answered: { ...answered, last: { ...shown, messages: `token ${TOKEN}` } } },
  ],
];
test.each(bad)("only this one is broken: %s", (start, seen) => {
  expect(broken(seen)).toEqual([expect.stringMatching(new RegExp(`^${start}`))]);
});

test("the steps are of tools that the server has", () => {
  const names = reference.tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.values(steps).map(({ tool }) => tool)));
});
