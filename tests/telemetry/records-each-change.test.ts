/** The audit log: what it has of a change, that nothing is changed without it, and that it cannot be altered unseen. */
import { afterAll, describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditReport } from "../../scripts/audit-log.ts";
import { openAudit, publicKeyOf, verifyAudit } from "../../telemetry/audit.ts";
import type { Shop } from "../../server.ts";
import type { AuditEntry } from "../../shop/observer.ts";
import { CANCEL, CHANGE_NAMES, examples } from "../changes/example-changes.ts";
import { CONFIRM_VIA, hostFor } from "../changes/json-rpc-host.ts";
import { openScriptedShop } from "../changes/scripted-shop.ts";
import { resetUnread, status } from "../harness/story.ts";

const folder = mkdtempSync(join(tmpdir(), "audit-"));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = "what signs the lines of this file";
const publicKey = publicKeyOf(secret);

let count = 0;
/** A new audit log, alone in its folder. */
function newLog() {
  const home = join(folder, `${(count += 1)}`);
  mkdirSync(home);
  const file = join(home, "audit.log");
  const reported: string[] = [];
  const report = (...words: unknown[]) => void reported.push(words.map(String).join(" "));
  const open = () => openAudit({ file, secret, report, now: () => new Date(0) });
  const read = (path = file) => ({ name: path, text: readFileSync(path, "utf8") });
  const records = () => verifyAudit([read()], publicKey).lines.map(({ record }) => record);
  return { home, file, reported, open, read, records };
}
const recorded = (shop: Shop, audit: Shop["audit"]): Shop => ({ ...shop, audit });
const alice = { issuer: "https://id.example", subject: "alice" };

describe.each(CONFIRM_VIA)("a change that is confirmed by %s", (via) => {
  test.each(CHANGE_NAMES)("%s: its question, its answer, its key and its receipt", async (name) => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor({ ...recorded(shop.openServer(), log.open()), identity: alice }, via);
    const { args } = examples[name];
    const asked = await host.call(name, args);
    const { receipt } = await host.accept(name, args, asked.confirmation);
    const [question, answer, end, ...others] = log.records();
    expect(question).toMatchObject({ event: "asked", via, arguments: args, caller: alice });
    expect(asked.text).toContain(String(question?.["text"]));
    const [key] = shop.keys().slice(-1);
    const about = { question: question?.["question"], caller: alice, key };
    expect(answer).toMatchObject({ event: "answered", answer: "yes", counts: true, ...about });
    expect(end).toMatchObject({ event: "ended", ...about });
    expect(receipt).toMatchObject(end?.["receipt"] as object);
    expect(others).toEqual([]);
    expect(log.read().text).not.toContain(asked.confirmation); // nobody confirms by reading it
  });
});

describe("the audit log has", () => {
  test("an answer that was a no", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()), "elicitation");
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const inputResponses = { confirm: { action: "decline" } };
    await host.call("cancel_order", CANCEL, { requestState: confirmation, inputResponses });
    const [question, answer, ...others] = log.records();
    const about = { question: question?.["question"], answer: "declined", counts: true };
    expect(answer).toMatchObject({ event: "answered", ...about });
    expect(others).toEqual([]);
    shop.expectUntouched();
  });

  test("a yes that came too late, why it did not count, and the next question", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.advance(601);
    await host.accept("cancel_order", CANCEL, confirmation);
    const reason = "more than ten minutes have passed";
    expect(log.records().map(({ event, counts, reason }) => [event, counts, reason])).toEqual([
      ["asked", undefined, undefined],
      ["answered", false, reason],
      ["asked", undefined, undefined],
    ]);
  });

  test("a change that the shop refused", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule("POST /api/orders/:id/cancel/", [status(409, {}, { detail: "Already packed." })]);
    await host.accept("cancel_order", CANCEL, confirmation);
    const failure = { code: "http_409", message: expect.stringContaining("Already packed") };
    expect(log.records().at(-1)).toMatchObject({ event: "ended", failure });
  });

  test("the same answer sent again, under the same key", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    await host.accept("cancel_order", CANCEL, confirmation);
    await host.accept("cancel_order", CANCEL, confirmation);
    const [, ...lines] = log.records();
    expect(lines.map(({ event }) => event)).toEqual(["answered", "ended", "answered", "ended"]);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(1);
  });
});

