/** Places for calls: so many at once, three quarters of them for one tool; the rest waits in line, or is refused. */
import { describe, expect, test } from "bun:test";
import { type TakesTurns, Turns } from "../../shop/turns.ts";

const open = (atOnce: number, waiting: number, waitMs = 60_000) =>
  new Turns({ atOnce, waiting, waitMs }, () => new Error("busy"));
/** Enters so often, and returns how: at once, after a wait, or not at all. */
const enter = (turns: TakesTurns, kind: string, times: number) =>
  Array.from({ length: times }, () => {
    try {
      const turn = turns.enter(kind);
      turn?.catch(() => {}); // nobody lets it begin
      return turn ? "waits" : "begins";
    } catch (error) {
      return String(error);
    }
  });

test("one tool gets three quarters of the places and of the line, others the rest", () => {
  const turns = open(4, 4);
  const all = ["begins", "begins", "begins", "waits", "waits", "waits", "Error: busy"];
  expect(enter(turns, "search_products", 7)).toEqual(all);
  expect(enter(turns, "get_order", 3)).toEqual(["begins", "waits", "Error: busy"]);
});
test("a place goes to the first in line whose tool has room", async () => {
  const turns = open(4, 4);
  enter(turns, "search_products", 3);
  enter(turns, "get_order", 1);
  const begun: string[] = [];
  const wait = (kind: string, name: string) =>
    void Promise.resolve(turns.enter(kind)).then(() => begun.push(name));
  wait("search_products", "search");
  wait("get_order", "order");
  turns.leave("get_order"); // search_products has its three
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual(["order"]);
  turns.leave("search_products");
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual(["order", "search"]);
});
test("whoever waits too long is refused, and leaves the line", async () => {
  const turns = open(1, 1, 1);
  turns.enter("get_order");
  await expect(turns.enter("get_order")).rejects.toThrow("busy");
  expect(enter(turns, "get_order", 2)).toEqual(["waits", "Error: busy"]);
});
test("whoever gives up leaves the line", async () => {
  const turns = open(1, 1);
  turns.enter("get_order");
  const abort = new AbortController();
  const waiting = turns.enter("get_order", abort.signal);
  abort.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
  expect(enter(turns, "get_order", 2)).toEqual(["waits", "Error: busy"]);
});

describe("one caller's share", () => {
  test("leaves room for others, in the places and in the line", () => {
    const turns = open(8, 8);
    const [mia, bram] = [turns.share(0.25), turns.share(0.25)];
    expect(enter(mia, "get_order", 5)).toEqual([
      "begins",
      "begins",
      "waits",
      "waits",
      "Error: busy",
    ]);
    expect(enter(bram, "get_order", 3)).toEqual(["begins", "begins", "waits"]);
  });
  test("is given back with each place, however the turn ended", async () => {
    const turns = open(2, 0);
    const mia = turns.share(0.5);
    enter(turns, "get_order", 1);
    enter(turns, "list_orders", 1);
    expect(enter(mia, "get_order", 2)).toEqual(["Error: busy", "Error: busy"]); // of all
    turns.leave("get_order");
    expect(enter(mia, "get_order", 2)).toEqual(["begins", "Error: busy"]); // of one
    mia.leave("get_order");
    expect(enter(mia, "get_order", 1)).toEqual(["begins"]);
  });
  test("is given back by whoever gives up, or waits too long, in the line of all", async () => {
    const turns = open(1, 4, 1);
    const mia = turns.share(0.25);
    enter(turns, "get_order", 1);
    const abort = new AbortController();
    const waiting = mia.enter("get_order", abort.signal);
    abort.abort(new Error("given up"));
    await expect(waiting).rejects.toThrow("given up");
    await expect(mia.enter("get_order")).rejects.toThrow("busy");
    turns.leave("get_order");
    expect(enter(mia, "get_order", 1)).toEqual(["begins"]);
  });
  test("lets whoever waits in it begin once a place of theirs is free", async () => {
    const mia = open(4, 4).share(0.25);
    mia.enter("get_order");
    const waiting = mia.enter("list_orders");
    mia.leave("get_order");
    await waiting;
    expect(enter(mia, "get_order", 1)).toEqual(["waits"]);
  });
});
