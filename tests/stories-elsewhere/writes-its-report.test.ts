/** The report: JUnit that its schema admits, whatever characters a shop sends; and a page that runs and loads nothing. */
import { describe, expect, test } from "bun:test";
import { validateXML } from "xmllint-wasm";
import { toJUnit } from "../../scripts/stories/junit.ts";
import type { Outcome, Run } from "../../scripts/stories/outcome.ts";
import { toPage } from "../../scripts/stories/page.ts";
import { accept, call, expectWorld, say, story } from "../harness/story.ts";
import type { Turn } from "../harness/turn.ts";
import { CANCEL, openFolder, runStories, serveElsewhere, TRACE } from "./play-elsewhere.ts";

const schema = await Bun.file(new URL("junit.xsd", import.meta.url)).text();
/** What is wrong in a JUnit file, in libxml's words; empty where nothing is. */
async function faultsOf(contents: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: "r.xml", contents }],
    schema: [schema],
  });
  return errors.map(({ message }) => message);
}

/** All characters that XML 1.0 forbids, and those that it would read as others, among letters. */
const HOSTILE = [
  ...Array.from({ length: 0x20 }, (_, n) => String.fromCharCode(n)),
  ..."\u007f\u0085\u2028\ud800\udfff\ufffe\uffff",
  "\udc00\ud800",
  "😀",
  "]]>",
  "<script>alert(1)</script>",
  "<!--",
  "&amp;&#0;",
  "\"'",
].join("x");
const steps = [say(HOSTILE), call("get_order_status", { order_id: "1" })];
const turnOf = (nth: number, more: Partial<Turn> = {}): Turn => {
  const [step = say("")] = steps.slice(nth);
  const nothing = { requests: [], questions: [], progress: [], isError: false, structured: {} };
  return { step, given: { order_id: HOSTILE }, text: HOSTILE, ...nothing, ...more };
};
const asked = [{ text: HOSTILE, answer: accept(), after: 0, meanwhile: [] }];
const outcome = (given: Partial<Outcome>): Outcome => ({
  name: "orders/a",
  story: story(HOSTILE, { as: "mia" }, steps),
  status: "passed",
  reason: "",
  turns: [turnOf(0), turnOf(1, { questions: asked, requests: [HOSTILE] })],
  seconds: 1.5,
  ...given,
});
const run = (...outcomes: Outcome[]): Run => ({
  place: "https://shop.example/mcp",
  lane: "http-modern",
  seesRequests: false,
  begunAt: new Date("2026-11-27T06:00:00Z"),
  seconds: 3,
  outcomes,
});
const all = run(
  outcome({}),
  outcome({
    name: "orders/b",
    status: "failed",
    reason: `"x"  on y\nstep 2 of 2: call x\n\n$.a: ${HOSTILE}\n\nrest`,
  }),
  outcome({ name: "c", status: "skipped", reason: HOSTILE, turns: [] }),
);

describe("JUnit", () => {
  test("is as its schema wants it, whatever stands in it", async () => {
    expect(await faultsOf(toJUnit(all))).toEqual([]);
    expect(await faultsOf(toJUnit(run()))).toEqual([]);
  });
  test("would be refused by this schema and this parser otherwise", async () => {
    const xml = toJUnit(all);
    expect(
      await faultsOf(xml.replace("…", "").replace("<properties>", "<properties>\u0001")),
    ).not.toEqual([]);
    expect(await faultsOf(xml.replace(' time="1.500"', ""))).not.toEqual([]);
    expect(await faultsOf(xml.replace('failures="1"', 'failures="one"'))).not.toEqual([]);
    expect(await faultsOf(xml.replace("</testsuite>", ""))).not.toEqual([]);
  });
  test("counts, names the folder and the lane, and keeps tabs, line ends and emoji", () => {
    const xml = toJUnit(all);
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1" time="3.000"');
    expect(xml).toContain('classname="orders.http-modern" time="1.500"');
    expect(xml).toContain('classname="stories.http-modern"');
    expect(xml).toContain("x&#9;x&#10;x");
    expect(xml).toContain("x😀x");
    expect([..."\u0000\u0008\u001f\ufffe\uffff"].filter((one) => xml.includes(one))).toEqual([]);
    expect(xml.isWellFormed()).toBe(true);
  });
  test("a failure's message is what was expected and came", () => {
    const plain = run(
      outcome({
        status: "failed",
        reason: '"x"  on y\nstep 1 of 1: call x\n\n$.a: expected 1, got 2\n\nrest',
      }),
    );
    expect(toJUnit(plain)).toContain(
      '<failure message="$.a: expected 1, got 2" type="StoryFailure">',
    );
  });
});

describe("the page", () => {
  test("runs no script, loads nothing, and shows hostile text as text", () => {
    const page = toPage(all);
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(page).not.toMatch(
      /<script|<img|<link|<iframe|\bon\w+=|@import|url\(|https?:\/\/(?!shop\.example)/,
    );
    expect(page).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
    expect(page).not.toContain("\0");
  });
  test("has failures first and open, with the step that failed; what passed is closed", () => {
    const page = toPage(all);
    const [failed = "", passed = ""] = page.match(/<details id[^>]*>[^]*?<\/details>/g) ?? [];
    expect(failed).toStartWith('<details id="orders/b" open>');
    expect(failed).toContain('<li class="tool broken">');
    expect(passed).toStartWith('<details id="orders/a">');
    expect(passed).not.toContain("broken");
    expect(page.indexOf("<h2>Skipped</h2>")).toBeGreaterThan(page.indexOf("<h2>Passed</h2>"));
  });
  test("says what was not looked at, and that nothing played is no success", () => {
    const looking = outcome({ story: story("x", { as: "mia" }, [expectWorld(() => true)]) });
    expect(toPage(run(looking))).toContain("`expectWorld` was not checked");
    expect(toPage({ ...run(outcome({})), seesRequests: true })).not.toContain("not checked");
    expect(toPage(run(outcome({ status: "skipped" })))).toContain(
      '<h1 class="failed">No story was played</h1>',
    );
  });
});

test("both are written where --report says, and hold the conversation", async () => {
  await using server = serveElsewhere();
  using folder = await openFolder({
    "stories/trace.yaml": TRACE,
    "stories/sub/cancel.yaml": CANCEL,
  });
  const report = `${folder.path}/build/reports/stories.xml`;
  const { out } = await runStories([
    "--url",
    server.url,
    "--stories",
    `${folder.path}/stories`,
    "--report",
    report,
  ]);
  expect(out).toContain(`Report: ${report}, ${report.replace("xml", "html")}`);
  const xml = await folder.read("build/reports/stories.xml");
  expect(await faultsOf(xml)).toEqual([]);
  expect(xml).toContain('tests="2" failures="0" errors="0" skipped="1"');
  expect(xml).toContain("**User** Where is my parcel?");
  const page = await folder.read("build/reports/stories.html");
  expect(page).toContain("1 of 1 story passed");
  expect(page).toContain("get_order_status(order_id: &#34;1036&#34;)");
});