describe("where the log cannot be written", () => {
  test("no question is put", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()));
    rmSync(log.home, { recursive: true });
    const { text, isError } = await host.call("cancel_order", CANCEL);
    expect({ text, isError }).toEqual({ isError: true, text: NOT_RECORDED });
  });

  test("no change is sent, and the same answer counts once it can", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const host = hostFor(recorded(shop.openServer(), log.open()));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    rmSync(log.home, { recursive: true });
    const refused = await host.accept("cancel_order", CANCEL, confirmation);
    expect(refused.text).toBe(NOT_RECORDED);
    expect(shop.writes().filter(({ line }) => line.includes("cancel"))).toEqual([]);
    mkdirSync(log.home);
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });

  test("a change that was made is told, and the operator that its end is not recorded", async () => {
    using shop = await openScriptedShop();
    const log = newLog();
    const server = recorded(
      shop.openServer({}, async (url, init) => {
        const response = await fetch(url, init);
        if (url.endsWith("/cancel/")) rmSync(log.home, { recursive: true });
        return response;
      }),
      log.open(),
    );
    const { isDone } = await hostFor(server).callAndAccept("cancel_order", CANCEL);
    expect(isDone).toBe(true);
    const [key] = shop.keys().slice(-1);
    const told = `the end of the cancellation ${key} could not be written to the audit log: `;
    expect(log.reported).toEqual([expect.stringContaining(told)]);
  });

  const NOT_RECORDED =
    "Nothing was sent: this server could not write the cancellation to its audit log. Trying again will not help until the operator has made SHOP_MCP_AUDIT_LOG a file that can be written.";
});

/** An entry, for logs whose content does not matter. */
const entry = (of: string): AuditEntry => {
  const question = { change: "cancellation", question: of, caller: undefined };
  const asked = {
    via: "code",
    text: `Cancel ${of}?`,
    arguments: {},
    version: undefined,
    until: "",
  };
  return { event: "asked", ...question, ...asked, of };
};
/** What is wrong with these lines, by their numbers. */
const wrongLines = (lines: string[]) =>
  verifyAudit(
    [{ name: "log", text: lines.map((line) => `${line}\n`).join("") }],
    publicKey,
  ).findings.map((finding) =>
    /:(\d+) (was altered|does not follow)/.exec(finding)?.slice(1).join(" "),
  );
const write = (log: ReturnType<typeof newLog>, entries: string[]) => {
  const audit = log.open();
  for (const one of entries) audit(entry(one));
  return log.read().text.trimEnd().split("\n");
};

