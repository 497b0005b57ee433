/** Looking for changes in rounds: how often, in which order, and how it becomes rarer where looks fail. */
import { expect, test } from "bun:test";
import { type Looked, openRounds } from "../../shop/rounds.ts";
import { settle, useHandClock } from "./hand-clock.ts";

const SECOND = 1000;
interface Thing {
  name: string;
  asker: object;
}
/** Rounds of 30 s, and the seconds at which each thing was looked at. */
function open(outcome: (thing: Thing) => Partial<Looked> | Promise<Partial<Looked>> = () => ({})) {
  const clock = useHandClock();
  const looks: [seconds: number, name: string][] = [];
  const rounds = openRounds<Thing>({
    everyMs: 30 * SECOND,
    async look(thing) {
      looks.push([clock.now() / SECOND, thing.name]);
      return { failed: false, ...(await outcome(thing)) };
    },
    askerOf: ({ asker }) => asker,
    ...clock,
  });
  const me = {};
  const add = (name: string, asker: object = me) => {
    const thing = { name, asker };
    rounds.add(thing);
    return thing;
  };
  const pass = (seconds: number) => clock.pass(seconds * SECOND);
  return { rounds, looks, clock, add, pass };
}

test("one thing is looked at once in a round, for the first time after one", async () => {
  const { looks, add, pass } = open();
  add("a");
  await pass(95);
  expect(looks).toEqual([
    [30, "a"],
    [60, "a"],
    [90, "a"],
  ]);
});
test("several share a round evenly", async () => {
  const { looks, add, pass } = open();
  for (const name of ["a", "b", "c"]) add(name);
  await pass(89);
  expect(looks.map(([, name]) => name).join("")).toMatch(/^(abc)+$/);
  const gaps = looks.slice(1).map(([at], nth) => at - (looks[nth]?.[0] ?? 0));
  expect(new Set(gaps)).toEqual(new Set([10]));
});
test("however many there are, it is one look in a second", async () => {
  const { looks, add, pass } = open();
  for (let nth = 0; nth < 500; nth++) add(`thing ${nth}`);
  await pass(630);
  expect(looks.length).toBeWithin(600, 631);
  expect(new Set(looks.map(([, name]) => name)).size).toBe(500);
});
test("who has one thing does not wait for all that another has", async () => {
  const { looks, add, pass } = open();
  for (let nth = 0; nth < 500; nth++) add(`thing ${nth}`, looks);
  add("mine");
  await pass(95);
  expect(looks.filter(([, name]) => name === "mine").length).toBe(3);
});
test("nothing waits where there is nothing to look at", async () => {
  const { rounds, looks, clock, add, pass } = open();
  expect(clock.waiting()).toBe(0);
  const [one, other] = [add("a"), add("b")];
  expect(clock.waiting()).toBe(1);
  rounds.delete(one);
  rounds.delete(one);
  await pass(31);
  expect(looks).toEqual([[30, "b"]]);
  rounds.delete(other);
  expect(clock.waiting()).toBe(0);
  add("c");
  await pass(31);
  expect(looks.at(-1)).toEqual([61, "c"]);
});
test("no look begins before the last has ended", async () => {
  const held = Promise.withResolvers<Partial<Looked>>();
  const { looks, clock, add, pass } = open(() => held.promise);
  add("a");
  add("b");
  await pass(300);
  expect(looks).toEqual([[30, "a"]]);
  expect(clock.waiting()).toBe(0);
  held.resolve({});
  await settle();
  await pass(16);
  expect(looks[1]).toEqual([300, "b"]);
});
test("while looks fail they become rarer, up to five minutes; one that is answered ends that", async () => {
  let failed = true;
  const { looks, add, pass } = open(() => ({ failed }));
  add("a");
  await pass(1300);
  expect(looks.map(([at]) => at)).toEqual([30, 90, 210, 450, 750, 1050]);
  failed = false;
  await pass(130);
  expect(looks.slice(6).map(([at]) => at)).toEqual([1350, 1380, 1410]);
});
test("who is asked to wait is left alone for that long, and the others are not", async () => {
  const [mia, bram] = [{}, {}];
  const { looks, add, pass } = open(({ asker }) => ({ askerRestMs: asker === mia ? 200_000 : 0 }));
  add("hers", mia);
  add("his", bram);
  await pass(200);
  expect(looks.filter(([, name]) => name === "hers")).toHaveLength(1);
  expect(looks.filter(([, name]) => name === "his").length).toBeWithin(5, 8);
  await pass(100);
  expect(looks.filter(([, name]) => name === "hers")).toHaveLength(2);
});
test("what is gone is looked at less often", async () => {
  const { looks, add, pass } = open(({ name }) => ({ restMs: name === "gone" ? 300_000 : 0 }));
  add("gone");
  add("there");
  await pass(300);
  expect(looks.filter(([, name]) => name === "gone")).toHaveLength(1);
  expect(looks.filter(([, name]) => name === "there").length).toBeWithin(8, 11);
});
