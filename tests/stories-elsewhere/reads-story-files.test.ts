/** A story in YAML or JSON is the story in TypeScript; and whatever is wrong in one is said with its line. */
import { expect, test } from "bun:test";
import {
  absent,
  accept,
  call,
  complete,
  decline,
  matching,
  prompt,
  read,
  reply,
  save,
  say,
  story,
  use,
} from "../harness/story.ts";
import { readStoryFile, StoryFileError } from "../harness/story-file.ts";
import { readStories } from "../../scripts/stories/own-stories.ts";
import { openFolder, TRACE } from "./play-elsewhere.ts";

const EVERYTHING = `
title: everything at once
as: mia
elicitation: false
steps:
  - say: Hello.
  - call: list_orders
    with: { status: pending, limit: 3 }
    returns: { orders: [{ order_id: { $save: order } }, { $absent: true }] }
    text: "/^1 order/m"
    sends: ["GET /api/orders/?status=pending&limit=3"]
    tokens: 500
  - read: { $use: address }
    fails: not found
  - read: shop://orders/1036
    returns: { status: { $matching: ship (1) } }
  - prompt: track_order
    with: { order_id: { $use: order } }
  - complete: track_order
    argument: order_id
    value: "10"
    values: ["1036"]
  - call: cancel_order
    with: { order_id: { $use: order }, reason: no_longer_needed }
    asks:
      - { question: Cancel order, answer: accept }
      - { question: /changed.*meanwhile/s, answer: decline }
  - reply: Done.
`;
const steps = [
  say("Hello."),
  call(
    "list_orders",
    { status: "pending", limit: 3 },
    {
      returns: { orders: [{ order_id: save("order") }, absent()] },
      text: /^1 order/m,
      sends: ["GET /api/orders/?status=pending&limit=3"],
      tokens: 500,
    },
  ),
  read(use("address"), { fails: /not found/ }),
  read("shop://orders/1036", { returns: { status: matching(/ship \(1\)/) } }),
  prompt("track_order", { order_id: use("order") }),
  complete("track_order", "order_id", "10", ["1036"]),
  call(
    "cancel_order",
    { order_id: use("order"), reason: "no_longer_needed" },
    {
      asks: [
        [/Cancel order/, accept()],
        [/changed.*meanwhile/s, decline()],
      ],
    },
  ),
  reply("Done."),
];

test("YAML has all words of a story", () => {
  const written = story("everything at once", { as: "mia", elicitation: false }, steps);
  expect(readStoryFile("a.yaml", EVERYTHING)).toEqual(written);
});
test("JSON does, too", () => {
  const text = JSON.stringify(Bun.YAML.parse(EVERYTHING));
  expect(readStoryFile("a.json", text)).toEqual(readStoryFile("a.yaml", EVERYTHING));
});