describe("what is done to a log is found:", () => {
  test("nothing", () => {
    expect(wrongLines(write(newLog(), ["1", "2", "3"]))).toEqual([]);
  });

  test("any character of a line", () => {
    const [line = ""] = write(newLog(), ["1"]);
    for (let index = 0; index < line.length; index += 1) {
      const other = line[index] === "x" ? "y" : "x";
      const altered = line.slice(0, index) + other + line.slice(index + 1);
      expect(wrongLines([altered])).toEqual(["1 was altered"]);
    }
  });

  test("a signature that is written otherwise", () => {
    const [line = ""] = write(newLog(), ["1"]);
    const [start, last, end] = [line.slice(0, -3), line.at(-3), line.slice(-2)];
    for (const other of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
      expect(wrongLines([start + other + end])).toEqual(other === last ? [] : ["1 was altered"]);
  });

  test("a line that was taken out, moved, or written twice", () => {
    const [one = "", two = "", three = "", four = ""] = write(newLog(), ["1", "2", "3", "4"]);
    expect(wrongLines([two, three, four])).toEqual(["1 does not follow"]);
    expect(wrongLines([one, three, four])).toEqual(["2 does not follow"]);
    expect(wrongLines([one, three, two, four])).toEqual([
      "2 does not follow",
      "3 does not follow",
      "4 does not follow",
    ]);
    expect(wrongLines([one, one, two])).toEqual(["2 does not follow"]);
  });

  test("all lines of a process that others followed", () => {
    const log = newLog();
    write(log, ["1", "2"]);
    const lines = write(log, ["3", "4"]); // after a restart
    expect(wrongLines(lines)).toEqual([]);
    expect(wrongLines(lines.slice(2))).toEqual(["1 does not follow"]);
  });

  test("all lines of a process beside others, and its last ones", () => {
    const log = newLog();
    const [one, other] = [log.open(), log.open()];
    for (const audit of [one, one, other, other, one]) audit(entry("1"));
    const [first = "", second = "", third = "", fourth = "", fifth = ""] = log
      .read()
      .text.trimEnd()
      .split("\n");
    expect(wrongLines([first, second, third, fourth, fifth])).toEqual([]);
    expect(wrongLines([first, second, fifth])).toEqual(["3 does not follow"]);
    expect(wrongLines([first, second, third, fifth])).toEqual(["4 does not follow"]);
  });

  test("a line that another key signed", () => {
    const log = newLog();
    write(log, ["1"]);
    openAudit({ file: log.file, secret: `${secret}!`, report: () => {} })(entry("2"));
    expect(wrongLines(log.read().text.trimEnd().split("\n"))).toEqual(["2 was altered"]);
  });

  test("a line that was cut off, without harm to those after it", () => {
    const log = newLog();
    write(log, ["1"]);
    appendFileSync(log.file, '{"at":"1970-01-01T00:00');
    const lines = write(log, ["2"]);
    expect(wrongLines(lines)).toEqual(["2 was altered"]);
    expect(lines).toHaveLength(3);
  });
});

test("two processes append to one log, and it may be moved away meanwhile", () => {
  const log = newLog();
  const [one, other] = [log.open(), log.open()];
  for (const audit of [one, other, one]) audit(entry("1"));
  const old = `${log.file}.1`;
  renameSync(log.file, old);
  for (const audit of [other, one]) audit(entry("2"));
  const { lines, findings } = verifyAudit([log.read(old), log.read()], publicKey);
  expect({ findings, lines: lines.length }).toEqual({ findings: [], lines: 5 });
});

test("bun run audit-log tells what was asked and done about an order, and what is wrong", async () => {
  using shop = await openScriptedShop();
  const log = newLog();
  const host = hostFor(recorded(shop.openServer(), log.open()));
  await host.callAndAccept("cancel_order", CANCEL);
  await host.callAndAccept("contact_support", { subject: "A gift", message: "Wrap it?" });
  const told = auditReport([log.read()], publicKey, "1054");
  expect(told.text).toContain('    Cancel order 1054 of "Mia Lindqvist" (no longer needed)?');
  expect(told.text).toContain(`answered yes; sent under ${shop.keys()[0]}`);
  expect(told.text).not.toContain("Wrap it?");
  expect(told).toMatchObject({
    isWrong: false,
    text: expect.stringMatching(/Nothing was altered/),
  });
  expect(auditReport([log.read()], publicKey, "9").text).toContain('recorded about "9"');
  const { name, text } = log.read();
  const altered = [{ name, text: text.replace("1054", "1055") }];
  expect(auditReport(altered, publicKey)).toMatchObject({ isWrong: true });
});

test("a change whose end is not recorded is named", async () => {
  using shop = await openScriptedShop();
  const log = newLog();
  const audit = log.open();
  const upToTheEnd: typeof audit = (one) => one.event === "ended" || audit(one);
  const host = hostFor(recorded(shop.openServer(), upToTheEnd));
  const { confirmation } = await host.call("cancel_order", CANCEL);
  shop.schedule("POST /api/orders/:id/cancel/", [resetUnread()]);
  await host.accept("cancel_order", CANCEL, confirmation);
  expect(auditReport([log.read()], publicKey).text).toContain(":2: how this ended is not recorded");
});
