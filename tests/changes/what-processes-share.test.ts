/** What a process alone remembers, counts and tells. Several with a real Redis: tests/production/shared-state.ts. */
import { describe, expect, test } from "bun:test";
import { openConfirmations } from "../../shop/confirmation.ts";
import { openLocalState } from "../../shop/shared-state.ts";

function open() {
  let time = Date.parse("2026-11-22T09:00:00Z");
  const now = () => new Date(time);
  return { ...openLocalState(now), now, wait: (ms: number) => void (time += ms) };
}

describe("a claim", () => {
  test("is its first owner's, until it is deleted", () => {
    const state = open();
    expect(state.claim("claim:a", "one", "0")).toBe(true);
    expect(state.claim("claim:a", "other", "0")).toBe(false);
    expect(state.claim("claim:a", "one", "0")).toBe(true);
    void state.delete("claim:a");
    expect(state.claim("claim:a", "other", "0")).toBe(true);
  });

  test("ends after ten minutes", () => {
    const state = open();
    void state.claim("claim:a", "one", "0");
    state.wait(601_000);
    expect(state.claim("claim:a", "other", "0")).toBe(true);
  });
});

describe("a bucket of calls", () => {
  const rate = { burst: 3, perSecond: 2 };
  test("is empty after as many as it holds, and says when there is one more", () => {
    const { take, wait } = open();
    expect([1, 2, 3, 4].map(() => take("mia", rate))).toEqual([0, 0, 0, 500]);
    wait(200);
    expect(take("mia", rate)).toBe(300);
    wait(300);
    expect([1, 2].map(() => take("mia", rate))).toEqual([0, 500]);
  });

  test("holds no more than that after a long time", () => {
    const { take, wait } = open();
    wait(3_600_000);
    expect([1, 2, 3, 4].map(() => take("mia", rate))).toEqual([0, 0, 0, 500]);
  });

  test("is one caller's", () => {
    const { take } = open();
    for (let nth = 0; nth < 9; nth++) void take("mia", rate);
    expect(take("nell", rate)).toBe(0);
  });

  test("is forgotten where there are 10,000 others since", () => {
    const { take } = open();
    for (let nth = 0; nth < 3; nth++) void take("mia", rate);
    for (let nth = 0; nth < 9999; nth++) void take(`other-${nth}`, rate);
    expect(take("mia", rate)).toBe(500);
    for (let nth = 0; nth < 10_000; nth++) void take(`another-${nth}`, rate);
    expect(take("mia", rate)).toBe(0);
  });
});

test("events are heard on their channel, by each subscription, until it ends", () => {
  const { publish, subscribe } = open();
  const heard: (string | undefined)[] = [];
  const listener = (event: string | undefined) => void heard.push(event);
  const end = subscribe("orders", listener);
  const endOther = subscribe("orders", listener);
  void publish("orders", "1054");
  void publish("customers", "mia");
  end();
  end();
  void publish("orders", "1055");
  endOther();
  void publish("orders", "1056");
  expect(heard).toEqual(["1054", "1054", "1055"]);
});

describe("what is remembered elsewhere", () => {
  /** Two processes of one account, and all that their state holds. */
  function openTwo(account = "mine") {
    const state = open();
    const entries = new Map<string, string>();
    const set = (name: string, value: string) => (entries.set(name, value), state.set(name, value));
    const options = { key: "k".repeat(32), account, now: state.now, state: { ...state, set } };
    return { one: openConfirmations(options), other: openConfirmations(options), entries, options };
  }
  const WORDS = 'Address of "Mia Lindqvist": changed.';

  test("can be read by processes with the key alone, under the name that it was given", async () => {
    const { one, other, entries, options } = openTwo();
    await one.remember("address", WORDS);
    await one.remember("order", "Order 1054: cancelled.");
    expect(await other.recall("address")).toBe(WORDS);
    expect(JSON.stringify([...entries])).not.toMatch(/Mia|address|1054|order/i);
    const [[first = "", value = ""] = [], [second = ""] = []] = entries;
    void options.state.set(second, value);
    expect(await other.recall("order")).toBeUndefined();
    void options.state.set(first, `${value.slice(0, -4)}AAAA`);
    expect(await other.recall("address")).toBeUndefined();
    const stranger = openConfirmations({ ...options, account: "other" });
    expect(await stranger.recall("address")).toBeUndefined();
  });

  test("a no to one process counts in the other", async () => {
    const { one, other } = openTwo();
    const { token } = await one.issue("cancel", "Cancel?", []);
    await one.refuse(token);
    const reason = "that question was answered before, and not with a yes";
    expect(await other.verify(token, "cancel")).toEqual({ reason });
  });

  test("an answer does not count once the memory is another one, but where it was acted on", async () => {
    const { one, other, options } = openTwo();
    const { token } = await one.issue("cancel", "Cancel?", []);
    const { question } = await one.verify(token, "cancel");
    if (!question) throw new Error("it counts before");
    const once = { isLast: () => true, lookUp: async () => "looked up" };
    await one.act(question, async () => "done", once);
    options.state.epoch = () => "1";
    expect((await other.verify(token, "cancel")).reason).toContain("was lost meanwhile");
    expect(await one.verify(token, "cancel")).toHaveProperty("question");
  });
});