const one = (step: string) => `title: x\nas: mia\nsteps:\n  - ${step}\n`;
test.each([
  ["a title that is missing", "as: mia\nsteps: [{ say: Hi }]", "a.yaml:1: title is missing"],
  ["no steps", "title: x\nas: mia\nsteps: []", "a.yaml:3: steps must have a step"],
  [
    "a name with spaces",
    "title: x\nas: mia and leo\nsteps: [{ say: Hi }]",
    "a.yaml:2: as must be a user's name",
  ],
  [
    "an unknown word",
    "title: x\nas: mia\nworld: y\nsteps: [{ say: Hi }]",
    "a.yaml:3: world is not known here; title, as, elicitation, steps are",
  ],
  [
    "a misspelt word, whose right one is missing",
    "titel: x\nas: mia\nsteps: [{ call: y }]",
    "a.yaml:1: titel is not known here; title, as, elicitation, steps are",
  ],
  [
    "a misspelt word of a step",
    one("complete: x\n    value: y\n    argumnt: z\n    values: []"),
    "a.yaml:6: steps[1].argumnt is not known here; complete, argument, value, with, values are",
  ],
  [
    "a story that calls nothing",
    one("say: x\n  - reply: y"),
    "a.yaml:4: steps only talk, which proves nothing: add a call, read, prompt or complete",
  ],
  [
    "a step that is none",
    one("cal: x"),
    "a.yaml:4: steps[1] must have one of say, reply, call, read, prompt, complete",
  ],
  [
    "two steps in one",
    one("say: x\n    call: y"),
    "a.yaml:4: steps[1] is two steps, say and call: begin each with a dash of its own",
  ],
  [
    "a text for a step",
    one("Hello"),
    'a.yaml:4: steps[1] must be a step, as "say: Hello"; a step begins with say, reply, call, read, prompt, complete',
  ],
  [
    "an unknown expectation",
    one("call: x\n    return: {}"),
    "a.yaml:5: steps[1].return is not known here; call, with, returns, text, fails, sends, asks, tokens are",
  ],
  ["a number for a text", one("say: 4"), "a.yaml:4: steps[1].say must be text, and not a number"],
  [
    "an unknown answer",
    one("call: x\n    asks: { question: a, answer: yes }"),
    "a.yaml:5: steps[1].asks must be { question, answer: accept, decline or dismiss }, or a list of these",
  ],
  [
    "an unknown marker",
    one("call: x\n    returns:\n      a: { $sve: b }"),
    "a.yaml:6: steps[1].returns.a $sve cannot stand here; $save, $use, $matching, $absent can",
  ],
  [
    "a marker beside others",
    one("call: x\n    returns:\n      a: { $save: b, c: d }"),
    "a.yaml:6: steps[1].returns.a $save stands alone, and not beside c",
  ],
  [
    "a saved value among arguments",
    one("call: x\n    with: { a: { $save: b } }"),
    "a.yaml:5: steps[1].with.a $save cannot stand here; $use can",
  ],
  [
    "a bad pattern",
    one("call: x\n    fails: /(/"),
    "a.yaml:5: steps[1].fails /(/ is no regular expression: Invalid regular expression: missing )",
  ],
  ["a key twice", "title: x\ntitle: y", "a.yaml:2: this is no YAML: Map keys must be unique"],
  [
    "a second document",
    "title: x\n---\ntitle: y",
    "a.yaml:2: a file holds one story; give the next a file of its own",
  ],
  ["a list", "- x", "a.yaml:1: the file must be a mapping, and not a list"],
  ["an empty file", "", "a.yaml:1: the file must be a mapping, and not empty"],
])("%s is said with its line", (_, text, message) => {
  expect(() => readStoryFile("a.yaml", text)).toThrow(new StoryFileError(message));
});

test("a mark of byte order, and line ends of Windows, change nothing", () => {
  const plain = readStoryFile("a.yaml", EVERYTHING);
  expect(readStoryFile("a.yaml", `\ufeff${EVERYTHING.replaceAll("\n", "\r\n")}`)).toEqual(plain);
});
test("aliases of aliases are not unfolded without an end", () => {
  const levels = Array.from(
    { length: 9 },
    (_, n) => `l${n + 1}: &l${n + 1} [${Array.from({ length: 9 }, () => `*l${n}`)}]`,
  );
  const bomb = `l0: &l0 x\n${levels.join("\n")}\n`;
  expect(() => readStoryFile("a.yaml", bomb)).toThrow(
    "a.yaml:1: this is no story: Excessive alias count",
  );
});

test.each([
  ["to itself", "&a { b: *a }", "it is nested too deeply, or in itself"],
  ["to nothing", "*a", "Unresolved alias"],
])("an alias %s is no value", (_, value, words) => {
  const text = `title: a\nas: mia\nsteps:\n  - call: a\n    with: ${value}\n`;
  expect(() => readStoryFile("a.yaml", text)).toThrow(`a.yaml:1: this is no story: ${words}`);
});

test("a folder's stories come in the order of their paths, other files aside", async () => {
  using folder = await openFolder({
    "b.yaml": TRACE,
    "a/c.json": JSON.stringify(Bun.YAML.parse(TRACE)),
    "a/b.yml": TRACE,
    "README.md": "x",
    "node_modules/x/package.json": "{}",
    ".cache/d.yaml": "x",
    "t.ts": `export default { title: "t", as: "mia", steps: [] };`,
  });
  expect((await readStories(folder.path)).map(([name]) => name)).toEqual(["a/b", "a/c", "b", "t"]);
  expect((await readStories(`${folder.path}/b.yaml`)).map(([name]) => name)).toEqual(["b"]);
});
test("a folder without stories, one that is not there, and a module that is none are refused", async () => {
  using folder = await openFolder({ "README.md": "x", "m/a.ts": "export default 4;" });
  await expect(readStories(`${folder.path}/README.md`)).rejects.toThrow("there is no story in");
  await expect(readStories(`${folder.path}/nowhere`)).rejects.toThrow(
    "give --stories a folder or a file",
  );
  await expect(readStories(folder.path)).rejects.toThrow(
    'a.ts: its default export is no story("title", { as }, [steps])',
  );
});
